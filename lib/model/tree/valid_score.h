/* Scores of the validation rows: what the model would predict for them, by one metric or more. */
#ifndef MLCI_VALID_SCORE_H
#define MLCI_VALID_SCORE_H

#include "boost_data.h"
#include "loss.h"

/* The validation rows with their predictions. */
typedef struct mlci_valid_rows {
    mlci_root *root;
    const mlci_boost_data *data;
    const mlci_loss *loss;
    int32_t positive; /* index of the positive class */
    double *prediction, *probability, *weight;
    double *raw; /* a block of them, row-major */
} mlci_valid_rows;

/* End with mlci_valid_rows_close(), also after a failure. */
mlc_status mlci_valid_rows_open(const mlci_model_fit *fit, const mlci_boost_data *data,
                                const mlci_loss *loss, mlci_valid_rows *rows, mlc_error *err);
void mlci_valid_rows_close(mlci_valid_rows *rows);
/* Predictions from the scores of all rows. */
void mlci_valid_rows_predict(mlci_valid_rows *rows, const double *raw);

/* A metric with one value, of the library or of the host. */
typedef struct mlci_valid_metric {
    const mlci_metric_descriptor *metric; /* of the library, or NULL */
    void *params;
    const mlc_metric_hooks *hooks; /* of the host, or NULL */
    int32_t larger_is_better;
} mlci_valid_metric;

/* By the name that early_stopping_metric has. End with mlci_valid_metric_close(), also after a
 * failure. */
mlc_status mlci_valid_metric_open(const mlci_valid_rows *rows, const char *name,
                                  mlci_valid_metric *metric, mlc_error *err);
void mlci_valid_metric_close(mlci_valid_metric *metric);
mlc_status mlci_valid_metric_score(mlc_context *call, const mlci_valid_metric *metric,
                                   const mlci_valid_rows *rows, double *score, mlc_error *err);

#endif
