#include <stdio.h>

#include "boosting.h"
#include "tables.h"

static void check_same_bytes(const test_problem *p, const char *settings)
{
    const char *const isas[] = {NULL, NULL, NULL, NULL, "reference", "avx2"};
    const int32_t threads[] = {1, 2, 3, 7, 2, 2};
    mlci_writer first = {0};
    for (int k = 0; k < 6; k++) {
        mlc_context *ctx = NULL;
        const mlc_host host = {.size = sizeof host, .isa = isas[k]};
        if (mlc_context_create(&host, &ctx, NULL) != MLC_OK) continue; /* no such processor */
        mlc_context_set_threads(ctx, threads[k]);
        test_fit t;
        test_fit_run(&t, ctx, p, settings);
        ck_assert_msg(t.status == MLC_OK, "%s", t.error.message);
        mlci_writer w = test_store(&t);
        if (k == 0) {
            first = w;
        } else {
            ck_assert_int_eq(w.length, first.length);
            ck_assert_mem_eq(w.data, first.data, (size_t)w.length);
            mlci_writer_clear(&w);
        }
        test_fit_clear(&t);
        mlc_context_close(ctx);
    }
    mlci_writer_clear(&first);
}

START_TEST(test_boosting_gives_the_same_bytes_for_any_threads_and_isa)
{
    test_problem two = test_problem_make(20000, 6, 2), three = test_problem_make(3000, 6, 3);
    test_problem numbers = test_problem_make(20000, 6, 0);
    check_same_bytes(&two, "n_estimators=5");
    check_same_bytes(&two, "n_estimators=3 subsample=0.6 max_features=0.5 validation_fraction=0.1");
    check_same_bytes(&three, "n_estimators=3");
    check_same_bytes(&numbers, "n_estimators=3");
    check_same_bytes(&numbers, "n_estimators=3 loss=absolute_error");
    for (int64_t i = 0; i < numbers.n_rows; i++)
        numbers.y[i] = exp(numbers.y[i]);
    check_same_bytes(&numbers, "n_estimators=3 loss=poisson");
    check_same_bytes(&numbers, "n_estimators=3 loss=gamma");
    test_problem_clear(&two);
    test_problem_clear(&three);
    test_problem_clear(&numbers);
}
END_TEST

START_TEST(test_boosting_of_sparse_columns_gives_the_same_bytes_for_any_threads_and_isa)
{
    enum { N = 20000, F = TEST_TABLE_WIDTH };
    test_problem p = {.n_rows = N, .n_features = F, .n_classes = 2, .x = test_table(N)};
    p.y = calloc(N, sizeof *p.y);
    for (int64_t i = 0; i < N; i++) {
        const double *const x = p.x + i * F;
        p.y[i] = test_unit(402, i) < 0.2 + 0.3 * (x[0] + x[3]) + 0.2 * (x[F - 1] > 0);
    }
    check_same_bytes(&p, "n_estimators=3");
    check_same_bytes(&p, "n_estimators=3 subsample=0.6 validation_fraction=0.1 "
                         "early_stopping=true");
    test_problem_clear(&p);
}
END_TEST

/* So many conflicts that rows list their cells. */
START_TEST(test_boosting_of_rare_values_gives_the_same_bytes_for_any_threads_and_isa)
{
    enum { N = 70000, F = 20 };
    test_problem p = {.n_rows = N, .n_features = F, .n_classes = 2};
    p.x = calloc(N * F, sizeof *p.x);
    p.y = calloc(N, sizeof *p.y);
    for (int64_t i = 0; i < N; i++) {
        double *const x = p.x + i * F;
        for (uint32_t j = 0; j < F; j++)
            if (test_unit(500 + j, i) < 0.06) x[j] = test_unit(600 + j, i) - 0.5;
        p.y[i] = test_unit(403, i) < 0.5 + x[0] + x[1] * (x[2] != 0) - 0.3 * (x[3] == 0);
    }
    check_same_bytes(&p, "n_estimators=3");
    check_same_bytes(&p, "n_estimators=2 subsample=0.6 validation_fraction=0.1 "
                         "early_stopping=true max_features=0.5");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_shuffled_rows_with_their_index_gives_the_same_trees)
{
    enum { N = 3000, F = 5 };
    test_problem p = test_problem_make(N, F, 0), q = test_problem_make(N, F, 0);
    q.row_index = calloc(N, sizeof *q.row_index);
    for (int64_t i = 0; i < N; i++) {
        const int64_t from = (i * 1237 + 11) % N;
        memcpy(q.x + i * F, p.x + from * F, F * sizeof *q.x);
        p.y[i] = floor(8 * p.y[i]); /* so that sums of the targets are exact */
        q.row_index[i] = from;
    }
    for (int64_t i = 0; i < N; i++)
        q.y[i] = p.y[q.row_index[i]];
    mlc_context *const ctx = test_root(2, NULL);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=20 subsample=0.7");
    test_fit_run(&b, ctx, &q, "n_estimators=20 subsample=0.7");
    ck_assert_int_eq(a.state->first_node[20], b.state->first_node[20]);
    ck_assert_mem_eq(a.state->nodes, b.state->nodes,
                     (size_t)a.state->first_node[20] * sizeof *a.state->nodes);
    test_fit_clear(&a);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&q);
}
END_TEST

