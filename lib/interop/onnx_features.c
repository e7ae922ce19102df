/* Columns of a linear model as features.
 *
 * Columns of one input are added up: those that are lines of a number are one line, and those that
 * know a few values are a weight for each of these. What an input adds where its value is none of
 * them goes into the intercepts, so that it has no weight of its own. */
#include "onnx_features.h"

#include <math.h>
#include <string.h>

#include "order.h"

#define MOST_ANSWERS (INT64_C(1) << 28) /* columns x categories of an input */

typedef struct maker {
    const mlci_onnx_reading *g;
    mlci_onnx_features *out;
    int64_t *first;   /* of each input, its columns in the next list; n + 1 */
    int64_t *columns; /* of the model, by input */
    int64_t input;    /* the one at hand */
    int64_t n;        /* its columns */
    const int64_t *at;
} maker;

static const mlci_onnx_source *source_of(const maker *m, int64_t i)
{
    return &m->g->sources[m->g->linear.columns.first + m->at[i]];
}

static const double *weights_of(const maker *m, int64_t i)
{
    return m->g->linear.weights + m->at[i] * m->out->n_outputs;
}

static mlc_status refuse(const maker *m, const char *what, mlc_error *err)
{
    const mlci_onnx_reading *const g = m->g;
    const char *const own = g->model->inputs[m->input].name;
    const char *const name = own == NULL ? "x" : own;
    return mlci_foreign_refuse(
        g->model, err, MLC_ERROR_UNSUPPORTED, name, "input '%s': operator '%.*s' %s", name,
        (int)(g->maker->name.length > 64 ? 64 : g->maker->name.length), g->maker->name.at, what);
}

/* Zeroed rows of weights. */
static mlc_status add_weights(mlci_onnx_features *f, mlci_root *root, int64_t n, int64_t *first,
                              mlc_error *err)
{
    *first = f->n_weights;
    if (f->n_weights + n > f->capacity) {
        const int64_t capacity = 2 * (f->n_weights + n);
        double *const grown =
            mlci_realloc(root, f->weights, capacity, f->n_outputs * (int64_t)sizeof *grown);
        if (grown == NULL)
            return mlci_fail_memory(err, capacity, f->n_outputs * (int64_t)sizeof *grown);
        f->weights = grown;
        f->capacity = capacity;
    }
    memset(f->weights + *first * f->n_outputs, 0, (size_t)(n * f->n_outputs) * sizeof(double));
    f->n_weights += n;
    return MLC_OK;
}

