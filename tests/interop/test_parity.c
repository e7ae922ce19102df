/* Rows that try every threshold, and the literal reading of a foreign model. */
#include "foreign_trees.h"

typedef struct made {
    mlc_context local, *call;
    mlci_foreign m;
    mlci_ensemble *e;
    mlci_parity parity;
    mlc_dataset *rows;
} made;

static void make(made *f, const foreign_case *c, int64_t most)
{
    int64_t kept = 0;
    *f = (made){.call = NULL};
    ck_assert_int_eq(mlci_call_begin(NULL, &f->local, MLCI_PREDICT, &f->call, NULL), MLC_OK);
    foreign_make(&f->m, f->call, &foreign_settings, c);
    ck_assert_int_eq(mlci_foreign_finish_inputs(&f->m, NULL), MLC_OK);
    ck_assert_int_eq(mlci_foreign_ensemble(&f->m, 0, &f->e, &kept, NULL), MLC_OK);
    ck_assert_int_eq(mlci_parity_rows(&f->m, f->e, most, &f->parity, &f->rows, NULL), MLC_OK);
}

static void clear(made *f)
{
    mlc_dataset_free(f->rows);
    mlci_ensemble_free(f->e);
    mlci_foreign_clear(&f->m);
    mlci_call_end(f->call);
}

/* Is the value in column j of a row? */
static int is_there(const made *f, int64_t j, double value)
{
    const int64_t p = f->m.n_features;
    const double *const x = f->rows->fields[0].column->values;
    for (int64_t i = 0; i < f->rows->n_rows; i++)
        if (x[i * p + j] == value || (isnan(value) && isnan(x[i * p + j]))) return 1;
    return 0;
}

START_TEST(test_every_threshold_is_tried_with_its_neighbours)
{
    const foreign_case c = {4, 1, 12, 6, 12, 1, MLCI_COMPARE_FLOAT_BELOW, 1, 1, 0, 3};
    made f;
    make(&f, &c, 10000);
    ck_assert_int_eq(f.parity.n_tried, f.parity.n_probes);
    ck_assert_int_eq(f.parity.n_rows, f.rows->n_rows);
    for (int64_t i = 0; i < f.m.first_node[f.m.n_trees]; i++) {
        const mlci_foreign_node *const node = &f.m.nodes[i];
        if (node->feature < 0 || node->set >= 0) continue;
        const float t = (float)node->value;
        ck_assert_int_eq(is_there(&f, node->feature, (double)t), 1);
        ck_assert_int_eq(is_there(&f, node->feature, (double)nextafterf(t, INFINITY)), 1);
        ck_assert_int_eq(is_there(&f, node->feature, (double)nextafterf(t, -INFINITY)), 1);
    }
    for (int64_t j = 0; j < 4; j++)
        ck_assert_int_eq(is_there(&f, j, NAN), 1);
    for (int code = -1; code <= 12; code++)
        ck_assert_int_eq(is_there(&f, 3, code), 1);
    clear(&f);
}
END_TEST

START_TEST(test_fewer_rows_then_values_spread_over_them)
{
    const foreign_case c = {4, 0, 0, 10, 20, 1, MLCI_COMPARE_DOUBLE, 0, 0, 0, 4};
    made f;
    make(&f, &c, 50);
    ck_assert_int_gt(f.rows->n_rows, 45);
    ck_assert_int_le(f.rows->n_rows, 50);
    ck_assert_int_lt(f.parity.n_tried, f.parity.n_probes);
    clear(&f);
}
END_TEST

START_TEST(test_a_changed_tree_gives_other_scores)
{
    const foreign_case c = {4, 1, 12, 6, 12, 2, MLCI_COMPARE_DOUBLE, 0, 0, 0, 6};
    made f;
    double *before = NULL, *after = NULL;
    int64_t n_changed = 0;
    make(&f, &c, 10000);
    ck_assert_int_eq(mlci_parity_scores(&f.m, 3, f.rows, &before, NULL), MLC_OK);
    for (int64_t i = 0; i < f.m.first_node[f.m.n_trees]; i++)
        if (f.m.nodes[i].feature >= 0 && f.m.nodes[i].set < 0)
            f.m.nodes[i].value = nextafter(f.m.nodes[i].value, INFINITY);
    ck_assert_int_eq(mlci_parity_scores(&f.m, 3, f.rows, &after, NULL), MLC_OK);
    for (int64_t i = 0; i < 2 * f.rows->n_rows; i++)
        n_changed += before[i] != after[i];
    ck_assert_int_gt(n_changed, 0); /* one unit in the last place of a threshold is noticed */
    mlci_free(before);
    mlci_free(after);
    clear(&f);
}
END_TEST

START_TEST(test_scores_of_the_first_rounds)
{
    made f;
    double *one = NULL, *two = NULL;
    const foreign_case c = {2, 0, 0, 4, 4, 2, MLCI_COMPARE_DOUBLE, 0, 0, 0, 7};
    make(&f, &c, 100);
    ck_assert_int_eq(mlci_parity_scores(&f.m, 1, f.rows, &one, NULL), MLC_OK);
    f.m.n_trees = 2;
    f.m.n_rounds = 1;
    ck_assert_int_eq(mlci_parity_scores(&f.m, 1, f.rows, &two, NULL), MLC_OK);
    ck_assert_mem_eq(one, two, 2 * (size_t)f.rows->n_rows * sizeof *one);
    f.m.n_trees = 4;
    mlci_free(one);
    mlci_free(two);
    clear(&f);
}
END_TEST

MLCI_CHECK_SUITE("parity", test_every_threshold_is_tried_with_its_neighbours,
                 test_fewer_rows_then_values_spread_over_them,
                 test_a_changed_tree_gives_other_scores, test_scores_of_the_first_rounds)
