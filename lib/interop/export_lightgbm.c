/* LightGBM's text models, version v4: what its save_model() writes and its Booster reads.
 *
 * Scores there begin with 0. The start of ours goes into the leaves of the first round, which gives
 * the same sums: 0 + (start + leaf) is start + leaf, rounded once. Lines of linear leaves are
 * rounded before they are added, so before these the start is a round of trees without a split.
 *
 * A set there has what goes left; missing and unknown categories go right. Where they go left here,
 * the children change places and the set has the others. */
#include <math.h>
#include <string.h>

#include "export_boosting.h"
#include "tree/loss.h"

typedef struct writer {
    mlci_exported x;
    mlci_text *out;
    mlci_text trees, sizes; /* the blocks, and how long each is */
    int64_t n_trees;        /* written */
    int32_t start_alone;    /* a round of its own */
    int32_t unseen_differ;  /* unknown categories do not go where missing ones go */
    int32_t has_fractions;  /* covers that are no counts */
    int64_t next_set;       /* of a tree */
    int64_t capacity;
    double *mean;    /* of a tree's nodes */
    int32_t *number; /* of a node among splits, or ~ that among leaves */
} writer;

/* ---- lists of a tree ---------------------------------------------------------------------- */

typedef struct tree {
    writer *w;
    int64_t index; /* in the ensemble */
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
    return (t->nodes[i].split & MLCI_NODE_CATEGORY) != 0;
}

/* Does a split by a set change its sides? */
static int is_turned(const tree *t, int64_t i)
{
    return is_set(t, i) && mlci_exported_goes_left(&t->w->x, t->index, &t->nodes[i], 0);
}

static int32_t child_of(const tree *t, int64_t i, int right)
{
    return t->w->number[t->nodes[i].left + (right != is_turned(t, i))];
}

/* What a list says of a node. */
typedef void (*cell_fn)(const tree *t, int64_t i, mlci_text *out);

static void put_list(const tree *t, const char *key, int of_leaves, cell_fn cell)
{
    mlci_text *const out = &t->w->trees;
    mlci_text_append_format(out, "%s=", key);
    int is_first = 1;
    for (int64_t i = 0; i < t->n_nodes; i++) {
        if (is_leaf(t, i) != of_leaves) continue;
        if (!is_first) mlci_text_append_char(out, ' ');
        is_first = 0;
        cell(t, i, out);
    }
    mlci_text_append_char(out, '\n');
}

static void put_feature(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, t->nodes[i].split & MLCI_NODE_FEATURE);
}

static void put_gain(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_real(out, t->gain[i]);
}

/* Of a set its number in the tree: splits come in their order. */
static void put_threshold(const tree *t, int64_t i, mlci_text *out)
{
    if (is_set(t, i))
        mlci_text_append_integer(out, t->w->next_set++);
    else
        mlci_text_append_real(out, t->nodes[i].value);
}

/* Bit 0: categories; bit 1: missing goes left; bits 2 and 3: zeros (1) or NaN (2) are missing. */
static void put_decision(const tree *t, int64_t i, mlci_text *out)
{
    const int missing = t->w->x.features->zero_is_missing ? 1 : 2;
    const int left = (t->nodes[i].split & MLCI_NODE_MISSING_LEFT) != 0;
    mlci_text_append_integer(out, is_set(t, i) ? 1 : missing * 4 + left * 2);
}

static void put_left(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, child_of(t, i, 0));
}

static void put_right(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_integer(out, child_of(t, i, 1));
}

static void put_value(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_real(out, t->nodes[i].value + t->start);
}

static void put_mean(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_real(out, t->w->mean[i]);
}

static void put_weight(const tree *t, int64_t i, mlci_text *out)
{
    mlci_text_append_real(out, t->cover[i]);
}

static void put_count(const tree *t, int64_t i, mlci_text *out)
{
    const double most = (double)INT32_MAX;
    const double count = t->cover[i] < most ? t->cover[i] : most;
    mlci_text_append_integer(out, (int64_t)(count + 0.5));
    if (count != (double)(int64_t)count) t->w->has_fractions = 1;
}

