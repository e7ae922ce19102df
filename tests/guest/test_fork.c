/* A process that forks: the child fits and predicts with what the parent made, also while other
 * threads of the parent are at work in the library, and gets the same bits. It never hangs. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "guest.h"
#include "operations.h"

#define N_ROWS 200
#define CHILD_SECONDS 30 /* hanging is the failure; a busy machine is none */

/* ThreadSanitizer refuses threads in the child of a process that has some, and AddressSanitizer
 * leaves the child the locks that its allocator held in other threads. */
#define CAN_FORK (!GUEST_SANITIZER)

/* The exit status of a child; -1 when a signal or we ended it. */
static int wait_for(pid_t child)
{
    for (int i = 0; i < CHILD_SECONDS * 1000; i++) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        usleep(1000);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return -1;
}

/* 0: same bits; else which step failed. Without asserts: Check's streams are the parent's. */
static int same_bits(mlc_context *ctx, const subject *s, const mlc_buffer *fitted,
                     const mlc_buffer *predicted)
{
    mlc_buffer *out = NULL;
    int failed = run_fit(ctx, s, &out, NULL) != MLC_OK ? 1
                 : mlc_buffer_size(out) != mlc_buffer_size(fitted) ||
                         memcmp(mlc_buffer_data(out), mlc_buffer_data(fitted),
                                (size_t)mlc_buffer_size(out)) != 0
                     ? 2
                     : 0;
    mlc_buffer_free(out);
    if (failed) return failed;
    out = NULL;
    failed = run_predict(ctx, s, &out, NULL) != MLC_OK ? 3
             : mlc_buffer_size(out) != mlc_buffer_size(predicted) ||
                     memcmp(mlc_buffer_data(out), mlc_buffer_data(predicted),
                            (size_t)mlc_buffer_size(out)) != 0
                 ? 4
                 : 0;
    mlc_buffer_free(out);
    return failed;
}

START_TEST(test_child_when_forked_after_a_fit_then_fits_and_predicts_the_same)
{
    subject s;
    if (!CAN_FORK || !subject_open(&s, COMPONENT, N_ROWS)) return;
    mlc_context *ctx = conformance_context(3, NULL);
    mlc_buffer *fitted = NULL, *predicted = NULL;
    ck_assert_int_eq(run_fit(ctx, &s, &fitted, NULL), MLC_OK);
    ck_assert_int_eq(run_predict(ctx, &s, &predicted, NULL), MLC_OK);
    for (int i = 0; i < 3; i++) {
        const pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            /* In the parent's context, in a new one, and in none. */
            mlc_context *own = i == 1 ? conformance_context(2, NULL) : NULL;
            const int failed = same_bits(i == 0 ? ctx : own, &s, fitted, predicted);
            mlc_context_close(own);
            mlc_context_close(ctx);
            _exit(failed);
        }
        const int status = wait_for(child);
        ck_assert_msg(status == 0, "%s: child %d ended with %d", s.name, i, status);
    }
    ck_assert_int_eq(same_bits(ctx, &s, fitted, predicted), 0);
    mlc_buffer_free(predicted);
    mlc_buffer_free(fitted);
    mlc_context_close(ctx);
    subject_close(&s);
}
END_TEST

/* ---- while others work -------------------------------------------------------------------- */

static int32_t n_working, is_over;

typedef struct worker {
    mlc_context *ctx;
    const subject *s;
    mlc_status status;
} worker;

/* Without asserts: a forked child would find the locks of Check's streams taken. */
static void *keep_fitting(void *arg)
{
    worker *const w = arg;
    __atomic_add_fetch(&n_working, 1, __ATOMIC_ACQ_REL);
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE) && w->status == MLC_OK) {
        mlc_model *model = NULL;
        w->status = mlc_model_fit(w->ctx, w->s->recipe, w->s->rows, NULL, &model, NULL);
        mlc_model_free(model);
    }
    return NULL;
}

