/* Eigenvalues and vectors of a symmetric matrix, and least-norm solutions from them.
 *
 * Householder's reduction to tridiagonal form on the upper triangle, then implicit QR steps with
 * Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3). Vectors are kept as rows, so
 * that a rotation runs along memory. About 4/3 n^3 + 3 n^3 multiplications. The matrix is first
 * scaled by a power of two, so that squares neither overflow nor vanish; errors of the values are
 * small against the largest one, which is what a rank decision by the largest value needs. */
#include "dense.h"

#include <math.h>

#define STEPS_A_VALUE 60   /* about 2 are usual */
#define NEGLIGIBLE 0x1p-53 /* off-diagonal against its neighbours */

void mlci_symmetric_fill(int64_t n, double *a)
{
    for (int64_t i = 1; i < n; i++) {
        for (int64_t j = 0; j < i; j++)
            a[i * n + j] = a[j * n + i];
    }
}

/* sqrt(a^2 + b^2) by IEEE operations alone. */
static double length_of(double a, double b)
{
    const double large = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    const double small = fabs(a) > fabs(b) ? fabs(b) : fabs(a);
    if (large == 0.0) return 0.0;
    const double ratio = small / large;
    return large * sqrt(1.0 + ratio * ratio);
}

/* Scales the upper triangle to a largest magnitude in [1/2, 1). Returns the exponent taken off, or
 * INT32_MIN where a value is NaN or infinite. */
static int32_t scale_upper(int64_t n, double *a)
{
    double largest = 0.0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++) {
            const double size = fabs(a[i * n + j]);
            if (!(size < INFINITY)) return INT32_MIN;
            if (size > largest) largest = size;
        }
    }
    int exponent = 0;
    if (largest > 0.0) frexp(largest, &exponent);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = i; j < n; j++)
            a[i * n + j] = ldexp(a[i * n + j], -exponent);
    }
    return exponent;
}

/* p = A v for the m x m upper triangle at a (row length n). */
static void multiply_upper(const mlci_kernels *kernels, int64_t m, const double *a, int64_t n,
                           const double *v, double *p)
{
    for (int64_t i = 0; i < m; i++)
        p[i] = 0.0;
    for (int64_t i = 0; i < m; i++) {
        const double *row = a + i * n;
        p[i] += row[i] * v[i] + kernels->dot(m - i - 1, row + i + 1, v + i + 1);
        kernels->axpy(m - i - 1, v[i], row + i + 1, p + i + 1);
    }
}

/* A <- H A H with H = I - beta v v', upper triangle; p is work. */
static void reflect_both_sides(const mlci_kernels *kernels, int64_t m, double *a, int64_t n,
                               const double *v, double beta, double *p)
{
    multiply_upper(kernels, m, a, n, v, p);
    kernels->scale(m, beta, p);
    kernels->axpy(m, -0.5 * beta * kernels->dot(m, p, v), v, p);
    for (int64_t i = 0; i < m; i++) {
        kernels->axpy(m - i, -v[i], p + i, a + i * n + i);
        kernels->axpy(m - i, -p[i], v + i, a + i * n + i);
    }
}

/* Tridiagonal form: diagonal, off-diagonal; the vector of reflection k stays in row k past the
 * diagonal, its factor in beta[k] (0: none). */
static void reduce(const mlci_kernels *kernels, int64_t n, double *a, double *diagonal,
                   double *off_diagonal, double *beta, double *work)
{
    for (int64_t k = 0; k < n; k++) {
        double *v = a + k * n + k + 1;
        const int64_t m = n - k - 1;
        diagonal[k] = a[k * n + k];
        beta[k] = 0.0;
        off_diagonal[k] = m > 0 ? v[0] : 0.0;
        if (m < 2) continue;
        const double rest = kernels->sum_squares(m - 1, v + 1);
        if (rest == 0.0) continue;
        const double length = sqrt(v[0] * v[0] + rest);
        off_diagonal[k] = v[0] > 0.0 ? -length : length;
        v[0] -= off_diagonal[k];
        beta[k] = 2.0 / (v[0] * v[0] + rest);
        reflect_both_sides(kernels, m, v + n, n, v, beta[k], work);
    }
}

/* Replaces the reflections' vectors by the transposed product of the reflections. */
static void form_rows(const mlci_kernels *kernels, int64_t n, double *a, const double *beta)
{
    for (int64_t k = n - 1; k >= 0; k--) {
        const double *v = a + k * n + k + 1;
        for (int64_t i = k + 1; beta[k] != 0.0 && i < n; i++) {
            double *row = a + i * n + k + 1;
            kernels->axpy(n - k - 1, -beta[k] * kernels->dot(n - k - 1, row, v), v, row);
        }
        for (int64_t j = 0; j < n; j++)
            a[k * n + j] = j == k ? 1.0 : 0.0;
        for (int64_t i = k + 1; i < n; i++)
            a[i * n + k] = 0.0;
    }
}

