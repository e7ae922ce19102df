/* Many threads and one model: 64 threads predict at once, different and overlapping rows, in
 * batches and row by row, with a context of their own, a shared one and none. Every result has the
 * bits that one thread alone got. */
#include <pthread.h>

#include "conformance/conformance.h"
#include "conformance/predictor_row.h"
#include "guest.h"

#define N_THREADS 64
#define N_ROWS 400
#define SLICE 100

typedef struct shared {
    const mlc_model *model;
    const mlc_predictor *predictor;
    mlc_context *base;
    const mlc_dataset *rows;
    const mlc_value *cells; /* N_ROWS x n_inputs */
    const double *single;   /* N_ROWS x n_outputs of the predictor */
    int64_t rounds;
    pthread_barrier_t start;
} shared;

typedef struct one_thread {
    shared *s;
    int index;
    mlc_dataset *slice;
    double *expected; /* of the slice, by one thread before the others started */
    int64_t n_expected;
    mlc_status status;
    const char *what;
} one_thread;

static mlc_status predict_batch(one_thread *t)
{
    mlc_context *own = NULL;
    mlc_status status = MLC_OK;
    t->what = t->index % 3 == 0   ? "a batch without a context"
              : t->index % 3 == 1 ? "a batch in the shared context"
                                  : "a batch in a derived context of three threads";
    if (t->index % 3 == 2) {
        status = mlc_context_derive(t->s->base, &own, NULL);
        if (status == MLC_OK) mlc_context_set_threads(own, 3);
    }
    mlc_context *const ctx = t->index % 3 == 0 ? NULL : t->index % 3 == 1 ? t->s->base : own;
    if (status == MLC_OK) {
        status = guest_predicts(ctx, t->s->model, t->slice, t->expected, t->n_expected);
    }
    mlc_context_close(own);
    return status;
}

/* Rows one by one, the threads in different orders. */
static mlc_status predict_rows(one_thread *t)
{
    const mlc_predictor *const p = t->s->predictor;
    const int64_t n_in = mlc_predictor_n_inputs(p), n_out = mlc_predictor_n_outputs(p);
    const size_t size = (size_t)mlc_predictor_scratch_bytes(p);
    void *scratch = aligned_alloc(64, size > 0 ? size : 64);
    double *out = malloc((size_t)(n_out + 1) * sizeof *out);
    mlc_status status = scratch != NULL && out != NULL ? MLC_OK : MLC_ERROR_NO_MEMORY;
    t->what = "single rows";
    if (scratch != NULL) memset(scratch, 0, size > 0 ? size : 64);
    for (int64_t k = 0; k < N_ROWS && status == MLC_OK; k++) {
        const int64_t i = (k * 7 + t->index * 31) % N_ROWS;
        int64_t flags = 0;
        status = mlc_predictor_run(p, t->s->cells + i * n_in, scratch, out, &flags, NULL);
        if (status == MLC_OK &&
            memcmp(out, t->s->single + i * n_out, (size_t)n_out * sizeof *out) != 0) {
            status = MLC_ERROR_INTERNAL;
        }
    }
    free(out);
    free(scratch);
    return status;
}

static void *run_thread(void *arg)
{
    one_thread *const t = arg;
    for (int64_t round = 0; round < t->s->rounds; round++) {
        pthread_barrier_wait(&t->s->start); /* one that failed still meets the others */
        if (t->status == MLC_OK) t->status = predict_batch(t);
        if (t->status == MLC_OK) t->status = predict_rows(t);
    }
    return NULL;
}

