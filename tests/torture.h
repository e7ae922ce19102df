/* Every allocation fails once: mlci_torture(fn, arg) runs fn cleanly to count its allocations,
 * then once more for each of them, failing that one alone and failing everything from it on.
 * Each time the status must be MLC_ERROR_NO_MEMORY with a message, then fn must work in the same
 * root, where memory is to be had again, with the answer of the clean run; and no byte may be
 * left.
 *
 *     static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err) { ... }
 *     MLCI_TORTURE_TEST(test_read_when_memory_fails_leaks_nothing, read_and_free, NULL)
 *
 * fn frees what it made and returns the first status that is not MLC_OK; what it worked out goes
 * to mlci_torture_answer(). A case tries 25 points, as many as MLC_TORTURE_POINTS in the
 * environment says, or with MLC_LONG or for 0 all of them: one is drawn from each of as many equal
 * parts. They depend on the code of the program, so
 * that each change tries others and the same program the same; MLC_SEED chooses the draw, and
 * the one used is printed. */
#ifndef MLCI_TORTURE_H
#define MLCI_TORTURE_H

#include <mlcore/context.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"

#define MLCI_TEST_GUARD 0x6d6c636f72650001LL
#define MLCI_TEST_FEW_POINTS 25

/* An allocator for tests: counts, checks what it is given back, fails on demand. */
typedef struct mlci_test_allocator {
    int64_t n_calls;      /* atomic; allocations asked for while armed */
    int64_t fail_at;      /* 1-based call that fails; 0: none */
    int32_t from_then_on; /* and all after it */
    int32_t armed;
    int64_t n_failed;    /* atomic */
    int64_t live_blocks; /* atomic */
    int64_t live_bytes;  /* atomic */
    int64_t n_released;  /* atomic; calls of release */
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
    return (mlc_host){.size = sizeof(mlc_host),
                      .user = a,
                      .allocate = mlci_test_allocate,
                      .deallocate = mlci_test_deallocate,
                      .release = mlci_test_release};
}

typedef mlc_status (*mlci_torture_fn)(mlc_context *ctx, void *arg, mlc_error *err);

#define MLCI_TORTURE_FNV 0xcbf29ce484222325u

