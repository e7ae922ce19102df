/* Forests: trees are tasks, each a function of its number; growing them on any number of threads
 * gives the same forest. A single tree is a forest of one whose large nodes threads share. */
#include "forest_fit.h"

#include <math.h>
#include <string.h>

#include "amount.h"
#include "class_weight.h"
#include "forest_bag.h"
#include "forest_oob.h"
#include "row_weight.h"
#include "target.h"

#define TREES_AT_ONCE 64 /* grown before they are put into the forest */

const mlci_choice mlci_class_criteria[] = {
    {"gini", MLCI_CRITERION_GINI, "Gini's impurity: 1 - sum of p_k^2"},
    {"entropy", MLCI_CRITERION_ENTROPY, "Shannon's entropy: - sum of p_k log2 p_k"},
    {"log_loss", MLCI_CRITERION_ENTROPY, "another name of entropy"},
    {NULL, 0, NULL}};

const mlci_choice mlci_number_criteria[] = {
    {"squared_error", MLCI_CRITERION_SQUARED, "variance; leaves are means"},
    {"friedman_mse", MLCI_CRITERION_SQUARED, "the same splits as squared_error"},
    {"absolute_error", MLCI_CRITERION_ABSOLUTE, "mean absolute deviation; leaves are medians"},
    {"poisson", MLCI_CRITERION_POISSON, "half Poisson deviance; targets of at least 0"},
    {NULL, 0, NULL}};

const mlci_choice mlci_tree_splitters[] = {
    {"best", MLCI_SPLITTER_BEST, "the best threshold of each feature"},
    {"random", MLCI_SPLITTER_RANDOM, "one random threshold a feature, the best of those"},
    {NULL, 0, NULL}};

/* ---- parameters --------------------------------------------------------------------------- */

/* How many of n features a node looks at; 0: the text is not one of those allowed. */
static int64_t count_features(const char *text, int64_t n)
{
    mlci_amount amount;
    int64_t log2 = 0;
    if (text == NULL) return n;
    if (strcmp(text, "sqrt") == 0) return n > 1 ? (int64_t)sqrt((double)n) : 1;
    if (strcmp(text, "log2") == 0) {
        while (n >> (log2 + 1) > 0)
            log2++;
        return log2 > 1 ? log2 : 1;
    }
    if (!mlci_amount_parse(text, &amount) || amount.share > 1) return 0;
    const double count = mlci_amount_of(amount, (double)n);
    return count < (double)n || n == 0 ? (int64_t)count : n;
}

static int balances_bags(const mlci_forest_params *p)
{
    return p->class_weight != NULL && strcmp(p->class_weight, MLCI_BALANCED_SUBSAMPLE) == 0;
}

mlc_status mlci_forest_check(const void *params, mlc_error *err)
{
    const mlci_forest_params *const p = params;
    mlci_amount amount;
    if (count_features(p->max_features, INT32_MAX) < 1)
        return mlci_fail(err, MLC_ERROR_SETTING, "max_features",
                         "max_features = '%s': must be sqrt, log2, none, a whole number of at "
                         "least 1, or a share above 0 and at most 1.0",
                         p->max_features);
    if (p->max_samples != NULL && !p->bootstrap)
        return mlci_fail(err, MLC_ERROR_SETTING, "max_samples",
                         "max_samples = %s: needs bootstrap=true", p->max_samples);
    if (p->max_samples != NULL && (!mlci_amount_parse(p->max_samples, &amount) ||
                                   amount.count > INT32_MAX || amount.share > INT32_MAX))
        return mlci_fail(err, MLC_ERROR_SETTING, "max_samples",
                         "max_samples = '%s': must be none, a whole number of at least 1, or a "
                         "share above 0",
                         p->max_samples);
    MLCI_TRY(mlci_monotonic_check(p->monotonic_cst, err));
    if (p->monotonic_cst != NULL && p->criterion == MLCI_CRITERION_ABSOLUTE)
        return mlci_fail(err, MLC_ERROR_SETTING, "monotonic_cst",
                         "monotonic_cst: not with criterion=absolute_error; squared_error and "
                         "poisson take it");
    if (p->oob_score && !p->bootstrap)
        return mlci_fail(err, MLC_ERROR_SETTING, "oob_score",
                         "oob_score = true: needs bootstrap=true");
    if (!balances_bags(p)) return mlci_class_weight_check(p->class_weight, err);
    if (!p->bootstrap)
        return mlci_fail(err, MLC_ERROR_SETTING, "class_weight",
                         "class_weight = balanced_subsample: needs bootstrap=true");
    return MLC_OK;
}

