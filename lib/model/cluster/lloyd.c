/* Lloyd's algorithm (IEEE Trans. Information Theory 28, 1982).
 *
 * One pass over the rows an iteration finds the nearest centre of each (ties to the lowest) and
 * adds the row to that cluster's sums, in strips combined in a fixed tree: the same centres come
 * out for any number of threads. A cluster that lost all its rows takes the row that is farthest
 * from its centre (ties to the lowest row index). n k p multiplications an iteration. */
#include "lloyd.h"

#include <float.h>
#include <string.h>

#include "checked.h"
#include "error.h"

static int64_t sums_size(const mlci_lloyd *l)
{
    return l->k * l->p + l->k;
}

/* sums: of w x by cluster (k p), of w by cluster (k), inertia, labels that changed. */
static mlc_status assign_rows(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                              mlc_error *err)
{
    const mlci_lloyd *const l = arg;
    const int64_t p = l->p;
    const mlci_row_block rows = {.x = l->x + first * p, .n_rows = n, .n_columns = p, .stride = p};
    const mlci_centres centres = {.n_centres = l->k, .n_columns = p, .packed = l->packed};
    int32_t *const found = (int32_t *)(void *)scratch;
    const mlci_nearest_result out = {.label = found, .distance = l->distance + first};
    l->kernels->nearest(&rows, &centres, &out);

    double *const weights = sums + l->k * p;
    double inertia = 0, n_changed = 0;
    for (int64_t i = 0; i < n; i++) {
        const double weight = mlci_lloyd_weight(l, first + i);
        const int64_t c = found[i];
        const double *const row = rows.x + i * p;
        double *const to = sums + c * p;
        for (int64_t j = 0; j < p; j++)
            to[j] += weight * row[j];
        weights[c] += weight;
        inertia += weight * l->distance[first + i];
        n_changed += l->label[first + i] != found[i];
        l->label[first + i] = found[i];
    }
    sums[sums_size(l)] += inertia;
    sums[sums_size(l) + 1] += n_changed;
    return MLC_OK;
}

/* Labels, distances, sums and inertia for the centres. */
static mlc_status assign(mlci_lloyd *l, const double *centres, int64_t *n_changed, mlc_error *err)
{
    const mlci_row_block block = {.x = centres, .n_rows = l->k, .n_columns = l->p, .stride = l->p};
    double *sums;
    mlci_centres_pack(&block, l->packed);
    MLCI_TRY(mlci_row_sum_run(&l->rows, sums_size(l) + 2, assign_rows, l, &sums, err));
    memcpy(l->sums, sums, (size_t)sums_size(l) * sizeof *sums);
    l->inertia = sums[sums_size(l)];
    *n_changed = (int64_t)sums[sums_size(l) + 1];
    if (!(l->inertia <= DBL_MAX)) {
        return mlci_fail(err, MLC_ERROR_NUMERIC, NULL,
                         "squared distances are not finite: values of the features are too "
                         "large; scale them first");
    }
    return MLC_OK;
}

/* The row farthest from its centre that is not the only one of its cluster; -1: none is off its
 * centre. */
static int64_t find_farthest(const mlci_lloyd *l, const double *weights)
{
    int64_t best = -1;
    for (int64_t i = 0; i < l->n; i++) {
        if (!(l->distance[i] > 0) || !(weights[l->label[i]] > mlci_lloyd_weight(l, i))) continue;
        if (best < 0 || l->distance[i] > l->distance[best] ||
            (l->distance[i] == l->distance[best] &&
             mlci_lloyd_row(l, i) < mlci_lloyd_row(l, best))) {
            best = i;
        }
    }
    return best;
}

static void fill_empty_clusters(mlci_lloyd *l)
{
    const int64_t p = l->p;
    double *const weights = l->sums + l->k * p;
    for (int64_t c = 0; c < l->k; c++) {
        if (weights[c] > 0) continue;
        const int64_t i = find_farthest(l, weights);
        if (i < 0) return;
        const double weight = mlci_lloyd_weight(l, i);
        const int64_t from = l->label[i];
        for (int64_t j = 0; j < p; j++) {
            const double part = weight * l->x[i * p + j];
            l->sums[from * p + j] -= part;
            l->sums[c * p + j] = part;
        }
        weights[from] -= weight;
        weights[c] = weight;
        l->label[i] = (int32_t)c;
        l->distance[i] = 0;
    }
}

/* Centres become the means of their clusters; returns how far they moved, squared. A cluster
 * without rows stays where it is. */
static double move_centres(const mlci_lloyd *l, double *centres)
{
    const double *const weights = l->sums + l->k * l->p;
    double shift = 0;
    for (int64_t c = 0; c < l->k; c++) {
        if (!(weights[c] > 0)) continue;
        for (int64_t j = 0; j < l->p; j++) {
            const double mean = l->sums[c * l->p + j] / weights[c];
            const double step = mean - centres[c * l->p + j];
            shift += step * step;
            centres[c * l->p + j] = mean;
        }
    }
    return shift;
}

static void record(mlci_lloyd *l, int64_t iteration, double shift)
{
    l->history[l->n_history++] =
        (mlci_lloyd_line){.iteration = iteration, .inertia = l->inertia, .shift = shift};
}

mlc_status mlci_lloyd_run(mlci_lloyd *l, double *centres, mlc_error *err)
{
    int64_t n_changed, iteration = 1;
    l->n_history = 0;
    l->converged = 0;
    for (int64_t i = 0; i < l->n; i++)
        l->label[i] = -1;
    for (; iteration <= l->max_iter && !l->converged; iteration++) {
        MLCI_TRY(assign(l, centres, &n_changed, err));
        fill_empty_clusters(l);
        const double shift = move_centres(l, centres);
        record(l, iteration, shift);
        MLCI_TRY(mlci_report(l->call, "fit", iteration, l->max_iter, "inertia", l->inertia, err));
        l->converged = n_changed == 0 || shift <= l->max_shift;
    }
    MLCI_TRY(assign(l, centres, &n_changed, err));
    record(l, iteration, 0);
    return MLC_OK;
}

mlc_status mlci_lloyd_open(mlci_lloyd *l, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(l->call);
    const int64_t block = mlci_row_sum_block(l->p);
    int64_t n_sums;
    if (!mlci_mul_size(l->k, l->p + 1, &n_sums)) return mlci_fail_memory(err, l->k, l->p);
    MLCI_TRY(mlci_row_sum_open(&l->rows, l->call, l->n, block, n_sums + 2, block, err));
    l->label = mlci_alloc(root, l->n, sizeof *l->label);
    l->distance = mlci_alloc(root, l->n, sizeof *l->distance);
    l->packed = mlci_alloc(root, mlci_centres_packed_size(l->k, l->p), sizeof *l->packed);
    l->sums = mlci_alloc(root, n_sums, sizeof *l->sums);
    l->history = mlci_alloc(root, l->max_iter + 1, sizeof *l->history);
    if (l->label == NULL || l->distance == NULL || l->packed == NULL || l->sums == NULL ||
        l->history == NULL) {
        mlci_lloyd_close(l);
        return mlci_fail_memory(err, l->n, sizeof *l->distance);
    }
    return MLC_OK;
}

void mlci_lloyd_close(mlci_lloyd *l)
{
    mlci_row_sum_close(&l->rows);
    mlci_free(l->label);
    mlci_free(l->distance);
    mlci_free(l->packed);
    mlci_free(l->sums);
    mlci_free(l->history);
    l->label = NULL;
    l->distance = l->packed = l->sums = NULL;
    l->history = NULL;
}
