/* The model at hand, and messages about it. */
#include "export_boosting.h"

#include <string.h>

mlc_status mlci_exported_refuse(const mlci_exported *x, mlc_error *err, const char *what)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, x->model->name,
                     "'%s' cannot be written for %s: %s", x->model->name, x->library, what);
}

mlc_status mlci_exported_note(const mlci_exported *x, const char *subject, const char *effect,
                              mlc_error *err)
{
    return mlci_export_note(x->e, x->model->name, subject, effect, err);
}

static mlc_status refuse_finisher(const mlci_exported *x, const mlci_component *step,
                                  mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, step->name,
                     "'%s' changes what '%s' answers, and cannot be written for %s, whose files "
                     "have no steps after the model",
                     step->name, x->model->name, x->library);
}

/* Names the step that is in the way. */
static mlc_status refuse_step(const mlci_exported *x, const mlci_component *step, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, step->name,
                     "'%s' cannot be written for %s, whose files have no steps before the model: "
                     "export the model alone, and give it rows that went through them",
                     step->name, x->library);
}

mlc_status mlci_exported_open(mlci_export *e, const char *library, mlci_exported *out,
                              mlc_error *err)
{
    const mlci_component *step = NULL;
    const mlci_component *const model = mlci_export_model(e, &step);
    mlci_exported x = {.e = e, .library = library, .model = model};
    const mlci_component *const finisher = mlci_export_finisher(e);
    if (step != NULL) return refuse_step(&x, step, err);
    if (finisher != NULL) return refuse_finisher(&x, finisher, err);
    if (mlci_model_of(model)->predict != mlci_ensemble_predict)
        return mlci_exported_refuse(&x, err, "its files have boosted trees alone");
    x.params = model->params;
    x.ensemble = model->state;
    x.features = model->features;
    x.n_rounds = x.ensemble->n_trees / x.ensemble->n_outputs;
    *out = x;
    if (mlci_record_role(e->model->record, MLCI_ROLE_OFFSET) == NULL) return MLC_OK;
    return mlci_exported_note(
        &x, "offset",
        "the model was fitted with an offset, which predictions leave out here "
        "as there",
        err);
}

void mlci_exported_name(const mlci_exported *x, int64_t j, const char *banned, mlci_text *out,
                        int32_t *changed)
{
    const int64_t first = out->length;
    mlci_features_name(x->features, j, out);
    for (int64_t i = first; i < out->length && !out->failed; i++) {
        const char c = out->data[i];
        if ((unsigned char)c > 32 && strchr(banned, c) == NULL) continue;
        out->data[i] = '_';
        *changed = 1;
    }
    if (out->length == first) mlci_text_append_format(out, "feature_%lld", (long long)j);
}
