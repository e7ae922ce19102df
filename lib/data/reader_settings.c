/* Settings of readers. They share one text with roles, so names are told apart here, and the
 * nearest name is looked for among both. */
#include "reader_settings.h"

#include <string.h>

const mlci_choice mlci_text_as_choices[] = {
    {"auto", MLCI_TEXT_AS_AUTO, "category while at most half of the values differ"},
    {"category", MLCI_TEXT_AS_CATEGORY, "always category"},
    {"text", MLCI_TEXT_AS_TEXT, "always text"},
    {NULL, 0, NULL}};

const mlci_choice mlci_on_error_choices[] = {
    {"fail", MLCI_ON_ERROR_FAIL, "stop at the first"},
    {"skip", MLCI_ON_ERROR_SKIP, "leave such lines out"},
    {"collect", MLCI_ON_ERROR_COLLECT, "leave them out and list them as problems"},
    {NULL, 0, NULL}};

/* ---- names -------------------------------------------------------------------------------- */

static int is_own(const mlci_param *table, const char *name)
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

/* Names of the reader, then of roles. */
static const char *next_name(const void *arg, int32_t i)
{
    const mlci_param *const table = arg;
    int32_t n_own = 0;
    while (table[n_own].name != NULL)
        n_own++;
    if (i < n_own) return table[i].name;
    const int32_t role = i - n_own;
    if (role <= MLCI_ROLE_IGNORE) return mlci_role_name(role);
    if (role == MLCI_ROLE_IGNORE + 1) return "classes";
    return role == MLCI_ROLE_IGNORE + 2 ? "positive" : NULL;
}

static mlc_status fail_unknown(const char *owner, const mlci_param *table, const mlci_setting *item,
                               mlc_error *err)
{
    const char *const nearest = mlci_nearest(item->name, next_name, table);
    if (nearest != NULL) {
        return mlci_fail_at(err, MLC_ERROR_SETTING, item->line, item->column, item->name,
                            "%s has no setting '%s'; did you mean '%s'?", owner, item->name,
                            nearest);
    }
    mlci_text list = mlci_text_init(NULL);
    for (int32_t i = 0; table[i].name != NULL; i++)
        mlci_text_append_format(&list, "%s, ", table[i].name);
    const mlc_status status =
        mlci_fail_at(err, MLC_ERROR_SETTING, item->line, item->column, item->name,
                     "%s has no setting '%s'; it has format, %sand roles such as target=", owner,
                     item->name, list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

static mlc_status take_text(mlci_settings *settings, char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(settings->root);
    if (settings->n == 0) return MLC_OK;
    mlci_settings_format(settings, &text);
    return mlci_text_take(&text, out, err);
}

mlc_status mlci_reader_settings_read(mlci_root *root, const char *owner, const mlci_param *table,
                                     const char *text, void *values, char **roles, mlc_error *err)
{
    mlci_settings all = {0}, own = {.root = root}, others = {.root = root};
    char *roles_text = NULL;
    MLCI_TRY(mlci_settings_parse(root, text, 0, &all, err));
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < all.n && status == MLC_OK; i++) {
        const mlci_setting *const item = &all.items[i];
        if (is_own(table, item->name)) {
            status = mlci_settings_add(&own, item, err);
        } else if (is_role_setting(item->name)) {
            status = mlci_settings_add(&others, item, err);
        } else {
            status = fail_unknown(owner, table, item, err);
        }
    }
    if (status == MLC_OK) status = take_text(&others, &roles_text, err);
    int is_set = 0;
    if (status == MLC_OK) {
        status = mlci_params_defaults(root, table, values, err);
        is_set = status == MLC_OK;
    }
    if (status == MLC_OK) status = mlci_params_read(root, owner, table, NULL, &own, values, err);
    mlci_settings_clear(&others);
    mlci_settings_clear(&own);
    mlci_settings_clear(&all);
    if (status != MLC_OK) {
        if (is_set) mlci_params_clear(table, values);
        mlci_free(roles_text);
        return status;
    }
    *roles = roles_text;
    return MLC_OK;
}

/* ---- types= ------------------------------------------------------------------------------- */

static int32_t type_of_word(const char *word, int64_t length)
{
    static const int32_t types[] = {MLC_TYPE_BOOL,     MLC_TYPE_INT64,    MLC_TYPE_FLOAT32,
                                    MLC_TYPE_FLOAT64,  MLC_TYPE_CATEGORY, MLC_TYPE_TEXT,
                                    MLC_TYPE_TIMESTAMP};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (mlci_text_equal(word, length, mlci_type_name(types[i]))) return types[i];
    }
    return 0;
}

