/* Sets of categories for single rows. */
#include "row_sets.h"

#include <string.h>

int64_t mlci_row_sets_bins(const mlci_tree_codes *codes, const mlci_ensemble *ensemble,
                           int64_t *first_bin)
{
    const mlci_category_bins *const c = &ensemble->categories;
    int64_t n = 0;
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const int64_t most = mlci_category_bins_most(c, codes->categories[f].feature);
        if (first_bin != NULL) first_bin[f] = n;
        n += 1 + (most > c->unseen_bin ? most : c->unseen_bin);
    }
    if (first_bin != NULL) first_bin[codes->n_categories] = n;
    return n;
}

mlc_status mlci_row_sets_open(mlci_root *root, int64_t n_words, int64_t n_bins, mlci_row_sets *out,
                              mlc_error *err)
{
    const int64_t n_lines = (n_words + MLCI_SET_LINE - 1) / MLCI_SET_LINE;
    *out = (mlci_row_sets){n_lines, n_bins, NULL};
    if (n_bins == 0) return MLC_OK;
    out->words = mlci_alloc(root, n_lines, n_bins * MLCI_SET_LINE * (int64_t)sizeof *out->words);
    return out->words == NULL ? mlci_fail_memory(err, n_lines, n_bins * MLCI_SET_LINE) : MLC_OK;
}

void mlci_row_sets_close(mlci_row_sets *sets)
{
    mlci_free(sets->words);
}

void mlci_row_sets_put(mlci_row_sets *sets, int64_t place, const mlci_set_test *set,
                       int64_t first_bin, int64_t end_bin)
{
    const int64_t word = place / 64;
    uint64_t *const words =
        sets->words + word / MLCI_SET_LINE * sets->n_bins * MLCI_SET_LINE + word % MLCI_SET_LINE;
    for (int64_t b = first_bin; b < end_bin; b++)
        if (!mlci_set_has(set->set, (uint32_t)(b - first_bin)))
            words[b * MLCI_SET_LINE] |= (uint64_t)1 << place % 64;
}

const uint64_t *mlci_row_sets_find(const mlci_row_sets *sets, const int64_t *first_bin,
                                   const uint8_t *bins, int32_t n_features, int64_t first,
                                   int64_t n, uint64_t *right)
{
    const int64_t first_line = first / MLCI_SET_LINE;
    const int64_t n_lines = (first + n + MLCI_SET_LINE - 1) / MLCI_SET_LINE - first_line;
    for (int64_t l = 0; l < n_lines; l++) {
        const uint64_t *const line = sets->words + (first_line + l) * sets->n_bins * MLCI_SET_LINE;
        uint64_t any[MLCI_SET_LINE] = {0};
        for (int32_t f = 0; f < n_features; f++)
            for (int k = 0; k < MLCI_SET_LINE; k++)
                any[k] |= line[(first_bin[f] + bins[f]) * MLCI_SET_LINE + k];
        for (int k = 0; k < MLCI_SET_LINE; k++)
            right[l * MLCI_SET_LINE + k] = any[k];
    }
    return right + first % MLCI_SET_LINE;
}

mlc_status mlci_set_answers_create(mlci_root *root, const mlci_tree_codes *codes,
                                   const int64_t *first_bin, uint8_t **out, mlc_error *err)
{
    int64_t n = 0, at = 0;
    for (int32_t f = 0; f < codes->n_categories; f++)
        n += (first_bin[f + 1] - first_bin[f]) * codes->categories[f].n_sets;
    *out = mlci_alloc_raw(root, n, 1);
    if (*out == NULL) return mlci_fail_memory(err, n, 1);
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const mlci_category_column *const c = &codes->categories[f];
        for (uint32_t b = 0; b < first_bin[f + 1] - first_bin[f]; b++)
            for (int32_t s = 0; s < c->n_sets; s++)
                (*out)[at++] = (uint8_t)mlci_set_has(codes->sets[c->first_set + s].set, b);
    }
    return MLC_OK;
}

void mlci_set_answers_copy(const mlci_tree_codes *codes, const int64_t *first_bin,
                           const uint8_t *answers, const uint8_t *bins, uint8_t *out)
{
    for (int32_t f = 0; f < codes->n_categories; f++) {
        const mlci_category_column *const c = &codes->categories[f];
        memcpy(out + c->first_set, answers + (int64_t)bins[f] * c->n_sets, (size_t)c->n_sets);
        answers += (first_bin[f + 1] - first_bin[f]) * c->n_sets;
    }
}
