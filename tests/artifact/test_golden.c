#include "golden.h"

#include "artifacts.h"
#include "check_suite.h"

/* Where the bytes of a section start in a stored artifact. */
static uint8_t *section_of(const artifact_bytes *a, const char *name, int64_t *n)
{
    const uint64_t count = artifact_get(a->data + 24, 4);
    const uint8_t *names = a->data + ARTIFACT_HEADER + ARTIFACT_ENTRY * count;
    for (uint64_t i = 0; i < count; i++) {
        const uint8_t *entry = artifact_entry(a, (int64_t)i);
        if (artifact_get(entry + 4, 4) != strlen(name)) continue;
        if (memcmp(names + artifact_get(entry, 4), name, strlen(name)) != 0) continue;
        *n = (int64_t)artifact_get(entry + 24, 8);
        return a->data + artifact_get(entry + 16, 8);
    }
    ck_abort_msg("no section %s", name);
    return NULL;
}

START_TEST(test_golden_rows_that_predict_otherwise_are_refused_unless_asked)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows), *loaded = NULL;
    artifact_bytes a = artifact_of(model, NULL);
    int64_t n = 0;
    uint8_t *golden = section_of(&a, "golden", &n);
    golden[n - 8] ^= 1; /* the last bit of the last prediction */
    artifact_repair(&a);
    artifact_refused(&a, MLC_ERROR_FORMAT,
                     "the loaded model does not give the stored prediction of golden row 16");
    ck_assert_int_eq(mlc_model_load_memory(NULL, a.data, a.n, "selftest=false", &loaded, NULL),
                     MLC_OK);
    composing_same(model, loaded, rows);
    mlc_model_free(loaded);
    free(a.data);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* All types of columns, a vector and missing values among them, come back as they were. */
START_TEST(test_golden_rows_of_every_type_survive)
{
    enum { N = 12 };
    double x[N], v[2 * N], y[N];
    float f[N];
    int64_t k[N], t[N];
    uint8_t b[2] = {0x35, 0x0a};
    const char *words[N];
    for (int i = 0; i < N; i++) {
        x[i] = i % 5 == 0 ? NAN : i * 0.37;
        f[i] = (float)i / 3;
        k[i] = i * i - 7;
        t[i] = INT64_C(1700000000000000) + i * INT64_C(86400000000);
        v[2 * i] = i;
        v[2 * i + 1] = -i * 0.5;
        words[i] = i % 4 == 0 ? NULL : i % 2 ? "odd" : "even";
        y[i] = i;
    }
    const mlc_array arrays[] = {making_real("x", N, x),
                                making_array("f", MLC_TYPE_FLOAT32, N, f),
                                making_integer("k", N, k),
                                making_array("t", MLC_TYPE_TIMESTAMP, N, t),
                                making_array("b", MLC_TYPE_BOOL, N, b),
                                making_matrix("v", N, 2, v),
                                making_category("c", N, words),
                                making_real("y", N, y)};
    mlc_dataset *rows = making_dataset(arrays, 8, "target=y");
    mlc_model *model =
        transforming_model("gradient_boosting_regressor(n_estimators=3, min_samples_leaf=1)", rows);
    mlc_model *loaded = transforming_reload(model);
    const mlc_dataset *golden = loaded->golden;
    ck_assert_int_eq(mlc_dataset_n_rows(golden), N);
    for (int64_t i = 0; i < N; i++) {
        for (int j = 0; j < 5; j++) {
            const double a = making_cell(rows, arrays[j].name, i);
            const double c = making_cell(golden, arrays[j].name, i);
            ck_assert(a == c || (isnan(a) && isnan(c)));
        }
        ck_assert_double_eq(making_cell(golden, "v[1]", i), v[2 * i + 1]);
        making_assert_text(golden, "c", i, words[i]);
    }
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

/* A section of a hundred bytes that claims 10 rows of a wide vector takes no memory for them. */
START_TEST(test_golden_vector_wider_than_its_section_is_refused)
{
    mlc_dataset *rows = composing_rows(60, COMPOSING_NUMBERS);
    mlc_model *model = transforming_model("pipeline(automatic, ridge)", rows);
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_write_int64(&w, 10);
    mlci_write_int64(&w, 1);
    mlci_write_text(&w, "age", 3);
    mlci_write_int64(&w, MLC_TYPE_VECTOR);
    mlci_write_int64(&w, 100);
    for (int i = 0; i < 10; i++)
        mlci_write_int64(&w, 1);
    mlci_reader r;
    mlci_reader_init(&r, NULL, "golden", w.data, w.length);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    mlc_model bare = *model;
    bare.golden = NULL;
    making_assert_fails(mlci_golden_load(call, &bare, &r, 1, err), MLC_ERROR_FORMAT,
                        "wider than its section");
    ck_assert_ptr_null(bare.golden);
    mlci_call_end(call);
    mlci_writer_clear(&w);
    mlc_model_free(model);
    mlc_dataset_free(rows);
}
END_TEST

MLCI_CHECK_SUITE("golden", test_golden_rows_that_predict_otherwise_are_refused_unless_asked,
                 test_golden_rows_of_every_type_survive,
                 test_golden_vector_wider_than_its_section_is_refused)
