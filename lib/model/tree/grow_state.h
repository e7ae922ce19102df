/* What the parts of tree growth share: open leaves, rows, memory. Private to the files that grow
 * a tree. */
#ifndef MLCI_GROW_STATE_H
#define MLCI_GROW_STATE_H

#include "grow.h"
#include "grow_shards.h"
#include "tree_kernels.h"

#define MLCI_LEAF_ROWS 16384 /* rows a task of the passes over leaves */

typedef struct mlci_leaf {
    int32_t node, depth;
    int64_t begin, n;        /* range of rows, which are ascending */
    int64_t g, h, weight;    /* g and h of one output: several have mlci_multi_sums() */
    int32_t is_exact;        /* weights of children are counted, not estimated */
    int32_t is_stale;        /* its bounds have changed since it was searched */
    int32_t is_ahead;        /* its rows were parted before its turn */
    mlci_leaf_output output; /* where rules.by_output; several have mlci_multi.leaf_outputs */
    double gain;             /* of the split, coarse units */
    mlci_tree_split split;   /* used -1: none */
    mlci_histogram *histogram;
} mlci_leaf;

/* A leaf whose rows were parted. */
typedef struct mlci_division {
    int32_t is_done; /* 0: taken back, a child would have too little weight */
    int64_t n_left, left_weight;
    mlci_leaf children[2]; /* of a leaf that is ahead: the left one, the right one, searched */
} mlci_division;

/* A piece of a leaf's rows. */
typedef struct mlci_leaf_chunk {
    int32_t leaf;
    int64_t begin, end;
    int64_t g, h; /* fine sums */
} mlci_leaf_chunk;

/* Codes of each feature that rows of a leaf may have, by its path. */
typedef struct mlci_leaf_box {
    uint8_t *low, *high; /* of numbers that are there */
    uint8_t *missing;
} mlci_leaf_box;

/* Values of the leaves below a node, and where they may lie. */
typedef struct mlci_value_span {
    double least, most, mean; /* weighted by cover */
    double low, high;
} mlci_value_span;

struct mlci_grower {
    mlci_root *root;
    mlci_grow_data data;
    mlci_grow_rules rules;
    mlci_split_rules split_rules; /* of this tree */
    mlci_histogram_builder *builder;
    mlci_multi *multi; /* several outputs; NULL: one */
    mlci_tree *tree;   /* that grows */
    int64_t max_leaves;
    int64_t n_leaves;
    mlci_leaf *leaves;
    int32_t *heap; /* open leaves that can be split, best first */
    int64_t n_heap;
    uint32_t *rows, *other_rows;
    int64_t n_rows;
    int32_t max_tasks;        /* of one search */
    mlci_tree_split *found;   /* a task and leaf */
    mlci_division *ahead;     /* by leaf; NULL: no leaf is split before its turn */
    mlci_split_search *level; /* oblivious: the leaves of a level ... */
    int64_t *level_left;      /* ... and the rows and weight that each sends left */
    uint8_t *allowed;         /* two leaves' features, and the tree's; NULL: all */
    int64_t *column_order;
    uint64_t *column_scratch;
    int32_t *parent, *leaf_of_node; /* by node; NULL where nobody asks */
    int32_t *path;                  /* nodes or features, as many as there may be leaves */
    int8_t *monotone;               /* sign by used feature; NULL: none */
    mlci_leaf_box box;
    mlci_value_span *spans; /* by node; for has_quantiles */
    mlci_leaf_chunk *chunks;
    int64_t n_chunks;
    uint64_t *keys; /* for has_quantiles */
    int64_t *key_weights;
    double quantile;
    const double *raw;
    int32_t output; /* whose values leaves are given */
    uint32_t stream;
    int32_t *forced_leaf; /* of each forced split; NULL: there are none */
};

/* ---- the queue of open leaves (leaf_queue.c) ---- */

void mlci_leaf_push(mlci_grower *grower, int32_t index);
int32_t mlci_leaf_pop(mlci_grower *grower);

