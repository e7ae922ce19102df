/* Keys that sort like values. */
#include "csv_reading.h"
#include "order.h"

START_TEST(test_order_keys_sort_like_their_values)
{
    static const double reals[] = {-INFINITY, -1e300, -1, -1e-310, 0, 1e-310, 1, 2, INFINITY};
    for (int i = 0; i < 8; i++) {
        ck_assert(mlci_order_of_real(reals[i]) < mlci_order_of_real(reals[i + 1]));
        ck_assert_double_eq(mlci_order_real(mlci_order_of_real(reals[i])), reals[i]);
    }
    ck_assert_uint_eq(mlci_order_of_real(-0.0), mlci_order_of_real(0.0));
    ck_assert(mlci_order_of_real((double)NAN) > mlci_order_of_real(INFINITY));
    static const int64_t integers[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    for (int i = 0; i < 4; i++) {
        ck_assert(mlci_order_of_integer(integers[i]) < mlci_order_of_integer(integers[i + 1]));
        ck_assert_int_eq(mlci_order_integer(mlci_order_of_integer(integers[i])), integers[i]);
    }
}
END_TEST

START_TEST(test_order_sort_is_stable)
{
    enum { N = 3000 };
    static mlci_order_key keys[N], scratch[N];
    for (int64_t i = 0; i < N; i++) {
        const uint64_t x = (uint64_t)i * 0x9e3779b97f4a7c15U;
        keys[i] = (mlci_order_key){i % 3 == 0 ? x : x >> 58, i};
    }
    ck_assert_int_eq(mlci_order_sort(NULL, keys, scratch, N, NULL), MLC_OK);
    int64_t seen = 0;
    for (int64_t i = 0; i < N; i++) {
        seen += keys[i].row;
        if (i == 0) continue;
        ck_assert(keys[i - 1].key <= keys[i].key);
        if (keys[i - 1].key == keys[i].key) ck_assert(keys[i - 1].row < keys[i].row);
    }
    ck_assert_int_eq(seen, (int64_t)N * (N - 1) / 2);
    ck_assert_int_eq(mlci_order_sort(NULL, keys, scratch, 0, NULL), MLC_OK);
}
END_TEST

START_TEST(test_order_sort_of_few_is_that_of_many)
{
    enum { N = 100 };
    for (int64_t n = 1; n <= N; n++) {
        mlci_order_key keys[N], scratch[N];
        for (int64_t i = 0; i < n; i++)
            keys[i] = (mlci_order_key){(uint64_t)i * 0x9e3779b97f4a7c15U >> 59 << 40, i};
        ck_assert_int_eq(mlci_order_sort(NULL, keys, scratch, n, NULL), MLC_OK);
        for (int64_t i = 1; i < n; i++)
            ck_assert(keys[i - 1].key < keys[i].key ||
                      (keys[i - 1].key == keys[i].key && keys[i - 1].row < keys[i].row));
    }
}
END_TEST

START_TEST(test_order_sort_when_cancelled_stops)
{
    enum { N = 100 };
    mlci_order_key keys[N], scratch[N];
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    for (int64_t i = 0; i < N; i++)
        keys[i] = (mlci_order_key){(uint64_t)(N - i), i};
    mlc_context_cancel(ctx);
    ck_assert_int_eq(mlci_order_sort(ctx, keys, scratch, N, NULL), MLC_ERROR_CANCELLED);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_order_number_counts_values_upwards)
{
    mlc_dataset *d = parse("i,f,w,b,t\n7,0.5,b,true,x\n-7,NA,a,false,y\n7,-inf,,true,\n"
                           "9007199254740993,0.5,b,NA,x\n",
                           "text=category types='t:text'");
    static const int32_t expected[5][4] = {
        {1, 0, 1, 2}, {1, -1, 0, 1}, {1, 0, -1, 1}, {1, 0, 1, -1}, {0, 1, -1, 0}};
    static const int32_t counts[] = {3, 2, 2, 2, 2};
    for (int j = 0; j < 5; j++) {
        int32_t number[4], n = 0;
        ck_assert_int_eq(mlci_order_number(NULL, d->fields[j].column, number, &n, NULL), MLC_OK);
        ck_assert_int_eq(n, counts[j]);
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(number[i], expected[j][i]);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_order_number_of_a_vector_is_refused)
{
    mlci_column *column = NULL;
    mlc_error err;
    int32_t number[2], n = 0;
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_VECTOR, 2, 3, 0, &column, NULL), MLC_OK);
    ck_assert_int_eq(mlci_order_number(NULL, column, number, &n, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.message, "a vector column has no single value a row");
    mlci_column_unref(column);
}
END_TEST

MLCI_CHECK_SUITE("order", test_order_keys_sort_like_their_values, test_order_sort_is_stable,
                 test_order_sort_of_few_is_that_of_many, test_order_sort_when_cancelled_stops,
                 test_order_number_counts_values_upwards, test_order_number_of_a_vector_is_refused)
