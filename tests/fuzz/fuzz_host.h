/* The host of a fuzz target: an allocator that counts and knows its peak, and the checks that end a
 * run. FUZZ_CHECK stops the process with its place, which is what libFuzzer looks for. */
#ifndef MLCI_FUZZ_HOST_H
#define MLCI_FUZZ_HOST_H

#include <mlcore/mlcore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MEMORY (INT64_C(256) << 20) /* what one input may take at most */

#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) fuzz_stop(__FILE__, __LINE__, #condition);                               \
    } while (0)

static inline void fuzz_stop(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}

typedef struct fuzz_host {
    int64_t live, peak, blocks; /* atomic */
    mlc_context *ctx;
} fuzz_host;

/* Of the exact size, so that a sanitizer sees each byte behind the end. */
static inline void *fuzz_allocate(void *user, int64_t bytes, int64_t alignment)
{
    fuzz_host *host = user;
    void *block = NULL;
    if (posix_memalign(&block, (size_t)(alignment < 16 ? 16 : alignment), (size_t)bytes) != 0)
        return NULL;
    memset(block, 0xA5, bytes < 4096 ? (size_t)bytes : 4096); /* nobody may count on zeros */
    const int64_t live = __atomic_add_fetch(&host->live, bytes, __ATOMIC_RELAXED);
    __atomic_add_fetch(&host->blocks, 1, __ATOMIC_RELAXED);
    int64_t peak = __atomic_load_n(&host->peak, __ATOMIC_RELAXED);
    while (live > peak && !__atomic_compare_exchange_n(&host->peak, &peak, live, 0,
                                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return block;
}

static inline void fuzz_deallocate(void *user, void *memory, int64_t bytes)
{
    fuzz_host *host = user;
    __atomic_sub_fetch(&host->live, bytes, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&host->blocks, 1, __ATOMIC_RELAXED);
    free(memory);
}

static inline mlc_context *fuzz_open(fuzz_host *host, int32_t n_threads)
{
    const mlc_host table = {.size = sizeof table,
                            .user = host,
                            .memory_limit_bytes = FUZZ_MEMORY,
                            .allocate = fuzz_allocate,
                            .deallocate = fuzz_deallocate,
                            .n_threads = n_threads};
    mlc_error err;
    FUZZ_CHECK(mlc_context_create(&table, &host->ctx, &err) == MLC_OK);
    return host->ctx;
}

/* Everything was given back, and it was not too much at any time. */
static inline void fuzz_close(fuzz_host *host)
{
    mlc_context_close(host->ctx);
    FUZZ_CHECK(host->peak <= FUZZ_MEMORY);
    FUZZ_CHECK(host->live == 0);
    FUZZ_CHECK(host->blocks == 0);
}

/* The peak so far is at most base and per_byte for each byte of input. */
#define FUZZ_BASE (INT64_C(64) << 10)
static inline void fuzz_bound(const fuzz_host *host, int64_t base, size_t n_input, int64_t per_byte)
{
    if (host->peak <= base + per_byte * (int64_t)n_input) return;
    fprintf(stderr, "%lld bytes for an input of %zu\n", (long long)host->peak, n_input);
    fuzz_stop(__FILE__, __LINE__, "memory in proportion to the input");
}

/* A failure has a status below zero, a message, and is never a bug of ours. */
static inline void fuzz_status(mlc_status status, const mlc_error *err)
{
    if (status == MLC_OK) return;
    FUZZ_CHECK(status < 0 && status != MLC_ERROR_INTERNAL);
    FUZZ_CHECK(err->status == status);
    FUZZ_CHECK(err->message[0] != '\0');
    FUZZ_CHECK(memchr(err->message, '\0', sizeof err->message) != NULL);
}

#endif
