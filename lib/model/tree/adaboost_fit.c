/* AdaBoost: each tree is grown on rows weighted by how the trees before it did on them.
 *
 * Classes: SAMME (Zhu, Zou, Rosset, Hastie 2009). Numbers: AdaBoost.R2 (Drucker 1997), whose
 * samples by weight are replaced by the weights themselves. Weights are doubles that sum to 1, by
 * place (cart_rows.h), so that the order of rows does not show; a tree takes them as integers of
 * 2^-60. A round is a tree, and a pass over the rows with it. */
#include "adaboost_fit.h"

#include <float.h>
#include <math.h>

#include "cart_grow.h"
#include "exact_sum.h"
#include "kernels.h"
#include "matrix.h"
#include "target.h"

#define WEIGHT_UNIT 0x1p60 /* of all rows */
#define ROUNDING 1e-14     /* of the mean of a leaf, by the size of targets */

typedef struct booster {
    const mlci_model_fit *fit;
    const mlci_adaboost_params *params;
    mlci_root *root;
    mlci_cart_rules rules;
    mlci_cart_rows *rows;
    mlci_cart_columns *columns;
    mlci_cart_data data;
    mlci_cart_grower *grower;
    mlci_cart_bag bag;
    mlci_cart_pair *pairs; /* of the bag */
    double *weight;        /* by place */
    double *loss;          /* of the last tree, by row of the matrix */
    double *importance;    /* of the last tree */
    double **x;            /* a block of rows, by slot */
    mlci_adaboost *model;
} booster;

static int64_t row_at(const booster *b, int64_t place)
{
    return b->rows->order == NULL ? place : b->rows->order[place];
}

/* ---- a tree ------------------------------------------------------------------------------- */

/* Weights to integers, and what rows add to sums. */
static void set_pairs(booster *b)
{
    const mlci_cart_rows *const rows = b->rows;
    for (int64_t i = 0; i < rows->n_rows; i++) {
        const double w = b->weight[i] * WEIGHT_UNIT;
        b->pairs[i].w = w >= 1 ? (int64_t)floor(w + 0.5) : 1;
        if (rows->n_classes == 0)
            b->pairs[i].g = (int64_t)floor(w * rows->y[i] + 0.5);
        else if (b->data.criterion.sums == MLCI_CART_TWO_CLASSES)
            b->pairs[i].g = rows->class_[i] == 1 ? b->pairs[i].w : 0;
        else
            b->pairs[i].g = rows->class_[i];
        b->bag.rows[i] = (uint32_t)i;
    }
}

/* Leaves of the last tree vote for their heaviest class, the lowest among equals. */
static void set_votes(mlci_forest *f)
{
    const int64_t t = f->n_trees - 1, n = f->n_classes;
    for (int64_t i = f->first_node[t]; i < f->first_node[t + 1] && n > 0; i++) {
        mlci_tree_node *const node = &f->nodes[i];
        if (node->left != 0) continue;
        if (n < 3) node->value = node->value > 0.5;
        if (n < 3 || node->value < (double)n) continue;
        const double *const shares = f->shares + (f->first_share[t] + (int64_t)node->value - n) * n;
        int64_t best = 0;
        for (int64_t k = 1; k < n; k++)
            if (shares[k] > shares[best]) best = k;
        node->value = (double)best;
    }
    f->first_share[t + 1] = f->first_share[t];
}

/* How far the last tree is off on a block of rows. */
static mlc_status measure_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const booster *const b = arg;
    const mlci_forest *const f = b->model->forest;
    const int64_t first = block * MLCI_BLOCK_ROWS, left = b->rows->n_rows - first;
    const int64_t n = left < MLCI_BLOCK_ROWS ? left : MLCI_BLOCK_ROWS;
    int64_t leaf[MLCI_BLOCK_ROWS];
    const double *const x = mlci_matrix_rows(b->fit->x, first, n, b->x[slot]);
    mlci_forest_walk(f, f->n_trees - 1, x, NULL, n, leaf);
    for (int64_t i = 0; i < n; i++) {
        const double off = f->nodes[leaf[i]].value - b->fit->y->value[first + i];
        b->loss[first + i] = f->n_classes > 0 ? off != 0 : fabs(off);
    }
    return MLC_OK;
}

/* Errors of numbers to losses in [0, 1], by the largest; all are 0 where that is rounding. */
static void scale_losses(booster *b)
{
    const double rounding = ROUNDING * (fabs(b->rows->centre) + b->rows->size);
    double most = 0;
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        most = b->loss[i] > most ? b->loss[i] : most;
    for (int64_t i = 0; i < b->rows->n_rows; i++) {
        const double loss = most > rounding ? b->loss[i] / most : 0;
        b->loss[i] = b->params->loss == MLCI_R2_LINEAR   ? loss
                     : b->params->loss == MLCI_R2_SQUARE ? loss * loss
                                                         : 1 - mlci_exp(-loss);
    }
}

