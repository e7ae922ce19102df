/* Builders: rows and batches in the order of their sequence numbers, whoever pushed them first.
 *
 * Single rows of all pushes lie in one store; an entry says which rows of it, or which dataset,
 * belong to a number. To finish, the entries are sorted, the rows of the store are put in that
 * order, and neighbours become one part, so that a million pushes of a row are as good as one. */
#include <mlcore/builder.h>

#include <pthread.h>
#include <string.h>

#include "concat.h"
#include "order.h"
#include "row_store.h"
#include "system.h"

typedef struct entry {
    int64_t sequence;
    mlc_dataset *part; /* reference; NULL: rows of the store */
    int64_t first, n;  /* rows of the store */
} entry;

struct mlc_builder {
    mlci_root *root; /* reference */
    pthread_mutex_t mutex;
    mlci_row_store store;
    char *roles;    /* or NULL */
    entry *entries; /* as they came */
    int64_t n, capacity;
    int64_t n_rows; /* atomic */
    int64_t next;   /* sequence after the highest so far */
};

/* ---- opening and closing -------------------------------------------------------------------- */

static void free_entries(entry *entries, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        mlc_dataset_free(entries[i].part);
    mlci_free(entries);
}

static void free_builder(mlc_builder *b)
{
    mlci_root *const root = b->root;
    free_entries(b->entries, b->n);
    mlci_free(b->roles);
    mlci_row_store_close(&b->store);
    mlci_free(b);
    mlci_root_unref(root);
}

/* Columns and roles are right or wrong from the beginning. */
static mlc_status check_declaration(mlc_builder *b, mlc_error *err)
{
    mlc_dataset *empty = NULL;
    if (b->store.n_columns == 0) return MLC_OK;
    mlc_status status = mlci_row_store_dataset(&b->store, &empty, err);
    if (status == MLC_OK && b->roles != NULL) {
        status = mlci_dataset_apply_roles(empty, b->roles, err);
    }
    mlc_dataset_free(empty);
    return status;
}

static mlc_status set_up(mlc_builder *b, const char *columns, const char *roles, mlc_error *err)
{
    if (columns != NULL) MLCI_TRY(mlci_row_store_open(b->root, columns, &b->store, err));
    if (columns != NULL && b->store.n_columns == 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "columns",
                         "columns is empty: name them as in age:int64,city:category, or give NULL");
    }
    if (roles != NULL) {
        b->roles = mlci_copy_text(b->root, roles, (int64_t)strlen(roles));
        if (b->roles == NULL) return mlci_fail_memory(err, (int64_t)strlen(roles) + 1, 1);
    }
    MLCI_TRY(check_declaration(b, err));
    const mlci_system *const system = mlci_root_system(b->root);
    const int64_t result = system->mutex_init(system->user, &b->mutex);
    if (result >= 0) return MLC_OK;
    char cause[MLCI_CAUSE_SIZE];
    return mlci_fail(err, MLC_ERROR_THREAD, NULL, "no lock for the builder: %s",
                     mlci_system_cause(result, cause));
}

mlc_status mlc_builder_open(mlc_context *ctx, const char *columns, const char *roles,
                            mlc_builder **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlci_root *const root = mlci_context_root(ctx);
    mlc_builder *const b = mlci_alloc(root, 1, (int64_t)sizeof *b);
    if (b == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *b);
    b->root = mlci_root_ref(root);
    b->store.root = root;
    const mlc_status status = set_up(b, columns, roles, err);
    if (status != MLC_OK) {
        free_builder(b);
        return status;
    }
    *out = b;
    return MLC_OK;
}

void mlc_builder_close(mlc_builder *builder)
{
    if (builder == NULL) return;
    pthread_mutex_destroy(&builder->mutex);
    free_builder(builder);
}

/* ---- pushing -------------------------------------------------------------------------------- */

