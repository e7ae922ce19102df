/* Values of an input as other numbers: LabelEncoder, and tables that Gather reads by codes. */
#include <string.h>

#include "onnx_reading.h"

/* A map without keys or values. */
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

void mlci_onnx_clear_maps(mlci_onnx_reading *g)
{
    for (int64_t i = 0; i < g->n_maps; i++) {
        mlci_free(g->maps[i]->values);
        mlci_free(g->maps[i]);
    }
    for (int64_t i = 0; i < g->n_key_lists; i++)
        mlci_free(g->key_lists[i]);
    mlci_free(g->maps);
    mlci_free(g->key_lists);
}

/* ---- keys --------------------------------------------------------------------------------- */

/* The list lives as long as the reading. */
static mlc_status keep_keys(mlci_onnx_reading *g, void *keys, mlc_error *err)
{
    void **const grown =
        mlci_realloc(g->model->root, g->key_lists, g->n_key_lists + 1, sizeof *grown);
    if (grown == NULL) {
        mlci_free(keys);
        return mlci_fail_memory(err, g->n_key_lists + 1, sizeof *grown);
    }
    g->key_lists = grown;
    g->key_lists[g->n_key_lists++] = keys;
    return MLC_OK;
}

mlc_status mlci_onnx_keys_of(const mlci_onnx_step *s, const char *name, mlci_onnx_keys *out,
                             mlc_error *err)
{
    mlci_span *texts = NULL;
    *out = (mlci_onnx_keys){0};
    MLCI_TRY(mlci_onnx_texts_of(&s->g->file, s->op, name, &out->n, &texts, err));
    out->texts = texts;
    return texts == NULL ? MLC_OK : keep_keys(s->g, texts, err);
}

mlc_status mlci_onnx_numbers_as_keys(const mlci_onnx_step *s, const char *name, mlci_onnx_keys *out,
                                     mlc_error *err)
{
    mlci_onnx_numbers list = {0};
    *out = (mlci_onnx_keys){0};
    MLCI_TRY(mlci_onnx_numbers_of(&s->g->file, s->op, name, &list, err));
    if (list.values == NULL) return MLC_OK;
    MLCI_TRY(keep_keys(s->g, list.values, err));
    for (int64_t k = 0; k < list.n; k++)
        list.values[k] += 0.0; /* -0 is 0 */
    out->n = list.n;
    out->numbers = list.values;
    return MLC_OK;
}

/* The keys of a LabelEncoder for numbers. */
static mlc_status number_keys(const mlci_onnx_step *s, mlci_onnx_keys *out, mlc_error *err)
{
    static const char *const names[] = {"keys_floats", "keys_int64s", "keys_tensor"};
    *out = (mlci_onnx_keys){0};
    for (int i = 0; i < 3 && out->n == 0; i++)
        MLCI_TRY(mlci_onnx_numbers_as_keys(s, names[i], out, err));
    return MLC_OK;
}

/* ---- LabelEncoder ------------------------------------------------------------------------- */

/* What a LabelEncoder makes of its keys and of others. */
static mlc_status encoder_values(const mlci_onnx_step *s, mlci_onnx_numbers *values,
                                 double *otherwise, mlc_error *err)
{
    const mlci_onnx_file *const f = &s->g->file;
    mlci_onnx_numbers tensor = {0};
    int64_t integer = -1;
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_int64s", values, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "default_int64", -1, &integer, err));
    *otherwise = (double)integer;
    if (values->n > 0) return MLC_OK;
    mlci_free(values->values);
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_floats", values, err));
    MLCI_TRY(mlci_onnx_float_of(f, s->op, "default_float", -0.0, otherwise, err));
    if (values->n > 0) return MLC_OK;
    mlci_free(values->values);
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "values_tensor", values, err));
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "default_tensor", &tensor, err));
    *otherwise = tensor.n == 1 ? tensor.values[0] : -0.0;
    mlci_free(tensor.values);
    return MLC_OK;
}

