/* Ridge regression: linear least squares with an L2 penalty (Hoerl & Kennard, Technometrics 12,
 * 1970). The parameters and the choice between the solvers; the solvers are in
 * normal_equations.c, dual_equations.c and conjugate_gradient.c. */
#include <math.h>
#include <string.h>

#include "least_squares.h"

#define SOLVER_AUTO 0
#define SOLVER_CHOLESKY 1
#define SOLVER_CONJUGATE_GRADIENT 2

/* Sparse matrices with more features are left to conjugate gradients. */
#define MAX_SPARSE_DIRECT 512
#define DEFAULT_MAX_ITER 1000

struct ridge_params {
    double alpha;
    int32_t fit_intercept;
    int32_t solver;
    int64_t max_iter;
    double tol;
};

static const mlci_choice solvers[] = {
    {"auto", SOLVER_AUTO, "cholesky where its matrix is small enough, else sparse_cg"},
    {"cholesky", SOLVER_CHOLESKY, "direct: normal equations, or the dual ones for few rows"},
    {"sparse_cg", SOLVER_CONJUGATE_GRADIENT, "conjugate gradients, a pass over the rows a step"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_REAL(struct ridge_params, alpha, 1.0, 0, INFINITY,
              "strength of the L2 penalty; 0 is ordinary least squares",
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE | MLCI_PARAM_OPEN_HIGH,
              .search_low = 1e-4, .search_high = 1e4, .since = "0.1"),
    MLCI_BOOL(struct ridge_params, fit_intercept, 1,
              "whether a constant, which is not penalised, is fitted too", .since = "0.1"),
    MLCI_CHOICE(struct ridge_params, solver, SOLVER_AUTO, solvers, "how the equations are solved",
                .since = "0.1"),
    MLCI_INTEGER(struct ridge_params, max_iter, MLCI_NONE_INTEGER, 1, INT32_MAX,
                 "most steps of sparse_cg for a target; none is 1000", .flags = MLCI_PARAM_NONE,
                 .since = "0.1"),
    MLCI_REAL(struct ridge_params, tol, 1e-4, 0, 1,
              "sparse_cg stops when the gradient has shrunk to this fraction of its start",
              .since = "0.1"),
    {.name = NULL}};

static const char *const tables[] = {"coefficients", "history", NULL};

static mlc_status choose_solver(const struct ridge_params *p, const mlci_matrix *x, int32_t *dual,
                                int32_t *direct, mlc_error *err)
{
    const int64_t n = x->n_rows, n_features = x->n_features;
    const int normal_fits = n_features <= MLCI_DIRECT_SIZE;
    const int dual_fits =
        n < n_features && n <= MLCI_DIRECT_SIZE && n <= MLCI_DUAL_CELLS / n_features;
    *dual = dual_fits;
    *direct = normal_fits || dual_fits;
    if (p->solver == SOLVER_CHOLESKY && !*direct) {
        return mlci_fail(err, MLC_ERROR_LIMIT, "solver",
                         "solver = cholesky: %lld rows of %lld features are too many for a direct "
                         "solution (at most %d features, or as many rows); take sparse_cg",
                         (long long)n, (long long)n_features, MLCI_DIRECT_SIZE);
    }
    if (p->solver == SOLVER_AUTO && x->is_sparse && n_features > MAX_SPARSE_DIRECT) *direct = 0;
    if (p->solver == SOLVER_CONJUGATE_GRADIENT) *direct = 0;
    return MLC_OK;
}

static mlc_status fit_problem(const mlci_model_fit *fit, const double *y, mlci_linear_state *state,
                              mlc_error *err)
{
    const struct ridge_params *const p = fit->params;
    const mlci_least_squares problem = {
        .call = fit->call,
        .x = fit->x,
        .y = y,
        .n_targets = state->n_outputs,
        .weight = fit->weight,
        .alpha = p->alpha,
        .fit_intercept = p->fit_intercept,
        .max_iter = p->max_iter == MLCI_NONE_INTEGER ? DEFAULT_MAX_ITER : p->max_iter,
        .tol = p->tol};
    int32_t dual, direct;
    MLCI_TRY(choose_solver(p, fit->x, &dual, &direct, err));
    if (!direct) {
        MLCI_TRY(mlci_conjugate_gradient_solve(&problem, state, err));
    } else if (dual) {
        MLCI_TRY(mlci_dual_equations_solve(&problem, state, err));
    } else {
        MLCI_TRY(mlci_normal_equations_solve(&problem, state, err));
    }
    return mlci_linear_state_check(state, err);
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    const int64_t n = fit->x->n_rows, n_targets = fit->y->n_outputs;
    if (n == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "no rows to fit: ridge needs at least 1");
    }
    mlci_linear_state *const state =
        mlci_linear_state_create(root, fit->x->n_features, n_targets, err);
    if (state == NULL) return MLC_ERROR_NO_MEMORY;
    double *shifted = NULL;
    mlc_status status = MLC_OK;
    if (fit->offset != NULL) {
        shifted = mlci_alloc(root, n, n_targets * (int64_t)sizeof *shifted);
        if (shifted == NULL) {
            status = mlci_fail_memory(err, n, n_targets * (int64_t)sizeof *shifted);
            goto done;
        }
        for (int64_t i = 0; i < n * n_targets; i++) {
            shifted[i] = fit->y->value[i] - fit->offset[i / n_targets];
        }
    }
    status = fit_problem(fit, shifted == NULL ? fit->y->value : shifted, state, err);

done:
    mlci_free(shifted);
    if (status == MLC_OK) {
        *out = state;
    } else {
        mlci_linear_state_free(state);
    }
    return status;
}

