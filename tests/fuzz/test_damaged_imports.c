/* Model files of other libraries with one damage each: cut at every byte, a bit flipped, a number
 * replaced by one that matters. Each is refused with a message, or is a model that predicts; within
 * bounds of memory and time, and nothing is lost. MLC_IMPORTS is the folder of the files,
 * MLC_DAMAGE how many inputs of a kind are tried of each file, spread evenly. */
#include <ctype.h>
#include <dirent.h>
#include <time.h>

#include "check_suite.h"
#include "fuzz_host.h"

#define MAX_FILES 64
#define MAX_BYTES (1 << 16)
#define PER_BYTE INT64_C(6000) /* as in fuzz_import.c */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MOST_SECONDS 10.0
#else
#define MOST_SECONDS 1.0
#endif

typedef struct file {
    char name[256];
    uint8_t bytes[MAX_BYTES];
    size_t n;
} file;

static file files[MAX_FILES];
static int n_files;
static uint8_t changed[MAX_BYTES + 64];

static void read_files(void)
{
    const char *const folder = getenv("MLC_IMPORTS");
    struct dirent **entries = NULL;
    ck_assert_msg(folder != NULL, "MLC_IMPORTS is not set");
    n_files = 0;
    const int n = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[2048];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        FILE *const f = entries[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (f != NULL) {
            ck_assert_int_lt(n_files, MAX_FILES);
            file *const next = &files[n_files++];
            snprintf(next->name, sizeof next->name, "%.255s", entries[i]->d_name);
            next->n = fread(next->bytes, 1, MAX_BYTES, f);
            ck_assert_uint_lt(next->n, MAX_BYTES);
            fclose(f);
        }
        free(entries[i]);
    }
    free(entries);
    ck_assert_int_gt(n_files, 9);
}

/* ---- one input ----------------------------------------------------------------------------- */

/* A record of which all is missing has a prediction. */
static void use(mlc_context *ctx, const mlc_model *model)
{
    static double out[4096];
    mlc_predictor *p = NULL;
    mlc_error err;
    const mlc_status status = mlc_predictor_create(ctx, model, NULL, &p, &err);
    fuzz_status(status, &err);
    if (status == MLC_OK && mlc_predictor_n_outputs(p) <= 4096) {
        const size_t n = (size_t)mlc_predictor_n_inputs(p);
        mlc_value *const row = calloc(n + 1, sizeof *row);
        const size_t n_bytes = (size_t)mlc_predictor_scratch_bytes(p);
        void *const scratch = aligned_alloc(64, n_bytes);
        memset(scratch, 0, n_bytes);
        fuzz_status(mlc_predictor_run(p, row, scratch, out, NULL, &err), &err);
        free(scratch);
        free(row);
    }
    mlc_predictor_free(p);
}

/* 1 when it became a model. */
static int try_input(const char *name, size_t n)
{
    fuzz_host host = {0};
    mlc_context *const ctx = fuzz_open(&host, 1);
    mlc_model *model = NULL;
    mlc_error err;
    uint8_t *const exact = malloc(n + 1); /* a sanitizer sees what is read behind the end */
    const clock_t start = clock();
    memcpy(exact, changed, n);
    const mlc_status status = mlc_model_import_memory(
        ctx, exact, (int64_t)n, NULL, "max_categories=2000 max_features=2000 parity_rows=32",
        &model, &err);
    fuzz_status(status, &err);
    fuzz_bound(&host, FUZZ_BASE + (1 << 20), n, PER_BYTE);
    if (model != NULL) use(ctx, model);
    mlc_model_free(model);
    free(exact);
    fuzz_close(&host);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    ck_assert_msg(seconds < MOST_SECONDS, "%s: %g seconds", name, seconds);
    return status == MLC_OK;
}

/* ---- damages of one kind ------------------------------------------------------------------- */

typedef struct damage {
    int64_t (*count)(const file *f);
    size_t (*make)(const file *f, int64_t i); /* in changed; its length, 0: none there */
} damage;

static int64_t count_cuts(const file *f)
{
    return (int64_t)f->n;
}

static size_t cut(const file *f, int64_t i)
{
    memcpy(changed, f->bytes, (size_t)i);
    return (size_t)i;
}

static int64_t count_flips(const file *f)
{
    return 8 * (int64_t)f->n;
}

static size_t flip(const file *f, int64_t i)
{
    memcpy(changed, f->bytes, f->n);
    changed[i / 8] ^= (uint8_t)(1U << i % 8);
    return f->n;
}

static const char *const extremes[] = {"0",
                                       "-1",
                                       "1",
                                       "127",
                                       "2147483647",
                                       "-2147483648",
                                       "2147483648",
                                       "4294967295",
                                       "9223372036854775807",
                                       "-9223372036854775808",
                                       "18446744073709551616",
                                       "0.5",
                                       "3.4028236e38",
                                       "-1e308",
                                       "1e400",
                                       "5e-324",
                                       "NaN",
                                       "-Infinity",
                                       ""};
