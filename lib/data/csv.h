/* Delimited text from the inside: how bytes become records, cells, and columns.
 *
 * The text passes through windows, each of which holds whole records. A window is cut into chunks
 * of a fixed size; each record belongs to the region of the chunk that it starts in, and each
 * region is read by itself into its slice of the columns. So the result is a function of the bytes
 * alone, whatever number of threads reads them and however large the windows are. */
#ifndef MLCI_CSV_H
#define MLCI_CSV_H

#include "byte_stream.h"
#include "csv_words.h"
#include "dataset_impl.h"
#include "descriptor.h"
#include "scan_kernels.h"
#include "text.h"

#include <string.h>

#define MLCI_CSV_CHUNK_BYTES ((int64_t)128 << 10)
#define MLCI_CSV_WINDOW_BYTES ((int64_t)1 << 20) /* it and the next one fit the cache of a core */
#define MLCI_CSV_LEAST_WINDOW_BYTES ((int64_t)64 << 10)
#define MLCI_CSV_WINDOW_ROWS 64
#define MLCI_CSV_BATCH_BYTES ((int64_t)4 << 20) /* window of a reader of batches */
#define MLCI_CSV_MAX_COLUMNS 1000000

#define MLCI_CSV_TEXT_AUTO 0 /* category while at most half of the values differ, else text */
#define MLCI_CSV_TEXT_CATEGORY 1
#define MLCI_CSV_TEXT_TEXT 2

/* ---- bytes and records (csv_scan.c) --------------------------------------------------------- */

typedef struct mlci_csv_source {
    const char *name; /* for messages: the path, or "csv" */
    const char *bytes;
    int64_t n;
    char delimiter;
    char quote;                       /* NUL: none */
    char comment;                     /* NUL: none; lines that start with it are none */
    int32_t has_more;                 /* text follows that is not here */
    int64_t line;                     /* of the first byte; 0 stands for 1 */
    const mlci_scan_kernels *kernels; /* NULL: in plain C */
} mlci_csv_source;

static inline const mlci_scan_kernels *mlci_csv_kernels(const mlci_csv_source *source)
{
    return source->kernels != NULL ? source->kernels : mlci_scan_kernels_of(MLCI_ISA_REFERENCE);
}

/* What is wrong at a place of the file. */
typedef enum mlci_csv_fault_kind {
    MLCI_CSV_NO_FAULT,
    MLCI_CSV_QUOTE_INSIDE, /* a quote in a field that does not start with one */
    MLCI_CSV_AFTER_QUOTE,  /* text between a closing quote and the next delimiter */
    MLCI_CSV_NOT_CLOSED,
    MLCI_CSV_FIELDS, /* another number of fields than the header has */
    MLCI_CSV_BAD_UTF8,
    MLCI_CSV_NUL,
    MLCI_CSV_BAD_TYPE, /* the cell contradicts types= */
    MLCI_CSV_TOO_LONG  /* a record of 2 GB or more */
} mlci_csv_fault_kind;

typedef struct mlci_csv_fault {
    mlci_csv_fault_kind kind;
    int64_t at;       /* byte of the file */
    int64_t opened;   /* quotes: where the field opened */
    int64_t n_fields; /* MLCI_CSV_FIELDS: fields found */
    int64_t length;   /* MLCI_CSV_BAD_TYPE: of the cell */
    int32_t column;   /* MLCI_CSV_BAD_TYPE */
} mlci_csv_fault;

/* Keeps the fault that comes first in the file. */
static inline void mlci_csv_fault_note(mlci_csv_fault *kept, const mlci_csv_fault *found)
{
    if (kept->kind == MLCI_CSV_NO_FAULT || found->at < kept->at) *kept = *found;
}

/* Rows located but not yet read. Cell j of row r lies between the separators at[r * stride + j]
 * and at[r * stride + j + 1], which count from base. */
typedef struct mlci_csv_batch {
    int64_t base;
    int64_t stride;
    int64_t n_rows;
    int64_t next;     /* where the next batch starts */
    int32_t is_cut;   /* the record there goes on beyond the source */
    int32_t is_ascii; /* for certain, and without NUL */
    int64_t capacity; /* entries of at */
    uint32_t *at;
} mlci_csv_batch;

