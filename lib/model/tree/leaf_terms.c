/* Terms of linear leaves: memory that doubles. */
#include "leaf_terms.h"

#include <string.h>

mlc_status mlci_leaf_terms_create(mlci_root *root, mlci_leaf_terms **out, mlc_error *err)
{
    mlci_leaf_terms *const terms = mlci_alloc(root, 1, sizeof *terms);
    if (terms == NULL) return mlci_fail_memory(err, 1, sizeof *terms);
    terms->root = root;
    terms->first = mlci_alloc(root, 1, sizeof *terms->first);
    if (terms->first == NULL) {
        mlci_leaf_terms_free(terms);
        return mlci_fail_memory(err, 1, sizeof *terms->first);
    }
    *out = terms;
    return MLC_OK;
}

void mlci_leaf_terms_free(mlci_leaf_terms *terms)
{
    if (terms == NULL) return;
    mlci_free(terms->first);
    mlci_free(terms->intercept);
    mlci_free(terms->feature);
    mlci_free(terms->factor);
    mlci_free(terms);
}

static int64_t capacity_for(int64_t need, int64_t capacity)
{
    const int64_t doubled = capacity < 64 ? 64 : 2 * capacity;
    return need > doubled ? need : doubled;
}

static mlc_status make_nodes(mlci_leaf_terms *terms, int64_t need, mlc_error *err)
{
    if (need <= terms->node_capacity) return MLC_OK;
    const int64_t n = capacity_for(need, terms->node_capacity);
    int64_t *const first = mlci_realloc(terms->root, terms->first, n + 1, sizeof *first);
    if (first == NULL) return mlci_fail_memory(err, n + 1, sizeof *first);
    terms->first = first;
    double *const intercept = mlci_realloc(terms->root, terms->intercept, n, sizeof *intercept);
    if (intercept == NULL) return mlci_fail_memory(err, n, sizeof *intercept);
    terms->intercept = intercept;
    terms->node_capacity = n;
    return MLC_OK;
}

static mlc_status make_terms(mlci_leaf_terms *terms, int64_t need, mlc_error *err)
{
    if (need <= terms->term_capacity) return MLC_OK;
    const int64_t n = capacity_for(need, terms->term_capacity);
    int32_t *const feature = mlci_realloc(terms->root, terms->feature, n, sizeof *feature);
    if (feature == NULL) return mlci_fail_memory(err, n, sizeof *feature);
    terms->feature = feature;
    double *const factor = mlci_realloc(terms->root, terms->factor, n, sizeof *factor);
    if (factor == NULL) return mlci_fail_memory(err, n, sizeof *factor);
    terms->factor = factor;
    terms->term_capacity = n;
    return MLC_OK;
}

mlc_status mlci_leaf_terms_resize(mlci_leaf_terms *terms, int64_t n_nodes, mlc_error *err)
{
    MLCI_TRY(make_nodes(terms, n_nodes, err));
    for (int64_t i = terms->n_nodes; i < n_nodes; i++) {
        terms->first[i + 1] = terms->n_terms;
        terms->intercept[i] = 0;
    }
    terms->n_nodes = n_nodes;
    terms->n_terms = terms->first[n_nodes];
    return MLC_OK;
}

mlc_status mlci_leaf_terms_add(mlci_leaf_terms *terms, double intercept, int64_t n,
                               const int32_t *feature, const double *factor, mlc_error *err)
{
    MLCI_TRY(make_nodes(terms, terms->n_nodes + 1, err));
    MLCI_TRY(make_terms(terms, terms->n_terms + n, err));
    if (n > 0) {
        memcpy(terms->feature + terms->n_terms, feature, (size_t)n * sizeof *feature);
        memcpy(terms->factor + terms->n_terms, factor, (size_t)n * sizeof *factor);
    }
    terms->intercept[terms->n_nodes] = intercept;
    terms->n_terms += n;
    terms->first[++terms->n_nodes] = terms->n_terms;
    return MLC_OK;
}

mlc_status mlci_leaf_terms_append(mlci_leaf_terms *terms, const mlci_leaf_terms *from,
                                  int64_t n_nodes, mlc_error *err)
{
    if (from == NULL) return mlci_leaf_terms_resize(terms, terms->n_nodes + n_nodes, err);
    MLCI_TRY(make_nodes(terms, terms->n_nodes + n_nodes, err));
    MLCI_TRY(make_terms(terms, terms->n_terms + from->first[n_nodes], err));
    for (int64_t i = 0; i < n_nodes; i++) {
        const int64_t first = from->first[i];
        MLCI_TRY(mlci_leaf_terms_add(terms, from->intercept[i], from->first[i + 1] - first,
                                     from->feature + first, from->factor + first, err));
    }
    return MLC_OK;
}

void mlci_leaf_terms_scale(mlci_leaf_terms *terms, int64_t begin, int64_t end, double factor)
{
    for (int64_t i = begin; i < end; i++)
        terms->intercept[i] *= factor;
    for (int64_t k = terms->first[begin]; k < terms->first[end]; k++)
        terms->factor[k] *= factor;
}
