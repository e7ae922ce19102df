/* Columns one after the other as one column.
 *
 * The type is the narrowest that holds the values of all: bool < int64 < float64, float32 <
 * float64 (with int64: float64), category < text. A part without any value fits everywhere: in a
 * file where a column is empty it was read as float64. Integers that are no doubles are refused
 * rather than rounded. */
#include "column.h"

#include <string.h>

#include "checked.h"
#include "text.h"

/* Parts being joined. */
typedef struct joint {
    mlci_root *root;
    const char *name; /* for messages */
    int32_t n;
    const mlci_column *const *parts;
    mlci_column *to;
} joint;

static int is_empty(const mlci_column *c)
{
    return c->n_missing == c->n_rows;
}

/* ---- the type ------------------------------------------------------------------------------- */

static int is_texts(int32_t type)
{
    return type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
}

/* The narrowest type of both; 0: there is none. */
static int32_t join_types(int32_t a, int32_t b)
{
    if (a == b) return a;
    if (is_texts(a) && is_texts(b)) return MLC_TYPE_TEXT;
    if (!mlci_type_is_number(a) || !mlci_type_is_number(b)) return 0;
    if (a == MLC_TYPE_BOOL) return b;
    if (b == MLC_TYPE_BOOL) return a;
    return MLC_TYPE_FLOAT64;
}

static mlc_status fail_types(const joint *j, int32_t part, const mlci_column *like, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_COLUMN, j->name,
                     "column '%s' is %s in part %d and %s before: cast one of them", j->name,
                     mlci_type_kind(j->parts[part]->type), (int)part + 1,
                     mlci_type_kind(like->type));
}

static mlc_status check_vector(const joint *j, int32_t part, const mlci_column *like,
                               mlc_error *err)
{
    const mlci_column *const c = j->parts[part];
    if (c->width != like->width) {
        return mlci_fail(err, MLC_ERROR_COLUMN, j->name,
                         "vector '%s' has %lld components in part %d and %lld before: they must be "
                         "the same",
                         j->name, (long long)c->width, (int)part + 1, (long long)like->width);
    }
    if ((c->indices != NULL) != (like->indices != NULL)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, j->name,
                         "vector '%s' is %s in part %d and %s before: they must be the same",
                         j->name, c->indices != NULL ? "sparse" : "dense", (int)part + 1,
                         like->indices != NULL ? "sparse" : "dense");
    }
    return MLC_OK;
}

/* The type of the result, and a part that shows its width, components and sparseness. */
static mlc_status find_type(const joint *j, int32_t *type, const mlci_column **like, mlc_error *err)
{
    *type = 0;
    *like = j->parts[0];
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        if (is_empty(c)) continue;
        if (*type == 0) *like = c;
        const int32_t both = *type == 0 ? c->type : join_types(*type, c->type);
        if (both == 0) return fail_types(j, i, *like, err);
        if (both == MLC_TYPE_VECTOR) MLCI_TRY(check_vector(j, i, *like, err));
        *type = both;
    }
    if (*type == 0) *type = (*like)->type;
    return MLC_OK;
}

/* ---- numbers -------------------------------------------------------------------------------- */

static int bit(const mlci_column *c, int64_t row)
{
    return ((const uint8_t *)c->values)[row >> 3] >> (row & 7) & 1;
}

static int64_t integer_at(const mlci_column *c, int64_t row)
{
    return c->type == MLC_TYPE_BOOL ? bit(c, row) : ((const int64_t *)c->values)[row];
}

static mlc_status add_integers_as_reals(const joint *j, const mlci_column *c, double *out,
                                        mlc_error *err)
{
    for (int64_t row = 0; row < c->n_rows; row++) {
        const int64_t value = integer_at(c, row);
        out[row] = (double)value;
        /* 2^63 would not fit back into an integer. */
        if (out[row] < 0x1p63 && (int64_t)out[row] == value) continue;
        if (!mlci_column_is_valid(c, row)) continue;
        return mlci_fail(err, MLC_ERROR_DATA, j->name,
                         "column '%s' has reals in one part and the integer %lld in another, which "
                         "no real holds exactly: cast one of them",
                         j->name, (long long)value);
    }
    return MLC_OK;
}

