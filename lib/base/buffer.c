/* Counted, immutable bytes. */
#include "buffer_impl.h"

#include <inttypes.h>

#include "context_impl.h"
#include "error.h"

struct mlc_buffer {
    mlci_root *root;
    char *data;
    int64_t size;
    int32_t n_references; /* atomic */
};

mlc_status mlci_buffer_adopt(mlci_root *root, void *block, int64_t n_bytes, mlc_buffer **out,
                             mlc_error *err)
{
    mlc_buffer *buffer = mlci_alloc(root, 1, sizeof *buffer);
    if (buffer == NULL) {
        mlci_free(block);
        return mlci_fail_memory(err, 1, sizeof *buffer);
    }
    buffer->root = mlci_root_ref(root);
    buffer->data = block;
    buffer->size = n_bytes;
    buffer->n_references = 1;
    *out = buffer;
    return MLC_OK;
}

mlc_status mlc_buffer_create(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                             mlc_buffer **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    if (n_bytes < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_bytes",
                         "n_bytes = %" PRId64 ": must be at least 0", n_bytes);
    }
    if (bytes == NULL && n_bytes > 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "bytes",
                         "bytes is NULL; it may be only when n_bytes is 0");
    }
    mlci_root *root = mlci_context_root(ctx);
    char *block = mlci_copy_text(root, bytes, n_bytes);
    if (block == NULL) return mlci_fail_memory(err, n_bytes, 1);
    return mlci_buffer_adopt(root, block, n_bytes, out, err);
}

const void *mlc_buffer_data(const mlc_buffer *buffer)
{
    return buffer != NULL ? buffer->data : NULL;
}

int64_t mlc_buffer_size(const mlc_buffer *buffer)
{
    return buffer != NULL ? buffer->size : 0;
}

mlc_buffer *mlc_buffer_ref(const mlc_buffer *buffer)
{
    mlc_buffer *counted = (mlc_buffer *)(uintptr_t)buffer;
    if (counted != NULL) __atomic_fetch_add(&counted->n_references, 1, __ATOMIC_RELAXED);
    return counted;
}

void mlc_buffer_free(mlc_buffer *buffer)
{
    if (buffer == NULL) return;
    if (__atomic_sub_fetch(&buffer->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = buffer->root;
    mlci_free(buffer->data);
    mlci_free(buffer);
    mlci_root_unref(root);
}
