/* Losses by chunks of rows: unweighted values in stack arrays through the vector kernels, then
 * weights. With s the score, y the target:
 *
 *   log_loss        two classes: p = 1 / (1 + exp(-s)), g = p - y, h = p (1 - p)
 *                   more: p_k = exp(s_k) / sum, g = p_k - [y = k], h = p_k (1 - p_k)
 *   squared_error   g = s - y, h = 1         absolute_error  g = sign(s - y), h = 1
 *   quantile        g = [s > y] - q, h = 1   poisson         g = exp(s) - y, h = exp(s)
 *   gamma           g = 1 - y exp(-s), h = y exp(-s)
 *
 * Delicate: h of a sure row rounds to 0; gradient.c keeps every row at one unit at least. */
#include "loss.h"

#include <math.h>

#include "exact_sum.h"
#include "number.h"
#include "order_key.h"
#include "quantile.h"

#define CHUNK MLCI_LOSS_CHUNK

const char *mlci_loss_name(const mlci_loss *loss)
{
    static const char *const names[] = {"",         "log_loss", "squared_error", "absolute_error",
                                        "quantile", "poisson",  "gamma"};
    return loss->host != NULL ? NULL : names[loss->kind];
}

double mlci_loss_leaf_quantile(const mlci_loss *loss)
{
    if (loss->host != NULL) return 0;
    if (loss->kind == MLCI_LOSS_ABSOLUTE) return 0.5;
    return loss->kind == MLCI_LOSS_QUANTILE ? loss->quantile : 0;
}

/* ---- targets and the first score ---------------------------------------------------------- */

mlc_status mlci_loss_check(const mlci_loss *loss, int64_t n, const double *y, const double *weight,
                           mlc_error *err)
{
    const int is_log = loss->link == MLCI_LINK_LOG;
    const int positive = loss->host == NULL && loss->kind == MLCI_LOSS_GAMMA;
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(y[i]))
            return mlci_fail(err, MLC_ERROR_DATA, "target", "target of row %lld is not finite",
                             (long long)i + 1);
        if (is_log && (y[i] < 0 || (positive && y[i] == 0))) {
            char text[MLCI_NUMBER_SIZE];
            mlci_real_format(y[i], text);
            return mlci_fail(err, MLC_ERROR_DATA, "target",
                             "target of row %lld is %s: the loss needs %s", (long long)i + 1, text,
                             positive ? "numbers above 0" : "numbers of at least 0");
        }
        sum += y[i] * (weight == NULL ? 1 : weight[i]);
    }
    if (is_log && !(sum > 0))
        return mlci_fail(err, MLC_ERROR_DATA, "target",
                         "every target is 0: a log link needs one above 0");
    return MLC_OK;
}

/* What is summed over rows for a first score. */
typedef struct start_sum {
    const mlci_loss_rows *rows;
    int32_t k; /* of weights: this class only; -1: all */
} start_sum;

static double weight_term(const void *arg, int64_t i)
{
    const start_sum *const s = arg;
    if (s->k >= 0 && s->rows->y[i] != (double)s->k) return 0;
    return s->rows->weight == NULL ? 1 : s->rows->weight[i];
}

static double target_term(const void *arg, int64_t i)
{
    const start_sum *const s = arg;
    return s->rows->y[i] * (s->rows->weight == NULL ? 1 : s->rows->weight[i]);
}

static double weighted_mean(const mlci_loss_rows *rows)
{
    const start_sum all = {rows, -1};
    return mlci_exact_sum(target_term, &all, rows->n_rows) /
           mlci_exact_sum(weight_term, &all, rows->n_rows);
}

/* log p_k for softmax, log-odds for two classes. A class without weight counts as a share of
 * 1e-15, so that scores stay finite. */
static void start_classes(const mlci_loss *loss, const mlci_loss_rows *rows, double *start)
{
    const double least = 1e-15;
    if (loss->n_outputs == 1) {
        double p = weighted_mean(rows);
        p = p < least ? least : p > 1 - least ? 1 - least : p;
        start[0] = mlci_ln(p / (1 - p));
        return;
    }
    const start_sum all = {rows, -1};
    const double total = mlci_exact_sum(weight_term, &all, rows->n_rows);
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        const start_sum one = {rows, k};
        const double p = mlci_exact_sum(weight_term, &one, rows->n_rows) / total;
        start[k] = mlci_ln(p < least ? least : p);
    }
}

