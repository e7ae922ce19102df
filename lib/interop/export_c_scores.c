/* Scores and links as C source. The order of operations is that of the library: a chain of
 * additions a score, links as model/tree/link.c and foreign_link.c have them. */
#include "export_c_scores.h"

#include <string.h>

#include "export_c_math.h"
#include "export_c_trees.h"
#include "linear/linear_state.h"
#include "tree/ensemble.h"
#include "tree/forest.h"

static int is_boosting(const mlci_component *model)
{
    return mlci_model_of(model)->predict == mlci_ensemble_predict;
}

static int is_forest(const mlci_component *model)
{
    return mlci_model_of(model)->predict == mlci_forest_predict;
}

static int is_linear(const mlci_component *model)
{
    return strcmp(model->descriptor->name, "ridge") == 0 ||
           strcmp(model->descriptor->name, "logistic_regression") == 0;
}

static int32_t n_of(const mlci_component *model, int32_t output)
{
    if (!mlci_component_has_output(model, output)) return 0;
    return (int32_t)mlci_model_of(model)->n_outputs(model->params, model->state, output);
}

mlc_status mlci_c_outputs_of(const mlci_component *model, mlci_c_outputs *out, mlc_error *err)
{
    if (!is_boosting(model) && !is_forest(model) && !is_linear(model))
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, model->name,
                         "'%s' cannot be written as C: that can gradient boosting, random forests, "
                         "extra trees, decision trees, ridge and logistic_regression",
                         model->name);
    out->n_raw = n_of(model, MLCI_OUTPUT_RAW);
    out->n_predictions = n_of(model, MLCI_OUTPUT_PREDICTION);
    out->n_classes = n_of(model, MLCI_OUTPUT_PROBABILITY);
    out->n_quantiles = n_of(model, MLCI_OUTPUT_QUANTILE);
    return MLC_OK;
}

/* ---- scores of boosted trees -------------------------------------------------------------- */

static const char raw_start[] = "\n/* The start, then what the trees add, in their order. */\n"
                                "static void @_model_raw(const double *x, double *raw)\n"
                                "{\n"
                                "    uint32_t tree, k;\n"
                                "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
                                "        raw[k] = @_start[k];\n"
                                "    for (tree = 0; tree < $_N_TREES; tree++) {\n"
                                "        k = tree % $_N_OUTPUTS;\n";

static void put_scores(mlci_c_source *c, const mlci_ensemble *e, const mlci_features *features)
{
    const mlci_node_view trees = mlci_ensemble_view(e);
    const int is_float = e->rule != NULL && e->rule->is_float;
    mlci_c_define(c, "N_TREES", e->n_trees);
    mlci_c_put_trees(c, &trees, features);
    if (e->terms != NULL) mlci_c_put_lines(c, e->terms, e->first_node[e->n_trees], features);
    mlci_c_put(c, "\n");
    mlci_c_open_array(c, "double", "start");
    for (int32_t k = 0; k < e->n_outputs; k++)
        mlci_c_real(c, e->start[k]);
    mlci_c_close_array(c);
    mlci_c_put(c, raw_start);
    if (is_float) mlci_c_put(c, "        /* Sums are floats. */\n");
    mlci_c_put(c, is_float ? "        raw[k] = (double)(float)(raw[k] + " : "        raw[k] += ");
    mlci_c_put(c, e->terms != NULL ? "@_line(@_leaf(tree, x), x)" : "@_value[@_leaf(tree, x)]");
    mlci_c_put(c, is_float ? ");\n    }\n}\n" : ";\n    }\n}\n");
}

/* ---- links of our own --------------------------------------------------------------------- */

static const char model_predict[] = "\nstatic void @_model_predict(const double *x, double *out)\n"
                                    "{\n"
                                    "    double raw[$_N_OUTPUTS];\n";
static const char model_probability[] =
    "\nstatic void @_model_probability(const double *x, double *out)\n"
    "{\n"
    "    double raw[$_N_OUTPUTS];\n";

