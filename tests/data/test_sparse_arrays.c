/* Sparse matrices of the caller: CSR and CSC of any widths, out of order, repeated, hostile. The
 * matrix is [[0, 1, 0, 2], [0, 0, 0, 0], [3, 0, 4, 0]]; what SciPy makes of repeats is in
 * tests/python/test_sparse.py. */
#include "sparse_arrays.h"

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static const double expected[] = {0, 1, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0};

static const double row_values[] = {1, 2, 3, 4};
static const int32_t row_indices[] = {1, 3, 0, 2};
static const int64_t row_offsets[] = {0, 2, 2, 4};

static mlc_array by_rows(void)
{
    return (mlc_array){.size = sizeof(mlc_array),
                       .name = "v",
                       .type = MLC_TYPE_FLOAT64,
                       .data = row_values,
                       .n_rows = 3,
                       .n_columns = 4,
                       .offsets = row_offsets,
                       .sparse = MLC_SPARSE_ROWS,
                       .indices = row_indices};
}

static void assert_matrix(const mlc_array *a, const double *wanted)
{
    double got[12];
    mlc_dataset *d = making_dataset(a, 1, NULL);
    ck_assert_int_eq(mlc_dataset_copy_real(d, "v", got, 12, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(got, wanted, sizeof got), 0);
    mlc_dataset_free(d);
}

START_TEST(test_rows_of_any_type_and_width_are_read)
{
    const float floats[] = {1, 2, 3, 4};
    const int64_t integers[] = {1, 2, 3, 4}, wide[] = {1, 3, 0, 2};
    const int32_t narrow[] = {1, 2, 3, 4}, offsets[] = {0, 2, 2, 4};
    mlc_array a = by_rows();
    assert_matrix(&a, expected);
    a.indices = wide;
    a.index_size = 8;
    a.offsets = offsets;
    a.offset_size = 4;
    a.type = MLC_TYPE_FLOAT32;
    a.data = floats;
    assert_matrix(&a, expected);
    a.type = MLC_TYPE_INT64;
    a.data = integers;
    assert_matrix(&a, expected);
    a.type = MLC_TYPE_INT32;
    a.data = narrow;
    assert_matrix(&a, expected);
}
END_TEST

START_TEST(test_columns_are_turned_to_rows)
{
    const double values[] = {3, 1, 4, 2};
    const int32_t indices[] = {2, 0, 2, 0};
    const int64_t offsets[] = {0, 1, 2, 3, 4};
    mlc_array a = by_rows();
    a.sparse = MLC_SPARSE_COLUMNS;
    a.data = values;
    a.indices = indices;
    a.offsets = offsets;
    assert_matrix(&a, expected);
}
END_TEST

START_TEST(test_rows_when_out_of_order_or_repeated_are_sorted_and_added)
{
    const double values[] = {2, 0.25, 0.75, 4, 1, 2};
    const int32_t indices[] = {3, 1, 1, 2, 0, 0};
    const int64_t offsets[] = {0, 3, 3, 6};
    mlc_array a = by_rows();
    a.data = values;
    a.indices = indices;
    a.offsets = offsets;
    assert_matrix(&a, expected);
    mlc_dataset *d = making_dataset(&a, 1, NULL);
    const mlci_column *const c = d->fields[0].column;
    ck_assert_int_eq(c->offsets[1], 2);
    ck_assert_int_eq(c->offsets[3], 4);
    ck_assert_int_eq(memcmp(c->indices, row_indices, sizeof row_indices), 0);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_absent_when_missing_is_nan)
{
    mlc_array a = by_rows();
    a.absent_is_missing = 1;
    mlc_dataset *d = making_dataset(&a, 1, NULL);
    ck_assert(isnan(making_cell(d, "v[0]", 0)));
    ck_assert_double_eq(making_cell(d, "v[3]", 0), 2);
    mlc_dataset_free(d);
    const int64_t none[] = {0, 0, 0, 0};
    a.n_columns = 2000000000;
    a.offsets = none;
    making_assert_fails(mlc_dataset_from_arrays(NULL, &a, 1, NULL, &d, err), MLC_ERROR_LIMIT,
                        "up to 2^31 values");
}
END_TEST

START_TEST(test_valid_when_given_marks_rows)
{
    const uint8_t valid = 6;
    mlc_array a = by_rows();
    a.valid = &valid;
    mlc_dataset *d = making_dataset(&a, 1, NULL);
    ck_assert(isnan(making_cell(d, "v[1]", 0)));
    ck_assert_double_eq(making_cell(d, "v[2]", 2), 4);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_sparse_when_lent_is_what_came_in)
{
    const mlc_array a = by_rows();
    mlc_dataset *d = making_dataset(&a, 1, NULL), *view = NULL;
    mlc_array out = {.size = sizeof out};
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 1, 2, &view, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_column(view, "v", &out, NULL), MLC_OK);
    ck_assert_int_eq(out.sparse, MLC_SPARSE_ROWS);
    ck_assert_int_eq(out.n_rows, 2);
    ck_assert_int_eq(out.n_columns, 4);
    ck_assert_int_eq(memcmp(out.offsets, row_offsets + 1, 3 * sizeof *row_offsets), 0);
    ck_assert_int_eq(memcmp(out.indices, row_indices, sizeof row_indices), 0);
    mlc_dataset *again = making_dataset(&out, 1, NULL);
    ck_assert_double_eq(making_cell(again, "v[2]", 1), 4);
    mlc_dataset_free(again);
    out.size = offsetof(mlc_array, sparse);
    making_assert_fails(mlc_dataset_column(view, "v", &out, err), MLC_ERROR_UNSUPPORTED,
                        "a sparse vector");
    mlc_dataset_free(view);
    mlc_dataset_free(d);
}
END_TEST

