/* Artifacts from somebody who means harm, or from a disk that lies: refused, or a model that
 * predicts. Damage that checksums see is refused; damage under repaired checksums may give another
 * model, but never a crash, a hang or memory beyond measure. */
#include <time.h>

#include "artifact/artifacts.h"
#include "check_suite.h"
#include "torture.h"

static const char *const recipes[] = {
    "pipeline(automatic, ridge)",
    "pipeline(automatic, logistic_regression(max_iter=5))",
    "pipeline(automatic, kmeans(n_clusters=3, n_init=1, max_iter=3))",
    "gradient_boosting_regressor(n_estimators=2, max_leaf_nodes=4, min_samples_leaf=5)",
    "pipeline(chain(on(type:number, chain(simple_imputer(add_indicator=true), standard_scaler)), "
    "on(job, ordinal_encoder(handle_unknown=use_encoded_value))), "
    "gradient_boosting_classifier(n_estimators=2, max_leaf_nodes=4, min_samples_leaf=5))",
    "pipeline(automatic, support_vector_classifier(probability=true))",
};
#define N_RECIPES ((int)(sizeof recipes / sizeof recipes[0]))
#define N_ROWS 16

static int64_t mutations(void)
{
    const char *text = getenv("MLC_MUTATIONS");
    return text != NULL && atoll(text) > 0 ? atoll(text) : 1000;
}

static mlc_dataset *train_rows(int i)
{
    return composing_rows(80, i == 0 || i == 3 ? COMPOSING_NUMBERS : COMPOSING_CLASSES);
}

static artifact_bytes make(int i)
{
    mlc_dataset *rows = train_rows(i);
    mlc_model *model = transforming_model(recipes[i], rows);
    artifact_bytes a = artifact_of(model, NULL);
    mlc_model_free(model);
    mlc_dataset_free(rows);
    return a;
}

/* Each row alone. Cells that the rows do not have are numbers. */
static void run_alone(const mlc_predictor *p, const mlc_dataset *rows)
{
    const int64_t n = mlc_predictor_scratch_bytes(p);
    void *scratch = aligned_alloc(64, (size_t)n);
    memset(scratch, 0, (size_t)n);
    mlc_value *row = calloc((size_t)mlc_predictor_n_inputs(p), sizeof *row);
    double *values = malloc((size_t)mlc_predictor_n_outputs(p) * sizeof *values);
    for (int64_t i = 0; i < N_ROWS; i++) {
        for (int32_t j = 0; j < mlc_predictor_n_inputs(p); j++) {
            const int32_t f = mlc_dataset_find(rows, mlc_predictor_input_name(p, j));
            row[j] = f < 0 ? (mlc_value){.kind = MLC_REAL, .real = 1} : cell_value(rows, f, i);
        }
        ck_assert_int_ne(mlc_predictor_run(p, row, scratch, values, NULL, NULL),
                         MLC_ERROR_INTERNAL);
    }
    free(values);
    free(row);
    free(scratch);
}

static void use(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows)
{
    mlc_dataset *out = NULL, *table = NULL;
    mlc_predictor *p = NULL;
    ck_assert_int_ne(mlc_model_predict(ctx, model, rows, "output=class,flags", &out, NULL),
                     MLC_ERROR_INTERNAL);
    if (mlc_predictor_create(ctx, model, "output=class", &p, NULL) == MLC_OK) run_alone(p, rows);
    if (mlc_model_table(ctx, model, "steps", &table, NULL) == MLC_OK) mlc_dataset_free(table);
    mlc_predictor_free(p);
    mlc_dataset_free(out);
}

/* Loads an exact copy, so that a sanitizer sees each byte read behind its end; then predicts rows
 * in a batch and alone. Returns what the load said. */
