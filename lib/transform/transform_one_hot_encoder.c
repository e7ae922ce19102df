/* one_hot_encoder: each column of categories becomes a vector with a component a level.
 *
 * Categories are ordered by value, missing is one of its own where training had it, rare ones
 * may be joined. Vectors are sparse unless told otherwise: one entry a row. */
#include <math.h>
#include <string.h>

#include "categories.h"
#include "dataset_impl.h"
#include "descriptor.h"

enum { UNKNOWN_ERROR, UNKNOWN_IGNORE, UNKNOWN_INFREQUENT };
enum { DROP_NONE, DROP_FIRST, DROP_IF_BINARY };

struct one_hot_params {
    int32_t handle_unknown;
    int32_t drop;
    int32_t sparse_output;
    double min_frequency;
    int64_t max_categories;
};

typedef struct one_hot_state {
    mlci_root *root;
    int32_t n;
    mlci_categories *columns;
    int32_t *first; /* levels below are dropped: 0 or 1 */
} one_hot_state;

static void one_hot_free(void *state)
{
    one_hot_state *s = state;
    if (s == NULL) return;
    for (int32_t i = 0; s->columns != NULL && i < s->n; i++)
        mlci_categories_clear(&s->columns[i]);
    mlci_free(s->columns);
    mlci_free(s->first);
    mlci_free(s);
}

static one_hot_state *new_state(mlci_root *root, int32_t n)
{
    one_hot_state *s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return NULL;
    s->root = root;
    s->columns = mlci_alloc(root, n, sizeof *s->columns);
    s->first = mlci_alloc(root, n, sizeof *s->first);
    s->n = n;
    if (s->columns != NULL && s->first != NULL) return s;
    one_hot_free(s);
    return NULL;
}

static int32_t dropped_levels(const struct one_hot_params *params, const mlci_categories *c)
{
    if (params->drop == DROP_FIRST) return c->n_levels > 0;
    return params->drop == DROP_IF_BINARY && c->n_levels == 2;
}

static mlc_status one_hot_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    const struct one_hot_params *params = fit->params;
    mlci_root *root = mlci_context_root(fit->call);
    one_hot_state *s = new_state(root, fit->n_columns);
    if (s == NULL) return mlci_fail_memory(err, fit->n_columns, sizeof *s->columns);
    const mlci_rarity rarity = {params->min_frequency, params->max_categories};
    for (int32_t i = 0; i < s->n; i++) {
        mlc_status status = mlci_poll(fit->call, err);
        if (status == MLC_OK) {
            status = mlci_categories_fit(fit->call, fit->names[i], fit->columns[i], fit->weight,
                                         &rarity, &s->columns[i], err);
        }
        if (status != MLC_OK) {
            one_hot_free(s);
            return status;
        }
        s->first[i] = dropped_levels(params, &s->columns[i]);
    }
    *state = s;
    return MLC_OK;
}

/* ---- ports: one a column that has a level left ------------------------------------------ */

static int32_t column_width(const one_hot_state *s, int32_t i)
{
    return s->columns[i].n_levels - s->first[i];
}

static int32_t one_hot_n_ports(const void *params, const void *state)
{
    (void)params;
    const one_hot_state *s = state;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n; i++)
        n += column_width(s, i) > 0;
    return n;
}

static void one_hot_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    const one_hot_state *s = state;
    int32_t column = 0;
    for (; column < s->n; column++) {
        if (column_width(s, column) > 0 && i-- == 0) break;
    }
    const mlci_categories *c = &s->columns[column];
    *out = (mlci_port){.name = c->name,
                       .type = MLC_TYPE_VECTOR,
                       .width = column_width(s, column),
                       .input = column,
                       .components = (const char *const *)c->names + s->first[column]};
}

/* The component of a level: -1 for a dropped one and for an unknown one that is let pass. */
static int32_t component_of(const struct one_hot_params *params, const one_hot_state *s,
                            int32_t column, int32_t level)
{
    const mlci_categories *c = &s->columns[column];
    if (level == MLCI_LEVEL_UNKNOWN && params->handle_unknown == UNKNOWN_INFREQUENT) {
        level = c->infrequent;
    }
    return level < s->first[column] ? -1 : level - s->first[column];
}

/* ---- applying --------------------------------------------------------------------------- */

