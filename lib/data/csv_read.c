/* Reading CSV: settings, header, regions read in parallel, columns, roles.
 *
 * A run reads the wanted columns of all regions. The first run wants all of them; later ones
 * want those whose cells contradicted the type that the first rows had suggested. A stray quote
 * makes the parity of quotes wrong from there on, so when rows may be left out the file is cut
 * again, record by record. Either way the result is that of reading the records in order. */
#include "csv.h"

#include <string.h>

#include "checked.h"
#include "file.h"
#include "gzip.h"

#define GROUP_REGIONS 32 /* regions read between two reports of progress */

/* ---- runs ----------------------------------------------------------------------------------- */

static void clear_column(mlci_csv_reader *reader, int32_t j)
{
    mlci_free(reader->columns[j].values);
    reader->columns[j].values = NULL;
    for (int64_t c = 0; c < reader->n_regions && reader->pieces != NULL; c++) {
        mlci_csv_piece *const piece = &reader->pieces[c * reader->n_columns + j];
        mlci_free(piece->valid);
        mlci_csv_words_clear(&piece->words);
        *piece = (mlci_csv_piece){.words = {.root = reader->root}};
    }
}

static void clear_problems(mlci_csv_reader *reader)
{
    for (int64_t c = 0; c < reader->n_regions && reader->problems != NULL; c++) {
        mlci_free(reader->problems[c].faults);
        reader->problems[c] = (mlci_csv_problems){0};
    }
}

static void reader_clear(mlci_csv_reader *reader)
{
    for (int32_t j = 0; j < reader->n_columns && reader->columns != NULL; j++) {
        clear_column(reader, j);
        mlci_free(reader->columns[j].name);
    }
    clear_problems(reader);
    mlci_free(reader->columns);
    mlci_free(reader->regions);
    mlci_free(reader->pieces);
    mlci_free(reader->n_rows_read);
    mlci_free(reader->problems);
    mlci_csv_nulls_clear(&reader->nulls);
}

/* Fresh memory for the wanted columns. */
static mlc_status prepare_run(mlci_csv_reader *reader, mlc_error *err)
{
    const mlci_csv_region *const last = &reader->regions[reader->n_regions - 1];
    const int64_t n_rows = last->first_row + last->n_rows;
    clear_problems(reader);
    for (int32_t j = 0; j < reader->n_columns; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        if (!column->wanted) continue;
        clear_column(reader, j);
        const int64_t size = mlci_csv_value_size(column->type);
        column->values = mlci_alloc_raw(reader->root, n_rows, size);
        if (column->values == NULL) return mlci_fail_memory(err, n_rows, size);
    }
    return MLC_OK;
}

typedef struct group {
    mlci_csv_reader *reader;
    int64_t first;
} group;

static mlc_status read_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const group *const g = arg;
    return mlci_csv_read_region(g->reader, g->first + block, err);
}

/* The first fault that ends the reading, or NULL. */
static const mlci_csv_fault *first_fatal(const mlci_csv_reader *reader)
{
    for (int64_t c = 0; c < reader->n_regions; c++) {
        if (reader->problems[c].fatal.kind != MLCI_CSV_NO_FAULT) {
            return &reader->problems[c].fatal;
        }
    }
    return NULL;
}

static int has_bad_quotes(const mlci_csv_reader *reader)
{
    for (int64_t c = 0; c < reader->n_regions; c++) {
        if (reader->problems[c].bad_quotes) return 1;
    }
    return 0;
}

static mlc_status run(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(prepare_run(reader, err));
    for (int64_t first = 0; first < reader->n_regions; first += GROUP_REGIONS) {
        const int64_t left = reader->n_regions - first;
        group g = {.reader = reader, .first = first};
        MLCI_TRY(mlci_parallel_for(reader->call, left < GROUP_REGIONS ? left : GROUP_REGIONS,
                                   read_block, &g, err));
        const int64_t next = first + GROUP_REGIONS;
        const int64_t done =
            next < reader->n_regions ? reader->regions[next].begin : reader->source.n;
        MLCI_TRY(mlci_report(reader->call, "read", done, reader->source.n, NULL, 0, err));
        if (reader->on_error == MLCI_CSV_FAIL && first_fatal(reader) != NULL) break;
    }
    return MLC_OK;
}