/* ---- categories --------------------------------------------------------------------------- */

/* The categories of a split as words of bits. */
static void put_words(const tree *t, int64_t i, int64_t n_words, mlci_text *out)
{
    const writer *const w = t->w;
    const mlci_category_bins *const bins = &w->x.ensemble->categories;
    const int64_t j = t->nodes[i].split & MLCI_NODE_FEATURE;
    const int turned = is_turned(t, i);
    for (int64_t k = 0; k < n_words; k++) {
        uint32_t word = 0;
        for (int64_t code = 32 * k; code < 32 * k + 32 && code < mlci_n_codes(bins, j); code++) {
            const uint32_t bin = bins->bin_of_code[bins->first_code[j] + code];
            const int left = mlci_exported_goes_left(&w->x, t->index, &t->nodes[i], bin);
            if (left != turned) word |= (uint32_t)1 << (code - 32 * k);
        }
        mlci_text_append_format(out, "%s%llu", out->data[out->length - 1] == '=' ? "" : " ",
                                (unsigned long long)word);
    }
}

static void put_sets(const tree *t)
{
    const mlci_category_bins *const bins = &t->w->x.ensemble->categories;
    mlci_text *const out = &t->w->trees;
    int64_t n_words = 0;
    for (int pass = 0; pass < 2; pass++) {
        mlci_text_append_text(out, pass == 0 ? "cat_boundaries=0" : "cat_threshold=");
        for (int64_t i = 0; i < t->n_nodes; i++) {
            if (is_leaf(t, i) || !is_set(t, i)) continue;
            const int64_t j = t->nodes[i].split & MLCI_NODE_FEATURE;
            const int64_t words = (mlci_n_codes(bins, j) + 31) / 32;
            n_words += words;
            if (pass == 0) mlci_text_append_format(out, " %lld", (long long)n_words);
            if (pass == 1 && !out->failed) put_words(t, i, words, out);
            if (bins->unseen_bin > 0 &&
                mlci_exported_goes_left(&t->w->x, t->index, &t->nodes[i], 1) != is_turned(t, i))
                t->w->unseen_differ = 1;
        }
        mlci_text_append_char(out, '\n');
    }
}

/* ---- lines of leaves ---------------------------------------------------------------------- */

static int64_t terms_of(const tree *t, int64_t i, int64_t *first)
{
    const mlci_leaf_terms *const terms = t->w->x.ensemble->terms;
    const int64_t node = t->w->x.ensemble->first_node[t->index] + i;
    *first = terms->first[node];
    return terms->first[node + 1] - *first;
}

static void put_intercept(const tree *t, int64_t i, mlci_text *out)
{
    int64_t first;
    const int64_t node = t->w->x.ensemble->first_node[t->index] + i;
    mlci_text_append_real(out, terms_of(t, i, &first) == 0
                                   ? t->nodes[i].value
                                   : t->w->x.ensemble->terms->intercept[node]);
}

static void put_n_terms(const tree *t, int64_t i, mlci_text *out)
{
    int64_t first;
    mlci_text_append_integer(out, terms_of(t, i, &first));
}

static void put_term_features(const tree *t, int64_t i, mlci_text *out)
{
    int64_t first;
    const int64_t n = terms_of(t, i, &first);
    for (int64_t k = 0; k < n; k++)
        mlci_text_append_format(out, "%s%d", k > 0 ? " " : "",
                                (int)t->w->x.ensemble->terms->feature[first + k]);
}

static void put_term_factors(const tree *t, int64_t i, mlci_text *out)
{
    int64_t first;
    const int64_t n = terms_of(t, i, &first);
    for (int64_t k = 0; k < n; k++) {
        if (k > 0) mlci_text_append_char(out, ' ');
        mlci_text_append_real(out, t->w->x.ensemble->terms->factor[first + k]);
    }
}

/* ---- a tree ------------------------------------------------------------------------------- */

