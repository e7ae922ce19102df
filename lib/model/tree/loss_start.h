/* First scores: what several losses start from. The functions fit the slot `start` of a loss. */
#ifndef MLCI_LOSS_START_H
#define MLCI_LOSS_START_H

#include "loss.h"

/* A class without weight counts as a share of this, so that scores stay finite. */
#define MLCI_LEAST_SHARE 1e-15

/* Weighted mean of the targets through the link: identity, log or log-odds. */
mlc_status mlci_start_mean(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err);
/* 0, for losses that a constant does not change. */
mlc_status mlci_start_zero(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                           const int64_t *fixed, double *start, mlc_error *err);
/* An exact weighted quantile of the targets for each score, by leaf_quantile. */
mlc_status mlci_start_quantile(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                               const int64_t *fixed, double *start, mlc_error *err);
/* Newton steps, none longer than `longest`, from *start down to the constant of least loss, for one
 * score. */
mlc_status mlci_start_newton(const mlci_loss *loss, mlc_context *call, const mlci_loss_rows *rows,
                             double longest, double *start, mlc_error *err);
/* Share of the weight that class k has, at least MLCI_LEAST_SHARE. */
double mlci_class_share(const mlci_loss_rows *rows, int32_t k);

#endif
