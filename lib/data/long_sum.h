/* Sums of doubles, of their squares and of their products without any rounding, so that they do
 * not depend on the order of what is added, and the moments that follow from them. */
#ifndef MLCI_LONG_SUM_H
#define MLCI_LONG_SUM_H

#include <stdint.h>

#include "wide.h"

/* Digits of 32 bits. The lowest bit is worth 2^-1088 in sums of numbers and 2^-2176 in sums of
 * products, below all that doubles can make; the digits reach 2^2048 and 64 bits of count beyond.
 */
#define MLCI_LONG_DIGITS 136

typedef struct mlci_long_sum {
    int64_t digit[MLCI_LONG_DIGITS]; /* settled: 0 .. 2^32 - 1, the last one signed */
    int64_t n_pending;               /* additions since it was settled */
} mlci_long_sum;

/* An exact number as the nearest double with at most 64 binary digits, times 2^exponent: what no
 * double could hold. 0 has exponent 0. */
typedef struct mlci_scaled {
    double value; /* 0, or 2^63 .. 2^64 with its sign */
    int32_t exponent;
} mlci_scaled;

/* n times the value, its square, a product; values are finite, n at least 0. */
void mlci_long_add(mlci_long_sum *sum, double value, int64_t n);
void mlci_long_add_integer(mlci_long_sum *sum, int64_t value, int64_t n);
void mlci_long_add_square(mlci_long_sum *sum, double value, int64_t n);
void mlci_long_add_integer_square(mlci_long_sum *sum, int64_t value, int64_t n);
/* The value to one sum and its square to another, once. */
void mlci_long_add_moments(mlci_long_sum *sum, mlci_long_sum *squares, double value);

/* Values with their counts on the way to a sum and to one of squares, as long as they have one
 * sign and exponent: fast where neighbours do, as in ascending order. No more than 2^63 of them. */
typedef struct mlci_long_run {
    mlci_long_sum *sum, *squares;
    mlci_wide total, low, high; /* the halves of squares apart */
    int32_t at;                 /* binary place of the total */
    int is_negative;
} mlci_long_run;

void mlci_long_run_open(mlci_long_run *run, mlci_long_sum *sum, mlci_long_sum *squares);
void mlci_long_run_add(mlci_long_run *run, double value, int64_t n);
void mlci_long_run_add_integer(mlci_long_run *run, int64_t value, int64_t n);
/* The sums have all values then. */
void mlci_long_run_close(mlci_long_run *run);

void mlci_long_add_product(mlci_long_sum *sum, double a, double b);
void mlci_long_add_sum(mlci_long_sum *sum, const mlci_long_sum *other);
void mlci_long_subtract_sum(mlci_long_sum *sum, const mlci_long_sum *other);
/* Carries digits on: equal sums have equal digits then. */
void mlci_long_settle(mlci_long_sum *sum);

/* Sums of n values (settled), and sums of their products, which may be their squares. */
double mlci_long_mean(const mlci_long_sum *sum, int64_t n);
/* n * products - a * b without rounding: n (n - 1) times the covariance. n below 2^62. */
mlci_scaled mlci_long_comoment(const mlci_long_sum *products, const mlci_long_sum *a,
                               const mlci_long_sum *b, int64_t n);
/* The standard deviation of a sample; NaN below two values. */
double mlci_long_deviation(const mlci_long_sum *squares, const mlci_long_sum *sum, int64_t n);

#endif
