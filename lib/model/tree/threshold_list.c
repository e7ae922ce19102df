/* Lists of thresholds. */
#include "threshold_list.h"

#define LEAST_PLACES 64
#define MOST_PLACES (1 << 20)

mlc_status mlci_threshold_list_open(mlci_root *root, int64_t n_expected, mlci_threshold_list *out,
                                    mlc_error *err)
{
    int64_t n_places = LEAST_PLACES;
    while (n_places < MOST_PLACES && n_places < 2 * n_expected)
        n_places *= 2;
    mlci_threshold *const recent = mlci_alloc(root, n_places + MLCI_THRESHOLD_NEAR, sizeof *recent);
    if (recent == NULL) return mlci_fail_memory(err, n_places, sizeof *recent);
    *out = (mlci_threshold_list){.root = root, .mask = (uint64_t)n_places - 1, .recent = recent};
    return MLC_OK;
}

void mlci_threshold_list_clear(mlci_threshold_list *list)
{
    mlci_free(list->all);
    mlci_free(list->recent);
}

mlc_status mlci_threshold_list_append(mlci_threshold_list *list, mlci_threshold *place,
                                      int32_t feature, uint64_t key, mlc_error *err)
{
    if (list->n == list->capacity) {
        const int64_t capacity = list->capacity < LEAST_PLACES ? LEAST_PLACES : 2 * list->capacity;
        mlci_threshold *const grown = mlci_realloc(list->root, list->all, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        list->all = grown;
        list->capacity = capacity;
    }
    *place = (mlci_threshold){key, feature, (int32_t)list->n + 1};
    list->all[list->n++] = *place;
    return MLC_OK;
}
