/* Blocks behind a 64-byte header that knows the root and the size, so that a block is freed by
 * its address alone and the live bytes of a root are exact. The counter takes part in no other
 * decision than the limit, hence relaxed order. */
#define _GNU_SOURCE /* madvise, mremap */
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "checked.h"
#include "root.h"

#define ALIGNMENT 64
#define PAGE ((int64_t)1 << 12) /* others are multiples of it: then nothing is done ahead */
#define FEW_PAGES 4             /* fewer are not worth a call */
#define HUGE_PAGE ((int64_t)1 << 21)
#define LARGE (4 * HUGE_PAGE)     /* bytes from which a block asks for huge pages */
#define MAPPED ((int64_t)1 << 17) /* bytes from which a stream has pages of its own */
#define SMALL 1024 /* bytes up to which a block is cut out of a larger one of malloc() */

typedef struct block_header {
    mlci_root *root;
    int64_t total; /* bytes taken from the allocator, header included */
    int64_t size;  /* bytes of the block */
    int32_t is_stream;
    int32_t is_mapped; /* pages of its own: they move without being copied */
    int32_t before;    /* bytes of malloc()'s block in front, where this one was cut out of it */
} block_header;

_Static_assert(sizeof(block_header) <= ALIGNMENT, "the header keeps blocks aligned");