/* One record, by the definition that the fast paths agree with. */
typedef struct mlci_csv_record {
    int64_t begin, next;  /* next: where the next record starts, also after a fault */
    int64_t n_fields;     /* 0: a blank line or a comment */
    mlci_csv_fault fault; /* quotes only */
    int32_t is_cut;       /* how it goes on is not here: nothing else is known */
} mlci_csv_record;

/* The records that start in one chunk. */
typedef struct mlci_csv_region {
    int64_t begin, end;
    int64_t n_rows;    /* at most */
    int64_t first_row; /* sum of n_rows before it */
} mlci_csv_region;

/* Reads the record at `begin`, up to `end`. The separators go to at[0 .. n_fields] as far as
 * room entries go, counted from base; at[0] is the one before the record. */
void mlci_csv_scan_record(const mlci_csv_source *source, int64_t begin, int64_t end, int64_t base,
                          uint32_t *at, int64_t room, mlci_csv_record *record);
/* What to do about a row that does not fit: 1 to leave it out, 0 to end the batch before it. */
typedef struct mlci_csv_policy {
    int (*refuse)(void *arg, const mlci_csv_fault *fault);
    void *arg;
} mlci_csv_policy;
/* Locates rows of n_fields fields that start in [begin, end); begin starts a record. */
void mlci_csv_scan_batch(const mlci_csv_source *source, int64_t begin, int64_t end,
                         int64_t n_fields, int64_t max_rows, const mlci_csv_policy *policy,
                         mlci_csv_batch *batch);
/* The same of rows that are as regular as most; 0, with nothing decided, when these are not. */
int mlci_csv_scan_regular(const mlci_csv_source *source, int64_t begin, int64_t end,
                          int64_t n_fields, int64_t max_rows, mlci_csv_batch *batch);
/* Entries that a batch of n_fields fields needs. */
int64_t mlci_csv_batch_capacity(int64_t n_fields);

/* ---- regions (csv_cut.c) -------------------------------------------------------------------- */

/* Number of chunks, at least 1, of the bytes from body on. */
int64_t mlci_csv_n_chunks(const mlci_csv_source *source, int64_t body, int64_t chunk_bytes);
/* How a source is cut into regions, and how far that went. */
typedef struct mlci_csv_cutting {
    int64_t body; /* where its first record starts */
    int64_t chunk_bytes;
    int32_t exact;   /* 0: by the parity of quotes, in parallel, right for text without comments and
                        without faults of quotes up to the first fault; 1: record by record */
    int64_t end;     /* out: where the first record starts that goes on beyond the source, or
                        where the source ends */
    int64_t n_lines; /* out: line ends from body to the end of the source; -1: not counted */
} mlci_csv_cutting;
/* Cuts the bytes from body on into n_chunks regions. */
mlc_status mlci_csv_cut(mlc_context *call, const mlci_csv_source *source, mlci_csv_cutting *cutting,
                        mlci_csv_region *regions, int64_t n_regions, mlc_error *err);
/* Passes over up to *n records from `begin` on, takes them off *n, and returns where the next one
 * starts, or the first that goes on beyond the source. */
int64_t mlci_csv_pass_records(const mlci_csv_source *source, int64_t begin, int64_t *n);
/* ---- bytes (csv_scan.c) ---------------------------------------------------------------------- */

/* The first byte that is NUL or not UTF-8 in [begin, end). 1 when there is one. */
int mlci_csv_bad_byte(const mlci_csv_source *source, int64_t begin, int64_t end,
                      mlci_csv_fault *fault);
/* Physical line of a byte, given that `from` is on line `line`; *start is where the line begins. */
int64_t mlci_csv_line(const mlci_csv_source *source, int64_t from, int64_t line, int64_t at,
                      int64_t *start);

/* ---- windows (csv_window.c) ----------------------------------------------------------------- */

/* A part of the text, and room for the part after it. */
typedef struct mlci_csv_windows {
    mlci_root *root;
    mlci_byte_stream *stream; /* owned */
    const char *memory;       /* the whole text where it is in memory, or NULL */
    int64_t n_memory;
    int64_t window_bytes;     /* at most, unless rows take more */
    int64_t least_bytes;      /* windows get smaller towards the end of the text, down to this */
    int64_t rows_bytes;       /* of as many rows as a window should have */
    int64_t first_bytes;      /* that the first window has at least, where there are as many */
    int64_t head_bytes;       /* the same, however few may be left: what stands before the rows */
    char *block, *next_block; /* this window's memory and the next one's */
    int64_t capacity, next_capacity;
    int64_t n_held;   /* bytes of this window, also those that the source leaves out */
    int64_t n_next;   /* bytes read ahead; -1: none were asked for */
    int32_t at_end;   /* nothing follows what was read */
    mlc_error broken; /* what follows is no text: its status, when it is not MLC_OK */
    int32_t is_started;
    int32_t is_first; /* this window is the first one */
    double share;     /* of the source that ends with this window; -1: not known */
    mlci_csv_source source;
} mlci_csv_windows;

