/* What a fit of boosted trees works with: rows, loss, scores, the grower of trees. Private to the
 * files that make rounds. */
#ifndef MLCI_BOOST_TRAINER_H
#define MLCI_BOOST_TRAINER_H

#include "boost.h"
#include "boost_data.h"
#include "boost_sample.h"
#include "dart.h"
#include "feature_cost.h"
#include "linear_tree.h"
#include "mean_loss.h"
#include "stopping.h"

typedef struct mlci_trainer {
    mlci_root *root;
    mlc_context *call;
    const mlci_model_fit *fit;
    const mlci_boost_params *params;
    mlci_loss loss;
    mlci_loss_rows loss_rows; /* all rows */
    mlci_boost_data *data;
    mlci_binned *binned;
    int8_t *monotone;
    double *contri;
    mlci_feature_costs *costs; /* NULL: splits cost nothing */
    mlci_forced_splits *forced;
    mlci_interactions *interactions;
    mlci_gradients *gradients; /* of one score ... */
    mlci_gradients **outputs;  /* ... or of each, the first of them that one; NULL: a tree a score */
    mlci_grower *grower;
    mlci_tree *tree;
    mlci_ensemble *ensemble;
    mlci_stopping *stopping;
    mlci_mean_loss *train_loss, *valid_loss;
    mlci_row_groups *train_groups, *valid_groups;
    double *raw, *work;
    double *valid; /* of a round, as in the history */
    mlci_sampler *sampler;
    mlci_linear_tree *linear; /* NULL: leaves are constant */
    mlci_dart *dart;          /* NULL: boosting=gbdt */
} mlci_trainer;

/* start: a finished model whose trees come first, whose start and categories stay; or NULL. Close
 * it, also after a failure. */
mlc_status mlci_trainer_open(const mlci_model_fit *fit, const mlci_ensemble *start,
                             mlci_trainer *trainer, mlc_error *err);
/* The same without what only growing trees needs: for trees whose structure is given. */
mlc_status mlci_trainer_open_scores(const mlci_model_fit *fit, const mlci_ensemble *start,
                                    mlci_trainer *trainer, mlc_error *err);
void mlci_trainer_close(mlci_trainer *trainer);
/* The scores before the first tree. */
void mlci_trainer_reset_scores(mlci_trainer *trainer);
mlci_grow_rules mlci_trainer_rules(const mlci_trainer *trainer);
/* The finished ensemble, which leaves the trainer. */
mlc_status mlci_trainer_finish(mlci_trainer *trainer, void **state, mlc_error *err);

#endif
