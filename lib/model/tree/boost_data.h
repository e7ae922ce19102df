/* The rows that boosting works on: training rows first, then validation rows. */
#ifndef MLCI_BOOST_DATA_H
#define MLCI_BOOST_DATA_H

#include "boost.h"

typedef struct mlci_boost_data {
    int64_t n_train, n_valid;
    int64_t n_rows;     /* both */
    int32_t n_classes;  /* 0: numbers */
    int32_t n_targets;  /* several numbers a row, or 1 */
    const double *y;    /* value, class index, or lower bound of a time; target by target */
    double *own_y;      /* y, or NULL: it is the caller's */
    double *upper;      /* its upper bound, infinite: none; NULL for other losses */
    double *weight;     /* with class weights; NULL: all 1 */
    double *offset;     /* NULL: none */
    int64_t *row_index; /* NULL: their position */
    int64_t *fixed;     /* weights of the training rows as integers of at least 1; or NULL */
    double unit;        /* what a weight of 1 is in `fixed` */
    int32_t *group;     /* numbers of groups, of validation rows by themselves; NULL: none */
    int64_t *position;  /* place of each row of fit->x; NULL: the same */
} mlci_boost_data;

/* Validation rows are those of the fit, else the share validation_fraction of the training rows
 * when early stopping is not off: drawn by row index, so a function of it alone. Groups are drawn
 * whole, by their numbers. */
mlc_status mlci_boost_data_create(const mlci_model_fit *fit, mlci_boost_data **out, mlc_error *err);
void mlci_boost_data_free(mlci_boost_data *data);

#endif
