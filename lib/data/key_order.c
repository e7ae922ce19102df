/* First rows are marked by bits; the rank of a row is how many marks come before its own. O(n). */
#include "key_order.h"

#define BLOCK_ROWS 65536
#define WORD_BITS 64

typedef struct ranker {
    const mlci_key_lists *lists;
    int64_t *order, *firsts; /* out */
    uint8_t *is_first;       /* by row */
    uint64_t *marks;         /* the same as bits */
    int64_t *ranks;          /* by word of marks: marks before it */
} ranker;

static int64_t n_listed(const ranker *r)
{
    return r->lists->starts[r->lists->n_groups];
}

static int64_t block_end(int64_t n, int64_t block)
{
    return n - block * BLOCK_ROWS < BLOCK_ROWS ? n : (block + 1) * BLOCK_ROWS;
}

static mlc_status mark_groups(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const ranker *const r = arg;
    for (int64_t g = block * BLOCK_ROWS; g < block_end(r->lists->n_groups, block); g++)
        r->is_first[mlci_key_lists_first(r->lists, g)] = 1;
    return MLC_OK;
}

static mlc_status pack_marks(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const ranker *const r = arg;
    const int64_t end = block_end(n_listed(r), block);
    for (int64_t low = block * BLOCK_ROWS; low < end; low += WORD_BITS) {
        const int64_t n = end - low < WORD_BITS ? end - low : WORD_BITS;
        uint64_t bits = 0;
        for (int64_t k = 0; k < n; k++)
            bits |= (uint64_t)r->is_first[low + k] << k;
        r->marks[low / WORD_BITS] = bits;
        r->ranks[low / WORD_BITS] = __builtin_popcountll(bits);
    }
    return MLC_OK;
}

static mlc_status list_firsts(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const ranker *const r = arg;
    const int64_t end = block_end(n_listed(r), block);
    for (int64_t low = block * BLOCK_ROWS; low < end; low += WORD_BITS) {
        int64_t *next = r->firsts + r->ranks[low / WORD_BITS];
        for (uint64_t bits = r->marks[low / WORD_BITS]; bits != 0; bits &= bits - 1)
            *next++ = low + __builtin_ctzll(bits);
    }
    return MLC_OK;
}

static mlc_status order_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const ranker *const r = arg;
    for (int64_t g = block * BLOCK_ROWS; g < block_end(r->lists->n_groups, block); g++) {
        const int64_t row = mlci_key_lists_first(r->lists, g);
        const uint64_t below = ((uint64_t)1 << row % WORD_BITS) - 1;
        const int before = __builtin_popcountll(r->marks[row / WORD_BITS] & below);
        r->order[r->ranks[row / WORD_BITS] + before] = g;
    }
    return MLC_OK;
}

static mlc_status rank_groups(mlc_context *call, ranker *r, mlc_error *err)
{
    const int64_t n_rows = n_listed(r), n_words = (n_rows + WORD_BITS - 1) / WORD_BITS;
    const int64_t n_blocks = (n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    const int64_t n_group_blocks = (r->lists->n_groups + BLOCK_ROWS - 1) / BLOCK_ROWS;
    r->is_first = mlci_alloc(call->root, n_rows, 1);
    r->marks = mlci_alloc_raw(call->root, n_words, (int64_t)sizeof *r->marks);
    r->ranks = mlci_alloc_raw(call->root, n_words, (int64_t)sizeof *r->ranks);
    if (r->is_first == NULL || r->marks == NULL || r->ranks == NULL) {
        return mlci_fail_memory(err, n_rows, 1);
    }
    MLCI_TRY(mlci_parallel_for(call, n_group_blocks, mark_groups, r, err));
    MLCI_TRY(mlci_parallel_for(call, n_blocks, pack_marks, r, err));
    for (int64_t w = 0, before = 0; w < n_words; w++) {
        const int64_t own = r->ranks[w];
        r->ranks[w] = before;
        before += own;
    }
    MLCI_TRY(mlci_parallel_for(call, n_blocks, list_firsts, r, err));
    return mlci_parallel_for(call, n_group_blocks, order_block, r, err);
}

mlc_status mlci_key_order(mlc_context *call, const mlci_key_lists *lists, int64_t *order,
                          int64_t *firsts, mlc_error *err)
{
    ranker r = {.lists = lists, .order = order, .firsts = firsts};
    const mlc_status status = rank_groups(call, &r, err);
    mlci_free(r.is_first);
    mlci_free(r.marks);
    mlci_free(r.ranks);
    return status;
}