static const char largest[] = "\n/* The first of the largest. */\n"
                              "static int @_largest(const double *x, int n)\n"
                              "{\n"
                              "    int k, best = 0;\n"
                              "    for (k = 1; k < n; k++)\n"
                              "        if (x[k] > x[best]) best = k;\n"
                              "    return best;\n"
                              "}\n";

static const char quantiles[] = "\nstatic void @_model_quantile(const double *x, double *out)\n"
                                "{\n"
                                "    int j, k;\n"
                                "    @_model_raw(x, out);\n"
                                "    for (k = 1; k < $_N_OUTPUTS; k++) {\n"
                                "        const double v = out[k];\n"
                                "        for (j = k; j > 0 && out[j - 1] > v; j--)\n"
                                "            out[j] = out[j - 1];\n"
                                "        out[j] = v;\n"
                                "    }\n"
                                "}\n";

/* What becomes of raw[k] without classes, or NULL: nothing. */
static const char *own_transform(int32_t link)
{
    return link == MLCI_LINK_LOG     ? "@_exp(raw[k])"
           : link == MLCI_LINK_LOGIT ? "@_sigmoid(raw[k])"
                                     : "raw[k]";
}

static void put_numbers(mlci_c_source *c, const char *transform)
{
    mlci_c_put(c, model_predict);
    mlci_c_put(c, "    int k;\n"
                  "    @_model_raw(x, raw);\n"
                  "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
                  "        out[k] = ");
    mlci_c_put(c, transform);
    mlci_c_put(c, ";\n}\n");
}

static void put_quantiles(mlci_c_source *c)
{
    mlci_c_put(c, quantiles);
    mlci_c_put(c, model_predict);
    mlci_c_put(c, "    @_model_quantile(x, raw);\n"
                  "    out[0] = 0.5 * raw[($_N_OUTPUTS - 1) / 2] + 0.5 * raw[$_N_OUTPUTS / 2];\n"
                  "}\n");
}

static void put_own_prediction(mlci_c_source *c, const mlci_ensemble *e)
{
    const int is_one = e->n_outputs == 1;
    if (!is_one) mlci_c_put(c, largest);
    mlci_c_put(c, model_predict);
    mlci_c_put(c, "    @_model_raw(x, raw);\n");
    mlci_c_put(c, is_one ? "    out[0] = raw[0] > 0;\n}\n"
                         : "    out[0] = @_largest(raw, $_N_OUTPUTS);\n}\n");
}

static void put_own_classes(mlci_c_source *c, const mlci_ensemble *e, int32_t with_prediction)
{
    if (with_prediction) put_own_prediction(c, e);
    if (e->n_outputs == 1) {
        mlci_c_put(c, model_probability);
        mlci_c_put(c, "    @_model_raw(x, raw);\n"
                      "    raw[0] = @_sigmoid(raw[0]);\n"
                      "    out[0] = 1 - raw[0];\n");
        if (e->n_classes == 2) mlci_c_put(c, "    out[1] = raw[0];\n");
        mlci_c_put(c, "}\n");
        return;
    }
    mlci_c_put(c, "\nstatic void @_model_probability(const double *x, double *out)\n"
                  "{\n"
                  "    @_model_raw(x, out);\n");
    if (e->link == MLCI_LINK_ONE_VS_ALL)
        mlci_c_put(c, "    for (int k = 0; k < $_N_OUTPUTS; k++)\n"
                      "        out[k] = -@_softplus(-out[k]);\n");
    mlci_c_put(c, "    @_softmax(out, $_N_OUTPUTS);\n}\n");
}

/* ---- links of other libraries ------------------------------------------------------------- */

static const char float_logistic[] =
    "\nstatic double @_logistic(double x)\n"
    "{\n"
    "    x = -@_factor_of_scores * x;\n"
    "    if (x > (double)88.7F) x = (double)88.7F;\n"
    "    return (double)(1.0F / ((float)@_libm_expf(x) + 1.0F + 1e-16F));\n"
    "}\n";

static const char logistic[] = "\nstatic double @_logistic(double x)\n"
                               "{\n"
                               "    return 1.0 / (1.0 + @_libm_exp(-@_factor_of_scores * x));\n"
                               "}\n";

