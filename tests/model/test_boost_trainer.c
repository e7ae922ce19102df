/* Boosting that starts from a model that is there. */
#include <stdio.h>

#include "boosting.h"

typedef struct variant {
    int32_t n_classes;
    const char *settings;
} variant;

/* Fits `first` rounds, goes on to 9 and compares with 9 in one go. */
static void check_in_two(const test_problem *p, const char *settings, int first, mlc_context *one,
                         mlc_context *other)
{
    char text[400];
    test_fit whole, begun, done;
    snprintf(text, sizeof text, "%s n_estimators=9", settings);
    test_fit_run(&whole, one, p, text);
    ck_assert_msg(whole.status == MLC_OK, "%s", whole.error.message);
    snprintf(text, sizeof text, "%s n_estimators=%d", settings, first);
    test_fit_run(&begun, one, p, text);
    ck_assert_int_eq(begun.status, MLC_OK);
    test_problem q = *p;
    q.start = begun.state;
    snprintf(text, sizeof text, "%s n_estimators=9", settings);
    test_fit_run(&done, other, &q, text);
    ck_assert_msg(done.status == MLC_OK, "%s", done.error.message);
    test_assert_same_state(&whole, &done);
    test_fit_clear(&done);
    test_fit_clear(&begun);
    test_fit_clear(&whole);
}

START_TEST(test_trainer_that_goes_on_makes_the_trees_of_one_go)
{
    static const variant variants[] = {
        {0, ""},
        {0, "max_leaf_nodes=300 min_samples_leaf=1"},
        {2, "subsample=0.6 subsample_freq=3 max_features=0.5 feature_fraction=0.7"},
        {4, "learning_rate=0.4"},
        {2, "sampling=goss learning_rate=0.5 class_weight=balanced"},
        {0, "sampling=mvs subsample=0.5 loss=huber"},
        {0, "loss=quantile quantile=0.2,0.8"},
        {0, "loss=absolute_error monotonic_cst='x0: 1'"},
        {3, "loss=one_vs_all grow_policy=oblivious max_depth=3"},
    };
    mlc_context *const one = test_root(1, NULL), *const other = test_root(3, "reference");
    for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
        test_problem p = test_problem_make(700, 5, variants[v].n_classes);
        for (int first = 1; first <= 8; first += 3)
            check_in_two(&p, variants[v].settings, first, one, other);
        p.weight = calloc(700, sizeof *p.weight);
        p.offset = calloc(700, sizeof *p.offset);
        for (int64_t i = 0; i < 700; i++) {
            p.weight[i] = 0.5 + test_unit(600, i);
            p.offset[i] = test_unit(601, i);
        }
        check_in_two(&p, variants[v].settings, 4, other, one);
        test_problem_clear(&p);
    }
    mlc_context_close(one);
    mlc_context_close(other);
}
END_TEST

