/* Predictions of AdaBoost, row by row, the trees in their order: votes by weight of classes
 * (Zhu, Zou, Rosset, Hastie 2009, equation 13), the weighted median of numbers (Drucker 1997). */
#include "adaboost.h"

#include <string.h>

#include "kernels.h"
#include "node_walk.h"

#define LANES MLCI_WALK_LANES

/* ---- memory ------------------------------------------------------------------------------- */

mlc_status mlci_adaboost_create(mlci_forest *forest, int64_t most_trees, mlci_adaboost **out,
                                mlc_error *err)
{
    mlci_adaboost *const m = mlci_alloc(forest->root, 1, sizeof *m);
    if (m == NULL) {
        mlci_forest_free(forest);
        return mlci_fail_memory(err, 1, sizeof *m);
    }
    m->forest = forest;
    m->weight = mlci_alloc(forest->root, most_trees, sizeof *m->weight);
    m->error = mlci_alloc(forest->root, most_trees, sizeof *m->error);
    if (m->weight == NULL || m->error == NULL) {
        mlci_adaboost_free(m);
        return mlci_fail_memory(err, most_trees, 2 * (int64_t)sizeof *m->weight);
    }
    *out = m;
    return MLC_OK;
}

void mlci_adaboost_free(void *state)
{
    mlci_adaboost *const m = state;
    if (m == NULL) return;
    mlci_forest *const forest = m->forest;
    mlci_free(m->weight);
    mlci_free(m->error);
    mlci_free(m);
    mlci_forest_free(forest);
}

void mlci_adaboost_finish(mlci_adaboost *m)
{
    m->total = 0;
    for (int64_t t = 0; t < m->forest->n_trees; t++)
        m->total += m->weight[t];
}

/* ---- prediction --------------------------------------------------------------------------- */

int64_t mlci_adaboost_n_outputs(const void *params, const void *state, int32_t output)
{
    const mlci_forest *const f = ((const mlci_adaboost *)state)->forest;
    switch (output) {
    case MLCI_OUTPUT_PREDICTION:
        return 1;
    case MLCI_OUTPUT_PROBABILITY:
        return f->n_classes;
    case MLCI_OUTPUT_RAW:
        return mlci_forest_width(f);
    default:
        return f->n_trees;
    }
}

/* Votes of each class; of numbers each tree's prediction, then its weight. */
int64_t mlci_adaboost_scratch_size(const void *params, const void *state, int64_t n_rows)
{
    const mlci_forest *const f = ((const mlci_adaboost *)state)->forest;
    return f->n_classes > 0 ? f->n_classes : 2 * f->n_trees;
}

/* The leaves of a row in LANES trees from first on. */
static void walk_trees(const mlci_forest *f, int64_t first, const double *x, int32_t leaf[LANES])
{
    const mlci_node_view view = mlci_forest_view(f);
    mlci_walks w;
    for (int32_t l = 0; l < LANES; l++) {
        mlci_walk_enter(&view, first + l < f->n_trees ? first + l : f->n_trees - 1, l, &w);
        w.x[l] = x;
    }
    mlci_walk(&view, &w);
    memcpy(leaf, w.at, LANES * sizeof *leaf);
}

/* What each class gets, in [-1, 1]: 1 where all trees vote for it; of two classes what the second
 * has ahead of the first, in [-2, 2], as scikit-learn has it. */
static void score_classes(const mlci_adaboost *m, const double *x, double *votes, double *out)
{
    const mlci_forest *const f = m->forest;
    const int32_t n = f->n_classes;
    int32_t leaf[LANES];
    memset(votes, 0, (size_t)n * sizeof *votes);
    for (int64_t t = 0; t < f->n_trees; t += LANES) {
        walk_trees(f, t, x, leaf);
        for (int64_t l = 0; l < LANES && t + l < f->n_trees; l++)
            votes[(int32_t)f->nodes[f->first_node[t + l] + leaf[l]].value] += m->weight[t + l];
    }
    if (n < 3) {
        out[0] = n == 2 ? 2 * (votes[1] - votes[0]) / m->total : 0;
        return;
    }
    for (int32_t k = 0; k < n; k++)
        out[k] = (votes[k] - (m->total - votes[k]) / (n - 1)) / m->total;
}

