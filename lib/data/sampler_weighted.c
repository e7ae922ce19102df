/* Weighted sampling. Without replacement: the rows of the n smallest keys E / w, E exponential
 * (Efraimidis and Spirakis 2006: the largest u^(1 / w)). With replacement: draws by the running sum
 * of the weights. O(n_rows), and O(n log n_rows) with replacement. */
#include <math.h>
#include <string.h>

#include "descriptor.h"
#include "kernels.h"
#include "random.h"
#include "sample.h"

typedef struct weighted_params {
    int64_t n;
    double share;
    char *weight;
    int32_t replace;
    int64_t random_state;
} weighted_params;

static const mlci_param params_table[] = {
    MLCI_SAMPLE_N(weighted_params),
    MLCI_SAMPLE_SHARE(weighted_params),
    MLCI_STRING(weighted_params, weight, NULL,
                "column of weights, at least 0; none is the one of role weight", .since = "0.1"),
    MLCI_BOOL(weighted_params, replace, 0, "a row may be drawn more than once", .since = "0.1"),
    MLCI_SAMPLE_SEED(weighted_params),
    {.name = NULL}};

static mlc_status check(const void *values, mlc_error *err)
{
    const weighted_params *const p = values;
    return mlci_sample_check(p->n, p->share, err);
}

static mlc_status find_column(const mlc_dataset *dataset, const char *name, int32_t *field,
                              mlc_error *err)
{
    if (name != NULL) {
        MLCI_TRY(mlci_dataset_get(dataset, name, field, err));
    } else {
        MLCI_TRY(mlci_dataset_role_field(dataset, MLCI_ROLE_WEIGHT, field, err));
    }
    if (*field < 0) {
        return mlci_fail(err, MLC_ERROR_ROLE, "weight",
                         "weighted needs weights: give one column the role weight, or say "
                         "weight=column");
    }
    const mlci_field *const found = &dataset->fields[*field];
    if (mlci_type_is_number(found->column->type)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, found->name,
                     "column '%s' is %s: weights must be numbers", found->name,
                     mlci_type_kind(found->column->type));
}

/* The weights of rows that are counted from `first` in messages. */
static mlc_status read_weights(mlc_context *call, const weighted_params *p,
                               const mlc_dataset *dataset, int64_t first, double **out,
                               mlc_error *err)
{
    int32_t field = -1;
    MLCI_TRY(find_column(dataset, p->weight, &field, err));
    const mlci_field *const from = &dataset->fields[field];
    double *const weight = mlci_alloc_raw(call->root, dataset->n_rows, (int64_t)sizeof *weight);
    if (weight == NULL) return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *weight);
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        mlci_column_reals(from->column, mlci_dataset_source_row(dataset, i), 1, &weight[i], 1);
        if (weight[i] >= 0 && isfinite(weight[i])) continue;
        const char *const what = isnan(weight[i]) ? "missing"
                                 : weight[i] < 0  ? "negative"
                                                  : "infinite";
        mlci_free(weight);
        return mlci_fail(err, MLC_ERROR_DATA, from->name,
                         "row %lld of column '%s' is %s: weights must be finite and at least 0",
                         (long long)(first + i), from->name, what);
    }
    *out = weight;
    return MLC_OK;
}

/* ---- without replacement ---------------------------------------------------------------- */

static mlc_status check_stream(const void *params, mlc_error *err)
{
    const weighted_params *const p = params;
    if (!p->replace && isnan(p->share)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, p->replace ? "replace" : "share",
                     "%s needs all rows at once: collect them first, or give n and draw without "
                     "replacement",
                     p->replace ? "replace" : "share");
}

typedef struct drawing {
    uint64_t seed;
    const double *weight;
    int64_t first;
} drawing;

/* The bits of a double that is not negative order as it does. */
static uint64_t key_of_row(const void *arg, int64_t row)
{
    const drawing *const d = arg;
    uint64_t key = 0;
    if (d->weight[row] == 0) return MLCI_SAMPLE_NEVER;
    const double unit = mlci_random_unit(d->seed, MLCI_RANDOM_SAMPLE_ROW,
                                         MLCI_SAMPLE_STREAM_WEIGHTED, (uint64_t)(d->first + row));
    const double arrival = fabs(mlci_ln(1 - unit)) / d->weight[row];
    memcpy(&key, &arrival, sizeof key);
    return key;
}

static mlc_status fill_keys(mlc_context *call, const void *params, const mlc_dataset *rows,
                            int64_t first, uint64_t *keys, mlc_error *err)
{
    const weighted_params *const p = params;
    double *weight = NULL;
    MLCI_TRY(read_weights(call, p, rows, first, &weight, err));
    const drawing d = {(uint64_t)p->random_state, weight, first};
    const mlc_status status = mlci_sample_keys(call, rows->n_rows, key_of_row, &d, keys, err);
    mlci_free(weight);
    return status;
}

