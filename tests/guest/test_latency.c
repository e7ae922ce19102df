/* How soon a long call ends once it is told to: each component fits, predicts, is evaluated, on
 * many rows in a thread of its own while another cancels it at moments spread over its run.
 *
 * What counts is the processor time that the working thread still takes, because waiting for a
 * core on a busy machine is nobody's defect. Every run must end within seconds; the long form
 * (a million rows, up to 40 cancels each) holds it to 100 ms and prints the histogram. */
#include <pthread.h>
#include <time.h>

#include "guest.h"
#include "operations.h"

#define MOST_EARLY 20
#define EARLY_NS 2000000000 /* where data are taken in and laid out */
#define MOST_SPREAD 20
#define SPREAD_NS 60000000000 /* that these may take together, if they are more than two */
#define N_BINS 8

static int64_t clock_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

typedef struct run {
    const subject *s;
    operation op;
    mlc_context *ctx;
    mlc_status status;
    int64_t cpu_at_cancel, cpu_at_end, wall_at_cancel, wall_at_end;
    int32_t started;       /* atomic */
    pthread_mutex_t mutex; /* the clock of a thread lives as long as the thread */
    int32_t cancelled, ended;
} run;

static void *work(void *arg)
{
    run *const r = arg;
    mlc_error err;
    __atomic_store_n(&r->started, 1, __ATOMIC_RELEASE);
    r->status = r->op.run(r->ctx, r->s, NULL, &err);
    r->cpu_at_end = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    r->wall_at_end = clock_ns(CLOCK_MONOTONIC);
    pthread_mutex_lock(&r->mutex);
    r->ended = 1;
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

/* Cancels after that much processor time of the working thread; negative: never. */
static void run_and_cancel(run *r, int64_t after_ns)
{
    pthread_t thread;
    clockid_t clock;
    pthread_mutex_init(&r->mutex, NULL);
    ck_assert_int_eq(pthread_create(&thread, NULL, work, r), 0);
    while (after_ns >= 0) {
        pthread_mutex_lock(&r->mutex);
        if (!r->ended && !r->cancelled && pthread_getcpuclockid(thread, &clock) == 0 &&
            clock_ns(clock) >= after_ns) {
            r->cpu_at_cancel = clock_ns(clock);
            r->wall_at_cancel = clock_ns(CLOCK_MONOTONIC);
            mlc_context_cancel(r->ctx);
            r->cancelled = 1;
        }
        const int ended = r->ended || r->cancelled;
        pthread_mutex_unlock(&r->mutex);
        if (ended) break;
        usleep(500);
    }
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&r->mutex);
}

typedef struct latencies {
    int64_t n, worst_cpu_ns, worst_wall_ns;
    int64_t bins[N_BINS]; /* below 0.1, 0.3, 1, 3, 10, 30, 100 ms of processor time, and above */
} latencies;

static void count(latencies *l, const run *r)
{
    static const int64_t most[N_BINS - 1] = {100000,   300000,   1000000,  3000000,
                                             10000000, 30000000, 100000000};
    const int64_t cpu = r->cpu_at_end - r->cpu_at_cancel, wall = r->wall_at_end - r->wall_at_cancel;
    int bin = 0;
    while (bin < N_BINS - 1 && cpu >= most[bin])
        bin++;
    l->bins[bin]++;
    l->n++;
    if (cpu > l->worst_cpu_ns) l->worst_cpu_ns = cpu;
    if (wall > l->worst_wall_ns) l->worst_wall_ns = wall;
}

static void print(const char *name, const char *what, int64_t whole_ns, const latencies *l)
{
    printf("%-30s %-9s %6lld ms, %2lld cancels; processor ms", name, what,
           (long long)(whole_ns / 1000000), (long long)l->n);
    static const char *const labels[N_BINS] = {"<.1", "<.3", "<1",   "<3",
                                               "<10", "<30", "<100", "more"};
    for (int i = 0; i < N_BINS; i++)
        printf(" %s:%lld", labels[i], (long long)l->bins[i]);
    printf("; worst %.2f, by the clock %.2f\n", (double)l->worst_cpu_ns * 1e-6,
           (double)l->worst_wall_ns * 1e-6);
    fflush(stdout);
}

