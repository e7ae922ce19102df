/* Datasets: columns with names and roles, row views, and who frees what.
 *
 * A dataset is immutable once handed out. Views share columns: a range of rows is two numbers,
 * chosen rows are a counted array of row numbers into the columns, so that views of views stay
 * one step away from the values. */
#include "dataset_impl.h"

#include <string.h>

#include "text.h"

static void rows_unref(mlci_rows *rows)
{
    if (rows == NULL || __atomic_fetch_sub(&rows->n_references, 1, __ATOMIC_ACQ_REL) != 1) {
        return;
    }
    mlci_root *const root = rows->root;
    mlci_free(rows->row);
    mlci_free(rows);
    mlci_root_unref(root);
}

static mlci_rows *rows_ref(mlci_rows *rows)
{
    if (rows != NULL) __atomic_fetch_add(&rows->n_references, 1, __ATOMIC_RELAXED);
    return rows;
}

static mlc_status rows_create(mlci_root *root, int64_t n, mlci_rows **out, mlc_error *err)
{
    mlci_rows *const rows = mlci_alloc(root, 1, sizeof *rows);
    if (rows == NULL) return mlci_fail_memory(err, 1, sizeof *rows);
    rows->row = mlci_alloc_raw(root, n, sizeof *rows->row);
    if (rows->row == NULL) {
        mlci_free(rows);
        return mlci_fail_memory(err, n, sizeof *rows->row);
    }
    rows->n_references = 1;
    rows->root = mlci_root_ref(root);
    rows->n = n;
    *out = rows;
    return MLC_OK;
}

mlc_dataset *mlc_dataset_ref(const mlc_dataset *dataset)
{
    mlc_dataset *const d = (mlc_dataset *)dataset;
    if (d != NULL) __atomic_fetch_add(&d->n_references, 1, __ATOMIC_RELAXED);
    return d;
}

void mlc_dataset_free(mlc_dataset *dataset)
{
    mlc_dataset *const d = dataset;
    if (d == NULL || __atomic_fetch_sub(&d->n_references, 1, __ATOMIC_ACQ_REL) != 1) return;
    mlci_root *const root = d->root;
    for (int32_t i = 0; i < d->n_fields; i++) {
        mlci_free(d->fields[i].name);
        mlci_column_unref(d->fields[i].column);
    }
    mlci_free(d->fields);
    mlci_names_close(&d->names);
    rows_unref(d->rows);
    mlci_free(d->classes);
    mlci_free(d->positive);
    mlc_dataset_free(d->problems);
    mlci_free(d);
    mlci_root_unref(root);
}

static mlc_status index_names(mlc_dataset *d, mlc_error *err)
{
    MLCI_TRY(mlci_names_open(d->root, d->n_fields, &d->names, err));
    for (int32_t i = 0; i < d->n_fields; i++)
        d->names.name[i] = d->fields[i].name;
    MLCI_TRY(mlci_names_sort(&d->names, err));
    int32_t first = 0;
    const int32_t again = mlci_names_repeated(&d->names, &first);
    if (again < 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, d->fields[again].name,
                     "columns %d and %d are both named '%s': give each its own name",
                     (int)first + 1, (int)again + 1, d->fields[again].name);
}

/* A dataset of whole columns with n_rows rows each. */
static mlc_status create_from(mlci_root *root, int32_t n_fields, const mlci_field *fields,
                              int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    mlc_status status = MLC_OK;
    mlc_dataset *const d = mlci_alloc(root, 1, sizeof *d);
    if (d == NULL) return mlci_fail_memory(err, 1, sizeof *d);
    d->n_references = 1;
    d->root = mlci_root_ref(root);
    d->n_rows = d->n_source_rows = n_rows;
    d->fields = mlci_alloc(root, n_fields, sizeof *d->fields);
    if (d->fields == NULL) {
        status = mlci_fail_memory(err, n_fields, sizeof *d->fields);
        goto done;
    }
    for (int32_t i = 0; i < n_fields; i++) {
        const char *const name = fields[i].name;
        if (fields[i].column->n_rows != n_rows) {
            status = mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                               "column '%s' has %lld rows, others have %lld: all need the same",
                               name, (long long)fields[i].column->n_rows, (long long)n_rows);
            goto done;
        }
        const int64_t length = (int64_t)strlen(name);
        d->fields[i].name = mlci_copy_text(root, name, length);
        if (d->fields[i].name == NULL) {
            status = mlci_fail_memory(err, length + 1, 1);
            goto done;
        }
        d->fields[i].role = fields[i].role;
        d->fields[i].column = mlci_column_ref(fields[i].column);
        d->n_fields = i + 1;
    }
    status = index_names(d, err);
