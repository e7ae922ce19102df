#include "boosting.h"

static mlc_status load(const test_fit *t, const void *bytes, int64_t n, int64_t n_features,
                       int64_t n_classes, mlci_ensemble **out, mlc_error *err)
{
    mlci_reader r;
    mlc_context local, *call = NULL;
    mlci_reader_init(&r, NULL, "model", bytes, n);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    mlc_status status =
        t->model->load(call, &t->params, &r, n_features, n_classes, (void **)out, err);
    if (status == MLC_OK) {
        status = mlci_reader_finish(&r, err);
        if (status != MLC_OK) t->model->free_state(*out);
    }
    mlci_call_end(call);
    if (status != MLC_OK) *out = NULL;
    return status;
}

START_TEST(test_load_of_a_saved_model_predicts_and_saves_the_same_bytes)
{
    const int32_t classes[] = {0, 2, 3};
    for (int k = 0; k < 3; k++) {
        test_problem p = test_problem_make(400, 5, classes[k]);
        mlc_context *const ctx = test_root(1, NULL);
        mlci_ensemble *loaded = NULL;
        test_fit t;
        test_fit_run(&t, ctx, &p, "n_estimators=8");
        mlci_writer first = test_store(&t);
        ck_assert_int_eq(load(&t, first.data, first.length, 5, classes[k], &loaded, NULL), MLC_OK);
        double *const a = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_RAW);
        mlci_ensemble *const kept = t.state;
        t.state = loaded;
        double *const b = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_RAW);
        ck_assert_mem_eq(a, b, (size_t)(p.n_rows * loaded->n_outputs) * sizeof *a);
        mlci_writer second = test_store(&t);
        ck_assert_int_eq(first.length, second.length);
        ck_assert_mem_eq(first.data, second.data, (size_t)first.length);
        t.model->free_state(loaded);
        t.state = kept;
        mlci_writer_clear(&first);
        mlci_writer_clear(&second);
        free(a);
        free(b);
        test_fit_clear(&t);
        mlc_context_close(ctx);
        test_problem_clear(&p);
    }
}
END_TEST

/* A model of 3 features that is cut, or has a byte changed, at each place from begin to its end:
 * where it still loads, it predicts. first_cut: the cuts from there on are none that a model may
 * have. */
static void check_damage(test_fit *t, const test_problem *p, const mlci_writer *w, int64_t begin,
                         int64_t first_cut)
{
    mlci_ensemble *const kept = t->state, *loaded = NULL;
    mlc_error err;
    uint8_t *const bytes = malloc((size_t)w->length);
    for (int64_t n = first_cut; n < w->length; n++)
        ck_assert_int_eq(load(t, w->data, n, 3, p->n_classes, &loaded, &err), MLC_ERROR_FORMAT);
    for (int64_t i = begin; i < w->length; i++) {
        const uint8_t changes[] = {0xFF, 0x00, (uint8_t)(w->data[i] ^ 1),
                                   (uint8_t)(w->data[i] ^ 0x80)};
        for (int k = 0; k < 4; k++) {
            memcpy(bytes, w->data, (size_t)w->length);
            bytes[i] = changes[k];
            if (load(t, bytes, w->length, 3, p->n_classes, &loaded, &err) != MLC_OK) continue;
            t->state = loaded;
            free(test_predict(t, p->x, 10, MLCI_OUTPUT_PREDICTION));
            free(test_predict(t, p->x, 10, MLCI_OUTPUT_LEAF));
            t->model->free_state(loaded);
        }
    }
    t->state = kept;
    free(bytes);
}

