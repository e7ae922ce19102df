/* Quantised gradients after Shi et al., "Quantized Training of Gradient Boosting Decision Trees"
 * (NeurIPS 2022), with more bits and a power-of-two scale.
 *
 * Random bits are a counter hash with a key from Philox (tree_kernels.h): about 1 ns a row, where
 * Philox itself would cost more than the rest of this step. */
#include "gradient.h"

#include <math.h>
#include <string.h>

#include "exact_sum.h"
#include "random.h"
#include "tree_kernels.h"

#define BLOCK 8192
#define CHUNK 256 /* rows that are rounded before g gives way to them */

_Static_assert(sizeof(mlci_fine) == sizeof(double), "fine pairs take the place of g");

mlc_status mlci_gradients_create(mlci_root *root, int64_t n_rows, int32_t is_kept,
                                 mlci_gradients **out, mlc_error *err)
{
    mlci_gradients *const gr = mlci_alloc(root, 1, sizeof *gr);
    if (gr == NULL) return mlci_fail_memory(err, 1, sizeof *gr);
    gr->root = root;
    gr->n_rows = n_rows;
    gr->g = mlci_alloc(root, n_rows, sizeof *gr->g);
    gr->h = mlci_alloc(root, n_rows, sizeof *gr->h);
    gr->fine = is_kept ? mlci_alloc(root, n_rows, sizeof *gr->fine) : (mlci_fine *)(void *)gr->g;
    gr->coarse = mlci_alloc(root, n_rows, sizeof *gr->coarse);
    gr->block_max = mlci_alloc(root, 2 * (n_rows / BLOCK + 1), sizeof *gr->block_max);
    if (gr->g == NULL || gr->h == NULL || gr->fine == NULL || gr->coarse == NULL ||
        gr->block_max == NULL) {
        mlci_gradients_free(gr);
        return mlci_fail_memory(err, n_rows, sizeof *gr->fine);
    }
    *out = gr;
    return MLC_OK;
}

mlc_status mlci_gradients_beside(mlci_gradients *first, mlci_gradients **out, mlc_error *err)
{
    mlci_gradients *const gr = mlci_alloc(first->root, 1, sizeof *gr);
    if (gr == NULL) return mlci_fail_memory(err, 1, sizeof *gr);
    *gr = *first;
    gr->is_beside = 1;
    gr->fine = mlci_alloc(gr->root, gr->n_rows, sizeof *gr->fine);
    gr->coarse = mlci_alloc(gr->root, gr->n_rows, sizeof *gr->coarse);
    if (gr->fine == NULL || gr->coarse == NULL) {
        mlci_gradients_free(gr);
        return mlci_fail_memory(err, first->n_rows, sizeof *gr->fine);
    }
    *out = gr;
    return MLC_OK;
}

void mlci_gradients_free(mlci_gradients *gr)
{
    if (gr == NULL) return;
    if ((void *)gr->fine != gr->g) mlci_free(gr->fine);
    mlci_free(gr->coarse);
    if (!gr->is_beside) {
        mlci_free(gr->g);
        mlci_free(gr->h);
        mlci_free(gr->block_max);
    }
    mlci_free(gr);
}

/* ---- real gradients ----------------------------------------------------------------------- */

typedef struct compute_work {
    const mlci_loss *loss;
    const mlci_loss_rows *rows;
    int32_t k;
    mlci_gradients *gr;
} compute_work;

static int64_t end_of_block(int64_t n_rows, int64_t block)
{
    return (block + 1) * BLOCK < n_rows ? (block + 1) * BLOCK : n_rows;
}

/* Largest |g| and h of a block; a value that no scale can hold makes it infinite. */
static void note_max(mlci_gradients *gr, int64_t block)
{
    double g = 0, h = 0;
    const int64_t end = end_of_block(gr->n_rows, block);
    for (int64_t i = block * BLOCK; i < end; i++) {
        const double size = fabs(gr->g[i]);
        if (!(size <= g)) g = size <= 1e300 ? size : INFINITY;
        if (!(gr->h[i] <= h)) h = gr->h[i] <= 1e300 ? gr->h[i] : INFINITY;
        if (gr->h[i] < 0) h = INFINITY;
    }
    gr->block_max[2 * block] = g;
    gr->block_max[2 * block + 1] = h;
}

static mlc_status compute_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const compute_work *const w = arg;
    if (w->loss->host == NULL && w->loss->kind->scan == NULL)
        mlci_loss_gradients(w->loss, w->rows, w->k, block * BLOCK,
                            end_of_block(w->gr->n_rows, block), w->gr->g, w->gr->h);
    note_max(w->gr, block);
    return MLC_OK;
}

static mlc_status call_host(const mlci_loss *loss, const mlci_loss_rows *rows, mlci_gradients *gr,
                            mlc_error *err)
{
    const int64_t n = gr->n_rows;
    double *ones = NULL;
    if (rows->weight == NULL) {
        ones = mlci_alloc_raw(gr->root, n, sizeof *ones);
        if (ones == NULL) return mlci_fail_memory(err, n, sizeof *ones);
        for (int64_t i = 0; i < n; i++)
            ones[i] = 1;
    }
    mlc_error inner;
    memset(&inner, 0, sizeof inner);
    const mlc_status status =
        loss->host->gradients(loss->host->user, n, rows->y, rows->raw,
                              ones != NULL ? ones : rows->weight, gr->g, gr->h, &inner);
    mlci_free(ones);
    if (status == MLC_OK) return MLC_OK;
    inner.message[sizeof inner.message - 1] = '\0';
    return mlci_fail(err, MLC_ERROR_CALLBACK, "loss", "the loss of the host failed: %s",
                     inner.message[0] != '\0' ? inner.message : "it gave no message");
}

