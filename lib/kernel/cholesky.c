/* Cholesky factors A = U'U, row-major, upper triangle, and the solves with them.
 *
 * Blocked and right-looking (Golub and Van Loan, Matrix Computations, 4.2): a panel of 64 rows
 * is factored by updates along rows, then leaves the trailing triangle in products of 64 x 64
 * and wider. n^3 / 3 operations. Backward stable; a pivot that falls below a share of its diagonal
 * element says that the column depends on those before it. */
#include "dense.h"

#include <math.h>

#define PANEL_ROWS 64

/* What the diagonal element was before the updates: pivot + sum of squares above it. */
static double diagonal_before(const double *a, int64_t stride, int64_t i)
{
    double total = a[i * stride + i];
    for (int64_t k = 0; k < i; k++)
        total += a[k * stride + i] * a[k * stride + i];
    return total;
}

static int64_t factor_panel(const mlci_kernels *kernels, int64_t n, double *a, int64_t stride,
                            int64_t first, double tolerance)
{
    const int64_t end = first + PANEL_ROWS < n ? first + PANEL_ROWS : n;
    for (int64_t i = first; i < end; i++) {
        double *row = a + i * stride;
        const double pivot = row[i];
        const double limit = tolerance > 0.0 ? tolerance * diagonal_before(a, stride, i) : 0.0;
        if (!(pivot > limit) || !(pivot < INFINITY)) return i;
        const double root = sqrt(pivot);
        row[i] = root;
        for (int64_t j = i + 1; j < n; j++)
            row[j] /= root;
        for (int64_t t = i + 1; t < end; t++)
            kernels->axpy(n - t, -row[t], row + t, a + t * stride + t);
    }
    return -1;
}

/* Trailing rows i .. i + rows less the panel's part; only on and above the diagonal. */
static void update_rows(const mlci_kernels *kernels, int64_t n, double *a, int64_t stride,
                        int64_t first, int64_t i)
{
    double square[PANEL_ROWS * PANEL_ROWS];
    const int64_t rows = n - i < PANEL_ROWS ? n - i : PANEL_ROWS;
    const double *panel = a + first * stride;
    mlci_product product = {.m = rows,
                            .n = rows,
                            .k = PANEL_ROWS,
                            .a = panel + i,
                            .a_stride = stride,
                            .a_transposed = 1,
                            .b = panel + i,
                            .b_stride = stride,
                            .c = square,
                            .c_stride = rows,
                            .alpha = -1.0};
    kernels->gemm(&product);
    for (int64_t r = 0; r < rows; r++)
        kernels->axpy(rows - r, 1.0, square + r * rows + r, a + (i + r) * stride + i + r);
    product.n = n - i - rows;
    product.b = panel + i + rows;
    product.c = a + i * stride + i + rows;
    product.c_stride = stride;
    product.beta = 1.0;
    if (product.n > 0) kernels->gemm(&product);
}

int64_t mlci_cholesky_factor(const mlci_kernels *kernels, int64_t n, double *a, int64_t stride,
                             double tolerance)
{
    for (int64_t first = 0; first < n; first += PANEL_ROWS) {
        const int64_t bad = factor_panel(kernels, n, a, stride, first, tolerance);
        if (bad >= 0) return bad;
        for (int64_t i = first + PANEL_ROWS; i < n; i += PANEL_ROWS)
            update_rows(kernels, n, a, stride, first, i);
    }
    return -1;
}

void mlci_cholesky_solve_transposed(const mlci_kernels *kernels, int64_t n, const double *u,
                                    int64_t stride, double *b, int64_t n_rhs)
{
    for (int64_t i = 0; i < n; i++) {
        const double *row = u + i * stride;
        double *solved = b + i * n_rhs;
        for (int64_t r = 0; r < n_rhs; r++)
            solved[r] /= row[i];
        if (n_rhs == 1) {
            kernels->axpy(n - i - 1, -solved[0], row + i + 1, b + i + 1);
            continue;
        }
        for (int64_t t = i + 1; t < n; t++)
            kernels->axpy(n_rhs, -row[t], solved, b + t * n_rhs);
    }
}

void mlci_cholesky_solve_upper(const mlci_kernels *kernels, int64_t n, const double *u,
                               int64_t stride, double *b, int64_t n_rhs)
{
    for (int64_t i = n - 1; i >= 0; i--) {
        const double *row = u + i * stride;
        double *solved = b + i * n_rhs;
        if (n_rhs == 1) {
            solved[0] -= kernels->dot(n - i - 1, row + i + 1, b + i + 1);
        } else {
            for (int64_t t = i + 1; t < n; t++)
                kernels->axpy(n_rhs, -row[t], b + t * n_rhs, solved);
        }
        for (int64_t r = 0; r < n_rhs; r++)
            solved[r] /= row[i];
    }
}

void mlci_cholesky_solve(const mlci_kernels *kernels, int64_t n, const double *u, int64_t stride,
                         double *b, int64_t n_rhs)
{
    mlci_cholesky_solve_transposed(kernels, n, u, stride, b, n_rhs);
    mlci_cholesky_solve_upper(kernels, n, u, stride, b, n_rhs);
}

double mlci_cholesky_log_determinant(int64_t n, const double *u, int64_t stride)
{
    double total = 0.0;
    for (int64_t i = 0; i < n; i++)
        total += mlci_ln(u[i * stride + i]);
    return 2.0 * total;
}
