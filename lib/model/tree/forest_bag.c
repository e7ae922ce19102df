/* Bootstrap samples: exactly n_draws draws with replacement, each a function of (seed, tree, draw).
 * Weights of rows drive the draws, so that a row of weight 2 is drawn like two rows, and a drawn
 * row counts as often as it was drawn (as scikit-learn since 1.9). */
#include "forest_bag.h"

#include <math.h>
#include <string.h>

#include "random.h"

#define CLASS_UNIT 1048576.0 /* what a weight of 1 is in balanced bags */

mlc_status mlci_bags_init(const mlci_cart_rows *rows, const mlci_bag_rules *rules, int32_t sums,
                          mlci_bags *bags, mlc_error *err)
{
    bags->rows = rows;
    bags->rules = rules;
    bags->sums = sums;
    if (!rules->is_drawn || rows->weight == NULL) return MLC_OK;
    int64_t total = 0;
    bags->cumulated = mlci_alloc_raw(rows->root, rows->n_rows, sizeof *bags->cumulated);
    if (bags->cumulated == NULL)
        return mlci_fail_memory(err, rows->n_rows, sizeof *bags->cumulated);
    for (int64_t i = 0; i < rows->n_rows; i++)
        bags->cumulated[i] = total += rows->weight[i];
    return MLC_OK;
}

void mlci_bags_clear(mlci_bags *bags)
{
    mlci_free(bags->cumulated);
}

mlc_status mlci_bag_memory_init(const mlci_bags *bags, mlci_bag_memory *m, mlc_error *err)
{
    mlci_root *const root = bags->rows->root;
    const int64_t n = bags->rows->n_rows, n_drawn = bags->rules->is_drawn ? n : 0;
    m->rows = mlci_alloc_raw(root, n, sizeof *m->rows);
    m->count = mlci_alloc_raw(root, n_drawn, sizeof *m->count);
    m->pairs = mlci_alloc_raw(root, n_drawn, sizeof *m->pairs);
    m->class_weight = mlci_alloc_raw(root, bags->rows->n_classes, sizeof *m->class_weight);
    if (m->rows == NULL || m->count == NULL || m->pairs == NULL || m->class_weight == NULL)
        return mlci_fail_memory(err, n, 24);
    return MLC_OK;
}

void mlci_bag_memory_clear(mlci_bag_memory *m)
{
    mlci_free(m->rows);
    mlci_free(m->count);
    mlci_free(m->pairs);
    mlci_free(m->class_weight);
}

/* The first row whose cumulated weight is above at. */
static int64_t row_at(const int64_t *cumulated, int64_t n, int64_t at)
{
    int64_t low = 0, high = n - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (cumulated[middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static mlc_status count_draws(mlc_context *call, const mlci_bags *bags, uint32_t tree,
                              uint32_t *count, mlc_error *err)
{
    const int64_t n = bags->rows->n_rows;
    const int64_t *const cumulated = bags->cumulated;
    const uint64_t range = (uint64_t)(cumulated == NULL ? n : cumulated[n - 1]);
    memset(count, 0, (size_t)n * sizeof *count);
    for (int64_t i = 0; i < bags->rules->n_draws; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        const int64_t at = (int64_t)mlci_random_below(bags->rules->seed, MLCI_RANDOM_BOOTSTRAP,
                                                      tree, (uint64_t)i, range);
        count[cumulated == NULL ? at : row_at(cumulated, n, at)]++;
    }
    return MLC_OK;
}

/* Weights that give each class of a bag the same total: n / (classes that are there * count). */
static void balance_bag(const mlci_bags *bags, const uint32_t *count, double *class_weight)
{
    const int32_t n_classes = bags->rows->n_classes;
    double n_present = 0;
    for (int32_t k = 0; k < n_classes; k++)
        class_weight[k] = 0;
    for (int64_t i = 0; i < bags->rows->n_rows; i++)
        class_weight[bags->rows->class_[i]] += count[i];
    for (int32_t k = 0; k < n_classes; k++)
        n_present += class_weight[k] > 0;
    for (int32_t k = 0; k < n_classes; k++)
        if (class_weight[k] > 0)
            class_weight[k] = (double)bags->rules->n_draws / (n_present * class_weight[k]);
}

static int64_t weight_of(const mlci_bags *bags, const mlci_bag_memory *m, int64_t i)
{
    if (!bags->rules->is_balanced) return m->count[i];
    const double weight = floor(m->class_weight[bags->rows->class_[i]] * CLASS_UNIT + 0.5);
    return m->count[i] * (weight >= 1 ? (int64_t)weight : 1);
}

mlc_status mlci_bag_draw(mlc_context *call, const mlci_bags *bags, uint32_t tree,
                         mlci_bag_memory *m, uint8_t *in_bag, mlci_cart_bag *bag, mlc_error *err)
{
    const mlci_cart_rows *const rows = bags->rows;
    *bag = (mlci_cart_bag){
        .n = rows->n_rows, .rows = m->rows, .pairs = rows->pairs, .pair_unit = rows->pair_unit};
    for (int64_t i = 0; i < rows->n_rows && !bags->rules->is_drawn; i++)
        m->rows[i] = (uint32_t)i;
    if (!bags->rules->is_drawn) return MLC_OK;
    MLCI_TRY(count_draws(call, bags, tree, m->count, err));
    if (bags->rules->is_balanced) balance_bag(bags, m->count, m->class_weight);
    bag->n = 0;
    bag->pairs = m->pairs;
    bag->pair_unit = bags->rules->is_balanced ? CLASS_UNIT : 1;
    for (int64_t i = 0; i < rows->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        if (m->count[i] == 0) continue;
        const mlci_cart_pair one = rows->pairs[i];
        const int64_t w = weight_of(bags, m, i);
        m->rows[bag->n++] = (uint32_t)i;
        m->pairs[i] = (mlci_cart_pair){bags->sums == MLCI_CART_CLASSES ? one.g : one.g * w, w};
        if (in_bag != NULL) in_bag[i >> 3] |= (uint8_t)(1 << (i & 7));
    }
    return MLC_OK;
}
