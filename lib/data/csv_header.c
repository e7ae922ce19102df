/* The start of the text: what kind of delimited text it is, which columns it has and what is asked
 * of them. */
#include "csv.h"

#include <string.h>

/* A byte-order mark, which is taken off again, and enough to see whether the text ends there. */
#define HEAD_SPARE 16

static mlc_status fail_empty(const mlci_csv_reader *reader, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, NULL,
                     "%s is empty: a line with the names of the columns was expected",
                     reader->source.name);
}

/* Refuses what is UTF-16. */
static mlc_status check_start(const mlci_csv_source *source, mlc_error *err)
{
    const unsigned char *const b = (const unsigned char *)source->bytes;
    if (source->n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 1, 1, NULL,
                            "%s:1:1: the text is UTF-16: read it with encoding=utf-16",
                            source->name);
    }
    return MLC_OK;
}

/* The first window, as the reader's source. */
static mlc_status start(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(mlci_csv_windows_start(&reader->windows, reader->call, err));
    reader->source.bytes = reader->windows.source.bytes;
    reader->source.n = reader->windows.source.n;
    reader->source.has_more = reader->windows.source.has_more;
    reader->source.line = 1;
    return check_start(&reader->source, err);
}

static mlc_status grow(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(mlci_csv_windows_advance(&reader->windows, reader->call, 0, err));
    return start(reader, err);
}

/* The first record that is not blank. */
static mlc_status find_first(mlci_csv_reader *reader, mlci_csv_record *record, mlc_error *err)
{
    const mlci_csv_source *const source = &reader->source;
    mlci_csv_fault bad;
    for (int64_t at = 0; at < source->n || source->has_more;) {
        mlci_csv_scan_record(source, at, source->n, 0, NULL, 0, record);
        if (record->is_cut || at >= source->n) {
            if (source->n - at >= INT32_MAX) {
                const mlci_csv_fault fault = {.kind = MLCI_CSV_TOO_LONG, .at = at};
                return mlci_csv_fault_fail(reader, &fault, err);
            }
            MLCI_TRY(grow(reader, err));
            continue;
        }
        if (mlci_csv_bad_byte(source, at, record->next, &bad)) {
            return mlci_csv_fault_fail(reader, &bad, err);
        }
        if (record->fault.kind != MLCI_CSV_NO_FAULT) {
            return mlci_csv_fault_fail(reader, &record->fault, err);
        }
        if (record->next - at >= INT32_MAX) {
            const mlci_csv_fault fault = {.kind = MLCI_CSV_TOO_LONG, .at = at};
            return mlci_csv_fault_fail(reader, &fault, err);
        }
        if (record->n_fields != 0) return MLC_OK;
        at = record->next;
    }
    return fail_empty(reader, err);
}

/* The cells of the first record. */
static mlc_status first_cells(const mlci_csv_reader *reader, const mlci_csv_record *record,
                              mlci_csv_cell **out, mlc_error *err)
{
    const int64_t n = record->n_fields;
    mlci_csv_batch batch = {.base = record->begin - 1, .stride = n + 1, .n_rows = 1};
    mlci_csv_cell *const cells = mlci_alloc(reader->root, n, (int64_t)sizeof *cells);
    batch.at = mlci_alloc(reader->root, n + 1, (int64_t)sizeof *batch.at);
    if (cells == NULL || batch.at == NULL) {
        mlci_free(cells);
        mlci_free(batch.at);
        return mlci_fail_memory(err, n, (int64_t)sizeof *cells);
    }
    mlci_csv_record again;
    mlci_csv_scan_record(&reader->source, record->begin, record->next, batch.base, batch.at, n + 1,
                         &again);
    for (int64_t j = 0; j < n; j++) {
        cells[j] = mlci_csv_batch_cell(&reader->source, &batch, 0, j);
    }
    mlci_free(batch.at);
    *out = cells;
    return MLC_OK;
}

static mlc_status make_columns(mlci_csv_reader *reader, int64_t n, mlc_error *err)
{
    if (n > MLCI_CSV_MAX_COLUMNS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%s has %lld columns: at most %d are read",
                         reader->source.name, (long long)n, MLCI_CSV_MAX_COLUMNS);
    }
    reader->columns = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->columns);
    if (reader->columns == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *reader->columns);
    reader->n_columns = (int32_t)n;
    for (int32_t j = 0; j < reader->n_columns; j++)
        reader->columns[j].words.root = reader->root;
    return MLC_OK;
}

static mlc_status name_columns(mlci_csv_reader *reader, int32_t header, mlc_error *err)
{
    mlci_csv_record record = {0};
    MLCI_TRY(find_first(reader, &record, err));
    MLCI_TRY(make_columns(reader, record.n_fields, err));
    mlci_csv_cell *cells = NULL;
    MLCI_TRY(first_cells(reader, &record, &cells, err));
    int has_names = header == MLCI_CSV_HEADER_TRUE;
    mlc_status status = MLC_OK;
    if (header == MLCI_CSV_HEADER_AUTO) {
        status = mlci_csv_is_header(reader, cells, record.n_fields, &has_names, err);
    }
    reader->body = has_names ? record.next : record.begin;
    reader->windows.head_bytes = reader->windows.n_held + HEAD_SPARE;
    if (status == MLC_OK) {
        status = mlci_csv_name_columns(reader, has_names ? cells : NULL, err);
    }
    mlci_free(cells);
    return status;
}

mlc_status mlci_csv_read_header(mlci_csv_reader *reader, const mlci_csv_settings *settings,
                                mlc_error *err)
{
    MLCI_TRY(start(reader, err));
    if (reader->source.delimiter == '\0') {
        reader->source.delimiter = mlci_csv_detect_delimiter(&reader->source, &reader->marks);
    }
    MLCI_TRY(mlci_csv_nulls_init(&reader->nulls, reader->root, settings->null, err));
    MLCI_TRY(name_columns(reader, settings->header, err));
    mlci_csv_be_like(reader, settings->like);
    MLCI_TRY(mlci_csv_force_types(reader, settings->types, err));
    return mlci_csv_keep_columns(reader, settings->columns, err);
}
