/* Early stopping: the scores of the validation rows after each round. */
#ifndef MLCI_STOPPING_H
#define MLCI_STOPPING_H

#include "boost_data.h"
#include "loss.h"

typedef struct mlci_stopping mlci_stopping;

/* Off (*out NULL) without validation rows, with early_stopping=false or boosting=dart. */
mlc_status mlci_stopping_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                const mlci_loss *loss, mlci_stopping **out, mlc_error *err);
void mlci_stopping_free(mlci_stopping *stopping);
/* Metrics that are looked at, without the loss. */
int32_t mlci_stopping_n_metrics(const mlci_stopping *stopping);
/* After a round: loss is the mean loss of the validation rows, raw the scores of all rows. scores
 * are those of the metrics, *stop 1 when it is time. */
mlc_status mlci_stopping_update(mlc_context *call, mlci_stopping *stopping, int64_t round,
                                double loss, const double *raw, double *scores, int32_t *stop,
                                mlc_error *err);
/* The round to keep, from 0. */
int64_t mlci_stopping_best_round(const mlci_stopping *stopping);

#endif
