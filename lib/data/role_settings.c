/* Settings of a reader and roles, told apart by name. The nearest name is looked for among both. */
#include "role_settings.h"

#include <string.h>

#include "dataset_impl.h"

static int has_setting(const mlci_param *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(name, table->name) == 0) return 1;
    }
    return 0;
}

static int is_role_setting(const char *name)
{
    return mlci_role_find(name) >= 0 || strcmp(name, "classes") == 0 ||
           strcmp(name, "positive") == 0;
}

/* Names of the table, then of roles. */
static const char *next_name(const void *arg, int32_t i)
{
    const mlci_param *const table = arg;
    int32_t n = 0;
    while (table[n].name != NULL && n < i)
        n++;
    if (table[n].name != NULL) return table[n].name;
    const int32_t role = i - n;
    if (role <= MLCI_ROLE_IGNORE) return mlci_role_name(role);
    if (role == MLCI_ROLE_IGNORE + 1) return "classes";
    return role == MLCI_ROLE_IGNORE + 2 ? "positive" : NULL;
}

static mlc_status fail_unknown(const mlci_setting *item, const char *what, const mlci_param *table,
                               mlc_error *err)
{
    char names[256] = "";
    const char *const nearest = mlci_nearest(item->name, next_name, table);
    if (nearest != NULL) {
        return mlci_fail_at(err, MLC_ERROR_SETTING, item->line, item->column, item->name,
                            "%s has no setting '%s'; did you mean '%s'?", what, item->name,
                            nearest);
    }
    for (; table->name != NULL && strlen(names) + strlen(table->name) + 3 < sizeof names; table++) {
        if (names[0] != '\0') strcat(names, table[1].name != NULL ? ", " : " and ");
        strcat(names, table->name);
    }
    return mlci_fail_at(err, MLC_ERROR_SETTING, item->line, item->column, item->name,
                        "%s has no setting '%s'; it has %s, and roles such as target=", what,
                        item->name, names);
}

/* A setting written back as text that reads the same. */
static void append_setting(mlci_text *text, const mlci_setting *item)
{
    if (text->length > 0) mlci_text_append_char(text, ' ');
    mlci_text_append_text(text, item->name);
    mlci_text_append_text(text, "='");
    for (const char *c = item->value; *c != '\0'; c++) {
        if (*c == '\'' || *c == '\\') mlci_text_append_char(text, '\\');
        mlci_text_append_char(text, *c);
    }
    mlci_text_append_char(text, '\'');
}

mlc_status mlci_role_settings_split(mlci_root *root, const char *text, const char *what,
                                    const mlci_param *table, mlci_settings *own, char **roles,
                                    mlc_error *err)
{
    mlci_settings all = {0};
    mlci_text others = mlci_text_init(root);
    MLCI_TRY(mlci_settings_parse(root, text, 0, &all, err));
    own->root = root;
    *roles = NULL;
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < all.n && status == MLC_OK; i++) {
        const mlci_setting *const item = &all.items[i];
        if (has_setting(table, item->name)) {
            status = mlci_settings_put(own, item->name, item->value, item->quoted, err);
        } else if (is_role_setting(item->name)) {
            append_setting(&others, item);
        } else {
            status = fail_unknown(item, what, table, err);
        }
    }
    if (status == MLC_OK) status = mlci_text_status(&others, err);
    if (status == MLC_OK && others.length > 0) status = mlci_text_take(&others, roles, err);
    mlci_text_clear(&others);
    mlci_settings_clear(&all);
    return status;
}
