/* What an ONNX graph gives: the output that tells most of its scores, and the model by it. */
#include <string.h>

#include "foreign_levels.h"
#include "onnx_vectors.h"

static const mlci_onnx_form *output_form(const mlci_onnx_reading *g, int64_t i)
{
    const mlci_onnx_file *const f = &g->file;
    return &g->forms[g->ids[f->n_names + f->n_constants + f->n_inputs + i]];
}

/* How much an output tells of how scores are used. */
static int32_t worth(const mlci_onnx_form *f)
{
    switch (f->kind) {
    case MLCI_FORM_LINKED:
    case MLCI_FORM_MAPS:
        return 4;
    case MLCI_FORM_VOTES:
        return 2;
    case MLCI_FORM_SCORES:
        return f->scores.divisor != 1 ? 3 : 2;
    case MLCI_FORM_LABEL:
    case MLCI_FORM_CLASS:
    case MLCI_FORM_SIGN:
        return 1;
    default:
        return 0;
    }
}

/* The output that tells most; all have to come from the same scores. */
static mlc_status choose_output(const mlci_onnx_reading *g, const mlci_onnx_form **out,
                                mlc_error *err)
{
    *out = NULL;
    for (int64_t i = 0; i < g->file.n_outputs; i++) {
        const mlci_onnx_form *const f = output_form(g, i);
        if (worth(f) == 0)
            return mlci_foreign_refuse(
                g->model, err, MLC_ERROR_UNSUPPORTED, "output",
                "output '%.*s' is neither scores nor labels",
                (int)(g->file.outputs[i].length > 64 ? 64 : g->file.outputs[i].length),
                g->file.outputs[i].at);
        if (*out != NULL && (*out)->scores.start != f->scores.start)
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "output",
                                       "its outputs come from different scores");
        if (*out == NULL || worth(f) > worth(*out)) *out = f;
    }
    return *out != NULL ? MLC_OK
                        : mlci_foreign_fail(g->model, err, "output", "the graph has no outputs");
}

/* One score decides for the second class above 0 before a logistic function, 0.5 after it; those of
 * trees that have none are probabilities. */
static mlc_status check_bounds(const mlci_onnx_reading *g, const mlci_onnx_scores *s,
                               mlc_error *err)
{
    for (int64_t i = 0; i < g->file.n_outputs; i++) {
        const mlci_onnx_scores *const other = &output_form(g, i)->scores;
        if (!other->has_bound) continue;
        const int is_share = s->link == MLCI_LINK_IDENTITY && g->linear.weights == NULL;
        const double bound = other->link == MLCI_LINK_IDENTITY && !is_share ? 0 : 0.5;
        if (other->bound != bound ||
            (s->link == MLCI_LINK_IDENTITY && other->divisor != s->divisor))
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_UNSUPPORTED, "label",
                                       "its label does not go by the larger probability");
    }
    return MLC_OK;
}

static void set_rule(mlci_onnx_reading *g, const mlci_onnx_scores *s)
{
    mlci_foreign *const m = g->model;
    m->link = s->link;
    /* Floats follow links one by one; these are divided by their sum. */
    if (m->link == MLCI_LINK_ONE_VS_ALL) m->rule.is_float = 0;
    m->rule.factor = s->factor;
    m->rule.divisor = s->divisor;
    m->n_classes = !g->is_class ? 0 : m->n_outputs == 1 ? 2 : m->n_outputs;
    if (m->n_outputs > 1 && m->n_classes > 0 && m->link == MLCI_LINK_LOGIT)
        m->link = MLCI_LINK_EACH;
    for (int32_t k = 0; k < m->n_outputs && s->start >= 0; k++)
        m->start[k] += g->starts[s->start * m->n_outputs + k];
    m->has_rule = m->rule.is_float || s->factor != 1 || s->divisor != 1 ||
                  m->link == MLCI_LINK_EACH ||
                  (m->n_classes > 0 && m->link == MLCI_LINK_IDENTITY) ||
                  (m->n_classes == 2 && m->n_outputs == 2);
}

