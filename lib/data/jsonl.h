/* JSON Lines from the inside: how lines become the values of paths, and those become columns.
 *
 * The bytes come in windows, which are cut into chunks of a fixed size at line ends. Each chunk is
 * read by itself into a tree of paths of its own; the trees are joined in order. So the result is a
 * function of the bytes alone, whatever number of threads reads them. */
#ifndef MLCI_JSONL_H
#define MLCI_JSONL_H

#include "json_paths.h"
#include "line_windows.h"

#define MLCI_JSONL_CHUNK_BYTES ((int64_t)1 << 20)

typedef struct mlci_jsonl_settings {
    char *columns, *types, *null;
    int32_t text, on_error;
    char *roles;             /* the settings that are roles, as text; or NULL */
    const mlc_dataset *like; /* rows whose types to read with; borrowed, or NULL */
    int64_t first_line;      /* number of the first line less 1 */
    int32_t is_later;        /* a batch after the first, which `like` is */
} mlci_jsonl_settings;

/* The line of a byte of the source, from 1. */
struct mlci_jsonl_source;
int64_t mlci_jsonl_line(const struct mlci_jsonl_source *source, int64_t at);

/* What is wrong with a line. */
typedef struct mlci_jsonl_fault {
    mlc_status status; /* MLC_OK: nothing */
    int64_t at;        /* where the line starts, in its window */
    int64_t line;      /* set once its chunk was read */
    int64_t column;    /* byte of the line, from 1 */
    char *name;        /* of the column, or NULL */
    char *message;
} mlci_jsonl_fault;

typedef struct mlci_jsonl_source {
    mlci_root *root;
    const char *name;  /* for messages: the path, or "jsonl" */
    const char *bytes; /* of the window at hand */
    int64_t n;
    int64_t line; /* of their first, from 1 */
    const mlci_jsonl_settings *settings;
    mlci_wishes wishes;
    mlci_csv_nulls nulls;
    mlci_json_paths wanted; /* of columns=; only the root without it */
} mlci_jsonl_source;

/* A node that the line at hand has touched, and how its values were before. */
typedef struct mlci_jsonl_touched {
    int32_t node, is_value, seen;
    int64_t n, width, n_bytes;
} mlci_jsonl_touched;

typedef struct mlci_jsonl_chunk {
    const mlci_jsonl_source *source;
    int64_t window;     /* number of the window that it is of, from 0 */
    int64_t begin, end; /* in it */
    mlci_json_paths paths;
    int64_t n_lines; /* good or bad, without blank ones */
    int32_t n_rows;
    int64_t *starts; /* of the line of each row */
    int64_t starts_capacity;
    int32_t *met; /* nodes in the order in which good lines had them */
    int64_t n_met, met_capacity;
    mlci_jsonl_touched *touched;
    int64_t n_touched, touched_capacity;
    mlci_text reals; /* of the array at hand */
    mlci_text name;
    mlci_jsonl_fault *problems;
    int64_t n_problems, problems_capacity;
    mlci_jsonl_fault fatal;
    int32_t watched; /* node whose value's column mlci_jsonl_find_column() looks for, or -1 */
    int64_t watched_column;
} mlci_jsonl_chunk;

mlc_status mlci_jsonl_source_open(mlci_root *root, const char *name,
                                  const mlci_jsonl_settings *settings, mlci_jsonl_source *out,
                                  mlc_error *err);
void mlci_jsonl_source_close(mlci_jsonl_source *source);

/* Reads the lines in [begin, end). What is wrong with them stays in the chunk: problems, where
 * on_error= leaves lines out, else fatal, which ends the reading. */
mlc_status mlci_jsonl_chunk_read(mlci_jsonl_chunk *chunk, const mlci_jsonl_source *source,
                                 int64_t begin, int64_t end, mlc_error *err);
void mlci_jsonl_chunk_close(mlci_jsonl_chunk *chunk);
/* Fills err with file, line and column, and returns the status. */
mlc_status mlci_jsonl_fault_fail(const mlci_jsonl_source *source, const mlci_jsonl_fault *fault,
                                 mlc_error *err);
/* The column, from 1, at which the line has the value of a node. */
mlc_status mlci_jsonl_find_column(const mlci_jsonl_chunk *chunk, int64_t start, int32_t node,
                                  int64_t *out, mlc_error *err);

/* Reads and checks settings; those of the reader and roles together. */
mlc_status mlci_jsonl_settings_read(mlci_root *root, const char *text, mlci_jsonl_settings *out,
                                    mlc_error *err);
void mlci_jsonl_settings_clear(mlci_jsonl_settings *settings);

/* Reads all windows, in chunks of that size. */
mlc_status mlci_jsonl_read(mlc_context *call, mlci_line_windows *windows,
                           const mlci_jsonl_settings *settings, int64_t chunk_bytes,
                           mlc_dataset **out, mlc_error *err);
/* Reads text that is not compressed, behind its byte-order mark, with chunks of that size, which
 * tests vary, and windows of eight of them. */
mlc_status mlci_jsonl_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                                const mlci_jsonl_settings *settings, int64_t chunk_bytes,
                                mlc_dataset **out, mlc_error *err);

#endif