static const char shares_start[] = "\nstatic void @_shares(double *x)\n"
                                   "{\n"
                                   "    const double most = x[@_largest(x, $_N_OUTPUTS)];\n"
                                   "    double sum = 0;\n"
                                   "    int k;\n"
                                   "    for (k = 0; k < $_N_OUTPUTS; k++) {\n";
static const char float_shares[] = "        x[k] = @_libm_expf((double)(float)(x[k] - most));\n"
                                   "        sum += x[k];\n"
                                   "    }\n"
                                   "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
                                   "        x[k] = (double)((float)x[k] / (float)sum);\n"
                                   "}\n";
static const char shares[] = "        x[k] = @_libm_exp(x[k] - most);\n"
                             "        sum += x[k];\n"
                             "    }\n"
                             "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
                             "        x[k] /= sum;\n"
                             "}\n";

static const char step[] =
    "\nstatic float @_step(double x)\n"
    "{\n"
    "    const float above = @_libm_log1pf((float)@_libm_expf(x > 0 ? -x : x));\n"
    "    const float step = x > 0 ? (float)x + above : above;\n"
    "    return 1e-6F + step;\n"
    "}\n";

static const char *foreign_transform(int32_t link, int is_float)
{
    switch (link) {
    case MLCI_LINK_LOGIT:
        return "@_logistic(raw[k])";
    case MLCI_LINK_LOG:
        return is_float ? "@_libm_expf(raw[k])" : "@_libm_exp(raw[k])";
    case MLCI_LINK_SOFTPLUS:
        return is_float ? "@_log1p(@_libm_expf(raw[k]))" : "@_log1p(@_libm_exp(raw[k]))";
    case MLCI_LINK_SQUARE:
        return "raw[k] < 0 ? -(raw[k] * raw[k]) : raw[k] * raw[k]";
    case MLCI_LINK_STEP:
        return "raw[k] > 0";
    case MLCI_LINK_CLIMB:
        return "k == 0 ? raw[k] : (double)((float)out[k - 1] + @_step(raw[k]))";
    default:
        return "raw[k]";
    }
}

/* `static void @_divided(const double *x, double *raw)`: raw scores before the link. */
static void put_divided(mlci_c_source *c, const mlci_score_rule *rule)
{
    mlci_c_put(c, "\nstatic void @_divided(const double *x, double *raw)\n"
                  "{\n"
                  "    @_model_raw(x, raw);\n");
    if (rule->divisor != 1) {
        mlci_c_put(c, "    for (int k = 0; k < $_N_OUTPUTS; k++)\n"
                      "        raw[k] /= ");
        mlci_c_append_real(c->out, rule->divisor);
        mlci_c_put(c, ";\n");
    }
    mlci_c_put(c, "}\n");
}

static void put_foreign_functions(mlci_c_source *c, const mlci_ensemble *e)
{
    const int is_float = e->rule->is_float;
    put_divided(c, e->rule);
    if (e->link == MLCI_LINK_LOGIT || e->link == MLCI_LINK_EACH) {
        mlci_c_put(c, "\nstatic const double @_factor_of_scores = ");
        mlci_c_append_real(c->out, e->rule->factor);
        mlci_c_put(c, ";\n");
        mlci_c_put(c, is_float ? float_logistic : logistic);
    }
    if (e->n_outputs > 1 && e->n_classes > 0) mlci_c_put(c, largest);
    if (e->link == MLCI_LINK_CLIMB) mlci_c_put(c, step);
    if (e->link != MLCI_LINK_SOFTMAX) return;
    mlci_c_put(c, shares_start);
    mlci_c_put(c, is_float ? float_shares : shares);
}

static const char each_logistic[] = "    for (int k = 0; k < $_N_OUTPUTS; k++)\n"
                                    "        raw[k] = @_logistic(raw[k]);\n";

