/* Chosen rows of columns as columns of their own. A row number of -1 gives a missing row, which
 * is how joins and folds leave gaps.
 *
 * Columns are taken in four steps, of which the second and the fourth go by blocks of rows that
 * threads take turns at: memory, lengths of what has any, memory for what they add up to, values.
 * A block is a multiple of eight rows, so that no two share a byte of bits. */
#include "column.h"

#include <string.h>

#include "checked.h"
#include "context_impl.h"

#define BLOCK_ROWS 32768

typedef struct taking {
    const mlci_column *from;
    const int64_t *rows; /* or NULL: first .. first + n */
    int64_t first, n;
    int64_t *offsets; /* of a sparse vector, until `to` has them */
    mlci_column *to;
} taking;

/* Row i of what is taken, or -1. */
static inline int64_t source(const taking *t, int64_t i)
{
    return t->rows != NULL ? t->rows[i] : t->first + i;
}

static int is_whole(const taking *t)
{
    return t->rows == NULL && t->first == 0 && t->n == t->from->n_rows;
}

static int is_sparse(const taking *t)
{
    return t->from->indices != NULL;
}

static int has_lengths(const taking *t)
{
    return !is_whole(t) && (is_sparse(t) || t->from->type == MLC_TYPE_TEXT);
}

/* ---- memory ------------------------------------------------------------------------------- */

static mlc_status open_valid(taking *t, mlc_error *err)
{
    if (t->rows == NULL && t->from->n_missing == 0) return MLC_OK;
    return mlci_column_add_valid(t->to, err);
}

static mlc_status open_taking(taking *t, mlc_error *err)
{
    const mlci_column *const c = t->from;
    if (is_whole(t)) {
        t->to = mlci_column_ref(c);
        return MLC_OK;
    }
    if (is_sparse(t)) {
        t->offsets = mlci_alloc_raw(c->root, t->n + 1, (int64_t)sizeof *t->offsets);
        if (t->offsets == NULL) return mlci_fail_memory(err, t->n + 1, (int64_t)sizeof(int64_t));
        t->offsets[0] = 0;
        return MLC_OK;
    }
    if (c->type == MLC_TYPE_CATEGORY) {
        MLCI_TRY(mlci_column_create_codes(c->root, t->n, c->code_size, c->dictionary, &t->to, err));
        return open_valid(t, err);
    }
    MLCI_TRY(mlci_column_create_unset(c->root, c->type, t->n, c->width, &t->to, err));
    t->offsets = (int64_t *)t->to->offsets;
    return open_valid(t, err);
}

/* Lengths stand one further on, as the first offset is 0. */
static void measure_rows(const taking *t, int64_t low, int64_t high)
{
    const int64_t *const offsets = t->from->offsets;
    for (int64_t i = low; i < high; i++) {
        const int64_t row = source(t, i);
        t->offsets[i + 1] = row < 0 ? 0 : offsets[row + 1] - offsets[row];
    }
}

static mlc_status open_texts(taking *t, mlc_error *err)
{
    char *const bytes = mlci_alloc_raw(t->to->root, t->offsets[t->n], 1);
    if (bytes == NULL) return mlci_fail_memory(err, t->offsets[t->n], 1);
    mlci_free((void *)t->to->values);
    t->to->values = bytes;
    return MLC_OK;
}

static mlc_status open_sparse(taking *t, mlc_error *err)
{
    const mlci_column *const c = t->from;
    const int64_t count = t->offsets[t->n];
    int64_t *const offsets = t->offsets;
    int32_t *const indices = mlci_alloc_raw(c->root, count, (int64_t)sizeof *indices);
    double *const values = mlci_alloc_raw(c->root, count, (int64_t)sizeof *values);
    if (indices == NULL || values == NULL) {
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, count, (int64_t)sizeof *values);
    }
    t->offsets = NULL;
    MLCI_TRY(
        mlci_column_create_sparse(c->root, t->n, c->width, offsets, indices, values, &t->to, err));
    t->offsets = offsets;
    return open_valid(t, err);
}

/* Lengths become offsets, and what they are lengths of gets its memory. */
static mlc_status open_lengths(taking *t, mlc_error *err)
{
    if (!has_lengths(t)) return MLC_OK;
    for (int64_t i = 0; i < t->n; i++) {
        if (mlci_add_size(t->offsets[i], t->offsets[i + 1], &t->offsets[i + 1])) continue;
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "a %s column has too many %s",
                         is_sparse(t) ? "sparse" : "text", is_sparse(t) ? "values" : "bytes");
    }
    return is_sparse(t) ? open_sparse(t, err) : open_texts(t, err);
}

/* ---- values ------------------------------------------------------------------------------- */

