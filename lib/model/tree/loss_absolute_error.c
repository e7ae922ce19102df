/* Absolute error: loss |s - y|, g = sign(s - y), h = 1; leaves take medians of residuals. */
#include <math.h>

#include "loss_start.h"

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    for (int64_t i = 0; i < c->n; i++) {
        const double d = c->s[i] - c->y[i];
        g[i] = (double)((d > 0) - (d < 0));
        h[i] = 1;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    for (int64_t i = 0; i < c->n; i++)
        value[i] = fabs(c->s[i] - c->y[i]);
}

static double leaf_quantile(const mlci_loss *loss, int32_t k)
{
    return 0.5;
}

const mlci_loss_kind mlci_loss_absolute_error = {.name = "absolute_error",
                                                 .progress = "train absolute_error",
                                                 .link = MLCI_LINK_IDENTITY,
                                                 .start = mlci_start_quantile,
                                                 .gradients = gradients,
                                                 .values = values,
                                                 .leaf_quantile = leaf_quantile};
