/* The passes over pairs. LightGBM's rules (rank_objective.hpp of 4.x) give the truncation and the
 * two normalisations: weights of a query are damped by the distance of their scores, and its
 * gradients scaled by log2(1 + S) / S with S the sum of their sizes.
 *
 * Cost: for each query n log n for the ranks and n min(n, truncation_level) pairs, through the
 * vector kernels, a rank against all behind it. */
#include "rank_pairs.h"

#include <math.h>
#include <string.h>

#include "order.h"

#define QUERIES 16 /* a task */
#define LN_2 0.6931471805599453

typedef struct scan {
    mlc_context *call;
    const mlci_loss *loss;
    const mlci_rank_measure *measure;
    const mlci_loss_rows *rows;
    const mlci_row_groups *queries;
    double *g, *h;    /* NULL: values */
    double *discount; /* of most_rows ranks */
    double *memory;   /* N_ARRAYS x most_rows a slot */
    mlci_order_key *keys;
} scan;

/* Arrays of a query, each most_rows long. */
enum { LABEL, SCORE, SCRATCH_0, SCRATCH_1, SIGN, WEIGHT, GAP, LAMBDA, HESSIAN, N_ARRAYS };

/* Documents by falling score; documents of equal scores stay in the order of their index. */
static mlc_status rank_documents(const scan *s, int64_t q, double *memory, mlci_order_key *keys,
                                 mlc_error *err)
{
    const int64_t first = s->queries->first[q], n = s->queries->first[q + 1] - first;
    const int64_t most = s->queries->most_rows;
    const uint32_t *const rows = s->queries->rows + first;
    for (int64_t i = 0; i < n; i++)
        keys[i] = (mlci_order_key){~mlci_order_of_real(s->rows->raw[rows[i]]), rows[i]};
    MLCI_TRY(mlci_order_sort(s->call, keys, keys + most, n, err));
    for (int64_t i = 0; i < n; i++) {
        memory[LABEL * most + i] = s->rows->y[keys[i].row];
        memory[SCORE * most + i] = s->rows->raw[keys[i].row];
    }
    return MLC_OK;
}

/* ---- gradients ---------------------------------------------------------------------------- */

/* For ranks j behind i: 1 where i is the better one, -1 where j is, else 0; and -sigmoid times the
 * better's score less the worse's. Labels are in no order here, so nothing branches on them. */
static void compare(const mlci_rank_query *q, int64_t i, double sigmoid, double *sign, double *gap)
{
    const double label = q->label[i], score = q->score[i];
    for (int64_t j = i + 1; j < q->n; j++) {
        sign[j] = (double)((label > q->label[j]) - (label < q->label[j]));
        gap[j] = sign[j] * sigmoid * (q->score[j] - score);
    }
}

/* The pairs of rank i with those behind it. Returns the sum of the sizes of their gradients. */
static double add_pairs(const scan *s, const mlci_rank_query *q, int64_t i, double *memory)
{
    const double sigmoid = s->loss->sigmoid;
    const int64_t most = s->queries->most_rows;
    double *const sign = memory + SIGN * most;
    double *const weight = memory + WEIGHT * most, *const gap = memory + GAP * most;
    double *const lambda = memory + LAMBDA * most, *const hessian = memory + HESSIAN * most;
    const int is_damped =
        s->loss->norm && s->measure->is_damped && q->score[0] != q->score[q->n - 1];
    double sum = 0, own_lambda = 0, own_hessian = 0;
    s->measure->weights(q, i, weight);
    compare(q, i, sigmoid, sign, gap);
    for (int64_t j = i + 1; is_damped && j < q->n; j++)
        weight[j] /= 0.01 + fabs(q->score[i] - q->score[j]);
    s->loss->kernels->sigmoid(q->n - i - 1, gap + i + 1, gap + i + 1);
    for (int64_t j = i + 1; j < q->n; j++) {
        const double size = fabs(sign[j]) * sigmoid * weight[j] * gap[j];
        const double curvature = sigmoid * size * (1 - gap[j]);
        const double of_i = -sign[j] * size;
        own_lambda += of_i;
        own_hessian += curvature;
        lambda[j] -= of_i;
        hessian[j] += curvature;
        sum += 2 * size;
    }
    lambda[i] += own_lambda;
    hessian[i] += own_hessian;
    return sum;
}

static mlc_status give_gradients(const scan *s, const mlci_rank_query *q,
                                 const mlci_order_key *keys, double *memory, mlc_error *err)
{
    const int64_t most = s->queries->most_rows;
    double *const lambda = memory + LAMBDA * most, *const hessian = memory + HESSIAN * most;
    double sum = 0;
    memset(lambda, 0, (size_t)q->n * sizeof *lambda);
    memset(hessian, 0, (size_t)q->n * sizeof *hessian);
    for (int64_t i = 0; i < q->n - 1 && i < s->loss->truncation_level; i++) {
        MLCI_TRY(mlci_poll(s->call, err));
        sum += add_pairs(s, q, i, memory);
    }
    const double factor = s->loss->norm && sum > 0 ? mlci_log1p(sum) / LN_2 / sum : 1;
    for (int64_t i = 0; i < q->n; i++) {
        const int64_t row = keys[i].row;
        const double weight = s->rows->weight == NULL ? 1 : s->rows->weight[row];
        s->g[row] = weight * (lambda[i] * factor);
        s->h[row] = weight * (hessian[i] * factor);
    }
    return MLC_OK;
}

