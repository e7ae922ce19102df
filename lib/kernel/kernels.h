/* Numeric kernels on plain arrays, one table an instruction set.
 *
 * Every kernel has one meaning, written as a fixed order of IEEE operations, and gives the same
 * bits in each table, for any alignment of its arrays and however rows are cut into blocks as
 * far as its comment says. Kernels allocate nothing and cannot fail; sizes are the caller's duty
 * (non-negative, strides at least the row length). Arrays may be unaligned; outputs may not
 * overlap inputs unless the comment allows it. NaN in gives NaN out, whose sign and payload are
 * nobody's promise.
 *
 * Two orders cover every sum:
 *
 *   chain  one accumulator an output: acc = fma(a_k, b_k, acc), k ascending, in chunks of 256
 *          that start from zero; the result of each chunk is added to the output in order.
 *   lanes  element i goes to lane i % 32 with fma or add, after padding with zeros to a
 *          multiple of 32; then lanes l and l + 16 are added, l and l + 8, 4, 2, 1. */
#ifndef MLCI_KERNELS_H
#define MLCI_KERNELS_H

#include <stdint.h>

#include "share_kernels.h"

/* Length of a chunk of a chain. Blocks of a multiple of it, taken in order, give adding
 * kernels (gemv_transposed, gram) the bits of one call over all rows. */
#define MLCI_CHAIN 256

/* Rows of doubles: row i starts at x + i * stride. */
typedef struct mlci_row_block {
    const double *x;
    int64_t n_rows;
    int64_t n_columns;
    int64_t stride;
} mlci_row_block;

/* C = alpha op(A) op(B) + beta C; C is m x n, op(A) m x k, op(B) k x n, all row-major. op is
 * the transpose where the flag says so: A is then stored k x m, B n x k. */
typedef struct mlci_product {
    int64_t m, n, k;
    const double *a;
    int64_t a_stride;
    const double *b;
    int64_t b_stride;
    double *c;
    int64_t c_stride;
    double alpha; /* 1 or -1 */
    double beta;  /* 0 (C need not be set) or 1 */
    int32_t a_transposed;
    int32_t b_transposed;
} mlci_product;

/* What is known of a column's values. NaN and rows of weight 0 are absent. */
typedef struct mlci_moments {
    int64_t n_values;
    double weight; /* sum of weights; n_values without weights */
    double mean;   /* 0 when there are none */
    double m2;     /* sum of w (x - mean)^2 */
    double min;    /* inf when there are none */
    double max;    /* -inf when there are none */
} mlci_moments;

/* Which centre is nearest, how far it is and how far the next one is (squared). */
typedef struct mlci_nearest_result {
    int32_t *label;   /* lowest index among equals; 0 where every distance is NaN or inf */
    double *distance; /* squared */
    double *second;   /* squared distance of the second nearest, inf for one centre; or NULL */
} mlci_nearest_result;

/* Centres packed for `nearest`. */
typedef struct mlci_centres {
    int64_t n_centres;
    int64_t n_columns;
    const double *packed; /* made by mlci_centres_pack() */
} mlci_centres;

#define MLCI_FLOAT_TILE 64

/* Rows side by side, at most MLCI_FLOAT_TILE of them: column k at values + k * MLCI_FLOAT_TILE,
 * codes behind the numbers, NaN where there is no row. */
typedef struct mlci_float_tile {
    int64_t n_numbers, n_codes;
    const float *values;
    float mismatch; /* what a code that differs adds to a distance */
} mlci_float_tile;

