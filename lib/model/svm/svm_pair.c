/* The problem of one pair of classes: C form (Cortes, Vapnik 1995) or nu form (Schoelkopf et al.
 * 2000), and Platt's probabilities of it. */
#include "svm_pair.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "svm_platt.h"

#define N_FOLDS 5

/* ---- the problem -------------------------------------------------------------------------- */

/* Copies of the rows of a pair and the variables of its problem. */
typedef struct variables {
    double *x, *alpha, *bound, *linear;
    int8_t *sign;
} variables;

static mlc_status make_variables(const mlci_svm_pair *pair, variables *v, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(pair->call);
    const int64_t n = pair->n, p = pair->n_features;
    v->x = mlci_alloc_raw(root, n, p * (int64_t)sizeof *v->x);
    v->alpha = mlci_alloc(root, n, 3 * (int64_t)sizeof *v->alpha);
    v->sign = mlci_alloc(root, n, sizeof *v->sign);
    if (v->x == NULL || v->alpha == NULL || v->sign == NULL)
        return mlci_fail_memory(err, n, (p + 3) * (int64_t)sizeof *v->x);
    v->bound = v->alpha + n;
    v->linear = v->bound + n;
    for (int64_t i = 0; i < n; i++) {
        memcpy(v->x + i * p, pair->x + pair->rows[i] * p, (size_t)p * sizeof *v->x);
        v->sign[i] = i < pair->n_first ? 1 : -1;
    }
    return MLC_OK;
}

static void free_variables(variables *v)
{
    mlci_free(v->x);
    mlci_free(v->alpha);
    mlci_free(v->sign);
}

static void start_c(const mlci_svm_pair *pair, variables *v)
{
    for (int64_t i = 0; i < pair->n; i++) {
        v->bound[i] = pair->params->C * pair->weight[pair->rows[i]];
        v->linear[i] = -1;
    }
}

/* Rows first .. last in their order take all that they may of a sum; how much of it is left. */
static double give(variables *v, int64_t first, int64_t last, double left)
{
    for (int64_t i = first; i < last; i++) {
        v->alpha[i] = left < v->bound[i] ? left : v->bound[i];
        left -= v->alpha[i];
    }
    return left;
}

static mlc_status start_nu(const mlci_svm_pair *pair, variables *v, mlc_error *err)
{
    const double nu = pair->params->nu;
    double sum = 0;
    for (int64_t i = 0; i < pair->n; i++) {
        v->bound[i] = pair->weight[pair->rows[i]];
        sum += v->bound[i];
    }
    const double half = nu * sum / 2;
    const double left = give(v, 0, pair->n_first, half) + give(v, pair->n_first, pair->n, half);
    if (left <= 1e-9 * sum) return MLC_OK;
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format_digits(nu, 6, text);
    return mlci_fail(err, MLC_ERROR_SETTING, "nu",
                     "nu = %s: no margin leaves so large a share of the rows inside for classes %s "
                     "and %s, one of which has so few rows: must be at most twice the share of the "
                     "smaller one",
                     text, pair->names[0], pair->names[1]);
}

static void scale_solution(const mlci_svm_pair *pair, mlci_svm_solution *s)
{
    for (int64_t i = 0; i < pair->n; i++)
        s->coefficient[i] /= s->scale;
    s->offset /= s->scale;
    s->objective /= s->scale * s->scale;
}

static mlc_status solve(const mlci_svm_pair *pair, variables *v, mlci_svm_solution *solution,
                        mlc_error *err)
{
    const int by_nu = !isnan(pair->params->nu);
    const mlci_svm_problem problem = {.call = pair->call,
                                      .kernel = pair->kernel,
                                      .x = v->x,
                                      .n_rows = pair->n,
                                      .n_features = pair->n_features,
                                      .n = pair->n,
                                      .sign = v->sign,
                                      .bound = v->bound,
                                      .linear = v->linear,
                                      .alpha = v->alpha,
                                      .by_sign = by_nu,
                                      .tol = pair->params->tol,
                                      .max_steps = mlci_svm_max_steps(pair->params, pair->n),
                                      .cache_bytes = mlci_svm_cache_bytes(pair->params)};
    if (by_nu) {
        MLCI_TRY(start_nu(pair, v, err));
    } else {
        start_c(pair, v);
    }
    MLCI_TRY(mlci_svm_solve(&problem, solution, err));
    if (by_nu) scale_solution(pair, solution);
    return MLC_OK;
}

mlc_status mlci_svm_pair_solve(const mlci_svm_pair *pair, mlci_svm_solution *solution,
                               mlc_error *err)
{
    variables v = {0};
    if (pair->n_first == 0 || pair->n_first == pair->n) {
        const double decision = pair->n == 0 ? 0 : pair->n_first > 0 ? 1 : -1;
        memset(solution->coefficient, 0, (size_t)pair->n * sizeof *solution->coefficient);
        *solution = (mlci_svm_solution){
            .coefficient = solution->coefficient, .offset = -decision, .converged = 1};
        return MLC_OK;
    }
    mlc_status status = make_variables(pair, &v, err);
    if (status == MLC_OK) status = solve(pair, &v, solution, err);
    free_variables(&v);
    return status;
}

