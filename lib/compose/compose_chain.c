/* chain: one transform after the other. */
#include "program.h"

static mlc_status chain_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                            mlci_component *fitted, mlc_error *err)
{
    mlci_fitting next = {.call = fitting->call,
                         .next_model = fitting->next_model,
                         .is_explicit = fitting->is_explicit};
    mlc_dataset *data = mlc_dataset_ref(fitting->train);
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < recipe->n_parts && status == MLC_OK; i++) {
        next.train = data;
        status = mlci_component_fit_part(&next, recipe->parts[i], fitted, err);
        if (status != MLC_OK || i == recipe->n_parts - 1) break;
        mlc_dataset *moved = NULL;
        status = mlci_component_apply(fitting->call, fitted->parts[i], data, &moved, err);
        if (status != MLC_OK) break;
        mlc_dataset_free(data);
        data = moved;
    }
    mlc_dataset_free(data);
    return status;
}

static mlc_status chain_apply(mlc_context *call, const mlci_component *fitted, mlc_dataset **data,
                              mlc_error *err)
{
    for (int32_t i = 0; i < fitted->n_parts; i++) {
        mlc_dataset *moved = NULL;
        MLCI_TRY(mlci_component_apply(call, fitted->parts[i], *data, &moved, err));
        mlc_dataset_free(*data);
        *data = moved;
    }
    return MLC_OK;
}

static mlc_status chain_compile(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    for (int32_t i = 0; i < fitted->n_parts; i++) {
        MLCI_TRY(mlci_frame_transform(frame, fitted->parts[i], err));
    }
    return MLC_OK;
}

extern const mlci_composition mlci_compose_chain;
const mlci_composition mlci_compose_chain = {
    .base = {.kind = MLCI_KIND_TRANSFORM,
             .capabilities = MLCI_IS_COMPOSITION,
             .name = "chain",
             .summary = "transforms applied one after the other",
             .details = "Each step is fitted on what the steps before it make of the training "
                        "rows. A step that was fitted when the chain was made stays as it is.",
             .since = "0.1"},
    .min_parts = 1,
    .max_parts = -1,
    .fit = chain_fit,
    .apply = chain_apply,
    .compile = chain_compile,
};
