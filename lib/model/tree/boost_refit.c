/* Refitting boosted trees: the structure stays, values of leaves move towards those that other rows
 * give them (LightGBM's refit).
 *
 * The rounds are made again on the new rows: gradients of the scores so far, a Newton step (or
 * quantile) of the rows in each leaf, and decay_rate x old value + (1 - decay_rate) x new one,
 * which the scores then go on with. First scores and covers are mixed in the same way; a leaf that
 * no row reaches keeps its value. Sums are exact integers, so on its own training rows with
 * decay_rate = 0 a model gets the values that it has, bit for bit, unless rows were drawn or
 * constraints held, or a feature was left out of a line. Rows are coded once by the thresholds of
 * the model, a byte a column, and walk down trees by those. O(rows x depth) a tree. */
#include "boost_refit.h"

#include <math.h>
#include <string.h>

#include "boost_trainer.h"
#include "gradient.h"
#include "grow_state.h"
#include "linear_refit.h"
#include "matrix.h"
#include "order_key.h"
#include "quantile.h"
#include "tree_codes.h"

#define TASK_BLOCKS 64
#define MOST_PARTS 16

typedef struct node_sum {
    int64_t g, h, weight;
} node_sum;

typedef struct refit {
    mlci_trainer t;
    mlci_grow_rules rules;
    double decay_rate;
    mlci_tree_codes *codes;
    mlci_split_code *splits; /* by node of the ensemble */
    int32_t *category;       /* feature -> its place among the codes' categories */
    int64_t n_train_blocks, n_blocks, block_bytes;
    uint8_t *row_codes; /* blocks of rows: those that train, then those that validate */
    uint32_t *leaf;     /* node that each row ends in */
    mlci_tree *tree;    /* that is refitted, with the new values */
    node_sum *sums;     /* n_parts x nodes */
    int64_t n_parts;
    double *output; /* by node, before the learning rate */
    mlci_value_span *spans;
    int64_t *begin; /* by node: place of its rows among the keys; for quantiles */
    uint64_t *keys;
    int64_t *weights;
    int64_t number;            /* of the tree */
    mlci_linear_refit *linear; /* NULL: leaves are constant */
} refit;

static void close_refit(refit *r)
{
    mlci_trainer_close(&r->t);
    mlci_tree_codes_free(r->codes);
    mlci_free(r->splits);
    mlci_free(r->category);
    mlci_free(r->row_codes);
    mlci_free(r->leaf);
    mlci_tree_free(r->tree);
    mlci_free(r->sums);
    mlci_free(r->output);
    mlci_free(r->spans);
    mlci_free(r->begin);
    mlci_free(r->keys);
    mlci_free(r->weights);
    mlci_linear_refit_free(r->linear);
}

/* ---- rows by the thresholds of the model -------------------------------------------------- */

typedef struct code_work {
    refit *r;
    const mlci_matrix *x;
    int64_t first_block;
    double *memory; /* a part a slot */
} code_work;

static mlc_status code_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const code_work *const w = arg;
    const refit *const r = w->r;
    const int64_t begin = block * MLCI_SCORE_ROWS, left = w->x->n_rows - begin;
    const int64_t n = left < MLCI_SCORE_ROWS ? left : MLCI_SCORE_ROWS;
    double *const memory = w->memory + slot * MLCI_SCORE_ROWS * w->x->n_features;
    mlci_tree_codes_rows(r->codes, r->t.ensemble, mlci_score_kernels_of(mlci_root_isa(r->t.root)),
                         mlci_matrix_rows(w->x, begin, n, memory), n,
                         r->row_codes + (w->first_block + block) * r->block_bytes);
    return MLC_OK;
}

static mlc_status code_matrix(refit *r, const mlci_matrix *x, int64_t first_block, mlc_error *err)
{
    mlc_context *const call = r->t.call;
    code_work w = {.r = r, .x = x, .first_block = first_block};
    const int64_t n_slots = mlci_n_slots(call);
    w.memory =
        mlci_alloc_raw(r->t.root, n_slots * MLCI_SCORE_ROWS * x->n_features, sizeof *w.memory);
    if (w.memory == NULL)
        return mlci_fail_memory(err, n_slots * MLCI_SCORE_ROWS * x->n_features, sizeof *w.memory);
    const mlc_status status = mlci_parallel_for(
        call, (x->n_rows + MLCI_SCORE_ROWS - 1) / MLCI_SCORE_ROWS, code_block, &w, err);
    mlci_free(w.memory);
    return status;
}

