/* Sums over the rows of a node; one pass, in the order of the rows, so that the impurity, which is
 * a sum of doubles, is a function of the rows as well. */
#include "cart_node.h"

#include <math.h>
#include <string.h>

#include "cart_order.h"
#include "kernels.h"

#define FEW_CLASSES 16 /* up to here the sums of a node have all classes */

mlc_status mlci_cart_node_init(mlci_root *root, const mlci_cart_data *data, int64_t n_rows,
                               mlci_cart_node *node, mlc_error *err)
{
    const int32_t n_classes = data->rows->n_classes, n_sums = n_classes < 2 ? 2 : n_classes;
    const int is_number = n_classes == 0;
    const int is_absolute = data->criterion.kind == MLCI_CRITERION_ABSOLUTE;
    node->data = data;
    node->pairs = mlci_alloc_raw(root, n_rows, sizeof *node->pairs);
    node->y = mlci_alloc_raw(root, is_number ? n_rows : 0, sizeof *node->y);
    node->place = mlci_alloc_raw(root, is_absolute ? n_rows : 0, sizeof *node->place);
    node->order = mlci_alloc_raw(root, is_absolute ? n_rows : 0, sizeof *node->order);
    node->sort = mlci_alloc_raw(root, is_absolute ? n_rows : 0, 2 * (int64_t)sizeof *node->sort);
    node->sums = mlci_alloc(root, n_sums, sizeof *node->sums);
    node->totals = mlci_alloc(root, n_sums, sizeof *node->totals);
    node->local = mlci_alloc_raw(root, n_classes, sizeof *node->local);
    node->classes = mlci_alloc(root, n_classes, sizeof *node->classes);
    if (node->pairs == NULL || node->y == NULL || node->place == NULL || node->order == NULL ||
        node->sort == NULL || node->sums == NULL || node->totals == NULL || node->local == NULL ||
        node->classes == NULL)
        return mlci_fail_memory(err, n_rows, sizeof *node->pairs);
    if (is_absolute) MLCI_TRY(mlci_cart_medians_init(root, n_rows, &node->medians, err));
    for (int32_t k = 0; k < n_classes; k++) {
        node->local[k] = -1;
        node->classes[k] = k;
    }
    node->search.columns = data->columns;
    node->search.criterion = &data->criterion;
    node->search.pairs = node->pairs;
    node->search.targets =
        (mlci_cart_targets){.pairs = node->pairs, .y = node->y, .place = node->place};
    node->search.total.sums = node->totals;
    return MLC_OK;
}

void mlci_cart_node_clear(mlci_cart_node *node)
{
    mlci_free(node->pairs);
    mlci_free(node->y);
    mlci_free(node->place);
    mlci_free(node->order);
    mlci_free(node->sort);
    mlci_cart_medians_clear(&node->medians);
    mlci_free(node->sums);
    mlci_free(node->totals);
    mlci_free(node->local);
    mlci_free(node->classes);
}

double mlci_cart_bag_weight(const mlci_cart_bag *bag)
{
    int64_t weight = 0;
    for (int64_t i = 0; i < bag->n; i++)
        weight += bag->pairs[bag->rows[i]].w;
    return (double)weight;
}

/* ---- opening ------------------------------------------------------------------------------ */

static void open_pairs(mlci_cart_node *node, const uint32_t *rows, int64_t n)
{
    int64_t g = 0, w = 0;
    for (int64_t i = 0; i < n; i++) {
        node->pairs[i] = node->bag->pairs[rows[i]];
        g += node->pairs[i].g;
        w += node->pairs[i].w;
    }
    node->totals[0] = (double)g;
    node->totals[1] = (double)w;
    node->search.total.n_sums = 2;
    node->search.total.weight = (double)w;
    node->search.low = 0;
    node->search.high = 1;
}

static void open_targets(mlci_cart_node *node, const uint32_t *rows, int64_t n)
{
    const mlci_cart_rows *const data = node->data->rows;
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        const double y = data->y[rows[i]];
        node->y[i] = y;
        low = y < low ? y : low;
        high = y > high ? y : high;
    }
    node->search.low = low * (data->g_unit / node->bag->pair_unit);
    node->search.high = high * (data->g_unit / node->bag->pair_unit);
}

