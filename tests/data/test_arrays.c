/* Datasets from the caller's arrays: what is borrowed, copied, converted, refused. */
#include "dataset_impl.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static void count_release(void *user)
{
    ++*(int *)user;
}

START_TEST(test_borrow_when_contiguous_uses_the_memory_until_the_last_dataset)
{
    int n_released = 0;
    const double values[] = {1, 2, 3};
    mlc_array array = making_real("x", 3, values);
    array.release = count_release;
    array.user = &n_released;
    mlc_dataset *d = making_dataset(&array, 1, NULL), *view = making_rows(d, 1, (int64_t[]){2});
    ck_assert_ptr_eq(d->fields[0].column->values, values);
    mlc_dataset_free(d);
    ck_assert_int_eq(n_released, 0);
    ck_assert_double_eq(making_cell(view, "x", 0), 3);
    mlc_dataset_free(view);
    ck_assert_int_eq(n_released, 1);
}
END_TEST

START_TEST(test_borrow_when_conversion_is_needed_releases_before_returning)
{
    const int32_t integers[] = {1, -2};
    const float matrix[] = {1, 2, 3, 4};
    const double wide[] = {1, 9, 2, 9};
    mlc_array arrays[] = {making_array("i", MLC_TYPE_INT32, 2, integers),
                          making_array("m", MLC_TYPE_FLOAT32, 2, matrix),
                          making_real("s", 2, wide)};
    int n_released = 0;
    arrays[1].n_columns = 2;
    arrays[2].row_stride = 2;
    for (int i = 0; i < 3; i++) {
        arrays[i].release = count_release;
        arrays[i].user = &n_released;
    }
    mlc_dataset *d = making_dataset(arrays, 3, NULL);
    ck_assert_int_eq(n_released, 3);
    ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_INT64);
    ck_assert_int_eq(mlc_dataset_column_type(d, 1), MLC_TYPE_VECTOR);
    ck_assert_double_eq(making_cell(d, "i", 1), -2);
    ck_assert_double_eq(making_cell(d, "m[m0]", 1), 3);
    ck_assert_double_eq(making_cell(d, "s", 1), 2);
    mlc_dataset_free(d);
    ck_assert_int_eq(n_released, 3);
}
END_TEST

START_TEST(test_borrow_when_the_call_fails_releases_nothing)
{
    int n_released = 0;
    const double values[] = {1, 2, 3};
    const char *const bad[] = {"caf\xE9", "", ""};
    mlc_array arrays[] = {making_real("x", 3, values), making_text("t", 3, bad)};
    mlc_dataset *d = NULL;
    for (int i = 0; i < 2; i++) {
        arrays[i].release = count_release;
        arrays[i].user = &n_released;
    }
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, err), MLC_ERROR_COLUMN,
                        "array 't': row 1 is not valid UTF-8");
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 1, "target=y", &d, err),
                        MLC_ERROR_COLUMN, "no column 'y'");
    ck_assert_int_eq(n_released, 0);
}
END_TEST

START_TEST(test_borrow_when_memory_is_not_aligned_copies)
{
    char bytes[8 * 3 + 1];
    const double values[] = {1, 2, 3};
    int n_released = 0;
    memcpy(bytes + 1, values, sizeof values);
    mlc_array array = making_real("x", 3, NULL);
    array.data = bytes + 1;
    array.release = count_release;
    array.user = &n_released;
    mlc_dataset *d = making_dataset(&array, 1, NULL);
    ck_assert_int_eq(n_released, 1);
    ck_assert_double_eq(making_cell(d, "x", 2), 3);
    mlc_dataset_free(d);
}
END_TEST

