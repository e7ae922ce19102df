/* Shapley values by their definition: the model is asked for every coalition of features, where it
 * is given the numbers of the row for features in it and of a background row for others. Features
 * in which both agree have no share, so that 2^n rows are predicted for n features in which they
 * differ. */
#include "coalitions.h"

#include <string.h>

/* A row that is explained, against one background row. */
typedef struct work {
    const mlci_coalitions *c;
    int64_t n_features, n_outputs;
    const double *x, *other;
    int32_t apart[MLCI_MOST_COALITION_FEATURES];
    int32_t n_apart;
    double share[MLCI_MOST_COALITION_FEATURES]; /* k! (n - k - 1)! / n!, of k other features */
    double *rows;                               /* MLCI_BLOCK_ROWS coalitions */
    double *raw, *scratch;
} work;

static mlc_status open_work(const mlci_coalitions *c, work *w, mlc_error *err)
{
    const mlci_model_descriptor *const model = c->explain.model;
    const void *const params = c->explain.params, *const state = c->explain.state;
    mlci_root *const root = mlci_context_root(c->explain.call);
    *w = (work){.c = c,
                .n_features = c->background->n_features,
                .n_outputs = model->n_outputs(params, state, MLCI_OUTPUT_RAW)};
    const int64_t n_scratch =
        model->scratch_size == NULL ? 0 : model->scratch_size(params, state, MLCI_BLOCK_ROWS);
    const int64_t block = MLCI_BLOCK_ROWS * (int64_t)sizeof(double);
    w->rows = mlci_alloc_raw(root, w->n_features, block);
    w->raw = mlci_alloc_raw(root, w->n_outputs, block);
    w->scratch = mlci_alloc_raw(root, n_scratch, sizeof *w->scratch);
    if (w->rows != NULL && w->raw != NULL && w->scratch != NULL) return MLC_OK;
    return mlci_fail_memory(err, w->n_outputs + w->n_features, block);
}

static void close_work(work *w)
{
    mlci_free(w->rows);
    mlci_free(w->raw);
    mlci_free(w->scratch);
}

static void find_apart(work *w)
{
    w->n_apart = 0;
    for (int32_t j = 0; j < w->n_features; j++)
        if (w->x[j] != w->other[j]) w->apart[w->n_apart++] = j;
    double share = w->n_apart == 0 ? 0 : 1.0 / w->n_apart;
    for (int32_t k = 0; k < w->n_apart; k++) {
        w->share[k] = share;
        share *= (double)(k + 1) / (double)(w->n_apart - k - 1);
    }
}

/* Coalitions first .. first + n, a bit a feature. */
static void predict(const work *w, int64_t first, int64_t n)
{
    const mlci_explain *const explain = &w->c->explain;
    for (int64_t s = 0; s < n; s++) {
        double *const row = w->rows + s * w->n_features;
        memcpy(row, w->other, (size_t)w->n_features * sizeof *row);
        for (int32_t k = 0; k < w->n_apart; k++)
            if ((first + s) >> k & 1) row[w->apart[k]] = w->x[w->apart[k]];
    }
    const mlci_model_predict request = {.isa = mlci_root_isa(mlci_context_root(explain->call)),
                                        .output = MLCI_OUTPUT_RAW,
                                        .params = explain->params,
                                        .state = explain->state,
                                        .x = w->rows,
                                        .n_rows = n,
                                        .out = w->raw,
                                        .scratch = w->scratch};
    explain->model->predict(&request);
}

/* A coalition adds to the shares of its features and takes from those of others. */
static void add_coalition(const work *w, int64_t coalition, const double *raw, double weight,
                          double *out)
{
    const int32_t size = __builtin_popcountll((uint64_t)coalition);
    const double joined = size == 0 ? 0 : weight * w->share[size - 1];
    const double left_out = size == w->n_apart ? 0 : -weight * w->share[size];
    for (int64_t o = 0; o < w->n_outputs; o++)
        for (int32_t k = 0; k < w->n_apart; k++)
            out[o * w->n_features + w->apart[k]] +=
                (coalition >> k & 1 ? joined : left_out) * raw[o];
}

static mlc_status explain_row(work *w, double *out, mlc_error *err)
{
    const mlci_background *const b = w->c->background;
    memset(out, 0, (size_t)(w->n_outputs * w->n_features) * sizeof *out);
    for (int64_t i = 0; i < b->n_rows; i++) {
        w->other = b->x + i * b->n_features;
        find_apart(w);
        const int64_t n_coalitions = w->n_apart == 0 ? 0 : (int64_t)1 << w->n_apart;
        for (int64_t s = 0; s < n_coalitions; s += MLCI_BLOCK_ROWS) {
            const int64_t left = n_coalitions - s;
            const int64_t n = left < MLCI_BLOCK_ROWS ? left : MLCI_BLOCK_ROWS;
            MLCI_TRY(mlci_poll(w->c->explain.call, err));
            predict(w, s, n);
            for (int64_t k = 0; k < n; k++)
                add_coalition(w, s + k, w->raw + k * w->n_outputs, b->weight[i], out);
        }
    }
    return MLC_OK;
}

mlc_status mlci_coalitions_rows(const mlci_coalitions *coalitions, const double *x, int64_t n_rows,
                                double *out, mlc_error *err)
{
    work w;
    mlc_status status = open_work(coalitions, &w, err);
    for (int64_t i = 0; i < n_rows && status == MLC_OK; i++) {
        w.x = x + i * w.n_features;
        status = explain_row(&w, out + i * w.n_outputs * w.n_features, err);
    }
    close_work(&w);
    return status;
}
