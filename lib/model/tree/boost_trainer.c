/* Setting up a fit of boosted trees: rows, loss, bins, first scores; also from the scores of a
 * model that is there, bit for bit as they were when its trees were made. */
#include "boost_trainer.h"

#include <math.h>
#include <string.h>

#include "boost_loss.h"
#include "feature_contri.h"
#include "gradient.h"
#include "matrix.h"
#include "monotonic_cst.h"
#include "scorer.h"

void mlci_trainer_close(mlci_trainer *t)
{
    mlci_boost_data_free(t->data);
    mlci_binned_free(t->binned);
    mlci_free(t->monotone);
    mlci_free(t->contri);
    mlci_feature_costs_free(t->costs);
    mlci_forced_splits_free(t->forced);
    mlci_interactions_free(t->interactions);
    for (int32_t k = 1; t->outputs != NULL && k < t->loss.n_outputs; k++)
        mlci_gradients_free(t->outputs[k]);
    mlci_free(t->outputs);
    mlci_gradients_free(t->gradients);
    mlci_grower_free(t->grower);
    mlci_tree_free(t->tree);
    mlci_stopping_free(t->stopping);
    mlci_mean_loss_free(t->train_loss);
    mlci_mean_loss_free(t->valid_loss);
    mlci_ensemble_free(t->ensemble);
    mlci_free(t->raw);
    mlci_free(t->work);
    mlci_free(t->valid);
    mlci_boost_loss_close(&t->loss);
    mlci_row_groups_free(t->train_groups);
    mlci_row_groups_free(t->valid_groups);
    mlci_sampler_free(t->sampler);
    mlci_dart_free(t->dart);
    mlci_linear_tree_free(t->linear);
}

/* ---- before the first round --------------------------------------------------------------- */

static mlc_status bin_rows(mlci_trainer *t, const mlci_ensemble *start, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_bin_rows rows = {.n_rows = d->n_rows,
                                .n_train = d->n_train,
                                .position = d->position,
                                .weight = d->fixed,
                                .unit = d->unit,
                                .categories = start == NULL ? NULL : &start->categories};
    MLCI_TRY(mlci_report(t->call, "bin", 0, 1, NULL, 0, err));
    MLCI_TRY(
        mlci_binned_fit(t->call, t->fit->x, &rows, (int32_t)t->params->max_bins, &t->binned, err));
    if (t->fit->valid_x != NULL)
        MLCI_TRY(mlci_binned_append(t->call, t->binned, t->fit->valid_x, t->fit->x->n_rows, err));
    return mlci_binned_finish(t->call, t->binned, err);
}

/* The best constant; with offsets the scores start from those alone. */
static mlc_status start_scores(mlci_trainer *t, const mlci_ensemble *start, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const int32_t n_outputs = t->loss.n_outputs;
    const mlci_loss_kind *const kind = t->loss.kind;
    const int has_work = kind != NULL && (kind->prepare != NULL || kind->scan != NULL);
    t->raw = mlci_alloc(t->root, n_outputs * d->n_rows, sizeof *t->raw);
    t->work = mlci_alloc(t->root, has_work ? d->n_rows : 0, sizeof *t->work);
    if (t->raw == NULL || t->work == NULL)
        return mlci_fail_memory(err, n_outputs * d->n_rows, sizeof *t->raw);
    MLCI_TRY(mlci_boost_loss_groups(t->call, d, &t->loss, &t->train_groups, &t->valid_groups, err));
    t->loss_rows = (mlci_loss_rows){.n_rows = d->n_train,
                                    .stride = d->n_rows,
                                    .y = d->y,
                                    .upper = d->upper,
                                    .weight = d->weight,
                                    .raw = t->raw,
                                    .work = t->work,
                                    .train_groups = t->train_groups,
                                    .valid_groups = t->valid_groups};
    MLCI_TRY(mlci_mean_loss_create(t->root, &t->loss, &t->loss_rows, 0, d->n_train, &t->train_loss,
                                   err));
    MLCI_TRY(mlci_mean_loss_create(t->root, &t->loss, &t->loss_rows, d->n_train, d->n_rows,
                                   &t->valid_loss, err));
    if (d->offset == NULL && start == NULL)
        MLCI_TRY(
            mlci_loss_start(&t->loss, t->call, &t->loss_rows, d->fixed, t->ensemble->start, err));
    mlci_trainer_reset_scores(t);
    return MLC_OK;
}

