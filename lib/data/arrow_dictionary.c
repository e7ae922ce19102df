/* Dictionary-encoded texts of Arrow as categories.
 *
 * Values of a dictionary may be in any order, repeat, be null or not occur. Those that occur are
 * taken by text: the column is the same as from a text a row. Codes under null rows may be
 * anything; others must lie within the dictionary.
 *
 * Batches of a stream often come with the same dictionary each. Where one has that of the batch
 * before, byte for byte, all of its values are sorted once and serve until another one comes; the
 * stream drops those that do not occur when it has read all of its batches. */
#include <string.h>

#include "arrow_import.h"

#define NO_CODE (-1) /* of a null row */
#define OUTSIDE (-2) /* of the dictionary */

/* ---- codes ---------------------------------------------------------------------------------- */

#define READ_CODES(type)                                                                           \
    for (int64_t i = 0; i < s->n; i++) {                                                           \
        type code;                                                                                 \
        memcpy(&code, from + i * (int64_t)sizeof code, sizeof code);                               \
        out[i] = (uint64_t)code < (uint64_t)n_values ? (int32_t)code : OUTSIDE;                    \
    }                                                                                              \
    return

/* Unsigned: a negative code is beyond any dictionary. */
static void read_codes(const mlci_arrow_source *s, int64_t n_values, int32_t *out)
{
    const char *const from = (const char *)s->array->buffers[1] + s->first * s->type.size;
    switch (s->type.size) {
    case 1:
        if (s->type.kind == MLCI_ARROW_SIGNED && n_values > INT8_MAX) n_values = INT8_MAX + 1;
        READ_CODES(uint8_t);
    case 2:
        if (s->type.kind == MLCI_ARROW_SIGNED && n_values > INT16_MAX) n_values = INT16_MAX + 1;
        READ_CODES(uint16_t);
    case 4:
        READ_CODES(uint32_t);
    default:
        READ_CODES(uint64_t);
    }
}

/* The code of row i as it stands there. */
static int64_t code_at(const mlci_arrow_source *s, int64_t i)
{
    const char *const at = (const char *)s->array->buffers[1] + (s->first + i) * s->type.size;
    const int unused = 64 - 8 * s->type.size;
    uint64_t code = 0;
    memcpy(&code, at, (size_t)s->type.size);
    return s->type.kind == MLCI_ARROW_SIGNED ? (int64_t)(code << unused) >> unused : (int64_t)code;
}

/* The code of each row that is there, within the dictionary, and NO_CODE of the others. */
static mlc_status check_codes(const mlci_arrow_source *s, int64_t n_values, int32_t *codes,
                              mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(s);
    int32_t least = 0;
    if (s->n > 0) read_codes(s, n_values, codes);
    for (int64_t i = 0; valid != NULL && i < s->n; i++)
        codes[i] = mlci_arrow_is_valid(s, valid, i) ? codes[i] : NO_CODE;
    for (int64_t i = 0; i < s->n; i++)
        least = codes[i] < least ? codes[i] : least;
    for (int64_t i = 0; least == OUTSIDE; i++) {
        if (codes[i] == OUTSIDE)
            return mlci_fail(err, MLC_ERROR_DATA, s->name,
                             "column '%s': the code of row %lld is %lld, but its dictionary has "
                             "%lld values",
                             s->name, (long long)(s->row + i + 1), (long long)code_at(s, i),
                             (long long)n_values);
    }
    return MLC_OK;
}

/* ---- values --------------------------------------------------------------------------------- */

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

static mlc_status open_values(const mlci_arrow_source *s, mlci_arrow_source *values, mlc_error *err)
{
    const struct ArrowArray *const array = s->array->dictionary;
    *values = *s;
    MLCI_TRY(mlci_arrow_source_open(values, s->schema->dictionary, array, 0, array->length, err));
    MLCI_TRY(check_types(s, &values->type, err));
    if (values->n > INT32_MAX)
        return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                         "column '%s' has a dictionary of %lld values: at most 2147483647 are "
                         "possible",
                         s->name, (long long)values->n);
    values->row = 0;
    return MLC_OK;
}

/* Replaces codes by those of the sorted values, of which place says where each value is; NULL: in
 * their order. */
static mlc_status make_column(const mlci_arrow_source *s, int32_t *codes, const int32_t *place,
                              const mlci_column *sorted, mlci_column **out, mlc_error *err)
{
    for (int64_t i = 0; i < s->n; i++) {
        const int32_t at = codes[i] >= 0 && place != NULL ? place[codes[i]] : codes[i];
        codes[i] = at >= 0 ? mlci_column_code(sorted, at) : NO_CODE;
    }
    return mlci_column_create_category(s->owner->root, s->n, codes, sorted->dictionary, out, err);
}

/* ---- the dictionary of one batch ------------------------------------------------------------ */

/* Which values occur, in their order; place becomes that among these, or NO_CODE. */
static int64_t find_used(const mlci_column *values, const int32_t *codes, int64_t n, int32_t *place,
                         int64_t *used)
{
    int32_t n_used = 0;
    for (int64_t k = 0; k < values->n_rows; k++)
        place[k] = NO_CODE;
    for (int64_t i = 0; i < n; i++) {
        if (codes[i] >= 0) place[codes[i]] = 0;
    }
    for (int64_t k = 0; k < values->n_rows; k++) {
        if (place[k] == NO_CODE) continue;
        const int is_there = mlci_column_is_valid(values, k);
        used[n_used] = k;
        place[k] = is_there ? n_used : NO_CODE;
        n_used += is_there;
    }
    return n_used;
}

