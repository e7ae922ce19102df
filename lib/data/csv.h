/* Delimited text from the inside: how bytes become records, cells, and columns.
 *
 * The bytes are cut into chunks of a fixed size; each record belongs to the region of the chunk
 * that it starts in, and each region is read by itself into its slice of the columns. So the
 * result is a function of the bytes alone, whatever number of threads reads them. */
#ifndef MLCI_CSV_H
#define MLCI_CSV_H

#include "dataset_impl.h"
#include "descriptor.h"
#include "text.h"

#define MLCI_CSV_CHUNK_BYTES ((int64_t)4 << 20)
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
    char quote; /* NUL: none */
} mlci_csv_source;

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
    MLCI_CSV_TOO_LONG  /* a record of 4 GB or more */
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
    int64_t next; /* where the next batch starts */
    int32_t has_quotes;
    int64_t capacity; /* entries of at */
    uint32_t *at;
} mlci_csv_batch;

/* One record, by the definition that the fast paths agree with. */
typedef struct mlci_csv_record {
    int64_t begin, next;  /* next: where the next record starts, also after a fault */
    int64_t n_fields;     /* 0: a blank line */
    mlci_csv_fault fault; /* quotes only */
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
/* Entries that a batch of n_fields fields needs. */
int64_t mlci_csv_batch_capacity(int64_t n_fields);

/* Number of chunks, at least 1, of the bytes from body on. */
int64_t mlci_csv_n_chunks(const mlci_csv_source *source, int64_t body, int64_t chunk_bytes);
/* Cuts the bytes from body on into n_chunks regions. exact 0: by the parity of quotes, in
 * parallel, right for files without faults of quotes up to the first fault; 1: record by
 * record. */
mlc_status mlci_csv_cut(mlc_context *call, const mlci_csv_source *source, int64_t body,
                        int64_t chunk_bytes, int32_t exact, mlci_csv_region *regions,
                        int64_t n_regions, mlc_error *err);
/* The first byte that is NUL or not UTF-8 in [begin, end). 1 when there is one. */
int mlci_csv_bad_byte(const mlci_csv_source *source, int64_t begin, int64_t end,
                      mlci_csv_fault *fault);
/* Physical line of a byte, given that `from` is on line `line`; *start is where the line begins. */
int64_t mlci_csv_line(const mlci_csv_source *source, int64_t from, int64_t line, int64_t at,
                      int64_t *start);

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

int32_t mlci_csv_classify(const mlci_csv_nulls *nulls, const mlci_csv_cell *cell);
/* The narrowest type that holds all that was seen; TEXT stands for text and category. */
int32_t mlci_csv_type_of(int32_t seen);
int mlci_csv_parse_bool(const char *text, int64_t length, int *out);

/* Distinct texts of a column in one region, numbered as they come (csv_words.c). */
typedef struct mlci_csv_word {
    const char *text; /* in the source, or in a block of the words */
    int64_t length;
    uint64_t hash; /* 0 in a list */
} mlci_csv_word;

typedef struct mlci_csv_words {
    mlci_root *root;
    int32_t n, capacity;
    int32_t is_list; /* each text gets a number of its own, also a repeat */
    int64_t n_seen;
    mlci_csv_word *word;
    int32_t *slots; /* number or -1 */
    int64_t n_slots;
    char *arena; /* latest block of texts without their doubled quotes; starts with a link */
    int64_t arena_used, arena_size;
} mlci_csv_words;

/* The number of a text, -1 when memory is short. keep: the text stays where it is; otherwise it
 * is copied when new. */
int32_t mlci_csv_words_add(mlci_csv_words *words, const char *text, int64_t length, int keep);
uint64_t mlci_csv_hash(const char *text, int64_t length);
void mlci_csv_words_clear(mlci_csv_words *words);

/* A column being read. */
typedef struct mlci_csv_column {
    char *name;
    int32_t forced;  /* type of types= or of the rows to be like, or 0 */
    int32_t is_like; /* the type is that of the rows to be like */
    int32_t if_text; /* type to insist on when the cells turn out to be text, or 0 */
    int32_t type;    /* read as: TEXT for category as well */
    int32_t seen;
    int32_t wanted; /* to be read in this run */
    void *values;   /* a block; rows of all regions: uint8 of BOOL, int32 word numbers of TEXT */
} mlci_csv_column;

/* Part of a column that one region holds. */
typedef struct mlci_csv_piece {
    uint8_t *valid; /* bitmap over the rows of the region; NULL: none missing */
    int64_t n_missing;
    int32_t seen;
    mlci_csv_words words;
} mlci_csv_piece;

/* What was wrong in one region. */
typedef struct mlci_csv_problems {
    int64_t n, capacity;
    mlci_csv_fault *faults;
    int32_t bad_quotes; /* the regions after this one may be cut wrongly */
    int32_t no_memory;
    mlci_csv_fault fatal; /* what ends the reading of the region */
} mlci_csv_problems;

typedef struct mlci_csv_reader {
    mlc_context *call;
    mlci_root *root;
    mlci_csv_source source;
    mlci_csv_nulls nulls;
    int32_t n_columns;
    mlci_csv_column *columns;
    int64_t body; /* first byte after the header */
    int64_t n_regions;
    mlci_csv_region *regions;
    mlci_csv_piece *pieces;      /* n_regions x n_columns */
    int64_t *n_rows_read;        /* of each region */
    int32_t text_as;             /* MLCI_CSV_TEXT_ */
    int32_t on_error;            /* MLCI_CSV_FAIL, _SKIP or _COLLECT */
    mlci_csv_problems *problems; /* of each region */
} mlci_csv_reader;

/* Reads one region into the wanted columns. Faults stay in reader->problems[region]. */
mlc_status mlci_csv_read_region(mlci_csv_reader *reader, int64_t region, mlc_error *err);
/* Bytes of a value while a column of that type is being read. */
int64_t mlci_csv_value_size(int32_t type);
/* Fills err from a fault and returns its status. */
mlc_status mlci_csv_fault_fail(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                               mlc_error *err);
/* The same without the place: fills message->message, name and status. */
void mlci_csv_fault_describe(const mlci_csv_reader *reader, const mlci_csv_fault *fault,
                             mlc_error *message);

/* ---- what kind of file, what types (csv_infer.c) --------------------------------------------- */

/* The delimiter of the first records: the one with the most consistent number of fields. */
char mlci_csv_detect_delimiter(const mlci_csv_source *source, int64_t begin);
/* Whether a first record of these cells names the columns: no cell is a number, none but the
 * first is empty, no two are equal. */
mlc_status mlci_csv_is_header(mlci_root *root, const mlci_csv_cell *cells, int64_t n, int *out,
                              mlc_error *err);
/* Names the columns: header cells, or NULL; name_2 for repeats, column_3 for empty ones. */
mlc_status mlci_csv_name_columns(mlci_csv_reader *reader, const mlci_csv_cell *cells,
                                 mlc_error *err);
/* Where cells turned out to be text that must not be: from now on the first of them is a fault. */
void mlci_csv_insist(mlci_csv_column *column);
/* Looks at the first rows of each region and sets the types to start with. */
mlc_status mlci_csv_sample_types(mlci_csv_reader *reader, mlc_error *err);

/* ---- columns (csv_column.c) ----------------------------------------------------------------- */

/* Column j of the rows that were read; its blocks are given up. */
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
    char delimiter_byte;     /* NUL: to be found out */
    char quote_byte;         /* NUL: none */
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

/* ---- all of it (csv_read.c) ----------------------------------------------------------------- */

/* Reads text that is not compressed, with chunks of that size, which tests vary. */
mlc_status mlci_csv_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                              const mlci_csv_settings *settings, int64_t chunk_bytes,
                              mlc_dataset **out, mlc_error *err);

#endif