void mlci_trainer_reset_scores(mlci_trainer *t)
{
    const mlci_boost_data *const d = t->data;
    for (int32_t k = 0; k < t->loss.n_outputs; k++)
        for (int64_t i = 0; i < d->n_rows; i++)
            t->raw[k * d->n_rows + i] =
                t->ensemble->start[k] + (d->offset == NULL ? 0 : d->offset[i]);
}

mlci_grow_rules mlci_trainer_rules(const mlci_trainer *t)
{
    const mlci_boost_params *const p = t->params;
    return (mlci_grow_rules){
        .policy = p->grow_policy,
        .max_leaf_nodes = p->max_leaf_nodes,
        .max_depth = p->max_depth == MLCI_NONE_INTEGER ? INT64_MAX : p->max_depth,
        .min_samples_leaf = (double)p->min_samples_leaf,
        .min_hessian = p->min_hessian,
        .l1 = p->l1_regularization,
        .l2 = p->l2_regularization,
        .min_gain = p->min_gain_to_split,
        .max_delta = p->max_delta_step,
        .learning_rate = p->learning_rate,
        .max_features = p->max_features,
        .feature_fraction = p->feature_fraction,
        .monotone = t->monotone,
        .monotone_method = p->monotone_constraints_method,
        .interactions = t->interactions,
        .path_smooth = p->path_smooth,
        .extra_trees = p->extra_trees,
        .contri = t->contri,
        .costs = t->costs,
        .forced = t->forced,
        .max_cat_to_onehot = p->max_cat_to_onehot,
        .max_cat_threshold = p->max_cat_threshold,
        .cat_smooth = p->cat_smooth,
        .cat_l2 = p->cat_l2,
        .min_data_per_group = (double)p->min_data_per_group,
        .has_quantiles = t->loss.kind != NULL && t->loss.kind->leaf_quantile != NULL,
        .seed = (uint64_t)p->random_state,
    };
}

/* What the parameters say of features by name. */
static mlc_status read_constraints(mlci_trainer *t, mlc_error *err)
{
    const mlci_boost_params *const p = t->params;
    const mlci_features *const features = t->fit->x->features;
    MLCI_TRY(mlci_monotonic_signs(t->root, p->monotonic_cst, features, t->data->n_classes,
                                  &t->monotone, err));
    MLCI_TRY(mlci_feature_contri_read(t->root, p->feature_contri, features, &t->contri, err));
    MLCI_TRY(mlci_feature_costs_create(t->root, p, features, t->data->n_train, t->data->unit,
                                       &t->costs, err));
    MLCI_TRY(mlci_forced_splits_read(t->root, p->forced_splits, features, &t->forced, err));
    return mlci_interactions_create(t->root, p->interaction_cst, features, &t->interactions, err);
}

/* Trees for all scores at once need the gradients of all; lines need them as the loss gives them.
 */
static mlc_status open_outputs(mlci_trainer *t, mlc_error *err)
{
    const int32_t n = t->loss.n_outputs;
    if (t->params->multi_strategy != MLCI_STRATEGY_TREE_OF_ALL || n == 1) return MLC_OK;
    t->outputs = mlci_alloc(t->root, n, sizeof *t->outputs);
    if (t->outputs == NULL) return mlci_fail_memory(err, n, sizeof *t->outputs);
    t->outputs[0] = t->gradients;
    for (int32_t k = 1; k < n; k++)
        MLCI_TRY(t->params->linear_tree
                     ? mlci_gradients_create(t->root, t->data->n_train, 1, &t->outputs[k], err)
                     : mlci_gradients_beside(t->gradients, &t->outputs[k], err));
    return MLC_OK;
}

static mlc_status make_grower(mlci_trainer *t, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_grow_rules rules = mlci_trainer_rules(t);
    const int64_t most =
        rules.max_leaf_nodes < d->n_train + 1 ? rules.max_leaf_nodes : d->n_train + 1;
    const int32_t is_kept =
        t->params->linear_tree || t->params->multi_strategy == MLCI_STRATEGY_TREE_OF_ALL;
    MLCI_TRY(mlci_gradients_create(t->root, d->n_train, is_kept, &t->gradients, err));
    MLCI_TRY(mlci_tree_create(t->root, (int32_t)(2 * most + 1), &t->tree, err));
    MLCI_TRY(open_outputs(t, err));
    const mlci_grow_data data = {.binned = t->binned,
                                 .gradients = t->gradients,
                                 .row_weight = d->fixed,
                                 .unit = d->unit,
                                 .y = d->y,
                                 .outputs = (const mlci_gradients *const *)t->outputs,
                                 .n_outputs = t->loss.n_outputs};
    MLCI_TRY(mlci_grower_create(t->call, &data, &rules, &t->grower, err));
    MLCI_TRY(mlci_linear_tree_create(t->fit, d, t->binned, t->grower, &t->linear, err));
    MLCI_TRY(
        mlci_dart_create(t->root, t->params, t->binned, t->linear, t->ensemble, &t->dart, err));
    return mlci_sampler_create(t->call, t->params, d, &t->loss, &t->sampler, err);
}