static mlc_status number_nodes(const tree *t, mlc_error *err)
{
    writer *const w = t->w;
    if (t->n_nodes > w->capacity) {
        mlci_free(w->mean);
        mlci_free(w->number);
        w->mean = mlci_alloc(w->x.e->root, t->n_nodes, sizeof *w->mean);
        w->number = mlci_alloc(w->x.e->root, t->n_nodes, sizeof *w->number);
        w->capacity = t->n_nodes;
        if (w->mean == NULL || w->number == NULL)
            return mlci_fail_memory(err, t->n_nodes, sizeof *w->mean);
    }
    int32_t n_splits = 0, n_leaves = 0;
    for (int64_t i = 0; i < t->n_nodes; i++)
        w->number[i] = is_leaf(t, i) ? ~n_leaves++ : n_splits++;
    for (int64_t i = t->n_nodes - 1; i >= 0; i--) {
        const int64_t left = t->nodes[i].left;
        w->mean[i] = t->nodes[i].value + t->start;
        if (left == 0) continue;
        const double a = t->cover[left], b = t->cover[left + 1];
        const double share = a + b > 0 ? a / (a + b) : 0.5;
        w->mean[i] = share * w->mean[left] + (1 - share) * w->mean[left + 1];
    }
    return MLC_OK;
}

static void put_lists(const tree *t, int64_t n_sets)
{
    const int is_linear = t->w->x.ensemble->terms != NULL;
    put_list(t, "split_feature", 0, put_feature);
    put_list(t, "split_gain", 0, put_gain);
    t->w->next_set = 0;
    put_list(t, "threshold", 0, put_threshold);
    put_list(t, "decision_type", 0, put_decision);
    put_list(t, "left_child", 0, put_left);
    put_list(t, "right_child", 0, put_right);
    put_list(t, "leaf_value", 1, put_value);
    put_list(t, "leaf_weight", 1, put_weight);
    put_list(t, "leaf_count", 1, put_count);
    put_list(t, "internal_value", 0, put_mean);
    put_list(t, "internal_weight", 0, put_weight);
    put_list(t, "internal_count", 0, put_count);
    if (n_sets > 0) put_sets(t);
    mlci_text_append_format(&t->w->trees, "is_linear=%d\n", is_linear);
    if (!is_linear) return;
    put_list(t, "leaf_const", 1, put_intercept);
    put_list(t, "num_features", 1, put_n_terms);
    put_list(t, "leaf_features", 1, put_term_features);
    put_list(t, "leaf_coeff", 1, put_term_factors);
}

static void begin_block(writer *w, int64_t n_leaves, int64_t n_sets)
{
    mlci_text_append_format(&w->trees, "Tree=%lld\nnum_leaves=%lld\nnum_cat=%lld\n",
                            (long long)w->n_trees, (long long)n_leaves, (long long)n_sets);
}

static void end_block(writer *w, int64_t first)
{
    mlci_text_append_text(&w->trees, "shrinkage=1\n\n\n");
    mlci_text_append_format(&w->sizes, " %lld", (long long)(w->trees.length - first));
    w->n_trees++;
}

/* A tree of one leaf. */
static void put_constant(writer *w, double value, double cover)
{
    const int64_t first = w->trees.length;
    begin_block(w, 1, 0);
    mlci_text_append_text(&w->trees, "split_feature=\nsplit_gain=\nthreshold=\ndecision_type=\n"
                                     "left_child=\nright_child=\nleaf_value=");
    mlci_text_append_real(&w->trees, value);
    mlci_text_append_text(&w->trees, "\nleaf_weight=\nleaf_count=");
    mlci_text_append_integer(&w->trees, cover < (double)INT32_MAX ? (int64_t)cover : INT32_MAX);
    mlci_text_append_text(&w->trees, "\ninternal_value=\ninternal_weight=\ninternal_count=\n"
                                     "is_linear=0\n");
    end_block(w, first);
}

