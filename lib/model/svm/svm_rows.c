/* Rows of a kernel matrix. Those that are missing are computed together, a chunk of columns a task:
 * the points of a chunk then serve many rows. A row that is needed takes the slot that was wanted
 * longest ago, by rounds and the first among equals. */
#include "svm_rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "checked.h"
#include "error.h"

#define TILE_ROWS 32 /* rows that meet a chunk at once: 64 KB of values */

static mlc_status allocate(mlci_svm_rows *r, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(r->call);
    const int64_t p = r->points.n_features, n_slots = mlci_n_slots(r->call);
    const int64_t packed_size = mlci_svm_packed_size(r->n, p);
    int64_t size;
    if ((packed_size == 0 && p > 0) || !mlci_mul_size(r->capacity, r->n, &size))
        return mlci_fail_memory(err, r->capacity, r->n);
    r->values = mlci_alloc_stream(root, size, sizeof *r->values);
    r->packed = mlci_alloc(root, packed_size, sizeof *r->packed);
    r->gathered = mlci_alloc_raw(root, r->capacity, p * (int64_t)sizeof *r->gathered);
    r->scratch = mlci_alloc_raw(root, n_slots, TILE_ROWS * MLCI_SVM_CHUNK * sizeof *r->scratch);
    r->is_finite = mlci_alloc(root, n_slots, sizeof *r->is_finite);
    r->slot_of = mlci_alloc(root, r->n, sizeof *r->slot_of);
    r->row_in = mlci_alloc(root, r->capacity, sizeof *r->row_in);
    r->used = mlci_alloc(root, r->capacity, sizeof *r->used);
    r->missing = mlci_alloc(root, r->capacity, sizeof *r->missing);
    if (r->values == NULL || r->packed == NULL || r->gathered == NULL || r->scratch == NULL ||
        r->is_finite == NULL || r->slot_of == NULL || r->row_in == NULL || r->used == NULL ||
        r->missing == NULL)
        return mlci_fail_memory(err, size, sizeof *r->values);
    return MLC_OK;
}

mlc_status mlci_svm_rows_open(mlci_svm_rows *rows, mlc_context *call, const mlci_svm_kernel *kernel,
                              const double *x, int64_t n, int64_t n_features, int64_t cache_bytes,
                              int64_t least_rows, mlc_error *err)
{
    const int64_t fitting = cache_bytes / (n * (int64_t)sizeof(double));
    const int64_t capacity = fitting > least_rows ? fitting : least_rows;
    *rows = (mlci_svm_rows){.call = call,
                            .kernels = mlci_kernels_of(mlci_root_isa(mlci_context_root(call))),
                            .points = {.kernel = *kernel, .n = n, .n_features = n_features},
                            .x = x,
                            .n = n,
                            .capacity = capacity < n ? capacity : n};
    const mlc_status status = allocate(rows, err);
    if (status != MLC_OK) {
        mlci_svm_rows_close(rows);
        return status;
    }
    mlci_svm_pack(kernel->type, x, n, n_features, rows->packed);
    rows->points.packed = rows->packed;
    for (int64_t i = 0; i < n; i++)
        rows->slot_of[i] = -1;
    for (int64_t i = 0; i < rows->capacity; i++)
        rows->row_in[i] = -1;
    return MLC_OK;
}

void mlci_svm_rows_close(mlci_svm_rows *r)
{
    mlci_free(r->values);
    mlci_free(r->packed);
    mlci_free(r->gathered);
    mlci_free(r->scratch);
    mlci_free(r->is_finite);
    mlci_free(r->slot_of);
    mlci_free(r->row_in);
    mlci_free(r->used);
    mlci_free(r->missing);
    *r = (mlci_svm_rows){0};
}

/* ---- slots -------------------------------------------------------------------------------- */

