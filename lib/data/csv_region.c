/* Regions of text to values, a batch of rows at a time and in it column by column, so that each
 * loop knows its type and the text stays in the cache.
 *
 * Columns are read as the narrowest type that their first rows allow; a cell that does not fit
 * is classified and noted, and the whole column is read again as what all its cells were. So
 * the values depend on the column alone, not on where a contradiction turned up. */
#include "csv.h"

#include <string.h>

#include "cell_number.h"
#include "timestamp.h"

/* Cells after which a column whose cells hardly ever repeat is listed rather than numbered. */
#define TRIAL_WORDS 4096

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

/* ---- a batch -------------------------------------------------------------------------------- */

/* One column of one batch. */
typedef struct strip {
    mlci_csv_reader *reader;
    const mlci_csv_batch *batch;
    const mlci_csv_column *column;
    mlci_csv_piece *piece;
    int32_t j;
    unsigned plain;    /* bytes above are no blanks and no quotes */
    int64_t n_rows;    /* of the region, for the bitmap */
    int64_t piece_row; /* row of the piece that the batch starts at */
    int64_t value_row; /* row of the values */
    int32_t no_memory;
    mlci_csv_fault fault; /* the first cell that contradicts types= */
    char *scratch;        /* for texts with doubled quotes */
    int64_t scratch_size;
} strip;

static void set_missing(strip *s, int64_t row)
{
    mlci_csv_piece *const piece = s->piece;
    if (piece->valid == NULL) {
        const int64_t n_bytes = (s->n_rows + 7) / 8;
        piece->valid = mlci_alloc_raw(s->reader->root, n_bytes, 1);
        if (piece->valid == NULL) {
            s->no_memory = 1;
            return;
        }
        memset(piece->valid, 0xff, (size_t)n_bytes);
    }
    const int64_t at = s->piece_row + row;
    piece->valid[at >> 3] = (uint8_t)(piece->valid[at >> 3] & ~(1u << (at & 7)));
    piece->n_missing++;
}

/* Most cells start and end with a byte that is neither blank nor quote. */
static inline __attribute__((always_inline)) mlci_csv_cell next_cell(const strip *s, int64_t row)
{
    const mlci_csv_batch *const batch = s->batch;
    const uint32_t *const at = batch->at + row * batch->stride + s->j;
    const char *const bytes = s->reader->source.bytes + batch->base;
    const char *const text = bytes + at[0] + 1, *const end = bytes + at[1];
    if (text < end && (unsigned char)*text > s->plain && (unsigned char)end[-1] > s->plain) {
        return (mlci_csv_cell){text, end - text, 0};
    }
    return mlci_csv_trim(text, end, s->reader->source.quote);
}

static inline int is_missing(const strip *s, const mlci_csv_cell *cell)
{
    return cell->length == 0 || (!cell->quoted &&
                                 (s->reader->nulls.lengths_of[(unsigned char)cell->text[0]] &
                                  mlci_csv_length_bit(cell->length)) != 0 &&
                                 mlci_csv_is_null(&s->reader->nulls, cell->text, cell->length));
}

/* A cell that is not of the type being read. */
static void note_misfit(strip *s, const mlci_csv_cell *cell)
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
static int64_t plain_number(const strip *s, const mlci_csv_cell *cell, char *plain)
{
    return mlci_csv_unmark(&s->reader->marks, cell->text, cell->length, plain);
}

