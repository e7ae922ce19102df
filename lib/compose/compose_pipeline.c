/* pipeline: transforms and, at the end, a model. It is a model. */
#include "program.h"

/* Fits the transforms in turn and moves train and valid past each. */
static mlc_status fit_transforms(const mlci_fitting *fitting, const mlci_component *recipe,
                                 mlci_component *fitted, mlc_dataset **train, mlc_dataset **valid,
                                 mlc_error *err)
{
    mlci_fitting next = *fitting;
    next.next_model = mlci_component_last(recipe);
    for (int32_t i = 0; i < recipe->n_parts - 1; i++) {
        next.train = *train;
        next.valid = *valid;
        MLCI_TRY(mlci_component_fit_part(&next, recipe->parts[i], fitted, err));
        mlc_dataset *moved = NULL;
        MLCI_TRY(mlci_component_apply(fitting->call, fitted->parts[i], *train, &moved, err));
        mlc_dataset_free(*train);
        *train = moved;
        if (*valid == NULL) continue;
        MLCI_TRY(mlci_component_apply(fitting->call, fitted->parts[i], *valid, &moved, err));
        mlc_dataset_free(*valid);
        *valid = moved;
    }
    return MLC_OK;
}

static mlc_status pipeline_fit(const mlci_fitting *fitting, const mlci_component *recipe,
                               mlci_component *fitted, mlc_error *err)
{
    mlc_dataset *train = mlc_dataset_ref(fitting->train);
    mlc_dataset *valid = fitting->valid == NULL ? NULL : mlc_dataset_ref(fitting->valid);
    mlc_status status = fit_transforms(fitting, recipe, fitted, &train, &valid, err);
    if (status == MLC_OK) {
        mlci_fitting last = *fitting;
        last.train = train;
        last.valid = valid;
        last.is_explicit = 0;
        status = mlci_component_fit_part(&last, recipe->parts[recipe->n_parts - 1], fitted, err);
    }
    mlc_dataset_free(train);
    mlc_dataset_free(valid);
    return status;
}

static mlc_status pipeline_predict(mlc_context *call, const mlci_component *fitted,
                                   const mlc_dataset *rows, int32_t output, double **out,
                                   int64_t *width, mlc_error *err)
{
    mlc_dataset *data = mlc_dataset_ref(rows);
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < fitted->n_parts - 1 && status == MLC_OK; i++) {
        mlc_dataset *moved = NULL;
        status = mlci_component_apply(call, fitted->parts[i], data, &moved, err);
        if (status != MLC_OK) break;
        mlc_dataset_free(data);
        data = moved;
    }
    if (status == MLC_OK) {
        status = mlci_component_predict(call, fitted->parts[fitted->n_parts - 1], data, output, out,
                                        width, err);
    }
    mlc_dataset_free(data);
    return status;
}

static mlc_status pipeline_compile(mlci_frame *frame, const mlci_component *fitted, mlc_error *err)
{
    for (int32_t i = 0; i < fitted->n_parts - 1; i++) {
        MLCI_TRY(mlci_frame_transform(frame, fitted->parts[i], err));
    }
    return mlci_frame_model(frame, fitted->parts[fitted->n_parts - 1], err);
}

extern const mlci_composition mlci_compose_pipeline;
const mlci_composition mlci_compose_pipeline = {
    .base = {.kind = MLCI_KIND_MODEL,
             .capabilities = MLCI_IS_COMPOSITION,
             .name = "pipeline",
             .summary = "transforms, then a model, as one model",
             .details = "Each transform is fitted on what those before it make of the training "
                        "rows; validation rows go through the fitted transforms. Predicting "
                        "takes raw rows.",
             .since = "0.1"},
    .min_parts = 1,
    .max_parts = -1,
    .last_is_model = 1,
    .passes_rows = 1,
    .fit = pipeline_fit,
    .predict = pipeline_predict,
    .compile = pipeline_compile,
};
