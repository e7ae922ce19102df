/* Two stable radix sorts: by index, then by key. O(rows). */
#include "row_groups.h"

#include "order.h"

void mlci_row_groups_free(mlci_row_groups *groups)
{
    if (groups == NULL) return;
    mlci_free(groups->first);
    mlci_free(groups->rows);
    mlci_free(groups);
}

/* Rows in order, and where each group starts. */
static void cut(mlci_row_groups *g, const mlci_order_key *keys)
{
    for (int64_t i = 0; i < g->n_rows; i++) {
        g->rows[i] = (uint32_t)keys[i].row;
        if (i == 0 || keys[i].key != keys[i - 1].key) g->first[g->n++] = i;
    }
    g->first[g->n] = g->n_rows;
    for (int64_t k = 0; k < g->n; k++) {
        const int64_t size = g->first[k + 1] - g->first[k];
        g->most_rows = size > g->most_rows ? size : g->most_rows;
    }
}

mlc_status mlci_row_groups_create(mlc_context *call, int64_t begin, int64_t end,
                                  const uint64_t *key, const int64_t *row_index,
                                  mlci_row_groups **out, mlc_error *err)
{
    const int64_t n = end - begin;
    mlci_root *const root = mlci_context_root(call);
    mlci_order_key *const keys = mlci_alloc_raw(root, n, 2 * (int64_t)sizeof *keys);
    mlci_row_groups *const g = mlci_alloc(root, 1, sizeof *g);
    if (g != NULL) {
        g->n_rows = n;
        g->first = mlci_alloc(root, n + 1, sizeof *g->first);
        g->rows = mlci_alloc(root, n, sizeof *g->rows);
    }
    if (keys == NULL || g == NULL || g->first == NULL || g->rows == NULL) {
        mlci_free(keys);
        mlci_row_groups_free(g);
        return mlci_fail_memory(err, n, 2 * sizeof *keys);
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t index = row_index == NULL ? begin + i : row_index[begin + i];
        keys[i] = (mlci_order_key){mlci_order_of_integer(index), begin + i};
    }
    mlc_status status = mlci_order_sort(call, keys, keys + n, n, err);
    for (int64_t i = 0; i < n; i++)
        keys[i].key = key[keys[i].row - begin];
    if (status == MLC_OK) status = mlci_order_sort(call, keys, keys + n, n, err);
    if (status == MLC_OK) cut(g, keys);
    mlci_free(keys);
    if (status != MLC_OK) {
        mlci_row_groups_free(g);
        return status;
    }
    *out = g;
    return MLC_OK;
}
