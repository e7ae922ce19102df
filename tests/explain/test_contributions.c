#include "explaining_models.h"

/* Rounding of sums of a few terms up to 10 in size. */
static const double rounding = 1e-12;
static const double rounding_of_incomes = 1e-8; /* the same of numbers of some 50,000 */

#define BOOSTED "gradient_boosting_classifier(n_estimators=10, max_leaf_nodes=8)"

START_TEST(test_base_and_contributions_add_to_the_raw_score_and_ids_pass_through)
{
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(BOOSTED, rows);
    mlc_dataset *out = explain_rows_of(model, rows, NULL);
    mlc_dataset *raw = composing_predict(model, rows, "output=raw");
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    ck_assert_str_eq(mlc_dataset_column_name(out, 0), "id");
    ck_assert_str_eq(mlc_dataset_column_name(out, 1), "base");
    ck_assert_str_eq(mlc_dataset_column_name(out, 2), "contribution");
    ck_assert_double_eq(making_cell(out, "id", 7), 1007);
    static const char *const names[] = {"age", "income", "job", "city"};
    for (int64_t k = 0; k < 4; k++)
        assert_component(out, "contribution", k, names[k]);
    for (int64_t i = 0; i < 120; i += 7)
        ck_assert_double_eq_tol(making_cell(out, "base", i) + explained_sum(out, "contribution", i),
                                making_cell(raw, "raw", i), rounding);
    mlc_dataset_free(raw);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_raw_contributions_are_the_sums_of_the_encoded_ones)
{
    mlc_dataset *rows = composing_rows(120, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(on([job, city], one_hot_encoder(handle_unknown=ignore)), on(type:number, "
        "chain(simple_imputer(add_indicator=true), standard_scaler)), " BOOSTED ")",
        rows);
    mlc_dataset *encoded = explain_rows_of(model, rows, "level=encoded");
    mlc_dataset *raw = explain_rows_of(model, rows, "level=raw");
    const int32_t f = mlc_dataset_find(encoded, "contribution");
    static const char *const names[] = {"age", "income", "job", "city"};
    ck_assert_int_eq(mlc_dataset_column_width(raw, mlc_dataset_find(raw, "contribution")), 4);
    ck_assert_int_gt(mlc_dataset_column_width(encoded, f), 9);
    for (int64_t i = 0; i < 120; i += 11) {
        for (int64_t k = 0; k < 4; k++) {
            double sum = 0;
            for (int64_t j = 0; j < mlc_dataset_column_width(encoded, f); j++) {
                /* "job[cook]", and the indicator "age_missing". */
                const char *const name = mlc_dataset_component_name(encoded, f, j);
                if (strncmp(name, names[k], strlen(names[k])) == 0)
                    sum += explained(encoded, "contribution", i, j);
            }
            assert_component(raw, "contribution", k, names[k]);
            ck_assert_double_eq_tol(explained(raw, "contribution", i, k), sum, rounding);
        }
    }
    mlc_dataset_free(encoded);
    mlc_dataset_free(raw);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_several_classes_have_columns_of_their_own)
{
    mlc_dataset *rows = composing_rows(120, "target=city id=id ignore=spent,w,buys");
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=4)", rows);
    mlc_dataset *out = explain_rows_of(model, rows, NULL);
    mlc_dataset *raw = composing_predict(model, rows, "output=raw");
    ck_assert_int_eq(mlc_dataset_n_columns(out), 1 + 2 * 3);
    static const char *const bases[] = {"Lima.base", "Oslo.base", "Rome.base"};
    static const char *const values[] = {"Lima.contribution", "Oslo.contribution",
                                         "Rome.contribution"};
    static const char *const scores[] = {"raw[Lima]", "raw[Oslo]", "raw[Rome]"};
    for (int k = 0; k < 3; k++)
        for (int64_t i = 0; i < 120; i += 13)
            ck_assert_double_eq_tol(making_cell(out, bases[k], i) +
                                        explained_sum(out, values[k], i),
                                    making_cell(raw, scores[k], i), rounding);
    mlc_dataset_free(raw);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_scores_of_pairs_of_classes_are_named_by_both)
{
    mlc_dataset *rows = composing_rows(60, "target=city id=id ignore=spent,w,buys");
    mlc_model *model = transforming_model(
        "pipeline(automatic, support_vector_classifier(decision_function_shape=ovo))", rows);
    mlc_dataset *out = explain_against(model, rows, rows, NULL);
    mlc_dataset *raw = composing_predict(model, rows, "output=raw");
    ck_assert_int_eq(mlc_dataset_n_columns(out), 1 + 2 * 3);
    static const char *const bases[] = {"Lima:Oslo.base", "Lima:Rome.base", "Oslo:Rome.base"};
    static const char *const values[] = {"Lima:Oslo.contribution", "Lima:Rome.contribution",
                                         "Oslo:Rome.contribution"};
    for (int k = 0; k < 3; k++)
        for (int64_t i = 0; i < 60; i += 13)
            ck_assert_double_eq_tol(making_cell(out, bases[k], i) +
                                        explained_sum(out, values[k], i),
                                    explained(raw, "raw", i, k), rounding);
    mlc_dataset_free(raw);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_several_targets_and_levels_have_columns_of_their_own)
{
    mlc_dataset *rows = composing_rows(120, "target=spent,income id=id ignore=buys,w");
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlc_dataset *out = explain_against(model, rows, rows, NULL);
    mlc_dataset *wanted = composing_predict(model, rows, NULL);
    for (int64_t i = 0; i < 120; i += 13) {
        const double income = making_cell(out, "income.base", i);
        const double spent = making_cell(out, "spent.base", i);
        ck_assert_double_eq_tol(income + explained_sum(out, "income.contribution", i),
                                making_cell(wanted, "income.prediction", i), 1e-9);
        ck_assert_double_eq_tol(spent + explained_sum(out, "spent.contribution", i),
                                making_cell(wanted, "spent.prediction", i), 1e-9);
    }
    mlc_dataset_free(wanted);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);

    rows = composing_rows(120, "target=spent,income id=id ignore=buys,w");
    model = transforming_model("gradient_boosting_regressor(n_estimators=5)", rows);
    out = explain_rows_of(model, rows, NULL);
    wanted = composing_predict(model, rows, NULL);
    ck_assert_double_eq_tol(making_cell(out, "income.base", 3) +
                                explained_sum(out, "income.contribution", 3),
                            making_cell(wanted, "income.prediction", 3), rounding_of_incomes);
    mlc_dataset_free(out);
    out = explain_rows_of(model, rows, "top=1");
    making_assert_text(out, "target", 0, "income");
    making_assert_text(out, "target", 1, "spent");
    mlc_dataset_free(wanted);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);

    rows = composing_rows(120, COMPOSING_NUMBERS);
    model = transforming_model(
        "gradient_boosting_regressor(loss=quantile, quantile=[0.1, 0.9], n_estimators=5)", rows);
    out = explain_rows_of(model, rows, NULL);
    wanted = composing_predict(model, rows, "output=quantile");
    ck_assert_double_eq_tol(making_cell(out, "0.9.base", 3) +
                                explained_sum(out, "0.9.contribution", 3),
                            making_cell(wanted, "quantile[0.9]", 3), rounding);
    mlc_dataset_free(out);
    out = explain_rows_of(model, rows, "top=1");
    making_assert_text(out, "quantile", 0, "0.1");
    making_assert_text(out, "quantile", 1, "0.9");
    mlc_dataset_free(wanted);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_top_gives_a_line_for_each_of_the_largest_contributions)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(BOOSTED, rows);
    mlc_dataset *all = explain_rows_of(model, rows, NULL);
    mlc_dataset *top = explain_rows_of(model, rows, "top=2");
    const int32_t f = mlc_dataset_find(all, "contribution");
    static const char *const columns[] = {"id", "row", "rank", "feature", "contribution"};
    ck_assert_int_eq(mlc_dataset_n_columns(top), 5);
    for (int32_t c = 0; c < 5; c++)
        ck_assert_str_eq(mlc_dataset_column_name(top, c), columns[c]);
    ck_assert_int_eq(mlc_dataset_n_rows(top), 120);
    for (int64_t i = 0; i < 60; i++) {
        int64_t larger = 0;
        for (int64_t r = 0; r < 2; r++) {
            const int64_t line = 2 * i + r;
            const double value = making_cell(top, "contribution", line);
            ck_assert_double_eq(making_cell(top, "id", line), 1000 + (double)i);
            ck_assert_double_eq(making_cell(top, "row", line), (double)i);
            ck_assert_double_eq(making_cell(top, "rank", line), (double)r + 1);
            larger = 0;
            for (int64_t k = 0; k < 4; k++) {
                const double other = explained(all, "contribution", i, k);
                larger += fabs(other) > fabs(value);
                if (other == value)
                    making_assert_text(top, "feature", line, mlc_dataset_component_name(all, f, k));
            }
            ck_assert_int_le(larger, r);
        }
    }
    mlc_dataset_free(top);
    mlc_dataset_free(all);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_top_of_several_classes_names_the_class_and_stops_at_the_features)
{
    mlc_dataset *rows = composing_rows(30, "target=city id=id ignore=spent,w,buys,job");
    mlc_model *model = transforming_model("gradient_boosting_classifier(n_estimators=2)", rows);
    mlc_dataset *top = explain_rows_of(model, rows, "top=9");
    ck_assert_int_eq(mlc_dataset_n_rows(top), 30 * 3 * 2);
    making_assert_text(top, "class", 0, "Lima");
    making_assert_text(top, "class", 2, "Oslo");
    making_assert_text(top, "class", 5, "Rome");
    ck_assert_double_eq(making_cell(top, "row", 6), 1);
    mlc_dataset_free(top);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_interactions_are_symmetric_and_add_to_the_contributions)
{
    mlc_dataset *rows = composing_rows(80, COMPOSING_CLASSES);
    mlc_model *model =
        transforming_model("pipeline(on([job, city], one_hot_encoder), " BOOSTED ")", rows);
    mlc_dataset *values = explain_rows_of(model, rows, NULL);
    mlc_dataset *matrix = explain_rows_of(model, rows, "method=interactions");
    assert_component(matrix, "interaction", 1, "age:income");
    assert_component(matrix, "interaction", 4, "income:age");
    for (int64_t i = 0; i < 80; i += 9) {
        for (int64_t a = 0; a < 4; a++) {
            double sum = 0;
            for (int64_t b = 0; b < 4; b++) {
                const double pair = explained(matrix, "interaction", i, 4 * a + b);
                ck_assert_double_eq_tol(pair, explained(matrix, "interaction", i, 4 * b + a),
                                        rounding);
                sum += pair;
            }
            ck_assert_double_eq_tol(sum, explained(values, "contribution", i, a), rounding);
        }
    }
    mlc_dataset_free(matrix);
    mlc_dataset_free(values);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* A fit of y = x * 0.5 over so many columns in one vector. */
static mlc_model *fit_wide(int64_t width, mlc_dataset **rows)
{
    double *const x = calloc((size_t)(4 * width), sizeof *x);
    const double y[] = {0, 1, 2, 3};
    for (int64_t i = 0; i < 4; i++)
        x[i * width] = (double)i;
    const mlc_array arrays[] = {making_matrix("x", 4, width, x), making_real("y", 4, y)};
    *rows = making_dataset(arrays, 2, "target=y");
    free(x);
    return transforming_model("ridge(alpha=0.1)", *rows);
}

START_TEST(test_interactions_of_too_many_features_are_refused_before_memory_is_taken)
{
    mlc_dataset *rows = NULL, *out = NULL;
    mlc_model *model = fit_wide(10000, &rows);
    mlc_context *ctx = NULL;
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = 4 << 20};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    making_assert_fails(mlc_model_explain(ctx, model, rows, rows, "method=interactions", &out, err),
                        MLC_ERROR_LIMIT, "interactions of 10000 features: at most 2048 are taken");
    mlc_context_close(ctx);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_components_of_a_raw_vector_are_features_of_their_own)
{
    mlc_dataset *rows = NULL;
    mlc_model *model = fit_wide(3, &rows);
    mlc_dataset *out = explain_against(model, rows, rows, NULL);
    ck_assert_int_eq(mlc_dataset_column_width(out, mlc_dataset_find(out, "contribution")), 3);
    assert_component(out, "contribution", 0, "x0");
    ck_assert_double_gt(explained(out, "contribution", 3, 0), 1);
    ck_assert_double_eq(explained(out, "contribution", 3, 1), 0);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_models_without_shapley_values_name_those_that_have)
{
    mlc_dataset *rows = composing_rows(60, "id=id ignore=buys,spent,w"), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, kmeans(n_clusters=2))", rows);
    making_assert_fails(mlc_model_explain(NULL, model, rows, NULL, NULL, &out, err),
                        MLC_ERROR_UNSUPPORTED, "gradient_boosting_classifier, gradient_boosting");
    ck_assert_ptr_null(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_linear_models_need_a_background_with_rows)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS), *out = NULL;
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    const int64_t none = 0;
    mlc_dataset *empty = making_rows(rows, 0, &none);
    making_assert_fails(mlc_model_explain(NULL, model, rows, NULL, NULL, &out, err),
                        MLC_ERROR_ARGUMENT, "give background rows");
    making_assert_fails(mlc_model_explain(NULL, model, rows, empty, NULL, &out, err),
                        MLC_ERROR_DATA, "there are no background rows");
    out = explain_against(model, rows, rows, NULL);
    mlc_dataset *wanted = composing_predict(model, rows, NULL);
    for (int64_t i = 0; i < 60; i += 7)
        ck_assert_double_eq_tol(making_cell(out, "base", i) + explained_sum(out, "contribution", i),
                                making_cell(wanted, "prediction", i), rounding * 100);
    mlc_dataset_free(wanted);
    mlc_dataset_free(out);
    mlc_dataset_free(empty);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_trees_are_explained_against_a_background_whose_weights_count)
{
    mlc_dataset *rows = composing_rows(120, "target=buys id=id weight=w ignore=spent");
    mlc_model *model = transforming_model(BOOSTED, rows);
    mlc_dataset *out = explain_against(model, rows, rows, NULL), *none = NULL;
    mlc_dataset *raw = composing_predict(model, rows, "output=raw");
    double mean = 0, total = 0;
    for (int64_t i = 0; i < 120; i++) {
        mean += making_cell(rows, "w", i) * making_cell(raw, "raw", i);
        total += making_cell(rows, "w", i);
    }
    ck_assert_double_eq_tol(making_cell(out, "base", 0), mean / total, rounding);
    for (int64_t i = 0; i < 120; i += 7)
        ck_assert_double_eq_tol(making_cell(out, "base", i) + explained_sum(out, "contribution", i),
                                making_cell(raw, "raw", i), rounding);
    making_assert_fails(
        mlc_model_explain(NULL, model, rows, rows, "method=interactions", &none, err),
        MLC_ERROR_UNSUPPORTED, "leave the background out");
    mlc_dataset_free(raw);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_rows_without_a_column_say_which)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES), *few = NULL, *out = NULL;
    mlc_model *model = transforming_model(BOOSTED, rows);
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, "age,income,city", &few, NULL), MLC_OK);
    making_assert_fails(mlc_model_explain(NULL, model, few, NULL, NULL, &out, err),
                        MLC_ERROR_COLUMN, "'job'");
    mlc_dataset_free(few);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_no_rows_give_no_rows)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(BOOSTED, rows);
    const int64_t none = 0;
    mlc_dataset *empty = making_rows(rows, 0, &none);
    mlc_dataset *out = explain_rows_of(model, empty, NULL);
    ck_assert_int_eq(mlc_dataset_n_rows(out), 0);
    ck_assert_int_eq(mlc_dataset_n_columns(out), 3);
    mlc_dataset_free(out);
    out = explain_rows_of(model, empty, "top=3");
    ck_assert_int_eq(mlc_dataset_n_rows(out), 0);
    mlc_dataset_free(out);
    mlc_dataset_free(empty);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_bits_do_not_depend_on_threads_or_on_the_other_rows)
{
    mlc_dataset *rows = composing_rows(200, COMPOSING_CLASSES);
    mlc_model *model = transforming_model(
        "pipeline(automatic, gradient_boosting_classifier(n_estimators=20))", rows);
    mlc_dataset *all = explain_rows_of(model, rows, NULL);
    for (int32_t threads = 1; threads <= 7; threads += 3) {
        mlc_context *ctx = NULL;
        mlc_dataset *out = NULL;
        const mlc_host host = {.size = sizeof host, .n_threads = threads};
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        const int64_t some[] = {199, 3, 77};
        mlc_dataset *few = making_rows(rows, 3, some);
        mlc_context_set_threads(ctx, threads);
        ck_assert_int_eq(mlc_model_explain(ctx, model, few, NULL, NULL, &out, NULL), MLC_OK);
        for (int64_t i = 0; i < 3; i++)
            for (int64_t k = 0; k < 4; k++)
                ck_assert_double_eq(explained(out, "contribution", i, k),
                                    explained(all, "contribution", some[i], k));
        mlc_dataset_free(out);
        ck_assert_int_eq(mlc_model_explain(ctx, model, rows, NULL, NULL, &out, NULL), MLC_OK);
        for (int64_t i = 0; i < 200; i += 17)
            for (int64_t k = 0; k < 4; k++)
                ck_assert_double_eq(explained(out, "contribution", i, k),
                                    explained(all, "contribution", i, k));
        mlc_dataset_free(out);
        mlc_dataset_free(few);
        mlc_context_close(ctx);
    }
    mlc_dataset_free(all);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("contributions",
                 test_base_and_contributions_add_to_the_raw_score_and_ids_pass_through,
                 test_raw_contributions_are_the_sums_of_the_encoded_ones,
                 test_several_classes_have_columns_of_their_own,
                 test_scores_of_pairs_of_classes_are_named_by_both,
                 test_several_targets_and_levels_have_columns_of_their_own,
                 test_top_gives_a_line_for_each_of_the_largest_contributions,
                 test_top_of_several_classes_names_the_class_and_stops_at_the_features,
                 test_interactions_are_symmetric_and_add_to_the_contributions,
                 test_interactions_of_too_many_features_are_refused_before_memory_is_taken,
                 test_components_of_a_raw_vector_are_features_of_their_own,
                 test_models_without_shapley_values_name_those_that_have,
                 test_linear_models_need_a_background_with_rows,
                 test_trees_are_explained_against_a_background_whose_weights_count,
                 test_rows_without_a_column_say_which, test_no_rows_give_no_rows,
                 test_bits_do_not_depend_on_threads_or_on_the_other_rows)
