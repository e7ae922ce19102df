/* Least squares by conjugate gradients on (X'WX + alpha I) b = X'Wy (Hestenes & Stiefel 1952),
 * preconditioned by the diagonal.
 *
 * One pass over the rows an iteration and 4 n_features doubles; the matrix is never formed. X is
 * centred implicitly, (x_i - m)'d = x_i'd - m'd, so sparse rows stay sparse. Targets are solved
 * one after the other. Converges in about sqrt(condition) steps. */
#include "least_squares.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "column_scale.h"
#include "kernels.h"
#include "row_sum.h"

typedef struct system_of_equations {
    const mlci_least_squares *problem;
    const mlci_kernels *kernels;
    int64_t p, target;
    double *mean;     /* p; 0 without intercept */
    double *diagonal; /* p */
    double y_mean;
    const double *d; /* the vector being multiplied; NULL: the right-hand side is formed */
    double d_mean;   /* mean'd */
} system_of_equations;

static double weight_of(const mlci_least_squares *problem, int64_t i)
{
    return problem->weight == NULL ? 1 : problem->weight[i];
}

/* What row i multiplies its features by: its weight times x_i'd, or times the target. */
static double row_factor(const system_of_equations *s, int64_t i, double product)
{
    const mlci_least_squares *const problem = s->problem;
    const double value = s->d != NULL ? product - s->d_mean
                                      : problem->y[i * problem->n_targets + s->target] - s->y_mean;
    return weight_of(problem, i) * value;
}

/* sums: of factor x (p), then of the factor. */
static mlc_status sum_sparse(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                             mlc_error *err)
{
    const system_of_equations *const s = arg;
    int32_t *const positions = (int32_t *)(void *)(scratch + s->p);
    for (int64_t i = first; i < first + n; i++) {
        const int64_t m = mlci_matrix_sparse_row(s->problem->x, i, positions, scratch);
        double product = 0;
        for (int64_t k = 0; s->d != NULL && k < m; k++)
            product += scratch[k] * s->d[positions[k]];
        const double factor = row_factor(s, i, product);
        for (int64_t k = 0; k < m; k++)
            sums[positions[k]] += factor * scratch[k];
        sums[s->p] += factor;
    }
    return MLC_OK;
}

static mlc_status sum_dense(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                            mlc_error *err)
{
    const system_of_equations *const s = arg;
    double *const factors = scratch + n * s->p;
    const mlci_row_block rows = {.x = scratch, .n_rows = n, .n_columns = s->p, .stride = s->p};
    mlci_matrix_block(s->problem->x, first, n, scratch, s->p);
    memset(factors, 0, (size_t)n * sizeof *factors);
    if (s->d != NULL) s->kernels->gemv(&rows, s->d, factors);
    for (int64_t i = 0; i < n; i++) {
        factors[i] = row_factor(s, first + i, factors[i]);
        sums[s->p] += factors[i];
    }
    s->kernels->gemv_transposed(&rows, factors, sums);
    return MLC_OK;
}

/* out = (X'WX + alpha I) d, or X'Wy for d NULL; X and y centred. */
static mlc_status multiply(system_of_equations *s, mlci_row_sum *rows, const double *d, double *out,
                           mlc_error *err)
{
    const int64_t p = s->p;
    double *sums;
    s->d = d;
    s->d_mean = d == NULL ? 0 : s->kernels->dot(p, s->mean, d);
    MLCI_TRY(mlci_row_sum_run(rows, p + 1, s->problem->x->is_sparse ? sum_sparse : sum_dense, s,
                              &sums, err));
    for (int64_t j = 0; j < p; j++) {
        out[j] = sums[j] - s->mean[j] * sums[p];
        if (d != NULL) out[j] += s->problem->alpha * d[j];
    }
    return MLC_OK;
}

static mlc_status note(const system_of_equations *s, mlci_linear_state *state, int64_t iteration,
                       double left, double size, mlc_error *err)
{
    const mlci_history_line line = {
        .iteration = iteration, .value = size > 0 ? left / size : 0, .gradient = 2 * left};
    mlc_context *const call = s->problem->call;
    MLCI_TRY(mlci_linear_state_record(mlci_context_root(call), state, &line, err));
    return mlci_report(call, "fit", iteration, s->problem->max_iter, "residual", line.value, err);
}

