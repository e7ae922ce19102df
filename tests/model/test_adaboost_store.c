#include "boosted_votes.h"

#define ULP 1e-15 /* a few of 1 */

static vote_data data;

static mlc_status load(const model_case *c, const mlci_writer *w, void **out, mlc_error *err)
{
    mlci_reader r;
    *out = NULL;
    mlci_reader_init(&r, NULL, "model", w->data, w->length);
    return c->model->load(c->call, c->params, &r, c->p, c->n_classes, out, err);
}

static void fit(model_case *c, int32_t n_classes)
{
    vote_data_make(&data, n_classes == 0 ? 2 : n_classes);
    *c = vote_case(&data, n_classes, "n_estimators=3 max_depth=2");
    model_case_fit(c);
}

START_TEST(test_load_of_a_saved_model_predicts_the_same_bits)
{
    for (int32_t k = 0; k <= 3; k++) {
        if (k == 1) continue;
        model_case c;
        fit(&c, k);
        model_case_survives_saving(&c, MLCI_OUTPUT_PREDICTION);
        if (k > 0) model_case_survives_saving(&c, MLCI_OUTPUT_PROBABILITY);
        model_case_close(&c);
    }
}
END_TEST

/* What loads can predict, whatever its bytes were. */
START_TEST(test_load_of_changed_bytes_fails_or_gives_a_model_that_predicts)
{
    static double out[VOTE_ROWS * 3];
    for (int32_t k = 0; k <= 3; k += 3) {
        model_case c;
        fit(&c, k);
        model_case changed = c;
        mlci_writer w = model_case_save(&c);
        mlc_error err;
        for (int64_t i = 0; i < w.length; i++) {
            for (int flip = 1; flip < 256; flip *= 4) {
                w.data[i] ^= (uint8_t)flip;
                const mlc_status status = load(&c, &w, &changed.state, &err);
                w.data[i] ^= (uint8_t)flip;
                if (status != MLC_OK) {
                    ck_assert_int_gt((int)strlen(err.message), 10);
                    continue;
                }
                model_case_predict(&changed,
                                   k > 0 ? MLCI_OUTPUT_PROBABILITY : MLCI_OUTPUT_PREDICTION, out);
                c.model->free_state(changed.state);
            }
        }
        mlci_writer_clear(&w);
        model_case_close(&c);
    }
}
END_TEST

static void assert_refused(const model_case *c, const char *part)
{
    mlci_writer w = model_case_save(c);
    void *state;
    mlc_error err;
    ck_assert_int_eq(load(c, &w, &state, &err), MLC_ERROR_FORMAT);
    ck_assert_msg(strstr(err.message, part) != NULL, "%s", err.message);
    mlci_writer_clear(&w);
}

START_TEST(test_load_says_what_is_wrong)
{
    model_case c;
    fit(&c, 2);
    mlci_adaboost *const m = c.state;
    const double weight = m->weight[1];
    m->weight[1] = -1;
    assert_refused(&c, "the weight or the error of a tree");
    m->weight[1] = NAN;
    assert_refused(&c, "the weight or the error of a tree");
    m->weight[1] = 1e300;
    m->weight[0] = 1e300;
    assert_refused(&c, "too large");
    for (int t = 0; t < 3; t++)
        m->weight[t] = 0;
    assert_refused(&c, "no weight");
    m->weight[0] = weight;
    m->forest->nodes[m->forest->first_node[1] - 1].value = 0.5;
    assert_refused(&c, "votes for a class that there is not");
    model_case_close(&c);
}
END_TEST

START_TEST(test_table_of_estimators_has_a_line_a_tree)
{
    model_case c;
    fit(&c, 3);
    const mlci_adaboost *const m = c.state;
    mlc_dataset *const table = model_case_table(&c, "estimators");
    ck_assert_int_eq(mlc_dataset_n_rows(table), m->forest->n_trees);
    for (int64_t t = 0; t < m->forest->n_trees; t++) {
        ck_assert_double_eq(table_real(table, "weight", t), m->weight[t]);
        ck_assert_double_eq(table_real(table, "error", t), m->error[t]);
    }
    mlc_dataset_free(table);
    mlc_dataset *const importance = model_case_table(&c, "importance");
    double sum = 0;
    for (int64_t j = 0; j < VOTE_FEATURES; j++)
        sum += table_real(importance, "importance", j);
    ck_assert_double_eq_tol(sum, 1, ULP);
    mlc_dataset_free(importance);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("adaboost_store", test_load_of_a_saved_model_predicts_the_same_bits,
                 test_load_of_changed_bytes_fails_or_gives_a_model_that_predicts,
                 test_load_says_what_is_wrong, test_table_of_estimators_has_a_line_a_tree)
