/* Isolation forests that were grown: what scores, is saved, and answers tables.
 *
 * Nodes are those of mlci_ensemble; the value of a leaf is the length of its path: its depth plus
 * the mean path that the rows in it would still take. Splits are by one feature, or by a plane:
 * then `split` is the plane's number (over all trees), `value` is 0, and a row goes left where the
 * sum over the terms of factor (x - origin) is at most 0. Immutable once handed out. */
#ifndef MLCI_ISOLATION_H
#define MLCI_ISOLATION_H

#include "node_view.h"
#include "scorer.h"

/* A term of a plane. What is no number stands at the origin: it adds nothing. */
typedef struct mlci_plane_term {
    double factor, origin;
    int32_t feature;
} mlci_plane_term;

typedef struct mlci_isolation {
    mlci_root *root;
    int64_t n_features, n_trees;
    mlci_category_bins categories;
    int64_t *first_node; /* n_trees + 1 */
    mlci_tree_node *nodes;
    int64_t *first_set; /* n_trees + 1 */
    uint32_t *sets;     /* MLCI_SET_WORDS each */
    int32_t n_terms;    /* of a plane; 0: splits by one feature */
    int64_t n_planes;
    mlci_plane_term *terms; /* n_planes x n_terms */
    double mean_path;       /* of a sample: what path lengths are measured by */
    double threshold;       /* scores above it are anomalies */
    double start;           /* 0, which the paths are added to */
    mlci_ensemble ensemble; /* the same trees, borrowed, as the scorer knows them */
    mlci_scorer *scorer;    /* NULL: planes or large trees, which are walked */
} mlci_isolation;

/* The mean path of an unsuccessful search among n rows: 2 (H(n - 1) - (n - 1) / n) with the
 * harmonic number as ln + Euler's constant (Liu, Ting, Zhou 2008, equation 1). */
double mlci_isolation_mean_path(double n);

/* Without trees; category features as the features say (NULL: none). */
mlc_status mlci_isolation_create(mlci_root *root, int64_t n_features, const mlci_features *features,
                                 mlci_isolation **out, mlc_error *err);
void mlci_isolation_free(void *state);
/* The last step, after which a forest scores and does not change: the trees are valid. */
mlc_status mlci_isolation_finish(mlc_context *call, mlci_isolation *forest, mlc_error *err);
static inline mlci_node_view mlci_isolation_view(const mlci_isolation *f)
{
    return (mlci_node_view){f->root,  f->n_features, f->n_trees, f->first_node,
                            f->nodes, f->first_set,  f->sets,    &f->categories};
}

/* On which side of a plane a row is: at most 0 is left. */
static inline double mlci_plane_side(const mlci_plane_term *terms, int32_t n_terms, const double *x)
{
    double sum = 0;
    for (int32_t k = 0; k < n_terms; k++) {
        const double term = (x[terms[k].feature] - terms[k].origin) * terms[k].factor;
        sum += term == term ? term : 0;
    }
    return sum;
}

/* Scores 2^(-mean path / mean_path) of n rows, in (0, 1]; scratch has room for
 * mlci_isolation_scratch_size(). */
void mlci_isolation_scores(const mlci_isolation *forest, int32_t isa, const double *x, int64_t n,
                           double *scratch, double *out);

/* The functions of the model's descriptor. */
int64_t mlci_isolation_n_outputs(const void *params, const void *state, int32_t output);
int64_t mlci_isolation_scratch_size(const void *params, const void *state, int64_t n_rows);
int32_t mlci_isolation_has_long_blocks(const void *params, const void *state);
void mlci_isolation_predict(const mlci_model_predict *predict);
void mlci_isolation_save(const void *params, const void *state, mlci_writer *w);
mlc_status mlci_isolation_load(mlc_context *call, const void *params, mlci_reader *r,
                               int64_t n_features, int64_t n_classes, void **state, mlc_error *err);
extern const char *const mlci_isolation_tables[]; /* "threshold", "trees" */
mlc_status mlci_isolation_table(mlc_context *call, const void *params, const void *state,
                                const char *table, const mlci_features *features,
                                const mlci_classes *classes, mlc_dataset **out, mlc_error *err);

#endif
