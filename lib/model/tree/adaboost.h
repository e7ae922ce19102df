/* Boosted decision trees that vote by weight: AdaBoost that was fitted.
 *
 * The trees are those of mlci_forest; of classes a leaf's value is the class that it votes for.
 * Immutable once handed out. */
#ifndef MLCI_ADABOOST_H
#define MLCI_ADABOOST_H

#include "forest.h"

typedef struct mlci_adaboost {
    mlci_forest *forest;
    double *weight; /* of each tree, at least 0 */
    double *error;  /* of each tree on the weighted training rows */
    double total;   /* of the weights */
} mlci_adaboost;

/* Room for most_trees trees. Takes the forest, also on failure. */
mlc_status mlci_adaboost_create(mlci_forest *forest, int64_t most_trees, mlci_adaboost **out,
                                mlc_error *err);
void mlci_adaboost_free(void *state);
/* The last step: sums the weights. */
void mlci_adaboost_finish(mlci_adaboost *model);

/* The functions of a model descriptor whose state this is. */
int64_t mlci_adaboost_n_outputs(const void *params, const void *state, int32_t output);
int64_t mlci_adaboost_scratch_size(const void *params, const void *state, int64_t n_rows);
void mlci_adaboost_predict(const mlci_model_predict *predict);
void mlci_adaboost_save(const void *params, const void *state, mlci_writer *w);
mlc_status mlci_adaboost_load(mlc_context *call, const void *params, mlci_reader *r,
                              int64_t n_features, int64_t n_classes, void **state, mlc_error *err);
extern const char *const mlci_adaboost_tables[]; /* "importance", "estimators", "trees" */
mlc_status mlci_adaboost_table(mlc_context *call, const void *params, const void *state,
                               const char *table, const mlci_features *features,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
