/* 32 threads create, share, use, cancel and free handles of one root, in an order of chance; the
 * last reference to each goes on whichever thread comes last. In the end the root's allocator has
 * nothing left and the host was told once. */
#include <pthread.h>

#include "check_suite.h"
#include "guest.h"
#include "torture.h"

#define N_THREADS 32
#define N_SLOTS 12

/* A place where threads leave handles for each other. */
typedef struct slot {
    pthread_mutex_t mutex;
    mlc_dataset *dataset;
    mlc_model *model;
    mlc_predictor *predictor;
    mlc_context *context;
} slot;

typedef struct market {
    mlc_context *root;
    mlc_dataset *rows;
    mlc_buffer *artifact;
    double *expected; /* what the artifact predicts for the rows */
    int64_t n_expected;
    slot slots[N_SLOTS];
    int64_t steps;
    pthread_barrier_t start;
} market;

typedef struct trader {
    market *m;
    uint64_t random;
    mlc_status status;
    const char *what;
    int64_t n_cancelled;
} trader;

static uint64_t draw(trader *t, uint64_t n)
{
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (t->random >> 33) % n;
}

static const char *const recipe_texts[] = {
    "pipeline(automatic, ridge)",
    "pipeline(automatic, gradient_boosting_regressor(n_estimators=3,min_samples_leaf=5))",
    "pipeline(on(a, simple_imputer), on(a, standard_scaler), ridge(alpha=2))",
};

/* Other threads may have cancelled the context that was taken. */
static mlc_status unless_cancelled(trader *t, mlc_status status)
{
    if (status != MLC_ERROR_CANCELLED) return status;
    t->n_cancelled++;
    return MLC_OK;
}

/* A derived context that is the caller's; the root stays open until the threads are gone. */
static mlc_status derive(trader *t, mlc_context **out)
{
    const mlc_status status = mlc_context_derive(t->m->root, out, NULL);
    if (status == MLC_OK) mlc_context_set_threads(*out, 1 + (int32_t)draw(t, 3));
    return status;
}

/* Fits a model in a context that lies in the slot meanwhile, for others to cancel. */
static mlc_status fit(trader *t, slot *s)
{
    mlc_context *ctx = NULL;
    mlc_model *recipe = NULL, *fitted = NULL;
    t->what = "fit";
    mlc_status status = derive(t, &ctx);
    if (status == MLC_OK) {
        status = mlc_model_parse(ctx, recipe_texts[draw(t, 3)], &recipe, NULL);
    }
    pthread_mutex_lock(&s->mutex);
    const int is_shown = status == MLC_OK && s->context == NULL;
    if (is_shown) s->context = ctx;
    pthread_mutex_unlock(&s->mutex);
    if (status == MLC_OK) {
        status = unless_cancelled(t, mlc_model_fit(ctx, recipe, t->m->rows, NULL, &fitted, NULL));
    }
    pthread_mutex_lock(&s->mutex);
    if (is_shown) s->context = NULL;
    if (fitted != NULL) {
        mlc_model *const before = s->model;
        s->model = fitted;
        fitted = before;
    }
    pthread_mutex_unlock(&s->mutex);
    mlc_model_free(recipe);
    mlc_context_close(ctx);
    mlc_model_free(fitted);
    return status;
}

static mlc_status load(trader *t, slot *s)
{
    mlc_context *ctx = NULL;
    mlc_model *model = NULL;
    t->what = "load";
    mlc_status status = derive(t, &ctx);
    if (status == MLC_OK) {
        status = mlc_model_load_memory(ctx, mlc_buffer_data(t->m->artifact),
                                       mlc_buffer_size(t->m->artifact), NULL, &model, NULL);
    }
    mlc_context_close(ctx); /* before what was made with it */
    if (status == MLC_OK) {
        status = guest_predicts(NULL, model, t->m->rows, t->m->expected, t->m->n_expected);
    }
    pthread_mutex_lock(&s->mutex);
    mlc_model *const before = s->model;
    s->model = model;
    pthread_mutex_unlock(&s->mutex);
    mlc_model_free(before);
    return status;
}

static mlc_status compile_predictor(trader *t, slot *s)
{
    mlc_predictor *predictor = NULL;
    t->what = "predictor";
    pthread_mutex_lock(&s->mutex);
    mlc_model *const model = s->model != NULL ? mlc_model_ref(s->model) : NULL;
    pthread_mutex_unlock(&s->mutex);
    if (model == NULL) return MLC_OK;
    const mlc_status status = mlc_predictor_create(t->m->root, model, NULL, &predictor, NULL);
    mlc_model_free(model);
    pthread_mutex_lock(&s->mutex);
    mlc_predictor *const before = s->predictor;
    s->predictor = predictor;
    pthread_mutex_unlock(&s->mutex);
    mlc_predictor_free(before);
    return status;
}

