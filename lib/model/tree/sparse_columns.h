/* Columns that mostly hold one value, as one-hot columns and counts do: that value, and for the
 * other values the rows they are in. What follows (bins, codes, bundles) then costs what those
 * few cost. Which columns count as such depends on the data only, and changes no result. */
#ifndef MLCI_SPARSE_COLUMNS_H
#define MLCI_SPARSE_COLUMNS_H

#include "error.h"
#include "matrix.h"

#define MLCI_SPARSE_TILE_ROWS 8192 /* at most */

/* The other values of consecutive rows, column by column, rows ascending in each. */
typedef struct mlci_sparse_tile {
    uint32_t *first; /* n_columns + 1 */
    uint16_t *rows;  /* from the first row of the tile */
    double *values;  /* NULL when no longer needed */
    uint8_t *codes;  /* for the user */
} mlci_sparse_tile;

typedef struct mlci_sparse_columns {
    mlci_root *root;
    int64_t n_features, n_rows;
    int64_t tile_rows, n_tiles;
    mlci_sparse_tile *tiles;
    int32_t n_columns;    /* that were looked at; some may have turned out to be others */
    int32_t *column;      /* of each feature; -1: it is none of these */
    double *common;       /* of each feature: the bits that most rows have */
    uint8_t *common_code; /* for the user */
} mlci_sparse_columns;

/* Other values of a column in a tile. */
typedef struct mlci_sparse_run {
    int64_t first_row, n;
    const uint16_t *rows;
    const double *values;
    uint8_t *codes;
} mlci_sparse_run;

/* Reads x once, if a sample says that it pays; otherwise n_columns is 0. */
mlc_status mlci_sparse_columns_read(mlc_context *call, const mlci_matrix *x,
                                    mlci_sparse_columns **out, mlc_error *err);
/* The values are needed no more. */
void mlci_sparse_columns_drop_values(mlci_sparse_columns *s);
void mlci_sparse_columns_free(mlci_sparse_columns *s); /* may be NULL */

static inline mlci_sparse_run mlci_sparse_run_of(const mlci_sparse_columns *s, int64_t tile,
                                                 int32_t column)
{
    const mlci_sparse_tile *const t = &s->tiles[tile];
    const uint32_t first = t->first[column];
    return (mlci_sparse_run){.first_row = tile * s->tile_rows,
                             .n = (int64_t)t->first[column + 1] - (int64_t)first,
                             .rows = t->rows + first,
                             .values = t->values == NULL ? NULL : t->values + first,
                             .codes = t->codes + first};
}

#endif
