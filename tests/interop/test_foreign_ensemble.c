/* Ensembles of foreign trees give what the trees say, for every kind of comparison, set and sum, on
 * each instruction set, for blocks and single rows. */
#include "foreign_trees.h"

#include "tree/boost.h"
#include "tree/scorer.h"

static const foreign_case cases[] = {
    {4, 0, 0, 20, 16, 1, MLCI_COMPARE_DOUBLE, 0, 0, 0, 1},
    {6, 0, 0, 12, 40, 1, MLCI_COMPARE_FLOAT_BELOW, 1, 0, 0, 2},
    {6, 0, 0, 12, 40, 1, MLCI_COMPARE_FLOAT, 0, 0, 0, 3},
    {5, 2, 9, 12, 20, 3, MLCI_COMPARE_DOUBLE, 0, 0, 0, 4},
    {5, 2, 9, 12, 20, 3, MLCI_COMPARE_FLOAT_BELOW, 1, 1, 0, 5},
    {5, 2, 900, 20, 30, 1, MLCI_COMPARE_DOUBLE, 0, 0, 0, 6}, /* more bins than a byte holds */
    {5, 2, 900, 20, 30, 1, MLCI_COMPARE_FLOAT_BELOW, 1, 1, 0, 7},
    {3, 1, 40, 3, 700, 1, MLCI_COMPARE_DOUBLE, 0, 0, 0, 8}, /* trees that are walked */
    {3, 1, 40, 3, 700, 1, MLCI_COMPARE_FLOAT_BELOW, 1, 1, 0, 9},
    {4, 0, 0, 10, 8, 1, MLCI_COMPARE_DOUBLE, 0, 0, 1, 10},
};
#define N_CASES ((int)(sizeof cases / sizeof cases[0]))

typedef struct made {
    mlc_context local, *call;
    mlci_foreign m;
    mlci_ensemble *e;
    mlc_dataset *rows;
    double *expected, *x;
} made;

static void make(made *f, const foreign_case *c)
{
    mlci_parity parity = {0};
    mlc_error err = {0};
    int64_t kept = 0;
    ck_assert_int_eq(mlci_call_begin(NULL, &f->local, MLCI_PREDICT, &f->call, NULL), MLC_OK);
    foreign_make(&f->m, f->call, &foreign_settings, c);
    ck_assert_int_eq(mlci_foreign_finish_inputs(&f->m, NULL), MLC_OK);
    ck_assert_msg(mlci_foreign_ensemble(&f->m, 0, &f->e, &kept, &err) == MLC_OK, "%s", err.message);
    ck_assert_int_eq(kept, f->m.n_rounds);
    ck_assert_int_eq(mlci_parity_rows(&f->m, f->e, 3000, &parity, &f->rows, NULL), MLC_OK);
    ck_assert_int_eq(mlci_parity_scores(&f->m, kept, f->rows, &f->expected, NULL), MLC_OK);
    const int64_t n = f->rows->n_rows, p = f->m.n_features;
    f->x = mlci_alloc(NULL, n * p, sizeof *f->x);
    mlci_column_reals(f->rows->fields[0].column, 0, n, f->x, p);
    for (int64_t i = 0; c->zero_is_missing && i < n * p; i++)
        if (mlci_is_zero(f->x[i])) f->x[i] = NAN;
}

static void clear(made *f)
{
    mlci_free(f->x);
    mlci_free(f->expected);
    mlc_dataset_free(f->rows);
    mlci_ensemble_free(f->e);
    mlci_foreign_clear(&f->m);
    mlci_call_end(f->call);
}

static void check_scores(const made *f, int32_t isa, int64_t step)
{
    const int64_t n = f->rows->n_rows, p = f->m.n_features, k = f->m.n_outputs;
    double *const raw = mlci_alloc(NULL, n * k, sizeof *raw);
    double *const scratch =
        mlci_alloc(NULL, mlci_scorer_scratch_size(f->e->scorer, step) + 8, sizeof *scratch);
    for (int64_t i = 0; i < n; i += step)
        mlci_scorer_raw(f->e->scorer, isa, f->x + i * p, n - i < step ? n - i : step, scratch,
                        raw + i * k);
    for (int64_t i = 0; i < n * k; i++)
        ck_assert_msg(raw[i] == f->expected[i], "row %lld: %.17g, not %.17g", (long long)(i / k),
                      raw[i], f->expected[i]);
    mlci_free(scratch);
    mlci_free(raw);
}

