/* Datasets made by a component that settings text names: generated, sampled, resampled, weighted.
 */
#include <mlcore/sampling.h>

#include "chosen.h"

static mlc_status make(mlc_context *ctx, int32_t kind, const char *example,
                       const mlc_dataset *dataset, const char *settings, mlc_dataset **out,
                       mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_chosen chosen = {0};
    if (out == NULL || (dataset == NULL && kind != MLCI_KIND_GENERATOR)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_chosen_read(call->root, kind, settings, example, &chosen, err);
    if (status == MLC_OK) {
        /* base is the first member. */
        const mlci_maker_descriptor *const maker =
            (const mlci_maker_descriptor *)(const void *)chosen.descriptor;
        status = maker->make(call, chosen.params, dataset, out, err);
    }
    mlci_chosen_clear(&chosen);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_generate(mlc_context *ctx, const char *settings, mlc_dataset **out,
                                mlc_error *err)
{
    return make(ctx, MLCI_KIND_GENERATOR, "moons n_rows=1000 noise=0.1", NULL, settings, out, err);
}

mlc_status mlc_dataset_sample(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                              mlc_dataset **out, mlc_error *err)
{
    return make(ctx, MLCI_KIND_SAMPLER, "uniform n=1000", dataset, settings, out, err);
}

mlc_status mlc_dataset_resample(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                                mlc_dataset **out, mlc_error *err)
{
    return make(ctx, MLCI_KIND_RESAMPLER, "smote k_neighbors=5", dataset, settings, out, err);
}

mlc_status mlc_dataset_with_weights(mlc_context *ctx, const mlc_dataset *dataset,
                                    const char *settings, mlc_dataset **out, mlc_error *err)
{
    return make(ctx, MLCI_KIND_WEIGHTING, "balanced", dataset, settings, out, err);
}
