/* Operators of ONNX between inputs and a model: each adds a change to columns, rounded as the
 * runtime rounds it, or makes several columns of one. */
#include <math.h>
#include <string.h>

#include "onnx_reading.h"

/* What has these columns once more, changed by what follows. */
static mlc_status open_columns(const mlci_onnx_step *s, const mlci_onnx_form *from, mlc_error *err)
{
    if (!mlci_form_is(from, MLCI_FORM_COLUMNS)) return mlci_onnx_refuse_place(s, err);
    const mlci_onnx_form columns = *from;
    *s->out = columns;
    s->out->first = s->g->n_sources;
    return mlci_onnx_copy_columns(s, &columns, err);
}

/* Adds a change to column k of the result. */
static mlc_status change(const mlci_onnx_step *s, int64_t k, int32_t op, double a, double b,
                         mlc_error *err)
{
    const mlci_onnx_change made = {.op = op, .is_float = s->out->is_float, .a = a, .b = b};
    return mlci_onnx_change_source(s->g, &s->g->sources[s->out->first + k], &made, err);
}

static mlc_status change_all(const mlci_onnx_step *s, int32_t op, double a, double b,
                             mlc_error *err)
{
    for (int64_t k = 0; k < s->out->n; k++)
        MLCI_TRY(change(s, k, op, a, b, err));
    return MLC_OK;
}

/* One number for all columns, or one each. */
static mlc_status check_length(const mlci_onnx_step *s, const mlci_onnx_numbers *list,
                               mlc_error *err)
{
    if (list->n == 1 || list->n == s->out->n) return MLC_OK;
    return mlci_onnx_fault(&s->g->file, s->op, "it has not one number a column", err);
}

static double number(const mlci_onnx_numbers *list, int64_t k)
{
    return list->values[list->n == 1 ? 0 : k];
}

/* ---- numbers ------------------------------------------------------------------------------ */

static mlc_status change_by(const mlci_onnx_step *s, int32_t op, const mlci_onnx_numbers *list,
                            mlc_error *err)
{
    const int is_product = op == MLCI_ONNX_MULTIPLY || op == MLCI_ONNX_DIVIDE;
    MLCI_TRY(check_length(s, list, err));
    for (int64_t k = 0; k < s->out->n; k++) {
        const double a = number(list, k);
        if (!isfinite(a) || (is_product && a == 0))
            return mlci_onnx_refuse_step(
                s,
                is_product ? "scales by what is not finite, or 0: another number would be right"
                           : "adds what is not finite: a number would be right",
                err);
        MLCI_TRY(change(s, k, op, a, 0, err));
    }
    return MLC_OK;
}

static int commutes(int32_t op)
{
    return op == MLCI_ONNX_ADD || op == MLCI_ONNX_MULTIPLY;
}

mlc_status mlci_onnx_arithmetic(const mlci_onnx_step *s, int32_t op, mlc_error *err)
{
    const int is_second = mlci_form_is(s->in[0], MLCI_FORM_CONSTANT) && commutes(op);
    mlci_onnx_numbers list = {0};
    MLCI_TRY(open_columns(s, s->in[is_second], err));
    MLCI_TRY(mlci_onnx_constant_row(s, s->in[!is_second], &list, err));
    const mlc_status status = change_by(s, op, &list, err);
    mlci_free(list.values);
    return status;
}

/* (x - offset) * scale. Of doubles in double, with floats as parameters; the result are floats. */
mlc_status mlci_onnx_scaler(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers offset = {0}, scale = {0};
    MLCI_TRY(open_columns(s, s->in[0], err));
    mlc_status status = mlci_onnx_numbers_of(&s->g->file, s->op, "offset", &offset, err);
    if (status == MLC_OK) status = mlci_onnx_numbers_of(&s->g->file, s->op, "scale", &scale, err);
    if (status == MLC_OK && offset.n != scale.n)
        status = mlci_onnx_fault(&s->g->file, s->op, "its lists have different lengths", err);
    if (status == MLC_OK) status = change_by(s, MLCI_ONNX_SUBTRACT, &offset, err);
    if (status == MLC_OK) status = change_by(s, MLCI_ONNX_MULTIPLY, &scale, err);
    mlci_free(offset.values);
    mlci_free(scale.values);
    if (status != MLC_OK || s->out->is_float) return status;
    s->out->is_float = 1;
    return change_all(s, MLCI_ONNX_ROUND, 0, 0, err);
}

