/* Gradients are compared with central differences of the loss of pairs, whose weights come from
 * swapping two documents and measuring the ranking again; the normalisations with LightGBM's
 * formulas (rank_objective.hpp) written down once more. */
#include "tree/rank_pairs.h"

#include "boosting.h"
#include "torture.h"

#define N 14
#define LEVEL 5
/* Central differences with a step of 1e-6 of sums of about ten terms. */
#define DIFFERENCE_TOLERANCE 1e-8
/* Sums of the same terms in another order. */
#define ULP 1e-15 /* a few of a product, and of a short sum */
#define ROUNDING 1e-12

static const mlci_loss_kind *const kinds[] = {&mlci_loss_lambdarank, &mlci_loss_map,
                                              &mlci_loss_pairwise};

typedef struct rank_case {
    mlc_context *ctx;
    mlc_context local, *call;
    mlci_loss loss;
    mlci_loss_rows rows;
    mlci_row_groups *groups;
    double y[N], raw[N], work[N], g[N], h[N];
} rank_case;

/* One query; distinct scores whose order has nothing to do with the rows'. */
static void open_case(rank_case *c, int kind, int32_t norm)
{
    uint64_t keys[N] = {0};
    memset(c, 0, sizeof *c);
    c->ctx = test_root(1, NULL);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    for (int i = 0; i < N; i++) {
        c->y[i] = kind == 1 ? (i * 5) % 3 == 0 : (i * 7) % 5;
        c->raw[i] = sin(5.0 * i);
    }
    c->loss = (mlci_loss){.kind = kinds[kind],
                          .n_outputs = 1,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE),
                          .truncation_level = LEVEL,
                          .sigmoid = 1.3,
                          .norm = norm,
                          .n_labels = 31};
    ck_assert_int_eq(mlci_row_groups_create(NULL, 0, N, keys, NULL, &c->groups, NULL), MLC_OK);
    c->rows = (mlci_loss_rows){.n_rows = N, .stride = N, .y = c->y, .raw = c->raw, .work = c->work};
}

static void close_case(rank_case *c)
{
    mlci_row_groups_free(c->groups);
    mlci_call_end(c->call);
    mlc_context_close(c->ctx);
}

static void scan(rank_case *c, double *g, double *h)
{
    ck_assert_int_eq(c->loss.kind->scan(c->call, &c->loss, &c->rows, c->groups, g, h, NULL),
                     MLC_OK);
}

/* rank[i]: place of row i by falling score. */
static void ranks_of(const double *raw, int *rank)
{
    for (int i = 0; i < N; i++) {
        rank[i] = 0;
        for (int j = 0; j < N; j++)
            rank[i] += raw[j] > raw[i] || (raw[j] == raw[i] && j < i);
    }
}

/* DCG of all ranks, or the average precision. */
static double measure(int kind, const double *y, const int *rank)
{
    double sum = 0, n = 0;
    for (int i = 0; i < N; i++) {
        if (kind == 0) {
            sum += (pow(2, y[i]) - 1) / log2(rank[i] + 2);
        } else if (y[i] > 0) {
            double up_to = 0;
            for (int j = 0; j < N; j++)
                up_to += y[j] > 0 && rank[j] <= rank[i];
            sum += up_to / (rank[i] + 1);
            n += 1;
        }
    }
    return kind == 0 ? sum : sum / n;
}

/* The best DCG of the first LEVEL ranks. */
static double best_dcg(const double *y)
{
    double sum = 0;
    int used[N] = {0};
    for (int r = 0; r < LEVEL; r++) {
        int best = -1;
        for (int i = 0; i < N; i++)
            if (!used[i] && (best < 0 || y[i] > y[best])) best = i;
        used[best] = 1;
        sum += (pow(2, y[best]) - 1) / log2(r + 2);
    }
    return sum;
}

