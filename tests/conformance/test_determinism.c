/* The same bits for any number of threads, on each instruction set, for a row alone and in a
 * batch, before a save and after a load. */
#include "conformance.h"

#include "predictor_row.h"

static void assert_same_bytes(const mlci_descriptor *d, const mlc_buffer *a, const mlc_buffer *b,
                              const char *what)
{
    ck_assert_msg(mlc_buffer_size(a) == mlc_buffer_size(b), "%s: %s changes the artifact's size",
                  d->name, what);
    ck_assert_msg(memcmp(mlc_buffer_data(a), mlc_buffer_data(b), (size_t)mlc_buffer_size(a)) == 0,
                  "%s: %s changes the artifact's bytes", d->name, what);
}

static void assert_same_bits(const mlci_descriptor *d, const double *a, const double *b, int64_t n,
                             const char *what)
{
    for (int64_t i = 0; i < n; i++) {
        const int both_nan = a[i] != a[i] && b[i] != b[i];
        ck_assert_msg(both_nan || memcmp(&a[i], &b[i], sizeof a[i]) == 0,
                      "%s: %s: value %lld is %.17g and %.17g", d->name, what, (long long)i, a[i],
                      b[i]);
    }
}

START_TEST(test_fit_when_threads_differ_then_same_artifact)
{
    rows_options o = {.n_rows = 1500};
    static const int32_t threads[] = {1, 2, 3, 7};
    mlc_buffer *first = NULL;
    for (int t = 0; t < 4; t++) {
        mlc_context *ctx = conformance_context(threads[t], NULL);
        mlc_model *recipe = conformance_model(ctx, COMPONENT, &o);
        if (recipe == NULL) {
            mlc_context_close(ctx);
            return;
        }
        mlc_dataset *rows = conformance_rows(&o);
        mlc_model *model = conformance_fit(ctx, COMPONENT, recipe, rows);
        mlc_buffer *bytes = conformance_bytes(model);
        if (first == NULL) {
            first = mlc_buffer_ref(bytes);
        } else {
            assert_same_bytes(COMPONENT, first, bytes, "the number of threads");
        }
        mlc_buffer_free(bytes);
        mlc_model_free(model);
        mlc_dataset_free(rows);
        mlc_model_free(recipe);
        mlc_context_close(ctx);
    }
    mlc_buffer_free(first);
}
END_TEST

START_TEST(test_fit_and_predict_when_isa_differs_then_same_bits)
{
    rows_options o = {.n_rows = 700, .n_classes = 3};
    static const char *const isas[] = {"reference", "avx2", "avx512"};
    mlc_buffer *first = NULL;
    double *expected = NULL;
    int64_t n_expected = 0;
    for (int t = 0; t < 3; t++) {
        mlc_context *ctx = conformance_context(1, isas[t]);
        if (ctx == NULL) continue;
        mlc_model *recipe = conformance_model(ctx, COMPONENT, &o);
        if (recipe == NULL) {
            mlc_context_close(ctx);
            return;
        }
        mlc_dataset *rows = conformance_rows(&o);
        mlc_model *model = conformance_fit(ctx, COMPONENT, recipe, rows);
        mlc_buffer *bytes = conformance_bytes(model);
        int64_t n = 0;
        double *values = conformance_predict(ctx, model, rows, &n);
        if (first == NULL) {
            first = mlc_buffer_ref(bytes);
            expected = values;
            n_expected = n;
        } else {
            assert_same_bytes(COMPONENT, first, bytes, isas[t]);
            ck_assert_int_eq(n, n_expected);
            assert_same_bits(COMPONENT, expected, values, n, isas[t]);
            free(values);
        }
        mlc_buffer_free(bytes);
        mlc_model_free(model);
        mlc_dataset_free(rows);
        mlc_model_free(recipe);
        mlc_context_close(ctx);
    }
    free(expected);
    mlc_buffer_free(first);
}
END_TEST

START_TEST(test_predict_when_row_is_alone_then_same_bits_as_in_batch)
{
    rows_options o = {.n_rows = 600};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, rows);
    int64_t n = 0, n_part = 0;
    double *all = conformance_predict(NULL, model, rows, &n);
    const int64_t width = n / o.n_rows;
    static const int64_t first[] = {0, 1, 255, 256, 300, 599};
    for (size_t k = 0; k < sizeof first / sizeof first[0]; k++) {
        mlc_dataset *one = NULL;
        mlc_error err;
        ck_assert_int_eq(mlc_dataset_rows(NULL, rows, NULL, first[k], 1, &one, &err), MLC_OK);
        double *values = conformance_predict(NULL, model, one, &n_part);
        ck_assert_int_eq(n_part, width);
        /* The first output column starts at 0; a vector lies row by row behind it. */
        assert_same_bits(COMPONENT, &all[first[k]], values, 1, "a row alone");
        if (width > 1) {
            assert_same_bits(COMPONENT, &all[o.n_rows + first[k] * (width - 1)], values + 1,
                             width - 1, "a row alone");
        }
        free(values);
        mlc_dataset_free(one);
    }
    free(all);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

START_TEST(test_predictor_when_run_on_raw_rows_then_same_bits_as_predict)
{
    rows_options o = {.n_rows = 300, .n_classes = 3};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, rows);
    compare_predictor(COMPONENT->name, model, rows);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

/* All outputs of n records of numbers, which are texts' wrong kind, by a predictor of so many rows;
 * some numbers are missing. */