static mlci_cart_rules rules_of(const mlci_forest_params *p, int64_t n_features)
{
    const int64_t depth = p->max_depth == MLCI_NONE_INTEGER ? MLCI_CART_MOST_DEPTH : p->max_depth;
    return (mlci_cart_rules){
        .criterion = p->criterion,
        .is_random = p->splitter == MLCI_SPLITTER_RANDOM,
        .max_depth = depth < MLCI_CART_MOST_DEPTH ? depth : MLCI_CART_MOST_DEPTH,
        .max_leaf_nodes = p->max_leaf_nodes == MLCI_NONE_INTEGER ? 0 : p->max_leaf_nodes,
        .max_features = count_features(p->max_features, n_features),
        .min_samples_split = (double)p->min_samples_split,
        .min_samples_leaf = (double)p->min_samples_leaf,
        .min_weight_fraction_leaf = p->min_weight_fraction_leaf,
        .min_impurity_decrease = p->min_impurity_decrease,
        .ccp_alpha = p->ccp_alpha,
        .keep_impurity = p->n_estimators == 0,
        .seed = (uint64_t)p->random_state,
    };
}

static mlc_status bag_rules_of(const mlci_model_fit *fit, mlci_bag_rules *rules, mlc_error *err)
{
    const mlci_forest_params *const p = fit->params;
    mlci_amount amount;
    double n_draws = p->bootstrap ? mlci_count_weighted_rows(fit->weight, fit->x->n_rows) : 0;
    if (p->bootstrap && p->max_samples != NULL && mlci_amount_parse(p->max_samples, &amount))
        n_draws = mlci_amount_of(amount, n_draws);
    if (n_draws > INT32_MAX)
        return mlci_fail(err, MLC_ERROR_LIMIT, "max_samples",
                         "the weights ask for more than %d draws a tree: set max_samples",
                         INT32_MAX);
    *rules = (mlci_bag_rules){.is_drawn = p->bootstrap,
                              .n_draws = (int64_t)n_draws,
                              .is_balanced = balances_bags(p),
                              .seed = (uint64_t)p->random_state};
    return MLC_OK;
}

/* ---- trees as tasks ----------------------------------------------------------------------- */

typedef struct trainer {
    const mlci_model_fit *fit;
    mlci_root *root;
    mlci_cart_rules rules;
    mlci_bag_rules bag_rules;
    mlci_cart_rows *rows;
    mlci_cart_columns *columns;
    mlci_cart_data data;
    mlci_bags bags;
    int32_t n_slots;
    mlci_cart_grower **growers;
    mlci_bag_memory *memory;
    mlci_cart_tree *trees[TREES_AT_ONCE];
    int64_t first; /* of these */
    int64_t row_bytes;
    uint8_t *in_bag; /* with oob_score: a bit a tree and row */
    double *tree_importance;
    int8_t *signs; /* of the rules */
    mlci_forest *forest;
} trainer;

static mlc_status grow_one(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    trainer *const t = arg;
    const int64_t number = t->first + block;
    mlci_cart_bag bag;
    uint8_t *const in_bag = t->in_bag == NULL ? NULL : t->in_bag + number * t->row_bytes;
    MLCI_TRY(mlci_bag_draw(t->fit->call, &t->bags, (uint32_t)number, &t->memory[slot], in_bag, &bag,
                           err));
    return mlci_cart_grow(t->fit->call, t->growers[slot], &bag, (uint32_t)number, &t->trees[block],
                          err);
}

