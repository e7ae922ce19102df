/* Every allocation fails once: mlci_torture(fn, arg) runs fn cleanly to count its allocations,
 * then once more for each of them, failing that one alone and failing everything from it on.
 * Each time the status must be MLC_ERROR_NO_MEMORY with a message, and no byte may be left. In
 * the end a clean run must work again.
 *
 *     static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err) { ... }
 *     MLCI_TORTURE_TEST(test_read_when_memory_fails_leaks_nothing, read_and_free, NULL)
 *
 * fn frees what it made and returns the first status that is not MLC_OK. MLC_TORTURE_POINTS in
 * the environment bounds the points of a case; they are then spread evenly. */
#ifndef MLCI_TORTURE_H
#define MLCI_TORTURE_H

#include <check.h>
#include <mlcore/context.h>
#include <stdlib.h>
#include <string.h>

#define MLCI_TEST_GUARD 0x6d6c636f72650001LL

/* An allocator for tests: counts, checks what it is given back, fails on demand. */
typedef struct mlci_test_allocator {
    int64_t n_calls;      /* atomic; allocations asked for while armed */
    int64_t fail_at;      /* 1-based call that fails; 0: none */
    int32_t from_then_on; /* and all after it */
    int32_t armed;
    int64_t n_failed;     /* atomic */
    int64_t live_blocks;  /* atomic */
    int64_t live_bytes;   /* atomic */
    int64_t n_released;   /* atomic; calls of release */
} mlci_test_allocator;

static inline void *mlci_test_allocate(void *user, int64_t bytes, int64_t alignment)
{
    mlci_test_allocator *a = user;
    ck_assert_int_le(alignment, 64);
    if (a->armed) {
        const int64_t k = __atomic_add_fetch(&a->n_calls, 1, __ATOMIC_RELAXED);
        if (a->fail_at > 0 && (k == a->fail_at || (a->from_then_on && k > a->fail_at))) {
            __atomic_add_fetch(&a->n_failed, 1, __ATOMIC_RELAXED);
            return NULL;
        }
    }
    const size_t total = (((size_t)bytes + 63) & ~(size_t)63) + 64;
    int64_t *memory = aligned_alloc(64, total);
    ck_assert_ptr_nonnull(memory);
    memset(memory, 0xA5, total); /* nobody may count on zeros */
    memory[0] = MLCI_TEST_GUARD;
    memory[1] = bytes;
    __atomic_add_fetch(&a->live_blocks, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&a->live_bytes, bytes, __ATOMIC_RELAXED);
    return (char *)memory + 64;
}

static inline void mlci_test_deallocate(void *user, void *block, int64_t bytes)
{
    mlci_test_allocator *a = user;
    int64_t *memory = (int64_t *)(void *)((char *)block - 64);
    ck_assert_int_eq(memory[0], MLCI_TEST_GUARD);
    ck_assert_int_eq(memory[1], bytes);
    memory[0] = 0;
    free(memory);
    __atomic_sub_fetch(&a->live_blocks, 1, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&a->live_bytes, bytes, __ATOMIC_RELAXED);
}

static inline void mlci_test_release(void *user)
{
    __atomic_add_fetch(&((mlci_test_allocator *)user)->n_released, 1, __ATOMIC_RELEASE);
}

/* A host over *a, to be completed and given to mlc_context_create(). */
static inline mlc_host mlci_test_host(mlci_test_allocator *a)
{
    return (mlc_host){.size = sizeof(mlc_host), .user = a, .allocate = mlci_test_allocate,
                      .deallocate = mlci_test_deallocate, .release = mlci_test_release};
}

typedef mlc_status (*mlci_torture_fn)(mlc_context *ctx, void *arg, mlc_error *err);

/* One run in a root of its own; *a says how many allocations there were and failed. */
static inline mlc_status mlci_torture_run(mlci_torture_fn fn, void *arg, mlci_test_allocator *a,
                                          mlc_error *err)
{
    const mlc_host host = mlci_test_host(a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, err), MLC_OK);
    memset(err, 0, sizeof *err);
    a->armed = 1;
    const mlc_status status = fn(ctx, arg, err);
    a->armed = 0;
    mlc_context_close(ctx);
    ck_assert_msg(a->live_bytes == 0, "%lld bytes in %lld blocks left when allocation %lld %s",
                  (long long)a->live_bytes, (long long)a->live_blocks, (long long)a->fail_at,
                  a->fail_at == 0 ? "(none) failed" : a->from_then_on ? "and later fail" : "fails");
    ck_assert_int_eq(a->n_released, 1);
    return status;
}

static inline void mlci_torture_point(mlci_torture_fn fn, void *arg, int64_t k, int32_t mode)
{
    mlci_test_allocator a = {.fail_at = k, .from_then_on = mode};
    mlc_error err;
    const mlc_status status = mlci_torture_run(fn, arg, &a, &err);
    const mlc_status wanted = a.n_failed > 0 ? MLC_ERROR_NO_MEMORY : MLC_OK;
    ck_assert_msg(status == wanted, "allocation %lld%s: status %d instead of %d: %s",
                  (long long)k, mode ? " and later" : "", (int)status, (int)wanted, err.message);
    if (status != MLC_OK) {
        ck_assert_int_eq(err.status, status);
        ck_assert_int_ne(err.message[0], '\0');
    }
}

static inline void mlci_torture(mlci_torture_fn fn, void *arg)
{
    mlci_test_allocator counter = {0};
    mlc_error err;
    mlc_status status = mlci_torture_run(fn, arg, &counter, &err);
    ck_assert_msg(status == MLC_OK, "clean run: status %d: %s", (int)status, err.message);
    const int64_t n = counter.n_calls;
    const char *limit = getenv("MLC_TORTURE_POINTS");
    const int64_t most = limit != NULL && atoll(limit) > 0 ? atoll(limit) : n;
    const int64_t stride = most < n ? (n + most - 1) / most : 1;
    for (int64_t k = 1; k <= n; k += stride) {
        mlci_torture_point(fn, arg, k, 0);
        mlci_torture_point(fn, arg, k, 1);
    }
    if (n > 0) mlci_torture_point(fn, arg, n, 0);
    mlci_test_allocator clean = {0};
    status = mlci_torture_run(fn, arg, &clean, &err);
    ck_assert_msg(status == MLC_OK, "clean run after failures: status %d: %s", (int)status,
                  err.message);
}

#define MLCI_TORTURE_TEST(name, fn, arg)                                                          \
    START_TEST(name)                                                                              \
    {                                                                                             \
        mlci_torture(fn, arg);                                                                    \
    }                                                                                             \
    END_TEST

#endif
