/* A wide table with columns of every kind that bins tell apart. */
#ifndef MLCI_TEST_TABLES_H
#define MLCI_TEST_TABLES_H

#include "boosting.h"

#define TEST_ONE_HOT 20                      /* columns 0 .. of which one is 1 in a row */
#define TEST_ODD_COLUMNS 12                  /* then one of each odd kind */
#define TEST_TABLE_WIDTH (TEST_ONE_HOT + 14) /* then two of numbers */

/* Column TEST_ONE_HOT + kind, mostly one value, in row i of n. */
static inline double test_odd_value(int64_t kind, int64_t i, int64_t n)
{
    const double u = test_unit(300 + (uint32_t)kind, i);
    switch (kind) {
    case 0:
        return 7; /* constant */
    case 1:
        return NAN; /* all missing */
    case 2:
        return u < 0.1 ? floor(50 * u) : NAN; /* mostly missing */
    case 3:
        return u < 0.1 ? NAN : -0.0; /* zeros of both signs, missing */
    case 4:
        return u < 0.1 ? 0.0 : u < 0.15 ? 5e-324 : u < 0.2 ? -5e-324 : -0.0;
    case 5:
        return u < 0.05 ? INFINITY : u < 0.1 ? -INFINITY : 1;
    case 6:
        return u < 0.1 ? 1 : INFINITY;
    case 7:
        return i == n - 1; /* one odd value, in the last row */
    case 8:
        return u < 0.1 ? 1e300 * (u - 0.05) : 0; /* numbers beside zeros */
    case 9:
        return u < 0.15 ? floor(4000 * u) : 2; /* counts */
    case 10:
        return u < 0.1 ? 2.2250738585072014e-308 * (1 - 5 * u) : 0; /* denormals */
    default:
        return u < 0.15 ? nextafter(1, 2) : 1; /* neighbours */
    }
}

static inline int test_column_is_sparse(int64_t j)
{
    return j < TEST_ONE_HOT + TEST_ODD_COLUMNS;
}

/* n rows; the caller frees it with free(). */
static inline double *test_table(int64_t n)
{
    double *const x = calloc((size_t)(n * TEST_TABLE_WIDTH), sizeof *x);
    for (int64_t i = 0; i < n; i++) {
        double *const row = x + i * TEST_TABLE_WIDTH;
        row[(int64_t)(TEST_ONE_HOT * test_unit(299, i))] = 1;
        for (int64_t j = TEST_ONE_HOT; j < TEST_TABLE_WIDTH; j++)
            row[j] = test_column_is_sparse(j) ? test_odd_value(j - TEST_ONE_HOT, i, n)
                                              : test_unit((uint32_t)j, i) - 0.5;
    }
    return x;
}

/* The code of a number by the rule of a feature. */
static inline uint8_t test_code(const mlci_binned *b, int64_t feature, double x)
{
    uint8_t code;
    mlci_tree_kernels_of(mlci_root_isa(NULL))
        ->code_numbers(b->rules[feature].thresholds, 1, &x, &code);
    return code;
}

#endif