static mlc_status check_levels(const struct one_hot_params *params, const mlci_categories *c,
                               const mlci_column *column, const int32_t *levels, mlc_error *err)
{
    if (params->handle_unknown != UNKNOWN_ERROR) return MLC_OK;
    for (int64_t i = 0; i < column->n_rows; i++) {
        if (levels[i] == MLCI_LEVEL_UNKNOWN)
            return mlci_categories_refuse(c, column, i, "ignore", err);
    }
    return MLC_OK;
}

static mlc_status make_dense(const struct one_hot_params *params, const one_hot_state *s, int32_t j,
                             int64_t n_rows, const int32_t *levels, mlci_column **out,
                             mlc_error *err)
{
    const int32_t width = column_width(s, j);
    MLCI_TRY(mlci_column_create(s->root, MLC_TYPE_VECTOR, n_rows, width, 0, out, err));
    double *values = mlci_column_data(*out);
    for (int64_t i = 0; i < n_rows; i++) {
        const int32_t k = component_of(params, s, j, levels[i]);
        if (k >= 0) values[i * width + k] = 1;
    }
    return MLC_OK;
}

static mlc_status make_sparse(const struct one_hot_params *params, const one_hot_state *s,
                              int32_t j, int64_t n_rows, const int32_t *levels, mlci_column **out,
                              mlc_error *err)
{
    int64_t *offsets = mlci_alloc_raw(s->root, n_rows + 1, sizeof *offsets);
    int32_t *indices = mlci_alloc_raw(s->root, n_rows, sizeof *indices);
    double *values = mlci_alloc_raw(s->root, n_rows, sizeof *values);
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, n_rows, sizeof *values);
    }
    int64_t n = 0;
    offsets[0] = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        const int32_t k = component_of(params, s, j, levels[i]);
        if (k >= 0) {
            indices[n] = k;
            values[n++] = 1;
        }
        offsets[i + 1] = n;
    }
    return mlci_column_create_sparse(s->root, n_rows, column_width(s, j), offsets, indices, values,
                                     out, err);
}

static mlc_status apply_column(const struct one_hot_params *params, const one_hot_state *s,
                               int32_t j, const mlci_column *column, const int32_t *levels,
                               mlci_column **out, mlc_error *err)
{
    const mlci_categories *c = &s->columns[j];
    MLCI_TRY(check_levels(params, c, column, levels, err));
    if (column_width(s, j) == 0) return MLC_OK;
    MLCI_TRY((params->sparse_output ? make_sparse : make_dense)(params, s, j, column->n_rows,
                                                                levels, out, err));
    const mlc_status status =
        mlci_column_set_components(*out, (const char *const *)c->names + s->first[j], err);
    if (status != MLC_OK) mlci_column_unref(*out);
    return status;
}

static mlc_status one_hot_apply(mlc_context *call, const void *params, const void *state,
                                const mlci_column *const *columns, int64_t n_rows,
                                mlci_column **out, mlc_error *err)
{
    const one_hot_state *s = state;
    int32_t *levels = mlci_alloc_raw(mlci_context_root(call), n_rows, sizeof *levels);
    if (levels == NULL) return mlci_fail_memory(err, n_rows, sizeof *levels);
    mlc_status status = MLC_OK;
    int32_t made = 0;
    for (int32_t j = 0; j < s->n && status == MLC_OK; j++) {
        mlci_column *column = NULL;
        status = mlci_poll(call, err);
        if (status == MLC_OK) {
            status = mlci_categories_levels(call, &s->columns[j], columns[j], levels, err);
        }
        if (status == MLC_OK) status = apply_column(params, s, j, columns[j], levels, &column, err);
        if (status == MLC_OK && column != NULL) out[made++] = column;
    }
    mlci_free(levels);
    while (status != MLC_OK && made > 0) {
        mlci_column_unref(out[--made]);
        out[made] = NULL;
    }
    return status;
}

static mlc_status one_hot_row(const void *params, const void *state, const mlc_value *in,
                              mlc_value *out, int64_t *flags, mlc_error *err)
{
    const struct one_hot_params *p = params;
    const one_hot_state *s = state;
    for (int32_t j = 0; j < s->n; j++) {
        const mlci_categories *c = &s->columns[j];
        const int32_t level = mlci_categories_level(c, &in[j], flags);
        if (level == MLCI_LEVEL_UNKNOWN && p->handle_unknown == UNKNOWN_ERROR) {
            return mlci_fail(err, MLC_ERROR_INVALID_VALUE, c->name,
                             "input '%s': the value was not in the training rows; "
                             "handle_unknown=ignore lets such records pass",
                             c->name);
        }
        const int32_t width = column_width(s, j);
        const int32_t one = component_of(p, s, j, level);
        for (int32_t k = 0; k < width; k++) {
            out[k] = (mlc_value){.kind = MLC_REAL, .real = k == one};
        }
        out += width;
    }
    return MLC_OK;
}

