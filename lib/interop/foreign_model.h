/* A foreign model as a model of ours: component, features, classes, roles, golden rows, and where
 * it comes from. */
#ifndef MLCI_FOREIGN_MODEL_H
#define MLCI_FOREIGN_MODEL_H

#include "foreign.h"
#include "record.h"

/* Takes what the importer has filled, checks it against the file's own trees and against `check`,
 * rows with what the source predicts for them (may be NULL). */
mlc_status mlci_foreign_model(mlci_foreign *model, const mlc_dataset *check, mlc_model **out,
                              mlc_error *err);

#endif