/* Takes the stream over, also on failure. */
void mlci_csv_windows_init(mlci_csv_windows *windows, mlci_root *root, mlci_byte_stream *stream,
                           int64_t window_bytes, int64_t least_bytes);
void mlci_csv_windows_clear(mlci_csv_windows *windows);
/* The first window, also once more. */
mlc_status mlci_csv_windows_start(mlci_csv_windows *windows, mlc_context *call, mlc_error *err);
/* Reads the bytes after the window into memory of their own: while others still read the window, of
 * which some will be consumed. */
mlc_status mlci_csv_windows_read_ahead(mlci_csv_windows *windows, mlc_context *call,
                                       mlc_error *err);
/* The window from `consumed` on and what follows it; twice as much when nothing is consumed. */
mlc_status mlci_csv_windows_advance(mlci_csv_windows *windows, mlc_context *call, int64_t consumed,
                                    mlc_error *err);

/* ---- cells (csv_parse.c) -------------------------------------------------------------------- */

/* Words that mean missing. */
typedef struct mlci_csv_nulls {
    mlci_root *root;
    int32_t n, capacity;
    char **words;
    int64_t *lengths;
    uint64_t lengths_of[256]; /* by first byte: a bit for each length of words */
} mlci_csv_nulls;

/* One bit a length; those of 63 and more share one. */
static inline uint64_t mlci_csv_length_bit(int64_t length)
{
    return (uint64_t)1 << (length < 63 ? length : 63);
}

/* words: a list separated by commas; empty is missing in any case. */
mlc_status mlci_csv_nulls_init(mlci_csv_nulls *nulls, mlci_root *root, const char *words,
                               mlc_error *err);
void mlci_csv_nulls_clear(mlci_csv_nulls *nulls);
int mlci_csv_is_null(const mlci_csv_nulls *nulls, const char *text, int64_t length);

/* A cell without blanks and quotes around it. */
typedef struct mlci_csv_cell {
    const char *text;
    int64_t length;
    int32_t quoted;
} mlci_csv_cell;

static inline int mlci_csv_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline mlci_csv_cell mlci_csv_trim(const char *text, const char *end, char quote)
{
    while (text < end && mlci_csv_is_blank(*text))
        text++;
    while (text < end && mlci_csv_is_blank(end[-1]))
        end--;
    if (quote != 0 && end - text >= 2 && *text == quote) {
        return (mlci_csv_cell){text + 1, end - text - 2, 1};
    }
    return (mlci_csv_cell){text, end - text, 0};
}

static inline mlci_csv_cell mlci_csv_batch_cell(const mlci_csv_source *source,
                                                const mlci_csv_batch *batch, int64_t row,
                                                int64_t column)
{
    const uint32_t *const at = batch->at + row * batch->stride + column;
    return mlci_csv_trim(source->bytes + (batch->base + at[0] + 1),
                         source->bytes + (batch->base + at[1]), source->quote);
}

/* The text of a quoted cell with its doubled quotes made single; out has room for length. */
int64_t mlci_csv_unquote(const mlci_csv_cell *cell, char quote, char *out);

/* What cells turned out to be: bits, joined over a column. Missing cells are none of them. */
#define MLCI_CSV_SEEN_BOOL 1
#define MLCI_CSV_SEEN_INTEGER 2
#define MLCI_CSV_SEEN_REAL 4
#define MLCI_CSV_SEEN_TEXT 8
#define MLCI_CSV_SEEN_TIME 16

/* The narrowest type that holds all that was seen; TEXT stands for text and category. */
int32_t mlci_csv_type_of(int32_t seen);
int mlci_csv_parse_bool(const char *text, int64_t length, int *out);

/* How numbers are written. */
typedef struct mlci_csv_marks {
    char decimal;   /* '.' */
    char thousands; /* NUL: none */
} mlci_csv_marks;

