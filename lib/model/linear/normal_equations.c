/* Least squares by the normal equations (X'WX + alpha I) b = X'Wy.
 *
 * One pass over X about a provisional mean, corrected to the true one at the end, then Cholesky
 * and one step of iterative refinement. Forming X'X squares the condition number of X; columns
 * of different scale do no harm (Cholesky does not notice them), nearly dependent ones do: from
 * a relative distance of about 1e-7 on they count as dependent. Then the solution of least norm
 * is found from the eigenvectors of the matrix scaled to a unit diagonal, again so that scales
 * do no harm: a solution in the scaled variables first, then its part in the null space of X is
 * taken off in the original ones. */
#include "least_squares.h"

#include <math.h>
#include <string.h>

#include "centred_block.h"
#include "checked.h"
#include "dense.h"
#include "row_sum.h"

/* A pivot, or an eigenvalue of the scaled matrix, that is below this many rounding errors a
 * column is zero: the matrix itself is not known better. */
#define RANK_NOISE (16 * 0x1p-52)
#define RANK_MIN_COLUMNS 16

typedef struct normal_equations {
    const mlci_least_squares *problem;
    const mlci_kernels *kernels;
    int64_t p, t;
    double *centre;   /* p: features, provisional */
    double *y_centre; /* t */
    double *xx;       /* p x p */
    double *xy;       /* p x t */
    double *x_mean;   /* p, about the origin; 0 without intercept */
    double *y_mean;   /* t */
} normal_equations;

/* sums: xx (p x p), then X'W[Y 1] (p x (t + 1)), then sums of W [Y 1]. */
static mlc_status sum_rows(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                           mlc_error *err)
{
    const normal_equations *const e = arg;
    const mlci_least_squares *const problem = e->problem;
    const int64_t p = e->p, t = e->t;
    double *const x = scratch, *const y = scratch + n * p;
    mlci_centred_block(problem->x, first, n, e->centre, x);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < t; k++) {
            y[i * (t + 1) + k] = problem->y[(first + i) * t + k] - e->y_centre[k];
        }
        y[i * (t + 1) + t] = 1;
    }
    const mlci_row_block xs = {.x = x, .n_rows = n, .n_columns = p, .stride = p};
    const mlci_row_block ys = {.x = y, .n_rows = n, .n_columns = t + 1, .stride = t + 1};
    const double *const w = problem->weight == NULL ? NULL : problem->weight + first;
    double *const xy = sums + p * p, *const totals = xy + p * (t + 1);
    e->kernels->gram(&xs, w, &ys, sums, xy);
    for (int64_t i = 0; i < n; i++) {
        const double weight = w == NULL ? 1 : w[i];
        for (int64_t k = 0; k <= t; k++)
            totals[k] += weight * y[i * (t + 1) + k];
    }
    return MLC_OK;
}

/* Moves the sums to the true means: X'WX - W d d', d the mean about the provisional one. */
static void correct_centre(normal_equations *e, double *sums)
{
    const int64_t p = e->p, t = e->t;
    const double *const xy = sums + p * p, *const totals = xy + p * (t + 1);
    const double weight = totals[t];
    for (int64_t j = 0; j < p; j++) {
        const double shift = xy[j * (t + 1) + t] / weight;
        e->x_mean[j] = e->centre[j] + shift;
        for (int64_t i = j; i < p; i++)
            sums[j * p + i] -= shift * xy[i * (t + 1) + t];
        for (int64_t k = 0; k < t; k++)
            e->xy[j * t + k] -= shift * totals[k];
    }
    for (int64_t k = 0; k < t; k++)
        e->y_mean[k] = e->y_centre[k] + totals[k] / weight;
}

