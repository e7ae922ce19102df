/* SVMClassifier and SVMRegressor of ONNX under any kernel.
 *
 * The vectors stand where a linear model has its weights, an output a vector, so that what is
 * before them becomes steps in the same way. Columns are numbers, each input once: a kernel tells
 * apart what sums of weights do not. */
#include "onnx_vectors.h"

#include <math.h>
#include <string.h>

#include "kernels.h"
#include "svm/svm_classes.h"

#define MOST_VECTORS (1 << 22)

/* ---- reading ------------------------------------------------------------------------------ */

static mlc_status read_kernel(const mlci_onnx_step *s, mlci_onnx_vectors *v, mlc_error *err)
{
    static const char *const words[] = {"LINEAR", "POLY", "RBF", "SIGMOID"};
    mlci_span word;
    mlci_onnx_numbers list = {0};
    MLCI_TRY(mlci_onnx_text_of(&s->g->file, s->op, "kernel_type", &word, err));
    v->kernel = word.at == NULL ? MLCI_SVM_LINEAR : -1;
    for (int32_t i = 0; i < MLCI_N_SVM_KERNELS; i++) {
        if (mlci_span_is(word, words[i])) v->kernel = i;
    }
    if (v->kernel < 0)
        return mlci_onnx_refuse_word(s, "kernel_type", word,
                                     "LINEAR, POLY, RBF or SIGMOID would be right", err);
    MLCI_TRY(mlci_onnx_numbers_of(&s->g->file, s->op, "kernel_params", &list, err));
    const int is_there = list.n == 3;
    v->gamma = is_there ? list.values[0] : 0;
    v->coef0 = is_there ? list.values[1] : 0;
    v->degree = is_there ? list.values[2] : 0;
    mlci_free(list.values);
    if (!is_there && v->kernel != MLCI_SVM_LINEAR)
        return mlci_onnx_fault(&s->g->file, s->op, "its kernel_params are not three numbers", err);
    if (v->kernel != MLCI_SVM_POLYNOMIAL) v->degree = 3;
    if (v->degree == rint(v->degree) && v->degree >= 0 && v->degree <= MLCI_SVM_MAX_DEGREE)
        return MLC_OK;
    return mlci_onnx_refuse_step(
        s, "has a degree that is not whole: 0 to 1000 in kernel_params would be right", err);
}

static mlc_status read_lists(const mlci_onnx_step *s, mlci_onnx_vectors *v,
                             mlci_onnx_numbers *vectors, mlc_error *err)
{
    const struct {
        const char *name;
        mlci_onnx_numbers *list;
    } lists[] = {{"support_vectors", vectors},
                 {"coefficients", &v->coefficients},
                 {"rho", &v->rho},
                 {"prob_a", &v->slope},
                 {"prob_b", &v->shift},
                 {"vectors_per_class", &v->counts}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        MLCI_TRY(mlci_onnx_numbers_of(&s->g->file, s->op, lists[i].name, lists[i].list, err));
        for (int64_t j = 0; j < lists[i].list->n; j++) {
            if (!isfinite(lists[i].list->values[j]))
                return mlci_onnx_fault(&s->g->file, s->op, "a coefficient is not finite", err);
        }
    }
    return MLC_OK;
}

/* Do the lists fit the classes (0: none) and each other? Counts the vectors. */
static int count_vectors(mlci_onnx_vectors *v, int64_t n_vectors, int64_t k)
{
    const int64_t n_problems = k > 0 ? mlci_svm_n_pairs(k) : 1;
    double n = k > 0 ? 0 : (double)n_vectors;
    if (v->rho.n != n_problems || (k > 0 && v->counts.n != k)) return 0;
    for (int64_t i = 0; i < (k > 0 ? k : 0); i++) {
        if (!(v->counts.values[i] >= 0 && v->counts.values[i] <= MOST_VECTORS)) return 0;
        n += v->counts.values[i];
    }
    if (!(n >= 1 && n <= MOST_VECTORS)) return 0;
    v->n = (int64_t)n;
    if (v->coefficients.n != v->n * (k > 0 ? k - 1 : 1)) return 0;
    return v->slope.n == v->shift.n && (v->slope.n == 0 || v->slope.n == n_problems);
}