/* From the largest of each block. */
static mlc_status set_scales(const mlci_loss *loss, mlci_gradients *gr, mlc_error *err)
{
    double g = 0, h = 0;
    for (int64_t b = 0; b < (gr->n_rows + BLOCK - 1) / BLOCK; b++) {
        g = gr->block_max[2 * b] > g ? gr->block_max[2 * b] : g;
        h = gr->block_max[2 * b + 1] > h ? gr->block_max[2 * b + 1] : h;
    }
    if (!isfinite(g) || !isfinite(h))
        return mlci_fail(err, loss->host != NULL ? MLC_ERROR_CALLBACK : MLC_ERROR_NUMERIC, "loss",
                         loss->host != NULL
                             ? "the loss of the host gave a gradient that is not finite or a "
                               "hessian that is negative or not finite"
                             : "the gradients are beyond 1e300: scale the target or lower the "
                               "learning rate");
    gr->g_scale = mlci_power_of_two_above(g);
    gr->h_scale = mlci_power_of_two_above(h);
    return MLC_OK;
}

mlc_status mlci_gradients_compute(mlc_context *call, const mlci_loss *loss,
                                  const mlci_loss_rows *rows, int32_t k, mlci_gradients *gr,
                                  mlc_error *err)
{
    const int64_t n_blocks = (gr->n_rows + BLOCK - 1) / BLOCK;
    compute_work w = {.loss = loss, .rows = rows, .k = k, .gr = gr};
    if (loss->host != NULL)
        MLCI_TRY(call_host(loss, rows, gr, err));
    else if (loss->kind->scan != NULL)
        MLCI_TRY(loss->kind->scan(call, loss, rows, rows->train_groups, gr->g, gr->h, err));
    MLCI_TRY(mlci_parallel_for(call, n_blocks, compute_block, &w, err));
    return set_scales(loss, gr, err);
}

typedef struct weigh_work {
    const double *factor;
    mlci_gradients *gr;
} weigh_work;

static mlc_status weigh_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const weigh_work *const w = arg;
    for (int64_t i = block * BLOCK; i < end_of_block(w->gr->n_rows, block); i++) {
        w->gr->g[i] *= w->factor[i];
        w->gr->h[i] *= w->factor[i];
    }
    note_max(w->gr, block);
    return MLC_OK;
}

mlc_status mlci_gradients_weigh(mlc_context *call, const mlci_loss *loss, const double *factor,
                                mlci_gradients *gr, mlc_error *err)
{
    weigh_work w = {factor, gr};
    MLCI_TRY(mlci_parallel_for(call, (gr->n_rows + BLOCK - 1) / BLOCK, weigh_block, &w, err));
    return set_scales(loss, gr, err);
}

/* ---- integers ----------------------------------------------------------------------------- */

typedef struct round_work {
    mlci_gradients *gr;
    const mlci_tree_kernels *kernels;
    mlci_gradient_rounding rounding; /* of all rows */
} round_work;

static mlc_status round_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const round_work *const w = arg;
    mlci_gradients *const gr = w->gr;
    const int64_t end = end_of_block(gr->n_rows, block);
    mlci_fine fine[CHUNK];
    for (int64_t i = block * BLOCK; i < end; i += CHUNK) {
        const int64_t n = i + CHUNK < end ? CHUNK : end - i;
        mlci_gradient_rounding rounding = w->rounding;
        rounding.first = i;
        if (rounding.row_index != NULL) rounding.row_index += i;
        w->kernels->round_gradients(&rounding, n, gr->g + i, gr->h + i, &fine[0].g, gr->coarse + i);
        memcpy(gr->fine + i, fine, (size_t)n * sizeof *fine);
    }
    return MLC_OK;
}

mlc_status mlci_gradients_round(mlc_context *call, const mlci_rounding *rounding,
                                mlci_gradients *gr, mlc_error *err)
{
    const double unit = (double)(1 << MLCI_FINE_BITS);
    round_work w = {.gr = gr, .kernels = mlci_tree_kernels_of(mlci_root_isa(gr->root))};
    w.rounding = (mlci_gradient_rounding){
        .key = mlci_random_bits(rounding->seed, MLCI_RANDOM_ROUND_GRADIENT, rounding->stream, 0),
        .row_index = rounding->row_index,
        .g_factor = unit / gr->g_scale,
        .h_factor = unit / gr->h_scale,
        .g_shift = MLCI_FINE_BITS - MLCI_COARSE_G_BITS,
        .h_shift = MLCI_FINE_BITS - MLCI_COARSE_H_BITS};
    return mlci_parallel_for(call, (gr->n_rows + BLOCK - 1) / BLOCK, round_block, &w, err);
}
