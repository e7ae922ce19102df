#include "feature_groups.h"

#include "explaining_models.h"
#include "torture.h"

static mlci_feature_groups groups_of(const mlc_model *model)
{
    mlci_feature_groups g;
    mlc_error err = {0};
    const mlc_status status = mlci_feature_groups_raw(NULL, model, &g, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return g;
}

START_TEST(test_features_go_to_the_raw_column_that_they_were_made_of)
{
    mlc_dataset *rows = composing_rows(100, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(chain(on([job, city], one_hot_encoder(handle_unknown=ignore)), on(type:number, "
        "simple_imputer(add_indicator=true))), standard_scaler, "
        "logistic_regression)",
        rows);
    mlci_feature_groups g = groups_of(model), encoded;
    ck_assert_int_eq(mlci_feature_groups_encoded(NULL, model, &encoded, NULL), MLC_OK);
    static const char *const names[] = {"age", "income", "job", "city"};
    ck_assert_int_eq(g.n, 4);
    ck_assert_int_eq(encoded.n, g.n_features);
    for (int64_t k = 0; k < 4; k++)
        ck_assert_str_eq(g.names[k], names[k]);
    for (int64_t j = 0; j < g.n_features; j++) {
        const char *const from = names[g.group[j]];
        ck_assert_int_eq(encoded.group[j], j);
        ck_assert_msg(strncmp(encoded.names[j], from, strlen(from)) == 0, "%s from %s",
                      encoded.names[j], from);
    }
    mlci_feature_groups_clear(&encoded);
    mlci_feature_groups_clear(&g);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_columns_that_the_model_does_not_use_stay_in_the_list)
{
    mlc_dataset *rows = composing_rows(100, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(on([income], simple_imputer, remainder=drop), logistic_regression)", rows);
    mlci_feature_groups g = groups_of(model);
    ck_assert_int_eq(g.n, 4);
    ck_assert_int_eq(g.n_features, 1);
    ck_assert_int_eq(g.group[0], 1);
    mlci_feature_groups_clear(&g);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_components_of_a_vector_are_followed_one_by_one)
{
    static const double x[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 14, 15};
    static const double z[] = {3, 1, 2, 5}, y[] = {1, 2, 3, 5};
    const mlc_array arrays[] = {making_matrix("x", 4, 3, x), making_real("z", 4, z),
                                making_real("y", 4, y)};
    mlc_dataset *rows = making_dataset(arrays, 3, "target=y");
    mlc_model *model = transforming_model("pipeline(standard_scaler, ridge)", rows);
    mlci_feature_groups g = groups_of(model);
    ck_assert_int_eq(g.n, 4);
    for (int64_t j = 0; j < 4; j++)
        ck_assert_int_eq(g.group[j], j);
    ck_assert_str_eq(g.names[1], "x1");
    ck_assert_str_eq(g.names[3], "z");
    mlci_feature_groups_clear(&g);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

static mlci_transform_descriptor mixing;
static void (*plain_port)(const void *params, const void *state, int32_t i, mlci_port *out);

/* As if the first column were made of all that the transform reads. */
static void mixed_port(const void *params, const void *state, int32_t i, mlci_port *out)
{
    plain_port(params, state, i, out);
    if (i == 0) out->input = -1;
}

START_TEST(test_a_column_made_of_several_stands_for_itself_after_the_raw_ones)
{
    mlc_dataset *rows = composing_rows(60, "target=spent id=id ignore=buys,w,job,city");
    mlc_model *model = transforming_model("pipeline(simple_imputer, standard_scaler, ridge)", rows);
    mlci_component *const scaler = model->component->parts[1];
    const mlci_descriptor *const kept = scaler->descriptor;
    mixing = *mlci_transform_of(scaler);
    plain_port = mixing.port;
    mixing.port = mixed_port;
    scaler->descriptor = &mixing.base;
    mlci_feature_groups g = groups_of(model);
    scaler->descriptor = kept;
    ck_assert_int_eq(g.n, 3);
    ck_assert_str_eq(g.names[0], "age");
    ck_assert_str_eq(g.names[1], "income");
    ck_assert_str_eq(g.names[2], "age"); /* what the scaler has called it */
    ck_assert_int_eq(g.group[0], 2);
    ck_assert_int_eq(g.group[1], 1);
    mlci_feature_groups_clear(&g);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

typedef struct grouping {
    mlc_model *model;
} grouping;

static mlc_status group_again(mlc_context *ctx, void *arg, mlc_error *err)
{
    const grouping *const it = arg;
    mlci_feature_groups g;
    MLCI_TRY(mlci_feature_groups_raw(mlci_context_root(ctx), it->model, &g, err));
    mlci_torture_answer(g.group, g.n_features * (int64_t)sizeof *g.group);
    mlci_feature_groups_clear(&g);
    MLCI_TRY(mlci_feature_groups_encoded(mlci_context_root(ctx), it->model, &g, err));
    mlci_torture_answer(g.group, g.n_features * (int64_t)sizeof *g.group);
    mlci_feature_groups_clear(&g);
    return MLC_OK;
}

START_TEST(test_grouping_when_memory_fails_leaks_nothing)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    grouping it = {transforming_model("pipeline(automatic, logistic_regression)", rows)};
    mlci_torture(group_again, &it);
    mlc_model_free(it.model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("feature_groups", test_features_go_to_the_raw_column_that_they_were_made_of,
                 test_columns_that_the_model_does_not_use_stay_in_the_list,
                 test_components_of_a_vector_are_followed_one_by_one,
                 test_a_column_made_of_several_stands_for_itself_after_the_raw_ones,
                 test_grouping_when_memory_fails_leaks_nothing)
