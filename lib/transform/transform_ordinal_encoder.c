/* ordinal_encoder: each column of categories becomes a number, its level in ascending order. */
#include <math.h>
#include <string.h>

#include "categories.h"
#include "dataset_impl.h"
#include "descriptor.h"

enum { UNKNOWN_ERROR, UNKNOWN_USE_VALUE };

struct ordinal_params {
    int32_t handle_unknown;
    double unknown_value;
    double encoded_missing_value;
    double min_frequency;
    int64_t max_categories;
};

typedef struct ordinal_state {
    mlci_root *root;
    int32_t n;
    mlci_categories *columns;
} ordinal_state;

static void ordinal_free(void *state)
{
    ordinal_state *s = state;
    if (s == NULL) return;
    for (int32_t i = 0; s->columns != NULL && i < s->n; i++)
        mlci_categories_clear(&s->columns[i]);
    mlci_free(s->columns);
    mlci_free(s);
}

static ordinal_state *new_state(mlci_root *root, int32_t n)
{
    ordinal_state *s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return NULL;
    s->root = root;
    s->n = n;
    s->columns = mlci_alloc(root, n, sizeof *s->columns);
    if (s->columns != NULL) return s;
    mlci_free(s);
    return NULL;
}

static mlc_status ordinal_fit(const mlci_transform_fit *fit, void **state, mlc_error *err)
{
    const struct ordinal_params *params = fit->params;
    mlci_root *root = mlci_context_root(fit->call);
    ordinal_state *s = new_state(root, fit->n_columns);
    if (s == NULL) return mlci_fail_memory(err, fit->n_columns, sizeof *s->columns);
    const mlci_rarity rarity = {params->min_frequency, params->max_categories};
    for (int32_t i = 0; i < s->n; i++) {
        mlc_status status = mlci_poll(fit->call, err);
        if (status == MLC_OK) {
            status = mlci_categories_fit(fit->call, fit->names[i], fit->columns[i], fit->weight,
                                         &rarity, &s->columns[i], err);
        }
        if (status == MLC_OK) continue;
        ordinal_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int32_t ordinal_n_ports(const void *params, const void *state)
{
    (void)params;
    return ((const ordinal_state *)state)->n;
}

static void ordinal_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    (void)params;
    const ordinal_state *s = state;
    *out =
        (mlci_port){.name = s->columns[i].name, .type = MLC_TYPE_FLOAT64, .width = 1, .input = i};
}

/* Missing keeps a code of its own apart from the levels; unknown_value stands for the rest. */
static double encode(const struct ordinal_params *params, const mlci_categories *c, int32_t level,
                     int is_missing)
{
    const int rare_missing = c->has_missing && c->level[c->n_values] == c->infrequent;
    if (is_missing && !rare_missing) return params->encoded_missing_value;
    return level == MLCI_LEVEL_UNKNOWN ? params->unknown_value : level;
}

static mlc_status apply_column(const struct ordinal_params *params, const mlci_categories *c,
                               const mlci_column *column, const int32_t *levels, mlci_column *out,
                               mlc_error *err)
{
    double *values = mlci_column_data(out);
    for (int64_t i = 0; i < column->n_rows; i++) {
        double as_number = 0;
        if (mlci_type_is_number(column->type)) mlci_column_reals(column, i, 1, &as_number, 1);
        const int is_missing = !mlci_column_is_valid(column, i) || isnan(as_number);
        if (levels[i] == MLCI_LEVEL_UNKNOWN && !is_missing &&
            params->handle_unknown == UNKNOWN_ERROR) {
            return mlci_categories_refuse(c, column, i, "use_encoded_value", err);
        }
        values[i] = encode(params, c, levels[i], is_missing);
        if (isnan(values[i])) mlci_column_set_missing(out, i);
    }
    return MLC_OK;
}

static mlc_status ordinal_apply(mlc_context *call, const void *params, const void *state,
                                const mlci_column *const *columns, int64_t n_rows,
                                mlci_column **out, mlc_error *err)
{
    const ordinal_state *s = state;
    mlci_root *root = mlci_context_root(call);
    int32_t *levels = mlci_alloc_raw(root, n_rows, sizeof *levels);
    if (levels == NULL) return mlci_fail_memory(err, n_rows, sizeof *levels);
    mlc_status status = MLC_OK;
    int32_t made = 0;
    for (int32_t j = 0; j < s->n && status == MLC_OK; j++) {
        status = mlci_poll(call, err);
        if (status == MLC_OK) {
            status = mlci_column_create(root, MLC_TYPE_FLOAT64, n_rows, 1, 1, &out[j], err);
        }
        if (status != MLC_OK) break;
        made++;
        status = mlci_categories_levels(call, &s->columns[j], columns[j], levels, err);
        if (status == MLC_OK)
            status = apply_column(params, &s->columns[j], columns[j], levels, out[j], err);
    }
    mlci_free(levels);
    while (status != MLC_OK && made > 0) {
        mlci_column_unref(out[--made]);
        out[made] = NULL;
    }
    return status;
}

static mlc_status ordinal_row(const void *params, const void *state, const mlc_value *in,
                              mlc_value *out, int64_t *flags, mlc_error *err)
{
    const struct ordinal_params *p = params;
    const ordinal_state *s = state;
    for (int32_t j = 0; j < s->n; j++) {
        const mlci_categories *c = &s->columns[j];
        const int is_missing = mlci_cell_is_missing(c, &in[j]);
        const int32_t level = mlci_categories_level(c, &in[j], flags);
        if (level == MLCI_LEVEL_UNKNOWN && !is_missing && p->handle_unknown == UNKNOWN_ERROR) {
            return mlci_fail(err, MLC_ERROR_INVALID_VALUE, c->name,
                             "input '%s': the value was not in the training rows; "
                             "handle_unknown=use_encoded_value lets such records pass",
                             c->name);
        }
        const double value = encode(p, c, level, is_missing);
        out[j] = (mlc_value){.kind = isnan(value) ? MLC_MISSING : MLC_REAL, .real = value};
    }
    return MLC_OK;
}

static mlc_status ordinal_table(mlc_context *call, const void *params, const void *state,
                                const char *table, mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)table;
    const ordinal_state *s = state;
    return mlci_categories_table(mlci_context_root(call), s->columns, s->n, out, err);
}

