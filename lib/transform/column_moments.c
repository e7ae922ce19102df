/* Moments of a column in blocks of 1,024 rows: each block by the kernel, blocks joined in order
 * (Chan, Golub, LeVeque 1983). One pass over the column. */
#include "column_moments.h"

#define BLOCK_ROWS 1024

typedef struct moments_job {
    const mlci_column *column;
    const double *weight;
    const mlci_kernels *kernels;
    mlci_moments *blocks; /* n_blocks x width */
    double *rows;         /* n_slots x BLOCK_ROWS x width */
} moments_job;

static mlc_status moments_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const moments_job *job = arg;
    (void)err;
    const int64_t width = job->column->width;
    const int64_t first = block * BLOCK_ROWS;
    const int64_t left = job->column->n_rows - first;
    const int64_t n = left < BLOCK_ROWS ? left : BLOCK_ROWS;
    double *rows = job->rows + slot * BLOCK_ROWS * width;
    mlci_column_reals(job->column, first, n, rows, width);
    const mlci_row_block x = {rows, n, width, width};
    job->kernels->moments(&x, job->weight == NULL ? NULL : job->weight + first,
                          job->blocks + block * width);
    return MLC_OK;
}

mlc_status mlci_column_moments(mlc_context *call, const mlci_column *column, const double *weight,
                               mlci_moments *out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    const int64_t width = column->width;
    const int64_t n_blocks = (column->n_rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
    moments_job job = {
        .column = column, .weight = weight, .kernels = mlci_kernels_of(mlci_root_isa(root))};
    job.blocks = mlci_alloc(root, n_blocks, width * (int64_t)sizeof *job.blocks);
    job.rows =
        mlci_alloc_raw(root, mlci_n_slots(call), BLOCK_ROWS * width * (int64_t)sizeof *job.rows);
    mlc_status status = MLC_OK;
    if (job.blocks == NULL || job.rows == NULL) {
        status = mlci_fail_memory(err, n_blocks * width, sizeof *job.blocks);
    } else {
        status = mlci_parallel_for(call, n_blocks, moments_block, &job, err);
    }
    for (int64_t j = 0; status == MLC_OK && j < width; j++) {
        mlci_moments_clear(&out[j]);
        for (int64_t b = 0; b < n_blocks; b++) {
            mlci_moments_merge(&out[j], &job.blocks[b * width + j]);
        }
    }
    mlci_free(job.rows);
    mlci_free(job.blocks);
    return status;
}
