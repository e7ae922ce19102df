/* How components put their state into an artifact and take it out again, little-endian.
 *
 * Both remember the first failure, so a save or load function is a straight list of fields with
 * one check at its end. A reader bounds each length by the bytes that are left before it
 * allocates. */
#ifndef MLCI_SECTION_H
#define MLCI_SECTION_H

#include <mlcore/status.h>

#include "memory.h"

typedef struct mlci_writer {
    mlci_root *root;
    uint8_t *data;
    int64_t length, capacity;
    int32_t failed;
} mlci_writer;

void mlci_writer_init(mlci_writer *w, mlci_root *root);
void mlci_writer_clear(mlci_writer *w);
mlc_status mlci_writer_status(const mlci_writer *w, mlc_error *err);
void mlci_write_bytes(mlci_writer *w, const void *bytes, int64_t n);
void mlci_write_int32(mlci_writer *w, int32_t value);
void mlci_write_int64(mlci_writer *w, int64_t value);
void mlci_write_real(mlci_writer *w, double value); /* one NaN pattern; -0.0 kept */
void mlci_write_text(mlci_writer *w, const char *text, int64_t length); /* NULL, -1: none */
/* Arrays: the count, then the values. */
void mlci_write_reals(mlci_writer *w, const double *values, int64_t n);
void mlci_write_int32s(mlci_writer *w, const int32_t *values, int64_t n);
void mlci_write_int64s(mlci_writer *w, const int64_t *values, int64_t n);
void mlci_write_uint8s(mlci_writer *w, const uint8_t *values, int64_t n);
void mlci_write_uint16s(mlci_writer *w, const uint16_t *values, int64_t n);

/* What a file may ask of the program that loads it: the settings of a load. A file beyond one of
 * them is refused with MLC_ERROR_LIMIT and the setting's name. */
typedef struct mlci_limits {
    int64_t max_bytes;        /* of the file, and of all sections unpacked */
    int64_t max_header_bytes; /* header, table and names */
    int64_t max_sections;
    int64_t max_name_bytes; /* of a section's name */
    int64_t max_ratio;      /* unpacked to stored bytes of a section */
    int64_t max_info_bytes; /* of the section "info" */
    int64_t max_steps;      /* of the tree of components */
    int64_t max_features;   /* of the record, and of each model */
    int64_t max_classes;
    int64_t max_trees, max_nodes; /* of one model */
    int64_t max_depth;            /* splits from a tree's root to a leaf */
    int64_t max_golden_rows;
    struct mlc_context *call; /* polled now and then; NULL: never */
} mlci_limits;

#define MLCI_MAX_BYTES (INT64_C(1) << 30)
#define MLCI_MAX_HEADER_BYTES (1 << 20)
#define MLCI_MAX_SECTIONS 4096
#define MLCI_MAX_NAME_BYTES 1024
#define MLCI_MAX_RATIO 1040
#define MLCI_MAX_INFO_BYTES (1 << 20)
#define MLCI_MAX_STEPS 10000
#define MLCI_MAX_FEATURES (1 << 24)
#define MLCI_MAX_LOADED_CLASSES 32768
#define MLCI_MAX_TREES (1 << 20)
#define MLCI_MAX_NODES INT32_MAX
#define MLCI_MAX_DEPTH 4096
#define MLCI_MAX_GOLDEN_ROWS 4096
extern const mlci_limits mlci_default_limits; /* these */

typedef struct mlci_reader {
    mlci_root *root;
    const char *section; /* for messages */
    const mlci_limits *limits;
    const uint8_t *data;
    int64_t length, at;
    mlc_status status;
    mlc_error error;
} mlci_reader;

void mlci_reader_init(mlci_reader *r, mlci_root *root, const char *section, const void *data,
                      int64_t length);
/* The first failure, or MLC_ERROR_FORMAT when bytes are left over. Its column is the byte of the
 * section at fault, from 1. */
mlc_status mlci_reader_finish(mlci_reader *r, mlc_error *err);
/* Marks the content as wrong (MLC_ERROR_FORMAT); the first message stays. */
void mlci_reader_refuse(mlci_reader *r, const char *what);
/* Fails where the call of the limits is cancelled. */
void mlci_reader_poll(mlci_reader *r);
/* Marks it with MLC_ERROR_LIMIT when there are more than the setting of that name allows. */
void mlci_reader_limit(mlci_reader *r, const char *what, int64_t n, const char *setting,
                       int64_t most);
/* After a failure each of these returns 0, NULL or nothing. */
int32_t mlci_read_int32(mlci_reader *r);
int64_t mlci_read_int64(mlci_reader *r);
double mlci_read_real(mlci_reader *r);
/* In [low, high], else the reader is marked. */
int64_t mlci_read_count(mlci_reader *r, const char *what, int64_t low, int64_t high);
/* A block with a NUL, valid UTF-8 without NUL inside; NULL for none (*length -1). */
char *mlci_read_text(mlci_reader *r, int64_t *length);
/* A block of exactly n elements, or of any number when n is -1 (*n_out, may be NULL). */
double *mlci_read_reals(mlci_reader *r, int64_t n, int64_t *n_out);
int32_t *mlci_read_int32s(mlci_reader *r, int64_t n, int64_t *n_out);
int64_t *mlci_read_int64s(mlci_reader *r, int64_t n, int64_t *n_out);
uint8_t *mlci_read_uint8s(mlci_reader *r, int64_t n, int64_t *n_out);
uint16_t *mlci_read_uint16s(mlci_reader *r, int64_t n, int64_t *n_out);

#endif
