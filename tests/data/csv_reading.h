/* What the CSV tests share: reading a literal, with chunks of any size, and looking at cells. */
#ifndef MLCI_CSV_READING_H
#define MLCI_CSV_READING_H

#include <math.h>
#include <string.h>

#include <mlcore/mlcore.h>

#include "check_suite.h"
#include "csv.h"

static inline mlc_dataset *parse(const char *text, const char *settings)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    const mlc_status status =
        mlc_dataset_parse_csv(NULL, text, (int64_t)strlen(text), settings, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    return d;
}

/* Fails with that status and message. */
static inline void parse_fails(const char *text, int64_t n, const char *settings, mlc_status status,
                               const char *message)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_parse_csv(NULL, text, n, settings, &d, &err), status);
    ck_assert_str_eq(err.message, message);
    ck_assert_ptr_null(d);
}

/* With chunks and windows of those sizes. */
static inline mlc_status parse_in_windows(const char *text, int64_t n, const char *settings,
                                          const mlci_csv_sizes *sizes, int32_t n_threads,
                                          mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_csv_settings s = {0};
    mlci_byte_stream *stream = NULL;
    mlc_status status = mlci_call_begin(NULL, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    call->n_threads = n_threads;
    status = mlci_csv_settings_read(NULL, settings, &s, err);
    if (status == MLC_OK) {
        status = mlci_byte_stream_of(call, "csv", text, n, s.encoding, &stream, err);
        if (status == MLC_OK) {
            status = mlci_csv_read_stream(call, "csv", stream, &s, sizes, out, err);
        }
        mlci_csv_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

static inline mlc_status parse_in_chunks(const char *text, int64_t n, const char *settings,
                                         int64_t chunk_bytes, int32_t n_threads, mlc_dataset **out,
                                         mlc_error *err)
{
    const mlci_csv_sizes sizes = {chunk_bytes, MLCI_CSV_WINDOW_BYTES, MLCI_CSV_LEAST_WINDOW_BYTES};
    return parse_in_windows(text, n, settings, &sizes, n_threads, out, err);
}

static inline double real_of(const mlc_dataset *d, const char *column, int64_t row)
{
    double value = -12345;
    ck_assert_int_eq(mlc_dataset_real(d, column, row, &value, NULL), MLC_OK);
    return value;
}

static inline int text_is(const mlc_dataset *d, const char *column, int64_t row,
                          const char *expected)
{
    const char *text = NULL;
    int64_t n = 0;
    if (mlc_dataset_text(d, column, row, &text, &n, NULL) != MLC_OK) return 0;
    if (text == NULL || expected == NULL) return text == NULL && expected == NULL;
    return n == (int64_t)strlen(expected) && memcmp(text, expected, (size_t)n) == 0;
}

static inline int32_t type_of(const mlc_dataset *d, const char *column)
{
    return mlc_dataset_column_type(d, mlc_dataset_find(d, column));
}

/* Every type, value, bitmap and dictionary the same. */
static inline void assert_same(const mlc_dataset *a, const mlc_dataset *b)
{
    ck_assert_int_eq(a->n_rows, b->n_rows);
    ck_assert_int_eq(a->n_fields, b->n_fields);
    for (int32_t j = 0; j < a->n_fields; j++) {
        const mlci_column *const x = a->fields[j].column, *const y = b->fields[j].column;
        ck_assert_str_eq(a->fields[j].name, b->fields[j].name);
        ck_assert_int_eq(x->type, y->type);
        ck_assert_int_eq(x->width, y->width);
        ck_assert_int_eq(x->n_missing, y->n_missing);
        for (int64_t i = 0; i < a->n_rows; i++) {
            const int there = mlci_column_is_valid(x, i);
            ck_assert_int_eq(there, mlci_column_is_valid(y, i));
            if (!there) continue;
            int64_t n = 0, m = 0;
            const char *const s = mlci_column_text(x, i, &n);
            const char *const t = mlci_column_text(y, i, &m);
            if (s != NULL) {
                ck_assert_int_eq(n, m);
                ck_assert_int_eq(memcmp(s, t, (size_t)n), 0);
            }
            if (x->type == MLC_TYPE_TEXT) continue;
            double v[16], w[16];
            ck_assert_int_le(x->width, 16);
            mlci_column_reals(x, i, 1, v, x->width);
            mlci_column_reals(y, i, 1, w, y->width);
            ck_assert_int_eq(memcmp(v, w, (size_t)x->width * sizeof *v), 0);
        }
    }
}

#endif
