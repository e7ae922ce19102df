/* The rows that a silhouette is about, packed for their pairwise distances. */
#ifndef MLCI_SILHOUETTE_ROWS_H
#define MLCI_SILHOUETTE_ROWS_H

#include "descriptor.h"

#define MLCI_PANEL_ROWS 8

typedef struct mlci_silhouette_rows {
    int64_t n;             /* rows of positive weight, or the sample of them */
    int64_t n_features;
    int64_t n_labels;
    int64_t *row;          /* n: in the input, ascending */
    int64_t *label;        /* n: 0 to n_labels - 1, in the order of the labels' values */
    double *weight;        /* n */
    double *label_weight;  /* n_labels: sums of weights */
    double *panels;        /* panels of 8 rows, each n_features x 8; the last is filled with 0 */
} mlci_silhouette_rows;

/* sample_size MLCI_NONE_INTEGER: all rows. Missing or infinite features are MLC_ERROR_DATA naming
 * column and row. Clear out also after a failure. */
mlc_status mlci_silhouette_rows_make(const mlci_metric_input *in, int64_t sample_size,
                                     int64_t random_state, mlci_silhouette_rows *out,
                                     mlc_error *err);
void mlci_silhouette_rows_clear(mlci_silhouette_rows *rows);

/* Feature f of row i. */
static inline double mlci_silhouette_feature(const mlci_silhouette_rows *rows, int64_t i,
                                             int64_t f)
{
    return rows->panels[(i / MLCI_PANEL_ROWS * rows->n_features + f) * MLCI_PANEL_ROWS +
                        i % MLCI_PANEL_ROWS];
}

#endif
