#include "generated.h"

#include "check_suite.h"
#include "making.h"

static void fill(mlci_generated *g, const void *arg, int64_t first, int64_t end)
{
    for (int64_t i = first; i < end; i++) {
        for (int32_t j = 0; j < g->n_features; j++)
            g->x[j][i] = (double)(i + 100000 * j);
        if (g->label != NULL) g->label[i] = i;
    }
}

static mlc_dataset *generate(int32_t n_targets, int shuffles_rows, int shuffles_features)
{
    mlc_context local, *call = NULL;
    mlci_generated g;
    mlc_dataset *out = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_generated_open(call, 10000, 3, n_targets, 5, &g, NULL), MLC_OK);
    ck_assert_int_eq(mlci_generated_fill(&g, fill, NULL, NULL), MLC_OK);
    if (shuffles_rows) ck_assert_int_eq(mlci_generated_shuffle_rows(&g, NULL), MLC_OK);
    if (shuffles_features) ck_assert_int_eq(mlci_generated_shuffle_features(&g, NULL), MLC_OK);
    ck_assert_int_eq(mlci_generated_finish(&g, &out, NULL), MLC_OK);
    mlci_call_end(call);
    return out;
}

START_TEST(test_columns_have_names_types_and_roles)
{
    mlc_dataset *d = generate(-1, 0, 0), *two = generate(2, 0, 0);
    ck_assert_int_eq(mlc_dataset_n_columns(d), 4);
    ck_assert_str_eq(mlc_dataset_column_name(d, 2), "x2");
    ck_assert_str_eq(mlc_dataset_column_name(d, 3), "y");
    ck_assert_str_eq(mlc_dataset_column_role(d, 3), "target");
    ck_assert_int_eq(mlc_dataset_column_type(d, 3), MLC_TYPE_INT64);
    ck_assert_str_eq(mlc_dataset_column_name(two, 4), "y1");
    ck_assert_int_eq(mlc_dataset_column_type(two, 4), MLC_TYPE_FLOAT64);
    for (int64_t i = 0; i < 10000; i += 999)
        ck_assert_double_eq(making_cell(d, "x1", i), (double)i + 100000);
    mlc_dataset_free(two);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_shuffled_rows_stay_together_and_features_keep_their_values)
{
    mlc_dataset *d = generate(-1, 1, 1);
    int64_t n_moved = 0;
    double offset[3];
    for (int j = 0; j < 3; j++) {
        char name[] = {'x', (char)('0' + j), 0};
        offset[j] = making_cell(d, name, 0) - making_cell(d, "y", 0);
        for (int64_t i = 0; i < 10000; i += 7)
            ck_assert_double_eq(making_cell(d, name, i) - making_cell(d, "y", i), offset[j]);
    }
    ck_assert_double_eq(offset[0] + offset[1] + offset[2], 300000);
    for (int64_t i = 0; i < 10000; i++)
        n_moved += making_cell(d, "y", i) != (double)i;
    ck_assert_int_gt(n_moved, 9900);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("generated", test_columns_have_names_types_and_roles,
                 test_shuffled_rows_stay_together_and_features_keep_their_values)
