/* Gzip files (RFC 1952): inflated in memory or piece by piece, and made. */
#ifndef MLCI_GZIP_H
#define MLCI_GZIP_H

#include "context_impl.h"

/* Do the bytes start as a gzip file does? */
int mlci_is_gzip(const void *bytes, int64_t n);

/* Where compressed bytes come from: *n of them at *bytes, good until the next call; 0 at the end.
 */
typedef struct mlci_gzip_input {
    void *arg;
    mlc_status (*more)(void *arg, const void **bytes, int64_t *n, mlc_error *err);
} mlci_gzip_input;

typedef struct mlci_inflater mlci_inflater;

/* name is for messages and must outlive the inflater. */
mlc_status mlci_inflater_open(mlci_root *root, const char *name, const mlci_gzip_input *input,
                              mlci_inflater **out, mlc_error *err);
/* What all members hold, one after the other: *n bytes, fewer than room at the end only. The call
 * is polled. MLC_ERROR_FORMAT when the bytes are damaged, cut, or followed by something else than
 * zeros. */
mlc_status mlci_inflater_read(mlci_inflater *inflater, mlc_context *call, char *out, int64_t room,
                              int64_t *n, mlc_error *err);
/* Compressed bytes taken so far. */
int64_t mlci_inflater_taken(const mlci_inflater *inflater);
void mlci_inflater_close(mlci_inflater *inflater); /* NULL is fine */

/* Inflates all members into one block with a NUL after the bytes. name is for messages. What
 * comes out is bounded by the memory limit of the call's root. Errors as of the inflater. */
mlc_status mlci_gunzip(mlc_context *call, const char *name, const void *bytes, int64_t n,
                       char **out, int64_t *n_out, mlc_error *err);

/* Packs the bytes as one member, the same for the same bytes: no name, no time. */
mlc_status mlci_gzip(mlci_root *root, const void *bytes, int64_t n, char **out, int64_t *n_out,
                     mlc_error *err);

#endif