static void put_foreign_classes(mlci_c_source *c, const mlci_ensemble *e)
{
    const char *const to_shares = e->link == MLCI_LINK_SOFTMAX    ? "    @_shares(raw);\n"
                                  : e->link == MLCI_LINK_IDENTITY ? ""
                                                                  : each_logistic;
    mlci_c_put(c, model_predict);
    mlci_c_put(c, "    @_divided(x, raw);\n");
    mlci_c_put(c, to_shares);
    mlci_c_put(c, e->n_outputs == 1 ? "    out[0] = raw[0] > 0.5;\n}\n"
                                    : "    out[0] = @_largest(raw, $_N_OUTPUTS);\n}\n");
    mlci_c_put(c, model_probability);
    mlci_c_put(c, "    @_divided(x, raw);\n");
    mlci_c_put(c, to_shares);
    if (e->n_outputs > 1) {
        mlci_c_put(c, "    memcpy(out, raw, sizeof raw);\n}\n");
        return;
    }
    mlci_c_put(c, e->rule->is_float ? "    out[0] = (double)(float)(1 - raw[0]);\n"
                                    : "    out[0] = 1 - raw[0];\n");
    mlci_c_put(c, e->n_classes == 2 ? "    out[1] = raw[0];\n}\n" : "}\n");
}

static void put_foreign_numbers(mlci_c_source *c, const mlci_ensemble *e)
{
    mlci_c_put(c, model_predict);
    mlci_c_put(c, "    int k;\n"
                  "    @_divided(x, raw);\n"
                  "    for (k = 0; k < $_N_OUTPUTS; k++)\n"
                  "        out[k] = ");
    mlci_c_put(c, foreign_transform(e->link, e->rule->is_float));
    mlci_c_put(c, ";\n}\n");
}

/* ---- boosting ----------------------------------------------------------------------------- */

/* What the links of an ensemble rest on. */
static int32_t math_of(const mlci_ensemble *e)
{
    switch (e->link) {
    case MLCI_LINK_LOG:
        return MLCI_C_EXP;
    case MLCI_LINK_SOFTMAX:
        return MLCI_C_SOFTMAX;
    case MLCI_LINK_ONE_VS_ALL:
        return MLCI_C_SOFTPLUS | MLCI_C_SOFTMAX;
    default:
        return e->link == MLCI_LINK_LOGIT || e->n_classes > 0 ? MLCI_C_SIGMOID : 0;
    }
}

static int32_t foreign_math_of(const mlci_ensemble *e)
{
    const int32_t by_exp = e->rule->is_float ? MLCI_C_LIBM_EXPF : MLCI_C_LIBM_EXP;
    switch (e->link) {
    case MLCI_LINK_LOG:
    case MLCI_LINK_LOGIT:
    case MLCI_LINK_EACH:
    case MLCI_LINK_SOFTMAX:
        return by_exp;
    case MLCI_LINK_SOFTPLUS:
        return by_exp | MLCI_C_LOG1P;
    case MLCI_LINK_CLIMB:
        return by_exp | MLCI_C_LIBM_LOG1PF;
    default:
        return 0;
    }
}

static void put_boosting(mlci_c_source *c, const mlci_ensemble *e, const mlci_features *features,
                         int32_t with_prediction)
{
    mlci_c_put_math(c, e->rule != NULL ? foreign_math_of(e) : math_of(e));
    put_scores(c, e, features);
    if (e->link == MLCI_LINK_QUANTILES) {
        put_quantiles(c);
    } else if (e->rule != NULL) {
        put_foreign_functions(c, e);
        if (e->n_classes > 0)
            put_foreign_classes(c, e);
        else
            put_foreign_numbers(c, e);
    } else if (e->n_classes > 0) {
        put_own_classes(c, e, with_prediction);
    } else {
        put_numbers(c, own_transform(e->link));
    }
}

/* ---- forests ------------------------------------------------------------------------------ */

static const char sums_of_values[] = "\n/* The sum of the trees' leaves. */\n"
                                     "static void @_sums(const double *x, double *sums)\n"
                                     "{\n"
                                     "    uint32_t tree;\n"
                                     "    sums[0] = 0;\n"
                                     "    for (tree = 0; tree < $_N_TREES; tree++)\n"
                                     "        sums[0] += @_value[@_leaf(tree, x)];\n"
                                     "}\n";

