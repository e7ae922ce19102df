/* Values of mixed kinds into columns: integers widen to reals where both occur, all else must be
 * of one kind. O(values). */
#include "gather.h"

#include <math.h>
#include <string.h>

#include "checked.h"
#include "number.h"
#include "timestamp.h"

#define FEW_CATEGORIES 16 /* always a category up to that many */

void mlci_gather_open(mlci_gather *piece, mlci_root *root, mlci_wish wish,
                      const mlci_csv_nulls *nulls)
{
    *piece = (mlci_gather){.root = root, .wish = wish, .nulls = nulls};
    piece->bytes = mlci_text_init(root);
}

void mlci_gather_close(mlci_gather *piece)
{
    mlci_free(piece->rows);
    mlci_free(piece->kinds);
    mlci_free(piece->values);
    mlci_text_clear(&piece->bytes);
    mlci_gather_open(piece, piece->root, piece->wish, piece->nulls);
}

static int64_t row_at(const mlci_gather *p, int64_t i)
{
    return p->rows == NULL ? i : p->rows[i];
}

static int32_t kind_at(const mlci_gather *p, int64_t i)
{
    return p->kinds == NULL ? p->seen : p->kinds[i];
}

/* ---- adding ------------------------------------------------------------------------------- */

static mlc_status grow(mlci_gather *p, mlc_error *err)
{
    const int64_t capacity = p->capacity == 0 ? 8 : 2 * p->capacity;
    int32_t *const rows = mlci_realloc(p->root, p->rows, capacity, (int64_t)sizeof *rows);
    if (rows != NULL) p->rows = rows;
    uint8_t *const kinds = mlci_realloc(p->root, p->kinds, capacity, 1);
    if (kinds != NULL) p->kinds = kinds;
    int64_t *const values = mlci_realloc(p->root, p->values, capacity, (int64_t)sizeof *values);
    if (values != NULL) p->values = values;
    if (rows == NULL || kinds == NULL || values == NULL) {
        return mlci_fail_memory(err, capacity, (int64_t)sizeof *values);
    }
    p->capacity = capacity;
    return MLC_OK;
}

static mlc_status add(mlci_gather *p, int32_t row, int32_t kind, int64_t value, mlc_error *err)
{
    if (p->n == p->capacity) MLCI_TRY(grow(p, err));
    p->rows[p->n] = row;
    p->kinds[p->n] = (uint8_t)kind;
    p->values[p->n++] = value;
    p->seen |= kind;
    return MLC_OK;
}

static mlc_status add_real(mlci_gather *p, int32_t row, double real, mlc_error *err)
{
    int64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return add(p, row, MLCI_KIND_REAL, bits, err);
}

/* A text or the values of a vector, after their number. */
static mlc_status add_bytes(mlci_gather *p, int32_t row, int32_t kind, const void *bytes,
                            int64_t count, int64_t size, mlc_error *err)
{
    const int64_t at = p->bytes.length;
    mlci_text_append(&p->bytes, (const char *)&count, (int64_t)sizeof count);
    mlci_text_append(&p->bytes, bytes, count * size);
    MLCI_TRY(mlci_text_status(&p->bytes, err));
    return add(p, row, kind, at, err);
}

static int64_t count_at(const mlci_gather *p, int64_t i)
{
    int64_t count;
    memcpy(&count, p->bytes.data + p->values[i], sizeof count);
    return count;
}

static const char *bytes_at(const mlci_gather *p, int64_t i)
{
    return p->bytes.data + p->values[i] + (int64_t)sizeof(int64_t);
}

static mlc_status refuse(const mlci_gather *p, const mlci_value *v, int32_t type, mlc_error *err)
{
    const int64_t shown = v->length < 60 ? v->length : 60;
    return mlci_fail(err, MLC_ERROR_FORMAT, NULL, "'%.*s%s' is no %s%s", (int)shown,
                     v->text == NULL ? "" : v->text, shown < v->length ? "..." : "",
                     mlci_type_name(type),
                     p->wish.is_settled ? " as in the first batch, which settles the types of all: "
                                          "types= says another"
                                        : "");
}

