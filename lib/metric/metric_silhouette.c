/* silhouette: how much nearer rows are to their own cluster than to the next one (Rousseeuw,
 * Journal of Computational and Applied Mathematics 20, 1987).
 *
 * All pairs of rows: n^2 d operations in blocks of 16 rows against panels of 8, n K numbers never
 * held at once. Distances are sums of squared differences, not expanded products, so that equal
 * rows are at distance 0 exactly. Each row's sums run over the others in their order, whatever the
 * threads. */
#include <math.h>
#include <stddef.h>

#include "checked.h"
#include "compensated_sum.h"
#include "error.h"
#include "one_value.h"
#include "silhouette_rows.h"

#define ROWS_PER_BLOCK 16

struct silhouette_params {
    int64_t sample_size;
    int64_t random_state;
};

static const mlci_param params[] = {
    MLCI_INTEGER(struct silhouette_params, sample_size, MLCI_NONE_INTEGER, 2, INT64_MAX,
                 "number of rows drawn to bound the cost; none: all rows",
                 .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_INTEGER(struct silhouette_params, random_state, 0, INT64_MIN + 1, INT64_MAX,
                 "seed of the sample", .since = "0.1"),
    {.name = NULL}};

typedef struct silhouettes {
    const mlci_silhouette_rows *rows;
    double *value;        /* rows->n: the silhouette of each row */
    double *scratch;      /* of each slot: sums by row and label, then the features of a row each */
    int64_t slot_size;
} silhouettes;

/* Squared distances of a row to the eight of a panel, features ascending. */
static void panel_distances(const double *restrict row, const double *restrict panel,
                            int64_t n_features, double out[MLCI_PANEL_ROWS])
{
    double sum[MLCI_PANEL_ROWS] = {0};
    for (int64_t f = 0; f < n_features; f++) {
        for (int32_t r = 0; r < MLCI_PANEL_ROWS; r++) {
            const double difference = row[f] - panel[f * MLCI_PANEL_ROWS + r];
            sum[r] += difference * difference;
        }
    }
    for (int32_t r = 0; r < MLCI_PANEL_ROWS; r++) out[r] = sqrt(sum[r]);
}

/* Adds the weighted distances of a row to those of a panel, by their label. */
static void add_panel(const mlci_silhouette_rows *rows, int64_t panel, const double *row,
                      double *sums)
{
    const int64_t first = panel * MLCI_PANEL_ROWS;
    const int64_t left = rows->n - first;
    const int64_t n = left < MLCI_PANEL_ROWS ? left : MLCI_PANEL_ROWS;
    double distance[MLCI_PANEL_ROWS];
    panel_distances(row, rows->panels + first * rows->n_features, rows->n_features, distance);
    for (int64_t r = 0; r < n; r++) {
        sums[rows->label[first + r]] += rows->weight[first + r] * distance[r];
    }
}

/* From the sums of a row's distances to each label. A cluster of one row has silhouette 0. */
static double silhouette_of(const mlci_silhouette_rows *rows, int64_t i, const double *sums)
{
    const int64_t own = rows->label[i];
    const double others = rows->label_weight[own] - 1;
    if (!(others > 0)) return 0;
    const double within = sums[own] / others;
    double nearest = INFINITY;
    for (int64_t k = 0; k < rows->n_labels; k++) {
        const double mean = sums[k] / rows->label_weight[k];
        if (k != own && mean < nearest) nearest = mean;
    }
    const double larger = within > nearest ? within : nearest;
    return larger > 0 ? (nearest - within) / larger : 0;
}

static mlc_status run_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    silhouettes *const s = arg;
    const mlci_silhouette_rows *const rows = s->rows;
    const int64_t d = rows->n_features;
    const int64_t first = block * ROWS_PER_BLOCK;
    const int64_t left = rows->n - first;
    const int64_t n = left < ROWS_PER_BLOCK ? left : ROWS_PER_BLOCK;
    const int64_t n_panels = (rows->n + MLCI_PANEL_ROWS - 1) / MLCI_PANEL_ROWS;
    double *const sums = s->scratch + slot * s->slot_size;
    double *const features = sums + ROWS_PER_BLOCK * rows->n_labels;
    for (int64_t i = 0; i < n * rows->n_labels; i++) sums[i] = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t f = 0; f < d; f++) {
            features[i * d + f] = mlci_silhouette_feature(rows, first + i, f);
        }
    }
    for (int64_t p = 0; p < n_panels; p++) {
        for (int64_t i = 0; i < n; i++) {
            add_panel(rows, p, features + i * d, sums + i * rows->n_labels);
        }
    }
    for (int64_t i = 0; i < n; i++) {
        s->value[first + i] = silhouette_of(rows, first + i, sums + i * rows->n_labels);
    }
    return MLC_OK;
}

