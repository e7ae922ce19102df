/* The memory of BLIS: stands in for its bli_malloc.o, whose functions abort, or hand on NULL,
 * when malloc fails. Here a request that malloc refuses is cut from the reserve that the product
 * at work has opened, which is larger than all that one product asks for: the tables, when it is
 * the first of the process, and a packing buffer for each operand of one thread. BLIS keeps its
 * buffers for ever; a reserve that was cut into is kept with them.
 *
 * All functions of bli_malloc.o that the archive uses are here, so that it is never linked. */
#include "blis_memory.h"

#include <blis.h>

#include "memory.h"

#define RESERVE_BYTES (24 << 20)
#define CACHE_LINE 64

typedef struct reserve {
    char *bytes; /* NULL: none is open */
    int64_t used;
} reserve;

static _Thread_local reserve current;

int32_t mlci_blis_reserve_open(void)
{
    current = (reserve){.bytes = mlci_alloc_raw(NULL, RESERVE_BYTES, 1)};
    return current.bytes != NULL;
}

void mlci_blis_reserve_close(void)
{
    if (current.used == 0) mlci_free(current.bytes);
    current = (reserve){0};
}

static char *cut_reserve(int64_t bytes)
{
    if (current.bytes == NULL || bytes > RESERVE_BYTES - current.used) return NULL;
    char *cut = current.bytes + current.used;
    current.used += (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return cut;
}

/* Just before the block stands the address that was allocated; NULL: cut from a reserve. */
static void *allocate(size_t bytes, size_t alignment, err_t *result)
{
    *result = BLIS_MALLOC_RETURNED_NULL;
    if (bytes > INT64_MAX / 4 || alignment > INT64_MAX / 4) return NULL;
    const int64_t total = (int64_t)(bytes + alignment + sizeof(void *));
    char *whole = mlci_alloc_raw(NULL, total, 1);
    char *from = whole != NULL ? whole : cut_reserve(total);
    if (from == NULL) return NULL;
    const uintptr_t first = (uintptr_t)from + sizeof(void *);
    char *block = from + sizeof(void *) + (alignment - first % alignment) % alignment;
    memcpy(block - sizeof whole, &whole, sizeof whole);
    *result = BLIS_SUCCESS;
    return block;
}

static void release(void *block)
{
    if (block == NULL) return;
    void *whole;
    memcpy(&whole, (char *)block - sizeof whole, sizeof whole);
    mlci_free(whole);
}

void *bli_fmalloc_align(malloc_ft f, size_t size, size_t align_size, err_t *r_val)
{
    (void)f;
    return allocate(size, align_size, r_val);
}

void bli_ffree_align(free_ft f, void *p)
{
    (void)f;
    release(p);
}

void *bli_malloc_intl(size_t size, err_t *r_val)
{
    return allocate(size, CACHE_LINE, r_val);
}

void *bli_calloc_intl(size_t size, err_t *r_val)
{
    void *block = allocate(size, CACHE_LINE, r_val);
    if (block != NULL) memset(block, 0, size);
    return block;
}

void bli_free_intl(void *p)
{
    release(p);
}

void *bli_malloc_user(size_t size, err_t *r_val)
{
    return allocate(size, CACHE_LINE, r_val);
}

void bli_free_user(void *p)
{
    release(p);
}
