/* Kernels that predict with trees, on plain arrays; one table an instruction set.
 *
 * A number's code counts the thresholds of a column, an infinite one among them, that it does not
 * exceed: `x <= the k-th largest threshold` and `code >= k` are the same question for every double,
 * and NaN, which passes none, has code 0. Answers for 256 rows are bits side by side. Integers and
 * bits, and one addition a row and tree: each kernel gives the same bits in every table. Nothing is
 * allocated, nothing can fail. */
#ifndef MLCI_SCORE_KERNELS_H
#define MLCI_SCORE_KERNELS_H

#include <stdint.h>

#define MLCI_SCORE_ROWS 256                       /* rows side by side */
#define MLCI_SCORE_WORDS 4                        /* words of their bits */
#define MLCI_SCORE_LEAVES 256                     /* of a tree whose leaves are found by bits */
#define MLCI_SCORE_PLACES (2 * MLCI_SCORE_LEAVES) /* nodes of it, and a place without rows */
#define MLCI_NO_ROWS (MLCI_SCORE_PLACES - 1)
#define MLCI_CODE_THRESHOLDS 255 /* of a column, the infinite one included */
#define MLCI_CODE_LEVELS 3       /* of their table, at most */
#define MLCI_ROW_LANES 16        /* codes of a row come in so many at a time */
#define MLCI_ROW_COLUMNS 256     /* columns, at most, of trees by paths and by heaps */
#define MLCI_ROW_SPLITS 32       /* of a tree by paths or by heap */
#define MLCI_PATH_LEAVES 32      /* of a tree by paths, at most */
#define MLCI_HEAP_DEPTH 5        /* levels of a heap */
#define MLCI_ROW_CHUNK 512       /* trees that are asked for at a time */

/* Thresholds of one feature, laid out by mlci_code_table_fill(). */
typedef struct mlci_code_column {
    int64_t feature; /* place of the number in a row */
    double *table;   /* its thresholds */
} mlci_code_column;

/* Columns whose tables have few levels come first. */
typedef struct mlci_code_columns {
    int64_t end[MLCI_CODE_LEVELS]; /* of columns of 1 level, of up to 2 and of all */
    const mlci_code_column *columns;
} mlci_code_columns;

/* Bits of rows: that of row i is bit i % 64 of word i / 64. Arrays are aligned to 32 bytes. */
typedef struct mlci_row_bits {
    uint64_t word[MLCI_SCORE_WORDS];
} mlci_row_bits;

/* Is (code & mask) >= least? */
typedef struct mlci_code_test {
    int32_t column;
    uint8_t mask, least;
} mlci_code_test;

/* Is the code in the set: bit code % 32 of word code / 32? */
typedef struct mlci_set_test {
    int32_t column;
    uint32_t set[8];
} mlci_set_test;

/* An inner node. With 16 h + j the rank of its threshold, a row goes left when
 * code >= 16 (h + 1), or code >= 16 h and code % 16 >= j, or where it is not known:
 * bits[high + 1] | (bits[high] & bits[low]) | ~bits[known]. */
typedef struct mlci_bit_split {
    uint32_t high, low, known;
    uint32_t place; /* its own */
} mlci_bit_split;

/* A tree of at most MLCI_SCORE_LEAVES leaves by breadth: the root has place 0, the children of
 * split k have places 2k + 1 and 2k + 2. */
typedef struct mlci_bit_tree {
    int32_t n_splits;
    int32_t has_missing; /* is a row not known at a split? If not, bits[known] are not read */
    const mlci_bit_split *splits;
    const uint16_t *leaf_places; /* of the n_splits + 1 leaves, then MLCI_NO_ROWS to a multiple
                                    of 8 */
} mlci_bit_tree;

/* Splits of many trees for single rows, MLCI_ROW_SPLITS a tree and those of one more tree without
 * any: a row goes right at a split where code <= bound, unless its code is 0, the value missing,
 * and missing_left has a bit for that split, one word a tree. Right is the second way, but the
 * first where right_first has a bit. How many bytes come from the second cache is what bounds a row
 * of many trees. Arrays are aligned to 64 bytes. */
typedef struct mlci_row_splits {
    int32_t n_columns; /* at most MLCI_ROW_COLUMNS */
    const uint8_t *column, *bound;
    const uint32_t *missing_left, *right_first;
} mlci_row_splits;

/* A row as its codes, that in column c being codes[c]; there are codes up to a multiple of
 * MLCI_ROW_LANES. Bits of `also` are splits where it goes the second way besides, 64 a word, from
 * the word that has the first tree asked for on; NULL: none. */
typedef struct mlci_coded_row {
    const uint8_t *codes;
    const uint64_t *also;
} mlci_coded_row;

/* For each of 32 leaves bits of eight splits, those on whose first side the leaf lies: the splits
 * from `from` on, of the two trees that share a word. */
typedef struct mlci_path_window {
    uint8_t from[MLCI_PATH_LEAVES], first[MLCI_PATH_LEAVES];
} mlci_path_window;

typedef struct mlci_path_leaves {
    double value[MLCI_PATH_LEAVES];
} mlci_path_leaves;

