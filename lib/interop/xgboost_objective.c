/* XGBoost's objectives: what kind of model each makes, and how base_score, which is given in the
 * space of predictions, becomes the score that sums start from: in float32, as XGBoost does it. */
#include <math.h>
#include <string.h>

#include "xgboost.h"

/* From release 3.2 on base_score of the logistic objectives is held that far from 0 and 1. */
#define LEAST_SHARE 1e-6F

enum { NUMBERS, TWO_CLASSES, CLASSES };

typedef struct objective {
    const char *name, *component, *loss; /* loss NULL: the component's own */
    int32_t link, classes;
} objective;

#define CLASSIFIER "gradient_boosting_classifier"
#define REGRESSOR "gradient_boosting_regressor"
#define RANKER "gradient_boosting_ranker"
#define SURVIVAL "gradient_boosting_survival"

static const objective objectives[] = {
    {"reg:squarederror", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:linear", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:squaredlogerror", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:pseudohubererror", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:absoluteerror", REGRESSOR, "absolute_error", MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:quantileerror", REGRESSOR, "quantile", MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:expectileerror", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"reg:logistic", REGRESSOR, "cross_entropy", MLCI_LINK_LOGIT, NUMBERS},
    {"reg:gamma", REGRESSOR, "gamma", MLCI_LINK_LOG, NUMBERS},
    {"reg:tweedie", REGRESSOR, "tweedie", MLCI_LINK_LOG, NUMBERS},
    {"count:poisson", REGRESSOR, "poisson", MLCI_LINK_LOG, NUMBERS},
    {"survival:cox", SURVIVAL, "cox", MLCI_LINK_LOG, NUMBERS},
    {"survival:aft", SURVIVAL, "aft", MLCI_LINK_LOG, NUMBERS},
    {"binary:logistic", CLASSIFIER, NULL, MLCI_LINK_LOGIT, TWO_CLASSES},
    /* What these two predict is no probability: a score, and 0 or 1. */
    {"binary:logitraw", REGRESSOR, NULL, MLCI_LINK_IDENTITY, NUMBERS},
    {"binary:hinge", REGRESSOR, NULL, MLCI_LINK_STEP, NUMBERS},
    {"multi:softmax", CLASSIFIER, NULL, MLCI_LINK_SOFTMAX, CLASSES},
    {"multi:softprob", CLASSIFIER, NULL, MLCI_LINK_SOFTMAX, CLASSES},
    {"rank:pairwise", RANKER, "pairwise", MLCI_LINK_IDENTITY, NUMBERS},
    {"rank:ndcg", RANKER, "lambdarank", MLCI_LINK_IDENTITY, NUMBERS},
    {"rank:map", RANKER, "map", MLCI_LINK_IDENTITY, NUMBERS},
};
/* Was the document written before that release? */
static int is_before(const mlci_xgboost *x, int64_t major, int64_t minor, int64_t patch)
{
    const int64_t release[] = {major, minor, patch};
    int i = 0;
    while (i < 2 && x->version[i] == release[i])
        i++;
    return x->version[i] < release[i];
}

static float first_score(const mlci_xgboost *x, int32_t link, float base)
{
    if (link == MLCI_LINK_LOG) return mlci_libm_logf(base);
    if (link != MLCI_LINK_LOGIT) return base;
    if (!is_before(x, 3, 2, 0)) {
        if (base < LEAST_SHARE) base = LEAST_SHARE;
        if (base > 1.0F - LEAST_SHARE) base = 1.0F - LEAST_SHARE;
    }
    return -mlci_libm_logf(1.0F / base - 1.0F);
}

/* The link whose predictions base_score is one of. */
static int32_t link_of_base(const mlci_xgboost *x)
{
    const int is_raw = strcmp(x->model->objective, "binary:logitraw") == 0;
    return is_raw && is_before(x, 1, 3, 1) ? MLCI_LINK_LOGIT : x->model->link;
}

/* The score that becomes a step of that height from a level to the next. */
static float score_of_step(float step)
{
    step -= MLCI_CLIMB_STEP;
    if (step < MLCI_CLIMB_STEP) step = MLCI_CLIMB_STEP;
    return step + mlci_libm_logf(-mlci_libm_expm1f(-step));
}

static float base_of(const mlci_xgboost *x, int32_t k)
{
    return x->base_score.at[x->base_score.n == 1 || x->has_weights ? 0 : k];
}