/* The same 70 x 3 matrix through each layout; 70 rows are more than one tile. */
START_TEST(test_matrix_when_strides_differ_gives_the_same_rows)
{
    enum { N = 70, W = 3 };
    static double by_row[N * W], by_column[N * W], upside_down[N * W];
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < W; k++) {
            by_row[i * W + k] = by_column[k * N + i] = i * 10 + k;
            upside_down[(N - 1 - i) * W + (W - 1 - k)] = i * 10 + k;
        }
    }
    mlc_array arrays[3];
    for (int a = 0; a < 3; a++)
        arrays[a] = making_matrix(a == 0 ? "a" : a == 1 ? "b" : "c", N, W, by_row);
    arrays[1].data = by_column;
    arrays[1].row_stride = 1;
    arrays[1].column_stride = N;
    arrays[2].data = upside_down + N * W - 1;
    arrays[2].row_stride = -W;
    arrays[2].column_stride = -1;
    mlc_dataset *d = making_dataset(arrays, 3, NULL);
    for (int32_t a = 0; a < 3; a++) {
        double got[N * W];
        ck_assert_int_eq(mlc_dataset_copy_real(d, arrays[a].name, got, N * W, NULL), MLC_OK);
        ck_assert_int_eq(memcmp(got, by_row, sizeof by_row), 0);
    }
    ck_assert_str_eq(mlc_dataset_component_name(d, 1, 2), "b2");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_matrix_when_windows_overlap_is_copied)
{
    mlc_array array = making_matrix("w", 3, 2, (double[]){1, 2, 3, 4});
    int n_released = 0;
    array.row_stride = 1;
    array.release = count_release;
    array.user = &n_released;
    mlc_dataset *d = making_dataset(&array, 1, NULL);
    ck_assert_int_eq(n_released, 1);
    ck_assert_double_eq(making_cell(d, "w[1]", 2), 4);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_matrix_of_one_row_or_column_has_no_use_for_its_stride)
{
    const int64_t far[] = {INT64_MIN, INT64_MAX, INT64_C(1) << 62, -3};
    const double values[] = {4, 5};
    for (int i = 0; i < 4; i++) {
        mlc_array arrays[] = {making_matrix("m", 1, 2, values), making_real("x", 1, values)};
        arrays[0].row_stride = far[i];
        arrays[1].type = MLC_TYPE_VECTOR;
        arrays[1].row_stride = arrays[1].column_stride = far[i];
        mlc_dataset *d = making_dataset(arrays, 2, NULL);
        ck_assert_double_eq(making_cell(d, "m[m1]", 0), 5);
        ck_assert_double_eq(making_cell(d, "x[x0]", 0), 4);
        mlc_dataset_free(d);
        arrays[0].n_rows = arrays[1].n_rows = 0;
        arrays[0].column_stride = far[i];
        d = making_dataset(arrays, 2, NULL);
        ck_assert_int_eq(mlc_dataset_n_rows(d), 0);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_matrix_when_integers_or_bits_become_reals)
{
    const int64_t big[] = {1, 2, 3, 4};
    const int32_t small[] = {5, 6, 7, 8};
    const uint8_t bits = 0x06;
    mlc_array arrays[] = {making_array("l", MLC_TYPE_INT64, 2, big),
                          making_array("i", MLC_TYPE_INT32, 2, small),
                          making_array("b", MLC_TYPE_BOOL, 2, &bits)};
    for (int i = 0; i < 3; i++)
        arrays[i].n_columns = 2;
    mlc_dataset *d = making_dataset(arrays, 3, NULL);
    ck_assert_double_eq(making_cell(d, "l[1]", 0), 2);
    ck_assert_double_eq(making_cell(d, "i[0]", 1), 7);
    ck_assert_double_eq(making_cell(d, "b[1]", 0), 1);
    ck_assert_double_eq(making_cell(d, "b[1]", 1), 0);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_valid_when_given_marks_missing_and_clears_what_is_behind)
{
    const uint8_t valid = 0xFD;
    mlc_array array = making_real("x", 3, (double[]){1, 2, 3});
    array.valid = &valid;
    mlc_dataset *d = making_dataset(&array, 1, NULL);
    ck_assert(isnan(making_cell(d, "x", 1)));
    ck_assert_double_eq(making_cell(d, "x", 2), 3);
    ck_assert_int_eq(d->fields[0].column->valid[0], 0x05);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_texts_when_category_or_with_offsets_are_taken)
{
    const char *const texts[] = {"b", NULL, "a"};
    const int64_t offsets[] = {1, 3, 3, 6};
    mlc_array arrays[] = {making_category("c", 3, texts),
                          making_array("t", MLC_TYPE_TEXT, 3, "_xyabc")};
    arrays[1].offsets = offsets;
    mlc_dataset *d = making_dataset(arrays, 2, NULL);
    int32_t codes[3];
    ck_assert_int_eq(mlc_dataset_copy_codes(d, "c", codes, 3, NULL), MLC_OK);
    ck_assert(codes[0] == 1 && codes[1] == -1 && codes[2] == 0);
    making_assert_text(d, "t", 0, "xy");
    making_assert_text(d, "t", 1, "");
    making_assert_text(d, "t", 2, "abc");
    mlc_dataset_free(d);
    const int64_t falling[] = {0, 3, 1, 6};
    arrays[1].offsets = falling;
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "offsets of row 2 do not ascend");
    /* A category or an artifact could not hold it. */
    arrays[1] = making_array("t", MLC_TYPE_TEXT, 3, "_xyab\0");
    arrays[1].offsets = offsets;
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, err), MLC_ERROR_DATA,
                        "array 't': the text of row 3 holds a NUL byte");
}
END_TEST

