/* Tables of what was learned: found by name in the tree of components. */
#include <math.h>
#include <string.h>

#include "origin.h"
#include "record.h"

static int offers(const mlci_component *c, const char *table)
{
    const char *const *names = c->descriptor->tables;
    for (; names != NULL && *names != NULL; names++) {
        if (strcmp(*names, table) == 0) return 1;
    }
    return 0;
}

/* The last component in the tree that offers the table: in a pipeline, the model first. */
static const mlci_component *find_offer(const mlci_component *c, const char *table)
{
    if (offers(c, table)) return c;
    for (int32_t i = c->n_parts - 1; i >= 0; i--) {
        const mlci_component *found = find_offer(c->parts[i], table);
        if (found != NULL) return found;
    }
    return NULL;
}

static const mlci_component *find_step(const mlci_component *c, const char *name, size_t length)
{
    for (int32_t i = 0; i < c->n_parts; i++) {
        const mlci_component *part = c->parts[i];
        if (strlen(part->name) == length && memcmp(part->name, name, length) == 0) return part;
    }
    for (int32_t i = 0; i < c->n_parts; i++) {
        const mlci_component *found = find_step(c->parts[i], name, length);
        if (found != NULL) return found;
    }
    return NULL;
}

static void list_tables(const mlci_component *c, mlci_text *out)
{
    const char *const *names = c->descriptor->tables;
    for (; names != NULL && *names != NULL; names++) {
        mlci_text_append_text(out, ", ");
        mlci_text_append_format(out, "%s.%s", c->name, *names);
    }
    for (int32_t i = 0; i < c->n_parts; i++)
        list_tables(c->parts[i], out);
}

static mlc_status no_table(const mlci_component *c, const char *table, mlc_error *err)
{
    const int is_model = c->descriptor->kind == MLCI_KIND_MODEL;
    mlci_text list = mlci_text_init(c->root);
    mlci_text_append_text(&list, is_model ? ", inputs, schema, classes, steps" : "");
    list_tables(c, &list);
    const mlc_status status = mlci_fail(
        err, MLC_ERROR_UNSUPPORTED, table, "'%s' has no table '%s'; %s%s", c->name, table,
        list.length > 0 ? "there are " : "there is none", list.length > 0 ? list.data + 2 : "");
    mlci_text_clear(&list);
    return status;
}

static mlc_status step_table(mlc_context *call, const mlci_component *c, const char *table,
                             mlc_dataset **out, mlc_error *err)
{
    if (mlci_is_composition(c)) {
        return mlci_composition_of(c)->learned->table(call, c, table, out, err);
    }
    if (c->descriptor->kind != MLCI_KIND_MODEL) {
        return mlci_transform_of(c)->table(call, c->params, c->state, table, out, err);
    }
    return mlci_model_of(c)->table(call, c->params, c->state, table, c->features, c->classes, out,
                                   err);
}

mlc_status mlci_component_table(mlc_context *call, const mlci_component *component,
                                const char *table, mlc_dataset **out, mlc_error *err)
{
    const mlci_component *c = component;
    const char *rest = table;
    for (const char *dot = strchr(rest, '.'); dot != NULL; dot = strchr(rest, '.')) {
        c = find_step(c, rest, (size_t)(dot - rest));
        if (c == NULL) return no_table(component, table, err);
        rest = dot + 1;
    }
    c = find_offer(c, rest);
    if (c == NULL) return no_table(component, table, err);
    if (c->state == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, table,
                         "'%s' has nothing to do here: no "
                         "column is of its kind",
                         c->name);
    }
    return step_table(call, c, rest, out, err);
}

/* ---- tables of the whole model ---------------------------------------------------------- */

static mlc_status inputs_table(mlci_root *root, const mlci_features *f, mlc_dataset **out,
                               mlc_error *err)
{
    const int32_t n = f->n_inputs;
    const char **texts = mlci_alloc(root, (int64_t)n * 2, sizeof *texts);
    double *bounds = mlci_alloc(root, (int64_t)n * 2, sizeof *bounds);
    int64_t *counts = mlci_alloc(root, (int64_t)n * 2, sizeof *counts);
    mlc_status status = MLC_OK;
    if (texts == NULL || bounds == NULL || counts == NULL) {
        status = mlci_fail_memory(err, (int64_t)n * 2, sizeof *texts);
    } else {
        for (int32_t i = 0; i < n; i++) {
            texts[i] = f->inputs[i].name;
            texts[n + i] = mlci_type_name(f->inputs[i].type);
            bounds[i] = f->inputs[i].low;
            bounds[n + i] = f->inputs[i].high;
            counts[i] = f->inputs[i].dictionary == NULL ? 0 : f->inputs[i].dictionary->n;
            counts[n + i] = f->inputs[i].width;
        }
        mlci_table table;
        mlci_table_init(&table, root);
        mlci_table_texts(&table, "name", n, texts);
        mlci_table_texts(&table, "type", n, texts + n);
        mlci_table_reals(&table, "low", n, bounds);
        mlci_table_reals(&table, "high", n, bounds + n);
        mlci_table_integers(&table, "categories", n, counts);
        mlci_table_integers(&table, "width", n, counts + n);
        status = mlci_table_finish(&table, out, err);
    }
    mlci_free(counts);
    mlci_free(bounds);
    mlci_free(texts);
    return status;
}

