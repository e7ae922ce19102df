/* What a linear model of an ONNX graph reads, put together by input: a number that may be filled
 * and scaled, or one of a few values with a weight for each. */
#ifndef MLCI_ONNX_FEATURES_H
#define MLCI_ONNX_FEATURES_H

#include "onnx_reading.h"

typedef enum mlci_onnx_feature_kind {
    MLCI_ONNX_UNUSED,
    MLCI_ONNX_NUMBER,
    MLCI_ONNX_LEVELS
} mlci_onnx_feature_kind;

/* Rows of weights: that of a number, and of its indicator; or those of the levels, the missing one
 * last. */
typedef struct mlci_onnx_feature {
    mlci_onnx_feature_kind kind;
    int64_t first_weight;
    int32_t is_whole;
    /* A number is (x - mean) / scale for the model. */
    double mean, scale;
    double fill; /* of missing ones; NaN: they are refused */
    int32_t has_indicator;
    /* Levels ascend. */
    int32_t is_text, has_missing, refuses_unseen;
    int64_t n_levels;    /* without the missing one */
    mlci_text_key *keys; /* of numbers, `text` is NULL; `index` is the place in the map */
    double *numbers;
} mlci_onnx_feature;

typedef struct mlci_onnx_features {
    int64_t n; /* inputs */
    mlci_onnx_feature *list;
    int64_t n_outputs, n_weights, capacity;
    double *weights; /* rows x outputs */
    double *intercept;
} mlci_onnx_features;

/* From g->linear. What was made is freed by mlci_onnx_features_clear() also after a failure. */
mlc_status mlci_onnx_features_make(const mlci_onnx_reading *g, mlci_onnx_features *out,
                                   mlc_error *err);
void mlci_onnx_features_clear(mlci_onnx_features *f);
/* Classes that were told one from the rest, as boosted trees (onnx_boosted_lines.c). */
mlc_status mlci_onnx_boosted_lines(mlci_onnx_reading *g, const mlci_onnx_features *f,
                                   mlc_error *err);
/* Rows of weights of a feature. */
int64_t mlci_onnx_feature_width(const mlci_onnx_feature *f);

#endif
