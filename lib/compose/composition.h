/* Compositions: components made of components. They live here because they may see transforms,
 * models and metrics alike; they are found through the registry like any other. */
#ifndef MLCI_COMPOSITION_H
#define MLCI_COMPOSITION_H

#include "descriptor.h"

typedef struct mlci_component mlci_component;
struct mlci_fitting;
struct mlci_frame;

/* What a composition makes of the answers of the model that it ends in: the step after the model,
 * in batches and in programs alike. It gives as many numbers a row as the leaf model does. */
typedef struct mlci_finisher {
    /* The output of its last part that an output is made of; 0: it has no such output. */
    int32_t (*reads)(const mlci_component *fitted, int32_t output);
    /* n rows of `output`, out of `width` numbers a row of what it reads, which it may overwrite.
     * No allocation, no lock, no failure; the bits of a row do not depend on those beside it. */
    void (*rows)(const mlci_component *fitted, int32_t output, int64_t n, int64_t width,
                 double *values, double *out);
    /* Adds to the base of an explanation what it adds to the raw scores; it reads them. */
    void (*shift)(const mlci_component *fitted, int64_t n_outputs, double *base);
} mlci_finisher;

/* What a composition has learned beside its parts, which are fitted or loaded before it. */
typedef struct mlci_learned {
    int32_t version; /* of the state, from 1 */
    mlc_status (*copy)(mlci_root *root, const void *state, void **out, mlc_error *err);
    void (*save)(const void *state, mlci_writer *w);
    mlc_status (*load)(const mlci_component *fitted, mlci_reader *r, void **out, mlc_error *err);
    /* One of base.tables. */
    mlc_status (*table)(mlc_context *call, const mlci_component *fitted, const char *table,
                        mlc_dataset **out, mlc_error *err);
    void (*free)(void *state);
} mlci_learned;

typedef struct mlci_composition {
    mlci_descriptor base;
    int32_t min_parts, max_parts; /* in a recipe; max -1: any number */
    int32_t takes_columns;        /* its first item is a list of selectors */
    int32_t last_is_model;        /* the last part is a model, the others are transforms */
    int32_t passes_rows; /* its last part answers for it, on rows that went through the others */
    /* Rules about its parameters and parts that tables do not have; NULL: none. */
    mlc_status (*check)(const mlci_component *c, mlc_error *err);
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
    /* NULL, or gives NULL: it answers as its last part does. */
    const mlci_finisher *(*finisher)(const mlci_component *fitted);
    const mlci_learned *learned; /* NULL: its parts are all it has */
} mlci_composition;

/* For fit functions: gives fitted one more part (takes the reference over, also on failure). */
mlc_status mlci_composition_add_part(mlci_component *fitted, mlci_component *part, mlc_error *err);

#endif
