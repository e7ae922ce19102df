/* Arrow arrays on their way in: what they hold is checked against their schema once, then read. */
#ifndef MLCI_ARROW_SOURCE_H
#define MLCI_ARROW_SOURCE_H

#include "arrow_format.h"
#include "column.h"

/* A record batch that columns are lent from. The batch is released with the last reference. */
typedef struct mlci_arrow_owner {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    struct ArrowArray array;
} mlci_arrow_owner;

/* Holds a copy of *array, which the caller has or gives up: see mlci_arrow_owner_disown(). */
mlc_status mlci_arrow_owner_create(mlci_root *root, const struct ArrowArray *array,
                                   mlci_arrow_owner **out, mlc_error *err);
mlci_arrow_owner *mlci_arrow_owner_ref(mlci_arrow_owner *owner);
void mlci_arrow_owner_unref(mlci_arrow_owner *owner);
/* The batch stays with whoever had it: it will not be released here. */
void mlci_arrow_owner_disown(mlci_arrow_owner *owner);

/* Some rows of an array of a batch. */
typedef struct mlci_arrow_source {
    mlci_arrow_owner *owner;
    const char *name; /* of the column, for messages */
    mlci_arrow_type type;
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    int64_t first; /* where row 0 is in the buffers */
    int64_t n;
    int64_t row; /* number of row 0 in all batches, for messages */
} mlci_arrow_source;

/* Sets schema, array, type, first and n of s, whose other members are there. start: rows to skip
 * besides the array's own offset. */
mlc_status mlci_arrow_source_open(mlci_arrow_source *s, const struct ArrowSchema *schema,
                                  const struct ArrowArray *array, int64_t start, int64_t n,
                                  mlc_error *err);
/* The bitmap, from the beginning of the buffer; NULL: no row is null. */
const uint8_t *mlci_arrow_valid(const mlci_arrow_source *s);
/* Row i of the source is not null. valid: its bitmap. */
static inline int mlci_arrow_is_valid(const mlci_arrow_source *s, const uint8_t *valid, int64_t i)
{
    return valid == NULL || (valid[(s->first + i) >> 3] >> ((s->first + i) & 7) & 1) != 0;
}
/* Copies the bits of the source's rows to the beginning of out, whose last byte is filled up with
 * zeros; returns how many are set. */
int64_t mlci_arrow_copy_bits(const mlci_arrow_source *s, const void *bits, uint8_t *out);
/* Gives a column without a bitmap the one of the source, if any row is null. */
mlc_status mlci_arrow_copy_valid(const mlci_arrow_source *s, mlci_column *column, mlc_error *err);
/* A column whose values are those of the batch, which it keeps. */
mlc_status mlci_arrow_lend(const mlci_arrow_source *s, int32_t type, int64_t width,
                           const void *values, mlci_column **out, mlc_error *err);

#endif
