/* Trees laid out for single rows: small ones by paths, others by heaps of their first levels and
 * walked by codes from there, large ones by numbers. */
#ifndef MLCI_ROW_TREES_H
#define MLCI_ROW_TREES_H

#include "row_sets.h"
#include "scorer.h"

enum { MLCI_ROW_BY_PATH, MLCI_ROW_BY_HEAP, MLCI_ROW_BY_WALK, MLCI_ROW_BY_NUMBERS };

/* Trees of one kind and output that follow each other, as many as a kernel takes. */
typedef struct mlci_row_run {
    int64_t first; /* among the scorer's trees */
    int32_t n, kind;
    int32_t output;
    int64_t at; /* its first tree among the paths or heaps */
} mlci_row_run;

/* The splits of trees of one kind, as mlci_row_splits. */
typedef struct mlci_row_questions {
    uint8_t *bytes; /* columns, then bounds */
    uint32_t *missing_left, *right_first;
    mlci_row_sets sets;
} mlci_row_questions;

struct mlci_row_trees {
    int64_t bins_at; /* a row's codes: of columns, answers of sets for walks, some bytes that are
                        read and do not matter, bins of categories */
    int64_t n_code_bytes;
    int64_t n_runs;
    mlci_row_run *runs;
    int64_t *first_bin; /* of features whose categories are split, and the end */
    int64_t n_paths;    /* trees */
    mlci_row_questions path_splits;
    uint32_t *path_first; /* splits on whose first sides their leaves lie */
    mlci_path_window *path_windows;
    mlci_path_leaves *path_leaves;
    uint8_t *path_numbers;
    int64_t n_heaps;
    mlci_row_questions heap_splits;
    mlci_heap_cell *heap_cells;
    uint32_t *heap_walked;
    uint8_t *heap_leaves; /* of places that are not walked from */
    int64_t n_nodes;      /* to be walked by codes: below heaps, or all */
    mlci_code_node *nodes;
    int64_t *first_node;   /* of each tree of the scorer */
    int64_t *first_leaf;   /* the same as there, but side by side */
    uint8_t *answers;      /* of sets, as walks ask for them; NULL where nothing is walked */
    mlci_path_trees paths; /* the same as kernels get them, with no copies while rows wait */
    mlci_heap_trees heaps;
};

/* For the scorer's trees, which are laid out by bits already. code has the codes of splits of tree
 * t from first_code[t] on. */
mlc_status mlci_row_trees_create(mlc_context *call, const mlci_scorer *scorer,
                                 const mlci_split_code *code, mlci_row_trees **out, mlc_error *err);
void mlci_row_trees_free(mlci_row_trees *trees);

/* How many rows cost as much one by one as 64 by bits, 2 to 64. */
int64_t mlci_row_trees_break_even(const mlci_scorer *scorer);

/* What a row is to these trees, in n_code_bytes at `codes`. */
void mlci_row_trees_code(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                         const double *x, uint8_t *codes, mlci_coded_row *row);
/* The numbers of the leaves of a run's trees, unless they go by numbers, or their values. */
void mlci_row_trees_leaves(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const mlci_coded_row *row,
                           uint8_t leaf[MLCI_ROW_CHUNK]);
void mlci_row_trees_values(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const mlci_coded_row *row,
                           double value[MLCI_ROW_CHUNK]);
/* The sum with those values added, of a run by paths. */
double mlci_row_trees_add(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                          const mlci_row_run *run, const mlci_coded_row *row, double sum);

#endif
