#include "pool.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"
#include "error.h"
#include "fault_system.h"
#include "root.h"
#include "torture.h"

/* ThreadSanitizer refuses threads in the child of a process that has some. */
#if defined(__SANITIZE_THREAD__)
#define CAN_FORK 0
#else
#define CAN_FORK 1
#endif

static mlc_context *open_context(int32_t n_threads)
{
    mlc_context *ctx = NULL;
    mlc_host host = {.size = sizeof host, .n_threads = n_threads};
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    return ctx;
}

/* Threads of this process, from the system. */
static int count_threads(void)
{
    DIR *folder = opendir("/proc/self/task");
    ck_assert_ptr_nonnull(folder);
    int n = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        n += entry->d_name[0] != '.';
    }
    closedir(folder);
    return n;
}

static void *do_nothing(void *arg)
{
    return arg;
}

/* Threads at the start of a test, after a first one was made: a sanitizer adds its own then. */
static int count_first_threads(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, do_nothing, NULL) == 0) pthread_join(thread, NULL);
    usleep(1000);
    return count_threads();
}

/* Are there n threads? A joined one may still be listed for a moment. */
static int has_threads(int n)
{
    for (int i = 0; i < 200 && count_threads() != n; i++)
        usleep(10000);
    return count_threads() == n;
}

static mlc_status sum_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    __atomic_add_fetch((int64_t *)arg, block, __ATOMIC_RELAXED);
    return MLC_OK;
}

/* The sum of 0 .. 999 over a loop in that context. */
static mlc_status add_up(mlc_context *ctx, int64_t *out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    int64_t sum = 0;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = mlci_parallel_for(call, 1000, sum_block, &sum, err);
    mlci_call_end(call);
    *out = sum;
    return status;
}

static void check_adds_up(mlc_context *ctx)
{
    int64_t sum = 0;
    mlc_error err;
    ck_assert_int_eq(add_up(ctx, &sum, &err), MLC_OK);
    ck_assert_int_eq(sum, 499500);
}

START_TEST(test_pool_when_first_used_starts_and_at_the_end_joins)
{
    const int before = count_first_threads();
    mlc_context *ctx = open_context(4);
    ck_assert(has_threads(before));
    check_adds_up(ctx);
    ck_assert(has_threads(before + 3));
    check_adds_up(ctx);
    ck_assert(has_threads(before + 3));
    mlc_context_close(ctx);
    ck_assert(has_threads(before));
}
END_TEST

START_TEST(test_pool_when_more_threads_are_asked_grows)
{
    const int before = count_first_threads();
    mlc_context *ctx = open_context(6);
    mlc_context_set_threads(ctx, 2);
    check_adds_up(ctx);
    ck_assert(has_threads(before + 1));
    mlc_context_set_threads(ctx, 6);
    check_adds_up(ctx);
    ck_assert(has_threads(before + 5));
    mlc_context_close(ctx);
    ck_assert(has_threads(before));
}
END_TEST

static void *wait_in_loop(void *arg)
{
    for (int i = 0; i < 300; i++)
        check_adds_up(arg);
    return NULL;
}

START_TEST(test_pool_when_several_threads_use_it_serves_them_all)
{
    mlc_context *base = open_context(3), *contexts[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(mlc_context_derive(base, &contexts[i], NULL), MLC_OK);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, wait_in_loop, contexts[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        mlc_context_close(contexts[i]);
    }
    mlc_context_close(base);
}
END_TEST

/* The caller's block ends once a worker has begun the other one, which takes longer. */
static mlc_status outlast_caller(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    int64_t *const begun = arg;
    if (slot != 0) __atomic_add_fetch(begun, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 10000 && __atomic_load_n(begun, __ATOMIC_RELAXED) == 0; i++)
        usleep(1000);
    if (slot != 0) usleep(20000);
    if (slot != 0) __atomic_add_fetch(begun, 1, __ATOMIC_RELAXED);
    return MLC_OK;
}

/* Workers spin for a while where there are cores for all of them, so that a short loop after a
 * short one finds them awake, and so does a caller that is done before them; where there are none
 * for them all park at once. The results are the same. */
START_TEST(test_pool_with_cores_for_all_and_with_one_does_the_same)
{
    const int32_t n_cores[] = {1, MLCI_MAX_THREADS};
    for (int i = 0; i < 2; i++) {
        mlc_context *ctx = open_context(2), local, *call = NULL;
        int64_t begun = 0;
        mlci_context_root(ctx)->n_cores = n_cores[i];
        for (int k = 0; k < 300; k++)
            check_adds_up(ctx);
        ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
        ck_assert_int_eq(mlci_parallel_for(call, 2, outlast_caller, &begun, NULL), MLC_OK);
        mlci_call_end(call);
        ck_assert_int_eq(begun, 2);
        mlc_context_close(ctx);
    }
}
END_TEST

START_TEST(test_pool_when_idle_takes_no_time)
{
    mlc_context *ctx = open_context(4);
    check_adds_up(ctx);
    usleep(20000); /* they may spin for 100 us */
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    usleep(200000);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    const int64_t used =
        (after.tv_sec - before.tv_sec) * 1000000000LL + (after.tv_nsec - before.tv_nsec);
    ck_assert_int_lt(used, 20000000);
    mlc_context_close(ctx);
}
END_TEST

/* The status of a child, or -1 when it does not end within ten seconds. */
static int wait_for(pid_t child)
{
    for (int i = 0; i < 1000; i++) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child) return status;
        usleep(10000);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return -1;
}

