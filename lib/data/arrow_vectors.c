/* Vectors of Arrow: fixed-size lists of numbers, and the lists of index and value that sparse
 * vectors are written as.
 *
 * A fixed-size list of n rows and width w has n w elements in its child; an offset of the list
 * counts w times there. float64 without nulls is lent. Otherwise the child becomes a column of
 * numbers first, whose reals are copied. */
#include <string.h>

#include "arrow_import.h"
#include "arrow_metadata.h"
#include "checked.h"
#include "number.h"

#define MAX_WIDTH 1000000 /* components of a dense vector, each with a name */

/* ---- dense ---------------------------------------------------------------------------------- */

static mlc_status open_elements(const mlci_arrow_source *s, mlci_arrow_source *out, mlc_error *err)
{
    const int64_t width = s->type.width;
    int64_t start = 0, n = 0;
    if (width < 1 || width > MAX_WIDTH)
        return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                         "column '%s' is a list of %lld: vectors have 1 to %d components", s->name,
                         (long long)width, MAX_WIDTH);
    if (!mlci_mul_size(s->first, width, &start) || !mlci_mul_size(s->n, width, &n))
        return mlci_fail(err, MLC_ERROR_LIMIT, s->name,
                         "column '%s': %lld x %lld elements are beyond what memory can hold",
                         s->name, (long long)s->n, (long long)width);
    *out = *s;
    MLCI_TRY(
        mlci_arrow_source_open(out, s->schema->children[0], s->array->children[0], start, n, err));
    if (out->type.kind <= MLCI_ARROW_DECIMAL && out->schema->dictionary == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_UNSUPPORTED, s->name,
                     "column '%s' is a fixed-size list of '%s'; vectors are of numbers: make it a "
                     "column an item",
                     s->name, out->schema->format);
}

static mlc_status read_dense(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    mlci_arrow_source elements;
    mlci_column *numbers = NULL;
    MLCI_TRY(open_elements(s, &elements, err));
    elements.row = 0;
    MLCI_TRY(mlci_arrow_number_column(NULL, &elements, &numbers, err));
    mlc_status status;
    if (numbers->type == MLC_TYPE_FLOAT64 && numbers->valid == NULL && numbers->borrowed) {
        status = mlci_arrow_lend(s, MLC_TYPE_VECTOR, s->type.width, numbers->values, out, err);
    } else {
        status =
            mlci_column_create(s->owner->root, MLC_TYPE_VECTOR, s->n, s->type.width, 0, out, err);
        if (status == MLC_OK) mlci_column_reals(numbers, 0, elements.n, mlci_column_data(*out), 1);
    }
    mlci_column_unref(numbers);
    return status;
}

/* ---- sparse --------------------------------------------------------------------------------- */

/* The three arrays of a list of index and value. */
typedef struct entries {
    mlci_arrow_source index, value;
    int64_t width;
    int64_t *offsets; /* what is made */
    int32_t *indices;
    double *values;
} entries;

static mlc_status refuse_list(const mlci_arrow_source *s, mlc_error *err)
{
    return mlci_fail(
        err, MLC_ERROR_UNSUPPORTED, s->name,
        "column '%s' is a large list (Arrow format '+L'), which no column holds unless "
        "it is large_list<struct<index: int32, value: float64>> with mlcore:width in "
        "its metadata: make it a fixed-size list, or a column an item",
        s->name);
}

static int64_t offset_at(const mlci_arrow_source *s, int64_t i)
{
    int64_t offset;
    memcpy(&offset, (const char *)s->array->buffers[1] + (s->first + i) * 8, sizeof offset);
    return offset;
}

