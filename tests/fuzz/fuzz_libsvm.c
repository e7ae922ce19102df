/* libsvm text: the same dataset, or the same failure, read whole by one thread and in small chunks
 * by three; what was read is written and reads back to the same.
 *
 * Bytes 0 and 1 are choices. */
#include "fuzz_bytes.h"
#include "fuzz_main.h"
#include "fuzz_rows.h"
#include "fuzz_written.h"
#include "libsvm.h"

#define PER_BYTE INT64_C(1100)
#define MAX_WIDTH 4096 /* rows are compared as dense ones */

static mlc_status read_text(mlc_context *ctx, const char *text, size_t n, const char *settings,
                            int64_t chunk_bytes, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_libsvm_settings s;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    status = mlci_libsvm_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        status = mlci_libsvm_read_text(call, "libsvm", text, (int64_t)n, NULL, &s, chunk_bytes, out,
                                       err);
        mlci_libsvm_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

static void write_and_read(mlc_context *ctx, const mlc_dataset *rows)
{
    char settings[64];
    mlc_dataset *again = NULL;
    mlc_error err;
    size_t n = 0;
    char *const bytes = fuzz_written(ctx, rows, "format=libsvm index_base=0", &n);
    snprintf(settings, sizeof settings, "index_base=0 width=%lld",
             (long long)rows->fields[rows->n_fields - 1].column->width);
    FUZZ_CHECK(read_text(ctx, bytes, n, settings, MLCI_LIBSVM_CHUNK_BYTES, &again, &err) == MLC_OK);
    fuzz_same_dataset(rows, again);
    mlc_dataset_free(again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const choices[] = {"", "index_base=0", "index_base=1", "width=9"};
    fuzz_bytes in = fuzz_bytes_of(data, size);
    const char *const settings = choices[fuzz_u8(&in) % 4];
    const int64_t chunk = 1 + fuzz_u8(&in) % 64;
    const size_t n = fuzz_left(&in);
    char *const text = malloc(n > 0 ? n : 1); /* exact: no NUL behind it */
    if (n > 0) memcpy(text, in.at, n);
    fuzz_host host = {0}, other = {0};
    mlc_context *const ctx = fuzz_open(&host, 1), *const threads = fuzz_open(&other, 3);
    mlc_dataset *whole = NULL, *cut = NULL;
    mlc_error err = {0}, err_cut = {0};
    const mlc_status status =
        read_text(ctx, text, n, settings, MLCI_LIBSVM_CHUNK_BYTES, &whole, &err);
    fuzz_bound(&host, FUZZ_BASE, size, PER_BYTE);
    const mlc_status again = read_text(threads, text, n, settings, chunk, &cut, &err_cut);
    fuzz_status(status, &err);
    FUZZ_CHECK(status == again);
    if (status != MLC_OK) FUZZ_CHECK(strcmp(err.message, err_cut.message) == 0);
    if (status == MLC_OK && whole->fields[whole->n_fields - 1].column->width <= MAX_WIDTH) {
        fuzz_same_dataset(whole, cut);
        write_and_read(ctx, whole);
    }
    mlc_dataset_free(whole);
    mlc_dataset_free(cut);
    fuzz_close(&host);
    fuzz_close(&other);
    free(text);
    return 0;
}
