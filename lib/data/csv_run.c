/* The rows: windows one after the other, the regions of each in parallel, beside the reading of the
 * bytes after it.
 *
 * A run reads the wanted columns of all windows. The first run wants all of them; later ones want
 * those whose cells contradicted the type that the first rows had suggested. A stray quote makes
 * the parity of quotes wrong from there on, so when rows may be left out its window is cut again,
 * record by record. Either way the result is that of reading the records in order. */
#include "csv.h"

#include <string.h>

#include "checked.h"

#define WINDOW_CHUNKS 8
#define PASSED_ROWS 1024 /* one by one, before it is looked whether they are regular again */
#define LEAST_CHUNK ((int64_t)16 << 10)
#define MOST_ROWS_BYTES ((int64_t)8 << 20) /* that windows are lengthened to */
#define ROWS_CHUNKS 4                      /* chunks of such a window */

/* ---- regions -------------------------------------------------------------------------------- */

static void reset_regions(mlci_csv_reader *reader)
{
    for (int64_t i = 0; i < reader->n_regions * reader->n_columns; i++)
        mlci_csv_piece_reset(&reader->pieces[i]);
    for (int64_t c = 0; c < reader->n_regions; c++) {
        mlci_free(reader->problems[c].faults);
        reader->problems[c] = (mlci_csv_problems){0};
        reader->n_rows_read[c] = 0;
    }
}

static void free_regions(mlci_csv_reader *reader)
{
    reset_regions(reader);
    for (int64_t i = 0; i < reader->regions_capacity * reader->n_columns; i++)
        mlci_csv_piece_clear(&reader->pieces[i]);
    mlci_free(reader->regions);
    mlci_free(reader->pieces);
    mlci_free(reader->n_rows_read);
    mlci_free(reader->problems);
    reader->regions = NULL;
    reader->pieces = NULL;
    reader->n_rows_read = NULL;
    reader->problems = NULL;
    reader->n_regions = reader->regions_capacity = 0;
}

static void free_scratches(mlci_csv_reader *reader)
{
    for (int32_t i = 0; i < reader->n_scratches; i++) {
        mlci_free(reader->scratches[i].at);
        mlci_free(reader->scratches[i].text);
    }
    mlci_free(reader->scratches);
    reader->scratches = NULL;
    reader->n_scratches = 0;
}

/* One for each thread of the call; the first is there at once. */
static mlc_status prepare_scratches(mlci_csv_reader *reader, mlc_error *err)
{
    const int32_t n = mlci_n_slots(reader->call);
    if (n > reader->n_scratches) {
        free_scratches(reader);
        reader->scratches = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->scratches);
        if (reader->scratches == NULL) {
            return mlci_fail_memory(err, n, (int64_t)sizeof *reader->scratches);
        }
        reader->n_scratches = n;
    }
    return mlci_csv_scratch_make(reader, &reader->scratches[0], err);
}

void mlci_csv_end_rows(mlci_csv_reader *reader)
{
    free_regions(reader);
    free_scratches(reader);
    mlci_csv_windows_clear(&reader->windows);
}

void mlci_csv_reader_clear(mlci_csv_reader *reader)
{
    mlci_csv_end_rows(reader);
    for (int32_t j = 0; j < reader->n_columns && reader->columns != NULL; j++) {
        mlci_csv_store_clear(&reader->columns[j]);
        mlci_free(reader->columns[j].name);
    }
    mlci_free(reader->columns);
    mlci_csv_left_out_clear(&reader->left_out);
    mlci_csv_nulls_clear(&reader->nulls);
    *reader = (mlci_csv_reader){0};
}

/* Fresh records for n regions. */
static mlc_status prepare_regions(mlci_csv_reader *reader, int64_t n, mlc_error *err)
{
    reset_regions(reader);
    if (n <= reader->regions_capacity) {
        reader->n_regions = n;
        return MLC_OK;
    }
    int64_t n_pieces;
    if (!mlci_mul_size(n, reader->n_columns, &n_pieces)) n_pieces = INT64_MAX;
    free_regions(reader);
    reader->regions = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->regions);
    reader->pieces = mlci_alloc(reader->root, n_pieces, (int64_t)sizeof *reader->pieces);
    reader->n_rows_read = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->n_rows_read);
    reader->problems = mlci_alloc(reader->root, n, (int64_t)sizeof *reader->problems);
    if (reader->regions == NULL || reader->pieces == NULL || reader->n_rows_read == NULL ||
        reader->problems == NULL) {
        return mlci_fail_memory(err, n_pieces, (int64_t)sizeof *reader->pieces);
    }
    reader->n_regions = reader->regions_capacity = n;
    return MLC_OK;
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