START_TEST(test_scores_are_those_of_the_trees_to_the_last_bit)
{
    for (int i = 0; i < N_CASES; i++) {
        made f = {.call = NULL};
        make(&f, &cases[i]);
        ck_assert_int_gt(f.rows->n_rows, 20);
        for (int32_t isa = 0; isa <= mlci_root_isa(NULL); isa++) {
            check_scores(&f, isa, MLCI_SCORE_ROWS);
            check_scores(&f, isa, 1);
        }
        clear(&f);
    }
}
END_TEST

START_TEST(test_saved_and_loaded_then_the_same_scores)
{
    static const mlci_boost_params none = {0};
    for (int i = 0; i < N_CASES; i++) {
        made f = {.call = NULL};
        mlci_writer w;
        mlci_reader r;
        void *loaded = NULL;
        make(&f, &cases[i]);
        mlci_writer_init(&w, NULL);
        mlci_ensemble_save(&none, f.e, &w);
        mlci_reader_init(&r, NULL, "test", w.data, w.length);
        mlc_error err = {0};
        ck_assert_msg(mlci_ensemble_load(f.call, &none, &r, f.m.n_features, 0, &loaded, &err) ==
                          MLC_OK,
                      "%s", err.message);
        ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
        mlci_ensemble_free(f.e);
        f.e = loaded;
        check_scores(&f, mlci_root_isa(NULL), MLCI_SCORE_ROWS);
        mlci_writer_clear(&w);
        clear(&f);
    }
}
END_TEST

START_TEST(test_first_rounds_are_those_of_the_file)
{
    made f = {.call = NULL};
    mlci_ensemble *some = NULL;
    int64_t kept = 0;
    make(&f, &cases[3]);
    ck_assert_int_eq(mlci_foreign_ensemble(&f.m, 2, &some, &kept, NULL), MLC_OK);
    ck_assert_int_eq(kept, 2);
    ck_assert_int_eq(some->n_trees, 6);
    ck_assert_mem_eq(some->nodes, f.e->nodes, (size_t)some->first_node[6] * sizeof *some->nodes);
    mlci_ensemble_free(some);
    clear(&f);
}
END_TEST

START_TEST(test_outputs_with_fewer_trees_get_trees_that_add_nothing)
{
    made f = {.call = NULL};
    foreign_case c = cases[0];
    c.n_outputs = 2;
    c.n_trees = 5;
    ck_assert_int_eq(mlci_call_begin(NULL, &f.local, MLCI_PREDICT, &f.call, NULL), MLC_OK);
    foreign_make(&f.m, f.call, &foreign_settings, &c);
    int64_t kept = 0;
    f.m.n_rounds = 1;
    ck_assert_int_eq(mlci_foreign_ensemble(&f.m, 0, &f.e, &kept, NULL), MLC_OK);
    ck_assert_int_eq(f.e->n_trees, 6);
    ck_assert_int_eq(f.e->first_node[6] - f.e->first_node[5], 1);
    ck_assert_double_eq(f.e->nodes[f.e->first_node[5]].value, 0);
    clear(&f);
}
END_TEST

/* Changes to a small model, each refused. */
typedef struct fault {
    const char *says;
    void (*change)(mlci_foreign *m, mlci_foreign_node *nodes);
} fault;