START_TEST(test_load_of_cut_or_changed_bytes_fails_or_gives_a_model_that_can_walk)
{
    test_problem p = test_problem_make(120, 3, 2);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=3 max_leaf_nodes=4");
    mlci_writer w = test_store(&t);
    check_damage(&t, &p, &w, 0, 0);
    mlci_writer_clear(&w);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_load_of_linear_leaves_predicts_and_saves_the_same_bytes)
{
    test_problem p = test_problem_make(400, 5, 3);
    mlc_context *const ctx = test_root(1, NULL);
    mlci_ensemble *loaded = NULL;
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=4 linear_tree=true linear_lambda=0.1");
    mlci_writer first = test_store(&t);
    ck_assert_int_eq(load(&t, first.data, first.length, 5, 3, &loaded, NULL), MLC_OK);
    ck_assert_int_gt(loaded->terms->n_terms, 50);
    double *const a = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_RAW);
    mlci_ensemble *const kept = t.state;
    t.state = loaded;
    double *const b = test_predict(&t, p.x, p.n_rows, MLCI_OUTPUT_RAW);
    ck_assert_mem_eq(a, b, (size_t)(3 * p.n_rows) * sizeof *a);
    mlci_writer second = test_store(&t);
    ck_assert_int_eq(first.length, second.length);
    ck_assert_mem_eq(first.data, second.data, (size_t)first.length);
    t.model->free_state(loaded);
    t.state = kept;
    mlci_writer_clear(&first);
    mlci_writer_clear(&second);
    free(a);
    free(b);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_first_round_of_linear_leaves_is_stored_as_a_plain_model)
{
    test_problem p = test_problem_make(300, 4, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit plain, linear;
    test_fit_run(&plain, ctx, &p, "n_estimators=1");
    test_fit_run(&linear, ctx, &p, "n_estimators=1 linear_tree=true linear_lambda=3");
    test_assert_same_state(&plain, &linear);
    test_fit_clear(&plain);
    test_fit_clear(&linear);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* Spoils the terms of a model that is stored then, and puts them right. */
static void check_terms(test_fit *t, void *at, const void *wrong, size_t size, const char *says)
{
    uint8_t right[8];
    mlci_ensemble *loaded = NULL;
    mlc_error err;
    memcpy(right, at, size);
    memcpy(at, wrong, size);
    mlci_writer w = test_store(t);
    const mlc_status status = load(t, w.data, w.length, 3, 0, &loaded, &err);
    ck_assert_msg(status == MLC_ERROR_FORMAT, "%d, not %s", (int)status, says);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s, not %s", err.message, says);
    mlci_writer_clear(&w);
    memcpy(at, right, size);
}

START_TEST(test_load_of_wrong_terms_says_what_is_wrong)
{
    const double no_number = NAN, one = 1;
    const int32_t minus = -1, none = 3, last = 2;
    const int64_t far = 1 << 20, one_term = 1;
    test_problem p = test_problem_make(300, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=2 linear_tree=true max_leaf_nodes=9");
    mlci_leaf_terms *const terms = t.state->terms;
    int64_t leaf = 0;
    while (leaf < terms->n_nodes && terms->first[leaf + 1] - terms->first[leaf] < 2)
        leaf++;
    ck_assert_int_lt(leaf, terms->n_nodes);
    const int64_t k = terms->first[leaf];
    check_terms(&t, &terms->feature[k], &minus, 4, "a feature that there is not");
    check_terms(&t, &terms->feature[k], &none, 4, "a feature that there is not");
    check_terms(&t, &terms->feature[k], &last, 4, "do not ascend");
    check_terms(&t, &terms->factor[k], &no_number, 8, "a factor is not finite");
    check_terms(&t, &terms->intercept[leaf], &no_number, 8, "an intercept is not finite");
    check_terms(&t, &terms->intercept[0], &one, 8, "an intercept without terms");
    check_terms(&t, &terms->first[leaf], &far, 8, "the terms of leaves are damaged");
    check_terms(&t, &terms->first[0], &far, 8, "the terms of leaves are damaged");
    /* The root of the second tree takes a term of the first leaf that has some. */
    const int64_t root = t.state->first_node[1];
    int64_t next = root;
    while (terms->first[next + 1] == 0)
        next++;
    for (int64_t i = root + 1; i < next; i++)
        terms->first[i] = 1;
    check_terms(&t, &terms->first[next], &one_term, 8, "a split has terms");
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

/* Without any of its terms it is a plain model. */
START_TEST(test_load_of_cut_or_changed_terms_fails_or_gives_a_model_that_predicts)
{
    test_problem p = test_problem_make(120, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=3 max_leaf_nodes=4 linear_tree=true");
    mlci_writer w = test_store(&t);
    const int64_t terms =
        4 * 8 + (2 * t.state->terms->n_nodes + 1) * 8 + t.state->terms->n_terms * (4 + 8);
    check_damage(&t, &p, &w, w.length - terms, w.length - terms + 1);
    mlci_writer_clear(&w);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

START_TEST(test_load_of_a_history_with_metrics_goes_by_their_number)
{
    static const char *const lists[] = {"rmse,mae", "rmse", "rmse,mae,loss", "rmse,mae,r2"};
    test_problem p = test_problem_make(200, 3, 0), valid = test_problem_make(100, 3, 0);
    mlc_context *const ctx = test_root(1, NULL);
    test_fit t;
    p.valid = &valid;
    test_fit_run(&t, ctx, &p, "n_estimators=3 early_stopping_metric=[rmse,mae]");
    mlci_writer w = test_store(&t);
    char *const kept = t.params.early_stopping_metric;
    for (int k = 0; k < 4; k++) {
        char names[20];
        mlci_ensemble *loaded = NULL;
        mlc_error err;
        strcpy(names, lists[k]);
        t.params.early_stopping_metric = names;
        const mlc_status status = load(&t, w.data, w.length, 3, 0, &loaded, &err);
        ck_assert_int_eq(status, k % 2 == 0 ? MLC_OK : MLC_ERROR_FORMAT);
        if (status != MLC_OK) {
            ck_assert_ptr_nonnull(strstr(err.message, "the history is damaged"));
            continue;
        }
        ck_assert_int_eq(loaded->valid_width, 3);
        ck_assert_mem_eq(loaded->valid, t.state->valid, 9 * sizeof *loaded->valid);
        t.model->free_state(loaded);
    }
    t.params.early_stopping_metric = kept;
    mlci_writer_clear(&w);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
    test_problem_clear(&valid);
}
END_TEST

/* The state with one node changed. */
static void check_refused(test_fit *t, int32_t node, mlci_tree_node bad)
{
    mlci_ensemble *loaded = NULL;
    mlc_error err;
    const mlci_tree_node good = t->state->nodes[node];
    t->state->nodes[node] = bad;
    mlci_writer w = test_store(t);
    ck_assert_int_eq(load(t, w.data, w.length, 3, 2, &loaded, &err), MLC_ERROR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "tree 0, node "));
    mlci_writer_clear(&w);
    t->state->nodes[node] = good;
}

START_TEST(test_load_of_malformed_trees_is_refused)
{
    test_problem p = test_problem_make(400, 3, 2);
    mlc_context *const ctx = test_root(1, NULL);
    mlci_ensemble *loaded = NULL;
    test_fit t;
    test_fit_run(&t, ctx, &p, "n_estimators=1 max_leaf_nodes=4");
    const int32_t n = (int32_t)t.state->first_node[1];
    ck_assert_int_eq(n, 7);
    const mlci_tree_node *const nodes = t.state->nodes;
    const mlci_tree_node root = nodes[0];
    check_refused(&t, 0, (mlci_tree_node){root.value, root.split, 3}); /* node 1 is orphaned */
    check_refused(&t, 0, (mlci_tree_node){root.value, root.split, 6}); /* no room for two */
    check_refused(&t, 0, (mlci_tree_node){root.value, root.split, -1});
    check_refused(&t, 0, (mlci_tree_node){root.value, 3, root.left}); /* no such feature */
    check_refused(&t, 0, (mlci_tree_node){NAN, root.split, root.left});
    check_refused(&t, 0, (mlci_tree_node){0, root.split | MLCI_NODE_CATEGORY, root.left});
    check_refused(&t, 6, (mlci_tree_node){INFINITY, 0, 0});
    check_refused(&t, 6, (mlci_tree_node){1, 2, 0});
    check_refused(&t, 5, (mlci_tree_node){1, 0, 5}); /* its own child */
    check_refused(&t, 5, (mlci_tree_node){1, 0, 1}); /* backwards */
    mlci_writer w = test_store(&t);
    ck_assert_int_eq(load(&t, w.data, w.length, 4, 2, &loaded, NULL), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(&t, w.data, w.length, 3, 0, &loaded, NULL), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(&t, w.data, w.length, 3, 3, &loaded, NULL), MLC_ERROR_FORMAT);
    mlci_writer_clear(&w);
    test_fit_clear(&t);
    mlc_context_close(ctx);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("ensemble_store", test_load_of_a_saved_model_predicts_and_saves_the_same_bytes,
                 test_load_of_cut_or_changed_bytes_fails_or_gives_a_model_that_can_walk,
                 test_load_of_linear_leaves_predicts_and_saves_the_same_bytes,
                 test_first_round_of_linear_leaves_is_stored_as_a_plain_model,
                 test_load_of_wrong_terms_says_what_is_wrong,
                 test_load_of_cut_or_changed_terms_fails_or_gives_a_model_that_predicts,
                 test_load_of_a_history_with_metrics_goes_by_their_number,
                 test_load_of_malformed_trees_is_refused)
