/* The rows that a silhouette is about: those that have weight, or a sample of them by position,
 * with labels numbered from 0 and features in panels, so that the distances of a row to eight
 * others are one run of vector operations. */
#include "silhouette_rows.h"

#include <math.h>
#include <stddef.h>

#include "checked.h"
#include "error.h"
#include "matrix.h"
#include "order.h"
#include "random.h"

#define READ_ROWS 256

static mlc_status check_input(const mlci_metric_input *in, mlc_error *err)
{
    if (in->x == NULL || in->prediction == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "silhouette",
                         "metric 'silhouette' needs the %s of the rows",
                         in->x == NULL ? "features" : "labels");
    }
    if (in->x->n_rows != in->n_rows) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "silhouette",
                         "there are %lld rows of features for %lld labels: must be as many",
                         (long long)in->x->n_rows, (long long)in->n_rows);
    }
    return MLC_OK;
}

static mlc_status pick_weighted(const mlci_metric_input *in, mlci_silhouette_rows *out,
                                mlc_error *err)
{
    out->row = mlci_alloc_raw(mlci_context_root(in->call), in->n_rows, sizeof *out->row);
    if (out->row == NULL) return mlci_fail_memory(err, in->n_rows, sizeof *out->row);
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (in->weight != NULL && in->weight[i] == 0) continue;
        if (!isfinite(in->prediction[i])) {
            return mlci_fail(err, MLC_ERROR_DATA, "prediction",
                             "prediction of row %lld is missing: must be a label",
                             (long long)i + 1);
        }
        out->row[out->n++] = i;
    }
    return MLC_OK;
}

/* The first of a random permutation, then in the order of the rows again. */
static mlc_status keep_sample(mlci_root *root, int64_t size, int64_t random_state,
                              mlci_silhouette_rows *out, mlc_error *err)
{
    int64_t *const order = mlci_alloc_raw(root, out->n, sizeof *order);
    uint64_t *const scratch = mlci_alloc_raw(root, out->n, sizeof *scratch);
    uint8_t *const kept = mlci_alloc(root, out->n, sizeof *kept);
    mlc_status status = MLC_OK;
    if (order == NULL || scratch == NULL || kept == NULL) {
        status = mlci_fail_memory(err, out->n, sizeof *order);
    } else {
        int64_t n = 0;
        mlci_random_permutation((uint64_t)random_state, MLCI_RANDOM_SAMPLE, 0, out->n, order,
                                scratch);
        for (int64_t i = 0; i < size; i++) kept[order[i]] = 1;
        for (int64_t i = 0; i < out->n; i++) {
            if (kept[i]) out->row[n++] = out->row[i];
        }
        out->n = n;
    }
    mlci_free(order);
    mlci_free(scratch);
    mlci_free(kept);
    return status;
}

/* Numbers the labels in the order of their values and sums the weights of each. */
static mlc_status number_labels(const mlci_metric_input *in, mlci_order_key *keys,
                                mlci_order_key *spare, mlci_silhouette_rows *out, mlc_error *err)
{
    for (int64_t i = 0; i < out->n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        keys[i] = (mlci_order_key){.key = mlci_order_of_real(in->prediction[out->row[i]]), .row = i};
    }
    MLCI_TRY(mlci_order_sort(in->call, keys, spare, out->n, err));
    for (int64_t i = 0; i < out->n; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        if (i == 0 || keys[i].key != keys[i - 1].key) out->n_labels++;
        const int64_t at = keys[i].row;
        out->label[at] = out->n_labels - 1;
        out->weight[at] = in->weight == NULL ? 1 : in->weight[out->row[at]];
        out->label_weight[out->n_labels - 1] += out->weight[at];
    }
    return MLC_OK;
}

static mlc_status set_labels(const mlci_metric_input *in, mlci_silhouette_rows *out,
                             mlc_error *err)
{
    mlci_root *const root = mlci_context_root(in->call);
    mlci_order_key *const keys = mlci_alloc_raw(root, out->n, sizeof *keys);
    mlci_order_key *const spare = mlci_alloc_raw(root, out->n, sizeof *spare);
    out->label = mlci_alloc_raw(root, out->n, sizeof *out->label);
    out->weight = mlci_alloc_raw(root, out->n, sizeof *out->weight);
    out->label_weight = mlci_alloc(root, out->n, sizeof *out->label_weight);
    mlc_status status = MLC_OK;
    if (keys == NULL || spare == NULL || out->label == NULL || out->weight == NULL ||
        out->label_weight == NULL) {
        status = mlci_fail_memory(err, out->n, sizeof *keys);
    } else {
        status = number_labels(in, keys, spare, out, err);
    }
    mlci_free(keys);
    mlci_free(spare);
    return status;
}