static void take_bits(const taking *t, int64_t low, int64_t high)
{
    const uint8_t *const from = t->from->values;
    uint8_t *const bits = mlci_column_data(t->to);
    for (int64_t i = low; i < high; i += 8) {
        unsigned byte = 0;
        for (int64_t k = 0; k < 8 && i + k < high; k++) {
            const int64_t row = source(t, i + k);
            if (row >= 0) byte |= (from[row >> 3] >> (row & 7) & 1U) << k;
        }
        bits[i >> 3] = (uint8_t)byte;
    }
}

#define TAKE_EACH(name, value)                                                                     \
    static void name(const taking *t, int64_t low, int64_t high)                                   \
    {                                                                                              \
        value *const restrict out = mlci_column_data(t->to);                                       \
        const value *const in = t->from->values;                                                   \
        const int64_t *const rows = t->rows;                                                       \
        for (int64_t i = low; i < high; i++)                                                       \
            out[i] = rows[i] < 0 ? 0 : in[rows[i]];                                                \
    }

TAKE_EACH(take_shorts, uint16_t)
TAKE_EACH(take_floats, uint32_t)
TAKE_EACH(take_words, uint64_t)

static void take_numbers(const taking *t, int64_t low, int64_t high)
{
    const int32_t type = t->from->type;
    const size_t size = type == MLC_TYPE_CATEGORY  ? (size_t)t->from->code_size
                        : type == MLC_TYPE_FLOAT32 ? sizeof(float)
                                                   : sizeof(double);
    if (t->rows == NULL) {
        memcpy((char *)mlci_column_data(t->to) + (size_t)low * size,
               (const char *)t->from->values + (size_t)(t->first + low) * size,
               (size_t)(high - low) * size);
    } else if (size == 2) {
        take_shorts(t, low, high);
    } else if (size == 4) {
        take_floats(t, low, high);
    } else {
        take_words(t, low, high);
    }
}

static void take_dense(const taking *t, int64_t low, int64_t high)
{
    const mlci_column *const c = t->from;
    const size_t size = (size_t)c->width * sizeof(double);
    double *const out = mlci_column_data(t->to);
    for (int64_t i = low; i < high; i++) {
        const int64_t row = source(t, i);
        if (row < 0) {
            memset(out + i * c->width, 0, size);
        } else {
            memcpy(out + i * c->width, (const double *)c->values + row * c->row_stride, size);
        }
    }
}

static void take_texts(const taking *t, int64_t low, int64_t high)
{
    const mlci_column *const c = t->from;
    char *const bytes = mlci_column_data(t->to);
    for (int64_t i = low; i < high; i++) {
        const int64_t length = t->offsets[i + 1] - t->offsets[i];
        if (length == 0) continue;
        memcpy(bytes + t->offsets[i], (const char *)c->values + c->offsets[source(t, i)],
               (size_t)length);
    }
}

static void take_sparse(const taking *t, int64_t low, int64_t high)
{
    const mlci_column *const c = t->from;
    int32_t *const indices = (int32_t *)t->to->indices;
    double *const values = mlci_column_data(t->to);
    for (int64_t i = low; i < high; i++) {
        const int64_t at = t->offsets[i], count = t->offsets[i + 1] - at;
        if (count == 0) continue;
        const int64_t from = c->offsets[source(t, i)];
        memcpy(indices + at, c->indices + from, (size_t)count * sizeof *indices);
        memcpy(values + at, (const double *)c->values + from, (size_t)count * sizeof *values);
    }
}

/* Bits of rows that are there. */
static void take_valid(const taking *t, int64_t low, int64_t high)
{
    uint8_t *const valid = (uint8_t *)t->to->valid;
    for (int64_t i = low; i < high; i += 8) {
        unsigned byte = 0;
        for (int64_t k = 0; k < 8 && i + k < high; k++) {
            const int64_t row = source(t, i + k);
            byte |= (unsigned)(row >= 0 && mlci_column_is_valid(t->from, row)) << k;
        }
        valid[i >> 3] = (uint8_t)byte;
    }
}

static int has_gap(const int64_t *rows, int64_t low, int64_t high)
{
    int64_t any = 0;
    for (int64_t i = low; i < high; i++)
        any |= rows[i];
    return any < 0;
}

static void take_rows(const taking *t, int64_t low, int64_t high)
{
    if (is_whole(t)) return;
    if (is_sparse(t)) {
        take_sparse(t, low, high);
    } else if (t->from->type == MLC_TYPE_TEXT) {
        take_texts(t, low, high);
    } else if (t->from->type == MLC_TYPE_BOOL) {
        take_bits(t, low, high);
    } else if (t->from->type == MLC_TYPE_VECTOR) {
        take_dense(t, low, high);
    } else {
        take_numbers(t, low, high);
    }
    if (t->to->valid == NULL) return;
    if (t->from->valid != NULL || has_gap(t->rows, low, high)) take_valid(t, low, high);
}