/* Grows the next tree; *error is its weighted loss. */
static mlc_status add_tree(booster *b, double *error, mlc_error *err)
{
    mlci_forest *const f = b->model->forest;
    const int64_t n_blocks = (b->rows->n_rows + MLCI_BLOCK_ROWS - 1) / MLCI_BLOCK_ROWS;
    mlci_cart_tree *tree = NULL;
    set_pairs(b);
    MLCI_TRY(mlci_cart_grow(b->fit->call, b->grower, &b->bag, (uint32_t)f->n_trees, &tree, err));
    mlc_status status = mlci_forest_add_tree(f, tree, err);
    mlci_cart_tree_importance(tree, f->n_features, b->importance);
    mlci_cart_tree_free(tree);
    if (status != MLC_OK) return status;
    set_votes(f);
    *error = 0;
    MLCI_TRY(mlci_parallel_for(b->fit->call, n_blocks, measure_block, b, err));
    if (f->n_classes == 0) scale_losses(b);
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        *error += b->weight[i] * b->loss[row_at(b, i)];
    return MLC_OK;
}

/* ---- rounds ------------------------------------------------------------------------------- */

enum { GO_ON = 0, KEEP_AND_STOP, DROP_AND_STOP };

/* Zhu et al. 2009, algorithm 2. A perfect tree decides alone; one no better than chance is left
 * out. Weights of rows that it got wrong grow. */
static int32_t weigh_classes(booster *b, double error, double *tree_weight)
{
    const double n_classes = b->rows->n_classes;
    *tree_weight = 1;
    if (error <= 0) return KEEP_AND_STOP;
    if (error >= 1 - 1 / n_classes) return DROP_AND_STOP;
    *tree_weight =
        b->params->learning_rate * (mlci_ln((1 - error) / error) + mlci_ln(n_classes - 1));
    const double factor = mlci_exp(*tree_weight);
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        if (b->loss[row_at(b, i)] > 0) b->weight[i] *= factor;
    return GO_ON;
}

/* Drucker 1997. Weights of rows shrink, the more the better they were predicted. */
static int32_t weigh_numbers(booster *b, double error, double *tree_weight)
{
    *tree_weight = 1;
    if (error <= 0) return KEEP_AND_STOP;
    *tree_weight = 0;
    if (error >= 0.5) return b->model->forest->n_trees > 1 ? DROP_AND_STOP : KEEP_AND_STOP;
    const double rate = b->params->learning_rate, ln_beta = mlci_ln(error / (1 - error));
    *tree_weight = -rate * ln_beta;
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        b->weight[i] *= mlci_exp((1 - b->loss[row_at(b, i)]) * rate * ln_beta);
    return GO_ON;
}

/* Weights to a sum of 1; 0 where they have none. None falls below the rounding of 1. */
static int normalise(booster *b)
{
    double total = 0;
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        total += b->weight[i];
    if (!(total > 0 && total <= DBL_MAX)) return 0;
    for (int64_t i = 0; i < b->rows->n_rows; i++) {
        const double w = b->weight[i] / total;
        b->weight[i] = w > DBL_EPSILON ? w : DBL_EPSILON;
    }
    return 1;
}

static mlc_status boost(booster *b, mlc_error *err)
{
    mlci_adaboost *const m = b->model;
    mlci_forest *const f = m->forest;
    int32_t next = GO_ON;
    while (next == GO_ON && f->n_trees < b->params->n_estimators && normalise(b)) {
        const int64_t t = f->n_trees;
        MLCI_TRY(mlci_report(b->fit->call, "trees", t, b->params->n_estimators, NULL, 0, err));
        MLCI_TRY(add_tree(b, &m->error[t], err));
        next = b->rows->n_classes > 0 ? weigh_classes(b, m->error[t], &m->weight[t])
                                      : weigh_numbers(b, m->error[t], &m->weight[t]);
        if (next == DROP_AND_STOP) f->n_trees--;
        for (int64_t j = 0; j < f->n_features && next != DROP_AND_STOP; j++)
            f->importance[j] += m->weight[t] * b->importance[j];
    }
    if (f->n_trees == 0)
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "the first tree is wrong on %.3g of the weight, no better than chance: "
                         "the features say nothing about the classes; set max_depth higher or "
                         "leave adaboost_classifier",
                         m->error[0]);
    mlci_adaboost_finish(m);
    for (int64_t j = 0; j < f->n_features && m->total > 0; j++)
        f->importance[j] /= m->total;
    return MLC_OK;
}

/* ---- the fit ------------------------------------------------------------------------------ */

