/* Where k-means starts: greedy k-means++ (Arthur & Vassilvitskii, SODA 2007, with 2 + floor(ln k)
 * candidates a centre as in their code), or rows at random.
 *
 * A candidate is drawn with a probability proportional to weight times squared distance to the
 * nearest centre so far, and the one that lowers the sum of these most is taken (ties to the
 * first drawn). Draws are numbered by restart, centre and candidate, and looked up in sums over
 * blocks that are the same for any number of threads. n k p (2 + ln k) multiplications. */
#include <math.h>
#include <string.h>

#include "checked.h"
#include "error.h"
#include "lloyd.h"
#include "random.h"

#define BLOCK_ROWS 256

typedef struct start {
    const mlci_lloyd *l;
    int64_t n_blocks, n_trials;
    double *nearest;      /* n: squared distance to the nearest centre so far */
    double *potential;    /* n_blocks: sum of weight times nearest, 1 for nearest at first */
    double *candidates;   /* n_trials x p */
    double *packed;       /* the same as the kernel wants them */
    double *to_candidate; /* n x n_trials: squared distances */
    double *lowered;      /* n_blocks x n_trials: the potential with that candidate */
    int64_t chosen;       /* the candidate that became a centre */
} start;

static int64_t block_end(const start *s, int64_t block)
{
    const int64_t first = block * BLOCK_ROWS;
    return s->l->n - first < BLOCK_ROWS ? s->l->n : first + BLOCK_ROWS;
}

/* Distances of a block to the candidates, and the potentials they would leave. */
static mlc_status try_candidates(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const start *const s = arg;
    const mlci_lloyd *const l = s->l;
    const int64_t first = block * BLOCK_ROWS, end = block_end(s, block), t = s->n_trials;
    double *const lowered = s->lowered + block * t;
    const mlci_row_block rows = {
        .x = l->x + first * l->p, .n_rows = end - first, .n_columns = l->p, .stride = l->p};
    const mlci_centres candidates = {.n_centres = t, .n_columns = l->p, .packed = s->packed};
    l->kernels->distances(&rows, &candidates, s->to_candidate + first * t);
    for (int64_t k = 0; k < t; k++)
        lowered[k] = 0;
    for (int64_t i = first; i < end; i++) {
        const double weight = mlci_lloyd_weight(l, i);
        for (int64_t k = 0; k < t; k++) {
            const double distance = s->to_candidate[i * t + k];
            lowered[k] += weight * (distance < s->nearest[i] ? distance : s->nearest[i]);
        }
    }
    return MLC_OK;
}

/* The chosen candidate is a centre now. */
static mlc_status update_nearest(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const start *const s = arg;
    const int64_t end = block_end(s, block);
    double sum = 0;
    for (int64_t i = block * BLOCK_ROWS; i < end; i++) {
        const double distance = s->to_candidate[i * s->n_trials + s->chosen];
        if (distance < s->nearest[i]) s->nearest[i] = distance;
        sum += mlci_lloyd_weight(s->l, i) * s->nearest[i];
    }
    s->potential[block] = sum;
    return MLC_OK;
}

/* The row that holds the share `at` of the potential. */
static int64_t find_row(const start *s, double at)
{
    int64_t last = 0;
    double sum = 0;
    for (int64_t block = 0; block < s->n_blocks; block++) {
        if (sum + s->potential[block] <= at && block + 1 < s->n_blocks) {
            sum += s->potential[block];
            continue;
        }
        const int64_t end = block_end(s, block);
        for (int64_t i = block * BLOCK_ROWS; i < end; i++) {
            const double share = mlci_lloyd_weight(s->l, i) * s->nearest[i];
            if (!(share > 0)) continue;
            last = i;
            sum += share;
            if (sum > at) return i;
        }
    }
    return last; /* rounding moved `at` past the end */
}

static double sum_in_order(const double *values, int64_t n, int64_t stride)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += values[i * stride];
    return sum;
}

static void draw_candidates(const start *s, uint32_t restart, int64_t c)
{
    const mlci_lloyd *const l = s->l;
    const double total = sum_in_order(s->potential, s->n_blocks, 1);
    for (int64_t t = 0; t < s->n_trials; t++) {
        const double unit = mlci_random_unit(l->seed, MLCI_RANDOM_KMEANS_INIT, restart,
                                             (uint64_t)(c * s->n_trials + t));
        const int64_t row = find_row(s, total * unit);
        memcpy(s->candidates + t * l->p, l->x + row * l->p, (size_t)l->p * sizeof *l->x);
    }
    const mlci_row_block rows = {
        .x = s->candidates, .n_rows = s->n_trials, .n_columns = l->p, .stride = l->p};
    mlci_centres_pack(&rows, s->packed);
}