/* Counts the missing rows; a column without any has no bitmap. */
static mlc_status finish(taking *t, mlc_error *err)
{
    mlci_column *const to = t->to;
    if (is_whole(t)) return MLC_OK;
    if (to->valid != NULL) {
        to->n_missing = to->n_rows;
        for (int64_t i = 0; i < (to->n_rows + 7) / 8; i++)
            to->n_missing -= __builtin_popcount(to->valid[i]);
    }
    if (to->n_missing == 0) {
        mlci_free((void *)to->valid);
        to->valid = NULL;
    }
    return mlci_column_set_components(to, (const char *const *)t->from->components, err);
}

static void close_taking(taking *t)
{
    if (t->to == NULL) mlci_free(t->offsets);
    mlci_column_unref(t->to);
}

mlc_status mlci_column_take(const mlci_column *column, const int64_t *rows, int64_t first,
                            int64_t n, mlci_column **out, mlc_error *err)
{
    taking t = {.from = column, .rows = rows, .first = first, .n = n};
    mlc_status status = open_taking(&t, err);
    if (status == MLC_OK && has_lengths(&t)) measure_rows(&t, 0, n);
    if (status == MLC_OK) status = open_lengths(&t, err);
    if (status == MLC_OK) take_rows(&t, 0, n);
    if (status == MLC_OK) status = finish(&t, err);
    if (status != MLC_OK) {
        close_taking(&t);
        return status;
    }
    *out = t.to;
    return MLC_OK;
}

/* ---- several columns ---------------------------------------------------------------------- */

typedef struct columns_taking {
    taking *takings;
    int64_t n_columns, n_blocks; /* blocks of a column */
} columns_taking;

static int64_t block_end(const taking *t, int64_t block)
{
    return t->n - block * BLOCK_ROWS < BLOCK_ROWS ? t->n : (block + 1) * BLOCK_ROWS;
}

static mlc_status open_one(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    return open_taking(&((columns_taking *)arg)->takings[i], err);
}

static mlc_status measure_block(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const columns_taking *const job = arg;
    const taking *const t = &job->takings[task / job->n_blocks];
    const int64_t block = task % job->n_blocks;
    if (has_lengths(t)) measure_rows(t, block * BLOCK_ROWS, block_end(t, block));
    return MLC_OK;
}

static mlc_status open_lengths_of_one(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    return open_lengths(&((columns_taking *)arg)->takings[i], err);
}

static mlc_status take_block(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const columns_taking *const job = arg;
    const taking *const t = &job->takings[task / job->n_blocks];
    const int64_t block = task % job->n_blocks;
    take_rows(t, block * BLOCK_ROWS, block_end(t, block));
    return MLC_OK;
}

static mlc_status finish_one(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    return finish(&((columns_taking *)arg)->takings[i], err);
}

static mlc_status take_columns(mlc_context *call, columns_taking *job, mlc_error *err)
{
    const int64_t n = job->n_columns, n_tasks = n * job->n_blocks;
    MLCI_TRY(mlci_parallel_for(call, n, open_one, job, err));
    MLCI_TRY(mlci_parallel_for(call, n_tasks, measure_block, job, err));
    MLCI_TRY(mlci_parallel_for(call, n, open_lengths_of_one, job, err));
    MLCI_TRY(mlci_parallel_for(call, n_tasks, take_block, job, err));
    return mlci_parallel_for(call, n, finish_one, job, err);
}

mlc_status mlci_columns_take(mlc_context *call, int64_t n_columns,
                             const mlci_column *const *columns, const int64_t *rows, int64_t first,
                             int64_t n, mlci_column **out, mlc_error *err)
{
    columns_taking job = {.n_columns = n_columns, .n_blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS};
    job.takings = mlci_alloc(call->root, n_columns, (int64_t)sizeof *job.takings);
    if (job.takings == NULL) return mlci_fail_memory(err, n_columns, (int64_t)sizeof(taking));
    for (int64_t i = 0; i < n_columns; i++)
        job.takings[i] = (taking){.from = columns[i], .rows = rows, .first = first, .n = n};
    const mlc_status status = take_columns(call, &job, err);
    for (int64_t i = 0; i < n_columns; i++) {
        if (status != MLC_OK) {
            close_taking(&job.takings[i]);
        } else {
            out[i] = job.takings[i].to;
        }
    }
    mlci_free(job.takings);
    return status;
}
