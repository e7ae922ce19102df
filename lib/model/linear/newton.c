/* Newton's method for logistic regression: one pass over the rows gives loss, gradient and
 * Hessian; Cholesky gives the step; Armijo halving guards it.
 *
 * Features are read about a provisional centre (the intercept takes up the shift), which keeps
 * the Hessian well conditioned when means are far from zero. With K > 2 classes the score of the
 * last one is held at zero inside a step, which leaves (K - 1) (p + 1) unknowns; the penalty of
 * the K symmetric columns, sum |b_k|^2 - |sum b_k|^2 / K in these unknowns, is kept exactly, and
 * steps are spread over the K columns so that their sum stays zero, which is where the optimum
 * is. Near a separating solution the Hessian fades; a ladder of additions to its diagonal then
 * keeps the factorisation going (Nocedal & Wright, section 3.4). */
#include <math.h>
#include <string.h>

#include "centred_block.h"
#include "checked.h"
#include "dense.h"
#include "logistic_loss.h"
#include "row_sum.h"

#define ARMIJO 0x1p-11
#define MAX_HALVINGS 21
#define VALUE_NOISE (16 * 0x1p-52) /* changes of the value below this fraction are rounding */
#define PIVOT_NOISE (4 * 0x1p-52)
#define FIRST_ADDITION 0x1p-40
#define ADDITION_STEP 0x1p8

typedef struct newton {
    const mlci_logistic_problem *problem;
    int64_t p, m;   /* features; columns of W */
    int64_t free;   /* columns that a step solves for: 1, or m - 1 */
    int64_t q;      /* unknowns a column: p, and the intercept */
    int64_t length; /* p m + m: W, then the intercepts */
    mlci_row_sum rows;
    int64_t n_short, n_sums; /* sums without and with the Hessian */
    int64_t pair_size;       /* sums of one pair of columns: X'HX, X'h, sum of h */
    int32_t with_hessian;
    const double *at; /* the point that is evaluated */
    double *centre;   /* p; 0 without intercept */
    double *point, *next, *direction, *gradient, *next_gradient;
    double *hessian; /* (free q)^2 */
    double *step;    /* free q */
    double value, next_value;
} newton;

/* The Hessian's sums of one block. ones: 1 for each row. */
static void add_curvature(const newton *s, const mlci_row_block *x, const double *weights,
                          const double *probability, double *h, double *ones, double *sums)
{
    const int64_t p = s->p, n = x->n_rows;
    const mlci_kernels *const kernels = s->problem->kernels;
    for (int64_t i = 0; i < n; i++)
        ones[i] = 1;
    const mlci_row_block y = {.x = ones, .n_rows = n, .n_columns = 1, .stride = 1};
    for (int64_t k = 0; k < s->free; k++) {
        for (int64_t l = k; l < s->free; l++) {
            mlci_logistic_curvature(s->problem, n, weights, probability, k, l, h);
            kernels->gram(x, h, &y, sums, sums + p * p);
            sums[p * p + p] += kernels->sum(n, h);
            sums += s->pair_size;
        }
    }
}

/* sums: loss, X'R (p x m), sums of R (m); with the Hessian, each pair k <= l. */
static mlc_status sum_rows(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                           mlc_error *err)
{
    const newton *const s = arg;
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t p = s->p, m = s->m;
    double *const x = scratch, *const raw = x + n * p, *const residual = raw + n * m;
    double *const probability = residual + n * m, *const weights = probability + n * m;
    double *const work = weights + n, *const ones = work + n;
    const mlci_row_block rows = {.x = x, .n_rows = n, .n_columns = p, .stride = p};
    mlci_centred_block(problem->x, first, n, s->centre, x);
    problem->kernels->linear(&rows, s->at, m, s->at + p * m, raw);
    mlci_logistic_weights(problem, first, n, weights);
    sums[0] += mlci_logistic_loss(problem, first, n, raw, weights, residual,
                                  s->with_hessian ? probability : NULL, work);
    mlci_logistic_add_gradient(problem, &rows, residual, sums + 1);
    if (s->with_hessian) {
        add_curvature(s, &rows, weights, probability, work, ones, sums + s->n_short);
    }
    return MLC_OK;
}

