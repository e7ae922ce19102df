/* Least squares with fewer rows than features by the dual equations (XX' + alpha I) a = y,
 * b = X'a (Saunders, Gammerman & Vovk, ICML 1998).
 *
 * X and y are centred and scaled by the roots of the weights in memory, so the work is that of a
 * problem without weights and intercept. With alpha = 0 the matrix is singular whenever there is
 * an intercept; the eigenvectors then give the solution of least norm. */
#include "least_squares.h"

#include <math.h>

#include "centred_block.h"
#include "checked.h"
#include "dense.h"

#define RANK_NOISE (16 * 0x1p-52)
#define BLOCK_ROWS 64

typedef struct dual_equations {
    const mlci_kernels *kernels;
    int64_t n, p, t;
    double *x;      /* n x p */
    double *y;      /* n x t; then the dual coefficients */
    double *xx;     /* n x n: XX' */
    double *x_mean; /* p */
    double *y_mean; /* t */
} dual_equations;

static double weight_of(const mlci_least_squares *problem, int64_t i)
{
    return problem->weight == NULL ? 1 : problem->weight[i];
}

/* Mean of each column, as first row plus mean difference: exact for constant columns. */
static void find_means(const mlci_least_squares *problem, const double *rows, int64_t n_columns,
                       double *means)
{
    const int64_t n = problem->x->n_rows;
    double total = 0;
    for (int64_t j = 0; j < n_columns; j++)
        means[j] = 0;
    for (int64_t i = 0; i < n; i++) {
        const double weight = weight_of(problem, i);
        total += weight;
        for (int64_t j = 0; j < n_columns; j++) {
            means[j] += weight * (rows[i * n_columns + j] - rows[j]);
        }
    }
    for (int64_t j = 0; j < n_columns; j++)
        means[j] = rows[j] + means[j] / total;
}

static void centre_and_scale(const mlci_least_squares *problem, double *rows, int64_t n_columns,
                             const double *means)
{
    for (int64_t i = 0; i < problem->x->n_rows; i++) {
        const double root = sqrt(weight_of(problem, i));
        for (int64_t j = 0; j < n_columns; j++) {
            rows[i * n_columns + j] = root * (rows[i * n_columns + j] - means[j]);
        }
    }
}

static void prepare(const mlci_least_squares *problem, dual_equations *e)
{
    mlci_matrix_block(problem->x, 0, e->n, e->x, e->p);
    for (int64_t i = 0; i < e->n * e->t; i++)
        e->y[i] = problem->y[i];
    if (problem->fit_intercept) {
        find_means(problem, e->x, e->p, e->x_mean);
        find_means(problem, e->y, e->t, e->y_mean);
    }
    centre_and_scale(problem, e->x, e->p, e->x_mean);
    centre_and_scale(problem, e->y, e->t, e->y_mean);
}

/* Rows of the upper triangle of XX'. */
static mlc_status form_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const dual_equations *const e = arg;
    const int64_t first = block * BLOCK_ROWS;
    const int64_t rows = e->n - first < BLOCK_ROWS ? e->n - first : BLOCK_ROWS;
    e->kernels->gemm(&(mlci_product){.m = rows,
                                     .n = e->n - first,
                                     .k = e->p,
                                     .a = e->x + first * e->p,
                                     .a_stride = e->p,
                                     .b = e->x + first * e->p,
                                     .b_stride = e->p,
                                     .b_transposed = 1,
                                     .c = e->xx + first * e->n + first,
                                     .c_stride = e->n,
                                     .alpha = 1,
                                     .beta = 0});
    return MLC_OK;
}

/* y becomes the dual coefficients. factor has n x n doubles, work n x (3 + t). */
static mlc_status solve(const mlci_least_squares *problem, dual_equations *e, double *factor,
                        double *work, mlc_error *err)
{
    const int64_t n = e->n;
    const double tolerance = RANK_NOISE * (double)n;
    for (int64_t i = 0; i < n; i++)
        e->xx[i * n + i] += problem->alpha;
    mlci_symmetric_fill(n, e->xx);
    for (int64_t i = 0; i < n * n; i++)
        factor[i] = e->xx[i];
    if (mlci_cholesky_factor(e->kernels, n, factor, n, tolerance) < 0) {
        mlci_cholesky_solve(e->kernels, n, factor, n, e->y, e->t);
        return MLC_OK;
    }
    if (!mlci_symmetric_eigen(e->kernels, n, e->xx, work, work + n)) {
        return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                         "the dual equations could not be solved: values of the features are too "
                         "large; scale them first");
    }
    mlci_minimum_norm_solve(e->kernels, n, e->xx, work, tolerance, e->y, e->t, work + n);
    return MLC_OK;
}

static void finish(const dual_equations *e, mlci_linear_state *state)
{
    e->kernels->gemm(&(mlci_product){.m = e->p,
                                     .n = e->t,
                                     .k = e->n,
                                     .a = e->x,
                                     .a_stride = e->p,
                                     .a_transposed = 1,
                                     .b = e->y,
                                     .b_stride = e->t,
                                     .c = state->weights,
                                     .c_stride = e->t,
                                     .alpha = 1,
                                     .beta = 0});
    for (int64_t k = 0; k < e->t; k++) {
        double sum = 0;
        for (int64_t j = 0; j < e->p; j++)
            sum += e->x_mean[j] * state->weights[j * e->t + k];
        state->intercept[k] = e->y_mean[k] - sum;
    }
}

mlc_status mlci_dual_equations_solve(const mlci_least_squares *problem, mlci_linear_state *state,
                                     mlc_error *err)
{
    mlci_root *const root = mlci_context_root(problem->call);
    const int64_t n = problem->x->n_rows, p = problem->x->n_features, t = problem->n_targets;
    int64_t size;
    if (!mlci_mul_size(n, p + 2 * n + 2 * t + 4, &size) || !mlci_add_size(size, p + t, &size)) {
        return mlci_fail_memory(err, n, p);
    }
    double *const memory = mlci_alloc(root, size, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, size, sizeof *memory);
    dual_equations e = {.kernels = mlci_kernels_of(mlci_root_isa(root)), .n = n, .p = p, .t = t};
    e.x = memory;
    e.xx = e.x + n * p;
    double *const factor = e.xx + n * n;
    e.y = factor + n * n;
    double *const work = e.y + n * t;
    e.x_mean = work + n * (t + 4);
    e.y_mean = e.x_mean + p;
    prepare(problem, &e);
    mlc_status status =
        mlci_parallel_for(problem->call, (n + BLOCK_ROWS - 1) / BLOCK_ROWS, form_rows, &e, err);
    if (status == MLC_OK) status = solve(problem, &e, factor, work, err);
    if (status == MLC_OK) {
        finish(&e, state);
        /* A direct solution has no equations of the features to look at: one line says so. */
        const mlci_history_line line = {.iteration = 1};
        status = mlci_linear_state_record(root, state, &line, err);
    }
    mlci_free(memory);
    return status;
}