static mlc_status make_room(booster *b, mlc_error *err)
{
    const int64_t n = b->rows->n_rows, p = b->fit->x->n_features;
    const int32_t n_slots = mlci_n_slots(b->fit->call);
    b->pairs = mlci_alloc_raw(b->root, n, sizeof *b->pairs);
    b->weight = mlci_alloc_raw(b->root, n, sizeof *b->weight);
    b->loss = mlci_alloc_raw(b->root, n, sizeof *b->loss);
    b->bag.rows = mlci_alloc_raw(b->root, n, sizeof *b->bag.rows);
    b->importance = mlci_alloc(b->root, p, sizeof *b->importance);
    b->x = mlci_alloc(b->root, n_slots, sizeof(double *));
    if (b->pairs == NULL || b->weight == NULL || b->loss == NULL || b->bag.rows == NULL ||
        b->importance == NULL || b->x == NULL)
        return mlci_fail_memory(err, n, sizeof *b->pairs);
    for (int32_t s = 0; s < n_slots; s++) {
        b->x[s] = mlci_alloc_raw(b->root, MLCI_BLOCK_ROWS * p, sizeof(double));
        if (b->x[s] == NULL) return mlci_fail_memory(err, MLCI_BLOCK_ROWS * p, sizeof(double));
    }
    return MLC_OK;
}

static mlc_status prepare(booster *b, mlc_error *err)
{
    const mlci_adaboost_params *const p = b->params;
    const mlci_model_fit *const fit = b->fit;
    const int32_t n_classes = fit->y->classes == NULL ? 0 : fit->y->classes->n;
    const mlci_cart_row_rules rules = {.sums = mlci_cart_sums_of(p->criterion, n_classes),
                                       .from_zero = p->criterion == MLCI_CRITERION_POISSON,
                                       .rank_targets = p->criterion == MLCI_CRITERION_ABSOLUTE};
    mlci_forest *forest = NULL;
    MLCI_TRY(mlci_report(fit->call, "rank", 0, 1, NULL, 0, err));
    MLCI_TRY(mlci_cart_rows_create(fit, &rules, &b->rows, err));
    MLCI_TRY(mlci_cart_columns_fit(fit->call, fit->x, b->rows->order, b->rows->weight, &b->columns,
                                   err));
    b->rows->g_unit = WEIGHT_UNIT; /* of the pairs of each round */
    b->rules = (mlci_cart_rules){
        .criterion = p->criterion,
        .max_depth = p->max_depth == MLCI_NONE_INTEGER || p->max_depth > MLCI_CART_MOST_DEPTH
                         ? MLCI_CART_MOST_DEPTH
                         : p->max_depth,
        .max_leaf_nodes = p->max_leaf_nodes == MLCI_NONE_INTEGER ? 0 : p->max_leaf_nodes,
        .max_features = fit->x->n_features,
        .min_weight_fraction_leaf = p->min_weight_fraction_leaf};
    MLCI_TRY(mlci_cart_data_init(b->columns, b->rows, &b->rules, b->rows->n_rows, &b->data, err));
    MLCI_TRY(mlci_cart_grower_create(fit->call, &b->data, b->rows->n_rows, mlci_n_slots(fit->call),
                                     &b->grower, err));
    MLCI_TRY(make_room(b, err));
    MLCI_TRY(mlci_forest_create(b->root, b->columns, n_classes, 0, &forest, err));
    b->bag.n = b->rows->n_rows;
    b->bag.pairs = b->pairs;
    b->bag.pair_unit = WEIGHT_UNIT;
    for (int64_t i = 0; i < b->rows->n_rows; i++)
        b->weight[i] = fit->weight == NULL ? 1 : fit->weight[row_at(b, i)];
    return mlci_adaboost_create(forest, p->n_estimators, &b->model, err);
}

static void free_booster(booster *b)
{
    const int32_t n_slots = mlci_n_slots(b->fit->call);
    for (int32_t s = 0; s < n_slots && b->x != NULL; s++)
        mlci_free(b->x[s]);
    void *const blocks[] = {b->pairs, b->weight, b->loss, b->bag.rows, b->importance, b->x};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        mlci_free(blocks[i]);
    mlci_cart_grower_free(b->grower);
    mlci_cart_data_clear(&b->data);
    mlci_cart_columns_free(b->columns);
    mlci_cart_rows_free(b->rows);
    mlci_adaboost_free(b->model);
}

mlc_status mlci_adaboost_fit(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    booster b = {.fit = fit, .params = fit->params, .root = mlci_context_root(fit->call)};
    mlc_status status = prepare(&b, err);
    if (status == MLC_OK) status = boost(&b, err);
    if (status == MLC_OK) {
        *state = b.model;
        b.model = NULL;
    }
    free_booster(&b);
    return status;
}