static mlc_status make_codes(refit *r, int64_t n_trees, mlc_error *err)
{
    const mlci_ensemble *const e = r->t.ensemble;
    int64_t *const trees = mlci_alloc_raw(r->t.root, n_trees, sizeof *trees);
    if (trees == NULL) return mlci_fail_memory(err, n_trees, sizeof *trees);
    for (int64_t i = 0; i < n_trees; i++)
        trees[i] = i;
    const mlc_status status =
        mlci_tree_codes_create(r->t.call, e, trees, n_trees, r->splits, &r->codes, err);
    mlci_free(trees);
    return status;
}

static mlc_status code_rows(refit *r, mlc_error *err)
{
    const mlci_ensemble *const e = r->t.ensemble;
    const mlci_boost_data *const d = r->t.data;
    r->splits = mlci_alloc(r->t.root, e->first_node[e->n_trees], sizeof *r->splits);
    r->category = mlci_alloc(r->t.root, e->n_features, sizeof *r->category);
    if (r->splits == NULL || r->category == NULL)
        return mlci_fail_memory(err, e->first_node[e->n_trees], sizeof *r->splits);
    MLCI_TRY(make_codes(r, e->n_trees, err));
    for (int32_t c = 0; c < r->codes->n_categories; c++)
        r->category[r->codes->categories[c].feature] = c;
    r->n_train_blocks = (d->n_train + MLCI_SCORE_ROWS - 1) / MLCI_SCORE_ROWS;
    r->n_blocks = r->n_train_blocks + (d->n_valid + MLCI_SCORE_ROWS - 1) / MLCI_SCORE_ROWS;
    r->block_bytes = (r->codes->n_columns + r->codes->n_categories) * MLCI_SCORE_ROWS;
    r->row_codes = mlci_alloc(r->t.root, r->n_blocks, r->block_bytes > 0 ? r->block_bytes : 1);
    if (r->row_codes == NULL) return mlci_fail_memory(err, r->n_blocks, r->block_bytes);
    MLCI_TRY(code_matrix(r, r->t.fit->x, 0, err));
    if (d->n_valid == 0) return MLC_OK;
    return code_matrix(r, r->t.fit->valid_x, r->n_train_blocks, err);
}

static uint32_t leaf_of(const refit *r, const uint8_t *codes)
{
    const mlci_ensemble *const e = r->t.ensemble;
    const int64_t first = e->first_node[r->number];
    const mlci_tree_node *const nodes = e->nodes + first;
    const uint32_t *const sets = e->sets + e->first_set[r->number] * MLCI_SET_WORDS;
    int32_t i = 0;
    while (nodes[i].left != 0) {
        const mlci_split_code *const split = &r->splits[first + i];
        int goes_left;
        if (nodes[i].split & MLCI_NODE_CATEGORY) {
            const int64_t column =
                r->codes->n_columns + r->category[nodes[i].split & MLCI_NODE_FEATURE];
            goes_left = mlci_set_has(sets + (int64_t)nodes[i].value * MLCI_SET_WORDS,
                                     codes[column * MLCI_SCORE_ROWS]);
        } else {
            const uint8_t code = codes[(int64_t)split->column * MLCI_SCORE_ROWS];
            goes_left = code == 0 ? split->missing_left : code >= split->rank;
        }
        i = nodes[i].left + !goes_left;
    }
    return (uint32_t)i;
}

static mlc_status walk_blocks(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const refit *const r = arg;
    const mlci_boost_data *const d = r->t.data;
    for (int64_t b = task * TASK_BLOCKS; b < (task + 1) * TASK_BLOCKS && b < r->n_blocks; b++) {
        const int is_valid = b >= r->n_train_blocks;
        const int64_t first =
            is_valid ? d->n_train + (b - r->n_train_blocks) * MLCI_SCORE_ROWS : b * MLCI_SCORE_ROWS;
        const int64_t end = is_valid ? d->n_rows : d->n_train;
        for (int64_t i = 0; i < MLCI_SCORE_ROWS && first + i < end; i++)
            r->leaf[first + i] = leaf_of(r, r->row_codes + b * r->block_bytes + i);
    }
    return MLC_OK;
}

/* ---- sums by leaf ------------------------------------------------------------------------- */

