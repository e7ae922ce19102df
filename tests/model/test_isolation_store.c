#include "isolating.h"

#include "tree/isolation.h"

extern const mlci_model_descriptor mlci_model_isolation_forest;

enum { N = 80, P = 3 };

static double x[N * P];
static const char *const settings[] = {"n_estimators=3 max_samples=20",
                                       "n_estimators=3 max_samples=20 extension_level=2"};

static void fit(model_case *c, const char *text)
{
    for (int64_t i = 0; i < N * P; i++)
        x[i] = test_uniform(6, i);
    *c = (model_case){
        .model = &mlci_model_isolation_forest, .settings = text, .x = x, .n = N, .p = P};
    model_case_fit(c);
}

static mlc_status load(const model_case *c, const mlci_writer *w, int64_t p, void **out,
                       mlc_error *err)
{
    mlci_reader r;
    *out = NULL;
    mlci_reader_init(&r, NULL, "model", w->data, w->length);
    return c->model->load(c->call, c->params, &r, p, 0, out, err);
}

START_TEST(test_load_of_a_saved_forest_predicts_the_same_bits)
{
    for (int s = 0; s < 2; s++) {
        model_case c;
        fit(&c, settings[s]);
        model_case_survives_saving(&c, MLCI_OUTPUT_RAW);
        model_case_close(&c);
    }
}
END_TEST

/* A forest that loads can be walked, whatever its bytes were. */
START_TEST(test_load_of_changed_bytes_fails_or_gives_a_forest_that_can_walk)
{
    static double raw[N];
    for (int s = 0; s < 2; s++) {
        model_case c;
        fit(&c, settings[s]);
        model_case changed = c;
        mlci_writer w = model_case_save(&c);
        mlc_error err;
        for (int64_t i = 0; i < w.length; i++) {
            for (int flip = 1; flip < 256; flip *= 4) {
                w.data[i] ^= (uint8_t)flip;
                const mlc_status status = load(&c, &w, P, &changed.state, &err);
                w.data[i] ^= (uint8_t)flip;
                if (status != MLC_OK) {
                    ck_assert_int_gt((int)strlen(err.message), 10);
                    continue;
                }
                model_case_predict(&changed, MLCI_OUTPUT_RAW, raw);
                c.model->free_state(changed.state);
            }
        }
        mlci_writer_clear(&w);
        model_case_close(&c);
    }
}
END_TEST

START_TEST(test_load_into_another_schema_is_refused)
{
    model_case c;
    fit(&c, settings[0]);
    mlci_writer w = model_case_save(&c);
    void *state;
    ck_assert_int_eq(load(&c, &w, P + 1, &state, NULL), MLC_ERROR_FORMAT);
    mlci_writer_clear(&w);
    model_case_close(&c);
}
END_TEST

/* What a writer that lies would say. */
static void assert_refused(const model_case *c, const char *part)
{
    mlci_writer w = model_case_save(c);
    void *state;
    mlc_error err;
    ck_assert_int_eq(load(c, &w, P, &state, &err), MLC_ERROR_FORMAT);
    ck_assert_msg(strstr(err.message, part) != NULL, "%s", err.message);
    mlci_writer_clear(&w);
}

START_TEST(test_load_says_what_is_wrong_with_a_forest)
{
    model_case c;
    fit(&c, settings[0]);
    mlci_isolation *f = c.state;
    f->threshold = NAN;
    assert_refused(&c, "threshold");
    f->threshold = 0.5;
    f->nodes[f->first_node[1] - 1].value = -1;
    assert_refused(&c, "its path has no length");
    model_case_close(&c);
    fit(&c, settings[1]);
    f = c.state;
    f->terms[1].feature = P;
    assert_refused(&c, "a plane is by a feature");
    f->terms[1].feature = 0;
    f->nodes[0].split |= MLCI_NODE_MISSING_LEFT;
    assert_refused(&c, "by a plane in another way");
    f->nodes[0].split = (uint32_t)f->n_planes;
    assert_refused(&c, "that there is not");
    f->nodes[0].split = 0;
    /* The last pair of leaves goes, the plane that parts it stays. */
    const int64_t n = f->first_node[3] -= 2;
    mlci_tree_node *parent = f->nodes + f->first_node[2];
    while (parent->left != n - f->first_node[2])
        parent++;
    *parent = (mlci_tree_node){1, 0, 0};
    assert_refused(&c, "as many planes as splits");
    model_case_close(&c);
}
END_TEST

START_TEST(test_tables_have_a_line_a_node_or_a_term)
{
    for (int s = 0; s < 2; s++) {
        model_case c;
        fit(&c, settings[s]);
        const mlci_isolation *const f = c.state;
        mlc_dataset *const table = model_case_table(&c, "trees");
        mlc_dataset *const threshold = model_case_table(&c, "threshold");
        ck_assert_double_eq(table_real(threshold, "threshold", 0), 0.5);
        if (s == 0) {
            ck_assert_int_eq(mlc_dataset_n_rows(table), f->first_node[3]);
            for (int64_t i = 0; i < f->first_node[3]; i++)
                if (f->nodes[i].left == 0)
                    ck_assert_double_eq(table_real(table, "path", i), f->nodes[i].value);
        } else {
            ck_assert_int_eq(mlc_dataset_n_rows(table), f->n_planes * 3);
            const int64_t plane = (int64_t)f->nodes[0].split * 3;
            for (int64_t k = 0; k < 3; k++) {
                ck_assert_double_eq(table_real(table, "factor", k), f->terms[plane + k].factor);
                ck_assert_double_eq(table_real(table, "origin", k), f->terms[plane + k].origin);
            }
        }
        mlc_dataset_free(table);
        mlc_dataset_free(threshold);
        model_case_close(&c);
    }
}
END_TEST

MLCI_CHECK_SUITE("isolation_store", test_load_of_a_saved_forest_predicts_the_same_bits,
                 test_load_of_changed_bytes_fails_or_gives_a_forest_that_can_walk,
                 test_load_into_another_schema_is_refused,
                 test_load_says_what_is_wrong_with_a_forest,
                 test_tables_have_a_line_a_node_or_a_term)
