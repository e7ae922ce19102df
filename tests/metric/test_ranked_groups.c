/* A measure of the test's own shows what each query is given. */
#include "ranked_groups.h"

#include "ranked_rows.h"
#include "torture.h"

static int64_t seen;
static double kept_relevance[N_RANKED], kept_best[N_RANKED];

/* Keeps what it sees; 1, 2, 3 by query. */
static double keep(const mlci_rank_params *params, const mlci_ranked_query *query)
{
    double sum = 0;
    memcpy(kept_relevance + seen, query->relevance, (size_t)query->n * sizeof(double));
    memcpy(kept_best + seen, query->best, (size_t)query->n * sizeof(double));
    for (int64_t i = 1; i < query->n; i++)
        ck_assert_double_le(query->prediction[i], query->prediction[i - 1]);
    seen += query->n;
    for (int64_t i = 0; i < query->n; i++)
        sum += query->relevance[i];
    return sum;
}

static mlc_status mean(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_rank_params params = {0};
    mlc_context local, *call = NULL;
    mlci_metric_input in = ranked_rows(1);
    seen = 0;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err);
    if (status != MLC_OK) return status;
    in.call = call;
    in.params = &params;
    status = mlci_rank_mean(&in, keep, arg, err);
    mlci_call_end(call);
    return status;
}

START_TEST(test_queries_come_ranked_in_the_order_of_their_numbers)
{
    const double relevance[] = {3, 2, 0, 1, 2, 1, 4, 0, 0, 1, 2, 2};
    const double best[] = {3, 2, 2, 1, 0, 4, 1, 0, 2, 2, 1, 0};
    double out = 0;
    ck_assert_int_eq(mean(NULL, &out, NULL), MLC_OK);
    ck_assert_int_eq(seen, N_RANKED);
    ck_assert_mem_eq(kept_relevance, relevance, sizeof relevance);
    ck_assert_mem_eq(kept_best, best, sizeof best);
    ck_assert_double_eq_tol(out, (1 * 8 + 3 * 5 + 2 * 5) / 6.0, ROUNDING);
}
END_TEST

static double answer;
MLCI_TORTURE_TEST(test_mean_when_memory_fails_leaks_nothing, mean, &answer)

MLCI_CHECK_SUITE("ranked_groups", test_queries_come_ranked_in_the_order_of_their_numbers,
                 test_mean_when_memory_fails_leaks_nothing)
