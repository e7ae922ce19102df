/* Refitting linear leaves, as LightGBM does it: a leaf keeps its features, and its new line is the
 * regression of the rows that it has now on those. */
#include "linear_refit.h"

#include <string.h>

#include "leaf_regression.h"

#define TASK_ROWS 16384

struct mlci_linear_refit {
    mlci_root *root;
    const mlci_boost_data *data;
    const mlci_boost_params *params;
    mlci_ensemble *ensemble;
    mlci_number_columns *columns;
    uint32_t *order;        /* training rows by leaf */
    int64_t *begin;         /* by node: where its rows begin, one more than a tree has nodes */
    mlci_leaf_rows *leaves; /* those of a tree that are linear */
    double *factor;
};

void mlci_linear_refit_free(mlci_linear_refit *r)
{
    if (r == NULL) return;
    mlci_number_columns_free(r->columns);
    mlci_free(r->order);
    mlci_free(r->begin);
    mlci_free(r->leaves);
    mlci_free(r->factor);
    mlci_free(r);
}

static mlc_status copy_columns(mlci_linear_refit *r, const mlci_model_fit *fit, mlc_error *err)
{
    const mlci_leaf_terms *const terms = r->ensemble->terms;
    uint8_t *const wanted = mlci_alloc(r->root, fit->x->n_features, 1);
    if (wanted == NULL) return mlci_fail_memory(err, fit->x->n_features, 1);
    for (int64_t k = 0; k < terms->n_terms; k++)
        wanted[terms->feature[k]] = 1;
    const mlc_status status = mlci_number_columns_create(fit, r->data, wanted, &r->columns, err);
    mlci_free(wanted);
    return status;
}

static mlc_status make_memory(mlci_linear_refit *r, const mlci_model_fit *fit, mlc_error *err)
{
    const mlci_ensemble *const e = r->ensemble;
    int64_t n_nodes = 0, n_terms = 0;
    for (int64_t t = 0; t < e->n_trees; t++) {
        const int64_t first = e->first_node[t], end = e->first_node[t + 1];
        const int64_t n = e->terms->first[end] - e->terms->first[first];
        n_nodes = end - first > n_nodes ? end - first : n_nodes;
        n_terms = n > n_terms ? n : n_terms;
    }
    r->order = mlci_alloc_raw(r->root, r->data->n_train, sizeof *r->order);
    r->begin = mlci_alloc(r->root, n_nodes + 1, sizeof *r->begin);
    r->leaves = mlci_alloc(r->root, n_nodes, sizeof *r->leaves);
    r->factor = mlci_alloc(r->root, n_terms, sizeof *r->factor);
    if (r->order == NULL || r->begin == NULL || r->leaves == NULL || r->factor == NULL)
        return mlci_fail_memory(err, r->data->n_train + n_nodes, sizeof *r->order);
    return copy_columns(r, fit, err);
}