static mlc_status put_bool(mlci_gather *p, int32_t row, const mlci_value *v, mlc_error *err)
{
    int flag = 0;
    if (v->kind == MLCI_KIND_BOOL ||
        (v->kind == MLCI_KIND_INTEGER && (v->integer == 0 || v->integer == 1))) {
        return add(p, row, MLCI_KIND_BOOL, v->integer, err);
    }
    if (v->kind == MLCI_KIND_TEXT && mlci_csv_parse_bool(v->text, v->length, &flag)) {
        return add(p, row, MLCI_KIND_BOOL, flag, err);
    }
    return refuse(p, v, MLC_TYPE_BOOL, err);
}

static mlc_status put_integer(mlci_gather *p, int32_t row, const mlci_value *v, mlc_error *err)
{
    int64_t integer = v->integer;
    int is_integer = v->kind == MLCI_KIND_INTEGER || v->kind == MLCI_KIND_BOOL;
    if (v->kind == MLCI_KIND_TEXT) is_integer = mlci_integer_parse(v->text, v->length, &integer);
    /* 2^63 is the first double that does not fit. */
    if (v->kind == MLCI_KIND_REAL && v->real >= -0x1p63 && v->real < 0x1p63) {
        integer = (int64_t)v->real;
        is_integer = (double)integer == v->real;
    }
    if (!is_integer) return refuse(p, v, MLC_TYPE_INT64, err);
    return add(p, row, MLCI_KIND_INTEGER, integer, err);
}

static mlc_status put_real(mlci_gather *p, int32_t row, const mlci_value *v, mlc_error *err)
{
    double real = v->real;
    float narrow = 0;
    if (v->kind == MLCI_KIND_VECTOR) return refuse(p, v, p->wish.type, err);
    if (v->kind == MLCI_KIND_BOOL || v->kind == MLCI_KIND_INTEGER) {
        real = (double)v->integer;
    } else if (v->kind == MLCI_KIND_TEXT && !mlci_real_parse(v->text, v->length, &real)) {
        return refuse(p, v, p->wish.type, err);
    }
    if (p->wish.type == MLC_TYPE_FLOAT32 && v->kind != MLCI_KIND_BOOL && v->text != NULL &&
        mlci_float_parse(v->text, v->length, &narrow)) {
        real = narrow; /* rounded once */
    }
    return add_real(p, row, real, err);
}

static mlc_status put_timestamp(mlci_gather *p, int32_t row, const mlci_value *v, mlc_error *err)
{
    int64_t at = 0;
    if (v->kind != MLCI_KIND_TEXT || !mlci_timestamp_parse(v->text, v->length, &at)) {
        MLCI_TRY(refuse(p, v, MLC_TYPE_TIMESTAMP, err));
    }
    return add(p, row, MLCI_KIND_INTEGER, at, err);
}

static mlc_status put_as_it_is(mlci_gather *p, int32_t row, const mlci_value *v, mlc_error *err)
{
    switch (v->kind) {
    case MLCI_KIND_REAL:
        return add_real(p, row, v->real, err);
    case MLCI_KIND_TEXT:
        return add_bytes(p, row, v->kind, v->text, v->length, 1, err);
    case MLCI_KIND_VECTOR:
        if (p->width == 0) p->width = v->width;
        return add_bytes(p, row, v->kind, v->reals, v->width, (int64_t)sizeof(double), err);
    default:
        return add(p, row, v->kind, v->integer, err);
    }
}

/* A batch holds no more kinds in a column than the whole file would, which has no wish. */
static int is_foreign(const mlci_wish *wish, int32_t kind)
{
    if (!wish->is_settled) return 0;
    switch (wish->type) {
    case MLC_TYPE_BOOL:
        return kind != MLCI_KIND_BOOL;
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        return kind != MLCI_KIND_TEXT;
    default:
        return (kind & (MLCI_KIND_INTEGER | MLCI_KIND_REAL)) == 0;
    }
}

