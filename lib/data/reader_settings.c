/* What settings of readers have in common: a table of their own among roles, types of columns. */
#include "reader_settings.h"

#include <string.h>

#include "role_settings.h"
#include "typed_name.h"

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

mlc_status mlci_reader_settings_read(mlci_root *root, const char *owner, const mlci_param *table,
                                     const char *text, void *values, char **roles, mlc_error *err)
{
    mlci_settings own = {0};
    char *others = NULL;
    int has_values = 0;
    mlc_status status = mlci_role_settings_split(root, text, owner, table, &own, &others, err);
    if (status == MLC_OK) {
        status = mlci_params_defaults(root, table, values, err);
        has_values = status == MLC_OK;
    }
    if (status == MLC_OK) status = mlci_params_read(root, owner, table, NULL, &own, values, err);
    mlci_settings_clear(&own);
    if (status != MLC_OK) {
        if (has_values) mlci_params_clear(table, values);
        mlci_free(others);
        return status;
    }
    *roles = others;
    return MLC_OK;
}

/* ---- types= ------------------------------------------------------------------------------- */

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
    mlci_typed_name wanted;
    MLCI_TRY(mlci_typed_name_parse("types", item, length, &wanted, err));
    MLCI_TRY(grow(w, err));
    w->names[w->n] = mlci_copy_text(w->root, wanted.name, wanted.length);
    if (w->names[w->n] == NULL) return mlci_fail_memory(err, wanted.length + 1, 1);
    w->types[w->n++] = wanted.type;
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
    if (wishes->is_exact) return (mlci_wish){.type = type, .is_settled = 1};
    if (!mlci_type_is_number(type)) return (mlci_wish){.type = type};
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