static int32_t role_of(const mlci_record *record, const char *name)
{
    for (int32_t i = 0; i < record->n_roles; i++) {
        if (strcmp(record->roles[i].name, name) == 0) return record->roles[i].role;
    }
    return MLCI_ROLE_FEATURE;
}

/* A column of that type without rows; with the categories it may have. */
static mlc_status empty_column(mlci_root *root, int32_t type, int64_t width,
                               mlci_dictionary *dictionary, mlci_column **out, mlc_error *err)
{
    if (type != MLC_TYPE_CATEGORY) return mlci_column_create(root, type, 0, width, 0, out, err);
    int32_t *codes = mlci_alloc(root, 0, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, 0, sizeof *codes);
    return mlci_column_create_category(root, 0, codes, dictionary, out, err);
}

/* The target too when it is of texts; one of numbers may hold anything where it is not read. */
static mlc_status schema_table(mlci_root *root, const mlci_record *record,
                               const mlci_classes *classes, mlc_dataset **out, mlc_error *err)
{
    const mlci_features *f = record->inputs;
    const char *target = classes != NULL && classes->labels != NULL
                             ? mlci_record_role(record, MLCI_ROLE_TARGET)
                             : NULL;
    const int32_t n = f->n_inputs + (target != NULL);
    const char **names = mlci_alloc(root, n, sizeof *names);
    mlci_column **columns = mlci_alloc(root, n, sizeof *columns);
    int32_t *roles = mlci_alloc(root, n, sizeof *roles);
    mlc_status status = MLC_OK;
    if (names == NULL || columns == NULL || roles == NULL) {
        status = mlci_fail_memory(err, n, sizeof *columns);
    }
    for (int32_t i = 0; i < n && status == MLC_OK; i++) {
        const mlci_feature *input = i < f->n_inputs ? &f->inputs[i] : NULL;
        names[i] = input != NULL ? input->name : target;
        roles[i] = role_of(record, names[i]);
        status = empty_column(
            root, input != NULL ? input->type : classes->type, input != NULL ? input->width : 1,
            input != NULL ? input->dictionary : classes->labels, &columns[i], err);
    }
    if (status == MLC_OK) status = mlci_dataset_create(root, n, names, columns, roles, out, err);
    for (int32_t i = 0; i < n && columns != NULL; i++)
        mlci_column_unref(columns[i]);
    mlci_free(roles);
    mlci_free(columns);
    mlci_free(names);
    return status;
}

static mlc_status classes_table(mlci_root *root, const mlci_component *last, mlc_dataset **out,
                                mlc_error *err)
{
    const mlci_classes *classes = last->classes;
    if (classes == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "classes", "'%s' does not predict classes",
                         last->name);
    }
    int64_t *positive = mlci_alloc(root, classes->n, sizeof *positive);
    if (positive == NULL) return mlci_fail_memory(err, classes->n, sizeof *positive);
    positive[classes->positive] = 1;
    mlci_table table;
    mlci_table_init(&table, root);
    mlci_table_texts(&table, "class", classes->n, (const char *const *)classes->names);
    mlci_table_integers(&table, "positive", classes->n, positive);
    mlci_free(positive);
    return mlci_table_finish(&table, out, err);
}

typedef struct step_list {
    mlci_root *root;
    int64_t n, capacity;
    char **paths, **ids, **recipes, **columns;
} step_list;

static void clear_steps(step_list *s)
{
    for (int64_t i = 0; i < s->n; i++) {
        mlci_free(s->paths[i]);
        mlci_free(s->ids[i]);
        mlci_free(s->recipes[i]);
        mlci_free(s->columns[i]);
    }
    mlci_free(s->paths);
    mlci_free(s->ids);
    mlci_free(s->recipes);
    mlci_free(s->columns);
}

