/* Rows of several datasets as one: each column is joined by itself, in parallel. */
#include "concat.h"

#include "checked.h"
#include "param.h"

typedef struct concatenation {
    mlci_root *root;
    int32_t n;
    const mlc_dataset *const *parts;
    int32_t with_missing; /* a part may lack columns */
    int32_t n_fields;
    mlci_field *fields; /* names are borrowed from the parts */
} concatenation;

/* A column of n rows without a value. */
static mlc_status missing_column(mlci_root *root, int64_t n, mlci_column **out, mlc_error *err)
{
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_FLOAT64, n, 1, 1, out, err));
    for (int64_t row = 0; row < n; row++)
        mlci_column_set_missing(*out, row);
    return MLC_OK;
}

static mlc_status join_parts(const concatenation *c, mlci_field *field, mlci_column **columns,
                             mlc_error *err)
{
    for (int32_t i = 0; i < c->n; i++) {
        const int32_t j = mlci_dataset_find(c->parts[i], field->name);
        if (j >= 0) {
            MLCI_TRY(mlci_dataset_take_column(c->parts[i], j, &columns[i], err));
        } else {
            MLCI_TRY(missing_column(c->root, c->parts[i]->n_rows, &columns[i], err));
        }
    }
    return mlci_column_join(c->root, field->name, c->n, (const mlci_column *const *)columns,
                            &field->column, err);
}

static mlc_status join_field(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const concatenation *const c = arg;
    mlci_column **const columns = mlci_alloc(c->root, c->n, (int64_t)sizeof *columns);
    if (columns == NULL) return mlci_fail_memory(err, c->n, (int64_t)sizeof *columns);
    const mlc_status status = join_parts(c, &c->fields[block], columns, err);
    for (int32_t i = 0; i < c->n; i++)
        mlci_column_unref(columns[i]);
    mlci_free(columns);
    return status;
}

/* A name of the dataset that the other one lacks, or NULL. */
static const char *lacking(const mlc_dataset *dataset, const mlc_dataset *other)
{
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        if (mlci_dataset_find(other, dataset->fields[i].name) < 0) return dataset->fields[i].name;
    }
    return NULL;
}

static mlc_status check_columns(const concatenation *c, mlc_error *err)
{
    for (int32_t i = 1; i < c->n; i++) {
        const char *const missing = lacking(c->parts[0], c->parts[i]);
        const char *const extra = lacking(c->parts[i], c->parts[0]);
        if (missing == NULL && extra == NULL) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, missing != NULL ? missing : extra,
                         "column '%s' is in part %d and not in part %d: columns=union makes such "
                         "values missing",
                         missing != NULL ? missing : extra, missing != NULL ? 1 : (int)i + 1,
                         missing != NULL ? (int)i + 1 : 1);
    }
    return MLC_OK;
}

static int in_earlier_part(const concatenation *c, int32_t part, const char *name)
{
    for (int32_t i = 0; i < part; i++) {
        if (mlci_dataset_find(c->parts[i], name) >= 0) return 1;
    }
    return 0;
}

/* Columns of the first part, then those that only later ones have, in their order. */
static mlc_status list_fields(concatenation *c, mlc_error *err)
{
    const int32_t n_parts = c->with_missing ? c->n : 1;
    int64_t n = 0;
    for (int32_t i = 0; i < n_parts; i++)
        n += c->parts[i]->n_fields;
    c->fields = mlci_alloc(c->root, n, (int64_t)sizeof *c->fields);
    if (c->fields == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *c->fields);
    for (int32_t i = 0; i < n_parts; i++) {
        for (int32_t j = 0; j < c->parts[i]->n_fields; j++) {
            const mlci_field *const field = &c->parts[i]->fields[j];
            if (in_earlier_part(c, i, field->name)) continue;
            c->fields[c->n_fields++] = (mlci_field){.name = field->name, .role = field->role};
        }
    }
    return MLC_OK;
}

static mlc_status count_rows(const concatenation *c, int64_t *n, mlc_error *err)
{
    *n = 0;
    for (int32_t i = 0; i < c->n; i++) {
        if (mlci_add_size(*n, c->parts[i]->n_rows, n)) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "too many rows");
    }
    return MLC_OK;
}