static void ordinal_save(const void *params, const void *state, mlci_writer *w)
{
    (void)params;
    const ordinal_state *s = state;
    mlci_write_int64(w, s->n);
    for (int32_t i = 0; i < s->n; i++)
        mlci_categories_save(&s->columns[i], w);
}

static mlc_status ordinal_load(mlc_context *call, const void *params, mlci_reader *r, void **state,
                               mlc_error *err)
{
    (void)params;
    const int64_t n = mlci_read_count(r, "number of columns", 1, r->length / 16);
    if (r->status != MLC_OK) return mlci_reader_finish(r, err);
    ordinal_state *s = new_state(mlci_context_root(call), (int32_t)n);
    if (s == NULL) return mlci_fail_memory(err, n, sizeof *s->columns);
    for (int32_t i = 0; i < s->n && r->status == MLC_OK; i++) {
        mlci_categories_load(r, &s->columns[i]);
    }
    const mlc_status status = mlci_reader_finish(r, err);
    if (status != MLC_OK) {
        ordinal_free(s);
        return status;
    }
    *state = s;
    return MLC_OK;
}

static int ordinal_reads(const void *state, int32_t n, const mlci_input *inputs)
{
    const ordinal_state *s = state;
    return mlci_categories_read(s->columns, s->n, n, inputs);
}

static const mlci_choice unknown_choices[] = {
    {"error", UNKNOWN_ERROR, "such a row is an error"},
    {"use_encoded_value", UNKNOWN_USE_VALUE, "unknown_value"},
    {NULL, 0, NULL},
};

static const mlci_param ordinal_table_params[] = {
    MLCI_CHOICE(struct ordinal_params, handle_unknown, UNKNOWN_ERROR, unknown_choices,
                "what a value that was not in the training rows becomes", .since = "0.1"),
    MLCI_REAL(struct ordinal_params, unknown_value, MLCI_NONE_REAL, -INFINITY, INFINITY,
              "code of unknown values; none: missing", .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_REAL(struct ordinal_params, encoded_missing_value, MLCI_NONE_REAL, -INFINITY, INFINITY,
              "code of missing values; none: they stay missing", .flags = MLCI_PARAM_NONE,
              .since = "0.1"),
    MLCI_REAL(struct ordinal_params, min_frequency, MLCI_NONE_REAL, 0, INFINITY,
              "rows (or share of them, below 1) that a category needs, else it is rare",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_INTEGER(struct ordinal_params, max_categories, MLCI_NONE_INTEGER, 1, INT32_MAX,
                 "most levels, the group of the rare ones included", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    {.name = NULL},
};

static const char *const ordinal_tables[] = {"categories", NULL};

extern const mlci_transform_descriptor mlci_transform_ordinal_encoder;
const mlci_transform_descriptor mlci_transform_ordinal_encoder = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_CAN_WEIGHT | MLCI_CAN_MISSING | MLCI_CAN_CATEGORY,
             .name = "ordinal_encoder",
             .summary = "categories to numbers in ascending order",
             .details = "Each value becomes its index among the values of the training rows in "
                        "ascending order; missing stays missing unless encoded_missing_value "
                        "says otherwise. min_frequency and max_categories join rare values into "
                        "the last index. As scikit-learn's OrdinalEncoder, whose unknown_value "
                        "has no default.",
             .since = "0.1",
             .params = ordinal_table_params,
             .params_size = sizeof(struct ordinal_params),
             .tables = ordinal_tables},
    .state_version = 1,
    .takes = MLCI_TAKES_CATEGORY,
    .accepts = MLCI_TAKES_CATEGORY | MLCI_TAKES_NUMBER,
    .fit = ordinal_fit,
    .n_ports = ordinal_n_ports,
    .port = ordinal_port,
    .apply = ordinal_apply,
    .row = ordinal_row,
    .table = ordinal_table,
    .save = ordinal_save,
    .load = ordinal_load,
    .reads = ordinal_reads,
    .free_state = ordinal_free,
};
