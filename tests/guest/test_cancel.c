/* Stopping, wherever it may happen: at the k-th check for every k, from another thread, from the
 * progress callback, from a signal handler, by a deadline. Each time a status, nothing left
 * behind, and the same handles give the same bits right after.
 *
 * A long form stops at every check; otherwise 8 of them are drawn, as torture.h does, and the
 * first and the last. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "context_impl.h"
#include "guest.h"
#include "operations.h"
#include "root.h"
#include "torture.h"

#define N_ROWS 300
#define N_POINTS 8
#define NEVER (INT64_MAX / 2)

static void assert_same(const mlc_buffer *a, const mlc_buffer *b, const char *what, int64_t k)
{
    ck_assert_msg(mlc_buffer_size(a) == mlc_buffer_size(b) &&
                      memcmp(mlc_buffer_data(a), mlc_buffer_data(b), (size_t)mlc_buffer_size(a)) ==
                          0,
                  "%s: other bits after a cancel at check %lld", what, (long long)k);
}

typedef struct stopping {
    const subject *s;
    operation op;
    mlci_test_allocator a;
    mlc_context *ctx;
    mlci_root *root;
    mlc_buffer *expected;
    int64_t n_polls;
    char what[256];
} stopping;

/* An undisturbed run, which counts the checks. */
static void stopping_open(stopping *t, const subject *s, operation op)
{
    mlc_error err;
    *t = (stopping){.s = s, .op = op};
    snprintf(t->what, sizeof t->what, "%s: %s %s", s->name, op.name,
             s->word != NULL ? s->word : "");
    mlc_host host = mlci_test_host(&t->a);
    host.n_threads = 3;
    ck_assert_int_eq(mlc_context_create(&host, &t->ctx, &err), MLC_OK);
    t->root = mlci_context_root(t->ctx);
    mlc_context_set_threads(t->ctx, 3); /* the pool is there before memory is compared */
    mlc_status status = op.run(t->ctx, s, &t->expected, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", t->what, err.message);
    mlc_context_set_threads(t->ctx, 1);
    mlc_buffer *again = NULL;
    mlci_root_set_cancel_after(t->root, NEVER);
    status = op.run(t->ctx, s, &again, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", t->what, err.message);
    t->n_polls = NEVER - t->root->cancel_after;
    mlci_root_set_cancel_after(t->root, 0);
    assert_same(t->expected, again, t->what, 0);
    mlc_buffer_free(again);
}

static void stopping_close(stopping *t)
{
    mlc_buffer_free(t->expected);
    mlc_context_close(t->ctx);
    ck_assert_int_eq(t->a.live_bytes, 0);
    ck_assert_int_eq(t->a.n_released, 1);
}

static void assert_stopped(const stopping *t, int64_t k, int32_t n_threads, mlc_status status,
                           const mlc_error *err)
{
    /* With several threads a block may be left out, and its check with it. */
    if (n_threads > 1 && status == MLC_OK) return;
    ck_assert_msg(status == MLC_ERROR_CANCELLED,
                  "%s: check %lld of %lld, %d threads: status %d: %s", t->what, (long long)k,
                  (long long)t->n_polls, (int)n_threads, (int)status, err->message);
    ck_assert_int_eq(err->status, status);
    ck_assert_int_ne(err->message[0], '\0');
}

static void stop_at(stopping *t, int64_t k, int32_t n_threads)
{
    mlc_error err = {0};
    mlc_buffer *out = NULL;
    const int64_t before = t->a.live_bytes;
    mlc_context_set_threads(t->ctx, n_threads);
    mlci_root_set_cancel_after(t->root, k);
    const mlc_status status = t->op.run(t->ctx, t->s, &out, &err);
    mlci_root_set_cancel_after(t->root, 0);
    assert_stopped(t, k, n_threads, status, &err);
    mlc_buffer_free(out);
    ck_assert_msg(t->a.live_bytes == before, "%s: %lld bytes left by a cancel at check %lld",
                  t->what, (long long)(t->a.live_bytes - before), (long long)k);
    if (k % 7 != 1 && !guest_is_long()) return;
    out = NULL;
    const mlc_status again = t->op.run(t->ctx, t->s, &out, &err);
    ck_assert_msg(again == MLC_OK, "%s: after a cancel at check %lld: %s", t->what, (long long)k,
                  err.message);
    assert_same(t->expected, out, t->what, k);
    mlc_buffer_free(out);
}

/* Returns the number of checks there are. */
static int64_t stop_everywhere(const subject *s, operation op)
{
    stopping t;
    stopping_open(&t, s, op);
    mlci_torture_points points = mlci_torture_choose(t.what, t.n_polls);
    points.count = guest_amount(points.count < N_POINTS ? points.count : N_POINTS, t.n_polls);
    for (int64_t i = -1; i <= points.count; i++) {
        const int64_t k = i < 0 ? 1 : i == points.count ? t.n_polls : mlci_torture_at(&points, i);
        stop_at(&t, k, 1);
        if (i % 5 == 0) stop_at(&t, k, 3);
    }
    const int64_t n = t.n_polls;
    if (guest_is_long()) printf("%s: stopped at each of %lld checks\n", t.what, (long long)n);
    stopping_close(&t);
    return n;
}

START_TEST(test_operation_when_cancelled_at_any_check_then_stops_and_works_again)
{
    subject s;
    if (!subject_open(&s, COMPONENT, guest_amount(N_ROWS, 3 * N_ROWS))) return;
    for (int i = 0; i < N_MODEL_OPERATIONS; i++) {
        const int64_t n = stop_everywhere(&s, model_operations[i]);
        ck_assert_msg(n > 0, "%s: %s cannot be cancelled", s.name, model_operations[i].name);
    }
    subject_close(&s);
}
END_TEST

START_TEST(test_table_when_cancelled_at_any_check_then_stops_and_works_again)
{
    subject s;
    if (COMPONENT->tables == NULL || !subject_open(&s, COMPONENT, N_ROWS)) return;
    for (const char *const *table = COMPONENT->tables; *table != NULL; table++) {
        mlc_dataset *out = NULL;
        s.word = *table;
        /* Tables of a part have the part's name before theirs; those of the model do not. */
        if (mlc_model_table(NULL, s.model, s.word, &out, NULL) == MLC_OK) {
            mlc_dataset_free(out);
            stop_everywhere(&s, (operation){"table", run_table});
        }
    }
    subject_close(&s);
}
END_TEST

START_TEST(test_split_and_metric_when_cancelled_at_any_check_then_stop_and_work_again)
{
    subject s;
    if (COMPONENT->kind == MLCI_KIND_SPLITTER) {
        subject_open_data(&s, N_ROWS);
        s.word = COMPONENT->name;
        stop_everywhere(&s, (operation){"split", run_split});
    } else if (COMPONENT->kind == MLCI_KIND_METRIC) {
        const int32_t can = COMPONENT->capabilities;
        const char *const model = can & MLCI_CAN_CLASSIFY  ? "logistic_regression"
                                  : can & MLCI_CAN_CLUSTER ? "kmeans"
                                  : can & MLCI_NEEDS_GROUP ? "gradient_boosting_ranker"
                                                           : "ridge";
        if (!subject_open(&s, mlci_registry_find(MLCI_KIND_MODEL, model), N_ROWS)) return;
        s.word = COMPONENT->name;
        ck_assert_int_gt(stop_everywhere(&s, (operation){"evaluate", run_evaluate}), 0);
    } else {
        return;
    }
    subject_close(&s);
}
END_TEST

/* Writes text to a new file; its name goes to path. */
static void write_file(char *path, const mlc_buffer *text)
{
    const int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, mlc_buffer_data(text), (size_t)mlc_buffer_size(text)),
                     mlc_buffer_size(text));
    close(fd);
}

