/* support_vector_regressor: the epsilon and the nu form. */
#include <math.h>
#include <string.h>

#include "svm_params.h"
#include "svm_shap.h"

static const mlci_param params[] = {
    MLCI_SVM_KERNEL_ROW,
    MLCI_SVM_DEGREE_ROW,
    MLCI_SVM_GAMMA_ROW,
    MLCI_SVM_COEF0_ROW,
    MLCI_SVM_C_ROW,
    MLCI_REAL(mlci_svm_params, epsilon, 0.1, 0, INFINITY,
              "errors of up to this cost nothing, in units of the target; not used with nu",
              .flags = MLCI_PARAM_OPEN_HIGH | MLCI_PARAM_TUNABLE, .search_low = 0, .search_high = 1,
              .since = "0.1"),
    MLCI_REAL(mlci_svm_params, nu, MLCI_NONE_REAL, 0, 1,
              "the nu form, which finds epsilon: at most this share of the training rows has "
              "larger errors, and at least this share are support vectors",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_SVM_TOL_ROW,
    MLCI_SVM_MAX_ITER_ROW,
    MLCI_SVM_CACHE_SIZE_ROW,
    {.name = NULL}};

/* ---- fit ---------------------------------------------------------------------------------- */

/* The variables of a fit: 2 n of each, and the coefficients of n rows. */
typedef struct variables {
    double *alpha, *bound, *linear, *coefficient;
    int8_t *sign;
} variables;

/* Row t is above the tube with variable t, below it with variable n + t. */
static void set_variables(const mlci_model_fit *fit, const mlci_svm_params *p, variables *v)
{
    const int64_t n = fit->x->n_rows;
    const double epsilon = isnan(p->nu) ? p->epsilon : 0;
    double left = 0;
    for (int64_t t = 0; t < n; t++) {
        const double bound = p->C * (fit->weight == NULL ? 1 : fit->weight[t]);
        v->bound[t] = v->bound[n + t] = bound;
        v->linear[t] = epsilon - fit->y->value[t];
        v->linear[n + t] = epsilon + fit->y->value[t];
        v->sign[t] = 1;
        v->sign[n + t] = -1;
        left += bound * p->nu / 2;
    }
    for (int64_t t = 0; t < n && !isnan(p->nu); t++) {
        v->alpha[t] = v->alpha[n + t] = left < v->bound[t] ? left : v->bound[t];
        left -= v->alpha[t];
    }
}

static mlc_status solve(const mlci_model_fit *fit, const double *x, variables *v,
                        mlci_svm_state **out, mlc_error *err)
{
    const mlci_svm_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    const int64_t n = fit->x->n_rows;
    mlci_svm_solution solution = {.coefficient = v->coefficient};
    mlci_svm_problem problem = {.call = fit->call,
                                .x = x,
                                .n_rows = n,
                                .n_features = fit->x->n_features,
                                .n = 2 * n,
                                .sign = v->sign,
                                .bound = v->bound,
                                .linear = v->linear,
                                .alpha = v->alpha,
                                .by_sign = !isnan(p->nu),
                                .tol = p->tol,
                                .max_steps = mlci_svm_max_steps(p, n),
                                .cache_bytes = mlci_svm_cache_bytes(p)};
    set_variables(fit, p, v);
    MLCI_TRY(mlci_svm_kernel_of(fit->call, p, x, fit->weight, n, problem.n_features,
                                &problem.kernel, err));
    MLCI_TRY(mlci_svm_solve(&problem, &solution, err));
    mlci_svm_warn(root, "support_vector_regressor", NULL, &solution);
    return mlci_svm_state_of(root, &problem, &solution, out, err);
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    const int64_t n = fit->x->n_rows;
    mlci_root *const root = mlci_context_root(fit->call);
    mlci_svm_state *state = NULL;
    double *x = NULL;
    if (fit->offset != NULL)
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "support_vector_regressor takes no offset: drop the offset column");
    MLCI_TRY(mlci_svm_copy_rows(fit, &x, err));
    double *const numbers = mlci_alloc(root, n, 7 * (int64_t)sizeof *numbers);
    variables v = {.alpha = numbers, .sign = mlci_alloc(root, n, 2 * (int64_t)sizeof *v.sign)};
    mlc_status status = MLC_OK;
    if (numbers == NULL || v.sign == NULL) {
        status = mlci_fail_memory(err, n, 7 * (int64_t)sizeof *numbers);
    } else {
        v.bound = v.alpha + 2 * n;
        v.linear = v.bound + 2 * n;
        v.coefficient = v.linear + 2 * n;
        status = solve(fit, x, &v, &state, err);
    }
    mlci_free(x);
    mlci_free(numbers);
    mlci_free(v.sign);
    if (status == MLC_OK) *out = state;
    return status;
}

/* ---- predict and files -------------------------------------------------------------------- */

static void predict(const mlci_model_predict *request)
{
    mlci_svm_decide(request->state, request->isa, request->x, request->n_rows, request->scratch,
                    request->out);
}

const mlci_model_descriptor mlci_model_support_vector_regressor = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities = MLCI_CAN_REGRESS | MLCI_CAN_WEIGHT | MLCI_WANTS_SCALED,
            .name = "support_vector_regressor",
            .summary = "Support vector machine for numbers: linear, rbf, poly or sigmoid kernel",
            .details =
                "Objective (Drucker et al. 1997): minimise |w|^2 / 2 + C sum_i w_i max(0, "
                "|w'phi(x_i) + b - y_i| - epsilon), phi the features of the kernel. With nu "
                "(Schoelkopf et al. 2000) epsilon is found, at a price of nu times the sum of "
                "weights in that sum.\n"
                "Algorithm: the dual with two variables a row, as support_vector_classifier solves "
                "its own.\n"
                "Cost: as support_vector_classifier, of one pair of classes.\n"
                "raw is the prediction. Table problems has the intercept and the value of the "
                "dual. Shapley values need background rows.\n"
                "Missing values are refused. Weight 2 equals the row twice. Constant columns have "
                "no effect on kernel=rbf. Distances and products treat features alike, and epsilon "
                "and C are in units of the target: scale them first.\n"
                "Differences from scikit-learn: nu makes NuSVR of SVR; gamma=scale counts weights; "
                "kernels given by a function or as a matrix, and shrinking, are left out.",
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
