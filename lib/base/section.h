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

typedef struct mlci_reader {
    mlci_root *root;
    const char *section; /* for messages */
    const uint8_t *data;
    int64_t length, at;
    mlc_status status;
    mlc_error error;
} mlci_reader;

void mlci_reader_init(mlci_reader *r, mlci_root *root, const char *section, const void *data,
                      int64_t length);
/* The first failure, or MLC_ERROR_FORMAT when bytes are left over. */
mlc_status mlci_reader_finish(mlci_reader *r, mlc_error *err);
/* Marks the content as wrong (MLC_ERROR_FORMAT); the first message stays. */
void mlci_reader_refuse(mlci_reader *r, const char *what);
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

#endif
