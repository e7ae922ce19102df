/* Out-of-bag predictions (Breiman 2001): blocks of rows in parallel, in each the trees in order, so
 * that sums do not depend on threads. */
#include "forest_oob.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "exact_sum.h"
#include "target.h"

typedef struct work {
    const mlci_model_fit *fit;
    const uint8_t *in_bag;
    int64_t row_bytes;
    int64_t *place; /* of each row of the matrix; NULL: the same */
    mlci_forest *forest;
    double **x; /* a block of rows, by slot */
} work;

static int is_in_bag(const work *w, int64_t tree, int64_t row)
{
    const int64_t place = w->place == NULL ? row : w->place[row];
    return w->in_bag[tree * w->row_bytes + (place >> 3)] >> (place & 7) & 1;
}

static mlc_status predict_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const work *const w = arg;
    mlci_forest *const f = w->forest;
    const int32_t width = mlci_forest_width(f);
    const int64_t first = block * MLCI_BLOCK_ROWS;
    const int64_t n = first + MLCI_BLOCK_ROWS < f->n_oob ? MLCI_BLOCK_ROWS : f->n_oob - first;
    double *const sums = f->oob + first * width;
    int64_t n_trees[MLCI_BLOCK_ROWS] = {0}, leaf[MLCI_BLOCK_ROWS];
    mlci_matrix_block(w->fit->x, first, n, w->x[slot], f->n_features);
    for (int64_t t = 0; t < f->n_trees; t++) {
        int32_t rows[MLCI_BLOCK_ROWS];
        int64_t n_out = 0;
        for (int32_t i = 0; i < n; i++)
            if (!is_in_bag(w, t, first + i)) rows[n_out++] = i;
        mlci_forest_walk(f, t, w->x[slot], rows, n_out, leaf);
        for (int64_t i = 0; i < n_out; i++) {
            mlci_forest_add_leaf(f, t, leaf[i], sums + rows[i] * width);
            n_trees[rows[i]]++;
        }
    }
    for (int64_t i = 0; i < n; i++)
        for (int32_t k = 0; k < width; k++)
            sums[i * width + k] = n_trees[i] == 0 ? NAN : sums[i * width + k] / (double)n_trees[i];
    return MLC_OK;
}

/* ---- the score ---------------------------------------------------------------------------- */

enum { SUM_WEIGHT, SUM_TARGET, SUM_ERROR, SUM_DEVIATION };

typedef struct score_sum {
    const work *work;
    int32_t kind;
    double mean;
} score_sum;

static double score_term(const void *arg, int64_t i)
{
    const score_sum *const s = arg;
    const mlci_forest *const f = s->work->forest;
    const double *const oob = f->oob + i * mlci_forest_width(f);
    const double weight = s->work->fit->weight == NULL ? 1 : s->work->fit->weight[i];
    const double y = s->work->fit->y->value[i];
    double predicted;
    if (isnan(oob[0])) return 0;
    if (s->kind == SUM_WEIGHT) return weight;
    if (s->kind == SUM_TARGET) return weight * y;
    if (s->kind == SUM_DEVIATION) return weight * (y - s->mean) * (y - s->mean);
    mlci_forest_finish(f, MLCI_OUTPUT_PREDICTION, oob, 1, &predicted);
    if (f->n_classes > 0) return predicted == y ? 0 : weight;
    return weight * (y - predicted) * (y - predicted);
}

static double sum_of(const work *w, int32_t kind, double mean)
{
    const score_sum sum = {w, kind, mean};
    return mlci_exact_sum(score_term, &sum, w->forest->n_oob);
}

static double score_of(const work *w)
{
    const double weight = sum_of(w, SUM_WEIGHT, 0), error = sum_of(w, SUM_ERROR, 0);
    if (!(weight > 0)) return NAN;
    if (w->forest->n_classes > 0) return 1 - error / weight;
    const double deviation = sum_of(w, SUM_DEVIATION, sum_of(w, SUM_TARGET, 0) / weight);
    return deviation > 0 ? 1 - error / deviation : NAN;
}

/* ---- memory ------------------------------------------------------------------------------- */

static mlc_status predict_rows(work *w, int32_t n_slots, mlc_error *err)
{
    mlci_forest *const f = w->forest;
    const int64_t n_blocks = (f->n_oob + MLCI_BLOCK_ROWS - 1) / MLCI_BLOCK_ROWS;
    for (int32_t s = 0; s < n_slots; s++) {
        const int64_t bytes = f->n_features * (int64_t)sizeof **w->x;
        w->x[s] = mlci_alloc_raw(f->root, MLCI_BLOCK_ROWS, bytes);
        if (w->x[s] == NULL) return mlci_fail_memory(err, MLCI_BLOCK_ROWS, bytes);
    }
    MLCI_TRY(mlci_parallel_for(w->fit->call, n_blocks, predict_block, w, err));
    f->oob_score = score_of(w);
    return MLC_OK;
}

mlc_status mlci_forest_add_oob(const mlci_model_fit *fit, const mlci_cart_rows *rows,
                               const uint8_t *in_bag, int64_t row_bytes, mlci_forest *f,
                               mlc_error *err)
{
    const int32_t n_slots = mlci_n_slots(fit->call), width = mlci_forest_width(f);
    const int64_t n = rows->n_rows, n_place = rows->order == NULL ? 0 : n;
    work w = {.fit = fit, .in_bag = in_bag, .row_bytes = row_bytes, .forest = f};
    w.place = mlci_alloc_raw(f->root, n_place, sizeof *w.place);
    w.x = mlci_alloc(f->root, n_slots, sizeof *w.x);
    f->oob = mlci_alloc(f->root, n, width * (int64_t)sizeof *f->oob);
    mlc_status status = MLC_OK;
    if (w.place == NULL || w.x == NULL || f->oob == NULL) {
        status = mlci_fail_memory(err, n, width * (int64_t)sizeof *f->oob);
        goto done;
    }
    f->n_oob = n;
    for (int64_t i = 0; i < n_place; i++)
        w.place[rows->order[i]] = i;
    if (n_place == 0) {
        mlci_free(w.place);
        w.place = NULL;
    }
    status = predict_rows(&w, n_slots, err);
done:
    for (int32_t s = 0; w.x != NULL && s < n_slots; s++)
        mlci_free(w.x[s]);
    mlci_free(w.x);
    mlci_free(w.place);
    return status;
}