/* Softmax of the scores over one less than the number of classes. */
static void probabilities(int32_t n, const double *scores, double *out)
{
    double highest = n < 3 ? 0 : scores[0], total = 0;
    if (n < 3) {
        out[n - 1] = n == 2 ? 1 / (1 + mlci_exp(-scores[0])) : 1;
        if (n == 2) out[0] = 1 / (1 + mlci_exp(scores[0]));
        return;
    }
    for (int32_t k = 1; k < n; k++)
        highest = scores[k] > highest ? scores[k] : highest;
    for (int32_t k = 0; k < n; k++)
        total += out[k] = mlci_exp((scores[k] - highest) / (n - 1));
    for (int32_t k = 0; k < n; k++)
        out[k] /= total;
}

static double class_of(int32_t n, const double *scores)
{
    int32_t best = 0;
    if (n < 3) return scores[0] > 0;
    for (int32_t k = 1; k < n; k++)
        if (scores[k] > scores[best]) best = k;
    return best;
}

/* The least prediction such that the trees at or below it have half of the weight. */
static double median_of(const mlci_adaboost *m, const double *x, double *value, double *weight)
{
    const mlci_forest *const f = m->forest;
    const int64_t n = f->n_trees;
    int32_t leaf[LANES];
    for (int64_t t = 0; t < n; t += LANES) {
        walk_trees(f, t, x, leaf);
        for (int64_t l = 0; l < LANES && t + l < n; l++) {
            value[t + l] = f->nodes[f->first_node[t + l] + leaf[l]].value;
            weight[t + l] = m->weight[t + l];
        }
    }
    for (int64_t gap = n / 2; gap > 0; gap /= 2) { /* Shell's method */
        for (int64_t i = gap; i < n; i++) {
            const double v = value[i], w = weight[i];
            int64_t j = i;
            for (; j >= gap && value[j - gap] > v; j -= gap) {
                value[j] = value[j - gap];
                weight[j] = weight[j - gap];
            }
            value[j] = v;
            weight[j] = w;
        }
    }
    double below = weight[0];
    int64_t i = 0;
    while (i + 1 < n && below < 0.5 * m->total)
        below += weight[++i];
    return value[i];
}

static void predict_leaves(const mlci_forest *f, const double *x, double *out)
{
    int32_t leaf[LANES];
    for (int64_t t = 0; t < f->n_trees; t += LANES) {
        walk_trees(f, t, x, leaf);
        for (int64_t l = 0; l < LANES && t + l < f->n_trees; l++)
            out[t + l] = leaf[l];
    }
}

void mlci_adaboost_predict(const mlci_model_predict *p)
{
    const mlci_adaboost *const m = p->state;
    const mlci_forest *const f = m->forest;
    const int64_t width = mlci_adaboost_n_outputs(NULL, m, p->output);
    for (int64_t i = 0; i < p->n_rows; i++) {
        const double *const x = p->x + i * f->n_features;
        double *const out = p->out + i * width;
        if (p->output == MLCI_OUTPUT_LEAF) {
            predict_leaves(f, x, out);
        } else if (f->n_classes == 0) {
            out[0] = median_of(m, x, p->scratch, p->scratch + f->n_trees);
        } else if (p->output == MLCI_OUTPUT_RAW) {
            score_classes(m, x, p->scratch, out);
        } else {
            score_classes(m, x, p->scratch, p->scratch);
            if (p->output == MLCI_OUTPUT_PROBABILITY)
                probabilities(f->n_classes, p->scratch, out);
            else
                out[0] = class_of(f->n_classes, p->scratch);
        }
    }
}
