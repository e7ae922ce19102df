/* The list of early_stopping_metric. */
#ifndef MLCI_SCORE_NAMES_H
#define MLCI_SCORE_NAMES_H

#include "error.h"
#include "memory.h"

#define MLCI_MOST_METRICS 24
#define MLCI_SCORE_LOSS "loss" /* stands for the loss of the model */

/* How many names there are, and how many of them are metrics and not the loss; either may be
 * NULL. A list of NULL has none. An empty list, and one that has a name twice, are
 * MLC_ERROR_SETTING, a longer one than MLCI_MOST_METRICS is MLC_ERROR_LIMIT. */
mlc_status mlci_score_names_count(const char *list, int32_t *n_names, int32_t *n_metrics,
                                  mlc_error *err);

/* Takes name k of the list, which is the caller's. */
typedef mlc_status (*mlci_score_name_fn)(void *arg, int32_t k, const char *name, mlc_error *err);
mlc_status mlci_score_names_each(mlci_root *root, const char *list, mlci_score_name_fn fn,
                                 void *arg, mlc_error *err);

#endif
