/* libsvm and svmlight text from the inside: `label qid:7 3:0.5 9:1 # comment`. */
#ifndef MLCI_LIBSVM_H
#define MLCI_LIBSVM_H

#include "dataset_impl.h"
#include "line_windows.h"

#define MLCI_LIBSVM_CHUNK_BYTES ((int64_t)1 << 20)
#define MLCI_LIBSVM_BASE_AUTO (-1)

typedef struct mlci_libsvm_settings {
    int32_t index_base; /* MLCI_LIBSVM_BASE_AUTO, 0 or 1 */
    int64_t width;      /* components of the vectors; 0: as many as the largest index needs */
    char *target_name, *group_name, *features_name;
    char *roles;              /* the settings that are roles, as text; or NULL */
    int64_t first_line;       /* number of the first line less 1 */
    const mlc_dataset *first; /* of batches: columns and types are those of it; borrowed, or NULL */
    int32_t *found_base;      /* gets the base of the indices; or NULL */
} mlci_libsvm_settings;

/* Rows that some bytes hold, as they come; indices as they are written. */
typedef struct mlci_libsvm_rows {
    mlci_root *root;
    int64_t window; /* number of the window that they are of, from 0 */
    int64_t n_rows, rows_capacity;
    double *labels;
    int64_t *groups; /* of qid: */
    int64_t *starts; /* of the line, in its window */
    int64_t *ends;   /* of the entries */
    int64_t n, capacity;
    int32_t *indices;
    double *values;
    int32_t has_reals;                /* some label is no whole number as it is written */
    int64_t first_group, first_plain; /* rows with and without qid:, or -1 */
    int32_t low, high;                /* indices; low above high: none */
    mlc_status fault;                 /* what is wrong with the first bad line; MLC_OK: nothing */
    int64_t fault_at, fault_column;
    char fault_message[200];
} mlci_libsvm_rows;

/* Reads the lines in [begin, end); what is wrong with one stays in rows->fault. */
mlc_status mlci_libsvm_parse(mlci_libsvm_rows *rows, mlci_root *root, const char *bytes,
                             int64_t begin, int64_t end, mlc_error *err);
/* Is any line neither blank nor a comment? */
int mlci_libsvm_has_row(const char *bytes, int64_t n);
void mlci_libsvm_rows_clear(mlci_libsvm_rows *rows);

mlc_status mlci_libsvm_settings_read(mlci_root *root, const char *text, mlci_libsvm_settings *out,
                                     mlc_error *err);
void mlci_libsvm_settings_clear(mlci_libsvm_settings *settings);

/* Reads all windows, in chunks of that size. like: whose vectors are as wide, or NULL. */
mlc_status mlci_libsvm_read(mlc_context *call, mlci_line_windows *windows, const mlc_dataset *like,
                            const mlci_libsvm_settings *settings, int64_t chunk_bytes,
                            mlc_dataset **out, mlc_error *err);
/* Reads text that is not compressed, behind its byte-order mark, with chunks of that size, which
 * tests vary, and windows of eight of them. */
mlc_status mlci_libsvm_read_text(mlc_context *call, const char *name, const char *bytes, int64_t n,
                                 const mlc_dataset *like, const mlci_libsvm_settings *settings,
                                 int64_t chunk_bytes, mlc_dataset **out, mlc_error *err);

#endif