int64_t mlci_onnx_feature_width(const mlci_onnx_feature *f)
{
    return f->kind == MLCI_ONNX_LEVELS   ? f->n_levels + f->has_missing
           : f->kind == MLCI_ONNX_NUMBER ? 1 + f->has_indicator
                                         : 0;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* What stands for a missing number, and whether the columns differ in that. */
static void find_fill(const mlci_onnx_line *lines, int64_t n, mlci_onnx_feature *f)
{
    int is_filled = 1;
    f->fill = (double)NAN;
    for (int64_t i = 0; i < n; i++) {
        is_filled &= lines[i].missing == lines[i].missing;
        if (f->fill != f->fill && lines[i].factor != 0) f->fill = lines[i].fill;
    }
    for (int64_t i = 0; i < n; i++)
        f->has_indicator |= lines[i].factor == 0 || lines[i].fill != f->fill;
    f->has_indicator &= is_filled;
    if (f->fill != f->fill) f->fill = 0;
    if (!is_filled) f->fill = (double)NAN;
}

/* One line alone is how the number is scaled; several are put together. */
static void find_scale(const mlci_onnx_line *lines, int64_t n, mlci_onnx_feature *f)
{
    int64_t n_lines = 0, last = 0;
    f->mean = 0;
    f->scale = 1;
    for (int64_t i = 0; i < n; i++) {
        n_lines += lines[i].factor != 0;
        if (lines[i].factor != 0) last = i;
    }
    const double mean = -lines[last].offset / lines[last].factor, scale = 1 / lines[last].factor;
    if (n_lines != 1 || !isfinite(mean) || !(scale > 0) || !isfinite(scale)) return;
    f->mean = mean + 0.0;
    f->scale = scale;
}

/* The line of a column by the scaled number: factor x + offset is a z + b where z = (x - mean) /
 * scale. */
static void scaled_line(const mlci_onnx_feature *f, const mlci_onnx_line *line, double *a,
                        double *b)
{
    const int is_scaled = line->factor != 0 && (f->mean != 0 || f->scale != 1);
    *a = is_scaled ? 1 : line->factor;
    *b = is_scaled ? 0 : line->offset;
}

static mlc_status put_number(maker *m, mlci_onnx_feature *f, const mlci_onnx_line *lines,
                             mlc_error *err)
{
    mlci_onnx_features *const out = m->out;
    find_fill(lines, m->n, f);
    find_scale(lines, m->n, f);
    MLCI_TRY(add_weights(out, m->g->model->root, 1 + f->has_indicator, &f->first_weight, err));
    double *const weight = out->weights + f->first_weight * out->n_outputs;
    const double filled = (f->fill - f->mean) / f->scale;
    for (int64_t i = 0; i < m->n; i++)
        for (int64_t k = 0; k < out->n_outputs; k++) {
            const double w = weights_of(m, i)[k];
            double a, b;
            scaled_line(f, &lines[i], &a, &b);
            weight[k] += w * a;
            out->intercept[k] += w * b;
            if (f->has_indicator)
                weight[out->n_outputs + k] += w * (lines[i].missing - (a * filled + b));
        }
    return MLC_OK;
}

static mlc_status make_number(maker *m, mlci_onnx_feature *f, mlc_error *err)
{
    mlci_onnx_line *const lines = mlci_alloc(m->g->model->root, m->n, sizeof *lines);
    if (lines == NULL) return mlci_fail_memory(err, m->n, sizeof *lines);
    mlc_status status = MLC_OK;
    f->kind = MLCI_ONNX_NUMBER;
    for (int64_t i = 0; i < m->n && status == MLC_OK; i++) {
        const char *const fault = mlci_onnx_line_of(&m->g->changes, source_of(m, i), &lines[i]);
        if (fault != NULL) status = refuse(m, fault, err);
        if (!isfinite(lines[i].factor) || !isfinite(lines[i].offset) || isinf(lines[i].missing))
            status = refuse(m, "reads numbers that are scaled beyond all bounds", err);
    }
    if (status == MLC_OK) status = put_number(m, f, lines, err);
    mlci_free(lines);
    return status;
}

/* ---- levels ------------------------------------------------------------------------------- */

/* The columns of an input have one list of keys, or each one that it asks for. */
static mlc_status check_columns(const maker *m, mlc_error *err)
{
    const mlci_onnx_map *const map = source_of(m, 0)->map;
    for (int64_t i = 0; i < m->n; i++) {
        const mlci_onnx_source *const s = source_of(m, i);
        if (!mlci_onnx_is_text(s) && !mlci_onnx_is_code(&m->g->changes, s))
            return refuse(m,
                          "reads an input both as a number and as categories: an input for each "
                          "would be right",
                          err);
        const int is_same =
            s->map == NULL || map == NULL ? s->map == map
            : mlci_onnx_is_text(s)
                ? mlci_onnx_are_same_texts(&s->map->keys, &map->keys)
                : s->map->n == map->n && memcmp(s->map->keys.numbers, map->keys.numbers,
                                                (size_t)map->n * sizeof(double)) == 0;
        if (!is_same)
            return refuse(m, "reads an input by two lists of keys: the same keys would be right",
                          err);
    }
    return MLC_OK;
}

/* Numbers that are the same for the runtime are one category here: whole ones where it takes the
 * whole part or rounds them. */
static mlc_status check_code(const maker *m, const mlci_onnx_source *s, double code, mlc_error *err)
{
    const int is_whole = mlci_onnx_is_whole(&m->g->changes, s);
    if (is_whole && !s->is_whole)
        return refuse(m,
                      "reads the whole part of numbers as categories: an input of int64 would be "
                      "right",
                      err);
    if (!(fabs(code) <= (s->is_float ? 0x1p24 : 0x1p53)))
        return refuse(m, "reads categories that are beyond exact integers", err);
    if (!s->is_float || code == trunc(code)) return MLC_OK;
    return refuse(m, "reads categories that are fractions of float32: doubles would be right", err);
}

/* The empty text stands for a missing one: where nothing is made of those, it is no level. */
static void drop_empty(const maker *m, mlci_onnx_feature *f)
{
    int is_known = 1;
    if (f->n_levels == 0 || f->keys[0].length > 0) return;
    for (int64_t i = 0; i < m->n; i++) {
        const mlci_onnx_source *const s = source_of(m, i);
        const double value = s->map->values[f->keys[0].index];
        is_known &= isfinite(mlci_onnx_value(&m->g->changes, s, value));
    }
    if (is_known) return;
    f->n_levels--;
    memmove(f->keys, f->keys + 1, (size_t)f->n_levels * sizeof *f->keys);
}

/* Texts ascending. */
static mlc_status list_texts(maker *m, const mlci_onnx_map *map, mlci_onnx_feature *f,
                             mlc_error *err)
{
    f->keys = mlci_alloc(m->g->model->root, map->n, 2 * (int64_t)sizeof *f->keys);
    if (f->keys == NULL) return mlci_fail_memory(err, map->n, sizeof *f->keys);
    for (int64_t k = 0; k < map->n; k++)
        f->keys[k] = (mlci_text_key){map->keys.texts[k].at, map->keys.texts[k].length, k};
    mlci_text_keys_sort(f->keys, f->keys + map->n, map->n);
    for (int64_t k = 1; k < map->n; k++)
        if (mlci_text_compare(f->keys[k - 1].text, f->keys[k - 1].length, f->keys[k].text,
                              f->keys[k].length) == 0)
            return refuse(m, "reads keys of which one is there twice", err);
    f->is_text = 1;
    f->n_levels = map->n;
    drop_empty(m, f);
    return MLC_OK;
}

/* Numbers of all columns; `row` is the place in the map. */
static mlc_status list_codes(const maker *m, mlci_order_key *keys, int64_t *n, mlc_error *err)
{
    *n = 0;
    for (int64_t i = 0; i < m->n; i++) {
        const mlci_onnx_source *const s = source_of(m, i);
        mlci_onnx_codes codes;
        mlci_onnx_codes_of(&m->g->changes, s, &codes);
        for (int64_t k = 0; k < codes.n; k++) {
            if (codes.at[k] != codes.at[k]) continue; /* NaN: the missing one */
            MLCI_TRY(check_code(m, s, codes.at[k], err));
            keys[(*n)++] = (mlci_order_key){mlci_order_of_real(codes.at[k]), k};
        }
        if (s->map != NULL) break; /* the others have the same */
    }
    return MLC_OK;
}

static mlc_status take_numbers(maker *m, const mlci_order_key *keys, int64_t n, int has_map,
                               mlci_onnx_feature *f, mlc_error *err)
{
    for (int64_t k = 0; k < n; k++) {
        if (k > 0 && keys[k].key == keys[k - 1].key && !has_map) continue;
        if (k > 0 && keys[k].key == keys[k - 1].key)
            return refuse(m, "reads keys of which one is there twice", err);
        f->keys[f->n_levels].index = keys[k].row;
        f->numbers[f->n_levels++] = mlci_order_real(keys[k].key);
    }
    return MLC_OK;
}

/* The same for numbers. */
static mlc_status list_numbers(maker *m, mlci_onnx_feature *f, mlc_error *err)
{
    mlci_root *const root = m->g->model->root;
    const mlci_onnx_map *const map = source_of(m, 0)->map;
    const int64_t most = map != NULL ? map->n : m->n;
    mlci_order_key *const keys = mlci_alloc(root, most, 2 * (int64_t)sizeof *keys);
    f->keys = mlci_alloc(root, most, sizeof *f->keys);
    f->numbers = mlci_alloc(root, most, sizeof *f->numbers);
    int64_t n = 0;
    mlc_status status = keys == NULL || f->keys == NULL || f->numbers == NULL
                            ? mlci_fail_memory(err, most, sizeof *keys)
                            : list_codes(m, keys, &n, err);
    if (status == MLC_OK) (void)mlci_order_sort(NULL, keys, keys + most, n, NULL);
    if (status == MLC_OK) status = take_numbers(m, keys, n, map != NULL, f, err);
    mlci_free(keys);
    return status;
}

/* What a column has for a level. */
static double level_value(const maker *m, const mlci_onnx_feature *f, const mlci_onnx_source *s,
                          int64_t level)
{
    if (level == f->n_levels) return mlci_onnx_missing(&m->g->changes, s);
    const int64_t k = f->keys[level].index;
    return f->is_text ? mlci_onnx_value(&m->g->changes, s, s->map->values[k])
                      : mlci_onnx_code_value(&m->g->changes, s, f->numbers[level], k);
}

/* Is there anything that a missing value becomes, and others that are not known do not? */
static void look_at_others(const maker *m, mlci_onnx_feature *f)
{
    for (int64_t i = 0; i < m->n; i++) {
        const mlci_onnx_source *const s = source_of(m, i);
        const double unseen = mlci_onnx_unseen(&m->g->changes, s);
        const double missing = mlci_onnx_missing(&m->g->changes, s);
        f->refuses_unseen |= s->refuses_unseen || !isfinite(unseen);
        f->has_missing |= missing != unseen && (isfinite(missing) || isfinite(unseen));
    }
}

static mlc_status put_level(const maker *m, const mlci_onnx_feature *f, int64_t level,
                            mlc_error *err)
{
    double *const weight = m->out->weights + (f->first_weight + level) * m->out->n_outputs;
    for (int64_t i = 0; i < m->n; i++) {
        const mlci_onnx_source *const s = source_of(m, i);
        const double base = f->refuses_unseen ? 0 : mlci_onnx_unseen(&m->g->changes, s);
        const double value = level_value(m, f, s, level);
        if (!isfinite(value))
            return refuse(m,
                          level < f->n_levels
                              ? "makes what is not finite of a category that it knows"
                              : "makes a number of what it does not know, and none of missing "
                                "values: a number for both, or for none, would be right",
                          err);
        for (int64_t k = 0; k < m->out->n_outputs; k++) {
            weight[k] += weights_of(m, i)[k] * (value - base);
            if (level == 0) m->out->intercept[k] += weights_of(m, i)[k] * base;
        }
    }
    return MLC_OK;
}

static mlc_status make_levels(maker *m, mlci_onnx_feature *f, mlc_error *err)
{
    const mlci_onnx_source *const s = source_of(m, 0);
    f->kind = MLCI_ONNX_LEVELS;
    MLCI_TRY(check_columns(m, err));
    MLCI_TRY(mlci_onnx_is_text(s) ? list_texts(m, s->map, f, err) : list_numbers(m, f, err));
    if (f->n_levels == 0) return refuse(m, "knows no category", err);
    if (f->n_levels > m->g->model->settings->max_categories)
        return mlci_foreign_refuse(m->g->model, err, MLC_ERROR_LIMIT, "max_categories",
                                   "an input has more than max_categories = %lld of the import "
                                   "settings",
                                   (long long)m->g->model->settings->max_categories);
    look_at_others(m, f);
    const int64_t n = f->n_levels + f->has_missing;
    if (n > MOST_ANSWERS / m->n)
        return mlci_foreign_refuse(m->g->model, err, MLC_ERROR_LIMIT, "max_categories",
                                   "an input has too many categories for %lld columns of them",
                                   (long long)m->n);
    MLCI_TRY(add_weights(m->out, m->g->model->root, n, &f->first_weight, err));
    for (int64_t level = 0; level < n; level++) {
        MLCI_TRY(put_level(m, f, level, err));
        MLCI_TRY(mlci_poll(m->g->model->call, err));
    }
    return MLC_OK;
}

/* ---- together ----------------------------------------------------------------------------- */

/* Columns of the model in the order of their inputs. */
static mlc_status sort_columns(maker *m, mlc_error *err)
{
    const mlci_onnx_form *const c = &m->g->linear.columns;
    const mlci_onnx_source *const sources = m->g->sources + c->first;
    m->first = mlci_alloc(m->g->model->root, m->out->n + 2, sizeof *m->first);
    m->columns = mlci_alloc(m->g->model->root, c->n, sizeof *m->columns);
    if (m->first == NULL || m->columns == NULL)
        return mlci_fail_memory(err, m->out->n + c->n + 2, sizeof *m->first);
    for (int64_t j = 0; j < c->n; j++)
        m->first[sources[j].feature + 2]++;
    for (int64_t i = 2; i < m->out->n + 2; i++)
        m->first[i] += m->first[i - 1];
    for (int64_t j = 0; j < c->n; j++)
        m->columns[m->first[sources[j].feature + 1]++] = j;
    return MLC_OK;
}

static mlc_status make_all(maker *m, mlc_error *err)
{
    mlci_onnx_features *const out = m->out;
    mlci_root *const root = m->g->model->root;
    out->list = mlci_alloc(root, out->n, sizeof *out->list);
    out->intercept = mlci_alloc(root, out->n_outputs, sizeof *out->intercept);
    if (out->list == NULL || out->intercept == NULL)
        return mlci_fail_memory(err, out->n + out->n_outputs, sizeof *out->list);
    memcpy(out->intercept, m->g->linear.intercept, (size_t)out->n_outputs * sizeof(double));
    MLCI_TRY(sort_columns(m, err));
    for (m->input = 0; m->input < out->n; m->input++) {
        mlci_onnx_feature *const f = &out->list[m->input];
        m->at = m->columns + m->first[m->input];
        m->n = m->first[m->input + 1] - m->first[m->input];
        *f = (mlci_onnx_feature){.scale = 1, .fill = (double)NAN};
        if (m->n == 0) continue;
        const mlci_onnx_source *const s = source_of(m, 0);
        f->is_whole = s->is_whole;
        const int is_level = mlci_onnx_is_text(s) || mlci_onnx_is_code(&m->g->changes, s);
        MLCI_TRY(is_level ? make_levels(m, f, err) : make_number(m, f, err));
        MLCI_TRY(mlci_poll(m->g->model->call, err));
    }
    return MLC_OK;
}

mlc_status mlci_onnx_features_make(const mlci_onnx_reading *g, mlci_onnx_features *out,
                                   mlc_error *err)
{
    maker m = {.g = g, .out = out};
    *out = (mlci_onnx_features){.n = g->model->n_features, .n_outputs = g->linear.n_outputs};
    const mlc_status status = make_all(&m, err);
    mlci_free(m.first);
    mlci_free(m.columns);
    return status;
}

void mlci_onnx_features_clear(mlci_onnx_features *f)
{
    for (int64_t i = 0; f->list != NULL && i < f->n; i++) {
        mlci_free(f->list[i].keys);
        mlci_free(f->list[i].numbers);
    }
    mlci_free(f->list);
    mlci_free(f->weights);
    mlci_free(f->intercept);
}