/* Value and gradient at a point; with the Hessian its sums stay in rows. */
static mlc_status evaluate(newton *s, const double *at, int32_t with_hessian, double *value,
                           double *gradient, mlc_error *err)
{
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t n_weights = s->p * s->m;
    double *sums;
    s->at = at;
    s->with_hessian = with_hessian;
    MLCI_TRY(
        mlci_row_sum_run(&s->rows, with_hessian ? s->n_sums : s->n_short, sum_rows, s, &sums, err));
    const double scale = 1 / problem->total_weight;
    for (int64_t i = 0; i < s->length; i++)
        gradient[i] = scale * sums[1 + i];
    for (int64_t i = 0; i < n_weights; i++)
        gradient[i] += problem->penalty * at[i];
    for (int64_t k = 0; k < s->m && !problem->fit_intercept; k++)
        gradient[n_weights + k] = 0;
    *value =
        scale * sums[0] + 0.5 * problem->penalty * problem->kernels->sum_squares(n_weights, at);
    return MLC_OK;
}

/* The largest entry of the gradient with respect to the features as they were given. */
static double gradient_size(const newton *s, const double *gradient)
{
    double max = 0;
    for (int64_t i = 0; i < s->length; i++) {
        const int64_t j = i / s->m, k = i % s->m;
        const double shift = j < s->p ? s->centre[j] * gradient[s->p * s->m + k] : 0;
        const double size = fabs(gradient[i] + shift);
        if (!(size <= max)) max = size;
    }
    return max;
}

static double sum_of_sizes(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += fabs(x[i]);
    return sum;
}

/* One block of the Hessian, of columns k <= l, from its pair's sums. */
static void place_pair(newton *s, const double *sums, int64_t k, int64_t l)
{
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t p = s->p, q = s->q, size = s->free * q;
    const double scale = 1 / problem->total_weight;
    double *const block = s->hessian + k * q * size + l * q;
    for (int64_t i = 0; i < p; i++) {
        for (int64_t j = i; j < p; j++) {
            block[i * size + j] = scale * sums[i * p + j];
            if (k != l) block[j * size + i] = block[i * size + j];
        }
        block[i * size + i] += problem->penalty * ((k == l) - (s->m > 1 ? 1 / (double)s->m : 0));
        if (q > p) {
            block[i * size + p] = scale * sums[p * p + i];
            if (k != l) block[p * size + i] = block[i * size + p];
        }
    }
    if (q > p) block[p * size + p] = scale * sums[p * p + p];
}

static void place_hessian(newton *s, double addition)
{
    const int64_t size = s->free * s->q;
    const double *sums = s->rows.sums + s->n_short;
    for (int64_t k = 0; k < s->free; k++) {
        for (int64_t l = k; l < s->free; l++, sums += s->pair_size)
            place_pair(s, sums, k, l);
    }
    for (int64_t i = 0; i < size; i++) {
        double *const diagonal = &s->hessian[i * size + i];
        /* A column that is constant has neither gradient nor curvature. */
        *diagonal = *diagonal == 0 ? 1 : *diagonal * (1 + addition);
    }
}

/* direction = -H^-1 gradient, spread over all columns; returns its slope, NaN on failure. */
static double find_direction(newton *s)
{
    const mlci_kernels *const kernels = s->problem->kernels;
    const int64_t m = s->m, q = s->q, size = s->free * q;
    double addition = 0;
    place_hessian(s, addition);
    while (mlci_cholesky_factor(kernels, size, s->hessian, size, PIVOT_NOISE * (double)size) >= 0) {
        addition = addition == 0 ? FIRST_ADDITION : addition * ADDITION_STEP;
        if (!(addition < 0x1p32)) return NAN;
        place_hessian(s, addition);
    }
    for (int64_t k = 0; k < s->free; k++) {
        for (int64_t j = 0; j < q; j++)
            s->step[k * q + j] = -s->gradient[j * m + k];
    }
    mlci_cholesky_solve(kernels, size, s->hessian, size, s->step, 1);
    double slope = 0;
    memset(s->direction, 0, (size_t)s->length * sizeof *s->direction);
    for (int64_t j = 0; j < q; j++) {
        double sum = 0;
        for (int64_t k = 0; k < s->free; k++) {
            s->direction[j * m + k] = s->step[k * q + j];
            slope += s->step[k * q + j] * s->gradient[j * m + k];
            sum += s->step[k * q + j];
        }
        for (int64_t k = 0; k < m && m > 1; k++)
            s->direction[j * m + k] -= sum / (double)m;
    }
    return slope;
}

/* Moves along the direction; 0 in *moved when no step makes progress. */
static mlc_status search_line(newton *s, double slope, int32_t *moved, mlc_error *err)
{
    const double noise = VALUE_NOISE * fabs(s->value);
    const double size = sum_of_sizes(s->gradient, s->length);
    double step = 1;
    *moved = 0;
    for (int32_t halving = 0; halving <= MAX_HALVINGS; halving++, step /= 2) {
        for (int64_t i = 0; i < s->length; i++)
            s->next[i] = s->point[i] + step * s->direction[i];
        MLCI_TRY(evaluate(s, s->next, halving == 0, &s->next_value, s->next_gradient, err));
        const double change = s->next_value - s->value;
        if (change <= ARMIJO * step * slope ||
            (fabs(change) <= noise && sum_of_sizes(s->next_gradient, s->length) < size)) {
            *moved = 1;
            if (halving == 0) return MLC_OK;
            return evaluate(s, s->next, 1, &s->next_value, s->next_gradient, err);
        }
    }
    return MLC_OK;
}