static mlc_status form_equations(normal_equations *e, mlc_error *err)
{
    const mlci_least_squares *const problem = e->problem;
    const int64_t p = e->p, t = e->t;
    const int64_t block = mlci_row_sum_block(p + t + 1);
    int64_t n_sums, n_scratch;
    if (!mlci_mul_size(p + 1, p + t + 1, &n_sums) || !mlci_mul_size(block, p + t + 1, &n_scratch)) {
        return mlci_fail_memory(err, p, p);
    }
    mlci_row_sum rows = {0};
    double *sums;
    MLCI_TRY(
        mlci_row_sum_open(&rows, problem->call, problem->x->n_rows, block, n_sums, n_scratch, err));
    const mlc_status status = mlci_row_sum_run(&rows, n_sums, sum_rows, e, &sums, err);
    if (status == MLC_OK) {
        for (int64_t j = 0; j < p; j++) {
            memcpy(e->xy + j * t, sums + p * p + j * (t + 1), (size_t)t * sizeof *e->xy);
        }
        if (problem->fit_intercept) correct_centre(e, sums);
        for (int64_t j = 0; j < p; j++)
            sums[j * p + j] += problem->alpha;
        memcpy(e->xx, sums, (size_t)(p * p) * sizeof *e->xx);
        mlci_symmetric_fill(p, e->xx);
    }
    mlci_row_sum_close(&rows);
    return status;
}

/* residual = xy - xx b, p x t. */
static void find_residual(const normal_equations *e, const double *b, double *residual)
{
    const int64_t p = e->p, t = e->t;
    memcpy(residual, e->xy, (size_t)(p * t) * sizeof *residual);
    e->kernels->gemm(&(mlci_product){.m = p,
                                     .n = t,
                                     .k = p,
                                     .a = e->xx,
                                     .a_stride = p,
                                     .b = b,
                                     .b_stride = t,
                                     .c = residual,
                                     .c_stride = t,
                                     .alpha = -1,
                                     .beta = 1});
}

static double rank_tolerance(int64_t p)
{
    return RANK_NOISE * (double)(p < RANK_MIN_COLUMNS ? RANK_MIN_COLUMNS : p);
}

/* Rows of a, from `rank` on, made orthonormal; a second sweep removes what rounding left. */
static void make_orthonormal(const mlci_kernels *kernels, int64_t p, int64_t rank, double *a)
{
    for (int64_t i = rank; i < p; i++) {
        for (int32_t sweep = 0; sweep < 2; sweep++) {
            const double size = sqrt(kernels->sum_squares(p, a + i * p));
            if (size > 0) kernels->scale(p, 1 / size, a + i * p);
            for (int64_t k = rank; k < i; k++) {
                const double part = kernels->dot(p, a + k * p, a + i * p);
                kernels->axpy(p, -part, a + k * p, a + i * p);
            }
        }
        const double size = sqrt(kernels->sum_squares(p, a + i * p));
        if (size > 0) kernels->scale(p, 1 / size, a + i * p);
    }
}

/* The solution of least norm in b, p x t. a is xx and is overwritten. */
static mlc_status solve_singular(const normal_equations *e, double *a, double *b, mlc_error *err)
{
    const int64_t p = e->p, t = e->t;
    mlci_root *const root = mlci_context_root(e->problem->call);
    double *const work = mlci_alloc(root, p, (5 + t) * (int64_t)sizeof *work);
    if (work == NULL) return mlci_fail_memory(err, p, (5 + t) * (int64_t)sizeof *work);
    double *const scale = work, *const values = work + p, *const rest = work + 2 * p;
    mlc_status status = MLC_OK;

    /* Constant columns keep a zero row and column. */
    for (int64_t j = 0; j < p; j++) {
        scale[j] = e->xx[j * p + j] > 0 ? 1 / sqrt(e->xx[j * p + j]) : 1;
    }
    for (int64_t i = 0; i < p; i++) {
        for (int64_t j = 0; j < p; j++)
            a[i * p + j] = e->xx[i * p + j] * scale[i] * scale[j];
        for (int64_t k = 0; k < t; k++)
            b[i * t + k] = e->xy[i * t + k] * scale[i];
    }
    if (!mlci_symmetric_eigen(e->kernels, p, a, values, rest)) {
        status = mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                           "the normal equations could not be solved: values of the features are "
                           "too large; scale them first");
        goto done;
    }
    const int64_t rank =
        mlci_minimum_norm_solve(e->kernels, p, a, values, rank_tolerance(p), b, t, rest);
    mlci_log(root, MLC_LOG_WARNING,
             "ridge: %lld of %lld features depend on the others; of all solutions the one of "
             "least norm is taken",
             (long long)(p - rank), (long long)p);

    for (int64_t j = 0; j < p; j++) {
        for (int64_t k = 0; k < t; k++)
            b[j * t + k] *= scale[j];
        for (int64_t i = rank; i < p; i++)
            a[i * p + j] *= scale[j];
    }
    make_orthonormal(e->kernels, p, rank, a);
    for (int64_t i = rank; i < p; i++) {
        for (int64_t k = 0; k < t; k++) {
            double part = 0;
            for (int64_t j = 0; j < p; j++)
                part += a[i * p + j] * b[j * t + k];
            for (int64_t j = 0; j < p; j++)
                b[j * t + k] -= part * a[i * p + j];
        }
    }
    for (int64_t i = 0; i < p * t; i++) {
        if (!(e->xx[i / t * (p + 1)] > 0)) b[i] = 0; /* not just small */
    }

