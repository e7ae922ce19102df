#include "tree/isolation_grow.h"

#include "boosting.h"

enum { N = 300, P = 3 };

static double x[N * P];

static void fill(void)
{
    for (int64_t i = 0; i < N * P; i++)
        x[i] = test_unit(4, i);
}

/* Grows on the rows in the given order. */
static mlc_status grow(const double *rows, int64_t n, const int64_t *row_index,
                       const double *weight, const mlci_isolation_rules *rules,
                       mlci_isolation **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_matrix *matrix = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, rows, n, P, &matrix, NULL), MLC_OK);
    const mlc_status status = mlci_isolation_grow(call, matrix, row_index, weight, rules, out, err);
    mlci_matrix_close(matrix);
    mlci_call_end(call);
    return status;
}

/* Rows of x at each leaf, by a walk. */
static void count_rows(const mlci_isolation *f, int64_t tree, int64_t *count)
{
    const mlci_tree_node *const nodes = f->nodes + f->first_node[tree];
    for (int64_t i = 0; i < N; i++) {
        int32_t at = 0;
        while (nodes[at].left != 0)
            at = nodes[at].left +
                 !(x[i * P + (nodes[at].split & MLCI_NODE_FEATURE)] <= nodes[at].value);
        count[at]++;
    }
}

/* Leaves are reached by one row or lie at depth ceil(log2 n); their value is depth plus c(rows). */
START_TEST(test_leaves_hold_the_length_of_their_path)
{
    const mlci_isolation_rules rules = {
        .n_trees = 5, .sample_size = N, .max_features = P, .seed = 1};
    mlci_isolation *f = NULL;
    fill();
    ck_assert_int_eq(grow(x, N, NULL, NULL, &rules, &f, NULL), MLC_OK);
    ck_assert_double_eq(f->mean_path, mlci_isolation_mean_path(N));
    for (int64_t t = 0; t < 5; t++) {
        const mlci_tree_node *const nodes = f->nodes + f->first_node[t];
        const int64_t n_nodes = f->first_node[t + 1] - f->first_node[t];
        int64_t count[2 * N] = {0}, depth[2 * N] = {0};
        count_rows(f, t, count);
        for (int64_t i = 0; i < n_nodes; i++) {
            if (nodes[i].left != 0) {
                depth[nodes[i].left] = depth[nodes[i].left + 1] = depth[i] + 1;
                continue;
            }
            ck_assert_int_ge(count[i], 1);
            ck_assert(count[i] == 1 || depth[i] == 9); /* 2^9 is the first power above 300 */
            ck_assert_double_eq(nodes[i].value,
                                (double)depth[i] + mlci_isolation_mean_path((double)count[i]));
        }
    }
    mlci_isolation_free(f);
}
END_TEST

START_TEST(test_trees_look_at_so_many_features)
{
    const mlci_isolation_rules rules = {
        .n_trees = 30, .sample_size = 64, .max_features = 1, .seed = 1};
    mlci_isolation *f = NULL;
    int seen[P] = {0};
    fill();
    ck_assert_int_eq(grow(x, N, NULL, NULL, &rules, &f, NULL), MLC_OK);
    for (int64_t t = 0; t < 30; t++) {
        const uint32_t feature = f->nodes[f->first_node[t]].split & MLCI_NODE_FEATURE;
        seen[feature] = 1;
        for (int64_t i = f->first_node[t]; i < f->first_node[t + 1]; i++)
            ck_assert(f->nodes[i].left == 0 || (f->nodes[i].split & MLCI_NODE_FEATURE) == feature);
    }
    ck_assert(seen[0] && seen[1] && seen[2]);
    mlci_isolation_free(f);
}
END_TEST

static void assert_same(const mlci_isolation *a, const mlci_isolation *b)
{
    const size_t n = (size_t)a->first_node[a->n_trees];
    ck_assert_int_eq(a->first_node[a->n_trees], b->first_node[b->n_trees]);
    ck_assert_mem_eq(a->nodes, b->nodes, n * sizeof *a->nodes);
    ck_assert_int_eq(a->n_planes, b->n_planes);
    for (int64_t i = 0; i < a->n_planes * a->n_terms; i++) {
        ck_assert_double_eq(a->terms[i].factor, b->terms[i].factor);
        ck_assert_double_eq(a->terms[i].origin, b->terms[i].origin);
        ck_assert_int_eq(a->terms[i].feature, b->terms[i].feature);
    }
}

/* The trees are those of the rows, whatever order partitions come in; weight 2 is the row twice. */
START_TEST(test_order_of_rows_does_not_show_and_whole_weights_are_copies)
{
    static double moved[N * P], twice[2 * N * P], weight[N];
    int64_t index[N];
    fill();
    for (int32_t n_terms = 0; n_terms <= 3; n_terms += 3) {
        const mlci_isolation_rules rules = {
            .n_trees = 4, .sample_size = 100, .max_features = P, .n_terms = n_terms, .seed = 2};
        mlci_isolation *f = NULL, *other = NULL;
        for (int64_t i = 0; i < N; i++) {
            index[i] = i * 77 % N;
            weight[i] = 2;
            memcpy(moved + i * P, x + index[i] * P, P * sizeof *x);
            memcpy(twice + 2 * i * P, x + i * P, P * sizeof *x);
            memcpy(twice + (2 * i + 1) * P, x + i * P, P * sizeof *x);
        }
        ck_assert_int_eq(grow(x, N, NULL, NULL, &rules, &f, NULL), MLC_OK);
        ck_assert_int_eq(grow(moved, N, index, NULL, &rules, &other, NULL), MLC_OK);
        assert_same(f, other);
        mlci_isolation_free(f);
        mlci_isolation_free(other);
        ck_assert_int_eq(grow(x, N, NULL, weight, &rules, &f, NULL), MLC_OK);
        ck_assert_int_eq(grow(twice, 2 * N, NULL, NULL, &rules, &other, NULL), MLC_OK);
        assert_same(f, other);
        mlci_isolation_free(f);
        mlci_isolation_free(other);
    }
}
END_TEST

START_TEST(test_planes_beyond_memory_are_refused)
{
    const mlci_isolation_rules rules = {
        .n_trees = 1 << 20, .sample_size = N, .max_features = P, .n_terms = 3};
    mlci_isolation *f = NULL;
    mlc_error err;
    fill();
    ck_assert_int_eq(grow(x, N, NULL, NULL, &rules, &f, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.name, "extension_level");
    ck_assert_ptr_null(f);
}
END_TEST

MLCI_CHECK_SUITE("isolation_grow", test_leaves_hold_the_length_of_their_path,
                 test_trees_look_at_so_many_features,
                 test_order_of_rows_does_not_show_and_whole_weights_are_copies,
                 test_planes_beyond_memory_are_refused)
