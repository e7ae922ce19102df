/* Settings of the JSON Lines reader, and what its chunks share: wishes for columns, words that mean
 * missing, paths. */
#include <string.h>

#include "jsonl.h"

static const mlci_param table[] = {
    MLCI_STRING(mlci_jsonl_settings, columns, NULL,
                "columns to read with their paths, as in age:user.age,first:scores[0]",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_jsonl_settings, types, NULL, "types of columns, as in age:int64,zip:category",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_jsonl_settings, null, NULL, "texts that mean missing, besides null",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CHOICE(mlci_jsonl_settings, text, MLCI_TEXT_AS_AUTO, mlci_text_as_choices,
                "what columns of texts become", .since = "0.1"),
    MLCI_CHOICE(mlci_jsonl_settings, on_error, MLCI_ON_ERROR_FAIL, mlci_on_error_choices,
                "what to do about lines that are not one JSON object", .since = "0.1"),
    {.name = NULL}};

mlc_status mlci_jsonl_settings_read(mlci_root *root, const char *text, mlci_jsonl_settings *out,
                                    mlc_error *err)
{
    mlci_jsonl_settings s = {0};
    MLCI_TRY(
        mlci_reader_settings_read(root, "the JSON Lines reader", table, text, &s, &s.roles, err));
    *out = s;
    return MLC_OK;
}

void mlci_jsonl_settings_clear(mlci_jsonl_settings *settings)
{
    mlci_params_clear(table, settings);
    mlci_free(settings->roles);
    settings->roles = NULL;
}

mlc_status mlci_jsonl_source_open(mlci_root *root, const char *name,
                                  const mlci_jsonl_settings *settings, mlci_jsonl_source *out,
                                  mlc_error *err)
{
    *out = (mlci_jsonl_source){.root = root, .name = name, .settings = settings};
    out->wishes.root = out->nulls.root = out->wanted.root = root;
    mlc_status status = mlci_wishes_open(root, settings->types, settings->like, &out->wishes, err);
    out->wishes.is_exact = settings->is_later;
    if (status == MLC_OK) {
        status = mlci_csv_nulls_init(&out->nulls, root, settings->null, err);
    }
    if (status == MLC_OK) status = mlci_json_paths_open(root, &out->wanted, err);
    if (status == MLC_OK && settings->columns != NULL) {
        status = mlci_json_paths_parse(&out->wanted, settings->columns, err);
    }
    if (status != MLC_OK) mlci_jsonl_source_close(out);
    return status;
}

void mlci_jsonl_source_close(mlci_jsonl_source *source)
{
    mlci_json_paths_close(&source->wanted);
    mlci_csv_nulls_clear(&source->nulls);
    mlci_wishes_close(&source->wishes);
}