/* ---- trees that are there ----------------------------------------------------------------- */

#define MOST_LEAVES (1 << 20) /* of the rows of a task, in all trees */

typedef struct add_work {
    const mlci_trainer *trainer;
    const mlci_ensemble *ensemble;
    const mlci_matrix *x;
    const int64_t *position; /* of the rows of x; NULL: first + the same */
    int64_t first, rows_a_task;
    double *memory; /* a part a slot: rows, leaves, scratch */
    int64_t slot_size;
} add_work;

static int64_t round_up_8(int64_t n)
{
    return (n + 7) / 8 * 8;
}

/* As when the trees were made: one rounded addition each, in their order, on top of the offset. */
static mlc_status add_rows(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const add_work *const w = arg;
    const mlci_ensemble *const e = w->ensemble;
    const int64_t begin = block * w->rows_a_task, left = w->x->n_rows - begin;
    const int64_t n = left < w->rows_a_task ? left : w->rows_a_task,
                  n_rows = w->trainer->data->n_rows;
    double *const memory = w->memory + slot * w->slot_size;
    double *const leaf = memory + round_up_8(w->rows_a_task * w->x->n_features);
    double *const scratch = leaf + round_up_8(w->rows_a_task * e->n_trees);
    const double *const x = mlci_matrix_rows(w->x, begin, n, memory);
    mlci_scorer_leaf(e->scorer, mlci_root_isa(w->trainer->root), x, n, scratch, leaf);
    for (int64_t i = 0; i < n; i++) {
        double *const raw =
            w->trainer->raw + (w->position == NULL ? w->first + begin + i : w->position[begin + i]);
        for (int64_t t = 0; t < e->n_trees; t++)
            raw[t % e->n_outputs * n_rows] += mlci_ensemble_leaf_value(
                e, e->first_node[t] + (int64_t)leaf[i * e->n_trees + t], x + i * w->x->n_features);
    }
    return MLC_OK;
}

static mlc_status add_trees_to(mlci_trainer *t, const mlci_ensemble *e, const mlci_matrix *x,
                               const int64_t *position, int64_t first, mlc_error *err)
{
    if (e->n_trees == 0) return MLC_OK;
    const int64_t most = MOST_LEAVES / e->n_trees < 1 ? 1 : MOST_LEAVES / e->n_trees;
    add_work w = {.trainer = t, .ensemble = e, .x = x, .position = position, .first = first};
    w.rows_a_task = most < MLCI_BLOCK_ROWS ? most : MLCI_BLOCK_ROWS;
    w.slot_size = round_up_8(w.rows_a_task * x->n_features) +
                  round_up_8(w.rows_a_task * e->n_trees) +
                  round_up_8(mlci_scorer_scratch_size(e->scorer, w.rows_a_task));
    w.memory = mlci_alloc_raw(t->root, w.slot_size * mlci_n_slots(t->call), sizeof *w.memory);
    if (w.memory == NULL)
        return mlci_fail_memory(err, w.slot_size * mlci_n_slots(t->call), sizeof *w.memory);
    const mlc_status status = mlci_parallel_for(
        t->call, (x->n_rows + w.rows_a_task - 1) / w.rows_a_task, add_rows, &w, err);
    mlci_free(w.memory);
    return status;
}

/* To the scores of all rows. */
static mlc_status add_trees(mlci_trainer *t, const mlci_ensemble *e, mlc_error *err)
{
    MLCI_TRY(add_trees_to(t, e, t->fit->x, t->data->position, 0, err));
    if (t->fit->valid_x == NULL) return MLC_OK;
    return add_trees_to(t, e, t->fit->valid_x, NULL, t->fit->x->n_rows, err);
}

/* ---- opening and closing ------------------------------------------------------------------ */

/* Those of a model that came from another library may be numbers here, or more than bins. */
static mlc_status check_categories(const mlci_features *features, const mlci_ensemble *start,
                                   mlc_error *err)
{
    for (int32_t i = 0; i < features->n_inputs; i++) {
        const mlci_feature *const input = &features->inputs[i];
        const int is_split = mlci_n_codes(&start->categories, input->first) > 0;
        if ((!is_split || input->dictionary != NULL) &&
            mlci_category_bins_most(&start->categories, input->first) <= MLCI_MAX_BINS)
            continue;
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, input->name,
                         "the model came from another library and has categories in column '%s' "
                         "that cannot be trained on here: fit its recipe instead",
                         input->name);
    }
    return MLC_OK;
}

