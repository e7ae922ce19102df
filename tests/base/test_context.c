#include "context_impl.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "error.h"
#include "fault_system.h"
#include "isa.h"
#include "torture.h"

static mlc_context *open_context(const mlc_host *host)
{
    mlc_context *ctx = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(host, &ctx, &err), MLC_OK);
    return ctx;
}

static void refuse_host(const mlc_host *host, mlc_status status, const char *part)
{
    mlc_context *ctx = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(host, &ctx, &err), status);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
    ck_assert_ptr_null(ctx);
}

static mlc_status begin_and_end(mlc_context *ctx, mlc_error *err)
{
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_call_end(call);
    return MLC_OK;
}

START_TEST(test_create_when_the_host_is_half_an_allocator_refuses)
{
    mlci_test_allocator a = {0};
    mlc_host host = mlci_test_host(&a);
    host.deallocate = NULL;
    refuse_host(&host, MLC_ERROR_ARGUMENT, "both");
    host = mlci_test_host(&a);
    host.allocate = NULL;
    refuse_host(&host, MLC_ERROR_ARGUMENT, "both");
    ck_assert_int_eq(a.n_released, 0);
}
END_TEST

START_TEST(test_create_when_the_size_is_wrong_refuses)
{
    mlc_host host = {.size = 0};
    refuse_host(&host, MLC_ERROR_ARGUMENT, "mlc_host.size = 0: set it to sizeof(mlc_host)");
    host.size = -8;
    refuse_host(&host, MLC_ERROR_ARGUMENT, "size = -8");
    host.size = INT64_MAX;
    refuse_host(&host, MLC_ERROR_ARGUMENT, "size = 9223372036854775807");
}
END_TEST

START_TEST(test_create_when_the_caller_is_older_takes_the_rest_as_zero)
{
    mlc_host host;
    memset(&host, 0x55, sizeof host); /* beyond the size of the older struct: not to be read */
    host.size = offsetof(mlc_host, allocate);
    host.user = NULL;
    host.memory_limit_bytes = 1 << 20;
    mlc_context *ctx = open_context(&host);
    ck_assert_ptr_null(mlci_alloc(mlci_context_root(ctx), 1 << 20, 1));
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_create_when_the_caller_is_newer_wants_zeros)
{
    struct {
        mlc_host host;
        int64_t later;
    } newer = {.host = {.size = sizeof newer}};
    mlc_context_close(open_context(&newer.host));
    newer.later = 1;
    refuse_host(&newer.host, MLC_ERROR_ARGUMENT, "does not know");
}
END_TEST

START_TEST(test_create_when_members_are_out_of_range_names_them)
{
    mlc_host host = {.size = sizeof host, .n_threads = -1};
    refuse_host(&host, MLC_ERROR_ARGUMENT, "n_threads = -1: must be at least 0");
    host = (mlc_host){.size = sizeof host, .memory_limit_bytes = -1};
    refuse_host(&host, MLC_ERROR_ARGUMENT, "memory_limit_bytes = -1: must be at least 0");
    host = (mlc_host){.size = sizeof host, .log_level = 5};
    refuse_host(&host, MLC_ERROR_ARGUMENT, "log_level = 5: must be 0 to 4");
    host = (mlc_host){.size = sizeof host, .isa = "sse9"};
    refuse_host(&host, MLC_ERROR_ARGUMENT, "isa = 'sse9': must be best, avx512vbmi, avx512, avx2");
    host = (mlc_host){.size = sizeof host, .memory_limit_bytes = 10};
    refuse_host(&host, MLC_ERROR_NO_MEMORY, "limit");
    mlc_error err;
    ck_assert_int_eq(mlc_context_create(NULL, NULL, &err), MLC_ERROR_ARGUMENT);
}
END_TEST

START_TEST(test_create_when_memory_fails_leaves_all_to_the_host)
{
    for (int64_t k = 1; k <= 2; k++) {
        mlci_test_allocator a = {.armed = 1, .fail_at = k};
        const mlc_host host = mlci_test_host(&a);
        refuse_host(&host, MLC_ERROR_NO_MEMORY, "no memory");
        ck_assert_int_eq(a.n_failed, 1);
        ck_assert_int_eq(a.live_bytes, 0);
        ck_assert_int_eq(a.n_released, 0);
    }
}
END_TEST

START_TEST(test_isa_when_named_is_used)
{
    for (int32_t isa = MLCI_ISA_REFERENCE; isa <= MLCI_ISA_AVX512VBMI; isa++) {
        mlc_host host = {.size = sizeof host, .isa = mlci_isa_name(isa)};
        if (isa > mlci_isa_best()) {
            refuse_host(&host, MLC_ERROR_UNSUPPORTED, "this processor has at most");
            continue;
        }
        mlc_context *ctx = open_context(&host);
        ck_assert_int_eq(mlci_root_isa(mlci_context_root(ctx)), isa);
        mlc_context_close(ctx);
    }
    mlc_host host = {.size = sizeof host, .isa = "best"};
    mlc_context *ctx = open_context(&host);
    ck_assert_int_eq(mlci_root_isa(mlci_context_root(ctx)), mlci_isa_best());
    mlc_context_close(ctx);
    ck_assert_int_eq(mlci_root_isa(NULL), mlci_isa_best());
}
END_TEST

