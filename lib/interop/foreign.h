/* A model of another library as its file has it: what importers fill, before it becomes one of
 * ours.
 *
 * Trees keep the source's own thresholds, children and sides, so that the finished model can be
 * compared with them (parity.h). Nothing is believed: indices, shapes and numbers are checked when
 * the trees become an ensemble (foreign_ensemble.h). */
#ifndef MLCI_FOREIGN_H
#define MLCI_FOREIGN_H

#include "component.h"
#include "tree/ensemble.h"

/* How a number is compared with a threshold: what goes left. */
enum {
    MLCI_COMPARE_DOUBLE,     /* x <= threshold */
    MLCI_COMPARE_FLOAT,      /* (float)x <= threshold, a double */
    MLCI_COMPARE_FLOAT_BELOW /* (float)x < threshold, a float */
};

/* Where a missing number goes. */
enum { MLCI_MISSING_RIGHT, MLCI_MISSING_LEFT, MLCI_MISSING_IS_ZERO };

typedef struct mlci_foreign_node {
    double value; /* a threshold; of a leaf what it adds */
    double gain, cover;
    int32_t feature;     /* -1: a leaf */
    int32_t left, right; /* nodes of the tree */
    int32_t set;         /* of categories; -1: a threshold */
    int32_t missing;     /* MLCI_MISSING_ */
    int32_t line;        /* of a leaf that is linear; else -1 */
} mlci_foreign_node;

/* A leaf that is linear: terms first .. first + n - 1. */
typedef struct mlci_foreign_line {
    double intercept;
    int64_t first;
    int32_t n;
} mlci_foreign_line;

typedef struct mlci_foreign_input {
    char *name;
    int32_t is_category;
    mlci_dictionary *labels; /* of its categories, or NULL: codes are numbers */
    int32_t *label_of_code;  /* code of the source -> index in labels */
    int32_t n_labels;
} mlci_foreign_input;

/* Settings of an import (import.c has the table). */
typedef struct mlci_import_settings {
    int32_t format;
    int64_t rounds; /* 0: all */
    int32_t best_iteration;
    char *target, *classes, *positive, *names, *categories;
    int32_t zero_as_missing;
    int64_t parity_rows;
    int32_t expected;
    double tolerance;
    int64_t max_bytes, max_trees, max_nodes, max_depth, max_features, max_categories;
} mlci_import_settings;

typedef struct mlci_foreign {
    mlc_context *call;
    mlci_root *root;
    const mlci_import_settings *settings;

    /* For messages and for the record of where the model comes from. */
    const char *library; /* "LightGBM" */
    char version[64];    /* of the format or the library, as the file says */
    char objective[128]; /* as the file says */
    int64_t best_round;  /* rounds up to the best one that the file notes; 0: none */
    int64_t n_rounds;    /* in the file */

    const char *component; /* gradient_boosting_classifier, ... */
    mlci_text recipe;      /* parameters that the file tells: "learning_rate=0.1, ..." */
    mlci_text document;    /* instead of trees: the model as an exchange document; or empty */

    int64_t n_features;
    mlci_foreign_input *inputs;
    int32_t is_vector; /* nothing names them: they are the components of one input, "x" */

    int32_t n_outputs, n_classes; /* raw scores; 0: numbers */
    mlci_classes *classes;        /* NULL: the settings name them; reference */
    int32_t link;                 /* MLCI_LINK_ */
    int32_t has_rule;
    mlci_score_rule rule;
    int32_t is_mean; /* scores are divided by the rounds that are taken */
    double *start;   /* n_outputs */
    double *end;     /* n_outputs, added after all trees; NULL: nothing is */

    int32_t compare; /* MLCI_COMPARE_ */
    int32_t zero_is_missing;
    int32_t members_go_right;    /* categories in a set; else left */
    int32_t unseen_is_no_member; /* a code beyond all is as one in no set; else as a missing one */
    int32_t known_is_no_member;  /* a code below n_labels is as one in no set, others as unseen */

    int64_t n_trees, tree_capacity;
    int64_t *first_node; /* n_trees + 1 */
    int32_t *output;     /* what a tree adds to */
    int64_t node_capacity;
    mlci_foreign_node *nodes;

    int64_t n_sets, set_capacity, member_capacity;
    int64_t *first_member; /* n_sets + 1 */
    int32_t *members;      /* of a set ascending, in codes of the source */

    int64_t n_lines, line_capacity, n_terms, term_capacity;
    mlci_foreign_line *lines;
    int32_t *term_feature;
    double *term_factor;
} mlci_foreign;

