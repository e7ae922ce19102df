/* Logistic regression with an L2 penalty for two classes and more: parameters, class weights, the
 * choice of the solver, and prediction. The solvers are newton.c and logistic_lbfgs.c. */
#include <math.h>
#include <string.h>

#include "class_weight.h"
#include "logistic_loss.h"
#include "number.h"

#define SOLVER_AUTO 0
#define SOLVER_NEWTON 1
#define SOLVER_LBFGS 2

#define PENALTY_L2 0
#define PENALTY_NONE 1

/* Where solver=auto takes Newton steps: at most this many unknowns, and this many rows a feature
 * unless the unknowns are few. */
#define MAX_NEWTON_UNKNOWNS 2000
#define FEW_UNKNOWNS 256
#define NEWTON_ROWS 5
#define MAX_SPARSE_NEWTON 512

struct logistic_params {
    double C;
    double tol;
    int64_t max_iter;
    int32_t fit_intercept;
    char *class_weight;
    int32_t solver;
    int32_t penalty;
};

static const mlci_choice solvers[] = {
    {"auto", SOLVER_AUTO, "newton-cholesky for up to 2000 unknowns and enough rows, else lbfgs"},
    {"newton-cholesky", SOLVER_NEWTON, "Newton's method; few, costly, very exact iterations"},
    {"newton_cholesky", SOLVER_NEWTON, "the same"},
    {"lbfgs", SOLVER_LBFGS, "limited-memory BFGS; cheap iterations, sparse rows as they are"},
    {NULL, 0, NULL}};

