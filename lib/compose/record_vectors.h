/* Vector inputs whose components come as columns of their own. */
#ifndef MLCI_RECORD_VECTORS_H
#define MLCI_RECORD_VECTORS_H

#include "matrix.h"

/* Where an input is a vector that the rows (contiguous) lack, while they have columns called after
 * its components (mlci_features_name()): those side by side. NULL where it is no vector, is there,
 * or where no column is called so; MLC_ERROR_COLUMN where only some are, or are no numbers. */
mlc_status mlci_record_vector(mlc_context *call, const mlci_features *inputs,
                              const mlci_feature *vector, const mlc_dataset *rows,
                              mlci_column **out, mlc_error *err);

#endif