static void read_marked(strip *s, void *out)
{
    char plain[MLCI_CSV_MARKED_BYTES];
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        const int64_t n = plain_number(s, &cell, plain);
        int64_t integer = 0;
        double real = 0;
        float single = 0;
        int is_number = 1;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
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

static void read_reals(strip *s, double *out)
{
    const char *const start = s->reader->source.bytes;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        out[r] = 0;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
        } else if (!mlci_cell_real(start, cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_floats(strip *s, float *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        out[r] = 0;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
        } else if (!mlci_float_parse(cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_integers(strip *s, int64_t *out)
{
    const char *const start = s->reader->source.bytes;
    int32_t found = 0;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        out[r] = 0;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
        } else if (!mlci_cell_integer(start, cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        } else {
            found = MLCI_CSV_SEEN_INTEGER;
        }
    }
    s->piece->seen |= found; /* the first rows may all have been missing */
}

static void read_times(strip *s, int64_t *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        out[r] = 0;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
        } else if (!mlci_timestamp_parse(cell.text, cell.length, &out[r])) {
            note_misfit(s, &cell);
        }
    }
}

static void read_bools(strip *s, uint8_t *out)
{
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        int flag = 0;
        out[r] = 0;
        if (is_missing(s, &cell)) {
            set_missing(s, r);
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

/* The text of a cell, without its doubled quotes; *is_kept: it stays where it is. NULL: no
 * memory. */
static const char *text_of(strip *s, const mlci_csv_cell *cell, int64_t *length, int *is_kept)
{
    const char quote = s->reader->source.quote;
    *length = cell->length;
    *is_kept = 1;
    if (!cell->quoted || memchr(cell->text, quote, (size_t)cell->length) == NULL) {
        return cell->text;
    }
    if (s->scratch_size < cell->length) {
        char *const scratch = mlci_realloc(s->reader->root, s->scratch, cell->length, 1);
        if (scratch == NULL) return NULL;
        s->scratch = scratch;
        s->scratch_size = cell->length;
    }
    *is_kept = 0;
    *length = mlci_csv_unquote(cell, quote, s->scratch);
    return s->scratch;
}

static int32_t add_word(strip *s, const mlci_csv_cell *cell)
{
    mlci_csv_words *const words = s->piece->words;
    int64_t length = 0;
    int is_kept = 0;
    const char *const text = text_of(s, cell, &length, &is_kept);
    if (text == NULL) return -1;
    s->piece->n_bytes += length;
    return mlci_csv_words_add(words, text, length, is_kept);
}

static int make_words(strip *s)
{
    if (s->piece->words != NULL) return 1;
    mlci_csv_words *const words = mlci_alloc(s->reader->root, 1, (int64_t)sizeof *words);
    s->piece->words = words;
    if (words == NULL) return 0;
    words->root = s->reader->root;
    words->is_list = s->column->is_listed;
    return 1;
}

static void read_words(strip *s, int32_t *out)
{
    if (!make_words(s)) {
        s->no_memory = 1;
        return;
    }
    mlci_csv_words *const words = s->piece->words;
    if (words->n_seen >= TRIAL_WORDS && words->n > words->n_seen / 4 * 3) words->is_list = 1;
    words->n_seen += s->batch->n_rows;
    const char *const end = s->reader->source.bytes + s->reader->source.n - MLCI_CSV_KEY_BYTES;
    for (int64_t r = 0; r < s->batch->n_rows; r++) {
        const mlci_csv_cell cell = next_cell(s, r);
        out[r] = -1;
        if (cell.quoted ? 0 : is_missing(s, &cell)) {
            set_missing(s, r);
            continue;
        }
        /* Most often one that is there already. */
        if (!cell.quoted && words->n > 0 && !words->is_list && cell.length <= MLCI_CSV_KEY_BYTES &&
            cell.text <= end) {
            out[r] = mlci_csv_words_peek(words, cell.text, cell.length);
            s->piece->n_bytes += out[r] < 0 ? 0 : cell.length;
        }
        if (out[r] < 0) out[r] = add_word(s, &cell);
        if (out[r] < 0) {
            s->no_memory = 1;
            return;
        }
    }
}

static void read_strip(strip *s)
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
        read_words(s, values);
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
                      int64_t row, mlci_csv_fault *fatal)
{
    const mlci_csv_region *const region = &reader->regions[index];
    const unsigned char quote = (unsigned char)reader->source.quote;
    const unsigned plain = quote > ' ' ? quote : ' ';
    int in_memory = 1;
    char *scratch = NULL;
    int64_t scratch_size = 0;
    for (int32_t j = 0; j < reader->n_columns && in_memory; j++) {
        if (!reader->columns[j].wanted) continue;
        strip s = {.reader = reader,
                   .batch = batch,
                   .column = &reader->columns[j],
                   .piece = &reader->pieces[index * reader->n_columns + j],
                   .j = j,
                   .plain = plain,
                   .n_rows = region->n_rows,
                   .piece_row = row,
                   .value_row = region->first_row + row +
                                (reader->columns[j].is_listed ? 0 : reader->n_rows),
                   .scratch = scratch,
                   .scratch_size = scratch_size};
        read_strip(&s);
        scratch = s.scratch;
        scratch_size = s.scratch_size;
        if (s.no_memory) in_memory = 0;
        if (s.fault.kind != MLCI_CSV_NO_FAULT) mlci_csv_fault_note(fatal, &s.fault);
    }
    mlci_free(scratch);
    return in_memory;
}

mlc_status mlci_csv_read_region(mlci_csv_reader *reader, int64_t region, mlc_error *err)
{
    const mlci_csv_region *const place = &reader->regions[region];
    mlci_csv_problems *const problems = &reader->problems[region];
    mlci_csv_batch batch = {.capacity = mlci_csv_batch_capacity(reader->n_columns)};
    batch.at = mlci_alloc_raw(reader->root, batch.capacity, (int64_t)sizeof *batch.at);
    if (batch.at == NULL) {
        return mlci_fail_memory(err, batch.capacity, (int64_t)sizeof *batch.at);
    }
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
        if (!read_batch(reader, region, &batch, row, &problems->fatal) || problems->no_memory) {
            status = mlci_fail_memory(err, batch.n_rows, 8);
        }
        row += batch.n_rows;
        if (batch.is_cut) break;
        if (problems->fatal.kind != MLCI_CSV_NO_FAULT) break;
        if (status == MLC_OK) status = mlci_poll(reader->call, err);
    }
    mlci_free(batch.at);
    reader->n_rows_read[region] = row;
    return status;
}