static mlc_status check_sequence(const mlc_builder *b, int64_t sequence, mlc_error *err)
{
    if (b == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "builder", "builder is NULL");
    if (sequence >= MLC_BUILDER_NEXT && sequence < INT64_MAX) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "sequence",
                     "sequence = %lld: must be from 0 on, or MLC_BUILDER_NEXT",
                     (long long)sequence);
}

/* Room for one more entry. */
static mlc_status reserve(mlc_builder *b, mlc_error *err)
{
    if (b->n < b->capacity) return MLC_OK;
    const int64_t capacity = b->capacity > 0 ? 2 * b->capacity : 64;
    entry *const grown = mlci_realloc(b->root, b->entries, capacity, (int64_t)sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *grown);
    b->entries = grown;
    b->capacity = capacity;
    return MLC_OK;
}

/* Notes what has been pushed; there is room. */
static void note(mlc_builder *b, int64_t sequence, entry e)
{
    e.sequence = sequence == MLC_BUILDER_NEXT ? b->next : sequence;
    if (e.sequence >= b->next && b->next < INT64_MAX) b->next = e.sequence + 1;
    __atomic_add_fetch(&b->n_rows, e.n, __ATOMIC_RELAXED);
    b->entries[b->n++] = e;
}

static mlc_status check_type(const mlci_row_column *declared, const mlci_column *column,
                             mlc_error *err)
{
    if (column->type == declared->type) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, declared->name,
                     "column '%s' of the rows is %s: the builder was opened with %s",
                     declared->name, mlci_type_name(column->type), mlci_type_name(declared->type));
}

/* Rows that come must have the columns declared, or else those of what came first. */
static mlc_status check_columns(const mlc_builder *b, const mlc_dataset *rows, mlc_error *err)
{
    const mlc_dataset *const first =
        b->store.n_columns == 0 && b->n > 0 ? b->entries[0].part : NULL;
    if (first == NULL && b->store.n_columns == 0) return MLC_OK;
    const int32_t n = first != NULL ? first->n_fields : b->store.n_columns;
    for (int32_t i = 0; i < n; i++) {
        const char *const name = first != NULL ? first->fields[i].name : b->store.columns[i].name;
        const int32_t j = mlci_dataset_find(rows, name);
        if (j < 0) {
            return mlci_fail(
                err, MLC_ERROR_COLUMN, name, "the rows have no column '%s', which %s", name,
                first != NULL ? "those pushed first have" : "the builder was opened with");
        }
        if (first == NULL) MLCI_TRY(check_type(&b->store.columns[i], rows->fields[j].column, err));
    }
    if (rows->n_fields == n) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, NULL, "the rows have %d columns: %d are expected",
                     (int)rows->n_fields, (int)n);
}

static mlc_status push(mlc_builder *b, int64_t sequence, const mlc_dataset *rows, mlc_error *err)
{
    MLCI_TRY(check_columns(b, rows, err));
    MLCI_TRY(reserve(b, err));
    note(b, sequence, (entry){.part = mlc_dataset_ref(rows), .n = rows->n_rows});
    return MLC_OK;
}

mlc_status mlc_builder_push(mlc_builder *builder, int64_t sequence, const mlc_dataset *rows,
                            mlc_error *err)
{
    MLCI_TRY(check_sequence(builder, sequence, err));
    if (rows == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "rows", "rows is NULL");
    pthread_mutex_lock(&builder->mutex);
    const mlc_status status = push(builder, sequence, rows, err);
    pthread_mutex_unlock(&builder->mutex);
    return status;
}

static mlc_status push_rows(mlc_builder *b, int64_t sequence, const mlc_value *values, int64_t n,
                            mlc_error *err)
{
    const int64_t first = b->store.n_rows;
    MLCI_TRY(reserve(b, err));
    MLCI_TRY(mlci_row_store_add(&b->store, values, n, err));
    note(b, sequence, (entry){.first = first, .n = n});
    return MLC_OK;
}

