/* Lines of a text model of LightGBM, and what its readers share. */
#ifndef MLCI_LIGHTGBM_TEXT_H
#define MLCI_LIGHTGBM_TEXT_H

#include "import.h"

/* Fields of a tree that are read. */
enum {
    MLCI_NUM_LEAVES,
    MLCI_NUM_CAT,
    MLCI_SPLIT_FEATURE,
    MLCI_SPLIT_GAIN,
    MLCI_THRESHOLD,
    MLCI_DECISION_TYPE,
    MLCI_LEFT_CHILD,
    MLCI_RIGHT_CHILD,
    MLCI_LEAF_VALUE,
    MLCI_LEAF_COUNT,
    MLCI_INTERNAL_COUNT,
    MLCI_CAT_BOUNDARIES,
    MLCI_CAT_THRESHOLD,
    MLCI_IS_LINEAR,
    MLCI_LEAF_CONST,
    MLCI_NUM_FEATURES,
    MLCI_LEAF_FEATURES,
    MLCI_LEAF_COEFF,
    MLCI_N_TREE_FIELDS
};

/* A stretch of the file. */
typedef struct mlci_span {
    const char *at;
    int64_t length;
} mlci_span;

/* Lines of the leaves of a linear tree, one leaf after another. */
typedef struct mlci_lightgbm_lines {
    double *intercept, *count; /* of each leaf: numbers of terms, whole */
    int32_t *feature;          /* of each term */
    double *factor;
} mlci_lightgbm_lines;

/* A tree: where its fields are, then what of it has no place in the model yet. */
typedef struct mlci_lightgbm_tree {
    mlci_span field[MLCI_N_TREE_FIELDS];
    int64_t line[MLCI_N_TREE_FIELDS];
    int64_t n_leaves, n_sets;
    int64_t first_set;             /* of the model's */
    int64_t *first_word;           /* of each set and the end; NULL without sets */
    uint32_t *words;               /* bits of categories */
    mlci_lightgbm_lines lines;     /* NULLs unless it is linear */
    int32_t zero_kind, other_kind; /* 1: nodes that take zeros, or something else, as missing */
} mlci_lightgbm_tree;

/* The file goes by in parts of whole trees: spans are good for as long as their part is held. */
typedef struct mlci_lightgbm {
    mlci_foreign *model;
    mlci_import_source *source;
    const char *at, *end; /* of what is held */
    int64_t line;         /* the latest one, from 1 */
    int32_t is_cut;       /* the next line is not held whole */
    mlci_span key, value;
    int64_t n_trees;          /* of the parts before */
    int64_t n_held, capacity; /* trees of this part */
    mlci_lightgbm_tree *trees;
    int64_t n_sets;                /* of all trees so far */
    int32_t zero_kind, other_kind; /* 1: some trees have nodes of that kind */
    int32_t is_linear;             /* 1: some trees have lines in their leaves */
    int32_t per_round, n_classes, average;
    int64_t n_features;
    mlci_span names, infos, objective;
    char *kept; /* the text of the objective */
} mlci_lightgbm;

/* Reads the fields of trees, one at a time. */
typedef struct mlci_lightgbm_reader {
    const mlci_lightgbm *file;
    mlci_lightgbm_tree *tree;
    int64_t number; /* of the tree */
    int64_t capacity;
    double *reals; /* numbers of a field */
} mlci_lightgbm_reader;

static inline int mlci_span_is(mlci_span text, const char *word)
{
    return mlci_text_equal(text.at, text.length, word);
}

/* What follows the last tree: early files of v2 have no line for it. */
static inline int mlci_lightgbm_ends_trees(const mlci_lightgbm *r)
{
    return mlci_span_is(r->key, "end of trees") || mlci_span_is(r->key, "feature importances:");
}

/* The next line as key and value, a line without `=` as a key; 0 at the end of what is held, also
 * within a line where the file goes on. */
int mlci_lightgbm_next(mlci_lightgbm *r);
/* The next word of a text; 0 when there is none. */
int mlci_span_word(mlci_span *text, mlci_span *word);
/* A count in the value of the latest line. */
mlc_status mlci_lightgbm_count(const mlci_lightgbm *r, const char *field, int64_t low, int64_t high,
                               int64_t *out, mlc_error *err);
mlc_status mlci_lightgbm_fail_line(const mlci_lightgbm *r, const char *field, const char *what,
                                   mlc_error *err);
/* As much of a text as out has room for. */
void mlci_span_keep(mlci_span text, char *out, int64_t size);

/* The fields of a tree, up to the line that starts the next one or ends the trees; of less where
 * r->is_cut. */
mlc_status mlci_lightgbm_list_fields(mlci_lightgbm *r, mlci_lightgbm_tree *tree, mlc_error *err);
mlc_status mlci_lightgbm_fail_field(const mlci_lightgbm_reader *r, int field, const char *what,
                                    mlc_error *err);
/* The n numbers of a field into r->reals. */
mlc_status mlci_lightgbm_reals(mlci_lightgbm_reader *r, int field, int64_t n, mlc_error *err);
/* The same, for integers in a range. */
mlc_status mlci_lightgbm_integers(mlci_lightgbm_reader *r, int field, int64_t n, double low,
                                  double high, mlc_error *err);

/* lightgbm_tree.c: how large the tree is; its nodes, and what else it has into the tree itself, as
 * any thread may do; the latter into the model. */
mlc_status mlci_lightgbm_measure(mlci_lightgbm_reader *r, mlc_error *err);
mlc_status mlci_lightgbm_read_tree(mlci_lightgbm_reader *r, mlci_foreign_node *nodes,
                                   mlc_error *err);
mlc_status mlci_lightgbm_add_tree(mlci_foreign *m, const mlci_lightgbm_tree *tree,
                                  mlci_foreign_node *nodes, mlc_error *err);
void mlci_lightgbm_clear_tree(mlci_lightgbm_tree *tree);
/* What the line `objective` says, after the trees (lightgbm_objective.c). */
mlc_status mlci_lightgbm_objective(mlci_lightgbm *r, mlc_error *err);
/* A line of the training's parameters, "[learning_rate: 0.1]", into the recipe. */
void mlci_lightgbm_parameter(mlci_lightgbm *r);
/* The labels of categories that pandas had, JSON (lightgbm_labels.c). */
mlc_status mlci_lightgbm_labels(mlci_lightgbm *r, mlci_span text, mlc_error *err);

#endif
