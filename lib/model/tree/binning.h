/* Bins: how the tree models see features.
 *
 * A feature has at most 255 value bins with codes 1 .. n_bins; code 0 is a missing value, also
 * where training had none. A number x is in bin 1 + (thresholds below x), so `x <= threshold[b -
 * 1]` and `code <= b` are the same question for every double. A category is in the bin of its code:
 * the most frequent get bins (count descending, code ascending), the rest and unseen ones 0. */
#ifndef MLCI_BINNING_H
#define MLCI_BINNING_H

#include "category_bins.h"
#include "descriptor.h"
#include "error.h"
#include "matrix.h"
#include "sparse_columns.h"
#include "tree_kernels.h"

#define MLCI_MAX_BINS 255
#define MLCI_BIN_CODES 256

/* Bundles side by side in the row-major copy, at most. */
#define MLCI_BIN_GROUP 64

typedef struct mlci_bin_rule {
    int32_t n_bins; /* value bins, 0 to 255 */
    int32_t is_category;
    int32_t n_codes; /* categories: size of bin_of_code */
    uint8_t *bin_of_code;
    double thresholds[MLCI_THRESHOLDS]; /* n_bins - 1 ascending, then inf */
} mlci_bin_rule;

/* A used feature among the bundles (bundle.h). */
typedef struct mlci_bin_place {
    int32_t bundle;
    int32_t n_codes;                 /* of its own */
    int32_t common;                  /* the code whose cells are not listed */
    int32_t is_alone;                /* in its bundle, whose codes are its own */
    int32_t n_entries;               /* 0: all cells are there */
    int64_t first_entry;             /* its cells, codes ascending */
    uint8_t table[MLCI_BIN_CODES];   /* what a code adds to the code of the bundle */
    uint8_t code_of[MLCI_BIN_CODES]; /* its code by the code of the bundle */
} mlci_bin_place;

/* A cell of a bundle's histogram in which a feature has that code. */
typedef struct mlci_bin_entry {
    int32_t cell;
    uint8_t code;
} mlci_bin_entry;

/* Dense bundles first .. first + width, row-major: row i at rows + i * stride. */
typedef struct mlci_bin_group {
    int32_t first, width;
    int64_t stride;
    uint8_t *rows;
} mlci_bin_group;

typedef struct mlci_binned {
    mlci_root *root;
    int64_t n_features;
    int64_t n_rows; /* training rows, then validation rows */
    int64_t n_train;
    mlci_bin_rule *rules; /* one a feature */
    /* Until the last step: the training matrix as it was read, and where its rows are; the codes of
     * each feature, of all rows, or where it is sparse of the rows that were appended. */
    mlci_sparse_columns *sparse;
    const int64_t *position; /* borrowed */
    int64_t first_appended;  /* n_rows: none */
    uint8_t **codes;
    int32_t n_used;         /* features that could be split: at least two codes in training */
    int32_t *used;          /* their indices, ascending */
    int32_t *used_of;       /* by index; -1: it is not used */
    mlci_bin_place *places; /* one a used feature */
    int32_t n_bundles;
    uint8_t **columns;      /* codes of each bundle in all rows, and slack: partition, scoring */
    int32_t n_dense;        /* bundles that are in groups; at least the first */
    int32_t *first_feature; /* n_bundles + 1: places in features */
    int32_t *features;      /* used features by bundle, ascending in each */
    int32_t *first_cell;    /* n_bundles + 1: place of a bundle in a histogram */
    int64_t n_entries;
    mlci_bin_entry *entries;
    int32_t n_groups;
    mlci_bin_group *groups;
    int64_t *row_cells; /* the other bundles: row i has the cells from row_cells[i] to ... */
    uint32_t *cells;    /* ... row_cells[i + 1] of these, and is elsewhere at the common code */
} mlci_binned;

/* Where the rows of the training matrix go. */
typedef struct mlci_bin_rows {
    int64_t n_rows;          /* of the binned data: with the rows that are appended later */
    int64_t n_train;         /* rows whose position is below count for the boundaries */
    const int64_t *position; /* place of each row of the matrix; NULL: the same */
    const int64_t *weight;   /* fixed-point weight by position, at least 1; NULL: all 1 */
    double unit;             /* what a weight of 1 is in fixed point; 1 without weights */
    /* The bins that categories have already, as an ensemble has them; NULL: they are found. */
    const mlci_category_bins *categories;
} mlci_bin_rows;

/* Finds the boundaries and codes the rows of x. Exact: of all values. rows->position is
 * borrowed up to mlci_binned_finish(). */
mlc_status mlci_binned_fit(mlc_context *call, const mlci_matrix *x, const mlci_bin_rows *rows,
                           int32_t max_bins, mlci_binned **out, mlc_error *err);
/* Codes the rows of another matrix at positions first, first + 1, ... to the end; once at most. */
mlc_status mlci_binned_append(mlc_context *call, mlci_binned *binned, const mlci_matrix *x,
                              int64_t first, mlc_error *err);
/* Lays the rows out by bundle, and the training rows row by row; the last step. */
mlc_status mlci_binned_finish(mlc_context *call, mlci_binned *binned, mlc_error *err);
void mlci_binned_free(mlci_binned *binned);

/* Until the last step: where a row of the training matrix is. */
static inline int64_t mlci_binned_place(const mlci_binned *binned, int64_t row)
{
    return binned->position == NULL ? row : binned->position[row];
}

/* The code of a used feature in a row, after the last step. */
static inline uint8_t mlci_binned_code(const mlci_binned *binned, int32_t used, int64_t row)
{
    const mlci_bin_place *const place = &binned->places[used];
    return place->code_of[binned->columns[place->bundle][row]];
}

/* The bin of a category, given as a code in a double (NaN or negative: unknown). */
static inline uint8_t mlci_bin_of_category(const uint8_t *bin_of_code, int32_t n_codes, double x)
{
    return x >= 0 && x < (double)n_codes ? bin_of_code[(int32_t)x] : 0;
}

/* The max_bins (1 to MLCI_MAX_BINS) heaviest of n_codes categories get bins 1, 2, ... in bin_of_code
 * (which holds zeros), by (weight descending, code ascending); returns how many. */
int32_t mlci_rank_categories(const int64_t *weight, int32_t n_codes, int32_t max_bins,
                             uint8_t *bin_of_code);

#endif