static mlc_status concat(mlc_context *call, concatenation *c, mlc_dataset **out, mlc_error *err)
{
    int64_t n_rows = 0;
    mlc_status status = c->with_missing ? MLC_OK : check_columns(c, err);
    if (status == MLC_OK) status = count_rows(c, &n_rows, err);
    if (status == MLC_OK) status = list_fields(c, err);
    if (status == MLC_OK) status = mlci_parallel_for(call, c->n_fields, join_field, c, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create_like(c->root, c->parts[0], c->n_fields, c->fields, n_rows, out,
                                          err);
    }
    for (int32_t j = 0; j < c->n_fields; j++)
        mlci_column_unref(c->fields[j].column);
    mlci_free(c->fields);
    return status;
}

mlc_status mlci_concat(mlc_context *call, int32_t n, const mlc_dataset *const *parts,
                       mlc_dataset **out, mlc_error *err)
{
    if (n == 1) {
        *out = mlc_dataset_ref(parts[0]);
        return MLC_OK;
    }
    concatenation c = {.root = call->root, .n = n, .parts = parts};
    return concat(call, &c, out, err);
}

/* ---- one after the other --------------------------------------------------------------------- */

static mlc_status make_room(mlci_parts *p, mlc_error *err)
{
    if (p->n < p->capacity) return MLC_OK;
    if (p->capacity > INT32_MAX / 2) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than 2^30 batches");
    }
    const int32_t capacity = p->capacity > 0 ? 2 * p->capacity : 16;
    mlc_dataset **const grown =
        mlci_realloc(p->root, p->parts, capacity, (int64_t)sizeof(mlc_dataset *));
    if (grown == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof(mlc_dataset *));
    p->parts = grown;
    p->capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_parts_add(mlci_parts *parts, mlc_dataset *dataset, mlc_error *err)
{
    const mlc_status status = make_room(parts, err);
    if (status == MLC_OK) {
        parts->parts[parts->n++] = dataset;
    } else {
        mlc_dataset_free(dataset);
    }
    return status;
}

mlc_status mlci_parts_join(mlc_context *call, const mlci_parts *parts, mlc_dataset **out,
                           mlc_error *err)
{
    return mlci_concat(call, parts->n, (const mlc_dataset *const *)parts->parts, out, err);
}

void mlci_parts_clear(mlci_parts *parts)
{
    for (int32_t i = 0; i < parts->n; i++)
        mlc_dataset_free(parts->parts[i]);
    mlci_free(parts->parts);
    *parts = (mlci_parts){.root = parts->root};
}

/* ---- the public call ------------------------------------------------------------------------ */

#define COLUMNS_SAME 0
#define COLUMNS_UNION 1

static const mlci_choice column_choices[] = {
    {"same", COLUMNS_SAME, "every part has the columns of the first"},
    {"union", COLUMNS_UNION, "all columns of all parts; what a part lacks is missing"},
    {NULL, 0, NULL}};

typedef struct concat_settings {
    int32_t columns;
} concat_settings;

static const mlci_param table[] = {
    MLCI_CHOICE(concat_settings, columns, COLUMNS_SAME, column_choices,
                "whether parts may differ in their columns", .since = "0.1"),
    {.name = NULL}};

static mlc_status check_parts(const mlc_dataset *const *parts, int32_t n, mlc_error *err)
{
    if (n < 1) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_parts", "n_parts = %d: must be at least 1",
                         (int)n);
    }
    for (int32_t i = 0; i < n; i++) {
        if (parts[i] != NULL) continue;
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "parts", "parts[%d] is NULL", (int)i);
    }
    return MLC_OK;
}

mlc_status mlc_dataset_concat(mlc_context *ctx, const mlc_dataset *const *parts, int32_t n_parts,
                              const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (parts == NULL || out == NULL) {
        const char *const what = parts == NULL ? "parts" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    MLCI_TRY(check_parts(parts, n_parts, err));
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    concat_settings s = {0};
    concatenation c = {.root = call->root, .n = n_parts, .parts = parts};
    mlc_status status = mlci_params_from_text(call->root, "concat", table, NULL, settings, &s, err);
    c.with_missing = s.columns == COLUMNS_UNION;
    if (status == MLC_OK) status = concat(call, &c, out, err);
    mlci_params_clear(table, &s);
    mlci_call_end(call);
    return status;
}