static mlc_status wait_for_all(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    int32_t *n_arrived = arg;
    __atomic_add_fetch(n_arrived, 1, __ATOMIC_ACQ_REL);
    for (int i = 0; i < 100000; i++) {
        if (__atomic_load_n(n_arrived, __ATOMIC_ACQUIRE) == 4) return MLC_OK;
        usleep(100);
    }
    return MLC_ERROR_THREAD;
}

/* Returns once four threads have met in a loop. AddressSanitizer holds locks of its own while a
 * thread starts, which a child forked meanwhile would find taken for ever. */
static mlc_status meet_all(mlc_context *ctx)
{
    mlc_context local, *call = NULL;
    int32_t n_arrived = 0;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL));
    const mlc_status status = mlci_parallel_for(call, 4, wait_for_all, &n_arrived, NULL);
    mlci_call_end(call);
    return status;
}

static int child_adds_up(mlc_context *ctx)
{
    int64_t sum = 0;
    for (int i = 0; i < 10; i++) {
        if (add_up(ctx, &sum, NULL) != MLC_OK || sum != 499500) return 1;
    }
    return 0;
}

START_TEST(test_pool_when_forked_is_rebuilt_in_the_child)
{
    if (!CAN_FORK) return;
    mlc_context *ctx = open_context(4);
    ck_assert_int_eq(meet_all(ctx), MLC_OK);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        const int before = count_first_threads();
        int failed = child_adds_up(ctx);
        failed += !has_threads(before + 3);
        mlc_context_close(ctx);
        failed += !has_threads(before);
        _exit(failed);
    }
    ck_assert_int_eq(wait_for(child), 0);
    check_adds_up(ctx);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_pool_when_forked_twice_is_rebuilt_twice)
{
    if (!CAN_FORK) return;
    mlc_context *ctx = open_context(4);
    ck_assert_int_eq(meet_all(ctx), MLC_OK);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (child_adds_up(ctx) != 0 || meet_all(ctx) != MLC_OK) _exit(1);
        const pid_t grandchild = fork();
        if (grandchild == 0) {
            const int failed = child_adds_up(ctx);
            mlc_context_close(ctx);
            _exit(failed);
        }
        const int status = wait_for(grandchild);
        mlc_context_close(ctx);
        _exit(status != 0);
    }
    ck_assert_int_eq(wait_for(child), 0);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_pool_when_forked_and_not_used_is_closed_without_waiting)
{
    if (!CAN_FORK) return;
    mlc_context *ctx = open_context(4);
    ck_assert_int_eq(meet_all(ctx), MLC_OK);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        mlc_context_close(ctx);
        _exit(0);
    }
    ck_assert_int_eq(wait_for(child), 0);
    mlc_context_close(ctx);
}
END_TEST

static int32_t busy_started, busy_stop;

/* Without asserts: Check writes them to a stream, whose lock a forked child would find taken. */
static void *keep_busy(void *arg)
{
    int64_t sum = 0;
    __atomic_store_n(&busy_started, 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(&busy_stop, __ATOMIC_RELAXED)) {
        if (add_up(arg, &sum, NULL) != MLC_OK || sum != 499500) return arg;
    }
    return NULL;
}

START_TEST(test_pool_when_forked_while_others_work_is_rebuilt)
{
    if (!CAN_FORK) return;
    mlc_context *ctx = open_context(4), *other = NULL;
    ck_assert_int_eq(mlc_context_derive(ctx, &other, NULL), MLC_OK);
    ck_assert_int_eq(meet_all(ctx), MLC_OK);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, keep_busy, other), 0);
    while (!__atomic_load_n(&busy_started, __ATOMIC_ACQUIRE))
        usleep(100);
    for (int i = 0; i < 20; i++) {
        usleep(1000);
        const pid_t child = fork();
        if (child == 0) _exit(child_adds_up(ctx));
        ck_assert_int_gt(child, 0);
        ck_assert_int_eq(wait_for(child), 0);
    }
    __atomic_store_n(&busy_stop, 1, __ATOMIC_RELAXED);
    void *failed = other;
    pthread_join(thread, &failed);
    ck_assert_ptr_null(failed);
    mlc_context_close(other);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_pool_when_threads_fail_works_with_fewer)
{
    for (int64_t k = 1; k <= 4; k++) {
        mlc_context *ctx = open_context(4);
        mlci_fault_system f = mlci_fault_system_init();
        f.only = "thread_create";
        f.fail_at = k;
        f.from_then_on = 1;
        f.error = EAGAIN;
        mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
        const int before = count_first_threads();
        check_adds_up(ctx);
        ck_assert(has_threads(before + (k < 4 ? (int)k - 1 : 3)));
        mlc_context_close(ctx);
        ck_assert(has_threads(before));
    }
}
END_TEST

