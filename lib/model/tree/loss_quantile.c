/* Quantiles: a score a level q, each with the pinball loss max(q (y - s), (1 - q) (s - y)):
 * g = [s > y] - q, h = 1; leaves take quantiles of residuals. The loss of a row is the mean over
 * its levels (Koenker and Bassett 1978). Scores of different levels may cross: link.c sorts them
 * in predictions, which never raises the loss (Chernozhukov, Fernandez-Val, Galichon 2010). */
#include "loss_start.h"

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    const double q = loss->levels[c->k];
    for (int64_t i = 0; i < c->n; i++) {
        const double d = c->s[i] - c->y[i];
        g[i] = d > 0 ? 1 - q : d < 0 ? -q : 0;
        h[i] = 1;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    for (int64_t i = 0; i < c->n; i++)
        value[i] = 0;
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const double *const s = c->s + k * c->rows->stride, q = loss->levels[k];
        for (int64_t i = 0; i < c->n; i++)
            value[i] += s[i] > c->y[i] ? (1 - q) * (s[i] - c->y[i]) : q * (c->y[i] - s[i]);
    }
    for (int64_t i = 0; loss->n_outputs > 1 && i < c->n; i++)
        value[i] /= loss->n_outputs;
}

static double leaf_quantile(const mlci_loss *loss, int32_t k)
{
    return loss->levels[k];
}

const mlci_loss_kind mlci_loss_quantile = {.name = "quantile",
                                           .progress = "train quantile loss",
                                           .link = MLCI_LINK_IDENTITY,
                                           .start = mlci_start_quantile,
                                           .gradients = gradients,
                                           .values = values,
                                           .leaf_quantile = leaf_quantile};
