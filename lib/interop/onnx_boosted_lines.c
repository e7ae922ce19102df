/* A linear model whose classes were told one from the rest: their probabilities are logistic ones
 * by their sum, which boosted trees know (loss=one_vs_all). Each weight becomes a tree: a leaf that
 * is linear in its number, as of XGBoost's gblinear, or a category against the others. */
#include <math.h>

#include "onnx_features.h"

#define MOST_CODE 16777216 /* of a category that is a number */

typedef struct maker {
    mlci_onnx_reading *g;
    const mlci_onnx_features *f;
    int64_t input;
    int32_t output;
} maker;

static double weight_of(const maker *m, int64_t row)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    return m->f->weights[(f->first_weight + row) * m->f->n_outputs + m->output];
}

static mlc_status add_tree(const maker *m, int64_t n, mlci_foreign_node **nodes, mlc_error *err)
{
    return mlci_foreign_add_tree(m->g->model, m->output, n, nodes, err);
}

/* ---- numbers ------------------------------------------------------------------------------ */

static mlc_status put_line(const maker *m, mlci_foreign_node *leaf, mlc_error *err)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    const int32_t input = (int32_t)m->input;
    const double factor = weight_of(m, 0) / f->scale;
    return mlci_foreign_add_line(m->g->model, -factor * f->mean, 1, &input, &factor, &leaf->line,
                                 err);
}

/* Missing ones, where they are filled, have a leaf of their own. */
static mlc_status add_number(const maker *m, mlc_error *err)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    mlci_foreign_node *nodes = NULL;
    const int is_filled = f->fill == f->fill;
    MLCI_TRY(add_tree(m, is_filled ? 3 : 1, &nodes, err));
    if (!is_filled) return put_line(m, &nodes[0], err);
    nodes[0].feature = (int32_t)m->input;
    nodes[0].value = (double)INFINITY;
    nodes[0].left = 1;
    nodes[0].right = 2;
    nodes[0].missing = MLCI_MISSING_RIGHT;
    nodes[2].value =
        weight_of(m, 0) * (f->fill - f->mean) / f->scale + (f->has_indicator ? weight_of(m, 1) : 0);
    return put_line(m, &nodes[1], err);
}

/* ---- categories --------------------------------------------------------------------------- */

/* A question whether the input is a level: yes is the next node. */
static mlc_status ask_level(const maker *m, int64_t level, int32_t missing, mlci_foreign_node *node,
                            mlc_error *err)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    int32_t *members = NULL;
    MLCI_TRY(mlci_foreign_add_set(m->g->model, 1, &members, &node->set, err));
    members[0] = (int32_t)(f->is_text ? (double)level : f->numbers[level]);
    node->feature = (int32_t)m->input;
    node->missing = missing;
    return MLC_OK;
}

static mlc_status add_level(const maker *m, int64_t level, mlc_error *err)
{
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(add_tree(m, 3, &nodes, err));
    nodes[0].left = 1;
    nodes[0].right = 2;
    nodes[1].value = weight_of(m, level);
    return ask_level(m, level, MLCI_MISSING_RIGHT, &nodes[0], err);
}

/* What is missing goes with the first level, and leaves it at the next question. */
static mlc_status add_missing(const maker *m, mlc_error *err)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    mlci_foreign_node *nodes = NULL;
    MLCI_TRY(add_tree(m, 5, &nodes, err));
    nodes[0].left = 1;
    nodes[0].right = 2;
    nodes[1].left = 3;
    nodes[1].right = 4;
    nodes[4].value = weight_of(m, f->n_levels);
    MLCI_TRY(ask_level(m, 0, MLCI_MISSING_LEFT, &nodes[0], err));
    return ask_level(m, 0, MLCI_MISSING_RIGHT, &nodes[1], err);
}

static mlc_status label_texts(const maker *m, const mlci_onnx_feature *f, mlc_error *err)
{
    mlci_root *const root = m->g->model->root;
    const char **const texts = mlci_alloc(root, f->n_levels, sizeof *texts);
    int64_t *const lengths = mlci_alloc(root, f->n_levels, sizeof *lengths);
    mlc_status status = texts == NULL || lengths == NULL
                            ? mlci_fail_memory(err, f->n_levels, sizeof *texts)
                            : MLC_OK;
    for (int64_t k = 0; k < f->n_levels && status == MLC_OK; k++) {
        texts[k] = f->keys[k].text;
        lengths[k] = f->keys[k].length;
    }
    if (status == MLC_OK)
        status = mlci_foreign_label_input(m->g->model, m->input, (int32_t)f->n_levels, texts,
                                          lengths, err);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

static mlc_status name_levels(const maker *m, const mlci_onnx_feature *f, mlc_error *err)
{
    mlci_foreign *const model = m->g->model;
    int is_possible = f->is_whole || f->is_text;
    for (int64_t k = 0; k < f->n_levels && !f->is_text; k++)
        is_possible &= f->numbers[k] >= 0 && f->numbers[k] < MOST_CODE;
    if (!is_possible)
        return mlci_foreign_refuse(model, err, MLC_ERROR_UNSUPPORTED, "input",
                                   "categories of classes that were told one from the rest are "
                                   "texts, or whole numbers from 0 on of an input of int64");
    if (f->is_text) return label_texts(m, f, err);
    model->inputs[m->input].is_category = 1;
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status add_feature(maker *m, mlc_error *err)
{
    const mlci_onnx_feature *const f = &m->f->list[m->input];
    if (f->kind == MLCI_ONNX_LEVELS) MLCI_TRY(name_levels(m, f, err));
    const int64_t n = f->kind == MLCI_ONNX_LEVELS ? f->n_levels : f->kind == MLCI_ONNX_NUMBER;
    for (int64_t row = 0; row < n; row++)
        for (m->output = 0; m->output < m->f->n_outputs; m->output++)
            MLCI_TRY(f->kind == MLCI_ONNX_NUMBER ? add_number(m, err) : add_level(m, row, err));
    for (m->output = 0; f->has_missing && m->output < m->f->n_outputs; m->output++)
        MLCI_TRY(add_missing(m, err));
    return mlci_poll(m->g->model->call, err);
}

mlc_status mlci_onnx_boosted_lines(mlci_onnx_reading *g, const mlci_onnx_features *f,
                                   mlc_error *err)
{
    mlci_foreign *const model = g->model;
    maker m = {.g = g, .f = f};
    if (g->linear.columns.kind == MLCI_FORM_SHARES)
        return mlci_foreign_refuse(model, err, MLC_ERROR_UNSUPPORTED, "Normalizer",
                                   "operator 'Normalizer' is not known before classes that were "
                                   "told one from the rest: post_transform = SOFTMAX would be "
                                   "right");
    for (m.input = 0; m.input < f->n; m.input++)
        MLCI_TRY(add_feature(&m, err));
    for (int32_t k = 0; k < model->n_outputs; k++)
        model->start[k] = f->intercept[k];
    model->n_rounds = model->n_trees / f->n_outputs;
    model->component = "gradient_boosting_classifier";
    model->link = MLCI_LINK_ONE_VS_ALL;
    model->has_rule = 0;
    model->unseen_is_no_member = 1;
    mlci_text_append_text(&model->recipe, "loss=one_vs_all");
    MLCI_TRY(mlci_text_status(&model->recipe, err));
    return mlci_onnx_make_classes(g, err);
}
