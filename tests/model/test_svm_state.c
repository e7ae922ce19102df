/* States of support vector machines: decisions by their formula, and files of changed bytes. */
#include "svm_case.h"

#include "svm/svm_state.h"

extern const mlci_model_descriptor mlci_model_support_vector_classifier;

enum { N = 300, P = 3, K = 3 };

static double x[N * P];
static int32_t classes[N];

static void fit(model_case *c, int64_t n, const char *settings)
{
    for (int64_t i = 0; i < n * P; i++)
        x[i] = svm_number(i);
    for (int64_t i = 0; i < n; i++)
        classes[i] = x[i * P] > 0.3 ? 0 : x[i * P + 1] + x[i * P + 2] > 0 ? 1 : 2;
    *c = (model_case){.model = &mlci_model_support_vector_classifier,
                      .settings = settings,
                      .x = x,
                      .n = n,
                      .p = P,
                      .classes = classes,
                      .n_classes = K};
    model_case_fit(c);
}

/* Vectors of class i against j, and of j against i, and the intercept. */
static double slow_decision(const mlci_svm_state *s, const double *row, int64_t i, int64_t j)
{
    int64_t first[K + 1] = {0};
    for (int64_t k = 0; k < K; k++)
        first[k + 1] = first[k] + s->n_support[k];
    double sum = s->intercept[i == 0 ? j - 1 : 2];
    for (int64_t v = first[i]; v < first[i + 1]; v++)
        sum += s->coefficient[v * 2 + j - 1] *
               svm_slow_kernel(&s->points.kernel, P, s->vectors + v * P, row);
    for (int64_t v = first[j]; v < first[j + 1]; v++)
        sum += s->coefficient[v * 2 + i] *
               svm_slow_kernel(&s->points.kernel, P, s->vectors + v * P, row);
    return sum;
}

START_TEST(test_decisions_of_pairs_are_their_sums)
{
    model_case c;
    double out[N * K];
    fit(&c, N, "C=0.05 decision_function_shape=ovo"); /* more than a chunk of vectors */
    const mlci_svm_state *const s = c.state;
    ck_assert_int_gt(s->points.n, MLCI_SVM_CHUNK);
    model_case_predict(&c, MLCI_OUTPUT_RAW, out);
    for (int64_t r = 0; r < N; r += 17) {
        ck_assert_double_eq_tol(out[r * 3], slow_decision(s, x + r * P, 0, 1), 1e-13);
        ck_assert_double_eq_tol(out[r * 3 + 1], slow_decision(s, x + r * P, 0, 2), 1e-13);
        ck_assert_double_eq_tol(out[r * 3 + 2], slow_decision(s, x + r * P, 1, 2), 1e-13);
    }
    model_case_rows_stand_alone(&c, MLCI_OUTPUT_RAW);
    model_case_close(&c);
}
END_TEST

static mlc_status load(const model_case *c, const mlci_writer *w, int64_t p, int64_t k, void **out,
                       mlc_error *err)
{
    mlci_reader r;
    *out = NULL;
    mlci_reader_init(&r, NULL, "model", w->data, w->length);
    return c->model->load(c->call, c->params, &r, p, k, out, err);
}

START_TEST(test_load_of_changed_bytes_fails_or_gives_what_can_predict)
{
    double out[16 * 2 * K];
    model_case c;
    fit(&c, 16, "probability=true C=10");
    model_case changed = c;
    mlci_writer w = model_case_save(&c);
    mlc_error err;
    for (int64_t i = 0; i < w.length; i++) {
        for (int flip = 1; flip < 256; flip *= 2) {
            w.data[i] ^= (uint8_t)flip;
            const mlc_status status = load(&c, &w, P, K, &changed.state, &err);
            w.data[i] ^= (uint8_t)flip;
            if (status != MLC_OK) {
                ck_assert_int_gt((int)strlen(err.message), 10);
                continue;
            }
            model_case_predict(&changed, MLCI_OUTPUT_PROBABILITY, out);
            model_case_predict(&changed, MLCI_OUTPUT_PREDICTION, out);
            for (int64_t r = 0; r < 16; r++)
                ck_assert(out[r] >= 0 && out[r] < K);
            c.model->free_state(changed.state);
        }
    }
    mlci_writer_clear(&w);
    model_case_close(&c);
}
END_TEST

/* An integer in the bytes that the state was saved as, and what is said of another one there. */
typedef struct patch {
    int64_t at, value;
    const char *what;
} patch;

START_TEST(test_load_of_other_shapes_is_refused_by_name)
{
    model_case c;
    fit(&c, 16, "C=10");
    const mlci_svm_state *const s = c.state;
    mlci_writer w = model_case_save(&c);
    mlc_error err;
    void *state;
    const int64_t counts = 4 + 3 * 8 + 8;   /* kernel, degree, gamma, coef0, features */
    const int64_t vectors = counts + 4 * 8; /* a count, then a number a class */
    const patch patches[] = {
        {4, 1001, "degrees"},
        {28, 4, "features"},
        {counts, 2, "elements"},
        {counts + 8, -1, "support vectors"},
        {counts + 8, s->n_support[0] + 1, "elements"},
        {counts + 8, INT64_MAX, "support vectors"},
        {vectors, s->points.n * P - 1, "elements"},
        {vectors + 8, INT64_C(0x7ff8000000000000), "not finite"},
        {12, INT64_C(0x7ff0000000000000), "not finite"},
        {12, (int64_t)UINT64_C(0xbff0000000000000), "gamma is negative"},
    };
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        uint8_t kept[8];
        memcpy(kept, w.data + patches[i].at, 8);
        memcpy(w.data + patches[i].at, &patches[i].value, 8);
        ck_assert_int_eq(load(&c, &w, P, K, &state, &err), MLC_ERROR_FORMAT);
        ck_assert_msg(strstr(err.message, patches[i].what) != NULL, "%d: %s", (int)i, err.message);
        memcpy(w.data + patches[i].at, kept, 8);
    }
    ck_assert_int_eq(load(&c, &w, P, 2, &state, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(&c, &w, P, 1, &state, &err), MLC_ERROR_FORMAT);
    ck_assert_int_eq(load(&c, &w, P, 1001, &state, &err), MLC_ERROR_FORMAT);
    mlci_writer_clear(&w);
    model_case_close(&c);
}
END_TEST

MLCI_CHECK_SUITE("svm_state", test_decisions_of_pairs_are_their_sums,
                 test_load_of_changed_bytes_fails_or_gives_what_can_predict,
                 test_load_of_other_shapes_is_refused_by_name)
