/* Values of leaves by other rows, with the structure of trees as it is. */
#ifndef MLCI_BOOST_REFIT_H
#define MLCI_BOOST_REFIT_H

#include "boost.h"

/* The refit of mlci_boost_updater. */
mlc_status mlci_boost_refit(const mlci_model_fit *fit, const void *state, double decay_rate,
                            void **out, mlc_error *err);

#endif
