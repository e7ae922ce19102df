/* Expected values: the definition of the partial likelihood, pair by pair; XGBoost
 * (survival_cases.py). */
#include "boosting.h"
#include "survival_cases.h"
#include "torture.h"
#include "tree/loss.h"

#define DIFFERENCE_OF_GRADIENT 1e-8 /* the same of gradients, which are smoother */
#define DIFFERENCE_OF_LOSS 1e-7     /* central, by a step of 1e-5 */

/* XGBoost's leaves are floats, and h is a difference of two. */
#define FLOAT_TOLERANCE 2e-5
/* Sums of some hundred terms in another order. */
#define ROUNDING 1e-13

#define N_COX ((int)(sizeof cox_rows / sizeof cox_rows[0]))
#define MOST 200

typedef struct cox_case {
    mlc_context *ctx;
    mlc_context local, *call;
    mlci_loss loss;
    mlci_loss_rows rows;
    mlci_row_groups *times;
    double lower[MOST], upper[MOST], weight[MOST], raw[MOST], work[MOST], g[MOST], h[MOST];
} cox_case;

/* Groups by time once lower, upper and n_rows are set. */
static void open_times(cox_case *c, const int64_t *row_index)
{
    uint64_t keys[MOST];
    for (int64_t i = 0; i < c->rows.n_rows; i++)
        keys[i] = (uint64_t)(c->lower[i] * 1024);
    ck_assert_int_eq(
        mlci_row_groups_create(NULL, 0, c->rows.n_rows, keys, row_index, &c->times, NULL), MLC_OK);
    c->rows.train_groups = c->times;
}

