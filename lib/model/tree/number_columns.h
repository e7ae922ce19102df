/* The numbers of all rows of a fit, feature by feature, as bins do not have them. */
#ifndef MLCI_NUMBER_COLUMNS_H
#define MLCI_NUMBER_COLUMNS_H

#include "boost_data.h"
#include "leaf_terms.h"
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

/* mlci_leaf_value() of a row that lies in columns: the same sum. */
static inline double mlci_columns_leaf_value(const mlci_number_columns *columns,
                                             const mlci_leaf_terms *terms, int64_t node,
                                             double constant, int64_t row)
{
    const int64_t first = terms->first[node], end = terms->first[node + 1];
    if (first == end) return constant;
    double value = terms->intercept[node];
    for (int64_t k = first; k < end; k++)
        value += terms->factor[k] * columns->values[terms->feature[k]][row];
    return isfinite(value) ? value : constant;
}

#endif
