/* XGBoost's JSON models, as versions 2 and 3 read them.
 *
 * There x, a float, goes left where x < t. Ours is x <= T: with t the smallest float above T both
 * are the same question for each float, and for each double where T is what an XGBoost model's t
 * became when it was imported. Leaves are floats and added as such. A set there has what goes
 * right, and what is in no set goes left: where unknown categories go right here, the children
 * change places. Nodes do so in the file as well, since right children are looked for next to left
 * ones. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "export_boosting.h"
#include "export_xgboost_labels.h"
#include "foreign.h"
#include "kernels.h"
#include "number.h"
#include "tree/loss.h"

#define NO_PARENT 2147483647
#define BASE_TRIES 16 /* floats on each side of a first guess */

typedef struct writer {
    mlci_exported x;
    mlci_text *out;
    float base;           /* base_score, in the space of predictions */
    int32_t start_inside; /* the start is in the leaves of the first round */
    int32_t rounds_splits, rounds_leaves;
    int32_t has_other_labels; /* than ASCII: releases before 3.4 count characters for bytes */
    int64_t capacity;
    int32_t *node_at;   /* of a tree's places; of a node its place is the same number */
    int32_t *parent;    /* of places */
    int64_t *n_members; /* of nodes: categories in their sets */
} writer;

/* ---- numbers ------------------------------------------------------------------------------ */

static void put_float(mlci_text *out, float value)
{
    char text[MLCI_NUMBER_SIZE];
    if (isinf(value)) {
        mlci_text_append_text(out, value > 0 ? "Infinity" : "-Infinity");
        return;
    }
    mlci_float_format(value, text);
    mlci_text_append_text(out, text);
    /* Without a point or an exponent it would be read as an integer. */
    if (strpbrk(text, ".e") == NULL) mlci_text_append_text(out, "E0");
}

static float to_float(double value)
{
    return value > (double)FLT_MAX ? FLT_MAX : value < (double)-FLT_MAX ? -FLT_MAX : (float)value;
}

