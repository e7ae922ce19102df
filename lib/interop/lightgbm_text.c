/* Lines and fields of LightGBM's text models. */
#include "lightgbm_text.h"

#include <string.h>

#include "number.h"

static const char *const fields[MLCI_N_TREE_FIELDS] = {
    "num_leaves",     "num_cat",        "split_feature", "split_gain", "threshold",
    "decision_type",  "left_child",     "right_child",   "leaf_value", "leaf_count",
    "internal_count", "cat_boundaries", "cat_threshold", "is_linear",  "leaf_const",
    "num_features",   "leaf_features",  "leaf_coeff"};

/* ---- lines -------------------------------------------------------------------------------- */

int mlci_lightgbm_next(mlci_lightgbm *r)
{
    const int64_t n_left = r->end - r->at;
    const char *const stop = n_left > 0 ? memchr(r->at, '\n', (size_t)n_left) : NULL;
    r->is_cut = stop == NULL && !r->source->at_end;
    if (r->is_cut || n_left == 0) return 0;
    const char *end = stop == NULL ? r->end : stop;
    const char *const start = r->at;
    r->at = stop == NULL ? r->end : stop + 1;
    r->line++;
    if (end > start && end[-1] == '\r') end--;
    const char *const mark = memchr(start, '=', (size_t)(end - start));
    r->key = (mlci_span){start, (mark == NULL ? end : mark) - start};
    r->value = mark == NULL ? (mlci_span){end, 0} : (mlci_span){mark + 1, end - mark - 1};
    return 1;
}

int mlci_span_word(mlci_span *text, mlci_span *word)
{
    while (text->length > 0 && *text->at == ' ') {
        text->at++;
        text->length--;
    }
    if (text->length == 0) return 0;
    const char *const stop = memchr(text->at, ' ', (size_t)text->length);
    const int64_t length = stop == NULL ? text->length : stop - text->at;
    *word = (mlci_span){text->at, length};
    text->at += length;
    text->length -= length;
    return 1;
}

mlc_status mlci_lightgbm_fail_line(const mlci_lightgbm *r, const char *field, const char *what,
                                   mlc_error *err)
{
    mlci_foreign_fail(r->model, err, field, "line %lld: %s: %s", (long long)r->line, field, what);
    if (err != NULL) err->line = r->line;
    return MLC_ERROR_FORMAT;
}

mlc_status mlci_lightgbm_count(const mlci_lightgbm *r, const char *field, int64_t low, int64_t high,
                               int64_t *out, mlc_error *err)
{
    if (mlci_integer_parse(r->value.at, r->value.length, out) && *out >= low && *out <= high)
        return MLC_OK;
    return mlci_lightgbm_fail_line(r, field, "it is not a number that it can be", err);
}

void mlci_span_keep(mlci_span text, char *out, int64_t size)
{
    const int64_t n = text.length < size - 1 ? text.length : size - 1;
    memcpy(out, text.at, (size_t)n);
    out[n] = '\0';
    mlci_cut_text(out, (size_t)size, (int)(text.length < INT32_MAX ? text.length : INT32_MAX));
}

/* ---- arrays of a tree --------------------------------------------------------------------- */

static mlc_status make_room(mlci_lightgbm_reader *r, int64_t n, mlc_error *err)
{
    if (n <= r->capacity) return MLC_OK;
    const int64_t capacity = n > 2 * r->capacity ? n : 2 * r->capacity;
    double *const grown = mlci_realloc(r->file->model->root, r->reals, capacity, sizeof *grown);
    if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
    r->reals = grown;
    r->capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_lightgbm_fail_field(const mlci_lightgbm_reader *r, int field, const char *what,
                                    mlc_error *err)
{
    const int64_t line = r->tree->line[field];
    mlci_foreign_fail(r->file->model, err, fields[field], "tree %lld, line %lld: %s: %s",
                      (long long)r->number, (long long)line, fields[field], what);
    if (err != NULL) err->line = line;
    return MLC_ERROR_FORMAT;
}

/* The word at the start of a text as a number: where it ends; NULL where it is none. */
static const char *read_word(const mlci_lightgbm *file, const char *at, const char *end,
                             double *out)
{
    mlci_span rest = {at, end - at}, word = {at, 0};
    const char *const stop = mlci_real_read(at, file->end, out);
    if (stop != NULL && stop <= end && (stop == end || *stop == ' ')) return stop;
    (void)mlci_span_word(&rest, &word);
    return mlci_real_parse(word.at, word.length, out) ? rest.at : NULL;
}

mlc_status mlci_lightgbm_reals(mlci_lightgbm_reader *r, int field, int64_t n, mlc_error *err)
{
    const mlci_span text = r->tree->field[field];
    if (text.at == NULL) return mlci_lightgbm_fail_field(r, field, "it is missing", err);
    const char *at = text.at, *const end = text.at + text.length;
    /* A number and a blank are two bytes at least. */
    if (n > text.length / 2 + 1)
        return mlci_lightgbm_fail_field(r, field, "it has too few numbers", err);
    MLCI_TRY(make_room(r, n, err));
    for (int64_t i = 0;; i++) {
        while (at < end && *at == ' ')
            at++;
        if (at == end && i == n) return MLC_OK;
        if (at == end) return mlci_lightgbm_fail_field(r, field, "it has too few numbers", err);
        if (i == n) return mlci_lightgbm_fail_field(r, field, "it has too many numbers", err);
        at = read_word(r->file, at, end, &r->reals[i]);
        if (at == NULL)
            return mlci_lightgbm_fail_field(r, field, "there is something that is no number", err);
    }
}

mlc_status mlci_lightgbm_integers(mlci_lightgbm_reader *r, int field, int64_t n, double low,
                                  double high, mlc_error *err)
{
    MLCI_TRY(mlci_lightgbm_reals(r, field, n, err));
    for (int64_t i = 0; i < n; i++)
        if (!(r->reals[i] >= low && r->reals[i] <= high) ||
            r->reals[i] != (double)(int64_t)r->reals[i])
            return mlci_lightgbm_fail_field(r, field, "a number is not what it can be", err);
    return MLC_OK;
}

mlc_status mlci_lightgbm_list_fields(mlci_lightgbm *r, mlci_lightgbm_tree *tree, mlc_error *err)
{
    for (;;) {
        const char *const start = r->at;
        if (!mlci_lightgbm_next(r))
            return r->is_cut ? MLC_OK
                             : mlci_foreign_fail(r->model, err, "trees",
                                                 "the file ends within tree %lld: it was cut off",
                                                 (long long)(r->n_trees + r->n_held));
        if (mlci_span_is(r->key, "Tree") || mlci_lightgbm_ends_trees(r)) {
            r->at = start;
            r->line--;
            return MLC_OK;
        }
        for (int i = 0; i < MLCI_N_TREE_FIELDS; i++) {
            if (!mlci_span_is(r->key, fields[i])) continue;
            if (tree->field[i].at != NULL)
                return mlci_lightgbm_fail_line(r, fields[i], "the tree has it already", err);
            tree->field[i] = r->value;
            tree->line[i] = r->line;
        }
    }
}
