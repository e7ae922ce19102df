#include "boosting.h"

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
    double gain = 0, splits = 0;
    for (int64_t i = 0; i < n; i++) {
        const int is_leaf = cell(trees, "left", i) < 0;
        ck_assert_int_eq(is_leaf, isnan(cell(trees, "threshold", i)));
        ck_assert_int_eq(is_leaf, !isnan(cell(trees, "value", i)));
        gain += cell(trees, "gain", i);
        splits += !is_leaf;
    }
    mlc_dataset *const importance = table_of(&t, "importance");
    ck_assert_int_eq(mlc_dataset_n_rows(importance), 3);
    for (int64_t j = 0; j < 3; j++) {
        gain -= cell(importance, "gain", j);
        splits -= cell(importance, "splits", j);
    }
    ck_assert_double_eq_tol(gain, 0, 1e-9);
    ck_assert_double_eq(splits, 0);
    mlc_dataset_free(history);
    mlc_dataset_free(trees);
    mlc_dataset_free(importance);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_MAIN("ensemble_table", test_tables_tell_history_importance_and_nodes)
