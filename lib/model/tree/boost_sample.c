/* Sampling of rows for boosting.
 *
 * Bagging (Friedman 2002): each row by itself with probability subsample, or by class, or whole
 * groups, for subsample_freq rounds. GOSS (Ke et al. 2017): the share top_rate of the rows with the
 * largest |g h| and other_rate of all drawn from the others, whose gradients are scaled up to stand
 * for those left out; all rows for the first 1 / learning_rate rounds. MVS (Ibragimov and Gusev
 * 2019): a row with probability min(1, sqrt(g^2 + lambda h^2) / mu) and its gradients divided by
 * it, mu such that subsample of the rows is expected. Several scores of a row add up.
 *
 * A draw is a function of (random_state, round, row index), a threshold of the set of sizes: the
 * order in which rows came does not show. */
#include "boost_sample.h"

#include <math.h>
#include <string.h>

#include "exact_sum.h"
#include "order_key.h"
#include "random.h"
#include "row_select.h"

#define BLOCK 8192 /* at most MLCI_EXACT_BLOCK */
#define CHUNK 256
#define SIZE_BITS 30 /* of sizes for MVS */
#define MOST_SIZE 1e300

struct mlci_sampler {
    const mlci_boost_params *params;
    const mlci_boost_data *data;
    const mlci_loss *loss;
    mlci_sample sample;
    int32_t has_bag;
    double *factor; /* of gradients; NULL: never needed */
    double *size;   /* of the gradients of each row */
    uint64_t *keys, *scratch;
    uint8_t *chosen;
    int64_t *block_sum; /* two a block */
};

void mlci_sampler_free(mlci_sampler *s)
{
    if (s == NULL) return;
    mlci_free(s->sample.rows);
    mlci_free(s->sample.left_out);
    mlci_free(s->factor);
    mlci_free(s->size);
    mlci_free(s->keys);
    mlci_free(s->scratch);
    mlci_free(s->chosen);
    mlci_free(s->block_sum);
    mlci_free(s);
}

/* ---- which sampling ----------------------------------------------------------------------- */

/* Shares of the classes; 0: a model that has no such parameter. */
static int by_class(const mlci_boost_params *p)
{
    const double a = p->pos_bagging_fraction, b = p->neg_bagging_fraction;
    return (a > 0 && a < 1) || (b > 0 && b < 1);
}

static int draws(const mlci_boost_params *p)
{
    return p->sampling != MLCI_SAMPLING_BAGGING || p->subsample < 1 || by_class(p);
}

static mlc_status check_by_size(const mlci_boost_params *p, mlc_error *err)
{
    const char *const name = p->sampling == MLCI_SAMPLING_GOSS ? "goss" : "mvs";
    if (by_class(p))
        return mlci_fail(err, MLC_ERROR_SETTING, "sampling",
                         "sampling = %s draws by gradients, pos_bagging_fraction and "
                         "neg_bagging_fraction by class: give one of them",
                         name);
    if (p->bagging_by_query)
        return mlci_fail(err, MLC_ERROR_SETTING, "bagging_by_query",
                         "bagging_by_query = true: sampling = %s draws rows, not groups", name);
    if (p->subsample_freq != 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "subsample_freq",
                         "subsample_freq = %lld: sampling = %s draws anew in each round",
                         (long long)p->subsample_freq, name);
    if (p->loss == MLCI_LOSS_ABSOLUTE || p->loss == MLCI_LOSS_QUANTILE)
        return mlci_fail(err, MLC_ERROR_SETTING, "sampling",
                         "sampling = %s needs gradients that differ in size: those of "
                         "absolute_error and quantile do not",
                         name);
    return MLC_OK;
}

mlc_status mlci_sampler_check(const mlci_boost_params *p, mlc_error *err)
{
    if (p->sampling == MLCI_SAMPLING_BAGGING) {
        if (!by_class(p) || !(p->subsample < 1)) return MLC_OK;
        return mlci_fail(err, MLC_ERROR_SETTING, "subsample",
                         "subsample draws from all rows, pos_bagging_fraction and "
                         "neg_bagging_fraction by class: give one of them");
    }
    MLCI_TRY(check_by_size(p, err));
    if (p->sampling == MLCI_SAMPLING_MVS)
        return p->subsample < 1 ? MLC_OK
                                : mlci_fail(err, MLC_ERROR_SETTING, "subsample",
                                            "sampling = mvs needs subsample below 1, such as 0.8");
    if (p->subsample < 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "subsample",
                         "sampling = goss draws by top_rate and other_rate: leave subsample at 1");
    if (p->top_rate + p->other_rate > 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "top_rate",
                         "top_rate and other_rate add up to more than 1");
    return MLC_OK;
}

