/* What the tests of splitters share: small datasets, folds as rows of a part. */
#ifndef MLCI_SPLITTING_H
#define MLCI_SPLITTING_H

#include "csv_reading.h"

/* The classes 2 0 1 1 0 2 2 1 1 0 1 2 1 1 0 1 2 as y, groups g and times t falling from 17 to 1;
 * the values in the tests come from scikit-learn 1.9.1 for these. */
static inline mlc_dataset *seventeen_rows(const char *roles)
{
    static const int64_t y[] = {2, 0, 1, 1, 0, 2, 2, 1, 1, 0, 1, 2, 1, 1, 0, 1, 2};
    static const int64_t g[] = {1, 1, 1, 3, 3, 7, 7, 7, 7, 2, 2, 4, 5, 5, 5, 5, 6};
    static int64_t t[17];
    for (int i = 0; i < 17; i++)
        t[i] = 17 - i;
    const int64_t *const values[] = {y, g, t};
    const char *const names[] = {"y", "g", "t"};
    mlc_array arrays[3] = {{0}};
    for (int i = 0; i < 3; i++) {
        arrays[i] = (mlc_array){.size = sizeof(mlc_array),
                                .name = names[i],
                                .type = MLC_TYPE_INT64,
                                .data = values[i],
                                .n_rows = 17,
                                .n_columns = 1};
    }
    mlc_dataset *plain = NULL, *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, arrays, 3, NULL, &plain, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, plain, roles, &d, NULL), MLC_OK);
    mlc_dataset_free(plain);
    return d;
}

/* Three rows of one column v of two components, in that role. */
static inline mlc_dataset *two_components(const char *role)
{
    static const double values[] = {1, 2, 3, 4, 5, 6};
    const mlc_array array = {.size = sizeof array,
                             .name = "v",
                             .role = role,
                             .type = MLC_TYPE_FLOAT64,
                             .data = values,
                             .n_rows = 3,
                             .n_columns = 2};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    return d;
}

static inline mlc_dataset *split(const mlc_dataset *d, const char *settings)
{
    mlc_dataset *folds = NULL;
    mlc_error err;
    const mlc_status status = mlc_dataset_split(NULL, d, settings, &folds, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(mlc_dataset_n_rows(folds), mlc_dataset_n_rows(d));
    return folds;
}

static inline void split_fails(const mlc_dataset *d, const char *settings, mlc_status status,
                               const char *message)
{
    mlc_dataset *folds = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_split(NULL, d, settings, &folds, &err), status);
    ck_assert_str_eq(err.message, message);
    ck_assert_ptr_null(folds);
}

static inline int is_part(const mlc_dataset *folds, int32_t k, int64_t row, const char *part)
{
    return text_is(folds, mlc_dataset_column_name(folds, k), row, part);
}

/* The fold in which each row is tested is as listed, and elsewhere it is trained on. */
static inline void assert_test_folds(const mlc_dataset *folds, const int *expected)
{
    for (int64_t i = 0; i < mlc_dataset_n_rows(folds); i++) {
        for (int32_t k = 0; k < mlc_dataset_n_columns(folds); k++) {
            ck_assert_msg(is_part(folds, k, i, expected[i] == k ? "test" : "train"),
                          "row %d fold %d", (int)i, k);
        }
    }
}

static inline int64_t count_part(const mlc_dataset *folds, int32_t k, const char *part)
{
    int64_t n = 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(folds); i++)
        n += is_part(folds, k, i, part);
    return n;
}

#endif
