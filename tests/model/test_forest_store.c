#include "forests.h"

static mlc_status load(const forest_fit *t, const void *bytes, int64_t n, int64_t n_features,
                       int64_t n_classes, mlci_forest **out, mlc_error *err)
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

START_TEST(test_load_of_a_saved_forest_predicts_and_saves_the_same_bytes)
{
    const int32_t classes[] = {0, 2, 3};
    for (int k = 0; k < 3; k++) {
        test_problem p = test_problem_make(400, 5, classes[k]);
        mlci_forest *loaded = NULL;
        forest_fit t;
        forest_run(&t, NULL,
                   classes[k] > 0 ? &mlci_model_random_forest_classifier
                                  : &mlci_model_random_forest_regressor,
                   &p, "n_estimators=4 oob_score=true");
        mlci_writer first = forest_bytes(&t);
        ck_assert_int_eq(load(&t, first.data, first.length, 5, classes[k], &loaded, NULL), MLC_OK);
        double *const a = forest_output(&t, p.x, 400, 256, MLCI_OUTPUT_PREDICTION);
        mlci_forest *const kept = t.state;
        t.state = loaded;
        double *const b = forest_output(&t, p.x, 400, 256, MLCI_OUTPUT_PREDICTION);
        ck_assert_mem_eq(a, b, 400 * sizeof *a);
        mlci_writer second = forest_bytes(&t);
        ck_assert_int_eq(first.length, second.length);
        ck_assert_mem_eq(first.data, second.data, (size_t)first.length);
        t.model->free_state(loaded);
        t.state = kept;
        mlci_writer_clear(&first);
        mlci_writer_clear(&second);
        free(a);
        free(b);
        forest_clear(&t);
        test_problem_clear(&p);
    }
}
END_TEST

/* A forest that loads can be walked, whatever its bytes were. */
START_TEST(test_load_of_cut_or_changed_bytes_fails_or_gives_a_forest_that_can_walk)
{
    const int32_t classes[] = {0, 2, 3};
    for (int c = 0; c < 3; c++) {
        test_problem p = test_problem_make(60, 3, classes[c]);
        mlci_forest *loaded = NULL;
        forest_fit t;
        mlc_error err;
        forest_run(&t, NULL,
                   classes[c] > 0 ? &mlci_model_decision_tree_classifier
                                  : &mlci_model_decision_tree_regressor,
                   &p, "max_depth=3");
        mlci_writer w = forest_bytes(&t);
        for (int64_t length = 0; length < w.length; length += 3) {
            ck_assert_int_ne(load(&t, w.data, length, 3, classes[c], &loaded, &err), MLC_OK);
            ck_assert_int_gt((int)strlen(err.message), 10);
        }
        for (int64_t i = 0; i < w.length; i++) {
            for (int flip = 1; flip < 256; flip *= 4) {
                w.data[i] ^= (uint8_t)flip;
                const mlc_status status = load(&t, w.data, w.length, 3, classes[c], &loaded, &err);
                w.data[i] ^= (uint8_t)flip;
                if (status != MLC_OK) continue;
                mlci_forest *const kept = t.state;
                t.state = loaded;
                free(forest_output(&t, p.x, 60, 60, MLCI_OUTPUT_PREDICTION));
                t.model->free_state(loaded);
                t.state = kept;
            }
        }
        mlci_writer_clear(&w);
        forest_clear(&t);
        test_problem_clear(&p);
    }
}
END_TEST

START_TEST(test_load_into_another_schema_is_refused)
{
    test_problem p = test_problem_make(100, 3, 3);
    mlci_forest *loaded = NULL;
    forest_fit t;
    forest_run(&t, NULL, &mlci_model_random_forest_classifier, &p, "n_estimators=2");
    mlci_writer w = forest_bytes(&t);
    ck_assert_int_eq(load(&t, w.data, w.length, 4, 3, &loaded, NULL), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(&t, w.data, w.length, 3, 2, &loaded, NULL), MLC_ERROR_FORMAT);
    mlci_writer_clear(&w);
    forest_clear(&t);
    test_problem_clear(&p);
}
END_TEST

MLCI_CHECK_SUITE("forest_store", test_load_of_a_saved_forest_predicts_and_saves_the_same_bytes,
                 test_load_of_cut_or_changed_bytes_fails_or_gives_a_forest_that_can_walk,
                 test_load_into_another_schema_is_refused)