mlc_status mlci_gather_put(mlci_gather *piece, int32_t row, const mlci_value *value, mlc_error *err)
{
    if (value->kind == MLCI_KIND_TEXT && value->length > 0 && piece->nulls != NULL &&
        mlci_csv_is_null(piece->nulls, value->text, value->length)) {
        return MLC_OK;
    }
    if (is_foreign(&piece->wish, value->kind)) {
        return refuse(piece, value, piece->wish.type, err);
    }
    switch (piece->wish.type) {
    case MLC_TYPE_BOOL:
        return put_bool(piece, row, value, err);
    case MLC_TYPE_INT64:
        return put_integer(piece, row, value, err);
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_FLOAT64:
        return put_real(piece, row, value, err);
    case MLC_TYPE_TIMESTAMP:
        return put_timestamp(piece, row, value, err);
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        return add_bytes(piece, row, MLCI_KIND_TEXT, value->text, value->length, 1, err);
    default:
        if (piece->wish.must_be != 0 && (value->kind & (MLCI_KIND_TEXT | MLCI_KIND_VECTOR)) != 0) {
            return refuse(piece, value, piece->wish.must_be, err);
        }
        return put_as_it_is(piece, row, value, err);
    }
}

/* ---- trimming ----------------------------------------------------------------------------- */

static mlc_status shrink(mlci_root *root, void *items, int64_t n, int64_t size, mlc_error *err)
{
    void **const block = items;
    if (*block == NULL) return MLC_OK;
    void *const fitting = mlci_realloc(root, *block, n, size);
    if (fitting == NULL) return mlci_fail_memory(err, n, size);
    *block = fitting;
    return MLC_OK;
}

mlc_status mlci_gather_trim(mlci_gather *piece, int64_t n_rows, mlc_error *err)
{
    mlci_gather *const p = piece;
    if (p->n == n_rows) {
        mlci_free(p->rows);
        p->rows = NULL;
    }
    if ((p->seen & (p->seen - 1)) == 0) {
        mlci_free(p->kinds);
        p->kinds = NULL;
    }
    p->capacity = p->n;
    MLCI_TRY(shrink(p->root, &p->rows, p->n, (int64_t)sizeof *p->rows, err));
    MLCI_TRY(shrink(p->root, &p->kinds, p->n, 1, err));
    MLCI_TRY(shrink(p->root, &p->values, p->n, (int64_t)sizeof *p->values, err));
    p->bytes.capacity = p->bytes.length;
    return shrink(p->root, &p->bytes.data, p->bytes.length, 1, err);
}

/* ---- conflicts ---------------------------------------------------------------------------- */

/* Kinds that may be in one column with this one. */
static int32_t partners(int32_t kind)
{
    const int32_t numbers = MLCI_KIND_INTEGER | MLCI_KIND_REAL;
    return (kind & numbers) != 0 ? numbers : kind;
}

/* Are all of the kinds, as bits, partners of each other? */
static int is_one_class(int32_t kinds)
{
    return (kinds & ~partners(kinds & -kinds)) == 0;
}

static int32_t kinds_of(const mlci_gathered *column)
{
    int32_t seen = 0;
    for (int64_t c = 0; c < column->n_pieces; c++)
        seen |= column->pieces[c] == NULL ? 0 : column->pieces[c]->seen;
    return seen;
}

static int64_t width_of(const mlci_gathered *column)
{
    for (int64_t c = 0; c < column->n_pieces; c++) {
        if (column->pieces[c] != NULL && column->pieces[c]->width > 0) {
            return column->pieces[c]->width;
        }
    }
    return 1;
}

