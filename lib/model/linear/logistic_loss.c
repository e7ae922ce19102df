/* Logistic loss, two classes and more; see logistic_loss.h.
 *
 * Two classes: with z the margin against the true class, loss = log(1 + exp(z)) and residual =
 * +-1 / (1 + exp(-z)), both without cancellation for rows that are far on the right side.
 * More: loss = -log of the softmax of the true class, or where that underflows log(sum of
 * exp(raw)) - raw; residual = softmax - indicator. */
#include "logistic_loss.h"

#define MAX_LOG_LOSS 700 /* a probability below exp(-700) has lost digits or all of them */

void mlci_logistic_weights(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                           double *weights)
{
    for (int64_t i = 0; i < n; i++) {
        weights[i] = problem->class_weight[problem->class_of_row[first + i]];
        if (problem->weight != NULL) weights[i] *= problem->weight[first + i];
    }
}

static double two_class_loss(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                             double *raw, const double *weights, double *residual,
                             double *probability, double *work)
{
    const mlci_kernels *const kernels = problem->kernels;
    const int32_t *const y = problem->class_of_row + first;
    for (int64_t i = 0; i < n; i++) {
        if (problem->offset != NULL) raw[i] += problem->offset[first + i];
        work[i] = y[i] == 1 ? -raw[i] : raw[i];
    }
    if (probability != NULL) kernels->sigmoid(n, raw, probability);
    kernels->sigmoid(n, work, residual);
    kernels->softplus(n, work, work);
    for (int64_t i = 0; i < n; i++) {
        residual[i] *= y[i] == 1 ? -weights[i] : weights[i];
    }
    return kernels->dot(n, weights, work);
}

static double many_class_loss(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                              double *raw, const double *weights, double *residual,
                              double *probability, double *work)
{
    const mlci_kernels *const kernels = problem->kernels;
    const int64_t m = problem->n_outputs;
    const int32_t *const y = problem->class_of_row + first;
    const mlci_row_block rows = {.x = raw, .n_rows = n, .n_columns = m, .stride = m};
    kernels->softmax(&rows, residual);
    for (int64_t i = 0; i < n; i++)
        work[i] = residual[i * m + y[i]];
    kernels->log(n, work, work);
    for (int64_t i = 0; i < n; i++) {
        double *const row = residual + i * m;
        work[i] = -work[i];
        if (work[i] > MAX_LOG_LOSS) {
            const mlci_row_block one = {.x = raw + i * m, .n_rows = 1, .n_columns = m, .stride = m};
            kernels->log_sum_exp(&one, &work[i]);
            work[i] -= raw[i * m + y[i]];
        }
        for (int64_t k = 0; probability != NULL && k < m; k++)
            probability[i * m + k] = row[k];
        row[y[i]] -= 1;
        for (int64_t k = 0; k < m; k++)
            row[k] *= weights[i];
    }
    return kernels->dot(n, weights, work);
}

double mlci_logistic_loss(const mlci_logistic_problem *problem, int64_t first, int64_t n,
                          double *raw, const double *weights, double *residual, double *probability,
                          double *work)
{
    if (problem->n_outputs == 1) {
        return two_class_loss(problem, first, n, raw, weights, residual, probability, work);
    }
    return many_class_loss(problem, first, n, raw, weights, residual, probability, work);
}

void mlci_logistic_add_gradient(const mlci_logistic_problem *problem, const mlci_row_block *x,
                                const double *residual, double *sums)
{
    const int64_t p = x->n_columns, m = problem->n_outputs;
    if (m == 1) {
        problem->kernels->gemv_transposed(x, residual, sums);
    } else {
        problem->kernels->gemm(&(mlci_product){.m = p,
                                               .n = m,
                                               .k = x->n_rows,
                                               .a = x->x,
                                               .a_stride = x->stride,
                                               .a_transposed = 1,
                                               .b = residual,
                                               .b_stride = m,
                                               .c = sums,
                                               .c_stride = m,
                                               .alpha = 1,
                                               .beta = 1});
    }
    for (int64_t i = 0; i < x->n_rows; i++) {
        for (int64_t k = 0; k < m; k++)
            sums[p * m + k] += residual[i * m + k];
    }
}

void mlci_logistic_curvature(const mlci_logistic_problem *problem, int64_t n, const double *weights,
                             const double *probability, int64_t k, int64_t l, double *out)
{
    const int64_t m = problem->n_outputs;
    for (int64_t i = 0; i < n; i++) {
        const double a = probability[i * m + k], b = probability[i * m + l];
        out[i] = k == l ? weights[i] * a * (1 - a) : -weights[i] * a * b;
    }
}

mlc_status mlci_logistic_note(const mlci_logistic_problem *problem, mlci_linear_state *state,
                              int64_t iteration, double value, double gradient, mlc_error *err)
{
    const mlci_history_line line = {
        .iteration = iteration, .value = value * problem->objective_scale, .gradient = gradient};
    mlc_context *const call = problem->call;
    MLCI_TRY(mlci_linear_state_record(mlci_context_root(call), state, &line, err));
    return mlci_report(call, "fit", iteration, problem->max_iter, "objective", line.value, err);
}