done:
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

mlc_status mlci_dataset_create(mlci_root *root, int32_t n_fields, const char *const *names,
                               mlci_column *const *columns, const int32_t *roles, mlc_dataset **out,
                               mlc_error *err)
{
    mlci_field *const fields = mlci_alloc(root, n_fields, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, n_fields, sizeof *fields);
    for (int32_t i = 0; i < n_fields; i++) {
        fields[i] = (mlci_field){.name = (char *)names[i],
                                 .role = roles != NULL ? roles[i] : MLCI_ROLE_FEATURE,
                                 .column = columns[i]};
    }
    const int64_t n_rows = n_fields > 0 ? columns[0]->n_rows : 0;
    const mlc_status status = create_from(root, n_fields, fields, n_rows, out, err);
    mlci_free(fields);
    return status;
}

/* Copies what goes with the target from one dataset to a fresh one. */
static mlc_status copy_classes(const mlc_dataset *from, mlc_dataset *to, mlc_error *err)
{
    const char *const texts[] = {from->classes, from->positive};
    char **const copies[] = {&to->classes, &to->positive};
    for (int i = 0; i < 2; i++) {
        if (texts[i] == NULL) continue;
        const int64_t length = (int64_t)strlen(texts[i]);
        *copies[i] = mlci_copy_text(to->root, texts[i], length);
        if (*copies[i] == NULL) return mlci_fail_memory(err, length + 1, 1);
    }
    return MLC_OK;
}

mlc_status mlci_dataset_create_like(mlci_root *root, const mlc_dataset *like, int32_t n_fields,
                                    const mlci_field *fields, int64_t n_rows, mlc_dataset **out,
                                    mlc_error *err)
{
    mlc_dataset *d = NULL;
    MLCI_TRY(create_from(root, n_fields, fields, n_rows, &d, err));
    const mlc_status status = copy_classes(like, d, err);
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

/* The dataset with these fields instead; classes, positive, rows and problems are kept. */
static mlc_status derive(mlci_root *root, const mlc_dataset *dataset, int32_t n_fields,
                         const mlci_field *fields, mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_dataset_create_like(root, dataset, n_fields, fields, dataset->n_source_rows, out,
                                      err));
    (*out)->n_rows = dataset->n_rows;
    (*out)->first = dataset->first;
    (*out)->rows = rows_ref(dataset->rows);
    (*out)->problems = mlc_dataset_ref(dataset->problems);
    return MLC_OK;
}

mlc_status mlci_dataset_with_fields(const mlc_dataset *dataset, int32_t n_fields,
                                    const mlci_field *fields, mlc_dataset **out, mlc_error *err)
{
    return derive(dataset->root, dataset, n_fields, fields, out, err);
}

mlci_root *mlci_dataset_root(const mlc_context *ctx, const mlc_dataset *dataset)
{
    return ctx != NULL ? mlci_context_root(ctx) : dataset->root;
}

mlc_status mlci_dataset_take_column(const mlc_dataset *dataset, int32_t i, mlci_column **out,
                                    mlc_error *err)
{
    return mlci_column_take(dataset->fields[i].column,
                            dataset->rows != NULL ? dataset->rows->row : NULL, dataset->first,
                            dataset->n_rows, out, err);
}

/* The fields of a dataset with columns of their own, in the rows of the view. */
static mlc_status take_fields(mlc_context *call, const mlc_dataset *dataset, mlci_field *fields,
                              mlci_column **columns, mlc_error *err)
{
    const int32_t n = dataset->n_fields;
    for (int32_t i = 0; i < n; i++)
        columns[i] = dataset->fields[i].column;
    MLCI_TRY(mlci_columns_take(call, n, (const mlci_column *const *)columns,
                               dataset->rows != NULL ? dataset->rows->row : NULL, dataset->first,
                               dataset->n_rows, columns, err));
    for (int32_t i = 0; i < n; i++) {
        fields[i] = dataset->fields[i];
        fields[i].column = columns[i];
    }
    return MLC_OK;
}

