/* All memory of the library comes from a root's allocator, counted against its limit.
 *
 * Each block knows its root and size, so it is freed by its address alone. Blocks are aligned
 * to 64 bytes. root NULL is malloc without a limit. A block keeps no reference on its root:
 * whoever owns blocks (a handle) holds one. */
#ifndef MLCI_MEMORY_H
#define MLCI_MEMORY_H

#include <stdint.h>

typedef struct mlci_root mlci_root;

/* count elements of size bytes, zeroed. NULL when memory is short, the limit is reached or the
 * product wraps. count 0 gives a valid block of no use. */
void *mlci_alloc(mlci_root *root, int64_t count, int64_t size);

/* The same, not zeroed, for large arrays that are written in full. */
void *mlci_alloc_raw(mlci_root *root, int64_t count, int64_t size);

/* The same for large arrays that are filled from front to back and whose size changes: on pages of
 * the usual size, which are their own where they are many, so that growing copies nothing and
 * shrinking gives memory back. Getting huge pages takes four times as long where a virtual machine
 * gives free memory back to its host. */
void *mlci_alloc_stream(mlci_root *root, int64_t count, int64_t size);

/* Grows or shrinks, as the block was made; what is added is not zeroed. block may be NULL. On
 * failure NULL, and the block is as it was. */
void *mlci_realloc(mlci_root *root, void *block, int64_t count, int64_t size);

/* Pages of a part of a block that is about to be written are made at once: one after the other,
 * each when it is first written, they take half as long again. What is in the block stays as it is.
 */
void mlci_populate(void *from, int64_t n_bytes);

/* A NUL-terminated copy of length bytes. */
char *mlci_copy_text(mlci_root *root, const char *text, int64_t length);

/* block may be NULL. */
void mlci_free(void *block);

#endif