/* What the run has found about types; the number of columns to read again. */
static int32_t settle_types(mlci_csv_reader *reader)
{
    int32_t n_wanted = 0;
    for (int32_t j = 0; j < reader->n_columns; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        column->wanted = 0;
        if (column->forced != 0) continue;
        for (int64_t c = 0; c < reader->n_regions; c++) {
            column->seen |= reader->pieces[c * reader->n_columns + j].seen;
        }
        mlci_csv_insist(column);
        const int32_t type = column->forced != 0 ? column->forced : mlci_csv_type_of(column->seen);
        if (type == column->type) continue;
        column->type = type;
        if (column->seen == 0) {
            /* No value at all: integer zeros are the bytes of real ones. */
            continue;
        }
        column->wanted = 1;
        n_wanted++;
    }
    return n_wanted;
}

static mlc_status cut(mlci_csv_reader *reader, int64_t chunk_bytes, int32_t exact, mlc_error *err)
{
    for (int32_t j = 0; j < reader->n_columns; j++)
        reader->columns[j].wanted = 1;
    return mlci_csv_cut(reader->call, &reader->source, reader->body, chunk_bytes, exact,
                        reader->regions, reader->n_regions, err);
}

static void forget_seen(mlci_csv_column *column)
{
    column->seen = 0;
    if (column->if_text != 0) column->forced = 0;
}

static mlc_status read_body(mlci_csv_reader *reader, int64_t chunk_bytes, mlc_error *err)
{
    int32_t exact = 0;
    MLCI_TRY(cut(reader, chunk_bytes, exact, err));
    MLCI_TRY(mlci_csv_sample_types(reader, err));
    for (;;) {
        MLCI_TRY(run(reader, err));
        if (!exact && reader->on_error != MLCI_CSV_FAIL && has_bad_quotes(reader)) {
            exact = 1;
            for (int32_t j = 0; j < reader->n_columns; j++)
                clear_column(reader, j);
            MLCI_TRY(cut(reader, chunk_bytes, exact, err));
            for (int32_t j = 0; j < reader->n_columns; j++)
                forget_seen(&reader->columns[j]);
            MLCI_TRY(mlci_csv_sample_types(reader, err));
            continue;
        }
        const mlci_csv_fault *const fatal = first_fatal(reader);
        if (fatal != NULL) return mlci_csv_fault_fail(reader, fatal, err);
        if (settle_types(reader) == 0) return MLC_OK;
    }
}

/* ---- the start of the file ------------------------------------------------------------------ */

static mlc_status fail_empty(const mlci_csv_reader *reader, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_FORMAT, NULL,
                     "%s is empty: a line with the names of the columns was expected",
                     reader->source.name);
}

/* Skips the byte-order mark; refuses what is UTF-16. */
static mlc_status check_start(mlci_csv_source *source, mlc_error *err)
{
    const unsigned char *const b = (const unsigned char *)source->bytes;
    if (source->n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
        return mlci_fail_at(err, MLC_ERROR_FORMAT, 1, 1, NULL,
                            "%s:1:1: the text is UTF-16: convert it to UTF-8 first", source->name);
    }
    if (source->n >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf) {
        source->bytes += 3;
        source->n -= 3;
    }
    return MLC_OK;
}

/* The first record that is not blank. */
static mlc_status find_first(mlci_csv_reader *reader, mlci_csv_record *record, mlc_error *err)
{
    const mlci_csv_source *const source = &reader->source;
    mlci_csv_fault bad;
    for (int64_t at = 0; at < source->n; at = record->next) {
        mlci_csv_scan_record(source, at, source->n, 0, NULL, 0, record);
        if (mlci_csv_bad_byte(source, at, record->next, &bad)) {
            return mlci_csv_fault_fail(reader, &bad, err);
        }
        if (record->fault.kind != MLCI_CSV_NO_FAULT) {
            return mlci_csv_fault_fail(reader, &record->fault, err);
        }
        if (record->next - at >= UINT32_MAX) {
            const mlci_csv_fault fault = {.kind = MLCI_CSV_TOO_LONG, .at = at};
            return mlci_csv_fault_fail(reader, &fault, err);
        }
        if (record->n_fields != 0) return MLC_OK;
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

static mlc_status read_header(mlci_csv_reader *reader, const mlci_csv_settings *settings,
                              mlc_error *err)
{
    mlci_csv_record record = {0};
    MLCI_TRY(find_first(reader, &record, err));
    if (record.n_fields > MLCI_CSV_MAX_COLUMNS) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "%s has %lld columns: at most %d are read",
                         reader->source.name, (long long)record.n_fields, MLCI_CSV_MAX_COLUMNS);
    }
    reader->columns = mlci_alloc(reader->root, record.n_fields, (int64_t)sizeof *reader->columns);
    if (reader->columns == NULL) {
        return mlci_fail_memory(err, record.n_fields, (int64_t)sizeof *reader->columns);
    }
    reader->n_columns = (int32_t)record.n_fields;
    mlci_csv_cell *cells = NULL;
    MLCI_TRY(first_cells(reader, &record, &cells, err));
    int has_names = settings->header == MLCI_CSV_HEADER_TRUE;
    mlc_status status = MLC_OK;
    if (settings->header == MLCI_CSV_HEADER_AUTO) {
        status = mlci_csv_is_header(reader->root, cells, record.n_fields, &has_names, err);
    }
    reader->body = has_names ? record.next : record.begin;
    if (status == MLC_OK) {
        status = mlci_csv_name_columns(reader, has_names ? cells : NULL, err);
    }
    mlci_free(cells);
    return status;
}

