/* Columns joined: types, texts, categories, sparse vectors, missing rows, and what is refused. */
#include "column.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "making.h"
#include "text.h"
#include "torture.h"

static mlci_column *column_of(mlc_array array)
{
    mlc_dataset *dataset = making_dataset(&array, 1, NULL);
    mlci_column *column = mlci_column_ref(dataset->fields[0].column);
    mlc_dataset_free(dataset);
    return column;
}

/* Joins two columns and gives them up. */
static mlci_column *join(mlci_column *a, mlci_column *b)
{
    const mlci_column *const parts[] = {a, b};
    mlci_column *joined = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_column_join(NULL, "x", 2, parts, &joined, &err) == MLC_OK, "%s",
                  err.message);
    mlci_column_unref(a);
    mlci_column_unref(b);
    return joined;
}

static void refuse(mlci_column *a, mlci_column *b, mlc_status status, const char *says)
{
    const mlci_column *const parts[] = {a, b};
    mlci_column *joined = NULL;
    making_assert_fails(mlci_column_join(NULL, "x", 2, parts, &joined, err), status, says);
    ck_assert_ptr_null(joined);
    mlci_column_unref(a);
    mlci_column_unref(b);
}

static mlci_column *reals(int64_t n, const double *values)
{
    return column_of(making_real("x", n, values));
}

static mlci_column *integers(int64_t n, const int64_t *values)
{
    return column_of(making_integer("x", n, values));
}

static mlci_column *texts(int32_t type, int64_t n, const char *const *values)
{
    return column_of(making_array("x", type, n, values));
}

static mlci_column *bools(int64_t n, uint32_t bits)
{
    const uint8_t bytes[] = {(uint8_t)bits, (uint8_t)(bits >> 8)};
    return column_of(making_array("x", MLC_TYPE_BOOL, n, bytes));
}

static mlci_column *floats(int64_t n, const float *values)
{
    return column_of(making_array("x", MLC_TYPE_FLOAT32, n, values));
}

static void assert_reals(mlci_column *c, int32_t type, int64_t n, const double *wanted)
{
    double got[16];
    ck_assert_int_eq(c->type, type);
    ck_assert_int_eq(c->n_rows, n);
    mlci_column_reals(c, 0, n, got, 1);
    for (int64_t i = 0; i < n; i++) {
        if (isnan(wanted[i])) {
            ck_assert(!mlci_column_is_valid(c, i));
        } else {
            ck_assert_double_eq(got[i], wanted[i]);
        }
    }
    mlci_column_unref(c);
}

static void assert_texts(mlci_column *c, int32_t type, int64_t n, const char *const *wanted)
{
    ck_assert_int_eq(c->type, type);
    ck_assert_int_eq(c->n_rows, n);
    for (int64_t i = 0; i < n; i++) {
        int64_t length = 0;
        const char *const text = mlci_column_text(c, i, &length);
        ck_assert_int_eq(text == NULL, wanted[i] == NULL);
        if (text != NULL) ck_assert(mlci_text_equal(text, length, wanted[i]));
    }
    mlci_column_unref(c);
}

START_TEST(test_join_when_numbers_differ_takes_the_narrowest_type_of_all)
{
    const int64_t two[] = {-3, 4};
    const float half[] = {0.5F, 2.F};
    const double tenth[] = {0.1, 7};
    assert_reals(join(bools(2, 1), bools(9, 0x82)), MLC_TYPE_BOOL, 11,
                 (double[]){1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0});
    assert_reals(join(bools(2, 2), integers(2, two)), MLC_TYPE_INT64, 4, (double[]){0, 1, -3, 4});
    assert_reals(join(floats(2, half), bools(1, 1)), MLC_TYPE_FLOAT32, 3, (double[]){0.5, 2, 1});
    assert_reals(join(floats(2, half), integers(2, two)), MLC_TYPE_FLOAT64, 4,
                 (double[]){0.5, 2, -3, 4});
    assert_reals(join(floats(2, half), reals(2, tenth)), MLC_TYPE_FLOAT64, 4,
                 (double[]){0.5, 2, 0.1, 7});
    assert_reals(join(reals(2, tenth), bools(1, 1)), MLC_TYPE_FLOAT64, 3, (double[]){0.1, 7, 1});
    mlci_column *stamps = join(column_of(making_array("x", MLC_TYPE_TIMESTAMP, 2, two)),
                               column_of(making_array("x", MLC_TYPE_TIMESTAMP, 2, two)));
    assert_reals(stamps, MLC_TYPE_TIMESTAMP, 4, (double[]){-3, 4, -3, 4});
}
END_TEST

