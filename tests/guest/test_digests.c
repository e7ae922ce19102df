/* The same artifact and the same predictions, to the last bit: for 1, 2, 3, 7 and 64 threads, on a
 * second run, from rows that are a view of a larger table, in chunks of any size, under a locale
 * that writes a comma for the point.
 *
 * With MLC_PRINT_DIGESTS it prints a digest a component, for compilers.sh to compare builds. */
#include <locale.h>
#include <stdint.h>

#include "guest.h"
#include "operations.h"
#include "sha256.h"

#define N_ROWS 1500

static mlc_buffer *fit_bytes(const subject *s, const mlc_dataset *rows, int32_t n_threads)
{
    mlc_context *ctx = conformance_context(n_threads, NULL);
    mlc_model *model = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_fit(ctx, s->recipe, rows, NULL, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", s->name, err.message);
    mlc_buffer *const out = conformance_bytes(model);
    mlc_model_free(model);
    mlc_context_close(ctx);
    return out;
}

static void assert_same_artifact(const subject *s, mlc_buffer *bytes, const char *what)
{
    ck_assert_msg(mlc_buffer_size(bytes) == mlc_buffer_size(s->artifact) &&
                      memcmp(mlc_buffer_data(bytes), mlc_buffer_data(s->artifact),
                             (size_t)mlc_buffer_size(bytes)) == 0,
                  "%s: %s gives another artifact", s->name, what);
    mlc_buffer_free(bytes);
}

START_TEST(test_artifact_when_threads_differ_is_the_same)
{
    static const int32_t threads[] = {1, 2, 3, 7, 64, 2};
    subject s;
    if (!subject_open(&s, COMPONENT, guest_amount(N_ROWS, 20 * N_ROWS))) return;
    for (int64_t run = 0; run < guest_amount(1, 20); run++) {
        for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
            char what[32];
            snprintf(what, sizeof what, "%d threads", (int)threads[i]);
            assert_same_artifact(&s, fit_bytes(&s, s.rows, threads[i]), what);
        }
    }
    subject_close(&s);
}
END_TEST

START_TEST(test_artifact_when_rows_are_a_view_is_the_same)
{
    subject s, more;
    if (!subject_open(&s, COMPONENT, N_ROWS)) return;
    ck_assert(subject_open(&more, COMPONENT, N_ROWS + 300));
    mlc_dataset *range = NULL, *picked = NULL;
    mlc_error err;
    int64_t *rows = malloc(N_ROWS * sizeof *rows);
    for (int64_t i = 0; i < N_ROWS; i++)
        rows[i] = i;
    ck_assert_int_eq(mlc_dataset_rows(NULL, more.rows, NULL, 0, N_ROWS, &range, &err), MLC_OK);
    ck_assert_int_eq(mlc_dataset_rows(NULL, more.rows, rows, 0, N_ROWS, &picked, &err), MLC_OK);
    assert_same_artifact(&s, fit_bytes(&s, range, 2), "a range of more rows");
    assert_same_artifact(&s, fit_bytes(&s, picked, 2), "rows picked from more");
    free(rows);
    mlc_dataset_free(picked);
    mlc_dataset_free(range);
    subject_close(&more);
    subject_close(&s);
}
END_TEST

START_TEST(test_predictions_when_rows_come_in_chunks_are_the_same)
{
    static const int64_t chunks[] = {1, 7, 255, 256, 257, 1000};
    subject s;
    if (!subject_open(&s, COMPONENT, N_ROWS)) return;
    for (size_t c = 0; c < sizeof chunks / sizeof chunks[0]; c++) {
        const int64_t step = chunks[c] == 1 && !guest_is_long() ? 97 : chunks[c];
        for (int64_t first = 0; first + chunks[c] <= N_ROWS; first += step) {
            mlc_dataset *rows = NULL, *expected = NULL;
            mlc_error err;
            ck_assert_int_eq(mlc_dataset_rows(NULL, s.rows, NULL, first, chunks[c], &rows, &err),
                             MLC_OK);
            ck_assert_int_eq(
                mlc_dataset_rows(NULL, s.predicted, NULL, first, chunks[c], &expected, &err),
                MLC_OK);
            const int64_t n = guest_n_outputs(expected);
            double *values = malloc((size_t)(n + 1) * sizeof *values);
            ck_assert_int_eq(guest_outputs(expected, values, &err), MLC_OK);
            ck_assert_msg(guest_predicts(NULL, s.model, rows, values, n) == MLC_OK,
                          "%s: rows from %lld in chunks of %lld have other bits", s.name,
                          (long long)first, (long long)chunks[c]);
            free(values);
            mlc_dataset_free(expected);
            mlc_dataset_free(rows);
        }
    }
    subject_close(&s);
}
END_TEST

