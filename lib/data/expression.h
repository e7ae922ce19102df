/* Expressions over the columns of a dataset: `delay > 15 and carrier in ('AA', 'UA')`.
 *
 * An expression is parsed once, against columns whose types it is checked for, and evaluated for
 * any rows that have these columns. The language is documented in include/mlcore/shape.h.
 * Evaluation is a function of a row alone, so blocks and threads cannot show in its results. */
#ifndef MLCI_EXPRESSION_H
#define MLCI_EXPRESSION_H

#include "dataset_impl.h"

typedef struct mlci_expression mlci_expression;

/* Types come from the columns of a dataset, whose rows do not matter. Errors have the place of the
 * character at fault: MLC_ERROR_SYNTAX (grammar, types), MLC_ERROR_COLUMN (no such column),
 * MLC_ERROR_LIMIT (too long, too deep). */
mlc_status mlci_expression_parse(mlci_root *root, const char *text, const mlc_dataset *columns,
                                 mlci_expression **out, mlc_error *err);
/* Type of the values: MLC_TYPE_BOOL, INT64, FLOAT64, TEXT or TIMESTAMP. */
int32_t mlci_expression_type(const mlci_expression *e);
/* A value for each row of the view, found by the names of the columns: MLC_ERROR_COLUMN when one
 * is not there or has another type (category and text are alike, and so are reals of both sizes). A
 * column's name alone gives that column; texts that follow from one category column alone are a
 * category again. */
mlc_status mlci_expression_column(mlc_context *call, const mlci_expression *e,
                                  const mlc_dataset *rows, mlci_column **out, mlc_error *err);
/* Parses a condition and evaluates it: a bool column. MLC_ERROR_SYNTAX when it has another type. */
mlc_status mlci_expression_condition(mlc_context *call, const char *text, const mlc_dataset *rows,
                                     mlci_column **out, mlc_error *err);
void mlci_expression_free(mlci_expression *e);

#endif