START_TEST(test_data_when_cancelled_at_any_check_then_stops_and_works_again)
{
    subject s;
    char path[] = "/tmp/mlcore-cancel-XXXXXX";
    if (_i > 0) return; /* not of a component */
    subject_open_data(&s, guest_amount(20000, 200000));
    write_file(path, s.csv);
    s.csv_path = path;
    const int files = guest_count_files();
    for (int i = 0; i < N_DATA_OPERATIONS; i++) {
        const int64_t n = stop_everywhere(&s, data_operations[i]);
        ck_assert_msg(n > 0, "%s cannot be cancelled", data_operations[i].name);
    }
    ck_assert_int_eq(guest_count_files(), files);
    unlink(path);
    subject_close(&s);
}
END_TEST

/* ---- by whom ------------------------------------------------------------------------------ */

static mlc_model *endless_recipe(void)
{
    mlc_model *recipe = NULL;
    mlc_error err;
    /* A year of trees: it ends when it is stopped. */
    ck_assert_int_eq(mlc_model_parse(NULL,
                                     "pipeline(automatic, gradient_boosting_regressor("
                                     "n_estimators=10000000,min_samples_leaf=5))",
                                     &recipe, &err),
                     MLC_OK);
    return recipe;
}

typedef struct endless {
    mlc_model *recipe;
    mlc_dataset *rows;
    mlci_test_allocator a;
    mlc_context *root, *ctx; /* ctx: of the call that will be stopped */
} endless;