mlc_status mlc_builder_push_rows(mlc_builder *builder, int64_t sequence, const mlc_value *values,
                                 int64_t n_rows, mlc_error *err)
{
    MLCI_TRY(check_sequence(builder, sequence, err));
    if (builder->store.n_columns == 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "columns",
                         "the builder was opened without columns: it takes datasets only");
    }
    if (n_rows < 0 || (values == NULL && n_rows > 0)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, n_rows < 0 ? "n_rows" : "values",
                         n_rows < 0 ? "n_rows = %lld: must be at least 0"
                                    : "values is NULL: %lld rows were expected",
                         (long long)n_rows);
    }
    pthread_mutex_lock(&builder->mutex);
    const mlc_status status = push_rows(builder, sequence, values, n_rows, err);
    pthread_mutex_unlock(&builder->mutex);
    return status;
}

/* Without the lock, which a progress callback of mlc_builder_finish() would wait for in vain. */
int64_t mlc_builder_n_rows(mlc_builder *builder)
{
    return builder == NULL ? 0 : __atomic_load_n(&builder->n_rows, __ATOMIC_RELAXED);
}

/* ---- finishing ------------------------------------------------------------------------------ */

/* What a finish works with: entries in order of their numbers, and the parts they make. */
typedef struct finish {
    mlc_context *call;
    const mlc_builder *b;
    mlci_order_key *keys; /* row: index of an entry */
    mlc_dataset *rows;    /* the store, in that order; or NULL */
    mlc_dataset **parts;
    int64_t n_parts;
} finish;

static mlc_status sort_entries(finish *f, mlc_error *err)
{
    const int64_t n = f->b->n;
    f->keys = mlci_alloc_raw(f->call->root, 2 * n, (int64_t)sizeof *f->keys);
    if (f->keys == NULL) return mlci_fail_memory(err, 2 * n, (int64_t)sizeof *f->keys);
    for (int64_t i = 0; i < n; i++)
        f->keys[i] = (mlci_order_key){mlci_order_of_integer(f->b->entries[i].sequence), i};
    MLCI_TRY(mlci_order_sort(f->call, f->keys, f->keys + n, n, err));
    for (int64_t i = 1; i < n; i++) {
        if (f->keys[i].key != f->keys[i - 1].key) continue;
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "sequence",
                         "sequence %lld was pushed twice: each number stands for one push",
                         (long long)mlci_order_integer(f->keys[i].key));
    }
    return MLC_OK;
}

/* The rows of the store in the order of the entries. */
static mlc_status order_rows(finish *f, mlc_error *err)
{
    const mlc_builder *const b = f->b;
    mlc_dataset *stored = NULL;
    MLCI_TRY(mlci_row_store_dataset(&b->store, &stored, err));
    int64_t *const order = mlci_alloc_raw(f->call->root, b->store.n_rows, (int64_t)sizeof *order);
    if (order == NULL) {
        mlc_dataset_free(stored);
        return mlci_fail_memory(err, b->store.n_rows, (int64_t)sizeof *order);
    }
    int64_t at = 0;
    int32_t in_order = 1;
    for (int64_t i = 0; i < b->n; i++) {
        const entry *const e = &b->entries[f->keys[i].row];
        for (int64_t k = 0; e->part == NULL && k < e->n; k++, at++) {
            order[at] = e->first + k;
            in_order = in_order && order[at] == at;
        }
    }
    mlc_status status = MLC_OK;
    if (in_order) {
        f->rows = mlc_dataset_ref(stored);
    } else {
        status = mlc_dataset_rows(f->call, stored, order, 0, at, &f->rows, err);
    }
    mlci_free(order);
    mlc_dataset_free(stored);
    return status;
}

static mlc_status add_run(finish *f, int64_t first, int64_t n, mlc_error *err)
{
    MLCI_TRY(mlc_dataset_rows(f->call, f->rows, NULL, first, n, &f->parts[f->n_parts], err));
    f->n_parts++;
    return MLC_OK;
}

