/* Time-decay weights: a row that is older by a half-life counts half. O(n). */
#include <math.h>
#include <string.h>

#include "descriptor.h"
#include "kernels.h"
#include "number.h"
#include "weighting.h"

#define LN_2 0.69314718055994530942

typedef struct decay_params {
    char *half_life;
    char *column;
    char *name;
} decay_params;

static const mlci_param params_table[] = {
    MLCI_STRING(decay_params, half_life, "30d",
                "age at which a weight is one half: a number with s, min, h, d, w or y (365.25 "
                "days) for timestamps, a number alone for a column of numbers",
                .since = "0.1"),
    MLCI_STRING(decay_params, column, NULL, "column of times; none is the one of role time",
                .since = "0.1"),
    MLCI_WEIGHTING_NAME(decay_params),
    {.name = NULL}};

typedef struct unit {
    const char *name;
    double microseconds;
} unit;

static const unit units[] = {{"s", 1e6},     {"min", 60e6},      {"h", 3600e6},
                             {"d", 86400e6}, {"w", 7 * 86400e6}, {"y", 365.25 * 86400e6}};

/* A number, and its unit where there is one; 0 when it is neither. */
static int read_half_life(const char *text, double *value, const unit **with)
{
    const size_t length = strlen(text);
    size_t n = length;
    while (n > 0 && text[n - 1] >= 'a' && text[n - 1] <= 'z')
        n--;
    *with = NULL;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text + n, units[i].name) == 0) *with = &units[i];
    }
    if (n < length && *with == NULL) return 0;
    return mlci_real_parse(text, (int64_t)n, value) && *value > 0 && isfinite(*value);
}

static mlc_status check(const void *values, mlc_error *err)
{
    const decay_params *const p = values;
    double value = 0;
    const unit *with = NULL;
    if (read_half_life(p->half_life, &value, &with)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "half_life",
                     "half_life = %.60s: must be a number above 0, with s, min, h, d, w or y "
                     "behind it for timestamps, as in 30d",
                     p->half_life);
}

static mlc_status find_field(const mlc_dataset *dataset, const char *name, int32_t *out,
                             mlc_error *err)
{
    if (name != NULL) return mlci_dataset_get(dataset, name, out, err);
    MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_TIME, out, err));
    if (*out >= 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ROLE, "column",
                     "time_decay needs times: give one column the role time, or say column=name");
}

/* The half-life in the units of the column. */
static mlc_status scale_half_life(const decay_params *p, const mlci_field *field, double *out,
                                  mlc_error *err)
{
    const int is_time = field->column->type == MLC_TYPE_TIMESTAMP;
    const unit *with = NULL;
    if (!is_time && !mlci_type_is_number(field->column->type)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' is %s: time_decay needs timestamps or numbers", field->name,
                         mlci_type_kind(field->column->type));
    }
    (void)read_half_life(p->half_life, out, &with);
    if (is_time != (with != NULL)) {
        return mlci_fail(err, MLC_ERROR_SETTING, "half_life",
                         is_time ? "half_life = %.60s: column '%s' holds timestamps: say in which "
                                   "unit, as in 30d"
                                 : "half_life = %.60s: column '%s' holds numbers: give a number "
                                   "alone",
                         p->half_life, field->name);
    }
    if (is_time) *out *= with->microseconds;
    return MLC_OK;
}

static mlc_status weigh(const mlc_dataset *dataset, const mlci_field *field, double half_life,
                        double *weight, double *time, mlc_error *err)
{
    double latest = -(double)INFINITY;
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        mlci_column_reals(field->column, mlci_dataset_source_row(dataset, i), 1, &time[i], 1);
        if (!isfinite(time[i])) {
            return mlci_fail(err, MLC_ERROR_DATA, field->name,
                             "row %lld has no time in column '%s'", (long long)i, field->name);
        }
        if (time[i] > latest) latest = time[i];
    }
    for (int64_t i = 0; i < dataset->n_rows; i++)
        weight[i] *= mlci_exp(-LN_2 * ((latest - time[i]) / half_life));
    return MLC_OK;
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const decay_params *const p = params;
    double half_life = 0, *weight = NULL;
    int32_t field = -1;
    MLCI_TRY(find_field(dataset, p->column, &field, err));
    MLCI_TRY(scale_half_life(p, &dataset->fields[field], &half_life, err));
    double *const time = mlci_alloc_raw(call->root, dataset->n_rows, (int64_t)sizeof *time);
    if (time == NULL) return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *time);
    mlc_status status = mlci_weighting_so_far(call, dataset, &weight, err);
    if (status == MLC_OK) {
        status = weigh(dataset, &dataset->fields[field], half_life, weight, time, err);
    }
    if (status == MLC_OK) status = mlci_weighting_add(call, dataset, p->name, weight, out, err);
    mlci_free(weight);
    mlci_free(time);
    return status;
}

extern const mlci_maker_descriptor mlci_weighting_time_decay;
const mlci_maker_descriptor mlci_weighting_time_decay = {
    .base = {.kind = MLCI_KIND_WEIGHTING,
             .capabilities = MLCI_SPLITS_BY_TIME,
             .name = "time_decay",
             .summary = "weights that halve with age",
             .details = "A row of age a, counted from the latest row of the dataset, has 2^(-a / "
                        "half_life). Weights that are there already are multiplied. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(decay_params),
             .check = check},
    .make = make};