static mlc_array making_codes(const char *name, int64_t n_rows, const int32_t *codes,
                              int64_t n_categories, const char *const *categories)
{
    mlc_array array = making_array(name, MLC_TYPE_CATEGORY, n_rows, codes);
    array.n_categories = n_categories;
    array.categories = categories;
    return array;
}

START_TEST(test_codes_with_categories_make_the_column_of_their_texts)
{
    /* Not in order, one twice, one that does not occur, one that only a missing row has. */
    const char *const categories[] = {"pear", "fig", "pear", "plum", "", "apple", "kiwi"};
    const int32_t codes[] = {0, 9, 5, 9, 1, 9, -7, 9, 2, 9, 4, 9, 6, 9};
    const char *const texts[] = {"pear", "apple", "fig", NULL, "pear", "", NULL};
    const uint8_t valid = 0x3F;
    mlc_array arrays[] = {making_codes("c", 7, codes, 7, categories),
                          making_category("t", 7, texts)};
    arrays[0].row_stride = 2;
    arrays[0].valid = &valid;
    mlc_dataset *d = making_dataset(arrays, 2, NULL);
    int32_t got[7], wanted[7];
    ck_assert_int_eq(mlc_dataset_copy_codes(d, "c", got, 7, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_codes(d, "t", wanted, 7, NULL), MLC_OK);
    ck_assert_mem_eq(got, wanted, sizeof got);
    const mlci_dictionary *const own = d->fields[0].column->dictionary;
    const mlci_dictionary *const other = d->fields[1].column->dictionary;
    ck_assert_int_eq(own->n, 4);
    ck_assert_int_eq(other->n, 4);
    for (int32_t i = 0; i < 4; i++) {
        int64_t length;
        ck_assert_str_eq(mlci_dictionary_text(own, i, &length),
                         mlci_dictionary_text(other, i, &length));
    }
    mlc_dataset_free(d);
    arrays[0] = making_codes("c", 2, (const int32_t[]){-1, -1}, 0, categories);
    d = making_dataset(arrays, 1, NULL);
    ck_assert_int_eq(d->fields[0].column->dictionary->n, 0);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_arrays_when_without_rows_make_an_empty_dataset)
{
    int n_released = 0;
    mlc_array arrays[] = {making_real("x", 0, NULL), making_text("t", 0, NULL)};
    arrays[0].release = count_release;
    arrays[0].user = &n_released;
    mlc_dataset *d = making_dataset(arrays, 2, "target=t");
    ck_assert_int_eq(mlc_dataset_n_rows(d), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(d), 2);
    ck_assert_int_eq(n_released, 1);
    mlc_dataset_free(d);
}
END_TEST

static void assert_refused(mlc_array array, mlc_status status, const char *says)
{
    mlc_dataset *d = NULL;
    making_assert_fails(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, err), status, says);
    ck_assert_ptr_null(d);
}

START_TEST(test_arrays_when_wrong_are_refused_with_the_reason)
{
    const mlc_array good = making_real("x", 2, (double[]){1, 2});
    mlc_array bad = good;
    bad.size = 7;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "arrays[0].size = 7: must be sizeof(mlc_array)");
    bad = good;
    bad.name = NULL;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "arrays[0].name");
    bad.name = "\xFF";
    assert_refused(bad, MLC_ERROR_ARGUMENT, "arrays[0].name");
    bad = good;
    bad.type = 99;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "type = 99");
    bad = good;
    bad.role = "targt";
    assert_refused(bad, MLC_ERROR_ROLE, "no role 'targt': did you mean 'target'?");
    bad = good;
    bad.n_rows = -1;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "-1 x 1");
    bad = good;
    bad.data = NULL;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "data is NULL");
    bad = good;
    bad.n_columns = 4;
    bad.n_rows = INT64_C(1) << 61;
    assert_refused(bad, MLC_ERROR_LIMIT, "beyond what memory can hold");
    bad = good;
    bad.row_stride = INT64_MAX;
    assert_refused(bad, MLC_ERROR_LIMIT, "beyond what memory can hold");
    bad = making_text("t", 1, (const char *const[]){"a"});
    bad.n_columns = 2;
    assert_refused(bad, MLC_ERROR_COLUMN, "a matrix of text");
    const char *const categories[] = {"a", "\xFF", NULL};
    bad = making_codes("c", 2, (const int32_t[]){0, 3}, 3, categories);
    assert_refused(bad, MLC_ERROR_DATA, "the code of row 2 is 3, but there are 3 categories");
    bad = making_codes("c", 2, (const int32_t[]){0, 1}, 3, categories);
    assert_refused(bad, MLC_ERROR_COLUMN, "category 1 is not valid UTF-8");
    bad = making_codes("c", 2, (const int32_t[]){0, 2}, 3, categories);
    assert_refused(bad, MLC_ERROR_ARGUMENT, "category 2 is NULL");
    bad = making_codes("c", 2, (const int32_t[]){0, 0}, -1, categories);
    assert_refused(bad, MLC_ERROR_ARGUMENT, "-1 categories");
    bad = making_codes("c", 2, (const int32_t[]){0, 0}, 1, NULL);
    assert_refused(bad, MLC_ERROR_ARGUMENT, "1 categories at NULL");
    bad = making_codes("c", 2, (const int32_t[]){0, 0}, 1, categories);
    bad.type = MLC_TYPE_INT32;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "of int32 has categories");
    bad = making_array("b", MLC_TYPE_BOOL, 1, "");
    bad.row_stride = -1;
    assert_refused(bad, MLC_ERROR_ARGUMENT, "strides over bits");
}
END_TEST

