/* Regions of text to values, a batch of rows at a time and in it column by column, so that each
 * loop knows its type and the text stays in the cache.
 *
 * Columns are read as the narrowest type that their first rows allow; a cell that does not fit
 * is classified and noted, and the whole column is read again as what all its cells were. So
 * the values depend on the column alone, not on where a contradiction turned up. */
#include "csv_strip.h"

#include <string.h>

#include "cell_number.h"
#include "timestamp.h"

int64_t mlci_csv_value_size(int32_t type)
{
    switch (type) {
    case MLC_TYPE_BOOL:
        return 1;
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_CATEGORY:
    case MLC_TYPE_TEXT:
        return 4;
    default:
        return 8;
    }
}

/* ---- cells of a type ------------------------------------------------------------------------ */

/* A cell that is not of the type being read. */
static void note_misfit(mlci_csv_strip *s, const mlci_csv_cell *cell)
{
    if (s->column->forced == 0) {
        s->piece->seen |= mlci_csv_classify(s->reader, cell);
        return;
    }
    const mlci_csv_fault fault = {.kind = MLCI_CSV_BAD_TYPE,
                                  .at = cell->text - s->reader->source.bytes,
                                  .length = cell->length,
                                  .column = s->j};
    mlci_csv_fault_note(&s->fault, &fault);
}

/* Numbers with marks of their own, as numbers that have the usual ones. */
static int64_t plain_number(const mlci_csv_strip *s, const mlci_csv_cell *cell, char *plain)
{
    return mlci_csv_unmark(&s->reader->marks, cell->text, cell->length, plain);
}

static void read_marked(mlci_csv_strip *s, void *out)
{
    char plain[MLCI_CSV_MARKED_BYTES];
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        const int64_t n = plain_number(s, &cell, plain);
        int64_t integer = 0;
        double real = 0;
        float single = 0;
        int is_number = 1;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (s->column->type == MLC_TYPE_INT64) {
            is_number = mlci_integer_parse(plain, n, &integer);
            if (is_number) s->piece->seen |= MLCI_CSV_SEEN_INTEGER;
        } else if (s->column->type == MLC_TYPE_FLOAT32) {
            is_number = mlci_float_parse(plain, n, &single);
        } else {
            is_number = mlci_real_parse(plain, n, &real);
        }
        if (!is_number) note_misfit(s, &cell);
        if (s->column->type == MLC_TYPE_INT64) ((int64_t *)out)[r] = integer;
        if (s->column->type == MLC_TYPE_FLOAT32) ((float *)out)[r] = single;
        if (s->column->type == MLC_TYPE_FLOAT64) ((double *)out)[r] = real;
    }
}

