/* gblinear: a weight a feature and output, then the biases. Each weight becomes a leaf that is
 * linear in its feature: added one by one in the order of the features they give XGBoost's own sum,
 * and a missing number adds nothing there as well. */
#include "xgboost.h"

static mlc_status add_weight(mlci_foreign *m, int64_t feature, int32_t output, float weight,
                             mlc_error *err)
{
    const int32_t j = (int32_t)feature;
    const double factor = (double)weight;
    mlci_foreign_node *leaf = NULL;
    MLCI_TRY(mlci_foreign_add_tree(m, output, 1, &leaf, err));
    return mlci_foreign_add_line(m, 0, 1, &j, &factor, &leaf->line, err);
}

mlc_status mlci_xgboost_set_weights(mlci_xgboost *x, mlc_error *err)
{
    mlci_foreign *const m = x->model;
    const int64_t n = m->n_outputs, n_features = m->n_features;
    if (x->weights.n != (n_features + 1) * n)
        return mlci_foreign_fail(m, err, "weights",
                                 "weights has %lld numbers, not %lld: one a feature and output, "
                                 "and the biases",
                                 (long long)x->weights.n, (long long)((n_features + 1) * n));
    for (int32_t k = 0; k < n; k++)
        m->start[k] = (double)(x->weights.at[n_features * n + k] + (float)m->start[k]);
    for (int64_t j = 0; j < n_features; j++)
        for (int32_t k = 0; k < n; k++)
            MLCI_TRY(add_weight(m, j, k, x->weights.at[j * n + k], err));
    m->n_rounds = 1;
    return MLC_OK;
}