/* gblinear takes the first one for all outputs. */
static mlc_status set_start(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    const int64_t n = x->base_score.n;
    const int32_t link = link_of_base(x);
    if (n == 0) return mlci_foreign_fail(m, err, "base_score", "base_score is missing");
    if (n != 1 && n != m->n_outputs)
        return mlci_foreign_fail(m, err, "base_score",
                                 "base_score has %lld values, the model %d outputs", (long long)n,
                                 (int)m->n_outputs);
    for (int32_t k = 0; k < m->n_outputs; k++) {
        m->start[k] = (double)(link == MLCI_LINK_CLIMB && k > 0 && !x->has_weights
                                   ? score_of_step(base_of(x, k) - base_of(x, k - 1))
                                   : first_score(x, link, base_of(x, k)));
        if (!isfinite(m->start[k]))
            return mlci_foreign_fail(m, err, "base_score",
                                     "base_score is not one that objective '%s' starts from",
                                     m->objective);
    }
    return MLC_OK;
}

static mlc_status find_objective(const mlci_xgboost *x, const objective **out, mlc_error *err)
{
    const mlci_foreign *const m = x->model;
    if (m->objective[0] == '\0')
        return mlci_foreign_fail(m, err, "objective", "it has no objective");
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        if (strcmp(m->objective, objectives[i].name) != 0) continue;
        *out = &objectives[i];
        return MLC_OK;
    }
    return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "objective",
                               "objective '%s' is not known", m->objective);
}

static mlc_status count_outputs(mlci_xgboost *x, mlc_error *err)
{
    const int64_t n = x->n_classes > x->n_targets ? x->n_classes : x->n_targets;
    if (x->n_classes < 0 || x->n_targets < 0 || n > MLCI_MAX_LOADED_CLASSES ||
        (x->n_classes > 1 && x->n_targets > 1))
        return mlci_foreign_fail(x->model, err, "num_class",
                                 "num_class = %lld and num_target = %lld do not go together",
                                 (long long)x->n_classes, (long long)x->n_targets);
    return mlci_foreign_set_outputs(x->model, n > 1 ? (int32_t)n : 1, err);
}

static mlc_status check_objective(const mlci_xgboost *x, const objective *found, mlc_error *err)
{
    const mlci_foreign *const m = x->model;
    if (found->classes == CLASSES && x->n_classes < 2)
        return mlci_foreign_fail(m, err, "num_class", "objective '%s' needs classes, not %lld",
                                 m->objective, (long long)x->n_classes);
    if (found->classes != CLASSES && x->n_classes > 1)
        return mlci_foreign_fail(m, err, "num_class", "objective '%s' does not have %lld classes",
                                 m->objective, (long long)x->n_classes);
    return MLC_OK;
}

/* Of several expectiles each is above the one before; their levels change nothing. */
static mlc_status set_expectiles(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    if (strcmp(m->objective, "reg:expectileerror") != 0 || m->n_outputs == 1) return MLC_OK;
    m->link = MLCI_LINK_CLIMB;
    if (m->n_outputs <= MLCI_MOST_LEVELS) return MLC_OK;
    return mlci_foreign_refuse(m, err, MLC_ERROR_UNSUPPORTED, "expectile_alpha",
                               "objective '%s' has %d levels, of which %d can be read",
                               m->objective, (int)m->n_outputs, MLCI_MOST_LEVELS);
}

mlc_status mlci_xgboost_set_objective(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    const objective *found = NULL;
    MLCI_TRY(find_objective(x, &found, err));
    MLCI_TRY(count_outputs(x, err));
    MLCI_TRY(check_objective(x, found, err));
    m->component = found->component;
    m->link = found->link;
    MLCI_TRY(set_expectiles(x, err));
    m->has_rule = 1;
    m->rule.is_float = 1;
    m->n_classes = found->classes == NUMBERS       ? 0
                   : found->classes == TWO_CLASSES ? 2
                                                   : (int32_t)x->n_classes;
    if (found->classes == TWO_CLASSES && m->n_outputs > 1) { /* labels that do not exclude */
        m->n_classes = 0;
        m->component = REGRESSOR;
        mlci_text_append_text(&m->recipe, "loss=cross_entropy");
    }
    if (found->loss != NULL) mlci_text_append_format(&m->recipe, "loss=%s", found->loss);
    MLCI_TRY(mlci_text_status(&m->recipe, err));
    return set_start(x, err);
}
