/* Cost-efficient gradient boosting (Peter, Diego, Hamprecht and Nadler 2017), with LightGBM's
 * parameters: a split is worth its gain less what it adds to the cost of prediction. That is a cost
 * a row that it parts, a cost of the first split of the model by a feature (a sensor that is
 * built), and a cost a row whose value of the feature no split has asked for yet (a measurement
 * that is made).
 *
 * What has been paid is a function of the model's trees and the training rows, in a sample or not:
 * a model that goes on finds it again. A byte a row and feature with a cost a row; O(rows of the
 * node) a search of such a feature. */
#include "feature_cost.h"

#include <math.h>

#include "feature_numbers.h"
#include "loop.h"
#include "node_walk.h"

#define ROWS 16384 /* a task */

/* ---- reading ------------------------------------------------------------------------------ */

static int is_cost(double x)
{
    return x >= 0 && isfinite(x);
}

#define WANTS "a number of at least 0, or a feature with one, such as [age:0.5, income:2]"
static const mlci_feature_numbers coupled_kind = {
    .parameter = "cegb_penalty_feature_coupled", .wants = WANTS, .is_possible = is_cost};
static const mlci_feature_numbers lazy_kind = {
    .parameter = "cegb_penalty_feature_lazy", .wants = WANTS, .is_possible = is_cost};

mlc_status mlci_feature_costs_check(const mlci_boost_params *p, mlc_error *err)
{
    MLCI_TRY(mlci_feature_numbers_check(&coupled_kind, p->cegb_penalty_feature_coupled, err));
    return mlci_feature_numbers_check(&lazy_kind, p->cegb_penalty_feature_lazy, err);
}

static mlc_status read_numbers(const mlci_feature_numbers *kind, mlci_root *root, const char *text,
                               const mlci_features *features, double **out, mlc_error *err)
{
    const int64_t n = features->n_features;
    if (text == NULL) return MLC_OK;
    *out = mlci_alloc(root, n, sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, n, sizeof **out);
    return mlci_feature_numbers_read(kind, root, text, features, *out, err);
}

static mlc_status make_flags(mlci_feature_costs *c, int64_t n_rows, mlc_error *err)
{
    c->is_used = mlci_alloc(c->root, c->n_features, 1);
    if (c->is_used == NULL) return mlci_fail_memory(err, c->n_features, 1);
    if (c->lazy == NULL) return MLC_OK;
    c->has_value = mlci_alloc(c->root, c->n_features, sizeof *c->has_value);
    if (c->has_value == NULL) return mlci_fail_memory(err, c->n_features, sizeof *c->has_value);
    for (int64_t j = 0; j < c->n_features; j++) {
        if (c->lazy[j] == 0) continue;
        c->has_value[j] = mlci_alloc(c->root, n_rows, 1);
        if (c->has_value[j] == NULL) return mlci_fail_memory(err, n_rows, 1);
    }
    return MLC_OK;
}

mlc_status mlci_feature_costs_create(mlci_root *root, const mlci_boost_params *p,
                                     const mlci_features *features, int64_t n_rows,
                                     double weight_unit, mlci_feature_costs **out, mlc_error *err)
{
    const char *const coupled = p->cegb_penalty_feature_coupled;
    const char *const lazy = p->cegb_penalty_feature_lazy;
    *out = NULL;
    if (p->cegb_penalty_split == 0 && coupled == NULL && lazy == NULL) return MLC_OK;
    mlci_feature_costs *const c = mlci_alloc(root, 1, sizeof *c);
    if (c == NULL) return mlci_fail_memory(err, 1, sizeof *c);
    c->root = root;
    c->n_features = features->n_features;
    c->tradeoff = p->cegb_tradeoff;
    c->split = p->cegb_penalty_split;
    c->weight_unit = weight_unit;
    mlc_status status = read_numbers(&coupled_kind, root, coupled, features, &c->coupled, err);
    if (status == MLC_OK) status = read_numbers(&lazy_kind, root, lazy, features, &c->lazy, err);
    if (status == MLC_OK) status = make_flags(c, n_rows, err);
    /* Of no account, and infinite sums times 0 would be none. */
    if (status != MLC_OK || c->tradeoff == 0)
        mlci_feature_costs_free(c);
    else
        *out = c;
    return status;
}

void mlci_feature_costs_free(mlci_feature_costs *c)
{
    if (c == NULL) return;
    for (int64_t j = 0; c->has_value != NULL && j < c->n_features; j++)
        mlci_free(c->has_value[j]);
    mlci_free(c->has_value);
    mlci_free(c->is_used);
    mlci_free(c->coupled);
    mlci_free(c->lazy);
    mlci_free(c);
}

/* ---- asking ------------------------------------------------------------------------------- */

double mlci_feature_cost_once(const mlci_feature_costs *c, int64_t feature)
{
    return c->coupled == NULL || c->is_used[feature] ? 0 : c->tradeoff * c->coupled[feature];
}

/* Weight of the rows whose value is not known yet: an integer, exact in any order. */
static int64_t weight_without(const uint8_t *has_value, const uint32_t *rows, int64_t n,
                              const int64_t *row_weight)
{
    int64_t weight = 0;
    for (int64_t i = 0; i < n; i++)
        if (!has_value[rows[i]]) weight += row_weight == NULL ? 1 : row_weight[rows[i]];
    return weight;
}