/* ---- features that a node may be split by (feature_choice.c) ---- */

/* Room for choices; 0 when memory is short. */
int mlci_feature_choice_open(mlci_grower *grower);
void mlci_feature_choice_close(mlci_grower *grower);
/* Before each tree. */
void mlci_feature_choice_start(mlci_grower *grower);
/* By used feature; NULL: all. which: 0 or 1, whose memory it takes. Any thread where neither
 * interactions nor draws by node make a difference between nodes. */
const uint8_t *mlci_feature_choice(mlci_grower *grower, int32_t which, const mlci_leaf *leaf);

/* ---- monotone constraints (monotone.c) ---- */

int mlci_monotone_open(mlci_grower *grower);
void mlci_monotone_close(mlci_grower *grower);
/* After a leaf was divided by a split: the bounds of its children, and of others. */
void mlci_monotone_divide(mlci_grower *grower, int32_t left, int32_t right,
                          const mlci_tree_split *split);
/* When the tree is grown: bounds within which values of leaves may move from their outputs. */
void mlci_monotone_finish(mlci_grower *grower);
/* For values that outputs are no guide to: moves those that break an order to the middle. monotone:
 * by feature; spans: room for each node. */
void mlci_monotone_repair(const int8_t *monotone, mlci_value_span *spans, mlci_tree *tree);

/* ---- values as they stand (grow_outputs.c) ---- */

int32_t mlci_grow_n_outputs(const mlci_grower *grower);
mlci_leaf_output *mlci_leaf_output_at(const mlci_grower *grower, int64_t leaf, int32_t k);
/* Of the root, whose sums are there. */
void mlci_leaf_open_outputs(mlci_grower *grower);
/* Of the children of a leaf, which is the left one now; and the bounds that change with that. */
void mlci_leaf_divide_outputs(mlci_grower *grower, int32_t left, int32_t right,
                              const mlci_tree_split *split);

/* ---- searching and dividing leaves (grow_split.c) ---- */

/* The features of one or two leaves, in tasks. With `parent`, the histograms of both are made
 * first: small's from its rows unless it is there, large's by subtraction. With take_small large's
 * is that of their parent, from which small's rows are taken. */
typedef struct mlci_search_work {
    mlci_grower *grower;
    const mlci_histogram *parent; /* NULL: they are there */
    const mlci_leaf *small, *large;
    int32_t build_small, take_small;
    int32_t n_searches, n_tasks;
    mlci_split_search searches[2];
    mlci_tree_split *found, own[2]; /* a task and search */
} mlci_search_work;

/* Are there rows of a leaf with a code of a used feature? */
int mlci_leaf_has_code(const mlci_grower *grower, const mlci_leaf *leaf, int32_t used,
                       int32_t code);
int mlci_leaf_can_split(const mlci_grower *grower, const mlci_leaf *leaf);
/* allowed is left to the caller. */
void mlci_leaf_search(mlci_grower *grower, const mlci_leaf *leaf, mlci_split_search *search);
/* Score of the leaf as it is. */
double mlci_leaf_own_score(const mlci_split_search *search);
/* The bundles of a task, the same number for each. */
void mlci_bundles_of_task(const mlci_grower *grower, int64_t task, int32_t n_tasks, int32_t *first,
                          int32_t *end);
/* Finds the best splits of n_searches leaves. */
mlc_status mlci_leaf_search_all(mlc_context *call, mlci_grower *grower, mlci_leaf *const *leaves,
                                mlci_search_work *work, mlc_error *err);
/* The histogram of a leaf from its rows, in the memory it has. */
mlc_status mlci_leaf_build(mlc_context *call, mlci_grower *grower, const mlci_leaf *leaf,
                           mlc_error *err);
