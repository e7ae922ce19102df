/* Contributions as a dataset: a vector column an output, or a line each of the largest. */
#include "contribution_job.h"

typedef mlci_contribution_job job;

/* The columns of the result while they come together. */
typedef struct fields {
    mlci_root *root;
    int32_t n, capacity;
    char **names;
    mlci_column **columns;
} fields;

static mlc_status open_fields(fields *f, mlci_root *root, int64_t capacity, mlc_error *err)
{
    if (capacity > INT32_MAX) return mlci_fail_memory(err, capacity, sizeof(mlci_column *));
    *f = (fields){.root = root, .capacity = (int32_t)capacity};
    f->names = mlci_alloc(root, capacity, sizeof *f->names);
    f->columns = mlci_alloc(root, capacity, sizeof(mlci_column *));
    return f->names != NULL && f->columns != NULL
               ? MLC_OK
               : mlci_fail_memory(err, capacity, sizeof(mlci_column *));
}

static void clear_fields(fields *f)
{
    for (int32_t i = 0; i < f->n; i++) {
        mlci_free(f->names[i]);
        mlci_column_unref(f->columns[i]);
    }
    mlci_free(f->names);
    mlci_free(f->columns);
}

/* Takes the column over, also on failure. prefix NULL: none. */
static mlc_status add_field(fields *f, const char *prefix, const char *name, mlci_column *column,
                            mlc_error *err)
{
    mlci_text text = mlci_text_init(f->root);
    if (prefix != NULL) {
        mlci_text_append_text(&text, prefix);
        mlci_text_append_char(&text, '.');
    }
    mlci_text_append_text(&text, name);
    f->columns[f->n] = column;
    return mlci_text_take(&text, &f->names[f->n++], err);
}

static mlc_status add_reals(fields *f, const char *prefix, const char *name, int64_t n,
                            const double *values, int64_t stride, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(f->root, MLC_TYPE_FLOAT64, n, 1, 0, &column, err));
    double *const data = mlci_column_data(column);
    for (int64_t i = 0; i < n; i++)
        data[i] = values[i * stride];
    return add_field(f, prefix, name, column, err);
}

/* The id columns; each row `times` times. */
static mlc_status add_ids(fields *f, const mlc_dataset *rows, int64_t times, mlc_error *err)
{
    const int64_t n = rows->n_rows * times;
    int64_t *const from = mlci_alloc_raw(f->root, n, sizeof *from);
    if (from == NULL) return mlci_fail_memory(err, n, sizeof *from);
    for (int64_t i = 0; i < n; i++)
        from[i] = i / times;
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < rows->n_fields && status == MLC_OK; i++) {
        const mlci_field *const field = &rows->fields[i];
        mlci_column *column = NULL;
        if (field->role != MLCI_ROLE_ID) continue;
        status = mlci_column_take(field->column, from, 0, n, &column, err);
        if (status == MLC_OK) status = add_field(f, NULL, field->name, column, err);
    }
    mlci_free(from);
    return status;
}

static int64_t count_ids(const mlc_dataset *rows)
{
    int64_t n = 0;
    for (int32_t i = 0; i < rows->n_fields; i++)
        n += rows->fields[i].role == MLCI_ROLE_ID;
    return n;
}

/* "age:sex" for each pair. */
static mlc_status name_pairs(mlci_column *column, const mlci_feature_groups *g, mlc_error *err)
{
    char **const names = mlci_alloc(g->root, g->n * g->n, sizeof *names);
    mlc_status status = names == NULL ? mlci_fail_memory(err, g->n * g->n, sizeof *names) : MLC_OK;
    for (int64_t i = 0; i < g->n * g->n && status == MLC_OK; i++) {
        mlci_text text = mlci_text_init(g->root);
        mlci_text_append_text(&text, g->names[i / g->n]);
        mlci_text_append_char(&text, ':');
        mlci_text_append_text(&text, g->names[i % g->n]);
        status = mlci_text_take(&text, &names[i], err);
    }
    if (status == MLC_OK) {
        status = mlci_column_set_components(column, (const char *const *)names, err);
    }
    for (int64_t i = 0; names != NULL && i < g->n * g->n; i++)
        mlci_free(names[i]);
    mlci_free(names);
    return status;
}

