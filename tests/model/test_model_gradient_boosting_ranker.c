/* LightGBM 4.7.0 on the same data and settings: tests/python/test_losses.py. */
#include "boosting.h"

#define ROUNDING 1e-12 /* of a mean over queries in another order */

/* NDCG of all ranks, by its definition; equal scores in the order of the rows. */
static double ndcg_of(const test_problem *p, const double *score, int32_t group)
{
    double found = 0, best = 0;
    for (int64_t i = 0; i < p->n_rows; i++) {
        int rank = 0, ideal = 0;
        if (p->group[i] != group) continue;
        for (int64_t j = 0; j < p->n_rows; j++) {
            if (p->group[j] != group) continue;
            rank += score[j] > score[i] || (score[j] == score[i] && j < i);
            ideal += p->y[j] > p->y[i] || (p->y[j] == p->y[i] && j < i);
        }
        found += (pow(2, p->y[i]) - 1) / log2(rank + 2);
        best += (pow(2, p->y[i]) - 1) / log2(ideal + 2);
    }
    return best > 0 ? found / best : 1;
}

static double mean_ndcg(const test_problem *p, const test_fit *t, int32_t n_groups)
{
    double *const score = test_predict(t, p->x, p->n_rows, MLCI_OUTPUT_PREDICTION), sum = 0;
    for (int32_t k = 0; k < n_groups; k++)
        sum += ndcg_of(p, score, k);
    free(score);
    return sum / n_groups;
}

/* The rows of groups first .. end of a problem, numbered from 0. */
static test_problem take_groups(const test_problem *all, int32_t first, int32_t end)
{
    test_problem p = test_ranking_make(all->n_rows, all->n_features, 1);
    p.n_rows = 0;
    for (int64_t i = 0; i < all->n_rows; i++) {
        if (all->group[i] < first || all->group[i] >= end) continue;
        memcpy(p.x + p.n_rows * p.n_features, all->x + i * p.n_features,
               (size_t)p.n_features * sizeof *p.x);
        p.y[p.n_rows] = all->y[i];
        p.group[p.n_rows++] = all->group[i] - first;
    }
    return p;
}

START_TEST(test_ranker_puts_unseen_groups_in_order)
{
    static const char *const losses[] = {"loss=lambdarank", "loss=map", "loss=pairwise"};
    test_problem all = test_ranking_make(3000, 4, 120);
    test_problem p = take_groups(&all, 0, 80), unseen = take_groups(&all, 80, 120);
    mlc_context *const ctx = test_root(2, NULL);
    double *const shuffled = calloc(3000, sizeof *shuffled), at_random = 0;
    for (int64_t i = 0; i < unseen.n_rows; i++)
        shuffled[i] = test_unit(311, i);
    for (int32_t k = 0; k < 40; k++)
        at_random += ndcg_of(&unseen, shuffled, k) / 40;
    for (int k = 0; k < 3; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, losses[k]);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        /* map sees relevant and not, of five relevances. */
        const double least = k == 1 ? 0.5 : 0.9;
        ck_assert_double_gt(mean_ndcg(&unseen, &t, 40), at_random + least * (1 - at_random));
        test_fit_clear(&t);
    }
    free(shuffled);
    mlc_context_close(ctx);
    test_problem_clear(&all);
    test_problem_clear(&p);
    test_problem_clear(&unseen);
}
END_TEST

START_TEST(test_ranker_history_is_one_minus_the_ndcg_of_its_predictions)
{
    test_problem p = test_ranking_make(600, 4, 30), valid = test_ranking_make(300, 4, 15);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p, "n_estimators=20 truncation_level=1000 early_stopping=false");
    ck_assert_double_eq_tol(t.state->train_loss[19], 1 - mean_ndcg(&p, &t, 30), ROUNDING);
    ck_assert_double_eq_tol(test_valid(t.state, 19, 0), 1 - mean_ndcg(&valid, &t, 15), ROUNDING);
    ck_assert_double_lt(t.state->train_loss[19], t.state->train_loss[0]);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_ranker_stops_by_a_ranking_metric)
{
    test_problem p = test_ranking_make(400, 4, 20), valid = test_ranking_make(300, 4, 15);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p,
                 "n_estimators=300 early_stopping_metric=ndcg@1000 n_iter_no_change=3 tol=0");
    ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
    ck_assert_int_lt(t.state->n_rounds, 300);
    const double best = test_valid(t.state, t.state->n_trees - 1, 1);
    for (int64_t i = 0; i < t.state->n_rounds; i++)
        ck_assert_double_le(test_valid(t.state, i, 1), best);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=ndcg@0");
    ck_assert_int_eq(t.status, MLC_ERROR_COMPONENT);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "early_stopping_metric=rmse@3");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "k: no such parameter of 'rmse@3', which has no parameters");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

