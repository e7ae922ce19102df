/* normalizer: each row divided by its norm.
 *
 * The norm goes over all numbers of the row that the transform reads, components of vectors among
 * them, in the order of the columns: a chain of rounded additions, of which the zeros that a sparse
 * vector leaves out change nothing. There is nothing to learn but which columns. O(1) a number. */
#include <math.h>

#include "dataset_impl.h"
#include "descriptor.h"
#include "numeric_columns.h"

enum { NORM_L1, NORM_L2, NORM_MAX };

struct normalizer_params {
    int32_t norm;
};

static void normalizer_free(void *state)
{
    mlci_numeric_columns *const c = state;
    if (c == NULL) return;
    mlci_numeric_columns_clear(c);
    mlci_free(c);
}

static mlc_status normalizer_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    mlci_numeric_columns *const c = mlci_alloc(mlci_context_root(fit->call), 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    const mlc_status status = mlci_numeric_columns_fit(fit, c, err);
    if (status != MLC_OK) {
        normalizer_free(c);
        return status;
    }
    *state = c;
    return MLC_OK;
}

/* ---- norms ------------------------------------------------------------------------------ */

/* The norm so far, before its root, with one more number. A missing one makes it NaN. */
static double add_to_norm(int32_t norm, double sum, double x)
{
    if (norm == NORM_L2) return sum + x * x;
    if (norm == NORM_L1) return sum + fabs(x);
    return isnan(sum) || fabs(x) <= sum ? sum : fabs(x);
}

/* What the numbers of a row are divided by: rows of zeros stay. */
static double divisor(int32_t norm, double sum)
{
    const double size = norm == NORM_L2 ? sqrt(sum) : sum;
    return size == 0 ? 1 : size;
}

static void add_column(int32_t norm, const mlci_column *column, double *sums)
{
    const double *const values = column->values;
    const int is_sparse = column->indices != NULL;
    for (int64_t i = 0; i < column->n_rows; i++) {
        const int64_t first = is_sparse ? column->offsets[i] : i * column->width;
        const int64_t end = is_sparse ? column->offsets[i + 1] : first + column->width;
        for (int64_t k = first; k < end; k++)
            sums[i] = add_to_norm(norm, sums[i], values[k]);
    }
}

static void divide_column(mlci_column *column, const double *divisors)
{
    double *const values = mlci_column_data(column);
    const int is_sparse = column->indices != NULL;
    for (int64_t i = 0; i < column->n_rows; i++) {
        const int64_t first = is_sparse ? column->offsets[i] : i * column->width;
        const int64_t end = is_sparse ? column->offsets[i + 1] : first + column->width;
        for (int64_t k = first; k < end; k++)
            values[k] /= divisors[i];
    }
    mlci_numeric_column_finish(column);
}

/* ---- applying --------------------------------------------------------------------------- */

static int32_t normalizer_n_ports(const void *params, const void *state)
{
    (void)params;
    return ((const mlci_numeric_columns *)state)->n_columns;
}

static void normalizer_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    mlci_numeric_columns_port(state, i, out);
}

static mlc_status copy_columns(mlc_context *call, const mlci_numeric_columns *c,
                               const mlci_column *const *columns, mlci_column **out, mlc_error *err)
{
    for (int32_t i = 0; i < c->n_columns; i++) {
        MLCI_TRY(mlci_poll(call, err));
        MLCI_TRY(mlci_numeric_column_copy(mlci_context_root(call), &c->list[i], columns[i], &out[i],
                                          err));
    }
    return MLC_OK;
}

static mlc_status divide_rows(mlc_context *call, int32_t norm, int32_t n_columns, int64_t n_rows,
                              mlci_column *const *columns, mlc_error *err)
{
    double *const sums = mlci_alloc(mlci_context_root(call), n_rows, sizeof *sums);
    if (sums == NULL) return mlci_fail_memory(err, n_rows, sizeof *sums);
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < n_columns && status == MLC_OK; i++) {
        add_column(norm, columns[i], sums);
        status = mlci_poll(call, err);
    }
    for (int64_t i = 0; i < n_rows; i++)
        sums[i] = divisor(norm, sums[i]);
    for (int32_t i = 0; i < n_columns && status == MLC_OK; i++) {
        divide_column(columns[i], sums);
        status = mlci_poll(call, err);
    }
    mlci_free(sums);
    return status;
}