/* ---- results -------------------------------------------------------------------------------- */

/* The table of rows left out. */
static mlc_status list_problems(const mlci_csv_reader *reader, mlc_dataset **out, mlc_error *err)
{
    int64_t n = 0, k = 0;
    for (int64_t c = 0; c < reader->n_regions; c++)
        n += reader->problems[c].n;
    mlc_status status = MLC_OK;
    int64_t *const lines = mlci_alloc(reader->root, n, (int64_t)sizeof *lines);
    int64_t *const columns = mlci_alloc(reader->root, n, (int64_t)sizeof *columns);
    char **const messages = mlci_alloc(reader->root, n, (int64_t)sizeof *messages);
    if (lines == NULL || columns == NULL || messages == NULL) {
        status = mlci_fail_memory(err, n, 3 * (int64_t)sizeof *lines);
        goto done;
    }
    /* Rows are in order but their faults may be found further on: lines count from row to row. */
    int64_t from = 0, line = 1, start = 0;
    for (int64_t c = 0; c < reader->n_regions && status == MLC_OK; c++) {
        for (int64_t i = 0; i < reader->problems[c].n && status == MLC_OK; i++, k++) {
            const mlci_csv_fault *const fault = &reader->problems[c].faults[i];
            mlc_error message;
            mlci_csv_fault_describe(reader, fault, &message);
            if (fault->at < from) from = start = 0, line = 1;
            line = mlci_csv_line(&reader->source, from, line, fault->at, &start);
            from = fault->at;
            lines[k] = line;
            columns[k] = fault->kind == MLCI_CSV_FIELDS ? 0 : fault->at - start + 1;
            messages[k] =
                mlci_copy_text(reader->root, message.message, (int64_t)strlen(message.message));
            if (messages[k] == NULL) status = mlci_fail_memory(err, 1, sizeof message.message);
        }
    }
    if (status != MLC_OK) goto done;
    mlci_table table;
    mlci_table_init(&table, reader->root);
    mlci_table_integers(&table, "line", n, lines);
    mlci_table_integers(&table, "column", n, columns);
    mlci_table_texts(&table, "message", n, (const char *const *)messages);
    status = mlci_table_finish(&table, out, err);
done:
    for (int64_t i = 0; i < n && messages != NULL; i++)
        mlci_free(messages[i]);
    mlci_free(messages);
    mlci_free(columns);
    mlci_free(lines);
    return status;
}

typedef struct finisher {
    mlci_csv_reader *reader;
    mlci_column **columns;
} finisher;

static mlc_status finish_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    const finisher *const f = arg;
    return mlci_csv_finish_column(f->reader, (int32_t)block, &f->columns[block], err);
}

static mlc_status finish(mlci_csv_reader *reader, const char *roles, mlc_dataset **out,
                         mlc_error *err)
{
    const int32_t n = reader->n_columns;
    mlc_status status = MLC_OK;
    mlc_dataset *dataset = NULL;
    const char **const names = mlci_alloc(reader->root, n, (int64_t)sizeof *names);
    mlci_column **const columns = mlci_alloc(reader->root, n, (int64_t)sizeof *columns);
    if (names == NULL || columns == NULL) {
        status = mlci_fail_memory(err, n, (int64_t)sizeof *names);
        goto done;
    }
    for (int32_t j = 0; j < n; j++)
        names[j] = reader->columns[j].name;
    finisher f = {reader, columns};
    status = mlci_parallel_for(reader->call, n, finish_block, &f, err);
    if (status == MLC_OK) {
        status = mlci_dataset_create(reader->root, n, names, columns, NULL, &dataset, err);
    }
    if (status == MLC_OK && roles != NULL) {
        status = mlci_dataset_apply_roles(dataset, roles, err);
    }
    if (status == MLC_OK && reader->on_error == MLCI_CSV_COLLECT) {
        status = list_problems(reader, &dataset->problems, err);
    }
done:
    for (int32_t j = 0; j < n && columns != NULL; j++) {
        if (columns[j] != NULL) mlci_column_unref(columns[j]);
    }
    mlci_free(columns);
    mlci_free(names);
    if (status != MLC_OK) {
        mlc_dataset_free(dataset);
        return status;
    }
    *out = dataset;
    return MLC_OK;
}

