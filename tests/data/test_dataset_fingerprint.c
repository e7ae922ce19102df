/* A fixed fingerprint, and dense vectors against sparse ones; the definition is computed by other
 * means in tests/python/test_sampling.py. */
#include <mlcore/sampling.h>

#include "check_suite.h"
#include "making.h"

static void fingerprint(const mlc_dataset *d, char schema[65], char content[65])
{
    mlc_dataset *out = NULL;
    const char *text = NULL;
    int64_t length = 0;
    ck_assert_int_eq(mlc_dataset_fingerprint(NULL, d, &out, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_text(out, "schema", 0, &text, &length, NULL), MLC_OK);
    ck_assert_int_eq(length, 64);
    memcpy(schema, text, 64);
    ck_assert_int_eq(mlc_dataset_text(out, "content", 0, &text, &length, NULL), MLC_OK);
    ck_assert_int_eq(length, 64);
    memcpy(content, text, 64);
    schema[64] = content[64] = 0;
    mlc_dataset_free(out);
}

START_TEST(test_iris_has_the_fingerprint_that_it_has_for_good)
{
    char schema[65], content[65];
    mlc_dataset *iris = NULL;
    ck_assert_int_eq(mlc_dataset_generate(NULL, "iris", &iris, NULL), MLC_OK);
    fingerprint(iris, schema, content);
    ck_assert_str_eq(schema, "72b6b1389bbfe072f0869b982ab19690e6e7d7e3dccb937fcb9e743ea283a783");
    ck_assert_str_eq(content, "094d838a3d7f13817aa9e55be9e7f0d291aa90a92e5afb13dfc3b70100b4f438");
    mlc_dataset_free(iris);
}
END_TEST

START_TEST(test_sparse_and_dense_vectors_of_the_same_values_agree)
{
    static const double dense[] = {0, 1.5, 0, -2, 0, 0};
    const mlc_array array = making_matrix("v", 2, 3, dense);
    mlc_dataset *a = making_dataset(&array, 1, NULL), *b = NULL;
    int64_t *offsets = mlci_alloc(NULL, 3, 8);
    int32_t *indices = mlci_alloc(NULL, 2, 4);
    double *values = mlci_alloc(NULL, 2, 8);
    memcpy(offsets, (int64_t[]){0, 1, 2}, 24);
    memcpy(indices, (int32_t[]){1, 0}, 8);
    memcpy(values, (double[]){1.5, -2}, 16);
    mlci_column *column = NULL;
    ck_assert_int_eq(mlci_column_create_sparse(NULL, 2, 3, offsets, indices, values, &column, NULL),
                     MLC_OK);
    const char *const name = "v";
    ck_assert_int_eq(mlci_dataset_create(NULL, 1, &name, &column, NULL, &b, NULL), MLC_OK);
    char schema[2][65], content[2][65];
    fingerprint(a, schema[0], content[0]);
    fingerprint(b, schema[1], content[1]);
    ck_assert_str_eq(content[0], content[1]);
    mlci_column_unref(column);
    mlc_dataset_free(b);
    mlc_dataset_free(a);
}
END_TEST

START_TEST(test_no_rows_have_a_fingerprint_of_their_names)
{
    const mlc_array a = making_real("a", 0, NULL), b = making_real("b", 0, NULL);
    mlc_dataset *first = making_dataset(&a, 1, NULL), *second = making_dataset(&b, 1, NULL);
    char schema[2][65], content[2][65];
    fingerprint(first, schema[0], content[0]);
    fingerprint(second, schema[1], content[1]);
    ck_assert_str_ne(content[0], content[1]);
    ck_assert_str_ne(schema[0], schema[1]);
    making_assert_fails(mlc_dataset_fingerprint(NULL, NULL, &second, err), MLC_ERROR_ARGUMENT,
                        "NULL");
    mlc_dataset_free(second);
    mlc_dataset_free(first);
}
END_TEST

MLCI_CHECK_SUITE("dataset_fingerprint", test_iris_has_the_fingerprint_that_it_has_for_good,
                 test_sparse_and_dense_vectors_of_the_same_values_agree,
                 test_no_rows_have_a_fingerprint_of_their_names)