/* A model goes on with what makes its scores mean the same. */
static mlc_status check_start(const mlci_trainer *t, const mlci_ensemble *start, mlc_error *err)
{
    if (start->n_features != t->fit->x->n_features || start->n_classes != t->data->n_classes)
        return mlci_fail(err, MLC_ERROR_DATA, NULL,
                         "the model has other features or classes than the rows");
    MLCI_TRY(check_categories(t->fit->x->features, start, err));
    if (start->rule == NULL && start->n_outputs == t->loss.n_outputs && start->link == t->loss.link)
        return MLC_OK;
    if (start->rule != NULL)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "the model came from another library, whose scores are not added as "
                         "those of more trees would be: fit its recipe instead");
    return mlci_fail(err, MLC_ERROR_SETTING, "loss",
                     "the model was fitted with another kind of loss: leave loss as it was");
}

/* What the history has of the validation rows from now on. Without any, metrics that it has stay
 * where the parameters still name them. */
static mlc_status open_history(mlci_trainer *t, mlc_error *err)
{
    mlci_ensemble *const e = t->ensemble;
    const char *const names = t->params->early_stopping_metric;
    const int stays = e->metrics != NULL && names != NULL && strcmp(e->metrics, names) == 0;
    if (t->stopping != NULL)
        MLCI_TRY(mlci_ensemble_set_metrics(e, names, mlci_stopping_n_metrics(t->stopping), err));
    else if (!stays)
        MLCI_TRY(mlci_ensemble_set_metrics(e, NULL, 0, err));
    t->valid = mlci_alloc(t->root, e->valid_width, sizeof *t->valid);
    if (t->valid == NULL) return mlci_fail_memory(err, e->valid_width, sizeof *t->valid);
    for (int64_t k = 0; k < e->valid_width; k++)
        t->valid[k] = NAN;
    return MLC_OK;
}

static mlc_status open_loss(const mlci_model_fit *fit, mlci_trainer *t, mlc_error *err)
{
    *t = (mlci_trainer){
        .root = mlci_context_root(fit->call), .call = fit->call, .fit = fit, .params = fit->params};
    MLCI_TRY(mlci_boost_data_create(fit, &t->data, err));
    MLCI_TRY(mlci_boost_loss_open(fit, t->data, &t->loss, err));
    return read_constraints(t, err);
}

mlc_status mlci_trainer_open_scores(const mlci_model_fit *fit, const mlci_ensemble *start,
                                    mlci_trainer *t, mlc_error *err)
{
    MLCI_TRY(open_loss(fit, t, err));
    MLCI_TRY(check_start(t, start, err));
    MLCI_TRY(mlci_ensemble_copy(t->root, start, start->n_trees, &t->ensemble, err));
    MLCI_TRY(start_scores(t, start, err));
    return mlci_gradients_create(t->root, t->data->n_train, 1, &t->gradients, err);
}

mlc_status mlci_trainer_open(const mlci_model_fit *fit, const mlci_ensemble *start, mlci_trainer *t,
                             mlc_error *err)
{
    MLCI_TRY(open_loss(fit, t, err));
    MLCI_TRY(mlci_stopping_create(fit, t->data, &t->loss, &t->stopping, err));
    MLCI_TRY(bin_rows(t, start, err));
    if (start == NULL) {
        MLCI_TRY(mlci_ensemble_create(t->root, t->binned, t->loss.n_outputs, &t->ensemble, err));
        t->ensemble->n_classes = t->data->n_classes;
        t->ensemble->link = t->loss.link;
    } else {
        MLCI_TRY(check_start(t, start, err));
        MLCI_TRY(mlci_ensemble_copy(t->root, start, start->n_trees, &t->ensemble, err));
    }
    MLCI_TRY(open_history(t, err));
    MLCI_TRY(start_scores(t, start, err));
    if (start != NULL) MLCI_TRY(add_trees(t, start, err));
    if (start != NULL)
        MLCI_TRY(mlci_feature_costs_pay_model(t->call, t->costs, start, fit->x, t->data->position,
                                              t->data->n_train, err));
    return make_grower(t, err);
}

mlc_status mlci_trainer_finish(mlci_trainer *t, void **state, mlc_error *err)
{
    MLCI_TRY(mlci_ensemble_finish(t->call, t->ensemble, err));
    *state = t->ensemble;
    t->ensemble = NULL;
    return MLC_OK;
}