/* Moments in the beginning of a run and over all of it. */
static int64_t choose_moments(int64_t whole_ns, int64_t moments[MOST_EARLY + MOST_SPREAD])
{
    const int64_t early_ns = whole_ns < EARLY_NS ? whole_ns : EARLY_NS;
    const int64_t n_early = guest_amount(1, MOST_EARLY);
    const int64_t affordable = 2 * SPREAD_NS / (whole_ns + 1);
    const int64_t enough = affordable < MOST_SPREAD ? affordable : MOST_SPREAD;
    const int64_t n_spread = guest_amount(2, enough < 2 ? 2 : enough);
    for (int64_t k = 0; k < n_early; k++)
        moments[k] = early_ns * (2 * k + 1) / (2 * n_early);
    for (int64_t k = 0; k < n_spread; k++)
        moments[n_early + k] = whole_ns / (2 * n_spread) * (2 * k + 1);
    return n_early + n_spread;
}

static void measure(const subject *s, operation op)
{
    int64_t moments[MOST_EARLY + MOST_SPREAD];
    run whole = {.s = s, .op = op, .ctx = conformance_context(1, NULL)};
    run_and_cancel(&whole, -1);
    ck_assert_msg(whole.status == MLC_OK, "%s: %s: status %d", s->name, op.name, (int)whole.status);
    mlc_context_close(whole.ctx);
    latencies l = {0};
    const int64_t n = choose_moments(whole.cpu_at_end, moments);
    for (int64_t k = 0; k < n; k++) {
        run r = {.s = s, .op = op, .ctx = conformance_context(1, NULL)};
        run_and_cancel(&r, moments[k]);
        mlc_context_close(r.ctx);
        if (r.status == MLC_OK) continue; /* it was faster than the first time */
        ck_assert_msg(r.status == MLC_ERROR_CANCELLED, "%s: %s: status %d", s->name, op.name,
                      (int)r.status);
        count(&l, &r);
    }
    const int64_t most_ns = guest_amount(INT64_C(20000000000), 100000000);
    if (guest_is_long()) print(s->name, op.name, whole.cpu_at_end, &l);
    ck_assert_msg(l.worst_cpu_ns <= most_ns, "%s: %s: ended %.1f ms after it was told to", s->name,
                  op.name, (double)l.worst_cpu_ns * 1e-6);
}

/* Support vectors take more than twice the time for twice the rows. */
static int64_t rows_for(const mlci_descriptor *d)
{
    return strncmp(d->name, "support_vector", 14) == 0 || strcmp(d->name, "one_class_svm") == 0
               ? guest_amount(3000, 40000)
               : guest_amount(20000, 1000000);
}

START_TEST(test_long_calls_when_cancelled_then_end_soon)
{
    subject s;
    if (!subject_open(&s, COMPONENT, rows_for(COMPONENT))) return;
    /* The default metric of clusters is quadratic in the rows. */
    if (COMPONENT->capabilities & MLCI_CAN_CLUSTER) s.word = "adjusted_rand_index";
    for (int i = 0; i < N_MODEL_OPERATIONS; i++)
        measure(&s, model_operations[i]);
    subject_close(&s);
}
END_TEST

START_TEST(test_long_data_calls_when_cancelled_then_end_soon)
{
    subject s;
    if (_i > 0) return;
    subject_open_data(&s, guest_amount(20000, 1000000));
    for (int i = 0; i < N_DATA_OPERATIONS; i++) {
        if (data_operations[i].run != run_read_csv) measure(&s, data_operations[i]);
    }
    subject_close(&s);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "latency", test_long_calls_when_cancelled_then_end_soon,
                    test_long_data_calls_when_cancelled_then_end_soon)
