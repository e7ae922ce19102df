/* Formats that models are imported from: a file a format, ending in one of these rows, and its line
 * in import.c. */
#ifndef MLCI_IMPORT_H
#define MLCI_IMPORT_H

#include "foreign_model.h"
#include "import_source.h"

typedef struct mlci_import_format {
    const char *name; /* of the setting */
    const char *doc;
    /* Does a file start like this format? */
    int (*sniff)(const char *bytes, int64_t n);
    /* Fills the model from the whole file: trees, or an exchange document. */
    mlc_status (*read)(mlci_foreign *model, const char *bytes, int64_t n, mlc_error *err);
    /* The same from one part of the file after another. */
    mlc_status (*read_parts)(mlci_foreign *model, mlci_import_source *source, mlc_error *err);
    /* Instead of either, where a model is more than trees: makes it. */
    mlc_status (*make)(mlci_foreign *model, const char *bytes, int64_t n, const mlc_dataset *check,
                       mlc_model **out, mlc_error *err);
} mlci_import_format;

extern const mlci_import_format mlci_import_catboost, mlci_import_lightgbm, mlci_import_onnx,
    mlci_import_sklearn, mlci_import_xgboost;

#endif