/* Does it take a closer look than mlci_real_parse() to read numbers? */
static inline int mlci_csv_marks_are_special(const mlci_csv_marks *marks)
{
    return marks->decimal != '.' || marks->thousands != 0;
}
/* A number with such marks as mlci_real_parse() reads it: its length, 0 for what is none. */
#define MLCI_CSV_MARKED_BYTES 64
int64_t mlci_csv_unmark(const mlci_csv_marks *marks, const char *text, int64_t length,
                        char out[MLCI_CSV_MARKED_BYTES]);

/* A column being read. */
typedef struct mlci_csv_column {
    char *name;
    int32_t forced;      /* type of types= or of the rows to be like, or 0 */
    int32_t is_like;     /* the type is that of the rows to be like */
    int32_t is_settled;  /* the type is that of an earlier batch */
    int32_t if_text;     /* type to insist on when the cells turn out to be text, or 0 */
    int32_t is_left_out; /* columns= does not name it */
    int32_t type;        /* read as: TEXT for category as well */
    int32_t seen;
    int32_t wanted;       /* to be read in this run */
    int32_t is_listed;    /* texts are written out: they hardly ever repeat */
    int32_t writes_texts; /* listed: the texts of this window are to be written */
    int32_t code_size;    /* bytes of a code: an int16 until there are too many texts, an int32 */
    int64_t capacity;     /* rows that there is memory for */
    int64_t window_capacity; /* texts: rows of values */
    int64_t n_missing;
    uint8_t *valid; /* bitmap; NULL: none missing */
    void *values;   /* uint8 of BOOL; of TEXT those of this window, int32 numbers of words or, when
                       listed, lengths */
    void *codes;    /* texts until they are listed: numbers of words, -1 missing */
    mlci_csv_words words; /* distinct texts until it is listed */
    int64_t *offsets;     /* listed: rows + 1, into bytes */
    char *bytes;
    int64_t bytes_capacity;
} mlci_csv_column;

static inline int mlci_csv_has_texts(const mlci_csv_column *column)
{
    return column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY;
}
/* Of a row so far of texts that are not listed. */
static inline int32_t mlci_csv_code(const mlci_csv_column *column, int64_t row)
{
    if (column->code_size == 2) return ((const int16_t *)column->codes)[row];
    return ((const int32_t *)column->codes)[row];
}

/* Part of a column that one region holds. */
typedef struct mlci_csv_piece {
    uint8_t *valid; /* bitmap over the rows of the region; NULL: none missing */
    int64_t n_missing;
    int32_t seen;
    mlci_csv_words *words; /* texts that the column does not have; NULL: none so far */
    char *bytes;           /* listed: the texts; the block serves the next windows as well */
    int64_t n_bytes, bytes_capacity;
} mlci_csv_piece;

/* What a thread needs to read regions, whichever. */
typedef struct mlci_csv_scratch {
    uint32_t *at; /* of batches */
    int64_t at_capacity;
    char *text; /* a text whose doubled quotes are made single */
    int64_t text_capacity;
} mlci_csv_scratch;

/* What was wrong in one region. */
typedef struct mlci_csv_problems {
    int64_t n, capacity;
    mlci_csv_fault *faults;
    int32_t bad_quotes; /* the regions after this one may be cut wrongly */
    int32_t no_memory;
    mlci_csv_fault fatal; /* what ends the reading of the region */
} mlci_csv_problems;

/* The table of rows left out, so far. */
typedef struct mlci_csv_left_out {
    int64_t n, capacity;
    int64_t *lines, *columns;
    char **messages;
} mlci_csv_left_out;