/* Nothing is read yet of the wanted columns. */
static void start_columns(mlci_csv_reader *reader)
{
    for (int32_t j = 0; j < reader->n_columns; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        if (!column->wanted) continue;
        mlci_csv_store_clear(column);
        const int32_t forced = column->forced;
        const int is_text = forced == 0 && reader->text_as == MLCI_CSV_TEXT_TEXT;
        column->is_listed = forced == MLC_TYPE_TEXT || (column->type == MLC_TYPE_TEXT && is_text);
    }
}

/* ---- a window ------------------------------------------------------------------------------- */

/* The records of a window that are to be read. */
typedef struct portion {
    int64_t begin;
    int64_t end;     /* where the next window starts */
    int64_t n_lines; /* line ends from begin to the end of the source, -1: not counted */
    int32_t is_last; /* no records come after them */
} portion;

static mlc_status sample(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(mlci_csv_sample_types(reader, err));
    start_columns(reader);
    return MLC_OK;
}

/* Passes over up to *n records from `begin` on: regular rows by the batch, others one by one. */
static int64_t pass_rows(mlci_csv_reader *reader, int64_t begin, int64_t *n)
{
    mlci_csv_batch batch = {.at = reader->scratches[0].at,
                            .capacity = reader->scratches[0].at_capacity};
    int64_t at = begin;
    for (int64_t from = -1; *n > 0 && at > from;) {
        from = at;
        if (mlci_csv_scan_regular(&reader->source, at, reader->source.n, reader->n_columns, *n,
                                  &batch)) {
            *n -= batch.n_rows;
            at = batch.next;
        } else {
            int64_t some = *n < PASSED_ROWS ? *n : PASSED_ROWS;
            *n -= some;
            at = mlci_csv_pass_records(&reader->source, at, &some);
            *n += some;
        }
    }
    return at;
}

/* The source of the window, from the record on that is the first to be read, up to the last one
 * where their number is given. */
static portion take_window(mlci_csv_reader *reader, int64_t begin)
{
    mlci_csv_source *const source = &reader->source;
    source->bytes = reader->windows.source.bytes;
    source->n = reader->windows.source.n;
    source->has_more = reader->windows.source.has_more;
    source->line = reader->windows.source.line;
    portion p = {.begin = begin, .end = begin, .n_lines = -1};
    p.begin = pass_rows(reader, begin, &reader->rows_to_skip);
    if (reader->rows_left < INT64_MAX) {
        source->n = pass_rows(reader, p.begin, &reader->rows_left);
        p.is_last = reader->rows_left == 0 || !source->has_more;
        source->has_more = 0;
    } else {
        p.is_last = !source->has_more;
    }
    p.end = p.begin;
    return p;
}

/* Chunks of a window: enough of them to keep threads busy to its end. */
static int64_t chunk_bytes(const mlci_csv_reader *reader, int64_t n)
{
    const int64_t share = n / WINDOW_CHUNKS > LEAST_CHUNK ? n / WINDOW_CHUNKS : LEAST_CHUNK;
    const int64_t rows = reader->windows.rows_bytes / ROWS_CHUNKS;
    const int64_t bytes = share < reader->chunk_bytes ? share : reader->chunk_bytes;
    const int64_t least = rows < n / 2 ? rows : n / 2;
    return bytes > least ? bytes : least;
}

static mlc_status cut(mlci_csv_reader *reader, portion *p, int32_t exact, mlc_error *err)
{
    const int64_t bytes = chunk_bytes(reader, reader->source.n - p->begin);
    const int64_t n = mlci_csv_n_chunks(&reader->source, p->begin, bytes);
    MLCI_TRY(prepare_regions(reader, n, err));
    mlci_csv_cutting cutting = {.body = p->begin, .chunk_bytes = bytes, .exact = exact};
    MLCI_TRY(mlci_csv_cut(reader->call, &reader->source, &cutting, reader->regions, n, err));
    p->end = cutting.end;
    p->n_lines = cutting.n_lines;
    return MLC_OK;
}

