/* Tweedie deviance of power p between 1 (Poisson) and 2 (gamma), for sums of claims that are
 * often 0 (Jorgensen 1987). With m = exp(s):
 *
 *   2 (y^(2-p) / ((1-p) (2-p)) - y m^(1-p) / (1-p) + m^(2-p) / (2-p))
 *   half its derivatives: g = m^(2-p) - y m^(1-p), h = (2-p) m^(2-p) + (p-1) y m^(1-p) */
#include "loss_start.h"

/* m^(1-p) and m^(2-p). */
static void powers(const mlci_loss *loss, const mlci_loss_chunk *c, double *low, double *high)
{
    for (int64_t i = 0; i < c->n; i++) {
        low[i] = (1 - loss->power) * c->s[i];
        high[i] = (2 - loss->power) * c->s[i];
    }
    loss->kernels->exp(c->n, low, low);
    loss->kernels->exp(c->n, high, high);
}

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    const double p = loss->power;
    double low[MLCI_LOSS_CHUNK], high[MLCI_LOSS_CHUNK];
    powers(loss, c, low, high);
    for (int64_t i = 0; i < c->n; i++) {
        const double of_y = c->y[i] * low[i];
        g[i] = high[i] - of_y;
        h[i] = (2 - p) * high[i] + (p - 1) * of_y;
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    const double p = loss->power;
    double low[MLCI_LOSS_CHUNK], high[MLCI_LOSS_CHUNK], of_y[MLCI_LOSS_CHUNK];
    powers(loss, c, low, high);
    for (int64_t i = 0; i < c->n; i++)
        of_y[i] = c->y[i] > 0 ? c->y[i] : 1;
    loss->kernels->log(c->n, of_y, of_y);
    for (int64_t i = 0; i < c->n; i++)
        of_y[i] *= 2 - p;
    loss->kernels->exp(c->n, of_y, of_y);
    for (int64_t i = 0; i < c->n; i++) {
        const double own = c->y[i] > 0 ? of_y[i] : 0;
        value[i] = 2 * ((c->y[i] * low[i] - own / (2 - p)) / (p - 1) + high[i] / (2 - p));
    }
}

const mlci_loss_kind mlci_loss_tweedie = {.name = "tweedie",
                                          .progress = "train tweedie deviance",
                                          .link = MLCI_LINK_LOG,
                                          .range = MLCI_TARGET_NOT_NEGATIVE,
                                          .start = mlci_start_mean,
                                          .gradients = gradients,
                                          .values = values};
