/* Reading datasets from outside. */
#include "dataset_impl.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"

static const char *const texts[] = {"b", NULL, "a", "b"};
static const uint8_t bits = 0x05;

/* x float64, i int64, b bool, c category, t text, m 4 x 2, each of 4 rows. */
static mlc_dataset *mixed(void)
{
    const mlc_array arrays[] = {making_real("x", 4, (double[]){0.5, NAN, 2, 3}),
                                making_integer("i", 4, (int64_t[]){1, 2, 3, 4}),
                                making_array("b", MLC_TYPE_BOOL, 4, &bits),
                                making_category("c", 4, texts),
                                making_text("t", 4, texts),
                                making_matrix("m", 4, 2, (double[]){1, 2, 3, 4, 5, 6, 7, 8})};
    return making_dataset(arrays, 6, "target=c");
}

START_TEST(test_shape_when_asked_is_given_and_null_counts_nothing)
{
    mlc_dataset *d = mixed();
    ck_assert_int_eq(mlc_dataset_n_rows(d), 4);
    ck_assert_int_eq(mlc_dataset_n_columns(d), 6);
    ck_assert_int_eq(mlc_dataset_n_rows(NULL), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(NULL), 0);
    ck_assert_str_eq(mlc_dataset_column_name(d, 5), "m");
    ck_assert_ptr_null(mlc_dataset_column_name(d, 6));
    ck_assert_ptr_null(mlc_dataset_column_role(d, -1));
    ck_assert_int_eq(mlc_dataset_column_type(d, 2), MLC_TYPE_BOOL);
    ck_assert_int_eq(mlc_dataset_column_type(d, 6), 0);
    ck_assert_int_eq(mlc_dataset_column_width(d, 5), 2);
    ck_assert_int_eq(mlc_dataset_column_width(d, 0), 1);
    ck_assert_int_eq(mlc_dataset_column_width(d, 6), 0);
    ck_assert_str_eq(mlc_dataset_component_name(d, 5, 1), "m1");
    ck_assert_ptr_null(mlc_dataset_component_name(d, 5, 2));
    ck_assert_ptr_null(mlc_dataset_component_name(d, 0, 0));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_real_when_any_number_is_read_also_through_a_view)
{
    mlc_dataset *d = mixed(), *v = making_rows(d, 2, (int64_t[]){3, 1});
    ck_assert_double_eq(making_cell(d, "x", 0), 0.5);
    ck_assert_double_eq(making_cell(d, "i", 3), 4);
    ck_assert_double_eq(making_cell(d, "b", 2), 1);
    ck_assert_double_eq(making_cell(d, "c", 0), 1);
    ck_assert(isnan(making_cell(d, "c", 1)));
    ck_assert_double_eq(making_cell(v, "i", 0), 4);
    ck_assert_double_eq(making_cell(v, "m[m1]", 1), 4);
    ck_assert_double_eq(making_cell(v, "m[0]", 1), 3);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_real_when_wrong_says_what_would_be_right)
{
    mlc_dataset *d = mixed();
    double value = 0;
    making_assert_fails(mlc_dataset_real(d, "t", 0, &value, err), MLC_ERROR_COLUMN,
                        "column 't' is text, not a number");
    making_assert_fails(mlc_dataset_real(d, "xx", 0, &value, err), MLC_ERROR_COLUMN,
                        "no column 'xx': did you mean 'x'?");
    making_assert_fails(mlc_dataset_real(d, "m", 0, &value, err), MLC_ERROR_COLUMN,
                        "column 'm' is a vector of 2: name a component, as in 'm[m0]'");
    making_assert_fails(mlc_dataset_real(d, "m[2]", 0, &value, err), MLC_ERROR_COLUMN,
                        "vector column 'm' has no such component: 'm[2]'");
    making_assert_fails(mlc_dataset_real(d, "x[0]", 0, &value, err), MLC_ERROR_COLUMN,
                        "no column 'x[0]'");
    making_assert_fails(mlc_dataset_real(d, "x", 4, &value, err), MLC_ERROR_ARGUMENT,
                        "row = 4: must be at least 0 and below the 4 rows");
    making_assert_fails(mlc_dataset_real(d, "x", -1, &value, err), MLC_ERROR_ARGUMENT, "row = -1");
    making_assert_fails(mlc_dataset_real(d, NULL, 0, &value, err), MLC_ERROR_ARGUMENT,
                        "column is NULL");
    making_assert_fails(mlc_dataset_real(d, "x", 0, NULL, err), MLC_ERROR_ARGUMENT, "out is NULL");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_text_when_text_or_category_is_lent)
{
    mlc_dataset *d = mixed();
    const char *text = NULL;
    int64_t length = 0;
    making_assert_text(d, "t", 0, "b");
    making_assert_text(d, "t", 1, NULL);
    making_assert_text(d, "c", 2, "a");
    making_assert_text(d, "c", 1, NULL);
    making_assert_fails(mlc_dataset_text(d, "i", 0, &text, &length, err), MLC_ERROR_COLUMN,
                        "column 'i' is int64, not text");
    making_assert_fails(mlc_dataset_text(d, "t", 0, &text, NULL, err), MLC_ERROR_ARGUMENT,
                        "length is NULL");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_category_when_code_is_out_of_range_is_null)
{
    mlc_dataset *d = mixed();
    ck_assert_str_eq(mlc_dataset_category(d, "c", 0), "a");
    ck_assert_str_eq(mlc_dataset_category(d, "c", 1), "b");
    ck_assert_ptr_null(mlc_dataset_category(d, "c", 2));
    ck_assert_ptr_null(mlc_dataset_category(d, "c", -1));
    ck_assert_ptr_null(mlc_dataset_category(d, "t", 0));
    ck_assert_ptr_null(mlc_dataset_category(d, "zz", 0));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_copy_real_when_view_gives_its_rows)
{
    mlc_dataset *d = mixed(), *v = making_rows(d, 3, (int64_t[]){3, 1, 3});
    double x[3], m[6];
    ck_assert_int_eq(mlc_dataset_copy_real(v, "x", x, 3, NULL), MLC_OK);
    ck_assert(x[0] == 3 && isnan(x[1]) && x[2] == 3);
    ck_assert_int_eq(mlc_dataset_copy_real(v, "m", m, 6, NULL), MLC_OK);
    ck_assert(m[0] == 7 && m[1] == 8 && m[2] == 3 && m[5] == 8);
    making_assert_fails(mlc_dataset_copy_real(v, "m", m, 5, err), MLC_ERROR_ARGUMENT,
                        "n_values = 5: column 'm' has 3 x 2 values");
    making_assert_fails(mlc_dataset_copy_real(v, "t", m, 6, err), MLC_ERROR_COLUMN, "is text");
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_copy_codes_when_missing_is_minus_one)
{
    mlc_dataset *d = mixed(), *v = making_rows(d, 3, (int64_t[]){2, 1, 0});
    int32_t codes[4];
    ck_assert_int_eq(mlc_dataset_copy_codes(v, "c", codes, 3, NULL), MLC_OK);
    ck_assert(codes[0] == 0 && codes[1] == -1 && codes[2] == 1);
    making_assert_fails(mlc_dataset_copy_codes(v, "i", codes, 3, err), MLC_ERROR_COLUMN,
                        "column 'i' is int64: only category columns have codes");
    making_assert_fails(mlc_dataset_copy_codes(v, "c", codes, 2, err), MLC_ERROR_ARGUMENT,
                        "n_values = 2");
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_copy_integer_when_beyond_doubles_is_exact_in_views)
{
    static const int64_t large[] = {INT64_MIN, -9007199254740993, 9007199254740993, INT64_MAX};
    const uint8_t valid = 0x0d, truth = 0x06;
    mlc_array arrays[] = {making_integer("n", 4, large),
                          making_array("t", MLC_TYPE_TIMESTAMP, 4, large),
                          making_array("b", MLC_TYPE_BOOL, 4, &truth)};
    arrays[1].valid = &valid;
    mlc_dataset *d = making_dataset(arrays, 3, NULL);
    mlc_dataset *v = making_rows(d, 5, (int64_t[]){3, 0, 2, 2, 1});
    int64_t got[5], missing = -1;
    ck_assert_int_eq(mlc_dataset_copy_integer(v, "n", got, 5, 0, &missing, NULL), MLC_OK);
    ck_assert_mem_eq(got, ((int64_t[]){large[3], large[0], large[2], large[2], large[1]}), 40);
    ck_assert_int_eq(missing, 0);
    ck_assert_int_eq(mlc_dataset_copy_integer(v, "t", got, 5, -7, &missing, NULL), MLC_OK);
    ck_assert_mem_eq(got, ((int64_t[]){large[3], large[0], large[2], large[2], -7}), 40);
    ck_assert_int_eq(missing, 1);
    ck_assert_int_eq(mlc_dataset_copy_integer(v, "b", got, 5, 0, NULL, NULL), MLC_OK);
    ck_assert_mem_eq(got, ((int64_t[]){0, 0, 1, 1, 1}), 40);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_copy_integer_when_there_is_none_or_no_room_says_so)
{
    mlc_dataset *d = mixed();
    int64_t got[4] = {77, 77, 77, 77};
    making_assert_fails(mlc_dataset_copy_integer(d, "x", got, 4, 0, NULL, err), MLC_ERROR_COLUMN,
                        "column 'x' is float64: only int64, bool and timestamp columns hold");
    making_assert_fails(mlc_dataset_copy_integer(d, "c", got, 4, 0, NULL, err), MLC_ERROR_COLUMN,
                        "column 'c' is category");
    making_assert_fails(mlc_dataset_copy_integer(d, "nope", got, 4, 0, NULL, err), MLC_ERROR_COLUMN,
                        "nope");
    making_assert_fails(mlc_dataset_copy_integer(d, "i", got, 3, 0, NULL, err), MLC_ERROR_ARGUMENT,
                        "n_values = 3");
    making_assert_fails(mlc_dataset_copy_integer(d, "i", NULL, 4, 0, NULL, err), MLC_ERROR_ARGUMENT,
                        "out is NULL");
    ck_assert_int_eq(got[0], 77);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_when_contiguous_lends_its_memory)
{
    mlc_dataset *d = mixed(), *v = NULL;
    mlc_array a = {.size = sizeof a};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 2, 2, &v, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_column(v, "i", &a, NULL), MLC_OK);
    ck_assert_int_eq(((const int64_t *)a.data)[0], 3);
    ck_assert_int_eq(a.n_rows, 2);
    ck_assert_int_eq(a.type, MLC_TYPE_INT64);
    ck_assert_str_eq(a.role, "feature");
    ck_assert_ptr_null((void *)(intptr_t)a.release);
    ck_assert_int_eq(mlc_dataset_column(v, "m", &a, NULL), MLC_OK);
    ck_assert_double_eq(((const double *)a.data)[0], 5);
    ck_assert_int_eq(a.n_columns, 2);
    ck_assert_int_eq(mlc_dataset_column(d, "t", &a, NULL), MLC_OK);
    const int64_t *offsets = a.offsets;
    ck_assert(offsets[0] == 0 && offsets[1] == 1 && offsets[2] == 1 && offsets[4] == 3);
    ck_assert_int_eq(a.valid[0], 0x0D);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_when_lent_goes_back_in_as_the_same)
{
    mlc_dataset *d = mixed();
    mlc_array arrays[3] = {
        {.size = sizeof(mlc_array)}, {.size = sizeof(mlc_array)}, {.size = sizeof(mlc_array)}};
    const char *const names[] = {"x", "m", "t"};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(mlc_dataset_column(d, names[i], &arrays[i], NULL), MLC_OK);
    }
    mlc_dataset *back = making_dataset(arrays, 3, NULL);
    ck_assert_double_eq(making_cell(back, "x", 3), 3);
    ck_assert_double_eq(making_cell(back, "m[m1]", 3), 8);
    making_assert_text(back, "t", 3, "b");
    making_assert_text(back, "t", 1, NULL);
    mlc_dataset_free(back);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_when_not_contiguous_says_what_to_do)
{
    mlc_dataset *d = mixed(), *v = making_rows(d, 1, (int64_t[]){1}), *w = NULL;
    mlc_array a = {.size = sizeof a};
    making_assert_fails(mlc_dataset_column(v, "x", &a, err), MLC_ERROR_UNSUPPORTED,
                        "(a view of chosen rows): copy it instead");
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 1, 2, &w, NULL), MLC_OK);
    making_assert_fails(mlc_dataset_column(w, "b", &a, err), MLC_ERROR_UNSUPPORTED,
                        "starts within a byte");
    a.size = 3;
    making_assert_fails(mlc_dataset_column(d, "x", &a, err), MLC_ERROR_ARGUMENT, "out->size = 3");
    mlc_dataset_free(v);
    mlc_dataset_free(w);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_problems_when_there_are_none_is_an_empty_table)
{
    mlc_dataset *d = mixed(), *problems = NULL;
    ck_assert_int_eq(mlc_dataset_problems(d, &problems, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(problems), 0);
    ck_assert_int_eq(mlc_dataset_find(problems, "message"), 2);
    mlc_dataset_free(problems);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_problems_without_arguments_fail)
{
    mlc_dataset *d = mixed(), *problems = NULL;
    making_assert_fails(mlc_dataset_problems(NULL, &problems, err), MLC_ERROR_ARGUMENT,
                        "dataset is NULL");
    making_assert_fails(mlc_dataset_problems(d, NULL, err), MLC_ERROR_ARGUMENT, "out is NULL");
    ck_assert_ptr_null(problems);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_when_of_a_narrow_type_lends_its_memory_from_the_first_row)
{
    const float f[] = {0.5f, 1.5f, 2.5f};
    const char *const words[] = {"x", "y", "x"};
    const mlc_array arrays[] = {making_array("f", MLC_TYPE_FLOAT32, 3, f),
                                making_category("c", 3, words)};
    mlc_dataset *d = making_dataset(arrays, 2, NULL), *v = NULL;
    mlc_array a = {.size = sizeof a};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 1, 2, &v, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_column(v, "f", &a, NULL), MLC_OK);
    ck_assert(((const float *)a.data)[0] == 1.5f);
    ck_assert_int_eq(mlc_dataset_column(v, "c", &a, NULL), MLC_OK);
    ck_assert_str_eq(mlc_dataset_category(v, "c", ((const int32_t *)a.data)[0]), "y");
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

static void *borrow_codes(void *dataset)
{
    mlc_array a = {.size = sizeof a};
    ck_assert_int_eq(mlc_dataset_column(dataset, "c", &a, NULL), MLC_OK);
    ck_assert_int_eq(((const int32_t *)a.data)[3], 1);
    return (void *)(uintptr_t)a.data;
}

START_TEST(test_codes_when_several_threads_ask_first_are_the_same_memory)
{
    enum { N = 4 };
    mlc_dataset *d = mixed();
    pthread_t threads[N];
    void *data[N];
    for (int k = 0; k < N; k++)
        ck_assert_int_eq(pthread_create(&threads[k], NULL, borrow_codes, d), 0);
    for (int k = 0; k < N; k++)
        ck_assert_int_eq(pthread_join(threads[k], &data[k]), 0);
    for (int k = 1; k < N; k++)
        ck_assert_ptr_eq(data[k], data[0]);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_column_of_bits_when_at_a_whole_byte_is_lent)
{
    const uint8_t packed[] = {0xff, 0x02};
    const mlc_array array = making_array("b", MLC_TYPE_BOOL, 12, packed);
    mlc_dataset *d = making_dataset(&array, 1, NULL), *v = NULL;
    mlc_array a = {.size = sizeof a};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 8, 4, &v, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_column(v, "b", &a, NULL), MLC_OK);
    ck_assert_int_eq(((const uint8_t *)a.data)[0], 0x02);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("dataset_read", test_shape_when_asked_is_given_and_null_counts_nothing,
                 test_real_when_any_number_is_read_also_through_a_view,
                 test_real_when_wrong_says_what_would_be_right,
                 test_text_when_text_or_category_is_lent,
                 test_category_when_code_is_out_of_range_is_null,
                 test_copy_real_when_view_gives_its_rows, test_copy_codes_when_missing_is_minus_one,
                 test_copy_integer_when_beyond_doubles_is_exact_in_views,
                 test_copy_integer_when_there_is_none_or_no_room_says_so,
                 test_column_when_contiguous_lends_its_memory,
                 test_column_when_lent_goes_back_in_as_the_same,
                 test_column_when_not_contiguous_says_what_to_do,
                 test_problems_when_there_are_none_is_an_empty_table,
                 test_problems_without_arguments_fail,
                 test_column_when_of_a_narrow_type_lends_its_memory_from_the_first_row,
                 test_codes_when_several_threads_ask_first_are_the_same_memory,
                 test_column_of_bits_when_at_a_whole_byte_is_lent)