static mlc_status sum_part(void *arg, int64_t part, int32_t slot, mlc_error *err)
{
    const refit *const r = arg;
    const int64_t n = r->t.data->n_train;
    const int64_t begin = n / r->n_parts * part;
    const int64_t end = part + 1 == r->n_parts ? n : n / r->n_parts * (part + 1);
    const mlci_fine *const fine = r->t.gradients->fine;
    const int64_t *const fixed = r->t.data->fixed;
    node_sum *const sums = r->sums + part * r->tree->n_nodes;
    memset(sums, 0, (size_t)r->tree->n_nodes * sizeof *sums);
    for (int64_t i = begin; i < end; i++) {
        node_sum *const s = &sums[r->leaf[i]];
        s->g += fine[i].g;
        s->h += fine[i].h;
        s->weight += fixed == NULL ? 1 : fixed[i];
    }
    return MLC_OK;
}

static void add_sum(node_sum *to, const node_sum *s)
{
    to->g += s->g;
    to->h += s->h;
    to->weight += s->weight;
}

/* Of leaves from the parts, of other nodes from their children, which come after them. */
static mlc_status sum_nodes(refit *r, mlc_error *err)
{
    const int64_t n_nodes = r->tree->n_nodes;
    const int64_t most = 1 + r->t.data->n_train / (65536 + n_nodes);
    r->n_parts = most < MOST_PARTS ? most : MOST_PARTS;
    MLCI_TRY(mlci_parallel_for(r->t.call, r->n_parts, sum_part, r, err));
    for (int64_t part = 1; part < r->n_parts; part++)
        for (int64_t i = 0; i < n_nodes; i++)
            add_sum(&r->sums[i], &r->sums[part * n_nodes + i]);
    for (int64_t i = n_nodes - 1; i >= 0; i--) {
        const int32_t left = r->tree->nodes[i].left;
        if (left == 0) continue;
        add_sum(&r->sums[i], &r->sums[left]);
        add_sum(&r->sums[i], &r->sums[left + 1]);
    }
    return MLC_OK;
}

/* ---- values ------------------------------------------------------------------------------- */

static void set_newton_values(refit *r)
{
    const mlci_gradients *const gr = r->t.gradients;
    const double unit = (double)(1 << MLCI_FINE_BITS);
    const double smoothing = r->rules.path_smooth * r->t.data->unit;
    for (int32_t i = 0; i < r->tree->n_nodes; i++) {
        const node_sum *const s = &r->sums[i];
        const int32_t left = r->tree->nodes[i].left;
        const double anchor = r->output[i]; /* its parent has left its own here */
        double step = mlci_newton_step(&r->rules, (double)s->g * (gr->g_scale / unit),
                                       (double)s->h * (gr->h_scale / unit));
        if (i > 0 && smoothing > 0) {
            const double own = (double)s->weight / ((double)s->weight + smoothing);
            step = own * step + (1 - own) * anchor;
        }
        if (left != 0)
            r->output[left] = r->output[left + 1] = step;
        else if (s->weight > 0)
            r->tree->nodes[i].value = r->rules.learning_rate * step;
    }
}

/* Residuals by leaf. */
static void deal_residuals(refit *r, int32_t k, const double *raw)
{
    const mlci_boost_data *const d = r->t.data;
    const double *const y = d->y + (r->t.loss.n_targets > 1 ? k * d->n_rows : 0);
    int64_t at = 0;
    memset(r->begin, 0, (size_t)(r->tree->n_nodes + 1) * sizeof *r->begin);
    for (int64_t i = 0; i < d->n_train; i++)
        r->begin[r->leaf[i]]++;
    for (int32_t i = 0; i <= r->tree->n_nodes; i++) {
        const int64_t n = r->begin[i];
        r->begin[i] = at;
        at += n;
    }
    for (int64_t i = 0; i < d->n_train; i++) {
        const int64_t place = r->begin[r->leaf[i]]++;
        r->keys[place] = mlci_key_of_number(y[i] - raw[i]);
        if (d->fixed != NULL) r->weights[place] = d->fixed[i];
    }
    memmove(r->begin + 1, r->begin, (size_t)r->tree->n_nodes * sizeof *r->begin);
    r->begin[0] = 0;
}

