/* Columns of an ONNX graph: numbers as they are, texts as the numbers that a LabelEncoder and
 * tables make of them. */

#include "onnx_reading.h"

/* ---- constants ---------------------------------------------------------------------------- */

mlc_status mlci_onnx_constant_numbers(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                      mlci_onnx_numbers *out, mlc_error *err)
{
    *out = (mlci_onnx_numbers){0};
    if (!mlci_form_is(f, MLCI_FORM_CONSTANT))
        return mlci_onnx_refuse_step(s, "needs a constant", err);
    return mlci_onnx_tensor_numbers(&s->g->file, s->g->file.constants[f->constant].message, out,
                                    NULL, err);
}

/* ---- columns ------------------------------------------------------------------------------ */

mlc_status mlci_onnx_add_source(mlci_onnx_reading *g, mlci_onnx_source source, mlc_error *err)
{
    if (g->n_sources == g->source_capacity) {
        const int64_t capacity = g->source_capacity == 0 ? 64 : 2 * g->source_capacity;
        if (capacity > 16 * (int64_t)MLCI_MAX_FEATURES)
            return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "max_features",
                                       "its columns are put together too often");
        mlci_onnx_source *const grown =
            mlci_realloc(g->model->root, g->sources, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        g->sources = grown;
        g->source_capacity = capacity;
    }
    g->sources[g->n_sources++] = source;
    return MLC_OK;
}

mlc_status mlci_onnx_copy_columns(const mlci_onnx_step *s, const mlci_onnx_form *from,
                                  mlc_error *err)
{
    if (from->n == 0)
        return mlci_onnx_refuse_step(s, "needs to know how many columns there are", err);
    for (int64_t i = 0; i < from->n; i++)
        MLCI_TRY(mlci_onnx_add_source(s->g, s->g->sources[from->first + i], err));
    return MLC_OK;
}

mlc_status mlci_onnx_concat_columns(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    if (s->op->n_inputs < 1) return mlci_onnx_refuse_place(s, err);
    *s->out = (mlci_onnx_form){.kind = s->in[0]->kind, .first = g->n_sources};
    for (int32_t i = 0; i < s->op->n_inputs; i++) {
        const mlci_onnx_form *const f = &g->forms[g->ids[s->op->first_input + i]];
        if (f->kind != s->out->kind || (f->kind != MLCI_FORM_COLUMNS && f->kind != MLCI_FORM_TEXT))
            return mlci_onnx_refuse_place(s, err);
        s->out->is_float |= f->is_float;
        MLCI_TRY(mlci_onnx_copy_columns(s, f, err));
    }
    s->out->n = g->n_sources - s->out->first;
    return MLC_OK;
}

static mlc_status grow_changes(mlci_onnx_reading *g, mlc_error *err)
{
    mlci_onnx_changes *const c = &g->changes;
    if (c->n < c->capacity) return MLC_OK;
    const int64_t capacity = c->capacity == 0 ? 64 : 2 * c->capacity;
    if (capacity > 64 * (int64_t)MLCI_MAX_FEATURES)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "max_features",
                                   "its columns are changed too often");
    mlci_onnx_change *const grown = mlci_realloc(g->model->root, c->list, capacity, sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
    c->list = grown;
    c->capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_onnx_change_column(mlci_onnx_reading *g, int64_t i, const mlci_onnx_change *change,
                                   mlc_error *err)
{
    mlci_onnx_changes *const c = &g->changes;
    const int64_t before = g->sources[i].change;
    const int32_t number = before < 0 ? 1 : c->list[before].number + 1;
    if (number > MLCI_ONNX_MOST_CHANGES)
        return mlci_foreign_refuse(g->model, err, MLC_ERROR_LIMIT, "graph",
                                   "a column is changed more than %d times",
                                   MLCI_ONNX_MOST_CHANGES);
    MLCI_TRY(grow_changes(g, err));
    c->list[c->n] = *change;
    c->list[c->n].before = before;
    c->list[c->n].number = number;
    g->sources[i].change = c->n++;
    return MLC_OK;
}

static mlc_status new_map(mlci_onnx_reading *g, int64_t n, mlci_onnx_map **out, mlc_error *err)
{
    mlci_root *const root = g->model->root;
    mlci_onnx_map *const map = mlci_alloc(root, 1, sizeof *map);
    mlci_onnx_map **const grown = mlci_realloc(root, g->maps, g->n_maps + 1, sizeof *grown);
    if (grown != NULL) g->maps = grown;
    if (map == NULL || grown == NULL) {
        mlci_free(map);
        return mlci_fail_memory(err, 1, sizeof *map);
    }
    g->maps[g->n_maps++] = map;
    map->values = mlci_alloc(root, n, sizeof *map->values);
    if (map->values == NULL) return mlci_fail_memory(err, n, sizeof *map->values);
    map->n = n;
    *out = map;
    return MLC_OK;
}

static mlc_status keep_keys(mlci_onnx_reading *g, mlci_span *keys, mlc_error *err)
{
    mlci_span **const grown =
        mlci_realloc(g->model->root, g->key_lists, g->n_key_lists + 1, sizeof *grown);
    if (grown == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, g->n_key_lists + 1, sizeof *grown);
    }
    g->key_lists = grown;
    g->key_lists[g->n_key_lists++] = keys;
    return MLC_OK;
}

