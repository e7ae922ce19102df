/* What a linear model learned, and what all linear models do with it. */
#ifndef MLCI_LINEAR_STATE_H
#define MLCI_LINEAR_STATE_H

#include "descriptor.h"
#include "matrix.h"
#include "target.h"

/* One line of the fit's history. */
typedef struct mlci_history_line {
    int64_t iteration;
    double value, gradient;
} mlci_history_line;

typedef struct mlci_linear_state {
    int64_t n_features;
    int64_t n_outputs; /* targets; for classes 1 when there are two, else one a class */
    double *weights;   /* n_features x n_outputs: what the `linear` kernel takes */
    double *intercept; /* n_outputs */
    mlci_history_line *history;
    int64_t n_history, history_capacity;
} mlci_linear_state;

/* Zeroed weights; NULL when memory is short (err is set). */
mlci_linear_state *mlci_linear_state_create(mlci_root *root, int64_t n_features, int64_t n_outputs,
                                            mlc_error *err);
void mlci_linear_state_free(void *state); /* NULL is fine */
mlc_status mlci_linear_state_record(mlci_root *root, mlci_linear_state *state,
                                    const mlci_history_line *line, mlc_error *err);
/* MLC_ERROR_NUMERIC unless every weight and intercept is finite. */
mlc_status mlci_linear_state_check(const mlci_linear_state *state, mlc_error *err);

void mlci_linear_state_save(const mlci_linear_state *state, mlci_writer *w);
/* NULL on failure, reader marked. n_outputs 0: any number from 1. */
mlci_linear_state *mlci_linear_state_load(mlci_reader *r, int64_t n_features, int64_t n_outputs);

/* X W + intercepts for the rows of the request. */
void mlci_linear_raw(const mlci_model_predict *predict, double *out);

/* Shapley values against background rows (linear_shap.c). */
extern const mlci_explainer mlci_linear_explainer;

/* "coefficients": feature, class (or number of the target, for classes NULL), value; the intercept
 * of an output after its features. */
mlc_status mlci_linear_coefficients(mlc_context *call, const mlci_linear_state *state,
                                    const mlci_features *features, const mlci_classes *classes,
                                    mlc_dataset **out, mlc_error *err);
/* "history": iteration and the two numbers under these names. */
mlc_status mlci_linear_history(mlc_context *call, const mlci_linear_state *state,
                               const char *value_name, const char *gradient_name, mlc_dataset **out,
                               mlc_error *err);

#endif
