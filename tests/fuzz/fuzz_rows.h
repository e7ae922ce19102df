/* Two datasets that must be the same: names, roles, types, missing values, and the bits of all
 * others. */
#ifndef MLCI_FUZZ_ROWS_H
#define MLCI_FUZZ_ROWS_H

#include "dataset_impl.h"
#include "fuzz_host.h"

static inline void fuzz_same_reals(const mlci_column *x, const mlci_column *y, int64_t row)
{
    const size_t size = (size_t)x->width * sizeof(double);
    double *const v = malloc(size), *const w = malloc(size);
    mlci_column_reals(x, row, 1, v, x->width);
    mlci_column_reals(y, row, 1, w, y->width);
    FUZZ_CHECK(memcmp(v, w, size) == 0);
    free(v);
    free(w);
}

static inline void fuzz_same_column(const mlci_column *x, const mlci_column *y)
{
    FUZZ_CHECK(x->type == y->type && x->n_rows == y->n_rows && x->n_missing == y->n_missing);
    FUZZ_CHECK(x->width == y->width);
    for (int64_t i = 0; i < x->n_rows; i++) {
        FUZZ_CHECK(mlci_column_is_valid(x, i) == mlci_column_is_valid(y, i));
        if (!mlci_column_is_valid(x, i)) continue;
        int64_t n = 0, m = 0;
        const char *a = mlci_column_text(x, i, &n), *b = mlci_column_text(y, i, &m);
        FUZZ_CHECK((a == NULL) == (b == NULL));
        if (a != NULL) FUZZ_CHECK(n == m && memcmp(a, b, (size_t)n) == 0);
        if (x->type != MLC_TYPE_TEXT) fuzz_same_reals(x, y, i);
    }
}

static inline void fuzz_same_dataset(const mlc_dataset *a, const mlc_dataset *b)
{
    FUZZ_CHECK((a == NULL) == (b == NULL));
    if (a == NULL) return;
    FUZZ_CHECK(a->n_rows == b->n_rows && a->n_fields == b->n_fields);
    for (int32_t j = 0; j < a->n_fields; j++) {
        FUZZ_CHECK(strcmp(a->fields[j].name, b->fields[j].name) == 0);
        FUZZ_CHECK(a->fields[j].role == b->fields[j].role);
        fuzz_same_column(a->fields[j].column, b->fields[j].column);
    }
    fuzz_same_dataset(a->problems, b->problems);
}

#endif