START_TEST(test_join_when_rows_are_missing_they_stay_so)
{
    const uint8_t valid = 0x05;
    mlc_array array = making_integer("x", 3, (int64_t[]){7, 8, 9});
    array.valid = &valid;
    const double none = (double)NAN;
    assert_reals(join(column_of(array), integers(1, (int64_t[]){1})), MLC_TYPE_INT64, 4,
                 (double[]){7, none, 9, 1});
    assert_reals(join(bools(2, 3), column_of(array)), MLC_TYPE_INT64, 5,
                 (double[]){1, 1, 7, none, 9});
    assert_texts(join(texts(MLC_TYPE_TEXT, 2, (const char *[]){NULL, "b"}),
                      texts(MLC_TYPE_TEXT, 2, (const char *[]){"a", NULL})),
                 MLC_TYPE_TEXT, 4, (const char *[]){NULL, "b", "a", NULL});
}
END_TEST

/* Files in which a column is empty read it as float64. */
START_TEST(test_join_when_a_part_has_no_values_it_fits_any_type)
{
    const uint8_t valid = 0;
    mlc_array empty = making_real("x", 2, (double[]){0, 0});
    empty.valid = &valid;
    const char *const words[] = {"b", "a"};
    const double none = (double)NAN;
    assert_texts(join(column_of(empty), texts(MLC_TYPE_CATEGORY, 2, words)), MLC_TYPE_CATEGORY, 4,
                 (const char *[]){NULL, NULL, "b", "a"});
    assert_texts(join(texts(MLC_TYPE_TEXT, 2, words), column_of(empty)), MLC_TYPE_TEXT, 4,
                 (const char *[]){"b", "a", NULL, NULL});
    assert_reals(join(integers(1, (int64_t[]){5}), column_of(empty)), MLC_TYPE_INT64, 3,
                 (double[]){5, none, none});
    assert_reals(join(column_of(empty), column_of(empty)), MLC_TYPE_FLOAT64, 4,
                 (double[]){none, none, none, none});
    assert_texts(join(integers(0, NULL), texts(MLC_TYPE_TEXT, 2, words)), MLC_TYPE_TEXT, 2, words);
}
END_TEST

START_TEST(test_join_when_categories_differ_gives_the_codes_of_all_texts)
{
    mlci_column *c = join(texts(MLC_TYPE_CATEGORY, 3, (const char *[]){"m", "c", NULL}),
                          texts(MLC_TYPE_CATEGORY, 2, (const char *[]){"d", "m"}));
    ck_assert_int_eq(c->dictionary->n, 3);
    ck_assert_int_eq(mlci_dictionary_find(c->dictionary, "d", 1), 1);
    assert_texts(c, MLC_TYPE_CATEGORY, 5, (const char *[]){"m", "c", NULL, "d", "m"});
    assert_texts(join(texts(MLC_TYPE_CATEGORY, 1, (const char *[]){"m"}),
                      texts(MLC_TYPE_TEXT, 1, (const char *[]){""})),
                 MLC_TYPE_TEXT, 2, (const char *[]){"m", ""});
    mlci_column *same = texts(MLC_TYPE_CATEGORY, 2, (const char *[]){"u", "v"});
    const mlci_dictionary *const own = same->dictionary;
    mlci_column *twice = join(mlci_column_ref(same), same);
    ck_assert_ptr_eq(twice->dictionary, own);
    assert_texts(twice, MLC_TYPE_CATEGORY, 4, (const char *[]){"u", "v", "u", "v"});
}
END_TEST

static mlci_column *sparse(void)
{
    int64_t *offsets = mlci_alloc(NULL, 3, sizeof *offsets);
    int32_t *indices = mlci_alloc(NULL, 2, sizeof *indices);
    double *values = mlci_alloc(NULL, 2, sizeof *values);
    offsets[1] = 0;
    offsets[2] = 2;
    indices[0] = 1;
    indices[1] = 4;
    values[0] = 2.5;
    values[1] = -1;
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_column_create_sparse(NULL, 2, 5, offsets, indices, values, &c, NULL),
                     MLC_OK);
    return c;
}