static mlc_status take_vectors(const mlci_onnx_step *s, int64_t k, const mlci_onnx_numbers *vectors,
                               mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_vectors *const v = &g->vectors;
    const int64_t n_asked = k > 0 ? 0 : v->coefficients.n;
    if (!count_vectors(v, n_asked, k) || vectors->n == 0 || vectors->n % v->n != 0)
        return mlci_onnx_fault(&g->file, s->op, "its lists have different lengths", err);
    const int64_t p = vectors->n / v->n;
    MLCI_TRY(mlci_onnx_open_linear(s, p, v->n, k > 2 ? k : 1, err));
    g->linear.is_float = 1;
    for (int64_t i = 0; i < v->n; i++) {
        for (int64_t j = 0; j < p; j++)
            g->linear.weights[j * v->n + i] = vectors->values[i * p + j];
    }
    return MLC_OK;
}

static mlc_status read_vectors(const mlci_onnx_step *s, int64_t k, mlc_error *err)
{
    mlci_onnx_vectors *const v = &s->g->vectors;
    mlci_onnx_numbers vectors = {0};
    int32_t post = 0;
    MLCI_TRY(mlci_onnx_read_post(s, &post, err));
    if (post != MLCI_ONNX_NO_POST)
        return mlci_onnx_refuse_step(s, "has a post_transform: NONE would be right", err);
    if (s->g->maker != NULL)
        return mlci_onnx_refuse_step(s, "is one more model: a graph of one would be right", err);
    MLCI_TRY(read_kernel(s, v, err));
    mlc_status status = read_lists(s, v, &vectors, err);
    if (status == MLC_OK) status = take_vectors(s, k, &vectors, err);
    mlci_free(vectors.values);
    return status;
}

mlc_status mlci_onnx_vector_regressor(const mlci_onnx_step *s, int32_t is_anomaly, mlc_error *err)
{
    MLCI_TRY(read_vectors(s, 0, err));
    s->g->vectors.is_anomaly = is_anomaly;
    *s->out = mlci_onnx_new_scores(s->g, MLCI_ONNX_NO_POST);
    if (is_anomaly) s->out->kind = MLCI_FORM_SIGN;
    return MLC_OK;
}

/* Decisions of pairs are not what scores of classes are: what a graph makes of them says nothing
 * that its labels do not. */
mlc_status mlci_onnx_vector_classifier(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (g->n_labels < 2 || g->n_labels > MLCI_SVM_MAX_CLASSES)
        return mlci_onnx_refuse_step(s, "has not 2 to 1000 classes", err);
    MLCI_TRY(read_vectors(s, g->n_labels, err));
    mlci_onnx_form made = mlci_onnx_new_scores(g, MLCI_ONNX_NO_POST);
    g->is_class = 1;
    *s->out = made;
    s->out->kind = MLCI_FORM_LABEL;
    made.kind = g->vectors.slope.n > 0 ? MLCI_FORM_LINKED : MLCI_FORM_VOTES;
    if (s->op->n_outputs > 1) g->forms[g->ids[s->op->first_output + 1]] = made;
    return MLC_OK;
}

/* Inside or outside, of the score of what finds anomalies. */
mlc_status mlci_onnx_sign(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (!mlci_form_is(s->in[0], MLCI_FORM_SCORES) || g->vectors.n == 0 || g->is_class)
        return mlci_onnx_refuse_place(s, err);
    g->vectors.is_anomaly = 1;
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_SIGN;
    return MLC_OK;
}

int mlci_onnx_is_of_votes(const mlci_onnx_step *s)
{
    static const char *const names[] = {"Cast",   "Less", "Neg", "ArrayFeatureExtractor",
                                        "Sum",    "Add",  "Sub", "Abs",
                                        "Concat", "Mul",  "Div", "Identity"};
    int is_known = 0, has_votes = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        is_known |= mlci_span_is(s->op->name, names[i]);
    for (int64_t i = 0; is_known && i < s->op->n_inputs; i++) {
        const mlci_onnx_form *const f = &s->g->forms[s->g->ids[s->op->first_input + i]];
        has_votes |= f->kind == MLCI_FORM_VOTES;
        if (f->kind != MLCI_FORM_VOTES && f->kind != MLCI_FORM_CONSTANT) return 0;
        if (f->kind == MLCI_FORM_VOTES) *s->out = *f;
    }
    return has_votes;
}