static float next_float(float x)
{
    uint32_t bits;
    if (x == 0) return FLT_TRUE_MIN;
    memcpy(&bits, &x, sizeof bits);
    bits += x > 0 ? 1 : UINT32_MAX;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The smallest float above a threshold. */
static float threshold_of(writer *w, double threshold)
{
    float f = threshold >= (double)FLT_MAX   ? INFINITY
              : threshold < (double)-FLT_MAX ? -FLT_MAX
                                             : (float)threshold;
    if (!isinf(f) && (double)f <= threshold) f = next_float(f);
    if (mlci_foreign_bound(MLCI_COMPARE_FLOAT_BELOW, (double)f) != threshold) w->rounds_splits = 1;
    return f;
}

/* ---- lists of a tree ---------------------------------------------------------------------- */

typedef struct tree {
    writer *w;
    int64_t index;
    int64_t n_nodes;
    const mlci_tree_node *nodes;
    const double *gain, *cover;
    double start; /* of its leaves */
} tree;

static int is_leaf(const tree *t, int64_t i)
{
    return t->nodes[i].left == 0;
}

static int is_set(const tree *t, int64_t i)
{
    return !is_leaf(t, i) && (t->nodes[i].split & MLCI_NODE_CATEGORY) != 0;
}

/* Do the children of a split change places? */
static int is_turned(const tree *t, int64_t i)
{
    const int32_t unseen = t->w->x.ensemble->categories.unseen_bin;
    return is_set(t, i) &&
           !mlci_exported_goes_left(&t->w->x, t->index, &t->nodes[i], (uint32_t)unseen);
}

/* Does a category go to where its set leads? */
static int is_member(const tree *t, int64_t i, int64_t code)
{
    const mlci_category_bins *const bins = &t->w->x.ensemble->categories;
    const int64_t j = t->nodes[i].split & MLCI_NODE_FEATURE;
    const uint32_t bin = bins->bin_of_code[bins->first_code[j] + code];
    return mlci_exported_goes_left(&t->w->x, t->index, &t->nodes[i], bin) == is_turned(t, i);
}

static int64_t n_members(const tree *t, int64_t i)
{
    return t->w->n_members[i];
}

static int64_t count_members(const tree *t, int64_t i)
{
    int64_t n = 0;
    if (!is_set(t, i)) return 0;
    const int64_t n_codes =
        mlci_n_codes(&t->w->x.ensemble->categories, t->nodes[i].split & MLCI_NODE_FEATURE);
    for (int64_t code = 0; code < n_codes; code++)
        n += is_member(t, i, code);
    return n;
}

typedef void (*cell_fn)(const tree *t, int64_t i, mlci_text *out);

static void put_list(const tree *t, const char *key, cell_fn cell)
{
    mlci_text *const out = t->w->out;
    mlci_text_append_format(out, "\"%s\":[", key);
    for (int64_t k = 0; k < t->n_nodes; k++) {
        if (k > 0) mlci_text_append_char(out, ',');
        cell(t, t->w->node_at[k], out);
    }
    mlci_text_append_text(out, "],");
}

static float leaf_value(const tree *t, int64_t i)
{
    if ((double)to_float(t->nodes[i].value) != t->nodes[i].value) t->w->rounds_leaves = 1;
    return to_float(t->nodes[i].value + t->start);
}

static void put_weight(const tree *t, int64_t i, mlci_text *out)
{
    put_float(out, is_leaf(t, i) ? leaf_value(t, i) : 0);
}

/* Of a leaf its value; of a set nothing, or, where it has no members and so leads all categories
 * left, a threshold above all codes. */
static void put_condition(const tree *t, int64_t i, mlci_text *out)
{
    put_float(out, is_leaf(t, i)  ? leaf_value(t, i)
                   : is_set(t, i) ? FLT_MAX
                                  : threshold_of(t->w, t->nodes[i].value));
}

static void put_type(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_char(out, n_members(t, i) > 0 ? '1' : '0');
}

static void put_default(const tree *t, int64_t i, mlci_text *out)
{
    int left = (t->nodes[i].split & MLCI_NODE_MISSING_LEFT) != 0;
    if (is_set(t, i))
        left = mlci_exported_goes_left(&t->w->x, t->index, &t->nodes[i], 0) != is_turned(t, i);
    mlci_text_append_char(out, !is_leaf(t, i) && left ? '1' : '0');
}

static void put_feature(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, is_leaf(t, i) ? 0 : t->nodes[i].split & MLCI_NODE_FEATURE);
}

static void put_parent(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, t->w->parent[t->w->node_at[i]]);
}

static void put_left(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, is_leaf(t, i) ? -1 : t->nodes[i].left);
}

static void put_right(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, is_leaf(t, i) ? -1 : t->nodes[i].left + 1);
}

static void put_gain(const tree *t, int64_t i, mlci_text *out)
{
    put_float(out, to_float(t->gain[i]));
}

static void put_cover(const tree *t, int64_t i, mlci_text *out)
{
    put_float(out, to_float(t->cover[i]));
}

/* ---- sets --------------------------------------------------------------------------------- */

enum { MEMBERS, NODES, SEGMENTS, SIZES };
static const char *const set_lists[] = {"categories", "categories_nodes", "categories_segments",
                                        "categories_sizes"};

static void put_members(const tree *t, int64_t i, int is_first, mlci_text *out)
{
    const int64_t n_codes =
        mlci_n_codes(&t->w->x.ensemble->categories, t->nodes[i].split & MLCI_NODE_FEATURE);
    for (int64_t code = 0; code < n_codes; code++) {
        if (!is_member(t, i, code)) continue;
        mlci_text_append_format(out, "%s%lld", is_first ? "" : ",", (long long)code);
        is_first = 0;
    }
}

