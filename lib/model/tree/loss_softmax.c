/* The logarithmic loss of three classes or more: a score a class, p_k = exp(s_k) / sum,
 * g_k = p_k - [y = k], h_k = p_k (1 - p_k). Trees of a round share the log of the sum, which is
 * prepared once. */
#include "loss_start.h"

static mlc_status start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *out, mlc_error *err)
{
    for (int32_t k = 0; k < loss->n_outputs; k++)
        out[k] = mlci_ln(mlci_class_share(rows, k));
    return MLC_OK;
}

/* Log of the sum of exp, from the largest score. */
static void prepare(const mlci_loss *loss, const mlci_loss_chunk *c)
{
    double top[MLCI_LOSS_CHUNK], e[MLCI_LOSS_CHUNK];
    double *const sum = c->rows->work + c->i0;
    for (int64_t i = 0; i < c->n; i++) {
        top[i] = c->s[i];
        sum[i] = 0;
    }
    for (int32_t k = 1; k < loss->n_outputs; k++) {
        const double *const s = c->s + k * c->rows->stride;
        for (int64_t i = 0; i < c->n; i++)
            top[i] = s[i] > top[i] ? s[i] : top[i];
    }
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const double *const s = c->s + k * c->rows->stride;
        for (int64_t i = 0; i < c->n; i++)
            e[i] = s[i] - top[i];
        loss->kernels->exp(c->n, e, e);
        for (int64_t i = 0; i < c->n; i++)
            sum[i] += e[i];
    }
    loss->kernels->log(c->n, sum, e);
    for (int64_t i = 0; i < c->n; i++)
        sum[i] = top[i] + e[i];
}

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    const double *const log_sum = c->rows->work + c->i0;
    for (int64_t i = 0; i < c->n; i++)
        h[i] = c->s[i] - log_sum[i];
    loss->kernels->exp(c->n, h, h);
    for (int64_t i = 0; i < c->n; i++) {
        g[i] = h[i] - (c->y[i] == c->k ? 1 : 0);
        h[i] = h[i] * (1 - h[i]);
    }
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    const double *const log_sum = c->rows->work + c->i0;
    for (int64_t i = 0; i < c->n; i++)
        value[i] = log_sum[i] - c->s[(int64_t)c->y[i] * c->rows->stride + i];
}

const mlci_loss_kind mlci_loss_softmax = {.name = "log_loss",
                                          .progress = "train log_loss",
                                          .link = MLCI_LINK_SOFTMAX,
                                          .start = start,
                                          .prepare = prepare,
                                          .gradients = gradients,
                                          .values = values};
