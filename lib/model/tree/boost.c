/* Gradient boosting (Friedman 2001) on histograms: the loop over rounds.
 *
 * A round makes one tree a score from the gradients of the scores so far; with softmax the K
 * trees of a round see the same probabilities. Rows that were not drawn for a round are walked down
 * its trees by their codes, as validation rows are. Rounds end when n_estimators are made, when
 * early stopping says so, or when no tree of a round could be split. */
#include "boost.h"

#include <math.h>
#include <string.h>

#include "boost_data.h"
#include "boost_loss.h"
#include "boost_sample.h"
#include "class_weight.h"
#include "gradient.h"
#include "grow.h"
#include "matrix.h"
#include "mean_loss.h"
#include "monotonic_cst.h"
#include "stopping.h"
#include "target.h"

typedef struct trainer {
    mlci_root *root;
    mlc_context *call;
    const mlci_model_fit *fit;
    const mlci_boost_params *params;
    mlci_loss loss;
    mlci_loss_rows loss_rows; /* all rows */
    mlci_boost_data *data;
    mlci_binned *binned;
    int8_t *monotone;
    mlci_interactions *interactions;
    mlci_gradients *gradients;
    mlci_grower *grower;
    mlci_tree *tree;
    mlci_ensemble *ensemble;
    mlci_stopping *stopping;
    mlci_mean_loss *train_loss, *valid_loss;
    mlci_row_groups *train_groups, *valid_groups;
    double *raw, *work;
    mlci_sampler *sampler;
} trainer;

static void free_trainer(trainer *t)
{
    mlci_boost_data_free(t->data);
    mlci_binned_free(t->binned);
    mlci_free(t->monotone);
    mlci_interactions_free(t->interactions);
    mlci_gradients_free(t->gradients);
    mlci_grower_free(t->grower);
    mlci_tree_free(t->tree);
    mlci_stopping_free(t->stopping);
    mlci_mean_loss_free(t->train_loss);
    mlci_mean_loss_free(t->valid_loss);
    mlci_ensemble_free(t->ensemble);
    mlci_free(t->raw);
    mlci_free(t->work);
    mlci_boost_loss_close(&t->loss);
    mlci_row_groups_free(t->train_groups);
    mlci_row_groups_free(t->valid_groups);
    mlci_sampler_free(t->sampler);
}

/* ---- before the first round --------------------------------------------------------------- */

static mlc_status bin_rows(trainer *t, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_bin_rows rows = {d->n_rows, d->n_train, d->position, d->fixed, d->unit};
    MLCI_TRY(mlci_report(t->call, "bin", 0, 1, NULL, 0, err));
    MLCI_TRY(
        mlci_binned_fit(t->call, t->fit->x, &rows, (int32_t)t->params->max_bins, &t->binned, err));
    if (t->fit->valid_x != NULL)
        MLCI_TRY(mlci_binned_append(t->call, t->binned, t->fit->valid_x, t->fit->x->n_rows, err));
    return mlci_binned_finish(t->call, t->binned, err);
}

/* The best constant; with offsets the scores start from those alone. */
static mlc_status start_scores(trainer *t, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const int32_t n_outputs = t->loss.n_outputs;
    const mlci_loss_kind *const kind = t->loss.kind;
    const int has_work = kind != NULL && (kind->prepare != NULL || kind->scan != NULL);
    t->raw = mlci_alloc(t->root, n_outputs * d->n_rows, sizeof *t->raw);
    t->work = mlci_alloc(t->root, has_work ? d->n_rows : 0, sizeof *t->work);
    if (t->raw == NULL || t->work == NULL)
        return mlci_fail_memory(err, n_outputs * d->n_rows, sizeof *t->raw);
    MLCI_TRY(mlci_boost_loss_groups(t->root, d, &t->loss, &t->train_groups, &t->valid_groups, err));
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
    if (d->offset == NULL)
        MLCI_TRY(
            mlci_loss_start(&t->loss, t->call, &t->loss_rows, d->fixed, t->ensemble->start, err));
    for (int32_t k = 0; k < n_outputs; k++)
        for (int64_t i = 0; i < d->n_rows; i++)
            t->raw[k * d->n_rows + i] =
                t->ensemble->start[k] + (d->offset == NULL ? 0 : d->offset[i]);
    return MLC_OK;
}

static mlci_grow_rules grow_rules(const trainer *t)
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
static mlc_status read_constraints(trainer *t, mlc_error *err)
{
    const mlci_boost_params *const p = t->params;
    const mlci_features *const features = t->fit->x->features;
    MLCI_TRY(mlci_monotonic_signs(t->root, p->monotonic_cst, features, t->data->n_classes,
                                  &t->monotone, err));
    return mlci_interactions_create(t->root, p->interaction_cst, features, &t->interactions, err);
}

static mlc_status make_grower(trainer *t, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_grow_rules rules = grow_rules(t);
    const int64_t most =
        rules.max_leaf_nodes < d->n_train + 1 ? rules.max_leaf_nodes : d->n_train + 1;
    MLCI_TRY(mlci_gradients_create(t->root, d->n_train, &t->gradients, err));
    MLCI_TRY(mlci_tree_create(t->root, (int32_t)(2 * most + 1), &t->tree, err));
    const mlci_grow_data data = {t->binned, t->gradients, d->fixed, d->unit, d->y};
    MLCI_TRY(mlci_grower_create(t->call, &data, &rules, &t->grower, err));
    return mlci_sampler_create(t->call, t->params, d, &t->loss, &t->sampler, err);
}