/* What a LabelEncoder makes of its keys and of others. */
static mlc_status encoder_values(const mlci_onnx_step *s, mlci_onnx_numbers *values,
                                 double *otherwise, mlc_error *err)
{
    const mlci_onnx_file *const f = &s->g->file;
    int64_t integer = -1;
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_int64s", values, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "default_int64", -1, &integer, err));
    *otherwise = (double)integer;
    if (values->values != NULL) return MLC_OK;
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_floats", values, err));
    return mlci_onnx_float_of(f, s->op, "default_float", -0.0, otherwise, err);
}

mlc_status mlci_onnx_map_texts(const mlci_onnx_step *s, const mlci_onnx_source *source,
                               mlci_span *keys, int64_t n_keys, const double *values,
                               double otherwise, mlci_onnx_map **out, mlc_error *err)
{
    const mlci_span missing = source->fill.at == NULL ? (mlci_span){"", 0} : source->fill;
    MLCI_TRY(new_map(s->g, n_keys, out, err));
    mlci_onnx_map *const map = *out;
    map->keys = keys;
    map->missing = map->unseen = otherwise;
    for (int64_t k = 0; k < n_keys; k++) {
        map->values[k] = values == NULL ? (double)k : values[k];
        if (mlci_span_same(keys[k], missing)) map->missing = map->values[k];
    }
    return MLC_OK;
}

static mlc_status make_map(const mlci_onnx_step *s, const mlci_onnx_source *source, mlci_span *keys,
                           int64_t n_keys, mlci_onnx_map **out, mlc_error *err)
{
    mlci_onnx_numbers values = {0};
    double otherwise = 0;
    mlc_status status = encoder_values(s, &values, &otherwise, err);
    if (status == MLC_OK && values.n == 0)
        status = mlci_onnx_refuse_step(s, "does not make numbers of texts", err);
    if (status == MLC_OK && values.n != n_keys)
        status = mlci_onnx_fault(&s->g->file, s->op, "its lists have different lengths", err);
    if (status == MLC_OK)
        status = mlci_onnx_map_texts(s, source, keys, n_keys, values.values, otherwise, out, err);
    mlci_free(values.values);
    return status;
}

mlc_status mlci_onnx_keys_of(const mlci_onnx_step *s, const char *name, int64_t *n, mlci_span **out,
                             mlc_error *err)
{
    mlci_span *keys = NULL;
    MLCI_TRY(mlci_onnx_texts_of(&s->g->file, s->op, name, n, &keys, err));
    *out = keys;
    return keys == NULL ? MLC_OK : keep_keys(s->g, keys, err);
}

/* Texts become numbers. The empty text is a missing one; it stays a label too. */
mlc_status mlci_onnx_label_encoder(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_map *map = NULL;
    mlci_span *keys = NULL;
    int64_t n = 0;
    if (!mlci_form_is(s->in[0], MLCI_FORM_TEXT)) return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_keys_of(s, "keys_strings", &n, &keys, err));
    if (keys == NULL) return mlci_onnx_refuse_step(s, "has no keys_strings", err);
    *s->out = (mlci_onnx_form){
        .kind = MLCI_FORM_COLUMNS, .first = g->n_sources, .n = s->in[0]->n, .is_float = 1};
    MLCI_TRY(mlci_onnx_copy_columns(s, s->in[0], err));
    for (int64_t i = s->out->first; i < g->n_sources; i++) {
        MLCI_TRY(make_map(s, &g->sources[i], keys, n, &map, err));
        g->sources[i].map = map;
    }
    return MLC_OK;
}

static double look_up(const mlci_onnx_numbers *table, double index, int *is_there)
{
    if (!(index >= 0 && index < (double)table->n)) {
        *is_there = 0;
        return 0;
    }
    return table->values[(int64_t)index];
}

/* Codes become the numbers of a table. */
mlc_status mlci_onnx_gather_codes(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_source source = g->sources[s->in[1]->first];
    const mlci_onnx_map *const from = source.map;
    mlci_onnx_map *map = NULL;
    mlci_onnx_numbers table;
    int is_there = 1;
    if (s->in[1]->n != 1 || from == NULL || source.change >= 0)
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[0], &table, err));
    mlc_status status = new_map(g, from->n, &map, err);
    if (status == MLC_OK) {
        map->keys = from->keys;
        map->missing = look_up(&table, from->missing, &is_there);
        map->unseen = look_up(&table, from->unseen, &is_there);
        for (int64_t k = 0; k < from->n; k++)
            map->values[k] = look_up(&table, from->values[k], &is_there);
        if (!is_there)
            status = mlci_onnx_fault(&g->file, s->op, "an index is beyond its table", err);
    }
    mlci_free(table.values);
    if (status != MLC_OK) return status;
    *s->out = (mlci_onnx_form){.kind = MLCI_FORM_COLUMNS, .first = g->n_sources, .n = 1};
    s->out->is_float = !table.is_double;
    source.map = map;
    return mlci_onnx_add_source(g, source, err);
}

/* Some columns of a value. */
mlc_status mlci_onnx_gather_columns(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_numbers indices;
    const mlci_onnx_form from = *s->in[0];
    MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[1], &indices, err));
    *s->out = (mlci_onnx_form){.kind = from.kind, .first = g->n_sources, .is_float = from.is_float};
    mlc_status status = MLC_OK;
    for (int64_t i = 0; i < indices.n && status == MLC_OK; i++) {
        const double k =
            indices.values[i] < 0 ? indices.values[i] + (double)from.n : indices.values[i];
        status = k >= 0 && k < (double)from.n
                     ? mlci_onnx_add_source(g, g->sources[from.first + (int64_t)k], err)
                     : mlci_onnx_fault(&g->file, s->op, "there is no such column", err);
    }
    s->out->n = g->n_sources - s->out->first;
    mlci_free(indices.values);
    return status;
}