/* ---- scores ------------------------------------------------------------------------------- */

static int64_t n_classes(const mlci_onnx_reading *g)
{
    return g->is_class ? g->n_labels : 0;
}

int64_t mlci_onnx_n_vector_decisions(const mlci_onnx_reading *g)
{
    return g->is_class ? mlci_svm_n_pairs(g->n_labels) : 1;
}

int64_t mlci_onnx_n_vector_scores(const mlci_onnx_reading *g)
{
    return n_classes(g) > 2 ? n_classes(g) : 1;
}

static double power_of(double base, double degree)
{
    double power = 1;
    for (int64_t i = 0; i < (int64_t)degree; i++)
        power *= base;
    return power;
}

/* x: a row of columns, then how far each may be away; *error: how far the kernel may. */
static double kernel_of(const mlci_onnx_reading *g, const double *x, int64_t vector, double *error)
{
    const mlci_onnx_vectors *const v = &g->vectors;
    const int64_t n = g->linear.columns.n;
    double product = 0, distance = 0, product_error = 0, distance_error = 0;
    for (int64_t j = 0; j < n; j++) {
        const double z = g->linear.weights[j * v->n + vector], away = x[n + j];
        product += x[j] * z;
        distance += (x[j] - z) * (x[j] - z);
        product_error += fabs(z) * away;
        distance_error += (2 * fabs(x[j] - z) + away) * away;
    }
    const double base = v->gamma * product + v->coef0, reach = fabs(v->gamma) * product_error;
    switch (v->kernel) {
    case MLCI_SVM_RBF:
        *error = fabs(v->gamma) * distance_error;
        return mlci_exp(-v->gamma * distance);
    case MLCI_SVM_SIGMOID:
        *error = reach;
        return mlci_tanh(base);
    case MLCI_SVM_POLYNOMIAL:
        *error = power_of(fabs(base) + reach, v->degree) - power_of(fabs(base), v->degree);
        return power_of(base, v->degree);
    default:
        *error = product_error;
        return product;
    }
}

/* The place of the pair of classes i < j. */
static int64_t pair_of(int64_t k, int64_t i, int64_t j)
{
    return i * (2 * k - i - 1) / 2 + j - i - 1;
}

double mlci_onnx_vector_scores(const mlci_onnx_reading *g, const double *columns, double *work,
                               double *out)
{
    const mlci_onnx_vectors *const v = &g->vectors;
    const int64_t k = n_classes(g), width = k > 0 ? k - 1 : 1;
    double size = 1, error = 0;
    memcpy(work, v->rho.values, (size_t)v->rho.n * sizeof *work);
    int64_t class_ = 0;
    double last = k > 0 ? v->counts.values[0] : (double)v->n;
    for (int64_t i = 0; i < v->n; i++) {
        while ((double)i >= last)
            last += v->counts.values[++class_];
        double away = 0;
        const double value = kernel_of(g, columns, i, &away);
        for (int64_t j = 0; j < width; j++) {
            const double term = v->coefficients.values[j * v->n + i] * value;
            const int64_t other = j < class_ ? j : j + 1;
            work[k == 0           ? 0
                 : class_ < other ? pair_of(k, class_, other)
                                  : pair_of(k, other, class_)] += term;
            size += fabs(term);
            error += fabs(v->coefficients.values[j * v->n + i]) * away;
        }
    }
    if (k > 2)
        mlci_svm_class_scores(work, k, out);
    else
        out[0] = k == 2 ? -work[0] : work[0];
    return error + size * 1e-11; /* of powers, exponentials and sums in another order */
}

/* ---- the document ------------------------------------------------------------------------- */

const char *mlci_onnx_vector_component(const mlci_onnx_reading *g)
{
    if (g->is_class) return "support_vector_classifier";
    return g->vectors.is_anomaly ? "one_class_svm" : "support_vector_regressor";
}

