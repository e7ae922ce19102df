/* A sorted index of names. */
#include "names.h"

#include <string.h>

#include "context_impl.h"

mlc_status mlci_names_open(mlci_root *root, int32_t n, mlci_names *out, mlc_error *err)
{
    *out = (mlci_names){.root = root, .n = n};
    out->name = mlci_alloc(root, n, sizeof *out->name);
    return out->name == NULL ? mlci_fail_memory(err, n, sizeof *out->name) : MLC_OK;
}

void mlci_names_close(mlci_names *names)
{
    mlci_free(names->order);
    mlci_free(names->name);
    *names = (mlci_names){0};
}

static int is_sorted(const mlci_names *names)
{
    for (int32_t i = 1; i < names->n; i++) {
        if (strcmp(names->name[i - 1], names->name[i]) > 0) return 0;
    }
    return 1;
}

/* Merges runs of growing width between the two arrays; the result is in the first. */
static void merge_sort(const mlci_names *names, int32_t *order, int32_t *spare)
{
    const int64_t n = names->n;
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t low = 0; low < n; low += 2 * width) {
            const int64_t middle = n - low > width ? low + width : n;
            const int64_t high = n - middle > width ? middle + width : n;
            int64_t a = low, b = middle;
            for (int64_t k = low; k < high; k++) {
                const int take_a =
                    a < middle &&
                    (b >= high || strcmp(names->name[order[a]], names->name[order[b]]) <= 0);
                spare[k] = take_a ? order[a++] : order[b++];
            }
        }
        memcpy(order, spare, (size_t)n * sizeof *order);
    }
}

mlc_status mlci_names_sort(mlci_names *names, mlc_error *err)
{
    names->order = mlci_alloc_raw(names->root, names->n, sizeof *names->order);
    if (names->order == NULL) return mlci_fail_memory(err, names->n, sizeof *names->order);
    for (int32_t i = 0; i < names->n; i++)
        names->order[i] = i;
    if (is_sorted(names)) return MLC_OK;
    int32_t *const spare = mlci_alloc_raw(names->root, names->n, sizeof *spare);
    if (spare == NULL) return mlci_fail_memory(err, names->n, sizeof *spare);
    merge_sort(names, names->order, spare);
    mlci_free(spare);
    return MLC_OK;
}

int32_t mlci_names_find(const mlci_names *names, const char *name)
{
    int32_t low = 0, high = names->n;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (strcmp(names->name[names->order[middle]], name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == names->n || strcmp(names->name[names->order[low]], name) != 0) return -1;
    return names->order[low];
}

int32_t mlci_names_repeated(const mlci_names *names, int32_t *first)
{
    int32_t found = -1;
    for (int32_t i = 1; i < names->n; i++) {
        const int32_t before = names->order[i - 1], here = names->order[i];
        if ((found < 0 || here < found) && strcmp(names->name[before], names->name[here]) == 0) {
            *first = before;
            found = here;
        }
    }
    return found;
}