START_TEST(test_join_when_vectors_are_sparse_they_stay_so)
{
    double got[20];
    mlci_column *c = join(sparse(), sparse());
    ck_assert_ptr_nonnull(c->indices);
    ck_assert_int_eq(c->offsets[4], 4);
    mlci_column_reals(c, 0, 4, got, 5);
    for (int64_t k = 0; k < 20; k++) {
        const int64_t row = k / 5, j = k % 5;
        ck_assert_double_eq(got[k], row % 2 == 0 ? 0 : j == 1 ? 2.5 : j == 4 ? -1 : 0);
    }
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_join_when_vectors_are_dense_keeps_width_and_names)
{
    const double values[] = {1, 2, 3, 4};
    mlci_column *a = column_of(making_matrix("x", 2, 2, values));
    const char *const names[] = {"left", "right"};
    ck_assert_int_eq(mlci_column_set_components(a, names, NULL), MLC_OK);
    mlci_column *c = join(a, column_of(making_matrix("x", 2, 2, values)));
    double got[8];
    mlci_column_reals(c, 0, 4, got, 2);
    for (int k = 0; k < 8; k++)
        ck_assert_double_eq(got[k], values[k % 4]);
    ck_assert_str_eq(c->components[1], "right");
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_join_when_types_do_not_go_together_says_so)
{
    const double values[] = {1, 2, 3, 4};
    const char *const words[] = {"a"};
    refuse(reals(1, values), texts(MLC_TYPE_TEXT, 1, words), MLC_ERROR_COLUMN,
           "column 'x' is text in part 2 and a number before");
    refuse(column_of(making_array("x", MLC_TYPE_TIMESTAMP, 1, (int64_t[]){1})),
           integers(1, (int64_t[]){1}), MLC_ERROR_COLUMN, "a number in part 2 and a timestamp");
    refuse(column_of(making_matrix("x", 2, 2, values)), column_of(making_matrix("x", 1, 4, values)),
           MLC_ERROR_COLUMN, "has 4 components in part 2 and 2 before");
    refuse(sparse(), column_of(making_matrix("x", 1, 5, (double[]){0, 1, 2, 3, 4})),
           MLC_ERROR_COLUMN, "is dense in part 2 and sparse before");
    refuse(reals(1, values), integers(1, (int64_t[]){((int64_t)1 << 53) + 1}), MLC_ERROR_DATA,
           "9007199254740993");
    refuse(integers(1, (int64_t[]){INT64_MAX}), reals(1, values), MLC_ERROR_DATA,
           "9223372036854775807");
}
END_TEST

/* A missing row may hold any integer. */
START_TEST(test_join_when_an_inexact_integer_is_missing_it_does_not_count)
{
    const uint8_t valid = 1;
    mlc_array array = making_integer("x", 2, (int64_t[]){6, INT64_MAX});
    array.valid = &valid;
    assert_reals(join(reals(1, (double[]){0.5}), column_of(array)), MLC_TYPE_FLOAT64, 3,
                 (double[]){0.5, 6, (double)NAN});
}
END_TEST

static mlc_status join_each(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_column *const parts[] = {texts(MLC_TYPE_CATEGORY, 3, (const char *[]){"m", "c", NULL}),
                                  texts(MLC_TYPE_CATEGORY, 1, (const char *[]){"x"}),
                                  texts(MLC_TYPE_TEXT, 2, (const char *[]){"m", NULL}),
                                  texts(MLC_TYPE_CATEGORY, 1, (const char *[]){"x"}),
                                  sparse(),
                                  sparse()};
    mlc_status status = MLC_OK;
    for (int k = 0; k < 6; k += 2) {
        mlci_column *out = NULL;
        if (status == MLC_OK) {
            status = mlci_column_join(mlci_context_root(ctx), "x", 2,
                                      (const mlci_column *const *)parts + k, &out, err);
        }
        mlci_column_unref(out);
        mlci_column_unref(parts[k]);
        mlci_column_unref(parts[k + 1]);
    }
    return status;
}
MLCI_TORTURE_TEST(test_join_when_memory_fails_leaks_nothing, join_each, NULL)

MLCI_CHECK_SUITE("column_join", test_join_when_numbers_differ_takes_the_narrowest_type_of_all,
                 test_join_when_rows_are_missing_they_stay_so,
                 test_join_when_a_part_has_no_values_it_fits_any_type,
                 test_join_when_categories_differ_gives_the_codes_of_all_texts,
                 test_join_when_vectors_are_sparse_they_stay_so,
                 test_join_when_vectors_are_dense_keeps_width_and_names,
                 test_join_when_types_do_not_go_together_says_so,
                 test_join_when_an_inexact_integer_is_missing_it_does_not_count,
                 test_join_when_memory_fails_leaks_nothing)
