/* k-means: parameters, restarts, prediction and files. The iterations are in lloyd.c, the starts
 * in kmeans_start.c. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "checked.h"
#include "descriptor.h"
#include "lloyd.h"
#include "matrix.h"

#define INIT_PLUS_PLUS 0
#define INIT_RANDOM 1
#define RANDOM_RESTARTS 10 /* of init=random by default */
#define MAX_CLUSTERS 1000000

struct kmeans_params {
    int64_t n_clusters;
    int32_t init;
    int64_t n_init;
    int64_t max_iter;
    double tol;
    int64_t random_state;
};

typedef struct kmeans_state {
    int64_t k, p;
    double *centres; /* k x p */
    double *packed;  /* the same as the kernel wants them */
    mlci_lloyd_line *history;
    int64_t n_history;
} kmeans_state;

static const mlci_choice inits[] = {
    {"k-means++", INIT_PLUS_PLUS, "far apart: the best of 2 + ln(n_clusters) draws a centre"},
    {"random", INIT_RANDOM, "rows at random"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_INTEGER(struct kmeans_params, n_clusters, 8, 1, MAX_CLUSTERS, "number of clusters",
                 .flags = MLCI_PARAM_TUNABLE, .search_low = 2, .search_high = 20, .since = "0.1"),
    MLCI_CHOICE(struct kmeans_params, init, INIT_PLUS_PLUS, inits, "where the centres start",
                .since = "0.1"),
    MLCI_INTEGER(struct kmeans_params, n_init, MLCI_NONE_INTEGER, 1, 100000,
                 "starts, of which the one with the lowest inertia is kept; none is 1 for "
                 "k-means++ and 10 for random",
                 .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_INTEGER(struct kmeans_params, max_iter, 300, 1, 1000000, "most iterations of a start",
                 .since = "0.1"),
    MLCI_REAL(struct kmeans_params, tol, 1e-4, 0, INFINITY,
              "stops when the centres move less than this times the mean variance of the features "
              "(squared distances, all centres together)",
              .flags = MLCI_PARAM_OPEN_HIGH, .since = "0.1"),
    MLCI_INTEGER(struct kmeans_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the starts", .since = "0.1"),
    {.name = NULL}};

static const char *const tables[] = {"centers", "history", NULL};

/* ---- state -------------------------------------------------------------------------------- */

static void free_state(void *state)
{
    kmeans_state *const s = state;
    if (s == NULL) return;
    mlci_free(s->centres);
    mlci_free(s->packed);
    mlci_free(s->history);
    mlci_free(s);
}

/* Packs the centres that the state holds. */
static mlc_status pack_centres(mlci_root *root, kmeans_state *s, mlc_error *err)
{
    const mlci_row_block rows = {
        .x = s->centres, .n_rows = s->k, .n_columns = s->p, .stride = s->p};
    const int64_t size = mlci_centres_packed_size(s->k, s->p);
    s->packed = mlci_alloc(root, size, sizeof *s->packed);
    if (s->packed == NULL) return mlci_fail_memory(err, size, sizeof *s->packed);
    mlci_centres_pack(&rows, s->packed);
    return MLC_OK;
}

/* ---- fit ---------------------------------------------------------------------------------- */

#define COPY_ROWS 1024

/* A copy of the features, made in parallel. */
typedef struct copy_of_rows {
    const mlci_matrix *x;
    double *out;
} copy_of_rows;

static mlc_status copy_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const copy_of_rows *const copy = arg;
    const int64_t first = block * COPY_ROWS, p = copy->x->n_features;
    const int64_t n = copy->x->n_rows - first < COPY_ROWS ? copy->x->n_rows - first : COPY_ROWS;
    mlci_matrix_block(copy->x, first, n, copy->out + first * p, p);
    return MLC_OK;
}

/* sums: of w (x - first row) by column, of w (x - first row)^2 over all columns, of w. */
static mlc_status sum_squares(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                              mlc_error *err)
{
    const mlci_lloyd *const l = arg;
    const int64_t p = l->p;
    for (int64_t i = first; i < first + n; i++) {
        const double weight = mlci_lloyd_weight(l, i);
        const double *const row = l->x + i * p;
        double squares = 0;
        for (int64_t j = 0; j < p; j++) {
            const double difference = row[j] - l->x[j];
            sums[j] += weight * difference;
            squares += difference * difference;
        }
        sums[p] += weight * squares;
        sums[p + 1] += weight;
    }
    return MLC_OK;
}

/* Squared distance that tol stands for: tol times the mean variance of the columns, weighted. */
static mlc_status find_max_shift(mlci_lloyd *l, double tol, mlc_error *err)
{
    const int64_t p = l->p;
    mlci_row_sum rows = {0};
    double *sums;
    MLCI_TRY(mlci_row_sum_open(&rows, l->call, l->n, mlci_row_sum_block(p), p + 2, 0, err));
    const mlc_status status = mlci_row_sum_run(&rows, p + 2, sum_squares, l, &sums, err);
    if (status == MLC_OK) {
        double squares = sums[p] / sums[p + 1];
        for (int64_t j = 0; j < p; j++) {
            const double mean = sums[j] / sums[p + 1];
            squares -= mean * mean;
        }
        l->max_shift = squares > 0 ? tol * squares / (double)p : 0;
    }
    mlci_row_sum_close(&rows);
    return status;
}

/* Keeps centres and history in the state if they are the best so far. */
static mlc_status keep_best(const mlci_lloyd *l, const double *centres, double *best,
                            kmeans_state *state, mlc_error *err)
{
    if (!(l->inertia < *best)) return MLC_OK;
    mlci_lloyd_line *const history =
        mlci_realloc(mlci_context_root(l->call), state->history, l->n_history, sizeof *history);
    if (history == NULL) return mlci_fail_memory(err, l->n_history, sizeof *history);
    memcpy(history, l->history, (size_t)l->n_history * sizeof *history);
    state->history = history;
    state->n_history = l->n_history;
    memcpy(state->centres, centres, (size_t)(l->k * l->p) * sizeof *centres);
    *best = l->inertia;
    return MLC_OK;
}

static mlc_status run_restarts(mlci_lloyd *l, const struct kmeans_params *p, kmeans_state *state,
                               mlc_error *err)
{
    mlci_root *const root = mlci_context_root(l->call);
    const int64_t n_init = p->n_init != MLCI_NONE_INTEGER ? p->n_init
                           : p->init == INIT_RANDOM       ? RANDOM_RESTARTS
                                                          : 1;
    double *const centres = mlci_alloc(root, l->k, l->p * (int64_t)sizeof *centres);
    if (centres == NULL) return mlci_fail_memory(err, l->k, l->p * (int64_t)sizeof *centres);
    double best = INFINITY;
    int32_t converged = 0;
    mlc_status status = MLC_OK;
    for (int64_t restart = 0; restart < n_init && status == MLC_OK; restart++) {
        status = p->init == INIT_RANDOM ? mlci_kmeans_random(l, (uint32_t)restart, centres, err)
                                        : mlci_kmeans_plus_plus(l, (uint32_t)restart, centres, err);
        if (status == MLC_OK) status = mlci_lloyd_run(l, centres, err);
        if (status == MLC_OK && l->inertia < best) converged = l->converged;
        if (status == MLC_OK) status = keep_best(l, centres, &best, state, err);
    }
    if (status == MLC_OK && !converged) {
        mlci_log(root, MLC_LOG_WARNING,
                 "kmeans: the centres still moved after %lld iterations; raise max_iter or tol",
                 (long long)l->max_iter);
    }
    mlci_free(centres);
    return status;
}

static mlc_status fit_rows(const mlci_model_fit *fit, const double *x, kmeans_state *state,
                           mlc_error *err)
{
    const struct kmeans_params *const p = fit->params;
    mlci_root *const root = mlci_context_root(fit->call);
    mlci_lloyd l = {.call = fit->call,
                    .kernels = mlci_kernels_of(mlci_root_isa(root)),
                    .x = x,
                    .weight = fit->weight,
                    .row_index = fit->row_index,
                    .n = fit->x->n_rows,
                    .p = state->p,
                    .k = state->k,
                    .max_iter = p->max_iter,
                    .seed = (uint64_t)p->random_state};
    MLCI_TRY(find_max_shift(&l, p->tol, err));
    MLCI_TRY(mlci_lloyd_open(&l, err));
    mlc_status status = run_restarts(&l, p, state, err);
    mlci_lloyd_close(&l);
    if (status == MLC_OK) status = pack_centres(root, state, err);
    return status;
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    const struct kmeans_params *const p = fit->params;
    const int64_t n = fit->x->n_rows, n_features = fit->x->n_features;
    mlci_root *const root = mlci_context_root(fit->call);
    if (n < p->n_clusters) {
        return mlci_fail(err, MLC_ERROR_DATA, "n_clusters",
                         "n_clusters = %lld: must be at most the number of rows, %lld",
                         (long long)p->n_clusters, (long long)n);
    }
    int64_t n_cells, n_centre_cells;
    if (!mlci_mul_size(n, n_features, &n_cells) ||
        !mlci_mul_size(p->n_clusters, n_features, &n_centre_cells)) {
        return mlci_fail_memory(err, n, n_features);
    }
    double *const x = mlci_alloc_raw(root, n_cells, sizeof *x);
    kmeans_state *const state = mlci_alloc(root, 1, sizeof *state);
    mlc_status status = MLC_OK;
    if (state != NULL) {
        *state = (kmeans_state){.k = p->n_clusters, .p = n_features};
        state->centres = mlci_alloc(root, n_centre_cells, sizeof *state->centres);
    }
    if (x == NULL || state == NULL || state->centres == NULL) {
        status = mlci_fail_memory(err, n_cells, sizeof *x);
        goto done;
    }
    copy_of_rows copy = {.x = fit->x, .out = x};
    status = mlci_parallel_for(fit->call, (n + COPY_ROWS - 1) / COPY_ROWS, copy_block, &copy, err);
    if (status == MLC_OK) status = fit_rows(fit, x, state, err);

done:
    mlci_free(x);
    if (status == MLC_OK) {
        *out = state;
    } else {
        free_state(state);
    }
    return status;
}

/* ---- predict ------------------------------------------------------------------------------ */

static int64_t n_outputs(const void *parameters, const void *state, int32_t output)
{
    return output == MLCI_OUTPUT_RAW ? ((const kmeans_state *)state)->k : 1;
}

static int64_t scratch_size(const void *parameters, const void *state, int64_t n_rows)
{
    return 2 * n_rows;
}

static void predict(const mlci_model_predict *request)
{
    const kmeans_state *const s = request->state;
    const int64_t n = request->n_rows;
    const mlci_kernels *const kernels = mlci_kernels_of(request->isa);
    const mlci_row_block rows = {.x = request->x, .n_rows = n, .n_columns = s->p, .stride = s->p};
    const mlci_centres centres = {.n_centres = s->k, .n_columns = s->p, .packed = s->packed};
    if (request->output == MLCI_OUTPUT_RAW) {
        kernels->distances(&rows, &centres, request->out);
        for (int64_t i = 0; i < n * s->k; i++)
            request->out[i] = sqrt(request->out[i]);
        return;
    }
    int32_t *const label = (int32_t *)(void *)(request->scratch + n);
    const mlci_nearest_result out = {.label = label, .distance = request->scratch};
    kernels->nearest(&rows, &centres, &out);
    for (int64_t i = 0; i < n; i++)
        request->out[i] = label[i];
}

/* ---- tables and files --------------------------------------------------------------------- */

static mlc_status history_table(mlc_context *call, const kmeans_state *s, mlc_dataset **out,
                                mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = s->n_history;
    int64_t *const iterations = mlci_alloc(root, n, sizeof *iterations);
    double *const inertia = mlci_alloc(root, n, sizeof *inertia);
    double *const shift = mlci_alloc(root, n, sizeof *shift);
    mlc_status status = MLC_OK;
    if (iterations == NULL || inertia == NULL || shift == NULL) {
        status = mlci_fail_memory(err, n, 3 * (int64_t)sizeof *shift);
        goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        iterations[i] = s->history[i].iteration;
        inertia[i] = s->history[i].inertia;
        shift[i] = s->history[i].shift;
    }
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_integers(&table, "iteration", n, iterations);
    mlci_table_reals(&table, "inertia", n, inertia);
    mlci_table_reals(&table, "shift", n, shift);
    status = mlci_table_finish(&table, out, err);

done:
    mlci_free(iterations);
    mlci_free(inertia);
    mlci_free(shift);
    return status;
}

/* The name of feature j as a block. */
static mlc_status feature_name(mlci_root *root, const mlci_features *features, int64_t j,
                               char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(root);
    if (features != NULL) {
        mlci_features_name(features, j, &text);
    } else {
        mlci_text_append_char(&text, 'x');
        mlci_text_append_integer(&text, j);
    }
    const mlc_status status = mlci_text_take(&text, out, err);
    mlci_text_clear(&text);
    return status;
}

static mlc_status centres_table(mlc_context *call, const kmeans_state *s,
                                const mlci_features *features, mlc_dataset **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    const int64_t n = s->k * s->p;
    int64_t *const clusters = mlci_alloc(root, n, sizeof *clusters);
    char **const names = mlci_alloc(root, s->p, sizeof *names);
    const char **const texts = mlci_alloc(root, n, sizeof *texts);
    mlc_status status = MLC_OK;
    if (clusters == NULL || names == NULL || texts == NULL) {
        status = mlci_fail_memory(err, n, 2 * (int64_t)sizeof *names);
        goto done;
    }
    for (int64_t j = 0; j < s->p; j++) {
        status = feature_name(root, features, j, &names[j], err);
        if (status != MLC_OK) goto done;
    }
    for (int64_t i = 0; i < n; i++) {
        clusters[i] = i / s->p;
        texts[i] = names[i % s->p];
    }
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_integers(&table, "cluster", n, clusters);
    mlci_table_texts(&table, "feature", n, texts);
    mlci_table_reals(&table, "value", n, s->centres);
    status = mlci_table_finish(&table, out, err);

done:
    for (int64_t j = 0; names != NULL && j < s->p; j++)
        mlci_free(names[j]);
    mlci_free(names);
    mlci_free((void *)texts);
    mlci_free(clusters);
    return status;
}

static mlc_status table(mlc_context *call, const void *parameters, const void *state,
                        const char *name, const mlci_features *features,
                        const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    if (strcmp(name, "history") == 0) return history_table(call, state, out, err);
    return centres_table(call, state, features, out, err);
}

static void save(const void *parameters, const void *state, mlci_writer *w)
{
    const kmeans_state *const s = state;
    mlci_write_int64(w, s->k);
    mlci_write_int64(w, s->p);
    mlci_write_reals(w, s->centres, s->k * s->p);
    mlci_write_int64(w, s->n_history);
    for (int64_t i = 0; i < s->n_history; i++) {
        mlci_write_int64(w, s->history[i].iteration);
        mlci_write_real(w, s->history[i].inertia);
        mlci_write_real(w, s->history[i].shift);
    }
}

static void load_history(mlci_reader *r, kmeans_state *s)
{
    const int64_t n = mlci_read_count(r, "history lines", 0, (r->length - r->at) / (3 * 8));
    if (r->status != MLC_OK) return;
    s->history = mlci_alloc(r->root, n, sizeof *s->history);
    if (s->history == NULL) {
        r->status = mlci_fail_memory(&r->error, n, sizeof *s->history);
        return;
    }
    s->n_history = n;
    for (int64_t i = 0; i < n; i++) {
        s->history[i].iteration = mlci_read_int64(r);
        s->history[i].inertia = mlci_read_real(r);
        s->history[i].shift = mlci_read_real(r);
    }
}

static void load_fields(mlci_reader *r, int64_t n_features, kmeans_state *s)
{
    s->k = mlci_read_count(r, "clusters", 1, MAX_CLUSTERS);
    s->p = mlci_read_count(r, "features", n_features, n_features);
    int64_t n_cells = 0;
    if (r->status == MLC_OK && !mlci_mul_size(s->k, s->p, &n_cells)) {
        mlci_reader_refuse(r, "more centres than memory could hold");
    }
    if (r->status != MLC_OK) return;
    s->centres = mlci_read_reals(r, n_cells, NULL);
    for (int64_t i = 0; r->status == MLC_OK && i < n_cells; i++) {
        if (!(fabs(s->centres[i]) <= DBL_MAX)) mlci_reader_refuse(r, "a centre is not finite");
    }
    load_history(r, s);
}

static mlc_status load(mlc_context *call, const void *parameters, mlci_reader *r,
                       int64_t n_features, int64_t n_classes, void **state, mlc_error *err)
{
    kmeans_state *const s = mlci_alloc(r->root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    load_fields(r, n_features, s);
    mlc_status status = mlci_reader_finish(r, err);
    if (status == MLC_OK) status = pack_centres(r->root, s, err);
    if (status == MLC_OK) {
        *state = s;
    } else {
        free_state(s);
    }
    return status;
}

const mlci_model_descriptor mlci_model_kmeans = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities =
                MLCI_CAN_CLUSTER | MLCI_CAN_WEIGHT | MLCI_CAN_RANDOM | MLCI_WANTS_SCALED,
            .name = "kmeans",
            .summary = "Clusters around n_clusters centres",
            .details =
                "Objective: sum of w_i |x_i - c(i)|^2, c(i) the centre nearest to row i (the "
                "inertia). A local minimum is found; more starts (n_init) find better ones.\n"
                "Algorithm: Lloyd's iterations (1982) from greedy k-means++ starts (Arthur & "
                "Vassilvitskii 2007, 2 + floor(ln n_clusters) candidates a centre) or from random "
                "rows. An iteration ends the run when no row changes its cluster or the centres "
                "move "
                "less than tol. A cluster that lost its rows takes the row farthest from its "
                "centre. "
                "Ties go to the lowest centre and row.\n"
                "Cost: n p n_clusters multiplications an iteration, a copy of the features and 2 n "
                "numbers; a k-means++ start n (2 + ln n_clusters) numbers more.\n"
                "Missing values are refused. Weight 2 equals the row twice: in the sums exactly, "
                "in "
                "the draws of the starts in distribution. Constant columns have no effect. "
                "Distances treat features alike: scale them first.\n"
                "The prediction is the number of the nearest centre, from 0; raw gives the "
                "distances "
                "to all.\n"
                "Differences from scikit-learn: random numbers, so starts differ for the same "
                "random_state; the variance that tol refers to is weighted; n_init=none is its "
                "auto; "
                "algorithm=elkan and init by a given array are left out.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(struct kmeans_params),
            .tables = tables,
        },
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_RAW,
    .fit = fit,
    .n_outputs = n_outputs,
    .scratch_size = scratch_size,
    .predict = predict,
    .table = table,
    .save = save,
    .load = load,
    .free_state = free_state,
};
