/* Kernels over rows of columns: what expressions and aggregates do with each of many values; one
 * table an instruction set. Each row is worked out by itself, and each sum has a fixed order, so
 * that every kernel gives the same bits in every table. Nothing is allocated, nothing can fail.
 * Inputs may be the same array, outputs overlap nothing. */
#ifndef MLCI_ROW_KERNELS_H
#define MLCI_ROW_KERNELS_H

#include <stdint.h>

#define MLCI_PAIR_LANES 8

typedef enum mlci_relation {
    MLCI_EQUAL,
    MLCI_UNEQUAL,
    MLCI_BELOW,
    MLCI_UP_TO,
    MLCI_ABOVE,
    MLCI_FROM
} mlci_relation;

typedef enum mlci_operation { MLCI_ADD, MLCI_SUBTRACT, MLCI_MULTIPLY, MLCI_DIVIDE } mlci_operation;

/* Sums in lanes, value i in lane i % MLCI_PAIR_LANES: each is a pair of doubles (two-sum; Knuth
 * 1969), the second with what the first has lost. */
typedef struct mlci_pair_sums {
    double high[MLCI_PAIR_LANES], low[MLCI_PAIR_LANES];
} mlci_pair_sums;

typedef struct mlci_row_kernels {
    /* out[i] is 1 where a[i] relates to b[i], else 0. */
    void (*compare_reals)(mlci_relation relation, int64_t n, const double *a, const double *b,
                          uint8_t *out);
    void (*compare_integers)(mlci_relation relation, int64_t n, const int64_t *a, const int64_t *b,
                             uint8_t *out);
    /* out[i] = a[i] + b[i], or what the operation is. */
    void (*calculate)(mlci_operation operation, int64_t n, const double *a, const double *b,
                      double *out);
    void (*reals_of_integers)(int64_t n, const int64_t *a, double *out);
    int32_t (*has_nan)(int64_t n, const double *x);
    /* Bit 0 of the result: there is a NaN; bit 1: a number is below its low or above its high, of
     * which NaN bounds nothing. */
    int32_t (*check_numbers)(int64_t n, const double *low, const double *high, const double *x);
    /* out[i] is 1 where that bit of the set is, else 0; bits are 0 .. 63. */
    void (*test_bits)(int64_t n, const int32_t *bit, uint64_t set, uint8_t *out);
    /* The least and the greatest; INT64_MAX and INT64_MIN when there are none. */
    void (*bound_integers)(int64_t n, const int64_t *x, int64_t *low, int64_t *high);
    /* out[i] += (x[i] - low) * unit, modulo 2^32. */
    void (*add_places)(int64_t n, const uint64_t *x, uint64_t low, uint32_t unit, uint32_t *out);
    /* out[i] = holds[i] ? a[i] : b[i]; values of 64 bits, whatever they are. */
    void (*choose)(int64_t n, const uint8_t *holds, const uint64_t *a, const uint64_t *b,
                   uint64_t *out);
    /* Sums of x; of x - mean and of their squares. */
    void (*sum_pairs)(int64_t n, const double *x, mlci_pair_sums *out);
    void (*sum_deviations)(int64_t n, const double *x, double mean, mlci_pair_sums *out,
                           mlci_pair_sums *squares);
    /* The first row of the least sign * x[i], NaN left out; -1: there is none. sign: 1 or -1. */
    int64_t (*find_least)(int64_t n, const double *x, double sign);
} mlci_row_kernels;

/* The table of an instruction set, as mlci_kernels_of(). */
const mlci_row_kernels *mlci_row_kernels_of(int32_t isa);

#endif