static void open_case(cox_case *c, int64_t n)
{
    memset(c, 0, sizeof *c);
    c->ctx = test_root(1, NULL);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    c->loss = (mlci_loss){.kind = &mlci_loss_cox,
                          .n_outputs = 1,
                          .link = MLCI_LINK_LOG,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    c->rows = (mlci_loss_rows){.n_rows = n,
                               .stride = n,
                               .y = c->lower,
                               .upper = c->upper,
                               .weight = c->weight,
                               .raw = c->raw,
                               .work = c->work};
    for (int64_t i = 0; i < n; i++) {
        c->lower[i] = floor(20 * test_unit(1, i));
        c->upper[i] = test_unit(2, i) < 0.3 ? INFINITY : c->lower[i];
        c->weight[i] = 0.5 + 2 * test_unit(3, i);
        c->raw[i] = 3 * test_unit(4, i) - 1;
    }
}

static void close_case(cox_case *c)
{
    mlci_row_groups_free(c->times);
    mlci_call_end(c->call);
    mlc_context_close(c->ctx);
}

static void differentiate(cox_case *c)
{
    ck_assert_int_eq(c->loss.kind->scan(c->call, &c->loss, &c->rows, c->times, c->g, c->h, NULL),
                     MLC_OK);
}

static double total(cox_case *c)
{
    double sum = 0;
    ck_assert_int_eq(c->loss.kind->scan(c->call, &c->loss, &c->rows, c->times, NULL, NULL, NULL),
                     MLC_OK);
    for (int64_t i = 0; i < c->rows.n_rows; i++)
        sum += c->work[i];
    return sum;
}

static double at_risk(const cox_case *c, double time)
{
    double sum = 0;
    for (int64_t j = 0; j < c->rows.n_rows; j++)
        if (c->lower[j] >= time) sum += c->weight[j] * exp(c->raw[j]);
    return sum;
}

START_TEST(test_cox_is_the_partial_likelihood_by_its_definition)
{
    cox_case c;
    open_case(&c, 150);
    open_times(&c, NULL);
    differentiate(&c);
    double expected = 0, events = 0;
    for (int64_t i = 0; i < 150; i++) {
        double g = 0, h = 0;
        const double e = exp(c.raw[i]);
        for (int64_t k = 0; k < 150; k++) {
            if (isinf(c.upper[k]) || c.lower[k] > c.lower[i]) continue;
            const double share = e / at_risk(&c, c.lower[k]);
            g += c.weight[k] * share;
            h += c.weight[k] * share * (1 - share);
        }
        ck_assert_double_eq_tol(c.g[i], c.weight[i] * (g - isfinite(c.upper[i])), ROUNDING * 10);
        ck_assert_double_eq_tol(c.h[i], c.weight[i] * h, ROUNDING * 10);
        if (isinf(c.upper[i])) continue;
        expected += c.weight[i] * (log(at_risk(&c, c.lower[i])) - c.raw[i]);
        events += c.weight[i];
    }
    ck_assert_double_eq_tol(total(&c) / expected, 1, ROUNDING);
    ck_assert_double_eq_tol(c.loss.kind->mean_weight(&c.rows, c.times) / events, 1, ROUNDING);
    close_case(&c);
}
END_TEST

START_TEST(test_cox_gradients_are_slopes_and_hessians_slopes_of_those)
{
    const double step = 1e-5; /* rounding of the loss by it: 1e-9 */
    cox_case c;
    open_case(&c, 60);
    open_times(&c, NULL);
    for (int unweighted = 0; unweighted < 2; unweighted++) {
        if (unweighted) c.rows.weight = NULL;
        for (int64_t i = 0; i < 60; i++) {
            const double kept = c.raw[i];
            double value[2], g[2];
            for (int side = 0; side < 2; side++) {
                c.raw[i] = kept + (2 * side - 1) * step;
                value[side] = total(&c);
                differentiate(&c);
                g[side] = c.g[i];
            }
            c.raw[i] = kept;
            differentiate(&c);
            ck_assert_double_eq_tol(c.g[i], (value[1] - value[0]) / (2 * step), DIFFERENCE_OF_LOSS);
            if (unweighted)
                ck_assert_double_eq_tol(c.h[i], (g[1] - g[0]) / (2 * step), DIFFERENCE_OF_GRADIENT);
        }
    }
    close_case(&c);
}
END_TEST

START_TEST(test_cox_without_weights_is_that_of_xgboost)
{
    cox_case c;
    open_case(&c, N_COX);
    for (int i = 0; i < N_COX; i++) {
        c.lower[i] = cox_rows[i][0];
        c.upper[i] = cox_rows[i][1];
        c.raw[i] = cox_rows[i][2];
    }
    c.rows.weight = NULL;
    open_times(&c, NULL);
    differentiate(&c);
    for (int i = 0; i < N_COX; i++) {
        ck_assert_double_eq_tol(c.g[i], cox_rows[i][3], FLOAT_TOLERANCE);
        ck_assert_double_eq_tol(c.h[i], cox_rows[i][4], FLOAT_TOLERANCE);
    }
    close_case(&c);
}
END_TEST

START_TEST(test_cox_with_weight_two_is_the_row_twice)
{
    cox_case once, twice;
    open_case(&once, 60);
    open_case(&twice, 60);
    int64_t n = 0;
    for (int64_t i = 0; i < 60; i++) {
        once.weight[i] = i % 4 == 0 ? 2 : 1;
        for (int copy = 0; copy < once.weight[i]; copy++) {
            twice.lower[n] = once.lower[i];
            twice.upper[n] = once.upper[i];
            twice.raw[n++] = once.raw[i];
        }
    }
    twice.rows.n_rows = twice.rows.stride = n;
    twice.rows.weight = NULL;
    open_times(&once, NULL);
    open_times(&twice, NULL);
    differentiate(&once);
    differentiate(&twice);
    n = 0;
    for (int64_t i = 0; i < 60; i++) {
        double g = 0, h = 0;
        for (int copy = 0; copy < once.weight[i]; copy++) {
            g += twice.g[n];
            h += twice.h[n++];
        }
        ck_assert_double_eq_tol(once.g[i], g, ROUNDING);
        ck_assert_double_eq_tol(once.h[i], h, ROUNDING);
    }
    ck_assert_double_eq_tol(total(&once) / total(&twice), 1, ROUNDING);
    close_case(&once);
    close_case(&twice);
}
END_TEST

START_TEST(test_cox_has_the_same_bits_in_any_order_of_rows)
{
    cox_case a, b;
    int64_t index[MOST];
    open_case(&a, 120);
    open_case(&b, 120);
    for (int64_t i = 0; i < 120; i++) {
        const int64_t from = (i * 77 + 13) % 120; /* 77 and 120 have no common factor */
        b.lower[i] = a.lower[from];
        b.upper[i] = a.upper[from];
        b.weight[i] = a.weight[from];
        b.raw[i] = a.raw[from];
        index[i] = from;
    }
    open_times(&a, NULL);
    open_times(&b, index);
    differentiate(&a);
    differentiate(&b);
    for (int64_t i = 0; i < 120; i++) {
        ck_assert_mem_eq(&b.g[i], &a.g[index[i]], sizeof b.g[i]);
        ck_assert_mem_eq(&b.h[i], &a.h[index[i]], sizeof b.h[i]);
    }
    close_case(&a);
    close_case(&b);
}
END_TEST

START_TEST(test_cox_of_far_scores_and_weights_is_finite)
{
    static const double scores[][2] = {{-1e308, 1e308}, {-700, 700}, {1e10, 1e10}};
    static const double weights[][2] = {{1, 1}, {1e-300, 1e300}, {1e300, 1e-300}, {0, 1}, {1, 0}};
    cox_case c;
    for (int s = 0; s < 3; s++) {
        for (int w = 0; w < 5; w++) {
            open_case(&c, 40);
            for (int64_t i = 0; i < 40; i++) {
                c.raw[i] = scores[s][i % 2];
                c.weight[i] = weights[w][c.lower[i] > 12];
            }
            open_times(&c, NULL);
            differentiate(&c);
            ck_assert(!isnan(total(&c)));
            for (int64_t i = 0; i < 40; i++)
                ck_assert_msg(isfinite(c.g[i]) && c.h[i] >= 0, "%d %d %d: %g %g", s, w, (int)i,
                              c.g[i], c.h[i]);
            close_case(&c);
        }
    }
}
END_TEST

START_TEST(test_cox_of_targets_it_cannot_take_says_why)
{
    static const struct {
        int32_t n_bounds;
        double lower, upper;
        const char *message; /* NULL: taken */
    } cases[] = {
        {2, 3, 3, NULL},
        {2, 0, 0, NULL},
        {2, 3, INFINITY, NULL},
        {1, -3, 0, NULL},
        {1, 3, 0, NULL},
        {2, -1, INFINITY, "target 'y' is -1 in row 2: cox needs times of at least 0"},
        {2, 3, 2.5,
         "targets 'y' and 'y_upper' are 3 and 2.5 in row 2: the first is the lower bound of a "
         "time, the second the upper one"},
        {2, 1, 3,
         "target 'y' is 1 in row 2: cox needs an upper bound that is the same, of an event, or "
         "none; loss=aft takes intervals"},
        {1, 0, 0,
         "target 'y' is 0 in row 2: cox needs a sign, which says whether the time ended in an "
         "event (above 0) or was cut off (below 0)"}};
    const mlci_loss loss = {.kind = &mlci_loss_cox, .n_outputs = 1};
    mlci_classes classes;
    mlc_error err;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double y[] = {1, cases[i].n_bounds == 1 ? cases[i].lower : 1, cases[i].lower,
                      cases[i].upper};
        test_problem p = {.n_rows = 2, .n_bounds = cases[i].n_bounds, .y = y};
        const mlci_target target = test_target(&p, &classes);
        const mlc_status status = mlci_loss_check(&loss, &target, "row", &err);
        ck_assert_int_eq(status, cases[i].message == NULL ? MLC_OK : MLC_ERROR_DATA);
        if (status != MLC_OK) ck_assert_str_eq(err.message, cases[i].message);
    }
    double cut_off[] = {1, INFINITY, 2, INFINITY};
    test_problem p = {.n_rows = 2, .n_bounds = 2, .y = cut_off};
    const mlci_target target = test_target(&p, &classes);
    ck_assert_int_eq(mlci_loss_check(&loss, &target, "row", &err), MLC_ERROR_DATA);
    ck_assert_str_eq(err.message, "no row has an event: the loss cox is a sum over events");
}
END_TEST

