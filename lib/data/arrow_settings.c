/* The settings of Arrow import. They share one text with roles. */
#include "arrow_import.h"
#include "role_settings.h"

static const mlci_choice text_choices[] = {
    {"auto", MLCI_ARROW_TEXT_AUTO, "category while at most half of the values differ"},
    {"category", MLCI_ARROW_TEXT_CATEGORY, "always category"},
    {"text", MLCI_ARROW_TEXT_TEXT, "always text"},
    {NULL, 0, NULL}};

static const mlci_choice nanosecond_choices[] = {
    {"fail", MLCI_ARROW_NANOSECONDS_FAIL, "a part of a microsecond is an error"},
    {"floor", MLCI_ARROW_NANOSECONDS_FLOOR, "the microsecond before"},
    {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_CHOICE(mlci_arrow_settings, text, MLCI_ARROW_TEXT_AUTO, text_choices,
                "what columns of texts become", .since = "0.1"),
    MLCI_CHOICE(mlci_arrow_settings, nanoseconds, MLCI_ARROW_NANOSECONDS_FAIL, nanosecond_choices,
                "what is done about times with a part of a microsecond", .since = "0.1"),
    {.name = NULL}};

mlc_status mlci_arrow_settings_read(mlci_root *root, const char *text, mlci_arrow_settings *out,
                                    mlc_error *err)
{
    mlci_settings own = {0};
    mlci_arrow_settings s = {0};
    mlc_status status =
        mlci_role_settings_split(root, text, "Arrow import", table, &own, &s.roles, err);
    if (status == MLC_OK) status = mlci_params_defaults(root, table, &s, err);
    if (status == MLC_OK) status = mlci_params_read(root, "arrow", table, NULL, &own, &s, err);
    mlci_settings_clear(&own);
    if (status != MLC_OK) {
        mlci_arrow_settings_clear(&s);
        return status;
    }
    *out = s;
    return MLC_OK;
}

void mlci_arrow_settings_clear(mlci_arrow_settings *settings)
{
    mlci_params_clear(table, settings);
    mlci_free(settings->roles);
    settings->roles = NULL;
}