static int64_t count_steps(const mlci_component *c)
{
    int64_t n = 1;
    for (int32_t i = 0; i < c->n_parts; i++)
        n += count_steps(c->parts[i]);
    return n;
}

static mlc_status recipe_text(const mlci_component *c, char **out, mlc_error *err)
{
    mlci_recipe *recipe = NULL;
    MLCI_TRY(mlci_component_to_recipe(c, 0, &recipe, err));
    mlci_text text = mlci_text_init(c->root);
    mlci_recipe_format(recipe, 0, &text);
    mlci_recipe_free(recipe);
    return mlci_text_take(&text, out, err);
}

static mlc_status columns_text(const mlci_component *c, char **out, mlc_error *err)
{
    mlci_text text = mlci_text_init(c->root);
    mlci_text_append_text(&text, "");
    for (int32_t i = 0; i < c->n_inputs; i++) {
        if (i > 0) mlci_text_append_text(&text, ", ");
        mlci_text_append_text(&text, c->inputs[i].name);
    }
    return mlci_text_take(&text, out, err);
}

static mlc_status add_steps(step_list *s, const mlci_component *c, const char *parent,
                            mlc_error *err)
{
    mlci_text path = mlci_text_init(s->root);
    if (parent[0] != '\0') mlci_text_append_format(&path, "%s.", parent);
    mlci_text_append_text(&path, c->name);
    const int64_t i = s->n++; /* the four texts of a step start as NULL */
    MLCI_TRY(mlci_text_take(&path, &s->paths[i], err));
    s->ids[i] = mlci_copy_text(s->root, c->descriptor->name, (int64_t)strlen(c->descriptor->name));
    if (s->ids[i] == NULL) return mlci_fail_memory(err, 1, 1);
    MLCI_TRY(recipe_text(c, &s->recipes[i], err));
    MLCI_TRY(columns_text(c, &s->columns[i], err));
    for (int32_t k = 0; k < c->n_parts; k++) {
        MLCI_TRY(add_steps(s, c->parts[k], s->paths[i], err));
    }
    return MLC_OK;
}

static mlc_status steps_table(mlci_root *root, const mlci_component *c, mlc_dataset **out,
                              mlc_error *err)
{
    const int64_t n = count_steps(c);
    step_list s = {.root = root};
    s.paths = mlci_alloc(root, n, sizeof *s.paths);
    s.ids = mlci_alloc(root, n, sizeof *s.ids);
    s.recipes = mlci_alloc(root, n, sizeof *s.recipes);
    s.columns = mlci_alloc(root, n, sizeof *s.columns);
    mlc_status status = MLC_OK;
    if (s.paths == NULL || s.ids == NULL || s.recipes == NULL || s.columns == NULL) {
        status = mlci_fail_memory(err, n, sizeof *s.paths);
    } else {
        status = add_steps(&s, c, "", err);
    }
    if (status == MLC_OK) {
        mlci_table table;
        mlci_table_init(&table, root);
        mlci_table_texts(&table, "step", n, (const char *const *)s.paths);
        mlci_table_texts(&table, "component", n, (const char *const *)s.ids);
        mlci_table_texts(&table, "recipe", n, (const char *const *)s.recipes);
        mlci_table_texts(&table, "columns", n, (const char *const *)s.columns);
        status = mlci_table_finish(&table, out, err);
    }
    clear_steps(&s);
    return status;
}

static mlc_status model_table(mlc_context *call, const mlc_model *model, const char *table,
                              mlc_dataset **out, mlc_error *err)
{
    mlci_root *root = mlci_context_root(call);
    if (strcmp(table, "inputs") == 0) {
        return inputs_table(root, model->record->inputs, out, err);
    }
    if (strcmp(table, "schema") == 0) {
        const mlci_component *last = mlci_component_last(model->component);
        return schema_table(root, model->record, last->classes, out, err);
    }
    if (strcmp(table, "classes") == 0) {
        return classes_table(root, mlci_component_last(model->component), out, err);
    }
    if (strcmp(table, "origin") == 0 && model->record->origin != NULL)
        return mlci_origin_table(root, model->record->origin, out, err);
    if (strcmp(table, "steps") == 0) return steps_table(root, model->component, out, err);
    return mlci_component_table(call, model->component, table, out, err);
}

mlc_status mlc_model_table(mlc_context *ctx, const mlc_model *model, const char *table,
                           mlc_dataset **out, mlc_error *err)
{
    MLCI_TRY(mlci_model_require_fitted(model, err));
    if (table == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "table", "table or out is NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_PREDICT, &call, err));
    const mlc_status status = model_table(call, model, table, out, err);
    mlci_call_end(call);
    return status;
}
