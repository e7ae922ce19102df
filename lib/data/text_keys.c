/* Sorting texts by their bytes, eight of them at a time as one word: by radix where they are many,
 * by merging where they are few, then those of one word by the next. So hardly any comparison reads
 * a text. Texts that go on alike for SORT_DEPTH bytes are compared as a whole. O(bytes) until then,
 * O(n log n) comparisons behind it. */
#include <string.h>

#include "column.h"
#include "context_impl.h"
#include "text.h"

#define SORT_DEPTH 256
#define SORT_WHOLE 4 /* so few are compared as whole texts */
#define SORT_MERGED 128
#define BYTES 256 /* values of one */
#define AHEAD 8   /* texts whose memory is asked for before they are read */

static int key_before(const mlci_text_key *a, const mlci_text_key *b)
{
    const int order = mlci_text_compare(a->text, a->length, b->text, b->length);
    return order != 0 ? order < 0 : a->index < b->index;
}

/* Eight bytes of the text from `depth` on, the first the highest; zeros behind its end. */
static uint64_t word_at(const mlci_text_key *key, int64_t depth)
{
    unsigned char bytes[8] = {0};
    const int64_t left = key->length - depth;
    uint64_t word = 0;
    if (left > 0) memcpy(bytes, key->text + depth, (size_t)(left < 8 ? left : 8));
    for (int i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

/* Texts that are equal up to `depth`, by their words there; of equal ones a text that ends in its
 * word comes first, and of two such the shorter. */
static inline int word_before(const mlci_text_key *a, const mlci_text_key *b, int64_t depth)
{
    if (a->word != b->word) return a->word < b->word;
    const int64_t beyond = depth + 9;
    const int64_t m = a->length < beyond ? a->length : beyond;
    const int64_t n = b->length < beyond ? b->length : beyond;
    return m != n ? m < n : a->index < b->index;
}

/* Merges runs of growing width between the two arrays; depth -1: by whole texts. */
static void merge_sort(mlci_text_key *keys, mlci_text_key *scratch, int64_t n, int64_t depth)
{
    mlci_text_key *from = keys, *to = scratch;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = n - low > width ? low + width : n;
            const int64_t high = n - middle > width ? middle + width : n;
            int64_t i = low, j = middle;
            for (int64_t k = low; k < high; k++) {
                const int left =
                    j >= high ||
                    (i < middle && !(depth < 0 ? key_before(&from[j], &from[i])
                                               : word_before(&from[j], &from[i], depth)));
                to[k] = left ? from[i++] : from[j++];
            }
        }
        mlci_text_key *const swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, (size_t)n * sizeof *keys);
}

/* Stable, by word alone. */
static void radix_sort(mlci_text_key *keys, mlci_text_key *scratch, int64_t n)
{
    int64_t starts[8][BYTES] = {{0}};
    mlci_text_key *from = keys, *to = scratch;
    for (int64_t i = 0; i < n; i++) {
        for (int b = 0; b < 8; b++)
            starts[b][keys[i].word >> (8 * b) & 255]++;
    }
    for (int b = 0; b < 8; b++) {
        int64_t start = 0;
        if (starts[b][keys[0].word >> (8 * b) & 255] == n) continue;
        for (int v = 0; v < BYTES; v++) {
            const int64_t count = starts[b][v];
            starts[b][v] = start;
            start += count;
        }
        for (int64_t i = 0; i < n; i++)
            to[starts[b][from[i].word >> (8 * b) & 255]++] = from[i];
        mlci_text_key *const swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, (size_t)n * sizeof *keys);
}

static void load_words(mlci_text_key *keys, int64_t n, int64_t depth)
{
    for (int64_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(keys[i + AHEAD].text + depth);
        keys[i].word = word_at(&keys[i], depth);
    }
}

/* Sorts what is equal up to `depth`. */
static void sort_from(mlci_text_key *keys, mlci_text_key *scratch, int64_t n, int64_t depth)
{
    if (depth >= SORT_DEPTH || n <= SORT_WHOLE) {
        merge_sort(keys, scratch, n, -1);
        return;
    }
    const int is_merged = n <= SORT_MERGED;
    load_words(keys, n, depth);
    if (is_merged) {
        merge_sort(keys, scratch, n, depth);
    } else {
        radix_sort(keys, scratch, n);
    }
    for (int64_t i = 0, end; i < n; i = end) {
        int has_ends = keys[i].length <= depth + 8;
        for (end = i + 1; end < n && keys[end].word == keys[i].word; end++)
            has_ends |= keys[end].length <= depth + 8;
        if (end - i > 1 && has_ends && !is_merged) merge_sort(keys + i, scratch, end - i, depth);
        int64_t first = i; /* those that end in their word are in order */
        while (first < end && keys[first].length <= depth + 8)
            first++;
        if (end - first > 1) sort_from(keys + first, scratch, end - first, depth + 8);
    }
}

void mlci_text_keys_sort(mlci_text_key *keys, mlci_text_key *scratch, int64_t n)
{
    sort_from(keys, scratch, n, 0);
}

/* ---- by many threads ------------------------------------------------------------------------ */

/* Keys by the first byte in which any of them differ. */
typedef struct buckets {
    mlci_text_key *keys, *scratch;
    int64_t depth;
    int64_t starts[BYTES + 1];
} buckets;

static mlc_status sort_bucket(void *arg, int64_t bucket, int32_t slot, mlc_error *err)
{
    const buckets *const b = arg;
    const int64_t start = b->starts[bucket], n = b->starts[bucket + 1] - start;
    (void)slot;
    (void)err;
    if (n == 0) return MLC_OK;
    memcpy(b->keys + start, b->scratch + start, (size_t)n * sizeof *b->keys);
    sort_from(b->keys + start, b->scratch + start, n, b->depth);
    return MLC_OK;
}

/* Into scratch, by that byte of their words; stable. */
static void deal(buckets *b, int64_t n, int shift)
{
    int64_t next[BYTES];
    for (int64_t i = 0; i < n; i++)
        b->starts[(b->keys[i].word >> shift & 255) + 1]++;
    for (int v = 0; v < BYTES; v++) {
        b->starts[v + 1] += b->starts[v];
        next[v] = b->starts[v];
    }
    for (int64_t i = 0; i < n; i++)
        b->scratch[next[b->keys[i].word >> shift & 255]++] = b->keys[i];
}

mlc_status mlci_text_keys_sort_parallel(mlc_context *call, mlci_text_key *keys,
                                        mlci_text_key *scratch, int64_t n, mlc_error *err)
{
    buckets b = {.keys = keys, .scratch = scratch};
    for (; b.depth < SORT_DEPTH && n > SORT_MERGED; b.depth += 8) {
        uint64_t differing = 0;
        int has_ends = 0;
        load_words(keys, n, b.depth);
        for (int64_t i = 0; i < n; i++) {
            differing |= keys[i].word ^ keys[0].word;
            has_ends |= keys[i].length <= b.depth + 8;
        }
        if (differing != 0) {
            deal(&b, n, (63 - __builtin_clzll(differing)) / 8 * 8);
            return mlci_parallel_for(call, BYTES, sort_bucket, &b, err);
        }
        if (has_ends) break;
    }
    sort_from(keys, scratch, n, b.depth);
    return MLC_OK;
}