/* Overlapping slices, so that neighbours read the same rows. */
static void prepare_thread(one_thread *t, shared *s, int index)
{
    mlc_error err;
    mlc_dataset *out = NULL;
    *t = (one_thread){.s = s, .index = index};
    ck_assert_int_eq(mlc_dataset_rows(NULL, s->rows, NULL, index * (N_ROWS - SLICE) / N_THREADS,
                                      SLICE, &t->slice, &err),
                     MLC_OK);
    const mlc_status status = mlc_model_predict(NULL, s->model, t->slice, NULL, &out, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    t->n_expected = guest_n_outputs(out);
    t->expected = malloc((size_t)(t->n_expected + 1) * sizeof *t->expected);
    ck_assert_int_eq(guest_outputs(out, t->expected, &err), MLC_OK);
    mlc_dataset_free(out);
}

static void run_all(const char *name, shared *s)
{
    one_thread *threads = calloc(N_THREADS, sizeof *threads);
    pthread_t ids[N_THREADS];
    pthread_barrier_init(&s->start, NULL, N_THREADS);
    for (int t = 0; t < N_THREADS; t++)
        prepare_thread(&threads[t], s, t);
    for (int t = 0; t < N_THREADS; t++) {
        ck_assert_int_eq(pthread_create(&ids[t], NULL, run_thread, &threads[t]), 0);
    }
    for (int t = 0; t < N_THREADS; t++)
        pthread_join(ids[t], NULL);
    for (int t = 0; t < N_THREADS; t++) {
        ck_assert_msg(threads[t].status != MLC_ERROR_INTERNAL, "%s: thread %d: %s: other bits",
                      name, t, threads[t].what);
        ck_assert_msg(threads[t].status == MLC_OK, "%s: thread %d: %s: status %d", name, t,
                      threads[t].what, (int)threads[t].status);
        mlc_dataset_free(threads[t].slice);
        free(threads[t].expected);
    }
    pthread_barrier_destroy(&s->start);
    free(threads);
}

/* The rows as raw records, and what the predictor gives for them one after the other. */
static void prepare_singles(shared *s, mlc_value *cells, double *single)
{
    const mlc_predictor *const p = s->predictor;
    const int64_t n_in = mlc_predictor_n_inputs(p), n_out = mlc_predictor_n_outputs(p);
    const size_t size = (size_t)mlc_predictor_scratch_bytes(p);
    void *scratch = aligned_alloc(64, size > 0 ? size : 64);
    memset(scratch, 0, size > 0 ? size : 64);
    for (int64_t i = 0; i < N_ROWS; i++) {
        for (int32_t j = 0; j < n_in; j++) {
            const int32_t at = mlc_dataset_find(s->rows, mlc_predictor_input_name(p, j));
            cells[i * n_in + j] = cell_value(s->rows, at, i);
        }
        ck_assert_int_eq(
            mlc_predictor_run(p, cells + i * n_in, scratch, single + i * n_out, NULL, NULL),
            MLC_OK);
    }
    free(scratch);
}

START_TEST(test_predict_when_64_threads_share_a_model_then_same_bits_as_alone)
{
    rows_options o = {.n_rows = N_ROWS, .n_classes = 3};
    mlc_error err;
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    mlc_dataset *rows = conformance_rows(&o);
    mlc_context *base = NULL;
    mlc_predictor *predictor = NULL;
    ck_assert_int_eq(mlc_context_create(NULL, &base, &err), MLC_OK);
    mlc_model *model = conformance_fit(base, COMPONENT, recipe, rows);
    ck_assert_int_eq(mlc_predictor_create(base, model, NULL, &predictor, &err), MLC_OK);
    const size_t n_in = (size_t)mlc_predictor_n_inputs(predictor);
    const size_t n_out = (size_t)mlc_predictor_n_outputs(predictor);
    mlc_value *cells = calloc(N_ROWS * n_in + 1, sizeof *cells);
    double *single = calloc(N_ROWS * n_out + 1, sizeof *single);
    shared s = {.model = model,
                .predictor = predictor,
                .base = base,
                .rows = rows,
                .cells = cells,
                .single = single,
                .rounds = guest_amount(4, 2000)};
    prepare_singles(&s, cells, single);
    run_all(COMPONENT->name, &s);
    free(cells);
    free(single);
    mlc_predictor_free(predictor);
    mlc_model_free(model);
    mlc_context_close(base);
    mlc_dataset_free(rows);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "many_threads",
                    test_predict_when_64_threads_share_a_model_then_same_bits_as_alone)
