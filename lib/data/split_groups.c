/* Groups of rows, for the splitters that keep them together. */
#include "split_groups.h"

mlc_status mlci_split_count_groups(const mlci_split *split, const char *name, int32_t *n,
                                   mlc_error *err)
{
    if (split->group == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "%s needs groups: give one column the role group", name);
    }
    *n = 0;
    for (int64_t i = 0; i < split->n_rows; i++) {
        if (split->group[i] < 0) {
            return mlci_fail(err, MLC_ERROR_DATA, NULL, "row %lld has no group", (long long)i);
        }
        if (split->group[i] >= *n) *n = split->group[i] + 1;
    }
    return MLC_OK;
}

mlc_status mlci_split_by_group(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const int32_t *const fold_of = split->plan;
    for (int64_t i = 0; i < split->n_rows; i++)
        part[i] = fold_of[split->group[i]] == k ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    return MLC_OK;
}

static int is_before(const double *weight, int32_t is_later_first, int32_t a, int32_t b)
{
    if (weight[a] != weight[b]) return weight[a] > weight[b];
    return is_later_first ? a > b : a < b;
}

/* By merging. */
static void sort_part(const double *weight, int32_t is_later_first, int32_t *order,
                      int32_t *scratch, int32_t n)
{
    if (n < 2) return;
    const int32_t half = n / 2;
    sort_part(weight, is_later_first, order, scratch, half);
    sort_part(weight, is_later_first, order + half, scratch, n - half);
    for (int32_t i = 0; i < n; i++)
        scratch[i] = order[i];
    int32_t i = 0, j = half;
    for (int32_t k = 0; k < n; k++) {
        const int is_left =
            j >= n || (i < half && is_before(weight, is_later_first, scratch[i], scratch[j]));
        order[k] = is_left ? scratch[i++] : scratch[j++];
    }
}

void mlci_split_sort(const double *weight, int32_t n, int32_t is_later_first, int32_t *order,
                     int32_t *scratch)
{
    for (int32_t g = 0; g < n; g++)
        order[g] = g;
    sort_part(weight, is_later_first, order, scratch, n);
}
