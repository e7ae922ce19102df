/* Workers of a pool. A caller puts a job (a task and how many slots it has) on the pool's list,
 * works on it itself as slot 0, and takes it off again; workers that are free meanwhile join as
 * the slots after it. Which worker joins which job changes nothing but time.
 *
 * An idle worker spins for 100 us, longer than a fit takes from one short loop to the next, then
 * parks on a condition; at once where threads are more than cores, as it would spin on a core that
 * another one needs. A forked child has none of the workers and may have a locked mutex: a pool
 * knows its process, and in another one it is replaced and only its memory is kept until the end. */
#include "pool.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "error.h"
#include "root.h"
#include "system.h"

#define SPIN_NS 100000

typedef struct pool_job {
    struct pool_job *next;
    mlc_task task;
    void *arg;
    int32_t n_tasks;  /* slots; lowered to n_taken when the caller is done */
    int32_t n_taken;  /* slots given out */
    int32_t n_active; /* atomic; workers inside the task */
} pool_job;

struct mlci_pool {
    mlci_root *root; /* NULL: of a call without a root */
    const mlci_system *system;
    mlci_pool *previous; /* of the parent process: unusable, freed with this one */
    int64_t process;
    pthread_mutex_t mutex;
    pthread_cond_t work; /* a job came, or stop */
    pthread_cond_t done; /* a job ended, or a caller left */
    pool_job *jobs;
    int64_t n_posted; /* atomic; jobs put on the list so far, and the stop */
    int32_t n_parked;
    int32_t n_callers;
    int32_t stop;
    int32_t n_workers;
    int32_t n_cores;
    mlci_root *finish_root; /* abandoned: root to finish */
    pthread_t workers[MLCI_MAX_THREADS - 1];
};

static _Thread_local const mlci_pool *worker_of;

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* Mutex held. */
static int may_spin(const mlci_pool *pool)
{
    return pool->n_workers < pool->n_cores;
}

/* Spins until *value is not old or time is up. */
static void spin_while(const int64_t *value, int64_t old)
{
    const int64_t end = mlci_clock_ns() + SPIN_NS;
    do {
        for (int i = 0; i < 32; i++) {
            if (__atomic_load_n(value, __ATOMIC_ACQUIRE) != old) return;
            relax();
        }
    } while (mlci_clock_ns() < end);
}

static void spin_until_zero(const int32_t *value)
{
    const int64_t end = mlci_clock_ns() + SPIN_NS;
    do {
        for (int i = 0; i < 32; i++) {
            if (__atomic_load_n(value, __ATOMIC_ACQUIRE) == 0) return;
            relax();
        }
    } while (mlci_clock_ns() < end);
}

/* Joins a job that has a slot left; mutex held, and held again on return. */
static int work_on_a_job(mlci_pool *pool)
{
    pool_job *job = pool->jobs;
    while (job != NULL && job->n_taken >= job->n_tasks) job = job->next;
    if (job == NULL) return 0;
    const int32_t slot = job->n_taken++;
    __atomic_fetch_add(&job->n_active, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&pool->mutex);
    job->task(job->arg, slot);
    pthread_mutex_lock(&pool->mutex);
    /* The job is on its caller's stack: the caller may be gone once this reaches 0 and the mutex
     * is free. */
    if (__atomic_sub_fetch(&job->n_active, 1, __ATOMIC_RELEASE) == 0) {
        pthread_cond_broadcast(&pool->done);
    }
    return 1;
}

/* The end of a pool whose last user was one of its own workers, on that worker. */
static void finish_abandoned(mlci_pool *pool)
{
    mlci_root *root = pool->finish_root;
    pthread_mutex_lock(&pool->mutex);
    while (pool->n_callers > 0) pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    mlci_pool_destroy(pool);
    mlci_root_finish(root);
}

