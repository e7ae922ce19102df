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
    int64_t at; /* its first tree among the paths or heaps */
} mlci_row_run;

struct mlci_row_trees {
    int64_t n_runs;
    mlci_row_run *runs;
    int64_t *first_bin;  /* of features whose categories are split, and the end */
    int64_t n_paths;     /* trees */
    uint8_t *path_bytes; /* columns, missing_left and ranks of their splits */
    uint32_t *path_bits; /* splits to the left of which their leaves lie */
    mlci_row_sets path_sets;
    int64_t n_heaps;
    uint8_t *heap_bytes; /* columns, missing_left and ranks of their splits */
    uint16_t *heap_next; /* of a place: its leaf, or MLCI_SCORE_LEAVES + a node to walk from */
    mlci_row_sets heap_sets;
    int64_t n_nodes; /* to be walked by codes: below heaps, or all */
    mlci_code_node *nodes;
    int64_t *first_node; /* of each tree of the scorer */
    uint8_t *answers;    /* of sets, as walks ask for them; NULL where nothing is walked */
};

/* For the scorer's trees, which are laid out by bits already. code has the codes of splits of tree
 * t from first_code[t] on. */
mlc_status mlci_row_trees_create(mlc_context *call, const mlci_scorer *scorer,
                                 const mlci_split_code *code, mlci_row_trees **out, mlc_error *err);
void mlci_row_trees_free(mlci_row_trees *trees);

/* How many rows cost as much one by one as 64 by bits, 2 to 64. */
int64_t mlci_row_trees_break_even(const mlci_scorer *scorer);

/* What a row is to these trees, in so many bytes: codes of columns, answers of sets for walks, some
 * bytes that are read and do not matter, bins of categories. */
int64_t mlci_row_trees_code_bytes(const mlci_scorer *scorer);
void mlci_row_trees_code(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                         const double *x, uint8_t *codes);
/* The numbers of the leaves of a run's trees, unless they go by numbers. */
void mlci_row_trees_leaves(const mlci_scorer *scorer, const mlci_score_kernels *kernels,
                           const mlci_row_run *run, const uint8_t *codes,
                           uint8_t leaf[MLCI_ROW_CHUNK]);

#endif