/* What swapping rows i and j does. */
static double weight_of(const rank_case *c, int kind, const int *rank, int i, int j)
{
    int swapped[N];
    if (kind == 2) return 1;
    memcpy(swapped, rank, sizeof swapped);
    swapped[i] = rank[j];
    swapped[j] = rank[i];
    const double change = fabs(measure(kind, c->y, swapped) - measure(kind, c->y, rank));
    return kind == 0 ? change / best_dcg(c->y) : change;
}

/* The loss of all pairs at scores raw, with ranks and weights from those of the case. */
static double pair_loss(const rank_case *c, int kind, const double *raw)
{
    int rank[N];
    double sum = 0;
    ranks_of(c->raw, rank);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            if (!(c->y[i] > c->y[j]) || (rank[i] >= LEVEL && rank[j] >= LEVEL)) continue;
            sum +=
                weight_of(c, kind, rank, i, j) * log1p(exp(-c->loss.sigmoid * (raw[i] - raw[j])));
        }
    return sum;
}

START_TEST(test_rank_gradients_are_the_slope_of_the_loss_of_pairs)
{
    const double step = 1e-6;
    for (int kind = 0; kind < 3; kind++) {
        rank_case c;
        open_case(&c, kind, 0);
        scan(&c, c.g, c.h);
        for (int i = 0; i < N; i++) {
            double raw[N];
            memcpy(raw, c.raw, sizeof raw);
            raw[i] = c.raw[i] + step;
            const double up = pair_loss(&c, kind, raw);
            raw[i] = c.raw[i] - step;
            const double down = pair_loss(&c, kind, raw);
            ck_assert_msg(fabs(c.g[i] - (up - down) / (2 * step)) <= DIFFERENCE_TOLERANCE,
                          "%s, row %d: %g and %g", c.loss.kind->name, i, c.g[i],
                          (up - down) / (2 * step));
            ck_assert_double_ge(c.h[i], 0);
        }
        close_case(&c);
    }
}
END_TEST

START_TEST(test_rank_hessians_and_norm_are_those_of_lightgbm)
{
    for (int kind = 0; kind < 3; kind++) {
        rank_case c;
        int rank[N];
        double g[N] = {0}, h[N] = {0}, sum = 0;
        open_case(&c, kind, 1);
        ranks_of(c.raw, rank);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                if (!(c.y[i] > c.y[j]) || (rank[i] >= LEVEL && rank[j] >= LEVEL)) continue;
                double weight = weight_of(&c, kind, rank, i, j);
                if (kind < 2) weight /= 0.01 + fabs(c.raw[i] - c.raw[j]);
                const double s = c.loss.sigmoid;
                const double p = 1 / (1 + exp(s * (c.raw[i] - c.raw[j])));
                g[i] -= s * p * weight;
                g[j] += s * p * weight;
                h[i] += s * s * p * (1 - p) * weight;
                h[j] += s * s * p * (1 - p) * weight;
                sum += 2 * s * p * weight;
            }
        scan(&c, c.g, c.h);
        for (int i = 0; i < N; i++) {
            ck_assert_double_eq_tol(c.g[i], g[i] * log2(1 + sum) / sum, ROUNDING);
            ck_assert_double_eq_tol(c.h[i], h[i] * log2(1 + sum) / sum, ROUNDING);
        }
        close_case(&c);
    }
}
END_TEST

START_TEST(test_rank_values_are_one_minus_the_measure)
{
    for (int kind = 0; kind < 3; kind++) {
        rank_case c;
        int rank[N];
        double expected = 0, n = 0, sum = 0;
        open_case(&c, kind, 1);
        ranks_of(c.raw, rank);
        if (kind == 0) {
            for (int i = 0; i < N; i++)
                if (rank[i] < LEVEL) expected += (pow(2, c.y[i]) - 1) / log2(rank[i] + 2);
            expected = 1 - expected / best_dcg(c.y);
        } else if (kind == 1) {
            expected = 1 - measure(1, c.y, rank);
        } else {
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++)
                    n += c.y[i] > c.y[j] && (rank[i] < LEVEL || rank[j] < LEVEL);
            expected = pair_loss(&c, 2, c.raw) / n;
        }
        scan(&c, NULL, NULL);
        for (int i = 0; i < N; i++)
            sum += c.work[i];
        ck_assert_double_eq_tol(sum, expected, ROUNDING);
        close_case(&c);
    }
}
END_TEST

