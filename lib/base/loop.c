/* Parallel loops: blocks are claimed in ascending order from an atomic counter by the caller and
 * whoever helps it (the pool's workers or the host's executor).
 *
 * Because claims ascend, every block below a failed one has been claimed before it and runs to
 * its end; so the lowest failure, which is what the loop returns, does not depend on threads. */
#include "loop.h"

#include <fenv.h>
#include <sched.h>

#include "context_impl.h"
#include "error.h"
#include "pool.h"
#include "root.h"

typedef struct loop {
    mlc_context *call;
    mlci_block_fn fn;
    void *arg;
    int64_t n_blocks;
    int64_t next;         /* atomic */
    int64_t failed_block; /* atomic; lowest so far, n_blocks when none */
    int32_t recording;    /* atomic; taken for the few instructions of a record */
    mlc_status status;    /* of failed_block */
    mlc_error error;
    fenv_t environment; /* the caller's floating-point mode: workers compute as it would */
} loop;

/* A mark of the thread, not of the call: code inside a block may start from a NULL context. */
static _Thread_local int32_t in_block;

int mlci_in_block(void)
{
    return in_block;
}

static void record_failure(loop *l, int64_t block, mlc_status status, const mlc_error *error)
{
    while (__atomic_exchange_n(&l->recording, 1, __ATOMIC_ACQUIRE)) sched_yield();
    if (block < __atomic_load_n(&l->failed_block, __ATOMIC_RELAXED)) {
        l->status = status;
        l->error = *error;
        l->error.status = status;
        __atomic_store_n(&l->failed_block, block, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&l->recording, 0, __ATOMIC_RELEASE);
}

/* Claims and runs blocks until none is left or one below failed. */
static void run_share(loop *l, int32_t slot)
{
    mlc_error error = {0};
    const int32_t outer = in_block;
    in_block = 1;
    for (;;) {
        const int64_t block = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED);
        if (block >= __atomic_load_n(&l->failed_block, __ATOMIC_RELAXED)) break;
        mlc_status status = mlci_poll(l->call, &error);
        if (status == MLC_OK) status = l->fn(l->arg, block, slot, &error);
        if (status != MLC_OK) {
            record_failure(l, block, status, &error);
            break;
        }
    }
    in_block = outer;
}

/* A share on any thread, in the floating-point mode of the caller. */
static void run_task(void *arg, int32_t i)
{
    loop *l = arg;
    fenv_t own;
    fegetenv(&own);
    fesetenv(&l->environment);
    run_share(l, i);
    fesetenv(&own);
}

int32_t mlci_n_slots(const mlc_context *call)
{
    if (in_block || call->n_threads < 1) return 1;
    return call->n_threads;
}

/* The pool of the root, or of the outermost call of the thread when there is no root. */
static mlc_status find_pool(mlc_context *call, mlci_pool **out, mlc_error *err)
{
    if (call->root != NULL) return mlci_pool_at(&call->root->pool, call->root, out, err);
    while (call->parent != NULL) call = call->parent;
    return mlci_pool_at(&call->own_pool, NULL, out, err);
}

mlc_status mlci_parallel_for(mlc_context *call, int64_t n_blocks, mlci_block_fn fn, void *arg,
                             mlc_error *err)
{
    if (n_blocks <= 0) return MLC_OK;
    loop l = {.call = call, .fn = fn, .arg = arg, .n_blocks = n_blocks, .failed_block = n_blocks};
    int32_t n = mlci_n_slots(call);
    if (n > n_blocks) n = (int32_t)n_blocks;
    if (n > 1) {
        fegetenv(&l.environment);
        if (call->root != NULL && call->root->host.run != NULL) {
            call->root->host.run(call->root->host.user, n, run_task, &l);
        } else {
            mlci_pool *pool = NULL;
            MLCI_TRY(find_pool(call, &pool, err));
            mlci_pool_run(pool, n, run_task, &l);
        }
    }
    /* All that there is with one thread; else what an executor may have left. */
    run_share(&l, 0);
    if (l.failed_block == n_blocks) return MLC_OK;
    if (err != NULL) *err = l.error;
    return l.status;
}