START_TEST(test_ranker_holds_whole_groups_out)
{
    test_problem p = test_ranking_make(600, 4, 30);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=2 validation_fraction=0.4");
    ck_assert_int_eq(t.status, MLC_OK);
    ck_assert(isfinite(test_valid(t.state, 1, 0)));
    test_fit_clear(&t);
    /* One group cannot be divided. */
    for (int64_t i = 0; i < 600; i++)
        p.group[i] = 0;
    test_fit_run(&t, ctx, &p, "n_estimators=2 validation_fraction=0.4");
    ck_assert_int_eq(t.status, MLC_ERROR_DATA);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_ranker_of_labels_it_cannot_take_names_the_row)
{
    static const struct {
        double y;
        const char *settings, *message;
    } cases[] = {
        {1.5, "",
         "target 'y' is 1.5 in row 4: lambdarank needs whole numbers from 0 to 30; label_gain may "
         "give more of them a gain"},
        {-1, "",
         "target 'y' is -1 in row 4: lambdarank needs whole numbers from 0 to 30; label_gain may "
         "give more of them a gain"},
        {31, "",
         "target 'y' is 31 in row 4: lambdarank needs whole numbers from 0 to 30; label_gain may "
         "give more of them a gain"},
        {5, "label_gain=[0,1,2,3,4]",
         "target 'y' is 5 in row 4: lambdarank needs whole numbers from 0 to 4; label_gain may "
         "give more of them a gain"},
        {-1, "loss=map", "target 'y' is -1 in row 4: map needs numbers of at least 0"},
        {-1.5, "loss=pairwise", NULL},
        {5, "label_gain=[0,1,2,3,4,9]", NULL}};
    test_problem p = test_ranking_make(100, 3, 5);
    mlc_context *const ctx = test_root(1, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        test_fit t;
        p.y[3] = cases[i].y;
        test_fit_run(&t, ctx, &p, cases[i].settings);
        ck_assert_int_eq(t.status, cases[i].message == NULL ? MLC_OK : MLC_ERROR_DATA);
        if (cases[i].message != NULL) ck_assert_str_eq(t.error.message, cases[i].message);
        test_fit_clear(&t);
    }
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_ranker_by_another_librarys_name_is_the_same_model)
{
    static const char *const names[] = {"loss=lambdarank truncation_level=9",
                                        "objective=rank:ndcg lambdarank_truncation_level=9"};
    test_problem p = test_ranking_make(300, 3, 12);
    mlc_context *const ctx = test_root(1, NULL);
    mlci_writer w[2];
    for (int k = 0; k < 2; k++) {
        test_fit t;
        test_fit_run(&t, ctx, &p, names[k]);
        w[k] = test_store(&t);
        test_fit_clear(&t);
    }
    ck_assert_int_eq(w[0].length, w[1].length);
    ck_assert_mem_eq(w[0].data, w[1].data, (size_t)w[0].length);
    mlci_writer_clear(&w[0]);
    mlci_writer_clear(&w[1]);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("model_gradient_boosting_ranker", test_ranker_puts_unseen_groups_in_order,
                 test_ranker_history_is_one_minus_the_ndcg_of_its_predictions,
                 test_ranker_stops_by_a_ranking_metric, test_ranker_holds_whole_groups_out,
                 test_ranker_of_labels_it_cannot_take_names_the_row,
                 test_ranker_by_another_librarys_name_is_the_same_model)