/* A category column of the values that occur, one a row. */
static mlc_status sort_used(const mlci_column *values, const int64_t *used, int64_t n,
                            mlci_column **out, mlc_error *err)
{
    mlci_column *texts = NULL;
    MLCI_TRY(mlci_column_take(values, used, 0, n, &texts, err));
    const mlc_status status = mlci_column_to_category(texts, out, err);
    mlci_column_unref(texts);
    return status;
}

static mlc_status convert_used(const mlci_arrow_source *s, const mlci_column *values,
                               int32_t **codes, mlci_column **out, mlc_error *err)
{
    mlci_root *const root = s->owner->root;
    const int64_t n = values->n_rows;
    mlci_column *sorted = NULL;
    mlc_status status = MLC_OK;
    int32_t *const place = mlci_alloc_raw(root, n, sizeof *place);
    int64_t *const used = mlci_alloc_raw(root, n, sizeof *used);
    if (place == NULL || used == NULL) {
        status = mlci_fail_memory(err, n, sizeof *used);
        goto done;
    }
    const int64_t n_used = find_used(values, *codes, s->n, place, used);
    status = sort_used(values, used, n_used, &sorted, err);
    if (status != MLC_OK) goto done;
    status = make_column(s, *codes, place, sorted, out, err);
    *codes = NULL;
done:
    mlci_column_unref(sorted);
    mlci_free(place);
    mlci_free(used);
    return status;
}

/* ---- the dictionary of several batches ------------------------------------------------------ */

void mlci_arrow_dictionary_clear(mlci_arrow_dictionary *d)
{
    mlci_arrow_owner_unref(d->owner);
    mlci_column_unref(d->sorted);
    *d = (mlci_arrow_dictionary){.is_shared = d->is_shared};
}

/* Both hold the same texts, none of them null, between the same offsets, which the earlier one has
 * had checked. */
static int is_same(const mlci_arrow_source *a, const mlci_arrow_source *b)
{
    if (a->type.kind != MLCI_ARROW_TEXT || b->type.kind != MLCI_ARROW_TEXT ||
        a->type.size != b->type.size || a->n != b->n || a->n == 0 || a->array->null_count != 0 ||
        b->array->null_count != 0)
        return 0;
    const int64_t size = a->type.size;
    const char *const from = (const char *)a->array->buffers[1] + a->first * size;
    int64_t begin = 0, end = 0;
    if (memcmp(from, (const char *)b->array->buffers[1] + b->first * size,
               (size_t)((a->n + 1) * size)) != 0)
        return 0;
    memcpy(&begin, from, (size_t)size); /* offsets ascend from 0 or more */
    memcpy(&end, from + a->n * size, (size_t)size);
    if (begin == end) return 1;
    return b->array->buffers[2] != NULL &&
           memcmp((const char *)a->array->buffers[2] + begin,
                  (const char *)b->array->buffers[2] + begin, (size_t)(end - begin)) == 0;
}

static void remember(mlci_arrow_dictionary *last, const mlci_arrow_source *values)
{
    mlci_arrow_dictionary_clear(last);
    last->owner = mlci_arrow_owner_ref(values->owner);
    last->values = *values;
}

/* values: of this batch, and of the last one as well. */
static mlc_status sort_all(mlci_arrow_dictionary *last, const mlci_arrow_source *values,
                           mlc_error *err)
{
    mlci_column *texts = NULL;
    if (last->sorted != NULL) return MLC_OK;
    MLCI_TRY(mlci_arrow_text_column(values, &texts, err));
    const mlc_status status = mlci_column_to_category(texts, &last->sorted, err);
    mlci_column_unref(texts);
    last->is_shared = 1;
    return status;
}

/* ---- the column ----------------------------------------------------------------------------- */

static mlc_status convert_rows(const mlci_arrow_source *s, mlci_arrow_dictionary *last,
                               int32_t **codes, mlci_column **out, mlc_error *err)
{
    mlci_arrow_source values;
    mlci_column *texts = NULL;
    MLCI_TRY(open_values(s, &values, err));
    MLCI_TRY(check_codes(s, values.n, *codes, err));
    if (last != NULL && last->owner != NULL && is_same(&last->values, &values)) {
        MLCI_TRY(sort_all(last, &values, err));
        const mlc_status status = make_column(s, *codes, NULL, last->sorted, out, err);
        *codes = NULL;
        return status;
    }
    MLCI_TRY(mlci_arrow_text_column(&values, &texts, err));
    const mlc_status status = convert_used(s, texts, codes, out, err);
    mlci_column_unref(texts);
    if (status == MLC_OK && last != NULL) remember(last, &values);
    return status;
}

mlc_status mlci_arrow_dictionary_column(const mlci_arrow_source *s, mlci_arrow_dictionary *last,
                                        mlci_column **out, mlc_error *err)
{
    int32_t *codes = mlci_alloc_raw(s->owner->root, s->n, sizeof *codes);
    if (codes == NULL) return mlci_fail_memory(err, s->n, sizeof *codes);
    const mlc_status status = convert_rows(s, last, &codes, out, err);
    mlci_free(codes);
    return status;
}