/* NaN is a key from version 4 of ai.onnx.ml on. */
static int is_missing_key(const mlci_onnx_step *s, const mlci_onnx_keys *keys, int64_t k,
                          mlci_span missing)
{
    return keys->texts != NULL ? mlci_span_same(keys->texts[k], missing)
                               : keys->numbers[k] != keys->numbers[k] && s->g->file.ml_version >= 4;
}

mlc_status mlci_onnx_map_keys(const mlci_onnx_step *s, const mlci_onnx_source *source,
                              const mlci_onnx_keys *keys, const double *values, double otherwise,
                              mlci_onnx_map **out, mlc_error *err)
{
    const mlci_span missing = source->fill.at == NULL ? (mlci_span){"", 0} : source->fill;
    MLCI_TRY(new_map(s->g, keys->n, out, err));
    mlci_onnx_map *const map = *out;
    map->keys = *keys;
    map->missing = map->unseen = otherwise;
    for (int64_t k = 0; k < keys->n; k++) {
        map->values[k] = values == NULL ? (double)k : values[k];
        if (is_missing_key(s, keys, k, missing)) map->missing = map->values[k];
    }
    return MLC_OK;
}

static mlc_status make_map(const mlci_onnx_step *s, const mlci_onnx_source *source,
                           const mlci_onnx_keys *keys, mlci_onnx_map **out, mlc_error *err)
{
    mlci_onnx_numbers values = {0};
    double otherwise = 0;
    mlc_status status = encoder_values(s, &values, &otherwise, err);
    if (status == MLC_OK && values.n == 0)
        status = mlci_onnx_refuse_step(
            s,
            "makes no numbers: values_int64s, values_floats or a values_tensor of numbers would "
            "be right",
            err);
    if (status == MLC_OK && values.n != keys->n)
        status =
            mlci_onnx_fault(&s->g->file, s->op, "its keys and values have different lengths", err);
    if (status == MLC_OK)
        status = mlci_onnx_map_keys(s, source, keys, values.values, otherwise, out, err);
    mlci_free(values.values);
    return status;
}

/* Values of an input become numbers. The empty text is a missing one; it stays a label too. */
mlc_status mlci_onnx_label_encoder(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    const int is_text = mlci_form_is(s->in[0], MLCI_FORM_TEXT);
    mlci_onnx_keys keys;
    mlci_onnx_map *map = NULL;
    if (!is_text && !mlci_form_is(s->in[0], MLCI_FORM_COLUMNS))
        return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(is_text ? mlci_onnx_keys_of(s, "keys_strings", &keys, err)
                     : number_keys(s, &keys, err));
    if (keys.n == 0)
        return mlci_onnx_refuse_step(s,
                                     is_text ? "has no keys_strings for its texts"
                                             : "has no keys_int64s or keys_floats for its numbers",
                                     err);
    *s->out = (mlci_onnx_form){
        .kind = MLCI_FORM_COLUMNS, .first = g->n_sources, .n = s->in[0]->n, .is_float = 1};
    MLCI_TRY(mlci_onnx_copy_columns(s, s->in[0], err));
    for (int64_t i = s->out->first; i < g->n_sources; i++) {
        if (g->sources[i].map != NULL || g->sources[i].change >= 0)
            return mlci_onnx_refuse_step(
                s, "reads numbers that were changed before: an input as it is would be right", err);
        MLCI_TRY(make_map(s, &g->sources[i], &keys, &map, err));
        g->sources[i].map = map;
    }
    return MLC_OK;
}

/* ---- tables ------------------------------------------------------------------------------- */

mlc_status mlci_onnx_map_missing(const mlci_onnx_step *s, mlci_onnx_source *source, double missing,
                                 mlc_error *err)
{
    const mlci_onnx_map *const from = source->map;
    mlci_onnx_map *map = NULL;
    MLCI_TRY(new_map(s->g, from->n, &map, err));
    double *const values = map->values;
    if (from->n > 0) memcpy(values, from->values, (size_t)from->n * sizeof *values);
    *map = *from;
    map->values = values;
    map->missing = missing;
    source->map = map;
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
