/* Boosted trees with linear leaves: the models of their leaves, and scores of rows while they are
 * made. */
#ifndef MLCI_LINEAR_TREE_H
#define MLCI_LINEAR_TREE_H

#include "boost_data.h"
#include "grow.h"

typedef struct mlci_linear_tree mlci_linear_tree;

/* *out stays NULL without linear_tree. All that is given stays where it is. */
mlc_status mlci_linear_tree_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                   const mlci_binned *binned, const mlci_grower *grower,
                                   mlci_linear_tree **out, mlc_error *err);
void mlci_linear_tree_free(mlci_linear_tree *linear);
/* Gives leaves of the tree that was just grown, times the grower's learning rate, a linear model of
 * the numbers that their paths ask for, by these gradients. Leaves that cannot have one stay as
 * they are. */
mlc_status mlci_linear_tree_fit(mlc_context *call, mlci_linear_tree *linear,
                                const mlci_gradients *gradients, mlci_tree *tree, mlc_error *err);
/* mlci_grower_add_scores() with terms. */
mlc_status mlci_linear_tree_add_grown(mlc_context *call, const mlci_linear_tree *linear,
                                      const mlci_tree *tree, double *raw, mlc_error *err);
/* mlci_tree_add_scores() with terms; values times factor are added. */
mlc_status mlci_linear_tree_add_rows(mlc_context *call, const mlci_linear_tree *linear,
                                     const mlci_tree *tree, double factor, const uint32_t *rows,
                                     int64_t first, int64_t n, double *raw, mlc_error *err);

#endif