static const mlci_choice penalties[] = {{"l2", PENALTY_L2, "half the squared norm"},
                                        {"none", PENALTY_NONE, "C has no meaning"},
                                        {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_REAL(struct logistic_params, C, 1.0, 0, INFINITY,
              "inverse strength of the penalty: what the sum of losses is multiplied by",
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE | MLCI_PARAM_OPEN_LOW,
              .search_low = 1e-4, .search_high = 1e4, .since = "0.1"),
    MLCI_REAL(struct logistic_params, tol, 1e-4, 0, 1,
              "stops when no entry of the gradient of the mean loss plus penalty is larger",
              .since = "0.1"),
    MLCI_INTEGER(struct logistic_params, max_iter, 100, 1, INT32_MAX, "most iterations",
                 .since = "0.1"),
    MLCI_BOOL(struct logistic_params, fit_intercept, 1,
              "whether a constant, which is not penalised, is fitted too", .since = "0.1"),
    MLCI_CLASS_WEIGHT(struct logistic_params),
    MLCI_CHOICE(struct logistic_params, solver, SOLVER_AUTO, solvers,
                "how the optimum is found; all find the same", .since = "0.1"),
    MLCI_CHOICE(struct logistic_params, penalty, PENALTY_L2, penalties,
                "what is added to the losses", .since = "0.1"),
    {.name = NULL}};

static mlc_status check(const void *parameters, mlc_error *err)
{
    return mlci_class_weight_check(((const struct logistic_params *)parameters)->class_weight, err);
}

static const char *const tables[] = {"coefficients", "history", NULL};

/* ---- fit ---------------------------------------------------------------------------------- */

/* Sums of weights by class, the factors of the classes (n_classes each), and the sum of all. */
static mlc_status weigh_classes(const mlci_model_fit *fit, int64_t n_classes, double *weights,
                                double *factors, double *total, mlc_error *err)
{
    const struct logistic_params *const p = fit->params;
    double sum = 0;
    int64_t n_present = 0;
    for (int64_t k = 0; k < n_classes; k++)
        weights[k] = 0;
    for (int64_t i = 0; i < fit->x->n_rows; i++) {
        weights[fit->y->class_of_row[i]] += fit->weight == NULL ? 1 : fit->weight[i];
    }
    for (int64_t k = 0; k < n_classes; k++) {
        sum += weights[k];
        n_present += weights[k] > 0;
    }
    if (n_present < 2) {
        return mlci_fail(err, MLC_ERROR_DATA, fit->y->name,
                         "rows of %lld class(es): logistic_regression needs at least 2",
                         (long long)n_present);
    }
    *total = sum;
    return mlci_class_weight_factors(p->class_weight, fit->y->classes, weights, factors, err);
}

static int takes_newton(const struct logistic_params *p, const mlci_matrix *x, int64_t n_outputs)
{
    if (p->solver != SOLVER_AUTO) return p->solver == SOLVER_NEWTON;
    if (x->n_features >= MAX_NEWTON_UNKNOWNS ||
        (x->is_sparse && x->n_features > MAX_SPARSE_NEWTON)) {
        return 0;
    }
    const int64_t unknowns = (x->n_features + 1) * (n_outputs == 1 ? 1 : n_outputs - 1);
    return unknowns <= FEW_UNKNOWNS ||
           (unknowns <= MAX_NEWTON_UNKNOWNS && x->n_rows / NEWTON_ROWS >= x->n_features);
}

static mlc_status fit_problem(const mlci_model_fit *fit, const double *class_weight, double total,
                              mlci_linear_state *state, mlc_error *err)
{
    const struct logistic_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    const int is_penalised = p->penalty == PENALTY_L2 && p->C < INFINITY;
    const mlci_logistic_problem problem = {.call = fit->call,
                                           .kernels = mlci_kernels_of(mlci_root_isa(root)),
                                           .x = fit->x,
                                           .class_of_row = fit->y->class_of_row,
                                           .n_classes = fit->y->classes->n,
                                           .n_outputs = state->n_outputs,
                                           .weight = fit->weight,
                                           .offset = fit->offset,
                                           .class_weight = class_weight,
                                           .total_weight = total,
                                           .penalty = is_penalised ? 1 / (p->C * total) : 0,
                                           .objective_scale = is_penalised ? p->C * total : total,
                                           .fit_intercept = p->fit_intercept,
                                           .max_iter = p->max_iter,
                                           .tol = p->tol};
    int32_t converged = 0;
    if (takes_newton(p, fit->x, state->n_outputs)) {
        MLCI_TRY(mlci_newton_solve(&problem, state, &converged, err));
    } else {
        MLCI_TRY(mlci_logistic_lbfgs_solve(&problem, state, &converged, err));
    }
    if (!converged) {
        const mlci_history_line *const last = &state->history[state->n_history - 1];
        char gradient[MLCI_NUMBER_SIZE];
        mlci_real_format_digits(last->gradient, 3, gradient);
        mlci_log(root, MLC_LOG_WARNING,
                 "logistic_regression: stopped after %lld iterations with a gradient of %s, above "
                 "tol: raise max_iter, scale the features, or lower C if the classes separate",
                 (long long)last->iteration, gradient);
    }
    return mlci_linear_state_check(state, err);
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    const int64_t n_classes = fit->y->classes->n;
    mlci_root *const root = mlci_context_root(fit->call);
    if (fit->offset != NULL && n_classes > 2) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "an offset needs 2 classes, here are %lld: drop the offset column",
                         (long long)n_classes);
    }
    double *const weights = mlci_alloc(root, n_classes, 2 * (int64_t)sizeof *weights);
    if (weights == NULL) return mlci_fail_memory(err, n_classes, 2 * sizeof *weights);
    double *const class_weight = weights + n_classes;
    mlci_linear_state *state = NULL;
    double total = 0;
    mlc_status status = weigh_classes(fit, n_classes, weights, class_weight, &total, err);
    if (status != MLC_OK) goto done;
    state = mlci_linear_state_create(root, fit->x->n_features, n_classes == 2 ? 1 : n_classes, err);
    status =
        state == NULL ? MLC_ERROR_NO_MEMORY : fit_problem(fit, class_weight, total, state, err);

done:
    mlci_free(weights);
    if (status == MLC_OK) {
        *out = state;
    } else {
        mlci_linear_state_free(state);
    }
    return status;
}

/* ---- predict ------------------------------------------------------------------------------ */

static int64_t n_outputs(const void *parameters, const void *state, int32_t output)
{
    const int64_t m = ((const mlci_linear_state *)state)->n_outputs;
    if (output == MLCI_OUTPUT_PREDICTION) return 1;
    if (output == MLCI_OUTPUT_PROBABILITY) return m == 1 ? 2 : m;
    return m;
}

static int64_t scratch_size(const void *parameters, const void *state, int64_t n_rows)
{
    const int64_t m = ((const mlci_linear_state *)state)->n_outputs;
    return n_rows * (m == 1 ? 2 : m);
}

static void predict_two(const mlci_model_predict *request)
{
    const int64_t n = request->n_rows;
    double *const raw = request->scratch, *const probability = raw + n;
    const mlci_kernels *const kernels = mlci_kernels_of(request->isa);
    mlci_linear_raw(request, raw);
    if (request->output == MLCI_OUTPUT_PREDICTION) {
        for (int64_t i = 0; i < n; i++)
            request->out[i] = raw[i] > 0;
        return;
    }
    kernels->sigmoid(n, raw, probability);
    for (int64_t i = 0; i < n; i++) {
        request->out[2 * i + 1] = probability[i];
        raw[i] = -raw[i];
    }
    kernels->sigmoid(n, raw, probability);
    for (int64_t i = 0; i < n; i++)
        request->out[2 * i] = probability[i];
}