static mlc_status use_predictor(trader *t, slot *s)
{
    t->what = "run";
    pthread_mutex_lock(&s->mutex);
    mlc_predictor *const p = s->predictor != NULL ? mlc_predictor_ref(s->predictor) : NULL;
    pthread_mutex_unlock(&s->mutex);
    if (p == NULL) return MLC_OK;
    const size_t size = (size_t)mlc_predictor_scratch_bytes(p);
    mlc_value *row = calloc((size_t)mlc_predictor_n_inputs(p) + 1, sizeof *row);
    double *out = calloc((size_t)mlc_predictor_n_outputs(p) + 1, sizeof *out);
    void *scratch = aligned_alloc(64, size > 0 ? size : 64);
    memset(scratch, 0, size > 0 ? size : 64);
    row[0] = (mlc_value){.kind = MLC_REAL, .real = 2.5};
    const mlc_status status = mlc_predictor_run(p, row, scratch, out, NULL, NULL);
    free(scratch);
    free(out);
    free(row);
    mlc_predictor_free(p);
    return status == MLC_ERROR_DATA ? MLC_OK : status; /* a missing value for ridge */
}

static mlc_status predict(trader *t, slot *s)
{
    mlc_context *ctx = NULL;
    mlc_dataset *view = NULL, *out = NULL;
    t->what = "predict";
    pthread_mutex_lock(&s->mutex);
    mlc_model *const model = s->model != NULL ? mlc_model_ref(s->model) : NULL;
    pthread_mutex_unlock(&s->mutex);
    if (model == NULL) return MLC_OK;
    mlc_status status = derive(t, &ctx);
    if (status == MLC_OK) {
        status = mlc_dataset_rows(ctx, t->m->rows, NULL, (int64_t)draw(t, 20), 30, &view, NULL);
    }
    if (status == MLC_OK && draw(t, 8) == 0) mlc_context_cancel(ctx);
    if (status == MLC_OK) {
        status = unless_cancelled(t, mlc_model_predict(ctx, model, view, NULL, &out, NULL));
    }
    mlc_context_close(ctx);
    mlc_model_free(model);
    mlc_dataset_free(view);
    pthread_mutex_lock(&s->mutex);
    mlc_dataset *const before = s->dataset;
    s->dataset = out;
    pthread_mutex_unlock(&s->mutex);
    mlc_dataset_free(before);
    return status;
}

static mlc_status cancel(trader *t, slot *s)
{
    t->what = "cancel";
    pthread_mutex_lock(&s->mutex);
    if (s->context != NULL) mlc_context_cancel(s->context);
    pthread_mutex_unlock(&s->mutex);
    return MLC_OK;
}

/* Takes what is there and frees it here. */
static mlc_status empty(trader *t, slot *s)
{
    t->what = "free";
    pthread_mutex_lock(&s->mutex);
    mlc_dataset *const dataset = s->dataset;
    mlc_model *const model = s->model;
    mlc_predictor *const predictor = s->predictor;
    s->dataset = NULL;
    s->model = NULL;
    s->predictor = NULL;
    pthread_mutex_unlock(&s->mutex);
    mlc_dataset_free(dataset);
    mlc_model_free(model);
    mlc_predictor_free(predictor);
    return MLC_OK;
}

static void *trade(void *arg)
{
    static mlc_status (*const steps[])(trader *, slot *) = {
        fit, load, compile_predictor, use_predictor, predict, cancel, empty, use_predictor};
    trader *const t = arg;
    pthread_barrier_wait(&t->m->start);
    for (int64_t i = 0; i < t->m->steps && t->status == MLC_OK; i++) {
        t->status =
            steps[draw(t, sizeof steps / sizeof steps[0])](t, &t->m->slots[draw(t, N_SLOTS)]);
    }
    return NULL;
}

static mlc_dataset *make_rows(mlc_context *ctx)
{
    double a[60], y[60];
    for (int i = 0; i < 60; i++) {
        a[i] = i * 0.25;
        y[i] = 3 * a[i] + i % 7;
    }
    const mlc_array arrays[] = {
        {.size = sizeof(mlc_array),
         .name = "a",
         .type = MLC_TYPE_FLOAT64,
         .data = a,
         .n_rows = 60,
         .n_columns = 1},
        {.size = sizeof(mlc_array),
         .name = "y",
         .role = "target",
         .type = MLC_TYPE_FLOAT64,
         .data = y,
         .n_rows = 60,
         .n_columns = 1},
    };
    mlc_dataset *rows = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(ctx, arrays, 2, NULL, &rows, NULL), MLC_OK);
    return rows;
}