START_TEST(test_boosting_of_weight_two_is_the_row_twice_up_to_rounding)
{
    enum { N = 1500, F = 4 };
    test_problem p = test_problem_make(N, F, 0), q = test_problem_make(2 * N, F, 0);
    int64_t n = 0;
    p.weight = calloc(N, sizeof *p.weight);
    for (int64_t i = 0; i < N; i++) {
        p.weight[i] = 1 + (double)(i % 2);
        for (int k = 0; k < p.weight[i]; k++) {
            memcpy(q.x + n * F, p.x + i * F, F * sizeof *q.x);
            q.y[n++] = p.y[i];
        }
    }
    q.n_rows = n;
    mlc_context *const ctx = test_root(1, NULL);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=30");
    test_fit_run(&b, ctx, &q, "n_estimators=30");
    /* Gradients are rounded at random to 2^-14 of the largest, so near ties may fall either way:
     * eight seeds gave losses from 0.09178 to 0.09278 for either form of the data. */
    const double near_ties = 0.015;
    ck_assert_double_eq_tol(a.state->train_loss[29] / b.state->train_loss[29], 1, near_ties);
    ck_assert_double_eq_tol(a.state->train_loss[0] / b.state->train_loss[0], 1, 1e-6);
    ck_assert_double_eq_tol(a.state->start[0], b.state->start[0], 1e-13);
    test_fit_clear(&a);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&q);
}
END_TEST

START_TEST(test_boosting_without_a_possible_split_predicts_the_constant)
{
    const double x[] = {1, 2, 3}, y[] = {2, 4, 9};
    test_problem p = {.n_rows = 3, .n_features = 1};
    p.x = calloc(3, sizeof *p.x);
    p.y = calloc(3, sizeof *p.y);
    memcpy(p.x, x, sizeof x);
    memcpy(p.y, y, sizeof y);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, NULL); /* min_samples_leaf is 20 */
    ck_assert_int_eq(t.state->n_trees, 0);
    double *const out = test_predict(&t, p.x, 3, MLCI_OUTPUT_PREDICTION);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq(out[i], 5);
    free(out);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_with_offset_learns_what_is_left)
{
    test_problem p = test_problem_make(2000, 3, 0);
    p.offset = calloc(2000, sizeof *p.offset);
    for (int64_t i = 0; i < 2000; i++) {
        p.offset[i] = 100 * test_unit(500, i);
        p.y[i] += p.offset[i];
    }
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=100");
    ck_assert_double_eq(t.state->start[0], 0);
    ck_assert_double_lt(t.state->train_loss[99], 0.1); /* noise: variance 1/12 */
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

static mlc_status squared(void *user, int64_t n, const double *target, const double *raw,
                          const double *weight, double *gradient, double *hessian, mlc_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        gradient[i] = weight[i] * (raw[i] - target[i]);
        hessian[i] = weight[i];
    }
    if (user != NULL) gradient[n / 2] = NAN;
    return MLC_OK;
}