/* Places of the targets among each other, and their deviation. */
static void open_medians(mlci_cart_node *node, const uint32_t *rows, int64_t n)
{
    const mlci_cart_rows *const data = node->data->rows;
    for (int64_t i = 0; i < n; i++)
        node->place[i] = data->y_rank[rows[i]];
    mlci_cart_order(node->data->criterion.kernels, n, node->place, node->order, node->sort);
    for (int64_t i = 0; i < n; i++)
        node->place[node->order[i]] = (uint32_t)i;
    node->search.targets.n = n;
    node->search.targets.y_unit = data->g_unit / node->bag->pair_unit;
    node->search.total.parent = mlci_cart_deviation(&node->search.targets, &node->medians);
}

/* Of many classes, those of the node get places 0, 1, ... in ascending order. */
static int32_t number_classes(mlci_cart_node *node, const uint32_t *rows, int64_t n)
{
    const int32_t n_classes = node->data->rows->n_classes;
    int32_t n_present = 0;
    if (n_classes <= FEW_CLASSES) return n_classes;
    for (int32_t k = 0; k < n_classes && node->search.total.n_sums > 0; k++)
        node->local[k] = -1;
    for (int64_t i = 0; i < n; i++)
        node->local[node->bag->pairs[rows[i]].g] = 0;
    for (int32_t k = 0; k < n_classes; k++) {
        if (node->local[k] < 0) continue;
        node->classes[n_present] = k;
        node->local[k] = n_present++;
    }
    return n_present;
}

static void open_classes(mlci_cart_node *node, const uint32_t *rows, int64_t n)
{
    const int is_local = node->data->rows->n_classes > FEW_CLASSES;
    const int32_t n_sums = number_classes(node, rows, n);
    int64_t weight = 0;
    memset(node->sums, 0, (size_t)n_sums * sizeof *node->sums);
    for (int64_t i = 0; i < n; i++) {
        mlci_cart_pair *const pair = &node->pairs[i];
        *pair = node->bag->pairs[rows[i]];
        if (is_local) pair->g = node->local[pair->g];
        node->sums[pair->g] += pair->w;
        weight += pair->w;
    }
    for (int32_t k = 0; k < n_sums; k++)
        node->totals[k] = (double)node->sums[k];
    node->search.total.n_sums = n_sums;
    node->search.total.weight = (double)weight;
}

void mlci_cart_node_open(mlci_cart_node *node, const mlci_cart_bag *bag, int64_t begin, int64_t n)
{
    const uint32_t *const rows = bag->rows + begin;
    mlci_cart_total *const total = &node->search.total;
    node->bag = bag;
    node->search.rows = rows;
    node->search.n = n;
    if (node->data->criterion.sums == MLCI_CART_CLASSES) {
        open_classes(node, rows, n);
    } else {
        open_pairs(node, rows, n);
        if (node->data->rows->n_classes == 0) open_targets(node, rows, n);
    }
    if (node->data->criterion.kind == MLCI_CRITERION_ABSOLUTE)
        open_medians(node, rows, n);
    else
        total->parent =
            mlci_cart_side(&node->data->criterion, total->sums, total->n_sums, total->weight);
}

int mlci_cart_node_is_pure(const mlci_cart_node *node)
{
    const mlci_cart_total *const total = &node->search.total;
    if (node->data->criterion.sums == MLCI_CART_NUMBERS)
        return !(node->search.low < node->search.high);
    if (node->data->criterion.sums == MLCI_CART_TWO_CLASSES)
        return total->sums[0] == 0 || total->sums[0] == total->weight;
    for (int32_t k = 0; k < total->n_sums; k++)
        if (total->sums[k] == total->weight) return 1;
    return 0;
}

/* ---- impurity ----------------------------------------------------------------------------- */

static double class_impurity(const mlci_cart_node *node)
{
    const mlci_cart_total *const total = &node->search.total;
    const double ln_2 = 0.69314718055994530942;
    double squares = 0;
    if (node->data->criterion.kind == MLCI_CRITERION_ENTROPY) {
        const double bits = -total->parent / (total->weight * ln_2);
        return bits > 0 ? bits : 0;
    }
    if (node->data->criterion.sums == MLCI_CART_TWO_CLASSES) {
        const double p = total->sums[0] / total->weight;
        const double q = (total->weight - total->sums[0]) / total->weight;
        squares = p * p + q * q;
    }
    for (int32_t k = 0; k < total->n_sums && node->data->criterion.sums == MLCI_CART_CLASSES; k++)
        squares += total->sums[k] / total->weight * (total->sums[k] / total->weight);
    return squares < 1 ? 1 - squares : 0;
}

