/* Rows taken from columns of each type. */
#include "column.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "making.h"
#include "torture.h"

static mlci_column *take(const mlci_column *column, const int64_t *rows, int64_t first, int64_t n)
{
    mlci_column *taken = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_column_take(column, rows, first, n, &taken, &err) == MLC_OK, "%s",
                  err.message);
    return taken;
}

static mlci_column *column_of(const mlc_array *array)
{
    mlc_dataset *dataset = making_dataset(array, 1, NULL);
    mlci_column *column = mlci_column_ref(dataset->fields[0].column);
    mlc_dataset_free(dataset);
    return column;
}

START_TEST(test_take_when_all_rows_is_the_column_itself)
{
    const mlc_array array = making_real("x", 2, (double[]){1, 2});
    mlci_column *c = column_of(&array), *all = take(c, NULL, 0, 2);
    ck_assert_ptr_eq(all, c);
    mlci_column_unref(all);
    mlci_column_unref(c);
}
END_TEST

/* Rows 3, missing, 0, 3 of each type against the reals of the source. */
START_TEST(test_take_when_rows_repeat_or_are_missing_gives_them_in_order)
{
    const double values[] = {1, 0, 1, 1};
    const uint8_t valid = 0x0B; /* row 2 is missing */
    const int64_t rows[] = {3, -1, 0, 3, 2, 1};
    const int32_t types[] = {MLC_TYPE_INT64, MLC_TYPE_FLOAT32, MLC_TYPE_FLOAT64, MLC_TYPE_BOOL,
                             MLC_TYPE_TIMESTAMP};
    for (int t = 0; t < 5; t++) {
        int64_t integers[4];
        float singles[4];
        const uint8_t bits = 0x0D;
        for (int i = 0; i < 4; i++) {
            integers[i] = (int64_t)values[i];
            singles[i] = (float)values[i];
        }
        const void *const data[] = {integers, singles, values, &bits, integers};
        mlc_array array = making_array("x", types[t], 4, data[t]);
        array.valid = &valid;
        mlci_column *c = column_of(&array), *taken = take(c, rows, 0, 6);
        double got[6];
        mlci_column_reals(taken, 0, 6, got, 1);
        ck_assert_int_eq(taken->type, types[t]);
        ck_assert_int_eq(taken->n_missing, 2);
        ck_assert(got[0] == 1 && isnan(got[1]) && got[2] == 1 && got[3] == 1);
        ck_assert(isnan(got[4]) && got[5] == 0);
        mlci_column_unref(taken);
        mlci_column_unref(c);
    }
}
END_TEST

START_TEST(test_take_when_range_copies_bits_across_bytes)
{
    uint8_t bits[4] = {0xF0, 0x0F, 0xAA, 0x55};
    const mlc_array array = making_array("x", MLC_TYPE_BOOL, 32, bits);
    mlci_column *c = column_of(&array), *taken = take(c, NULL, 3, 20);
    double from[32], got[20];
    mlci_column_reals(c, 0, 32, from, 1);
    mlci_column_reals(taken, 0, 20, got, 1);
    ck_assert_int_eq(memcmp(got, from + 3, sizeof got), 0);
    ck_assert_ptr_null(taken->valid);
    mlci_column_unref(taken);
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_take_when_text_or_category_keeps_the_texts)
{
    const char *const texts[] = {"x", NULL, "zz", ""};
    const int64_t rows[] = {2, 3, 1, -1, 0};
    const char *const wanted[] = {"zz", "", NULL, NULL, "x"};
    for (int32_t type = MLC_TYPE_CATEGORY; type <= MLC_TYPE_TEXT; type++) {
        const mlc_array array = making_array("x", type, 4, texts);
        mlci_column *c = column_of(&array), *taken = take(c, rows, 0, 5);
        for (int i = 0; i < 5; i++) {
            int64_t length = 0;
            const char *text = mlci_column_text(taken, i, &length);
            ck_assert_int_eq(text == NULL, wanted[i] == NULL);
            if (text == NULL) continue;
            ck_assert_int_eq(length, (int64_t)strlen(wanted[i]));
            ck_assert_int_eq(memcmp(text, wanted[i], (size_t)length), 0);
        }
        mlci_column_unref(taken);
        mlci_column_unref(c);
    }
}
END_TEST