START_TEST(test_boosting_with_a_loss_of_the_host_equals_the_same_loss_inside)
{
    test_problem p = test_problem_make(1000, 4, 0);
    const mlc_objective objective = {
        .size = sizeof objective, .link = "identity", .gradients = squared};
    const mlc_objective broken = {
        .size = sizeof broken, .link = "identity", .user = &p, .gradients = squared};
    mlc_context *const ctx = test_root(1, NULL);
    test_fit a, b;
    ck_assert_int_eq(mlc_context_add_objective(ctx, "acme.squared", &objective, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_add_objective(ctx, "acme.broken", &broken, NULL), MLC_OK);
    test_fit_run(&a, ctx, &p, "n_estimators=10");
    test_fit_run(&b, ctx, &p, "n_estimators=10 loss=acme.squared");
    ck_assert_int_eq(b.status, MLC_OK);
    ck_assert_int_eq(a.state->first_node[10], b.state->first_node[10]);
    ck_assert_mem_eq(a.state->nodes, b.state->nodes,
                     (size_t)a.state->first_node[10] * sizeof *a.state->nodes);
    test_fit_clear(&a);
    test_fit_clear(&b);
    test_fit_run(&b, ctx, &p, "loss=acme.broken");
    ck_assert_int_eq(b.status, MLC_ERROR_CALLBACK);
    ck_assert_ptr_nonnull(strstr(b.error.message, "not finite"));
    test_fit_clear(&b);
    test_fit_run(&b, ctx, &p, "loss=acme.unknown");
    ck_assert_int_eq(b.status, MLC_ERROR_COMPONENT);
    test_fit_clear(&b);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

typedef struct watcher {
    int32_t calls;
    int64_t done;
} watcher;

static mlc_status watch(void *user, const char *stage, int64_t done, int64_t total,
                        const char *metric_name, double metric)
{
    watcher *const w = user;
    if (strcmp(stage, "boost") != 0) return MLC_OK;
    ck_assert_int_eq(total, 100000);
    ck_assert_str_eq(metric_name, "train log_loss");
    w->done = done;
    return ++w->calls == 2 ? MLC_ERROR_CANCELLED : MLC_OK;
}

START_TEST(test_boosting_that_is_cancelled_stops)
{
    test_problem p = test_problem_make(2000, 4, 2);
    mlc_context *const root = test_root(1, NULL);
    mlc_context *ctx = NULL;
    watcher w = {0};
    test_fit t;
    ck_assert_int_eq(mlc_context_derive(root, &ctx, NULL), MLC_OK);
    mlc_context_set_progress(ctx, watch, &w);
    test_fit_run(&t, ctx, &p, "n_estimators=100000");
    ck_assert_int_eq(t.status, MLC_ERROR_CANCELLED);
    ck_assert_ptr_null(t.state);
    ck_assert_int_eq(w.calls, 2);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    mlc_context_close(root);
    test_problem_clear(&p);
}
END_TEST

typedef struct poor_host {
    int64_t left; /* allocations that still work */
} poor_host;

static void *poor_allocate(void *user, int64_t bytes, int64_t alignment)
{
    poor_host *const h = user;
    if (h->left-- <= 0) return NULL;
    return aligned_alloc((size_t)alignment, ((size_t)bytes + 63) / 64 * 64);
}

static void poor_deallocate(void *user, void *memory, int64_t bytes)
{
    free(memory);
}

/* The fit alone with the n-th allocation failing; 1 when it went through. */
static int fit_poorly(const test_problem *p, int64_t n, const char *settings)
{
    poor_host h = {INT64_MAX};
    mlc_context *ctx = NULL, local, *call = NULL;
    const mlc_host host = {.size = sizeof host,
                           .user = &h,
                           .n_threads = 1,
                           .allocate = poor_allocate,
                           .deallocate = poor_deallocate};
    const mlci_model_descriptor *const model = &mlci_model_gradient_boosting_classifier;
    mlci_boost_params params = {0};
    mlci_matrix *x = NULL;
    mlci_classes classes;
    void *state = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlci_root *const root = mlci_context_root(ctx);
    ck_assert_int_eq(
        mlci_params_from_text(root, "m", model->base.params, NULL, settings, &params, NULL),
        MLC_OK);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(root, p->x, p->n_rows, p->n_features, &x, NULL), MLC_OK);
    const mlci_target y = test_target(p, &classes);
    const mlci_model_fit fit = {
        .call = call, .params = &params, .x = x, .y = &y, .weight = p->weight};
    const int64_t before = mlc_context_memory_bytes(ctx);
    h.left = n;
    const mlc_status status = model->fit(&fit, &state, NULL);
    h.left = INT64_MAX;
    ck_assert(status == MLC_OK || status == MLC_ERROR_NO_MEMORY);
    ck_assert_int_eq(status == MLC_OK, state != NULL);
    if (state != NULL) model->free_state(state);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    mlci_params_clear(model->base.params, &params);
    mlci_matrix_close(x);
    mlci_call_end(call);
    mlc_context_close(ctx);
    return status == MLC_OK;
}

START_TEST(test_boosting_when_any_allocation_fails_leaks_nothing)
{
    test_problem p = test_problem_make(300, 4, 3);
    p.weight = calloc(300, sizeof *p.weight);
    for (int64_t i = 0; i < 300; i++)
        p.weight[i] = 1 + (double)(i % 3);
    for (int shared = 0; shared < 2; shared++) {
        int64_t n = 0;
        while (!fit_poorly(&p, n,
                           shared ? "n_estimators=2 multi_strategy=multi_output_tree"
                                  : "n_estimators=3 subsample=0.9 max_features=0.5 "
                                    "validation_fraction=0.2 class_weight=balanced"))
            n++;
        ck_assert_int_gt(n, 50);
    }
    test_problem_clear(&p);
}
END_TEST

/* ---- a model is a function of its rows: of the parts they come in, of threads and of the
 * instruction set nothing shows in the stored bytes ---- */

/* More rows than a packed histogram, a block of the loss and a task of threads hold. */
START_TEST(test_boosting_of_many_rows_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(70001, 6, 2);
    test_same_in_any_parts(&p, "n_estimators=4 max_leaf_nodes=40");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_weighted_rows_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 9, 0);
    p.weight = calloc(3000, sizeof *p.weight);
    for (int64_t i = 0; i < 3000; i++)
        p.weight[i] = 0.1 + test_unit(501, i);
    test_same_in_any_parts(&p, "n_estimators=5");
    test_same_in_any_parts(&p, "n_estimators=5 loss=absolute_error subsample=0.5 max_features=0.5");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_classes_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 5, 3);
    test_same_in_any_parts(&p, "n_estimators=4 class_weight=balanced");
    test_same_in_any_parts(&p, "n_estimators=4 loss=one_vs_all");
    test_same_in_any_parts(&p, "n_estimators=4 grow_policy=depth_wise max_leaf_nodes=20");
    test_same_in_any_parts(&p, "n_estimators=4 grow_policy=oblivious max_depth=3");
    test_same_in_any_parts(&p,
                           "n_estimators=6 max_depth=3 validation_fraction=0.2 n_iter_no_change=2");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_with_constraints_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(3000, 5, 2);
    test_same_in_any_parts(&p,
                           "n_estimators=4 monotonic_cst=[x0:1,x1:-1] interaction_cst=pairwise");
    test_same_in_any_parts(&p, "n_estimators=4 monotonic_cst=[x0:1,x1:-1] "
                               "monotone_constraints_method=intermediate max_features=0.6 "
                               "interaction_cst=[[x0,x1],[x1,x2,x3]]");
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_of_rankings_in_any_parts_has_the_same_bytes)
{
    static const char *const settings[] = {
        "n_estimators=5", "n_estimators=5 loss=map validation_fraction=0.3",
        "n_estimators=5 loss=pairwise subsample=0.7 truncation_level=3"};
    test_problem p = test_ranking_make(1500, 5, 60);
    for (int64_t i = 0; i < 1500; i += 3)
        p.x[5 * i] = 0.5; /* equal scores */
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        test_same_in_any_parts(&p, settings[i]);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_boosting_by_each_loss_in_any_parts_has_the_same_bytes)
{
    static const char *const losses[] = {"huber delta=0.2", "quantile quantile=[0.1,0.5,0.9]",
                                         "poisson",         "gamma",
                                         "tweedie",         "cross_entropy"};
    test_problem p = test_problem_make(1500, 5, 0);
    p.weight = calloc(1500, sizeof *p.weight);
    for (int64_t i = 0; i < 1500; i++) {
        p.y[i] = 1 / (1 + exp(-p.y[i]));
        p.weight[i] = 0.1 + test_unit(501, i);
    }
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        char settings[100];
        snprintf(settings, sizeof settings, "n_estimators=4 validation_fraction=0.2 loss=%s",
                 losses[i]);
        test_same_in_any_parts(&p, settings);
    }
    test_problem_clear(&p);
}
END_TEST