double mlci_feature_cost_of_rows(const mlci_feature_costs *c, int64_t feature, const uint32_t *rows,
                                 int64_t n, int64_t weight, const int64_t *row_weight)
{
    double cost = c->split * ((double)weight / c->weight_unit);
    if (c->lazy != NULL && c->lazy[feature] > 0)
        cost +=
            c->lazy[feature] *
            ((double)weight_without(c->has_value[feature], rows, n, row_weight) / c->weight_unit);
    return c->tradeoff * cost;
}

/* ---- paying ------------------------------------------------------------------------------- */

void mlci_feature_costs_pay(mlci_feature_costs *c, int64_t feature, const uint32_t *rows, int64_t n)
{
    c->is_used[feature] = 1;
    if (c->has_value == NULL || c->has_value[feature] == NULL) return;
    for (int64_t i = 0; i < n; i++)
        c->has_value[feature][rows[i]] = 1;
}

static void note_value(const mlci_feature_costs *c, uint32_t feature, int64_t row)
{
    if (c->has_value[feature] != NULL) c->has_value[feature][row] = 1;
}

typedef struct pay_work {
    const mlci_feature_costs *costs;
    const mlci_binned *binned;
    const mlci_tree *tree;
    const uint32_t *rows;
    int64_t n;
} pay_work;

static mlc_status pay_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const pay_work *const w = arg;
    const int64_t end = (block + 1) * ROWS < w->n ? (block + 1) * ROWS : w->n;
    for (int64_t i = block * ROWS; i < end; i++)
        for (int32_t at = 0; w->tree->nodes[at].left != 0;) {
            note_value(w->costs, w->tree->nodes[at].split & MLCI_NODE_FEATURE, w->rows[i]);
            at = mlci_tree_child_by_codes(w->binned, w->tree, at, w->rows[i]);
        }
    return MLC_OK;
}

mlc_status mlci_feature_costs_pay_tree(mlc_context *call, mlci_feature_costs *c,
                                       const mlci_binned *binned, const mlci_tree *tree,
                                       const uint32_t *rows, int64_t n, mlc_error *err)
{
    pay_work w = {c, binned, tree, rows, n};
    if (c == NULL || c->has_value == NULL) return MLC_OK;
    return mlci_parallel_for(call, (n + ROWS - 1) / ROWS, pay_rows, &w, err);
}

/* ---- models that go on -------------------------------------------------------------------- */

typedef struct model_work {
    const mlci_feature_costs *costs;
    mlci_node_view view;
    const mlci_matrix *x;
    const int64_t *position;
    int64_t n_rows;
    double *memory; /* MLCI_BLOCK_ROWS rows a slot */
} model_work;

/* All splits of a tree on the way of a row. */
static void pay_path(const model_work *w, int64_t tree, const double *x, int64_t row)
{
    const mlci_tree_node *const nodes = w->view.nodes + w->view.first_node[tree];
    const uint32_t *const sets =
        w->view.sets == NULL ? NULL : w->view.sets + w->view.first_set[tree] * MLCI_SET_WORDS;
    for (int32_t at = 0; nodes[at].left != 0;) {
        const mlci_tree_node *const node = &nodes[at];
        const uint32_t feature = node->split & MLCI_NODE_FEATURE;
        const double v = x[feature];
        int32_t right = isnan(v) ? !(node->split & MLCI_NODE_MISSING_LEFT) : !(v <= node->value);
        if (node->split & MLCI_NODE_CATEGORY)
            right = mlci_category_goes_right(&w->view, sets, node, v);
        note_value(w->costs, feature, row);
        at = node->left + right;
    }
}

static mlc_status pay_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const model_work *const w = arg;
    const int64_t width = w->x->n_features, begin = block * MLCI_BLOCK_ROWS;
    const int64_t left = w->x->n_rows - begin, n = left < MLCI_BLOCK_ROWS ? left : MLCI_BLOCK_ROWS;
    const double *const x =
        mlci_matrix_rows(w->x, begin, n, w->memory + slot * width * MLCI_BLOCK_ROWS);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = w->position == NULL ? begin + i : w->position[begin + i];
        for (int64_t tree = 0; row < w->n_rows && tree < w->view.n_trees; tree++)
            pay_path(w, tree, x + i * width, row);
    }
    return MLC_OK;
}

mlc_status mlci_feature_costs_pay_model(mlc_context *call, mlci_feature_costs *c,
                                        const mlci_ensemble *e, const mlci_matrix *x,
                                        const int64_t *position, int64_t n_rows, mlc_error *err)
{
    if (c == NULL) return MLC_OK;
    for (int64_t i = 0; i < e->first_node[e->n_trees]; i++)
        if (e->nodes[i].left != 0) c->is_used[e->nodes[i].split & MLCI_NODE_FEATURE] = 1;
    if (c->has_value == NULL) return MLC_OK;
    const int64_t size = x->n_features * MLCI_BLOCK_ROWS, n_slots = mlci_n_slots(call);
    model_work w = {c, mlci_ensemble_view(e), x, position, n_rows, NULL};
    w.memory = mlci_alloc_raw(c->root, n_slots * size, sizeof *w.memory);
    if (w.memory == NULL) return mlci_fail_memory(err, n_slots * size, sizeof *w.memory);
    const mlc_status status = mlci_parallel_for(
        call, (x->n_rows + MLCI_BLOCK_ROWS - 1) / MLCI_BLOCK_ROWS, pay_block, &w, err);
    mlci_free(w.memory);
    return status;
}