START_TEST(test_rank_of_queries_without_an_order_to_learn_is_still)
{
    for (int kind = 0; kind < 3; kind++) {
        rank_case c;
        open_case(&c, kind, 1);
        for (int i = 0; i < N; i++)
            c.y[i] = 0;
        scan(&c, c.g, c.h);
        scan(&c, NULL, NULL);
        for (int i = 0; i < N; i++) {
            ck_assert_double_eq(c.g[i], 0);
            ck_assert_double_eq(c.h[i], 0);
            ck_assert_double_eq(c.work[i], 0);
        }
        for (int i = 0; i < N; i++)
            c.raw[i] = 1; /* no distance to damp by */
        c.y[3] = 1;
        scan(&c, c.g, c.h);
        ck_assert_double_lt(c.g[3], 0);
        for (int i = 0; i < N; i++)
            ck_assert(isfinite(c.g[i]) && isfinite(c.h[i]));
        close_case(&c);
    }
}
END_TEST

START_TEST(test_rank_weights_multiply_gradients_and_weigh_queries)
{
    double weight[N], plain[N];
    rank_case c;
    open_case(&c, 0, 1);
    scan(&c, c.g, c.h);
    memcpy(plain, c.g, sizeof plain);
    for (int i = 0; i < N; i++)
        weight[i] = 0.5 + i % 3;
    c.rows.weight = weight;
    scan(&c, c.g, c.h);
    double mean = 0;
    for (int i = 0; i < N; i++) {
        ck_assert_double_eq_tol(c.g[i], weight[i] * plain[i], ULP);
        mean += weight[i] / N;
    }
    ck_assert_double_eq_tol(mlci_rank_mean_weight(&c.rows, c.groups), mean, ULP);
    c.rows.weight = NULL;
    ck_assert_double_eq(mlci_rank_mean_weight(&c.rows, c.groups), 1);
    close_case(&c);
}
END_TEST

START_TEST(test_rank_gains_may_be_given)
{
    const double same[] = {0, 1, 3, 7, 15}, other[] = {0, 1, 1, 1, 100};
    double plain[N];
    rank_case c;
    open_case(&c, 0, 1);
    scan(&c, c.g, c.h);
    memcpy(plain, c.g, sizeof plain);
    c.loss.label_gain = same;
    c.loss.n_labels = 5;
    scan(&c, c.g, c.h);
    ck_assert_mem_eq(c.g, plain, sizeof plain);
    c.loss.label_gain = other;
    scan(&c, c.g, c.h);
    ck_assert_mem_ne(c.g, plain, sizeof plain);
    close_case(&c);
}
END_TEST

static mlc_status scan_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    const rank_case *const given = arg;
    rank_case c = *given;
    mlc_status status = mlci_call_begin(ctx, &c.local, MLCI_FIT, &c.call, err);
    if (status != MLC_OK) return status;
    c.call->n_threads = 1;
    status = c.loss.kind->scan(c.call, &c.loss, &given->rows, c.groups, c.g, c.h, err);
    mlci_call_end(c.call);
    return status;
}

START_TEST(test_rank_when_memory_fails_leaks_nothing)
{
    rank_case c;
    open_case(&c, 0, 1);
    mlci_torture(scan_once, &c);
    close_case(&c);
}
END_TEST

MLCI_CHECK_SUITE("rank_pairs", test_rank_gradients_are_the_slope_of_the_loss_of_pairs,
                 test_rank_hessians_and_norm_are_those_of_lightgbm,
                 test_rank_values_are_one_minus_the_measure,
                 test_rank_of_queries_without_an_order_to_learn_is_still,
                 test_rank_weights_multiply_gradients_and_weigh_queries,
                 test_rank_gains_may_be_given, test_rank_when_memory_fails_leaks_nothing)
