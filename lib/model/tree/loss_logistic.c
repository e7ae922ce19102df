/* The logarithmic loss of two classes: log(1 + exp(-s)) of the second, log(1 + exp(s)) of the
 * first; with p = 1 / (1 + exp(-s)): g = p - y, h = p (1 - p).
 *
 * Delicate: h of a sure row rounds to 0; gradient.c keeps every row at one unit at least. */
#include "loss_logistic.h"

#include "loss_start.h"

void mlci_logistic_gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    loss->kernels->sigmoid(c->n, c->s, h);
    for (int64_t i = 0; i < c->n; i++) {
        g[i] = h[i] - c->y[i];
        h[i] = h[i] * (1 - h[i]);
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    for (int64_t i = 0; i < c->n; i++)
        value[i] = c->y[i] > 0 ? -c->s[i] : c->s[i];
    loss->kernels->softplus(c->n, value, value);
}

const mlci_loss_kind mlci_loss_logistic = {.name = "log_loss",
                                           .progress = "train log_loss",
                                           .link = MLCI_LINK_LOGIT,
                                           .start = mlci_start_mean,
                                           .gradients = mlci_logistic_gradients,
                                           .values = values};