static mlc_status replace_by(const mlci_onnx_step *s, double replaced,
                             const mlci_onnx_numbers *fill, mlc_error *err)
{
    MLCI_TRY(check_length(s, fill, err));
    for (int64_t k = 0; k < s->out->n; k++) {
        if (!isfinite(number(fill, k)))
            return mlci_onnx_fault(&s->g->file, s->op, "what it fills in is not finite", err);
        MLCI_TRY(change(s, k, MLCI_ONNX_REPLACE, replaced, number(fill, k), err));
    }
    return MLC_OK;
}

mlc_status mlci_onnx_imputer(const mlci_onnx_step *s, mlc_error *err)
{
    const mlci_onnx_file *const f = &s->g->file;
    mlci_onnx_numbers fill = {0};
    double replaced = 0;
    int64_t integer = 0;
    MLCI_TRY(open_columns(s, s->in[0], err));
    MLCI_TRY(mlci_onnx_float_of(f, s->op, "replaced_value_float", 0, &replaced, err));
    MLCI_TRY(mlci_onnx_integer_of(f, s->op, "replaced_value_int64", 0, &integer, err));
    MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "imputed_value_floats", &fill, err));
    if (fill.n == 0) {
        mlci_free(fill.values);
        replaced = (double)integer;
        MLCI_TRY(mlci_onnx_numbers_of(f, s->op, "imputed_value_int64s", &fill, err));
    }
    /* The runtime takes the first of lists of other lengths; nobody means that. */
    const mlc_status status = replace_by(s, replaced, &fill, err);
    mlci_free(fill.values);
    return status;
}

mlc_status mlci_onnx_clip(const mlci_onnx_step *s, mlc_error *err)
{
    double bounds[2] = {(double)-INFINITY, (double)INFINITY};
    static const char *const names[] = {"min", "max"};
    MLCI_TRY(open_columns(s, s->in[0], err));
    for (int32_t i = 0; i < 2; i++) {
        mlci_onnx_numbers list = {0};
        MLCI_TRY(mlci_onnx_float_of(&s->g->file, s->op, names[i], bounds[i], &bounds[i], err));
        if (!mlci_form_is(s->in[i + 1], MLCI_FORM_CONSTANT)) continue;
        MLCI_TRY(mlci_onnx_constant_numbers(s, s->in[i + 1], &list, err));
        bounds[i] = list.n == 1 ? list.values[0] : (double)NAN;
        mlci_free(list.values);
    }
    if (!(bounds[0] <= bounds[1]))
        return mlci_onnx_fault(&s->g->file, s->op, "it clips to no range of numbers", err);
    return change_all(s, MLCI_ONNX_CLIP, bounds[0], bounds[1], err);
}

static mlc_status make_floats(const mlci_onnx_step *s, mlc_error *err)
{
    if (s->out->is_float) return MLC_OK;
    s->out->is_float = 1;
    for (int64_t k = 0; k < s->out->n; k++) {
        mlci_onnx_source *const source = &s->g->sources[s->out->first + k];
        if (source->change < 0 && source->map == NULL)
            source->is_float = 1;
        else
            MLCI_TRY(change(s, k, MLCI_ONNX_ROUND, 0, 0, err));
    }
    return MLC_OK;
}

static int keeps_number(double x, int32_t to)
{
    return to == MLCI_ONNX_BOOL ? x == 0 || x == 1 : fabs(x) < 0x1p53 && x == trunc(x);
}

/* Are the numbers of a column integers, or flags, as they are? */
static int keeps_numbers(const mlci_onnx_reading *g, const mlci_onnx_source *s, int32_t to)
{
    const mlci_onnx_map *const map = s->map;
    if (s->change >= 0) {
        const int32_t op = g->changes.list[s->change].op;
        return op == MLCI_ONNX_EQUALS || op == MLCI_ONNX_IS_NAN;
    }
    if (map == NULL) return to == MLCI_ONNX_INT64 && s->is_whole;
    int keeps = keeps_number(map->missing, to) && keeps_number(map->unseen, to);
    for (int64_t k = 0; k < map->n; k++)
        keeps &= keeps_number(map->values[k], to);
    return keeps;
}