static inline uint64_t mlci_torture_hash(uint64_t hash, const void *bytes, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

/* What this run of fn has answered so far. */
static uint64_t mlci_torture_answers;

/* Adds to the answer of the run: the same bytes are wanted of each that succeeds. */
static inline void mlci_torture_answer(const void *bytes, int64_t n)
{
    mlci_torture_answers = mlci_torture_hash(mlci_torture_answers, bytes, n);
}

/* The linker's names for where the code of the program begins and ends. */
extern const char __executable_start[], etext[];

/* MLC_SEED, or else a number that changes with the code. */
static inline uint64_t mlci_torture_seed(void)
{
    const char *text = getenv("MLC_SEED");
    if (text != NULL) return strtoull(text, NULL, 0);
    static uint64_t seed;
    const char *start = __executable_start;
    if (seed == 0) seed = mlci_torture_hash(MLCI_TORTURE_FNV, start, etext - start) >> 32;
    return seed;
}

/* The points to try among 1..n: a count, and the i-th of them (i from 0). */
typedef struct mlci_torture_points {
    int64_t n, count;
    uint64_t seed;
} mlci_torture_points;

static inline mlci_torture_points mlci_torture_choose(const char *what, int64_t n)
{
    const char *limit = getenv("MLC_TORTURE_POINTS");
    const int64_t bound = limit != NULL                ? atoll(limit)
                          : getenv("MLC_LONG") != NULL ? 0
                                                       : MLCI_TEST_FEW_POINTS;
    const int64_t most = bound > 0 ? bound : n;
    const mlci_torture_points p = {n, most < n ? most : n, mlci_torture_seed()};
    fprintf(stderr, "torture: %s: %lld of %lld points, MLC_SEED=%llu\n", what, (long long)p.count,
            (long long)n, (unsigned long long)p.seed);
    return p;
}

/* All of them, or one at random from each of count equal parts. */
static inline int64_t mlci_torture_at(const mlci_torture_points *p, int64_t i)
{
    if (p->count == p->n) return i + 1;
    const int64_t first = i * p->n / p->count, last = (i + 1) * p->n / p->count;
    uint64_t mixed = mlci_torture_hash(MLCI_TORTURE_FNV ^ p->seed, &i, sizeof i);
    mixed ^= mixed >> 29;
    return 1 + first + (int64_t)(mixed % (uint64_t)(last - first));
}

/* One run in a root of its own; *a says how many allocations there were and failed. Where one
 * failed, fn runs again in that root and must give that answer. */
static inline mlc_status mlci_torture_run(mlci_torture_fn fn, void *arg, mlci_test_allocator *a,
                                          uint64_t answer, mlc_error *err)
{
    const mlc_host host = mlci_test_host(a);
    mlc_context *ctx = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &ctx, err), MLC_OK);
    memset(err, 0, sizeof *err);
    mlci_torture_answers = MLCI_TORTURE_FNV;
    a->armed = 1;
    const mlc_status status = fn(ctx, arg, err);
    a->armed = 0;
    if (a->n_failed > 0) {
        mlc_error again = {0};
        mlci_torture_answers = MLCI_TORTURE_FNV;
        const mlc_status retried = fn(ctx, arg, &again);
        ck_assert_msg(retried == MLC_OK, "again after allocation %lld: status %d: %s",
                      (long long)a->fail_at, (int)retried, again.message);
        ck_assert_msg(mlci_torture_answers == answer, "again after allocation %lld: another answer",
                      (long long)a->fail_at);
    }
    mlc_context_close(ctx);
    ck_assert_msg(a->live_bytes == 0, "%lld bytes in %lld blocks left when allocation %lld %s",
                  (long long)a->live_bytes, (long long)a->live_blocks, (long long)a->fail_at,
                  a->fail_at == 0   ? "(none) failed"
                  : a->from_then_on ? "and later fail"
                                    : "fails");
    ck_assert_int_eq(a->n_released, 1);
    return status;
}

static inline void mlci_torture_point(mlci_torture_fn fn, void *arg, int64_t k, int32_t mode,
                                      uint64_t answer)
{
    mlci_test_allocator a = {.fail_at = k, .from_then_on = mode};
    mlc_error err;
    const mlc_status status = mlci_torture_run(fn, arg, &a, answer, &err);
    const mlc_status wanted = a.n_failed > 0 ? MLC_ERROR_NO_MEMORY : MLC_OK;
    ck_assert_msg(status == wanted, "allocation %lld%s: status %d instead of %d: %s", (long long)k,
                  mode ? " and later" : "", (int)status, (int)wanted, err.message);
    if (status != MLC_OK) {
        ck_assert_int_eq(err.status, status);
        ck_assert_int_ne(err.message[0], '\0');
    }
}

static inline void mlci_torture(mlci_torture_fn fn, void *arg)
{
    mlci_test_allocator counter = {0};
    mlc_error err;
    mlc_status status = mlci_torture_run(fn, arg, &counter, 0, &err);
    ck_assert_msg(status == MLC_OK, "clean run: status %d: %s", (int)status, err.message);
    const uint64_t answer = mlci_torture_answers;
    const mlci_torture_points points = mlci_torture_choose("allocations", counter.n_calls);
    for (int64_t i = 0; i < points.count; i++) {
        mlci_torture_point(fn, arg, mlci_torture_at(&points, i), 0, answer);
        mlci_torture_point(fn, arg, mlci_torture_at(&points, i), 1, answer);
    }
    mlci_test_allocator clean = {0};
    status = mlci_torture_run(fn, arg, &clean, 0, &err);
    ck_assert_msg(status == MLC_OK, "clean run after failures: status %d: %s", (int)status,
                  err.message);
    ck_assert_msg(mlci_torture_answers == answer, "another answer after failures");
}

#define MLCI_TORTURE_TEST(name, fn, arg)                                                           \
    START_TEST(name)                                                                               \
    {                                                                                              \
        mlci_torture(fn, arg);                                                                     \
    }                                                                                              \
    END_TEST

#endif
