/* Shapley values of decision trees and forests: of the predicted number, or of the probability of
 * each class (of the second of two), which are means over the trees. */
#include "forest.h"
#include "shap.h"

static int64_t count_outputs(const void *params, const void *state)
{
    (void)params;
    return mlci_forest_width(state);
}

static double leaf_value(const void *state, int64_t tree, int64_t node, int32_t output)
{
    const mlci_forest *const f = state;
    const double value = f->nodes[node].value, n_trees = (double)f->n_trees;
    if (f->n_classes < 3) return value / n_trees;
    if (value < f->n_classes) return value == output ? 1 / n_trees : 0;
    const int64_t row = f->first_share[tree] + (int64_t)value - f->n_classes;
    return f->shares[row * f->n_classes + output] / n_trees;
}

static mlc_status open_forest(const mlci_explain *explain, double *base, void **plan,
                              mlc_error *err)
{
    const mlci_forest *const f = explain->state;
    const mlci_shap_trees trees = {.n_features = f->n_features,
                                   .n_trees = f->n_trees,
                                   .n_outputs = mlci_forest_width(f),
                                   .all_outputs = 1,
                                   .first_node = f->first_node,
                                   .nodes = f->nodes,
                                   .cover = f->cover,
                                   .first_set = f->first_set,
                                   .sets = f->sets,
                                   .categories = &f->categories,
                                   .state = f,
                                   .leaf_value = leaf_value};
    return mlci_shap_open(explain, &trees, base, plan, err);
}

const mlci_explainer mlci_forest_explainer = {
    .n_outputs = count_outputs,
    .open = open_forest,
    .rows = mlci_shap_explain,
    .close = mlci_shap_close,
};