/* Datasets as they are, and runs of rows of the store between them. */
static mlc_status list_parts(finish *f, mlc_error *err)
{
    const mlc_builder *const b = f->b;
    f->parts = mlci_alloc(f->call->root, b->n + 2, (int64_t)sizeof *f->parts);
    if (f->parts == NULL) return mlci_fail_memory(err, b->n + 2, (int64_t)sizeof *f->parts);
    int64_t first = 0, n = 0; /* a run that is not yet a part */
    /* Columns stand in the order in which they were declared: no rows of the store come first. */
    if (f->rows != NULL) MLCI_TRY(add_run(f, 0, 0, err));
    for (int64_t i = 0; i <= b->n; i++) {
        const entry *const e = i < b->n ? &b->entries[f->keys[i].row] : NULL;
        if (e != NULL && e->part == NULL) {
            n += e->n;
            continue;
        }
        if (n > 0) MLCI_TRY(add_run(f, first, n, err));
        first += n;
        n = 0;
        if (e != NULL) f->parts[f->n_parts++] = mlc_dataset_ref(e->part);
    }
    return MLC_OK;
}

static mlc_status join_parts(finish *f, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *all = NULL, *whole = NULL;
    if (f->n_parts == 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "builder",
                         "nothing was pushed, and the builder was opened without columns");
    }
    if (f->n_parts > INT32_MAX) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "builder", "%lld datasets were pushed: at most %d",
                         (long long)f->n_parts, INT32_MAX);
    }
    MLCI_TRY(
        mlci_concat(f->call, (int32_t)f->n_parts, (const mlc_dataset *const *)f->parts, &all, err));
    mlc_status status = mlci_dataset_contiguous(f->call, all, &whole, err);
    mlc_dataset_free(all);
    if (status != MLC_OK || f->b->roles == NULL) {
        if (status == MLC_OK) *out = whole;
        return status;
    }
    status = mlc_dataset_with_roles(f->call, whole, f->b->roles, out, err);
    mlc_dataset_free(whole);
    return status;
}

static mlc_status finish_builder(mlc_context *call, mlc_builder *b, mlc_dataset **out,
                                 mlc_error *err)
{
    finish f = {.call = call, .b = b};
    mlc_status status = sort_entries(&f, err);
    if (status == MLC_OK && b->store.n_columns > 0) status = order_rows(&f, err);
    if (status == MLC_OK) status = list_parts(&f, err);
    if (status == MLC_OK) status = join_parts(&f, out, err);
    for (int64_t i = 0; i < f.n_parts; i++)
        mlc_dataset_free(f.parts[i]);
    mlci_free(f.parts);
    mlc_dataset_free(f.rows);
    mlci_free(f.keys);
    return status;
}

/* Empties the builder; the entries are the caller's. */
static entry *take_entries(mlc_builder *b, int64_t *n)
{
    entry *const entries = b->entries;
    *n = b->n;
    b->entries = NULL;
    b->n = b->capacity = b->next = 0;
    __atomic_store_n(&b->n_rows, 0, __ATOMIC_RELAXED);
    mlci_row_store_empty(&b->store);
    return entries;
}

mlc_status mlc_builder_finish(mlc_context *ctx, mlc_builder *builder, mlc_dataset **out,
                              mlc_error *err)
{
    if (builder == NULL || out == NULL) {
        const char *const what = builder == NULL ? "builder" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    pthread_mutex_lock(&builder->mutex);
    entry *done = NULL;
    int64_t n_done = 0;
    const mlc_status status = finish_builder(call, builder, out, err);
    if (status == MLC_OK) done = take_entries(builder, &n_done);
    pthread_mutex_unlock(&builder->mutex);
    free_entries(done, n_done); /* may call what releases the host's arrays: not under the lock */
    mlci_call_end(call);
    return status;
}
