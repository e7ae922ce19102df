/* Gzip files (RFC 1952) in memory. */
#ifndef MLCI_GZIP_H
#define MLCI_GZIP_H

#include "context_impl.h"

/* Do the bytes start as a gzip file does? */
int mlci_is_gzip(const void *bytes, int64_t n);

/* Inflates all members into one block with a NUL after the bytes. name is for messages. What
 * comes out is bounded by the memory limit of the call's root. MLC_ERROR_FORMAT when the bytes
 * are damaged, cut, or followed by something else than zeros. */
mlc_status mlci_gunzip(mlc_context *call, const char *name, const void *bytes, int64_t n,
                       char **out, int64_t *n_out, mlc_error *err);

/* Packs the bytes as one member, the same for the same bytes: no name, no time. */
mlc_status mlci_gzip(mlci_root *root, const void *bytes, int64_t n, char **out, int64_t *n_out,
                     mlc_error *err);

#endif
