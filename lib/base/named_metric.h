/* Metrics by a name with settings: ndcg(k=5, gain=linear), or with a cut-off alone: ndcg@5. */
#ifndef MLCI_NAMED_METRIC_H
#define MLCI_NAMED_METRIC_H

#include "error.h"

#define MLCI_NAMED_METRIC_MAX 512

typedef struct mlci_named_metric {
    char base[MLCI_NAMED_METRIC_MAX];
    char settings[MLCI_NAMED_METRIC_MAX]; /* "k=5, gain=linear", or "" */
} mlci_named_metric;

/* MLC_ERROR_COMPONENT where a bracket is left open or what follows the @ is no whole number above
 * 0. */
mlc_status mlci_named_metric_split(const char *name, mlci_named_metric *out, mlc_error *err);

#endif
