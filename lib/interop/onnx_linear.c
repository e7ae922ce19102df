/* Linear models of ONNX as weights of columns: LinearRegressor, LinearClassifier, products with a
 * matrix, and support vectors under a linear kernel, which are such weights summed up. */
#include <math.h>
#include <string.h>

#include "onnx_reading.h"

#define MOST_WEIGHTS (INT64_C(1) << 26)

/* ---- what all of them share --------------------------------------------------------------- */

static mlc_status check_numbers(const mlci_onnx_step *s, const mlci_onnx_numbers *list,
                                mlc_error *err)
{
    for (int64_t i = 0; i < list->n; i++)
        if (!isfinite(list->values[i]))
            return mlci_onnx_fault(&s->g->file, s->op, "a coefficient is not finite", err);
    return MLC_OK;
}

/* An input of unknown width has the columns that there are weights for. */
static mlc_status widen_input(const mlci_onnx_step *s, int64_t n, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (s->in[0]->n > 0) return MLC_OK;
    if (g->model->n_features > 0 || n < 1) return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_foreign_set_inputs(g->model, n, err));
    s->in[0]->first = g->n_sources;
    s->in[0]->n = n;
    for (int64_t j = 0; j < n; j++)
        MLCI_TRY(mlci_onnx_add_source(
            g,
            (mlci_onnx_source){.feature = (int32_t)j, .is_float = s->in[0]->is_float, .change = -1},
            err));
    return MLC_OK;
}

mlc_status mlci_onnx_open_linear(const mlci_onnx_step *s, int64_t n_columns, int64_t n_outputs,
                                 int64_t n_scores, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_linear *const l = &g->linear;
    if (!mlci_form_is(s->in[0], MLCI_FORM_COLUMNS) && !mlci_form_is(s->in[0], MLCI_FORM_SHARES))
        return mlci_onnx_refuse_place(s, err);
    if (g->maker != NULL)
        return mlci_onnx_refuse_step(s, "is one more model: a graph of one would be right", err);
    if (n_outputs < 1 || n_scores < 1 || n_scores > MLCI_MAX_LOADED_CLASSES)
        return mlci_onnx_fault(&g->file, s->op, "it has no number of outputs that there can be",
                               err);
    MLCI_TRY(widen_input(s, n_columns, err));
    if (s->in[0]->n != n_columns)
        return mlci_onnx_fault(&g->file, s->op, "it has not a weight a column", err);
    for (int64_t j = 0; j < n_columns; j++) {
        if (g->sources[s->in[0]->first + j].hides_zeros)
            return mlci_onnx_refuse_step(
                s, "reads zeros as missing, which trees alone do: an Imputer would be right", err);
    }
    if (n_columns > MOST_WEIGHTS / n_outputs)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "max_features",
                                   "it has too many weights");
    g->maker = s->op;
    l->columns = *s->in[0];
    l->n_outputs = n_outputs;
    l->is_float = s->in[0]->is_float;
    l->weights = mlci_alloc(g->model->root, n_columns * n_outputs, sizeof *l->weights);
    l->intercept = mlci_alloc(g->model->root, n_outputs, sizeof *l->intercept);
    if (l->weights == NULL || l->intercept == NULL)
        return mlci_fail_memory(err, n_columns * n_outputs, sizeof *l->weights);
    return mlci_foreign_set_outputs(g->model, (int32_t)n_scores, err);
}

static mlc_status open_linear(const mlci_onnx_step *s, int64_t n_columns, int64_t n_outputs,
                              mlc_error *err)
{
    return mlci_onnx_open_linear(s, n_columns, n_outputs, n_outputs, err);
}

mlc_status mlci_onnx_read_post(const mlci_onnx_step *s, int32_t *post, mlc_error *err)
{
    mlci_span text;
    MLCI_TRY(mlci_onnx_text_of(&s->g->file, s->op, "post_transform", &text, err));
    *post = text.at == NULL || mlci_span_is(text, "NONE") ? MLCI_ONNX_NO_POST
            : mlci_span_is(text, "LOGISTIC")              ? MLCI_ONNX_LOGISTIC
            : mlci_span_is(text, "SOFTMAX")               ? MLCI_ONNX_SOFTMAX
                                                          : -1;
    if (*post >= 0) return MLC_OK;
    return mlci_onnx_refuse_word(s, "post_transform", text,
                                 "NONE, LOGISTIC or SOFTMAX would be right", err);
}