START_TEST(test_arrays_when_they_do_not_fit_together_are_refused)
{
    mlc_dataset *d = NULL;
    mlc_array arrays[] = {making_real("x", 2, (double[]){1, 2}),
                          making_real("x", 2, (double[]){1, 2})};
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, err), MLC_ERROR_COLUMN,
                        "columns 1 and 2 are both named 'x'");
    arrays[1].name = "y";
    arrays[1].n_rows = 1;
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "column 'y' has 1 rows, others have 2");
    making_assert_fails(mlc_dataset_from_arrays(NULL, arrays, 0, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "n_arrays = 0");
    making_assert_fails(mlc_dataset_from_arrays(NULL, NULL, 1, NULL, &d, err), MLC_ERROR_ARGUMENT,
                        "arrays is NULL");
}
END_TEST

/* A caller with a newer header, whose struct is longer. */
START_TEST(test_arrays_when_struct_is_longer_takes_zeros_only)
{
    struct longer {
        mlc_array array;
        int64_t added;
    } arrays[2];
    memset(arrays, 0, sizeof arrays);
    arrays[0].array = making_real("x", 1, (double[]){1});
    arrays[1].array = making_real("y", 1, (double[]){2});
    arrays[0].array.size = arrays[1].array.size = sizeof arrays[0];
    mlc_dataset *d = making_dataset(&arrays[0].array, 2, NULL);
    ck_assert_double_eq(making_cell(d, "y", 0), 2);
    mlc_dataset_free(d);
    arrays[1].added = 1;
    making_assert_fails(mlc_dataset_from_arrays(NULL, &arrays[0].array, 2, NULL, &d, err),
                        MLC_ERROR_ARGUMENT, "arrays[1] has a member set at byte");
}
END_TEST

static int torture_released;

static mlc_status make_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const texts[] = {"b", NULL};
    const float matrix[] = {1, 2, 3, 4};
    const uint8_t valid = 1;
    const double values[] = {1, 2};
    mlc_array arrays[] = {making_real("x", 2, values), making_text("t", 2, texts),
                          making_category("c", 2, texts),
                          making_array("m", MLC_TYPE_FLOAT32, 2, matrix),
                          making_codes("k", 2, (const int32_t[]){0, -1}, 1, texts)};
    mlc_dataset *d = NULL;
    const int before = torture_released;
    arrays[0].valid = &valid;
    arrays[3].n_columns = 2;
    arrays[0].release = arrays[3].release = count_release;
    arrays[0].user = arrays[3].user = &torture_released;
    const mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 5, "target=c", &d, err);
    if (status == MLC_OK) mlc_dataset_free(d);
    ck_assert_int_eq(torture_released - before, status == MLC_OK ? 2 : 0);
    return status;
}
MLCI_TORTURE_TEST(test_arrays_when_memory_fails_releases_and_leaks_nothing, make_all, NULL)

MLCI_CHECK_SUITE("arrays", test_borrow_when_contiguous_uses_the_memory_until_the_last_dataset,
                 test_borrow_when_conversion_is_needed_releases_before_returning,
                 test_borrow_when_the_call_fails_releases_nothing,
                 test_borrow_when_memory_is_not_aligned_copies,
                 test_matrix_when_strides_differ_gives_the_same_rows,
                 test_matrix_when_windows_overlap_is_copied,
                 test_matrix_of_one_row_or_column_has_no_use_for_its_stride,
                 test_matrix_when_integers_or_bits_become_reals,
                 test_valid_when_given_marks_missing_and_clears_what_is_behind,
                 test_texts_when_category_or_with_offsets_are_taken,
                 test_codes_with_categories_make_the_column_of_their_texts,
                 test_arrays_when_without_rows_make_an_empty_dataset,
                 test_arrays_when_wrong_are_refused_with_the_reason,
                 test_arrays_when_they_do_not_fit_together_are_refused,
                 test_arrays_when_struct_is_longer_takes_zeros_only,
                 test_arrays_when_memory_fails_releases_and_leaks_nothing)
