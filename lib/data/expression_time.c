/* Parts of timestamps, in UTC, and what lies between them. Differences are reals, rounded once. */
#include <math.h>

#include "expression_impl.h"
#include "timestamp.h"

typedef mlci_kernel_call kernel_call;

#define DAY_SECONDS 86400

enum { YEAR, MONTH, DAY, WEEKDAY, DAY_OF_YEAR, HOUR, MINUTE, SECOND };

/* Whole days, and what is left of the last one. */
static int64_t split_days(int64_t time, int64_t *rest)
{
    const int64_t r = time % MLCI_DAY_US;
    *rest = r < 0 ? r + MLCI_DAY_US : r;
    return time / MLCI_DAY_US - (r < 0);
}

static int64_t date_part(int64_t days, int32_t part)
{
    int64_t year, month, day;
    if (part == WEEKDAY) return ((days + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    mlci_date_from_days(days, &year, &month, &day);
    if (part == DAY_OF_YEAR) return days - mlci_days_from_date(year, 1, 1) + 1;
    return part == YEAR ? year : part == MONTH ? month : day;
}

static void take_part(kernel_call *c)
{
    const int64_t *const times = c->arguments[0].values;
    const int32_t part = c->instruction->overload->variant;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t rest;
        const int64_t days = split_days(times[i], &rest);
        const int64_t seconds = rest / MLCI_SECOND_US;
        if (part < HOUR) {
            out[i] = date_part(days, part);
        } else {
            out[i] = part == HOUR     ? seconds / 3600
                     : part == MINUTE ? seconds / 60 % 60
                                      : seconds % 60;
        }
    }
}

static void start_of_day(kernel_call *c)
{
    const int64_t *const times = c->arguments[0].values;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t rest;
        split_days(times[i], &rest);
        if (__builtin_sub_overflow(times[i], rest, &out[i])) mlci_kernel_missing(c, i);
    }
}

/* From the first to the second; variant: seconds of the unit. */
static void measure_between(kernel_call *c)
{
    const int64_t *const from = c->arguments[0].values, *const to = c->arguments[1].values;
    const double unit = (double)(c->instruction->overload->variant * MLCI_SECOND_US);
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t time;
        if (__builtin_sub_overflow(to[i], from[i], &time)) mlci_kernel_missing(c, i);
        out[i] = (double)time / unit;
    }
}

static void add_whole(kernel_call *c)
{
    const int64_t *const times = c->arguments[0].values, *const counts = c->arguments[1].values;
    const int64_t unit = c->instruction->overload->variant * MLCI_SECOND_US;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        int64_t time;
        if (__builtin_mul_overflow(counts[i], unit, &time) ||
            __builtin_add_overflow(times[i], time, &out[i])) {
            mlci_kernel_missing(c, i);
        }
    }
}

/* To the nearest microsecond. */
static void add_part(kernel_call *c)
{
    const int64_t *const times = c->arguments[0].values;
    const double *const counts = c->arguments[1].values;
    const double unit = (double)(c->instruction->overload->variant * MLCI_SECOND_US);
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        const double time = nearbyint(counts[i] * unit);
        const int is_fit = fabs(time) < 0x1p63;
        if (__builtin_add_overflow(times[i], is_fit ? (int64_t)time : 0, &out[i]) || !is_fit) {
            mlci_kernel_missing(c, i);
        }
    }
}

#define PART(name_, variant_)                                                                      \
    {                                                                                              \
        .name = name_, .arguments = "s", .result = 'i', .run = take_part, .variant = variant_      \
    }

const mlci_overload mlci_overloads_time[] = {
    PART("year", YEAR),
    PART("month", MONTH),
    PART("day", DAY),
    PART("hour", HOUR),
    PART("minute", MINUTE),
    PART("second", SECOND),
    PART("weekday", WEEKDAY),
    PART("day_of_year", DAY_OF_YEAR),
    {.name = "date", .arguments = "s", .result = 's', .run = start_of_day},
    {.name = "days_between",
     .arguments = "ss",
     .result = 'r',
     .run = measure_between,
     .variant = DAY_SECONDS},
    {.name = "seconds_between",
     .arguments = "ss",
     .result = 'r',
     .run = measure_between,
     .variant = 1},
    {.name = "add_days",
     .arguments = "si",
     .result = 's',
     .run = add_whole,
     .variant = DAY_SECONDS},
    {.name = "add_days", .arguments = "sr", .result = 's', .run = add_part, .variant = DAY_SECONDS},
    {.name = "add_seconds", .arguments = "si", .result = 's', .run = add_whole, .variant = 1},
    {.name = "add_seconds", .arguments = "sr", .result = 's', .run = add_part, .variant = 1},
    {.name = NULL}};
