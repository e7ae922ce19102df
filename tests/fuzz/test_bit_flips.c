/* Golden artifacts with bits flipped: refused, or the same model; never another model. One flip a
 * byte by default; MLC_FLIPS=all in the environment takes every bit, and every pair of bits of
 * header, table and names. MLC_GOLDEN is the folder of the files. */
#include <dirent.h>
#include <stdio.h>

#include "artifact/artifacts.h"
#include "check_suite.h"

#define MAX_FILES 256

static char paths[MAX_FILES][1024];
static int n_paths;

static int is_artifact(const struct dirent *entry)
{
    const size_t n = strlen(entry->d_name);
    return n > 7 && strcmp(entry->d_name + n - 7, ".mlcore") == 0;
}

static int find_files(void)
{
    const char *folder = getenv("MLC_GOLDEN");
    struct dirent **entries = NULL;
    ck_assert_msg(folder != NULL, "MLC_GOLDEN is not set");
    const int n = scandir(folder, &entries, is_artifact, alphasort);
    ck_assert_msg(n > 0 && n <= MAX_FILES, "%d files in %s", n, folder);
    for (int i = 0; i < n; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return n;
}

static artifact_bytes read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    artifact_bytes a = {NULL, ftell(f)};
    a.data = malloc((size_t)a.n);
    rewind(f);
    ck_assert_uint_eq(fread(a.data, 1, (size_t)a.n, f), (size_t)a.n);
    fclose(f);
    return a;
}

/* What the model of the file saves as; NULL when it is refused. */
static mlc_buffer *saved(const artifact_bytes *a, mlc_error *err)
{
    mlc_model *model = NULL;
    mlc_buffer *bytes = NULL;
    if (mlc_model_load_memory(NULL, a->data, a->n, NULL, &model, err) != MLC_OK) return NULL;
    ck_assert_int_eq(mlc_model_save_memory(NULL, model, NULL, &bytes, err), MLC_OK);
    mlc_model_free(model);
    return bytes;
}

static void flip(artifact_bytes *a, int64_t bit)
{
    a->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void refused_or_same(const artifact_bytes *a, const mlc_buffer *wanted, int64_t bit)
{
    mlc_error err = {0};
    mlc_buffer *got = saved(a, &err);
    if (got == NULL) {
        ck_assert_msg(err.status == MLC_ERROR_FORMAT || err.status == MLC_ERROR_VERSION ||
                          err.status == MLC_ERROR_LIMIT,
                      "bit %lld: status %d: %s", (long long)bit, (int)err.status, err.message);
        ck_assert_int_ne(err.message[0], '\0');
        return;
    }
    ck_assert_msg(mlc_buffer_size(got) == mlc_buffer_size(wanted) &&
                      memcmp(mlc_buffer_data(got), mlc_buffer_data(wanted),
                             (size_t)mlc_buffer_size(wanted)) == 0,
                  "bit %lld gives another model", (long long)bit);
    mlc_buffer_free(got);
}

static int takes_all(void)
{
    const char *text = getenv("MLC_FLIPS");
    return text != NULL && strcmp(text, "all") == 0;
}

START_TEST(test_golden_file_with_a_bit_flipped_is_refused_or_the_same_model)
{
    n_paths = find_files();
    uint64_t state = 1;
    for (int i = 0; i < n_paths; i++) {
        artifact_bytes a = read_file(paths[i]);
        mlc_error err = {0};
        mlc_buffer *wanted = saved(&a, &err);
        ck_assert_msg(wanted != NULL, "%s: %s", paths[i], err.message);
        for (int64_t bit = 0; bit < 8 * a.n; bit++) {
            if (!takes_all() && bit % 8 == 0) bit += (int64_t)mutate_below(&state, 8);
            flip(&a, bit);
            refused_or_same(&a, wanted, bit);
            flip(&a, bit);
            if (!takes_all()) bit |= 7;
        }
        mlc_buffer_free(wanted);
        free(a.data);
    }
}
END_TEST

/* Pairs that a checksum of its own must see: CRC-32 finds all of them in so short a header. */
START_TEST(test_golden_file_with_two_bits_of_its_header_flipped_is_refused_or_the_same_model)
{
    if (!takes_all()) return;
    n_paths = find_files();
    for (int i = 0; i < n_paths; i++) {
        artifact_bytes a = read_file(paths[i]);
        mlc_error err = {0};
        mlc_buffer *wanted = saved(&a, &err);
        const int64_t n_bits = 8 * (int64_t)artifact_get(a.data + 12, 4);
        ck_assert_ptr_nonnull(wanted);
        for (int64_t first = 0; first < n_bits; first++) {
            flip(&a, first);
            for (int64_t second = first + 1; second < n_bits; second++) {
                flip(&a, second);
                refused_or_same(&a, wanted, second);
                flip(&a, second);
            }
            flip(&a, first);
        }
        mlc_buffer_free(wanted);
        free(a.data);
    }
}
END_TEST

static void fill_suite(Suite *suite)
{
    TCase *bits = tcase_create("bits"), *pairs = tcase_create("pairs"); /* CK_RUN_CASE picks one */
    tcase_set_timeout(bits, 300);
    tcase_set_timeout(pairs, 300);
    tcase_add_test(bits, test_golden_file_with_a_bit_flipped_is_refused_or_the_same_model);
    tcase_add_test(
        pairs, test_golden_file_with_two_bits_of_its_header_flipped_is_refused_or_the_same_model);
    suite_add_tcase(suite, bits);
    suite_add_tcase(suite, pairs);
}

MLCI_CHECK_SUITE_OF("bit_flips", fill_suite)