static mlc_status allocate_regions(mlci_csv_reader *reader, int64_t chunk_bytes, mlc_error *err)
{
    const int64_t n = mlci_csv_n_chunks(&reader->source, reader->body, chunk_bytes);
    int64_t n_pieces;
    reader->n_regions = n;
    if (!mlci_mul_size(n, reader->n_columns, &n_pieces)) n_pieces = INT64_MAX;
    reader->regions = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->regions);
    reader->pieces = mlci_alloc(reader->root, n_pieces, (int64_t)sizeof *reader->pieces);
    reader->n_rows_read = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->n_rows_read);
    reader->problems = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->problems);
    if (reader->regions == NULL || reader->pieces == NULL || reader->n_rows_read == NULL ||
        reader->problems == NULL) {
        return mlci_fail_memory(err, n_pieces, (int64_t)sizeof *reader->pieces);
    }
    return MLC_OK;
}

mlc_status mlci_csv_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                              const mlci_csv_settings *settings, int64_t chunk_bytes,
                              mlc_dataset **out, mlc_error *err)
{
    mlci_csv_reader reader = {.call = call,
                              .root = call->root,
                              .text_as = settings->text,
                              .on_error = settings->on_error,
                              .nulls = {.root = call->root}};
    reader.source = (mlci_csv_source){.name = name,
                                      .bytes = bytes,
                                      .n = n,
                                      .delimiter = settings->delimiter_byte,
                                      .quote = settings->quote_byte};
    mlc_status status = check_start(&reader.source, err);
    if (status != MLC_OK) return status;
    if (reader.source.delimiter == '\0') {
        reader.source.delimiter = mlci_csv_detect_delimiter(&reader.source, 0);
    }
    status = mlci_csv_nulls_init(&reader.nulls, call->root, settings->null, err);
    if (status == MLC_OK) status = read_header(&reader, settings, err);
    if (status == MLC_OK) mlci_csv_be_like(&reader, settings->like);
    if (status == MLC_OK) status = mlci_csv_force_types(&reader, settings->types, err);
    if (status == MLC_OK) status = allocate_regions(&reader, chunk_bytes, err);
    if (status == MLC_OK) status = read_body(&reader, chunk_bytes, err);
    if (status == MLC_OK) status = finish(&reader, settings->roles, out, err);
    reader_clear(&reader);
    return status;
}

/* Plain or compressed. */
static mlc_status read_bytes(mlc_context *call, const char *name, const char *bytes, int64_t n,
                             const mlci_csv_settings *settings, mlc_dataset **out, mlc_error *err)
{
    if (!mlci_is_gzip(bytes, n)) {
        return mlci_csv_read_text(call, name, bytes, n, settings, MLCI_CSV_CHUNK_BYTES, out, err);
    }
    char *text = NULL;
    int64_t n_text = 0;
    MLCI_TRY(mlci_gunzip(call, name, bytes, n, &text, &n_text, err));
    const mlc_status status =
        mlci_csv_read_text(call, name, text, n_text, settings, MLCI_CSV_CHUNK_BYTES, out, err);
    mlci_free(text);
    return status;
}

mlc_status mlc_dataset_read_csv_like(mlc_context *ctx, const char *path, const mlc_dataset *like,
                                     const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "path and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_csv_settings s = {0};
    char *bytes = NULL;
    int64_t n = 0;
    mlc_status status = mlci_csv_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        s.like = like;
        status = mlci_file_read(call->root, path, 0, &bytes, &n, err);
        if (status == MLC_OK) status = read_bytes(call, path, bytes, n, &s, out, err);
        mlci_free(bytes);
        mlci_csv_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_read_csv(mlc_context *ctx, const char *path, const char *settings,
                                mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_read_csv_like(ctx, path, NULL, settings, out, err);
}

mlc_status mlc_dataset_parse_csv_like(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                      const mlc_dataset *like, const char *settings,
                                      mlc_dataset **out, mlc_error *err)
{
    if ((bytes == NULL && n_bytes != 0) || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL,
                         "bytes and out must not be NULL, n_bytes not negative");
    }
    mlc_context local, *call = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlci_csv_settings s = {0};
    mlc_status status = mlci_csv_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        s.like = like;
        status = read_bytes(call, "csv", n_bytes == 0 ? "" : bytes, n_bytes, &s, out, err);
        mlci_csv_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

mlc_status mlc_dataset_parse_csv(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                 const char *settings, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_parse_csv_like(ctx, bytes, n_bytes, NULL, settings, out, err);
}
