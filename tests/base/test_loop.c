#include "loop.h"

#include <fenv.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "context_impl.h"
#include "error.h"
#include "torture.h"

#define N_BLOCKS 500

typedef struct work {
    mlc_context *call;
    int64_t visits[N_BLOCKS]; /* atomic */
    int32_t slot_in_use[64];  /* atomic */
    int32_t n_slots;
    int64_t fail_from; /* blocks from here on fail; N_BLOCKS: none */
    int64_t cancel_at;
    mlc_context *cancel;
    int32_t n_inner; /* atomic */
} work;

static mlc_status visit(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    work *w = arg;
    ck_assert_int_ge(slot, 0);
    ck_assert_int_lt(slot, w->n_slots);
    ck_assert(mlci_in_block());
    ck_assert_int_eq(__atomic_exchange_n(&w->slot_in_use[slot], 1, __ATOMIC_ACQ_REL), 0);
    __atomic_add_fetch(&w->visits[block], 1, __ATOMIC_RELAXED);
    if (block % 50 == 7) usleep(100);
    __atomic_store_n(&w->slot_in_use[slot], 0, __ATOMIC_RELEASE);
    if (w->cancel != NULL && block == w->cancel_at) mlc_context_cancel(w->cancel);
    if (block >= w->fail_from) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "block %d", (int)block);
    }
    return MLC_OK;
}

static mlc_context *open_context(int32_t n_threads)
{
    mlc_context *ctx = NULL;
    mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    return ctx;
}

static mlc_status run(mlc_context *ctx, int64_t n_blocks, work *w, mlc_error *err)
{
    mlc_context local;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &w->call, err));
    w->n_slots = mlci_n_slots(w->call);
    const mlc_status status = mlci_parallel_for(w->call, n_blocks, visit, w, err);
    mlci_call_end(w->call);
    ck_assert(!mlci_in_block());
    return status;
}

START_TEST(test_loop_when_threads_differ_visits_each_block_once)
{
    static const int32_t threads[] = {1, 2, 3, 7, 40};
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        mlc_context *ctx = open_context(threads[t]);
        static const int64_t blocks[] = {0, 1, 2, 3, 39, N_BLOCKS};
        for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
            work w = {.fail_from = N_BLOCKS};
            ck_assert_int_eq(run(ctx, blocks[b], &w, NULL), MLC_OK);
            ck_assert_int_eq(w.n_slots, threads[t]);
            for (int64_t i = 0; i < N_BLOCKS; i++)
                ck_assert_int_eq(w.visits[i], i < blocks[b]);
        }
        mlc_context_close(ctx);
    }
}
END_TEST

START_TEST(test_loop_when_the_context_is_null_joins_its_threads)
{
    for (int i = 0; i < 20; i++) {
        work w = {.fail_from = N_BLOCKS};
        mlc_context local;
        ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &w.call, NULL), MLC_OK);
        local.n_threads = 4; /* whatever this machine has */
        w.n_slots = 4;
        for (int k = 0; k < 3; k++) {
            ck_assert_int_eq(mlci_parallel_for(w.call, N_BLOCKS, visit, &w, NULL), MLC_OK);
        }
        mlci_call_end(w.call);
        ck_assert_ptr_null(local.own_pool);
        for (int64_t k = 0; k < N_BLOCKS; k++)
            ck_assert_int_eq(w.visits[k], 3);
    }
}
END_TEST

START_TEST(test_loop_when_blocks_fail_returns_the_lowest)
{
    static const int32_t threads[] = {1, 2, 7};
    for (size_t t = 0; t < 3; t++) {
        mlc_context *ctx = open_context(threads[t]);
        for (int64_t from = 0; from < N_BLOCKS; from += 61) {
            work w = {.fail_from = from};
            mlc_error err;
            char wanted[32];
            snprintf(wanted, sizeof wanted, "block %d", (int)from);
            ck_assert_int_eq(run(ctx, N_BLOCKS, &w, &err), MLC_ERROR_DATA);
            ck_assert_int_eq(err.status, MLC_ERROR_DATA);
            ck_assert_str_eq(err.message, wanted);
            for (int64_t i = 0; i <= from; i++)
                ck_assert_int_eq(w.visits[i], 1);
            work again = {.fail_from = from};
            ck_assert_int_eq(run(ctx, N_BLOCKS, &again, NULL), MLC_ERROR_DATA);
        }
        mlc_context_close(ctx);
    }
}
END_TEST

static mlc_status fail_always(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_DATA, NULL, "block %d", (int)block);
}