/* In units of y. */
static double mean_of(const mlci_cart_node *node)
{
    const mlci_cart_total *const total = &node->search.total;
    return total->sums[0] / total->weight * (node->bag->pair_unit / node->data->rows->g_unit);
}

static double number_impurity(const mlci_cart_node *node)
{
    const double mean = mean_of(node), size = node->data->rows->size;
    const double g_unit = node->data->rows->g_unit / node->bag->pair_unit;
    const int is_poisson = node->data->criterion.kind == MLCI_CRITERION_POISSON;
    double sum = 0;
    if (node->data->criterion.kind == MLCI_CRITERION_ABSOLUTE)
        return node->search.total.parent / node->search.total.weight / g_unit * size;
    for (int64_t i = 0; i < node->search.n; i++) {
        const double y = node->y[i], w = (double)node->pairs[i].w;
        if (!is_poisson)
            sum += w * (y - mean) * (y - mean);
        else if (y > 0)
            sum += w * y * mlci_ln(y / mean);
    }
    const double impurity = sum / node->search.total.weight * size * (is_poisson ? 1 : size);
    return impurity > 0 ? impurity : 0;
}

double mlci_cart_node_impurity(mlci_cart_node *node)
{
    return node->data->rows->n_classes > 0 ? class_impurity(node) : number_impurity(node);
}

double mlci_cart_node_gain(const mlci_cart_node *node, double score)
{
    const mlci_cart_rows *const rows = node->data->rows;
    const double unit = node->bag->pair_unit;
    const double gain = mlci_cart_gain(&node->data->criterion, &node->search.total, score);
    if (rows->n_classes > 0) return gain / unit;
    const double scaled = gain / rows->g_unit * rows->size;
    if (node->data->criterion.kind != MLCI_CRITERION_SQUARED) return scaled;
    return scaled / rows->g_unit * rows->size * unit;
}

/* Half of the weight is at or below it; where exactly half is, the mean of it and the next. */
static double median_of(const mlci_cart_node *node)
{
    const int64_t n = node->search.n;
    int64_t weight = 0, at = 0;
    for (int64_t i = 0; i < n; i++)
        weight += node->pairs[i].w;
    for (int64_t sum = node->pairs[node->order[0]].w; 2 * sum <= weight; at++) {
        const double y = node->y[node->order[at]];
        if (2 * sum == weight) return 0.5 * (y + node->y[node->order[at + 1]]);
        sum += node->pairs[node->order[at + 1]].w;
    }
    return node->y[node->order[at]];
}

/* Leaves keep to the bounds of monotone constraints. */
static double within_bounds(const mlci_cart_node *node, double value)
{
    const mlci_cart_bounds *const bounds = &node->search.bounds;
    if (node->search.signs == NULL) return value;
    if (value < bounds->low) return bounds->low;
    return value > bounds->high ? bounds->high : value;
}

/* ---- values ------------------------------------------------------------------------------- */

double mlci_cart_node_mean(const mlci_cart_node *node)
{
    const mlci_cart_total *const total = &node->search.total;
    const mlci_cart_rows *const rows = node->data->rows;
    const double mean =
        within_bounds(node, total->sums[0] / total->weight) * (node->bag->pair_unit / rows->g_unit);
    const int is_median = node->data->criterion.kind == MLCI_CRITERION_ABSOLUTE;
    return rows->centre + rows->size * (is_median ? median_of(node) : mean);
}

mlc_status mlci_cart_node_value(const mlci_cart_node *node, mlci_cart_tree *tree, double *value,
                                mlc_error *err)
{
    const mlci_cart_rows *const rows = node->data->rows;
    const mlci_cart_total *const total = &node->search.total;
    if (rows->n_classes == 0) {
        *value = mlci_cart_node_mean(node);
        return MLC_OK;
    }
    if (rows->n_classes <= 2) {
        const int is_pair = node->data->criterion.sums == MLCI_CART_TWO_CLASSES;
        const double second = is_pair ? total->sums[0] : rows->n_classes == 2 ? total->sums[1] : 0;
        *value = within_bounds(node, second / total->weight);
        return MLC_OK;
    }
    return mlci_cart_tree_add_shares(tree, total->sums, total->n_sums, node->classes, value, err);
}
