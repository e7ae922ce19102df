/* The conformance suite walks the registry and holds every component to the same promises. A new
 * component is covered without a line here.
 *
 * Each property is a Check loop test over the components (`_i` is the index into the registry).
 * A model is tried as pipeline(automatic, MODEL) on rows with numbers, categories and missing
 * values; a transform as the first step of a small pipeline. */
#ifndef MLCI_CONFORMANCE_H
#define MLCI_CONFORMANCE_H

#include <mlcore/mlcore.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "registry.h"

typedef struct rows_options {
    int64_t n_rows;
    int32_t regression;   /* the target is a number */
    int32_t n_classes;    /* of a class target: 2 unless set */
    int32_t grouped;      /* the target is a relevance within the groups of column q */
    int32_t bounds;       /* a second target is the upper bound of the first, a time */
    const double *weight; /* a weight column; NULL: none */
    const int64_t *order; /* rows to take, in this order; NULL: 0 .. n_rows - 1 */
    int32_t no_missing;
    double a_value; /* with a_constant: column a is this everywhere */
    int32_t a_constant;
    int32_t a_missing; /* column a is missing everywhere */
    int32_t one_class;
    const char *color; /* category of every row; NULL: as usual */
} rows_options;

/* A dataset of made-up rows; the same options give the same rows. */
mlc_dataset *conformance_rows(const rows_options *options);
/* A model that contains the component; parameters that make it slow are turned down. NULL for
 * kinds that cannot be fitted (metrics, splitters). *options is set to what it learns from. */
mlc_model *conformance_model(mlc_context *ctx, const mlci_descriptor *d, rows_options *options);
/* Fits or fails the test with the component's name and the message. */
mlc_model *conformance_fit(mlc_context *ctx, const mlci_descriptor *d, const mlc_model *recipe,
                           const mlc_dataset *train);
/* The artifact's bytes. */
mlc_buffer *conformance_bytes(const mlc_model *model);
/* Predictions of every output column as doubles; *n gets their number. */
double *conformance_predict(mlc_context *ctx, const mlc_model *model, const mlc_dataset *rows,
                            int64_t *n);
mlc_context *conformance_context(int32_t n_threads, const char *isa);

/* Gives a suite its tests as loops over all components, or over that of MLC_COMPONENT: for
 * MLCI_CHECK_SUITE_BY. */
void conformance_add(Suite *suite, const TTest *const *tests, size_t n);

#define COMPONENT (mlci_registry_table[_i])
#define OR_RETURN(model)                                                                           \
    if ((model) == NULL) return

#endif
