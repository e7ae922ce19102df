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

static mlc_status take_text(const mlci_settings *settings, char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(settings->root);
    if (settings->n == 0) return MLC_OK;
    mlci_settings_format(settings, &text);
    return mlci_text_take(&text, out, err);
}

mlc_status mlci_role_settings_split(mlci_root *root, const char *text, const char *what,
                                    const mlci_param *table, mlci_settings *own, char **roles,
                                    mlc_error *err)
{
    mlci_settings all = {0}, others = {.root = root};
    *own = (mlci_settings){.root = root};
    *roles = NULL;
    MLCI_TRY(mlci_settings_parse(root, text, 0, &all, err));
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < all.n && status == MLC_OK; i++) {
        const mlci_setting *const item = &all.items[i];
        if (has_setting(table, item->name)) {
            status = mlci_settings_add(own, item, err);
        } else if (is_role_setting(item->name)) {
            status = mlci_settings_add(&others, item, err);
        } else {
            status = fail_unknown(item, what, table, err);
        }
    }
    if (status == MLC_OK) status = take_text(&others, roles, err);
    mlci_settings_clear(&others);
    mlci_settings_clear(&all);
    return status;
}
