/* Limited-memory BFGS (Liu & Nocedal, Math. Programming 45, 1989; two-loop recursion of Nocedal &
 * Wright, Algorithm 7.4) with 10 pairs.
 *
 * The line search brackets a weak Wolfe point by doubling and bisection (Lewis & Overton, Math.
 * Programming 141, 2013): it needs no interpolation, so nothing in it is sensitive to rounding.
 * Near the optimum the value cannot resolve progress any more; there the approximate Wolfe test
 * of Hager & Zhang (SIAM J. Optim. 16, 2005) takes over, which looks at slopes alone.
 * Cost: one evaluation and 40 n multiplications an iteration; 24 n doubles. */
#include "lbfgs.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "error.h"
#include "kernels.h"

#define N_PAIRS 10
#define MAX_TRIALS 40
#define DECREASE 1e-4  /* c1 of the Armijo condition */
#define CURVATURE 0.9  /* c2 of the Wolfe condition */
#define VALUE_NOISE 64 /* rounding errors of the value, in units of its last place */

typedef struct search {
    mlci_lbfgs *l;
    const mlci_kernels *kernels;
    double *x, *x_next, *gradient, *gradient_next, *direction;
    double *steps, *changes; /* N_PAIRS x n: differences of x and of the gradient */
    double inverse_products[N_PAIRS];
    int64_t n_stored, newest;
    double value, value_next, slope;
} search;

static double dot(const search *s, const double *a, const double *b)
{
    return s->kernels->dot(s->l->n, a, b);
}

static double largest(const double *x, int64_t n)
{
    double max = 0;
    for (int64_t i = 0; i < n; i++) {
        const double size = fabs(x[i]);
        if (!(size <= max)) max = size;
    }
    return max;
}

static double gradient_size(const search *s, const double *x, const double *gradient)
{
    const mlci_lbfgs *const l = s->l;
    return l->size == NULL ? largest(gradient, l->n) : l->size(l->arg, x, gradient);
}

/* direction = -H gradient, H the inverse Hessian that the pairs describe. */
static void find_direction(search *s)
{
    const mlci_lbfgs *const l = s->l;
    const int64_t n = l->n;
    double *const d = s->direction;
    double alpha[N_PAIRS];
    for (int64_t i = 0; i < n; i++)
        d[i] = -s->gradient[i];
    for (int64_t k = 0; k < s->n_stored; k++) {
        const int64_t p = (s->newest - k + N_PAIRS) % N_PAIRS;
        alpha[k] = s->inverse_products[p] * dot(s, s->steps + p * n, d);
        s->kernels->axpy(n, -alpha[k], s->changes + p * n, d);
    }
    if (l->inverse_diagonal != NULL) {
        for (int64_t i = 0; i < n; i++)
            d[i] *= l->inverse_diagonal[i];
    }
    if (s->n_stored > 0) {
        /* The usual scale of the start matrix, s'y / y'Dy, D the diagonal. */
        const double *const y = s->changes + s->newest * n;
        double *const scaled = s->gradient_next;
        for (int64_t i = 0; i < n; i++) {
            scaled[i] = l->inverse_diagonal == NULL ? y[i] : l->inverse_diagonal[i] * y[i];
        }
        const double scale = 1 / (s->inverse_products[s->newest] * dot(s, y, scaled));
        s->kernels->scale(n, scale, d);
    }
    for (int64_t k = s->n_stored - 1; k >= 0; k--) {
        const int64_t p = (s->newest - k + N_PAIRS) % N_PAIRS;
        const double beta = s->inverse_products[p] * dot(s, s->changes + p * n, d);
        s->kernels->axpy(n, alpha[k] - beta, s->steps + p * n, d);
    }
}

/* 1: a step was found and stands in x_next; 0: none makes progress. */
static mlc_status find_step(search *s, double first, int32_t *found, mlc_error *err)
{
    mlci_lbfgs *const l = s->l;
    double low = 0, high = INFINITY, step = first;
    const double noise = VALUE_NOISE * 0x1p-52 * fabs(s->value);
    *found = 0;
    for (int32_t trial = 0; trial < MAX_TRIALS; trial++) {
        for (int64_t i = 0; i < l->n; i++)
            s->x_next[i] = s->x[i] + step * s->direction[i];
        MLCI_TRY(l->evaluate(l->arg, s->x_next, &s->value_next, s->gradient_next, err));
        const double slope = dot(s, s->gradient_next, s->direction);
        const int flat =
            s->value_next <= s->value + noise && slope <= (2 * DECREASE - 1) * s->slope;
        /* Written so that a NaN value or slope shortens the step. */
        if (!(s->value_next <= s->value + DECREASE * step * s->slope) && !flat) {
            high = step;
        } else if (!(slope >= CURVATURE * s->slope)) {
            low = step;
        } else {
            *found = 1;
            return MLC_OK;
        }
        const double next = high < INFINITY ? 0.5 * (low + high) : 2 * low;
        if (next == step) break;
        step = next;
    }
    /* No Wolfe point in reach: a point that is lower will do, if there was one. */
    if (low > 0) {
        for (int64_t i = 0; i < l->n; i++)
            s->x_next[i] = s->x[i] + low * s->direction[i];
        MLCI_TRY(l->evaluate(l->arg, s->x_next, &s->value_next, s->gradient_next, err));
        *found = s->value_next < s->value;
    }
    return MLC_OK;
}

