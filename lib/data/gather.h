/* Values that arrive one by one, each with a kind of its own, on their way into a column whose
 * type is found from all of them: what JSON and SQLite hand out.
 *
 * A piece holds the values of one column in one part of the rows; missing values take no memory,
 * and where none is missing and all are of one kind, neither do their rows and kinds. The pieces of
 * a column are joined in order, so the result does not depend on who filled which. */
#ifndef MLCI_GATHER_H
#define MLCI_GATHER_H

#include "csv.h"
#include "reader_settings.h"

#define MLCI_KIND_BOOL 1
#define MLCI_KIND_INTEGER 2
#define MLCI_KIND_REAL 4
#define MLCI_KIND_TEXT 8
#define MLCI_KIND_VECTOR 16

typedef struct mlci_value {
    int32_t kind;
    int64_t integer;  /* BOOL and INTEGER */
    double real;      /* REAL */
    const char *text; /* of TEXT, else as it is written (true, 1.50, [1,2]) */
    int64_t length;
    const double *reals; /* VECTOR */
    int64_t width;
} mlci_value;

typedef struct mlci_gather {
    mlci_root *root;
    mlci_wish wish;
    const mlci_csv_nulls *nulls; /* words of texts that mean missing; NULL: none */
    int64_t n, capacity;
    int32_t seen;    /* kinds, as bits */
    int64_t width;   /* of the first vector */
    int32_t *rows;   /* ascending; NULL once trimmed: all rows */
    uint8_t *kinds;  /* NULL once trimmed: all as seen */
    int64_t *values; /* integers, bits of reals, places in bytes */
    mlci_text bytes; /* texts and vectors, each after its length */
} mlci_gather;

void mlci_gather_open(mlci_gather *piece, mlci_root *root, mlci_wish wish,
                      const mlci_csv_nulls *nulls);
void mlci_gather_close(mlci_gather *piece);
/* Adds a value; rows ascend. MLC_ERROR_FORMAT with a message that names neither column nor place
 * when it is not what the wish asks for; MLC_ERROR_NO_MEMORY. */
mlc_status mlci_gather_put(mlci_gather *piece, int32_t row, const mlci_value *value,
                           mlc_error *err);

/* Gives back memory that is not needed once the last value of its n_rows rows was put. */
mlc_status mlci_gather_trim(mlci_gather *piece, int64_t n_rows, mlc_error *err);

/* The pieces of one column. */
typedef struct mlci_gathered {
    const char *name;
    mlci_wish wish;
    int32_t declared; /* type of a column without values; 0: float64 */
    int32_t is_bool;  /* integers are bools where all of them are 0 or 1 */
    int32_t text_as;  /* MLCI_TEXT_AS_ */
    int64_t n_rows;
    int64_t n_pieces;
    mlci_gather *const *pieces; /* NULL: all missing */
    const int64_t *first_rows;  /* of each piece */
} mlci_gathered;

/* The first value that cannot be in one column with those before it. 0: there is none. */
typedef struct mlci_conflict {
    int64_t piece;
    int32_t row; /* of the piece */
    int32_t before, kind;
    int64_t width_before, width; /* vectors of different lengths */
} mlci_conflict;
int mlci_gathered_conflict(const mlci_gathered *column, mlci_conflict *out);
/* "a number, where rows before have a text": what the conflict is. */
void mlci_conflict_describe(const mlci_conflict *conflict, mlci_text *out);
/* The values of the column that will be: n_rows times the width. */
int64_t mlci_gathered_size(const mlci_gathered *column);
/* The column; there must be no conflict. Pieces are closed on success, so that columns take the
 * place of their values one after the other. */
mlc_status mlci_gathered_finish(mlci_root *root, const mlci_gathered *column, mlci_column **out,
                                mlc_error *err);

#endif