static mlc_status start_quantile(mlci_root *root, const mlci_loss_rows *rows, double q,
                                 const int64_t *fixed, double *start, mlc_error *err)
{
    const int64_t n = rows->n_rows;
    uint64_t *const keys = mlci_alloc_raw(root, n, sizeof *keys);
    int64_t *const weights = fixed == NULL ? NULL : mlci_alloc_raw(root, n, sizeof *weights);
    mlc_status status = MLC_OK;
    if (keys == NULL || (fixed != NULL && weights == NULL)) {
        status = mlci_fail_memory(err, n, sizeof *keys);
        goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        keys[i] = mlci_key_of_number(rows->y[i]);
        if (fixed != NULL) weights[i] = fixed[i];
    }
    *start = mlci_weighted_quantile(keys, weights, n, q);
done:
    mlci_free(keys);
    mlci_free(weights);
    return status;
}

mlc_status mlci_loss_start(const mlci_loss *loss, mlci_root *root, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err)
{
    const double q = mlci_loss_leaf_quantile(loss);
    if (q > 0) return start_quantile(root, rows, q, fixed, start, err);
    if (loss->link == MLCI_LINK_LOGIT || loss->link == MLCI_LINK_SOFTMAX)
        start_classes(loss, rows, start);
    else
        start[0] = loss->link == MLCI_LINK_LOG ? mlci_ln(weighted_mean(rows)) : weighted_mean(rows);
    return MLC_OK;
}

/* ---- gradients ---------------------------------------------------------------------------- */

/* One chunk: n rows from i0 on; g and h unweighted. */
static void chunk_logistic(const mlci_loss *loss, int64_t n, const double *y, const double *s,
                           double *g, double *h)
{
    loss->kernels->sigmoid(n, s, h);
    for (int64_t i = 0; i < n; i++) {
        g[i] = h[i] - y[i];
        h[i] = h[i] * (1 - h[i]);
    }
}

static void chunk_softmax(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k, int64_t i0,
                          int64_t n, double *g, double *h)
{
    const double *const s = rows->raw + k * rows->stride + i0;
    for (int64_t i = 0; i < n; i++)
        h[i] = s[i] - rows->log_sum[i0 + i];
    loss->kernels->exp(n, h, h);
    for (int64_t i = 0; i < n; i++) {
        g[i] = h[i] - (rows->y[i0 + i] == k ? 1 : 0);
        h[i] = h[i] * (1 - h[i]);
    }
}

static void chunk_log_link(const mlci_loss *loss, int64_t n, const double *y, const double *s,
                           double *g, double *h)
{
    const int gamma = loss->kind == MLCI_LOSS_GAMMA;
    for (int64_t i = 0; i < n; i++)
        h[i] = gamma ? -s[i] : s[i];
    loss->kernels->exp(n, h, h);
    for (int64_t i = 0; i < n; i++) {
        h[i] = gamma ? y[i] * h[i] : h[i];
        g[i] = gamma ? 1 - h[i] : h[i] - y[i];
    }
}

static void chunk_identity(const mlci_loss *loss, int64_t n, const double *y, const double *s,
                           double *g, double *h)
{
    const double q = loss->quantile;
    for (int64_t i = 0; i < n; i++) {
        const double d = s[i] - y[i];
        h[i] = 1;
        if (loss->kind == MLCI_LOSS_SQUARED)
            g[i] = d;
        else if (loss->kind == MLCI_LOSS_ABSOLUTE)
            g[i] = (double)((d > 0) - (d < 0));
        else
            g[i] = d > 0 ? 1 - q : d < 0 ? -q : 0;
    }
}

static void chunk_gradients(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                            int64_t i0, int64_t n, double *g, double *h)
{
    const double *const y = rows->y + i0, *const s = rows->raw + i0;
    if (loss->link == MLCI_LINK_SOFTMAX)
        chunk_softmax(loss, rows, k, i0, n, g, h);
    else if (loss->link == MLCI_LINK_LOGIT)
        chunk_logistic(loss, n, y, s, g, h);
    else if (loss->link == MLCI_LINK_LOG)
        chunk_log_link(loss, n, y, s, g, h);
    else
        chunk_identity(loss, n, y, s, g, h);
}

