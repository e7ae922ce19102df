/* The weighted mean of a loss over some rows, round after round. */
#ifndef MLCI_MEAN_LOSS_H
#define MLCI_MEAN_LOSS_H

#include "loss.h"

typedef struct mlci_mean_loss mlci_mean_loss;

/* Of rows first .. end of rows, which must live as long. */
mlc_status mlci_mean_loss_create(mlci_root *root, const mlci_loss *loss, const mlci_loss_rows *rows,
                                 int64_t first, int64_t end, mlci_mean_loss **out, mlc_error *err);
void mlci_mean_loss_free(mlci_mean_loss *mean);
/* The mean by the scores of now; NaN for a loss of the host, without rows, and where a loss is
 * not a number. */
mlc_status mlci_mean_loss_compute(mlc_context *call, mlci_mean_loss *mean, double *out,
                                  mlc_error *err);

#endif