typedef struct mlci_csv_reader {
    mlc_context *call;
    mlci_root *root;
    mlci_csv_windows windows;
    mlci_csv_source source; /* of the window, or of its records that are to be read */
    mlci_csv_nulls nulls;
    mlci_csv_marks marks;
    int32_t infer_times;
    int32_t text_as;  /* MLCI_CSV_TEXT_ */
    int32_t on_error; /* MLCI_CSV_FAIL, _SKIP or _COLLECT */
    int32_t n_columns;
    mlci_csv_column *columns;
    int64_t body;      /* first byte after the header, in the first window */
    int64_t skip_rows; /* records to pass over */
    int64_t most_rows; /* records to read after them */
    int64_t chunk_bytes;
    int64_t window_rows;
    int64_t rows_to_skip, rows_left; /* of these in this run */
    int64_t n_rows;                  /* of the windows before */
    int32_t samples;                 /* the types to start with are yet to be found */
    int32_t is_batched;              /* each window is a dataset of its own */
    int32_t is_done;                 /* no batch is left */
    int64_t next_begin;              /* where the rows of the next batch start in its window */
    /* Of this window: */
    int64_t n_regions, regions_capacity;
    mlci_csv_region *regions;
    mlci_csv_piece *pieces; /* n_regions x n_columns */
    int64_t *n_rows_read;   /* of each region */
    mlci_csv_problems *problems;
    int32_t n_scratches;
    mlci_csv_scratch *scratches; /* by slot of the loop over regions */
    mlci_csv_left_out left_out;
} mlci_csv_reader;

/* What a cell is; a kind of number also without reader->nulls. */
int32_t mlci_csv_classify(const mlci_csv_reader *reader, const mlci_csv_cell *cell);

/* ---- regions of values (csv_region.c) ---------------------------------------------------------
 */

/* Room for a batch of rows, where there is none yet. */
mlc_status mlci_csv_scratch_make(mlci_csv_reader *reader, mlci_csv_scratch *scratch,
                                 mlc_error *err);
/* Reads one region into the wanted columns. Faults stay in reader->problems[region]. */
mlc_status mlci_csv_read_region(mlci_csv_reader *reader, int64_t region, mlci_csv_scratch *scratch,
                                mlc_error *err);
/* Bytes of a value while a column of that type is being read. */
int64_t mlci_csv_value_size(int32_t type);

/* ---- what is wrong (csv_problems.c) ---------------------------------------------------------- */

/* Fills err from a fault of this window and returns its status. */
mlc_status mlci_csv_fault_fail(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                               mlc_error *err);
/* Adds the rows that this window leaves out to those of the windows before. */
mlc_status mlci_csv_note_left_out(mlci_csv_reader *reader, mlc_error *err);
void mlci_csv_left_out_clear(mlci_csv_left_out *left_out);
/* All of them as a table: line, column, message. */
mlc_status mlci_csv_list_left_out(const mlci_csv_reader *reader, mlc_dataset **out, mlc_error *err);

/* ---- what kind of file, what types (csv_infer.c) --------------------------------------------- */

/* The delimiter of the first records: the one with the most consistent number of fields. */
char mlci_csv_detect_delimiter(const mlci_csv_source *source, const mlci_csv_marks *marks);
/* Whether a first record of these cells names the columns: no cell is a number, none but the
 * first is empty, no two are equal. */
mlc_status mlci_csv_is_header(const mlci_csv_reader *reader, const mlci_csv_cell *cells, int64_t n,
                              int *out, mlc_error *err);
/* Names the columns: header cells, or NULL; name_2 for repeats, column_3 for empty ones. */
mlc_status mlci_csv_name_columns(mlci_csv_reader *reader, const mlci_csv_cell *cells,
                                 mlc_error *err);
/* Where cells turned out to be text that must not be: from now on the first of them is a fault. */
void mlci_csv_insist(mlci_csv_column *column);
/* Looks at the first rows of each region and sets the types to start with. */
mlc_status mlci_csv_sample_types(mlci_csv_reader *reader, mlc_error *err);

/* ---- columns (csv_store.c, csv_column.c) ------------------------------------------------------
 */

/* Room for the rows of the window's regions in the wanted columns. */
mlc_status mlci_csv_store_reserve(mlci_csv_reader *reader, mlc_error *err);
/* Takes what the regions hold into the columns: gaps of rows left out are closed, bitmaps and
 * dictionaries joined, texts written out. */
mlc_status mlci_csv_store_window(mlci_csv_reader *reader, mlc_error *err);
/* A numbered column of texts becomes a listed one; n_rows of them so far. */
mlc_status mlci_csv_store_list(mlci_csv_reader *reader, mlci_csv_column *column, int64_t n_rows,
                               mlc_error *err);
/* Gives up what was read of a column. */
void mlci_csv_store_clear(mlci_csv_column *column);
/* Gives up what a region held, for the next window's region or for good. */
void mlci_csv_piece_reset(mlci_csv_piece *piece);
void mlci_csv_piece_clear(mlci_csv_piece *piece);

