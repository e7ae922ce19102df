/* Bins of categories: memory and files. */
#include "category_bins.h"

#include <string.h>

#include "node_store.h"

uint32_t mlci_category_bins_most(const mlci_category_bins *c, int64_t feature)
{
    uint32_t most = 0;
    for (int64_t i = c->first_code[feature]; i < c->first_code[feature + 1]; i++)
        if (c->bin_of_code[i] > most) most = c->bin_of_code[i];
    return most;
}

int64_t mlci_category_bins_units(const mlci_category_bins *c, int64_t feature)
{
    return mlci_category_bins_most(c, feature) / MLCI_BIN_CODES + 1;
}

mlc_status mlci_category_bins_open(mlci_root *root, int64_t n_features, mlci_category_bins *out,
                                   mlc_error *err)
{
    out->first_code = mlci_alloc(root, n_features + 1, sizeof *out->first_code);
    if (out->first_code == NULL)
        return mlci_fail_memory(err, n_features + 1, sizeof *out->first_code);
    return MLC_OK;
}

mlc_status mlci_category_bins_place(mlci_root *root, int64_t n_features, mlci_category_bins *c,
                                    mlc_error *err)
{
    for (int64_t j = 0; j < n_features; j++)
        c->first_code[j + 1] += c->first_code[j];
    c->bin_of_code = mlci_alloc(root, c->first_code[n_features], sizeof *c->bin_of_code);
    if (c->bin_of_code == NULL)
        return mlci_fail_memory(err, c->first_code[n_features], sizeof *c->bin_of_code);
    return MLC_OK;
}

mlc_status mlci_category_bins_copy(mlci_root *root, int64_t n_features,
                                   const mlci_category_bins *from, mlci_category_bins *out,
                                   mlc_error *err)
{
    const int64_t n_codes = from->first_code[n_features];
    MLCI_TRY(mlci_category_bins_open(root, n_features, out, err));
    for (int64_t j = 0; j < n_features; j++)
        out->first_code[j + 1] = mlci_n_codes(from, j);
    MLCI_TRY(mlci_category_bins_place(root, n_features, out, err));
    if (n_codes > 0)
        memcpy(out->bin_of_code, from->bin_of_code, (size_t)n_codes * sizeof *out->bin_of_code);
    out->unseen_bin = from->unseen_bin;
    return MLC_OK;
}

void mlci_category_bins_free(mlci_category_bins *c)
{
    mlci_free(c->first_code);
    mlci_free(c->bin_of_code);
}

void mlci_category_bins_write(mlci_writer *w, int64_t n_features, const mlci_category_bins *c)
{
    mlci_write_int64s(w, c->first_code, n_features + 1);
    mlci_write_uint16s(w, c->bin_of_code, c->first_code[n_features]);
}

void mlci_category_bins_read(mlci_reader *r, int64_t n_features, mlci_category_bins *out)
{
    out->first_code = mlci_read_int64s(r, n_features + 1, NULL);
    mlci_check_offsets(r, out->first_code, n_features, INT32_MAX, 0, "the categories are damaged");
    out->bin_of_code =
        mlci_read_uint16s(r, r->status == MLC_OK ? out->first_code[n_features] : 0, NULL);
}