/* ---- values ------------------------------------------------------------------------------- */

/* Mean loss of the pairs, each of weight 1. */
static mlc_status mean_of_pairs(const scan *s, const mlci_rank_query *q, double *memory,
                                double *mean, mlc_error *err)
{
    const double sigmoid = s->loss->sigmoid;
    double *const sign = memory + SIGN * s->queries->most_rows;
    double *const gap = memory + GAP * s->queries->most_rows;
    double sum = 0, n = 0;
    for (int64_t i = 0; i < q->n - 1 && i < s->loss->truncation_level; i++) {
        MLCI_TRY(mlci_poll(s->call, err));
        compare(q, i, sigmoid, sign, gap);
        s->loss->kernels->softplus(q->n - i - 1, gap + i + 1, gap + i + 1);
        for (int64_t j = i + 1; j < q->n; j++) {
            sum += fabs(sign[j]) * gap[j];
            n += fabs(sign[j]);
        }
    }
    *mean = n > 0 ? sum / n : 0;
    return MLC_OK;
}

static double query_weight(const mlci_loss_rows *rows, const mlci_row_groups *queries, int64_t q)
{
    const int64_t first = queries->first[q], end = queries->first[q + 1];
    double sum = 0;
    if (rows->weight == NULL) return 1;
    for (int64_t i = first; i < end; i++)
        sum += rows->weight[queries->rows[i]];
    return sum / (double)(end - first);
}

double mlci_rank_mean_weight(const mlci_loss_rows *rows, const mlci_row_groups *queries)
{
    double sum = 0;
    for (int64_t q = 0; q < queries->n; q++)
        sum += query_weight(rows, queries, q);
    return sum;
}

/* The value of a query stands at the first of its rows. */
static mlc_status give_value(const scan *s, const mlci_rank_query *q, int64_t query,
                             double *memory, mlc_error *err)
{
    const uint32_t *const rows = s->queries->rows + s->queries->first[query];
    double value;
    if (s->measure->value != NULL)
        value = s->measure->value(q);
    else
        MLCI_TRY(mean_of_pairs(s, q, memory, &value, err));
    for (int64_t i = 1; i < q->n; i++)
        s->rows->work[rows[i]] = 0;
    s->rows->work[rows[0]] = query_weight(s->rows, s->queries, query) * value;
    return MLC_OK;
}

/* ---- all queries -------------------------------------------------------------------------- */

static mlc_status scan_query(const scan *s, int64_t query, double *memory, mlci_order_key *keys,
                             mlc_error *err)
{
    const int64_t most = s->queries->most_rows;
    mlci_rank_query q = {.loss = s->loss,
                         .n = s->queries->first[query + 1] - s->queries->first[query],
                         .label = memory + LABEL * most,
                         .score = memory + SCORE * most,
                         .discount = s->discount,
                         .scratch = {memory + SCRATCH_0 * most, memory + SCRATCH_1 * most}};
    MLCI_TRY(rank_documents(s, query, memory, keys, err));
    const int has_pairs = s->measure->open == NULL || s->measure->open(&q);
    if (s->g == NULL) return give_value(s, &q, query, memory, err);
    if (has_pairs) return give_gradients(s, &q, keys, memory, err);
    for (int64_t i = 0; i < q.n; i++)
        s->g[keys[i].row] = s->h[keys[i].row] = 0;
    return MLC_OK;
}

static mlc_status scan_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const scan *const s = arg;
    const int64_t most = s->queries->most_rows, end = (block + 1) * QUERIES;
    for (int64_t q = block * QUERIES; q < end && q < s->queries->n; q++)
        MLCI_TRY(
            scan_query(s, q, s->memory + slot * N_ARRAYS * most, s->keys + slot * 2 * most, err));
    return MLC_OK;
}

mlc_status mlci_rank_scan(mlc_context *call, const mlci_loss *loss,
                          const mlci_rank_measure *measure, const mlci_loss_rows *rows,
                          const mlci_row_groups *queries, double *g, double *h, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = queries->most_rows * mlci_n_slots(call);
    scan s = {.call = call,
              .loss = loss,
              .measure = measure,
              .rows = rows,
              .queries = queries,
              .g = g,
              .h = h};
    s.discount = mlci_alloc_raw(root, queries->most_rows, sizeof *s.discount);
    s.memory = mlci_alloc_raw(root, n, N_ARRAYS * (int64_t)sizeof *s.memory);
    s.keys = mlci_alloc_raw(root, n, 2 * (int64_t)sizeof *s.keys);
    mlc_status status;
    if (s.discount == NULL || s.memory == NULL || s.keys == NULL) {
        status = mlci_fail_memory(err, n, N_ARRAYS * sizeof *s.memory + 2 * sizeof *s.keys);
    } else {
        for (int64_t i = 0; i < queries->most_rows; i++)
            s.discount[i] = LN_2 / mlci_ln((double)(i + 2));
        status = mlci_parallel_for(call, (queries->n + QUERIES - 1) / QUERIES, scan_block, &s, err);
    }
    mlci_free(s.discount);
    mlci_free(s.memory);
    mlci_free(s.keys);
    return status;
}
