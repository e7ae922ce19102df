/* Squared distances, eight centres at a time; see distances.h.
 *
 * No expansion into |x|^2 - 2 x'c + |c|^2: equal points are at distance 0, and points far from the
 * origin lose nothing. */
#include "distances.h"

#define LANES MLCI_DISTANCE_LANES

/* Centres first .. first + LANES as columns; lanes beyond the last repeat it. */
static void pack(const double *centres, int64_t n_centres, int64_t p, int64_t first, double *packed)
{
    for (int64_t l = 0; l < LANES; l++) {
        const int64_t c = first + l < n_centres ? first + l : n_centres - 1;
        for (int64_t j = 0; j < p; j++) packed[j * LANES + l] = centres[c * p + j];
    }
}

void mlci_squared_distances(const double *x, int64_t n_rows, int64_t p, const double *centres,
                            int64_t n_centres, double *work, double *out)
{
    for (int64_t first = 0; first < n_centres; first += LANES) {
        const int64_t n_lanes = n_centres - first < LANES ? n_centres - first : LANES;
        pack(centres, n_centres, p, first, work);
        for (int64_t i = 0; i < n_rows; i++) {
            double sums[LANES] = {0};
            for (int64_t j = 0; j < p; j++) {
                const double value = x[i * p + j];
                for (int64_t l = 0; l < LANES; l++) {
                    const double difference = value - work[j * LANES + l];
                    sums[l] += difference * difference;
                }
            }
            for (int64_t l = 0; l < n_lanes; l++) out[i * n_centres + first + l] = sums[l];
        }
    }
}
