/* Cross-entropy to a share y in [0, 1]: log(1 + exp(s)) - y s, with the logistic gradients. */
#include "loss_logistic.h"
#include "loss_start.h"

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    loss->kernels->softplus(c->n, c->s, value);
    for (int64_t i = 0; i < c->n; i++)
        value[i] -= c->y[i] * c->s[i];
}

const mlci_loss_kind mlci_loss_cross_entropy = {.name = "cross_entropy",
                                                .progress = "train cross-entropy",
                                                .link = MLCI_LINK_LOGIT,
                                                .range = MLCI_TARGET_SHARE,
                                                .start = mlci_start_mean,
                                                .gradients = mlci_logistic_gradients,
                                                .values = values};