static mlc_status grow(mlci_wishes *w, mlc_error *err)
{
    if (w->n < w->capacity) return MLC_OK;
    const int32_t capacity = w->capacity == 0 ? 16 : 2 * w->capacity;
    char **const names = mlci_realloc(w->root, w->names, capacity, (int64_t)sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *names);
    w->names = names;
    int32_t *const types = mlci_realloc(w->root, w->types, capacity, (int64_t)sizeof *types);
    if (types == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *types);
    w->types = types;
    w->capacity = capacity;
    return MLC_OK;
}

static mlc_status add_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_wishes *const w = arg;
    int64_t colon = length - 1;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    if (colon <= 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "types",
                         "types: '%.*s' is not of the form column:type", (int)length, item);
    }
    const int32_t type = type_of_word(item + colon + 1, length - colon - 1);
    if (type == 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "types",
                         "types: '%.*s' is no type of a column: must be bool, int64, float32, "
                         "float64, category, text or timestamp",
                         (int)(length - colon - 1), item + colon + 1);
    }
    MLCI_TRY(grow(w, err));
    w->names[w->n] = mlci_copy_text(w->root, item, colon);
    if (w->names[w->n] == NULL) return mlci_fail_memory(err, colon + 1, 1);
    w->types[w->n++] = type;
    return MLC_OK;
}

mlc_status mlci_wishes_open(mlci_root *root, const char *types, const mlc_dataset *like,
                            mlci_wishes *out, mlc_error *err)
{
    *out = (mlci_wishes){.root = root, .like = like};
    mlc_status status = types == NULL ? MLC_OK : mlci_list_each(types, add_item, out, err);
    if (status == MLC_OK) status = mlci_names_open(root, out->n, &out->index, err);
    if (status == MLC_OK) {
        for (int32_t i = 0; i < out->n; i++)
            out->index.name[i] = out->names[i];
        status = mlci_names_sort(&out->index, err);
    }
    if (status == MLC_OK) {
        int32_t first = 0;
        const int32_t again = mlci_names_repeated(&out->index, &first);
        if (again >= 0) {
            status = mlci_fail(err, MLC_ERROR_SETTING, "types", "types: '%s' is there twice",
                               out->names[again]);
        }
    }
    if (status != MLC_OK) mlci_wishes_close(out);
    return status;
}

void mlci_wishes_close(mlci_wishes *wishes)
{
    for (int32_t i = 0; i < wishes->n; i++)
        mlci_free(wishes->names[i]);
    mlci_free(wishes->names);
    mlci_free(wishes->types);
    mlci_names_close(&wishes->index);
    *wishes = (mlci_wishes){.root = wishes->root};
}

mlci_wish mlci_wishes_find(const mlci_wishes *wishes, const char *name)
{
    const int32_t i = mlci_names_find(&wishes->index, name);
    if (i >= 0) return (mlci_wish){.type = wishes->types[i]};
    const int32_t j = wishes->like == NULL ? -1 : mlci_dataset_find(wishes->like, name);
    if (j < 0) return (mlci_wish){0};
    const int32_t type = wishes->like->fields[j].column->type;
    if (type == MLC_TYPE_VECTOR) return (mlci_wish){0};
    if (wishes->is_exact || !mlci_type_is_number(type)) return (mlci_wish){.type = type};
    return (mlci_wish){.must_be = type == MLC_TYPE_BOOL ? type : MLC_TYPE_FLOAT64};
}

static const char *next_column(const void *arg, int32_t i)
{
    const mlc_dataset *const dataset = arg;
    return i < dataset->n_fields ? dataset->fields[i].name : NULL;
}

mlc_status mlci_wishes_check(const mlci_wishes *wishes, const char *source,
                             const mlc_dataset *dataset, mlc_error *err)
{
    for (int32_t i = 0; i < wishes->n; i++) {
        const char *const name = wishes->names[i];
        if (mlci_dataset_find(dataset, name) >= 0) continue;
        const char *const nearest = mlci_nearest(name, next_column, dataset);
        return mlci_fail(err, MLC_ERROR_COLUMN, name, "types: '%s' has no column '%s'%s%s%s",
                         source, name, nearest == NULL ? "" : "; did you mean '",
                         nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?");
    }
    return MLC_OK;
}