/* One implicit QR step on the unreduced block first .. last. */
static void qr_step(const mlci_kernels *kernels, int64_t n, int64_t first, int64_t last,
                    double *diagonal, double *off, double *rows)
{
    const double half = 0.5 * (diagonal[last - 1] - diagonal[last]), tail = off[last - 1];
    const double reach = length_of(half, tail);
    const double shift =
        diagonal[last] - tail * (tail / (half < 0.0 ? half - reach : half + reach));
    double x = diagonal[first] - shift, bulge = off[first];
    for (int64_t k = first; k < last; k++) {
        const double r = length_of(x, bulge);
        const double c = r == 0.0 ? 1.0 : x / r, s = r == 0.0 ? 0.0 : bulge / r;
        if (k > first) off[k - 1] = r;
        const double p = diagonal[k], q = diagonal[k + 1], e = off[k];
        const double cross = 2.0 * c * s * e;
        diagonal[k] = c * c * p + cross + s * s * q;
        diagonal[k + 1] = s * s * p - cross + c * c * q;
        off[k] = c * s * (q - p) + (c * c - s * s) * e;
        if (k + 1 < last) {
            x = off[k];
            bulge = s * off[k + 1];
            off[k + 1] *= c;
        }
        kernels->rotate(n, c, s, rows + k * n, rows + (k + 1) * n);
    }
}

static int32_t iterate(const mlci_kernels *kernels, int64_t n, double *diagonal, double *off,
                       double *rows)
{
    int64_t last = n - 1, steps = 0;
    while (last > 0) {
        for (int64_t k = 0; k < last; k++) {
            if (fabs(off[k]) <= NEGLIGIBLE * (fabs(diagonal[k]) + fabs(diagonal[k + 1])))
                off[k] = 0.0;
        }
        if (off[last - 1] == 0.0) {
            last--;
            continue;
        }
        int64_t first = last - 1;
        while (first > 0 && off[first - 1] != 0.0)
            first--;
        if (++steps > STEPS_A_VALUE * n) return 0;
        qr_step(kernels, n, first, last, diagonal, off, rows);
    }
    return 1;
}

/* Largest value first, among equals the earlier; largest component of a vector positive. */
static void arrange(const mlci_kernels *kernels, int64_t n, double *values, double *rows)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t best = i;
        for (int64_t j = i + 1; j < n; j++) {
            if (values[j] > values[best]) best = j;
        }
        double *to = rows + i * n, *from = rows + best * n;
        const double value = values[best];
        values[best] = values[i];
        values[i] = value;
        int64_t largest = 0;
        for (int64_t j = 0; j < n; j++) {
            const double swap = to[j];
            to[j] = from[j];
            from[j] = swap;
            if (fabs(to[j]) > fabs(to[largest])) largest = j;
        }
        if (to[largest] < 0.0) kernels->scale(n, -1.0, to);
    }
}

int32_t mlci_symmetric_eigen(const mlci_kernels *kernels, int64_t n, double *a, double *values,
                             double *work)
{
    double *off = work, *beta = work + n, *room = work + 2 * n;
    const int32_t exponent = scale_upper(n, a);
    if (exponent == INT32_MIN) return 0;
    reduce(kernels, n, a, values, off, beta, room);
    form_rows(kernels, n, a, beta);
    if (!iterate(kernels, n, values, off, a)) return 0;
    arrange(kernels, n, values, a);
    for (int64_t i = 0; i < n; i++)
        values[i] = ldexp(values[i], exponent);
    return 1;
}

int64_t mlci_minimum_norm_solve(const mlci_kernels *kernels, int64_t n, const double *vectors,
                                const double *values, double tolerance, double *b, int64_t n_rhs,
                                double *work)
{
    int64_t rank = 0;
    while (rank < n && values[rank] > 0.0 && values[rank] > tolerance * values[0])
        rank++;
    mlci_product product = {.m = rank,
                            .n = n_rhs,
                            .k = n,
                            .a = vectors,
                            .a_stride = n,
                            .b = b,
                            .b_stride = n_rhs,
                            .c = work,
                            .c_stride = n_rhs,
                            .alpha = 1.0};
    kernels->gemm(&product);
    for (int64_t i = 0; i < rank; i++) {
        for (int64_t r = 0; r < n_rhs; r++)
            work[i * n_rhs + r] /= values[i];
    }
    product = (mlci_product){.m = n,
                             .n = n_rhs,
                             .k = rank,
                             .a = vectors,
                             .a_stride = n,
                             .a_transposed = 1,
                             .b = work,
                             .b_stride = n_rhs,
                             .c = b,
                             .c_stride = n_rhs,
                             .alpha = 1.0};
    kernels->gemm(&product);
    return rank;
}