static mlc_status make_arrays(mlci_root *root, mlci_sampler *s, mlc_error *err)
{
    const int64_t n = s->data->n_train, n_drawn = draws(s->params) ? n : 0;
    const int64_t n_sized = s->params->sampling != MLCI_SAMPLING_BAGGING ? n : 0;
    if (n_drawn > 0) s->sample.rows = mlci_alloc(root, n, sizeof *s->sample.rows);
    s->sample.left_out = mlci_alloc(root, n_drawn, sizeof *s->sample.left_out);
    s->factor = mlci_alloc(root, n_sized, sizeof *s->factor);
    s->size = mlci_alloc(root, n_sized, sizeof *s->size);
    s->keys = mlci_alloc(root, n_sized, sizeof *s->keys);
    s->scratch = mlci_alloc(root, n_sized, 2 * (int64_t)sizeof *s->scratch);
    s->chosen = mlci_alloc(root, n_drawn, 1);
    s->block_sum = mlci_alloc(root, 2 * (n_sized / BLOCK + 1), sizeof *s->block_sum);
    if ((n_drawn > 0 && s->sample.rows == NULL) || s->block_sum == NULL ||
        s->sample.left_out == NULL || s->factor == NULL || s->size == NULL || s->keys == NULL ||
        s->scratch == NULL || s->chosen == NULL)
        return mlci_fail_memory(err, n, sizeof *s->factor);
    return MLC_OK;
}

static void take_all(mlci_sampler *s)
{
    s->sample.n = s->data->n_train;
    s->sample.n_left_out = 0;
    s->sample.factor = NULL;
    for (int64_t i = 0; s->sample.rows != NULL && i < s->sample.n; i++)
        s->sample.rows[i] = (uint32_t)i;
}

mlc_status mlci_sampler_create(mlc_context *call, const mlci_boost_params *params,
                               const mlci_boost_data *data, const mlci_loss *loss,
                               mlci_sampler **out, mlc_error *err)
{
    mlci_root *const root = mlci_context_root(call);
    if (by_class(params) && data->n_classes != 2)
        return mlci_fail(err, MLC_ERROR_SETTING, "pos_bagging_fraction",
                         "pos_bagging_fraction and neg_bagging_fraction take two classes; the "
                         "target has %d",
                         (int)data->n_classes);
    mlci_sampler *const s = mlci_alloc(root, 1, sizeof *s);
    if (s == NULL) return mlci_fail_memory(err, 1, sizeof *s);
    s->params = params;
    s->data = data;
    s->loss = loss;
    const mlc_status status = make_arrays(root, s, err);
    if (status != MLC_OK) {
        mlci_sampler_free(s);
        return status;
    }
    take_all(s);
    *out = s;
    return MLC_OK;
}

int mlci_sampler_draws(const mlci_sampler *s)
{
    return draws(s->params);
}

const mlci_sample *mlci_sampler_sample(const mlci_sampler *s)
{
    return &s->sample;
}

/* ---- what draws share --------------------------------------------------------------------- */

/* A draw: block by block each row is chosen or not, then the rows are collected. */
typedef struct draw_work {
    mlci_sampler *sampler;
    int64_t round;
    const mlci_gradients *gradients;
    double lambda; /* of hessians in sizes */
    double scale;  /* of MVS: the size from which a row is sure to be drawn; or of sizes */
    double factor; /* of GOSS: what the rows drawn from the rest stand for */
    uint64_t kth;  /* of their keys, the lowest that is drawn */
    int32_t is_first;
} draw_work;

static int64_t end_of_block(const mlci_sampler *s, int64_t block)
{
    return (block + 1) * BLOCK < s->data->n_train ? (block + 1) * BLOCK : s->data->n_train;
}

static mlc_status each_block(mlc_context *call, mlci_block_fn fn, draw_work *w, mlc_error *err)
{
    return mlci_parallel_for(call, (w->sampler->data->n_train + BLOCK - 1) / BLOCK, fn, w, err);
}

static uint64_t index_of(const mlci_sampler *s, int64_t i)
{
    return (uint64_t)(s->data->row_index == NULL ? i : s->data->row_index[i]);
}

static double unit_of(const draw_work *w, uint64_t index)
{
    return mlci_random_unit((uint64_t)w->sampler->params->random_state, MLCI_RANDOM_BAG_ROWS,
                            (uint32_t)w->round, index);
}

