/* A foreign model as a model of ours: component, features, classes, roles, golden rows, and where
 * it comes from. */
#ifndef MLCI_FOREIGN_MODEL_H
#define MLCI_FOREIGN_MODEL_H

#include "foreign.h"
#include "parity.h"
#include "record.h"

/* Takes what the importer has filled, checks it against the file's own trees and against `check`,
 * rows with what the source predicts for them (may be NULL). */
mlc_status mlci_foreign_model(mlci_foreign *model, const mlc_dataset *check, mlc_model **out,
                              mlc_error *err);

/* The same in two steps, for importers whose models are more than trees. */
typedef struct mlci_foreign_made {
    mlci_component *component;          /* fitted */
    mlci_features *inputs;              /* raw ones; NULL: those of the component */
    mlc_dataset *rows;                  /* of the raw inputs: what golden rows are taken from */
    int64_t n_rounds;                   /* 0: the model has none */
    mlci_parity parity, in_file, given; /* with the file's trees; with rows of the file; with those
                                           of the caller */
} mlci_foreign_made;

/* Trees as a fitted model that was compared with the file, and the rows it was compared by. */
mlc_status mlci_foreign_leaf(mlci_foreign *model, mlci_foreign_made *made, mlc_error *err);
/* What is made as a model; the component goes into it. */
mlc_status mlci_foreign_finish(mlci_foreign *model, mlci_foreign_made *made,
                               const mlc_dataset *check, mlc_model **out, mlc_error *err);
void mlci_foreign_made_clear(mlci_foreign_made *made);

/* What rows should give. */
typedef struct mlci_expected {
    const double *values; /* rows x width */
    int64_t width;
    double tolerance;
} mlci_expected;

/* MLC_ERROR_NUMERIC where a value of an output (MLCI_OUTPUT_) differs by more. */
mlc_status mlci_foreign_compare(const mlci_foreign *model, const mlci_component *component,
                                const mlc_dataset *rows, int32_t output,
                                const mlci_expected *expected, mlci_parity *parity, mlc_error *err);

#endif
