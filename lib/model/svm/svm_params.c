/* Parameters that all support vector machines have, and what a fit makes of them. */
#include "svm_params.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "checked.h"
#include "number.h"

#define BYTES_A_MB (1024.0 * 1024.0)
#define LEAST_STEPS INT64_C(10000000)
#define STEPS_A_ROW 100

const mlci_choice mlci_svm_kernels[] = {
    {"rbf", MLCI_SVM_RBF, "exp(-gamma |x - z|^2)"},
    {"linear", MLCI_SVM_LINEAR, "x'z"},
    {"poly", MLCI_SVM_POLYNOMIAL, "(gamma x'z + coef0)^degree"},
    {"polynomial", MLCI_SVM_POLYNOMIAL, "the same"},
    {"sigmoid", MLCI_SVM_SIGMOID, "tanh(gamma x'z + coef0); not every problem has one optimum"},
    {NULL, 0, NULL}};

/* ---- gamma -------------------------------------------------------------------------------- */

mlc_status mlci_svm_params_check(const void *params, mlc_error *err)
{
    const char *const text = ((const mlci_svm_params *)params)->gamma;
    double number;
    if (text != NULL && (strcmp(text, "scale") == 0 || strcmp(text, "auto") == 0)) return MLC_OK;
    if (text != NULL && mlci_real_parse(text, (int64_t)strlen(text), &number) && number >= 0 &&
        number <= DBL_MAX)
        return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "gamma",
                     "gamma = '%s': must be scale, auto or a number of at least 0",
                     text == NULL ? "none" : text);
}

/* The variance of all values together, each row with its weight. */
static mlc_status find_variance(mlc_context *call, const double *x, const double *weight, int64_t n,
                                int64_t p, double *out, mlc_error *err)
{
    double sum = 0, total = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        const double w = weight == NULL ? 1 : weight[i];
        MLCI_TRY(mlci_poll_row(call, i, err));
        for (int64_t j = 0; j < p; j++)
            sum += w * x[i * p + j];
        total += w * (double)p;
    }
    const double mean = sum / total;
    for (int64_t i = 0; i < n; i++) {
        const double w = weight == NULL ? 1 : weight[i];
        MLCI_TRY(mlci_poll_row(call, i, err));
        for (int64_t j = 0; j < p; j++) {
            const double away = x[i * p + j] - mean;
            squares += w * away * away;
        }
    }
    *out = squares / total;
    return MLC_OK;
}

mlc_status mlci_svm_kernel_of(mlc_context *call, const mlci_svm_params *params, const double *x,
                              const double *weight, int64_t n_rows, int64_t n_features,
                              mlci_svm_kernel *out, mlc_error *err)
{
    double gamma = 1 / (double)n_features, variance = 1;
    if (strcmp(params->gamma, "scale") == 0) {
        MLCI_TRY(find_variance(call, x, weight, n_rows, n_features, &variance, err));
        gamma = variance > 0 ? gamma / variance : 1;
    } else if (strcmp(params->gamma, "auto") != 0) {
        (void)mlci_real_parse(params->gamma, (int64_t)strlen(params->gamma), &gamma);
    }
    if (!isfinite(variance) || !isfinite(gamma))
        return mlci_fail(err, MLC_ERROR_NUMERIC, "gamma",
                         "gamma = %s: the variance of the features is beyond what a double holds; "
                         "scale them first",
                         params->gamma);
    *out = (mlci_svm_kernel){
        .type = params->kernel, .degree = params->degree, .gamma = gamma, .coef0 = params->coef0};
    return MLC_OK;
}

/* ---- rows and limits ---------------------------------------------------------------------- */

#define COPY_ROWS 1024

typedef struct copy_job {
    const mlci_matrix *x;
    double *out;
} copy_job;

static mlc_status copy_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const copy_job *const job = arg;
    const int64_t first = block * COPY_ROWS, p = job->x->n_features;
    const int64_t n = job->x->n_rows - first < COPY_ROWS ? job->x->n_rows - first : COPY_ROWS;
    mlci_matrix_block(job->x, first, n, job->out + first * p, p);
    return MLC_OK;
}

