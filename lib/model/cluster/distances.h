/* Squared distances of rows to all centres, for where the nearest alone is not enough. */
#ifndef MLCI_DISTANCES_H
#define MLCI_DISTANCES_H

#include <stdint.h>

/* Centres that one sweep over the rows compares with. */
#define MLCI_DISTANCE_LANES 8

/* out[i * n_centres + c] = sum over j of (x[i, j] - centres[c, j])^2, j ascending; both are
 * contiguous with p columns. work has MLCI_DISTANCE_LANES * p doubles. The bits of an output depend
 * on its row and centre only. */
void mlci_squared_distances(const double *x, int64_t n_rows, int64_t p, const double *centres,
                            int64_t n_centres, double *work, double *out);

#endif