/* Numbers in 300 columns: products that are large enough for BLIS, which has locks of its own. */
static void open_wide(subject *s)
{
    enum { ROWS = 600, COLUMNS = 300 };
    double *x = malloc(sizeof *x * ROWS * COLUMNS), *y = malloc(sizeof *y * ROWS);
    uint64_t h = 1;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        h = h * UINT64_C(6364136223846793005) + 1442695040888963407;
        x[i] = (double)(h >> 11) * 0x1p-53;
    }
    for (int i = 0; i < ROWS; i++)
        y[i] = x[i * COLUMNS] + 2 * x[i * COLUMNS + 7];
    const mlc_array arrays[] = {
        {.size = sizeof(mlc_array),
         .name = "x",
         .type = MLC_TYPE_FLOAT64,
         .data = x,
         .n_rows = ROWS,
         .n_columns = COLUMNS},
        {.size = sizeof(mlc_array),
         .name = "y",
         .role = "target",
         .type = MLC_TYPE_FLOAT64,
         .data = y,
         .n_rows = ROWS,
         .n_columns = 1},
    };
    mlc_error err;
    *s = (subject){.name = "wide"};
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, arrays, 2, NULL, &s->rows, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_parse(NULL, "ridge", &s->recipe, &err), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(NULL, s->recipe, s->rows, NULL, &s->model, &err), MLC_OK);
    free(x);
    free(y);
}

static void fork_while_others_work(const subject *s, int64_t n_forks)
{
    enum { N_WORKERS = 3 };
    mlc_context *ctx = conformance_context(3, NULL);
    mlc_buffer *fitted = NULL, *predicted = NULL;
    worker workers[N_WORKERS];
    pthread_t ids[N_WORKERS];
    n_working = is_over = 0;
    ck_assert_int_eq(run_fit(ctx, s, &fitted, NULL), MLC_OK);
    ck_assert_int_eq(run_predict(ctx, s, &predicted, NULL), MLC_OK);
    for (int i = 0; i < N_WORKERS; i++) {
        /* Their pools are started before the first fork: AddressSanitizer holds locks of its own
         * while a thread starts. */
        workers[i] = (worker){.ctx = conformance_context(2, NULL), .s = s};
        ck_assert_int_eq(run_fit(workers[i].ctx, s, NULL, NULL), MLC_OK);
        ck_assert_int_eq(pthread_create(&ids[i], NULL, keep_fitting, &workers[i]), 0);
    }
    while (__atomic_load_n(&n_working, __ATOMIC_ACQUIRE) < N_WORKERS)
        usleep(100);
    int worst = 0;
    for (int64_t i = 0; i < n_forks && worst == 0; i++) {
        usleep((useconds_t)(i * 137 % 1000));
        const pid_t child = fork();
        if (child == 0) _exit(same_bits(ctx, s, fitted, predicted));
        worst = child < 0 ? -2 : wait_for(child);
    }
    __atomic_store_n(&is_over, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < N_WORKERS; i++) {
        pthread_join(ids[i], NULL);
        ck_assert_int_eq(workers[i].status, MLC_OK);
        mlc_context_close(workers[i].ctx);
    }
    ck_assert_msg(worst == 0, "%s: child ended with %d", s->name, worst);
    mlc_buffer_free(predicted);
    mlc_buffer_free(fitted);
    mlc_context_close(ctx);
}

START_TEST(test_child_when_others_fit_then_never_hangs)
{
    subject s;
    if (!CAN_FORK || COMPONENT->kind != MLCI_KIND_MODEL || !subject_open(&s, COMPONENT, N_ROWS)) {
        return;
    }
    fork_while_others_work(&s, guest_amount(10, 2000));
    subject_close(&s);
}
END_TEST

START_TEST(test_child_when_others_multiply_large_matrices_then_never_hangs)
{
    subject s;
    if (!CAN_FORK || _i > 0) return;
    open_wide(&s);
    fork_while_others_work(&s, guest_amount(40, 5000));
    subject_close(&s);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "fork",
                    test_child_when_forked_after_a_fit_then_fits_and_predicts_the_same,
                    test_child_when_others_fit_then_never_hangs,
                    test_child_when_others_multiply_large_matrices_then_never_hangs)