/* ---- probabilities ------------------------------------------------------------------------ */

/* Decisions of the rows that a fold leaves out. */
typedef struct folds {
    const mlci_svm_pair *pair;
    int64_t *rows;       /* of a fold's training, then those left out */
    double *coefficient; /* of the training rows */
    double *decision;    /* by place in the pair */
} folds;

static int is_left_out(const mlci_svm_pair *pair, int64_t i, int64_t fold)
{
    return (i < pair->n_first ? i : i - pair->n_first) % N_FOLDS == fold;
}

/* What decides, as a state: the vectors of the fold. */
static mlc_status state_of_fold(const mlci_svm_pair *fold, const mlci_svm_solution *solution,
                                mlci_svm_state **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fold->call);
    const int64_t p = fold->n_features;
    mlci_svm_state *const s = mlci_svm_state_create(root, &fold->kernel, fold->n, p, 0, err);
    if (s == NULL) return MLC_ERROR_NO_MEMORY;
    for (int64_t i = 0; i < fold->n; i++)
        memcpy(s->vectors + i * p, fold->x + fold->rows[i] * p, (size_t)p * sizeof *s->vectors);
    memcpy(s->coefficient, solution->coefficient, (size_t)fold->n * sizeof *s->coefficient);
    s->n_support[0] = fold->n;
    s->intercept[0] = -solution->offset;
    const mlc_status status = mlci_svm_state_finish(root, s, err);
    if (status == MLC_OK)
        *out = s;
    else
        mlci_svm_state_free(s);
    return status;
}

static mlc_status decide_left_out(const folds *f, const mlci_svm_state *state, int64_t fold,
                                  mlc_error *err)
{
    const mlci_svm_pair *const pair = f->pair;
    mlci_root *const root = mlci_context_root(pair->call);
    const int64_t p = pair->n_features;
    double *const scratch = mlci_alloc(root, mlci_svm_scratch_size(state, 1), sizeof *scratch);
    if (scratch == NULL) return mlci_fail_memory(err, 1, sizeof *scratch);
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < pair->n && status == MLC_OK; i++) {
        if (!is_left_out(pair, i, fold)) continue;
        mlci_svm_decide(state, mlci_root_isa(root), pair->x + pair->rows[i] * p, 1, scratch,
                        &f->decision[i]);
        if (i % MLCI_SVM_CHUNK == 0) status = mlci_poll(pair->call, err);
    }
    mlci_free(scratch);
    return status;
}

static mlc_status run_fold(const folds *f, int64_t fold, mlc_error *err)
{
    const mlci_svm_pair *const pair = f->pair;
    mlci_svm_pair rest = *pair;
    mlci_svm_solution solution = {.coefficient = f->coefficient};
    mlci_svm_state *state = NULL;
    rest.rows = f->rows;
    rest.n = rest.n_first = 0;
    for (int64_t i = 0; i < pair->n; i++) {
        if (is_left_out(pair, i, fold)) continue;
        f->rows[rest.n++] = pair->rows[i];
        rest.n_first += i < pair->n_first;
    }
    MLCI_TRY(mlci_svm_pair_solve(&rest, &solution, err));
    MLCI_TRY(state_of_fold(&rest, &solution, &state, err));
    const mlc_status status = decide_left_out(f, state, fold, err);
    mlci_svm_state_free(state);
    return status;
}

mlc_status mlci_svm_pair_sigmoid(const mlci_svm_pair *pair, double *slope, double *shift,
                                 mlc_error *err)
{
    mlci_root *const root = mlci_context_root(pair->call);
    const int64_t n = pair->n;
    folds f = {.pair = pair,
               .rows = mlci_alloc(root, n, sizeof *f.rows),
               .coefficient = mlci_alloc(root, n, sizeof *f.coefficient),
               .decision = mlci_alloc(root, n, sizeof *f.decision)};
    double *const weight = mlci_alloc(root, n, sizeof *weight);
    mlc_status status = MLC_OK;
    if (f.rows == NULL || f.coefficient == NULL || f.decision == NULL || weight == NULL)
        status = mlci_fail_memory(err, n, 4 * (int64_t)sizeof *weight);
    for (int64_t fold = 0; fold < N_FOLDS && status == MLC_OK; fold++)
        status = run_fold(&f, fold, err);
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        weight[i] = pair->weight[pair->rows[i]];
    if (status == MLC_OK) mlci_svm_platt(f.decision, weight, n, pair->n_first, slope, shift);
    mlci_free(f.rows);
    mlci_free(f.coefficient);
    mlci_free(f.decision);
    mlci_free(weight);
    return status;
}
