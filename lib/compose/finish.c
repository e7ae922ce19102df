/* The step after a model: which outputs a model has, and what compositions make of its answers. */
#include "component.h"

static int leaf_has_output(const mlci_component *leaf, int32_t output)
{
    const mlci_model_descriptor *const d = mlci_model_of(leaf);
    if ((d->outputs & output) == 0) return 0;
    /* Bounds, levels and probabilities are offered by models that may be fitted without them. */
    const int32_t optional = MLCI_OUTPUT_INTERVAL | MLCI_OUTPUT_QUANTILE | MLCI_OUTPUT_PROBABILITY;
    return (output & optional) == 0 || d->n_outputs(leaf->params, leaf->state, output) > 0;
}

mlc_status mlci_component_require_output(const mlci_component *model, int32_t output,
                                         mlc_error *err)
{
    const mlci_component *const leaf = mlci_component_last(model);
    for (const mlci_component *c = model; c != leaf; c = c->parts[c->n_parts - 1]) {
        const mlci_finisher *const f = mlci_finisher_of(c);
        if (f == NULL) continue;
        const int32_t read = f->reads(c, output);
        if (read == 0) {
            return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "output",
                             "'%s' has no output '%s': that of '%s' is not about the probabilities "
                             "that it gives",
                             c->descriptor->name, mlci_output_word(output), leaf->descriptor->name);
        }
        output = read;
    }
    if (leaf_has_output(leaf, output)) return MLC_OK;
    const int could = (mlci_model_of(leaf)->outputs & output) != 0;
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "output", "'%s' has no output '%s'%s",
                     leaf->descriptor->name, mlci_output_word(output),
                     could ? " with the parameters that it was fitted with" : "");
}

int mlci_component_has_output(const mlci_component *model, int32_t output)
{
    return mlci_component_require_output(model, output, NULL) == MLC_OK;
}

int mlci_outputs_are_by_class(const mlci_component *leaf, int32_t output, int64_t width)
{
    const mlci_model_descriptor *const d = mlci_model_of(leaf);
    const int by_pair =
        output == MLCI_OUTPUT_RAW && d->raw_by_pair != NULL && d->raw_by_pair(leaf->params);
    return leaf->classes != NULL && leaf->classes->n == width && !by_pair;
}

int64_t mlci_component_n_outputs(const mlci_component *model, int32_t output)
{
    const mlci_component *const leaf = mlci_component_last(model);
    return mlci_model_of(leaf)->n_outputs(leaf->params, leaf->state, output);
}

mlc_status mlci_component_finish(mlc_context *call, const mlci_component *fitted,
                                 const mlc_dataset *rows, int32_t output, double **out,
                                 int64_t *width, mlc_error *err)
{
    const mlci_finisher *const f = mlci_finisher_of(fitted);
    const mlci_component *const last = fitted->parts[fitted->n_parts - 1];
    if (f == NULL) return mlci_component_predict(call, last, rows, output, out, width, err);
    const int64_t n_outputs = mlci_component_n_outputs(fitted, output);
    int64_t n_read = 0;
    double *values = NULL;
    MLCI_TRY(
        mlci_component_predict(call, last, rows, f->reads(fitted, output), &values, &n_read, err));
    double *const finished = mlci_alloc_raw(mlci_context_root(call), rows->n_rows,
                                            n_outputs * (int64_t)sizeof *finished);
    if (finished == NULL) {
        mlci_free(values);
        return mlci_fail_memory(err, rows->n_rows, n_outputs * (int64_t)sizeof *finished);
    }
    f->rows(fitted, output, rows->n_rows, n_read, values, finished);
    mlci_free(values);
    *out = finished;
    *width = n_outputs;
    return MLC_OK;
}