typedef struct mlci_kernels {
    int32_t isa; /* MLCI_ISA_... of context_impl.h */

    /* Sums, in lanes: of x, fma(x, x), fma(x, y), fma(w * x, y); dot_float multiplies and sums in
     * double. */
    double (*sum)(int64_t n, const double *x);
    double (*sum_squares)(int64_t n, const double *x);
    double (*dot)(int64_t n, const double *x, const double *y);
    double (*weighted_dot)(int64_t n, const double *w, const double *x, const double *y);
    double (*dot_float)(int64_t n, const float *x, const float *y);

    /* By element: y = fma(alpha, x, y); x = alpha * x; and, with the old x, x = fma(c, x, s * y),
     * y = fma(-s, x, c * y). */
    void (*axpy)(int64_t n, double alpha, const double *x, double *y);
    void (*scale)(int64_t n, double alpha, double *x);
    void (*rotate)(int64_t n, double c, double s, double *x, double *y);

    /* Products, in chains: the bits of an output depend on its row of A and column of B only. */
    void (*gemm)(const mlci_product *product);
    /* out = A v; out += A' v. */
    void (*gemv)(const mlci_row_block *a, const double *v, double *out);
    void (*gemv_transposed)(const mlci_row_block *a, const double *v, double *out);
    /* out (n_rows x n_outputs, contiguous) = X W + bias; W is n_columns x n_outputs, contiguous;
     * bias may be NULL and is added last. A row has the same bits alone and in any batch. */
    void (*linear)(const mlci_row_block *x, const double *w, int64_t n_outputs, const double *bias,
                   double *out);
    /* xx += X'WX, upper triangle (j >= i) of a contiguous row-major matrix of n_columns; the rest
     * is not touched. xy += X'WY, contiguous n_columns x y->n_columns. Element (i, j) is the chain
     * of fma(w * x_i, x_j or y_j). weights NULL is 1; y NULL is none. Residuals, targets and a
     * column of ones (for the sums) go into Y. */
    void (*gram)(const mlci_row_block *x, const double *weights, const mlci_row_block *y,
                 double *xx, double *xy);

    /* Columns: out has n_columns records, overwritten. Lanes by row, about the column's first
     * present value. Best with blocks of at most about 1024 rows. */
    void (*moments)(const mlci_row_block *x, const double *weights, mlci_moments *out);

    /* Rows against centres. Distances are sums of fma(x - c, x - c) with one accumulator, features
     * ascending: no expansion, so equal points are at distance 0. */
    void (*nearest)(const mlci_row_block *x, const mlci_centres *centres,
                    const mlci_nearest_result *out);
    /* All of these squared distances: out is contiguous n_rows x n_centres. */
    void (*distances)(const mlci_row_block *x, const mlci_centres *centres, double *out);
    /* One of them. */
    double (*distance)(int64_t n, const double *x, const double *y);
    /* Bit j of bits[i] is set where row i of x (contiguous, numbers and codes) is at most limit[i]
     * from row j of the tile: in float, fma(x - y, x - y) with one accumulator, numbers ascending,
     * then + mismatch for each code that differs. Never where the row is not there. Returns how
     * many bits are set. */
    int64_t (*screen)(const float *x, int64_t n_rows, const mlci_float_tile *tile,
                      const float *limit, uint64_t *bits);

    /* Vector mathematics; y may be x. Full range: subnormals, infinities, NaN. Largest errors in
     * units of the last place: exp, log 0.7; log1p 1; expm1 1.5; sigmoid, softplus 2; tanh 2.5. */
    void (*exp)(int64_t n, const double *x, double *y);
    void (*expm1)(int64_t n, const double *x, double *y);
    void (*log)(int64_t n, const double *x, double *y);
    void (*log1p)(int64_t n, const double *x, double *y);
    void (*sigmoid)(int64_t n, const double *x, double *y);  /* 1 / (1 + exp(-x)) */
    void (*softplus)(int64_t n, const double *x, double *y); /* log(1 + exp(x)) */
    void (*tanh)(int64_t n, const double *x, double *y);
    /* exp() as the libm of most systems has it, of doubles and of floats (libm_exp.inc.c): for
     * results that have to be those of another library. */
    void (*libm_exp)(int64_t n, const double *x, double *y);
    void (*libm_expf)(int64_t n, const double *x, double *y);

    /* By row: out (contiguous n_rows x n_columns; may be x itself where the stride is n_columns)
     * is exp(x - max) / sum, the sum in lanes. */
    void (*softmax)(const mlci_row_block *x, double *out);
    /* By row: out[i] = max + log(sum of exp(x - max)); an infinite max is the result. */
    void (*log_sum_exp)(const mlci_row_block *x, double *out);

    /* Copies n bits from bit `first` on to the beginning of out, whose last byte is filled up with
     * zeros; returns how many are set. Reads no byte that holds none of them. */
    int64_t (*copy_bits)(const uint8_t *bits, int64_t first, int64_t n, uint8_t *out);

    /* Hashes of rows: a = A(a ^ u), b = B(b + v), A and B of hash_mix.h. */
    void (*mix)(int64_t n, const uint64_t *u, const uint64_t *v, uint64_t *a, uint64_t *b);

    /* Shapley values of games between two rows. */
    void (*product_shares)(const mlci_product_game *game);
    void (*power_shares)(const mlci_power_game *game);
} mlci_kernels;

/* The table of an instruction set (MLCI_ISA_...), or of the next lower one built in. The caller
 * has checked that the processor has it: mlci_root_isa(). */
const mlci_kernels *mlci_kernels_of(int32_t isa);

/* The same functions for one value, with the same bits. Any processor. */
double mlci_exp(double x);
double mlci_expm1(double x);
double mlci_ln(double x); /* mlci_log() writes to the log */
double mlci_log1p(double x);
double mlci_sigmoid(double x);
double mlci_softplus(double x);
double mlci_tanh(double x);
/* As the libm of most systems has them; log1p of 0 to 1 only. */
float mlci_libm_logf(float x);
float mlci_libm_expm1f(float x);
float mlci_libm_log1pf(float x);

/* Joins what two blocks know of a column (Chan, Golub, LeVeque 1983); into may be empty. */
void mlci_moments_merge(mlci_moments *into, const mlci_moments *from);
/* Nothing known yet. */
void mlci_moments_clear(mlci_moments *moments);

/* Doubles that n_centres packed centres need. */
int64_t mlci_centres_packed_size(int64_t n_centres, int64_t n_columns);
void mlci_centres_pack(const mlci_row_block *centres, double *packed);

#endif
