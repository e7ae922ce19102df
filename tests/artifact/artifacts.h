/* Artifacts for tests: made, taken apart, put together again with checksums that fit. */
#ifndef MLCI_ARTIFACTS_H
#define MLCI_ARTIFACTS_H

#include <zlib.h>

#include "compose/composing.h"
#include "container.h"
#include "sha256.h"

#define ARTIFACT_HEADER 96
#define ARTIFACT_ENTRY 48

typedef struct artifact_bytes {
    uint8_t *data; /* malloc */
    int64_t n;
} artifact_bytes;

static inline artifact_bytes artifact_of(const mlc_model *model, const char *settings)
{
    mlc_buffer *buffer = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_save_memory(NULL, model, settings, &buffer, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    artifact_bytes a = {malloc((size_t)mlc_buffer_size(buffer)), mlc_buffer_size(buffer)};
    memcpy(a.data, mlc_buffer_data(buffer), (size_t)a.n);
    mlc_buffer_free(buffer);
    return a;
}

static inline uint64_t artifact_get(const uint8_t *at, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static inline void artifact_put(uint8_t *at, uint64_t value, int n)
{
    for (int i = 0; i < n; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static inline uint8_t *artifact_entry(const artifact_bytes *a, int64_t i)
{
    return a->data + ARTIFACT_HEADER + ARTIFACT_ENTRY * i;
}

/* Checksums of stored sections, content id and header made to fit the bytes, as far as the table
 * makes sense. */
static inline void artifact_repair(artifact_bytes *a)
{
    const uint64_t header = artifact_get(a->data + 12, 4), n = artifact_get(a->data + 24, 4);
    if (header > (uint64_t)a->n || ARTIFACT_HEADER + n * ARTIFACT_ENTRY > header) return;
    const uint8_t *names = a->data + ARTIFACT_HEADER + n * ARTIFACT_ENTRY;
    const uint64_t n_names = header - ARTIFACT_HEADER - n * ARTIFACT_ENTRY;
    mlci_sha256 sha;
    mlci_sha256_init(&sha);
    for (uint64_t i = 0; i < n; i++) {
        uint8_t *entry = artifact_entry(a, (int64_t)i);
        const uint64_t name = artifact_get(entry, 4), length = artifact_get(entry + 4, 4);
        const uint64_t offset = artifact_get(entry + 16, 8), size = artifact_get(entry + 24, 8);
        if (name > n_names || length > n_names - name) return;
        if (offset > (uint64_t)a->n || size > (uint64_t)a->n - offset) return;
        artifact_put(entry + 12, crc32(0, a->data + offset, (uInt)size), 4);
        uint8_t numbers[14];
        artifact_put(numbers, length, 4);
        mlci_sha256_add(&sha, numbers, 4);
        mlci_sha256_add(&sha, names + name, (int64_t)length);
        mlci_sha256_add(&sha, entry + 8, 2);
        artifact_put(numbers, size, 8);
        mlci_sha256_add(&sha, numbers, 8);
        mlci_sha256_add(&sha, a->data + offset, (int64_t)size);
    }
    mlci_sha256_finish(&sha, a->data + 48);
    artifact_put(a->data + 28, 0, 4);
    artifact_put(a->data + 28, crc32(0, a->data, (uInt)header), 4);
}

/* Loading gives that status and words; anything handed out is a failure of the test. */
static inline void artifact_refused(const artifact_bytes *a, mlc_status wanted, const char *says)
{
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_load_memory(NULL, a->data, a->n, NULL, &model, &err);
    ck_assert_msg(status == wanted, "status %d: %s", (int)status, err.message);
    ck_assert_ptr_null(model);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
}

#endif
