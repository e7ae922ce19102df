/* How the codes of category features become bins, which sets of categories are made of. Bin 0 is
 * that of missing values. */
#ifndef MLCI_CATEGORY_BINS_H
#define MLCI_CATEGORY_BINS_H

#include "section.h"

#define MLCI_MOST_CATEGORY_BINS UINT16_MAX

typedef struct mlci_category_bins {
    int64_t *first_code; /* n_features + 1: places in bin_of_code; numbers have none */
    uint16_t *bin_of_code;
    /* Of what is no code of the feature: 0, or 1 where missing values have a side of their own. */
    int32_t unseen_bin;
} mlci_category_bins;

static inline int64_t mlci_n_codes(const mlci_category_bins *c, int64_t feature)
{
    return c->first_code[feature + 1] - c->first_code[feature];
}

/* The bin of a category, given as a code in a double, whose fraction does not count; NaN: missing;
 * negative or beyond the codes: unseen. */
static inline uint32_t mlci_category_bin(const mlci_category_bins *c, int64_t feature, double x)
{
    if (x > -1 && x < (double)mlci_n_codes(c, feature))
        return c->bin_of_code[c->first_code[feature] + (int64_t)x];
    return x == x ? (uint32_t)c->unseen_bin : 0;
}

/* The largest bin of a feature, 0 without codes. */
uint32_t mlci_category_bins_most(const mlci_category_bins *c, int64_t feature);
/* How many sets of MLCI_SET_WORDS words a set of that feature takes. */
int64_t mlci_category_bins_units(const mlci_category_bins *c, int64_t feature);

/* In three steps: zeros; the number of codes of feature j into first_code[j + 1]; memory for their
 * bins, and places in it for the numbers. What was made is freed by mlci_category_bins_free() also
 * after a failure. */
mlc_status mlci_category_bins_open(mlci_root *root, int64_t n_features, mlci_category_bins *out,
                                   mlc_error *err);
mlc_status mlci_category_bins_place(mlci_root *root, int64_t n_features, mlci_category_bins *c,
                                    mlc_error *err);
mlc_status mlci_category_bins_copy(mlci_root *root, int64_t n_features,
                                   const mlci_category_bins *from, mlci_category_bins *out,
                                   mlc_error *err);
void mlci_category_bins_free(mlci_category_bins *c);
void mlci_category_bins_write(mlci_writer *w, int64_t n_features, const mlci_category_bins *c);
void mlci_category_bins_read(mlci_reader *r, int64_t n_features, mlci_category_bins *out);

#endif