static mlc_status try_bytes(const artifact_bytes *a, const mlc_dataset *rows, const char *settings)
{
    uint8_t *exact = malloc(a->n > 0 ? (size_t)a->n : 1);
    memcpy(exact, a->data, (size_t)a->n);
    mlci_test_allocator memory = {0};
    mlc_host host = mlci_test_host(&memory);
    host.memory_limit_bytes = INT64_C(64) << 20; /* far more than these models take */
    mlc_context *ctx = NULL;
    mlc_error err = {0};
    mlc_model *model = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, &err), MLC_OK);
    const mlc_status status = mlc_model_load_memory(ctx, exact, a->n, settings, &model, &err);
    free(exact);
    if (status == MLC_OK) {
        use(ctx, model, rows);
    } else {
        ck_assert_msg(status == MLC_ERROR_FORMAT || status == MLC_ERROR_VERSION ||
                          status == MLC_ERROR_COMPONENT || status == MLC_ERROR_LIMIT ||
                          status == MLC_ERROR_NO_MEMORY,
                      "status %d: %s", (int)status, err.message);
        ck_assert_int_ne(err.message[0], '\0');
        ck_assert_ptr_null(model);
    }
    mlc_model_free(model);
    mlc_context_close(ctx);
    ck_assert_int_eq(memory.live_bytes, 0);
    return status;
}

START_TEST(test_artifact_cut_at_any_length_is_refused)
{
    artifact_bytes a = make(_i);
    const int64_t whole = a.n;
    mlc_dataset *rows = composing_rows(N_ROWS, NULL);
    for (a.n = 0; a.n < whole; a.n++) {
        ck_assert_int_eq(try_bytes(&a, rows, NULL), MLC_ERROR_FORMAT);
    }
    ck_assert_int_eq(try_bytes(&a, rows, NULL), MLC_OK);
    mlc_dataset_free(rows);
    free(a.data);
}
END_TEST

/* A flip of optional features changes nothing that is read; all else is covered by checksums. */
START_TEST(test_artifact_with_one_bit_flipped_is_refused)
{
    artifact_bytes a = make(_i);
    mlc_dataset *rows = composing_rows(N_ROWS, NULL);
    uint64_t state = 3;
    for (int64_t at = 0; at < a.n; at++) {
        const uint8_t bit = (uint8_t)(1u << mutate_below(&state, 8));
        a.data[at] ^= bit;
        const mlc_status status = try_bytes(&a, rows, NULL);
        ck_assert_msg(status == MLC_ERROR_FORMAT || status == MLC_ERROR_VERSION,
                      "byte %lld: status %d", (long long)at, (int)status);
        a.data[at] ^= bit;
    }
    mlc_dataset_free(rows);
    free(a.data);
}
END_TEST

/* Numbers that break what was not thought of. */
static void mutate_bytes(artifact_bytes *a, uint64_t *state)
{
    static const uint64_t odd[] = {0,
                                   1,
                                   2,
                                   0x7f,
                                   0xff,
                                   0x7fffffff,
                                   0x80000000,
                                   0xffffffff,
                                   UINT64_C(1) << 32,
                                   UINT64_C(1) << 62,
                                   UINT64_C(1) << 63,
                                   UINT64_MAX,
                                   UINT64_C(0x7ff0000000000000),
                                   UINT64_C(0x7ff8000000000000),
                                   1000,
                                   65536};
    const int64_t header = (int64_t)artifact_get(a->data + 12, 4);
    for (size_t changes = 1 + mutate_below(state, 3); changes > 0; changes--) {
        const int64_t from = mutate_below(state, 20) == 0 ? 0 : header;
        const int64_t at = from + (int64_t)mutate_below(state, (size_t)(a->n - from));
        switch (mutate_below(state, 4)) {
        case 0:
            a->data[at] ^= (uint8_t)(1u << mutate_below(state, 8));
            break;
        case 1:
            a->data[at] = (uint8_t)mutate_next(state);
            break;
        case 2: {
            const int64_t word = at & ~INT64_C(7); /* integers and reals lie at any place */
            const int n = word + 8 <= a->n ? 8 : 1;
            artifact_put(a->data + word, odd[mutate_below(state, 16)], n);
            break;
        }
        default: {
            const int n = at + 8 <= a->n ? 8 : 1;
            artifact_put(a->data + at,
                         artifact_get(a->data + at, n) + (mutate_below(state, 2) ? 1 : UINT64_MAX),
                         n);
        }
        }
    }
}

