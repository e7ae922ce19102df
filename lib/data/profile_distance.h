/* How far the distribution of a column is from that of a reference. */
#ifndef MLCI_PROFILE_DISTANCE_H
#define MLCI_PROFILE_DISTANCE_H

#include "profile_impl.h"

typedef struct mlci_distances {
    double psi;        /* sum (p - q) ln(p / q), 0 or more; shares of 0 count as 0.0001 */
    double js;         /* root of the Jensen-Shannon divergence, base 2: 0 to 1 */
    double l_infinity; /* the greatest |p - q|: 0 to 1 */
} mlci_distances;

/* Shares are of the values that are there. Texts, and numbers of which the reference has at most
 * 20, are compared value by value; other numbers in cells between the deciles of the reference.
 * NaN where one has no values. Both are of the same kind. */
mlc_status mlci_profile_distances(const mlci_profile_column *column,
                                  const mlci_profile_column *reference, mlci_distances *out,
                                  mlc_error *err);

#endif