static mlc_status refuse_post(const mlci_onnx_step *s, mlc_error *err)
{
    int32_t post = 0;
    MLCI_TRY(mlci_onnx_read_post(s, &post, err));
    if (post == MLCI_ONNX_NO_POST) return MLC_OK;
    return mlci_onnx_refuse_step(s, "has a post_transform: NONE would be right", err);
}

/* The lists "coefficients", a row an output, and "intercepts". */
static mlc_status fill(const mlci_onnx_step *s, const mlci_onnx_numbers *weights,
                       const mlci_onnx_numbers *intercept, int64_t n_outputs, mlc_error *err)
{
    mlci_onnx_linear *const l = &s->g->linear;
    if (n_outputs < 1 || weights->n == 0 || weights->n % n_outputs != 0 ||
        (intercept->n != 0 && intercept->n != n_outputs))
        return mlci_onnx_fault(&s->g->file, s->op, "its lists have different lengths", err);
    const int64_t n = weights->n / n_outputs;
    MLCI_TRY(check_numbers(s, weights, err));
    MLCI_TRY(check_numbers(s, intercept, err));
    MLCI_TRY(open_linear(s, n, n_outputs, err));
    l->is_float = 1; /* the operators have no other coefficients */
    for (int64_t k = 0; k < n_outputs; k++) {
        for (int64_t j = 0; j < n; j++)
            l->weights[j * n_outputs + k] = weights->values[k * n + j];
        if (intercept->n > 0) l->intercept[k] = intercept->values[k];
    }
    return MLC_OK;
}

/* ---- LinearRegressor and LinearClassifier ------------------------------------------------- */

static mlc_status read_lists(const mlci_onnx_step *s, mlci_onnx_numbers *weights,
                             mlci_onnx_numbers *intercept, mlc_error *err)
{
    MLCI_TRY(mlci_onnx_numbers_of(&s->g->file, s->op, "coefficients", weights, err));
    return mlci_onnx_numbers_of(&s->g->file, s->op, "intercepts", intercept, err);
}

mlc_status mlci_onnx_linear_regressor(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers weights = {0}, intercept = {0};
    int64_t n = 1;
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "targets", 1, &n, err));
    MLCI_TRY(refuse_post(s, err));
    mlc_status status = read_lists(s, &weights, &intercept, err);
    if (status == MLC_OK) status = fill(s, &weights, &intercept, n, err);
    mlci_free(weights.values);
    mlci_free(intercept.values);
    if (status == MLC_OK) *s->out = mlci_onnx_new_scores(s->g, MLCI_ONNX_NO_POST);
    return status;
}

/* Its first result are labels, its second scores or what a link makes of them. */
static void make_outputs(const mlci_onnx_step *s, int32_t post)
{
    mlci_onnx_reading *const g = s->g;
    const mlci_onnx_form made = mlci_onnx_new_scores(g, post);
    g->is_class = 1;
    *s->out = made;
    s->out->kind = MLCI_FORM_LABEL;
    if (s->op->n_outputs > 1) g->forms[g->ids[s->op->first_output + 1]] = made;
}

/* The labels go by scores, so that a link must leave their order alone: of one score of two
 * classes, the runtime makes 1 - s and s where there is no logistic function. */
static mlc_status check_scores(const mlci_onnx_step *s, int32_t post, mlc_error *err)
{
    const mlci_onnx_reading *const g = s->g;
    const int64_t n = g->linear.n_outputs;
    if (n == 1 && g->n_labels == 2 && post != MLCI_ONNX_LOGISTIC)
        return mlci_onnx_refuse_step(s,
                                     "has one score of two classes, and no logistic function after "
                                     "it: post_transform = LOGISTIC would be right",
                                     err);
    if (n == g->n_labels || (n == 1 && g->n_labels == 2)) return MLC_OK;
    return mlci_onnx_fault(&g->file, s->op, "it has not one intercept a label", err);
}

