/* JSON Lines under settings drawn from the input. A text must give the same dataset, or the same
 * failure, read whole by one thread and in small chunks by three; what was read must be written and
 * read back to the same values.
 *
 * Bytes 0 and 1 are choices; a first line of settings is taken where byte 0 says so. */
#include "fuzz_bytes.h"
#include "fuzz_main.h"
#include "fuzz_rows.h"
#include "fuzz_written.h"
#include "jsonl.h"

#define PER_BYTE INT64_C(1100)
#define BASE (2 * FUZZ_BASE)

static mlc_status read_text(mlc_context *ctx, const char *text, size_t n, const char *settings,
                            int64_t chunk_bytes, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_jsonl_settings s;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_jsonl_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        status = mlci_jsonl_read_text(call, "jsonl", text, (int64_t)n, &s, chunk_bytes, out, err);
        mlci_jsonl_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

/* Is each type one that JSON itself tells? types= may have asked for others. */
static int is_plain(const mlc_dataset *rows, const char *settings)
{
    for (int32_t j = 0; j < rows->n_fields; j++) {
        const mlci_column *const c = rows->fields[j].column;
        if (c->n_missing == c->n_rows && c->type != MLC_TYPE_FLOAT64) return 0;
        if (strcmp(mlci_role_name(rows->fields[j].role), "feature") != 0) return 0;
    }
    return strstr(settings, "types") == NULL && strstr(settings, "text=") == NULL &&
           rows->problems == NULL;
}

static void write_and_read(mlc_context *ctx, const mlc_dataset *rows, const char *settings)
{
    mlc_dataset *again = NULL;
    mlc_error err;
    size_t n = 0;
    char *const bytes = fuzz_written(ctx, rows, "format=jsonl", &n);
    const mlc_status status = read_text(ctx, bytes, n, NULL, MLCI_JSONL_CHUNK_BYTES, &again, &err);
    if (status != MLC_OK) fprintf(stderr, "%.*s\n%s\n", (int)n, bytes, err.message);
    FUZZ_CHECK(status == MLC_OK);
    FUZZ_CHECK(again->n_rows == rows->n_rows);
    if (is_plain(rows, settings) && rows->n_rows > 0) fuzz_same_dataset(rows, again);
    mlc_dataset_free(again);
    free(bytes);
}

static const char *const choices[] = {
    "",
    "on_error=skip",
    "on_error=collect",
    "columns='a,b:c.d,e:f[1]'",
    "types='a:text,b:float32'",
    "null='NA,x' text=text",
    "types='a:timestamp' on_error=skip",
};

static char *settings_of(fuzz_bytes *in)
{
    const uint8_t choice = fuzz_u8(in) % 8;
    return choice == 7 ? fuzz_line(in) : strdup(choices[choice]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes in = fuzz_bytes_of(data, size);
    char *const settings = settings_of(&in);
    const int64_t chunk = 1 + fuzz_u8(&in) % 64;
    const size_t n = fuzz_left(&in);
    char *const text = malloc(n > 0 ? n : 1); /* exact: no NUL behind it */
    if (n > 0) memcpy(text, in.at, n);
    fuzz_host host = {0}, other = {0};
    mlc_context *const ctx = fuzz_open(&host, 1), *const threads = fuzz_open(&other, 3);
    mlc_dataset *whole = NULL, *cut = NULL;
    mlc_error err = {0}, err_cut = {0};
    const mlc_status status =
        read_text(ctx, text, n, settings, MLCI_JSONL_CHUNK_BYTES, &whole, &err);
    fuzz_bound(&host, BASE, size + strlen(settings), PER_BYTE);
    const mlc_status again = read_text(threads, text, n, settings, chunk, &cut, &err_cut);
    fuzz_status(status, &err);
    if (status != again || (status != MLC_OK && strcmp(err.message, err_cut.message) != 0))
        fprintf(stderr, "%d: %s\n%d: %s\n", (int)status, err.message, (int)again, err_cut.message);
    FUZZ_CHECK(status == again);
    if (status != MLC_OK) FUZZ_CHECK(strcmp(err.message, err_cut.message) == 0);
    fuzz_same_dataset(whole, cut);
    if (status == MLC_OK) write_and_read(ctx, whole, settings);
    mlc_dataset_free(whole);
    mlc_dataset_free(cut);
    fuzz_close(&host);
    fuzz_close(&other);
    free(text);
    free(settings);
    return 0;
}
