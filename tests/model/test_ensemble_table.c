#include "boosting.h"
#include "data/making.h"
#include <mlcore/model.h>

#define ROUNDING 1e-9 /* of sums over nodes in another order */

static mlc_dataset *table_of(const test_fit *t, const char *name)
{
    mlc_context local, *call = NULL;
    mlc_dataset *out = NULL;
    ck_assert_int_eq(mlci_call_begin(t->ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(t->model->table(call, &t->params, t->state, name, NULL, NULL, &out, NULL),
                     MLC_OK);
    mlci_call_end(call);
    return out;
}

static double cell(const mlc_dataset *d, const char *column, int64_t row)
{
    double value = 0;
    ck_assert_int_eq(mlc_dataset_real(d, column, row, &value, NULL), MLC_OK);
    return value;
}

START_TEST(test_tables_tell_history_importance_and_nodes)
{
    test_problem p = test_problem_make(500, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=5 max_leaf_nodes=6");
    mlc_dataset *const history = table_of(&t, "history");
    ck_assert_int_eq(mlc_dataset_n_rows(history), 5);
    ck_assert_double_eq(cell(history, "iteration", 4), 5);
    for (int64_t i = 1; i < 5; i++)
        ck_assert_double_lt(cell(history, "train_loss", i), cell(history, "train_loss", i - 1));
    mlc_dataset *const trees = table_of(&t, "trees");
    const int64_t n = t.state->first_node[5];
    ck_assert_int_eq(mlc_dataset_n_rows(trees), n);
    double gain = 0, splits = 0, cover = 0;
    for (int64_t i = 0; i < n; i++) {
        const int is_leaf = cell(trees, "left", i) < 0;
        ck_assert_int_eq(is_leaf, isnan(cell(trees, "threshold", i)));
        ck_assert_int_eq(is_leaf, !isnan(cell(trees, "value", i)));
        gain += cell(trees, "gain", i);
        splits += !is_leaf;
        cover += is_leaf ? 0 : cell(trees, "cover", i);
    }
    mlc_dataset *const importance = table_of(&t, "importance");
    ck_assert_int_eq(mlc_dataset_n_rows(importance), 3);
    for (int64_t j = 0; j < 3; j++) {
        gain -= cell(importance, "gain", j);
        splits -= cell(importance, "splits", j);
        cover -= cell(importance, "cover", j);
        const double times = cell(importance, "splits", j);
        ck_assert_double_eq_tol(cell(importance, "mean_gain", j) * times,
                                cell(importance, "gain", j), 1e-9);
        ck_assert_double_eq_tol(cell(importance, "mean_cover", j) * times,
                                cell(importance, "cover", j), 1e-9);
    }
    ck_assert_double_eq_tol(gain, 0, ROUNDING);
    ck_assert_double_eq(splits, 0);
    ck_assert_double_eq_tol(cover, 0, ROUNDING);
    mlc_dataset_free(history);
    mlc_dataset_free(trees);
    mlc_dataset_free(importance);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_history_has_a_column_for_each_metric)
{
    static const char *const names[] = {"valid_loss", "valid_rmse", "valid_mae"};
    test_problem p = test_problem_make(400, 3, 0), valid = test_problem_make(100, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p, "n_estimators=6 early_stopping_metric=[rmse,loss,mae]");
    mlc_dataset *const history = table_of(&t, "history");
    ck_assert_int_eq(mlc_dataset_n_columns(history), 5);
    for (int32_t k = 0; k < 3; k++) {
        ck_assert_str_eq(mlc_dataset_column_name(history, k + 2), names[k]);
        for (int64_t i = 0; i < 6; i++)
            ck_assert_double_eq(cell(history, names[k], i), test_valid(t.state, i, k));
    }
    /* The loss is the squared error. */
    for (int64_t i = 0; i < 6; i++)
        ck_assert_double_eq_tol(sqrt(cell(history, "valid_loss", i)),
                                cell(history, "valid_rmse", i), 1e-12);
    mlc_dataset_free(history);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

/* y is 0 for a, c and e, 10 for b, d and f: one split tells them apart. */
START_TEST(test_trees_name_the_categories_that_go_left)
{
    static const char *const letters[] = {"a", "b", "c", "d", "e", "f"};
    const char *letter[180];
    double y[180];
    for (int i = 0; i < 180; i++) {
        letter[i] = letters[i % 6];
        y[i] = i % 2 == 0 ? 0 : 10;
    }
    const mlc_array arrays[] = {making_category("letter", 180, letter), making_real("y", 180, y)};
    mlc_dataset *const rows = making_dataset(arrays, 2, "target=y");
    mlc_model *recipe = NULL, *model = NULL;
    mlc_dataset *trees = NULL;
    ck_assert_int_eq(
        mlc_model_parse(NULL,
                        "gradient_boosting_regressor(n_estimators=1, max_leaf_nodes=2, "
                        "min_data_per_group=1)",
                        &recipe, NULL),
        MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, recipe, rows, NULL, &model, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_table(NULL, model, "trees", &trees, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(trees), 3);
    making_assert_text(trees, "feature", 0, "letter");
    const int64_t left = (int64_t)cell(trees, "left", 0);
    making_assert_text(trees, "categories", 0,
                       cell(trees, "value", left) < 0 ? "a, c, e" : "b, d, f");
    making_assert_text(trees, "categories", left, NULL);
    mlc_dataset_free(trees);
    mlc_model_free(model);
    mlc_model_free(recipe);
    mlc_dataset_free(rows);
}
END_TEST

START_TEST(test_table_of_leaf_coefficients_has_the_terms_of_linear_leaves)
{
    test_problem p = test_problem_make(500, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=3");
    mlc_dataset *const none = table_of(&t, "leaf_coefficients");
    ck_assert_int_eq(mlc_dataset_n_rows(none), 0);
    test_fit_clear(&t);
    test_fit_run(&t, ctx, &p, "n_estimators=3 linear_tree=true");
    mlc_dataset *const table = table_of(&t, "leaf_coefficients");
    const mlci_leaf_terms *const terms = t.state->terms;
    int64_t row = 0;
    for (int64_t i = 0; i < terms->n_nodes; i++) {
        const int64_t tree = i < t.state->first_node[1] ? 0 : i < t.state->first_node[2] ? 1 : 2;
        for (int64_t k = terms->first[i]; k < terms->first[i + 1]; k++, row++) {
            const char *name = NULL;
            int64_t length = 0;
            ck_assert_double_eq(cell(table, "tree", row), (double)tree);
            ck_assert_double_eq(cell(table, "node", row), (double)(i - t.state->first_node[tree]));
            ck_assert_double_eq(cell(table, "coefficient", row), terms->factor[k]);
            ck_assert_int_eq(mlc_dataset_text(table, "feature", row, &name, &length, NULL), MLC_OK);
            ck_assert_int_eq(name[0] - '0', terms->feature[k]);
        }
        if (terms->first[i] == terms->first[i + 1]) continue;
        ck_assert_double_eq(cell(table, "coefficient", row++), terms->intercept[i]);
    }
    ck_assert_int_gt(row, 10);
    ck_assert_int_eq(mlc_dataset_n_rows(table), row);
    mlc_dataset_free(none);
    mlc_dataset_free(table);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE("ensemble_table", test_table_of_leaf_coefficients_has_the_terms_of_linear_leaves,
                 test_tables_tell_history_importance_and_nodes,
                 test_history_has_a_column_for_each_metric,
                 test_trees_name_the_categories_that_go_left)