START_TEST(test_trainer_of_a_ranker_goes_on_and_holds_the_same_groups_out)
{
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_ranking_make(600, 4, 40);
    check_in_two(&p, "", 5, ctx, ctx);
    check_in_two(&p, "validation_fraction=0.3 n_iter_no_change=100 tol=0 learning_rate=0.01", 5,
                 ctx, ctx);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_of_times_goes_on)
{
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_survival_make(600, 4);
    check_in_two(&p, "loss=cox", 5, ctx, ctx);
    check_in_two(&p, "loss=aft distribution=extreme", 5, ctx, ctx);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_that_goes_on_keeps_the_metrics_of_its_history)
{
    static const char *const lists[] = {"mae,loss,rmse", "rmse,r2", "loss"};
    mlc_context *const ctx = test_root(2, NULL);
    test_problem p = test_problem_make(600, 4, 0);
    const char *const settings = "validation_fraction=0.3 n_iter_no_change=100 learning_rate=0.01";
    char text[300];
    snprintf(text, sizeof text, "%s early_stopping_metric=[%s]", settings, lists[0]);
    check_in_two(&p, text, 5, ctx, ctx);
    test_fit begun;
    snprintf(text, sizeof text, "n_estimators=5 %s early_stopping_metric=[%s]", settings, lists[0]);
    test_fit_run(&begun, ctx, &p, text);
    p.start = begun.state;
    for (int k = 0; k < 4; k++) {
        test_fit done;
        if (k < 3)
            snprintf(text, sizeof text, "n_estimators=9 %s early_stopping_metric=[%s]", settings,
                     lists[k]);
        else /* the same metrics, but no validation rows */
            snprintf(text, sizeof text, "n_estimators=9 early_stopping_metric=[%s]", lists[0]);
        test_fit_run(&done, ctx, &p, text);
        ck_assert_msg(done.status == MLC_OK, "%s", done.error.message);
        ck_assert_int_eq(done.state->valid_width, k == 2 ? 1 : 3);
        ck_assert_int_eq(done.state->n_rounds, 9);
        for (int64_t i = 0; i < 9; i++) {
            ck_assert_int_eq(isnan(test_valid(done.state, i, 0)), k == 3 && i >= 5);
            for (int64_t m = 1; m < done.state->valid_width; m++)
                ck_assert_int_eq(isnan(test_valid(done.state, i, m)),
                                 k == 1 ? i < 5 : k == 3 && i >= 5);
        }
        test_fit_clear(&done);
    }
    test_fit_clear(&begun);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_that_goes_on_learns_from_other_rows)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(500, 3, 0), q = test_problem_make(500, 3, 0);
    for (int64_t i = 0; i < 500; i++)
        q.y[i] += 10;
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=20");
    q.start = a.state;
    test_fit_run(&b, ctx, &q, "n_estimators=80 learning_rate=0.3");
    ck_assert_int_eq(b.status, MLC_OK);
    ck_assert_int_eq(b.state->n_trees, 80);
    /* The first trees are those that were there, and history goes on after theirs. */
    ck_assert_mem_eq(b.state->nodes, a.state->nodes,
                     (size_t)a.state->first_node[20] * sizeof *a.state->nodes);
    ck_assert_mem_eq(b.state->train_loss, a.state->train_loss, 20 * sizeof(double));
    ck_assert_double_gt(b.state->train_loss[20], 30);
    ck_assert_double_lt(b.state->train_loss[79], 1);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&q);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_that_goes_on_for_nothing_keeps_the_model)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(400, 3, 0), valid = test_problem_make(400, 3, 0);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=30");
    /* What is left to learn in the validation rows points the other way. */
    double *const y = test_predict(&a, p.x, 400, MLCI_OUTPUT_PREDICTION);
    for (int64_t i = 0; i < 400; i++) {
        valid.y[i] = y[i];
        p.y[i] = y[i] + (p.x[3 * i] > 0 ? 1 : -1);
    }
    p.valid = &valid;
    p.start = a.state;
    test_fit_run(&b, ctx, &p, "n_estimators=60 n_iter_no_change=3");
    ck_assert_int_eq(b.status, MLC_OK);
    ck_assert_int_eq(b.state->n_trees, 30);
    free(y);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    test_problem_clear(&valid);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_that_goes_on_with_another_kind_of_loss_says_so)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(200, 3, 0);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=3");
    p.start = a.state;
    for (int64_t i = 0; i < 200; i++)
        p.y[i] = fabs(p.y[i]);
    test_fit_run(&b, ctx, &p, "n_estimators=6 loss=poisson");
    ck_assert_int_eq(b.status, MLC_ERROR_SETTING);
    ck_assert_ptr_nonnull(strstr(b.error.message, "leave loss as it was"));
    test_fit_clear(&b);
    test_fit_run(&b, ctx, &p, "n_estimators=6 loss=quantile quantile=0.1,0.9");
    ck_assert_int_eq(b.status, MLC_ERROR_SETTING);
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_trainer_that_went_on_stands_in_any_parts)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(600, 4, 3);
    test_fit a;
    test_fit_run(&a, ctx, &p, "n_estimators=4");
    p.start = a.state;
    test_same_in_any_parts(&p, "n_estimators=8 subsample=0.7");
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("boost_trainer", test_trainer_that_goes_on_makes_the_trees_of_one_go,
                 test_trainer_of_a_ranker_goes_on_and_holds_the_same_groups_out,
                 test_trainer_of_times_goes_on,
                 test_trainer_that_goes_on_keeps_the_metrics_of_its_history,
                 test_trainer_that_goes_on_learns_from_other_rows,
                 test_trainer_that_goes_on_for_nothing_keeps_the_model,
                 test_trainer_that_goes_on_with_another_kind_of_loss_says_so,
                 test_trainer_that_went_on_stands_in_any_parts)
