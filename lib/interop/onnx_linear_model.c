/* A linear model of an ONNX graph as a model of ours: what follows its sums goes into weights and
 * intercepts, so that there is one score of two classes and one a class of more, and classes stand
 * in the order of their labels. */
#include <math.h>
#include <string.h>

#include "onnx_document.h"
#include "order.h"

/* ---- what follows the sums ---------------------------------------------------------------- */

static mlc_status refuse(const mlci_onnx_reading *g, const char *what, mlc_error *err)
{
    return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "output", "%s", what);
}

/* Numbers that are added, and those that scores are multiplied with. */
static void fold_scores(mlci_onnx_reading *g, const mlci_onnx_scores *s)
{
    mlci_onnx_linear *const l = &g->linear;
    const double scale = s->factor / s->divisor;
    const int64_t n = l->n_outputs;
    for (int64_t i = 0; i < l->columns.n * n; i++)
        l->weights[i] *= scale;
    for (int64_t k = 0; k < n; k++) {
        if (s->start >= 0) l->intercept[k] += g->starts[s->start * n + k];
        l->intercept[k] *= scale;
    }
}

/* Are the weights of two classes the same but for their sign? */
static int are_opposite(const mlci_onnx_linear *l)
{
    int are = l->intercept[0] == -l->intercept[1];
    for (int64_t i = 0; i < l->columns.n; i++)
        are &= l->weights[2 * i] == -l->weights[2 * i + 1];
    return are;
}

/* Two scores as that of the second class: softmax goes by their difference, and each of opposite
 * ones says as much as both. */
static mlc_status join_scores(mlci_onnx_reading *g, int32_t link, mlc_error *err)
{
    mlci_onnx_linear *const l = &g->linear;
    const int opposite = are_opposite(l);
    if (!opposite && link == MLCI_LINK_EACH)
        return refuse(g,
                      "the probabilities of its two classes come from scores that are not the same "
                      "but for their sign: post_transform = SOFTMAX would be right",
                      err);
    const double first = opposite && link != MLCI_LINK_SOFTMAX ? 0 : 1;
    for (int64_t i = 0; i < l->columns.n; i++)
        l->weights[i] = l->weights[2 * i + 1] - first * l->weights[2 * i];
    l->intercept[0] = l->intercept[1] - first * l->intercept[0];
    l->n_outputs = 1;
    return MLC_OK;
}

static mlc_status check_link(const mlci_onnx_reading *g, const mlci_onnx_scores *s, mlc_error *err)
{
    const int32_t link = g->model->link;
    if (!g->is_class && link != MLCI_LINK_IDENTITY)
        return refuse(g,
                      "numbers that are predicted go through a link, which no linear model has "
                      "here: sums alone would be right",
                      err);
    if (link == MLCI_LINK_SOFTMAX && g->linear.n_outputs == 1)
        return refuse(g, "it has a softmax of one score: a score a class would be right", err);
    if (g->is_class && link == MLCI_LINK_LOG)
        return refuse(g, "operator 'Exp' makes no probabilities: Softmax would be right", err);
    if (link != MLCI_LINK_EACH || g->linear.n_outputs == 2 || s->is_total_one) return MLC_OK;
    return refuse(g,
                  "the probabilities of its classes have no sum of 1: a Normalizer after them, or "
                  "post_transform = SOFTMAX, would be right",
                  err);
}

/* ---- classes ------------------------------------------------------------------------------ */

/* 0, 1, ... where the file has none. */
static double label_number(const mlci_onnx_reading *g, int64_t k)
{
    return g->n_labels == 0 ? (double)k : g->label_numbers[k];
}

/* Are all labels different? */
static int sort_texts(const mlci_onnx_reading *g, mlci_text_key *keys, int64_t n, int64_t *order)
{
    int are = 1;
    for (int64_t k = 0; k < n; k++)
        keys[k] = (mlci_text_key){g->labels[k].at, g->labels[k].length, k};
    mlci_text_keys_sort(keys, keys + n, n);
    for (int64_t k = 0; k < n; k++) {
        order[k] = keys[k].index;
        are &= k == 0 || !mlci_span_same(g->labels[order[k]], g->labels[order[k - 1]]);
    }
    return are;
}

static int sort_numbers(const mlci_onnx_reading *g, mlci_order_key *keys, int64_t n, int64_t *order)
{
    int are = 1;
    for (int64_t k = 0; k < n; k++)
        keys[k] = (mlci_order_key){mlci_order_of_real(label_number(g, k)), k};
    (void)mlci_order_sort(NULL, keys, keys + n, n, NULL);
    for (int64_t k = 0; k < n; k++) {
        order[k] = keys[k].row;
        are &= k == 0 || keys[k].key != keys[k - 1].key;
    }
    return are;
}