/* Column j of the rows that were read; its memory is taken over or given up. */
mlc_status mlci_csv_finish_column(mlci_csv_reader *reader, int32_t j, mlci_column **out,
                                  mlc_error *err);

/* ---- settings (csv_settings.c) -------------------------------------------------------------- */

#define MLCI_CSV_FAIL 0
#define MLCI_CSV_SKIP 1
#define MLCI_CSV_COLLECT 2

#define MLCI_CSV_HEADER_AUTO 0
#define MLCI_CSV_HEADER_TRUE 1
#define MLCI_CSV_HEADER_FALSE 2

typedef struct mlci_csv_settings {
    char *delimiter;
    char *quote;
    int32_t header;
    char *null;
    char *types;
    int32_t text;
    int32_t on_error;
    int32_t encoding; /* MLCI_ENCODING_ */
    char *decimal;
    char *thousands;
    char *comment;
    char *columns; /* the only ones to read, or NULL */
    int64_t skip_rows;
    int64_t n_rows; /* -1: all */
    int32_t timestamps;
    char delimiter_byte; /* NUL: to be found out */
    char quote_byte;     /* NUL: none */
    char comment_byte;   /* NUL: none */
    mlci_csv_marks marks;
    char *roles;             /* the settings that are roles, as text; or NULL */
    const mlc_dataset *like; /* rows whose types to read with; borrowed, or NULL */
} mlci_csv_settings;

/* Reads and checks settings; those of the reader and roles together. */
mlc_status mlci_csv_settings_read(mlci_root *root, const char *text, mlci_csv_settings *out,
                                  mlc_error *err);
/* Is the text a word that means missing unless null= says otherwise? */
int mlci_csv_is_default_null(const char *text, int64_t length);
void mlci_csv_settings_clear(mlci_csv_settings *settings);
/* Applies the types of other rows to the columns that they have too; before types=. */
void mlci_csv_be_like(mlci_csv_reader *reader, const mlc_dataset *like);
/* Applies types=name:type,... to the named columns. */
mlc_status mlci_csv_force_types(mlci_csv_reader *reader, const char *types, mlc_error *err);
/* Leaves out the columns that the list does not name; NULL: none. */
mlc_status mlci_csv_keep_columns(mlci_csv_reader *reader, const char *names, mlc_error *err);

/* ---- the rows (csv_header.c, csv_run.c) -------------------------------------------------------
 */

/* The first window: delimiter, names and numbers of columns, types that are asked for. */
mlc_status mlci_csv_read_header(mlci_csv_reader *reader, const mlci_csv_settings *settings,
                                mlc_error *err);
/* What runs over the rows have in common; the settings of the header are applied. */
void mlci_csv_reader_clear(mlci_csv_reader *reader);
/* All rows into the columns. */
mlc_status mlci_csv_read_rows(mlci_csv_reader *reader, mlc_error *err);
/* Gives up what only reading takes: windows and regions. */
void mlci_csv_end_rows(mlci_csv_reader *reader);
/* The rows of the next window that has some into the columns; at first also of one that has none.
 * *is_end: there was none left. */
mlc_status mlci_csv_read_batch(mlci_csv_reader *reader, int32_t *is_end, mlc_error *err);

/* ---- all of it (csv_read.c, csv_batches.c) ----------------------------------------------------
 */

/* Sizes that decide about speed and memory and about no result; tests vary them. */
typedef struct mlci_csv_sizes {
    int64_t chunk_bytes, window_bytes, least_window_bytes;
    int64_t window_rows; /* where rows are long windows and chunks are as well; 0: they are not */
} mlci_csv_sizes;

/* A reader of the stream, which it takes over, up to its header. */
mlc_status mlci_csv_reader_open(mlc_context *call, const char *name, mlci_byte_stream *stream,
                                const mlci_csv_settings *settings, const mlci_csv_sizes *sizes,
                                mlci_csv_reader *reader, mlc_error *err);
/* The dataset of the rows that were read. */
mlc_status mlci_csv_finish(mlci_csv_reader *reader, const char *roles, mlc_dataset **out,
                           mlc_error *err);
/* Reads all of a stream, which it takes over. */
mlc_status mlci_csv_read_stream(mlc_context *call, const char *name, mlci_byte_stream *stream,
                                const mlci_csv_settings *settings, const mlci_csv_sizes *sizes,
                                mlc_dataset **out, mlc_error *err);

#endif
