/* Dictionary-encoded texts of Arrow as categories.
 *
 * Values of a dictionary may be in any order, repeat, be null or not occur. Those that occur are
 * taken by text: the column is the same as from a text a row. Codes under null rows may be
 * anything; others must lie within the dictionary. */
#include <string.h>

#include "arrow_import.h"

/* Codes while values find their places: by value, -1 where it does not occur or is null. */
typedef struct coding {
    const mlci_arrow_source *s;
    mlci_column *values; /* text */
    int32_t *place;
    int64_t *used; /* values that occur, in their order */
    int32_t n_used;
} coding;

/* The code of row i, not checked. */
static int64_t code_at(const mlci_arrow_source *s, int64_t i)
{
    const char *const at = (const char *)s->array->buffers[1] + (s->first + i) * s->type.size;
    const int is_signed = s->type.kind == MLCI_ARROW_SIGNED;
    uint64_t code = 0;
    switch (s->type.size) { /* sizes that the compiler knows are loads, not calls */
    case 1:
        memcpy(&code, at, 1);
        break;
    case 2:
        memcpy(&code, at, 2);
        break;
    case 4:
        memcpy(&code, at, 4);
        break;
    default:
        memcpy(&code, at, 8);
    }
    const int unused = 64 - 8 * s->type.size;
    return is_signed ? (int64_t)(code << unused) >> unused : (int64_t)code;
}

static mlc_status check_types(const mlci_arrow_source *s, const mlci_arrow_type *values,
                              mlc_error *err)
{
    if (s->type.kind != MLCI_ARROW_SIGNED && s->type.kind != MLCI_ARROW_UNSIGNED)
        return mlci_fail(err, MLC_ERROR_ARGUMENT, s->name,
                         "column '%s': codes of an Arrow dictionary are integers, not '%s'",
                         s->name, s->schema->format);
    if (values->kind != MLCI_ARROW_TEXT && values->kind != MLCI_ARROW_VIEW)
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, s->name,
                         "column '%s' is a dictionary of '%s' values; categories are texts: cast "
                         "it to the type of its values, or these to utf8",
                         s->name, s->schema->dictionary->format);
    return MLC_OK;
}

static mlc_status read_values(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    mlci_arrow_source values = *s;
    const struct ArrowArray *const array = s->array->dictionary;
    MLCI_TRY(mlci_arrow_source_open(&values, s->schema->dictionary, array, 0, array->length, err));
    MLCI_TRY(check_types(s, &values.type, err));
    if (values.n > INT32_MAX)
        return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                         "column '%s' has a dictionary of %lld values: at most 2147483647 are "
                         "possible",
                         s->name, (long long)values.n);
    values.row = 0;
    return mlci_arrow_text_column(&values, out, err);
}

/* Which values occur. */
static mlc_status mark_values(coding *c, const uint8_t *valid, mlc_error *err)
{
    const int64_t n = c->values->n_rows;
    for (int64_t k = 0; k < n; k++)
        c->place[k] = -1;
    for (int64_t i = 0; i < c->s->n; i++) {
        if (!mlci_arrow_is_valid(c->s, valid, i)) continue;
        const int64_t code = code_at(c->s, i);
        if (code < 0 || code >= n)
            return mlci_fail(err, MLC_ERROR_DATA, c->s->name,
                             "column '%s': the code of row %lld is %lld, but its dictionary has "
                             "%lld values",
                             c->s->name, (long long)(c->s->row + i + 1), (long long)code,
                             (long long)n);
        c->place[code] = 0;
    }
    for (int64_t k = 0; k < n; k++) {
        if (c->place[k] < 0) continue;
        c->place[k] = -1;
        if (!mlci_column_is_valid(c->values, k)) continue;
        c->used[c->n_used] = k;
        c->place[k] = c->n_used++;
    }
    return MLC_OK;
}

/* A category column of the values that occur, one a row. */
static mlc_status sort_values(const coding *c, mlci_column **out, mlc_error *err)
{
    mlci_column *texts = NULL;
    MLCI_TRY(mlci_column_take(c->values, c->used, 0, c->n_used, &texts, err));
    const mlc_status status = mlci_column_to_category(texts, out, err);
    mlci_column_unref(texts);
    return status;
}

static mlc_status write_codes(const coding *c, const uint8_t *valid, const mlci_column *sorted,
                              mlci_column **out, mlc_error *err)
{
    const int32_t *const rank = sorted->values;
    int32_t *const codes = mlci_alloc_raw(c->values->root, c->s->n, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, c->s->n, sizeof *codes);
    for (int64_t k = 0; k < c->values->n_rows; k++) {
        if (c->place[k] >= 0) c->place[k] = rank[c->place[k]];
    }
    for (int64_t i = 0; i < c->s->n; i++) {
        codes[i] = mlci_arrow_is_valid(c->s, valid, i) ? c->place[code_at(c->s, i)] : -1;
    }
    return mlci_column_create_category(c->values->root, c->s->n, codes, sorted->dictionary, out,
                                       err);
}

mlc_status mlci_arrow_dictionary_column(const mlci_arrow_source *s, mlci_column **out,
                                        mlc_error *err)
{
    coding c = {.s = s};
    mlci_column *sorted = NULL;
    MLCI_TRY(read_values(s, &c.values, err));
    mlci_root *const root = s->owner->root;
    const uint8_t *const valid = mlci_arrow_valid(s);
    mlc_status status = MLC_OK;
    c.place = mlci_alloc_raw(root, c.values->n_rows, sizeof *c.place);
    c.used = mlci_alloc_raw(root, c.values->n_rows, sizeof *c.used);
    if (c.place == NULL || c.used == NULL)
        status = mlci_fail_memory(err, c.values->n_rows, sizeof *c.used);
    if (status == MLC_OK) status = mark_values(&c, valid, err);
    if (status == MLC_OK) status = sort_values(&c, &sorted, err);
    if (status == MLC_OK) status = write_codes(&c, valid, sorted, out, err);
    mlci_column_unref(sorted);
    mlci_column_unref(c.values);
    mlci_free(c.place);
    mlci_free(c.used);
    return status;
}