int mlci_gathered_conflict(const mlci_gathered *column, mlci_conflict *out)
{
    const int32_t seen = kinds_of(column);
    const int64_t width = width_of(column);
    int32_t before = 0;
    if (is_one_class(seen) && seen != MLCI_KIND_VECTOR) return 0;
    for (int64_t c = 0; c < column->n_pieces; c++) {
        const mlci_gather *const p = column->pieces[c];
        for (int64_t i = 0; p != NULL && i < p->n; i++) {
            const int32_t kind = kind_at(p, i);
            const int64_t own_width = kind == MLCI_KIND_VECTOR ? count_at(p, i) : 1;
            *out = (mlci_conflict){c, (int32_t)row_at(p, i), before, kind, width, own_width};
            if (before != 0 && (kind & partners(before)) == 0) return 1;
            if (kind == MLCI_KIND_VECTOR && own_width != width) return 1;
            before |= kind;
        }
    }
    return 0;
}

static const char *kind_text(int32_t kinds)
{
    if ((kinds & MLCI_KIND_BOOL) != 0) return "true or false";
    if ((kinds & MLCI_KIND_TEXT) != 0) return "a text";
    return (kinds & MLCI_KIND_VECTOR) != 0 ? "an array of numbers" : "a number";
}

void mlci_conflict_describe(const mlci_conflict *conflict, mlci_text *out)
{
    if (conflict->kind == MLCI_KIND_VECTOR && conflict->before == MLCI_KIND_VECTOR) {
        mlci_text_append_format(out, "an array of %lld numbers, where rows before have %lld",
                                (long long)conflict->width, (long long)conflict->width_before);
        return;
    }
    mlci_text_append_format(out, "%s, where rows before have %s", kind_text(conflict->kind),
                            kind_text(conflict->before));
}

int64_t mlci_gathered_size(const mlci_gathered *column)
{
    int64_t size = 0;
    if (!mlci_mul_size(column->n_rows, width_of(column), &size)) size = INT64_MAX;
    return size;
}

/* ---- columns ------------------------------------------------------------------------------ */

static int64_t n_values(const mlci_gathered *column)
{
    int64_t n = 0;
    for (int64_t c = 0; c < column->n_pieces; c++)
        n += column->pieces[c] == NULL ? 0 : column->pieces[c]->n;
    return n;
}

static int is_flags(const mlci_gathered *column)
{
    for (int64_t c = 0; c < column->n_pieces; c++) {
        const mlci_gather *const p = column->pieces[c];
        for (int64_t i = 0; p != NULL && i < p->n; i++) {
            if (p->values[i] != 0 && p->values[i] != 1) return 0;
        }
    }
    return 1;
}

static int32_t type_of(const mlci_gathered *column)
{
    const int32_t seen = kinds_of(column);
    if (column->wish.type != 0) return column->wish.type;
    if (seen == 0) return column->declared != 0 ? column->declared : MLC_TYPE_FLOAT64;
    if (seen == MLCI_KIND_BOOL) return MLC_TYPE_BOOL;
    if (seen == MLCI_KIND_TEXT) return MLC_TYPE_TEXT;
    if (seen == MLCI_KIND_VECTOR) return MLC_TYPE_VECTOR;
    if (seen != MLCI_KIND_INTEGER) return MLC_TYPE_FLOAT64;
    return column->is_bool && is_flags(column) ? MLC_TYPE_BOOL : MLC_TYPE_INT64;
}

static double real_at(const mlci_gather *p, int64_t i)
{
    double real;
    if (kind_at(p, i) != MLCI_KIND_REAL) return (double)p->values[i];
    memcpy(&real, &p->values[i], sizeof real);
    return real;
}

static void set_value(mlci_column *column, int64_t row, const mlci_gather *p, int64_t i)
{
    void *const data = mlci_column_data(column);
    switch (column->type) {
    case MLC_TYPE_BOOL:
        ((uint8_t *)data)[row >> 3] =
            (uint8_t)(((uint8_t *)data)[row >> 3] | (uint8_t)(p->values[i] << (row & 7)));
        break;
    case MLC_TYPE_FLOAT32:
        ((float *)data)[row] = (float)real_at(p, i);
        break;
    case MLC_TYPE_FLOAT64:
        ((double *)data)[row] = real_at(p, i);
        break;
    case MLC_TYPE_VECTOR:
        memcpy((double *)data + row * column->width, bytes_at(p, i),
               (size_t)column->width * sizeof(double));
        break;
    default:
        ((int64_t *)data)[row] = p->values[i];
        break;
    }
}