static mlc_status add_columns(const job *j, fields *f, mlc_error *err)
{
    const mlc_dataset *const rows = j->question->rows;
    const char *const what = j->interactions ? "interaction" : "contribution";
    MLCI_TRY(add_ids(f, rows, 1, err));
    for (int64_t k = 0; k < j->n_outputs; k++) {
        const char *const name = j->names == NULL ? NULL : j->names[k];
        mlci_column *const column = j->values[k];
        MLCI_TRY(add_reals(f, name, "base", rows->n_rows, &j->base[k], 0, err));
        MLCI_TRY(j->interactions ? name_pairs(column, &j->groups, err)
                                 : mlci_column_set_components(
                                       column, (const char *const *)j->groups.names, err));
        MLCI_TRY(add_field(f, name, what, mlci_column_ref(column), err));
    }
    return MLC_OK;
}

/* ---- the largest contributions as lines --------------------------------------------------- */

static mlc_status add_integers(const job *j, fields *f, const char *name, int64_t each,
                               int64_t modulo, int64_t first, mlc_error *err)
{
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(f->root, MLC_TYPE_INT64, j->n_lines, 1, 0, &column, err));
    int64_t *const data = mlci_column_data(column);
    for (int64_t i = 0; i < j->n_lines; i++)
        data[i] = first + i / each % modulo;
    return add_field(f, NULL, name, column, err);
}

/* The names of what the lines are about: outputs, or features. */
static mlc_status add_names(const job *j, fields *f, int is_output, mlc_error *err)
{
    mlci_column *column = NULL;
    const char **const texts = mlci_alloc(f->root, j->n_lines, sizeof *texts);
    mlc_status status = texts == NULL ? mlci_fail_memory(err, j->n_lines, sizeof *texts) : MLC_OK;
    for (int64_t i = 0; i < j->n_lines && status == MLC_OK; i++) {
        const int64_t k = i / j->top % j->n_outputs;
        texts[i] = is_output ? j->names[k] : j->groups.names[j->top_group[i]];
    }
    if (status == MLC_OK) {
        status = mlci_column_create_text(f->root, j->n_lines, texts, NULL, &column, err);
    }
    if (status == MLC_OK) {
        const int is_level =
            j->last->n_targets <= 1 && mlci_model_of(j->last)->level_name != NULL;
        const char *const name = !is_output                 ? "feature"
                                 : j->last->classes != NULL ? "class"
                                 : is_level                 ? "quantile"
                                                            : "target";
        status = add_field(f, NULL, name, column, err);
    }
    mlci_free(texts);
    return status;
}

static mlc_status add_lines(const job *j, fields *f, mlc_error *err)
{
    const int64_t each = j->n_outputs * j->top;
    MLCI_TRY(add_ids(f, j->question->rows, each, err));
    MLCI_TRY(add_integers(j, f, "row", each, INT64_MAX, 0, err));
    if (j->n_outputs > 1) MLCI_TRY(add_names(j, f, 1, err));
    MLCI_TRY(add_integers(j, f, "rank", 1, j->top, 1, err));
    MLCI_TRY(add_names(j, f, 0, err));
    return add_reals(f, NULL, "contribution", j->n_lines, j->top_value, 1, err);
}

mlc_status mlci_contribution_table(const job *j, mlc_dataset **out, mlc_error *err)
{
    fields f = {0};
    mlc_status status =
        open_fields(&f, j->root, count_ids(j->question->rows) + 2 * j->n_outputs + 5, err);
    if (status == MLC_OK) status = j->top > 0 ? add_lines(j, &f, err) : add_columns(j, &f, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create(j->root, f.n, (const char *const *)f.names, f.columns, NULL,
                                     out, err);
    }
    clear_fields(&f);
    return status;
}
