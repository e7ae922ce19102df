/* Rows for which a condition holds, as a view: a condition that is missing does not hold. */
#include <mlcore/shape.h>

#include <string.h>

#include "expression.h"

#define BLOCK_BYTES 8192 /* of bits: 65,536 rows */
#define WORD_BYTES 8

/* The first of eight bytes is the lowest of a word. */
#define BYTES_IN_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

typedef struct filter {
    const mlci_column *condition;
    int64_t n_bytes;
    int64_t *counts; /* by block: rows, then where they go */
    int64_t *rows;
} filter;

/* Up to eight bytes of bits, as one word. */
static uint64_t bits_at(const filter *f, int64_t byte, int64_t end)
{
    const uint8_t *const values = f->condition->values, *const valid = f->condition->valid;
    uint64_t bits = 0;
    if (BYTES_IN_ORDER && end - byte >= WORD_BYTES) {
        uint64_t there = UINT64_MAX;
        memcpy(&bits, values + byte, sizeof bits);
        if (valid != NULL) memcpy(&there, valid + byte, sizeof there);
        return bits & there;
    }
    for (int64_t k = 0; k < WORD_BYTES && byte + k < end; k++)
        bits |= (uint64_t)(values[byte + k] & (valid != NULL ? valid[byte + k] : 0xFF)) << (8 * k);
    return bits;
}

static int64_t block_end(const filter *f, int64_t block)
{
    const int64_t low = block * BLOCK_BYTES;
    return f->n_bytes - low < BLOCK_BYTES ? f->n_bytes : low + BLOCK_BYTES;
}

static mlc_status count_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const filter *const f = arg;
    const int64_t end = block_end(f, block);
    int64_t n = 0;
    for (int64_t i = block * BLOCK_BYTES; i < end; i += WORD_BYTES)
        n += __builtin_popcountll(bits_at(f, i, end));
    f->counts[block] = n;
    return MLC_OK;
}

static mlc_status list_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const filter *const f = arg;
    const int64_t end = block_end(f, block);
    int64_t *next = f->rows + f->counts[block];
    for (int64_t i = block * BLOCK_BYTES; i < end; i += WORD_BYTES) {
        for (uint64_t bits = bits_at(f, i, end); bits != 0; bits &= bits - 1)
            *next++ = 8 * i + __builtin_ctzll(bits);
    }
    return MLC_OK;
}

/* Numbers of the rows whose bit is set; the block goes to the caller. */
static mlc_status list_rows(mlc_context *call, filter *f, int64_t *n, mlc_error *err)
{
    f->n_bytes = (f->condition->n_rows + 7) / 8;
    const int64_t n_blocks = (f->n_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    f->counts = mlci_alloc(call->root, n_blocks, (int64_t)sizeof *f->counts);
    if (f->counts == NULL) return mlci_fail_memory(err, n_blocks, (int64_t)sizeof *f->counts);
    mlc_status status = mlci_parallel_for(call, n_blocks, count_block, f, err);
    *n = 0;
    for (int64_t b = 0; b < n_blocks; b++) {
        const int64_t count = f->counts[b];
        f->counts[b] = *n;
        *n += count;
    }
    if (status == MLC_OK) {
        f->rows = mlci_alloc_raw(call->root, *n, (int64_t)sizeof *f->rows);
        if (f->rows == NULL) status = mlci_fail_memory(err, *n, (int64_t)sizeof *f->rows);
    }
    if (status == MLC_OK) status = mlci_parallel_for(call, n_blocks, list_block, f, err);
    mlci_free(f->counts);
    if (status != MLC_OK) mlci_free(f->rows);
    return status;
}

mlc_status mlc_dataset_filter(mlc_context *ctx, const mlc_dataset *dataset, const char *condition,
                              mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || condition == NULL || out == NULL) {
        const char *const what = dataset == NULL     ? "dataset"
                                 : condition == NULL ? "condition"
                                                     : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    mlci_column *column = NULL;
    int64_t n = 0;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_expression_condition(call, condition, dataset, &column, err);
    filter f = {.condition = column};
    if (status == MLC_OK) status = list_rows(call, &f, &n, err);
    if (status == MLC_OK) status = mlci_dataset_view(call, dataset, f.rows, n, out, err);
    mlci_column_unref(column);
    mlci_call_end(call);
    return status;
}