static mlc_status set_quantile_values(refit *r, int32_t k, const double *raw, mlc_error *err)
{
    const double level = r->t.loss.kind->leaf_quantile(&r->t.loss, k), most = r->rules.max_delta;
    deal_residuals(r, k, raw);
    for (int32_t i = 0; i < r->tree->n_nodes; i++) {
        const int64_t begin = r->begin[i], n = r->begin[i + 1] - begin;
        if (n == 0) continue;
        double step = mlci_weighted_quantile(
            r->keys + begin, r->weights == NULL ? NULL : r->weights + begin, n, level);
        if (most > 0 && fabs(step) > most) step = step > 0 ? most : -most;
        r->tree->nodes[i].value = r->rules.learning_rate * step;
        MLCI_TRY(mlci_poll(r->t.call, err));
    }
    return MLC_OK;
}

static double mix(const refit *r, double before, double now)
{
    return r->decay_rate * before + (1 - r->decay_rate) * now;
}

/* What the rows say of the tree, mixed with what it was. */
static void settle_tree(refit *r)
{
    mlci_ensemble *const e = r->t.ensemble;
    const int64_t first = e->first_node[r->number];
    for (int32_t i = 0; i < r->tree->n_nodes; i++) {
        mlci_tree_node *const node = &e->nodes[first + i];
        e->cover[first + i] = mix(r, e->cover[first + i], r->tree->cover[i]);
        if (node->left == 0) node->value = mix(r, node->value, r->tree->nodes[i].value);
    }
}

static mlc_status add_values(void *arg, int64_t task, int32_t slot, mlc_error *err)
{
    const refit *const r = arg;
    const mlci_ensemble *const e = r->t.ensemble;
    const mlci_tree_node *const nodes = e->nodes + e->first_node[r->number];
    const int64_t n_rows = r->t.data->n_rows, rows = TASK_BLOCKS * MLCI_SCORE_ROWS;
    const int64_t end = (task + 1) * rows < n_rows ? (task + 1) * rows : n_rows;
    double *const raw = r->t.raw + r->number % e->n_outputs * n_rows;
    for (int64_t i = task * rows; i < end; i++)
        raw[i] += nodes[r->leaf[i]].value;
    return MLC_OK;
}

/* ---- rounds ------------------------------------------------------------------------------- */

static mlc_status refit_tree(refit *r, int64_t number, mlc_error *err)
{
    mlci_trainer *const t = &r->t;
    const mlci_ensemble *const e = t->ensemble;
    const int32_t k = (int32_t)(number % e->n_outputs);
    double *const raw = t->raw + k * t->data->n_rows;
    const mlci_rounding rounding = {(uint64_t)t->params->random_state, (uint32_t)number,
                                    t->data->row_index};
    r->number = number;
    r->tree->n_nodes = (int32_t)(e->first_node[number + 1] - e->first_node[number]);
    memcpy(r->tree->nodes, e->nodes + e->first_node[number],
           (size_t)r->tree->n_nodes * sizeof *e->nodes);
    MLCI_TRY(mlci_gradients_compute(t->call, &t->loss, &t->loss_rows, k, t->gradients, err));
    MLCI_TRY(mlci_gradients_round(t->call, &rounding, t->gradients, err));
    MLCI_TRY(mlci_parallel_for(t->call, (r->n_blocks + TASK_BLOCKS - 1) / TASK_BLOCKS, walk_blocks,
                               r, err));
    MLCI_TRY(sum_nodes(r, err));
    for (int32_t i = 0; i < r->tree->n_nodes; i++)
        r->tree->cover[i] = (double)r->sums[i].weight / t->data->unit;
    if (r->rules.has_quantiles)
        MLCI_TRY(set_quantile_values(r, k, raw, err));
    else
        set_newton_values(r);
    if (t->monotone != NULL) mlci_monotone_repair(t->monotone, r->spans, r->tree);
    settle_tree(r);
    if (r->linear != NULL) {
        MLCI_TRY(mlci_linear_refit_tree(t->call, r->linear, t->gradients, r->decay_rate, number,
                                        r->leaf, err));
        return mlci_linear_refit_add(t->call, r->linear, number, r->leaf, raw, err);
    }
    const int64_t rows = TASK_BLOCKS * MLCI_SCORE_ROWS;
    return mlci_parallel_for(t->call, (t->data->n_rows + rows - 1) / rows, add_values, r, err);
}

