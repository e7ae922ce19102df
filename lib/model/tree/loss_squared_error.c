/* Squared error: loss (s - y)^2, gradient of half of it: g = s - y, h = 1. */
#include "loss_start.h"

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    for (int64_t i = 0; i < c->n; i++) {
        g[i] = c->s[i] - c->y[i];
        h[i] = 1;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    for (int64_t i = 0; i < c->n; i++)
        value[i] = (c->s[i] - c->y[i]) * (c->s[i] - c->y[i]);
}

const mlci_loss_kind mlci_loss_squared_error = {.name = "squared_error",
                                                .progress = "train squared_error",
                                                .link = MLCI_LINK_IDENTITY,
                                                .start = mlci_start_mean,
                                                .gradients = gradients,
                                                .values = values};
