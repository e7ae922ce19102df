/* one_class_svm: anomalies are what lies outside the region that most rows share. */
#include <math.h>

#include "svm_params.h"
#include "svm_shap.h"

static const mlci_param params[] = {
    MLCI_SVM_KERNEL_ROW,
    MLCI_SVM_DEGREE_ROW,
    MLCI_SVM_GAMMA_ROW,
    MLCI_SVM_COEF0_ROW,
    MLCI_REAL(mlci_svm_params, nu, 0.5, 0, 1,
              "at most this share of the training rows is outside, and at least this share are "
              "support vectors",
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_OPEN_LOW, .search_low = 0.01,
              .search_high = 0.5, .since = "0.1"),
    MLCI_SVM_TOL_ROW,
    MLCI_SVM_MAX_ITER_ROW,
    MLCI_SVM_CACHE_SIZE_ROW,
    {.name = NULL}};

/* ---- fit ---------------------------------------------------------------------------------- */

/* Rows in their order take all that they may, until nu of the weight is given away. */
static void start(const mlci_model_fit *fit, double nu, int64_t n, double *alpha, double *bound)
{
    double left = 0;
    for (int64_t i = 0; i < n; i++) {
        bound[i] = fit->weight == NULL ? 1 : fit->weight[i];
        left += nu * bound[i];
    }
    for (int64_t i = 0; i < n; i++) {
        alpha[i] = left < bound[i] ? left : bound[i];
        left -= alpha[i];
    }
}

static mlc_status solve(const mlci_model_fit *fit, const double *x, mlci_svm_problem *problem,
                        double *alpha, double *bound, int8_t *sign, double *coefficient,
                        mlci_svm_state **out, mlc_error *err)
{
    const mlci_svm_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    mlci_svm_solution solution = {.coefficient = coefficient};
    start(fit, p->nu, problem->n, alpha, bound);
    for (int64_t i = 0; i < problem->n; i++)
        sign[i] = 1;
    MLCI_TRY(mlci_svm_kernel_of(fit->call, p, x, fit->weight, problem->n_rows, problem->n_features,
                                &problem->kernel, err));
    MLCI_TRY(mlci_svm_solve(problem, &solution, err));
    mlci_svm_warn(root, "one_class_svm", NULL, &solution);
    return mlci_svm_state_of(root, problem, &solution, out, err);
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    const mlci_svm_params *const p = fit->params;
    const int64_t n = fit->x->n_rows;
    mlci_root *const root = mlci_context_root(fit->call);
    mlci_svm_state *state = NULL;
    double *x = NULL;
    MLCI_TRY(mlci_svm_copy_rows(fit, &x, err));
    double *const numbers = mlci_alloc(root, n, 3 * (int64_t)sizeof *numbers);
    int8_t *const sign = mlci_alloc(root, n, sizeof *sign);
    mlc_status status = MLC_OK;
    if (numbers == NULL || sign == NULL) {
        status = mlci_fail_memory(err, n, 3 * (int64_t)sizeof *numbers);
    } else {
        mlci_svm_problem problem = {.call = fit->call,
                                    .x = x,
                                    .n_rows = n,
                                    .n_features = fit->x->n_features,
                                    .n = n,
                                    .sign = sign,
                                    .bound = numbers + n,
                                    .alpha = numbers,
                                    .tol = p->tol,
                                    .max_steps = mlci_svm_max_steps(p, n),
                                    .cache_bytes = mlci_svm_cache_bytes(p)};
        status = solve(fit, x, &problem, numbers, numbers + n, sign, numbers + 2 * n, &state, err);
    }
    mlci_free(x);
    mlci_free(numbers);
    mlci_free(sign);
    if (status == MLC_OK) *out = state;
    return status;
}

/* ---- predict and files -------------------------------------------------------------------- */

static void predict(const mlci_model_predict *request)
{
    mlci_svm_decide(request->state, request->isa, request->x, request->n_rows, request->scratch,
                    request->out);
    if (request->output == MLCI_OUTPUT_RAW) return;
    for (int64_t i = 0; i < request->n_rows; i++)
        request->out[i] = request->out[i] > 0 ? 1 : -1;
}

const mlci_model_descriptor mlci_model_one_class_svm = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities =
                MLCI_CAN_CLUSTER | MLCI_CAN_WEIGHT | MLCI_WANTS_SCALED | MLCI_FINDS_ANOMALIES,
            .name = "one_class_svm",
            .summary = "Anomalies by a support vector machine of one class",
            .details =
                "Objective (Schoelkopf et al. 2001): minimise |w|^2 / 2 - rho W nu + sum_i w_i "
                "max(0, rho - w'phi(x_i)), W the sum of weights: in the space of the kernel, the "
                "plane farthest from the origin that leaves a share nu of the rows behind.\n"
                "Algorithm: the dual, as support_vector_classifier solves it.\n"
                "Cost: as support_vector_classifier, of one pair of classes.\n"
                "raw is w'phi(x) - rho, above 0 inside; the prediction is 1 there and -1, an "
                "anomaly, elsewhere. Table problems has the intercept, -rho. Shapley values need "
                "background rows.\n"
                "Missing values are refused. Weight 2 equals the row twice. Constant columns have "
                "no effect on kernel=rbf. Distances and products treat features alike: scale them "
                "first.\n"
                "Differences from scikit-learn: gamma=scale counts weights; kernels given by a "
                "function or as a matrix, and shrinking, are left out.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(mlci_svm_params),
            .check = mlci_svm_params_check,
            .tables = mlci_svm_tables,
        },
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW,
    .fit = fit,
    .n_outputs = mlci_svm_one_output,
    .scratch_size = mlci_svm_decision_scratch,
    .predict = predict,
    .table = mlci_svm_table,
    .save = mlci_svm_state_save,
    .load = mlci_svm_load_decision,
    .free_state = mlci_svm_state_free,
    .explainer = &mlci_svm_explainer,
};