/* A tree of many rows is memory that is touched for the first time: a look before each pass. */
static mlc_status add_tree(trainer *t, const mlci_cart_tree *tree, mlc_error *err)
{
    MLCI_TRY(mlci_poll(t->fit->call, err));
    MLCI_TRY(mlci_forest_add_tree(t->forest, tree, err));
    MLCI_TRY(mlci_poll(t->fit->call, err));
    mlci_cart_tree_importance(tree, t->forest->n_features, t->tree_importance);
    for (int64_t j = 0; j < t->forest->n_features; j++)
        t->forest->importance[j] += t->tree_importance[j];
    return MLC_OK;
}

static void normalise_importance(mlci_forest *f)
{
    double total = 0;
    for (int64_t j = 0; j < f->n_features; j++)
        total += f->importance[j];
    for (int64_t j = 0; j < f->n_features && total > 0; j++)
        f->importance[j] /= total;
}

static mlc_status grow_trees(trainer *t, int64_t n_trees, mlc_error *err)
{
    for (t->first = 0; t->first < n_trees; t->first += TREES_AT_ONCE) {
        const int64_t left = n_trees - t->first, n = left < TREES_AT_ONCE ? left : TREES_AT_ONCE;
        MLCI_TRY(mlci_report(t->fit->call, "trees", t->first, n_trees, NULL, 0, err));
        MLCI_TRY(mlci_parallel_for(t->fit->call, n, grow_one, t, err));
        for (int64_t i = 0; i < n; i++) {
            MLCI_TRY(add_tree(t, t->trees[i], err));
            mlci_cart_tree_free(t->trees[i]);
            t->trees[i] = NULL;
        }
    }
    normalise_importance(t->forest);
    return MLC_OK;
}

/* A lone tree is grown by the caller, whose threads share large nodes. */
static mlc_status grow_lone_tree(trainer *t, mlc_error *err)
{
    MLCI_TRY(grow_one(t, 0, 0, err));
    return add_tree(t, t->trees[0], err);
}

/* ---- the fit ------------------------------------------------------------------------------ */

static mlc_status prepare_rows(trainer *t, mlc_error *err)
{
    const mlci_forest_params *const p = t->fit->params;
    const int32_t n_classes = t->fit->y->classes == NULL ? 0 : t->fit->y->classes->n;
    const mlci_cart_row_rules rules = {.sums = mlci_cart_sums_of(p->criterion, n_classes),
                                       .class_weight = balances_bags(p) ? NULL : p->class_weight,
                                       .draw_by_weight = p->bootstrap,
                                       .from_zero = p->criterion == MLCI_CRITERION_POISSON,
                                       .rank_targets = p->criterion == MLCI_CRITERION_ABSOLUTE,
                                       .most_weight = t->bag_rules.n_draws};
    MLCI_TRY(mlci_report(t->fit->call, "rank", 0, 1, NULL, 0, err));
    MLCI_TRY(mlci_cart_rows_create(t->fit, &rules, &t->rows, err));
    return mlci_cart_columns_fit(t->fit->call, t->fit->x, t->rows->order, t->rows->weight,
                                 &t->columns, err);
}

static mlc_status prepare_slots(trainer *t, int64_t n_trees, mlc_error *err)
{
    const int32_t n_slots = mlci_n_slots(t->fit->call);
    const int is_lone = n_trees == 1;
    t->n_slots = is_lone ? 1 : n_trees < n_slots ? (int32_t)n_trees : n_slots;
    t->growers = mlci_alloc(t->root, t->n_slots, sizeof(mlci_cart_grower *));
    t->memory = mlci_alloc(t->root, t->n_slots, sizeof *t->memory);
    if (t->growers == NULL || t->memory == NULL)
        return mlci_fail_memory(err, t->n_slots, sizeof *t->memory);
    for (int32_t s = 0; s < t->n_slots; s++) {
        MLCI_TRY(mlci_cart_grower_create(t->fit->call, &t->data, t->rows->n_rows,
                                         is_lone ? n_slots : 1, &t->growers[s], err));
        MLCI_TRY(mlci_bag_memory_init(&t->bags, &t->memory[s], err));
    }
    return MLC_OK;
}