static void predict_many(const mlci_model_predict *request)
{
    const int64_t n = request->n_rows;
    const int64_t m = ((const mlci_linear_state *)request->state)->n_outputs;
    const mlci_row_block rows = {.x = request->scratch, .n_rows = n, .n_columns = m, .stride = m};
    mlci_linear_raw(request, request->scratch);
    if (request->output == MLCI_OUTPUT_PROBABILITY) {
        mlci_kernels_of(request->isa)->softmax(&rows, request->out);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        const double *const raw = request->scratch + i * m;
        int64_t best = 0;
        for (int64_t k = 1; k < m; k++) {
            if (raw[k] > raw[best]) best = k;
        }
        request->out[i] = (double)best;
    }
}

static void predict(const mlci_model_predict *request)
{
    if (request->output == MLCI_OUTPUT_RAW) {
        mlci_linear_raw(request, request->out);
    } else if (((const mlci_linear_state *)request->state)->n_outputs == 1) {
        predict_two(request);
    } else {
        predict_many(request);
    }
}

static int32_t has_log_odds(const void *parameters, const void *state)
{
    return 1;
}

/* ---- tables and files --------------------------------------------------------------------- */

static mlc_status table(mlc_context *call, const void *parameters, const void *state,
                        const char *name, const mlci_features *features,
                        const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    if (strcmp(name, "history") == 0) {
        return mlci_linear_history(call, state, "objective", "gradient", out, err);
    }
    return mlci_linear_coefficients(call, state, features, classes, out, err);
}

static void save(const void *parameters, const void *state, mlci_writer *w)
{
    mlci_linear_state_save(state, w);
}

static mlc_status load(mlc_context *call, const void *parameters, mlci_reader *r,
                       int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    if (n_classes < 2) mlci_reader_refuse(r, "a classifier needs at least 2 classes");
    mlci_linear_state *const loaded =
        mlci_linear_state_load(r, n_features, n_classes == 2 ? 1 : n_classes);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK) {
        *state = loaded;
    } else {
        mlci_linear_state_free(loaded);
    }
    return status;
}

const mlci_model_descriptor mlci_model_logistic_regression = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities =
                MLCI_CAN_CLASSIFY | MLCI_CAN_SPARSE | MLCI_CAN_WEIGHT | MLCI_WANTS_SCALED,
            .name = "logistic_regression",
            .summary = "Linear classifier with logistic loss and an L2 penalty",
            .details =
                "Objective: C sum_i w_i loss_i + |W|^2 / 2. Two classes: loss = log(1 + exp(-+(x'b "
                "+ "
                "c))), one column of coefficients, for the second class. K > 2 classes: one column "
                "a "
                "class and the multinomial loss -log softmax; columns sum to zero at the optimum. "
                "Intercepts are not penalised.\n"
                "Algorithm: newton-cholesky gathers loss, gradient and Hessian in one pass over "
                "the "
                "rows and halves steps by Armijo's rule; lbfgs (Liu & Nocedal 1989) keeps 10 pairs "
                "and starts from the curvature of each column. Both stop when no entry of the "
                "gradient "
                "of the objective, divided by C and the sum of weights, is above tol; Newton also "
                "wants half its decrement there. On separable data with a large C, or none, there "
                "is no finite optimum: the fit ends at max_iter with a warning in the log, and the "
                "table `history` shows where it was.\n"
                "Cost: an iteration of newton-cholesky takes n q^2 / 2 multiplications and q^2 "
                "numbers, q = (p + 1) (K - 1); one of lbfgs 2 n p K and 24 p K numbers.\n"
                "Missing values are refused. Weight 2 equals the row twice. Constant columns get "
                "the "
                "coefficient 0. The penalty treats features alike: scale them first.\n"
                "Differences from scikit-learn: the penalty is L2 or none; solver=auto chooses; "
                "lbfgs "
                "is preconditioned, so it reaches tol also where scikit-learn's stalls on features "
                "with large means.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(struct logistic_params),
            .check = check,
            .tables = tables,
        },
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_RAW,
    .fit = fit,
    .n_outputs = n_outputs,
    .scratch_size = scratch_size,
    .predict = predict,
    .table = table,
    .save = save,
    .load = load,
    .free_state = mlci_linear_state_free,
    .explainer = &mlci_linear_explainer,
    .has_log_odds = has_log_odds,
};
