#include "tree/cart_columns.h"

#include "forests.h"

static mlci_cart_columns *columns_of(const double *x, int64_t n, int64_t p, const int64_t *order)
{
    mlc_context local, *call = NULL;
    mlci_matrix *matrix = NULL;
    mlci_cart_columns *columns = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, n, p, &matrix, NULL), MLC_OK);
    ck_assert_int_eq(mlci_cart_columns_fit(call, matrix, order, NULL, &columns, NULL), MLC_OK);
    mlci_matrix_close(matrix);
    mlci_call_end(call);
    return columns;
}

START_TEST(test_few_values_have_codes_of_their_own)
{
    const double x[] = {3, NAN, -0.0, 0.0, INFINITY, 3, -INFINITY};
    const uint8_t codes[] = {3, 0, 2, 2, 4, 3, 1};
    const int64_t order[] = {6, 5, 4, 3, 2, 1, 0};
    for (int reversed = 0; reversed < 2; reversed++) {
        mlci_cart_columns *const c = columns_of(x, 7, 1, reversed ? order : NULL);
        ck_assert_int_eq(c->columns[0].n_values, 4);
        ck_assert_int_eq(c->columns[0].n_codes, 5);
        ck_assert_ptr_null(c->columns[0].ranks);
        for (int i = 0; i < 7; i++)
            ck_assert_uint_eq(c->columns[0].codes[reversed ? 6 - i : i], codes[i]);
        uint32_t rows[] = {0, 1, 6}, ranks[3];
        mlci_cart_take_ranks(&c->columns[0], rows, 3, ranks);
        ck_assert_uint_eq(ranks[reversed ? 2 : 0], 2);
        ck_assert_double_eq(c->columns[0].values[2], 3);
        mlci_cart_columns_free(c);
    }
}
END_TEST

START_TEST(test_many_values_have_ranks_and_codes_that_rise_with_them)
{
    enum { N = 5000 };
    double *const x = malloc(N * sizeof *x);
    int64_t in_code[MLCI_BIN_CODES] = {0};
    for (int i = 0; i < N; i++)
        x[i] = i % 10 == 0 ? NAN : floor(3000 * test_unit(1, i));
    mlci_cart_columns *const c = columns_of(x, N, 1, NULL);
    const mlci_cart_column *const column = &c->columns[0];
    for (int i = 0; i < N; i++) {
        if (isnan(x[i])) {
            ck_assert(column->ranks[i] == MLCI_CART_MISSING && column->codes[i] == 0);
            continue;
        }
        const uint32_t rank = column->ranks[i], code = column->codes[i];
        ck_assert_double_eq(column->values[rank], x[i]);
        ck_assert(rank <= column->last_rank[code]);
        ck_assert(code == 1 || rank > column->last_rank[code - 1]);
        in_code[code]++;
    }
    for (int code = 1; code < column->n_codes; code++)
        ck_assert_int_le(in_code[code], 2 * N / MLCI_MAX_BINS);
    ck_assert_int_eq(column->n_codes, MLCI_BIN_CODES);
    mlci_cart_columns_free(c);
    free(x);
}
END_TEST

START_TEST(test_features_without_two_values_are_not_used)
{
    const double x[] = {1, NAN, 5, NAN, 1, NAN, 6, 2};
    mlci_cart_columns *const c = columns_of(x, 2, 4, NULL);
    ck_assert_int_eq(c->n_used, 2); /* a number and a missing one count as two */
    ck_assert_int_eq(c->used[0], 2);
    ck_assert_int_eq(c->used[1], 3);
    mlci_cart_columns_free(c);
}
END_TEST

MLCI_CHECK_SUITE("cart_columns", test_few_values_have_codes_of_their_own,
                 test_many_values_have_ranks_and_codes_that_rise_with_them,
                 test_features_without_two_values_are_not_used)