static void put_sets(const tree *t)
{
    mlci_text *const out = t->w->out;
    for (int list = MEMBERS; list <= SIZES; list++) {
        int64_t n_before = 0;
        int is_first = 1;
        mlci_text_append_format(out, "\"%s\":[", set_lists[list]);
        for (int64_t k = 0; k < t->n_nodes; k++) {
            const int64_t i = t->w->node_at[k], n = n_members(t, i);
            if (n == 0) continue;
            if (list == MEMBERS)
                put_members(t, i, is_first, out);
            else
                mlci_text_append_format(out, "%s%lld", is_first ? "" : ",",
                                        (long long)(list == NODES      ? k
                                                    : list == SEGMENTS ? n_before
                                                                       : n));
            is_first = 0;
            n_before += n;
        }
        mlci_text_append_text(out, "],");
    }
}

/* ---- trees -------------------------------------------------------------------------------- */

/* Where nodes are: children come after their parents, in pairs. */
static mlc_status place_nodes(const tree *t, mlc_error *err)
{
    writer *const w = t->w;
    if (t->n_nodes > w->capacity) {
        mlci_free(w->node_at);
        mlci_free(w->parent);
        mlci_free(w->n_members);
        w->n_members = mlci_alloc(w->x.e->root, t->n_nodes, sizeof *w->n_members);
        w->node_at = mlci_alloc(w->x.e->root, t->n_nodes, sizeof *w->node_at);
        w->parent = mlci_alloc(w->x.e->root, t->n_nodes, sizeof *w->parent);
        w->capacity = t->n_nodes;
        if (w->node_at == NULL || w->parent == NULL || w->n_members == NULL)
            return mlci_fail_memory(err, t->n_nodes, sizeof *w->node_at);
    }
    w->node_at[0] = 0;
    w->parent[0] = NO_PARENT;
    for (int64_t i = 0; i < t->n_nodes; i++) {
        w->n_members[i] = count_members(t, i);
        if (is_leaf(t, i)) continue;
        const int32_t left = t->nodes[i].left;
        w->node_at[left] = left + is_turned(t, i);
        w->node_at[left + 1] = left + !is_turned(t, i);
        w->parent[left] = w->parent[left + 1] = w->node_at[i];
    }
    return MLC_OK;
}

static mlc_status put_tree(writer *w, int64_t index, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    const int64_t node = e->first_node[index];
    const tree t = {w,
                    index,
                    e->first_node[index + 1] - node,
                    e->nodes + node,
                    e->gain + node,
                    e->cover + node,
                    w->start_inside && index < e->n_outputs ? e->start[index] : 0};
    MLCI_TRY(place_nodes(&t, err));
    mlci_text_append_format(w->out, "%s{", index > 0 ? ",\n" : "");
    put_list(&t, "base_weights", put_weight);
    put_sets(&t);
    put_list(&t, "default_left", put_default);
    mlci_text_append_format(w->out, "\"id\":%lld,", (long long)index);
    put_list(&t, "left_children", put_left);
    put_list(&t, "loss_changes", put_gain);
    put_list(&t, "parents", put_parent);
    put_list(&t, "right_children", put_right);
    put_list(&t, "split_conditions", put_condition);
    put_list(&t, "split_indices", put_feature);
    put_list(&t, "split_type", put_type);
    put_list(&t, "sum_hessian", put_cover);
    mlci_text_append_format(w->out,
                            "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"%lld\","
                            "\"num_nodes\":\"%lld\",\"size_leaf_vector\":\"1\"}}",
                            (long long)w->x.features->n_features, (long long)t.n_nodes);
    return mlci_poll(w->x.e->call, err);
}

static void put_integers(mlci_text *out, const char *key, int64_t n, int64_t step, int64_t modulus)
{
    mlci_text_append_format(out, "\"%s\":[", key);
    for (int64_t i = 0; i < n; i++)
        mlci_text_append_format(out, "%s%lld", i > 0 ? "," : "",
                                (long long)(modulus > 0 ? i % modulus : i * step));
    mlci_text_append_text(out, "]");
}

/* ---- objective ---------------------------------------------------------------------------- */