/* The slot that was wanted longest ago, in another round than this. */
static int64_t find_slot(const mlci_svm_rows *r)
{
    int64_t best = -1;
    for (int64_t i = 0; i < r->capacity; i++) {
        if (r->used[i] == r->round) continue;
        if (best < 0 || r->used[i] < r->used[best]) best = i;
    }
    return best;
}

static void take_slot(mlci_svm_rows *r, int64_t row)
{
    const int64_t slot = r->n_filled < r->capacity ? r->n_filled++ : find_slot(r);
    if (r->row_in[slot] >= 0) r->slot_of[r->row_in[slot]] = -1;
    r->row_in[slot] = row;
    r->slot_of[row] = slot;
    r->used[slot] = r->round;
}

/* ---- values ------------------------------------------------------------------------------- */

/* A sum that is finite has finite parts. */
static int all_finite(const mlci_kernels *kernels, const double *values, int64_t n)
{
    int are = 1;
    if (fabs(kernels->sum(n, values)) <= DBL_MAX) return 1;
    for (int64_t i = 0; i < n; i++)
        are &= fabs(values[i]) <= DBL_MAX;
    return are;
}

static mlc_status compute_chunk(void *arg, int64_t chunk, int32_t slot, mlc_error *err)
{
    mlci_svm_rows *const r = arg;
    const int64_t size = mlci_svm_chunk_size(&r->points, chunk), p = r->points.n_features;
    double *const tile = r->scratch + (int64_t)slot * TILE_ROWS * MLCI_SVM_CHUNK;
    for (int64_t first = 0; first < r->n_missing; first += TILE_ROWS) {
        const int64_t n = r->n_missing - first < TILE_ROWS ? r->n_missing - first : TILE_ROWS;
        const mlci_row_block rows = {
            .x = r->gathered + first * p, .n_rows = n, .n_columns = p, .stride = p};
        mlci_svm_kernel_chunk(r->kernels, &r->points, chunk, &rows, tile);
        r->is_finite[slot] &= all_finite(r->kernels, tile, n * size);
        for (int64_t i = 0; i < n; i++) {
            double *const row = r->values + r->slot_of[r->missing[first + i]] * r->n;
            memcpy(row + chunk * MLCI_SVM_CHUNK, tile + i * size, (size_t)size * sizeof *row);
        }
    }
    return MLC_OK;
}

static mlc_status compute_missing(mlci_svm_rows *r, mlc_error *err)
{
    const int64_t p = r->points.n_features, n_slots = mlci_n_slots(r->call);
    const int64_t n_chunks = (r->n + MLCI_SVM_CHUNK - 1) / MLCI_SVM_CHUNK;
    int are_finite = 1;
    for (int64_t i = 0; i < n_slots; i++)
        r->is_finite[i] = 1;
    for (int64_t i = 0; i < r->n_missing; i++)
        memcpy(r->gathered + i * p, r->x + r->missing[i] * p, (size_t)p * sizeof *r->gathered);
    MLCI_TRY(mlci_parallel_for(r->call, n_chunks, compute_chunk, r, err));
    for (int64_t i = 0; i < n_slots; i++)
        are_finite &= r->is_finite[i];
    if (are_finite) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                     "values of the kernel are not finite: the features are too large for it; "
                     "scale them first, or lower gamma, coef0 or degree");
}

mlc_status mlci_svm_rows_want(mlci_svm_rows *r, const int64_t *wanted, int64_t n_wanted,
                              mlc_error *err)
{
    r->round++;
    r->n_missing = 0;
    for (int64_t i = 0; i < n_wanted; i++) {
        if (r->slot_of[wanted[i]] >= 0) r->used[r->slot_of[wanted[i]]] = r->round;
    }
    for (int64_t i = 0; i < n_wanted; i++) {
        if (r->slot_of[wanted[i]] >= 0) continue;
        take_slot(r, wanted[i]);
        r->missing[r->n_missing++] = wanted[i];
    }
    return r->n_missing == 0 ? MLC_OK : compute_missing(r, err);
}
