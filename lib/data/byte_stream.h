/* Bytes in order, from a file or from memory. What is gzip is inflated and text in other encodings
 * becomes UTF-8 on the way, piece by piece. */
#ifndef MLCI_BYTE_STREAM_H
#define MLCI_BYTE_STREAM_H

#include "context_impl.h"
#include "encoding.h"

typedef struct mlci_byte_stream mlci_byte_stream;

/* Opens a file. What is no regular file is read as it comes when `once`, else whole at once, so
 * that it can be read again. The path must outlive the stream, the call need not: each that
 * reads is polled instead. */
mlc_status mlci_byte_stream_open(mlc_context *call, const char *path, int32_t encoding,
                                 int32_t once, mlci_byte_stream **out, mlc_error *err);
/* The same of bytes, which must outlive the stream. */
mlc_status mlci_byte_stream_of(mlc_context *call, const char *name, const void *bytes, int64_t n,
                               int32_t encoding, mlci_byte_stream **out, mlc_error *err);
/* *n bytes, fewer than room at the end only, or with MLC_ERROR_FORMAT: so many come before what is
 * wrong. */
mlc_status mlci_byte_stream_read(mlci_byte_stream *stream, mlc_context *call, char *out,
                                 int64_t room, int64_t *n, mlc_error *err);
/* From the first byte again. */
mlc_status mlci_byte_stream_rewind(mlci_byte_stream *stream, mlc_context *call, mlc_error *err);
/* How much of the source was taken, of 1; -1 when that is not known. */
double mlci_byte_stream_share(const mlci_byte_stream *stream);
/* Bytes that are likely left, or somewhat more; -1 when that is not known. */
int64_t mlci_byte_stream_left(const mlci_byte_stream *stream);
/* The bytes themselves where they are all in memory as they are, else NULL. */
const char *mlci_byte_stream_memory(const mlci_byte_stream *stream, int64_t *n);
void mlci_byte_stream_close(mlci_byte_stream *stream); /* NULL is fine */

#endif
