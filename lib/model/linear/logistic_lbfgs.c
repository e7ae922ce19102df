/* Logistic regression by L-BFGS, for wide and for sparse features.
 *
 * The unknowns are W and the intercepts at the mean of the features: moving the origin there (in
 * the formulas, not in the rows, when these are sparse) uncouples them, and a start matrix with
 * the curvature of each column evens out scales. Neither changes the objective; both save most
 * of the iterations that features with large means or unlike units would cost. */
#include <math.h>
#include <string.h>

#include "centred_block.h"
#include "checked.h"
#include "column_scale.h"
#include "lbfgs.h"
#include "logistic_loss.h"
#include "row_sum.h"

#define SPARSE_BLOCK_ROWS 256
#define MAX_SPARSE_BLOCK_ROWS 65536

typedef struct wide_fit {
    const mlci_logistic_problem *problem;
    mlci_linear_state *state;
    int64_t p, m;
    mlci_row_sum rows;
    double *mean;      /* p; 0 without intercept */
    double *intercept; /* m: of the point, moved to where the rows are */
    const double *at;
} wide_fit;

static mlc_status sum_dense(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                            mlc_error *err)
{
    const wide_fit *const s = arg;
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t p = s->p, m = s->m;
    double *const x = scratch, *const raw = x + n * p, *const residual = raw + n * m;
    double *const weights = residual + n * m, *const work = weights + n;
    const mlci_row_block rows = {.x = x, .n_rows = n, .n_columns = p, .stride = p};
    mlci_centred_block(problem->x, first, n, s->mean, x);
    problem->kernels->linear(&rows, s->at, m, s->intercept, raw);
    mlci_logistic_weights(problem, first, n, weights);
    sums[0] += mlci_logistic_loss(problem, first, n, raw, weights, residual, NULL, work);
    mlci_logistic_add_gradient(problem, &rows, residual, sums + 1);
    return MLC_OK;
}

static mlc_status sum_sparse(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                             mlc_error *err)
{
    const wide_fit *const s = arg;
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t p = s->p, m = s->m;
    double *const values = scratch, *const raw = values + 2 * p + 1;
    double *const residual = raw + n * m, *const weights = residual + n * m;
    double *const work = weights + n;
    int32_t *const positions = (int32_t *)(void *)(values + p);
    for (int64_t i = 0; i < n; i++) {
        const int64_t n_entries = mlci_matrix_sparse_row(problem->x, first + i, positions, values);
        double *const row = raw + i * m;
        memcpy(row, s->intercept, (size_t)m * sizeof *row);
        for (int64_t e = 0; e < n_entries; e++) {
            const double *const w = s->at + positions[e] * m;
            for (int64_t k = 0; k < m; k++)
                row[k] += values[e] * w[k];
        }
    }
    mlci_logistic_weights(problem, first, n, weights);
    sums[0] += mlci_logistic_loss(problem, first, n, raw, weights, residual, NULL, work);
    for (int64_t i = 0; i < n; i++) {
        const int64_t n_entries = mlci_matrix_sparse_row(problem->x, first + i, positions, values);
        const double *const row = residual + i * m;
        for (int64_t e = 0; e < n_entries; e++) {
            double *const w = sums + 1 + positions[e] * m;
            for (int64_t k = 0; k < m; k++)
                w[k] += values[e] * row[k];
        }
        for (int64_t k = 0; k < m; k++)
            sums[1 + p * m + k] += row[k];
    }
    return MLC_OK;
}

/* The intercepts of centred features, at the origin of the features as they are. */
static void move_intercepts(const wide_fit *s, const double *x, double *intercept)
{
    for (int64_t k = 0; k < s->m; k++) {
        double shift = 0;
        for (int64_t j = 0; j < s->p; j++)
            shift += s->mean[j] * x[j * s->m + k];
        intercept[k] = x[s->p * s->m + k] - shift;
    }
}

static mlc_status evaluate(void *arg, const double *x, double *value, double *gradient,
                           mlc_error *err)
{
    wide_fit *const s = arg;
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t p = s->p, m = s->m, n_weights = p * m;
    const int32_t is_sparse = problem->x->is_sparse;
    double *sums;
    s->at = x;
    if (is_sparse) {
        move_intercepts(s, x, s->intercept);
    } else {
        memcpy(s->intercept, x + n_weights, (size_t)m * sizeof *x);
    }
    MLCI_TRY(mlci_row_sum_run(&s->rows, 1 + n_weights + m, is_sparse ? sum_sparse : sum_dense, s,
                              &sums, err));
    const double scale = 1 / problem->total_weight;
    const double *const totals = sums + 1 + n_weights;
    for (int64_t j = 0; j < p; j++) {
        const double mean = is_sparse ? s->mean[j] : 0;
        for (int64_t k = 0; k < m; k++) {
            gradient[j * m + k] =
                scale * (sums[1 + j * m + k] - mean * totals[k]) + problem->penalty * x[j * m + k];
        }
    }
    for (int64_t k = 0; k < m; k++) {
        gradient[n_weights + k] = problem->fit_intercept ? scale * totals[k] : 0;
    }
    *value = scale * sums[0] + 0.5 * problem->penalty * problem->kernels->sum_squares(n_weights, x);
    return MLC_OK;
}