void mlci_foreign_init(mlci_foreign *m, mlc_context *call, const mlci_import_settings *settings);
void mlci_foreign_clear(mlci_foreign *m);

/* Inputs without names or categories. MLC_ERROR_LIMIT beyond max_features. */
mlc_status mlci_foreign_set_inputs(mlci_foreign *m, int64_t n_features, mlc_error *err);
mlc_status mlci_foreign_name_input(mlci_foreign *m, int64_t i, const char *name, int64_t length,
                                   mlc_error *err);
/* The categories of an input by code. */
mlc_status mlci_foreign_label_input(mlci_foreign *m, int64_t i, int32_t n, const char *const *texts,
                                    const int64_t *lengths, mlc_error *err);
/* Names by the settings, "x0", "x1", ... for those without, and no two the same. */
mlc_status mlci_foreign_finish_inputs(mlci_foreign *m, mlc_error *err);
/* Scores that start from 0. */
mlc_status mlci_foreign_set_outputs(mlci_foreign *m, int32_t n_outputs, mlc_error *err);
/* n zeroed leaves as the next tree; the caller fills them. */
mlc_status mlci_foreign_add_tree(mlci_foreign *m, int32_t output, int64_t n,
                                 mlci_foreign_node **nodes, mlc_error *err);
/* The next tree, of n nodes that mlci_foreign_make_nodes() makes. */
mlc_status mlci_foreign_place_tree(mlci_foreign *m, int32_t output, int64_t n, mlc_error *err);
/* Nodes for all trees that have a place; the caller fills each of the new ones. */
mlc_status mlci_foreign_make_nodes(mlci_foreign *m, mlc_error *err);
/* Zeroed leaves. */
void mlci_foreign_clear_nodes(int64_t n, mlci_foreign_node *nodes);
/* Room for the n members of a set, which the caller fills, ascending. */
mlc_status mlci_foreign_add_set(mlci_foreign *m, int64_t n, int32_t **members, int32_t *set,
                                mlc_error *err);
mlc_status mlci_foreign_add_line(mlci_foreign *m, double intercept, int32_t n,
                                 const int32_t *features, const double *factors, int32_t *line,
                                 mlc_error *err);
/* Sets numbers as members by their bits: bit i of the words is code i. */
mlc_status mlci_foreign_add_bit_set(mlci_foreign *m, int64_t n_words, const uint32_t *words,
                                    int32_t *set, mlc_error *err);

/* The largest double that a comparison sends left: x <= it is the same question for each double. */
double mlci_foreign_bound(int32_t compare, double threshold);
/* Is a code (not missing, not negative) in a set? */
int mlci_foreign_has(const mlci_foreign *m, int32_t set, int32_t code);

/* MLC_ERROR_FORMAT: "LightGBM model: ...". name is the field at fault. */
mlc_status mlci_foreign_fail(const mlci_foreign *m, mlc_error *err, const char *name,
                             const char *format, ...) MLCI_PRINTF(4, 5);
/* The same with another status. */
mlc_status mlci_foreign_refuse(const mlci_foreign *m, mlc_error *err, mlc_status status,
                               const char *name, const char *format, ...) MLCI_PRINTF(5, 6);
/* The same of a node of a tree. */
mlc_status mlci_foreign_fail_node(const mlci_foreign *m, mlc_error *err, int64_t tree, int64_t node,
                                  const char *what);

#endif
