/* Spans of the words, then codes, both by blocks of rows. */
#include "key_codes.h"

#include "checked.h"
#include "row_kernels.h"

#define BLOCK_ROWS 65536

typedef struct bounds {
    int64_t low, high; /* of words as integers with a sign; low > high: there is none */
} bounds;

typedef struct coder {
    const mlci_row_keys *keys;
    mlci_key_codes *codes;
    const mlci_row_kernels *kernels;
    bounds *bounds; /* by block and word */
} coder;

static int64_t block_end(int64_t n_rows, int64_t block)
{
    return n_rows - block * BLOCK_ROWS < BLOCK_ROWS ? n_rows : (block + 1) * BLOCK_ROWS;
}

static bounds bound_word(const mlci_row_keys *keys, int64_t w, int64_t low, int64_t high)
{
    bounds b = {INT64_MAX, INT64_MIN};
    for (int64_t i = low; i < high; i++) {
        const int64_t value = (int64_t)keys->words[i * keys->n_words + w];
        if (!mlci_has_key(keys, i)) continue;
        b.low = value < b.low ? value : b.low;
        b.high = value > b.high ? value : b.high;
    }
    return b;
}

static mlc_status bound_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const coder *const c = arg;
    const mlci_row_keys *const keys = c->keys;
    const int64_t low = block * BLOCK_ROWS, high = block_end(keys->n_rows, block);
    bounds *const b = &c->bounds[block * keys->n_words];
    if (keys->n_words == 1 && keys->has_none == NULL) {
        c->kernels->bound_integers(high - low, (const int64_t *)keys->words + low, &b->low,
                                   &b->high);
        return MLC_OK;
    }
    for (int64_t w = 0; w < keys->n_words; w++)
        b[w] = bound_word(keys, w, low, high);
    return MLC_OK;
}

static mlci_word_span span_of(const coder *c, int64_t w, int64_t n_blocks)
{
    bounds all = {INT64_MAX, INT64_MIN};
    for (int64_t b = 0; b < n_blocks; b++) {
        const bounds own = c->bounds[b * c->keys->n_words + w];
        all.low = own.low < all.low ? own.low : all.low;
        all.high = own.high > all.high ? own.high : all.high;
    }
    if (all.low > all.high) return (mlci_word_span){0};
    return (mlci_word_span){.low = (uint64_t)all.low,
                            .last = (uint64_t)all.high - (uint64_t)all.low};
}

/* The units of places. A word of any value can be the code where the others have one value. */
static void set_units(const coder *c, int64_t n_blocks)
{
    int64_t n = 1;
    int is_full = 0;
    c->codes->is_exact = 1;
    for (int64_t w = 0; w < c->keys->n_words; w++) {
        mlci_word_span *const s = &c->codes->spans[w];
        *s = span_of(c, w, n_blocks);
        s->unit = (uint64_t)n;
        if (s->last == 0) continue;
        if (is_full) c->codes->is_exact = 0;
        if (s->last < INT64_MAX && mlci_mul_size(n, (int64_t)s->last + 1, &n)) continue;
        if (n > 1) c->codes->is_exact = 0;
        is_full = 1;
        s->unit = 1;
    }
    c->codes->n_codes = is_full || !c->codes->is_exact ? 0 : (uint64_t)n;
}

static uint64_t hash_words(const uint64_t *words, int64_t n)
{
    uint64_t h = 0;
    for (int64_t w = 0; w < n; w++) {
        h = (h ^ words[w]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 32;
    }
    return h;
}

static mlc_status code_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const coder *const c = arg;
    const mlci_row_keys *const keys = c->keys;
    const mlci_word_span *const spans = c->codes->spans;
    const int64_t n_words = keys->n_words;
    for (int64_t i = block * BLOCK_ROWS; i < block_end(keys->n_rows, block); i++) {
        const uint64_t *const words = keys->words + i * n_words;
        uint64_t code = 0;
        for (int64_t w = 0; w < n_words && c->codes->is_exact; w++)
            code += (words[w] - spans[w].low) * spans[w].unit;
        c->codes->own[i] = c->codes->is_exact ? code : hash_words(words, n_words);
    }
    return MLC_OK;
}

static mlc_status make_codes(mlc_context *call, coder *c, mlc_error *err)
{
    mlci_root *const root = call->root;
    mlci_key_codes *const codes = c->codes;
    const int64_t n_words = c->keys->n_words, n_rows = c->keys->n_rows;
    const int64_t n_blocks = (n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    int64_t n_bounds = 0;
    if (!mlci_mul_size(n_blocks, n_words, &n_bounds)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "too many keys");
    }
    c->bounds = mlci_alloc_raw(root, n_bounds, (int64_t)sizeof *c->bounds);
    codes->spans = mlci_alloc(root, n_words, (int64_t)sizeof *codes->spans);
    if (c->bounds == NULL || codes->spans == NULL) {
        return mlci_fail_memory(err, n_bounds, (int64_t)sizeof *c->bounds);
    }
    MLCI_TRY(mlci_parallel_for(call, n_blocks, bound_block, c, err));
    set_units(c, n_blocks);
    if (n_words == 1) {
        codes->code = c->keys->words;
        codes->low = codes->spans[0].low;
        return MLC_OK;
    }
    codes->own = mlci_alloc_raw(root, n_rows, (int64_t)sizeof *codes->own);
    if (codes->own == NULL) return mlci_fail_memory(err, n_rows, (int64_t)sizeof(uint64_t));
    codes->code = codes->own;
    return mlci_parallel_for(call, n_blocks, code_block, c, err);
}

mlc_status mlci_key_codes_open(mlc_context *call, const mlci_row_keys *keys, mlci_key_codes *out,
                               mlc_error *err)
{
    mlci_key_codes codes = {.n_rows = keys->n_rows};
    coder c = {
        .keys = keys, .codes = &codes, .kernels = mlci_row_kernels_of(mlci_root_isa(call->root))};
    const mlc_status status = make_codes(call, &c, err);
    mlci_free(c.bounds);
    if (status != MLC_OK) {
        mlci_key_codes_close(&codes);
        return status;
    }
    *out = codes;
    return MLC_OK;
}

void mlci_key_codes_close(mlci_key_codes *codes)
{
    mlci_free(codes->own);
    mlci_free(codes->spans);
    *codes = (mlci_key_codes){0};
}

void mlci_key_codes_find(const mlci_key_codes *codes, const mlci_row_keys *keys, int64_t first,
                         int64_t n, uint64_t *out, uint8_t *found)
{
    const int64_t n_words = keys->n_words;
    const uint64_t *const words = keys->words + first * n_words;
    for (int64_t i = 0; i < n; i++) {
        out[i] = 0;
        found[i] = keys->has_none == NULL || keys->has_none[first + i] == 0;
    }
    for (int64_t w = 0; w < n_words; w++) {
        const mlci_word_span span = codes->spans[w];
        for (int64_t i = 0; i < n; i++) {
            const uint64_t place = words[i * n_words + w] - span.low;
            found[i] = (uint8_t)(found[i] & (place <= span.last));
            out[i] += place * span.unit;
        }
    }
}