static mlc_status set_up(trainer *t, mlc_error *err)
{
    MLCI_TRY(mlci_boost_data_create(t->fit, &t->data, err));
    MLCI_TRY(mlci_boost_loss_open(t->fit, t->data, &t->loss, err));
    MLCI_TRY(read_constraints(t, err));
    MLCI_TRY(mlci_stopping_create(t->fit, t->data, &t->loss, &t->stopping, err));
    MLCI_TRY(bin_rows(t, err));
    MLCI_TRY(mlci_ensemble_create(t->root, t->binned, t->loss.n_outputs, &t->ensemble, err));
    t->ensemble->n_classes = t->data->n_classes;
    t->ensemble->link = t->loss.link;
    MLCI_TRY(start_scores(t, err));
    return make_grower(t, err);
}

/* ---- rounds ------------------------------------------------------------------------------- */

/* Gradients of score k, as the sample has them. */
static mlc_status compute_gradients(trainer *t, int32_t k, uint32_t stream, mlc_error *err)
{
    const mlci_sample *const sample = mlci_sampler_sample(t->sampler);
    const mlci_rounding rounding = {(uint64_t)t->params->random_state, stream, t->data->row_index};
    if (!sample->has_gradients)
        MLCI_TRY(mlci_gradients_compute(t->call, &t->loss, &t->loss_rows, k, t->gradients, err));
    if (sample->factor != NULL)
        MLCI_TRY(mlci_gradients_weigh(t->call, &t->loss, sample->factor, t->gradients, err));
    return mlci_gradients_round(t->call, &rounding, t->gradients, err);
}

/* The tree of score k; *has_split says whether it is more than a leaf. */
static mlc_status make_tree(trainer *t, int64_t round, int32_t k, int32_t *has_split,
                            mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_sample *const sample = mlci_sampler_sample(t->sampler);
    const uint32_t stream = (uint32_t)(round * t->loss.n_outputs + k);
    double *const raw = t->raw + k * d->n_rows;
    MLCI_TRY(compute_gradients(t, k, stream, err));
    if (t->loss.kind != NULL && t->loss.kind->leaf_quantile != NULL)
        mlci_grower_set_quantile(t->grower, t->loss.kind->leaf_quantile(&t->loss, k), raw);
    MLCI_TRY(mlci_grower_grow(t->call, t->grower, sample->rows, sample->n, stream, t->tree, err));
    *has_split |= t->tree->n_nodes > 1;
    MLCI_TRY(mlci_grower_add_scores(t->call, t->grower, t->tree, raw, err));
    if (sample->n_left_out > 0)
        MLCI_TRY(mlci_tree_add_scores(t->call, t->binned, t->tree, sample->left_out, 0,
                                      sample->n_left_out, raw, err));
    if (d->n_valid > 0)
        MLCI_TRY(mlci_tree_add_scores(t->call, t->binned, t->tree, NULL, d->n_train, d->n_valid,
                                      raw, err));
    return mlci_ensemble_add_tree(t->ensemble, t->tree, err);
}

/* What is known after a round: history, progress, and whether to go on. */
static mlc_status end_round(trainer *t, int64_t round, int32_t *stop, mlc_error *err)
{
    double train, valid;
    MLCI_TRY(mlci_mean_loss_compute(t->call, t->train_loss, &train, err));
    MLCI_TRY(mlci_mean_loss_compute(t->call, t->valid_loss, &valid, err));
    if (t->stopping != NULL)
        MLCI_TRY(
            mlci_stopping_update(t->call, t->stopping, round, valid, t->raw, &valid, stop, err));
    MLCI_TRY(mlci_ensemble_add_round(t->ensemble, train, valid, err));
    return mlci_report(t->call, "boost", round + 1, t->params->n_estimators,
                       t->loss.kind == NULL ? NULL : t->loss.kind->progress, train, err);
}

/* Would every later round be as idle as one without a split? */
static int is_stuck(const trainer *t, int32_t has_split)
{
    return !has_split && t->data->offset == NULL && t->loss.host == NULL &&
           !mlci_sampler_draws(t->sampler) && !(t->params->max_features < 1) &&
           !(t->params->feature_fraction < 1);
}

static mlc_status run_rounds(trainer *t, mlc_error *err)
{
    const int32_t n_outputs = t->loss.n_outputs;
    int32_t stop = 0;
    for (int64_t round = 0; round < t->params->n_estimators && !stop; round++) {
        int32_t has_split = 0;
        MLCI_TRY(mlci_sampler_draw(t->call, t->sampler, round, &t->loss_rows, t->gradients, err));
        for (int32_t k = 0; k < n_outputs; k++)
            MLCI_TRY(make_tree(t, round, k, &has_split, err));
        if (is_stuck(t, has_split)) {
            mlci_ensemble_truncate(t->ensemble, round * n_outputs);
            break;
        }
        MLCI_TRY(end_round(t, round, &stop, err));
    }
    if (t->stopping != NULL)
        mlci_ensemble_truncate(t->ensemble,
                               (mlci_stopping_best_round(t->stopping) + 1) * n_outputs);
    return MLC_OK;
}

mlc_status mlci_boost_fit(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    trainer t = {
        .root = mlci_context_root(fit->call), .call = fit->call, .fit = fit, .params = fit->params};
    mlc_status status = set_up(&t, err);
    if (status == MLC_OK) status = run_rounds(&t, err);
    if (status == MLC_OK) status = mlci_ensemble_finish(fit->call, t.ensemble, err);
    if (status == MLC_OK) {
        *state = t.ensemble;
        t.ensemble = NULL;
    }
    free_trainer(&t);
    return status;
}