/* The whole life of the component and its rows as text. */
static mlc_buffer *life_as_text(const mlci_descriptor *d, mlc_buffer **artifact)
{
    subject s;
    mlc_buffer *text = NULL;
    if (!subject_open(&s, d, 200)) return NULL;
    ck_assert_int_eq(mlc_dataset_format(s.predicted, "format=json", &text, NULL), MLC_OK);
    *artifact = mlc_buffer_ref(s.artifact);
    subject_close(&s);
    return text;
}

START_TEST(test_life_when_the_locale_writes_commas_is_the_same)
{
    mlc_buffer *artifact = NULL, *other = NULL;
    mlc_buffer *text = life_as_text(COMPONENT, &artifact);
    if (text == NULL) return;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) { /* meson.build makes it where it can */
        mlc_buffer_free(text);
        mlc_buffer_free(artifact);
        return;
    }
    char comma[8];
    snprintf(comma, sizeof comma, "%.1f", 0.5);
    ck_assert_str_eq(comma, "0,5");
    mlc_buffer *again = life_as_text(COMPONENT, &other);
    ck_assert_str_eq(mlc_buffer_data(again), mlc_buffer_data(text));
    ck_assert_int_eq(mlc_buffer_size(artifact), mlc_buffer_size(other));
    ck_assert_mem_eq(mlc_buffer_data(artifact), mlc_buffer_data(other),
                     (size_t)mlc_buffer_size(artifact));
    mlc_buffer_free(again);
    mlc_buffer_free(other);
    mlc_buffer_free(text);
    mlc_buffer_free(artifact);
}
END_TEST

static void print_digest(const char *name, const char *what, const mlc_buffer *bytes)
{
    uint8_t digest[32];
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    mlci_sha256_add(&sha, mlc_buffer_data(bytes), mlc_buffer_size(bytes));
    mlci_sha256_finish(&sha, digest);
    printf("%s %s ", name, what);
    for (int i = 0; i < 16; i++)
        printf("%02x", digest[i]);
    printf("\n");
}

START_TEST(print_digests)
{
    for (int i = 0; mlci_registry_table[i] != NULL; i++) {
        subject s;
        mlc_buffer *text = NULL;
        if (!subject_open(&s, mlci_registry_table[i], N_ROWS)) continue;
        ck_assert_int_eq(mlc_dataset_format(s.predicted, "format=json", &text, NULL), MLC_OK);
        print_digest(s.name, "artifact", s.artifact);
        print_digest(s.name, "predictions", text);
        mlc_buffer_free(text);
        subject_close(&s);
    }
}
END_TEST

static void fill_suite(Suite *suite)
{
    const TTest *const tests[] = {
        test_artifact_when_threads_differ_is_the_same,
        test_artifact_when_rows_are_a_view_is_the_same,
        test_predictions_when_rows_come_in_chunks_are_the_same,
        test_life_when_the_locale_writes_commas_is_the_same,
    };
    if (getenv("MLC_PRINT_DIGESTS") != NULL)
        tcase_add_test(check_suite_case(suite, "print", 300), print_digests);
    else
        conformance_add(suite, tests, sizeof tests / sizeof tests[0]);
}

MLCI_CHECK_SUITE_OF("digests", fill_suite)
