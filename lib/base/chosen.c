/* Reading which component is meant and what its parameters are. */
#include "chosen.h"

#include "registry.h"

static mlc_status read_params(mlci_root *root, const mlci_settings *settings, mlci_chosen *chosen,
                              mlc_error *err)
{
    const mlci_descriptor *const d = chosen->descriptor;
    if (d->params != NULL) {
        chosen->params = mlci_alloc(root, 1, d->params_size);
        if (chosen->params == NULL) return mlci_fail_memory(err, 1, d->params_size);
        MLCI_TRY(mlci_params_defaults(root, d->params, chosen->params, err));
    }
    return mlci_params_read(root, d->name, d->params, d->check, settings, chosen->params, err);
}

mlc_status mlci_chosen_read(mlci_root *root, int32_t kind, const char *settings,
                            const char *example, mlci_chosen *out, mlc_error *err)
{
    *out = (mlci_chosen){0};
    mlci_settings parsed = {0};
    MLCI_TRY(mlci_settings_parse(root, settings, 1, &parsed, err));
    mlc_status status = MLC_OK;
    if (parsed.head == NULL) {
        status = mlci_fail(err, MLC_ERROR_COMPONENT, NULL,
                           "the settings begin with the name of a %s, as in `%s`",
                           mlci_kind_name(kind), example);
    } else {
        status = mlci_registry_get(kind, parsed.head, &out->descriptor, err);
    }
    if (status == MLC_OK) status = read_params(root, &parsed, out, err);
    if (status != MLC_OK) mlci_chosen_clear(out);
    mlci_settings_clear(&parsed);
    return status;
}

void mlci_chosen_clear(mlci_chosen *chosen)
{
    if (chosen->params != NULL) {
        mlci_params_clear(chosen->descriptor->params, chosen->params);
        mlci_free(chosen->params);
    }
    *chosen = (mlci_chosen){0};
}
