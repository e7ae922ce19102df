/* Cox's proportional hazards (1972): the negative log of the partial likelihood with Breslow's
 * treatment of ties. With w_i the weight and d_i whether an event ended row i at time t_i:
 *
 *   loss = sum over events k of w_k (log S(t_k) - s_k),   S(t) = sum of w_j exp(s_j) with t_j >= t
 *   g_i = w_i (exp(s_i) R_i - d_i),                       R_i = sum over events k with t_k <= t_i
 * of h_i = w_i (exp(s_i) R_i - exp(2 s_i) Q_i)             w_k / S(t_k), Q_i of w_k / S(t_k)^2
 *
 * h is the diagonal of the Hessian for weights of 1, as XGBoost has it where no times are equal.
 * Rows are taken by time and, within a time, by index: sums run down and up in that order on one
 * thread, O(rows) a round.
 *
 * Delicate: exp is taken from the largest score down, and what lies more than 300 below it counts
 * as 300 below, so that no risk set is empty. */
#include <math.h>

#include "loss_start.h"
#include "target.h"

#define MOST_BELOW 300

/* A pass over rows by time. */
typedef struct cox {
    const mlci_loss *loss;
    const mlci_loss_rows *rows;
    const mlci_row_groups *times;
    double top;
    double *hazard;  /* exp(s - top), by place */
    double *at_risk; /* S, by time */
} cox;

static int is_event(const mlci_loss_rows *rows, uint32_t row)
{
    return !isinf(rows->upper[row]); /* else it is the time: check() */
}

static double weight_of(const mlci_loss_rows *rows, uint32_t row)
{
    return rows->weight == NULL ? 1 : rows->weight[row];
}

static void find_hazards(cox *c)
{
    const int64_t n = c->times->n_rows;
    c->top = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        c->hazard[i] = c->rows->raw[c->times->rows[i]];
        c->top = c->hazard[i] > c->top ? c->hazard[i] : c->top;
    }
    for (int64_t i = 0; i < n; i++) {
        const double below = c->hazard[i] - c->top;
        c->hazard[i] = below < -MOST_BELOW ? -MOST_BELOW : below;
    }
    c->loss->kernels->exp(n, c->hazard, c->hazard);
}

/* From the latest time back. */
static void sum_risks(cox *c)
{
    double sum = 0;
    for (int64_t t = c->times->n - 1; t >= 0; t--) {
        for (int64_t i = c->times->first[t]; i < c->times->first[t + 1]; i++)
            sum += weight_of(c->rows, c->times->rows[i]) * c->hazard[i];
        c->at_risk[t] = sum;
    }
}

static void give_gradients(const cox *c, double *g, double *h)
{
    double r = 0, q = 0;
    for (int64_t t = 0; t < c->times->n; t++) {
        double events = 0;
        const int64_t first = c->times->first[t], end = c->times->first[t + 1];
        for (int64_t i = first; i < end; i++)
            if (is_event(c->rows, c->times->rows[i]))
                events += weight_of(c->rows, c->times->rows[i]);
        if (c->at_risk[t] > 0) { /* not below the least double */
            r += events / c->at_risk[t];
            q += events / c->at_risk[t] / c->at_risk[t];
        }
        for (int64_t i = first; i < end; i++) {
            const uint32_t row = c->times->rows[i];
            const double weight = weight_of(c->rows, row), e = c->hazard[i];
            const double curvature = e * r - e * q * e;
            g[row] = weight * (e * r - is_event(c->rows, row));
            h[row] = curvature > 0 ? weight * curvature : 0;
        }
    }
}

static void give_values(const cox *c)
{
    for (int64_t t = 0; t < c->times->n; t++) {
        const double log_risk = mlci_ln(c->at_risk[t]) + c->top;
        for (int64_t i = c->times->first[t]; i < c->times->first[t + 1]; i++) {
            const uint32_t row = c->times->rows[i];
            const double weight = weight_of(c->rows, row);
            const int counts = is_event(c->rows, row) && weight > 0;
            c->rows->work[row] = counts ? weight * (log_risk - c->rows->raw[row]) : 0;
        }
    }
}

static mlc_status scan(mlc_context *call, const mlci_loss *loss, const mlci_loss_rows *rows,
                       const mlci_row_groups *times, double *g, double *h, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    cox c = {.loss = loss, .rows = rows, .times = times};
    double *const memory = mlci_alloc_raw(root, times->n_rows + times->n, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, times->n_rows + times->n, sizeof *memory);
    c.hazard = memory;
    c.at_risk = memory + times->n_rows;
    find_hazards(&c);
    mlc_status status = mlci_poll(call, err);
    if (status == MLC_OK) sum_risks(&c);
    if (status == MLC_OK) status = mlci_poll(call, err);
    if (status == MLC_OK && g != NULL) give_gradients(&c, g, h);
    if (status == MLC_OK && g == NULL) give_values(&c);
    mlci_free(memory);
    return status;
}

/* Events only. */
static double mean_weight(const mlci_loss_rows *rows, const mlci_row_groups *times)
{
    double sum = 0;
    for (int64_t i = 0; i < times->n_rows; i++)
        if (is_event(rows, times->rows[i])) sum += weight_of(rows, times->rows[i]);
    return sum;
}

static mlc_status check(const mlci_loss *loss, const mlci_target *y, const char *rows,
                        mlc_error *err)
{
    int64_t n_events = 0;
    for (int64_t i = 0; i < y->n_rows; i++) {
        const double *const bounds = y->value + i * y->n_outputs;
        const int is_one = y->n_outputs == 1;
        if (is_one && bounds[0] == 0)
            return mlci_loss_refuse(y, i, rows,
                                    "cox needs a sign, which says whether the time ended in an "
                                    "event (above 0) or was cut off (below 0)",
                                    err);
        if (!is_one && bounds[0] < 0)
            return mlci_loss_refuse(y, i, rows, "cox needs times of at least 0", err);
        if (!is_one && bounds[1] != bounds[0] && !isinf(bounds[1]))
            return mlci_loss_refuse(y, i, rows,
                                    "cox needs an upper bound that is the same, of an event, or "
                                    "none; loss=aft takes intervals",
                                    err);
        n_events += is_one ? bounds[0] > 0 : bounds[1] == bounds[0];
    }
    if (n_events > 0) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, y->name,
                     "no %s has an event: the loss cox is a sum over events", rows);
}

/* 0: the partial likelihood knows no constant. Rows held out may have taken all events. */
static mlc_status start(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                        const int64_t *fixed, double *out, mlc_error *err)
{
    const mlci_row_groups *const parts[] = {rows->train_groups, rows->valid_groups};
    for (int k = 0; k < 2; k++)
        if (parts[k] != NULL && parts[k]->n_rows > 0 && !(mean_weight(rows, parts[k]) > 0))
            return mlci_fail(err, MLC_ERROR_DATA, "validation_fraction",
                             "no event is left among the rows to %s: the loss cox is a sum over "
                             "events",
                             k == 0 ? "train on" : "validate with");
    return mlci_start_zero(loss, call, rows, fixed, out, err);
}

const mlci_loss_kind mlci_loss_cox = {.name = "cox",
                                      .progress = "train cox loss",
                                      .link = MLCI_LINK_LOG,
                                      .range = MLCI_TARGET_TIME,
                                      .groups = MLCI_GROUPS_TIME,
                                      .check = check,
                                      .start = start,
                                      .scan = scan,
                                      .mean_weight = mean_weight};