done:
    mlci_free(work);
    return status;
}

/* b with one step of refinement; factor has p x p doubles, residual p x t. */
static mlc_status solve_equations(const normal_equations *e, double *b, double *factor,
                                  double *residual, mlc_error *err)
{
    const int64_t p = e->p, t = e->t;
    memcpy(factor, e->xx, (size_t)(p * p) * sizeof *factor);
    if (mlci_cholesky_factor(e->kernels, p, factor, p, rank_tolerance(p)) >= 0) {
        return solve_singular(e, factor, b, err);
    }
    memcpy(b, e->xy, (size_t)(p * t) * sizeof *b);
    mlci_cholesky_solve(e->kernels, p, factor, p, b, t);
    find_residual(e, b, residual);
    mlci_cholesky_solve(e->kernels, p, factor, p, residual, t);
    for (int64_t i = 0; i < p * t; i++)
        b[i] += residual[i];
    return MLC_OK;
}

/* Intercepts, and what is left of the equations as the only line of the history. */
static mlc_status finish(const normal_equations *e, double *residual, mlci_linear_state *state,
                         mlc_error *err)
{
    const int64_t p = e->p, t = e->t;
    for (int64_t k = 0; k < t; k++) {
        double sum = 0;
        for (int64_t j = 0; j < p; j++)
            sum += e->x_mean[j] * state->weights[j * t + k];
        state->intercept[k] = e->y_mean[k] - sum;
    }
    find_residual(e, state->weights, residual);
    const double size = sqrt(e->kernels->sum_squares(p * t, e->xy));
    const double left = sqrt(e->kernels->sum_squares(p * t, residual));
    const mlci_history_line line = {
        .iteration = 1, .value = size > 0 ? left / size : 0, .gradient = 2 * left};
    return mlci_linear_state_record(mlci_context_root(e->problem->call), state, &line, err);
}

mlc_status mlci_normal_equations_solve(const mlci_least_squares *problem, mlci_linear_state *state,
                                       mlc_error *err)
{
    mlci_root *const root = mlci_context_root(problem->call);
    const int64_t p = problem->x->n_features, t = problem->n_targets;
    int64_t square, with_targets, size;
    if (!mlci_mul_size(p, 2 * p, &square) || !mlci_mul_size(p + 1, 2 * t + 4, &with_targets) ||
        !mlci_add_size(square, with_targets, &size)) {
        return mlci_fail_memory(err, p, p);
    }
    double *const work = mlci_alloc(root, size, sizeof *work);
    if (work == NULL) return mlci_fail_memory(err, size, sizeof *work);
    normal_equations e = {
        .problem = problem, .kernels = mlci_kernels_of(mlci_root_isa(root)), .p = p, .t = t};
    e.xx = work;
    double *const factor = e.xx + p * p;
    e.xy = factor + p * p;
    double *const residual = e.xy + p * t;
    e.centre = residual + p * t;
    e.x_mean = e.centre + p;
    e.y_centre = e.x_mean + p;
    e.y_mean = e.y_centre + t;
    if (problem->fit_intercept) {
        mlci_provisional_centre(problem->x, e.centre, factor);
        for (int64_t k = 0; k < t; k++)
            e.y_centre[k] = problem->y[k];
    }
    mlc_status status = form_equations(&e, err);
    if (status == MLC_OK) status = solve_equations(&e, state->weights, factor, residual, err);
    if (status == MLC_OK) status = finish(&e, residual, state, err);
    mlci_free(work);
    return status;
}