START_TEST(test_contexts_when_closed_in_any_order_release_once)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int i = 0; i < 6; i++) {
        mlci_test_allocator a = {0};
        const mlc_host host = mlci_test_host(&a);
        mlc_context *c[3] = {open_context(&host), NULL, NULL};
        ck_assert_int_eq(mlc_context_derive(c[0], &c[1], NULL), MLC_OK);
        ck_assert_int_eq(mlc_context_derive(c[1], &c[2], NULL), MLC_OK);
        for (int k = 0; k < 3; k++) {
            ck_assert_int_eq(a.n_released, 0);
            mlc_context_close(c[orders[i][k]]);
        }
        ck_assert_int_eq(a.n_released, 1);
        ck_assert_int_eq(a.live_bytes, 0);
    }
}
END_TEST

static mlc_status derive_twice(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_context *one = NULL, *two = NULL;
    mlc_status status = mlc_context_derive(ctx, &one, err);
    if (status == MLC_OK) status = mlc_context_derive(one, &two, err);
    mlc_context_close(one);
    mlc_context_close(two);
    return status;
}

MLCI_TORTURE_TEST(test_derive_when_memory_fails_leaks_nothing, derive_twice, NULL)

START_TEST(test_derive_when_arguments_are_null_refuses)
{
    mlc_context *ctx = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_derive(NULL, &ctx, &err), MLC_ERROR_ARGUMENT);
    ck_assert_str_eq(err.name, "base");
    mlc_context *base = open_context(NULL);
    ck_assert_int_eq(mlc_context_derive(base, NULL, &err), MLC_ERROR_ARGUMENT);
    mlc_context_close(base);
    mlc_context_close(NULL);
}
END_TEST

START_TEST(test_call_when_cancelled_before_ends_at_once)
{
    mlc_context *ctx = open_context(NULL);
    mlc_error err;
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_OK);
    mlc_context_cancel(ctx);
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_ERROR_CANCELLED);
    ck_assert_str_eq(err.message, "the call was cancelled");
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_cancel_when_of_a_parent_reaches_the_child_only)
{
    mlc_context *base = open_context(NULL), *one = NULL, *two = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_derive(base, &one, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_derive(base, &two, NULL), MLC_OK);
    mlc_context_cancel(one);
    ck_assert_int_eq(begin_and_end(one, &err), MLC_ERROR_CANCELLED);
    ck_assert_int_eq(begin_and_end(two, &err), MLC_OK);
    ck_assert_int_eq(begin_and_end(base, &err), MLC_OK);
    mlc_context_cancel(base);
    ck_assert_int_eq(begin_and_end(two, &err), MLC_ERROR_CANCELLED);
    mlc_context_close(base);
    mlc_context_close(one);
    mlc_context_close(two);
}
END_TEST

START_TEST(test_deadline_when_in_the_past_ends_the_call)
{
    mlc_context *base = open_context(NULL), *ctx = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_context_derive(base, &ctx, NULL), MLC_OK);
    mlc_context_set_deadline_ms(ctx, 0);
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_ERROR_DEADLINE);
    ck_assert_str_eq(err.message, "the deadline of the context has passed");
    mlc_context_set_deadline_ms(ctx, -1);
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_OK);
    mlc_context_set_deadline_ms(ctx, INT64_MAX); /* never */
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_OK);
    mlc_context_set_deadline_ms(base, 0);
    ck_assert_int_eq(begin_and_end(ctx, &err), MLC_ERROR_DEADLINE);
    mlc_context_close(ctx);
    mlc_context_close(base);
}
END_TEST

START_TEST(test_deadline_when_it_comes_ends_a_running_call)
{
    mlc_context *ctx = open_context(NULL);
    mlc_context local, *call = NULL;
    mlc_context_set_deadline_ms(ctx, 30);
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    usleep(40000);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_ERROR_DEADLINE);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

static mlc_context *handled;

static void cancel_handled(int number)
{
    mlc_context_cancel(handled);
}

START_TEST(test_cancel_when_from_a_signal_handler_ends_the_call)
{
    handled = open_context(NULL);
    struct sigaction action = {.sa_handler = cancel_handled}, old;
    ck_assert_int_eq(sigaction(SIGUSR1, &action, &old), 0);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(handled, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    raise(SIGUSR1);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_ERROR_CANCELLED);
    mlci_call_end(call);
    mlc_context_close(handled);
    sigaction(SIGUSR1, &old, NULL);
}
END_TEST