#define N_EXTREMES ((int64_t)(sizeof extremes / sizeof extremes[0]))

static int is_text(const file *f)
{
    return memchr(f->bytes, 0, f->n) == NULL && strstr(f->name, "onnx") == NULL &&
           strstr(f->name, ".ubj") == NULL;
}

static int in_number(uint8_t c)
{
    return isdigit(c) || c == '-' || c == '.';
}

/* Where number k of a text starts, or one behind its end where there are fewer. */
static size_t find_number(const file *f, int64_t k)
{
    for (size_t at = 0; at < f->n; at++)
        if (in_number(f->bytes[at]) && (at == 0 || !in_number(f->bytes[at - 1])) && k-- == 0)
            return at;
    return f->n;
}

static int64_t count_numbers(const file *f)
{
    int64_t n = 0;
    for (size_t at = 0; is_text(f) && at < f->n; at++)
        n += in_number(f->bytes[at]) && (at == 0 || !in_number(f->bytes[at - 1]));
    return n * N_EXTREMES;
}

static size_t replace_number(const file *f, int64_t i)
{
    const char *const by = extremes[i % N_EXTREMES];
    const size_t at = find_number(f, i / N_EXTREMES), n = strlen(by);
    size_t end = at;
    while (end < f->n && (in_number(f->bytes[end]) || f->bytes[end] == 'e' ||
                          f->bytes[end] == 'E' || f->bytes[end] == '+'))
        end++;
    memcpy(changed, f->bytes, at);
    memcpy(changed + at, by, n);
    memcpy(changed + at + n, f->bytes + end, f->n - end);
    return f->n - (end - at) + n;
}

/* Of binary files any four bytes: large, negative, infinite and not numbers, either way round. */
static const uint8_t words[][4] = {{0, 0, 0, 0},
                                   {0xff, 0xff, 0xff, 0xff},
                                   {0x7f, 0xff, 0xff, 0xff},
                                   {0xff, 0xff, 0xff, 0x7f},
                                   {0x80, 0, 0, 0},
                                   {0x7f, 0x80, 0, 0},
                                   {0, 0, 0x80, 0x7f},
                                   {0, 0, 0xc0, 0x7f},
                                   {0xff, 0xff, 0xff, 0x0f}};
#define N_WORDS ((int64_t)(sizeof words / sizeof words[0]))

static int64_t count_words(const file *f)
{
    return is_text(f) ? 0 : (int64_t)(f->n - 3) * N_WORDS;
}

static size_t replace_word(const file *f, int64_t i)
{
    memcpy(changed, f->bytes, f->n);
    memcpy(changed + i / N_WORDS, words[i % N_WORDS], 4);
    return f->n;
}

static void try_all(const damage *d)
{
    const char *const most = getenv("MLC_DAMAGE");
    const int64_t limit = most == NULL ? 300 : atoll(most);
    int64_t n_tried = 0;
    read_files();
    for (int k = 0; k < n_files; k++) {
        const int64_t count = d->count(&files[k]), n = count < limit ? count : limit;
        for (int64_t i = 0; i < n; i++)
            (void)try_input(files[k].name, d->make(&files[k], i * count / n));
        n_tried += n;
    }
    ck_assert_int_gt(n_tried, 100);
}

START_TEST(test_files_cut_anywhere_are_refused_or_models)
{
    try_all(&(damage){count_cuts, cut});
}
END_TEST

START_TEST(test_files_with_a_bit_flipped_are_refused_or_models)
{
    try_all(&(damage){count_flips, flip});
}
END_TEST

START_TEST(test_texts_with_an_extreme_number_are_refused_or_models)
{
    try_all(&(damage){count_numbers, replace_number});
}
END_TEST

START_TEST(test_binary_files_with_extreme_words_are_refused_or_models)
{
    try_all(&(damage){count_words, replace_word});
}
END_TEST

/* Unchanged some of each library are models, so that what refuses the others is the damage; files
 * that a fuzzer has found may be refused. */
START_TEST(test_files_as_they_are_are_models)
{
    static const char *const libraries[] = {"catboost", "lightgbm", "onnx", "sklearn", "xgboost"};
    int n_models[5] = {0};
    read_files();
    for (int k = 0; k < n_files; k++) {
        memcpy(changed, files[k].bytes, files[k].n);
        const int is_model = try_input(files[k].name, files[k].n);
        for (int i = 0; i < 5; i++)
            n_models[i] += is_model && strstr(files[k].name, libraries[i]) == files[k].name;
    }
    for (int i = 0; i < 5; i++)
        ck_assert_msg(n_models[i] > 0, "no file of %s is a model", libraries[i]);
}
END_TEST

MLCI_CHECK_SUITE("damaged_imports", test_files_as_they_are_are_models,
                 test_files_cut_anywhere_are_refused_or_models,
                 test_files_with_a_bit_flipped_are_refused_or_models,
                 test_texts_with_an_extreme_number_are_refused_or_models,
                 test_binary_files_with_extreme_words_are_refused_or_models)