START_TEST(test_loop_when_all_blocks_fail_at_once_returns_the_first)
{
    mlc_context *ctx = open_context(4);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int i = 0; i < 20000; i++) {
        mlc_error err;
        const mlc_status status = mlci_parallel_for(call, 100, fail_always, NULL, &err);
        if (status != MLC_ERROR_DATA || strcmp(err.message, "block 0") != 0) {
            ck_abort_msg("round %d: status %d, '%s'", i, (int)status, err.message);
        }
    }
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_loop_when_cancelled_inside_stops)
{
    static const int32_t threads[] = {1, 4};
    for (size_t t = 0; t < 2; t++) {
        mlc_context *base = open_context(threads[t]), *ctx = NULL;
        ck_assert_int_eq(mlc_context_derive(base, &ctx, NULL), MLC_OK);
        work w = {.fail_from = N_BLOCKS, .cancel = ctx, .cancel_at = 100};
        ck_assert_int_eq(run(ctx, N_BLOCKS, &w, NULL), MLC_ERROR_CANCELLED);
        ck_assert_int_eq(w.visits[100], 1);
        ck_assert_int_eq(w.visits[N_BLOCKS - 1], 0);
        work again = {.fail_from = N_BLOCKS};
        ck_assert_int_eq(run(base, N_BLOCKS, &again, NULL), MLC_OK);
        mlc_context_close(ctx);
        mlc_context_close(base);
    }
}
END_TEST

static mlc_status sleep_a_little(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    usleep(1000);
    return MLC_OK;
}

static void *cancel_soon(void *arg)
{
    usleep(20000);
    mlc_context_cancel(arg);
    return NULL;
}

START_TEST(test_loop_when_cancelled_from_another_thread_stops_soon)
{
    mlc_context *ctx = open_context(2);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, ctx), 0);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_parallel_for(call, 60000, sleep_a_little, NULL, NULL),
                     MLC_ERROR_CANCELLED); /* to its end it would take half a minute */
    mlci_call_end(call);
    pthread_join(thread, NULL);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_loop_when_the_deadline_comes_stops)
{
    mlc_context *ctx = open_context(2);
    mlc_context local, *call = NULL;
    mlc_context_set_deadline_ms(ctx, 20);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_parallel_for(call, 60000, sleep_a_little, NULL, NULL),
                     MLC_ERROR_DEADLINE);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_loop_when_cancelled_at_each_poll_returns_that)
{
    mlc_context *ctx = open_context(3);
    for (int64_t k = 1; k <= 30; k++) {
        work w = {.fail_from = N_BLOCKS};
        mlci_root_set_cancel_after(mlci_context_root(ctx), k);
        const mlc_status status = run(ctx, 20, &w, NULL);
        /* One poll at the start of the call and one a block. */
        ck_assert_int_eq(status, k <= 21 ? MLC_ERROR_CANCELLED : MLC_OK);
    }
    mlc_context_close(ctx);
}
END_TEST

static mlc_status report_inside(void *user, const char *stage, int64_t done, int64_t total,
                                const char *metric_name, double metric)
{
    ck_abort_msg("reported from inside a block");
    return MLC_OK;
}

static mlc_status count_inner(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    ck_assert_int_eq(slot, 0);
    __atomic_add_fetch((int32_t *)arg, 1, __ATOMIC_RELAXED);
    return MLC_OK;
}

