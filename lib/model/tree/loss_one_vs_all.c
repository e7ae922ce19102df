/* One logistic loss a class against the rest, for three classes or more; the loss of a row is
 * their sum. Trees of a class do not see the others' scores. */
#include "loss_logistic.h"
#include "loss_start.h"

static mlc_status start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *out, mlc_error *err)
{
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const double share = mlci_class_share(rows, k);
        const double rest = 1 - share < MLCI_LEAST_SHARE ? MLCI_LEAST_SHARE : 1 - share;
        out[k] = mlci_ln(share / rest);
    }
    return MLC_OK;
}

static void gradients(const mlci_loss *loss, const mlci_loss_chunk *c, double *g, double *h)
{
    double is_class[MLCI_LOSS_CHUNK];
    mlci_loss_chunk own = *c;
    for (int64_t i = 0; i < c->n; i++)
        is_class[i] = c->y[i] == c->k ? 1 : 0;
    own.y = is_class;
    mlci_logistic_gradients(loss, &own, g, h);
}

static void values(const mlci_loss *loss, const mlci_loss_chunk *c, double *value)
{
    double one[MLCI_LOSS_CHUNK];
    for (int64_t i = 0; i < c->n; i++)
        value[i] = 0;
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const double *const s = c->s + k * c->rows->stride;
        for (int64_t i = 0; i < c->n; i++)
            one[i] = c->y[i] == k ? -s[i] : s[i];
        loss->kernels->softplus(c->n, one, one);
        for (int64_t i = 0; i < c->n; i++)
            value[i] += one[i];
    }
}

const mlci_loss_kind mlci_loss_one_vs_all = {.name = "one_vs_all",
                                             .progress = "train one-vs-all log_loss",
                                             .link = MLCI_LINK_ONE_VS_ALL,
                                             .range = MLCI_TARGET_NOT_NEGATIVE,
                                             .start = start,
                                             .gradients = gradients,
                                             .values = values};
