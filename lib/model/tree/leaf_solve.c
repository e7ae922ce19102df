/* Normal equations by Cholesky's scheme without roots (Golub and Van Loan, Matrix Computations,
 * 4.1): the intercept is eliminated first, which centres the features, then the features in their
 * order. One whose pivot is all but 0 is left out, so a column that is constant in the leaf or a
 * copy of another costs nothing. n^3 / 3 operations. */
#include "leaf_solve.h"

#include <math.h>

/* The features about their means: the intercept's part leaves the matrix and the right side. */
static void centre(int64_t n, double *a, double *penalty, double *c)
{
    const int64_t stride = n + 1;
    const double weight = a[n * stride + n];
    for (int64_t i = 0; i < n; i++) {
        double *const row = a + i * stride;
        const double mean = row[n] / weight;
        for (int64_t j = i; j < n; j++)
            row[j] -= mean * a[j * stride + n];
        c[i] = mean * c[n] - c[i];
        row[i] += penalty[i];
        penalty[i] = MLCI_LEAF_LEAST_SHARE * row[i]; /* the least pivot */
    }
}

static void eliminate(int64_t n, double *a, const double *least, double *c)
{
    const int64_t stride = n + 1;
    for (int64_t i = 0; i < n; i++) {
        double *const row = a + i * stride;
        if (!(row[i] > least[i]) || !isfinite(row[i])) {
            row[i] = 0;
            continue;
        }
        for (int64_t t = i + 1; t < n; t++) {
            const double share = row[t] / row[i];
            for (int64_t j = t; j < n; j++)
                a[t * stride + j] -= share * row[j];
            c[t] -= share * c[i];
        }
    }
}

int64_t mlci_leaf_solve(int64_t n, double *a, double *penalty, double *c)
{
    const int64_t stride = n + 1;
    const double weight = a[n * stride + n];
    int64_t n_kept = 0;
    centre(n, a, penalty, c);
    eliminate(n, a, penalty, c);
    double rest = -c[n];
    for (int64_t i = n - 1; i >= 0; i--) {
        const double *const row = a + i * stride;
        double sum = c[i];
        for (int64_t j = i + 1; j < n; j++)
            sum -= row[j] * c[j];
        c[i] = row[i] > 0 ? sum / row[i] : 0;
        if (!isfinite(c[i])) return -1;
        n_kept += c[i] != 0;
        rest -= row[n] * c[i];
    }
    c[n] = rest / weight;
    return isfinite(c[n]) ? n_kept : -1;
}