static mlc_status prepare(trainer *t, int64_t n_trees, mlc_error *err)
{
    const mlci_forest_params *const p = t->fit->params;
    MLCI_TRY(bag_rules_of(t->fit, &t->bag_rules, err));
    MLCI_TRY(prepare_rows(t, err));
    MLCI_TRY(mlci_monotonic_signs(t->root, p->monotonic_cst, t->fit->x->features,
                                  t->rows->n_classes, &t->signs, err));
    t->rules = rules_of(p, t->fit->x->n_features);
    t->rules.signs = t->signs;
    const int64_t n_rows = t->rows->n_rows, n_draws = t->bag_rules.n_draws;
    MLCI_TRY(mlci_cart_data_init(t->columns, t->rows, &t->rules,
                                 n_draws > n_rows ? n_draws : n_rows, &t->data, err));
    MLCI_TRY(mlci_bags_init(t->rows, &t->bag_rules, t->data.criterion.sums, &t->bags, err));
    MLCI_TRY(prepare_slots(t, n_trees, err));
    MLCI_TRY(mlci_forest_create(t->root, t->columns, t->rows->n_classes, t->rules.keep_impurity,
                                &t->forest, err));
    t->tree_importance = mlci_alloc(t->root, t->forest->n_features, sizeof *t->tree_importance);
    if (t->tree_importance == NULL)
        return mlci_fail_memory(err, t->forest->n_features, sizeof *t->tree_importance);
    if (!p->oob_score) return MLC_OK;
    t->row_bytes = (n_rows + 7) / 8;
    t->in_bag = mlci_alloc(t->root, n_trees, t->row_bytes);
    return t->in_bag == NULL ? mlci_fail_memory(err, n_trees, t->row_bytes) : MLC_OK;
}

static void free_trainer(trainer *t)
{
    for (int32_t s = 0; s < t->n_slots; s++) {
        if (t->growers != NULL) mlci_cart_grower_free(t->growers[s]);
        if (t->memory != NULL) mlci_bag_memory_clear(&t->memory[s]);
    }
    for (int64_t i = 0; i < TREES_AT_ONCE; i++)
        mlci_cart_tree_free(t->trees[i]);
    mlci_free(t->growers);
    mlci_free(t->memory);
    mlci_free(t->in_bag);
    mlci_free(t->tree_importance);
    mlci_free(t->signs);
    mlci_bags_clear(&t->bags);
    mlci_cart_data_clear(&t->data);
    mlci_cart_columns_free(t->columns);
    mlci_cart_rows_free(t->rows);
    mlci_forest_free(t->forest);
}

mlc_status mlci_extra_trees_fit(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    mlci_forest_params params = *(const mlci_forest_params *)fit->params;
    mlci_model_fit changed = *fit;
    params.splitter = MLCI_SPLITTER_RANDOM;
    changed.params = &params;
    return mlci_forest_fit(&changed, state, err);
}

mlc_status mlci_forest_fit(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    const mlci_forest_params *const p = fit->params;
    const int64_t n_trees = p->n_estimators > 0 ? p->n_estimators : 1;
    mlci_root *const root = mlci_context_root(fit->call);
    trainer *const t = mlci_alloc(root, 1, sizeof *t);
    if (t == NULL) return mlci_fail_memory(err, 1, sizeof *t);
    t->fit = fit;
    t->root = root;
    mlc_status status = prepare(t, n_trees, err);
    if (status == MLC_OK)
        status = n_trees == 1 ? grow_lone_tree(t, err) : grow_trees(t, n_trees, err);
    if (status == MLC_OK && t->in_bag != NULL)
        status = mlci_forest_add_oob(fit, t->rows, t->in_bag, t->row_bytes, t->forest, err);
    if (status == MLC_OK) {
        *state = t->forest;
        t->forest = NULL;
    }
    free_trainer(t);
    mlci_free(t);
    return status;
}