static const char reg_loss[] = "\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}";
static const char ranking[] =
    "\"lambdarank_param\":{\"lambdarank_bias_norm\":\"1\",\"lambdarank_normalization\":\"1\","
    "\"lambdarank_num_pair_per_sample\":\"4294967295\",\"lambdarank_pair_method\":\"topk\","
    "\"lambdarank_score_normalization\":\"1\",\"lambdarank_unbiased\":\"0\","
    "\"ndcg_exp_gain\":\"1\"}";

typedef struct objective {
    const char *name, *parameters;
    int32_t is_whole; /* it says what predictions are */
} objective;

static objective class_objective(const mlci_ensemble *e)
{
    const int is_plain = e->rule == NULL || e->rule->factor == 1;
    if (e->n_outputs > 1) return (objective){"multi:softprob", NULL, e->link == MLCI_LINK_SOFTMAX};
    if (is_plain) return (objective){"binary:logistic", reg_loss, e->n_classes == 2};
    return (objective){"binary:logitraw", reg_loss, 0};
}

static objective objective_of(const writer *w)
{
    const mlci_ensemble *const e = w->x.ensemble;
    const int32_t loss = w->x.params->loss;
    const int is_plain = e->rule == NULL || e->rule->factor == 1;
    if (e->n_classes > 0) return class_objective(e);
    if ((w->x.model->descriptor->capabilities & MLCI_NEEDS_GROUP) != 0)
        return (objective){loss == MLCI_LOSS_MAP        ? "rank:map"
                           : loss == MLCI_LOSS_PAIRWISE ? "rank:pairwise"
                                                        : "rank:ndcg",
                           ranking, 1};
    switch (e->link) {
    case MLCI_LINK_IDENTITY:
        return (objective){"reg:squarederror", reg_loss, 1};
    case MLCI_LINK_LOGIT:
        return (objective){is_plain ? "reg:logistic" : "reg:squarederror", reg_loss, is_plain};
    case MLCI_LINK_LOG:
        return (objective){"reg:gamma", reg_loss, 1};
    case MLCI_LINK_STEP:
        return (objective){"binary:hinge", NULL, 1};
    case MLCI_LINK_QUANTILES:
        return (objective){"reg:quantileerror", NULL, 1};
    default:
        return (objective){"reg:squarederror", reg_loss, 0};
    }
}

static mlc_status put_levels(writer *w, mlc_error *err)
{
    double levels[MLCI_MOST_LEVELS];
    const int32_t n = mlci_param_numbers(w->x.params->quantile, levels, MLCI_MOST_LEVELS);
    mlci_text_append_text(w->out, ",\"quantile_loss_param\":{\"quantile_alpha\":\"[");
    for (int32_t k = 0; k < n; k++) {
        if (k > 0) mlci_text_append_char(w->out, ',');
        put_float(w->out, to_float(levels[k]));
    }
    mlci_text_append_text(w->out, "]\"}}");
    return mlci_exported_note(&w->x, "predictions",
                              "releases before 3.4 do not sort the quantiles of a row", err);
}

static mlc_status put_objective(writer *w, mlc_error *err)
{
    const objective o = objective_of(w);
    mlci_text_append_format(w->out, "\"objective\":{\"name\":\"%s\"", o.name);
    if (w->x.ensemble->link == MLCI_LINK_QUANTILES) return put_levels(w, err);
    if (o.parameters != NULL) mlci_text_append_format(w->out, ",%s", o.parameters);
    if (w->x.ensemble->n_outputs > 1 && w->x.ensemble->n_classes > 0)
        mlci_text_append_format(w->out, ",\"softmax_multiclass_param\":{\"num_class\":\"%d\"}",
                                (int)w->x.ensemble->n_classes);
    mlci_text_append_char(w->out, '}');
    if (o.is_whole) return MLC_OK;
    return mlci_exported_note(
        &w->x,
        w->x.ensemble->n_outputs > 1 && w->x.ensemble->n_classes > 0 ? "probabilities"
                                                                     : "predictions",
        "the file names no objective that makes them out of the raw scores: take those", err);
}

/* ---- the start ---------------------------------------------------------------------------- */