typedef struct group {
    mlci_csv_reader *reader;
    mlc_status ahead; /* of the bytes after the window */
    mlc_error ahead_error;
} group;

/* Block 0 reads ahead; what is wrong there comes after what is wrong in the window. */
static mlc_status read_block(void *arg, int64_t block, int32_t slot, mlc_error *err)
{
    group *const g = arg;
    if (block > 0) {
        return mlci_csv_read_region(g->reader, block - 1, &g->reader->scratches[slot], err);
    }
    g->ahead = mlci_csv_windows_read_ahead(&g->reader->windows, g->reader->call, &g->ahead_error);
    return MLC_OK;
}

static mlc_status read_regions(mlci_csv_reader *reader, group *g, mlc_error *err)
{
    MLCI_TRY(mlci_csv_store_reserve(reader, err));
    return mlci_parallel_for(reader->call, reader->n_regions + 1, read_block, g, err);
}

/* The columns are gone through once a window and once a region: these get longer with the rows. */
static void fit_sizes(mlci_csv_reader *reader, const portion *p)
{
    const mlci_csv_region *const last = &reader->regions[reader->n_regions - 1];
    const int64_t n_rows = last->first_row + last->n_rows;
    if (n_rows == 0) return;
    const int64_t rows = (p->end - p->begin) / n_rows * reader->window_rows;
    reader->windows.rows_bytes = rows < MOST_ROWS_BYTES ? rows : MOST_ROWS_BYTES;
}

/* Does a line start as comments do? The quotes in one count for nothing. */
static int has_comments(const mlci_csv_source *source, int64_t begin)
{
    const char *const first = source->bytes + begin, *const end = source->bytes + source->n;
    const char *at = source->comment == 0 ? end : first;
    while (at < end) {
        at = memchr(at, source->comment, (size_t)(end - at));
        if (at == NULL) return 0;
        if (at == first || at[-1] == '\n' || at[-1] == '\r') return 1;
        at++;
    }
    return 0;
}

/* All records of the window that are whole; none (p->end is p->begin) when there are none. */
static mlc_status read_window(mlci_csv_reader *reader, portion *p, mlc_error *err)
{
    group g = {.reader = reader};
    for (int32_t exact = has_comments(&reader->source, p->begin);; exact = 1) {
        MLCI_TRY(cut(reader, p, exact, err));
        if (p->end == p->begin && reader->source.has_more) {
            if (exact) return MLC_OK;
            continue;
        }
        if (reader->samples) fit_sizes(reader, p);
        if (reader->samples) MLCI_TRY(sample(reader, err));
        MLCI_TRY(read_regions(reader, &g, err));
        const mlci_csv_fault *const fatal = first_fatal(reader);
        if (!exact && has_bad_quotes(reader) &&
            (fatal == NULL || reader->on_error != MLCI_CSV_FAIL)) {
            continue;
        }
        if (fatal != NULL) return mlci_csv_fault_fail(reader, fatal, err);
        break;
    }
    if (reader->on_error == MLCI_CSV_COLLECT) MLCI_TRY(mlci_csv_note_left_out(reader, err));
    MLCI_TRY(mlci_csv_store_window(reader, err));
    reader->samples = 0;
    if (g.ahead != MLC_OK && err != NULL) *err = g.ahead_error;
    return g.ahead;
}

/* The window after the portion; it counts its lines on. */
static mlc_status next_window(mlci_csv_reader *reader, const portion *p, mlc_error *err)
{
    mlci_csv_source *const source = &reader->source;
    int64_t start = 0, line = source->line;
    if (p->n_lines < 0) {
        line = mlci_csv_line(source, 0, line, p->end, &start);
    } else {
        const int64_t before = mlci_csv_line(source, 0, line, p->begin, &start);
        line = before + p->n_lines - mlci_csv_line(source, p->end, 0, source->n, &start);
    }
    reader->windows.source.line = line;
    return mlci_csv_windows_advance(&reader->windows, reader->call, p->end, err);
}