mlc_status mlci_linear_refit_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                    mlci_ensemble *ensemble, mlci_linear_refit **out,
                                    mlc_error *err)
{
    mlci_root *const root = mlci_context_root(fit->call);
    *out = NULL;
    if (ensemble->terms == NULL) return MLC_OK;
    mlci_linear_refit *const r = mlci_alloc(root, 1, sizeof *r);
    if (r == NULL) return mlci_fail_memory(err, 1, sizeof *r);
    *r = (mlci_linear_refit){
        .root = root, .data = data, .params = fit->params, .ensemble = ensemble};
    const mlc_status status = make_memory(r, fit, err);
    if (status != MLC_OK) {
        mlci_linear_refit_free(r);
        return status;
    }
    *out = r;
    return MLC_OK;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Training rows by the node that they end in. */
static void deal_rows(mlci_linear_refit *r, int64_t n_nodes, const uint32_t *leaf)
{
    int64_t at = 0;
    memset(r->begin, 0, (size_t)(n_nodes + 1) * sizeof *r->begin);
    for (int64_t i = 0; i < r->data->n_train; i++)
        r->begin[leaf[i]]++;
    for (int64_t i = 0; i <= n_nodes; i++) {
        const int64_t n = r->begin[i];
        r->begin[i] = at;
        at += n;
    }
    for (int64_t i = 0; i < r->data->n_train; i++)
        r->order[r->begin[leaf[i]]++] = (uint32_t)i;
    memmove(r->begin + 1, r->begin, (size_t)n_nodes * sizeof *r->begin);
    r->begin[0] = 0;
}

static void mix_line(mlci_linear_refit *r, const mlci_leaf_rows *leaf, double decay_rate,
                     int64_t node)
{
    mlci_leaf_terms *const terms = r->ensemble->terms;
    double *const factor = terms->factor + terms->first[node];
    if (!leaf->is_linear) return;
    terms->intercept[node] =
        decay_rate * terms->intercept[node] + (1 - decay_rate) * leaf->intercept;
    for (int64_t j = 0; j < leaf->n_features; j++)
        factor[j] = decay_rate * factor[j] + (1 - decay_rate) * r->factor[leaf->first_feature + j];
}

mlc_status mlci_linear_refit_tree(mlc_context *call, mlci_linear_refit *r,
                                  const mlci_gradients *gradients, double decay_rate, int64_t tree,
                                  const uint32_t *leaf, mlc_error *err)
{
    const mlci_leaf_terms *const terms = r->ensemble->terms;
    const int64_t first = r->ensemble->first_node[tree];
    const int64_t n = r->ensemble->first_node[tree + 1] - first, base = terms->first[first];
    if (terms->first[first + n] == base) return MLC_OK;
    deal_rows(r, n, leaf);
    for (int64_t i = 0; i < n; i++)
        r->leaves[i] =
            (mlci_leaf_rows){.begin = r->begin[i],
                             .n = r->begin[i + 1] - r->begin[i],
                             .first_feature = terms->first[first + i] - base,
                             .n_features = terms->first[first + i + 1] - terms->first[first + i]};
    const mlci_leaf_regression regression = {.columns = r->columns,
                                             .gradients = gradients,
                                             .l2 = r->params->linear_lambda,
                                             .rate = r->params->learning_rate,
                                             .rows = r->order,
                                             .feature = terms->feature + base,
                                             .factor = r->factor,
                                             .n_leaves = n,
                                             .leaves = r->leaves};
    MLCI_TRY(mlci_leaf_regress(call, &regression, err));
    for (int64_t i = 0; i < n; i++)
        mix_line(r, &r->leaves[i], decay_rate, first + i);
    return MLC_OK;
}

/* ---- scores ------------------------------------------------------------------------------- */

typedef struct add_work {
    const mlci_linear_refit *refit;
    int64_t first_node;
    const uint32_t *leaf;
    double *raw;
} add_work;

static mlc_status add_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const add_work *const w = arg;
    const mlci_ensemble *const e = w->refit->ensemble;
    const int64_t n = w->refit->data->n_rows, begin = block * TASK_ROWS;
    const int64_t end = begin + TASK_ROWS < n ? begin + TASK_ROWS : n;
    for (int64_t i = begin; i < end; i++) {
        const int64_t node = w->first_node + w->leaf[i];
        w->raw[i] +=
            mlci_columns_leaf_value(w->refit->columns, e->terms, node, e->nodes[node].value, i);
    }
    return MLC_OK;
}

mlc_status mlci_linear_refit_add(mlc_context *call, const mlci_linear_refit *r, int64_t tree,
                                 const uint32_t *leaf, double *raw, mlc_error *err)
{
    add_work w = {r, r->ensemble->first_node[tree], leaf, raw};
    return mlci_parallel_for(call, (r->data->n_rows + TASK_ROWS - 1) / TASK_ROWS, add_rows, &w,
                             err);
}
