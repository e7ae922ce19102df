/* Gradient boosting (Friedman 2001) on histograms: the loop over rounds.
 *
 * A round makes one tree a score from the gradients of the scores so far, or one set of splits
 * for all; with softmax the K trees of a round see the same probabilities. Rows that were not drawn
 * for a round are walked down its trees by their codes, as validation rows are. With linear_tree
 * the leaves of the rounds after the first, as in LightGBM, are linear. Rounds end when
 * n_estimators are made, when early stopping says so, or when no tree of a round could be split. A
 * model that goes on makes the rounds after its own: what is drawn goes by the number of a round,
 * so the trees are those of a fit in one go. */
#include "boost_trainer.h"

#include "boost_refit.h"
#include "gradient.h"

/* ---- rounds ------------------------------------------------------------------------------- */

/* Gradients of score k, as the sample has them. */
static mlc_status compute_gradients(mlci_trainer *t, int32_t k, uint32_t stream,
                                    mlci_gradients *gradients, mlc_error *err)
{
    const mlci_sample *const sample = mlci_sampler_sample(t->sampler);
    const mlci_rounding rounding = {(uint64_t)t->params->random_state, stream, t->data->row_index};
    if (!sample->has_gradients)
        MLCI_TRY(mlci_gradients_compute(t->call, &t->loss, &t->loss_rows, k, gradients, err));
    if (sample->factor != NULL)
        MLCI_TRY(mlci_gradients_weigh(t->call, &t->loss, sample->factor, gradients, err));
    return mlci_gradients_round(t->call, &rounding, gradients, err);
}

static void set_quantile(mlci_trainer *t, int32_t k)
{
    const int64_t first = k * t->data->n_rows, target = t->loss.n_targets > 1 ? first : 0;
    if (t->loss.kind != NULL && t->loss.kind->leaf_quantile != NULL)
        mlci_grower_set_quantile(t->grower, t->loss.kind->leaf_quantile(&t->loss, k),
                                 t->data->y + target, t->raw + first);
}

/* To the rows that the tree was grown on. */
static mlc_status add_grown(const mlci_trainer *t, double *raw, mlc_error *err)
{
    if (t->tree->terms != NULL && t->tree->terms->n_terms > 0)
        return mlci_linear_tree_add_grown(t->call, t->linear, t->tree, raw, err);
    return mlci_grower_add_scores(t->call, t->grower, t->tree, raw, err);
}

/* To other rows: n of them, rows NULL: first, first + 1, ... */
static mlc_status add_rows(const mlci_trainer *t, const uint32_t *rows, int64_t first, int64_t n,
                           double *raw, mlc_error *err)
{
    if (t->tree->terms != NULL && t->tree->terms->n_terms > 0)
        return mlci_linear_tree_add_rows(t->call, t->linear, t->tree, 1, rows, first, n, raw, err);
    return mlci_tree_add_scores(t->call, t->binned, t->tree, rows, first, n, raw, err);
}

/* The tree that was grown on these gradients, or shares its splits, becomes that of score k. */
static mlc_status add_tree(mlci_trainer *t, int64_t round, int32_t k,
                           const mlci_gradients *gradients, mlc_error *err)
{
    const mlci_boost_data *const d = t->data;
    const mlci_sample *const sample = mlci_sampler_sample(t->sampler);
    double *const raw = t->raw + k * d->n_rows;
    if (t->linear != NULL && round > 0)
        MLCI_TRY(mlci_linear_tree_fit(t->call, t->linear, gradients, t->tree, err));
    MLCI_TRY(add_grown(t, raw, err));
    if (sample->n_left_out > 0)
        MLCI_TRY(add_rows(t, sample->left_out, 0, sample->n_left_out, raw, err));
    if (d->n_valid > 0) MLCI_TRY(add_rows(t, NULL, d->n_train, d->n_valid, raw, err));
    MLCI_TRY(mlci_ensemble_add_tree(t->ensemble, t->tree, err));
    return t->dart == NULL ? MLC_OK : mlci_dart_note(t->dart, t->tree, err);
}

/* A tree is grown, on the rows of the sample. */
static mlc_status grow_tree(mlci_trainer *t, uint32_t stream, int32_t *has_split, mlc_error *err)
{
    const mlci_sample *const sample = mlci_sampler_sample(t->sampler);
    MLCI_TRY(mlci_grower_grow(t->call, t->grower, sample->rows, sample->n, stream, t->tree, err));
    *has_split |= t->tree->n_nodes > 1;
    return mlci_feature_costs_pay_tree(t->call, t->costs, t->binned, t->tree, sample->left_out,
                                       sample->n_left_out, err);
}

/* A tree a score; *has_split says whether one is more than a leaf. */
static mlc_status make_trees(mlci_trainer *t, int64_t round, int32_t *has_split, mlc_error *err)
{
    for (int32_t k = 0; k < t->loss.n_outputs; k++) {
        const uint32_t stream = (uint32_t)(round * t->loss.n_outputs + k);
        MLCI_TRY(compute_gradients(t, k, stream, t->gradients, err));
        set_quantile(t, k);
        MLCI_TRY(grow_tree(t, stream, has_split, err));
        MLCI_TRY(add_tree(t, round, k, t->gradients, err));
    }
    return MLC_OK;
}

