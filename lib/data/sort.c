/* Rows in the order of columns, as a view. Stable: the last column is sorted by first, each by the
 * radix sort of order.c, in as many pieces as there are threads; pieces are merged, which gives the
 * one order there is. Missing values stand at an end of their column whichever way it goes. */
#include <mlcore/shape.h>

#include <string.h>

#include "order.h"
#include "param.h"
#include "sort.h"

typedef struct sort_settings {
    char *by;
    char *descending;
    int32_t missing;
} sort_settings;

enum { MISSING_LAST, MISSING_FIRST };

static const mlci_choice missing_choices[] = {{"last", MISSING_LAST, "behind all values"},
                                              {"first", MISSING_FIRST, "before all values"},
                                              {NULL, 0, NULL}};

static const mlci_param table[] = {
    MLCI_STRING(sort_settings, by, NULL, "columns, the most important first",
                .flags = MLCI_PARAM_LIST | MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(sort_settings, descending, "false",
                "true or false, or one of them a column: the largest first",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
    MLCI_CHOICE(sort_settings, missing, MISSING_LAST, missing_choices, "where missing values go",
                .since = "0.1"),
    {.name = NULL}};

#define LEAST_PIECE 65536 /* rows worth a thread */
#define MAX_PIECES 64

typedef struct sorter {
    mlc_context *call;
    const mlc_dataset *dataset;
    int32_t missing_first;
    int32_t *fields, n_fields;
    uint8_t *descending; /* by column */
    int64_t *rows;       /* in the order so far */
    mlci_order_key *keys, *scratch;
    int64_t n_pieces, bounds[MAX_PIECES + 1];
    int64_t width; /* pieces that are one already while they are merged */
} sorter;

/* ---- one column --------------------------------------------------------------------------- */

static mlc_status sort_piece(void *arg, int64_t piece, int32_t slot, mlc_error *err)
{
    const sorter *const s = arg;
    const int64_t low = s->bounds[piece], n = s->bounds[piece + 1] - low;
    return mlci_order_sort(s->call, s->keys + low, s->scratch + low, n, err);
}

/* How many of the first k keys of both runs together are of a. Ties go to a. */
static int64_t split(const mlci_order_key *a, int64_t n_a, const mlci_order_key *b, int64_t n_b,
                     int64_t k)
{
    int64_t low = k > n_b ? k - n_b : 0, high = k < n_a ? k : n_a;
    while (low < high) {
        const int64_t i = low + (high - low) / 2;
        if (a[i].key <= b[k - i - 1].key) {
            low = i + 1;
        } else {
            high = i;
        }
    }
    return low;
}

/* One piece of the output: what of the two runs around it goes there. */
static mlc_status merge_piece(void *arg, int64_t piece, int32_t slot, mlc_error *err)
{
    const sorter *const s = arg;
    const int64_t first = piece / (2 * s->width) * (2 * s->width);
    const int64_t low = s->bounds[first], middle = s->bounds[first + s->width];
    const int64_t high = s->bounds[first + 2 * s->width];
    const mlci_order_key *const a = s->keys + low, *const b = s->keys + middle;
    const int64_t from = s->bounds[piece] - low, to = s->bounds[piece + 1] - low;
    int64_t i = split(a, middle - low, b, high - middle, from), j = from - i;
    for (int64_t k = from; k < to; k++) {
        const int is_a = j >= high - middle || (i < middle - low && a[i].key <= b[j].key);
        s->scratch[low + k] = is_a ? a[i++] : b[j++];
    }
    return MLC_OK;
}

/* Sorts the first n keys. */
static mlc_status sort_keys(sorter *s, int64_t n, mlc_error *err)
{
    s->n_pieces = 1;
    while (2 * s->n_pieces <= mlci_n_slots(s->call) && 2 * s->n_pieces <= MAX_PIECES &&
           n / (2 * s->n_pieces) >= LEAST_PIECE)
        s->n_pieces *= 2;
    for (int64_t p = 0; p <= s->n_pieces; p++)
        s->bounds[p] = n / s->n_pieces * p + (p == s->n_pieces ? n % s->n_pieces : 0);
    MLCI_TRY(mlci_parallel_for(s->call, s->n_pieces, sort_piece, s, err));
    for (s->width = 1; s->width < s->n_pieces; s->width *= 2) {
        MLCI_TRY(mlci_parallel_for(s->call, s->n_pieces, merge_piece, s, err));
        mlci_order_key *const swap = s->keys;
        s->keys = s->scratch;
        s->scratch = swap;
    }
    return MLC_OK;
}

static uint64_t key_of(const mlci_column *column, int64_t row, int32_t descending, int *is_there)
{
    uint64_t key = 0;
    *is_there = mlci_column_is_valid(column, row);
    if (column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) {
        key = mlci_order_of_integer(((const int64_t *)column->values)[row]);
    } else if (column->type == MLC_TYPE_CATEGORY) {
        key = (uint64_t)mlci_column_code(column, row);
    } else {
        double value;
        mlci_column_reals(column, row, 1, &value, 1);
        *is_there = value == value;
        key = mlci_order_of_real(value);
    }
    return descending ? ~key : key;
}

/* Sorts the rows so far by a column: values by their keys, and missing ones at their end. */
static mlc_status sort_column(sorter *s, const mlci_column *column, int32_t descending,
                              mlc_error *err)
{
    const int64_t n_rows = s->dataset->n_rows;
    int64_t n = 0, n_missing = 0;
    /* The keys fill scratch no further than rows are read: missing ones wait at its end. */
    for (int64_t i = 0; i < n_rows; i++) {
        int is_there = 0;
        const uint64_t key = key_of(column, s->rows[i], descending, &is_there);
        if (is_there) {
            s->keys[n++] = (mlci_order_key){key, s->rows[i]};
        } else {
            s->rows[n_missing++] = s->rows[i];
        }
    }
    MLCI_TRY(sort_keys(s, n, err));
    const int64_t at = s->missing_first ? n_missing : 0;
    if (!s->missing_first) memmove(s->rows + n, s->rows, (size_t)n_missing * sizeof *s->rows);
    for (int64_t i = 0; i < n; i++)
        s->rows[at + i] = s->keys[i].row;
    return MLC_OK;
}

/* ---- all columns -------------------------------------------------------------------------- */

static mlc_status take_column(const sorter *s, int32_t field, mlci_column **out, mlc_error *err)
{
    const mlci_field *const f = &s->dataset->fields[field];
    if (f->column->type == MLC_TYPE_VECTOR) {
        return mlci_fail(err, MLC_ERROR_COLUMN, f->name,
                         "column '%s' is a vector: rows are sorted by columns of one value",
                         f->name);
    }
    MLCI_TRY(mlci_dataset_take_column(s->dataset, field, out, err));
    if ((*out)->type != MLC_TYPE_TEXT) return MLC_OK;
    mlci_column *const text = *out;
    const mlc_status status = mlci_column_to_category(text, out, err);
    mlci_column_unref(text);
    return status;
}

/* Sorts the rows; the block goes to whoever asked. */
static mlc_status sort_rows(sorter *s, mlc_error *err)
{
    mlci_root *const root = s->call->root;
    const int64_t n = s->dataset->n_rows;
    mlci_order_key *const keys = mlci_alloc_raw(root, n, (int64_t)sizeof *keys);
    mlci_order_key *const scratch = mlci_alloc_raw(root, n, (int64_t)sizeof *scratch);
    s->rows = mlci_alloc_raw(root, n, (int64_t)sizeof *s->rows);
    mlc_status status = MLC_OK;
    if (keys == NULL || scratch == NULL || s->rows == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *keys);
    }
    s->keys = keys;
    s->scratch = scratch;
    for (int64_t i = 0; i < n && status == MLC_OK; i++)
        s->rows[i] = i;
    for (int32_t k = s->n_fields - 1; k >= 0 && status == MLC_OK; k--) {
        mlci_column *column = NULL;
        status = take_column(s, s->fields[k], &column, err);
        if (status != MLC_OK) break;
        status = sort_column(s, column, s->descending[k], err);
        mlci_column_unref(column);
    }
    mlci_free(keys);
    mlci_free(scratch);
    if (status != MLC_OK) mlci_free(s->rows);
    return status;
}

mlc_status mlci_sort_rows(mlc_context *call, const mlc_dataset *dataset, int32_t *fields,
                          int32_t n_fields, int64_t **rows, mlc_error *err)
{
    uint8_t *const descending = mlci_alloc(call->root, n_fields, 1);
    if (descending == NULL) return mlci_fail_memory(err, n_fields, 1);
    sorter s = {.call = call,
                .dataset = dataset,
                .fields = fields,
                .n_fields = n_fields,
                .descending = descending};
    const mlc_status status = sort_rows(&s, err);
    mlci_free(descending);
    if (status == MLC_OK) *rows = s.rows;
    return status;
}

/* ---- settings ----------------------------------------------------------------------------- */

typedef struct directions {
    uint8_t *descending;
    int32_t n, n_fields;
} directions;

static mlc_status read_direction(void *arg, const char *item, int64_t length, mlc_error *err)
{
    directions *const d = arg;
    const int is_true = mlci_text_equal(item, length, "true");
    if (!is_true && !mlci_text_equal(item, length, "false")) {
        return mlci_fail(err, MLC_ERROR_SETTING, "descending",
                         "descending = '%.*s': must be true or false, or one of them a column",
                         length < 100 ? (int)length : 100, item);
    }
    if (d->n < d->n_fields) d->descending[d->n] = (uint8_t)is_true;
    d->n++;
    return MLC_OK;
}

static mlc_status read_directions(const sorter *s, const char *text, mlc_error *err)
{
    directions d = {.descending = s->descending, .n_fields = s->n_fields};
    MLCI_TRY(mlci_list_each(text, read_direction, &d, err));
    if (d.n == s->n_fields) return MLC_OK;
    if (d.n != 1) {
        return mlci_fail(err, MLC_ERROR_SETTING, "descending",
                         "descending has %d items, by has %d columns: give one, or one a column",
                         (int)d.n, (int)s->n_fields);
    }
    memset(s->descending, s->n_fields > 0 ? s->descending[0] : 0, (size_t)s->n_fields);
    return MLC_OK;
}

static mlc_status open_sorter(sorter *s, const sort_settings *settings, mlc_error *err)
{
    const int32_t n = s->dataset->n_fields;
    s->missing_first = settings->missing == MISSING_FIRST;
    if (settings->by == NULL) {
        return mlci_fail(err, MLC_ERROR_SETTING, "by",
                         "by is not set: name the columns to sort by, as in by=carrier,delay");
    }
    s->fields = mlci_alloc(s->call->root, n, (int64_t)sizeof *s->fields);
    s->descending = mlci_alloc(s->call->root, n, 1);
    if (s->fields == NULL || s->descending == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *s->fields);
    }
    MLCI_TRY(mlci_dataset_pick_order(s->dataset, settings->by, 0, s->fields, &s->n_fields, err));
    return read_directions(s, settings->descending, err);
}

mlc_status mlc_dataset_sort(mlc_context *ctx, const mlc_dataset *dataset, const char *settings,
                            mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    sort_settings values;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    sorter s = {.call = call, .dataset = dataset};
    mlc_status status =
        mlci_params_from_text(call->root, "sort", table, NULL, settings, &values, err);
    if (status == MLC_OK) {
        status = open_sorter(&s, &values, err);
        mlci_params_clear(table, &values);
    }
    if (status == MLC_OK) status = sort_rows(&s, err);
    if (status == MLC_OK) {
        status = mlci_dataset_view(call, dataset, s.rows, dataset->n_rows, out, err);
    }
    mlci_free(s.fields);
    mlci_free(s.descending);
    mlci_call_end(call);
    return status;
}