static void endless_open(endless *e)
{
    const rows_options o = {.n_rows = 2000, .regression = 1};
    *e = (endless){.recipe = endless_recipe(), .rows = conformance_rows(&o)};
    mlc_host host = mlci_test_host(&e->a);
    host.n_threads = 2;
    ck_assert_int_eq(mlc_context_create(&host, &e->root, NULL), MLC_OK);
    ck_assert_int_eq(mlc_context_derive(e->root, &e->ctx, NULL), MLC_OK);
}

static void endless_close(endless *e)
{
    mlc_context_close(e->ctx);
    mlc_context_close(e->root);
    ck_assert_int_eq(e->a.live_bytes, 0);
    mlc_dataset_free(e->rows);
    mlc_model_free(e->recipe);
}

/* Fits until stopped, then wants the same root to work under another context. */
static void fit_until(endless *e, mlc_status wanted, const char *message)
{
    mlc_model *model = NULL, *few = NULL;
    mlc_error err = {0};
    const mlc_status status = mlc_model_fit(e->ctx, e->recipe, e->rows, NULL, &model, &err);
    ck_assert_msg(status == wanted, "status %d: %s", (int)status, err.message);
    ck_assert_msg(strstr(err.message, message) != NULL, "%s", err.message);
    ck_assert_ptr_null(model);
    ck_assert_int_eq(
        mlc_model_with(e->recipe, "gradient_boosting_regressor.n_estimators=3", &few, &err),
        MLC_OK);
    /* A context that was stopped stays so; the next call takes another. */
    ck_assert_int_eq(mlc_model_fit(e->ctx, few, e->rows, NULL, &model, &err), wanted);
    ck_assert_int_eq(mlc_model_fit(e->root, few, e->rows, NULL, &model, &err), MLC_OK);
    mlc_model_free(model);
    mlc_model_free(few);
}

static void *cancel_soon(void *arg)
{
    usleep(20000);
    mlc_context_cancel(arg);
    return NULL;
}

START_TEST(test_fit_when_another_thread_cancels_then_stops)
{
    endless e;
    pthread_t thread;
    if (_i > 0) return;
    endless_open(&e);
    ck_assert_int_eq(pthread_create(&thread, NULL, cancel_soon, e.ctx), 0);
    fit_until(&e, MLC_ERROR_CANCELLED, "cancelled");
    pthread_join(thread, NULL);
    endless_close(&e);
}
END_TEST

typedef struct watcher {
    mlc_context *ctx;
    int64_t n_calls, stop_at;
    mlc_status returned;
} watcher;

static mlc_status watch(void *user, const char *stage, int64_t done, int64_t total,
                        const char *metric_name, double metric)
{
    watcher *const w = user;
    if (++w->n_calls < w->stop_at) return MLC_OK;
    if (w->returned == MLC_OK) mlc_context_cancel(w->ctx);
    return w->returned;
}

START_TEST(test_fit_when_the_callback_cancels_then_stops_before_it_is_called_again)
{
    for (int64_t k = 1; k <= 4 && _i == 0; k++) {
        endless e;
        endless_open(&e);
        watcher w = {.ctx = e.ctx, .stop_at = k};
        mlc_context_set_progress(e.ctx, watch, &w);
        fit_until(&e, MLC_ERROR_CANCELLED, "cancelled");
        ck_assert_int_eq(w.n_calls, k);
        endless_close(&e);
    }
}
END_TEST