mlc_status mlci_dataset_contiguous(mlc_context *call, const mlc_dataset *dataset, mlc_dataset **out,
                                   mlc_error *err)
{
    if (dataset->rows == NULL && dataset->n_rows == dataset->n_source_rows) {
        *out = mlc_dataset_ref(dataset);
        return MLC_OK;
    }
    const int32_t n = dataset->n_fields;
    mlci_root *const root = mlci_dataset_root(call, dataset);
    mlci_field *const fields = mlci_alloc(root, n, sizeof *fields);
    mlci_column **const columns = mlci_alloc(root, n, sizeof(mlci_column *));
    mlc_dataset *d = NULL;
    mlc_status status = MLC_OK;
    if (fields == NULL || columns == NULL) status = mlci_fail_memory(err, n, sizeof *fields);
    if (status == MLC_OK) status = take_fields(call, dataset, fields, columns, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create_like(root, dataset, n, fields, dataset->n_rows, &d, err);
        for (int32_t i = 0; i < n; i++)
            mlci_column_unref(columns[i]);
    }
    mlci_free(fields);
    mlci_free(columns);
    if (status != MLC_OK) return status;
    d->problems = mlc_dataset_ref(dataset->problems);
    *out = d;
    return MLC_OK;
}

int32_t mlci_dataset_find(const mlc_dataset *dataset, const char *name)
{
    return mlci_names_find(&dataset->names, name);
}

static const char *next_name(const void *arg, int32_t i)
{
    const mlc_dataset *const d = arg;
    return i < d->n_fields ? d->fields[i].name : NULL;
}

mlc_status mlci_dataset_get(const mlc_dataset *dataset, const char *name, int32_t *out,
                            mlc_error *err)
{
    const int32_t i = mlci_dataset_find(dataset, name);
    if (i >= 0) {
        *out = i;
        return MLC_OK;
    }
    const char *const nearest = mlci_nearest(name, next_name, dataset);
    if (nearest != NULL) {
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "no column '%s': did you mean '%s'?", name,
                         nearest);
    }
    return mlci_fail(err, MLC_ERROR_COLUMN, name, "no column '%s' among the %d columns", name,
                     (int)dataset->n_fields);
}

mlc_status mlci_dataset_role_field(const mlc_dataset *dataset, int32_t role, int32_t *out,
                                   mlc_error *err)
{
    int32_t found = -1;
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        if (dataset->fields[i].role != role) continue;
        if (found >= 0) {
            return mlci_fail(err, MLC_ERROR_ROLE, dataset->fields[i].name,
                             "'%s' and '%s' both have the role %s: only one column can have it "
                             "here",
                             dataset->fields[found].name, dataset->fields[i].name,
                             mlci_role_name(role));
        }
        found = i;
    }
    *out = found;
    return MLC_OK;
}

mlc_status mlc_dataset_with_roles(mlc_context *ctx, const mlc_dataset *dataset, const char *roles,
                                  mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, dataset == NULL ? "dataset" : "out", "%s is NULL",
                         dataset == NULL ? "dataset" : "out");
    }
    mlc_dataset *d = NULL;
    MLCI_TRY(derive(mlci_dataset_root(ctx, dataset), dataset, dataset->n_fields, dataset->fields,
                    &d, err));
    const mlc_status status = mlci_dataset_apply_roles(d, roles, err);
    if (status != MLC_OK) {
        mlc_dataset_free(d);
        return status;
    }
    *out = d;
    return MLC_OK;
}

mlc_status mlc_dataset_select(mlc_context *ctx, const mlc_dataset *dataset, const char *columns,
                              mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || columns == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : columns == NULL ? "columns" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlci_root *const root = mlci_dataset_root(ctx, dataset);
    int32_t n = 0;
    int32_t *const order = mlci_alloc(root, dataset->n_fields, sizeof *order);
    mlci_field *const fields = mlci_alloc(root, dataset->n_fields, sizeof *fields);
    mlc_status status = MLC_OK;
    if (order == NULL || fields == NULL) {
        status = mlci_fail_memory(err, dataset->n_fields, sizeof *fields);
        goto done;
    }
    status = mlci_dataset_pick_order(dataset, columns, 0, order, &n, err);
    if (status != MLC_OK) goto done;
    for (int32_t i = 0; i < n; i++)
        fields[i] = dataset->fields[order[i]];
    status = derive(root, dataset, n, fields, out, err);
done:
    mlci_free(order);
    mlci_free(fields);
    return status;
}

