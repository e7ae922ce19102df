/* Formats that models are exported to: a file a format, ending in one of these rows, and its line
 * in export.c. */
#ifndef MLCI_EXPORT_H
#define MLCI_EXPORT_H

#include "record.h"
#include "text.h"

/* Settings of an export (export.c has the table). */
typedef struct mlci_export_settings {
    int32_t format;
    char *name;    /* of the model: a C identifier, a graph */
    int32_t opset; /* ONNX: version of ai.onnx.ml */
    int32_t part;  /* into memory: which bytes */
} mlci_export_settings;

/* A line of the report: what the target cannot say exactly. */
typedef struct mlci_loss_row {
    char *step;    /* "standard_scaler", "gradient_boosting_regressor" */
    char *subject; /* "thresholds", "sum", "missing values" */
    char *effect;  /* what differs, and by how much */
} mlci_loss_row;

typedef struct mlci_export {
    mlc_context *call;
    mlci_root *root;
    const mlci_export_settings *settings;
    const mlc_model *model; /* fitted */
    mlci_text out;          /* the file: bytes */
    mlci_text second;       /* one that goes with it (a header), or nothing */
    int32_t n_losses, loss_capacity;
    mlci_loss_row *losses;
} mlci_export;

typedef struct mlci_export_format {
    const char *name; /* of the setting */
    const char *suffix,
        *second_suffix; /* of the files: ".c", ".h"; second NULL: there is one file */
    /* Fills out and second. MLC_ERROR_UNSUPPORTED names what the format has no words for. */
    mlc_status (*write)(mlci_export *e, mlc_error *err);
} mlci_export_format;

extern const mlci_export_format mlci_export_onnx;

/* Notes a loss. */
mlc_status mlci_export_note(mlci_export *e, const char *step, const char *subject,
                            const char *effect, mlc_error *err);

/* The model that answers; *step gets the first step before it that changes rows, NULL: none does. A
 * pipeline whose steps have nothing to do, such as `automatic` before trees, has none. */
const mlci_component *mlci_export_model(const mlci_export *e, const mlci_component **step);
/* The outermost composition that changes the answers of that model; NULL: there is none. */
const mlci_component *mlci_export_finisher(const mlci_export *e);

extern const mlci_export_format mlci_export_c, mlci_export_lightgbm, mlci_export_xgboost;

#endif
