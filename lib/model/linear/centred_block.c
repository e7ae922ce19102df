/* Rows about a provisional centre; see centred_block.h. */
#include "centred_block.h"

#define CENTRE_ROWS 256

void mlci_provisional_centre(const mlci_matrix *x, double *centre, double *rows)
{
    const int64_t p = x->n_features;
    const int64_t n = x->n_rows < CENTRE_ROWS ? x->n_rows : CENTRE_ROWS;
    for (int64_t j = 0; j < p; j++)
        centre[j] = 0;
    if (n == 0) return;

    /* The mean of differences to the first row: for constant columns exactly zero. */
    double *const first = rows, *const row = rows + p;
    mlci_matrix_block(x, 0, 1, first, p);
    for (int64_t i = 1; i < n; i++) {
        mlci_matrix_block(x, i, 1, row, p);
        for (int64_t j = 0; j < p; j++)
            centre[j] += row[j] - first[j];
    }
    for (int64_t j = 0; j < p; j++)
        centre[j] = first[j] + centre[j] / (double)n;
}

void mlci_centred_block(const mlci_matrix *x, int64_t first, int64_t n, const double *centre,
                        double *out)
{
    const int64_t p = x->n_features;
    mlci_matrix_block(x, first, n, out, p);
    if (centre == NULL) return;
    for (int64_t i = 0; i < n; i++) {
        double *const row = out + i * p;
        for (int64_t j = 0; j < p; j++)
            row[j] -= centre[j];
    }
}
