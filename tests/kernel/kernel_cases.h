/* What the kernel tests share: the tables this machine can run, awkward numbers, and equality of
 * bits. A table the processor lacks is left out and named on the standard error. */
#ifndef MLCI_KERNEL_CASES_H
#define MLCI_KERNEL_CASES_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "kernels.h"
#include "random.h"

static const mlci_kernels *case_tables[3];
static int case_n_tables;

static inline void case_find_tables(void)
{
    static const char *const names[] = {"reference", "AVX2", "AVX-512"};
    const int32_t best = mlci_root_isa(NULL);
    case_n_tables = 0;
    for (int32_t isa = 0; isa < 3; isa++) {
        const mlci_kernels *table = mlci_kernels_of(isa);
        if (isa <= best && table->isa == isa)
            case_tables[case_n_tables++] = table;
        else
            fprintf(stderr, "kernels for %s are not tested: the processor or build lacks them\n",
                    names[isa]);
    }
}

/* Small steps of a linear congruential generator: the tests' own numbers. */
static uint64_t case_state = 1;

static inline uint64_t case_bits(void)
{
    case_state = case_state * 6364136223846793005u + 1442695040888963407u;
    return case_state >> 11;
}

static inline double case_unit(void) /* (0, 1) */
{
    return ((double)case_bits() + 0.5) * 0x1p-53;
}

static inline double case_real(void) /* both signs, several magnitudes */
{
    return ldexp(case_unit() - 0.5, (int)(case_bits() % 12) - 4);
}

static inline double case_odd(void) /* now and then something no data should hold */
{
    static const double odd[] = {0.0,       -0.0,      INFINITY,  -INFINITY, NAN, 4.9e-324,
                                 -4.9e-324, 2.3e-308,  1.7e308,   -1.7e308,  1.0, -1.0,
                                 1e-310,    -3.3e-320, 0x1p-1074, 0x1p1023};
    return odd[case_bits() % (sizeof odd / sizeof odd[0])];
}

static inline void case_fill(double *x, int64_t n, int odd_in_16)
{
    for (int64_t i = 0; i < n; i++)
        x[i] = (int)(case_bits() % 16) < odd_in_16 ? case_odd() : case_real();
}

/* The same bits, any NaN being as good as another. */
static inline int case_same(double a, double b)
{
    return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0;
}

static inline int64_t case_first_difference(int64_t n, const double *a, const double *b)
{
    for (int64_t i = 0; i < n; i++) {
        if (!case_same(a[i], b[i])) return i;
    }
    return -1;
}

/* Tests that go over the tables: for MLCI_CHECK_SUITE_BY. */
static inline void case_add(Suite *suite, const TTest *const *tests, size_t n)
{
    case_find_tables();
    check_suite_add(suite, tests, n);
}

#define case_assert_same(n, a, b) ck_assert_int_eq(case_first_difference(n, a, b), -1)

#endif