static mlc_status put_tree(writer *w, int64_t index, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    const int64_t node = e->first_node[index], first = w->trees.length;
    int64_t n_sets = 0;
    const tree t = {w,
                    index,
                    e->first_node[index + 1] - node,
                    e->nodes + node,
                    e->gain + node,
                    e->cover + node,
                    index < e->n_outputs && !w->start_alone ? e->start[index] : 0};
    if (t.n_nodes == 1 &&
        (e->terms == NULL || e->terms->first[node] == e->terms->first[node + 1])) {
        put_constant(w, t.nodes[0].value + t.start, t.cover[0]);
        return MLC_OK;
    }
    MLCI_TRY(number_nodes(&t, err));
    for (int64_t i = 0; i < t.n_nodes; i++)
        n_sets += !is_leaf(&t, i) && is_set(&t, i);
    begin_block(w, (t.n_nodes + 1) / 2, n_sets);
    put_lists(&t, n_sets);
    end_block(w, first);
    return mlci_poll(w->x.e->call, err);
}

static mlc_status put_trees(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    for (int32_t k = 0; k < e->n_outputs && w->start_alone; k++)
        put_constant(w, e->start[k], e->n_trees > 0 ? e->cover[e->first_node[k]] : 0);
    for (int64_t t = 0; t < e->n_trees; t++)
        MLCI_TRY(put_tree(w, t, err));
    MLCI_TRY(mlci_text_status(&w->trees, err));
    return mlci_text_status(&w->sizes, err);
}

/* ---- objective ---------------------------------------------------------------------------- */

/* A name whose output is the link of the numbers that a model gives. */
static const char *number_objective(const writer *w)
{
    const int32_t loss = w->x.params->loss;
    switch (w->x.ensemble->link) {
    case MLCI_LINK_IDENTITY:
        return (w->x.model->descriptor->capabilities & MLCI_NEEDS_GROUP) != 0 ? "lambdarank"
               : loss == MLCI_LOSS_ABSOLUTE                                   ? "regression_l1"
               : loss == MLCI_LOSS_HUBER                                      ? "huber"
                                                                              : "regression";
    case MLCI_LINK_LOG:
        return loss == MLCI_LOSS_GAMMA     ? "gamma"
               : loss == MLCI_LOSS_TWEEDIE ? "tweedie"
                                           : "poisson";
    case MLCI_LINK_LOGIT:
        return "cross_entropy";
    case MLCI_LINK_SQUARE:
        return "regression sqrt";
    case MLCI_LINK_SOFTPLUS:
        return "cross_entropy_lambda";
    default:
        return NULL;
    }
}

static double factor_of(const mlci_ensemble *e)
{
    return e->rule == NULL ? 1 : e->rule->factor;
}

static void put_sigmoid(mlci_text *out, const char *name, const mlci_ensemble *e)
{
    mlci_text_append_text(out, name);
    mlci_text_append_text(out, " sigmoid:");
    mlci_text_append_real(out, factor_of(e));
}

static mlc_status put_class_objective(writer *w, mlci_text *out, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    if (e->link == MLCI_LINK_IDENTITY) {
        mlci_text_append_text(out, "custom");
        return mlci_exported_note(&w->x, "predictions",
                                  "raw scores are probabilities of the second class, as they are",
                                  err);
    }
    if (e->n_outputs == 1) {
        put_sigmoid(out, "binary", e);
        return MLC_OK;
    }
    if (e->link == MLCI_LINK_SOFTMAX) {
        mlci_text_append_format(out, "multiclass num_class:%d", (int)e->n_classes);
        return MLC_OK;
    }
    mlci_text_append_format(out, "multiclassova num_class:%d", (int)e->n_classes);
    put_sigmoid(out, "", e);
    if (e->link == MLCI_LINK_EACH) return MLC_OK;
    return mlci_exported_note(
        &w->x, "probabilities",
        "they are not scaled to a sum of 1; raw scores and classes are the same", err);
}

static mlc_status put_objective(writer *w, mlci_text *out, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    if (e->n_classes > 0) return put_class_objective(w, out, err);
    const char *const name = number_objective(w);
    const int says_factor = e->link != MLCI_LINK_LOGIT || factor_of(e) == 1;
    if (name != NULL && e->n_outputs == 1 && says_factor) {
        mlci_text_append_text(out, name);
        return MLC_OK;
    }
    mlci_text_append_text(out, "custom");
    if (e->link == MLCI_LINK_IDENTITY) return MLC_OK;
    return mlci_exported_note(
        &w->x, "predictions",
        "they are raw scores there: what becomes of these is left to the caller", err);
}

