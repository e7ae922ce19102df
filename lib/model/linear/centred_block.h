/* Rows of a matrix about a centre.
 *
 * Products of columns whose mean is far from zero lose digits: with mean / deviation = 1e4 the
 * sums of squares have 8 digits left. Linear models with a free intercept may move the origin of
 * the features, so they read rows less a provisional centre; what is left between it and the
 * true mean is corrected afterwards or absorbed by the intercept. */
#ifndef MLCI_CENTRED_BLOCK_H
#define MLCI_CENTRED_BLOCK_H

#include "descriptor.h"
#include "matrix.h"

/* The mean of the first rows (256 at most), equal to the value for a column that is constant in
 * them. rows has room for 2 n_features doubles. */
void mlci_provisional_centre(const mlci_matrix *x, double *centre, double *rows);

/* Rows first .. first + n less centre (NULL: as they are), contiguous. */
void mlci_centred_block(const mlci_matrix *x, int64_t first, int64_t n, const double *centre,
                        double *out);

#endif
