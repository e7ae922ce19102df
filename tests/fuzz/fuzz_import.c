/* Model files of other libraries: each is refused, or becomes a model that was compared with its
 * own trees, predicts, and saves, loads and saves to the same bytes. The mutator changes numbers of
 * texts into others that matter, or words into words from elsewhere in the file. */
#define FUZZ_HAS_MUTATOR
#include <ctype.h>

#include "fuzz_host.h"
#include "fuzz_main.h"
#include "mutate.h"

/* Nodes and thresholds of the file, of the ensemble and of the scorer, and rows that try them. */
#define PER_BYTE INT64_C(6000)

static mlc_buffer *save(mlc_context *ctx, const mlc_model *model)
{
    mlc_buffer *artifact = NULL;
    mlc_error err;
    fuzz_status(mlc_model_save_memory(ctx, model, NULL, &artifact, &err), &err);
    return artifact;
}

static void check_model(mlc_context *ctx, const mlc_model *model)
{
    mlc_model *loaded = NULL;
    mlc_error err;
    mlc_buffer *const artifact = save(ctx, model);
    if (artifact == NULL) return;
    const mlc_status status = mlc_model_load_memory(ctx, mlc_buffer_data(artifact),
                                                    mlc_buffer_size(artifact), NULL, &loaded, &err);
    fuzz_status(status, &err);
    FUZZ_CHECK(status == MLC_OK || status == MLC_ERROR_NO_MEMORY);
    mlc_buffer *const again = loaded == NULL ? NULL : save(ctx, loaded);
    if (again != NULL) {
        FUZZ_CHECK(mlc_buffer_size(again) == mlc_buffer_size(artifact));
        FUZZ_CHECK(memcmp(mlc_buffer_data(again), mlc_buffer_data(artifact),
                          (size_t)mlc_buffer_size(artifact)) == 0);
    }
    mlc_buffer_free(again);
    mlc_buffer_free(artifact);
    mlc_model_free(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_host host = {0};
    mlc_context *ctx = fuzz_open(&host, 1);
    mlc_model *model = NULL;
    mlc_error err;
    const mlc_status status = mlc_model_import_memory(
        ctx, data, (int64_t)size, NULL, "max_categories=2000 max_features=2000 parity_rows=100",
        &model, &err);
    fuzz_status(status, &err);
    FUZZ_CHECK((status == MLC_OK) == (model != NULL));
    fuzz_bound(&host, FUZZ_BASE + (1 << 20), size, PER_BYTE);
    if (model != NULL) check_model(ctx, model);
    mlc_model_free(model);
    fuzz_close(&host);
    return 0;
}

/* ---- changes ------------------------------------------------------------------------------ */

static const char *const odd_numbers[] = {"0",    "-1",    "1",        "2147483647", "2147483648",
                                          "-2",   "1e308", "-1e-320",  "nan",        "NaN",
                                          "inf",  "0.5",   "16777216", "255",        "256",
                                          "\"\"", "null",  "1e400",    "3",          "-2147483648"};
#define N_NUMBERS (sizeof odd_numbers / sizeof odd_numbers[0])

static int is_word(uint8_t c)
{
    return isalnum(c) || c == '.' || c == '-' || c == '+' || c == '_';
}

/* The word at or after a place; its length. */
static size_t word_after(const uint8_t *data, size_t size, size_t *at)
{
    while (*at < size && !is_word(data[*at]))
        (*at)++;
    size_t end = *at;
    while (end < size && is_word(data[end]))
        end++;
    return end - *at;
}

static size_t replace(uint8_t *data, size_t size, size_t max_size, size_t at, size_t length,
                      const void *by, size_t n)
{
    if (size - length + n > max_size) return size;
    memmove(data + at + n, data + at + length, size - at - length);
    memcpy(data + at, by, n);
    return size - length + n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    uint64_t state = seed;
    if (size == 0 || mutate_below(&state, 3) == 0) return LLVMFuzzerMutate(data, size, max_size);
    for (size_t k = 1 + mutate_below(&state, 3); k > 0; k--) {
        size_t at = mutate_below(&state, size), from = mutate_below(&state, size);
        const size_t length = word_after(data, size, &at);
        if (mutate_below(&state, 3) > 0) {
            const char *const number = odd_numbers[mutate_below(&state, N_NUMBERS)];
            size = replace(data, size, max_size, at, length, number, strlen(number));
        } else {
            uint8_t word[64];
            size_t n = word_after(data, size, &from);
            if (n > sizeof word) n = sizeof word;
            memcpy(word, data + from, n);
            size = replace(data, size, max_size, at, length, word, n);
        }
        if (size == 0) break;
    }
    return size;
}