START_TEST(test_artifact_changed_under_repaired_checksums_never_crashes)
{
    artifact_bytes a = make(_i);
    mlc_dataset *rows = composing_rows(N_ROWS, NULL);
    artifact_bytes changed = {malloc((size_t)a.n), a.n};
    uint64_t state = 11 + (uint64_t)_i;
    int64_t n_loaded = 0;
    const int64_t n = mutations() / N_RECIPES;
    const clock_t start = clock();
    for (int64_t k = 0; k < n; k++) {
        memcpy(changed.data, a.data, (size_t)a.n);
        mutate_bytes(&changed, &state);
        artifact_repair(&changed);
        n_loaded += try_bytes(&changed, rows, k % 2 == 0 ? "selftest=false" : NULL) == MLC_OK;
    }
    /* Half go without the self-test, so some other models do load; and each takes its time. */
    ck_assert_int_gt(n_loaded, 0);
    ck_assert_int_lt(n_loaded, n);
    ck_assert_msg((double)(clock() - start) / CLOCKS_PER_SEC < 0.05 * (double)n + 5, "too slow");
    free(changed.data);
    mlc_dataset_free(rows);
    free(a.data);
}
END_TEST

/* ---- sections ------------------------------------------------------------------------------ */

static artifact_bytes one;