static mlc_status check_length(const mlci_csv_reader *reader, const portion *p, mlc_error *err)
{
    if (p->end > 0 || reader->windows.source.n < INT32_MAX) return MLC_OK;
    const mlci_csv_fault fault = {.kind = MLCI_CSV_TOO_LONG, .at = 0};
    return mlci_csv_fault_fail(reader, &fault, err);
}

/* ---- runs ----------------------------------------------------------------------------------- */

static mlc_status fail_changed(const mlci_csv_reader *reader, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_IO, NULL, "%s: the file changed while it was read",
                     reader->source.name);
}

static mlc_status run(mlci_csv_reader *reader, mlc_error *err)
{
    MLCI_TRY(mlci_csv_windows_start(&reader->windows, reader->call, err));
    if (reader->body > reader->windows.source.n) return fail_changed(reader, err);
    mlci_csv_left_out_clear(&reader->left_out);
    start_columns(reader);
    reader->n_rows = 0;
    reader->rows_to_skip = reader->skip_rows;
    reader->rows_left = reader->most_rows;
    MLCI_TRY(prepare_scratches(reader, err));
    for (int64_t begin = reader->body;; begin = 0) {
        portion p = take_window(reader, begin);
        MLCI_TRY(read_window(reader, &p, err));
        const double share = reader->windows.share < 0 ? 0 : reader->windows.share;
        MLCI_TRY(mlci_report(reader->call, "read", (int64_t)(share * 1000), 1000, NULL, 0, err));
        if (p.is_last) return MLC_OK;
        MLCI_TRY(check_length(reader, &p, err));
        MLCI_TRY(next_window(reader, &p, err));
    }
}

/* What the run has found about types; the number of columns to read again. */
static int32_t settle_types(mlci_csv_reader *reader)
{
    int32_t n_wanted = 0;
    for (int32_t j = 0; j < reader->n_columns; j++) {
        mlci_csv_column *const column = &reader->columns[j];
        column->wanted = 0;
        if (column->forced != 0 || column->is_left_out) continue;
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

static void want_all(mlci_csv_reader *reader)
{
    for (int32_t j = 0; j < reader->n_columns; j++)
        reader->columns[j].wanted = !reader->columns[j].is_left_out;
}

mlc_status mlci_csv_read_rows(mlci_csv_reader *reader, mlc_error *err)
{
    want_all(reader);
    reader->samples = 1;
    MLCI_TRY(run(reader, err));
    const int64_t n_rows = reader->n_rows;
    while (settle_types(reader) > 0) {
        MLCI_TRY(run(reader, err));
        if (reader->n_rows != n_rows) return fail_changed(reader, err);
    }
    return MLC_OK;
}

/* ---- batches -------------------------------------------------------------------------------- */

/* One window, read until the types fit. */
static mlc_status read_typed(mlci_csv_reader *reader, portion *p, mlc_error *err)
{
    want_all(reader);
    do {
        mlci_csv_left_out_clear(&reader->left_out);
        start_columns(reader);
        reader->n_rows = 0;
        MLCI_TRY(read_window(reader, p, err));
    } while (settle_types(reader) > 0);
    return MLC_OK;
}

mlc_status mlci_csv_read_batch(mlci_csv_reader *reader, int32_t *is_end, mlc_error *err)
{
    const int is_first = !reader->is_batched;
    if (is_first) {
        reader->rows_to_skip = reader->skip_rows;
        reader->rows_left = reader->most_rows;
        reader->is_batched = reader->samples = 1;
        MLCI_TRY(mlci_csv_windows_start(&reader->windows, reader->call, err));
        reader->next_begin = reader->body;
    }
    MLCI_TRY(prepare_scratches(reader, err));
    reader->n_rows = 0;
    while (!reader->is_done && reader->n_rows == 0) {
        portion p = take_window(reader, reader->next_begin);
        MLCI_TRY(read_typed(reader, &p, err));
        reader->is_done = p.is_last;
        if (p.is_last) break;
        MLCI_TRY(check_length(reader, &p, err));
        MLCI_TRY(next_window(reader, &p, err));
        reader->next_begin = 0;
    }
    *is_end = reader->n_rows == 0 && !is_first;
    return MLC_OK;
}
