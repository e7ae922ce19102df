/* Columns: creation, missing rows, reading as reals and as texts, who frees what. */
#include "column.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "torture.h"

static mlci_column *make(int32_t type, int64_t n_rows, int64_t width, int32_t with_valid)
{
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_column_create(NULL, type, n_rows, width, with_valid, &c, NULL), MLC_OK);
    return c;
}

START_TEST(test_create_when_any_type_is_zeroed_and_whole)
{
    for (int32_t type = MLC_TYPE_BOOL; type <= MLC_TYPE_TIMESTAMP; type++) {
        mlci_column *c = make(type, 11, 5, 1);
        double values[11];
        ck_assert_int_eq(c->n_missing, 0);
        ck_assert_int_eq(c->width, 1);
        mlci_column_reals(c, 0, 11, values, 1);
        for (int i = 0; i < 11; i++) {
            ck_assert(mlci_column_is_valid(c, i));
            ck_assert(type == MLC_TYPE_TEXT ? isnan(values[i]) : values[i] == 0);
        }
        ck_assert_int_eq(c->valid[1], 7); /* no bits behind the last row */
        mlci_column_unref(c);
    }
}
END_TEST

START_TEST(test_create_when_size_wraps_is_a_limit)
{
    mlci_column *c = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(
        mlci_column_create(NULL, MLC_TYPE_VECTOR, INT64_C(1) << 50, INT64_C(1) << 30, 0, &c, &err),
        MLC_ERROR_LIMIT);
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_INT64, -1, 1, 0, &c, &err), MLC_ERROR_LIMIT);
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_INT64, INT64_MAX, 1, 0, &c, &err),
                     MLC_ERROR_LIMIT);
}
END_TEST

START_TEST(test_set_missing_when_twice_counts_once)
{
    mlci_column *c = make(MLC_TYPE_FLOAT64, 10, 1, 1);
    double values[10];
    mlci_column_set_missing(c, 9);
    mlci_column_set_missing(c, 9);
    ck_assert_int_eq(c->n_missing, 1);
    mlci_column_reals(c, 8, 2, values, 1);
    ck_assert(values[0] == 0 && isnan(values[1]));
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_reals_when_types_differ_gives_their_values)
{
    mlci_column *b = make(MLC_TYPE_BOOL, 10, 1, 0);
    ((uint8_t *)mlci_column_data(b))[1] = 2; /* row 9 */
    mlci_column *f = make(MLC_TYPE_FLOAT32, 3, 1, 0);
    ((float *)mlci_column_data(f))[1] = 0.1F;
    mlci_column *i = make(MLC_TYPE_INT64, 3, 1, 0);
    ((int64_t *)mlci_column_data(i))[2] = INT64_C(9007199254740993); /* 2^53 + 1 */
    double values[6] = {0};
    mlci_column_reals(b, 8, 2, values, 1);
    ck_assert(values[0] == 0 && values[1] == 1);
    mlci_column_reals(f, 0, 3, values, 2);
    ck_assert(values[2] == 0.100000001490116119384765625); /* the float nearest to 0.1 */
    mlci_column_reals(i, 2, 1, values, 1);
    ck_assert(values[0] == 9007199254740992.0); /* ties to even */
    mlci_column_unref(b);
    mlci_column_unref(f);
    mlci_column_unref(i);
}
END_TEST

START_TEST(test_reals_when_dense_vector_writes_components)
{
    mlci_column *c = make(MLC_TYPE_VECTOR, 3, 2, 1);
    for (int i = 0; i < 6; i++)
        ((double *)mlci_column_data(c))[i] = i;
    mlci_column_set_missing(c, 2);
    double values[6];
    for (int i = 0; i < 6; i++)
        values[i] = -1;
    mlci_column_reals(c, 1, 2, values, 3);
    ck_assert(values[0] == 2 && values[1] == 3 && values[2] == -1);
    ck_assert(isnan(values[3]) && isnan(values[4]) && values[5] == -1);
    mlci_column_unref(c);
}
END_TEST

static mlci_column *make_sparse(mlci_root *root, mlc_error *err)
{
    /* [0 5 0; 0 0 0; 1 0 2] */
    int64_t *offsets = mlci_alloc(root, 4, sizeof *offsets);
    int32_t *indices = mlci_alloc(root, 3, sizeof *indices);
    double *values = mlci_alloc(root, 3, sizeof *values);
    mlci_column *c = NULL;
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        (void)mlci_fail_memory(err, 3, 8);
        return NULL;
    }
    const int64_t o[] = {0, 1, 1, 3};
    const int32_t k[] = {1, 0, 2};
    const double v[] = {5, 1, 2};
    memcpy(offsets, o, sizeof o);
    memcpy(indices, k, sizeof k);
    memcpy(values, v, sizeof v);
    return mlci_column_create_sparse(root, 3, 3, offsets, indices, values, &c, err) == MLC_OK
               ? c
               : NULL;
}