static mlc_status add_numbers(const joint *j, const mlci_column *c, int64_t at, mlc_error *err)
{
    void *const data = mlci_column_data(j->to);
    if (j->to->type == MLC_TYPE_BOOL) {
        uint8_t *const bits = data;
        for (int64_t row = 0; row < c->n_rows; row++) {
            const int64_t k = at + row;
            bits[k >> 3] = (uint8_t)(bits[k >> 3] | (unsigned)bit(c, row) << (k & 7));
        }
    } else if (j->to->type == MLC_TYPE_INT64) {
        for (int64_t row = 0; row < c->n_rows; row++)
            ((int64_t *)data)[at + row] = integer_at(c, row);
    } else if (j->to->type == MLC_TYPE_FLOAT32) {
        for (int64_t row = 0; row < c->n_rows; row++)
            ((float *)data)[at + row] = (float)bit(c, row);
    } else if (c->type == MLC_TYPE_FLOAT32) {
        for (int64_t row = 0; row < c->n_rows; row++)
            ((double *)data)[at + row] = (double)((const float *)c->values)[row];
    } else {
        return add_integers_as_reals(j, c, (double *)data + at, err);
    }
    return MLC_OK;
}

/* Values as they are: fixed width and the same type. */
static void copy_values(const joint *j, const mlci_column *c, int64_t at)
{
    const int is_short = c->type == MLC_TYPE_FLOAT32;
    const size_t size = (is_short ? sizeof(float) : sizeof(double)) * (size_t)c->width;
    memcpy((char *)mlci_column_data(j->to) + (size_t)at * size, c->values,
           (size_t)c->n_rows * size);
}

static mlc_status join_numbers(const joint *j, mlc_error *err)
{
    int64_t at = 0;
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        if (is_empty(c)) {
            /* zeros, and missing */
        } else if (c->type != j->to->type || c->type == MLC_TYPE_BOOL) {
            MLCI_TRY(add_numbers(j, c, at, err));
        } else {
            copy_values(j, c, at);
        }
        at += c->n_rows;
    }
    return MLC_OK;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static mlc_status join_texts(const joint *j, mlc_error *err)
{
    int64_t *const offsets = (int64_t *)j->to->offsets;
    int64_t at = 0;
    for (int32_t i = 0; i < j->n; i++) {
        for (int64_t row = 0; row < j->parts[i]->n_rows; row++, at++) {
            int64_t length = 0;
            if (is_empty(j->parts[i]) || mlci_column_text(j->parts[i], row, &length) == NULL) {
                length = 0;
            }
            if (!mlci_add_size(offsets[at], length, &offsets[at + 1])) {
                return mlci_fail(err, MLC_ERROR_LIMIT, j->name, "column '%s' has too many bytes",
                                 j->name);
            }
        }
    }
    char *const bytes = mlci_alloc_raw(j->root, offsets[at], 1);
    if (bytes == NULL) return mlci_fail_memory(err, offsets[at], 1);
    mlci_free(mlci_column_data(j->to));
    j->to->values = bytes;
    at = 0;
    for (int32_t i = 0; i < j->n; i++) {
        for (int64_t row = 0; row < j->parts[i]->n_rows; row++, at++) {
            if (offsets[at + 1] == offsets[at]) continue;
            int64_t length = 0;
            const char *const text = mlci_column_text(j->parts[i], row, &length);
            memcpy(bytes + offsets[at], text, (size_t)length);
        }
    }
    return MLC_OK;
}

/* ---- categories ----------------------------------------------------------------------------- */

static int share_dictionary(const joint *j, const mlci_column *like)
{
    for (int32_t i = 0; i < j->n; i++) {
        if (!is_empty(j->parts[i]) && j->parts[i]->dictionary != like->dictionary) return 0;
    }
    return 1;
}

/* The dictionary of part i, or NULL where it adds no texts to those of the parts before. */
static const mlci_dictionary *new_dictionary(const joint *j, int32_t i)
{
    const mlci_column *const c = j->parts[i];
    if (is_empty(c)) return NULL;
    const mlci_column *const before = i > 0 ? j->parts[i - 1] : NULL;
    return before != NULL && before->dictionary == c->dictionary && !is_empty(before)
               ? NULL
               : c->dictionary;
}

