/* The counts of one column: rows go through in chunks, as keys that sort like the values or as
 * texts. One pass over the values, O(1) each; see number_counts.h and text_counts.h. */
#include "profile_impl.h"

#include <math.h>

#include "number_counter.h"

#define CHUNK 1024 /* rows; keys and values of a chunk stay in the cache */

typedef struct reading {
    mlci_root *root; /* of the counts */
    const mlc_dataset *dataset;
    const mlci_shown *shown;
    const mlci_column *column;
    mlci_profile_column *out;
} reading;

int32_t mlci_profile_kind(const mlci_column *column)
{
    if (column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY) {
        return MLCI_PROFILE_TEXTS;
    }
    return column->indices == NULL ? MLCI_PROFILE_NUMBERS : MLCI_PROFILE_OPAQUE;
}

static int is_integer_type(int32_t type)
{
    return type == MLC_TYPE_INT64 || type == MLC_TYPE_TIMESTAMP;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* All rows, one after the other in memory. */
static void read_dense_integers(const reading *r, const int64_t *values, int64_t n, uint64_t *keys)
{
    int64_t n_zero = 0;
    for (int64_t i = 0; i < n; i++) {
        keys[i] = (uint64_t)values[i] ^ (uint64_t)1 << 63; /* mlci_order_of_integer, inline */
        n_zero += values[i] == 0;
    }
    r->out->n_zero += n_zero;
}

/* Rows first .. first + n as integers that are there. Returns how many. */
static int64_t read_integers(const reading *r, int64_t first, int64_t n, uint64_t *keys)
{
    const int64_t *const values = r->column->values;
    int64_t k = 0;
    if (r->dataset->rows == NULL && r->column->valid == NULL) {
        read_dense_integers(r, values + r->dataset->first + first, n, keys);
        return n;
    }
    for (int64_t i = first; i < first + n; i++) {
        const int64_t row = mlci_dataset_source_row(r->dataset, i);
        const int is_there = mlci_column_is_valid(r->column, row);
        keys[k] = mlci_order_of_integer(values[row]);
        r->out->n_zero += is_there && values[row] == 0;
        r->out->n_null += !is_there;
        k += is_there;
    }
    return k;
}

static void read_reals(const reading *r, int64_t first, int64_t n, double *values)
{
    const mlc_dataset *const d = r->dataset;
    const mlci_column *const column = r->column;
    if (r->shown->component >= 0) {
        const double *const data = column->values;
        for (int64_t i = 0; i < n; i++) {
            const int64_t row = mlci_dataset_source_row(d, first + i);
            values[i] = mlci_column_is_valid(column, row)
                            ? data[row * column->row_stride + r->shown->component]
                            : (double)NAN;
        }
    } else if (d->rows == NULL) {
        mlci_column_reals(column, d->first + first, n, values, 1);
    } else {
        for (int64_t i = 0; i < n; i++)
            mlci_column_reals(column, d->rows->row[first + i], 1, &values[i], 1);
    }
}

static void count_nulls(const reading *r, int64_t first, int64_t n)
{
    if (r->column->valid == NULL) return;
    for (int64_t i = first; i < first + n; i++) {
        r->out->n_null += !mlci_column_is_valid(r->column, mlci_dataset_source_row(r->dataset, i));
    }
}

static int64_t take_finite(mlci_profile_column *out, const double *values, int64_t n,
                           uint64_t *keys)
{
    int64_t k = 0, n_zero = 0, n_finite = 0;
    for (int64_t i = 0; i < n; i++) {
        keys[i] = mlci_key_of_number(values[i]);
        n_zero += values[i] == 0;
        n_finite += values[i] - values[i] == 0;
    }
    out->n_zero += n_zero;
    for (int64_t i = 0; n_finite < n && i < n; i++) {
        keys[k] = keys[i];
        k += isfinite(values[i]) != 0;
        out->n_nan += isnan(values[i]) != 0;
        out->n_low += values[i] == -INFINITY;
        out->n_high += values[i] == INFINITY;
    }
    return n_finite;
}

static mlc_status count_numbers(mlc_context *call, const reading *r, int64_t max_distinct,
                                int64_t first, int64_t n, mlc_error *err)
{
    const int is_integer = is_integer_type(r->column->type);
    mlci_number_counter counter;
    MLCI_TRY(mlci_number_counter_open(&counter, r->root, max_distinct, is_integer, n, err));
    mlc_status status = MLC_OK;
    for (int64_t at = first; status == MLC_OK && at < first + n; at += CHUNK) {
        uint64_t keys[CHUNK];
        double values[CHUNK];
        const int64_t left = first + n - at, rows = left < CHUNK ? left : CHUNK;
        int64_t n_keys;
        if (is_integer) {
            n_keys = read_integers(r, at, rows, keys);
        } else {
            read_reals(r, at, rows, values);
            count_nulls(r, at, rows);
            n_keys = take_finite(r->out, values, rows, keys);
        }
        status = mlci_number_counter_add(&counter, keys, n_keys, err);
        if (status == MLC_OK && (at - first) % MLCI_POLL_ROWS == 0) status = mlci_poll(call, err);
    }
    r->out->n_nan -= is_integer ? 0 : r->out->n_null; /* missing values were read as NaN */
    if (status == MLC_OK) {
        status = mlci_number_counter_finish(call, &counter, &r->out->numbers, err);
    } else {
        mlci_number_counter_close(&counter);
    }
    return status;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static mlc_status add_texts(mlc_context *call, const reading *r, int64_t first, int64_t n,
                            mlci_text_counter *counter, mlc_error *err)
{
    for (int64_t i = first; i < first + n; i++) {
        MLCI_TRY(mlci_poll_row(call, i, err));
        int64_t length;
        const int64_t row = mlci_dataset_source_row(r->dataset, i);
        const char *const text = mlci_column_text(r->column, row, &length);
        if (text == NULL) {
            r->out->n_null++;
        } else {
            MLCI_TRY(mlci_text_counter_add(counter, text, length, 1, err));
        }
    }
    return MLC_OK;
}

/* Codes first, then each text once. */
static mlc_status add_categories(const reading *r, int64_t first, int64_t n,
                                 mlci_text_counter *counter, mlc_error *err)
{
    const mlci_dictionary *const dictionary = r->column->dictionary;
    int64_t *const counts = mlci_alloc(r->root, dictionary->n, (int64_t)sizeof *counts);
    if (counts == NULL) return mlci_fail_memory(err, dictionary->n, (int64_t)sizeof *counts);
    for (int64_t i = first; i < first + n; i++) {
        const int64_t row = mlci_dataset_source_row(r->dataset, i);
        if (mlci_column_is_valid(r->column, row)) {
            counts[mlci_column_code(r->column, row)]++;
        } else {
            r->out->n_null++;
        }
    }
    mlc_status status = MLC_OK;
    for (int32_t c = 0; status == MLC_OK && c < dictionary->n; c++) {
        int64_t length;
        const char *const text = mlci_dictionary_text(dictionary, c, &length);
        if (counts[c] > 0) status = mlci_text_counter_add(counter, text, length, counts[c], err);
    }
    mlci_free(counts);
    return status;
}

static mlc_status count_texts(mlc_context *call, const reading *r, int64_t max_distinct,
                              int64_t first, int64_t n, mlc_error *err)
{
    mlci_text_counter counter;
    MLCI_TRY(mlci_text_counter_open(&counter, r->root, max_distinct, err));
    const mlc_status status = r->column->type == MLC_TYPE_CATEGORY
                                  ? add_categories(r, first, n, &counter, err)
                                  : add_texts(call, r, first, n, &counter, err);
    if (status == MLC_OK) return mlci_text_counter_finish(&counter, &r->out->texts, err);
    mlci_text_counter_close(&counter);
    return status;
}

/* ---- columns --------------------------------------------------------------------------------- */

mlc_status mlci_profile_column_count(mlc_context *call, const mlc_dataset *dataset,
                                     const mlci_shown *shown, int64_t max_distinct, int64_t first,
                                     int64_t n, mlci_profile_column *column, mlc_error *err)
{
    const reading r = {.root = call->root,
                       .dataset = dataset,
                       .shown = shown,
                       .column = shown->field->column,
                       .out = column};
    column->n_null = column->n_nan = column->n_zero = column->n_low = column->n_high = 0;
    if (column->kind == MLCI_PROFILE_NUMBERS) {
        return count_numbers(call, &r, max_distinct, first, n, err);
    }
    if (column->kind == MLCI_PROFILE_TEXTS) {
        return count_texts(call, &r, max_distinct, first, n, err);
    }
    count_nulls(&r, first, n);
    return MLC_OK;
}

mlc_status mlci_profile_column_add(mlci_root *root, mlci_profile_column *column,
                                   const mlci_profile_column *part, mlc_error *err)
{
    mlci_profile_column sum = *column;
    if (column->kind == MLCI_PROFILE_NUMBERS) {
        MLCI_TRY(
            mlci_number_counts_merge(root, &column->numbers, &part->numbers, &sum.numbers, err));
    } else if (column->kind == MLCI_PROFILE_TEXTS) {
        MLCI_TRY(mlci_text_counts_merge(root, &column->texts, &part->texts, &sum.texts, err));
    }
    mlci_profile_column_clear(column);
    sum.n_null += part->n_null;
    sum.n_nan += part->n_nan;
    sum.n_zero += part->n_zero;
    sum.n_low += part->n_low;
    sum.n_high += part->n_high;
    *column = sum;
    return MLC_OK;
}

void mlci_profile_column_clear(mlci_profile_column *column)
{
    mlci_number_counts_clear(&column->numbers);
    mlci_text_counts_clear(&column->texts);
}