static int64_t n_outputs(const void *parameters, const void *state, int32_t output)
{
    return ((const mlci_linear_state *)state)->n_outputs;
}

static void predict(const mlci_model_predict *request)
{
    mlci_linear_raw(request, request->out);
}

static mlc_status table(mlc_context *call, const void *parameters, const void *state,
                        const char *name, const mlci_features *features,
                        const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    if (strcmp(name, "history") == 0) {
        return mlci_linear_history(call, state, "residual", "gradient", out, err);
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
    mlci_linear_state *const loaded = mlci_linear_state_load(r, n_features, 0);
    const mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK) {
        *state = loaded;
    } else {
        mlci_linear_state_free(loaded);
    }
    return status;
}

const mlci_model_descriptor mlci_model_ridge = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_SPARSE | MLCI_CAN_WEIGHT |
                            MLCI_CAN_MULTI_OUTPUT | MLCI_WANTS_SCALED,
            .name = "ridge",
            .summary = "Linear least squares with an L2 penalty",
            .details =
                "Objective: sum of w_i (y_i - x_i'b - c)^2 + alpha |b|^2, for each target; the "
                "intercept c is not penalised.\n"
                "Algorithm: the normal equations of the centred features, gathered in one pass, by "
                "Cholesky with one step of refinement; with fewer rows than features the dual "
                "equations (Saunders, Gammerman & Vovk 1998); for more than 4096 of both, and for "
                "sparse features wider than 512, conjugate gradients preconditioned by the "
                "diagonal. "
                "Where the solution is not unique (alpha = 0 and dependent columns) it is the one "
                "of "
                "least norm, from eigenvectors.\n"
                "Cost: n p^2 multiplications and p^2 numbers, n^2 p and n^2 + n p for the dual "
                "equations, n p a step and p numbers for sparse_cg. Several targets share the "
                "factorisation.\n"
                "Missing values are refused. Weight 2 equals the row twice. Constant columns get "
                "the "
                "coefficient 0. Features of different scale do not harm the accuracy, but the "
                "penalty "
                "treats them alike: scale them first. Columns that depend on others up to a "
                "relative "
                "1e-7 count as dependent.\n"
                "Differences from scikit-learn: the solvers svd, lsqr, sag, saga and lbfgs are "
                "left "
                "out, as is positive=true; alpha is one number for all targets.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(struct ridge_params),
            .tables = tables,
        },
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION,
    .fit = fit,
    .n_outputs = n_outputs,
    .predict = predict,
    .table = table,
    .save = save,
    .load = load,
    .free_state = mlci_linear_state_free,
    .explainer = &mlci_linear_explainer,
};
