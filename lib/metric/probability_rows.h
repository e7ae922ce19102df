/* Probabilities as metrics read them: checked, one row at a time. */
#ifndef MLCI_PROBABILITY_ROWS_H
#define MLCI_PROBABILITY_ROWS_H

#include "class_counts.h"

/* There are classes and probabilities, else MLC_ERROR_UNSUPPORTED naming the metric. */
mlc_status mlci_probability_check(const mlci_metric_input *in, const char *metric,
                                  mlc_error *err);

/* The probabilities of one row, each from 0 to 1; else MLC_ERROR_DATA naming row and class. */
mlc_status mlci_probability_row(const mlci_metric_input *in, int64_t row, const double **out,
                                mlc_error *err);

#endif