/* ---- storage ---------------------------------------------------------------------------- */

static mlc_status one_hot_table(mlc_context *call, const void *params, const void *state,
                                const char *table, mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)table;
    const one_hot_state *s = state;
    return mlci_categories_table(mlci_context_root(call), s->columns, s->n, out, err);
}

static void one_hot_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    const one_hot_state *s = state;
    mlci_write_int64(w, s->n);
    for (int32_t i = 0; i < s->n; i++)
        mlci_categories_save(&s->columns[i], w);
}

static mlc_status one_hot_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                               mlc_error *err)
{
    const int64_t n = mlci_read_count(r, "number of columns", 1, r->length / 16);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    one_hot_state *s = new_state(mlci_context_root(call), (int32_t)n);
    if (s == NULL) return mlci_fail_memory(err, n, sizeof *s->columns);
    for (int32_t i = 0; i < s->n && r->status == MLC_OK; i++) {
        mlci_categories_load(r, &s->columns[i]);
        s->first[i] = dropped_levels(params, &s->columns[i]);
    }
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        one_hot_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int one_hot_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    const one_hot_state *s = state;
    return mlci_categories_read(s->columns, s->n, n, inputs);
}

static const mlci_choice unknown_choices[] = {
    {"error", UNKNOWN_ERROR, "such a row is an error"},
    {"ignore", UNKNOWN_IGNORE, "all components are zero"},
    {"infrequent_if_exist", UNKNOWN_INFREQUENT, "the rare group, or zeros where there is none"},
    {NULL, 0, NULL},
};

static const mlci_choice drop_choices[] = {
    {"none", DROP_NONE, "every level has a component"},
    {"first", DROP_FIRST, "the first level has none"},
    {"if_binary", DROP_IF_BINARY, "the first of exactly two levels has none"},
    {NULL, 0, NULL},
};

static const mlci_param one_hot_table_params[] = {
    MLCI_CHOICE(struct one_hot_params, handle_unknown, UNKNOWN_ERROR, unknown_choices,
                "what a value that was not in the training rows becomes", .since = "0.1"),
    MLCI_CHOICE(struct one_hot_params, drop, DROP_NONE, drop_choices,
                "which level is left out, for models without regularisation", .since = "0.1"),
    MLCI_BOOL(struct one_hot_params, sparse_output, 1, "make sparse vectors", .since = "0.1"),
    MLCI_REAL(struct one_hot_params, min_frequency, MLCI_NONE_REAL, 0, INFINITY,
              "rows (or share of them, below 1) that a category needs, else it is rare",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_INTEGER(struct one_hot_params, max_categories, MLCI_NONE_INTEGER, 1, INT32_MAX,
                 "most levels, the group of the rare ones included", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    {.name = NULL},
};

static const char *const one_hot_tables[] = {"categories", NULL};

extern const mlci_transform_descriptor mlci_transform_one_hot_encoder;
const mlci_transform_descriptor mlci_transform_one_hot_encoder = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_CAN_WEIGHT | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY,
             .name = "one_hot_encoder",
             .summary = "categories to vectors of zeros and a one",
             .details = "Each column becomes a vector with a component for each value of the "
                        "training rows, ordered by value, named after it. Missing is a category "
                        "of its own where training had it. min_frequency and max_categories join "
                        "rare ones (by weight; of equals the lower value) into a last component "
                        "'infrequent'. A bare encoder takes texts and categories; numbers are "
                        "encoded when on() names them. As scikit-learn's OneHotEncoder, but one "
                        "vector a column instead of loose columns.",
             .since = "0.1",
             .params = one_hot_table_params,
             .params_size = sizeof(struct one_hot_params),
             .tables = one_hot_tables},
    .state_version = 1,
    .takes = MLCI_TAKES_CATEGORY,
    .accepts = MLCI_TAKES_CATEGORY | MLCI_TAKES_NUMBER,
    .fit = one_hot_fit,
    .n_ports = one_hot_n_ports,
    .port = one_hot_port,
    .apply = one_hot_apply,
    .row = one_hot_row,
    .table = one_hot_table,
    .save = one_hot_save,
    .load = one_hot_load,
    .reads = one_hot_reads,
    .free_state = one_hot_free,
};