static double *run_records(const mlc_model *model, const char *settings, double missing, int64_t n,
                           int64_t *n_values)
{
    enum { SPARE = 4096, UNTOUCHED = 0x5a };
    mlc_error err;
    mlc_predictor *p = NULL;
    ck_assert_msg(mlc_predictor_create(NULL, model, settings, &p, &err) == MLC_OK, "%s: %s",
                  settings, err.message);
    const int64_t n_inputs = mlc_predictor_n_inputs(p), n_outputs = mlc_predictor_n_outputs(p);
    const int64_t bytes = mlc_predictor_scratch_bytes(p);
    double *const records = malloc((size_t)(n * n_inputs) * sizeof *records);
    double *const out = malloc((size_t)(n * n_outputs) * sizeof *out);
    unsigned char *const scratch = aligned_alloc(64, (size_t)bytes + SPARE);
    memset(scratch, 0, (size_t)bytes);
    memset(scratch + bytes, UNTOUCHED, SPARE);
    for (int64_t i = 0; i < n * n_inputs; i++)
        records[i] = i % 13 == 5 ? missing : 0.07 * (double)(i * 37 % 101) - 3;
    ck_assert_msg(mlc_predictor_run_reals(p, records, n, scratch, out, NULL, &err) == MLC_OK, "%s",
                  err.message);
    for (int i = 0; i < SPARE; i++)
        ck_assert_msg(scratch[bytes + i] == UNTOUCHED, "%s: byte %d after the scratch is written",
                      settings, i);
    *n_values = n * n_outputs;
    free(scratch);
    free(records);
    mlc_predictor_free(p);
    return out;
}

START_TEST(test_predictor_when_given_many_records_then_same_bits_as_one_by_one)
{
    enum { N = 5000 };
    rows_options o = {.n_rows = 300, .n_classes = 3};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, rows);
    int64_t n = 0, m = 0;
    double *const one_by_one = run_records(model, "rows=1", (double)NAN, N, &n);
    for (int k = 0; k < 3; k++) {
        double *const many = run_records(
            model, (const char *[]){"rows=256", "rows=700", "rows=65536"}[k], (double)NAN, N, &m);
        ck_assert_int_eq(n, m);
        assert_same_bits(COMPONENT, one_by_one, many, n, "many records at a time");
        free(many);
    }
    free(one_by_one);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

/* Models get records of numbers as they are, with whatever NaN the caller has. */
START_TEST(test_predictor_when_missing_is_any_nan_then_same_bits)
{
    enum { N = 200 };
    static const uint64_t nans[] = {UINT64_C(0xFFF8000000000000), UINT64_C(0x7FF80000DEADBEEF),
                                    UINT64_C(0x7FF0000000000001), UINT64_C(0xFFFFFFFFFFFFFFFF)};
    if (COMPONENT->kind != MLCI_KIND_MODEL || (COMPONENT->capabilities & MLCI_CAN_MISSING) == 0)
        return;
    rows_options o = {.n_rows = 300};
    mlc_model *wrapped = conformance_model(NULL, COMPONENT, &o), *recipe = NULL;
    mlc_dataset *rows = conformance_rows(&o), *numbers = NULL;
    const char *const columns = o.grouped ? "a,b,c,y,q" : o.bounds ? "a,b,c,y,y_upper" : "a,b,c,y";
    ck_assert_int_eq(mlc_dataset_select(NULL, rows, columns, &numbers, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_parse(NULL, COMPONENT->name, &recipe, NULL), MLC_OK);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, numbers);
    int64_t n = 0, m = 0;
    for (int k = 0; k < 2; k++) {
        const char *const settings = k == 0 ? "rows=1" : "rows=200";
        double *const usual = run_records(model, settings, (double)NAN, N, &n);
        for (size_t i = 0; i < sizeof nans / sizeof nans[0]; i++) {
            double missing;
            memcpy(&missing, &nans[i], sizeof missing);
            double *const other = run_records(model, settings, missing, N, &m);
            ck_assert_int_eq(n, m);
            assert_same_bits(COMPONENT, usual, other, n, "another NaN");
            free(other);
        }
        free(usual);
    }
    mlc_model_free(model);
    mlc_dataset_free(numbers);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
    mlc_model_free(wrapped);
}
END_TEST

START_TEST(test_load_when_saved_then_same_bits_and_same_bytes)
{
    rows_options o = {.n_rows = 400};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_model *model = conformance_fit(NULL, COMPONENT, recipe, rows), *loaded = NULL;
    mlc_buffer *bytes = conformance_bytes(model);
    mlc_error err;
    const mlc_status status = mlc_model_load_memory(NULL, mlc_buffer_data(bytes),
                                                    mlc_buffer_size(bytes), NULL, &loaded, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", COMPONENT->name, err.message);
    mlc_buffer *again = conformance_bytes(loaded);
    assert_same_bytes(COMPONENT, bytes, again, "a load and a save");
    int64_t n = 0, m = 0;
    double *before = conformance_predict(NULL, model, rows, &n);
    double *after = conformance_predict(NULL, loaded, rows, &m);
    ck_assert_int_eq(n, m);
    assert_same_bits(COMPONENT, before, after, n, "a load");
    free(before);
    free(after);
    mlc_buffer_free(again);
    mlc_buffer_free(bytes);
    mlc_model_free(loaded);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "determinism", test_fit_when_threads_differ_then_same_artifact,
                    test_fit_and_predict_when_isa_differs_then_same_bits,
                    test_predict_when_row_is_alone_then_same_bits_as_in_batch,
                    test_predictor_when_run_on_raw_rows_then_same_bits_as_predict,
                    test_predictor_when_given_many_records_then_same_bits_as_one_by_one,
                    test_predictor_when_missing_is_any_nan_then_same_bits,
                    test_load_when_saved_then_same_bits_and_same_bytes)