/* Every text of every dictionary, sorted; the number of distinct ones. */
static int64_t distinct_texts(const joint *j, mlci_text_key *keys, mlci_text_key *scratch,
                              const char **texts, int64_t *lengths)
{
    int64_t n = 0, n_distinct = 0;
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_dictionary *const d = new_dictionary(j, i);
        for (int32_t k = 0; d != NULL && k < d->n; k++, n++) {
            keys[n].text = mlci_dictionary_text(d, k, &keys[n].length);
            keys[n].index = n;
        }
    }
    mlci_text_keys_sort(keys, scratch, n);
    for (int64_t k = 0; k < n; k++) {
        if (k > 0 && mlci_text_compare(keys[k - 1].text, keys[k - 1].length, keys[k].text,
                                       keys[k].length) == 0) {
            continue;
        }
        texts[n_distinct] = keys[k].text;
        lengths[n_distinct++] = keys[k].length;
    }
    return n_distinct;
}

static mlc_status join_dictionaries(const joint *j, mlci_dictionary **out, mlc_error *err)
{
    int64_t n = 0;
    for (int32_t i = 0; i < j->n; i++)
        n += new_dictionary(j, i) == NULL ? 0 : j->parts[i]->dictionary->n;
    mlc_status status = MLC_OK;
    mlci_text_key *const keys = mlci_alloc_raw(j->root, 2 * n, (int64_t)sizeof *keys);
    const char **const texts = mlci_alloc_raw(j->root, n, (int64_t)sizeof *texts);
    int64_t *const lengths = mlci_alloc_raw(j->root, n, (int64_t)sizeof *lengths);
    if (keys == NULL || texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, 2 * n, (int64_t)sizeof *keys);
        goto done;
    }
    const int64_t n_distinct = distinct_texts(j, keys, keys + n, texts, lengths);
    if (n_distinct > INT32_MAX / 2) {
        status = mlci_fail(err, MLC_ERROR_LIMIT, j->name,
                           "column '%s' would have more than 2^30 categories", j->name);
        goto done;
    }
    status = mlci_dictionary_create(j->root, (int32_t)n_distinct, texts, lengths, out, err);
done:
    mlci_free(keys);
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

/* The rows of a part from row `at` on, missing ones with code 0. map: of the part's dictionary;
 * NULL: codes stay as they are. */
static void add_codes(const mlci_column *c, const int32_t *map, mlci_column *to, int64_t at)
{
    int16_t *const shorts = mlci_column_data(to);
    int32_t *const codes = mlci_column_data(to);
    if (map == NULL && c->type == MLC_TYPE_CATEGORY && c->code_size == to->code_size) {
        const int64_t size = c->code_size;
        if (c->n_rows > 0) memcpy((char *)codes + at * size, c->values, (size_t)(c->n_rows * size));
        return;
    }
    for (int64_t row = 0; row < c->n_rows; row++) {
        int32_t code = 0;
        if (mlci_column_is_valid(c, row)) code = mlci_column_code(c, row);
        if (map != NULL && mlci_column_is_valid(c, row)) code = map[code];
        if (to->code_size == 2)
            shorts[at + row] = (int16_t)code;
        else
            codes[at + row] = code;
    }
}

static mlc_status open_categories(joint *j, int64_t n_rows, const mlci_column *like, mlc_error *err)
{
    mlci_dictionary *dictionary = NULL;
    if (share_dictionary(j, like))
        dictionary = mlci_dictionary_ref(like->dictionary);
    else
        MLCI_TRY(join_dictionaries(j, &dictionary, err));
    const mlc_status status = mlci_column_create_codes(
        j->root, n_rows, mlci_code_size(dictionary->n), dictionary, &j->to, err);
    mlci_dictionary_unref(dictionary);
    return status;
}

static mlc_status join_categories(joint *j, int64_t n_rows, const mlci_column *like, mlc_error *err)
{
    int32_t *map = NULL;
    int64_t at = 0;
    MLCI_TRY(open_categories(j, n_rows, like, err));
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        mlc_status status = MLC_OK;
        if (new_dictionary(j, i) != NULL && c->dictionary != j->to->dictionary) {
            mlci_free(map);
            map = NULL;
            status = mlci_column_code_map(c, j->to->dictionary, &map, err);
        }
        if (status != MLC_OK) return status;
        add_codes(c, map, j->to, at);
        at += c->n_rows;
    }
    mlci_free(map);
    return MLC_OK;
}