static mlc_status refit_rounds(refit *r, mlc_error *err)
{
    mlci_trainer *const t = &r->t;
    mlci_ensemble *const e = t->ensemble;
    MLCI_TRY(mlci_ensemble_set_metrics(e, NULL, 0, err)); /* those were of other values */
    for (int64_t round = 0; round < e->n_rounds; round++) {
        for (int32_t k = 0; k < e->n_outputs; k++)
            MLCI_TRY(refit_tree(r, round * e->n_outputs + k, err));
        MLCI_TRY(mlci_mean_loss_compute(t->call, t->train_loss, &e->train_loss[round], err));
        MLCI_TRY(mlci_mean_loss_compute(t->call, t->valid_loss, &e->valid[round], err));
        MLCI_TRY(mlci_report(t->call, "refit", round + 1, e->n_rounds,
                             t->loss.kind == NULL ? NULL : t->loss.kind->progress,
                             e->train_loss[round], err));
    }
    return MLC_OK;
}

/* With offsets the scores start from those alone. */
static mlc_status refit_start(refit *r, mlc_error *err)
{
    mlci_trainer *const t = &r->t;
    if (t->data->offset != NULL) return MLC_OK;
    double *const start = mlci_alloc(t->root, t->loss.n_outputs, sizeof *start);
    if (start == NULL) return mlci_fail_memory(err, t->loss.n_outputs, sizeof *start);
    const mlc_status status =
        mlci_loss_start(&t->loss, t->call, &t->loss_rows, t->data->fixed, start, err);
    for (int32_t k = 0; k < t->loss.n_outputs && status == MLC_OK; k++)
        t->ensemble->start[k] = mix(r, t->ensemble->start[k], start[k]);
    mlci_free(start);
    mlci_trainer_reset_scores(t);
    return status;
}

static mlc_status make_memory(refit *r, mlc_error *err)
{
    const mlci_ensemble *const e = r->t.ensemble;
    const mlci_boost_data *const d = r->t.data;
    const int64_t n_keys = r->rules.has_quantiles ? d->n_train : 0;
    int64_t most = 1;
    for (int64_t i = 0; i < e->n_trees; i++)
        if (e->first_node[i + 1] - e->first_node[i] > most)
            most = e->first_node[i + 1] - e->first_node[i];
    MLCI_TRY(mlci_tree_create(r->t.root, (int32_t)most, &r->tree, err));
    r->leaf = mlci_alloc(r->t.root, d->n_rows, sizeof *r->leaf);
    r->sums = mlci_alloc(r->t.root, MOST_PARTS * most, sizeof *r->sums);
    r->output = mlci_alloc(r->t.root, most, sizeof *r->output);
    r->spans = mlci_alloc(r->t.root, most, sizeof *r->spans);
    r->begin = mlci_alloc(r->t.root, most + 1, sizeof *r->begin);
    r->keys = mlci_alloc(r->t.root, n_keys, sizeof *r->keys);
    if (d->fixed != NULL) r->weights = mlci_alloc(r->t.root, n_keys, sizeof *r->weights);
    if (r->leaf == NULL || r->sums == NULL || r->output == NULL || r->spans == NULL ||
        r->begin == NULL || r->keys == NULL || (d->fixed != NULL && r->weights == NULL))
        return mlci_fail_memory(err, d->n_rows, sizeof *r->keys);
    return MLC_OK;
}

mlc_status mlci_boost_refit(const mlci_model_fit *fit, const void *state, double decay_rate,
                            void **out, mlc_error *err)
{
    /* Nothing is stopped, so no rows are held out. */
    mlci_boost_params params = *(const mlci_boost_params *)fit->params;
    params.early_stopping = MLCI_STOPPING_OFF;
    mlci_model_fit all_rows = *fit;
    all_rows.params = &params;
    refit r = {.decay_rate = decay_rate};
    mlc_status status = mlci_trainer_open_scores(&all_rows, state, &r.t, err);
    if (status == MLC_OK) {
        r.rules = mlci_trainer_rules(&r.t);
        status = make_memory(&r, err);
    }
    if (status == MLC_OK)
        status = mlci_linear_refit_create(&all_rows, r.t.data, r.t.ensemble, &r.linear, err);
    if (status == MLC_OK) status = code_rows(&r, err);
    if (status == MLC_OK) status = refit_start(&r, err);
    if (status == MLC_OK) status = refit_rounds(&r, err);
    if (status == MLC_OK) status = mlci_trainer_finish(&r.t, out, err);
    close_refit(&r);
    return status;
}