/* Moves to x_next and remembers the pair, unless rounding left no curvature in it. */
static void accept_step(search *s)
{
    const int64_t n = s->l->n;
    const int64_t p = s->n_stored == 0 ? 0 : (s->newest + 1) % N_PAIRS;
    double *const step = s->steps + p * n, *const change = s->changes + p * n;
    for (int64_t i = 0; i < n; i++) {
        step[i] = s->x_next[i] - s->x[i];
        change[i] = s->gradient_next[i] - s->gradient[i];
    }
    const double product = dot(s, step, change);
    if (product > 0x1p-1000) {
        s->inverse_products[p] = 1 / product;
        s->newest = p;
        if (s->n_stored < N_PAIRS) s->n_stored++;
    }
    memcpy(s->x, s->x_next, (size_t)n * sizeof(double));
    memcpy(s->gradient, s->gradient_next, (size_t)n * sizeof(double));
    s->value = s->value_next;
}

/* Looks at where we stand: stop test, history. */
static mlc_status inspect(const search *s, mlc_error *err)
{
    mlci_lbfgs *const l = s->l;
    l->value = s->value;
    l->gradient_size = gradient_size(s, s->x, s->gradient);
    if (!(fabs(l->value) <= DBL_MAX && l->gradient_size <= DBL_MAX)) {
        return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                         "the objective is not finite after %lld iterations: the features are "
                         "too large; scale them first",
                         (long long)l->n_iter);
    }
    l->converged = l->gradient_size <= l->tol;
    return l->iterated == NULL ? MLC_OK
                               : l->iterated(l->arg, l->n_iter, l->value, l->gradient_size, err);
}

/* A descent direction and its slope; 0 when rounding leaves none. */
static int prepare_direction(search *s)
{
    find_direction(s);
    s->slope = dot(s, s->gradient, s->direction);
    if (s->slope < 0) return 1;
    if (s->n_stored == 0) return 0;
    s->n_stored = 0;
    find_direction(s);
    s->slope = dot(s, s->gradient, s->direction);
    return s->slope < 0;
}

static mlc_status iterate(search *s, mlc_error *err)
{
    mlci_lbfgs *const l = s->l;
    MLCI_TRY(l->evaluate(l->arg, s->x, &s->value, s->gradient, err));
    MLCI_TRY(inspect(s, err));
    while (!l->converged && l->n_iter < l->max_iter && prepare_direction(s)) {
        const int plain = s->n_stored == 0;
        const double first =
            plain && l->inverse_diagonal == NULL ? 1 / (1 + largest(s->direction, l->n)) : 1;
        int32_t found;
        MLCI_TRY(find_step(s, first, &found, err));
        if (found) {
            accept_step(s);
            l->n_iter++;
            MLCI_TRY(inspect(s, err));
        } else if (plain) {
            break;
        } else {
            s->n_stored = 0; /* the pairs misled: try the start matrix */
        }
    }
    return MLC_OK;
}

mlc_status mlci_lbfgs_run(mlci_lbfgs *l, double *x, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(l->call);
    const int64_t n = l->n;
    double *const work = mlci_alloc(root, n, (4 + 2 * N_PAIRS) * (int64_t)sizeof(double));
    if (work == NULL) return mlci_fail_memory(err, n, (4 + 2 * N_PAIRS) * 8);
    search s = {.l = l,
                .kernels = mlci_kernels_of(mlci_root_isa(root)),
                .x = x,
                .x_next = work,
                .gradient = work + n,
                .gradient_next = work + 2 * n,
                .direction = work + 3 * n,
                .steps = work + 4 * n,
                .changes = work + (4 + N_PAIRS) * n};
    l->n_iter = 0;
    l->converged = 0;
    const mlc_status status = iterate(&s, err);
    mlci_free(work);
    return status;
}