/* The largest entry of the gradient with respect to the features as they were given. */
static double gradient_size(const void *arg, const double *x, const double *gradient)
{
    const wide_fit *const s = arg;
    const double *const totals = gradient + s->p * s->m;
    double max = 0;
    for (int64_t j = 0; j <= s->p; j++) {
        for (int64_t k = 0; k < s->m; k++) {
            const double shift = j < s->p ? s->mean[j] * totals[k] : 0;
            const double size = fabs(gradient[j * s->m + k] + shift);
            if (!(size <= max)) max = size;
        }
    }
    return max;
}

static mlc_status iterated(void *arg, int64_t iteration, double value, double size, mlc_error *err)
{
    const wide_fit *const s = arg;
    return mlci_logistic_note(s->problem, s->state, iteration, value, size, err);
}

/* Means into s->mean, and the inverse of the curvature at the start into inverse. */
static mlc_status find_scale(wide_fit *s, double *inverse, double *n_entries, mlc_error *err)
{
    const mlci_logistic_problem *const problem = s->problem;
    const double share = 1 / (double)problem->n_classes;
    const double curvature = share * (1 - share);
    double *const square = inverse + s->p * (s->m - 1) + s->m; /* filled from the front */
    mlci_column_scale scale = {.mean = s->mean, .square = square};
    MLCI_TRY(mlci_column_scale_find(problem->call, problem->x, problem->weight,
                                    problem->fit_intercept, &scale, err));
    for (int64_t j = 0; j < s->p; j++) {
        const double h = curvature * square[j] / scale.weight + problem->penalty;
        for (int64_t k = 0; k < s->m; k++)
            inverse[j * s->m + k] = h > 0 ? 1 / h : 1;
    }
    for (int64_t k = 0; k < s->m; k++)
        inverse[s->p * s->m + k] = 1 / curvature;
    *n_entries = scale.n_entries;
    return MLC_OK;
}

/* Blocks of sparse rows are so large that their entries outnumber the sums of a strip. */
static mlc_status open_sums(wide_fit *s, double n_entries, mlc_error *err)
{
    const mlci_matrix *const x = s->problem->x;
    int64_t block = mlci_row_sum_block(s->p), n_scratch = block * (s->p + 2 * s->m + 2);
    if (x->is_sparse) {
        const double rows = 2 * (double)s->p * (double)x->n_rows / (n_entries + 1);
        block = rows < MAX_SPARSE_BLOCK_ROWS ? (int64_t)rows : MAX_SPARSE_BLOCK_ROWS;
        if (block < SPARSE_BLOCK_ROWS) block = SPARSE_BLOCK_ROWS;
        if (block > x->n_rows) block = x->n_rows;
        n_scratch = 2 * s->p + 1 + block * (2 * s->m + 2);
    }
    return mlci_row_sum_open(&s->rows, s->problem->call, x->n_rows, block, 1 + (s->p + 1) * s->m,
                             n_scratch, err);
}

mlc_status mlci_logistic_lbfgs_solve(const mlci_logistic_problem *problem, mlci_linear_state *state,
                                     int32_t *converged, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(problem->call);
    wide_fit s = {
        .problem = problem, .state = state, .p = problem->x->n_features, .m = problem->n_outputs};
    int64_t length, size;
    if (!mlci_mul_size(s.p + 1, s.m, &length) || !mlci_mul_size(length, 4, &size)) {
        return mlci_fail_memory(err, s.p, s.m);
    }
    double *const x = mlci_alloc(root, size, sizeof *x);
    if (x == NULL) return mlci_fail_memory(err, size, sizeof *x);
    double *const inverse = x + length;
    double n_entries;
    s.mean = inverse + length;
    s.intercept = s.mean + s.p;
    mlci_lbfgs l = {.call = problem->call,
                    .n = length,
                    .max_iter = problem->max_iter,
                    .tol = problem->tol,
                    .evaluate = evaluate,
                    .size = gradient_size,
                    .iterated = iterated,
                    .arg = &s,
                    .inverse_diagonal = inverse};
    mlc_status status = find_scale(&s, inverse, &n_entries, err);
    if (status == MLC_OK) status = open_sums(&s, n_entries, err);
    if (status == MLC_OK) status = mlci_lbfgs_run(&l, x, err);
    if (status == MLC_OK) {
        memcpy(state->weights, x, (size_t)(s.p * s.m) * sizeof *x);
        if (problem->fit_intercept) move_intercepts(&s, x, state->intercept);
        *converged = l.converged;
    }
    mlci_row_sum_close(&s.rows);
    mlci_free(x);
    return status;
}