static void put_list(mlci_text *out, const char *name, const double *values, int64_t n)
{
    mlci_text_append_format(out, ", \"%s\": [", name);
    for (int64_t i = 0; i < n; i++) {
        if (i > 0) mlci_text_append_text(out, ", ");
        mlci_text_append_real(out, values[i]);
    }
    mlci_text_append_text(out, "]");
}

static void put_real(mlci_text *out, const char *name, double value)
{
    mlci_text_append_format(out, ", \"%s\": ", name);
    mlci_text_append_real(out, value);
}

/* Turned: what the graph has output by output stands vector by vector. */
static void put_turned(mlci_text *out, const char *name, const double *values, int64_t n,
                       int64_t width)
{
    mlci_text_append_format(out, ", \"%s\": [", name);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < width; j++) {
            if (i + j > 0) mlci_text_append_text(out, ", ");
            mlci_text_append_real(out, values[j * n + i]);
        }
    }
    mlci_text_append_text(out, "]");
}

void mlci_onnx_put_vectors(const mlci_onnx_reading *g, const mlci_onnx_features *f, mlci_text *out)
{
    static const char *const words[] = {"linear", "poly", "rbf", "sigmoid"};
    const mlci_onnx_vectors *const v = &g->vectors;
    const double all = (double)v->n;
    mlci_text_append_format(out, ", \"kernel\": \"%s\"", words[v->kernel]);
    put_real(out, "degree", v->degree);
    put_real(out, "gamma", v->gamma);
    put_real(out, "coef0", v->coef0);
    put_list(out, "n_support", g->is_class ? v->counts.values : &all,
             g->is_class ? v->counts.n : 1);
    put_turned(out, "vectors", f->weights, v->n, f->n);
    put_turned(out, "coefficients", v->coefficients.values, v->n, v->coefficients.n / v->n);
    put_list(out, "intercept", v->rho.values, v->rho.n);
    if (v->slope.n == 0) return;
    put_list(out, "slope", v->slope.values, v->slope.n);
    put_list(out, "shift", v->shift.values, v->shift.n);
}

/* Labels that ascend keep the order of pairs. */
static mlc_status check_order(const mlci_onnx_reading *g, const int64_t *order, mlc_error *err)
{
    for (int64_t k = 0; k < g->n_labels; k++) {
        if (order[k] != k)
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "labels",
                                       "its pairs of classes are not in the order of their labels: "
                                       "labels that ascend would be right");
    }
    return MLC_OK;
}

/* Each input once, as a number. */
static mlc_status check_features(const mlci_onnx_reading *g, const mlci_onnx_features *f,
                                 mlc_error *err)
{
    int are = g->linear.columns.n == f->n;
    for (int64_t i = 0; i < f->n; i++)
        are &= f->list[i].kind == MLCI_ONNX_NUMBER && !f->list[i].has_indicator &&
               f->list[i].first_weight == i;
    if (are) return MLC_OK;
    return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "kernel_type",
                               "support vectors are known of rows that have each input once, as a "
                               "number, in its order");
}

mlc_status mlci_onnx_vector_model(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err)
{
    if (f->scores.start >= 0 || f->scores.factor != 1 || f->scores.divisor != 1)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "output",
                                   "its scores are changed after the support vectors: no Add, Mul "
                                   "or Div would be right");

    const int64_t k = n_classes(g);
    mlci_onnx_features features = {0};
    int64_t *order = NULL;
    MLCI_TRY(mlci_onnx_refuse_settings(g->model, err));
    MLCI_TRY(mlci_foreign_finish_inputs(g->model, err));
    g->model->link = MLCI_LINK_IDENTITY;
    mlci_onnx_write_objective(g);
    if (k > 0) MLCI_TRY(mlci_onnx_order_classes(g, k, &order, err));
    mlc_status status = k > 0 ? check_order(g, order, err) : MLC_OK;
    if (status == MLC_OK) status = mlci_onnx_features_make(g, &features, err);
    if (status == MLC_OK) status = check_features(g, &features, err);
    if (status == MLC_OK) status = mlci_onnx_write_document(g, &features, k, order, err);
    mlci_onnx_features_clear(&features);
    mlci_free(order);
    return status;
}
