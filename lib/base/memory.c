/* Blocks behind a 64-byte header that knows the root and the size, so that a block is freed by
 * its address alone and the live bytes of a root are exact. The counter takes part in no other
 * decision than the limit, hence relaxed order. */
#define _GNU_SOURCE /* madvise */
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "checked.h"
#include "root.h"

#define ALIGNMENT 64
#define HUGE_PAGE ((int64_t)1 << 21)
#define LARGE HUGE_PAGE /* bytes from which a block asks for huge pages */

typedef struct block_header {
    mlci_root *root;
    int64_t total; /* bytes taken from the allocator, header included */
    int64_t size;  /* bytes of the block */
} block_header;

_Static_assert(sizeof(block_header) <= ALIGNMENT, "the header keeps blocks aligned");

/* Rows are read in any order: on pages of 4 KiB most of them cost a walk of the page table. */
static void *native_allocate(int64_t bytes)
{
    int64_t rounded;
    if (!mlci_round_up_size(bytes, ALIGNMENT, &rounded) || (uint64_t)rounded > SIZE_MAX) {
        return NULL;
    }
    if (rounded < LARGE) return aligned_alloc(ALIGNMENT, (size_t)rounded);
    void *memory;
    if (posix_memalign(&memory, HUGE_PAGE, (size_t)rounded) != 0) return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, (size_t)rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

void *mlci_host_allocate(const mlc_host *host, int64_t bytes)
{
    if (host == NULL || host->allocate == NULL) return native_allocate(bytes);
    void *memory = host->allocate(host->user, bytes, ALIGNMENT);
    if (memory != NULL && (uintptr_t)memory % ALIGNMENT != 0) {
        host->deallocate(host->user, memory, bytes);
        return NULL;
    }
    return memory;
}

void mlci_host_deallocate(const mlc_host *host, void *memory, int64_t bytes)
{
    if (host == NULL || host->deallocate == NULL) {
        free(memory);
    } else {
        host->deallocate(host->user, memory, bytes);
    }
}

/* Counts bytes in, unless that would pass the limit. */
static int reserve(mlci_root *root, int64_t bytes)
{
    const int64_t limit = root->host.memory_limit_bytes > 0 ? root->host.memory_limit_bytes
                                                            : INT64_MAX;
    int64_t live = __atomic_load_n(&root->live_bytes, __ATOMIC_RELAXED);
    do {
        if (bytes > limit - live) return 0;
    } while (!__atomic_compare_exchange_n(&root->live_bytes, &live, live + bytes, 1,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return 1;
}

static block_header *header_of(void *block)
{
    return (block_header *)(void *)((char *)block - ALIGNMENT);
}

static void *allocate(mlci_root *root, int64_t size)
{
    int64_t total;
    if (!mlci_add_size(size, ALIGNMENT, &total)) return NULL;
    if (root != NULL && !reserve(root, total)) return NULL;
    char *memory = mlci_host_allocate(root != NULL ? &root->host : NULL, total);
    if (memory == NULL) {
        if (root != NULL) __atomic_fetch_sub(&root->live_bytes, total, __ATOMIC_RELAXED);
        return NULL;
    }
    block_header *header = (block_header *)(void *)memory;
    *header = (block_header){.root = root, .total = total, .size = size};
    return memory + ALIGNMENT;
}

void *mlci_alloc_raw(mlci_root *root, int64_t count, int64_t size)
{
    int64_t bytes;
    if (!mlci_mul_size(count, size, &bytes)) return NULL;
    return allocate(root, bytes);
}

void *mlci_alloc(mlci_root *root, int64_t count, int64_t size)
{
    void *block = mlci_alloc_raw(root, count, size);
    if (block != NULL) memset(block, 0, (size_t)header_of(block)->size);
    return block;
}

void *mlci_realloc(mlci_root *root, void *block, int64_t count, int64_t size)
{
    void *grown = mlci_alloc_raw(root, count, size);
    if (grown == NULL || block == NULL) return grown;
    const int64_t old = header_of(block)->size;
    const int64_t now = header_of(grown)->size;
    memcpy(grown, block, (size_t)(old < now ? old : now));
    mlci_free(block);
    return grown;
}

char *mlci_copy_text(mlci_root *root, const char *text, int64_t length)
{
    int64_t size;
    if (length < 0 || !mlci_add_size(length, 1, &size)) return NULL;
    char *copy = allocate(root, size);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, text, (size_t)length);
    copy[length] = '\0';
    return copy;
}

void mlci_free(void *block)
{
    if (block == NULL) return;
    block_header *header = header_of(block);
    mlci_root *root = header->root;
    const int64_t total = header->total;
    mlci_host_deallocate(root != NULL ? &root->host : NULL, header, total);
    if (root != NULL) __atomic_fetch_sub(&root->live_bytes, total, __ATOMIC_RELAXED);
}