/* The score that XGBoost starts from with a base_score, computed as it does. */
static float margin_of(const writer *w, int32_t link, float base)
{
    const mlci_kernels *const kernels = mlci_kernels_of(mlci_root_isa(w->x.e->root));
    double value = link == MLCI_LINK_LOGIT ? (double)(1.0F / base - 1.0F) : (double)base;
    if (link == MLCI_LINK_IDENTITY) return base;
    kernels->log(1, &value, &value);
    return link == MLCI_LINK_LOGIT ? -(float)value : (float)value;
}

/* Is there a base_score that gives the start? The link's value of it is near. */
static int find_base(writer *w, int32_t link, float start)
{
    const mlci_kernels *const kernels = mlci_kernels_of(mlci_root_isa(w->x.e->root));
    double guess = (double)start;
    if (link == MLCI_LINK_LOGIT) kernels->sigmoid(1, &guess, &guess);
    if (link == MLCI_LINK_LOG) kernels->exp(1, &guess, &guess);
    float base = to_float(guess);
    uint32_t bits;
    memcpy(&bits, &base, sizeof bits);
    const uint32_t middle = bits;
    for (uint32_t i = 0; i <= 2 * BASE_TRIES; i++) {
        bits = middle + (i % 2 == 0 ? i / 2 : (uint32_t)0 - (i + 1) / 2);
        memcpy(&base, &bits, sizeof base);
        if (link == MLCI_LINK_LOGIT && !(base > 1e-5F && base < 1 - 1e-5F)) continue;
        if (link == MLCI_LINK_LOG && !(base > FLT_MIN && base < FLT_MAX)) continue;
        if (margin_of(w, link, base) != start) continue;
        w->base = base;
        return 1;
    }
    return 0;
}

/* How the objective turns base_score into a score. */
static int32_t base_link(const writer *w)
{
    const char *const name = objective_of(w).name;
    return strcmp(name, "binary:logistic") == 0 || strcmp(name, "reg:logistic") == 0
               ? MLCI_LINK_LOGIT
           : strcmp(name, "reg:gamma") == 0 ? MLCI_LINK_LOG
                                            : MLCI_LINK_IDENTITY;
}

/* base_score where one says it exactly, else the leaves of the first round have the start in them,
 * which gives the same sums from a score of 0. */
static void choose_base(writer *w)
{
    const mlci_ensemble *const e = w->x.ensemble;
    const int32_t link = base_link(w);
    int is_one = 1;
    for (int32_t k = 1; k < e->n_outputs; k++)
        is_one &= e->start[k] == e->start[0];
    const float start = to_float(e->start[0]);
    if (is_one && (double)start == e->start[0] && find_base(w, link, start)) return;
    w->start_inside = 1;
    w->base = link == MLCI_LINK_LOGIT ? 0.5F : link == MLCI_LINK_LOG ? 1 : 0;
}

/* ---- file --------------------------------------------------------------------------------- */

static mlc_status put_features(writer *w, mlc_error *err)
{
    int32_t changed = 0;
    mlci_text name = mlci_text_init(w->x.e->root);
    const mlci_features *const f = w->x.features;
    const int is_vector = f->n_inputs == 1 && f->inputs[0].type == MLC_TYPE_VECTOR;
    mlci_text_append_text(w->out, "\"feature_names\":[");
    for (int64_t j = 0; j < f->n_features && !is_vector; j++) {
        name.length = 0;
        mlci_exported_name(&w->x, j, "[]<", &name, &changed);
        if (j > 0) mlci_text_append_char(w->out, ',');
        mlci_text_append_json(w->out, name.data, name.length);
    }
    mlci_text_append_text(w->out, "],\"feature_types\":[");
    for (int64_t j = 0; j < f->n_features; j++)
        mlci_text_append_format(w->out, "%s\"%s\"", j > 0 ? "," : "",
                                mlci_exported_is_category(&w->x, j) ? "c" : "float");
    mlci_text_append_text(w->out, "],\n");
    const mlc_status status = mlci_text_status(&name, err);
    mlci_text_clear(&name);
    if (status != MLC_OK || !changed) return status;
    return mlci_exported_note(&w->x, "feature names", "blanks, [, ] and < in them are _ there",
                              err);
}

