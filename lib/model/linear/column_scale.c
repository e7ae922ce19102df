/* Mean and spread of columns in one pass: about a provisional centre for dense rows, about zero
 * for sparse ones, where absent entries then cost nothing. */
#include "column_scale.h"

#include "centred_block.h"
#include "checked.h"
#include "row_sum.h"

typedef struct scale_pass {
    const mlci_matrix *x;
    const double *weight;
    double *centre; /* n_features; NULL: zero */
} scale_pass;

/* sums: of w x (p), of w x^2 (p), of w, of entries. */
static mlc_status sum_rows(void *arg, int64_t first, int64_t n, double *scratch, double *sums,
                           mlc_error *err)
{
    const scale_pass *const s = arg;
    const int64_t p = s->x->n_features;
    int32_t *const positions = (int32_t *)(void *)(scratch + p);
    if (!s->x->is_sparse) mlci_centred_block(s->x, first, n, s->centre, scratch);
    for (int64_t i = 0; i < n; i++) {
        const double weight = s->weight == NULL ? 1 : s->weight[first + i];
        if (s->x->is_sparse) {
            const int64_t m = mlci_matrix_sparse_row(s->x, first + i, positions, scratch);
            for (int64_t k = 0; k < m; k++) {
                const double product = weight * scratch[k];
                sums[positions[k]] += product;
                sums[p + positions[k]] += product * scratch[k];
            }
            sums[2 * p + 1] += (double)m;
        } else {
            const double *const row = scratch + i * p;
            for (int64_t j = 0; j < p; j++) {
                const double product = weight * row[j];
                sums[j] += product;
                sums[p + j] += product * row[j];
            }
            sums[2 * p + 1] += (double)p;
        }
        sums[2 * p] += weight;
    }
    return MLC_OK;
}

mlc_status mlci_column_scale_find(mlc_context *call, const mlci_matrix *x, const double *weight,
                                  int32_t centred, mlci_column_scale *out, mlc_error *err)
{
    const int64_t p = x->n_features, block = mlci_row_sum_block(p);
    int64_t n_scratch;
    if (!mlci_mul_size(block + 2, p + 1, &n_scratch)) return mlci_fail_memory(err, p, block);
    if (x->is_sparse) n_scratch = 2 * p + 1;
    double *const centre = mlci_alloc(mlci_context_root(call), p, 3 * (int64_t)sizeof *centre);
    if (centre == NULL) return mlci_fail_memory(err, p, 3 * (int64_t)sizeof *centre);
    scale_pass s = {.x = x, .weight = weight};
    if (centred && !x->is_sparse) {
        mlci_provisional_centre(x, centre, centre + p);
        s.centre = centre;
    }
    mlci_row_sum rows = {0};
    double *sums;
    mlc_status status = mlci_row_sum_open(&rows, call, x->n_rows, block, 2 * p + 2, n_scratch, err);
    if (status == MLC_OK) status = mlci_row_sum_run(&rows, 2 * p + 2, sum_rows, &s, &sums, err);
    if (status == MLC_OK) {
        out->weight = sums[2 * p];
        out->n_entries = sums[2 * p + 1];
        for (int64_t j = 0; j < p; j++) {
            const double shift = centred ? sums[j] / out->weight : 0;
            const double square = sums[p + j] - shift * sums[j];
            out->mean[j] = centre[j] + shift;
            out->square[j] = square > 0 ? square : 0;
        }
    }
    mlci_row_sum_close(&rows);
    mlci_free(centre);
    return status;
}