mlc_status mlci_svm_copy_rows(const mlci_model_fit *fit, double **out, mlc_error *err)
{
    const int64_t n = fit->x->n_rows, p = fit->x->n_features;
    int64_t n_cells;
    if (n == 0)
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "no rows to train on: at least 1 is needed");
    if (!mlci_mul_size(n, p, &n_cells)) return mlci_fail_memory(err, n, p);
    double *const x = mlci_alloc_raw(mlci_context_root(fit->call), n_cells, sizeof *x);
    if (x == NULL) return mlci_fail_memory(err, n_cells, sizeof *x);
    copy_job job = {.x = fit->x, .out = x};
    const mlc_status status =
        mlci_parallel_for(fit->call, (n + COPY_ROWS - 1) / COPY_ROWS, copy_block, &job, err);
    if (status == MLC_OK)
        *out = x;
    else
        mlci_free(x);
    return status;
}

int64_t mlci_svm_max_steps(const mlci_svm_params *params, int64_t n_rows)
{
    if (params->max_iter != MLCI_NONE_INTEGER) return params->max_iter;
    return n_rows > LEAST_STEPS / STEPS_A_ROW ? n_rows * STEPS_A_ROW : LEAST_STEPS;
}

int64_t mlci_svm_cache_bytes(const mlci_svm_params *params)
{
    return (int64_t)(params->cache_size * BYTES_A_MB);
}

void mlci_svm_warn(const mlci_root *root, const char *model, const char *pair,
                   const mlci_svm_solution *solution)
{
    char gap[MLCI_NUMBER_SIZE];
    if (solution->converged) return;
    mlci_real_format_digits(solution->gap, 3, gap);
    mlci_log(root, MLC_LOG_WARNING,
             "%s: stopped after %lld steps%s%s with the conditions violated by %s, above tol: "
             "raise max_iter or tol, scale the features, or lower C",
             model, (long long)solution->n_steps, pair == NULL ? "" : " of classes ",
             pair == NULL ? "" : pair, gap);
}

/* ---- one problem -------------------------------------------------------------------------- */

mlc_status mlci_svm_state_of(mlci_root *root, const mlci_svm_problem *problem,
                             const mlci_svm_solution *solution, mlci_svm_state **out,
                             mlc_error *err)
{
    const int64_t p = problem->n_features;
    int64_t n = 0;
    for (int64_t i = 0; i < problem->n_rows; i++)
        n += solution->coefficient[i] != 0;
    mlci_svm_state *const s = mlci_svm_state_create(root, &problem->kernel, n, p, 0, err);
    if (s == NULL) return MLC_ERROR_NO_MEMORY;
    s->row = mlci_alloc(root, n, sizeof *s->row);
    s->result = mlci_alloc(root, 1, sizeof *s->result);
    mlc_status status = MLC_OK;
    if (s->row == NULL || s->result == NULL) status = mlci_fail_memory(err, n, sizeof *s->row);
    for (int64_t i = 0, v = 0; status == MLC_OK && i < problem->n_rows; i++) {
        if (solution->coefficient[i] == 0) continue;
        memcpy(s->vectors + v * p, problem->x + i * p, (size_t)p * sizeof *s->vectors);
        s->coefficient[v] = solution->coefficient[i];
        s->row[v++] = i;
    }
    if (status == MLC_OK) {
        s->n_support[0] = n;
        s->intercept[0] = -solution->offset;
        s->result[0] = (mlci_svm_result){
            .objective = solution->objective, .gap = solution->gap, .n_iter = solution->n_steps};
        status = mlci_svm_state_finish(root, s, err);
    }
    if (status == MLC_OK)
        *out = s;
    else
        mlci_svm_state_free(s);
    return status;
}

int64_t mlci_svm_one_output(const void *params, const void *state, int32_t output)
{
    return 1;
}

int64_t mlci_svm_decision_scratch(const void *params, const void *state, int64_t n_rows)
{
    return mlci_svm_scratch_size(state, n_rows);
}

mlc_status mlci_svm_load_decision(mlc_context *call, const void *params, mlci_reader *r,
                                  int64_t n_features, int64_t n_classes, void **out, mlc_error *err)
{
    return mlci_svm_state_load(r, n_features, 0, out, err);
}