/* By hand: two leaves under a root whose own step is the mean, as scores start at 0. */
START_TEST(test_boosting_with_path_smooth_mixes_a_leaf_with_its_parent)
{
    const double smooth = 50, tolerance = 1e-3; /* the parent's value is of 14-bit gradients */
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(400, 2, 0);
    p.offset = calloc(400, sizeof *p.offset);
    test_fit a, b;
    test_fit_run(&a, ctx, &p, "n_estimators=1 max_leaf_nodes=2 learning_rate=1");
    test_fit_run(&b, ctx, &p, "n_estimators=1 max_leaf_nodes=2 learning_rate=1 path_smooth=50");
    const double *const n = a.state->cover;
    const double mean =
        (n[1] * a.state->nodes[1].value + n[2] * a.state->nodes[2].value) / (n[1] + n[2]);
    ck_assert_double_eq(a.state->nodes[0].value, b.state->nodes[0].value);
    for (int i = 1; i < 3; i++) {
        const double own = n[i] / (n[i] + smooth);
        ck_assert_double_eq_tol(b.state->nodes[i].value,
                                own * a.state->nodes[i].value + (1 - own) * mean, tolerance);
    }
    test_fit_clear(&b);
    test_fit_clear(&a);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_boosting_with_extra_trees_draws_cuts_from_those_there_are)
{
    mlc_context *const ctx = test_root(1, NULL);
    test_problem p = test_problem_make(1000, 1, 0);
    test_fit t, best;
    test_fit_run(&best, ctx, &p, "n_estimators=60 max_leaf_nodes=2");
    test_fit_run(&t, ctx, &p, "n_estimators=60 max_leaf_nodes=2 extra_trees=true");
    /* All quarters of the range are drawn, and the best cuts win the training loss. */
    int64_t n[4] = {0, 0, 0, 0};
    for (int64_t i = 0; i < 60; i++)
        if (t.state->nodes[t.state->first_node[i]].left != 0)
            n[(int)floor(t.state->nodes[t.state->first_node[i]].value + 2)]++;
    ck_assert(n[0] > 4 && n[1] > 4 && n[2] > 4 && n[3] > 4);
    ck_assert_double_lt(best.state->train_loss[59], t.state->train_loss[59]);
    ck_assert_double_lt(t.state->train_loss[59], 0.7 * t.state->train_loss[0]);
    test_fit_clear(&best);
    test_fit_clear(&t);
    test_problem_clear(&p);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_boosting_with_drawn_cuts_and_smoothing_in_any_parts_has_the_same_bytes)
{
    test_problem p = test_problem_make(600, 4, 3);
    test_same_in_any_parts(&p, "n_estimators=5 extra_trees=true path_smooth=3");
    test_same_in_any_parts(&p, "n_estimators=3 extra_trees=true grow_policy=oblivious");
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("boost", test_boosting_of_many_rows_in_any_parts_has_the_same_bytes,
                 test_boosting_of_rankings_in_any_parts_has_the_same_bytes,
                 test_boosting_with_constraints_in_any_parts_has_the_same_bytes,
                 test_boosting_gives_the_same_bytes_for_any_threads_and_isa,
                 test_boosting_of_sparse_columns_gives_the_same_bytes_for_any_threads_and_isa,
                 test_boosting_of_rare_values_gives_the_same_bytes_for_any_threads_and_isa,
                 test_boosting_of_shuffled_rows_with_their_index_gives_the_same_trees,
                 test_boosting_of_weight_two_is_the_row_twice_up_to_rounding,
                 test_boosting_without_a_possible_split_predicts_the_constant,
                 test_boosting_with_offset_learns_what_is_left,
                 test_boosting_with_a_loss_of_the_host_equals_the_same_loss_inside,
                 test_boosting_with_path_smooth_mixes_a_leaf_with_its_parent,
                 test_boosting_with_extra_trees_draws_cuts_from_those_there_are,
                 test_boosting_that_is_cancelled_stops,
                 test_boosting_when_any_allocation_fails_leaks_nothing, MLCI_RESULTS,
                 test_boosting_of_weighted_rows_in_any_parts_has_the_same_bytes,
                 test_boosting_of_classes_in_any_parts_has_the_same_bytes,
                 test_boosting_by_each_loss_in_any_parts_has_the_same_bytes,
                 test_boosting_with_drawn_cuts_and_smoothing_in_any_parts_has_the_same_bytes)
