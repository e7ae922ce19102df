/* Scores of cuts in vectors, and by side. Logarithms are our own, so all machines agree. */
#include "cart_score.h"

#include "kernels.h"

static double w_ln_w(const mlci_cart_criterion *c, double w)
{
    if (w < (double)c->n_w_ln_w) return c->w_ln_w[(int64_t)w];
    return w > 0 ? w * mlci_ln(w) : 0;
}

static double poisson_side(double g, double w)
{
    return g > 0 ? g * mlci_ln(g / w) : 0;
}

double mlci_cart_side(const mlci_cart_criterion *c, const double *sums, int32_t n_sums, double w)
{
    double side = 0;
    if (c->kind == MLCI_CRITERION_POISSON) return poisson_side(sums[0], w);
    if (c->sums != MLCI_CART_CLASSES) return sums[0] * sums[0] / w;
    if (c->kind == MLCI_CRITERION_ENTROPY) {
        for (int32_t k = 0; k < n_sums; k++)
            side += w_ln_w(c, sums[k]);
        return side - w_ln_w(c, w);
    }
    for (int32_t k = 0; k < n_sums; k++)
        side += sums[k] * sums[k];
    return side / w;
}

/* ---- pairs -------------------------------------------------------------------------------- */

/* Without totals the kernel cannot tell a score of 0 from none. */
static double score_around_zero(const mlci_cart_total *t, mlci_cart_cuts *cuts)
{
    double top = MLCI_CART_NO_SCORE;
    const double *const g = cuts->sums, *const w = cuts->sums + cuts->room;
    for (int64_t i = 0; i < cuts->n; i++) {
        const double right = t->weight - w[i], gr = t->sums[0] - g[i];
        const int fits = w[i] >= t->least_weight && right >= t->least_weight;
        cuts->score[i] =
            fits ? (g[i] * g[i] * right + gr * gr * w[i]) / (w[i] * right) : MLCI_CART_NO_SCORE;
        top = cuts->score[i] > top ? cuts->score[i] : top;
    }
    return top;
}

static double score_squares(const mlci_cart_criterion *c, const mlci_cart_total *t, double least,
                            mlci_cart_cuts *cuts)
{
    const mlci_cut_limits limits = {.g = t->sums[0],
                                    .h = t->weight,
                                    .weight = t->weight,
                                    .min_hessian = t->least_weight,
                                    .weight_of_h = 1,
                                    .least_score = least};
    if (t->sums[0] == 0) return score_around_zero(t, cuts);
    return c->kernels->score_cuts(&limits, cuts->n, cuts->sums, cuts->sums + cuts->room, NULL,
                                  cuts->score);
}

static double score_poisson(const mlci_cart_total *t, mlci_cart_cuts *cuts)
{
    double top = MLCI_CART_NO_SCORE;
    const double *const g = cuts->sums, *const w = cuts->sums + cuts->room;
    for (int64_t i = 0; i < cuts->n; i++) {
        const double right = t->weight - w[i], gr = t->sums[0] - g[i];
        cuts->score[i] = MLCI_CART_NO_SCORE;
        if (w[i] < t->least_weight || right < t->least_weight || !(g[i] > 0 && gr > 0)) continue;
        const double gain = poisson_side(g[i], w[i]) + poisson_side(gr, right) - t->parent;
        cuts->score[i] = gain > 0 ? gain : 0;
        top = cuts->score[i] > top ? cuts->score[i] : top;
    }
    return top;
}

/* ---- classes ------------------------------------------------------------------------------ */

/* Sums over classes of squares, or of w ln w, of both sides; and the weight of the left one. */
static void add_classes(const mlci_cart_criterion *c, const mlci_cart_total *t,
                        mlci_cart_cuts *cuts)
{
    for (int64_t i = 0; i < cuts->n; i++)
        cuts->weight[i] = cuts->left[i] = cuts->right[i] = 0;
    for (int32_t k = 0; k < t->n_sums; k++) {
        const double *const sum = cuts->sums + k * cuts->room;
        for (int64_t i = 0; i < cuts->n; i++)
            cuts->weight[i] += sum[i];
        if (c->kind == MLCI_CRITERION_ENTROPY) {
            for (int64_t i = 0; i < cuts->n; i++) {
                cuts->left[i] += w_ln_w(c, sum[i]);
                cuts->right[i] += w_ln_w(c, t->sums[k] - sum[i]);
            }
        } else {
            for (int64_t i = 0; i < cuts->n; i++) {
                const double right = t->sums[k] - sum[i];
                cuts->left[i] += sum[i] * sum[i];
                cuts->right[i] += right * right;
            }
        }
    }
}

static double score_entropy(const mlci_cart_criterion *c, const mlci_cart_total *t,
                            mlci_cart_cuts *cuts, int64_t i, double right)
{
    cuts->left[i] -= w_ln_w(c, cuts->weight[i]);
    cuts->right[i] -= w_ln_w(c, right);
    const double gain = cuts->left[i] + cuts->right[i] - t->parent;
    return gain > 0 ? gain : 0;
}

static double score_gini(mlci_cart_cuts *cuts, int64_t i, double right)
{
    const double w = cuts->weight[i];
    const double score = (cuts->left[i] * right + cuts->right[i] * w) / (w * right);
    cuts->left[i] = cuts->left[i] / w;
    cuts->right[i] = right > 0 ? cuts->right[i] / right : 0;
    return score;
}

static double score_classes(const mlci_cart_criterion *c, const mlci_cart_total *t,
                            mlci_cart_cuts *cuts)
{
    double top = MLCI_CART_NO_SCORE;
    add_classes(c, t, cuts);
    for (int64_t i = 0; i < cuts->n; i++) {
        const double w = cuts->weight[i], right = t->weight - w;
        const int fits = w >= t->least_weight && right >= t->least_weight;
        const double score = c->kind == MLCI_CRITERION_ENTROPY ? score_entropy(c, t, cuts, i, right)
                                                               : score_gini(cuts, i, right);
        cuts->score[i] = fits ? score : MLCI_CART_NO_SCORE;
        top = cuts->score[i] > top ? cuts->score[i] : top;
    }
    return top;
}

double mlci_cart_score(const mlci_cart_criterion *c, const mlci_cart_total *t, double least,
                       mlci_cart_cuts *cuts)
{
    if (c->sums == MLCI_CART_CLASSES) return score_classes(c, t, cuts);
    if (c->kind == MLCI_CRITERION_POISSON) return score_poisson(t, cuts);
    return score_squares(c, t, least, cuts);
}

double mlci_cart_gain(const mlci_cart_criterion *c, const mlci_cart_total *t, double score)
{
    const double ln_2 = 0.69314718055994530942;
    double gain = score;
    if (c->kind == MLCI_CRITERION_GINI || c->kind == MLCI_CRITERION_SQUARED) gain -= t->parent;
    if (gain < 0) gain = 0;
    if (c->sums == MLCI_CART_TWO_CLASSES) return 2 * gain;
    return c->kind == MLCI_CRITERION_ENTROPY ? gain / ln_2 : gain;
}
