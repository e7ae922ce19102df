/* The levels of a model of quantiles. */
#ifndef MLCI_FOREIGN_LEVELS_H
#define MLCI_FOREIGN_LEVELS_H

#include "foreign.h"

/* Notes the levels of a list of numbers, "0.9,0.1", one a score, in the recipe. Several make a
 * model of quantiles: its scores ascend by level, so those in another order change places. Called
 * when trees, first scores and biases are there. name: of the field, for messages. */
mlc_status mlci_foreign_set_levels(mlci_foreign *m, const char *name, const char *list,
                                   mlc_error *err);

#endif
