/* Poisson deviance with m = exp(s): 2 (y log(y / m) - y + m), where y log y is 0 at 0. Half its
 * derivatives: g = m - y, h = m. The hessian is multiplied by exp(poisson_max_delta_step), as
 * LightGBM and XGBoost do: a score that grows by so much would have it, and without it steps from
 * small means overshoot. */
#include "loss_start.h"

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    loss->kernels->exp(c->n, c->s, h);
    for (int64_t i = 0; i < c->n; i++) {
        g[i] = h[i] - c->y[i];
        h[i] *= loss->damping;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    double log_y[MLCI_LOSS_CHUNK];
    for (int64_t i = 0; i < c->n; i++)
        log_y[i] = c->y[i] > 0 ? c->y[i] : 1;
    loss->kernels->exp(c->n, c->s, value);
    loss->kernels->log(c->n, log_y, log_y);
    for (int64_t i = 0; i < c->n; i++)
        value[i] = 2 * (c->y[i] * (log_y[i] - c->s[i]) - c->y[i] + value[i]);
}

const mlci_loss_kind mlci_loss_poisson = {.name = "poisson",
                                          .progress = "train poisson deviance",
                                          .link = MLCI_LINK_LOG,
                                          .range = MLCI_TARGET_NOT_NEGATIVE,
                                          .start = mlci_start_mean,
                                          .gradients = gradients,
                                          .values = values};