mlc_status mlci_onnx_linear_classifier(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers weights = {0}, intercept = {0};
    int32_t post = 0;
    MLCI_TRY(mlci_onnx_read_post(s, &post, err));
    MLCI_TRY(mlci_onnx_attribute_labels(s, err));
    if (s->g->n_labels < 2)
        return mlci_onnx_refuse_step(s, "has one class only: two labels or more would be right",
                                     err);
    mlc_status status = read_lists(s, &weights, &intercept, err);
    if (status == MLC_OK) status = fill(s, &weights, &intercept, intercept.n, err);
    mlci_free(weights.values);
    mlci_free(intercept.values);
    if (status == MLC_OK) status = check_scores(s, post, err);
    if (status == MLC_OK) make_outputs(s, post);
    return status;
}

/* ---- support vectors ---------------------------------------------------------------------- */

/* Sums of vectors are weights under a linear kernel, of which nothing more is asked. */
static mlc_status is_linear(const mlci_onnx_step *s, int *out, mlc_error *err)
{
    mlci_span kernel;
    MLCI_TRY(mlci_onnx_text_of(&s->g->file, s->op, "kernel_type", &kernel, err));
    *out = kernel.at == NULL || mlci_span_is(kernel, "LINEAR");
    return MLC_OK;
}

/* Weights as sums of sign x coefficient x support vector, and rho. */
static mlc_status sum_vectors(const mlci_onnx_step *s, const mlci_onnx_numbers *vectors,
                              const mlci_onnx_numbers *coefficients, const mlci_onnx_numbers *rho,
                              double sign, mlc_error *err)
{
    mlci_onnx_linear *const l = &s->g->linear;
    const int64_t n = coefficients->n;
    if (n < 1 || rho->n != 1 || vectors->n == 0 || vectors->n % n != 0)
        return mlci_onnx_fault(&s->g->file, s->op, "its lists have different lengths", err);
    const int64_t p = vectors->n / n;
    MLCI_TRY(check_numbers(s, vectors, err));
    MLCI_TRY(check_numbers(s, coefficients, err));
    MLCI_TRY(check_numbers(s, rho, err));
    MLCI_TRY(open_linear(s, p, 1, err));
    l->is_float = 1;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < p; j++)
            l->weights[j] += sign * coefficients->values[i] * vectors->values[i * p + j];
    l->intercept[0] = sign * rho->values[0];
    return MLC_OK;
}

static mlc_status read_vectors(const mlci_onnx_step *s, double sign, mlc_error *err)
{
    static const char *const names[] = {"support_vectors", "coefficients", "rho"};
    mlci_onnx_numbers lists[3] = {{0}};
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < 3 && status == MLC_OK; i++)
        status = mlci_onnx_numbers_of(&s->g->file, s->op, names[i], &lists[i], err);
    if (status == MLC_OK) status = sum_vectors(s, &lists[0], &lists[1], &lists[2], sign, err);
    for (int32_t i = 0; i < 3; i++)
        mlci_free(lists[i].values);
    return status;
}

/* Does the graph ask on which side its scores are? Then they find anomalies. */
static int has_sign(const mlci_onnx_file *f)
{
    for (int64_t i = 0; i < f->n_ops; i++) {
        if (mlci_span_is(f->ops[i].name, "Sign")) return 1;
    }
    return 0;
}

mlc_status mlci_onnx_svm_regressor(const mlci_onnx_step *s, mlc_error *err)
{
    int64_t n = 0, one_class = 0;
    int linear = 0;
    MLCI_TRY(is_linear(s, &linear, err));
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "n_supports", 0, &n, err));
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "one_class", 0, &one_class, err));
    if (n < 1)
        return mlci_onnx_refuse_step(
            s, "has no support vectors: n_supports of 1 or more would be right", err);
    if (!linear || one_class != 0 || has_sign(&s->g->file))
        return mlci_onnx_vector_regressor(s, one_class != 0, err);
    MLCI_TRY(refuse_post(s, err));
    MLCI_TRY(read_vectors(s, 1, err));
    *s->out = mlci_onnx_new_scores(s->g, MLCI_ONNX_NO_POST);
    return MLC_OK;
}