static const char sums_of_shares[] =
    "\n/* Sums of the trees' shares: a leaf has one class, or a row of shares. */\n"
    "static void @_sums(const double *x, double *sums)\n"
    "{\n"
    "    uint32_t tree, k;\n"
    "    memset(sums, 0, $_N_SUMS * sizeof *sums);\n"
    "    for (tree = 0; tree < $_N_TREES; tree++) {\n"
    "        const uint32_t leaf = (uint32_t)@_value[@_leaf(tree, x)];\n"
    "        if (leaf < $_N_SUMS) {\n"
    "            sums[leaf] += 1;\n"
    "            continue;\n"
    "        }\n"
    "        for (k = 0; k < $_N_SUMS; k++)\n"
    "            sums[k] += @_share[(@_first_share[tree] + leaf - $_N_SUMS) * $_N_SUMS + k];\n"
    "    }\n"
    "}\n";

static const char forest_predict[] = "\nstatic void @_model_predict(const double *x, double *out)\n"
                                     "{\n"
                                     "    double sums[$_N_SUMS];\n"
                                     "    @_sums(x, sums);\n";

static void put_shares(mlci_c_source *c, const mlci_forest *f)
{
    const int64_t n_shares = f->first_share[f->n_trees];
    mlci_c_put(c,
               "\n/* Leaves with several classes: the first row of each tree, then rows of shares. "
               "*/\n");
    mlci_c_open_array(c, "uint32_t", "first_share");
    for (int64_t t = 0; t < f->n_trees; t++)
        mlci_c_integer(c, f->first_share[t]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, "double", "share");
    for (int64_t i = 0; i < n_shares * f->n_classes; i++)
        mlci_c_real(c, f->shares[i]);
    mlci_c_close_array(c);
}

static void put_forest_probability(mlci_c_source *c, const mlci_forest *f)
{
    mlci_c_put(c, "\nstatic void @_model_probability(const double *x, double *out)\n"
                  "{\n"
                  "    double sums[$_N_SUMS];\n"
                  "    @_sums(x, sums);\n");
    if (f->n_classes > 2) {
        mlci_c_put(c, "    for (int k = 0; k < $_N_SUMS; k++)\n"
                      "        out[k] = sums[k] / (double)$_N_TREES;\n}\n");
        return;
    }
    if (f->n_classes == 2) mlci_c_put(c, "    out[1] = sums[0] / (double)$_N_TREES;\n");
    mlci_c_put(c, "    out[0] = 1 - sums[0] / (double)$_N_TREES;\n}\n");
}

static void put_forest_prediction(mlci_c_source *c, const mlci_forest *f)
{
    if (f->n_classes > 2) mlci_c_put(c, largest);
    mlci_c_put(c, forest_predict);
    mlci_c_put(c, f->n_classes == 0  ? "    out[0] = sums[0] / (double)$_N_TREES;\n}\n"
                  : f->n_classes < 3 ? "    out[0] = sums[0] / (double)$_N_TREES > 0.5;\n}\n"
                                     : "    out[0] = @_largest(sums, $_N_SUMS);\n}\n");
}

static void put_forest(mlci_c_source *c, const mlci_forest *f, const mlci_features *features,
                       int32_t with_prediction)
{
    const mlci_node_view trees = mlci_forest_view(f);
    mlci_c_define(c, "N_TREES", f->n_trees);
    mlci_c_define(c, "N_SUMS", mlci_forest_width(f));
    mlci_c_put_trees(c, &trees, features);
    if (f->n_classes > 2) put_shares(c, f);
    mlci_c_put(c, f->n_classes > 2 ? sums_of_shares : sums_of_values);
    if (with_prediction) put_forest_prediction(c, f);
    if (f->n_classes > 0) put_forest_probability(c, f);
}

/* ---- linear models ------------------------------------------------------------------------ */

