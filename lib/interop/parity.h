/* Whether an imported model gives what its file says: the trees as they stand in the file are asked
 * one by one, in the source's own type and order, and compared with the model's raw scores. */
#ifndef MLCI_PARITY_H
#define MLCI_PARITY_H

#include "foreign.h"

/* What was compared. */
typedef struct mlci_parity {
    int64_t n_rows, n_values;
    int64_t n_tried, n_probes; /* values of features in those rows, and that were thought of */
    double largest;            /* difference */
} mlci_parity;

/* Rows that have every threshold with its neighbours, each category and missing values, spread over
 * features; at most `most` rows. Columns as the model's inputs; no rows without features. */
mlc_status mlci_parity_rows(const mlci_foreign *model, const mlci_ensemble *ensemble, int64_t most,
                            mlci_parity *parity, mlc_dataset **out, mlc_error *err);
/* The scores that the first n_rounds rounds of the file's trees give those rows, n_rows x
 * n_outputs; the caller frees *out. */
mlc_status mlci_parity_scores(const mlci_foreign *model, int64_t n_rounds, const mlc_dataset *rows,
                              double **out, mlc_error *err);

#endif