START_TEST(test_reals_when_sparse_vector_fills_with_zeros)
{
    mlci_column *c = make_sparse(NULL, NULL);
    const double wanted[] = {0, 5, 0, 0, 0, 0, 1, 0, 2};
    double values[9];
    mlci_column_reals(c, 0, 3, values, 3);
    ck_assert_int_eq(memcmp(values, wanted, sizeof wanted), 0);
    mlci_column_unref(c);
}
END_TEST

START_TEST(test_category_when_code_is_minus_one_is_missing)
{
    const char *const texts[] = {"no", "yes"};
    mlci_dictionary *d = NULL;
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_dictionary_create(NULL, 2, texts, NULL, &d, NULL), MLC_OK);
    int32_t *codes = mlci_alloc(NULL, 3, sizeof *codes);
    codes[0] = 1;
    codes[1] = -1;
    ck_assert_int_eq(mlci_column_create_category(NULL, 3, codes, d, &c, NULL), MLC_OK);
    mlci_dictionary_unref(d); /* the column has a reference of its own */
    int64_t length = 0;
    ck_assert_int_eq(c->n_missing, 1);
    ck_assert_str_eq(mlci_column_text(c, 0, &length), "yes");
    ck_assert_int_eq(length, 3);
    ck_assert_ptr_null(mlci_column_text(c, 1, &length));
    ck_assert_int_eq(mlci_column_code(c, 1), 0);
    mlci_column_unref(c);
}
END_TEST