/* ---- sparse vectors ------------------------------------------------------------------------- */

/* Values of all parts; 0 when that is too many. */
static int count_stored(const joint *j, int64_t *n)
{
    *n = 0;
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        if (!is_empty(c) && !mlci_add_size(*n, c->offsets[c->n_rows], n)) return 0;
    }
    return 1;
}

static void add_sparse(const joint *j, int64_t *offsets, int32_t *indices, double *values)
{
    int64_t at = 0, stored = 0;
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        const int64_t n = is_empty(c) ? 0 : c->offsets[c->n_rows];
        for (int64_t row = 0; row < c->n_rows; row++)
            offsets[++at] = stored + (is_empty(c) ? 0 : c->offsets[row + 1]);
        if (n > 0) {
            memcpy(indices + stored, c->indices, (size_t)n * sizeof *indices);
            memcpy(values + stored, c->values, (size_t)n * sizeof *values);
        }
        stored += n;
    }
}

static mlc_status join_sparse(joint *j, int64_t n_rows, const mlci_column *like, mlc_error *err)
{
    int64_t n = 0;
    if (!count_stored(j, &n)) {
        return mlci_fail(err, MLC_ERROR_LIMIT, j->name, "column '%s' has too many values", j->name);
    }
    int64_t *const offsets = mlci_alloc(j->root, n_rows + 1, (int64_t)sizeof *offsets);
    int32_t *const indices = mlci_alloc_raw(j->root, n, (int64_t)sizeof *indices);
    double *const values = mlci_alloc_raw(j->root, n, (int64_t)sizeof *values);
    if (offsets == NULL || indices == NULL || values == NULL) {
        mlci_free(offsets);
        mlci_free(indices);
        mlci_free(values);
        return mlci_fail_memory(err, n, (int64_t)sizeof *values);
    }
    add_sparse(j, offsets, indices, values);
    return mlci_column_create_sparse(j->root, n_rows, like->width, offsets, indices, values, &j->to,
                                     err);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static mlc_status join_valid(const joint *j, mlc_error *err)
{
    int64_t at = 0;
    for (int32_t i = 0; i < j->n; i++) {
        const mlci_column *const c = j->parts[i];
        if (c->n_missing > 0) MLCI_TRY(mlci_column_add_valid(j->to, err));
        for (int64_t row = 0; c->n_missing > 0 && row < c->n_rows; row++) {
            if (!mlci_column_is_valid(c, row)) mlci_column_set_missing(j->to, at + row);
        }
        at += c->n_rows;
    }
    return MLC_OK;
}

static mlc_status join_values(joint *j, int32_t type, int64_t n_rows, const mlci_column *like,
                              mlc_error *err)
{
    if (type == MLC_TYPE_VECTOR && like->indices != NULL) return join_sparse(j, n_rows, like, err);
    if (type == MLC_TYPE_CATEGORY) return join_categories(j, n_rows, like, err);
    MLCI_TRY(mlci_column_create(j->root, type, n_rows, like->width, 0, &j->to, err));
    if (type == MLC_TYPE_TEXT) return join_texts(j, err);
    return join_numbers(j, err);
}

mlc_status mlci_column_join(mlci_root *root, const char *name, int32_t n,
                            const mlci_column *const *parts, mlci_column **out, mlc_error *err)
{
    joint j = {.root = root, .name = name, .n = n, .parts = parts};
    if (n == 1) {
        *out = mlci_column_ref(parts[0]);
        return MLC_OK;
    }
    int32_t type = 0;
    const mlci_column *like = NULL;
    int64_t n_rows = 0;
    MLCI_TRY(find_type(&j, &type, &like, err));
    for (int32_t i = 0; i < n; i++) {
        if (!mlci_add_size(n_rows, parts[i]->n_rows, &n_rows)) {
            return mlci_fail(err, MLC_ERROR_LIMIT, name, "column '%s' has too many rows", name);
        }
    }
    mlc_status status = join_values(&j, type, n_rows, like, err);
    if (status == MLC_OK) status = join_valid(&j, err);
    if (status == MLC_OK) {
        status = mlci_column_set_components(j.to, (const char *const *)like->components, err);
    }
    if (status != MLC_OK) {
        mlci_column_unref(j.to);
        return status;
    }
    *out = j.to;
    return MLC_OK;
}