/* Two classes: the first where the sum is above 0. So what is kept is the sum with its sign turned,
 * the decision function for the second. */
mlc_status mlci_onnx_svm_classifier(const mlci_onnx_step *s, mlc_error *err)
{
    int linear = 0;
    MLCI_TRY(is_linear(s, &linear, err));
    MLCI_TRY(mlci_onnx_attribute_labels(s, err));
    if (mlci_onnx_attribute(s->op, "support_vectors").at == NULL)
        return mlci_onnx_refuse_step(s, "has no support_vectors: a LinearClassifier would be right",
                                     err);
    const int is_calibrated = mlci_onnx_attribute(s->op, "prob_a").at != NULL ||
                              mlci_onnx_attribute(s->op, "prob_b").at != NULL;
    if (!linear || s->g->n_labels != 2 || is_calibrated) return mlci_onnx_vector_classifier(s, err);
    MLCI_TRY(refuse_post(s, err));
    MLCI_TRY(read_vectors(s, -1, err));
    make_outputs(s, MLCI_ONNX_NO_POST);
    return MLC_OK;
}

/* ---- products ----------------------------------------------------------------------------- */

/* Weights as a matrix, columns x outputs, or turned. A product of columns with a matrix is known as
 * the scores of a model. */
static mlc_status multiply(const mlci_onnx_step *s, int turned, mlc_error *err)
{
    mlci_onnx_linear *const l = &s->g->linear;
    mlci_onnx_numbers list = {0};
    int64_t shape[2] = {0, 0};
    if (!mlci_form_is(s->in[1], MLCI_FORM_CONSTANT)) return mlci_onnx_refuse_place(s, err);
    const mlci_span message = s->g->file.constants[s->in[1]->constant].message;
    MLCI_TRY(mlci_onnx_tensor_shape(&s->g->file, message, &shape[0], &shape[1], err));
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[1], &list, err));
    const int64_t n = shape[turned];
    mlc_status status = list.n == 0
                            ? mlci_onnx_fault(&s->g->file, s->op, "its matrix is empty", err)
                            : check_numbers(s, &list, err);
    if (status == MLC_OK) status = open_linear(s, n, list.n / n, err);
    for (int64_t i = 0; status == MLC_OK && i < list.n; i++) {
        const int64_t j = turned ? i % n * l->n_outputs + i / n : i;
        l->weights[j] = list.values[i];
    }
    mlci_free(list.values);
    if (status == MLC_OK) *s->out = mlci_onnx_new_scores(s->g, MLCI_ONNX_NO_POST);
    return status;
}

mlc_status mlci_onnx_mat_mul(const mlci_onnx_step *s, mlc_error *err)
{
    return multiply(s, 0, err);
}

mlc_status mlci_onnx_gemm(const mlci_onnx_step *s, mlc_error *err)
{
    const mlci_onnx_file *const f = &s->g->file;
    double alpha = 1, beta = 1;
    int64_t a = 0, b = 0;
    MLCI_TRY(mlci_onnx_float_of(f, s->op, "alpha", 1, &alpha, err));
    MLCI_TRY(mlci_onnx_float_of(f, s->op, "beta", 1, &beta, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "transA", 0, &a, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "transB", 0, &b, err));
    if (a != 0 || alpha != 1 || beta != 1)
        return mlci_onnx_refuse_step(
            s, "turns its rows, or scales: transA = 0, alpha = 1 and beta = 1 would be right", err);
    MLCI_TRY(multiply(s, b != 0, err));
    if (s->in[2] == NULL) return MLC_OK;
    mlci_onnx_form product = *s->out;
    const mlci_onnx_step sum = {s->g, s->op, {&product, s->in[2], NULL, NULL}, s->out};
    return mlci_onnx_add(&sum, err);
}