static mlc_status put_booster(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    mlci_text_append_text(w->out, "\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{");
    MLCI_TRY(mlci_xgboost_put_labels(&w->x, w->out, &w->has_other_labels, err));
    mlci_text_append_format(w->out,
                            "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\","
                            "\"num_trees\":\"%lld\"},",
                            (long long)e->n_trees);
    put_integers(w->out, "iteration_indptr", w->x.n_rounds + 1, e->n_outputs, 0);
    mlci_text_append_char(w->out, ',');
    put_integers(w->out, "tree_info", e->n_trees, 0, e->n_outputs);
    mlci_text_append_text(w->out, ",\"trees\":[\n");
    for (int64_t t = 0; t < e->n_trees; t++)
        MLCI_TRY(put_tree(w, t, err));
    mlci_text_append_text(w->out, "]}},\n");
    if (!w->has_other_labels) return MLC_OK;
    return mlci_exported_note(&w->x, "labels of categories",
                              "some are not ASCII: releases before 3.4 do not find them", err);
}

static mlc_status put_file(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    mlci_text_append_text(w->out, "{\"learner\":{\"attributes\":{},");
    MLCI_TRY(put_features(w, err));
    MLCI_TRY(put_booster(w, err));
    mlci_text_append_text(w->out, "\"learner_model_param\":{\"base_score\":\"");
    put_float(w->out, w->base);
    mlci_text_append_format(w->out,
                            "\",\"boost_from_average\":\"1\",\"num_class\":\"%d\","
                            "\"num_feature\":\"%lld\",\"num_target\":\"%d\"},\n",
                            e->n_outputs > 1 && e->n_classes > 0 ? (int)e->n_classes : 0,
                            (long long)w->x.features->n_features,
                            e->n_classes > 0 ? 1 : (int)e->n_outputs);
    MLCI_TRY(put_objective(w, err));
    mlci_text_append_text(w->out, w->has_other_labels ? "},\"version\":[3,4,0]}\n"
                                                      : "},\"version\":[3,0,0]}\n");
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

static mlc_status check(const writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    if (e->terms != NULL)
        return mlci_exported_refuse(&w->x, err, "its leaves are numbers, not linear (linear_tree)");
    if (e->rule != NULL && e->rule->divisor != 1)
        return mlci_exported_refuse(&w->x, err, "its scores are sums, and these are averages");
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++)
        if (e->nodes[i].left == 0 && fabs(e->nodes[i].value) > (double)FLT_MAX / 2)
            return mlci_exported_refuse(&w->x, err, "a leaf of it is beyond what a float can hold");
    return MLC_OK;
}

static mlc_status note_losses(const writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    if (w->rounds_splits)
        MLCI_TRY(
            mlci_exported_note(&w->x, "thresholds",
                               "numbers are compared as float32 there: rows of float32 take the "
                               "same ways, others those of the nearest float32",
                               err));
    if (w->rounds_leaves || e->rule == NULL || !e->rule->is_float)
        MLCI_TRY(
            mlci_exported_note(&w->x, "leaves",
                               "they are float32 there, and so are sums and links: scores differ "
                               "by some 1e-7 of their size",
                               err));
    if (!w->x.features->zero_is_missing) return MLC_OK;
    return mlci_exported_note(&w->x, "missing values",
                              "zeros are missing values for this model: make the DMatrix with "
                              "missing=0",
                              err);
}

static mlc_status write_xgboost(mlci_export *e, mlc_error *err)
{
    writer w = {.out = &e->out};
    MLCI_TRY(mlci_exported_open(e, "XGBoost", &w.x, err));
    MLCI_TRY(check(&w, err));
    choose_base(&w);
    mlc_status status = put_file(&w, err);
    if (status == MLC_OK) status = note_losses(&w, err);
    mlci_free(w.node_at);
    mlci_free(w.parent);
    mlci_free(w.n_members);
    return status;
}

const mlci_export_format mlci_export_xgboost = {"xgboost", ".json", NULL, write_xgboost};