int64_t mlci_rows_weight(const mlci_grower *grower, const uint32_t *rows, int64_t n);
/* Parts the rows of a leaf; what goes left comes first. */
mlc_status mlci_leaf_part(mlc_context *call, mlci_grower *grower, const mlci_leaf *leaf,
                          const mlci_tree_split *split, int64_t *n_left, int64_t *left_weight,
                          mlc_error *err);
/* The node of a leaf whose rows were parted, and its children: the leaf becomes the left one, a
 * new leaf the right one. */
mlc_status mlci_leaf_divide(mlci_grower *grower, int32_t index, int64_t n_left, int64_t left_weight,
                            mlc_error *err);
/* Histograms of the children left, which has that of their parent, and right, which may have one to
 * fill, and a search of those that are open: n_open of them. */
mlc_status mlci_leaf_make_children(mlc_context *call, mlci_grower *grower, mlci_leaf *left,
                                   mlci_leaf *right, mlci_leaf *const *open, int32_t n_open,
                                   mlc_error *err);
/* Parts a leaf by the split that was found; undoes it where a child would have too little weight.
 */
mlc_status mlci_leaf_part_by(mlc_context *call, mlci_grower *grower, mlci_leaf *leaf,
                             mlci_division *division, mlc_error *err);
/* The rows of a leaf as they were before it was parted. */
void mlci_leaf_undo(mlci_grower *grower, const mlci_leaf *leaf, int64_t n_left);
/* What the children of a parted leaf are, but for their places in the tree. */
void mlci_leaf_make_pair(const mlci_grower *grower, const mlci_leaf *parent,
                         const mlci_division *division, mlci_leaf children[2]);
/* Searches those of two children that can be split where there is room for more leaves. */
mlc_status mlci_leaf_search_pair(mlc_context *call, mlci_grower *grower, mlci_leaf *left,
                                 mlci_leaf *right, int32_t has_room, mlc_error *err);
/* Splits a leaf by the split that was found, or searches it again. */
mlc_status mlci_leaf_split(mlc_context *call, mlci_grower *grower, int32_t index, mlc_error *err);

/* The same; *done is 0, and nothing is split, where a child would have too little weight. */
mlc_status mlci_leaf_split_by(mlc_context *call, mlci_grower *grower, int32_t index, int32_t *done,
                              mlc_error *err);

/* ---- splits before their turn (grow_ahead.c) ---- */

/* 0 when memory is short. */
int mlci_ahead_open(mlc_context *call, mlci_grower *grower);
void mlci_ahead_close(mlci_grower *grower);
/* Before a leaf of the queue is split: parts and searches it and those that come next, where
 * threads can take one each. */
mlc_status mlci_ahead_go(mlc_context *call, mlci_grower *grower, int32_t index, mlc_error *err);
/* The end of a tree: leaves that were not split after all are as before. */
void mlci_ahead_drop(mlci_grower *grower);

/* ---- splits that cost (grow_cost.c) ---- */

/* Would a split by a used feature be the first of the model, which pays for it? */
int mlci_grow_pays_once(const mlci_grower *grower, int32_t used);
/* Is there any such feature? Then leaves without a split keep their histograms. */
int mlci_grow_may_pay_once(const mlci_grower *grower);
/* For a leaf that is split. */
void mlci_grow_pay(mlci_grower *grower, const mlci_leaf *leaf);
/* After the first split of the model by a used feature: all other leaves may take it for less. */
void mlci_grow_search_paid(mlci_grower *grower, int32_t used);

/* ---- splits that trees begin with (grow_forced.c) ---- */

/* After the root was opened. */
mlc_status mlci_grow_forced(mlc_context *call, mlci_grower *grower, mlc_error *err);

/* ---- oblivious trees (grow_level.c) ---- */

mlc_status mlci_grow_levels(mlc_context *call, mlci_grower *grower, mlc_error *err);

/* ---- when it is grown (leaf_value.c) ---- */

/* Values of the leaves of the tree that was just grown. */
mlc_status mlci_leaf_set_values(mlc_context *call, mlci_grower *grower, mlci_tree *tree,
                                mlc_error *err);

#endif