static const char linear_raw[] =
    "\n/* Sums of products, each rounded once with what it is added to; a new sum every $_CHAIN "
    "features. */\n"
    "static void @_scores(const double *x, double *raw)\n"
    "{\n"
    "    unsigned i, k;\n"
    "    for (k = 0; k < $_N_SCORES; k++) {\n"
    "        double total = 0, sum = 0;\n"
    "        for (i = 0; i < $_N_WEIGHTS; i++) {\n"
    "            sum = fma(x[i], @_weight[i * $_N_SCORES + k], sum);\n"
    "            if (i % $_CHAIN == $_CHAIN - 1) {\n"
    "                total += sum;\n"
    "                sum = 0;\n"
    "            }\n"
    "        }\n"
    "        raw[k] = (total + sum) + @_intercept[k];\n"
    "    }\n"
    "}\n";

static void put_linear_scores(mlci_c_source *c, const mlci_linear_state *s)
{
    mlci_c_put(c, "/* Weights feature by feature. */\n");
    mlci_c_open_array(c, "double", "weight");
    for (int64_t i = 0; i < s->n_features * s->n_outputs; i++)
        mlci_c_real(c, s->weights[i]);
    mlci_c_close_array(c);
    mlci_c_open_array(c, "double", "intercept");
    for (int64_t k = 0; k < s->n_outputs; k++)
        mlci_c_real(c, s->intercept[k]);
    mlci_c_close_array(c);
    mlci_c_define(c, "N_WEIGHTS", s->n_features);
    mlci_c_define(c, "N_SCORES", s->n_outputs);
    mlci_c_define(c, "CHAIN", MLCI_CHAIN);
    mlci_c_put(c, linear_raw);
}

static const char raw_is_score[] = "\nstatic void @_model_raw(const double *x, double *raw)\n"
                                   "{\n"
                                   "    @_scores(x, raw);\n"
                                   "}\n";

static const char two_probabilities[] =
    "\nstatic void @_model_probability(const double *x, double *out)\n"
    "{\n"
    "    double raw[1];\n"
    "    @_scores(x, raw);\n"
    "    out[0] = @_sigmoid(-raw[0]);\n"
    "    out[1] = @_sigmoid(raw[0]);\n"
    "}\n";

static const char many_probabilities[] =
    "\nstatic void @_model_probability(const double *x, double *out)\n"
    "{\n"
    "    @_scores(x, out);\n"
    "    @_softmax(out, $_N_SCORES);\n"
    "}\n";

static void put_linear_class(mlci_c_source *c, int is_one)
{
    if (!is_one) mlci_c_put(c, largest);
    mlci_c_put(c, "\nstatic void @_model_predict(const double *x, double *out)\n"
                  "{\n"
                  "    double raw[$_N_SCORES];\n"
                  "    @_scores(x, raw);\n");
    mlci_c_put(c, is_one ? "    out[0] = raw[0] > 0;\n}\n"
                         : "    out[0] = @_largest(raw, $_N_SCORES);\n}\n");
}

static void put_linear(mlci_c_source *c, const mlci_component *model, int32_t with_prediction)
{
    const mlci_linear_state *const s = model->state;
    const int is_logistic = model->classes != NULL, is_one = s->n_outputs == 1;
    if (is_logistic) mlci_c_put_math(c, is_one ? MLCI_C_SIGMOID : MLCI_C_SOFTMAX);
    put_linear_scores(c, s);
    if (mlci_component_has_output(model, MLCI_OUTPUT_RAW)) mlci_c_put(c, raw_is_score);
    if (!is_logistic) {
        mlci_c_put(c, "\nstatic void @_model_predict(const double *x, double *out)\n"
                      "{\n"
                      "    @_scores(x, out);\n"
                      "}\n");
        return;
    }
    if (with_prediction) put_linear_class(c, is_one);
    mlci_c_put(c, is_one ? two_probabilities : many_probabilities);
}

void mlci_c_put_model(mlci_c_source *c, const mlci_component *model, int32_t with_prediction)
{
    if (is_boosting(model))
        put_boosting(c, model->state, model->features, with_prediction);
    else if (is_linear(model))
        put_linear(c, model, with_prediction);
    else
        put_forest(c, model->state, model->features, with_prediction);
}