void mlci_loss_log_sum(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t begin,
                       int64_t end)
{
    double top[CHUNK], e[CHUNK];
    for (int64_t i0 = begin; i0 < end; i0 += CHUNK) {
        const int64_t n = end - i0 < CHUNK ? end - i0 : CHUNK;
        double *const sum = rows->log_sum + i0;
        for (int64_t i = 0; i < n; i++) {
            top[i] = rows->raw[i0 + i];
            sum[i] = 0;
        }
        for (int32_t k = 1; k < loss->n_outputs; k++) {
            const double *const s = rows->raw + k * rows->stride + i0;
            for (int64_t i = 0; i < n; i++)
                top[i] = s[i] > top[i] ? s[i] : top[i];
        }
        for (int32_t k = 0; k < loss->n_outputs; k++) {
            const double *const s = rows->raw + k * rows->stride + i0;
            for (int64_t i = 0; i < n; i++)
                e[i] = s[i] - top[i];
            loss->kernels->exp(n, e, e);
            for (int64_t i = 0; i < n; i++)
                sum[i] += e[i];
        }
        loss->kernels->log(n, sum, e);
        for (int64_t i = 0; i < n; i++)
            sum[i] = top[i] + e[i];
    }
}

void mlci_loss_gradients(const mlci_loss *loss, const mlci_loss_rows *rows, int32_t k,
                         int64_t begin, int64_t end, double *gradient, double *hessian)
{
    if (loss->link == MLCI_LINK_SOFTMAX && k == 0) mlci_loss_log_sum(loss, rows, begin, end);
    for (int64_t i0 = begin; i0 < end; i0 += CHUNK) {
        const int64_t n = end - i0 < CHUNK ? end - i0 : CHUNK;
        double *const g = gradient + i0, *const h = hessian + i0;
        chunk_gradients(loss, rows, k, i0, n, g, h);
        if (rows->weight == NULL) continue;
        for (int64_t i = 0; i < n; i++) {
            g[i] *= rows->weight[i0 + i];
            h[i] *= rows->weight[i0 + i];
        }
    }
}

/* ---- loss --------------------------------------------------------------------------------- */

/* 2 (y log(y / m) - y + m) with y log y = 0 at 0, or 2 (log(m / y) + y / m - 1); m = exp(s). */
static void chunk_deviance(const mlci_loss *loss, int64_t n, const double *y, const double *s,
                           double *out)
{
    const int gamma = loss->kind == MLCI_LOSS_GAMMA;
    double log_y[CHUNK];
    for (int64_t i = 0; i < n; i++) {
        out[i] = gamma ? -s[i] : s[i];
        log_y[i] = y[i] > 0 ? y[i] : 1;
    }
    loss->kernels->exp(n, out, out);
    loss->kernels->log(n, log_y, log_y);
    for (int64_t i = 0; i < n; i++)
        out[i] = gamma ? 2 * (s[i] - log_y[i] + y[i] * out[i] - 1)
                       : 2 * (y[i] * (log_y[i] - s[i]) - y[i] + out[i]);
}

static void chunk_loss(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t i0, int64_t n,
                       double *out)
{
    const double *const y = rows->y + i0, *const s = rows->raw + i0;
    const double q = loss->kind == MLCI_LOSS_QUANTILE ? loss->quantile : 0.5;
    if (loss->link == MLCI_LINK_SOFTMAX) {
        for (int64_t i = 0; i < n; i++)
            out[i] = rows->log_sum[i0 + i] - s[(int64_t)y[i] * rows->stride + i];
    } else if (loss->link == MLCI_LINK_LOGIT) {
        for (int64_t i = 0; i < n; i++)
            out[i] = y[i] > 0 ? -s[i] : s[i];
        loss->kernels->softplus(n, out, out);
    } else if (loss->link == MLCI_LINK_LOG) {
        chunk_deviance(loss, n, y, s, out);
    } else if (loss->kind == MLCI_LOSS_SQUARED) {
        for (int64_t i = 0; i < n; i++)
            out[i] = (s[i] - y[i]) * (s[i] - y[i]);
    } else if (loss->kind == MLCI_LOSS_ABSOLUTE) {
        for (int64_t i = 0; i < n; i++)
            out[i] = fabs(s[i] - y[i]);
    } else {
        for (int64_t i = 0; i < n; i++)
            out[i] = s[i] > y[i] ? (1 - q) * (s[i] - y[i]) : q * (y[i] - s[i]);
    }
}

void mlci_loss_values(const mlci_loss *loss, const mlci_loss_rows *rows, int64_t i0, int64_t n,
                      double *value)
{
    chunk_loss(loss, rows, i0, n, value);
    for (int64_t i = 0; rows->weight != NULL && i < n; i++)
        value[i] *= rows->weight[i0 + i];
}
