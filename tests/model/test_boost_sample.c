/* What each way of sampling draws: shares, which rows, with what factors; expected values follow
 * from the definitions in the papers that boost_sample.c names. */
#include "tree/boost_sample.h"

#include <stdio.h>

#include "boosting.h"

enum { N = 20000 };

typedef struct sample_case {
    test_problem problem;
    mlci_boost_params params;
    mlci_boost_data data;
    mlci_loss loss;
    mlci_loss_rows rows;
    double *raw;
    int32_t *group;
    mlci_gradients *gradients;
    mlci_sampler *sampler;
    mlc_context *ctx, local, *call;
} sample_case;

static void open_case(sample_case *c, const char *settings, int32_t n_classes)
{
    const mlci_model_descriptor *const model = n_classes > 0
                                                   ? &mlci_model_gradient_boosting_classifier
                                                   : &mlci_model_gradient_boosting_regressor;
    mlc_error err = {0};
    memset(c, 0, sizeof *c);
    c->problem = test_problem_make(N, 4, n_classes);
    c->ctx = test_root(1, NULL);
    ck_assert_int_eq(mlci_call_begin(c->ctx, &c->local, MLCI_FIT, &c->call, NULL), MLC_OK);
    mlc_status status = mlci_params_from_text(mlci_context_root(c->ctx), "m", model->base.params,
                                              model->base.check, settings, &c->params, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    c->raw = calloc(N, sizeof *c->raw);
    c->data = (mlci_boost_data){
        .n_train = N, .n_rows = N, .n_classes = n_classes, .y = c->problem.y, .unit = 1};
    c->loss = (mlci_loss){.kind = n_classes > 0 ? &mlci_loss_logistic : &mlci_loss_squared_error,
                          .n_outputs = 1,
                          .kernels = mlci_kernels_of(MLCI_ISA_REFERENCE)};
    c->rows = (mlci_loss_rows){.n_rows = N, .stride = N, .y = c->problem.y, .raw = c->raw};
    ck_assert_int_eq(mlci_gradients_create(NULL, N, 1, &c->gradients, NULL), MLC_OK);
    status = mlci_sampler_create(c->call, &c->params, &c->data, &c->loss, &c->sampler, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
}

static const mlci_sample *draw(sample_case *c, int64_t round)
{
    ck_assert_int_eq(mlci_sampler_draw(c->call, c->sampler, round, &c->rows, c->gradients, NULL),
                     MLC_OK);
    const mlci_sample *const s = mlci_sampler_sample(c->sampler);
    ck_assert_int_eq(s->n + s->n_left_out, N);
    int64_t in = 0, out = 0;
    for (int64_t i = 0; s->rows != NULL && i < N;
         i++) { /* each row is in one of the two, in order */
        if (in < s->n && s->rows[in] == i)
            in++;
        else
            ck_assert_uint_eq(s->left_out[out++], (uint32_t)i);
    }
    return s;
}

static void close_case(sample_case *c)
{
    mlci_sampler_free(c->sampler);
    mlci_gradients_free(c->gradients);
    mlci_params_clear((c->data.n_classes > 0 ? &mlci_model_gradient_boosting_classifier
                                             : &mlci_model_gradient_boosting_regressor)
                          ->base.params,
                      &c->params);
    free(c->raw);
    free(c->group);
    mlci_call_end(c->call);
    mlc_context_close(c->ctx);
    test_problem_clear(&c->problem);
}

/* Five standard deviations of a share of n rows. */
static double five_sigma(double share, double n)
{
    return 5 * sqrt(share * (1 - share) / n);
}

START_TEST(test_no_sampling_takes_all_rows)
{
    sample_case c;
    open_case(&c, "", 0);
    const mlci_sample *const s = draw(&c, 3);
    ck_assert_int_eq(s->n, N);
    ck_assert_ptr_null(s->rows);
    ck_assert_ptr_null(s->factor);
    ck_assert_int_eq(mlci_sampler_draws(c.sampler), 0);
    close_case(&c);
}
END_TEST

START_TEST(test_bags_last_as_many_rounds_as_asked)
{
    static uint32_t first[N];
    sample_case c;
    open_case(&c, "subsample=0.3 subsample_freq=3", 0);
    const mlci_sample *s = draw(&c, 0);
    const int64_t n = s->n;
    ck_assert_double_eq_tol((double)n / N, 0.3, five_sigma(0.3, N));
    memcpy(first, s->rows, (size_t)n * sizeof *first);
    for (int64_t round = 1; round < 3; round++) {
        s = draw(&c, round);
        ck_assert_int_eq(s->n, n);
        ck_assert_mem_eq(s->rows, first, (size_t)n * sizeof *first);
    }
    s = draw(&c, 3);
    ck_assert(s->n != n || memcmp(s->rows, first, (size_t)n * sizeof *first) != 0);
    close_case(&c);
}
END_TEST

START_TEST(test_classes_have_shares_of_their_own)
{
    double n[2] = {0, 0}, drawn[2] = {0, 0};
    sample_case c;
    open_case(&c, "pos_bagging_fraction=0.9 neg_bagging_fraction=0.2", 2);
    const mlci_sample *const s = draw(&c, 0);
    for (int64_t i = 0; i < N; i++)
        n[(int)c.problem.y[i]]++;
    for (int64_t i = 0; i < s->n; i++)
        drawn[(int)c.problem.y[s->rows[i]]]++;
    ck_assert_double_eq_tol(drawn[0] / n[0], 0.2, five_sigma(0.2, n[0]));
    ck_assert_double_eq_tol(drawn[1] / n[1], 0.9, five_sigma(0.9, n[1]));
    close_case(&c);
}
END_TEST

START_TEST(test_groups_are_drawn_whole)
{
    enum { GROUPS = 500 };
    int32_t seen[GROUPS] = {0};
    sample_case c;
    open_case(&c, "subsample=0.5", 0);
    c.group = calloc(N, sizeof *c.group);
    for (int64_t i = 0; i < N; i++)
        c.group[i] = (int32_t)(i * 7 % GROUPS);
    c.data.group = c.group;
    c.params.bagging_by_query = 1;
    const mlci_sample *const s = draw(&c, 0);
    for (int64_t i = 0; i < s->n; i++)
        seen[c.group[s->rows[i]]]++;
    int32_t n = 0;
    for (int32_t g = 0; g < GROUPS; g++) {
        ck_assert(seen[g] == 0 || seen[g] == N / GROUPS);
        n += seen[g] > 0;
    }
    ck_assert_double_eq_tol((double)n / GROUPS, 0.5, five_sigma(0.5, GROUPS));
    close_case(&c);
}
END_TEST

START_TEST(test_goss_keeps_the_largest_and_scales_a_share_of_the_rest)
{
    const int64_t n_top = N / 5, n_others = N / 10;
    double least_top = INFINITY, most_other = 0, sum = 0, all = 0;
    sample_case c;
    open_case(&c, "sampling=goss learning_rate=0.5", 0);
    ck_assert_int_eq(draw(&c, 0)->n, N); /* the first 1 / learning_rate rounds */
    ck_assert_int_eq(draw(&c, 1)->n, N);
    const mlci_sample *const s = draw(&c, 2);
    ck_assert_int_eq(s->n, n_top + n_others);
    ck_assert_int_eq(s->has_gradients, 1);
    for (int64_t i = 0; i < s->n; i++) {
        const uint32_t row = s->rows[i];
        const double size = fabs(c.problem.y[row]); /* g = -y, h = 1 */
        sum += s->factor[row] * size;
        if (s->factor[row] == 1) {
            least_top = fmin(least_top, size);
        } else {
            ck_assert_double_eq(s->factor[row], (double)(N - n_top) / (double)n_others);
            most_other = fmax(most_other, size);
        }
    }
    for (int64_t i = 0; i < s->n_left_out; i++) {
        ck_assert_double_eq(s->factor[s->left_out[i]], 0);
        most_other = fmax(most_other, fabs(c.problem.y[s->left_out[i]]));
    }
    for (int64_t i = 0; i < N; i++)
        all += fabs(c.problem.y[i]);
    ck_assert_double_ge(least_top, most_other);
    ck_assert_double_eq_tol(sum / all, 1, 0.05); /* 2,000 draws of sizes within a factor of 3 */
    close_case(&c);
}
END_TEST

START_TEST(test_mvs_draws_by_size_and_divides_by_the_probability)
{
    sample_case c;
    double sum = 0, all = 0, mu = 0;
    open_case(&c, "sampling=mvs subsample=0.25 mvs_reg=0.04", 0);
    const mlci_sample *const s = draw(&c, 7);
    ck_assert_double_eq_tol((double)s->n / N, 0.25, five_sigma(0.25, N));
    for (int64_t i = 0; i < s->n; i++) {
        const uint32_t row = s->rows[i];
        const double y = c.problem.y[row], size = sqrt(y * y + 0.04);
        const double rounding = 1e-5; /* sizes have 30 bits below the largest one */
        sum += s->factor[row];
        if (s->factor[row] == 1) continue;
        if (mu == 0) mu = size * s->factor[row];
        ck_assert_double_eq_tol(size * s->factor[row] / mu, 1, rounding);
    }
    for (int64_t i = 0; i < N; i++) {
        const double y = c.problem.y[i];
        all += fmin(1, sqrt(y * y + 0.04) / mu);
    }
    ck_assert_double_eq_tol(all / N, 0.25, 1e-5);
    ck_assert_double_eq_tol(sum / N, 1, 0.1); /* the drawn rows stand for all */
    close_case(&c);
}
END_TEST

START_TEST(test_mvs_of_gradients_of_zero_draws_alike)
{
    sample_case c;
    open_case(&c, "sampling=mvs subsample=0.25", 0);
    memset(c.problem.y, 0, N * sizeof *c.problem.y);
    const mlci_sample *const s = draw(&c, 0);
    ck_assert_double_eq_tol((double)s->n / N, 0.25, five_sigma(0.25, N));
    close_case(&c);
}
END_TEST

static const char *const samplings[] = {
    "sampling=goss learning_rate=0.5",
    "sampling=goss learning_rate=0.5 top_rate=0.5 other_rate=0.5",
    "sampling=mvs subsample=0.4",
    "sampling=mvs subsample=0.4 mvs_reg=1",
    "subsample=0.5 subsample_freq=2",
    "feature_fraction=0.5 max_features=0.6"};

static void check_samplings(const test_problem *p, size_t step)
{
    for (size_t i = 0; i < sizeof samplings / sizeof samplings[0]; i += step) {
        char text[200];
        snprintf(text, sizeof text, "n_estimators=5 %s", samplings[i]);
        test_same_in_any_parts(p, text);
    }
}

START_TEST(test_sampling_in_any_parts_has_the_same_bytes)
{
    test_problem two = test_problem_make(3000, 5, 2);
    check_samplings(&two, 2);
    test_problem_clear(&two);
    test_problem ranking = test_ranking_make(1500, 5, 60);
    test_same_in_any_parts(&ranking, "n_estimators=5 subsample=0.5 bagging_by_query=true");
    test_problem_clear(&ranking);
}
END_TEST

START_TEST(test_sampling_of_weighted_rows_and_classes_in_any_parts_has_the_same_bytes)
{
    test_problem two = test_problem_make(3000, 5, 2), three = test_problem_make(3000, 5, 3);
    two.weight = calloc(3000, sizeof *two.weight);
    for (int64_t i = 0; i < 3000; i++)
        two.weight[i] = 0.1 + test_unit(501, i);
    check_samplings(&two, 1);
    check_samplings(&three, 1);
    test_same_in_any_parts(&two, "n_estimators=5 pos_bagging_fraction=0.4");
    test_problem_clear(&two);
    test_problem_clear(&three);
    test_problem ranking = test_ranking_make(1500, 5, 60);
    test_same_in_any_parts(&ranking, "n_estimators=5 sampling=goss learning_rate=1");
    test_problem_clear(&ranking);
}
END_TEST

START_TEST(test_classes_for_other_targets_than_two_are_refused)
{
    test_problem p = test_problem_make(200, 3, 3);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "pos_bagging_fraction=0.5");
    ck_assert_int_eq(t.status, MLC_ERROR_SETTING);
    ck_assert_str_eq(t.error.message, "pos_bagging_fraction and neg_bagging_fraction take two "
                                      "classes; the target has 3");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("boost_sample", test_no_sampling_takes_all_rows,
                 test_bags_last_as_many_rounds_as_asked, test_classes_have_shares_of_their_own,
                 test_groups_are_drawn_whole,
                 test_goss_keeps_the_largest_and_scales_a_share_of_the_rest,
                 test_mvs_draws_by_size_and_divides_by_the_probability,
                 test_mvs_of_gradients_of_zero_draws_alike,
                 test_sampling_in_any_parts_has_the_same_bytes,
                 test_classes_for_other_targets_than_two_are_refused, MLCI_RESULTS,
                 test_sampling_of_weighted_rows_and_classes_in_any_parts_has_the_same_bytes)
