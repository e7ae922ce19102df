/* The rows that the trees of a round are grown on. */
#ifndef MLCI_BOOST_SAMPLE_H
#define MLCI_BOOST_SAMPLE_H

#include "boost_data.h"
#include "gradient.h"

typedef struct mlci_sampler mlci_sampler;

/* What was drawn for a round. */
typedef struct mlci_sample {
    uint32_t *rows, *left_out; /* ascending; rows NULL: no round draws, they are all */
    int64_t n, n_left_out;
    double *factor;        /* of the gradients of each row; NULL: 1 */
    int32_t has_gradients; /* those of score 0 were computed, without the factor */
} mlci_sample;

/* Sampling that does not go with the target or the loss is MLC_ERROR_SETTING. */
mlc_status mlci_sampler_create(mlc_context *call, const mlci_boost_params *params,
                               const mlci_boost_data *data, const mlci_loss *loss,
                               mlci_sampler **out, mlc_error *err);
void mlci_sampler_free(mlci_sampler *sampler);
/* Whether rounds differ in their rows. */
int mlci_sampler_draws(const mlci_sampler *sampler);
/* gradients is overwritten where sizes of gradients decide. */
mlc_status mlci_sampler_draw(mlc_context *call, mlci_sampler *sampler, int64_t round,
                             const mlci_loss_rows *rows, mlci_gradients *gradients, mlc_error *err);
const mlci_sample *mlci_sampler_sample(const mlci_sampler *sampler);
/* Cross-field rules. */
mlc_status mlci_sampler_check(const mlci_boost_params *params, mlc_error *err);

#endif
