/* Sums over rows in fixed strips and a fixed tree; see row_sum.h.
 *
 * Strips rather than one set of numbers a thread: a set a thread would make the order of the
 * additions, and so the last bits, depend on how many threads there are. */
#include "row_sum.h"

#include <string.h>

#include "checked.h"
#include "error.h"

#define BLOCK_DOUBLES 32768 /* 256 KB of rows at once */
#define MIN_BLOCK_ROWS 32
#define MAX_BLOCK_ROWS 256
#define STRIP_DOUBLES (8 * 1024 * 1024) /* 64 MB of sums */
#define MIN_STRIPS 2
#define MAX_STRIPS 64
#define STRIP_BLOCKS 2       /* fewer are not worth a strip */
#define COMBINE_DOUBLES 8192 /* sums that one task combines */

int64_t mlci_row_sum_block(int64_t n_features)
{
    int64_t rows = MAX_BLOCK_ROWS;
    while (rows > MIN_BLOCK_ROWS && rows > BLOCK_DOUBLES / (n_features + 1))
        rows /= 2;
    return rows;
}

static int64_t strip_count(int64_t n_blocks, int64_t n_sums)
{
    int64_t n = STRIP_DOUBLES / (n_sums + 1);
    if (n < MIN_STRIPS) n = MIN_STRIPS;
    if (n > MAX_STRIPS) n = MAX_STRIPS;
    const int64_t useful = (n_blocks + STRIP_BLOCKS - 1) / STRIP_BLOCKS;
    if (n > useful) n = useful;
    return n < 1 ? 1 : n;
}

mlc_status mlci_row_sum_open(mlci_row_sum *s, mlc_context *call, int64_t n_rows, int64_t block_rows,
                             int64_t n_sums, int64_t n_scratch, mlc_error *err)
{
    *s = (mlci_row_sum){.call = call, .n_rows = n_rows, .block_rows = block_rows};
    const int64_t n_blocks = (n_rows + block_rows - 1) / block_rows;
    const int64_t n_strips = strip_count(n_blocks, n_sums);
    s->strip_rows = (n_blocks + n_strips - 1) / n_strips * block_rows;
    s->n_strips = s->strip_rows == 0 ? 1 : (n_rows + s->strip_rows - 1) / s->strip_rows;

    /* Strides of whole cache lines, so that threads do not write to the same line. */
    const int64_t n_slots = mlci_n_slots(call);
    int64_t sums_bytes, scratch_bytes;
    if (!mlci_round_up_size(n_sums, 8, &s->sums_stride) ||
        !mlci_round_up_size(n_scratch, 8, &s->scratch_stride) ||
        !mlci_mul_size(s->n_strips, s->sums_stride, &sums_bytes) ||
        !mlci_mul_size(n_slots, s->scratch_stride, &scratch_bytes)) {
        return mlci_fail_memory(err, n_sums, (int64_t)sizeof(double));
    }
    mlci_root *const root = mlci_context_root(call);
    s->sums = mlci_alloc_raw(root, sums_bytes, sizeof(double));
    s->scratch = mlci_alloc_raw(root, scratch_bytes, sizeof(double));
    if (s->sums == NULL || s->scratch == NULL) {
        mlci_row_sum_close(s);
        return mlci_fail_memory(err, sums_bytes + scratch_bytes, (int64_t)sizeof(double));
    }
    return MLC_OK;
}

typedef struct run {
    const mlci_row_sum *s;
    int64_t n_sums;
    mlci_row_sum_fn fn;
    void *arg;
} run;

static mlc_status sum_strip(void *arg, int64_t strip, int32_t slot, mlc_error *err)
{
    const run *const r = arg;
    const mlci_row_sum *const s = r->s;
    double *const sums = s->sums + strip * s->sums_stride;
    double *const scratch = s->scratch + slot * s->scratch_stride;
    memset(sums, 0, (size_t)r->n_sums * sizeof *sums);

    const int64_t first = strip * s->strip_rows;
    const int64_t end = s->n_rows - first < s->strip_rows ? s->n_rows : first + s->strip_rows;
    for (int64_t i = first; i < end; i += s->block_rows) {
        const int64_t n = end - i < s->block_rows ? end - i : s->block_rows;
        MLCI_TRY(mlci_poll(s->call, err));
        MLCI_TRY(r->fn(r->arg, i, n, scratch, sums, err));
    }
    return MLC_OK;
}

/* The tree over strips for one range of the sums. */
static mlc_status combine_range(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const run *const r = arg;
    const mlci_row_sum *const s = r->s;
    const int64_t first = block * COMBINE_DOUBLES;
    const int64_t end = r->n_sums - first < COMBINE_DOUBLES ? r->n_sums : first + COMBINE_DOUBLES;
    for (int64_t step = 1; step < s->n_strips; step *= 2) {
        for (int64_t i = 0; i + step < s->n_strips; i += 2 * step) {
            double *const to = s->sums + i * s->sums_stride;
            const double *const from = s->sums + (i + step) * s->sums_stride;
            for (int64_t k = first; k < end; k++)
                to[k] += from[k];
        }
    }
    return MLC_OK;
}

mlc_status mlci_row_sum_run(mlci_row_sum *s, int64_t n_sums, mlci_row_sum_fn fn, void *arg,
                            double **sums, mlc_error *err)
{
    run r = {.s = s, .n_sums = n_sums, .fn = fn, .arg = arg};
    MLCI_TRY(mlci_parallel_for(s->call, s->n_strips, sum_strip, &r, err));
    if (s->n_strips > 1) {
        const int64_t n_ranges = (n_sums + COMBINE_DOUBLES - 1) / COMBINE_DOUBLES;
        MLCI_TRY(mlci_parallel_for(s->call, n_ranges, combine_range, &r, err));
    }
    *sums = s->sums;
    return MLC_OK;
}

void mlci_row_sum_close(mlci_row_sum *s)
{
    mlci_free(s->sums);
    mlci_free(s->scratch);
    *s = (mlci_row_sum){0};
}