/* The chosen rows of a dataset as rows of its columns. */
static mlc_status compose_rows(mlci_root *root, const mlc_dataset *dataset, const int64_t *rows,
                               int64_t first, int64_t n_rows, mlci_rows **out, mlc_error *err)
{
    MLCI_TRY(rows_create(root, n_rows, out, err));
    for (int64_t i = 0; i < n_rows; i++) {
        const int64_t row = rows != NULL ? rows[i] : first + i;
        (*out)->row[i] = mlci_dataset_source_row(dataset, row);
    }
    return MLC_OK;
}

mlc_status mlc_dataset_rows(mlc_context *ctx, const mlc_dataset *dataset, const int64_t *rows,
                            int64_t first, int64_t n_rows, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    if (n_rows < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_rows", "n_rows = %lld: must be at least 0",
                         (long long)n_rows);
    }
    if (rows == NULL &&
        (first < 0 || first > dataset->n_rows || n_rows > dataset->n_rows - first)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "first",
                         "%lld rows from row %lld on: the dataset has %lld", (long long)n_rows,
                         (long long)first, (long long)dataset->n_rows);
    }
    for (int64_t i = 0; rows != NULL && i < n_rows; i++) {
        if (rows[i] >= 0 && rows[i] < dataset->n_rows) continue;
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows",
                         "rows[%lld] = %lld: must be 0 to %lld, below the number of rows",
                         (long long)i, (long long)rows[i], (long long)dataset->n_rows - 1);
    }
    mlci_root *const root = mlci_dataset_root(ctx, dataset);
    mlc_dataset *d = NULL;
    mlci_rows *composed = NULL;
    MLCI_TRY(derive(root, dataset, dataset->n_fields, dataset->fields, &d, err));
    if (rows != NULL || dataset->rows != NULL) {
        const mlc_status status = compose_rows(root, dataset, rows, first, n_rows, &composed, err);
        if (status != MLC_OK) {
            mlc_dataset_free(d);
            return status;
        }
    }
    rows_unref(d->rows);
    d->rows = composed;
    d->first = composed != NULL ? 0 : dataset->first + first;
    d->n_rows = n_rows;
    *out = d;
    return MLC_OK;
}

typedef struct composer {
    const mlc_dataset *dataset;
    int64_t *rows;
    int64_t n;
} composer;

#define COMPOSED_ROWS 65536 /* a block */

static mlc_status compose_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const composer *const c = arg;
    const int64_t low = block * COMPOSED_ROWS;
    const int64_t high = c->n - low < COMPOSED_ROWS ? c->n : low + COMPOSED_ROWS;
    for (int64_t i = low; i < high; i++)
        c->rows[i] = mlci_dataset_source_row(c->dataset, c->rows[i]);
    return MLC_OK;
}

mlc_status mlci_dataset_view(mlc_context *call, const mlc_dataset *dataset, int64_t *rows,
                             int64_t n, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = mlci_dataset_root(call, dataset);
    mlc_dataset *d = NULL;
    composer job = {.dataset = dataset, .rows = rows, .n = n};
    mlci_rows *const own = mlci_alloc(root, 1, sizeof *own);
    mlc_status status = own == NULL ? mlci_fail_memory(err, 1, sizeof *own) : MLC_OK;
    if (status == MLC_OK) {
        const int64_t n_blocks = (n + COMPOSED_ROWS - 1) / COMPOSED_ROWS;
        status = mlci_parallel_for(call, n_blocks, compose_block, &job, err);
    }
    if (status == MLC_OK) {
        status = derive(root, dataset, dataset->n_fields, dataset->fields, &d, err);
    }
    if (status != MLC_OK) {
        mlci_free(own);
        mlci_free(rows);
        return status;
    }
    *own = (mlci_rows){.n_references = 1, .root = mlci_root_ref(root), .n = n, .row = rows};
    rows_unref(d->rows);
    d->rows = own;
    d->first = 0;
    d->n_rows = n;
    *out = d;
    return MLC_OK;
}
