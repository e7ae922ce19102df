/* CSV, plain or gzip-compressed, with guessed and with given settings. What was read must print and
 * must read back. */
#include "data/making.h"
#include "fuzz_main.h"

static void read_one(const uint8_t *data, size_t size, const char *settings)
{
    const mlc_host host = {
        .size = sizeof host, .memory_limit_bytes = INT64_C(256) << 20, .n_threads = 2};
    mlc_context *ctx = NULL;
    mlc_dataset *rows = NULL, *again = NULL;
    mlc_buffer *text = NULL;
    mlc_error err;
    if (mlc_context_create(&host, &ctx, &err) != MLC_OK) abort();
    const mlc_status status =
        mlc_dataset_parse_csv(ctx, data, (int64_t)size, settings, &rows, &err);
    if (status == MLC_ERROR_INTERNAL) abort();
    if (status == MLC_OK && mlc_dataset_n_columns(rows) > 0 && size < 100000) {
        if (mlc_dataset_format(rows, "format=csv", &text, &err) != MLC_OK) abort();
        if (mlc_dataset_parse_csv(ctx, mlc_buffer_data(text), mlc_buffer_size(text),
                                  "delimiter=',' header=true", &again, &err) == MLC_OK &&
            mlc_dataset_n_columns(again) != mlc_dataset_n_columns(rows)) {
            abort();
        }
    }
    mlc_buffer_free(text);
    mlc_dataset_free(again);
    mlc_dataset_free(rows);
    mlc_context_close(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_one(data, size, NULL);
    read_one(data, size, "on_error=collect delimiter=';' header=false quote=none");
    return 0;
}