START_TEST(test_cancel_after_when_set_ends_that_poll)
{
    mlc_context *ctx = open_context(NULL);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlci_root_set_cancel_after(mlci_context_root(ctx), 3);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_ERROR_CANCELLED);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_call_when_the_context_is_closed_meanwhile_goes_on)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    mlc_context *ctx = open_context(&host);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    mlc_context_close(ctx);
    ck_assert_int_eq(mlci_poll(call, NULL), MLC_OK);
    ck_assert_int_eq(a.n_released, 0);
    mlci_call_end(call);
    ck_assert_int_eq(a.n_released, 1);
}
END_TEST

static int32_t threads_of(mlc_context *ctx, int32_t kind)
{
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, kind, &call, NULL), MLC_OK);
    const int32_t n = mlci_n_slots(call);
    mlci_call_end(call);
    return n;
}

START_TEST(test_threads_when_not_set_are_the_default_of_the_call)
{
    mlc_context *ctx = open_context(NULL);
    ck_assert_int_eq(threads_of(ctx, MLCI_PREDICT), 1);
    ck_assert_int_eq(threads_of(NULL, MLCI_PREDICT), 1);
    const int32_t cores = mlci_system_cores(&mlci_native_system);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), cores);
    ck_assert_int_eq(threads_of(NULL, MLCI_FIT), cores);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_threads_when_set_go_down_the_chain_within_the_hosts_bound)
{
    mlc_host host = {.size = sizeof host, .n_threads = 5};
    mlc_context *base = open_context(&host), *ctx = NULL;
    ck_assert_int_eq(mlc_context_derive(base, &ctx, NULL), MLC_OK);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), 5);
    mlc_context_set_threads(base, 3);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), 3);
    ck_assert_int_eq(threads_of(ctx, MLCI_PREDICT), 3);
    mlc_context_set_threads(ctx, 2);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), 2);
    mlc_context_set_threads(ctx, 1000000);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), 5);
    mlc_context_set_threads(ctx, -4);
    ck_assert_int_eq(threads_of(ctx, MLCI_FIT), 3);
    mlc_context_close(ctx);
    mlc_context_close(base);
}
END_TEST

typedef struct reports {
    int32_t n;
    int64_t done[64];
    char stage[64][16];
    double metric;
    mlc_status answer;
    mlc_context *cancel;
    pthread_t thread;
} reports;

static mlc_status take_report(void *user, const char *stage, int64_t done, int64_t total,
                              const char *metric_name, double metric)
{
    reports *r = user;
    ck_assert(pthread_equal(r->thread, pthread_self()));
    if (r->n < 64) {
        r->done[r->n] = done;
        strcpy(r->stage[r->n], stage);
    }
    r->n++;
    r->metric = metric;
    if (r->cancel != NULL) mlc_context_cancel(r->cancel);
    return r->answer;
}

START_TEST(test_report_when_frequent_tells_first_and_last_of_each_stage)
{
    mlc_context *ctx = open_context(NULL);
    reports r = {.thread = pthread_self()};
    mlc_context_set_progress(ctx, take_report, &r);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    for (int64_t i = 1; i <= 100; i++) {
        ck_assert_int_eq(mlci_report(call, "bin", i, 100, NULL, 0, NULL), MLC_OK);
    }
    for (int64_t i = 1; i <= 10; i++) {
        ck_assert_int_eq(mlci_report(call, "boost", i, 10, "loss", (double)i, NULL), MLC_OK);
    }
    mlci_call_end(call);
    /* A slow machine may pass 50 ms in between: at least these four, in this order. */
    ck_assert_int_ge(r.n, 4);
    ck_assert_int_le(r.n, 8);
    ck_assert_int_eq(r.done[0], 1);
    ck_assert_str_eq(r.stage[0], "bin");
    ck_assert_int_eq(r.done[r.n - 1], 10);
    ck_assert_str_eq(r.stage[r.n - 1], "boost");
    ck_assert(r.metric == 10);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_report_when_time_passes_tells_again)
{
    mlc_context *ctx = open_context(NULL);
    reports r = {.thread = pthread_self()};
    mlc_context_set_progress(ctx, take_report, &r);
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_report(call, "read", 1, 0, NULL, 0, NULL), MLC_OK);
    usleep(60000);
    ck_assert_int_eq(mlci_report(call, "read", 2, 0, NULL, 0, NULL), MLC_OK);
    ck_assert_int_eq(r.n, 2);
    mlc_context_set_progress(ctx, NULL, NULL);
    ck_assert_int_eq(mlci_report(call, "next", 2, 0, NULL, 0, NULL), MLC_OK);
    ck_assert_int_eq(r.n, 2);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_report_when_the_callback_fails_cancels)
{
    mlc_context *ctx = open_context(NULL);
    reports r = {.thread = pthread_self(), .answer = MLC_ERROR_DATA};
    mlc_context_set_progress(ctx, take_report, &r);
    mlc_context local, *call = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_report(call, "bin", 1, 2, NULL, 0, &err), MLC_ERROR_CANCELLED);
    ck_assert_str_eq(err.message, "the progress callback returned -7 at stage 'bin'");
    r.answer = MLC_OK;
    r.cancel = ctx;
    ck_assert_int_eq(mlci_report(call, "boost", 1, 2, NULL, 0, &err), MLC_ERROR_CANCELLED);
    mlci_call_end(call);
    mlc_context_close(ctx);
}
END_TEST

