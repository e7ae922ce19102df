/* The steps before a model as C source: cells of numbers, and operations from cells to cells. */
#ifndef MLCI_EXPORT_C_STEPS_H
#define MLCI_EXPORT_C_STEPS_H

#include "export.h"
#include "export_c_source.h"
#include "program.h"

typedef struct mlci_c_step {
    int32_t what, in, out; /* cells */
    double a, b;
    int64_t first, n; /* of codes, in the table */
} mlci_c_step;

typedef struct mlci_c_steps {
    mlci_root *root;
    mlci_program *program;
    const mlci_features *inputs; /* the first cells */
    int32_t n_cells;
    int64_t n, capacity;
    mlci_c_step *steps;
    int64_t n_values, value_capacity;
    double *values;     /* tables by code */
    int32_t may_refuse; /* some rows are refused, as the library does */
} mlci_c_steps;

/* The steps from the columns that a model was fitted on to what its last part sees.
 * MLC_ERROR_UNSUPPORTED names a step without words in C. To be closed also after a failure. */
mlc_status mlci_c_steps_open(const mlci_export *e, mlci_c_steps *out, mlc_error *err);
void mlci_c_steps_close(mlci_c_steps *steps);
/* `static int @_features(const double *x, double *cell, double *f)`: what the model sees of a row;
 * 0 where the library refuses it. */
void mlci_c_put_steps(mlci_c_source *c, const mlci_c_steps *steps);

#endif