static void refuse(const mlc_array *a, mlc_status status, const char *says)
{
    mlc_dataset *d = NULL;
    making_assert_fails(mlc_dataset_from_arrays(NULL, a, 1, NULL, &d, err), status, says);
}

START_TEST(test_sparse_when_wrong_is_refused)
{
    const int32_t high[] = {1, 4, 0, 2}, low[] = {1, 3, 0, -1};
    const int64_t down[] = {0, 2, 1, 4}, negative[] = {-1, 2, 2, 4};
    mlc_array a = by_rows();
    a.indices = high;
    refuse(&a, MLC_ERROR_DATA, "index 4 in row 1: must be from 0 to 3");
    a.indices = low;
    refuse(&a, MLC_ERROR_DATA, "index -1 in row 3");
    a = by_rows();
    a.offsets = down;
    refuse(&a, MLC_ERROR_DATA, "offset 2 is 1 after 2: must ascend");
    a.offsets = negative;
    refuse(&a, MLC_ERROR_DATA, "offsets must not be negative");
    a = by_rows();
    a.indices = NULL;
    refuse(&a, MLC_ERROR_ARGUMENT, "data or indices is NULL");
    a = by_rows();
    a.sparse = 3;
    refuse(&a, MLC_ERROR_ARGUMENT, "one of MLC_SPARSE_");
    a = by_rows();
    a.index_size = 2;
    refuse(&a, MLC_ERROR_ARGUMENT, "must be 4 or 8");
    a = by_rows();
    a.type = MLC_TYPE_TEXT;
    refuse(&a, MLC_ERROR_COLUMN, "entries must be float64");
    a = by_rows();
    a.n_columns = 0;
    refuse(&a, MLC_ERROR_ARGUMENT, "1 to 2147483647 columns");
    a = by_rows();
    a.row_stride = 4;
    refuse(&a, MLC_ERROR_ARGUMENT, "no strides");
    a = by_rows();
    a.sparse = 0;
    refuse(&a, MLC_ERROR_ARGUMENT, "but sparse is 0");
}
END_TEST

static mlc_status make_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const int32_t indices[] = {3, 1, 2, 0};
    const uint8_t valid = 5;
    mlc_array a = by_rows();
    mlc_dataset *d = NULL;
    a.indices = indices;
    a.valid = &valid;
    a.absent_is_missing = *(const int *)arg;
    const mlc_status status = mlc_dataset_from_arrays(ctx, &a, 1, NULL, &d, err);
    if (status == MLC_OK) mlc_dataset_free(d);
    return status;
}

START_TEST(test_sparse_when_memory_fails_leaks_nothing)
{
    for (int absent = 0; absent < 2; absent++)
        mlci_torture(make_and_free, &absent);
}
END_TEST

MLCI_CHECK_SUITE("sparse_arrays", test_rows_of_any_type_and_width_are_read,
                 test_columns_are_turned_to_rows,
                 test_rows_when_out_of_order_or_repeated_are_sorted_and_added,
                 test_absent_when_missing_is_nan, test_valid_when_given_marks_rows,
                 test_sparse_when_lent_is_what_came_in, test_sparse_when_wrong_is_refused,
                 test_sparse_when_memory_fails_leaks_nothing)