typedef struct log_lines {
    int32_t n, level;
    char line[2048];
} log_lines;

static void take_line(void *user, int32_t level, const char *message)
{
    log_lines *l = user;
    l->n++;
    l->level = level;
    strncpy(l->line, message, sizeof l->line - 1);
}

START_TEST(test_log_when_verbose_enough_reaches_the_host)
{
    log_lines l = {0};
    mlc_host host = {.size = sizeof host, .user = &l, .log = take_line};
    mlc_context *ctx = open_context(&host);
    mlci_log(mlci_context_root(ctx), MLC_LOG_WARNING, "%d rows of %s", 3, "x");
    ck_assert_int_eq(l.n, 1);
    ck_assert_int_eq(l.level, MLC_LOG_WARNING);
    ck_assert_str_eq(l.line, "3 rows of x");
    mlci_log(mlci_context_root(ctx), MLC_LOG_INFO, "not by default");
    ck_assert_int_eq(l.n, 1);
    mlc_context_close(ctx);
    host.log_level = MLC_LOG_DEBUG;
    ctx = open_context(&host);
    mlci_log(mlci_context_root(ctx), MLC_LOG_DEBUG, "now");
    ck_assert_int_eq(l.n, 2);
    mlc_context_close(ctx);
    mlci_log(NULL, MLC_LOG_ERROR, "nobody listens");
}
END_TEST

START_TEST(test_memory_bytes_when_handles_are_gone_is_as_before)
{
    mlc_context *ctx = open_context(NULL);
    const int64_t before = mlc_context_memory_bytes(ctx);
    void *block = mlci_alloc(mlci_context_root(ctx), 1000, 1);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before + 1064);
    mlci_free(block);
    ck_assert_int_eq(mlc_context_memory_bytes(ctx), before);
    ck_assert_int_eq(mlc_context_memory_bytes(NULL), 0);
    mlc_context_close(ctx);
}
END_TEST

START_TEST(test_system_when_set_is_the_one_in_use)
{
    mlc_context *ctx = open_context(NULL);
    mlci_fault_system f = mlci_fault_system_init();
    ck_assert_ptr_eq(mlci_root_system(mlci_context_root(ctx)), &mlci_native_system);
    ck_assert_ptr_eq(mlci_root_system(NULL), &mlci_native_system);
    mlci_root_set_system(mlci_context_root(ctx), mlci_fault_system_table(&f));
    ck_assert_ptr_eq(mlci_root_system(mlci_context_root(ctx)), &f.table);
    mlc_context_close(ctx);
}
END_TEST

MLCI_CHECK_SUITE(
    "context", test_create_when_the_host_is_half_an_allocator_refuses,
    test_create_when_the_size_is_wrong_refuses,
    test_create_when_the_caller_is_older_takes_the_rest_as_zero,
    test_create_when_the_caller_is_newer_wants_zeros,
    test_create_when_members_are_out_of_range_names_them,
    test_create_when_memory_fails_leaves_all_to_the_host, test_isa_when_named_is_used,
    test_contexts_when_closed_in_any_order_release_once,
    test_derive_when_memory_fails_leaks_nothing, test_derive_when_arguments_are_null_refuses,
    test_call_when_cancelled_before_ends_at_once,
    test_cancel_when_of_a_parent_reaches_the_child_only,
    test_deadline_when_in_the_past_ends_the_call, test_deadline_when_it_comes_ends_a_running_call,
    test_cancel_when_from_a_signal_handler_ends_the_call, test_cancel_after_when_set_ends_that_poll,
    test_call_when_the_context_is_closed_meanwhile_goes_on,
    test_threads_when_not_set_are_the_default_of_the_call,
    test_threads_when_set_go_down_the_chain_within_the_hosts_bound,
    test_report_when_frequent_tells_first_and_last_of_each_stage,
    test_report_when_time_passes_tells_again, test_report_when_the_callback_fails_cancels,
    test_log_when_verbose_enough_reaches_the_host,
    test_memory_bytes_when_handles_are_gone_is_as_before, test_system_when_set_is_the_one_in_use)