static mlc_status make_integers(const mlci_onnx_step *s, int32_t to, mlc_error *err)
{
    for (int64_t k = 0; k < s->out->n; k++) {
        if (keeps_numbers(s->g, &s->g->sources[s->out->first + k], to)) continue;
        if (to == MLCI_ONNX_BOOL)
            return mlci_onnx_refuse_step(
                s, "makes flags of numbers that are not 0 or 1: to = INT64 or FLOAT would be right",
                err);
        MLCI_TRY(change(s, k, MLCI_ONNX_TRUNCATE, 0, 0, err));
    }
    return MLC_OK;
}

mlc_status mlci_onnx_cast_columns(const mlci_onnx_step *s, int32_t to, mlc_error *err)
{
    if (s->in[0]->n == 0) { /* of unknown width */
        *s->out = *s->in[0];
        s->out->is_float |= to == MLCI_ONNX_FLOAT;
        if (to == MLCI_ONNX_FLOAT || to == MLCI_ONNX_DOUBLE) return MLC_OK;
        return mlci_onnx_refuse_step(
            s, "needs to know how many columns there are: an input that says so would be right",
            err);
    }
    MLCI_TRY(open_columns(s, s->in[0], err));
    if (to == MLCI_ONNX_FLOAT) return make_floats(s, err);
    if (to == MLCI_ONNX_DOUBLE) s->out->is_float = 0;
    if (to == MLCI_ONNX_DOUBLE) return MLC_OK;
    if (to == MLCI_ONNX_INT64 || to == MLCI_ONNX_BOOL) return make_integers(s, to, err);
    return mlci_onnx_refuse_step(
        s, "makes numbers of another kind: to = FLOAT, DOUBLE, INT64 or BOOL would be right", err);
}

/* ---- missing values ----------------------------------------------------------------------- */

mlc_status mlci_onnx_is_nan(const mlci_onnx_step *s, mlc_error *err)
{
    MLCI_TRY(open_columns(s, s->in[0], err));
    s->out->is_float = 1;
    return change_all(s, MLCI_ONNX_IS_NAN, 0, 0, err);
}

static int are_same_changes(const mlci_onnx_changes *c, int64_t i, int64_t j)
{
    while (i >= 0 && j >= 0 && i != j) {
        const mlci_onnx_change *const a = &c->list[i], *const b = &c->list[j];
        if (a->op != b->op || a->is_float != b->is_float ||
            memcmp(&a->a, &b->a, sizeof a->a) != 0 || memcmp(&a->b, &b->b, sizeof a->b) != 0)
            return 0;
        i = a->before;
        j = b->before;
    }
    return i == j;
}

/* Does a column say whether another one is missing? */
static int asks_for(const mlci_onnx_reading *g, const mlci_onnx_source *question,
                    const mlci_onnx_source *column)
{
    const mlci_onnx_changes *const c = &g->changes;
    if (question->change < 0 || c->list[question->change].op != MLCI_ONNX_IS_NAN) return 0;
    return question->feature == column->feature && question->map == column->map &&
           are_same_changes(c, c->list[question->change].before, column->change);
}

/* The same of texts: the empty one is 1, others 0. */
static int asks_for_text(const mlci_onnx_source *question, const mlci_onnx_source *column)
{
    const mlci_onnx_map *const map = question->map;
    return question->feature == column->feature && question->change < 0 && map != NULL &&
           map->keys.texts != NULL && column->map == NULL && column->fill.at == NULL &&
           map->missing == 1 && map->unseen == 0 && map->n == 1;
}

/* Does a column say whether the input of another one, which is a map of it, is missing? */
static int asks_for_input(const mlci_onnx_reading *g, const mlci_onnx_source *question,
                          const mlci_onnx_source *column)
{
    const mlci_onnx_change *const last =
        question->change < 0 ? NULL : &g->changes.list[question->change];
    return last != NULL && last->op == MLCI_ONNX_IS_NAN && last->before < 0 &&
           question->map == NULL && question->feature == column->feature && column->map != NULL &&
           column->map->keys.numbers != NULL && column->change < 0;
}

