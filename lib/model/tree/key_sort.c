/* Radix sort, 11 bits a pass: by the upper half of the keys, and by the lower one only where many
 * share an upper half, as keys of doubles rarely do. About 15 ns a key. */
#include "key_sort.h"

#include <string.h>

#define RADIX_BITS 11
#define RADIX_SIZE (1 << RADIX_BITS)
#define RADIX_PASSES 3 /* of a half of the key */
#define UPPER_SHIFT 31 /* the halves overlap by two bits */

static void swap_buffers(mlci_key_sort *s, int with_payload)
{
    uint64_t *const keys = s->keys;
    s->keys = s->other_keys;
    s->other_keys = keys;
    if (!with_payload) return;
    int64_t *const payload = s->payload;
    s->payload = s->other_payload;
    s->other_payload = payload;
}

/* By RADIX_BITS bits from shift on; count: how often each digit occurs. */
static void radix_pass(mlci_key_sort *s, int64_t n, int32_t shift, int64_t *count, int with_payload)
{
    int64_t at = 0;
    for (int32_t d = 0; d < RADIX_SIZE; d++) {
        const int64_t next = at + count[d];
        count[d] = at;
        at = next;
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t to = count[s->keys[i] >> shift & (RADIX_SIZE - 1)]++;
        s->other_keys[to] = s->keys[i];
        if (with_payload) s->other_payload[to] = s->payload[i];
    }
    swap_buffers(s, with_payload);
}

/* By RADIX_PASSES digits from shift on; a digit that all keys share costs no pass. */
static void sort_by_digits(mlci_key_sort *s, int64_t n, int32_t shift, int with_payload)
{
    int64_t count[RADIX_PASSES][RADIX_SIZE];
    memset(count, 0, sizeof count);
    for (int64_t i = 0; i < n; i++)
        for (int32_t p = 0; p < RADIX_PASSES; p++)
            count[p][s->keys[i] >> (shift + p * RADIX_BITS) & (RADIX_SIZE - 1)]++;
    for (int32_t p = 0; p < RADIX_PASSES && n > 0; p++) {
        const int32_t at = shift + p * RADIX_BITS;
        if (count[p][s->keys[0] >> at & (RADIX_SIZE - 1)] < n)
            radix_pass(s, n, at, count[p], with_payload);
    }
}

void mlci_sort_few_keys(uint64_t *keys, int64_t *payload, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        const int64_t carried = payload == NULL ? 0 : payload[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--) {
            keys[j] = keys[j - 1];
            if (payload != NULL) payload[j] = payload[j - 1];
        }
        keys[j] = key;
        if (payload != NULL) payload[j] = carried;
    }
}

/* By the upper half, then runs that share it. Only where such a run is long and not of one value
 * are the lower digits sorted by too, all of them first, as a radix sort has to. */
void mlci_sort_keys(mlci_key_sort *s, int64_t n, int with_payload)
{
    int64_t longest = 0;
    sort_by_digits(s, n, UPPER_SHIFT, with_payload);
    for (int64_t i = 0, end; i < n; i = end) {
        int differs = 0;
        for (end = i + 1; end < n && s->keys[end] >> UPPER_SHIFT == s->keys[i] >> UPPER_SHIFT;)
            differs |= s->keys[end++] != s->keys[i];
        if (differs && end - i > longest) longest = end - i;
        if (differs && longest <= MLCI_FEW_KEYS)
            mlci_sort_few_keys(s->keys + i, with_payload ? s->payload + i : NULL, end - i);
    }
    if (longest <= MLCI_FEW_KEYS) return;
    sort_by_digits(s, n, 0, with_payload);
    sort_by_digits(s, n, UPPER_SHIFT, with_payload);
}

int64_t mlci_join_equal_keys(mlci_key_sort *s, int64_t n, int with_payload)
{
    int64_t last = -1;
    for (int64_t i = 0; i < n; i++) {
        const int64_t payload = with_payload ? s->payload[i] : 1;
        if (last >= 0 && s->keys[last] == s->keys[i]) {
            s->payload[last] += payload;
        } else {
            last++;
            s->keys[last] = s->keys[i];
            s->payload[last] = payload;
        }
    }
    return last + 1;
}

void mlci_sort_memory_clear(mlci_sort_memory *m)
{
    mlci_free(m->sort.keys);
    mlci_free(m->sort.other_keys);
    mlci_free(m->sort.payload);
    mlci_free(m->sort.other_payload);
    *m = (mlci_sort_memory){.root = m->root};
}

mlc_status mlci_sort_reserve(mlci_sort_memory *m, int64_t n, int with_payload, mlc_error *err)
{
    const int is_wider = with_payload && m->sort.other_payload == NULL;
    if (n <= m->capacity && !is_wider) return MLC_OK;
    const int keeps_payload = with_payload || m->sort.other_payload != NULL;
    const int64_t room = n > m->capacity ? n : m->capacity;
    mlci_sort_memory_clear(m);
    m->sort.keys = mlci_alloc_raw(m->root, room, sizeof *m->sort.keys);
    m->sort.other_keys = mlci_alloc_raw(m->root, room, sizeof *m->sort.other_keys);
    m->sort.payload = mlci_alloc_raw(m->root, room, sizeof *m->sort.payload);
    if (keeps_payload)
        m->sort.other_payload = mlci_alloc_raw(m->root, room, sizeof *m->sort.other_payload);
    if (m->sort.keys == NULL || m->sort.other_keys == NULL || m->sort.payload == NULL ||
        (keeps_payload && m->sort.other_payload == NULL)) {
        mlci_sort_memory_clear(m);
        return mlci_fail_memory(err, room, sizeof *m->sort.keys);
    }
    m->capacity = room;
    return MLC_OK;
}