/* Entry 0 of index and value is the first of the first row. */
static mlc_status open_entries(const mlci_arrow_source *s, entries *e, mlc_error *err)
{
    mlci_arrow_source pairs = *s;
    const char *text = NULL;
    int32_t length = 0;
    if (!mlci_arrow_metadata_find(s->schema->metadata, MLCI_ARROW_WIDTH, &text, &length) ||
        !mlci_integer_parse(text, length, &e->width) || e->width < 1 || e->width > INT32_MAX)
        return refuse_list(s, err);
    const int64_t start = s->n > 0 ? offset_at(s, 0) : 0, end = s->n > 0 ? offset_at(s, s->n) : 0;
    if (start < 0 || end < start)
        return mlci_fail(err, MLC_ERROR_DATA, s->name, "column '%s': offsets must ascend", s->name);
    MLCI_TRY(mlci_arrow_source_open(&pairs, s->schema->children[0], s->array->children[0], start,
                                    end - start, err));
    if (pairs.type.kind != MLCI_ARROW_STRUCT || pairs.schema->n_children != 2)
        return refuse_list(s, err);
    e->index = e->value = *s;
    MLCI_TRY(mlci_arrow_source_open(&e->index, pairs.schema->children[0], pairs.array->children[0],
                                    pairs.first, pairs.n, err));
    MLCI_TRY(mlci_arrow_source_open(&e->value, pairs.schema->children[1], pairs.array->children[1],
                                    pairs.first, pairs.n, err));
    if (strcmp(e->index.schema->format, "i") != 0 || strcmp(e->value.schema->format, "g") != 0)
        return refuse_list(s, err);
    if (mlci_arrow_valid(&pairs) == NULL && mlci_arrow_valid(&e->index) == NULL &&
        mlci_arrow_valid(&e->value) == NULL)
        return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, s->name,
                     "column '%s': entries of a sparse vector must not be null", s->name);
}

static mlc_status read_entry(const mlci_arrow_source *s, const entries *e, int64_t row, int64_t k,
                             int64_t at, mlc_error *err)
{
    const char *const indices = (const char *)e->index.array->buffers[1] + e->index.first * 4;
    const char *const values = (const char *)e->value.array->buffers[1] + e->value.first * 8;
    memcpy(&e->indices[at], indices + k * 4, sizeof *e->indices);
    memcpy(&e->values[at], values + k * 8, sizeof *e->values);
    const int is_first = at == e->offsets[row];
    if (e->indices[at] >= 0 && e->indices[at] < e->width &&
        (is_first || e->indices[at] > e->indices[at - 1]))
        return MLC_OK;
    return mlci_fail(err, MLC_ERROR_DATA, s->name,
                     "column '%s': index %d in row %lld must be above the one before and from 0 to "
                     "%lld",
                     s->name, (int)e->indices[at], (long long)(s->row + row + 1),
                     (long long)(e->width - 1));
}

static mlc_status copy_entries(const mlci_arrow_source *s, const entries *e, mlc_error *err)
{
    const uint8_t *const valid = mlci_arrow_valid(s);
    const int64_t start = s->n > 0 ? offset_at(s, 0) : 0;
    int64_t at = 0;
    for (int64_t row = 0; row < s->n; row++) {
        const int64_t from = offset_at(s, row) - start, to = offset_at(s, row + 1) - start;
        if (from < 0 || to < from || to > e->index.n)
            return mlci_fail(err, MLC_ERROR_DATA, s->name, "column '%s': offsets must ascend",
                             s->name);
        const int is_there = mlci_arrow_is_valid(s, valid, row);
        for (int64_t k = from; k < to && is_there; k++)
            MLCI_TRY(read_entry(s, e, row, k, at++, err));
        e->offsets[row + 1] = at;
    }
    return MLC_OK;
}

static mlc_status read_sparse(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    entries e = {0};
    mlci_root *const root = s->owner->root;
    MLCI_TRY(open_entries(s, &e, err));
    e.offsets = mlci_alloc(root, s->n + 1, sizeof *e.offsets);
    e.indices = mlci_alloc_raw(root, e.index.n, sizeof *e.indices);
    e.values = mlci_alloc_raw(root, e.index.n, sizeof *e.values);
    mlc_status status = MLC_OK;
    if (e.offsets == NULL || e.indices == NULL || e.values == NULL)
        status = mlci_fail_memory(err, e.index.n + s->n, sizeof *e.values);
    if (status == MLC_OK) status = copy_entries(s, &e, err);
    if (status == MLC_OK)
        return mlci_column_create_sparse(root, s->n, e.width, e.offsets, e.indices, e.values, out,
                                         err);
    mlci_free(e.offsets);
    mlci_free(e.indices);
    mlci_free(e.values);
    return status;
}

/* ---- both ----------------------------------------------------------------------------------- */

mlc_status mlci_arrow_vector_column(const mlci_arrow_source *s, mlci_column **out, mlc_error *err)
{
    mlci_column *column = NULL;
    mlc_status status = s->type.kind == MLCI_ARROW_LIST ? read_sparse(s, &column, err)
                                                        : read_dense(s, &column, err);
    if (status == MLC_OK) status = mlci_arrow_copy_valid(s, column, err);
    if (status == MLC_OK)
        status = mlci_arrow_components_read(s->schema->metadata, s->name, column, err);
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}