static mlc_status fill_texts(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    const mlci_onnx_form texts = *s->in[2];
    mlci_span *fill = NULL;
    int64_t n = 0;
    const mlci_span message = g->file.constants[s->in[1]->constant].message;
    MLCI_TRY(mlci_onnx_tensor_texts(&g->file, message, &n, &fill, err));
    const mlci_span one = n == 1 ? fill[0] : (mlci_span){NULL, 0};
    mlci_free(fill);
    if (one.at == NULL || texts.n != s->in[0]->n) return mlci_onnx_refuse_place(s, err);
    *s->out = texts;
    s->out->first = g->n_sources;
    for (int64_t k = 0; k < texts.n; k++) {
        mlci_onnx_source source = g->sources[texts.first + k];
        if (!asks_for_text(&g->sources[s->in[0]->first + k], &source))
            return mlci_onnx_refuse_place(s, err);
        source.fill = one;
        MLCI_TRY(mlci_onnx_add_source(g, source, err));
    }
    return MLC_OK;
}

/* Column k of the result: what stands for missing values. */
static mlc_status fill_missing(const mlci_onnx_step *s, int64_t k, double fill, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    const mlci_onnx_source *const question = &g->sources[s->in[0]->first + k];
    mlci_onnx_source *const column = &g->sources[s->out->first + k];
    if (!isfinite(fill))
        return mlci_onnx_fault(&g->file, s->op, "what it fills in is not finite", err);
    if (asks_for(g, question, column))
        return change(s, k, MLCI_ONNX_REPLACE, (double)NAN, fill, err);
    if (asks_for_input(g, question, column)) return mlci_onnx_map_missing(s, column, fill, err);
    return mlci_onnx_refuse_place(s, err);
}

/* What stands for missing values: Where(IsNaN(x), constant, x). */
mlc_status mlci_onnx_where(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers list = {0};
    if (!mlci_form_is(s->in[0], MLCI_FORM_COLUMNS) || !mlci_form_is(s->in[1], MLCI_FORM_CONSTANT))
        return mlci_onnx_refuse_place(s, err);
    if (mlci_form_is(s->in[2], MLCI_FORM_TEXT)) return fill_texts(s, err);
    MLCI_TRY(open_columns(s, s->in[2], err));
    if (s->in[0]->n != s->out->n) return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_constant_row(s, s->in[1], &list, err));
    mlc_status status = check_length(s, &list, err);
    for (int64_t k = 0; k < s->out->n && status == MLC_OK; k++)
        status = fill_missing(s, k, number(&list, k), err);
    mlci_free(list.values);
    return status;
}

/* ---- categories --------------------------------------------------------------------------- */

/* A column of the result for each number: is the source that? */
static mlc_status add_indicators(const mlci_onnx_step *s, const mlci_onnx_source *source,
                                 const double *numbers, int64_t n, mlc_error *err)
{
    for (int64_t k = 0; k < n; k++) {
        MLCI_TRY(mlci_onnx_add_source(s->g, *source, err));
        MLCI_TRY(change(s, s->out->n++, MLCI_ONNX_EQUALS, numbers[k], 0, err));
    }
    return MLC_OK;
}

/* The same for keys of a column, which are numbered first. */
static mlc_status map_indicators(const mlci_onnx_step *s, mlci_onnx_source source,
                                 const mlci_onnx_keys *keys, mlc_error *err)
{
    mlci_onnx_map *map = NULL;
    MLCI_TRY(mlci_onnx_map_keys(s, &source, keys, NULL, -1, &map, err));
    source.map = map;
    return add_indicators(s, &source, map->values, keys->n, err);
}

/* Numbers that are not whole, or were changed before, are made integers first. */
static mlc_status number_indicators(const mlci_onnx_step *s, mlci_onnx_source source,
                                    const mlci_onnx_keys *keys, mlc_error *err)
{
    const mlci_onnx_change whole = {.op = MLCI_ONNX_TRUNCATE, .is_float = 0};
    const int is_input = source.map == NULL && source.change < 0 && source.is_whole;
    if (is_input) return map_indicators(s, source, keys, err);
    if (!keeps_numbers(s->g, &source, MLCI_ONNX_INT64))
        MLCI_TRY(mlci_onnx_change_source(s->g, &source, &whole, err));
    return add_indicators(s, &source, keys->numbers, keys->n, err);
}