static void collect(mlci_sampler *s)
{
    mlci_sample *const sample = &s->sample;
    sample->n = sample->n_left_out = 0;
    for (int64_t i = 0; i < s->data->n_train; i++) {
        if (s->chosen[i])
            sample->rows[sample->n++] = (uint32_t)i;
        else
            sample->left_out[sample->n_left_out++] = (uint32_t)i;
    }
}

/* ---- bagging ------------------------------------------------------------------------------ */

static mlc_status bag_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    const mlci_boost_params *const p = s->params;
    const int is_by_class = by_class(p);
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++) {
        const uint64_t index = p->bagging_by_query ? (uint64_t)s->data->group[i] : index_of(s, i);
        const double share = !is_by_class        ? p->subsample
                             : s->data->y[i] > 0 ? p->pos_bagging_fraction
                                                 : p->neg_bagging_fraction;
        s->chosen[i] = unit_of(w, index) < share;
    }
    return MLC_OK;
}

static mlc_status draw_bag(mlc_context *call, draw_work *w, mlc_error *err)
{
    const int64_t age = w->round % w->sampler->params->subsample_freq;
    if (age != 0 && w->sampler->has_bag) return MLC_OK;
    w->round -= age; /* that of a draw which a model that goes on has missed */
    w->sampler->has_bag = 1;
    MLCI_TRY(each_block(call, bag_block, w, err));
    collect(w->sampler);
    return MLC_OK;
}

/* ---- by the size of gradients ------------------------------------------------------------- */

/* |g h|, or g^2 + lambda h^2, of one score. */
static mlc_status size_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    const int is_goss = s->params->sampling == MLCI_SAMPLING_GOSS;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++) {
        const double g = w->gradients->g[i], h = w->gradients->h[i];
        const double size = is_goss ? fabs(g * h) : g * g + w->lambda * h * h;
        const double sum = w->is_first ? size : s->size[i] + size;
        s->size[i] = sum < MOST_SIZE ? sum : MOST_SIZE;
    }
    return MLC_OK;
}

/* Sums of |g| and h of a block, as integers. */
static mlc_status sum_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    const mlci_gradients *const gr = w->gradients;
    int64_t *const sum = w->sampler->block_sum + 2 * block;
    sum[0] = sum[1] = 0;
    for (int64_t i0 = block * BLOCK; i0 < end_of_block(w->sampler, block); i0 += CHUNK) {
        double g[CHUNK];
        const int64_t left = end_of_block(w->sampler, block) - i0, n = left < CHUNK ? left : CHUNK;
        for (int64_t i = 0; i < n; i++)
            g[i] = fabs(gr->g[i0 + i]);
        sum[0] += mlci_exact_part(g, n, gr->g_scale);
        sum[1] += mlci_exact_part(gr->h + i0, n, gr->h_scale);
    }
    return MLC_OK;
}

/* lambda: the square of the mean step, (sum |g| / sum h)^2, where it is not given. */
static mlc_status regularise(mlc_context *call, draw_work *w, mlc_error *err)
{
    const mlci_sampler *const s = w->sampler;
    mlci_exact_total g = {0, 0}, h = {0, 0};
    w->lambda = s->params->mvs_reg;
    if (s->params->sampling == MLCI_SAMPLING_GOSS || !isnan(s->params->mvs_reg)) return MLC_OK;
    MLCI_TRY(each_block(call, sum_block, w, err));
    for (int64_t b = 0; b * BLOCK < s->data->n_train; b++) {
        mlci_exact_add(&g, s->block_sum[2 * b]);
        mlci_exact_add(&h, s->block_sum[2 * b + 1]);
    }
    const double sum_h = mlci_exact_value(&h, w->gradients->h_scale);
    const double step = sum_h > 0 ? mlci_exact_value(&g, w->gradients->g_scale) / sum_h : 0;
    w->lambda = step * step;
    return MLC_OK;
}

static mlc_status measure_sizes(mlc_context *call, draw_work *w, const mlci_loss_rows *rows,
                                mlci_gradients *gr, mlc_error *err)
{
    mlci_sampler *const s = w->sampler;
    w->gradients = gr;
    for (int32_t k = 0; k < s->loss->n_outputs; k++) {
        MLCI_TRY(mlci_gradients_compute(call, s->loss, rows, k, gr, err));
        if (k == 0) MLCI_TRY(regularise(call, w, err));
        w->is_first = k == 0;
        MLCI_TRY(each_block(call, size_block, w, err));
    }
    s->sample.has_gradients = s->loss->n_outputs == 1;
    return MLC_OK;
}

/* ---- GOSS --------------------------------------------------------------------------------- */

