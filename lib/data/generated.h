/* A dataset under construction by a generator: float64 features x0, x1 ... and a target y, filled
 * row by row on all threads. What a generator draws goes by row number, so threads do not show. */
#ifndef MLCI_GENERATED_H
#define MLCI_GENERATED_H

#include <math.h>

#include "context_impl.h"
#include "dataset_impl.h"

#define MLCI_GENERATED_MAX_FEATURES 100000

typedef struct mlci_generated {
    mlc_context *call;
    uint64_t seed;
    int64_t n_rows;
    int32_t n_features, n_targets;
    int32_t is_class;      /* one target of int64 classes; else float64 targets */
    mlci_column **columns; /* features, then targets */
    double **x;            /* values of each feature */
    double **y;            /* values of each float64 target */
    int64_t *label;        /* values of a class target */
} mlci_generated;

/* Fills rows first .. end - 1. */
typedef void (*mlci_generate_fn)(mlci_generated *g, const void *arg, int64_t first, int64_t end);

/* n_targets -1: one target of classes; 0: no target. On failure there is nothing to clear. */
mlc_status mlci_generated_open(mlc_context *call, int64_t n_rows, int64_t n_features,
                               int32_t n_targets, int64_t random_state, mlci_generated *out,
                               mlc_error *err);
mlc_status mlci_generated_fill(mlci_generated *g, mlci_generate_fn fn, const void *arg,
                               mlc_error *err);
/* Adds normal noise to every feature, or to every float64 target; deviation 0 adds nothing. */
mlc_status mlci_generated_noise_features(mlci_generated *g, double deviation, mlc_error *err);
mlc_status mlci_generated_noise_targets(mlci_generated *g, double deviation, mlc_error *err);
/* Rows, or features, in random order. */
mlc_status mlci_generated_shuffle_rows(mlci_generated *g, mlc_error *err);
mlc_status mlci_generated_shuffle_features(mlci_generated *g, mlc_error *err);
/* The dataset; g is cleared. */
mlc_status mlci_generated_finish(mlci_generated *g, mlc_dataset **out, mlc_error *err);
void mlci_generated_clear(mlci_generated *g);

/* What every generator begins its parameter table with. */
#define MLCI_GENERATED_ROWS(struct_, default_)                                                     \
    MLCI_INTEGER(struct_, n_rows, default_, 1, INT64_C(1) << 40, "number of rows",                 \
                 .aliases = "n_samples", .since = "0.1")
#define MLCI_GENERATED_SEED(struct_)                                                               \
    MLCI_INTEGER(struct_, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed of all that is drawn",  \
                 .since = "0.1")
#define MLCI_GENERATED_NOISE(struct_, of_)                                                         \
    MLCI_REAL(struct_, noise, 0, 0, INFINITY, "standard deviation of normal noise added to " of_,  \
              .since = "0.1")
#define MLCI_GENERATED_SHUFFLE(struct_)                                                            \
    MLCI_BOOL(struct_, shuffle, 1, "rows in random order, not class by class", .since = "0.1")

#endif
