/* A model is a function of its rows: of how they are dealt to parts, of threads and of the
 * instruction set nothing shows in the stored bytes. */
#include "boosting.h"

/* The rows dealt to n_parts parts, one part after another, each row with its own index. */
static test_problem dealt(const test_problem *p, int64_t n_parts)
{
    test_problem q = {.n_rows = p->n_rows, .n_features = p->n_features, .n_classes = p->n_classes};
    q.x = calloc((size_t)(p->n_rows * p->n_features), sizeof *q.x);
    q.y = calloc((size_t)p->n_rows, sizeof *q.y);
    q.row_index = calloc((size_t)p->n_rows, sizeof *q.row_index);
    if (p->weight != NULL) q.weight = calloc((size_t)p->n_rows, sizeof *q.weight);
    int64_t to = 0;
    for (int64_t part = 0; part < n_parts; part++) {
        for (int64_t i = 0; i < p->n_rows; i++) {
            if ((int64_t)(test_unit(500, i) * (double)n_parts) != part) continue;
            memcpy(q.x + to * p->n_features, p->x + i * p->n_features,
                   (size_t)p->n_features * sizeof *q.x);
            q.y[to] = p->y[i];
            if (p->weight != NULL) q.weight[to] = p->weight[i];
            q.row_index[to++] = i;
        }
    }
    ck_assert_int_eq(to, p->n_rows);
    return q;
}

static void check_same(const test_problem *p, const char *settings)
{
    static const char *const sets[] = {"reference", "avx2", "avx512"};
    static const int64_t parts[] = {1, 2, 5, 13};
    static const int32_t threads[] = {1, 2, 3, 7};
    mlci_writer first;
    for (int turn = 0; turn < 12; turn++) {
        const int32_t isa = turn % 3;
        if (isa > mlci_root_isa(NULL)) continue;
        test_problem q = dealt(p, parts[turn % 4]);
        mlc_context *const ctx = test_root(threads[(turn / 4 + turn) % 4], sets[isa]);
        test_fit t;
        test_fit_run(&t, ctx, &q, settings);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        mlci_writer w = test_store(&t);
        if (turn == 0) {
            first = w;
        } else {
            ck_assert_int_eq(w.length, first.length);
            ck_assert_int_eq(memcmp(w.data, first.data, (size_t)w.length), 0);
            mlci_writer_clear(&w);
        }
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&q);
    }
    mlci_writer_clear(&first);
}

/* More rows than a packed histogram, a block of the loss and a task of threads hold. */
START_TEST(test_boosting_of_many_rows_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(70001, 6, 2);
    check_same(&p, "n_estimators=4 max_leaf_nodes=40");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_weighted_rows_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 9, 0);
    p.weight = calloc(3000, sizeof *p.weight);
    for (int64_t i = 0; i < 3000; i++)
        p.weight[i] = 0.1 + test_unit(501, i);
    check_same(&p, "n_estimators=5");
    check_same(&p, "n_estimators=5 loss=absolute_error subsample=0.5 max_features=0.5");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_classes_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 5, 3);
    check_same(&p, "n_estimators=4 class_weight=balanced");
    check_same(&p, "n_estimators=4 grow_policy=depth_wise max_leaf_nodes=20");
    check_same(&p, "n_estimators=4 grow_policy=oblivious max_depth=3");
    check_same(&p, "n_estimators=6 max_depth=3 validation_fraction=0.2 n_iter_no_change=2");
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_MAIN("boost_parts", test_boosting_of_many_rows_in_any_parts_has_the_same_bytes,
                test_boosting_of_weighted_rows_in_any_parts_has_the_same_bytes,
                test_boosting_of_classes_in_any_parts_has_the_same_bytes)
