#include "tree/number_columns.h"

#include "boosting.h"

/* Columns of a fit of p, whose matrix is compared with them. */
static void check(const test_problem *p, double validation_fraction)
{
    mlc_context local, *call = NULL;
    mlci_matrix *x = NULL, *valid_x = NULL;
    mlci_classes classes, valid_classes;
    mlci_boost_data *data = NULL;
    mlci_number_columns *columns = NULL;
    mlci_boost_params params = {.validation_fraction = validation_fraction, .random_state = 3};
    const mlci_target y = test_target(p, &classes);
    mlci_target valid_y;
    mlc_context *const ctx = test_root(3, NULL);
    uint8_t wanted[20];
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, p->x, p->n_rows, p->n_features, &x, NULL), MLC_OK);
    mlci_model_fit fit = {.call = call, .params = &params, .x = x, .y = &y};
    if (p->valid != NULL) {
        valid_y = test_target(p->valid, &valid_classes);
        ck_assert_int_eq(
            mlci_matrix_wrap(NULL, p->valid->x, p->valid->n_rows, p->n_features, &valid_x, NULL),
            MLC_OK);
        fit.valid_x = valid_x;
        fit.valid_y = &valid_y;
    }
    for (int64_t j = 0; j < p->n_features; j++)
        wanted[j] = j % 3 != 1;
    ck_assert_int_eq(mlci_boost_data_create(&fit, &data, NULL), MLC_OK);
    ck_assert_int_eq(mlci_number_columns_create(&fit, data, wanted, &columns, NULL), MLC_OK);
    ck_assert_int_eq(columns->n_rows, data->n_rows);
    for (int64_t j = 0; j < p->n_features; j++) {
        if (!wanted[j]) {
            ck_assert_ptr_null(columns->values[j]);
            continue;
        }
        for (int64_t i = 0; i < data->n_rows; i++) {
            const int64_t at = data->position == NULL || i >= p->n_rows ? i : data->position[i];
            const double expected = i < p->n_rows
                                        ? p->x[i * p->n_features + j]
                                        : p->valid->x[(i - p->n_rows) * p->n_features + j];
            ck_assert(memcmp(&columns->values[j][at], &expected, sizeof expected) == 0);
        }
    }
    mlci_number_columns_free(columns);
    mlci_boost_data_free(data);
    mlci_matrix_close(valid_x);
    mlci_matrix_close(x);
    mlci_call_end(call);
    mlc_context_close(ctx);
}

START_TEST(test_columns_have_the_numbers_of_all_rows_at_their_places)
{
    test_problem p = test_problem_make(300, 19, 0), valid = test_problem_make(70, 19, 0);
    check(&p, 0);
    check(&p, 0.3);
    p.valid = &valid;
    check(&p, 0);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

MLCI_CHECK_SUITE("number_columns", test_columns_have_the_numbers_of_all_rows_at_their_places)