static void swap(double **a, double **b)
{
    double *const old = *a;
    *a = *b;
    *b = old;
}

static mlc_status iterate(newton *s, mlci_linear_state *state, int32_t *converged, mlc_error *err)
{
    const mlci_logistic_problem *const problem = s->problem;
    MLCI_TRY(evaluate(s, s->point, 1, &s->value, s->gradient, err));
    for (int64_t iteration = 0;; iteration++) {
        const double size = gradient_size(s, s->gradient);
        MLCI_TRY(mlci_logistic_note(problem, state, iteration, s->value, size, err));
        const double slope = find_direction(s);
        *converged = size <= problem->tol && -0.5 * slope <= problem->tol;
        if (*converged || iteration == problem->max_iter) return MLC_OK;
        if (!(slope < 0)) {
            if (size <= 1.7e308 && slope == 0) return MLC_OK;
            return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                             "no Newton step after %lld iterations: values of the features are "
                             "too large; scale them first",
                             (long long)iteration);
        }
        int32_t moved;
        MLCI_TRY(search_line(s, slope, &moved, err));
        if (!moved) return MLC_OK;
        swap(&s->point, &s->next);
        swap(&s->gradient, &s->next_gradient);
        s->value = s->next_value;
    }
}

/* The state's weights, with the intercepts moved back to the origin. */
static void finish(const newton *s, mlci_linear_state *state)
{
    const int64_t p = s->p, m = s->m;
    memcpy(state->weights, s->point, (size_t)(p * m) * sizeof *state->weights);
    for (int64_t k = 0; k < m; k++) {
        double shift = 0;
        for (int64_t j = 0; j < p; j++)
            shift += s->centre[j] * s->point[j * m + k];
        state->intercept[k] = s->problem->fit_intercept ? s->point[p * m + k] - shift : 0;
    }
}

static mlc_status open_sums(newton *s, mlc_error *err)
{
    const mlci_logistic_problem *const problem = s->problem;
    const int64_t block = mlci_row_sum_block(s->p);
    const int64_t n_pairs = s->free * (s->free + 1) / 2;
    int64_t n_hessian;
    if (!mlci_mul_size(s->p, s->p, &s->pair_size) ||
        !mlci_add_size(s->pair_size, s->p + 1, &s->pair_size) ||
        !mlci_mul_size(s->pair_size, n_pairs, &n_hessian)) {
        return mlci_fail_memory(err, s->p, s->p);
    }
    s->n_short = 1 + s->length;
    s->n_sums = s->n_short + n_hessian;
    return mlci_row_sum_open(&s->rows, problem->call, problem->x->n_rows, block, s->n_sums,
                             block * (s->p + 3 * s->m + 3), err);
}

mlc_status mlci_newton_solve(const mlci_logistic_problem *problem, mlci_linear_state *state,
                             int32_t *converged, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(problem->call);
    newton s = {.problem = problem, .p = problem->x->n_features, .m = problem->n_outputs};
    s.free = s.m == 1 ? 1 : s.m - 1;
    s.q = s.p + (problem->fit_intercept ? 1 : 0);
    s.length = (s.p + 1) * s.m;
    const int64_t unknowns = s.free * s.q;
    int64_t square, size;
    if (!mlci_mul_size(unknowns, unknowns, &square) ||
        !mlci_add_size(square, 5 * s.length + unknowns + 3 * s.p, &size)) {
        return mlci_fail_memory(err, unknowns, unknowns);
    }
    double *const work = mlci_alloc(root, size, sizeof *work);
    if (work == NULL) return mlci_fail_memory(err, size, sizeof *work);
    s.hessian = work;
    s.point = work + square;
    s.next = s.point + s.length;
    s.direction = s.next + s.length;
    s.gradient = s.direction + s.length;
    s.next_gradient = s.gradient + s.length;
    s.step = s.next_gradient + s.length;
    s.centre = s.step + unknowns;
    if (problem->fit_intercept) {
        mlci_provisional_centre(problem->x, s.centre, s.centre + s.p);
    }
    mlc_status status = open_sums(&s, err);
    if (status == MLC_OK) status = iterate(&s, state, converged, err);
    if (status == MLC_OK) finish(&s, state);
    mlci_row_sum_close(&s.rows);
    mlci_free(work);
    return status;
}