/* ---- header and footer -------------------------------------------------------------------- */

static mlc_status put_names(writer *w, mlc_error *err)
{
    int32_t changed = 0;
    mlci_text_append_text(w->out, "feature_names=");
    for (int64_t j = 0; j < w->x.features->n_features; j++) {
        if (j > 0) mlci_text_append_char(w->out, ' ');
        mlci_exported_name(&w->x, j, "", w->out, &changed);
    }
    mlci_text_append_char(w->out, '\n');
    if (!changed) return MLC_OK;
    return mlci_exported_note(&w->x, "feature names", "blanks in them are _ there", err);
}

static void put_range(writer *w, int64_t j)
{
    const mlci_feature *const input = &w->x.features->inputs[mlci_features_input(w->x.features, j)];
    const int is_known = isfinite(input->low) && isfinite(input->high);
    mlci_text_append_char(w->out, '[');
    mlci_text_append_real(w->out, is_known ? input->low : -INFINITY);
    mlci_text_append_char(w->out, ':');
    mlci_text_append_real(w->out, is_known ? input->high : INFINITY);
    mlci_text_append_char(w->out, ']');
}

static void put_infos(writer *w)
{
    mlci_text_append_text(w->out, "feature_infos=");
    for (int64_t j = 0; j < w->x.features->n_features; j++) {
        if (j > 0) mlci_text_append_char(w->out, ' ');
        if (!mlci_exported_is_category(&w->x, j)) {
            put_range(w, j);
            continue;
        }
        mlci_text_append_text(w->out, "-1");
        for (int64_t code = 0; code < mlci_n_codes(&w->x.ensemble->categories, j); code++)
            mlci_text_append_format(w->out, ":%lld", (long long)code);
    }
    mlci_text_append_char(w->out, '\n');
}

static void put_labels(writer *w, int64_t j)
{
    const mlci_dictionary *const labels = mlci_exported_labels(&w->x, j);
    mlci_text_append_char(w->out, '[');
    for (int32_t k = 0; labels != NULL && k < labels->n; k++) {
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(labels, k, &length);
        if (k > 0) mlci_text_append_text(w->out, ", ");
        mlci_text_append_json(w->out, text, length);
    }
    for (int64_t k = 0; labels == NULL && k < mlci_n_codes(&w->x.ensemble->categories, j); k++)
        mlci_text_append_format(w->out, "%s%lld", k > 0 ? ", " : "", (long long)k);
    mlci_text_append_char(w->out, ']');
}

/* The labels of categories by code, as LightGBM keeps those of pandas; null: codes alone. */
static void put_pandas(writer *w)
{
    int has_labels = 0, n = 0;
    for (int64_t j = 0; j < w->x.features->n_features; j++)
        has_labels |= mlci_exported_labels(&w->x, j) != NULL;
    mlci_text_append_text(w->out,
                          has_labels ? "\npandas_categorical:[" : "\npandas_categorical:null");
    for (int64_t j = 0; has_labels && j < w->x.features->n_features; j++) {
        if (!mlci_exported_is_category(&w->x, j)) continue;
        if (n++ > 0) mlci_text_append_text(w->out, ", ");
        put_labels(w, j);
    }
    mlci_text_append_text(w->out, has_labels ? "]\n" : "\n");
}

static void put_parameters(writer *w, const char *objective)
{
    const mlci_boost_params *const p = w->x.params;
    mlci_text_append_text(w->out, "end of trees\n\nfeature_importances:\n\nparameters:\n");
    mlci_text_append_format(
        w->out, "[boosting: %s]\n[objective: %.*s]\n[num_iterations: %lld]\n",
        w->x.ensemble->rule != NULL && w->x.ensemble->rule->divisor != 1 ? "rf" : "gbdt",
        (int)strcspn(objective, " "), objective, (long long)w->x.n_rounds);
    mlci_text_append_text(w->out, "[learning_rate: ");
    mlci_text_append_real(w->out, p->learning_rate);
    mlci_text_append_format(w->out, "]\n[num_leaves: %lld]\n", (long long)p->max_leaf_nodes);
    if (w->x.ensemble->terms != NULL) mlci_text_append_text(w->out, "[linear_tree: 1]\n");
    mlci_text_append_text(w->out, "\nend of parameters\n");
}

