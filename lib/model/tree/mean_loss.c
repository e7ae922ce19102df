/* Mean losses as exact sums: the same bits for any number of threads and any order of rows.
 *
 * The scale of a sum is a power of two above its largest term. That of the last round is tried
 * first: where the largest loss has another, the rows are summed again, so the result is a
 * function of them. */
#include "mean_loss.h"

#include <math.h>

#include "exact_sum.h"

#define ROWS 8192

/* What a block of rows adds. */
typedef struct block_loss {
    double top;   /* largest loss of a row; infinite when one is no number */
    int64_t part; /* exact_sum.h, by the scale tried */
} block_loss;

struct mlci_mean_loss {
    const mlci_loss *loss;
    const mlci_loss_rows *rows;
    const mlci_row_groups *groups; /* NULL: rows stand alone */
    int64_t first, end;
    double weight;  /* of the rows */
    double largest; /* power of two above the largest loss */
    int32_t is_prepared;
    block_loss *blocks;
};

static double array_term(const void *arg, int64_t i)
{
    return ((const double *)arg)[i];
}

mlc_status mlci_mean_loss_create(mlci_root *root, const mlci_loss *loss, const mlci_loss_rows *rows,
                                 int64_t first, int64_t end, mlci_mean_loss **out, mlc_error *err)
{
    const int64_t n_blocks = (end - first + ROWS - 1) / ROWS;
    mlci_mean_loss *const m = mlci_alloc(root, 1, sizeof *m);
    if (m == NULL) return mlci_fail_memory(err, 1, sizeof *m);
    *m = (mlci_mean_loss){.loss = loss, .rows = rows, .first = first, .end = end, .largest = 1};
    m->groups = first == 0 ? rows->train_groups : rows->valid_groups;
    m->weight = m->groups != NULL ? loss->kind->mean_weight(rows, m->groups)
                : rows->weight == NULL
                    ? (double)(end - first)
                    : mlci_exact_sum(array_term, rows->weight + first, end - first);
    m->blocks = mlci_alloc(root, n_blocks, sizeof *m->blocks);
    if (m->blocks == NULL) {
        mlci_free(m);
        return mlci_fail_memory(err, n_blocks, sizeof *m->blocks);
    }
    *out = m;
    return MLC_OK;
}

void mlci_mean_loss_free(mlci_mean_loss *m)
{
    if (m == NULL) return;
    mlci_free(m->blocks);
    mlci_free(m);
}

static mlc_status sum_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const mlci_mean_loss *const m = arg;
    const int64_t begin = m->first + block * ROWS;
    const int64_t end = begin + ROWS < m->end ? begin + ROWS : m->end;
    block_loss sum = {0, 0};
    if (!m->is_prepared) mlci_loss_prepare(m->loss, m->rows, begin, end);
    for (int64_t i0 = begin; i0 < end; i0 += MLCI_LOSS_CHUNK) {
        double value[MLCI_LOSS_CHUNK];
        const int64_t n = end - i0 < MLCI_LOSS_CHUNK ? end - i0 : MLCI_LOSS_CHUNK;
        mlci_loss_values(m->loss, m->rows, i0, n, value);
        for (int64_t i = 0; i < n; i++)
            if (!(fabs(value[i]) <= sum.top))
                sum.top = fabs(value[i]) <= 1e300 ? fabs(value[i]) : INFINITY;
        /* With a larger term the scale is wrong and the sum is taken again. */
        if (sum.top <= m->largest) sum.part += mlci_exact_part(value, n, m->largest);
    }
    m->blocks[block] = sum;
    return MLC_OK;
}

mlc_status mlci_mean_loss_compute(mlc_context *call, mlci_mean_loss *m, double *out, mlc_error *err)
{
    const int64_t n_blocks = (m->end - m->first + ROWS - 1) / ROWS;
    *out = NAN;
    if (m->loss->host != NULL || n_blocks == 0) return MLC_OK;
    if (m->groups != NULL)
        MLCI_TRY(m->loss->kind->scan(call, m->loss, m->rows, m->groups, NULL, NULL, err));
    for (m->is_prepared = 0;; m->is_prepared = 1) {
        const double tried = m->largest;
        double top = 0;
        mlci_exact_total total = {0, 0};
        MLCI_TRY(mlci_parallel_for(call, n_blocks, sum_block, m, err));
        for (int64_t b = 0; b < n_blocks; b++) {
            top = m->blocks[b].top > top ? m->blocks[b].top : top;
            mlci_exact_add(&total, m->blocks[b].part);
        }
        if (isinf(top)) return MLC_OK;
        m->largest = mlci_power_of_two_above(top);
        if (m->largest != tried) continue;
        *out = mlci_exact_value(&total, tried) / m->weight;
        return MLC_OK;
    }
}