static void open_market(market *m, mlc_context *root)
{
    mlc_model *recipe = NULL, *model = NULL;
    mlc_dataset *out = NULL;
    *m = (market){.root = root, .rows = make_rows(root), .steps = guest_amount(60, 20000)};
    ck_assert_int_eq(mlc_model_parse(root, recipe_texts[1], &recipe, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_fit(root, recipe, m->rows, NULL, &model, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_save_memory(root, model, NULL, &m->artifact, NULL), MLC_OK);
    ck_assert_int_eq(mlc_model_predict(root, model, m->rows, NULL, &out, NULL), MLC_OK);
    m->n_expected = guest_n_outputs(out);
    m->expected = malloc((size_t)m->n_expected * sizeof *m->expected);
    ck_assert_int_eq(guest_outputs(out, m->expected, NULL), MLC_OK);
    mlc_dataset_free(out);
    mlc_model_free(model);
    mlc_model_free(recipe);
    for (int i = 0; i < N_SLOTS; i++)
        pthread_mutex_init(&m->slots[i].mutex, NULL);
    pthread_barrier_init(&m->start, NULL, N_THREADS);
}

static void close_market(market *m)
{
    trader last = {.m = m};
    for (int i = 0; i < N_SLOTS; i++) {
        empty(&last, &m->slots[i]);
        pthread_mutex_destroy(&m->slots[i].mutex);
    }
    pthread_barrier_destroy(&m->start);
    mlc_buffer_free(m->artifact);
    free(m->expected);
}

START_TEST(test_handles_when_32_threads_share_them_then_nothing_is_left)
{
    mlci_test_allocator a = {0};
    const mlc_host host = mlci_test_host(&a);
    market m;
    trader traders[N_THREADS];
    pthread_t ids[N_THREADS];
    mlc_context *root = NULL;
    ck_assert_int_eq(mlc_context_create(&host, &root, NULL), MLC_OK);
    open_market(&m, root);
    for (int i = 0; i < N_THREADS; i++) {
        traders[i] = (trader){.m = &m, .random = (uint64_t)i + 1};
        ck_assert_int_eq(pthread_create(&ids[i], NULL, trade, &traders[i]), 0);
    }
    for (int i = 0; i < N_THREADS; i++)
        pthread_join(ids[i], NULL);
    for (int i = 0; i < N_THREADS; i++) {
        ck_assert_msg(traders[i].status == MLC_OK, "thread %d: %s: status %d", i, traders[i].what,
                      (int)traders[i].status);
    }
    /* The root is closed first; what lies in the slots keeps it alive until the last goes. */
    mlc_dataset_free(m.rows);
    mlc_context_close(root);
    close_market(&m);
    ck_assert_int_eq(a.live_blocks, 0);
    ck_assert_int_eq(a.live_bytes, 0);
    ck_assert_int_eq(a.n_released, 1);
}
END_TEST

typedef struct last_reference {
    mlc_model *model;
    pthread_barrier_t *start;
} last_reference;

static void *use_and_free(void *arg)
{
    last_reference *const l = arg;
    pthread_barrier_wait(l->start);
    mlc_model *const more = mlc_model_ref(l->model);
    mlc_model_free(l->model);
    mlc_model_free(more);
    return NULL;
}

/* Nobody knows who is last: that thread ends the root, with its pool. */
START_TEST(test_root_when_threads_race_for_the_last_release_then_ends_once)
{
    for (int64_t round = 0; round < guest_amount(30, 3000); round++) {
        mlci_test_allocator a = {0};
        mlc_host host = mlci_test_host(&a);
        host.n_threads = 2;
        pthread_barrier_t start;
        pthread_t ids[N_THREADS];
        last_reference l[N_THREADS];
        mlc_context *root = NULL;
        mlc_model *recipe = NULL, *model = NULL;
        ck_assert_int_eq(mlc_context_create(&host, &root, NULL), MLC_OK);
        mlc_dataset *rows = make_rows(root);
        ck_assert_int_eq(mlc_model_parse(root, recipe_texts[1], &recipe, NULL), MLC_OK);
        ck_assert_int_eq(mlc_model_fit(root, recipe, rows, NULL, &model, NULL), MLC_OK);
        pthread_barrier_init(&start, NULL, N_THREADS);
        for (int i = 0; i < N_THREADS; i++) {
            l[i] = (last_reference){i == 0 ? model : mlc_model_ref(model), &start};
        }
        mlc_dataset_free(rows);
        mlc_model_free(recipe);
        mlc_context_close(root);
        for (int i = 0; i < N_THREADS; i++) {
            ck_assert_int_eq(pthread_create(&ids[i], NULL, use_and_free, &l[i]), 0);
        }
        for (int i = 0; i < N_THREADS; i++)
            pthread_join(ids[i], NULL);
        pthread_barrier_destroy(&start);
        ck_assert_int_eq(a.live_blocks, 0);
        ck_assert_int_eq(a.n_released, 1);
    }
}
END_TEST

MLCI_CHECK_SUITE("sharing", test_handles_when_32_threads_share_them_then_nothing_is_left,
                 test_root_when_threads_race_for_the_last_release_then_ends_once)