/* One set of splits for all scores, with values of their own. */
static mlc_status make_shared_trees(mlci_trainer *t, int64_t round, int32_t *has_split,
                                    mlc_error *err)
{
    const int32_t n_outputs = t->loss.n_outputs;
    const uint32_t stream = (uint32_t)(round * n_outputs);
    for (int32_t k = 0; k < n_outputs; k++)
        MLCI_TRY(compute_gradients(t, k, stream + (uint32_t)k, t->outputs[k], err));
    MLCI_TRY(grow_tree(t, stream, has_split, err));
    for (int32_t k = 0; k < n_outputs; k++) {
        set_quantile(t, k);
        MLCI_TRY(mlci_grower_set_output(t->call, t->grower, k, t->tree, err));
        MLCI_TRY(add_tree(t, round, k, t->outputs[k], err));
    }
    return MLC_OK;
}

/* Sets some of the rounds that are there aside. */
static mlc_status drop_rounds(mlci_trainer *t, int64_t round, mlc_error *err)
{
    double rate;
    if (t->dart == NULL) return MLC_OK;
    MLCI_TRY(mlci_dart_drop(t->call, t->dart, round, t->raw, &rate, err));
    mlci_grower_set_rate(t->grower, rate);
    return MLC_OK;
}

/* Loss and metrics of the validation rows, and whether to go on. */
static mlc_status look_at_valid(mlci_trainer *t, int64_t round, int32_t *stop, mlc_error *err)
{
    MLCI_TRY(mlci_mean_loss_compute(t->call, t->valid_loss, t->valid, err));
    if (t->stopping == NULL) return MLC_OK;
    return mlci_stopping_update(t->call, t->stopping, round, *t->valid, t->raw, t->valid + 1, stop,
                                err);
}

/* What is known after a round: history, progress, and whether to go on. */
static mlc_status end_round(mlci_trainer *t, int64_t round, int32_t *stop, mlc_error *err)
{
    double train;
    MLCI_TRY(mlci_mean_loss_compute(t->call, t->train_loss, &train, err));
    MLCI_TRY(look_at_valid(t, round, stop, err));
    MLCI_TRY(mlci_ensemble_add_round(t->ensemble, train, t->valid, err));
    return mlci_report(t->call, "boost", round + 1, t->params->n_estimators,
                       t->loss.kind == NULL ? NULL : t->loss.kind->progress, train, err);
}

/* The validation score of the model that goes on is the one to beat. */
static mlc_status note_start(mlci_trainer *t, int64_t round, int32_t *stop, mlc_error *err)
{
    return t->stopping == NULL ? MLC_OK : look_at_valid(t, round, stop, err);
}

/* Would every later round be as idle as one without a split? */
static int is_stuck(const mlci_trainer *t, int32_t has_split)
{
    return !has_split && t->data->offset == NULL && t->loss.host == NULL && t->dart == NULL &&
           !mlci_sampler_draws(t->sampler) && !(t->params->max_features < 1) &&
           !(t->params->feature_fraction < 1) && !t->params->extra_trees;
}

static mlc_status run_rounds(mlci_trainer *t, mlc_error *err)
{
    const int32_t n_outputs = t->loss.n_outputs;
    int64_t round = t->ensemble->n_trees / n_outputs;
    int32_t stop = 0;
    if (round > 0) MLCI_TRY(note_start(t, round - 1, &stop, err));
    for (; round < t->params->n_estimators && !stop; round++) {
        int32_t has_split = 0;
        MLCI_TRY(drop_rounds(t, round, err));
        MLCI_TRY(mlci_sampler_draw(t->call, t->sampler, round, &t->loss_rows, t->gradients, err));
        MLCI_TRY(t->outputs == NULL ? make_trees(t, round, &has_split, err)
                                    : make_shared_trees(t, round, &has_split, err));
        if (t->dart != NULL) MLCI_TRY(mlci_dart_return(t->call, t->dart, t->raw, err));
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

static mlc_status fit_from(const mlci_model_fit *fit, const mlci_ensemble *start, void **state,
                           mlc_error *err)
{
    mlci_trainer t;
    mlc_status status = mlci_trainer_open(fit, start, &t, err);
    if (status == MLC_OK) status = run_rounds(&t, err);
    if (status == MLC_OK) status = mlci_trainer_finish(&t, state, err);
    mlci_trainer_close(&t);
    return status;
}

mlc_status mlci_boost_fit(const mlci_model_fit *fit, void **state, mlc_error *err)
{
    return fit_from(fit, NULL, state, err);
}

/* ---- models that go on -------------------------------------------------------------------- */

static int64_t n_rounds(const void *state)
{
    const mlci_ensemble *const e = state;
    return e->n_trees / e->n_outputs;
}

static mlc_status truncate_rounds(mlc_context *call, const void *state, int64_t n, void **out,
                                  mlc_error *err)
{
    const mlci_ensemble *const from = state;
    mlci_ensemble *e = NULL;
    MLCI_TRY(mlci_ensemble_copy(mlci_context_root(call), from, n * from->n_outputs, &e, err));
    const mlc_status status = mlci_ensemble_finish(call, e, err);
    if (status != MLC_OK) {
        mlci_ensemble_free(e);
        return status;
    }
    *out = e;
    return MLC_OK;
}

static mlc_status fit_more(const mlci_model_fit *fit, const void *state, void **out, mlc_error *err)
{
    return fit_from(fit, state, out, err);
}

const mlci_updater mlci_boost_updater = {.rounds = "n_estimators",
                                         .n_rounds = n_rounds,
                                         .truncate = truncate_rounds,
                                         .fit_more = fit_more,
                                         .refit = mlci_boost_refit};