mlc_status mlci_onnx_one_hot(const mlci_onnx_step *s, mlc_error *err)
{
    const mlci_onnx_form from = s->in[0] == NULL ? (mlci_onnx_form){0} : *s->in[0];
    const int is_text = from.kind == MLCI_FORM_TEXT;
    mlci_onnx_keys keys = {0};
    int64_t zeros = 1;
    if (!is_text && from.kind != MLCI_FORM_COLUMNS) return mlci_onnx_refuse_place(s, err);
    MLCI_TRY(mlci_onnx_integer_of(&s->g->file, s->op, "zeros", 1, &zeros, err));
    MLCI_TRY(is_text ? mlci_onnx_keys_of(s, "cats_strings", &keys, err)
                     : mlci_onnx_numbers_as_keys(s, "cats_int64s", &keys, err));
    if (keys.n == 0)
        return mlci_onnx_fault(&s->g->file, s->op,
                               is_text ? "it has no cats_strings for its texts"
                                       : "it has no cats_int64s for its numbers",
                               err);
    if (from.n == 0)
        return mlci_onnx_refuse_step(
            s, "needs to know how many columns there are: an input that says so would be right",
            err);
    *s->out = (mlci_onnx_form){.kind = MLCI_FORM_COLUMNS, .first = s->g->n_sources, .is_float = 1};
    for (int64_t i = 0; i < from.n; i++) {
        mlci_onnx_source source = s->g->sources[from.first + i];
        source.refuses_unseen |= zeros == 0;
        MLCI_TRY(is_text ? map_indicators(s, source, &keys, err)
                         : number_indicators(s, source, &keys, err));
    }
    return MLC_OK;
}

/* One column and constants: a column for each of them. */
mlc_status mlci_onnx_equal(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_numbers list = {0};
    if (!mlci_form_is(s->in[0], MLCI_FORM_COLUMNS) || s->in[0]->n != 1)
        return mlci_onnx_refuse_place(s, err);
    const mlci_onnx_source source = s->g->sources[s->in[0]->first];
    *s->out = (mlci_onnx_form){.kind = MLCI_FORM_COLUMNS, .first = s->g->n_sources, .is_float = 1};
    MLCI_TRY(mlci_onnx_constant_row(s, s->in[1], &list, err));
    const mlc_status status = add_indicators(s, &source, list.values, list.n, err);
    mlci_free(list.values);
    return status;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Columns side by side, as floats. */
mlc_status mlci_onnx_feature_vectorizer(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_onnx_reading *const g = s->g;
    mlci_onnx_numbers widths = {0};
    MLCI_TRY(mlci_onnx_numbers_of(&g->file, s->op, "inputdimensions", &widths, err));
    int fits = widths.n == s->op->n_inputs;
    for (int32_t i = 0; fits && i < s->op->n_inputs; i++)
        fits = widths.values[i] == (double)g->forms[g->ids[s->op->first_input + i]].n;
    mlci_free(widths.values);
    if (!fits)
        return mlci_onnx_refuse_step(s,
                                     "has inputdimensions that are not those of its inputs: how "
                                     "many columns each has would be right",
                                     err);
    MLCI_TRY(mlci_onnx_concat_columns(s, err));
    if (s->out->kind != MLCI_FORM_COLUMNS) return mlci_onnx_refuse_place(s, err);
    s->out->is_float = 0;
    return make_floats(s, err);
}

/* Of columns a norm of the row; of probabilities their sum. */
mlc_status mlci_onnx_normalizer(const mlci_onnx_step *s, mlc_error *err)
{
    mlci_span norm;
    MLCI_TRY(mlci_onnx_text_of(&s->g->file, s->op, "norm", &norm, err));
    const int is_one = mlci_span_is(norm, "L1"), is_two = mlci_span_is(norm, "L2");
    if (!is_one && !is_two)
        return mlci_onnx_refuse_word(s, "norm", norm.at == NULL ? (mlci_span){"MAX", 3} : norm,
                                     "L1 or L2 would be right; the runtime's MAX goes by the "
                                     "largest number, not by its size",
                                     err);
    if (mlci_form_is(s->in[0], MLCI_FORM_LINKED) && is_one) {
        *s->out = *s->in[0];
        s->out->scores.is_total_one = 1;
        return MLC_OK;
    }
    if (!mlci_form_is(s->in[0], MLCI_FORM_COLUMNS)) return mlci_onnx_refuse_place(s, err);
    *s->out = *s->in[0];
    s->out->kind = MLCI_FORM_SHARES;
    s->out->norm = is_one ? 1 : 2;
    s->out->is_float = 1;
    return MLC_OK;
}