mlc_status mlci_onnx_order_classes(const mlci_onnx_reading *g, int64_t n, int64_t **out,
                                   mlc_error *err)
{
    mlci_root *const root = g->model->root;
    if (g->n_labels > 0 && g->n_labels != n)
        return mlci_foreign_fail(g->model, err, "labels", "it has %lld labels for %lld classes",
                                 (long long)g->n_labels, (long long)n);
    int64_t *const order = mlci_alloc(root, n, sizeof *order);
    mlci_text_key *const texts = mlci_alloc(root, n, 2 * (int64_t)sizeof *texts);
    mlci_order_key *const numbers = mlci_alloc(root, n, 2 * (int64_t)sizeof *numbers);
    mlc_status status = MLC_OK;
    if (order == NULL || texts == NULL || numbers == NULL)
        status = mlci_fail_memory(err, n, sizeof *order);
    else if (!(g->labels != NULL ? sort_texts(g, texts, n, order)
                                 : sort_numbers(g, numbers, n, order)))
        status = mlci_foreign_fail(g->model, err, "labels", "one of its classes is there twice");
    mlci_free(texts);
    mlci_free(numbers);
    if (status == MLC_OK)
        *out = order;
    else
        mlci_free(order);
    return status;
}

/* Puts what each class has in its new place. */
static void move_classes(const int64_t *order, int64_t n, double *at, double *room)
{
    for (int64_t k = 0; k < n; k++)
        room[k] = at[order[k]];
    memcpy(at, room, (size_t)n * sizeof *at);
}

static mlc_status sort_classes(mlci_onnx_reading *g, const int64_t *order, mlc_error *err)
{
    mlci_onnx_linear *const l = &g->linear;
    const int64_t n = l->n_outputs;
    if (n == 1 && order[0] == 0) return MLC_OK;
    for (int64_t i = 0; n == 1 && i < l->columns.n; i++)
        l->weights[i] = -l->weights[i];
    if (n == 1) l->intercept[0] = -l->intercept[0];
    if (n == 1) return MLC_OK;
    double *const room = mlci_alloc(g->model->root, n, sizeof *room);
    if (room == NULL) return mlci_fail_memory(err, n, sizeof *room);
    for (int64_t i = 0; i < l->columns.n; i++)
        move_classes(order, n, l->weights + i * n, room);
    move_classes(order, n, l->intercept, room);
    mlci_free(room);
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

/* What the settings say of trees, the file says of a linear model. */
mlc_status mlci_onnx_refuse_settings(const mlci_foreign *m, mlc_error *err)
{
    const mlci_import_settings *const s = m->settings;
    const char *const name = s->categories != NULL ? "categories"
                             : s->classes != NULL  ? "classes"
                             : s->zero_as_missing  ? "zero_as_missing"
                             : s->rounds > 0       ? "rounds"
                             : s->best_iteration   ? "best_iteration"
                                                   : NULL;
    if (name == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, name,
                     "%s: a linear model of an ONNX file has none of that to be told: leave it out",
                     name);
}

static mlc_status write_model(mlci_onnx_reading *g, int64_t n_classes, const int64_t *order,
                              mlc_error *err)
{
    mlci_onnx_features features;
    if (order != NULL) MLCI_TRY(sort_classes(g, order, err));
    mlc_status status = mlci_onnx_features_make(g, &features, err);
    if (status == MLC_OK) status = mlci_onnx_write_document(g, &features, n_classes, order, err);
    mlci_onnx_features_clear(&features);
    return status;
}

/* Classes that were told one from the rest. */
static mlc_status write_lines(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_onnx_features features;
    mlci_onnx_write_objective(g);
    mlc_status status = mlci_onnx_features_make(g, &features, err);
    if (status == MLC_OK) status = mlci_onnx_boosted_lines(g, &features, err);
    mlci_onnx_features_clear(&features);
    return status;
}

static mlc_status write_pipeline(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_onnx_linear *const l = &g->linear;
    int64_t *order = NULL;
    const int64_t n_classes = !g->is_class ? 0 : l->n_outputs == 1 ? 2 : l->n_outputs;
    MLCI_TRY(mlci_onnx_refuse_settings(g->model, err));
    MLCI_TRY(mlci_foreign_finish_inputs(g->model, err));
    if (n_classes == 2 && l->n_outputs == 2) MLCI_TRY(join_scores(g, g->model->link, err));
    if (g->model->link == MLCI_LINK_EACH) g->model->link = MLCI_LINK_LOGIT;
    mlci_onnx_write_objective(g);
    if (n_classes > 0) MLCI_TRY(mlci_onnx_order_classes(g, n_classes, &order, err));
    const mlc_status status = write_model(g, n_classes, order, err);
    mlci_free(order);
    return status;
}

mlc_status mlci_onnx_linear_model(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err)
{
    MLCI_TRY(check_link(g, &f->scores, err));
    fold_scores(g, &f->scores);
    const int is_each = g->model->link == MLCI_LINK_EACH && g->linear.n_outputs > 2;
    return is_each ? write_lines(g, err) : write_pipeline(g, err);
}