static mlc_status fail_positive(int64_t n, int64_t n_positive, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, "n",
                     "%lld rows are wanted, and %lld have a weight above 0: take fewer",
                     (long long)n, (long long)n_positive);
}

/* Those of weight 0 never stay, so rows that were left out do not change what is too few. */
static mlc_status choose(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err)
{
    const weighted_params *const p = params;
    int64_t wanted = p->n == MLCI_NONE_INTEGER ? 1 : p->n, n_positive = 0;
    if (candidates->is_end) {
        MLCI_TRY(mlci_sample_size(p->n, p->share, candidates->n_seen, 0, &wanted, err));
    }
    for (int64_t i = 0; i < candidates->rows->n_rows; i++)
        n_positive += candidates->keys[i] != MLCI_SAMPLE_NEVER;
    if (wanted <= n_positive) {
        return mlci_sample_choose_smallest(call, candidates, wanted, out, n, err);
    }
    if (candidates->is_end) return fail_positive(wanted, n_positive, err);
    MLCI_TRY(mlci_sample_choose_smallest(call, candidates, n_positive, out, n, err));
    candidates->bound = MLCI_SAMPLE_NEVER - 1;
    return MLC_OK;
}

static const mlci_sample_rule rule = {check_stream, fill_keys, choose};

/* ---- with replacement ------------------------------------------------------------------- */

/* The first row whose running sum exceeds the value. */
static int64_t find_row(const double *sum, int64_t n_rows, double value)
{
    int64_t low = 0, high = n_rows - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (sum[middle] > value) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* As drawn; weight becomes its running sum. */
static mlc_status draw_again(mlc_context *call, const weighted_params *p, double *weight,
                             int64_t n_rows, int64_t n, int64_t **out, mlc_error *err)
{
    int64_t last = n_rows - 1;
    int64_t *const rows = mlci_alloc_raw(call->root, n, (int64_t)sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *rows);
    while (last > 0 && weight[last] == 0)
        last--; /* rounding must not draw a row of weight 0 */
    for (int64_t i = 1; i < n_rows; i++)
        weight[i] += weight[i - 1];
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        const double unit = mlci_random_unit((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW,
                                             MLCI_SAMPLE_STREAM_WEIGHTED_AGAIN, (uint64_t)i);
        rows[i] = find_row(weight, last + 1, unit * weight[last]);
        status = mlci_poll_row(call, i, err);
    }
    if (status != MLC_OK) {
        mlci_free(rows);
        return status;
    }
    *out = rows;
    return MLC_OK;
}

static mlc_status draw_with(mlc_context *call, const weighted_params *p, const mlc_dataset *dataset,
                            double *weight, mlc_dataset **out, mlc_error *err)
{
    int64_t n = 0, n_positive = 0, *rows = NULL;
    MLCI_TRY(mlci_sample_size(p->n, p->share, dataset->n_rows, 1, &n, err));
    for (int64_t i = 0; i < dataset->n_rows; i++)
        n_positive += weight[i] > 0;
    if (n > 0 && n_positive == 0) return fail_positive(n, 0, err);
    MLCI_TRY(draw_again(call, p, weight, dataset->n_rows, n, &rows, err));
    return mlci_sample_view(call, dataset, rows, n, out, err);
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const weighted_params *const p = params;
    double *weight = NULL;
    if (!p->replace) return mlci_sample_by_rule(call, &rule, params, dataset, out, err);
    MLCI_TRY(read_weights(call, p, dataset, 0, &weight, err));
    const mlc_status status = draw_with(call, p, dataset, weight, out, err);
    mlci_free(weight);
    return status;
}

extern const mlci_maker_descriptor mlci_sampler_weighted;
const mlci_maker_descriptor mlci_sampler_weighted = {
    .base = {.kind = MLCI_KIND_SAMPLER,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "weighted",
             .summary = "rows drawn with chances by weight, with or without replacement",
             .details = "Without replacement as if rows were drawn one by one, each time by weight "
                        "among those that are left: the rows whose keys E / w are the n smallest, "
                        "E exponential by row number (Efraimidis and Spirakis 2006), in the order "
                        "of the rows. Rows of weight 0 are never drawn. With replacement each draw "
                        "is by weight, and rows are in the order in which they were drawn. "
                        "O(n_rows), and O(n log n_rows) with replacement.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(weighted_params),
             .check = check},
    .make = make,
    .rule = &rule};