static double weighted_mean(const silhouettes *s)
{
    mlci_compensated_sum sum = {0};
    mlci_compensated_sum weights = {0};
    for (int64_t i = 0; i < s->rows->n; i++) {
        mlci_compensated_add(&sum, s->rows->weight[i] * s->value[i]);
        mlci_compensated_add(&weights, s->rows->weight[i]);
    }
    return mlci_compensated_value(&sum) / mlci_compensated_value(&weights);
}

static mlc_status mean_silhouette(mlc_context *call, const mlci_silhouette_rows *rows,
                                  double *out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    silhouettes s = {.rows = rows};
    int64_t width = 0;
    if (!mlci_add_size(rows->n_labels, rows->n_features, &width) ||
        !mlci_mul_size(width, ROWS_PER_BLOCK, &s.slot_size)) {
        return mlci_fail_memory(err, rows->n_labels, ROWS_PER_BLOCK * (int64_t)sizeof(double));
    }
    const int64_t n_blocks = (rows->n + ROWS_PER_BLOCK - 1) / ROWS_PER_BLOCK;
    s.value = mlci_alloc_raw(root, rows->n, sizeof *s.value);
    int64_t size = 0;
    if (mlci_mul_size(s.slot_size, mlci_n_slots(call), &size)) {
        s.scratch = mlci_alloc_raw(root, size, sizeof *s.scratch);
    }
    mlc_status status = MLC_OK;
    if (s.value == NULL || s.scratch == NULL) {
        status = mlci_fail_memory(err, s.slot_size, sizeof *s.scratch);
    } else {
        status = mlci_parallel_for(call, n_blocks, run_block, &s, err);
    }
    if (status == MLC_OK) *out = weighted_mean(&s);
    mlci_free(s.value);
    mlci_free(s.scratch);
    return status;
}

/* There is a cluster to be near to and a next one: two labels, and not all of them single. */
static int is_defined(const mlci_silhouette_rows *rows)
{
    int has_pair = 0;
    for (int64_t k = 0; k < rows->n_labels; k++) has_pair |= rows->label_weight[k] > 1;
    return rows->n_labels >= 2 && has_pair;
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    const struct silhouette_params *const p = in->params;
    mlci_silhouette_rows rows;
    double value = NAN;
    mlc_status status = mlci_silhouette_rows_make(in, p->sample_size, p->random_state, &rows, err);
    if (status == MLC_OK && is_defined(&rows)) {
        status = mean_silhouette(in->call, &rows, &value, err);
    }
    if (status == MLC_OK) mlci_one_value_set(values, value);
    mlci_silhouette_rows_clear(&rows);
    return status;
}

extern const mlci_metric_descriptor mlci_metric_silhouette;
const mlci_metric_descriptor mlci_metric_silhouette = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLUSTER | MLCI_CAN_WEIGHT | MLCI_NEEDS_FEATURES
                        | MLCI_LARGER_IS_BETTER,
        .name = "silhouette",
        .summary = "How much nearer rows are to their own cluster than to the next",
        .details =
            "Definition: the mean over the rows of (b - a) / max(a, b), where a is the mean "
            "euclidean distance to the other rows of its cluster and b the least mean distance to "
            "the rows of another cluster; from -1 to 1, 1 is best, negative means that rows are "
            "nearer to another cluster. Rows that are alone in their cluster count 0. Needs no "
            "truth. Every label is a cluster, also one that stands for noise.\n"
            "Cost: n^2 d operations, in parallel; n d numbers, and 16 K a thread for K clusters. "
            "sample_size draws that many rows, the same for the same random_state.\n"
            "Features of different scale count by their scale: scale them first. Missing and "
            "infinite values are refused.\n"
            "Weights are numbers of copies: weight 2 equals the row twice (with a sample: each "
            "row is drawn alike, and counts by its weight). A cluster whose weights sum to at "
            "most 1 counts as a single row.\n"
            "Undefined: NaN with fewer than two clusters, and when all are single rows.\n"
            "Differences from scikit-learn: euclidean distance only; takes weights; NaN where it "
            "raises.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct silhouette_params),
    },
    .n_values = mlci_one_value,
    .score = score,
};