/* b starts at zero; work has 4 p doubles. */
static mlc_status solve_target(system_of_equations *s, mlci_row_sum *rows, double *b, double *work,
                               mlci_linear_state *state, mlc_error *err)
{
    const mlci_least_squares *const problem = s->problem;
    const int64_t p = s->p;
    double *const r = work, *const z = r + p, *const d = z + p, *const q = d + p;
    MLCI_TRY(multiply(s, rows, NULL, r, err));
    const double size = sqrt(s->kernels->sum_squares(p, r));
    double left = size, rz = 0;
    MLCI_TRY(note(s, state, 0, left, size, err));
    for (int64_t iteration = 1; left > problem->tol * size && iteration <= problem->max_iter;
         iteration++) {
        for (int64_t j = 0; j < p; j++)
            z[j] = r[j] / s->diagonal[j];
        const double rz_new = s->kernels->dot(p, r, z);
        const double beta = iteration == 1 ? 0 : rz_new / rz;
        rz = rz_new;
        for (int64_t j = 0; j < p; j++)
            d[j] = z[j] + (iteration == 1 ? 0 : beta * d[j]);
        MLCI_TRY(multiply(s, rows, d, q, err));
        const double curvature = s->kernels->dot(p, d, q);
        if (!(curvature > 0)) break; /* nothing left but rounding */
        s->kernels->axpy(p, rz / curvature, d, b);
        s->kernels->axpy(p, -rz / curvature, q, r);
        left = sqrt(s->kernels->sum_squares(p, r));
        MLCI_TRY(note(s, state, iteration, left, size, err));
    }
    if (left > problem->tol * size) {
        mlci_log(mlci_context_root(problem->call), MLC_LOG_WARNING,
                 "ridge: target %lld did not reach tol in %lld iterations; raise max_iter or scale "
                 "the features",
                 (long long)s->target, (long long)problem->max_iter);
    }
    return MLC_OK;
}

/* Means and the diagonal of the matrix. */
static mlc_status prepare(system_of_equations *s, double *y_means, mlc_error *err)
{
    const mlci_least_squares *const problem = s->problem;
    const int64_t t = problem->n_targets;
    mlci_column_scale scale = {.mean = s->mean, .square = s->diagonal};
    MLCI_TRY(mlci_column_scale_find(problem->call, problem->x, problem->weight,
                                    problem->fit_intercept, &scale, err));
    for (int64_t j = 0; j < s->p; j++) {
        s->diagonal[j] += problem->alpha;
        if (!(s->diagonal[j] > 0)) s->diagonal[j] = 1;
    }
    for (int64_t i = 0; problem->fit_intercept && i < problem->x->n_rows; i++) {
        const double share = weight_of(problem, i) / scale.weight;
        for (int64_t k = 0; k < t; k++)
            y_means[k] += share * problem->y[i * t + k];
    }
    return MLC_OK;
}

mlc_status mlci_conjugate_gradient_solve(const mlci_least_squares *problem,
                                         mlci_linear_state *state, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(problem->call);
    const int64_t p = problem->x->n_features, t = problem->n_targets;
    const int64_t block = mlci_row_sum_block(p);
    int64_t n_scratch;
    if (!mlci_mul_size(block + 1, p + 2, &n_scratch)) return mlci_fail_memory(err, p, block);
    if (problem->x->is_sparse) n_scratch = 2 * p + 1;
    double *const work = mlci_alloc(root, p + t, 7 * (int64_t)sizeof *work);
    if (work == NULL) return mlci_fail_memory(err, p + t, 7 * (int64_t)sizeof *work);
    system_of_equations s = {
        .problem = problem, .p = p, .kernels = mlci_kernels_of(mlci_root_isa(root))};
    s.mean = work;
    s.diagonal = work + p;
    double *const b = work + 2 * p, *const vectors = work + 3 * p, *const y_means = work + 7 * p;

    mlci_row_sum rows = {0};
    mlc_status status =
        mlci_row_sum_open(&rows, problem->call, problem->x->n_rows, block, p + 1, n_scratch, err);
    if (status == MLC_OK) status = prepare(&s, y_means, err);
    for (s.target = 0; status == MLC_OK && s.target < t; s.target++) {
        s.y_mean = y_means[s.target];
        memset(b, 0, (size_t)p * sizeof *b);
        status = solve_target(&s, &rows, b, vectors, state, err);
        if (status != MLC_OK) break;
        for (int64_t j = 0; j < p; j++)
            state->weights[j * t + s.target] = b[j];
        state->intercept[s.target] = s.y_mean - s.kernels->dot(p, s.mean, b);
    }
    mlci_row_sum_close(&rows);
    mlci_free(work);
    return status;
}