START_TEST(test_fit_when_the_callback_returns_an_error_then_stops_and_says_where)
{
    endless e;
    mlc_model *model = NULL;
    mlc_error err;
    if (_i > 0) return;
    endless_open(&e);
    watcher w = {.ctx = e.ctx, .stop_at = 2, .returned = -7};
    mlc_context_set_progress(e.ctx, watch, &w);
    ck_assert_int_eq(mlc_model_fit(e.ctx, e.recipe, e.rows, NULL, &model, &err),
                     MLC_ERROR_CANCELLED);
    ck_assert_ptr_null(model);
    ck_assert_ptr_nonnull(strstr(err.message, "callback returned -7 at stage '"));
    ck_assert_int_eq(w.n_calls, 2);
    endless_close(&e);
}
END_TEST

static mlc_context *signal_context;
static volatile sig_atomic_t n_signals;

static void cancel_on_signal(int number)
{
    n_signals++;
    mlc_context_cancel(signal_context);
}

/* The flag is one lock-free store, which C11 allows in a handler whatever it interrupts. */
_Static_assert(__atomic_always_lock_free(sizeof(((mlc_context *)0)->cancelled), 0),
               "the store of a cancel must not take a lock");

START_TEST(test_fit_when_a_signal_handler_cancels_then_stops)
{
    struct sigaction action = {.sa_handler = cancel_on_signal}, before;
    struct itimerval soon = {.it_value = {.tv_usec = 1000}};
    if (_i > 0) return;
    sigaction(SIGALRM, &action, &before);
    for (int64_t round = 0; round < guest_amount(20, 2000); round++) {
        endless e;
        endless_open(&e);
        signal_context = e.ctx;
        n_signals = 0;
        soon.it_value.tv_usec = 500 + 997 * (round % 60);
        ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
        fit_until(&e, MLC_ERROR_CANCELLED, "cancelled");
        ck_assert_int_eq(n_signals, 1);
        endless_close(&e);
    }
    sigaction(SIGALRM, &before, NULL);
}
END_TEST

START_TEST(test_fit_when_the_deadline_passes_then_stops)
{
    if (_i > 0) return;
    for (int64_t ms = 0; ms <= 40; ms += 20) {
        endless e;
        endless_open(&e);
        mlc_context_set_deadline_ms(e.ctx, ms);
        fit_until(&e, MLC_ERROR_DEADLINE, "deadline");
        endless_close(&e);
    }
}
END_TEST

START_TEST(test_operation_when_the_deadline_is_past_then_does_not_start)
{
    subject s;
    if (!subject_open(&s, COMPONENT, 60)) return;
    for (int i = 0; i < N_MODEL_OPERATIONS; i++) {
        mlc_context *ctx = conformance_context(1, NULL);
        mlc_buffer *out = NULL;
        mlc_error err;
        mlc_context_set_deadline_ms(ctx, 0);
        const mlc_status status = model_operations[i].run(ctx, &s, &out, &err);
        ck_assert_msg(status == MLC_ERROR_DEADLINE, "%s: %s: status %d", s.name,
                      model_operations[i].name, (int)status);
        mlc_context_close(ctx);
    }
    subject_close(&s);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "cancel",
                    test_operation_when_cancelled_at_any_check_then_stops_and_works_again,
                    test_table_when_cancelled_at_any_check_then_stops_and_works_again,
                    test_split_and_metric_when_cancelled_at_any_check_then_stop_and_work_again,
                    test_data_when_cancelled_at_any_check_then_stops_and_works_again,
                    test_fit_when_another_thread_cancels_then_stops,
                    test_fit_when_the_callback_cancels_then_stops_before_it_is_called_again,
                    test_fit_when_the_callback_returns_an_error_then_stops_and_says_where,
                    test_fit_when_a_signal_handler_cancels_then_stops,
                    test_fit_when_the_deadline_passes_then_stops,
                    test_operation_when_the_deadline_is_past_then_does_not_start)
