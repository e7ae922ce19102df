/* What a text model of LightGBM says of its objective and of its training. */
#include <string.h>

#include "lightgbm_text.h"
#include "number.h"

/* ---- objective ---------------------------------------------------------------------------- */

typedef struct objective {
    const char *name, *component, *loss; /* loss NULL: the component's own */
    int32_t link, n_classes;             /* n_classes -1: num_class */
} objective;

static const objective objectives[] = {
    {"regression", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"regression_l2", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"regression_l1", "gradient_boosting_regressor", "absolute_error", MLCI_LINK_IDENTITY, 0},
    {"huber", "gradient_boosting_regressor", "huber", MLCI_LINK_IDENTITY, 0},
    {"fair", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"quantile", "gradient_boosting_regressor", "quantile", MLCI_LINK_IDENTITY, 0},
    {"mape", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"poisson", "gradient_boosting_regressor", "poisson", MLCI_LINK_LOG, 0},
    {"gamma", "gradient_boosting_regressor", "gamma", MLCI_LINK_LOG, 0},
    {"tweedie", "gradient_boosting_regressor", "tweedie", MLCI_LINK_LOG, 0},
    {"cross_entropy", "gradient_boosting_regressor", "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"xentropy", "gradient_boosting_regressor", "cross_entropy", MLCI_LINK_LOGIT, 0},
    {"cross_entropy_lambda", "gradient_boosting_regressor", NULL, MLCI_LINK_SOFTPLUS, 0},
    {"xentlambda", "gradient_boosting_regressor", NULL, MLCI_LINK_SOFTPLUS, 0},
    {"binary", "gradient_boosting_classifier", NULL, MLCI_LINK_LOGIT, 2},
    {"multiclass", "gradient_boosting_classifier", NULL, MLCI_LINK_SOFTMAX, -1},
    {"multiclassova", "gradient_boosting_classifier", "one_vs_all", MLCI_LINK_EACH, -1},
    {"lambdarank", "gradient_boosting_ranker", NULL, MLCI_LINK_IDENTITY, 0},
    {"rank_xendcg", "gradient_boosting_ranker", NULL, MLCI_LINK_IDENTITY, 0},
    {"custom", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
    {"none", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0},
};

/* "sigmoid:0.7" and the like. */
static mlc_status read_option(mlci_lightgbm *r, mlci_span word, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    if (mlci_span_is(word, "sqrt")) {
        m->link = MLCI_LINK_SQUARE;
        return MLC_OK;
    }
    if (word.length < 9 || memcmp(word.at, "sigmoid:", 8) != 0) return MLC_OK;
    if (mlci_real_parse(word.at + 8, word.length - 8, &m->rule.factor) && m->rule.factor > 0 &&
        m->rule.factor < 1e300)
        return MLC_OK;
    return mlci_foreign_fail(m, err, "objective", "objective: sigmoid is not a number above 0");
}

/* Forests of LightGBM before 2.2.0 have leaves behind the link, those of later releases before it,
 * and v2 is the format of both. Leaves of two classes tell: shares are all within 0 and 1. */
static mlc_status check_forest(const mlci_lightgbm *r, mlc_error *err)
{
    mlci_foreign *const m = r->model;
    if (!r->average || m->link == MLCI_LINK_IDENTITY || strcmp(m->version, "v2") != 0)
        return MLC_OK;
    if (m->link != MLCI_LINK_LOGIT || m->n_classes != 2)
        return mlci_foreign_refuse(
            m, err, MLC_ERROR_UNSUPPORTED, "average_output",
            "a random forest of format v2 with objective '%s': its file does "
            "not tell whether leaves are before or after the transform; save "
            "it with LightGBM 3 or later",
            m->objective);
    for (int64_t i = 0; i < m->first_node[m->n_trees]; i++)
        if (m->nodes[i].feature < 0 && !(m->nodes[i].value >= 0 && m->nodes[i].value <= 1))
            return MLC_OK;
    m->link = MLCI_LINK_IDENTITY;
    return MLC_OK;
}

mlc_status mlci_lightgbm_objective(mlci_lightgbm *r, mlc_error *err)
{
    static const objective none = {"", "gradient_boosting_regressor", NULL, MLCI_LINK_IDENTITY, 0};
    mlci_foreign *const m = r->model;
    mlci_span text = r->objective, word = {"", 0};
    const objective *found = mlci_span_word(&text, &word) ? NULL : &none;
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++)
        if (mlci_span_is(word, objectives[i].name)) found = &objectives[i];
    if (found == NULL)
        return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "objective",
                                   "objective '%.*s' is not known",
                                   (int)(word.length > 80 ? 80 : word.length), word.at);
    if (r->objective.at != NULL) mlci_span_keep(r->objective, m->objective, sizeof m->objective);
    m->component = found->component;
    m->link = found->link;
    m->n_classes = found->n_classes < 0 ? r->n_classes : found->n_classes;
    if (m->n_classes > 0 && r->per_round != (m->n_classes == 2 ? 1 : m->n_classes))
        return mlci_foreign_fail(m, err, "num_tree_per_iteration",
                                 "num_tree_per_iteration = %d does not fit %d classes",
                                 (int)r->per_round, (int)m->n_classes);
    while (mlci_span_word(&text, &word))
        MLCI_TRY(read_option(r, word, err));
    m->has_rule = m->link != MLCI_LINK_IDENTITY || r->average;
    m->is_mean = r->average;
    MLCI_TRY(check_forest(r, err));
    if (found->loss != NULL) mlci_text_append_format(&m->recipe, "loss=%s", found->loss);
    return MLC_OK;
}

/* ---- parameters --------------------------------------------------------------------------- */

/* Parameters of the training that have a counterpart here, "[learning_rate: 0.1]". */
static const struct {
    const char *name, *own;
    double low, high;
    int32_t is_integer;
} parameters[] = {
    {"learning_rate", "learning_rate", 1e-300, 1e300, 0},
    {"num_leaves", "max_leaf_nodes", 2, 32768, 1},
    {"min_data_in_leaf", "min_samples_leaf", 1, 1e9, 1},
    {"lambda_l1", "l1_regularization", 0, 1e300, 0},
    {"lambda_l2", "l2_regularization", 0, 1e300, 0},
    {"max_depth", "max_depth", 1, 1e6, 1},
};

void mlci_lightgbm_parameter(mlci_lightgbm *r)
{
    double value = 0;
    mlci_span text = {r->key.at, r->value.at + r->value.length - r->key.at};
    if (text.length < 4 || text.at[0] != '[' || text.at[text.length - 1] != ']') return;
    const char *const colon = memchr(text.at, ':', (size_t)text.length);
    if (colon == NULL || colon[1] != ' ') return;
    const mlci_span name = {text.at + 1, colon - text.at - 1};
    const mlci_span number = {colon + 2, text.at + text.length - 1 - (colon + 2)};
    if (!mlci_real_parse(number.at, number.length, &value)) return;
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (!mlci_span_is(name, parameters[i].name) ||
            !(value >= parameters[i].low && value <= parameters[i].high) ||
            (parameters[i].is_integer && value != (double)(int64_t)value))
            continue;
        if (r->model->recipe.length > 0) mlci_text_append_text(&r->model->recipe, ", ");
        mlci_text_append_format(&r->model->recipe, "%s=", parameters[i].own);
        mlci_text_append_real(&r->model->recipe, value);
    }
}
