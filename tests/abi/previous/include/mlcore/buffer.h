/**
 * @file buffer.h
 * @brief Owned bytes and text: what save-to-memory, JSON and printed tables come back as.
 */
#ifndef MLCORE_BUFFER_H
#define MLCORE_BUFFER_H

#include <mlcore/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief Immutable, counted bytes, followed by a NUL that is not counted in the size. */
typedef struct mlc_buffer mlc_buffer;

/** @brief A context: allocator, threads, limits; see context.h. */
typedef struct mlc_context mlc_context;

/**
 * @brief Copies bytes into a new buffer.
 * @param ctx context, or NULL
 * @param bytes @p n_bytes bytes; may be NULL when @p n_bytes is 0
 * @param n_bytes at least 0
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Any thread. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_buffer_create(mlc_context *ctx, const void *bytes,
                                                 int64_t n_bytes, mlc_buffer **out,
                                                 mlc_error *err);

/**
 * @brief The bytes of a buffer.
 * @param buffer may be NULL
 * @return borrowed until the buffer is freed; NULL for NULL. Any thread. Since 0.1.
 */
MLC_API const void *mlc_buffer_data(const mlc_buffer *buffer);

/**
 * @brief The number of bytes, without the closing NUL.
 * @param buffer may be NULL, which counts 0. Any thread. Since 0.1.
 */
MLC_API int64_t mlc_buffer_size(const mlc_buffer *buffer);

/**
 * @brief Takes one more reference.
 * @param buffer not NULL
 * @return @p buffer, to be freed once more. Any thread. Since 0.1.
 */
MLC_API mlc_buffer *mlc_buffer_ref(const mlc_buffer *buffer);

/**
 * @brief Gives one reference back; the last one frees.
 * @param buffer may be NULL. Any thread. Since 0.1.
 */
MLC_API void mlc_buffer_free(mlc_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
