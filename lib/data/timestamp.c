/* ISO 8601 text to microseconds and back. Days from civil dates after Hinnant, "chrono-compatible
 * low-level date algorithms" (2013): years start in March, so that the leap day is the last. */
#include "timestamp.h"

#include <string.h>

#include "number.h"

#define DAY_SECONDS 86400
#define ERA_DAYS 146097   /* of 400 years */
#define EPOCH_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t mlci_days_from_date(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = floor_divide(y, 400);
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

void mlci_date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    const int64_t shifted = days + EPOCH_DAYS;
    const int64_t era = floor_divide(shifted, ERA_DAYS);
    const int64_t day_of_era = shifted - era * ERA_DAYS;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t m = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

/* What is left of a text. */
typedef struct cursor {
    const char *at, *end;
} cursor;

/* Exactly n digits, not above high. */
static int take_digits(cursor *c, int n, int64_t high, int64_t *out)
{
    if (c->end - c->at < n) return 0;
    int64_t value = 0;
    for (int i = 0; i < n; i++) {
        const char digit = c->at[i];
        if (digit < '0' || digit > '9') return 0;
        value = 10 * value + (digit - '0');
    }
    c->at += n;
    *out = value;
    return value <= high;
}

static int take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) return 0;
    c->at++;
    return 1;
}

static int64_t month_days(int64_t year, int64_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

static int take_date(cursor *c, int64_t *days)
{
    int64_t year, month, day;
    if (!take_digits(c, 4, 9999, &year) || !take_char(c, '-') || !take_digits(c, 2, 12, &month) ||
        !take_char(c, '-') || !take_digits(c, 2, 31, &day)) {
        return 0;
    }
    if (year < 1 || month < 1 || day < 1 || day > month_days(year, month)) return 0;
    *days = mlci_days_from_date(year, month, day);
    return 1;
}

/* Digits after the point, those beyond microseconds dropped. */
static int take_fraction(cursor *c, int64_t *microseconds)
{
    int64_t scale = MLCI_SECOND_US / 10, value = 0;
    int n = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9' && n < 9; c->at++, n++) {
        value += scale * (*c->at - '0');
        scale /= 10;
    }
    *microseconds = value;
    return n > 0;
}

static int take_time(cursor *c, int64_t *microseconds)
{
    int64_t hour, minute, second = 0, fraction = 0;
    if (!take_digits(c, 2, 23, &hour) || !take_char(c, ':') || !take_digits(c, 2, 59, &minute)) {
        return 0;
    }
    if (take_char(c, ':')) {
        if (!take_digits(c, 2, 59, &second)) return 0;
        if (take_char(c, '.') && !take_fraction(c, &fraction)) return 0;
    }
    *microseconds = ((hour * 60 + minute) * 60 + second) * MLCI_SECOND_US + fraction;
    return 1;
}

/* The offset from UTC in seconds; nothing is UTC. */
static int take_zone(cursor *c, int64_t *seconds)
{
    *seconds = 0;
    if (c->at == c->end || take_char(c, 'Z')) return 1;
    const int is_minus = *c->at == '-';
    if (!take_char(c, '+') && !take_char(c, '-')) return 0;
    int64_t hours, minutes;
    if (!take_digits(c, 2, 23, &hours)) return 0;
    take_char(c, ':');
    if (!take_digits(c, 2, 59, &minutes)) return 0;
    *seconds = (hours * 60 + minutes) * 60;
    if (is_minus) *seconds = -*seconds;
    return 1;
}

int mlci_timestamp_parse(const char *text, int64_t length, int64_t *microseconds)
{
    cursor c = {text, text + length};
    int64_t days, time = 0, zone = 0;
    if (!take_date(&c, &days)) return 0;
    if (take_char(&c, 'T') || take_char(&c, ' ')) {
        if (!take_time(&c, &time) || !take_zone(&c, &zone)) return 0;
    }
    if (c.at != c.end) return 0;
    *microseconds = (days * DAY_SECONDS - zone) * MLCI_SECOND_US + time;
    return 1;
}

/* A year, with a sign where it is none of 0000 to 9999; returns where it ends. */
static char *put_year(int64_t year, char *at)
{
    char digits[MLCI_NUMBER_SIZE];
    if (year < 0 || year > 9999) *at++ = year < 0 ? '-' : '+';
    const int32_t n = mlci_integer_format(year < 0 ? -year : year, digits);
    memcpy(at, "0000", 4);
    at += n < 4 ? 4 - n : 0;
    memcpy(at, digits, (size_t)n);
    return at + n;
}

/* The mark and the two digits behind it. */
static char *put_part(char mark, int64_t value, char *at)
{
    *at = mark;
    mlci_put_pair((uint32_t)value, at + 1);
    return at + 3;
}

int32_t mlci_timestamp_format(int64_t microseconds, char out[MLCI_TIMESTAMP_SIZE])
{
    const int64_t seconds = floor_divide(microseconds, MLCI_SECOND_US);
    /* The remainder, made positive: seconds * MLCI_SECOND_US can lie below the smallest int64. */
    const int64_t remainder = microseconds % MLCI_SECOND_US;
    const int64_t fraction = remainder < 0 ? remainder + MLCI_SECOND_US : remainder;
    const int64_t days = floor_divide(seconds, DAY_SECONDS);
    const int64_t time = seconds - days * DAY_SECONDS;
    int64_t year, month, day;
    mlci_date_from_days(days, &year, &month, &day);
    char *at = put_year(year, out);
    at = put_part('-', month, at);
    at = put_part('-', day, at);
    at = put_part('T', time / 3600, at);
    at = put_part(':', time / 60 % 60, at);
    at = put_part(':', time % 60, at);
    if (fraction != 0) {
        at = put_part('.', fraction / 10000, at);
        mlci_put_pair((uint32_t)(fraction / 100 % 100), at);
        mlci_put_pair((uint32_t)(fraction % 100), at + 2);
        at += 4;
    }
    memcpy(at, "Z", 2);
    return (int32_t)(at + 1 - out);
}