static mlc_status refuse_feature(const mlci_metric_input *in, int64_t row, int64_t f,
                                 mlc_error *err)
{
    mlci_text name = mlci_text_init(mlci_context_root(in->call));
    mlci_features_name(in->x->features, f, &name);
    char *text = NULL;
    mlc_status status = mlci_text_take(&name, &text, err);
    if (status == MLC_OK) {
        status = mlci_fail(err, MLC_ERROR_DATA, text,
                           "'%s' is missing or infinite in row %lld: 'silhouette' needs finite "
                           "numbers; add 'simple_imputer'", text, (long long)row + 1);
    }
    mlci_free(text);
    return status;
}

/* Copies the rows that lie in a block of the input into their panels. */
static mlc_status pack_block(const mlci_metric_input *in, const double *block, int64_t first,
                             int64_t n, int64_t *next, mlci_silhouette_rows *out, mlc_error *err)
{
    const int64_t d = out->n_features;
    for (; *next < out->n && out->row[*next] < first + n; (*next)++) {
        const int64_t row = out->row[*next];
        const double *const from = block + (row - first) * d;
        double *const to = out->panels + *next / MLCI_PANEL_ROWS * d * MLCI_PANEL_ROWS +
                           *next % MLCI_PANEL_ROWS;
        for (int64_t f = 0; f < d; f++) {
            if (!isfinite(from[f])) return refuse_feature(in, row, f, err);
            to[f * MLCI_PANEL_ROWS] = from[f];
        }
    }
    return MLC_OK;
}

static mlc_status pack_features(const mlci_metric_input *in, mlci_silhouette_rows *out,
                                mlc_error *err)
{
    mlci_root *const root = mlci_context_root(in->call);
    const int64_t d = in->x->n_features;
    const int64_t n_panels = (out->n + MLCI_PANEL_ROWS - 1) / MLCI_PANEL_ROWS;
    int64_t size = 0;
    if (!mlci_mul_size(n_panels * MLCI_PANEL_ROWS, d, &size)) size = INT64_MAX;
    out->n_features = d;
    out->panels = mlci_alloc(root, size, sizeof *out->panels);
    if (out->panels == NULL) return mlci_fail_memory(err, size, sizeof *out->panels);
    double *const block = mlci_alloc_raw(root, d, READ_ROWS * (int64_t)sizeof *block);
    if (block == NULL) return mlci_fail_memory(err, d, READ_ROWS * (int64_t)sizeof *block);
    int64_t next = 0;
    mlc_status status = MLC_OK;
    for (int64_t first = 0; first < in->n_rows && status == MLC_OK; first += READ_ROWS) {
        const int64_t left = in->n_rows - first;
        const int64_t n = left < READ_ROWS ? left : READ_ROWS;
        status = mlci_poll(in->call, err);
        if (status != MLC_OK) break;
        mlci_matrix_block(in->x, first, n, block, d);
        status = pack_block(in, block, first, n, &next, out, err);
    }
    mlci_free(block);
    return status;
}

mlc_status mlci_silhouette_rows_make(const mlci_metric_input *in, int64_t sample_size,
                                     int64_t random_state, mlci_silhouette_rows *out,
                                     mlc_error *err)
{
    *out = (mlci_silhouette_rows){0};
    MLCI_TRY(check_input(in, err));
    MLCI_TRY(pick_weighted(in, out, err));
    if (sample_size != MLCI_NONE_INTEGER && sample_size < out->n) {
        MLCI_TRY(keep_sample(mlci_context_root(in->call), sample_size, random_state, out, err));
    }
    MLCI_TRY(set_labels(in, out, err));
    return pack_features(in, out, err);
}

void mlci_silhouette_rows_clear(mlci_silhouette_rows *rows)
{
    mlci_free(rows->row);
    mlci_free(rows->label);
    mlci_free(rows->weight);
    mlci_free(rows->label_weight);
    mlci_free(rows->panels);
    *rows = (mlci_silhouette_rows){0};
}