static void read_reals(mlci_csv_strip *s, double *out)
{
    const char *const start = s->reader->source.bytes;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        out[r] = 0;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (!mlci_cell_real(start, cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_floats(mlci_csv_strip *s, float *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        out[r] = 0;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (!mlci_float_parse(cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_integers(mlci_csv_strip *s, int64_t *out)
{
    const char *const start = s->reader->source.bytes;
    int32_t found = 0;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        out[r] = 0;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (!mlci_cell_integer(start, cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        } else {
            found = MLCI_CSV_SEEN_INTEGER;
        }
    }
    s->piece->seen |= found; /* the first rows may all have been missing */
}

static void read_times(mlci_csv_strip *s, int64_t *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        out[r] = 0;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (!mlci_timestamp_parse(cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_bools(mlci_csv_strip *s, uint8_t *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = mlci_csv_next_cell(s, r);
        int flag = 0;
        out[r] = 0;
        if (mlci_csv_is_missing(s, &cell)) {
            mlci_csv_set_missing(s, r);
        } else if (mlci_csv_parse_bool(cell.text, cell.length, &flag)) {
            out[r] = (uint8_t)flag;
        } else if (s->column->forced != 0 && cell.length == 1 &&
                   (*cell.text == '0' || *cell.text == '1')) {
            out[r] = *cell.text == '1'; /* asked for as bool: 0 and 1 will do */
        } else {
            note_misfit(s, &cell);
        }
    }
}

static void read_strip(mlci_csv_strip *s)
{
    void *const values =
        (char *)s->column->values + s->value_row * mlci_csv_value_size(s->column->type);
    const int is_number = s->column->type == MLC_TYPE_INT64 ||
                          s->column->type == MLC_TYPE_FLOAT32 ||
                          s->column->type == MLC_TYPE_FLOAT64;
    if (is_number && mlci_csv_marks_are_special(&s->reader->marks)) {
        read_marked(s, values);
        return;
    }
    switch (s->column->type) {
    case MLC_TYPE_BOOL:
        read_bools(s, values);
        break;
    case MLC_TYPE_INT64:
        read_integers(s, values);
        break;
    case MLC_TYPE_FLOAT32:
        read_floats(s, values);
        break;
    case MLC_TYPE_FLOAT64:
        read_reals(s, values);
        break;
    case MLC_TYPE_TIMESTAMP:
        read_times(s, values);
        break;
    default:
        mlci_csv_read_texts(s, values);
        break;
    }
}

/* ---- a region ------------------------------------------------------------------------------- */

/* What to do with a row that is not a row: 1 to go on without it. */
static int refuse_row(void *arg, const mlci_csv_fault *fault)
{
    mlci_csv_reader *const reader = ((void **)arg)[0];
    mlci_csv_problems *const problems = ((void **)arg)[1];
    if (fault->kind != MLCI_CSV_FIELDS) problems->bad_quotes = 1;
    if (reader->on_error == MLCI_CSV_FAIL || fault->kind == MLCI_CSV_TOO_LONG) {
        mlci_csv_fault_note(&problems->fatal, fault);
        return 0;
    }
    if (reader->on_error == MLCI_CSV_SKIP) return 1;
    if (problems->n == problems->capacity) {
        const int64_t capacity = problems->capacity == 0 ? 16 : 2 * problems->capacity;
        mlci_csv_fault *const faults =
            mlci_realloc(reader->root, problems->faults, capacity, (int64_t)sizeof *faults);
        if (faults == NULL) {
            problems->no_memory = 1;
            return 0;
        }
        problems->faults = faults;
        problems->capacity = capacity;
    }
    problems->faults[problems->n++] = *fault;
    return 1;
}

/* Reads the batch into all wanted columns; faults of cells go to *fatal. 0: no memory. */
static int read_batch(mlci_csv_reader *reader, int64_t index, const mlci_csv_batch *batch,
                      int64_t row, mlci_csv_scratch *scratch, mlci_csv_fault *fatal)
{
    const mlci_csv_region *const region = &reader->regions[index];
    const unsigned char quote = (unsigned char)reader->source.quote;
    const unsigned plain = quote > ' ' ? quote : ' ';
    int in_memory = 1;
    for (int32_t j = 0; j < reader->n_columns && in_memory; j++) {
        if (!reader->columns[j].wanted) continue;
        mlci_csv_strip s = {.reader = reader,
                            .batch = batch,
                            .column = &reader->columns[j],
                            .piece = &reader->pieces[index * reader->n_columns + j],
                            .j = j,
                            .plain = plain,
                            .n_rows = region->n_rows,
                            .piece_row = row,
                            .value_row =
                                region->first_row + row +
                                (mlci_csv_has_texts(&reader->columns[j]) ? 0 : reader->n_rows),
                            .scratch = scratch};
        read_strip(&s);
        if (s.no_memory) in_memory = 0;
        if (s.fault.kind != MLCI_CSV_NO_FAULT) mlci_csv_fault_note(fatal, &s.fault);
    }
    return in_memory;
}

mlc_status mlci_csv_scratch_make(mlci_csv_reader *reader, mlci_csv_scratch *scratch, mlc_error *err)
{
    const int64_t capacity = mlci_csv_batch_capacity(reader->n_columns);
    if (scratch->at != NULL) return MLC_OK;
    scratch->at = mlci_alloc_raw(reader->root, capacity, (int64_t)sizeof *scratch->at);
    if (scratch->at == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *scratch->at);
    scratch->at_capacity = capacity;
    return MLC_OK;
}

mlc_status mlci_csv_read_region(mlci_csv_reader *reader, int64_t region, mlci_csv_scratch *scratch,
                                mlc_error *err)
{
    const mlci_csv_region *const place = &reader->regions[region];
    mlci_csv_problems *const problems = &reader->problems[region];
    MLCI_TRY(mlci_csv_scratch_make(reader, scratch, err));
    mlci_csv_batch batch = {.capacity = scratch->at_capacity, .at = scratch->at};
    void *both[] = {reader, problems};
    const mlci_csv_policy policy = {.refuse = refuse_row, .arg = both};
    mlc_status status = MLC_OK;
    int64_t row = 0;
    for (int64_t at = place->begin; at < place->end && status == MLC_OK; at = batch.next) {
        mlci_csv_scan_batch(&reader->source, at, place->end, reader->n_columns, INT64_MAX, &policy,
                            &batch);
        if (batch.is_cut) problems->bad_quotes = 1;
        if (problems->fatal.kind == MLCI_CSV_NO_FAULT && batch.next == at) break;
        mlci_csv_fault bad = {0};
        if (!batch.is_ascii && mlci_csv_bad_byte(&reader->source, at, batch.next, &bad)) {
            mlci_csv_fault_note(&problems->fatal, &bad);
        }
        /* More rows than were counted: only after a stray quote, and then cut again. */
        if (batch.n_rows > place->n_rows - row) {
            problems->bad_quotes = 1;
            break;
        }
        if (!read_batch(reader, region, &batch, row, scratch, &problems->fatal) ||
            problems->no_memory) {
            status = mlci_fail_memory(err, batch.n_rows, 8);
        }
        row += batch.n_rows;
        if (batch.is_cut) break;
        if (problems->fatal.kind != MLCI_CSV_NO_FAULT) break;
        if (status == MLC_OK) status = mlci_poll(reader->call, err);
    }
    reader->n_rows_read[region] = row;
    return status;
}