/* Trees of at most MLCI_PATH_LEAVES leaves and any shape, which come in an order in which those on
 * the first side of a split are before those on its second: `first` has for each of 32 leaves bits
 * of the splits on whose first side it lies, `windows` have the same bits. A row is in the first
 * leaf of which none of them goes the second way (QuickScorer, Lucchese et al. 2015). `first` and
 * `windows` are aligned to 64 bytes. */
typedef struct mlci_path_trees {
    mlci_row_splits splits;
    const uint32_t *first;
    const mlci_path_window *windows;
    const mlci_path_leaves *leaves;
    const uint8_t *numbers; /* of those 32 */
} mlci_path_trees;

/* The first MLCI_HEAP_DEPTH levels of trees: the children of split i are 2i and 2i + 1, the root is
 * 1; what would be split 32 + j is place j. Of place j of a tree bit j of `walked` says whether it
 * is walked from there; its cell is the node then, else the value of the leaf. */
typedef union mlci_heap_cell {
    double value;
    uint64_t node;
} mlci_heap_cell;

typedef struct mlci_heap_trees {
    mlci_row_splits splits;
    const uint32_t *walked;
    const mlci_heap_cell *cells;
} mlci_heap_trees;

/* A node that is walked: to the node `below` places after it, or to the one after that where
 * (uint8_t)(code - missing_left) < rank; missing values are above all ranks where missing_left
 * is 1. Of a leaf `below` is 0, and rank its number. Four bytes, since how soon they come from
 * memory is what bounds a walk. */
#define MLCI_WALKED_COLUMNS (1 << 14)
typedef struct mlci_code_node {
    uint32_t below : 9;
    uint32_t missing_left : 1;
    uint32_t column : 14;
    uint32_t rank : 8;
} mlci_code_node;

typedef struct mlci_score_kernels {
    int32_t isa; /* MLCI_ISA_... of context_impl.h */

    /* Codes of n rows: that of row i in column c at codes[c * stride + i]. Row i of x starts at
     * x + i * x_stride. */
    void (*code_rows)(const mlci_code_columns *columns, const double *x, int64_t x_stride,
                      int64_t n, uint8_t *codes, int64_t stride);
    /* Those of one row side by side. */
    void (*code_row)(const mlci_code_columns *columns, const double *x, uint8_t *codes);
    /* The first n_words words of bits, one mlci_row_bits a test. Columns of codes are
     * MLCI_SCORE_ROWS apart; those of 64 * n_words rows are read. */
    void (*test_codes)(const mlci_code_test *tests, int64_t n_tests, const uint8_t *codes,
                       int64_t n_words, mlci_row_bits *bits);
    void (*test_sets)(const mlci_set_test *tests, int64_t n_tests, const uint8_t *codes,
                      int64_t n_words, mlci_row_bits *bits);
    /* The leaf of each of 64 * n_words rows, by its number in leaf_places. */
    void (*find_leaves)(const mlci_bit_tree *tree, const mlci_row_bits *bits, int64_t n_words,
                        mlci_row_bits places[MLCI_SCORE_PLACES], uint8_t *leaf);
    /* sum[i] += values[leaf[i]], one of n_values. */
    void (*add_values)(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum);
    /* The same, each sum rounded to float. */
    void (*add_floats)(const double *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                       double *sum);
    /* The same of values and sums that are floats. */
    void (*add_float_values)(const float *values, int32_t n_values, const uint8_t *leaf, int64_t n,
                             float *sum);
    /* The leaves of a row in n <= MLCI_ROW_CHUNK trees from `first` on, an even number. Of heaps
     * their places. What is written has room for a multiple of 16, here and below. */
    void (*find_paths)(const mlci_path_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *leaf);
    void (*find_heaps)(const mlci_heap_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *place);
    /* The sum with the values of those leaves added, tree after tree; or each rounded to float,
     * where these are floats. */
    double (*add_paths)(const mlci_path_trees *trees, int64_t first, int64_t n,
                        const mlci_coded_row *row, double sum);
    double (*add_float_paths)(const mlci_path_trees *trees, int64_t first, int64_t n,
                              const mlci_coded_row *row, double sum);
    /* What is at the places of n trees: values, and the nodes of those to be walked, whose numbers
     * among the n are slots, in their order. Returns how many these are. */
    int64_t (*take_places)(const mlci_heap_trees *trees, int64_t first, int64_t n,
                           const uint8_t *place, double *value, uint32_t *at, uint32_t *slot);
    /* From n nodes, numbers below 2^31, to leaves, of one row of n_codes codes, which are there up
     * to a multiple of MLCI_ROW_LANES: `end`, of which no more is written, gets 256 slot[i] + leaf
     * for each i, in any order. The lists are used up. */
    void (*walk)(const mlci_code_node *nodes, const uint8_t *codes, int64_t n_codes, int64_t n,
                 uint32_t *at, uint32_t *slot, uint32_t *end);
} mlci_score_kernels;

/* The table of an instruction set, as mlci_kernels_of(). */
const mlci_score_kernels *mlci_score_kernels_of(int32_t isa);

/* The table of n thresholds, descending from infinity, n at most MLCI_CODE_THRESHOLDS: how many
 * levels it has, its doubles, and the table itself. */
int32_t mlci_code_table_levels(int64_t n);
int64_t mlci_code_table_size(int64_t n);
void mlci_code_table_fill(const double *thresholds, int64_t n, double *table);

#endif