static mlc_status scan_rows(mlc_context *ctx, void *arg, mlc_error *err)
{
    cox_case *const c = arg;
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status =
        c->loss.kind->scan(call, &c->loss, &c->rows, c->times, c->g, c->h, err);
    mlci_call_end(call);
    return status;
}

START_TEST(test_cox_when_memory_fails_or_it_is_cancelled_stops)
{
    cox_case c;
    mlc_error err;
    open_case(&c, 50);
    open_times(&c, NULL);
    mlci_torture(scan_rows, &c);
    mlc_context_cancel(c.ctx);
    ck_assert_int_eq(c.loss.kind->scan(c.call, &c.loss, &c.rows, c.times, c.g, c.h, &err),
                     MLC_ERROR_CANCELLED);
    close_case(&c);
}
END_TEST

MLCI_CHECK_SUITE("loss_cox", test_cox_is_the_partial_likelihood_by_its_definition,
                 test_cox_gradients_are_slopes_and_hessians_slopes_of_those,
                 test_cox_without_weights_is_that_of_xgboost,
                 test_cox_with_weight_two_is_the_row_twice,
                 test_cox_has_the_same_bits_in_any_order_of_rows,
                 test_cox_of_far_scores_and_weights_is_finite,
                 test_cox_of_targets_it_cannot_take_says_why,
                 test_cox_when_memory_fails_or_it_is_cancelled_stops)