static void *run_worker(void *arg)
{
    mlci_pool *pool = arg;
    worker_of = pool;
    int spun = 0, owns_end = 0;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        if (work_on_a_job(pool)) {
            spun = 0;
            /* Only the worker that abandoned the pool finds its own mark. */
            owns_end = worker_of == NULL;
            if (owns_end) break;
        } else if (pool->stop) {
            break;
        } else if (!spun && may_spin(pool)) {
            const int64_t seen = __atomic_load_n(&pool->n_posted, __ATOMIC_RELAXED);
            pthread_mutex_unlock(&pool->mutex);
            spin_while(&pool->n_posted, seen);
            pthread_mutex_lock(&pool->mutex);
            spun = 1;
        } else {
            pool->n_parked++;
            pthread_cond_wait(&pool->work, &pool->mutex);
            pool->n_parked--;
            spun = 0;
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    if (owns_end) finish_abandoned(pool);
    return NULL;
}

static mlc_status create(mlci_root *root, mlci_pool *previous, mlci_pool **out, mlc_error *err)
{
    mlci_pool *pool = mlci_alloc(root, 1, sizeof *pool);
    if (pool == NULL) return mlci_fail_memory(err, 1, sizeof *pool);
    const mlci_system *system = mlci_root_system(root);
    pool->root = root;
    pool->system = system;
    pool->previous = previous;
    pool->process = getpid();
    char cause[MLCI_CAUSE_SIZE];
    int n_made = 0;
    int64_t result = system->mutex_init(system->user, &pool->mutex);
    if (result >= 0) {
        n_made = 1;
        result = system->condition_init(system->user, &pool->work);
    }
    if (result >= 0) {
        n_made = 2;
        result = system->condition_init(system->user, &pool->done);
    }
    if (result >= 0) {
        pool->n_cores = mlci_root_cores(root);
        *out = pool;
        return MLC_OK;
    }
    if (n_made > 1) pthread_cond_destroy(&pool->work);
    if (n_made > 0) pthread_mutex_destroy(&pool->mutex);
    mlci_free(pool);
    return mlci_fail(err, MLC_ERROR_THREAD, NULL, "no lock for the worker pool: %s",
                     mlci_system_cause(result, cause));
}

mlc_status mlci_pool_at(mlci_pool **where, mlci_root *root, mlci_pool **out, mlc_error *err)
{
    mlci_pool *pool = __atomic_load_n(where, __ATOMIC_ACQUIRE);
    if (pool == NULL || pool->process != getpid()) {
        mlci_pool *made = NULL;
        MLCI_TRY(create(root, pool, &made, err));
        if (__atomic_compare_exchange_n(where, &pool, made, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE)) {
            pool = made;
        } else {
            made->previous = NULL;
            mlci_pool_destroy(made);
        }
    }
    *out = pool;
    return MLC_OK;
}

/* Brings the workers up to n where threads can be had; mutex held. They inherit a mask that
 * blocks every signal, so that the host's handlers run on the host's threads. */
static void start_workers(mlci_pool *pool, int32_t n)
{
    if (pool->n_workers >= n || pool->stop) return;
    sigset_t all, old;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0) return;
    while (pool->n_workers < n) {
        pthread_t *thread = &pool->workers[pool->n_workers];
        if (pool->system->thread_create(pool->system->user, thread, run_worker, pool) < 0) break;
        pool->n_workers++;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void post(mlci_pool *pool, pool_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    pool->n_callers++;
    start_workers(pool, job->n_tasks - 1);
    pool_job **end = &pool->jobs;
    while (*end != NULL) end = &(*end)->next;
    *end = job;
    __atomic_fetch_add(&pool->n_posted, 1, __ATOMIC_RELEASE);
    if (job->n_tasks - 1 >= pool->n_parked) {
        if (pool->n_parked > 0) pthread_cond_broadcast(&pool->work);
    } else {
        for (int32_t i = 1; i < job->n_tasks; i++) pthread_cond_signal(&pool->work);
    }
    pthread_mutex_unlock(&pool->mutex);
}

static void withdraw(mlci_pool *pool, pool_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    pool_job **link = &pool->jobs;
    while (*link != job) link = &(*link)->next;
    *link = job->next;
    if (__atomic_load_n(&job->n_active, __ATOMIC_RELAXED) > 0 && may_spin(pool)) {
        pthread_mutex_unlock(&pool->mutex);
        spin_until_zero(&job->n_active);
        pthread_mutex_lock(&pool->mutex);
    }
    while (__atomic_load_n(&job->n_active, __ATOMIC_ACQUIRE) > 0) {
        pthread_cond_wait(&pool->done, &pool->mutex);
    }
    pool->n_callers--;
    if (pool->finish_root != NULL) pthread_cond_broadcast(&pool->done);
    pthread_mutex_unlock(&pool->mutex);
}

void mlci_pool_run(mlci_pool *pool, int32_t n_tasks, mlc_task task, void *arg)
{
    if (n_tasks > MLCI_MAX_THREADS) n_tasks = MLCI_MAX_THREADS;
    pool_job job = {.task = task, .arg = arg, .n_tasks = n_tasks, .n_taken = 1};
    post(pool, &job);
    task(arg, 0);
    withdraw(pool, &job);
}

int mlci_pool_is_worker(const mlci_pool *pool)
{
    return pool != NULL && worker_of == pool;
}

void mlci_pool_destroy(mlci_pool *pool)
{
    if (pool == NULL) return;
    if (pool->process == getpid()) {
        pthread_mutex_lock(&pool->mutex);
        pool->stop = 1;
        __atomic_fetch_add(&pool->n_posted, 1, __ATOMIC_RELEASE);
        pthread_cond_broadcast(&pool->work);
        pthread_mutex_unlock(&pool->mutex);
        for (int32_t i = 0; i < pool->n_workers; i++) {
            if (pthread_equal(pool->workers[i], pthread_self())) {
                pthread_detach(pool->workers[i]);
            } else {
                pthread_join(pool->workers[i], NULL);
            }
        }
        pthread_cond_destroy(&pool->done);
        pthread_cond_destroy(&pool->work);
        pthread_mutex_destroy(&pool->mutex);
    }
    while (pool != NULL) {
        mlci_pool *previous = pool->previous;
        mlci_free(pool);
        pool = previous;
    }
}

void mlci_pool_abandon(mlci_pool *pool, mlci_root *root)
{
    pthread_mutex_lock(&pool->mutex);
    pool->finish_root = root;
    pthread_mutex_unlock(&pool->mutex);
    worker_of = NULL;
}
