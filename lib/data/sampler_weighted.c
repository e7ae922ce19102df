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

/* The weights, and how many are above 0. */
static mlc_status read_weights(mlc_context *call, const mlc_dataset *dataset, int32_t field,
                               double **out, int64_t *n_positive, mlc_error *err)
{
    const mlci_field *const from = &dataset->fields[field];
    double *const weight = mlci_alloc_raw(call->root, dataset->n_rows, (int64_t)sizeof *weight);
    if (weight == NULL) return mlci_fail_memory(err, dataset->n_rows, (int64_t)sizeof *weight);
    *n_positive = 0;
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        mlci_column_reals(from->column, mlci_dataset_source_row(dataset, i), 1, &weight[i], 1);
        *n_positive += weight[i] > 0;
        if (weight[i] >= 0 && isfinite(weight[i])) continue;
        mlci_free(weight);
        return mlci_fail(err, MLC_ERROR_DATA, from->name,
                         "row %lld of column '%s' is %s: weights must be finite and at least 0",
                         (long long)i, from->name,
                         isnan(weight[i]) ? "missing"
                         : weight[i] < 0  ? "negative"
                                          : "infinite");
    }
    *out = weight;
    return MLC_OK;
}

typedef struct drawing {
    const weighted_params *p;
    const double *weight;
} drawing;

/* The bits of a double that is not negative order as it does. */
static uint64_t key_of_row(const void *arg, int64_t row)
{
    const drawing *const d = arg;
    uint64_t key = 0;
    if (d->weight[row] == 0) return MLCI_SAMPLE_NEVER;
    const double unit =
        mlci_random_unit((uint64_t)d->p->random_state, MLCI_RANDOM_SAMPLE_ROW, 2, (uint64_t)row);
    const double arrival = fabs(mlci_ln(1 - unit)) / d->weight[row];
    memcpy(&key, &arrival, sizeof key);
    return key;
}

static mlc_status draw_once(mlc_context *call, const drawing *d, int64_t n_rows, int64_t n,
                            int64_t **out, mlc_error *err)
{
    uint64_t *keys = NULL;
    MLCI_TRY(mlci_sample_keys(call, n_rows, key_of_row, d, &keys, err));
    const mlc_status status = mlci_sample_smallest(call, keys, n_rows, n, out, err);
    mlci_free(keys);
    return status;
}

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
    while (weight[last] == 0)
        last--; /* rounding must not draw a row of weight 0 */
    for (int64_t i = 1; i < n_rows; i++)
        weight[i] += weight[i - 1];
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < n && status == MLC_OK; i++) {
        const double unit =
            mlci_random_unit((uint64_t)p->random_state, MLCI_RANDOM_SAMPLE_ROW, 3, (uint64_t)i);
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

static mlc_status draw(mlc_context *call, const weighted_params *p, const mlc_dataset *dataset,
                       double *weight, int64_t n_positive, mlc_dataset **out, mlc_error *err)
{
    int64_t n = 0, *rows = NULL;
    MLCI_TRY(mlci_sample_size(p->n, p->share, dataset->n_rows, p->replace, &n, err));
    if (n > n_positive && (!p->replace || n_positive == 0)) {
        return mlci_fail(err, MLC_ERROR_DATA, "n",
                         "%lld rows are wanted, and %lld have a weight above 0: take fewer",
                         (long long)n, (long long)n_positive);
    }
    if (p->replace && n > 0) {
        MLCI_TRY(draw_again(call, p, weight, dataset->n_rows, n, &rows, err));
    } else {
        const drawing d = {p, weight};
        MLCI_TRY(draw_once(call, &d, dataset->n_rows, n, &rows, err));
    }
    return mlci_sample_view(call, dataset, rows, n, out, err);
}

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const weighted_params *const p = params;
    int32_t field = -1;
    int64_t n_positive = 0;
    double *weight = NULL;
    MLCI_TRY(find_column(dataset, p->weight, &field, err));
    MLCI_TRY(read_weights(call, dataset, field, &weight, &n_positive, err));
    const mlc_status status = draw(call, p, dataset, weight, n_positive, out, err);
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
    .make = make};