START_TEST(test_take_when_dense_vector_keeps_component_names)
{
    const mlc_array array = making_matrix("m", 2, 2, (double[]){1, 2, 3, 4});
    mlci_column *c = column_of(&array), *taken = take(c, (int64_t[]){1, -1}, 0, 2);
    double got[4];
    mlci_column_reals(taken, 0, 2, got, 2);
    ck_assert(got[0] == 3 && got[1] == 4 && isnan(got[2]) && isnan(got[3]));
    ck_assert_str_eq(taken->components[1], "m1");
    mlci_column_unref(taken);
    mlci_column_unref(c);
}
END_TEST

static mlci_column *make_sparse(mlci_root *root)
{
    int64_t *offsets = mlci_alloc(root, 4, sizeof *offsets);
    int32_t *indices = mlci_alloc(root, 3, sizeof *indices);
    double *values = mlci_alloc(root, 3, sizeof *values);
    mlci_column *c = NULL;
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return NULL;
    }
    memcpy(offsets, (int64_t[]){0, 1, 1, 3}, 4 * sizeof *offsets);
    memcpy(indices, (int32_t[]){1, 0, 2}, 3 * sizeof *indices);
    memcpy(values, (double[]){5, 1, 2}, 3 * sizeof *values);
    return mlci_column_create_sparse(root, 3, 3, offsets, indices, values, &c, NULL) == MLC_OK
               ? c
               : NULL;
}

START_TEST(test_take_when_sparse_stays_sparse)
{
    mlci_column *c = make_sparse(NULL), *taken = take(c, (int64_t[]){2, -1, 0}, 0, 3);
    double got[9];
    mlci_column_reals(taken, 0, 3, got, 3);
    ck_assert_ptr_nonnull(taken->indices);
    ck_assert(got[0] == 1 && got[1] == 0 && got[2] == 2);
    ck_assert(isnan(got[3]) && got[6] == 0 && got[7] == 5);
    mlci_column_unref(taken);
    mlci_column_unref(c);
}
END_TEST

static mlc_status take_each(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const texts[] = {"x", NULL, "zz"};
    const mlc_array arrays[] = {making_text("t", 3, texts), making_category("c", 3, texts),
                                making_matrix("m", 3, 2, (double[]){1, 2, 3, 4, 5, 6})};
    mlc_dataset *dataset = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 3, NULL, &dataset, err);
    for (int i = 0; i < 3 && status == MLC_OK; i++) {
        mlci_column *taken = NULL;
        status = mlci_column_take(dataset->fields[i].column, (int64_t[]){1, -1}, 0, 2, &taken, err);
        if (status == MLC_OK) mlci_column_unref(taken);
    }
    mlc_dataset_free(dataset);
    if (status != MLC_OK) return status;
    mlci_column *sparse = make_sparse(mlci_context_root(ctx)), *taken = NULL;
    if (sparse == NULL) return mlci_fail_memory(err, 3, 8);
    status = mlci_column_take(sparse, (int64_t[]){2, 0}, 0, 2, &taken, err);
    if (status == MLC_OK) mlci_column_unref(taken);
    mlci_column_unref(sparse);
    return status;
}
MLCI_TORTURE_TEST(test_take_when_memory_fails_leaks_nothing, take_each, NULL)

MLCI_CHECK_SUITE("column_take", test_take_when_all_rows_is_the_column_itself,
                 test_take_when_rows_repeat_or_are_missing_gives_them_in_order,
                 test_take_when_range_copies_bits_across_bytes,
                 test_take_when_text_or_category_keeps_the_texts,
                 test_take_when_dense_vector_keeps_component_names,
                 test_take_when_sparse_stays_sparse, test_take_when_memory_fails_leaks_nothing)