START_TEST(test_pool_when_a_lock_fails_is_an_error)
{
    for (int64_t k = 1; k <= 3; k++) {
        mlci_test_allocator a = {0};
        mlc_host host = mlci_test_host(&a);
        host.n_threads = 4;
        mlc_context *ctx = NULL;
        ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
        mlci_fault_system f = mlci_fault_system_init();
        f.fail_at = k;
        f.error = ENOMEM;
        mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
        int64_t sum = 0;
        mlc_error err;
        ck_assert_int_eq(add_up(ctx, &sum, &err), MLC_ERROR_THREAD);
        ck_assert_str_eq(err.message, "no lock for the worker pool: no memory");
        check_adds_up(ctx); /* the next one works */
        mlc_context_close(ctx);
        ck_assert_int_eq(a.live_bytes, 0);
    }
}
END_TEST

static mlc_status check_mask(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    usleep(200); /* so that workers come to take part */
    if (slot == 0) return MLC_OK;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    static const int signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGALRM, SIGCHLD, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        ck_assert(sigismember(&mask, signals[i]));
    }
    __atomic_add_fetch((int32_t *)arg, 1, __ATOMIC_RELAXED);
    return MLC_OK;
}

START_TEST(test_workers_when_running_block_signals_and_the_caller_does_not)
{
    mlc_context *ctx = open_context(4);
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    mlc_context local, *call = NULL;
    int32_t n_on_workers = 0;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_parallel_for(call, 200, check_mask, &n_on_workers, NULL), MLC_OK);
    mlci_call_end(call);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    ck_assert_int_gt(n_on_workers, 0);
    ck_assert_int_eq(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    ck_assert_int_eq(sigismember(&after, SIGUSR1), sigismember(&before, SIGUSR1));
    mlc_context_close(ctx);
}
END_TEST

typedef struct last_handle {
    mlci_root *root;
    int32_t dropped; /* atomic */
} last_handle;

/* Gives the last reference back on the first worker that comes. */
static void drop_on_worker(void *arg, int32_t i)
{
    last_handle *h = arg;
    if (i == 0) {
        while (!__atomic_load_n(&h->dropped, __ATOMIC_ACQUIRE))
            usleep(100);
    } else if (!__atomic_exchange_n(&h->dropped, 1, __ATOMIC_ACQ_REL)) {
        mlci_root_unref(h->root);
    }
}

START_TEST(test_root_when_a_worker_drops_the_last_handle_ends_without_deadlock)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = NULL;
    const int before = count_first_threads();
    ck_assert_int_eq(mlc_context_create(&host, &ctx, NULL), MLC_OK);
    last_handle h = {.root = mlci_root_ref(mlci_context_root(ctx))};
    mlci_pool *pool = NULL;
    ck_assert_int_eq(mlci_pool_at(&h.root->pool, h.root, &pool, NULL), MLC_OK);
    mlc_context_close(ctx);
    mlci_pool_run(pool, 3, drop_on_worker, &h);
    for (int i = 0; i < 1000 && __atomic_load_n(&a.n_released, __ATOMIC_ACQUIRE) == 0; i++) {
        usleep(10000);
    }
    ck_assert(has_threads(before));
    ck_assert_int_eq(__atomic_load_n(&a.n_released, __ATOMIC_ACQUIRE), 1);
    ck_assert_int_eq(a.live_bytes, 0);
}
END_TEST

static mlc_status loop_once(mlc_context *ctx, void *arg, mlc_error *err)
{
    int64_t sum;
    mlc_context_set_threads(ctx, 3);
    return add_up(ctx, &sum, err);
}

MLCI_TORTURE_TEST(test_pool_when_memory_fails_leaks_nothing, loop_once, NULL)

MLCI_CHECK_SUITE("pool", test_pool_when_first_used_starts_and_at_the_end_joins,
                 test_pool_when_more_threads_are_asked_grows,
                 test_pool_when_several_threads_use_it_serves_them_all,
                 test_pool_with_cores_for_all_and_with_one_does_the_same,
                 test_pool_when_idle_takes_no_time, test_pool_when_forked_is_rebuilt_in_the_child,
                 test_pool_when_forked_twice_is_rebuilt_twice,
                 test_pool_when_forked_and_not_used_is_closed_without_waiting,
                 test_pool_when_forked_while_others_work_is_rebuilt,
                 test_pool_when_threads_fail_works_with_fewer,
                 test_pool_when_a_lock_fails_is_an_error,
                 test_workers_when_running_block_signals_and_the_caller_does_not,
                 test_root_when_a_worker_drops_the_last_handle_ends_without_deadlock,
                 test_pool_when_memory_fails_leaks_nothing)