/* A category of n texts, in rows from the last text to the first, the second row missing. */
static mlci_column *many_categories(int32_t n)
{
    static char store[MLCI_SHORT_CODES + 1][8];
    static const char *texts[MLCI_SHORT_CODES + 1];
    mlci_dictionary *d = NULL;
    mlci_column *c = NULL;
    int32_t *const codes = mlci_alloc(NULL, n, sizeof *codes);
    for (int32_t i = 0; i < n; i++) {
        snprintf(store[i], sizeof store[i], "%05d", (int)i);
        texts[i] = store[i];
        codes[i] = i == 1 ? -1 : n - 1 - i;
    }
    ck_assert_int_eq(mlci_dictionary_create(NULL, n, texts, NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_create_category(NULL, n, codes, d, &c, NULL), MLC_OK);
    mlci_dictionary_unref(d);
    return c;
}

static void assert_codes(int32_t n, int32_t code_size)
{
    mlci_column *const c = many_categories(n);
    const void *wide = NULL, *again = NULL;
    int32_t some[3];
    double real = 0;
    ck_assert_int_eq(c->code_size, code_size);
    for (int32_t i = 0; i < n; i++)
        ck_assert_int_eq(mlci_column_code(c, i), i == 1 ? 0 : n - 1 - i);
    mlci_column_codes(c, n - 3, 3, some);
    mlci_column_reals(c, 2, 1, &real, 1);
    ck_assert(some[0] == 2 && some[1] == 1 && some[2] == 0);
    ck_assert(real == n - 3);
    ck_assert_int_eq(mlci_column_wide_codes(c, &wide, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_wide_codes(c, &again, NULL), MLC_OK);
    ck_assert_ptr_eq(wide, again);
    ck_assert_int_eq(wide == c->values, code_size == 4);
    for (int32_t i = 0; i < n; i++)
        ck_assert_int_eq(((const int32_t *)wide)[i], i == 1 ? 0 : n - 1 - i);
    mlci_column_unref(c);
}

START_TEST(test_category_when_texts_are_few_has_short_codes)
{
    assert_codes(5, 2);
    assert_codes(MLCI_SHORT_CODES, 2);
    assert_codes(MLCI_SHORT_CODES + 1, 4);
}
END_TEST

START_TEST(test_category_when_code_is_out_of_range_is_refused)
{
    const char *const texts[] = {"a"};
    mlci_dictionary *d = NULL;
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_dictionary_create(NULL, 1, texts, NULL, &d, NULL), MLC_OK);
    int32_t *codes = mlci_alloc(NULL, 1, sizeof *codes);
    codes[0] = 1;
    ck_assert_int_eq(mlci_column_create_category(NULL, 1, codes, d, &c, NULL), MLC_ERROR_INTERNAL);
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_text_when_null_is_missing_and_empty_is_not)
{
    const char *const texts[] = {"ab", NULL, "", "c"};
    mlci_column *c = NULL;
    int64_t length = -1;
    ck_assert_int_eq(mlci_column_create_text(NULL, 4, texts, NULL, &c, NULL), MLC_OK);
    ck_assert_int_eq(c->n_missing, 1);
    ck_assert_ptr_null(mlci_column_text(c, 1, &length));
    ck_assert_ptr_nonnull(mlci_column_text(c, 2, &length));
    ck_assert_int_eq(length, 0);
    ck_assert_int_eq(memcmp(mlci_column_text(c, 3, &length), "c", 1), 0);
    ck_assert_int_eq(length, 1);
    mlci_column_unref(c);
}
END_TEST

static void count_release(void *user)
{
    ++*(int *)user;
}

START_TEST(test_unref_when_borrowed_releases_once_with_the_last_reference)
{
    int n_released = 0;
    mlci_column *c = make(MLC_TYPE_FLOAT64, 0, 1, 0);
    const double values[] = {1, 2};
    mlci_free((void *)c->values);
    c->values = values;
    c->n_rows = 2;
    c->borrowed = 1;
    c->release = count_release;
    c->user = &n_released;
    mlci_column *again = mlci_column_ref(c);
    mlci_column_unref(c);
    ck_assert_int_eq(n_released, 0);
    mlci_column_unref(again);
    ck_assert_int_eq(n_released, 1);
}
END_TEST

START_TEST(test_types_when_named_are_found_again)
{
    for (int32_t type = MLC_TYPE_BOOL; type <= MLC_TYPE_INT32; type++) {
        ck_assert_int_eq(mlci_type_find(mlci_type_name(type)), type);
    }
    ck_assert_int_eq(mlci_type_find("double"), 0);
    ck_assert_int_eq(mlci_type_find(""), 0);
    ck_assert_str_eq(mlci_type_name(0), "unknown");
    ck_assert(mlci_type_is_number(MLC_TYPE_BOOL) && !mlci_type_is_number(MLC_TYPE_TIMESTAMP));
}
END_TEST

static mlc_status make_each(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_root *root = mlci_context_root(ctx);
    const char *const texts[] = {"a", NULL, "b"};
    mlci_column *c = NULL;
    MLCI_TRY(mlci_column_create(root, MLC_TYPE_BOOL, 3, 1, 1, &c, err));
    mlci_column_unref(c);
    MLCI_TRY(mlci_column_create_text(root, 3, texts, NULL, &c, err));
    mlci_column_unref(c);
    c = make_sparse(root, err);
    if (c == NULL) return MLC_ERROR_NO_MEMORY;
    mlci_column_unref(c);
    return MLC_OK;
}

static mlc_status make_named(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const names[] = {"a", "b"};
    mlci_column *c = NULL;
    MLCI_TRY(mlci_column_create(mlci_context_root(ctx), MLC_TYPE_VECTOR, 3, 2, 1, &c, err));
    mlc_status status = mlci_column_set_components(c, names, err);
    if (status == MLC_OK) status = mlci_column_set_components(c, names, err); /* again */
    mlci_column_unref(c);
    return status;
}
MLCI_TORTURE_TEST(test_create_when_memory_fails_leaks_nothing, make_each, NULL)
MLCI_TORTURE_TEST(test_components_when_memory_fails_leaks_nothing, make_named, NULL)

MLCI_CHECK_SUITE("column", test_create_when_any_type_is_zeroed_and_whole,
                 test_create_when_size_wraps_is_a_limit, test_set_missing_when_twice_counts_once,
                 test_reals_when_types_differ_gives_their_values,
                 test_reals_when_dense_vector_writes_components,
                 test_reals_when_sparse_vector_fills_with_zeros,
                 test_category_when_code_is_minus_one_is_missing,
                 test_category_when_texts_are_few_has_short_codes,
                 test_category_when_code_is_out_of_range_is_refused,
                 test_text_when_null_is_missing_and_empty_is_not,
                 test_unref_when_borrowed_releases_once_with_the_last_reference,
                 test_types_when_named_are_found_again, test_create_when_memory_fails_leaks_nothing,
                 test_components_when_memory_fails_leaks_nothing)
