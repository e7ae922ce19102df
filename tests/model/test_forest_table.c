#include "data/making.h"
#include "forests.h"

#define ROUNDING 1e-12 /* of sums over features */

static mlc_dataset *table_of(const forest_fit *t, const char *name)
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

START_TEST(test_trees_table_has_a_line_a_node)
{
    test_problem p = test_problem_make(300, 3, 0);
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_decision_tree_regressor, &p, "max_depth=4");
    mlc_dataset *const trees = table_of(&t, "trees"), *const importance =
                                                          table_of(&t, "importance");
    const int64_t n = t.state->first_node[1];
    double n_splits = 0;
    ck_assert_int_eq(mlc_dataset_n_rows(trees), n);
    for (int64_t i = 0; i < n; i++) {
        const int is_leaf = cell(trees, "left", i) < 0;
        ck_assert_int_eq(is_leaf, isnan(cell(trees, "threshold", i)));
        ck_assert_int_eq(is_leaf, !isnan(cell(trees, "value", i)));
        ck_assert_double_eq(cell(trees, "impurity", i), t.state->impurity[i]);
        ck_assert_double_eq(cell(trees, "cover", i), t.state->cover[i]);
        n_splits += !is_leaf;
    }
    for (int64_t j = 0; j < 3; j++) {
        n_splits -= cell(importance, "splits", j);
        ck_assert_double_eq(cell(importance, "importance", j), t.state->importance[j]);
    }
    ck_assert_double_eq(n_splits, 0);
    mlc_dataset_free(trees);
    mlc_dataset_free(importance);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_leaves_of_classes_have_probabilities)
{
    const int32_t classes[] = {2, 4};
    for (int c = 0; c < 2; c++) {
        test_problem p = test_problem_make(200, 3, classes[c]);
        forest_fit t;
        forest_run(&t, NULL, &mlci_model_random_forest_classifier, &p,
                   "n_estimators=2 max_depth=3");
        mlc_dataset *const trees = table_of(&t, "trees");
        const int64_t n = t.state->first_node[2], size = n * classes[c];
        double *const shares = malloc((size_t)size * sizeof *shares);
        ck_assert_int_eq(mlc_dataset_copy_real(trees, "probability", shares, size, NULL), MLC_OK);
        for (int64_t i = 0; i < n; i++) {
            double sum = 0;
            for (int32_t k = 0; k < classes[c]; k++)
                sum += shares[i * classes[c] + k];
            if (t.state->nodes[i].left != 0)
                ck_assert(isnan(sum));
            else
                ck_assert_double_eq_tol(sum, 1, ROUNDING);
        }
        free(shares);
        mlc_dataset_free(trees);
        forest_clear(&t);
        test_problem_clear(&p);
    }
}
END_TEST

START_TEST(test_oob_tables_are_empty_unless_asked_for)
{
    test_problem p = test_problem_make(150, 3, 0), classes = test_problem_make(150, 3, 3);
    for (int asked = 0; asked < 2; asked++) {
        forest_fit t;
        forest_run(&t, NULL, &mlci_model_random_forest_regressor, &p,
                   asked ? "n_estimators=30 oob_score=true" : "n_estimators=3");
        mlc_dataset *const oob = table_of(&t, "oob"), *const score = table_of(&t, "oob_score");
        ck_assert_int_eq(mlc_dataset_n_rows(oob), asked ? 150 : 0);
        ck_assert_int_eq(mlc_dataset_n_rows(score), asked);
        if (asked) {
            ck_assert_double_eq(cell(score, "value", 0), t.state->oob_score);
            ck_assert_double_eq(cell(score, "n", 0), 150);
            ck_assert_double_eq(cell(oob, "prediction", 7), t.state->oob[7]);
            ck_assert_double_eq(cell(oob, "row", 7), 7);
        }
        mlc_dataset_free(oob);
        mlc_dataset_free(score);
        forest_clear(&t);
    }
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_random_forest_classifier, &classes,
               "n_estimators=30 oob_score=true");
    mlc_dataset *const oob = table_of(&t, "oob");
    ck_assert_int_eq(mlc_dataset_column_width(oob, 1), 3);
    mlc_dataset_free(oob);
    forest_clear(&t);
    test_problem_clear(&p);
    test_problem_clear(&classes);
}
END_TEST

MLCI_CHECK_SUITE("forest_table", test_trees_table_has_a_line_a_node,
                 test_leaves_of_classes_have_probabilities,
                 test_oob_tables_are_empty_unless_asked_for)
