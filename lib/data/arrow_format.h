/* Arrow's format strings: what the values of an array are and how they become a column. */
#ifndef MLCI_ARROW_FORMAT_H
#define MLCI_ARROW_FORMAT_H

#include <mlcore/arrow.h>

#include "error.h"

typedef enum mlci_arrow_kind {
    MLCI_ARROW_NULL,     /* no value at all */
    MLCI_ARROW_BOOL,     /* bits */
    MLCI_ARROW_SIGNED,   /* also times of day and durations */
    MLCI_ARROW_UNSIGNED, /* */
    MLCI_ARROW_REAL,     /* of 2, 4 or 8 bytes */
    MLCI_ARROW_DECIMAL,  /* little-endian two's complement over a power of ten */
    MLCI_ARROW_TIME,     /* instants and days */
    MLCI_ARROW_TEXT,     /* offsets of `size` bytes */
    MLCI_ARROW_VIEW,     /* texts of up to 12 bytes in place, others in further buffers */
    MLCI_ARROW_VECTOR,   /* fixed-size list */
    MLCI_ARROW_LIST,     /* large list: sparse vectors */
    MLCI_ARROW_STRUCT
} mlci_arrow_kind;

typedef struct mlci_arrow_type {
    mlci_arrow_kind kind;
    int32_t size;       /* bytes of a value, of an offset for TEXT; else 0 */
    int32_t n_buffers;  /* -1: 3 or more (VIEW) */
    int32_t n_children; /* -1: any (STRUCT) */
    int32_t scale;      /* DECIMAL: digits after the point, may be negative */
    int64_t micros;     /* TIME: microseconds of a unit; 0: nanoseconds */
    int64_t width;      /* VECTOR: components */
} mlci_arrow_type;

/* MLC_ERROR_UNSUPPORTED for what is no column, MLC_ERROR_ARGUMENT for what is no format; column is
 * for messages. */
mlc_status mlci_arrow_type_parse(const char *format, const char *column, mlci_arrow_type *out,
                                 mlc_error *err);

#endif
