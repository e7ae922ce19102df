/* The artifact's container: a header, a table of sections, their names, and the sections.
 * docs/artifact.md has every field; in short, all numbers little-endian:
 *
 *     0   8   magic 89 4D 4C 43 0D 0A 1A 0A
 *     8   4   major and minor version of the format: another major one is refused
 *     12  4   bytes of header, table and names together, a multiple of 64
 *     16  8   bytes of the file
 *     24  4   number of sections
 *     28  4   CRC-32 of header, table and names with this field zero
 *     32  16  required features: an unknown bit is refused; optional features
 *     48  32  content id: SHA-256 over name length (4), name, version (2), raw length (8) and raw
 *             bytes of each section in order
 *     80  4   major and minor version of the first release that reads the file
 *     84  12  zero
 *     96  48  for each section: offset of its name (4) and length (4) within the names,
 *             version (2), flags (2), CRC-32 of the raw bytes (4), offset (8), stored bytes (8),
 *             raw bytes (8), zero (8)
 *     ...     names, one after the other, then zeros up to a multiple of 64
 *     ...     sections in the order of the table, each at a multiple of 64, zeros between
 *
 * There are no holes: every byte is accounted for, and the last section ends the file. */
#ifndef MLCI_CONTAINER_H
#define MLCI_CONTAINER_H

#include "error.h"
#include "section.h"

#define MLCI_CONTAINER_MAJOR 1
#define MLCI_CONTAINER_MINOR 0
#define MLCI_HEADER_BYTES 96
#define MLCI_ENTRY_BYTES 48

#define MLCI_SECTION_CRITICAL 1 /* unknown ones are refused */
#define MLCI_SECTION_DEFLATE 2  /* stored as a zlib stream */

/* What deflate can do at best is 1032 to 1, and a short stream has a few bytes of its own. */
#define MLCI_DEFLATE_RATIO 1040
#define MLCI_DEFLATE_SLACK 64

extern const uint8_t mlci_container_magic[8];
uint32_t mlci_crc32(uint32_t crc, const void *bytes, int64_t n);

/* ---- writing: sections are added in the order of the file ------------------------------- */

typedef struct mlci_out_section {
    char *name;
    int32_t version, flags;
    mlci_writer content;
} mlci_out_section;

typedef struct mlci_container_out {
    mlci_root *root;
    int32_t n, capacity;
    mlci_out_section *sections;
    int32_t oldest[2]; /* major and minor version of the first release that reads it */
} mlci_container_out;

/* The writer of a new section; valid until the next one is added. NULL without memory. */
mlci_writer *mlci_container_add(mlci_container_out *c, const char *name, int32_t flags);
/* The file's bytes as a block. compress: deflate sections where that saves an eighth. */
mlc_status mlci_container_finish(mlci_container_out *c, int32_t compress, char **out,
                                 int64_t *n_out, mlc_error *err);
void mlci_container_clear(mlci_container_out *c);

/* ---- reading: everything is checked before anything is handed out ----------------------- */

typedef struct mlci_in_section {
    const char *name; /* NUL-terminated, in names */
    int32_t version, flags;
    uint32_t crc;
    int64_t offset, n_stored, n_raw;
    const uint8_t *raw;
    uint8_t *inflated; /* block when deflated */
    int32_t used;      /* it was found */
} mlci_in_section;

typedef struct mlci_container_in {
    mlci_root *root;
    const mlci_limits *limits;
    int64_t n_header; /* header, table and names */
    uint32_t header_crc;
    int32_t minor, oldest[2];
    int32_t n, last_found;
    mlci_in_section *sections;
    char *names;
    uint8_t content_id[32];
} mlci_container_in;

/* Over bytes that stay alive; limits as well. The column of an error is the byte of the file at
 * fault, from 1. */
mlc_status mlci_container_open(mlci_root *root, const void *bytes, int64_t n_bytes,
                               const mlci_limits *limits, mlci_container_in *out, mlc_error *err);
/* MLC_ERROR_FORMAT when there is no section of that name, when it is not critical, or when it
 * lies before one that was found earlier: sections have one order. */
mlc_status mlci_container_find(mlci_container_in *c, const char *name, const void **data,
                               int64_t *length, mlc_error *err);
/* Every critical section must have been found: MLC_ERROR_FORMAT names one that was not. */
mlc_status mlci_container_check_used(const mlci_container_in *c, mlc_error *err);
void mlci_container_close(mlci_container_in *c);

/* Inflates a section into a block of exactly its raw length, s->inflated (container_inflate.c). */
mlc_status mlci_section_inflate(const mlci_container_in *c, mlci_in_section *s, const uint8_t *file,
                                mlc_error *err);

#endif