/* Rows are read in any order: on pages of 4 KiB most of them cost a walk of the page table. */
static void *native_allocate(int64_t bytes, int32_t is_stream)
{
    int64_t rounded;
    if (!mlci_round_up_size(bytes, ALIGNMENT, &rounded) || (uint64_t)rounded > SIZE_MAX) {
        return NULL;
    }
    if (rounded < LARGE || is_stream) return aligned_alloc(ALIGNMENT, (size_t)rounded);
    void *memory;
    if (posix_memalign(&memory, HUGE_PAGE, (size_t)rounded) != 0) return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, (size_t)rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

static void *host_allocate(const mlc_host *host, int64_t bytes, int32_t is_stream)
{
    if (host == NULL || host->allocate == NULL) return native_allocate(bytes, is_stream);
    void *memory = host->allocate(host->user, bytes, ALIGNMENT);
    if (memory != NULL && (uintptr_t)memory % ALIGNMENT != 0) {
        host->deallocate(host->user, memory, bytes);
        return NULL;
    }
    return memory;
}

void *mlci_host_allocate(const mlc_host *host, int64_t bytes)
{
    return host_allocate(host, bytes, 0);
}

void mlci_host_deallocate(const mlc_host *host, void *memory, int64_t bytes)
{
    if (host == NULL || host->deallocate == NULL) {
        free(memory);
    } else {
        host->deallocate(host->user, memory, bytes);
    }
}

static int is_native(const mlci_root *root)
{
    return root == NULL || root->host.allocate == NULL;
}

/* ---- blocks that have pages of their own ----------------------------------------------------- */

#ifdef MREMAP_MAYMOVE

/* NULL: no such block; then it comes from where others come from. */
static void *map(const mlci_root *root, int64_t bytes, int32_t is_stream)
{
    if (!is_stream || !is_native(root) || bytes < MAPPED || (uint64_t)bytes > SIZE_MAX) return NULL;
    void *const memory =
        mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void unmap(void *memory, int64_t bytes)
{
    (void)munmap(memory, (size_t)bytes);
}

/* NULL: they are as they were. */
static void *remap(void *memory, int64_t bytes, int64_t now)
{
    if ((uint64_t)now > SIZE_MAX) return NULL;
    void *const moved = mremap(memory, (size_t)bytes, (size_t)now, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
}

#else

static void *map(const mlci_root *root, int64_t bytes, int32_t is_stream)
{
    (void)root;
    (void)bytes;
    (void)is_stream;
    return NULL;
}

static void unmap(void *memory, int64_t bytes)
{
    (void)memory;
    (void)bytes;
}

static void *remap(void *memory, int64_t bytes, int64_t now)
{
    (void)memory;
    (void)bytes;
    (void)now;
    return NULL;
}

#endif

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Counts bytes in, unless that would pass the limit. */
static int reserve(mlci_root *root, int64_t bytes)
{
    const int64_t limit =
        root->host.memory_limit_bytes > 0 ? root->host.memory_limit_bytes : INT64_MAX;
    int64_t live = __atomic_load_n(&root->live_bytes, __ATOMIC_RELAXED);
    do {
        if (bytes > limit - live) return 0;
    } while (!__atomic_compare_exchange_n(&root->live_bytes, &live, live + bytes, 1,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return 1;
}

static void give_back(mlci_root *root, int64_t bytes)
{
    if (root != NULL) __atomic_fetch_sub(&root->live_bytes, bytes, __ATOMIC_RELAXED);
}

/* C libraries keep lists of small blocks for malloc() at hand, but not for aligned_alloc(). */
static void *cut_block(int64_t bytes, int32_t *before)
{
    char *const whole = malloc((size_t)bytes + ALIGNMENT - 1);
    if (whole == NULL) return NULL;
    *before = (int32_t)(-(uintptr_t)whole % ALIGNMENT);
    return whole + *before;
}

static block_header *header_of(void *block)
{
    return (block_header *)(void *)((char *)block - ALIGNMENT);
}

static void *allocate(mlci_root *root, int64_t size, int32_t is_stream)
{
    int64_t total;
    if (!mlci_add_size(size, ALIGNMENT, &total)) return NULL;
    if (root != NULL && !reserve(root, total)) return NULL;
    block_header made = {.root = root, .total = total, .size = size, .is_stream = is_stream};
    char *memory = map(root, total, is_stream);
    made.is_mapped = memory != NULL;
    if (memory == NULL)
        memory = total <= SMALL && is_native(root)
                     ? cut_block(total, &made.before)
                     : host_allocate(root != NULL ? &root->host : NULL, total, is_stream);
    if (memory == NULL) {
        give_back(root, total);
        return NULL;
    }
    *(block_header *)(void *)memory = made;
    return memory + ALIGNMENT;
}

void *mlci_alloc_raw(mlci_root *root, int64_t count, int64_t size)
{
    int64_t bytes;
    if (!mlci_mul_size(count, size, &bytes)) return NULL;
    return allocate(root, bytes, 0);
}

void *mlci_alloc_stream(mlci_root *root, int64_t count, int64_t size)
{
    int64_t bytes;
    if (!mlci_mul_size(count, size, &bytes)) return NULL;
    return allocate(root, bytes, 1);
}

void *mlci_alloc(mlci_root *root, int64_t count, int64_t size)
{
    void *block = mlci_alloc_raw(root, count, size);
    if (block != NULL) memset(block, 0, (size_t)header_of(block)->size);
    return block;
}

/* A block that has pages of its own, with more or fewer of them. */
static void *resize_mapped(block_header *header, int64_t size)
{
    mlci_root *const root = header->root;
    const int64_t old = header->total;
    int64_t total;
    if (!mlci_add_size(size, ALIGNMENT, &total)) return NULL;
    if (root != NULL && total > old && !reserve(root, total - old)) return NULL;
    char *const memory = remap(header, old, total);
    if (memory == NULL) {
        if (total > old) give_back(root, total - old);
        return NULL;
    }
    if (total < old) give_back(root, old - total);
    header = (block_header *)(void *)memory;
    header->total = total;
    header->size = size;
    return memory + ALIGNMENT;
}

void *mlci_realloc(mlci_root *root, void *block, int64_t count, int64_t size)
{
    int64_t bytes;
    if (block != NULL && header_of(block)->is_mapped) {
        return mlci_mul_size(count, size, &bytes) ? resize_mapped(header_of(block), bytes) : NULL;
    }
    const int is_stream = block != NULL && header_of(block)->is_stream;
    void *grown =
        is_stream ? mlci_alloc_stream(root, count, size) : mlci_alloc_raw(root, count, size);
    if (grown == NULL || block == NULL) return grown;
    const int64_t old = header_of(block)->size;
    const int64_t now = header_of(grown)->size;
    memcpy(grown, block, (size_t)(old < now ? old : now));
    mlci_free(block);
    return grown;
}

void mlci_populate(void *from, int64_t n_bytes)
{
#ifdef MADV_POPULATE_WRITE
    /* The page that the part starts in belongs to what is before it. */
    const uintptr_t start = ((uintptr_t)from + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    const uintptr_t end =
        ((uintptr_t)from + (uintptr_t)n_bytes + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    if (end >= start + FEW_PAGES * PAGE)
        (void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
#else
    (void)from;
    (void)n_bytes;
#endif
}

char *mlci_copy_text(mlci_root *root, const char *text, int64_t length)
{
    int64_t size;
    if (length < 0 || !mlci_add_size(length, 1, &size)) return NULL;
    char *copy = allocate(root, size, 0);
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
    if (header->is_mapped)
        unmap(header, total);
    else if (is_native(root))
        free((char *)header - header->before);
    else
        mlci_host_deallocate(&root->host, header, total);
    give_back(root, total);
}