/* The candidate that leaves the lowest potential. */
static int64_t choose_candidate(const start *s)
{
    int64_t chosen = 0;
    double best = INFINITY;
    for (int64_t t = 0; t < s->n_trials; t++) {
        const double left = sum_in_order(s->lowered + t, s->n_blocks, s->n_trials);
        if (left < best) {
            best = left;
            chosen = t;
        }
    }
    return chosen;
}

static mlc_status choose_centres(start *s, uint32_t restart, double *centres, mlc_error *err)
{
    const mlci_lloyd *const l = s->l;
    /* The first centre is drawn by weight alone: as if all rows were at distance 1. */
    for (int64_t i = 0; i < l->n; i++)
        s->nearest[i] = 1;
    for (int64_t block = 0; block < s->n_blocks; block++) {
        s->potential[block] = 0;
        for (int64_t i = block * BLOCK_ROWS; i < block_end(s, block); i++) {
            s->potential[block] += mlci_lloyd_weight(l, i);
        }
    }
    for (int64_t c = 0; c < l->k; c++) {
        draw_candidates(s, restart, c);
        if (c == 0) {
            for (int64_t i = 0; i < l->n; i++)
                s->nearest[i] = INFINITY;
        }
        MLCI_TRY(mlci_parallel_for(l->call, s->n_blocks, try_candidates, s, err));
        s->chosen = c == 0 ? 0 : choose_candidate(s);
        memcpy(centres + c * l->p, s->candidates + s->chosen * l->p,
               (size_t)l->p * sizeof *centres);
        MLCI_TRY(mlci_parallel_for(l->call, s->n_blocks, update_nearest, s, err));
    }
    return MLC_OK;
}

mlc_status mlci_kmeans_plus_plus(const mlci_lloyd *l, uint32_t restart, double *centres,
                                 mlc_error *err)
{
    mlci_root *const root = mlci_context_root(l->call);
    start s = {.l = l,
               .n_blocks = (l->n + BLOCK_ROWS - 1) / BLOCK_ROWS,
               .n_trials = 2 + (int64_t)mlci_ln((double)l->k)};
    const int64_t t = s.n_trials;
    const int64_t n_packed = mlci_centres_packed_size(t, l->p);
    int64_t size;
    if (!mlci_mul_size(l->n + s.n_blocks, t + 1, &size) ||
        !mlci_add_size(size, t * l->p + n_packed, &size)) {
        return mlci_fail_memory(err, l->n, t);
    }
    double *const memory = mlci_alloc_raw(root, size, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, size, sizeof *memory);
    s.nearest = memory;
    s.potential = s.nearest + l->n;
    s.to_candidate = s.potential + s.n_blocks;
    s.lowered = s.to_candidate + l->n * t;
    s.candidates = s.lowered + s.n_blocks * t;
    s.packed = s.candidates + t * l->p;
    const mlc_status status = choose_centres(&s, restart, centres, err);
    mlci_free(memory);
    return status;
}

/* The k rows that come first in a race: row i arrives after an exponential time of rate w_i, so a
 * row of weight 2 is taken like one of two equal rows. */
mlc_status mlci_kmeans_random(const mlci_lloyd *l, uint32_t restart, double *centres,
                              mlc_error *err)
{
    double *const time = mlci_alloc(mlci_context_root(l->call), l->n, sizeof *time);
    if (time == NULL) return mlci_fail_memory(err, l->n, sizeof *time);
    for (int64_t i = 0; i < l->n; i++) {
        const double unit = mlci_random_unit(l->seed, MLCI_RANDOM_KMEANS_INIT, restart,
                                             (uint64_t)mlci_lloyd_row(l, i));
        time[i] = -mlci_ln(1 - unit) / mlci_lloyd_weight(l, i);
    }
    for (int64_t c = 0; c < l->k; c++) {
        int64_t first = -1;
        for (int64_t i = 0; i < l->n; i++) {
            if (time[i] < INFINITY && (first < 0 || time[i] < time[first])) first = i;
        }
        if (first < 0) first = c; /* rates so low that the times overflowed */
        time[first] = INFINITY;
        memcpy(centres + c * l->p, l->x + first * l->p, (size_t)l->p * sizeof *centres);
    }
    mlci_free(time);
    return MLC_OK;
}