static void child_beyond(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].right = 5;
}
static void child_negative(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].left = -1;
}
static void child_is_root(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].left = 0;
}
static void child_twice(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].left = nodes[2].right;
}
static void child_of_another(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].left = 1;
}
static void feature_beyond(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].feature = 3;
}
static void threshold_not_a_number(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[0].value = NAN;
}
static void leaf_infinite(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[4].value = INFINITY;
}
static void category_by_threshold(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)m;
    nodes[2].feature = 2;
}
static void number_by_set(mlci_foreign *m, mlci_foreign_node *nodes)
{
    int32_t *members = NULL;
    ck_assert_int_eq(mlci_foreign_add_set(m, 1, &members, &nodes[2].set, NULL), MLC_OK);
    members[0] = 1;
}
static void set_descends(mlci_foreign *m, mlci_foreign_node *nodes)
{
    int32_t *members = NULL;
    nodes[2].feature = 2;
    ck_assert_int_eq(mlci_foreign_add_set(m, 2, &members, &nodes[2].set, NULL), MLC_OK);
    members[0] = 4;
    members[1] = 3;
}
static void set_negative(mlci_foreign *m, mlci_foreign_node *nodes)
{
    set_descends(m, nodes);
    m->members[0] = -4;
}
static void category_far(mlci_foreign *m, mlci_foreign_node *nodes)
{
    set_descends(m, nodes);
    m->members[1] = 2000000000;
}
static void start_not_a_number(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)nodes;
    m->start[0] = NAN;
}
static void output_beyond(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)nodes;
    m->output[0] = 1;
}
static void line_by_category(mlci_foreign *m, mlci_foreign_node *nodes)
{
    const int32_t feature = 2;
    const double factor = 1;
    ck_assert_int_eq(mlci_foreign_add_line(m, 0, 1, &feature, &factor, &nodes[4].line, NULL),
                     MLC_OK);
}
static void line_not_finite(mlci_foreign *m, mlci_foreign_node *nodes)
{
    const int32_t feature = 1;
    const double factor = INFINITY;
    ck_assert_int_eq(mlci_foreign_add_line(m, 0, 1, &feature, &factor, &nodes[4].line, NULL),
                     MLC_OK);
}
static void link_of_classes(mlci_foreign *m, mlci_foreign_node *nodes)
{
    (void)nodes;
    m->link = MLCI_LINK_SOFTMAX;
}

static const fault faults[] = {
    {"tree 0, node 2: a child of it is not in the tree", child_beyond},
    {"tree 0, node 2: a child of it is not in the tree", child_negative},
    {"tree 0, node 2: a child of it has another parent already", child_is_root},
    {"tree 0, node 2: a child of it has another parent already", child_twice},
    {"tree 0, node 2: a child of it has another parent already", child_of_another},
    {"it splits by a feature that there is not", feature_beyond},
    {"its threshold is not a number", threshold_not_a_number},
    {"the value of the leaf is not finite", leaf_infinite},
    {"it splits categories by a threshold", category_by_threshold},
    {"a set of categories of a feature that has none", number_by_set},
    {"do not ascend from 0 on", set_descends},
    {"do not ascend from 0 on", set_negative},
    {"more than max_categories", category_far},
    {"its first score is not finite", start_not_a_number},
    {"tree 0 adds to output 1 of 1", output_beyond},
    {"has a feature that there is not", line_by_category},
    {"a coefficient of the leaf is not finite", line_not_finite},
    {"does not fit 1 outputs and 0 classes", link_of_classes},
};

START_TEST(test_trees_that_cannot_be_are_refused)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        mlc_context local, *call = NULL;
        mlci_foreign m;
        mlc_error err = {0};
        mlci_ensemble *e = NULL;
        int64_t kept = 0;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
        mlci_foreign_node *const nodes = foreign_small(&m, call, &foreign_settings);
        faults[i].change(&m, nodes);
        ck_assert_int_eq(mlci_foreign_finish_inputs(&m, NULL), MLC_OK);
        ck_assert_int_lt(mlci_foreign_ensemble(&m, 0, &e, &kept, &err), 0);
        ck_assert_msg(strstr(err.message, faults[i].says) != NULL, "%s: %s", faults[i].says,
                      err.message);
        ck_assert_ptr_null(e);
        mlci_foreign_clear(&m);
        mlci_call_end(call);
    }
}
END_TEST

START_TEST(test_deeper_than_the_settings_allow_is_refused)
{
    mlc_context local, *call = NULL;
    mlci_foreign m;
    mlc_error err = {0};
    mlci_ensemble *e = NULL;
    mlci_import_settings s = foreign_settings;
    int64_t kept = 0;
    s.max_depth = 1;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    foreign_small(&m, call, &s);
    ck_assert_int_eq(mlci_foreign_ensemble(&m, 0, &e, &kept, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.name, "max_depth");
    mlci_foreign_clear(&m);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("foreign_ensemble", test_scores_are_those_of_the_trees_to_the_last_bit,
                 test_saved_and_loaded_then_the_same_scores,
                 test_first_rounds_are_those_of_the_file,
                 test_outputs_with_fewer_trees_get_trees_that_add_nothing,
                 test_trees_that_cannot_be_are_refused,
                 test_deeper_than_the_settings_allow_is_refused)
