/* Compositions: components made of components. They live here because they may see transforms,
 * models and metrics alike; they are found through the registry like any other. */
#ifndef MLCI_COMPOSITION_H
#define MLCI_COMPOSITION_H

#include "descriptor.h"

typedef struct mlci_component mlci_component;
struct mlci_fitting;
struct mlci_frame;

typedef struct mlci_composition {
    mlci_descriptor base;
    int32_t min_parts, max_parts; /* in a recipe; max -1: any number */
    int32_t takes_columns;        /* its first item is a list of selectors */
    int32_t last_is_model;        /* the last part is a model, the others are transforms */
    int32_t passes_rows; /* its last part answers for it, on rows that went through the others */
    /* Fits the parts. fitted is a clone of recipe without parts that gets them. */
    mlc_status (*fit)(const struct mlci_fitting *fitting, const mlci_component *recipe,
                      mlci_component *fitted, mlc_error *err);
    /* Transforms: applies the fitted parts, in place of *data (a reference that is replaced). */
    mlc_status (*apply)(mlc_context *call, const mlci_component *fitted, mlc_dataset **data,
                        mlc_error *err);
    /* Models: see mlci_component_predict(). */
    mlc_status (*predict)(mlc_context *call, const mlci_component *fitted, const mlc_dataset *rows,
                          int32_t output, double **out, int64_t *width, mlc_error *err);
    /* Adds the steps of a single record to a program (program.h). */
    mlc_status (*compile)(struct mlci_frame *frame, const mlci_component *fitted, mlc_error *err);
} mlci_composition;

/* For fit functions: gives fitted one more part (takes the reference over, also on failure). */
mlc_status mlci_composition_add_part(mlci_component *fitted, mlci_component *part, mlc_error *err);

#endif
