/* A host whose allocator counts and can fail, for the test that every allocation may:
 *
 *     failing_host host = {0};
 *     mlc_context *ctx = failing_host_open(&host);
 *     for (int64_t i = 1;; i++) {
 *         failing_host_arm(&host, i);
 *         ... the call; it succeeds or gives MLC_ERROR_NO_MEMORY ...
 *         if (!failing_host_disarm(&host)) break;   (it never came to the i-th allocation)
 *     }
 *     failing_host_close(&host, ctx);               (checks that nothing is left) */
#ifndef MLCI_FAILING_HOST_H
#define MLCI_FAILING_HOST_H

#include <mlcore/context.h>
#include <stdlib.h>

#include "checks.h"

typedef struct failing_host {
    int64_t n_live;    /* blocks, atomic */
    int64_t countdown; /* atomic; allocations until one fails; 0: none does */
    int32_t failed;    /* atomic; one did */
} failing_host;

static inline void *failing_host_allocate(void *user, int64_t bytes, int64_t alignment)
{
    failing_host *host = user;
    if (__atomic_load_n(&host->countdown, __ATOMIC_RELAXED) > 0 &&
        __atomic_sub_fetch(&host->countdown, 1, __ATOMIC_RELAXED) == 0) {
        __atomic_store_n(&host->failed, 1, __ATOMIC_RELAXED);
        return NULL;
    }
    __atomic_add_fetch(&host->n_live, 1, __ATOMIC_RELAXED);
    const size_t unit = (size_t)alignment;
    return aligned_alloc(unit, ((size_t)bytes + unit - 1) / unit * unit);
}

static inline void failing_host_deallocate(void *user, void *memory, int64_t bytes)
{
    failing_host *host = user;
    (void)bytes;
    __atomic_sub_fetch(&host->n_live, 1, __ATOMIC_RELAXED);
    free(memory);
}

static inline mlc_context *failing_host_open(failing_host *host)
{
    mlc_context *ctx = NULL;
    const mlc_host table = {.size = sizeof table,
                            .user = host,
                            .allocate = failing_host_allocate,
                            .deallocate = failing_host_deallocate};
    ck_assert_int_eq(mlc_context_create(&table, &ctx, NULL), MLC_OK);
    return ctx;
}

/* The n-th allocation from now on fails, once. */
static inline void failing_host_arm(failing_host *host, int64_t n)
{
    host->failed = 0;
    host->countdown = n;
}

/* 1 when an allocation failed since failing_host_arm(). */
static inline int failing_host_disarm(failing_host *host)
{
    host->countdown = 0;
    return host->failed;
}

static inline void failing_host_close(failing_host *host, mlc_context *ctx)
{
    mlc_context_close(ctx);
    ck_assert_int_eq(host->n_live, 0);
}

#endif