static mlc_status finish_numbers(mlci_root *root, const mlci_gathered *column, int32_t type,
                                 mlci_column **out, mlc_error *err)
{
    const int has_missing = n_values(column) < column->n_rows;
    int64_t next = 0;
    MLCI_TRY(
        mlci_column_create(root, type, column->n_rows, width_of(column), has_missing, out, err));
    for (int64_t c = 0; c < column->n_pieces; c++) {
        const mlci_gather *const p = column->pieces[c];
        for (int64_t i = 0; p != NULL && i < p->n; i++, next++) {
            const int64_t row = column->first_rows[c] + row_at(p, i);
            for (; next < row; next++)
                mlci_column_set_missing(*out, next);
            set_value(*out, row, p, i);
        }
    }
    for (; next < column->n_rows; next++)
        mlci_column_set_missing(*out, next);
    return MLC_OK;
}

static mlc_status gather_texts(mlci_root *root, const mlci_gathered *column, mlci_column **out,
                               mlc_error *err)
{
    const int64_t n = column->n_rows;
    const char **const texts = mlci_alloc(root, n, (int64_t)sizeof *texts);
    int64_t *const lengths = mlci_alloc(root, n, (int64_t)sizeof *lengths);
    mlc_status status = MLC_OK;
    if (texts == NULL || lengths == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)(sizeof *texts + sizeof *lengths));
        goto done;
    }
    for (int64_t c = 0; c < column->n_pieces; c++) {
        const mlci_gather *const p = column->pieces[c];
        for (int64_t i = 0; p != NULL && i < p->n; i++) {
            const int64_t row = column->first_rows[c] + row_at(p, i);
            texts[row] = bytes_at(p, i);
            lengths[row] = count_at(p, i);
        }
    }
    status = mlci_column_create_text(root, n, texts, lengths, out, err);
done:
    mlci_free(texts);
    mlci_free(lengths);
    return status;
}

/* Texts, or the categories that they are. */
static mlc_status finish_texts(mlci_root *root, const mlci_gathered *column, mlci_column **out,
                               mlc_error *err)
{
    const int32_t type = column->wish.type;
    int64_t most = n_values(column) / 2;
    if (most < FEW_CATEGORIES) most = FEW_CATEGORIES;
    if (type == MLC_TYPE_CATEGORY || (type == 0 && column->text_as == MLCI_TEXT_AS_CATEGORY)) {
        most = INT32_MAX;
    } else if (type == MLC_TYPE_TEXT || column->text_as == MLCI_TEXT_AS_TEXT) {
        most = -1;
    }
    mlci_column *texts = NULL, *categories = NULL;
    MLCI_TRY(gather_texts(root, column, &texts, err));
    if (most < 0) {
        *out = texts;
        return MLC_OK;
    }
    const mlc_status status = mlci_column_to_category(texts, &categories, err);
    if (status == MLC_OK && categories->dictionary->n > most) {
        mlci_column_unref(categories);
        *out = texts;
        return MLC_OK;
    }
    mlci_column_unref(texts);
    if (status == MLC_OK) *out = categories;
    return status;
}

mlc_status mlci_gathered_finish(mlci_root *root, const mlci_gathered *column, mlci_column **out,
                                mlc_error *err)
{
    const int32_t type = type_of(column);
    const int is_text = type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
    MLCI_TRY(is_text ? finish_texts(root, column, out, err)
                     : finish_numbers(root, column, type, out, err));
    for (int64_t c = 0; c < column->n_pieces; c++) {
        if (column->pieces[c] != NULL) mlci_gather_close(column->pieces[c]);
    }
    return MLC_OK;
}
