/* What losses with a sigmoid share. */
#ifndef MLCI_LOSS_LOGISTIC_H
#define MLCI_LOSS_LOGISTIC_H

#include "loss.h"

/* p = 1 / (1 + exp(-s)), g = p - y, h = p (1 - p). */
void mlci_logistic_gradients(const mlci_loss *loss, const mlci_loss_chunk *chunk, double *g,
                             double *h);

#endif
