/* Artifacts: the container's checksums stop nearly every change, so each input is tried as it is
 * and with its checksums made to fit. What loads must predict its own golden rows. */
#include "artifact/artifacts.h"
#include "fuzz_main.h"
#include "record.h"

static void try_bytes(const void *bytes, int64_t n, const char *settings)
{
    const mlc_host host = {.size = sizeof host, .memory_limit_bytes = INT64_C(256) << 20};
    mlc_context *ctx = NULL;
    mlc_model *model = NULL;
    mlc_dataset *out = NULL;
    mlc_error err;
    if (mlc_context_create(&host, &ctx, &err) != MLC_OK) abort();
    if (mlc_model_load_memory(ctx, bytes, n, settings, &model, &err) == MLC_OK) {
        if (mlc_model_predict(ctx, model, model->golden, "output=class,flags", &out, &err) ==
            MLC_ERROR_INTERNAL) {
            abort();
        }
        mlc_buffer *again = NULL;
        if (mlc_model_save_memory(ctx, model, NULL, &again, &err) == MLC_OK) mlc_buffer_free(again);
    }
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_context_close(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_bytes(data, (int64_t)size, NULL);
    if (size < ARTIFACT_HEADER) return 0;
    artifact_bytes a = {malloc(size), (int64_t)size};
    memcpy(a.data, data, size);
    artifact_put(a.data + 16, size, 8);
    artifact_repair(&a);
    try_bytes(a.data, a.n, "selftest=false");
    free(a.data);
    return 0;
}
