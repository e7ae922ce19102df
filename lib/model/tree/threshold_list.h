/* Thresholds of splits as a thread comes across them, each hardly more than once: trees ask few
 * questions, but many times. What was seen lately is known again, so the list has a threshold twice
 * only where there are more of them than was expected, or where they were chosen to collide. */
#ifndef MLCI_THRESHOLD_LIST_H
#define MLCI_THRESHOLD_LIST_H

#include "error.h"
#include "hash_mix.h"
#include "memory.h"

typedef struct mlci_threshold {
    uint64_t key; /* mlci_order_of_real() */
    int32_t feature;
    int32_t number; /* 1 + its place in the list; 0: none */
} mlci_threshold;

typedef struct mlci_threshold_list {
    mlci_root *root;
    int64_t n, capacity;
    mlci_threshold *all;
    uint64_t mask;
    mlci_threshold *recent; /* by hash: mask + 1, then the first ones' neighbours */
} mlci_threshold_list;

#define MLCI_THRESHOLD_NEAR 8 /* places where a threshold may be */

/* Expects so many different thresholds. */
mlc_status mlci_threshold_list_open(mlci_root *root, int64_t n_expected, mlci_threshold_list *out,
                                    mlc_error *err);
void mlci_threshold_list_clear(mlci_threshold_list *list);
/* At the end of the list, and where it is found lately. */
mlc_status mlci_threshold_list_append(mlci_threshold_list *list, mlci_threshold *place,
                                      int32_t feature, uint64_t key, mlc_error *err);

/* *at: its place in the list. */
static inline mlc_status mlci_threshold_list_add(mlci_threshold_list *list, int32_t feature,
                                                 uint64_t key, int32_t *at, mlc_error *err)
{
    const uint64_t hash = mlci_mix_a(key + (uint64_t)feature * UINT64_C(0x9E3779B97F4A7C15));
    mlci_threshold *const first = &list->recent[hash & list->mask];
    mlci_threshold *place = first;
    for (int i = 0; i < MLCI_THRESHOLD_NEAR; i++) {
        if (first[i].key == key && first[i].feature == feature && first[i].number != 0) {
            *at = first[i].number - 1;
            return MLC_OK;
        }
        if (first[i].number != 0) continue;
        place = &first[i];
        break;
    }
    *at = (int32_t)list->n;
    return mlci_threshold_list_append(list, place, feature, key, err);
}

#endif