static mlc_status put_file(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    mlci_text objective = mlci_text_init(w->x.e->root);
    mlc_status status = put_objective(w, &objective, err);
    if (status == MLC_OK) status = mlci_text_status(&objective, err);
    if (status == MLC_OK) {
        mlci_text_append_format(w->out,
                                "tree\nversion=v4\nnum_class=%d\nnum_tree_per_iteration=%d\n"
                                "label_index=0\nmax_feature_idx=%lld\nobjective=%s\n",
                                (int)e->n_outputs, (int)e->n_outputs,
                                (long long)w->x.features->n_features - 1, objective.data);
        if (e->rule != NULL && e->rule->divisor != 1)
            mlci_text_append_text(w->out, "average_output\n");
        status = put_names(w, err);
    }
    if (status == MLC_OK) {
        put_infos(w);
        mlci_text_append_format(w->out, "tree_sizes=%s\n\n",
                                w->sizes.data == NULL ? "" : w->sizes.data + 1);
        mlci_text_append(w->out, w->trees.data, w->trees.length);
        put_parameters(w, objective.data);
        put_pandas(w);
    }
    mlci_text_clear(&objective);
    return status;
}

/* ---- together ----------------------------------------------------------------------------- */

/* What has no words there. */
static mlc_status check(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    int has_start = 0;
    for (int32_t k = 0; k < e->n_outputs; k++)
        has_start |= e->start[k] != 0;
    w->start_alone = has_start && (e->terms != NULL || e->n_trees == 0);
    if (e->terms != NULL && w->x.features->zero_is_missing)
        return mlci_exported_refuse(&w->x, err,
                                    "its linear leaves take zeros for numbers, not for missing "
                                    "values (zero_as_missing)");
    if (e->rule == NULL || e->rule->divisor == 1) return MLC_OK;
    if (!w->start_alone && e->rule->divisor == (double)w->x.n_rounds) return MLC_OK;
    return mlci_exported_refuse(&w->x, err,
                                "its scores are divided by something else than the number of "
                                "rounds");
}

static mlc_status note_losses(writer *w, mlc_error *err)
{
    const mlci_ensemble *const e = w->x.ensemble;
    if (e->rule != NULL && e->rule->is_float)
        MLCI_TRY(mlci_exported_note(&w->x, "sum",
                                    "scores are added and linked in double there, in float32 here: "
                                    "they differ by some 1e-7 of their size",
                                    err));
    if (e->terms != NULL)
        MLCI_TRY(mlci_exported_note(&w->x, "infinite numbers",
                                    "linear leaves give their constant here where a line is not "
                                    "finite, there where a number is missing",
                                    err));
    if (w->unseen_differ)
        MLCI_TRY(mlci_exported_note(&w->x, "unknown categories",
                                    "they go where missing values go there, elsewhere here", err));
    if (!w->has_fractions) return MLC_OK;
    return mlci_exported_note(&w->x, "counts",
                              "weights of rows in nodes are rounded to counts, by which Shapley "
                              "values go there",
                              err);
}

static mlc_status write_lightgbm(mlci_export *e, mlc_error *err)
{
    writer w = {.out = &e->out};
    MLCI_TRY(mlci_exported_open(e, "LightGBM", &w.x, err));
    w.trees = mlci_text_init(e->root);
    w.sizes = mlci_text_init(e->root);
    mlc_status status = check(&w, err);
    if (status == MLC_OK) status = put_trees(&w, err);
    if (status == MLC_OK) status = put_file(&w, err);
    if (status == MLC_OK) status = note_losses(&w, err);
    mlci_text_clear(&w.trees);
    mlci_text_clear(&w.sizes);
    mlci_free(w.mean);
    mlci_free(w.number);
    return status;
}

const mlci_export_format mlci_export_lightgbm = {"lightgbm", ".txt", NULL, write_lightgbm};
