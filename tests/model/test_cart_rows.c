#include "tree/cart_rows.h"

#include "forests.h"

static mlci_cart_rows *rows_of(const test_problem *p, mlci_cart_row_rules rules, mlc_status *status)
{
    mlc_context local, *call = NULL;
    mlci_matrix *matrix = NULL;
    mlci_cart_rows *rows = NULL;
    mlci_classes classes;
    mlc_error err;
    mlci_target y = test_target(p, &classes);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, p->x, p->n_rows, p->n_features, &matrix, NULL), MLC_OK);
    const mlci_model_fit fit = {
        .call = call, .x = matrix, .y = &y, .weight = p->weight, .row_index = p->row_index};
    *status = mlci_cart_rows_create(&fit, &rules, &rows, &err);
    mlci_matrix_close(matrix);
    mlci_call_end(call);
    return rows;
}

static double x[6] = {0};

START_TEST(test_rows_stand_in_the_order_of_their_indices)
{
    double y[] = {10, 20, 30, 40, 50};
    int64_t index[] = {7, 3, 9, 3, -1};
    const int64_t order[] = {4, 1, 3, 0, 2};
    test_problem p = {.n_rows = 5, .n_features = 1, .x = x, .y = y, .row_index = index};
    mlc_status status;
    mlci_cart_rows *const rows = rows_of(&p, (mlci_cart_row_rules){0}, &status);
    ck_assert_mem_eq(rows->order, order, sizeof order);
    for (int i = 0; i < 5; i++)
        ck_assert_double_eq(rows->centre + rows->size * rows->y[i], y[order[i]]);
    mlci_cart_rows_free(rows);
}
END_TEST

START_TEST(test_integers_stay_exact_as_targets)
{
    double y[] = {3, -7, 100, 12, 0, 5};
    test_problem p = {.n_rows = 6, .n_features = 1, .x = x, .y = y};
    mlc_status status;
    mlci_cart_rows *const rows = rows_of(&p, (mlci_cart_row_rules){.rank_targets = 1}, &status);
    const uint32_t ranks[] = {2, 0, 5, 4, 1, 3};
    for (int i = 0; i < 6; i++) {
        const double g = (double)rows->pairs[i].g / rows->g_unit * rows->size + rows->centre;
        ck_assert_double_eq(g, y[i]);
        ck_assert_int_eq(rows->pairs[i].w, 1);
    }
    ck_assert_mem_eq(rows->y_rank, ranks, sizeof ranks);
    mlci_cart_rows_free(rows);
}
END_TEST

START_TEST(test_weights_are_integers_of_a_power_of_two)
{
    double y[] = {0, 1, 1}, weight[] = {0.5, 1.25, 3};
    test_problem p = {
        .n_rows = 3, .n_features = 1, .x = x, .y = y, .weight = weight, .n_classes = 2};
    mlc_status status;
    mlci_cart_rows *rows =
        rows_of(&p, (mlci_cart_row_rules){.sums = MLCI_CART_TWO_CLASSES}, &status);
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq((double)rows->pairs[i].w / rows->pair_unit, weight[i]);
        ck_assert_int_eq(rows->pairs[i].g, y[i] > 0 ? rows->pairs[i].w : 0);
    }
    mlci_cart_rows_free(rows);
    rows =
        rows_of(&p, (mlci_cart_row_rules){.sums = MLCI_CART_CLASSES, .draw_by_weight = 1}, &status);
    ck_assert(rows->pairs[2].w == 1 && rows->pairs[2].g == 1 && rows->weight[2] > 1);
    mlci_cart_rows_free(rows);
}
END_TEST

START_TEST(test_targets_that_cannot_be_are_refused)
{
    double y[] = {1, 2, -1};
    test_problem p = {.n_rows = 3, .n_features = 1, .x = x, .y = y};
    mlc_status status;
    ck_assert_ptr_null(rows_of(&p, (mlci_cart_row_rules){.from_zero = 1}, &status));
    ck_assert_int_eq(status, MLC_ERROR_DATA);
    y[2] = 1e301;
    ck_assert_ptr_null(rows_of(&p, (mlci_cart_row_rules){0}, &status));
    ck_assert_int_eq(status, MLC_ERROR_NUMERIC);
    p.n_rows = 0;
    ck_assert_ptr_null(rows_of(&p, (mlci_cart_row_rules){0}, &status));
    ck_assert_int_eq(status, MLC_ERROR_DATA);
}
END_TEST

START_TEST(test_far_targets_and_weights_do_not_overflow)
{
    double y[] = {-9e299, 9e299, 0}, weight[] = {1e-200, 1e200, 1};
    test_problem p = {.n_rows = 3, .n_features = 1, .x = x, .y = y, .weight = weight};
    mlc_status status;
    mlci_cart_rows *const rows = rows_of(&p, (mlci_cart_row_rules){0}, &status);
    ck_assert_int_eq(status, MLC_OK);
    int64_t sum = 0;
    for (int i = 0; i < 3; i++)
        ck_assert(!__builtin_add_overflow(sum, llabs(rows->pairs[i].g), &sum));
    mlci_cart_rows_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("cart_rows", test_rows_stand_in_the_order_of_their_indices,
                 test_integers_stay_exact_as_targets, test_weights_are_integers_of_a_power_of_two,
                 test_targets_that_cannot_be_are_refused,
                 test_far_targets_and_weights_do_not_overflow)