static mlc_status key_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    mlci_sampler *const s = ((const draw_work *)arg)->sampler;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++)
        s->keys[i] = mlci_key_of_number(s->size[i]);
    return MLC_OK;
}

/* Random bits of the rows that are not chosen yet. */
static mlc_status random_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    const uint64_t seed = (uint64_t)s->params->random_state;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++)
        s->keys[i] = s->chosen[i] ? 0
                                  : mlci_random_bits(seed, MLCI_RANDOM_BAG_ROWS, (uint32_t)w->round,
                                                     index_of(s, i)) |
                                        1;
    return MLC_OK;
}

static mlc_status factor_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++) {
        const int is_other = s->keys[i] >= w->kth;
        s->factor[i] = is_other ? w->factor : s->chosen[i];
        s->chosen[i] |= (uint8_t)is_other;
    }
    return MLC_OK;
}

static mlc_status draw_goss(mlc_context *call, draw_work *w, mlc_error *err)
{
    mlci_sampler *const s = w->sampler;
    const int64_t n = s->data->n_train;
    int64_t n_top = (int64_t)(s->params->top_rate * (double)n), n_above;
    int64_t n_others = (int64_t)(s->params->other_rate * (double)n);
    if (n_top < 1) n_top = 1;
    if (n_others < 1) n_others = 1;
    if (n_others > n - n_top) n_others = n - n_top;
    MLCI_TRY(each_block(call, key_block, w, err));
    MLCI_TRY(mlci_select_largest(call, s->keys, s->data->row_index, n, n_top, s->scratch, s->chosen,
                                 err));
    w->kth = UINT64_MAX;
    w->factor = 1;
    if (n_others > 0) {
        MLCI_TRY(each_block(call, random_block, w, err));
        MLCI_TRY(mlci_select_kth(call, s->keys, n, n_others, s->scratch, &w->kth, &n_above, err));
        w->factor = (double)(n - n_top) / (double)n_others;
        MLCI_TRY(each_block(call, factor_block, w, err));
    }
    collect(s);
    s->sample.factor = n_others > 0 ? s->factor : NULL;
    return MLC_OK;
}

/* ---- MVS ---------------------------------------------------------------------------------- */

/* Sizes as integers, where the rows left out will be. */
static mlc_status round_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++)
        s->sample.left_out[i] = (uint32_t)ceil(sqrt(s->size[i]) * w->scale);
    return MLC_OK;
}

static mlc_status mvs_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const draw_work *const w = arg;
    mlci_sampler *const s = w->sampler;
    for (int64_t i = block * BLOCK; i < end_of_block(s, block); i++) {
        const uint32_t size = s->sample.left_out[i];
        const double p = w->scale > 0 ? (double)size / w->scale
                         : size > 0   ? 1
                                      : s->params->subsample;
        s->chosen[i] = unit_of(w, index_of(s, i)) < p;
        s->factor[i] = s->chosen[i] ? (p < 1 ? 1 / p : 1) : 0;
    }
    return MLC_OK;
}

static mlc_status draw_mvs(mlc_context *call, draw_work *w, mlc_error *err)
{
    mlci_sampler *const s = w->sampler;
    const int64_t n = s->data->n_train;
    double top = 0;
    for (int64_t i = 0; i < n; i++)
        if (s->size[i] > top) top = s->size[i];
    w->scale = (double)(1 << SIZE_BITS) / mlci_power_of_two_above(sqrt(top));
    MLCI_TRY(each_block(call, round_block, w, err));
    MLCI_TRY(mlci_select_scale(call, s->sample.left_out, n, s->params->subsample * (double)n,
                               &w->scale, err));
    MLCI_TRY(each_block(call, mvs_block, w, err));
    collect(s);
    s->sample.factor = s->factor;
    return MLC_OK;
}

mlc_status mlci_sampler_draw(mlc_context *call, mlci_sampler *s, int64_t round,
                             const mlci_loss_rows *rows, mlci_gradients *gr, mlc_error *err)
{
    const mlci_boost_params *const p = s->params;
    draw_work w = {.sampler = s, .round = round};
    s->sample.has_gradients = 0;
    if (!draws(p)) return MLC_OK;
    if (p->sampling == MLCI_SAMPLING_BAGGING) return draw_bag(call, &w, err);
    const int is_goss = p->sampling == MLCI_SAMPLING_GOSS;
    if (is_goss && (double)round < floor(1 / p->learning_rate)) return MLC_OK;
    MLCI_TRY(measure_sizes(call, &w, rows, gr, err));
    return is_goss ? draw_goss(call, &w, err) : draw_mvs(call, &w, err);
}