static mlc_status normalizer_apply(mlc_context *call, const void *params, const void *state,
                                   const mlci_column *const *columns, int64_t n_rows,
                                   mlci_column **out, mlc_error *err)
{
    const struct normalizer_params *const p = params;
    const mlci_numeric_columns *const c = state;
    for (int32_t i = 0; i < c->n_columns; i++)
        out[i] = NULL;
    mlc_status status = copy_columns(call, c, columns, out, err);
    if (status == MLC_OK) status = divide_rows(call, p->norm, c->n_columns, n_rows, out, err);
    if (status == MLC_OK) return MLC_OK;
    for (int32_t i = 0; i < c->n_columns; i++) {
        mlci_column_unref(out[i]);
        out[i] = NULL;
    }
    return status;
}

static mlc_status normalizer_row(const void *params, const void *state, const mlc_value *in,
                                 mlc_value *out, int64_t *flags, mlc_error *err)
{
    const struct normalizer_params *const p = params;
    const mlci_numeric_columns *const c = state;
    double sum = 0;
    (void)err;
    for (int64_t j = 0; j < c->n; j++)
        sum = add_to_norm(p->norm, sum, mlci_numeric_cell(&in[j], flags));
    const double size = divisor(p->norm, sum);
    for (int64_t j = 0; j < c->n; j++)
        out[j] = mlci_numeric_value(mlci_numeric_cell(&in[j], flags) / size);
    return MLC_OK;
}

/* ---- storage ---------------------------------------------------------------------------- */

static void normalizer_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    mlci_numeric_columns_save(state, w);
}

static mlc_status normalizer_load(mlc_context *call, const void *params, mlci_reader *r,
                                  void **state, mlc_error *err)
{
    (void)params;
    mlci_root *const root = mlci_context_root(call);
    mlci_numeric_columns *const c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    mlci_numeric_columns_load(r, root, c);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        normalizer_free(c);
        return status;
    }
    *state = c;
    return MLC_OK;
}

static int normalizer_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    return mlci_numeric_columns_read(state, n, inputs);
}

static const mlci_choice norms[] = {
    {"l1", NORM_L1, "the sum of the sizes of a row's numbers"},
    {"l2", NORM_L2, "the root of the sum of their squares"},
    {"max", NORM_MAX, "the largest of their sizes"},
    {NULL, 0, NULL},
};

static const mlci_param normalizer_table_params[] = {
    MLCI_CHOICE(struct normalizer_params, norm, NORM_L2, norms, "what a row is divided by",
                .since = "0.1"),
    {.name = NULL},
};

extern const mlci_transform_descriptor mlci_transform_normalizer;
const mlci_transform_descriptor mlci_transform_normalizer = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_CAN_WEIGHT | MLCI_CAN_MISSING,
             .name = "normalizer",
             .summary = "rows of numbers to norm 1",
             .details = "Each number of a row is divided by the norm of all numbers of the row "
                        "that the transform reads, those in vectors among them; rows of zeros stay "
                        "as they are. Nothing is learned, so weights change nothing. A row with a "
                        "missing number has no norm: all of it becomes missing. As scikit-learn's "
                        "Normalizer, which refuses missing numbers.",
             .since = "0.1",
             .params = normalizer_table_params,
             .params_size = sizeof(struct normalizer_params)},
    .state_version = 1,
    .takes = MLCI_TAKES_NUMBER,
    .accepts = MLCI_TAKES_NUMBER | MLCI_TAKES_VECTOR,
    .fit = normalizer_fit,
    .n_ports = normalizer_n_ports,
    .port = normalizer_port,
    .apply = normalizer_apply,
    .row = normalizer_row,
    .save = normalizer_save,
    .load = normalizer_load,
    .reads = normalizer_reads,
    .free_state = normalizer_free,
};
