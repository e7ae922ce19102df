/* The numbers of all rows of a fit, feature by feature, as bins do not have them. */
#ifndef MLCI_NUMBER_COLUMNS_H
#define MLCI_NUMBER_COLUMNS_H

#include "boost_data.h"
#include "matrix.h"

typedef struct mlci_number_columns {
    int64_t n_features,
        n_rows;      /* training rows, then validation rows, as mlci_boost_data has them */
    double **values; /* by feature; NULL where it is not wanted */
} mlci_number_columns;

/* wanted: a flag a feature. */
mlc_status mlci_number_columns_create(const mlci_model_fit *fit, const mlci_boost_data *data,
                                      const uint8_t *wanted, mlci_number_columns **out,
                                      mlc_error *err);
void mlci_number_columns_free(mlci_number_columns *columns);

#endif
