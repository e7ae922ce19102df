/* Buffers from the inside: made of a block that already holds the bytes. */
#ifndef MLCI_BUFFER_IMPL_H
#define MLCI_BUFFER_IMPL_H

#include <mlcore/buffer.h>

#include "memory.h"

/* A buffer over block (of that root; n_bytes bytes, then a NUL), which it takes over, also on
 * failure. */
mlc_status mlci_buffer_adopt(mlci_root *root, void *block, int64_t n_bytes, mlc_buffer **out,
                             mlc_error *err);

#endif