static void swap_bytes(uint8_t *a, uint8_t *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        const uint8_t t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

static int64_t n_sections(void)
{
    return (int64_t)artifact_get(one.data + 24, 4);
}

START_TEST(test_artifact_with_swapped_entries_is_refused)
{
    one = make(0);
    swap_bytes(artifact_entry(&one, 0), artifact_entry(&one, 1), ARTIFACT_ENTRY);
    artifact_repair(&one);
    artifact_refused(&one, MLC_ERROR_FORMAT, "section 0 of the file has a bad name");
    free(one.data);
}
END_TEST

START_TEST(test_artifact_with_a_section_twice_is_refused)
{
    one = make(0); /* sections info, schema, model: info becomes "sche", schema stays ... */
    uint8_t *names = one.data + ARTIFACT_HEADER + ARTIFACT_ENTRY * n_sections();
    const int64_t last = n_sections() - 1;
    /* ... and the last state gets the name of the one before it where both are as long. */
    for (int64_t i = 1; i <= last; i++) {
        uint8_t *a = artifact_entry(&one, i - 1), *b = artifact_entry(&one, i);
        if (artifact_get(a + 4, 4) != artifact_get(b + 4, 4)) continue;
        memcpy(names + artifact_get(b, 4), names + artifact_get(a, 4), artifact_get(a + 4, 4));
        artifact_repair(&one);
        artifact_refused(&one, MLC_ERROR_FORMAT, "is there twice");
        free(one.data);
        return;
    }
    /* No two of one length: the names of schema (6) and golden (6) always are. */
    uint8_t *schema = artifact_entry(&one, 1), *golden = artifact_entry(&one, last);
    ck_assert(artifact_get(schema + 4, 4) == artifact_get(golden + 4, 4));
    memcpy(names + artifact_get(golden, 4), names + artifact_get(schema, 4), 6);
    artifact_repair(&one);
    artifact_refused(&one, MLC_ERROR_FORMAT, "section 'schema' is there twice");
    free(one.data);
}
END_TEST

static void rename_section(const char *from, const char *to)
{
    one = make(0);
    uint8_t *names = one.data + ARTIFACT_HEADER + ARTIFACT_ENTRY * n_sections();
    for (int64_t i = 0; i < n_sections(); i++) {
        const uint8_t *entry = artifact_entry(&one, i);
        char *name = (char *)names + artifact_get(entry, 4);
        if (artifact_get(entry + 4, 4) != strlen(from)) continue;
        if (memcmp(name, from, strlen(from)) == 0) memcpy(name, to, strlen(to));
    }
    artifact_repair(&one);
}

START_TEST(test_artifact_without_a_section_says_which)
{
    rename_section("golden", "state/");
    artifact_refused(&one, MLC_ERROR_FORMAT, "section 'golden' is missing");
    free(one.data);
    rename_section("schema", "state/");
    artifact_refused(&one, MLC_ERROR_FORMAT, "section 'schema' is missing");
    free(one.data);
    rename_section("model", "modul");
    artifact_refused(&one, MLC_ERROR_VERSION, "section 'modul' that this library does not know");
    free(one.data);
}
END_TEST

START_TEST(test_artifact_with_a_newer_section_or_format_is_a_version_error)
{
    one = make(0);
    artifact_put(artifact_entry(&one, 2) + 8, 7, 2);
    artifact_repair(&one);
    artifact_refused(&one, MLC_ERROR_VERSION, "section 'model' has version 7");
    artifact_put(artifact_entry(&one, 2) + 8, 1, 2);
    artifact_put(one.data + 32, 4, 8);
    artifact_repair(&one);
    artifact_refused(&one, MLC_ERROR_VERSION, "needs features (0x4)");
    artifact_put(one.data + 32, 0, 8);
    artifact_put(one.data + 8, 2, 2);
    artifact_refused(&one, MLC_ERROR_VERSION, "format version 2.0; this library reads 1.x");
    free(one.data);
}
END_TEST

START_TEST(test_artifact_with_bytes_appended_is_refused)
{
    one = make(0);
    one.data = realloc(one.data, (size_t)one.n + 64);
    memset(one.data + one.n, 0, 64);
    for (int64_t more = 1; more <= 64; more += 21) {
        one.n += more;
        artifact_refused(&one, MLC_ERROR_FORMAT, "something was appended");
        artifact_put(one.data + 16, (uint64_t)one.n, 8); /* ... also when the header says so */
        artifact_repair(&one);
        artifact_refused(&one, MLC_ERROR_FORMAT, "followed by");
        one.n -= more;
        artifact_put(one.data + 16, (uint64_t)one.n, 8);
        artifact_repair(&one);
    }
    free(one.data);
}
END_TEST

START_TEST(test_artifact_with_numbers_at_the_edges_of_types_is_refused)
{
    static const uint64_t edges[] = {0x7fffffff,        0x80000000,        0xffffffff,
                                     UINT64_C(1) << 32, UINT64_C(1) << 62, UINT64_C(1) << 63,
                                     UINT64_MAX,        UINT64_MAX - 63};
    static const int header_fields[][2] = {{12, 4}, {16, 8}, {24, 4}, {84, 8}, {88, 8}};
    static const int entry_fields[][2] = {{0, 4}, {4, 4}, {16, 8}, {24, 8}, {32, 8}, {40, 8}};
    one = make(0);
    mlc_dataset *rows = composing_rows(N_ROWS, NULL);
    artifact_bytes changed = {malloc((size_t)one.n), one.n};
    for (size_t e = 0; e < sizeof edges / sizeof edges[0]; e++) {
        for (int f = 0; f < 5; f++) {
            memcpy(changed.data, one.data, (size_t)one.n);
            artifact_put(changed.data + header_fields[f][0], edges[e], header_fields[f][1]);
            artifact_repair(&changed);
            ck_assert_int_eq(try_bytes(&changed, rows, NULL), MLC_ERROR_FORMAT);
        }
        for (int f = 0; f < 6; f++) {
            for (int64_t i = 0; i < n_sections(); i++) {
                memcpy(changed.data, one.data, (size_t)one.n);
                uint8_t *entry = artifact_entry(&changed, i);
                artifact_put(entry + entry_fields[f][0], edges[e], entry_fields[f][1]);
                if (memcmp(changed.data, one.data, (size_t)one.n) == 0) continue;
                artifact_repair(&changed);
                ck_assert_int_ne(try_bytes(&changed, rows, NULL), MLC_OK);
            }
        }
    }
    mlc_dataset_free(rows);
    free(changed.data);
    free(one.data);
}
END_TEST

/* ---- bombs ----------------------------------------------------------------------------------- */

/* A container with one deflated section of n zeros that claims to hold claim bytes. */
static artifact_bytes bomb(int64_t n, int64_t claim)
{
    uLongf packed = compressBound((uLong)n);
    uint8_t *zeros = calloc(1, (size_t)n), *stream = malloc(packed);
    ck_assert_int_eq(compress(stream, &packed, zeros, (uLong)n), Z_OK);
    artifact_bytes a = {calloc(1, 192 + packed), (int64_t)(192 + packed)};
    static const uint8_t magic[8] = {0x89, 'M', 'L', 'C', 0x0D, 0x0A, 0x1A, 0x0A};
    memcpy(a.data, magic, 8);
    artifact_put(a.data + 8, 1, 2);
    artifact_put(a.data + 12, 192, 4);
    artifact_put(a.data + 16, (uint64_t)a.n, 8);
    artifact_put(a.data + 24, 1, 4);
    uint8_t *entry = artifact_entry(&a, 0);
    artifact_put(entry + 4, 5, 4);
    artifact_put(entry + 8, 1, 2);
    artifact_put(entry + 10, MLCI_SECTION_CRITICAL | MLCI_SECTION_DEFLATE, 2);
    artifact_put(entry + 16, 192, 8);
    artifact_put(entry + 24, packed, 8);
    artifact_put(entry + 32, (uint64_t)claim, 8);
    memcpy(a.data + 144, "model", 5);
    memcpy(a.data + 192, stream, packed);
    artifact_put(a.data + 28, crc32(0, a.data, 192), 4);
    free(stream);
    free(zeros);
    return a;
}

static mlc_status open_bomb(const artifact_bytes *a, int64_t limit, int64_t max_bytes)
{
    mlci_test_allocator memory = {0};
    mlc_host host = mlci_test_host(&memory);
    host.memory_limit_bytes = limit;
    mlc_context *ctx = NULL;
    mlci_container_in c = {0};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    mlci_limits limits = mlci_default_limits;
    limits.max_bytes = max_bytes;
    const mlc_status status =
        mlci_container_open(mlci_context_root(ctx), a->data, a->n, &limits, &c, NULL);
    mlci_container_close(&c);
    mlc_context_close(ctx);
    ck_assert_int_eq(memory.live_bytes, 0);
    return status;
}

START_TEST(test_deflate_bomb_takes_no_more_memory_than_its_cap)
{
    const int64_t mib = 1 << 20;
    /* 64 MiB of zeros that claim 1 MiB: inflated to 1 MiB and a byte, then refused. */
    artifact_bytes a = bomb(64 * mib, mib);
    ck_assert_int_eq(open_bomb(&a, 3 * mib, mib), MLC_ERROR_FORMAT);
    free(a.data);
    /* The truth, but more than max_bytes: refused before anything is inflated. */
    a = bomb(64 * mib, 64 * mib);
    ck_assert_int_eq(open_bomb(&a, mib, mib), MLC_ERROR_LIMIT);
    free(a.data);
    /* 1,000 bytes that claim 64 MiB: no stream is that dense. */
    a = bomb(1000, 64 * mib);
    ck_assert_int_eq(open_bomb(&a, mib, 64 * mib), MLC_ERROR_FORMAT);
    free(a.data);
    /* 1,000 bytes that claim as much as they may: no more than a first MiB is taken. */
    a = bomb(1000, 70000);
    ck_assert_int_eq(open_bomb(&a, mib, 64 * mib), MLC_ERROR_FORMAT);
    free(a.data);
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *const tcase = check_suite_case(suite, "hostile", 600);
    tcase_add_loop_test(tcase, test_artifact_cut_at_any_length_is_refused, 0, N_RECIPES);
    tcase_add_loop_test(tcase, test_artifact_with_one_bit_flipped_is_refused, 0, N_RECIPES);
    tcase_add_loop_test(tcase, test_artifact_changed_under_repaired_checksums_never_crashes, 0,
                        N_RECIPES);
    tcase_add_test(tcase, test_artifact_with_swapped_entries_is_refused);
    tcase_add_test(tcase, test_artifact_with_a_section_twice_is_refused);
    tcase_add_test(tcase, test_artifact_without_a_section_says_which);
    tcase_add_test(tcase, test_artifact_with_a_newer_section_or_format_is_a_version_error);
    tcase_add_test(tcase, test_artifact_with_bytes_appended_is_refused);
    tcase_add_test(tcase, test_artifact_with_numbers_at_the_edges_of_types_is_refused);
    tcase_add_test(tcase, test_deflate_bomb_takes_no_more_memory_than_its_cap);
}

MLCI_CHECK_SUITE_OF("hostile", fill_suite)
