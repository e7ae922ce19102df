#include "tree/boost_data.h"

#include "boosting.h"

static mlci_boost_data *gather(const test_problem *p, mlci_boost_params *params,
                               mlc_status expected)
{
    mlc_context local, *call = NULL;
    mlci_matrix *x = NULL;
    mlci_classes classes;
    mlci_boost_data *out = NULL;
    const mlci_target y = test_target(p, &classes);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, p->x, p->n_rows, p->n_features, &x, NULL), MLC_OK);
    const mlci_model_fit fit = {.call = call,
                                .params = params,
                                .x = x,
                                .y = &y,
                                .weight = p->weight,
                                .row_index = p->row_index};
    ck_assert_int_eq(mlci_boost_data_create(&fit, &out, NULL), expected);
    mlci_matrix_close(x);
    mlci_call_end(call);
    return out;
}

START_TEST(test_boost_data_holds_rows_out_by_their_index)
{
    test_problem p = test_problem_make(2000, 2, 0), q = test_problem_make(2000, 2, 0);
    mlci_boost_params params = {.validation_fraction = 0.25, .random_state = 3};
    mlci_boost_data *const a = gather(&p, &params, MLC_OK);
    /* Binomial(2000, 0.25): 500, standard deviation 19; five of them. */
    ck_assert_int_ge(a->n_valid, 403);
    ck_assert_int_le(a->n_valid, 597);
    ck_assert_int_eq(a->n_train + a->n_valid, 2000);
    for (int64_t i = 0; i < 2000; i++)
        ck_assert_double_eq(a->y[a->position[i]], p.y[i]);
    for (int64_t i = 1; i < a->n_train; i++)
        ck_assert_int_gt(a->row_index[i], a->row_index[i - 1]);
    /* Backwards: the same rows train. */
    q.row_index = calloc(2000, sizeof *q.row_index);
    for (int64_t i = 0; i < 2000; i++)
        q.row_index[i] = 1999 - i;
    mlci_boost_data *const b = gather(&q, &params, MLC_OK);
    ck_assert_int_eq(a->n_train, b->n_train);
    for (int64_t i = 0; i < a->n_train; i++)
        ck_assert_int_eq(a->row_index[i], b->row_index[a->n_train - 1 - i]);
    mlci_boost_data_free(a);
    mlci_boost_data_free(b);
    params.early_stopping = MLCI_STOPPING_OFF;
    mlci_boost_data *const off = gather(&p, &params, MLC_OK);
    ck_assert_int_eq(off->n_valid, 0);
    mlci_boost_data_free(off);
    test_problem_clear(&p);
    test_problem_clear(&q);
}
END_TEST

START_TEST(test_boost_data_balances_classes)
{
    const double y[] = {0, 0, 0, 1}, w[] = {1, 1, 2, 1};
    char balanced[] = "balanced";
    test_problem p = test_problem_make(4, 1, 2);
    mlci_boost_params params = {.class_weight = balanced};
    memcpy(p.y, y, sizeof y);
    p.weight = calloc(4, sizeof *p.weight);
    memcpy(p.weight, w, sizeof w);
    mlci_boost_data *const d = gather(&p, &params, MLC_OK);
    const double expected[] = {0.625, 0.625, 1.25, 2.5}; /* w * 5 / (2 * 4 or 1) */
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(d->weight[i], expected[i], 1e-15);
        ck_assert_double_eq((double)d->fixed[i], expected[i] * d->unit);
    }
    mlci_boost_data_free(d);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boost_data_fixes_weights_of_any_size)
{
    const double w[] = {1e-30, 1, 3e40, 0.5};
    test_problem p = test_problem_make(4, 1, 0);
    mlci_boost_params params = {0};
    p.weight = calloc(4, sizeof *p.weight);
    memcpy(p.weight, w, sizeof w);
    mlci_boost_data *const d = gather(&p, &params, MLC_OK);
    for (int i = 0; i < 4; i++)
        ck_assert_int_ge(d->fixed[i], 1);
    ck_assert_double_eq_tol((double)d->fixed[2] / d->unit / 3e40, 1, 1e-15);
    mlci_boost_data_free(d);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boost_data_without_rows_is_a_data_error)
{
    test_problem none = {.n_features = 1, .x = calloc(1, 8), .y = calloc(1, 8)};
    test_problem few = test_problem_make(3, 1, 0);
    mlci_boost_params params = {.validation_fraction = 1e-9};
    ck_assert_ptr_null(gather(&none, &params, MLC_ERROR_DATA));
    ck_assert_ptr_null(gather(&few, &params, MLC_ERROR_DATA));
    test_problem_clear(&none);
    test_problem_clear(&few);
}
END_TEST

MLCI_CHECK_SUITE("boost_data", test_boost_data_holds_rows_out_by_their_index,
                 test_boost_data_balances_classes, test_boost_data_fixes_weights_of_any_size,
                 test_boost_data_without_rows_is_a_data_error)
