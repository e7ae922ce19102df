/* The loss of a fit: which, with what parameters, and the groups of its rows. */
#ifndef MLCI_BOOST_LOSS_H
#define MLCI_BOOST_LOSS_H

#include "boost_data.h"
#include "loss.h"

/* By the parameters; targets that it cannot take are MLC_ERROR_DATA. Close it, also after a
 * failure. */
mlc_status mlci_boost_loss_open(const mlci_model_fit *fit, const mlci_boost_data *data,
                                mlci_loss *loss, mlc_error *err);
void mlci_boost_loss_close(mlci_loss *loss);
/* NULL where the loss takes rows one by one. */
mlc_status mlci_boost_loss_groups(mlc_context *call, const mlci_boost_data *data,
                                  const mlci_loss *loss, mlci_row_groups **train,
                                  mlci_row_groups **valid, mlc_error *err);
/* Cross-field rules of the losses' parameters. */
mlc_status mlci_boost_loss_check(const mlci_boost_params *params, mlc_error *err);

#endif
