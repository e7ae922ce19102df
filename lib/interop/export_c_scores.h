/* What a leaf model computes, as C source: scores, predictions, probabilities. */
#ifndef MLCI_EXPORT_C_SCORES_H
#define MLCI_EXPORT_C_SCORES_H

#include "component.h"
#include "export_c_source.h"

/* What the functions of a model give. */
typedef struct mlci_c_outputs {
    int32_t n_raw;         /* numbers of @_raw(); 0: there is none */
    int32_t n_predictions; /* of @_predict() */
    int32_t n_classes;     /* of @_probability(); 0: there is none */
    int32_t n_quantiles;   /* of @_quantile(); 0: there is none */
} mlci_c_outputs;

/* MLC_ERROR_UNSUPPORTED names the model where C has no words for it. */
mlc_status mlci_c_outputs_of(const mlci_component *model, mlci_c_outputs *out, mlc_error *err);
/* The functions `static void @_model_raw(const double *x, double *raw)` and so on, of which x is
 * what the model sees; those of mlci_c_outputs. with_prediction 0: @_model_predict() is left out.
 */
void mlci_c_put_model(mlci_c_source *c, const mlci_component *model, int32_t with_prediction);

#endif
