/* The best split of a node, from its histogram.
 *
 * Everything is in coarse units (gradient.h): g_unit and h_unit are worked into the rules once a
 * tree, so scores are functions of integers. Candidates are in a total order (feature ascending,
 * bin ascending, missing left before missing right; category sets in the order they are tried)
 * and a later one wins only by a strictly larger gain. */
#ifndef MLCI_SPLIT_H
#define MLCI_SPLIT_H

#include "multi_output.h"

#define MLCI_SET_WORDS (MLCI_BIN_CODES / 32)
#define MLCI_SPLIT_NOISE 1e-12 /* of a score: below it nothing is gained */

typedef struct mlci_split_rules {
    double l1, l2;
    double max_delta;   /* largest |leaf|; infinite: none */
    double min_hessian; /* of a child; at least 0.5, so that a child is never empty */
    double min_gain;
    double min_weight;  /* of a child, fixed-point */
    int32_t is_plain;   /* no l1, no max_delta, no smoothing */
    int32_t by_output;  /* scores at the outputs of children, which bounds and smoothing move */
    double smoothing;   /* weight at which an output is half its own, half its parent's; 0: none */
    int32_t draws_cuts; /* one cut a feature, by seed, stream, node and feature */
    uint64_t seed;
    uint32_t stream;
    const double *contri;                   /* factor on gains by feature; NULL: all 1 */
    const struct mlci_feature_costs *costs; /* what splits pay; NULL: nothing */
    double cost_unit;                       /* score that a gain of 1 is in real units */
    const int8_t *monotone; /* by used feature: 1 rising, -1 falling, 0 free; NULL: all free */
    int64_t max_cat_to_onehot, max_cat_threshold;
    double cat_smooth_h;      /* cat_smooth as hessian ... */
    double cat_smooth_weight; /* ... and as weight */
    double cat_l2;
    double min_group_weight;
} mlci_split_rules;

typedef struct mlci_tree_split {
    double score; /* of the two children together */
    int32_t used; /* index of the used feature; -1: no split */
    int32_t is_category;
    int32_t bin;                  /* numbers: codes 1 .. bin go left */
    int32_t missing_left;         /* numbers: code 0 goes left */
    uint32_t set[MLCI_SET_WORDS]; /* categories: codes that go left */
    int64_t left_g, left_h;
} mlci_tree_split;

/* A node to be searched. */
typedef struct mlci_split_search {
    const mlci_split_rules *rules;
    const mlci_tree_kernels *kernels;
    const mlci_binned *binned;
    const mlci_histogram *histogram;
    int64_t g, h, weight;            /* totals; weight fixed-point */
    mlci_leaf_output output;         /* where rules->by_output */
    const mlci_multi *multi;         /* several outputs, whose ...; NULL: one */
    const double *sums;              /* ... totals these are, and values */
    const mlci_leaf_output *outputs; /* where rules->by_output */
    double least_score;              /* a split must beat this */
    double least_h, most_h;          /* of what goes left, where weights are estimated */
    int32_t node;                    /* its number, for draws */
    const uint8_t *allowed;          /* by used feature; NULL: all */
    /* Weights of children are estimated from hessians (exact where h is constant), unless
     * is_exact: then they are summed from the rows. */
    int32_t is_exact;
    const uint32_t *rows;
    int64_t n_rows;
    const int64_t *row_weight;        /* NULL: all 1 */
    const struct mlci_shards *shards; /* where the rows of leaf are; NULL: here */
    int64_t leaf;
} mlci_split_search;

/* Score of a child: g^2 / (h + l2) and its variants. */
double mlci_split_score(const mlci_split_rules *rules, double g, double h, double l2);
/* The best leaf for these sums alone. */
double mlci_split_step(const mlci_split_rules *rules, double g, double h, double l2);
/* The leaf for a child of that parent: smoothed, within bounds. */
double mlci_split_output(const mlci_split_rules *rules, const mlci_leaf_output *parent, double g,
                         double h, double weight, double l2);
/* Sums of what goes left, in doubles. */
typedef struct mlci_split_side {
    double g, h, weight;
} mlci_split_side;
/* Score of the two children that a node is divided into; -infinity where they are in the wrong
 * order for sign (1: the right one is to be at least the left one, -1: at most, 0: any). */
double mlci_split_pair_score(const mlci_split_search *search, int32_t sign,
                             const mlci_split_side *left, double l2);
/* Score of a node as it is. */
double mlci_split_own_score(const mlci_split_search *search);
/* Sets what a split has to beat, and how much may go left; all else is there. */
void mlci_split_start(mlci_split_search *search);
/* No split yet: what the first one that is found has to beat. */
static inline mlci_tree_split mlci_split_none(const mlci_split_search *search)
{
    return (mlci_tree_split){.score = search->least_score, .used = -1};
}
/* The best split among the features of bundles first .. end, if it beats *best. */
void mlci_split_find(const mlci_split_search *search, int32_t first, int32_t end,
                     mlci_tree_split *best);
/* The same for one feature, allowed or not. */
void mlci_split_find_in(const mlci_split_search *search, int32_t used, mlci_tree_split *best);

/* Weights by code of a used feature, from the rows. */
void mlci_split_weights(const mlci_split_search *search, int32_t used,
                        int64_t weight[MLCI_BIN_CODES]);
/* One of n candidates of a feature, where rules->draws_cuts. */
int64_t mlci_split_draw(const mlci_split_search *search, int32_t used, int64_t n);
/* The gain of a split multiplied and less its cost as the rules say: found->score, of which least
 * is what has to be beaten; found->used is -1 afterwards where it is not. It parts n leaves. */
void mlci_split_weigh(const mlci_split_search *leaves, int64_t n, double least,
                      mlci_tree_split *found);

/* Sums by code of one feature, as doubles (exact: below 2^53). */
typedef struct mlci_code_sums {
    int32_t n_codes; /* n_bins + 1 */
    double g[MLCI_BIN_CODES], h[MLCI_BIN_CODES], weight[MLCI_BIN_CODES];
} mlci_code_sums;

/* The better of two, the lower feature among equals; best->used is -1 where there is none yet. */
void mlci_split_take(const mlci_tree_split *found, mlci_tree_split *best);
/* Sorts by (ratio, code). */
typedef struct mlci_code_order {
    double ratio;
    int32_t code;
} mlci_code_order;
void mlci_sort_codes(mlci_code_order *order, int32_t n);
/* The best set of categories, if it beats *best (split_category.c). */
void mlci_split_find_category(const mlci_split_search *search, const mlci_code_sums *sums,
                              int32_t used, mlci_tree_split *best);

static inline int mlci_set_has(const uint32_t *set, uint32_t code)
{
    return set[code >> 5] >> (code & 31) & 1;
}
static inline void mlci_set_add(uint32_t *set, uint32_t code)
{
    set[code >> 5] |= (uint32_t)1 << (code & 31);
}

#endif
