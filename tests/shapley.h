/* Shapley values by their definition: all coalitions of features, with the weights
 * |S|! (n - |S| - 1)! / n!. */
#ifndef MLCI_TEST_SHAPLEY_H
#define MLCI_TEST_SHAPLEY_H

#include <stdint.h>

static inline double test_factorial(int n)
{
    return n < 2 ? 1 : n * test_factorial(n - 1);
}

/* Values of features from the game, a value a coalition, a bit a feature; adds weight times them to
 * out. */
static inline void test_shapley(const double *v, int n, double weight, double *out)
{
    for (int i = 0; i < n; i++)
        for (uint64_t s = 0; s < (uint64_t)1 << n; s++) {
            const int k = __builtin_popcountll(s);
            if (s >> i & 1) continue;
            out[i] += weight * (v[s | (uint64_t)1 << i] - v[s]) * test_factorial(k) *
                      test_factorial(n - k - 1) / test_factorial(n);
        }
}

#endif