/* Loops of the same call, of a call in the same root, and of a call without one. */
static mlc_status run_nested(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    work *w = arg;
    MLCI_TRY(mlci_report(w->call, "inside", 0, 1, NULL, 0, err));
    ck_assert_int_eq(mlci_n_slots(w->call), 1);
    MLCI_TRY(mlci_parallel_for(w->call, 5, count_inner, &w->n_inner, err));
    mlc_context *const outer[] = {w->call, NULL};
    for (int i = 0; i < 2; i++) {
        mlc_context local, *call = NULL;
        MLCI_TRY(mlci_call_begin(outer[i], &local, MLCI_FIT, &call, err));
        const mlc_status status = mlci_parallel_for(call, 5, count_inner, &w->n_inner, err);
        mlci_call_end(call);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

START_TEST(test_loop_when_nested_runs_inline_in_slot_0)
{
    mlc_context *roots[] = {open_context(4), NULL};
    mlc_context_set_progress(roots[0], report_inside, NULL);
    for (int r = 0; r < 2; r++) {
        work w = {0};
        mlc_context local;
        ck_assert_int_eq(mlci_call_begin(roots[r], &local, MLCI_FIT, &w.call, NULL), MLC_OK);
        local.n_threads = 4;
        ck_assert_int_eq(mlci_parallel_for(w.call, 100, run_nested, &w, NULL), MLC_OK);
        mlci_call_end(w.call);
        ck_assert_int_eq(w.n_inner, 1500);
    }
    mlc_context_close(roots[0]);
}
END_TEST

/* Executors: what tasks they run, in which order. */
static void run_backwards(void *user, int32_t n_tasks, mlc_task task, void *arg)
{
    ++*(int *)user;
    for (int32_t i = n_tasks - 1; i >= 0; i--)
        task(arg, i);
}

static void run_nothing(void *user, int32_t n_tasks, mlc_task task, void *arg)
{
    ++*(int *)user;
}

typedef struct task_call {
    mlc_task task;
    void *arg;
    int32_t i;
} task_call;

static void *run_task_call(void *arg)
{
    const task_call *c = arg;
    c->task(c->arg, c->i);
    return NULL;
}

static void run_on_threads(void *user, int32_t n_tasks, mlc_task task, void *arg)
{
    ++*(int *)user;
    pthread_t threads[16];
    task_call calls[16];
    ck_assert_int_le(n_tasks, 16);
    for (int32_t i = 0; i < n_tasks; i++) {
        calls[i] = (task_call){task, arg, i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_task_call, &calls[i]), 0);
    }
    for (int32_t i = 0; i < n_tasks; i++)
        pthread_join(threads[i], NULL);
}

START_TEST(test_loop_when_the_host_has_an_executor_uses_it)
{
    void (*const executors[])(void *, int32_t, mlc_task, void *) = {run_backwards, run_nothing,
                                                                    run_on_threads};
    for (int e = 0; e < 3; e++) {
        int n_runs = 0;
        mlc_context *ctx = NULL;
        mlc_host host = {.size = sizeof host, .user = &n_runs, .n_threads = 6, .run = executors[e]};
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        work w = {.fail_from = N_BLOCKS};
        ck_assert_int_eq(run(ctx, N_BLOCKS, &w, NULL), MLC_OK);
        ck_assert_int_eq(n_runs, 1);
        for (int64_t i = 0; i < N_BLOCKS; i++)
            ck_assert_int_eq(w.visits[i], 1);
        work failing = {.fail_from = 77};
        mlc_error err;
        ck_assert_int_eq(run(ctx, N_BLOCKS, &failing, &err), MLC_ERROR_DATA);
        ck_assert_str_eq(err.message, "block 77");
        work single = {.fail_from = N_BLOCKS};
        ck_assert_int_eq(run(ctx, 1, &single, NULL), MLC_OK);
        ck_assert_int_eq(n_runs, 2); /* one block needs nobody */
        mlc_context_close(ctx);
    }
}
END_TEST

static mlc_status check_rounding(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    ck_assert_int_eq(fegetround(), FE_UPWARD);
    usleep(200); /* so that workers come to take part */
    if (slot > 0) __atomic_add_fetch((int32_t *)arg, 1, __ATOMIC_RELAXED);
    return MLC_OK;
}

START_TEST(test_loop_when_the_caller_rounds_upward_so_do_the_workers)
{
    mlc_context *ctx = open_context(4);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    work w = {.fail_from = N_BLOCKS, .n_slots = 4};
    ck_assert_int_eq(mlci_parallel_for(call, N_BLOCKS, visit, &w, NULL), MLC_OK);
    fesetround(FE_UPWARD); /* after the workers were started */
    int32_t n_on_workers = 0;
    ck_assert_int_eq(mlci_parallel_for(call, 100, check_rounding, &n_on_workers, NULL), MLC_OK);
    ck_assert_int_gt(n_on_workers, 0);
    ck_assert_int_eq(fegetround(), FE_UPWARD);
    fesetround(FE_TONEAREST);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

static mlc_status loop_in_memory(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_context_set_threads(ctx, 3);
    work w = {.fail_from = N_BLOCKS};
    return run(ctx, N_BLOCKS, &w, err);
}

MLCI_TORTURE_TEST(test_loop_when_memory_fails_leaks_nothing, loop_in_memory, NULL)

MLCI_CHECK_SUITE("loop", test_loop_when_threads_differ_visits_each_block_once,
                 test_loop_when_the_context_is_null_joins_its_threads,
                 test_loop_when_blocks_fail_returns_the_lowest,
                 test_loop_when_all_blocks_fail_at_once_returns_the_first,
                 test_loop_when_cancelled_inside_stops,
                 test_loop_when_cancelled_from_another_thread_stops_soon,
                 test_loop_when_the_deadline_comes_stops,
                 test_loop_when_cancelled_at_each_poll_returns_that,
                 test_loop_when_nested_runs_inline_in_slot_0,
                 test_loop_when_the_host_has_an_executor_uses_it,
                 test_loop_when_the_caller_rounds_upward_so_do_the_workers,
                 test_loop_when_memory_fails_leaks_nothing)