void mlci_onnx_write_objective(mlci_onnx_reading *g)
{
    static const char *const links[] = {"identity",  "logistic",   "exp", "softmax",
                                        "quantiles", "one_vs_all", "each"};
    mlci_foreign *const m = g->model;
    const size_t size = sizeof m->objective - 1;
    const size_t n = (size_t)g->maker->name.length < size ? (size_t)g->maker->name.length : size;
    memcpy(m->objective, g->maker->name.at, n);
    m->objective[n] = '\0';
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_format(&text, "%s %s", m->objective, links[m->link]);
    if (text.data != NULL && (size_t)text.length < size)
        memcpy(m->objective, text.data, (size_t)text.length + 1);
    mlci_text_clear(&text);
}

/* Quantiles of the levels that the file names. */
static mlc_status set_levels(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_foreign *const m = g->model;
    mlci_text list = mlci_text_init(m->root);
    if (g->is_class)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "output",
                                   "its outputs are both classes and the middle of scores");
    if (g->file.levels.at == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "metadata",
                                   "it has the middle of %d scores, but no levels of quantiles: "
                                   "'" MLCI_ONNX_QUANTILES "' in metadata_props would be right",
                                   (int)m->n_outputs);
    mlci_text_append_text(&m->recipe, "loss=quantile");
    mlci_text_append(&list, g->file.levels.at, g->file.levels.length);
    mlc_status status = mlci_text_status(&list, err);
    if (status == MLC_OK)
        status =
            mlci_foreign_set_levels(m, MLCI_ONNX_QUANTILES, list.length > 0 ? list.data : "", err);
    mlci_text_clear(&list);
    return status;
}

static mlc_status finish_trees(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err)
{
    mlci_foreign *const m = g->model;
    if (f->scores.is_total_one && m->n_outputs > 1 && f->scores.link != MLCI_LINK_SOFTMAX &&
        f->scores.link != MLCI_LINK_ONE_VS_ALL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "output",
                                   "probabilities of its trees are divided by their sum");
    if (g->is_class && g->n_labels > 0 && g->n_labels != m->n_classes)
        return mlci_foreign_fail(m, err, "labels", "it has %lld labels for %d classes",
                                 (long long)g->n_labels, (int)m->n_classes);
    m->component = g->is_class ? "gradient_boosting_classifier" : "gradient_boosting_regressor";
    if (m->link == MLCI_LINK_ONE_VS_ALL) mlci_text_append_text(&m->recipe, "loss=one_vs_all");
    if (m->link == MLCI_LINK_LOG) mlci_text_append_text(&m->recipe, "loss=poisson");
    if (m->link == MLCI_LINK_LOGIT && !g->is_class)
        mlci_text_append_text(&m->recipe, "loss=cross_entropy");
    MLCI_TRY(mlci_text_status(&m->recipe, err));
    if (m->link == MLCI_LINK_QUANTILES) MLCI_TRY(set_levels(g, err));
    return g->is_class ? mlci_onnx_make_classes(g, err) : MLC_OK;
}

mlc_status mlci_onnx_take_outputs(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_foreign *const m = g->model;
    const mlci_onnx_form *f = NULL;
    if (g->maker == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "graph",
                                   "it has neither trees nor a linear model");
    MLCI_TRY(choose_output(g, &f, err));
    if (g->vectors.n > 0) return mlci_onnx_vector_model(g, f, err);
    if (f->kind == MLCI_FORM_LABEL || f->kind == MLCI_FORM_CLASS)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "output",
                                   "it gives labels, but no scores or probabilities");
    if (f->scores.factor != 1 && f->scores.link != MLCI_LINK_LOGIT && g->linear.weights == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "output",
                                   "operator 'Mul' is known before a Sigmoid only");
    if (f->scores.link == MLCI_LINK_SOFTMAX) g->is_class = 1;
    set_rule(g, &f->scores);
    MLCI_TRY(check_bounds(g, &f->scores, err));
    if (g->linear.weights != NULL) return mlci_onnx_linear_model(g, f, err);
    mlci_onnx_write_objective(g);
    return finish_trees(g, f, err);
}
