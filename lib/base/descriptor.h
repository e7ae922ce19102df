/* What a component is: the `const` descriptor that ends its file.
 *
 * A leaf component never sees a dataset, a role or a name: the composition layer turns datasets
 * into matrices, targets and columns, and results into datasets. Optional slots are NULL and
 * mean "not supported". State belongs to the component: made by fit or load, immutable after,
 * freed by free_state. Blocks come from the root of the call. */
#ifndef MLCI_DESCRIPTOR_H
#define MLCI_DESCRIPTOR_H

#include <mlcore/context.h>
#include <mlcore/predictor.h>

#include "context_impl.h"
#include "param.h"
#include "section.h"

typedef struct mlci_matrix mlci_matrix;     /* data/matrix.h */
typedef struct mlci_features mlci_features; /* data/matrix.h */
typedef struct mlci_target mlci_target;     /* data/target.h */
typedef struct mlci_classes mlci_classes;   /* data/target.h */
typedef struct mlci_column mlci_column;     /* data/column.h */

#define MLCI_KIND_TRANSFORM 1
#define MLCI_KIND_MODEL 2
#define MLCI_KIND_METRIC 3
#define MLCI_KIND_SPLITTER 4
#define MLCI_KIND_GENERATOR 5
#define MLCI_KIND_SAMPLER 6
#define MLCI_KIND_RESAMPLER 7
#define MLCI_KIND_WEIGHTING 8
#define MLCI_N_KINDS 8

/* Capabilities. */
#define MLCI_CAN_CLASSIFY 0x1  /* model: predicts classes; metric: for classes */
#define MLCI_CAN_REGRESS 0x2   /* predicts numbers */
#define MLCI_CAN_CLUSTER 0x4   /* needs no target */
#define MLCI_CAN_MISSING 0x8   /* takes missing values, which may be any NaN */
#define MLCI_CAN_CATEGORY 0x10 /* takes category features as codes */
#define MLCI_CAN_SPARSE 0x20   /* reads CSR without making it dense */
#define MLCI_CAN_WEIGHT 0x40
#define MLCI_CAN_MULTI_OUTPUT 0x80
#define MLCI_CAN_VALIDATE 0x100       /* uses the validation rows */
#define MLCI_WANTS_SCALED 0x200       /* automatic: scale numbers first */
#define MLCI_CAN_RANDOM 0x400         /* draws random numbers: has random_state */
#define MLCI_NEEDS_PROBABILITY 0x800  /* metric */
#define MLCI_NEEDS_FEATURES 0x1000    /* metric: silhouette */
#define MLCI_LARGER_IS_BETTER 0x2000  /* metric */
#define MLCI_IS_COMPOSITION 0x4000    /* its descriptor is an mlci_composition (compose layer) */
#define MLCI_SPLITS_BY_TARGET 0x10000 /* splitter: reads stratum where there is a target */
#define MLCI_SPLITS_BY_GROUP 0x20000  /* reads group */
#define MLCI_SPLITS_BY_TIME 0x40000   /* reads time_order */
#define MLCI_SPLITS_BY_KEY 0x80000    /* reads key_hash */
#define MLCI_NEEDS_GROUP 0x100000     /* model, metric: reads group */
#define MLCI_TAKES_BOUNDS                                                                          \
    0x200000                          /* model, metric: of two targets the first is the lower, the \
                                         second the upper bound of one, infinite where missing */
#define MLCI_SPLITS_BY_FOLD 0x800000  /* reads fold */
#define MLCI_FINDS_ANOMALIES 0x400000 /* model: predicts -1 for anomalies, 1 for other rows */
#define MLCI_TAKES_SCORES 0x1000000   /* metric: ranks rows, so scores will do for probabilities */

typedef struct mlci_descriptor {
    int32_t kind;
    int32_t capabilities;
    const char *name;    /* the public id */
    const char *summary; /* one line, no final dot */
    const char *details; /* for the page: objective, algorithm and source, cost, missing values,
                            weights, constant columns, differences from scikit-learn */
    const char *since;
    const mlci_param *params; /* NULL: none */
    int64_t params_size;
    mlc_status (*check)(const void *params, mlc_error *err); /* cross-field rules */
    const char *const *tables;                               /* names, NULL-terminated; or NULL */
} mlci_descriptor;

/* ---- models ------------------------------------------------------------------------------- */

#define MLCI_OUTPUT_PREDICTION 1  /* value, or class index; one double a target */
#define MLCI_OUTPUT_PROBABILITY 2 /* one double a class */
#define MLCI_OUTPUT_RAW 4         /* margins before the link */
#define MLCI_OUTPUT_LEAF 8        /* index of the leaf, one a tree */
#define MLCI_OUTPUT_INTERVAL 16   /* lower and upper bound; 0 doubles where there are none */
#define MLCI_OUTPUT_QUANTILE 32   /* one double a level; 0 doubles where there are none */

/* Rows that predict is given at once, at most: of models whose state stays in the caches, and of
 * larger ones. */
#define MLCI_BLOCK_ROWS 256
#define MLCI_LONG_BLOCK_ROWS 4096

typedef struct mlci_model_fit {
    mlc_context *call;
    const void *params;
    const mlci_matrix *x;       /* features, encoded (data/matrix.h) */
    const mlci_target *y;       /* NULL for clustering */
    const double *weight;       /* one a row, zero-weight rows already left out; NULL: all 1 */
    const double *offset;       /* added to the raw score; NULL: none */
    const mlci_matrix *valid_x; /* NULL: no validation rows */
    const mlci_target *valid_y;
    const double *valid_weight;
    const double *valid_offset;
    const int64_t *row_index; /* global index of each row, what random draws and ties go by; NULL:
                                 its position */
    const int32_t *group;     /* for MLCI_NEEDS_GROUP: numbers of the groups, from 0 in the order
                                 of their values; NULL otherwise */
    const int32_t *valid_group;
} mlci_model_fit;

typedef struct mlci_model_predict {
    int32_t isa;
    int32_t output; /* one of MLCI_OUTPUT_ */
    const void *params;
    const void *state;
    const double *x; /* n_rows x n_features, row-major; missing NaN; categories as codes,
                        unseen ones -1 */
    int64_t n_rows;  /* 1 to MLCI_BLOCK_ROWS, or to MLCI_LONG_BLOCK_ROWS (has_long_blocks) */
    double *out;     /* n_rows x n_outputs, row-major */
    double *scratch; /* scratch_size doubles, 64-byte aligned */
} mlci_model_predict;

/* What is to be explained: how the features of a row share in its scores (Shapley values): the raw
 * ones, or predictions and probabilities of models without. */
typedef struct mlci_explain {
    mlc_context *call;
    const char *name; /* of the step, for messages */
    const struct mlci_model_descriptor *model;
    const void *params;
    const void *state;
    int32_t interactions;            /* 1: of pairs of features; 0: of features */
    const mlci_matrix *background;   /* the rows that stand for features that are not known; NULL:
                                        what the model keeps of its training rows */
    const double *background_weight; /* NULL: all 1 */
} mlci_explain;

typedef struct mlci_explainer {
    int64_t block_rows; /* of rows at most, where rows take long; 0: MLCI_BLOCK_ROWS */
    /* Scores a row that are shared out. */
    int64_t (*n_outputs)(const void *params, const void *state);
    /* base: a raw score each, what no feature is known gives. The plan borrows from the state;
     * the background may go once it is open. */
    mlc_status (*open)(const mlci_explain *explain, double *base, void **plan, mlc_error *err);
    /* x as in mlci_model_predict. out: n_rows x n_outputs x n_features contributions; with
     * interactions a matrix of n_features x n_features instead, symmetric, whose rows sum to the
     * contributions. Any thread; the bits of a row do not depend on its block. */
    mlc_status (*rows)(const void *plan, const double *x, int64_t n_rows, double *out,
                       mlc_error *err);
    void (*close)(void *plan);
} mlci_explainer;

/* Makes a fitted model out of another one. */
typedef struct mlci_updater {
    const char *rounds; /* the integer parameter that counts what was learned one after another */
    int64_t (*n_rounds)(const void *state);
    /* The first n rounds, 1 to those there are. */
    mlc_status (*truncate)(mlc_context *call, const void *state, int64_t n, void **out,
                           mlc_error *err);
    /* More rounds until the parameter is reached; features and classes are the model's. */
    mlc_status (*fit_more)(const mlci_model_fit *fit, const void *state, void **out,
                           mlc_error *err);
    /* The same structure with values that count for decay_rate, and for the rest those that the
     * rows of the fit give it. */
    mlc_status (*refit)(const mlci_model_fit *fit, const void *state, double decay_rate, void **out,
                        mlc_error *err);
} mlci_updater;

typedef struct mlci_model_descriptor {
    mlci_descriptor base;
    int32_t state_version;
    int32_t outputs; /* MLCI_OUTPUT_ bits on offer */
    mlc_status (*fit)(const mlci_model_fit *fit, void **state, mlc_error *err);
    /* Doubles a row of that output. */
    int64_t (*n_outputs)(const void *params, const void *state, int32_t output);
    /* The metrics that evaluate takes by default, as a list; NULL: those of the task. */
    const char *(*metrics)(const void *params, int32_t n_targets);
    /* Appends the name of double k of MLCI_OUTPUT_QUANTILE, its level; NULL: it has none. */
    void (*level_name)(const void *params, int64_t k, mlci_text *out);
    /* Doubles of scratch for n_rows rows; NULL: none. */
    int64_t (*scratch_size)(const void *params, const void *state, int64_t n_rows);
    /* Does predict take long blocks, for what is fetched of the state to serve more rows? NULL: no.
     */
    int32_t (*has_long_blocks)(const void *params, const void *state);
    /* No allocation, no lock, no failure. The bits of a row do not depend on its block. */
    void (*predict)(const mlci_model_predict *predict);
    /* One of base.tables. classes is NULL unless the model classifies. */
    mlc_status (*table)(mlc_context *call, const void *params, const void *state, const char *table,
                        const mlci_features *features, const mlci_classes *classes,
                        mlc_dataset **out, mlc_error *err);
    void (*save)(const void *params, const void *state, mlci_writer *w);
    /* n_features and n_classes (0: no classes) come from the schema; everything read is checked
     * against them before it is believed. */
    mlc_status (*load)(mlc_context *call, const void *params, mlci_reader *r, int64_t n_features,
                       int64_t n_classes, void **state, mlc_error *err);
    void (*free_state)(void *state);
    const mlci_explainer *explainer; /* NULL: none */
    const mlci_updater *updater;     /* NULL: none */
    /* Are probabilities the sigmoid of its one raw score, or the softmax of one a class? NULL: no.
     */
    int32_t (*has_log_odds)(const void *params, const void *state);
    /* Are raw scores of pairs of classes, rather than of classes? NULL: no. */
    int32_t (*raw_by_pair)(const void *params);
    /* Does the model take zeros among its numbers for missing? NULL: no. */
    int32_t (*zero_is_missing)(const void *params);
} mlci_model_descriptor;

/* ---- transforms --------------------------------------------------------------------------- */

#define MLCI_TAKES_NUMBER 1   /* bool, int64, float32, float64 */
#define MLCI_TAKES_CATEGORY 2 /* category and text */
#define MLCI_TAKES_VECTOR 4
#define MLCI_TAKES_TIME 8

/* A column that a fitted transform reads. */
typedef struct mlci_input {
    char *name;
    int32_t takes; /* the MLCI_TAKES_ bit of its type when fitted */
    int64_t width;
} mlci_input;

typedef struct mlci_transform_fit {
    mlc_context *call;
    const void *params;
    int32_t n_columns;
    const mlci_column *const *columns; /* contiguous, in the order of the dataset */
    const char *const *names;
    const double *weight; /* as of mlci_model_fit */
    const int64_t *row_index;
} mlci_transform_fit;

/* One output column of a fitted transform. */
typedef struct mlci_port {
    const char *name; /* of the column; borrowed from the state or the input names */
    int32_t type;     /* MLC_TYPE_ */
    int64_t width;    /* cells: components of a vector, else 1 */
    int32_t input;    /* the input column it replaces; -1: appended at the end */
    int32_t made_of;  /* appended: 1 + the one input column it is made of; 0: several */
    const char *const *components; /* names of a vector's components; NULL otherwise */
} mlci_port;

typedef struct mlci_transform_descriptor {
    mlci_descriptor base;
    int32_t state_version;
    int32_t takes;   /* what a bare transform picks: MLCI_TAKES_ bits */
    int32_t accepts; /* what it can be given by `on`: MLCI_TAKES_ bits */
    mlc_status (*fit)(const mlci_transform_fit *fit, void **state, mlc_error *err);
    int32_t (*n_ports)(const void *params, const void *state);
    void (*port)(const void *params, const void *state, int32_t i, mlci_port *out);
    /* columns: those that were fitted, now of other rows. out: one new column a port. */
    mlc_status (*apply)(mlc_context *call, const void *params, const void *state,
                        const mlci_column *const *columns, int64_t n_rows, mlci_column **out,
                        mlc_error *err);
    /* One record: in has one cell an input column (a vector its width), out the cells of the
     * ports. Texts in out live as long as the state or the input. flags gets MLC_FLAG_ bits.
     * Same values as apply gives, without allocation. */
    mlc_status (*row)(const void *params, const void *state, const mlc_value *in, mlc_value *out,
                      int64_t *flags, mlc_error *err);
    mlc_status (*table)(mlc_context *call, const void *params, const void *state, const char *table,
                        mlc_dataset **out, mlc_error *err);
    void (*save)(const void *params, const void *state, mlci_writer *w);
    mlc_status (*load)(mlc_context *call, const void *params, mlci_reader *r, void **state,
                       mlc_error *err);
    /* For loading: 1 when these inputs are what the state was fitted on. */
    int (*reads)(const void *state, int32_t n, const mlci_input *inputs);
    void (*free_state)(void *state);
} mlci_transform_descriptor;

/* ---- metrics ------------------------------------------------------------------------------ */

typedef struct mlci_metric_input {
    mlc_context *call;
    const void *params;
    int64_t n_rows;            /* at least 1 */
    int32_t n_classes;         /* 0 for numbers */
    int32_t positive;          /* index of the positive class */
    const double *target;      /* value, class index or, with upper, the lower bound of a value */
    const double *upper;       /* for MLCI_TAKES_BOUNDS: its upper bound; NULL: the value itself */
    const double *prediction;  /* value, class index or cluster label; NULL when not at hand */
    const double *probability; /* n_rows x n_classes; NULL when not at hand */
    int32_t are_scores;        /* those are any numbers, for MLCI_TAKES_SCORES only */
    int32_t are_labels;        /* predictions are numbers of clusters, for MLCI_CAN_CLUSTER only */
    const double *weight;      /* NULL: all 1 */
    const mlci_matrix *x;      /* for MLCI_NEEDS_FEATURES */
    const int32_t *group;      /* numbers of the groups; NULL when not at hand */
} mlci_metric_input;

/* One line of a metric's result. */
typedef struct mlci_metric_value {
    int32_t class_;    /* class of the truth that the line is about; -1: none */
    int32_t predicted; /* confusion matrix: predicted class; -1: none */
    double value;
} mlci_metric_value;

typedef struct mlci_metric_descriptor {
    mlci_descriptor base;
    /* Lines of the result: 1, n_classes, n_classes squared. */
    int64_t (*n_values)(const void *params, int32_t n_classes);
    /* Fills n_values lines. Undefined values (one class only) are NaN, or an error where no
     * line would make sense. */
    mlc_status (*score)(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err);
} mlci_metric_descriptor;

/* ---- splitters ---------------------------------------------------------------------------- */

#define MLCI_PART_NONE 0
#define MLCI_PART_TRAIN 1
#define MLCI_PART_TEST 2
#define MLCI_PART_VALID 3
#define MLCI_N_PARTS 4

typedef struct mlci_split {
    mlc_context *call;
    const void *params;
    int64_t n_rows;
    const int32_t *stratum;    /* class or bin of the target; NULL when there is no target */
    const int32_t *group;      /* dense group numbers; NULL when there is no group column */
    const int64_t *time_order; /* rows by time, ties by row; NULL: row order */
    const uint64_t *key_hash;  /* hash of the key's text, the same in every language; or NULL.
                                  Splitters by key see some rows at a time, from any thread */
    const int32_t *fold;       /* ranks of the values of role fold, -1 where it is missing or -1;
                                  NULL when there is no such column */
    const void *plan;          /* of the splitter, when it makes one */
} mlci_split;

typedef struct mlci_splitter_descriptor {
    mlci_descriptor base;
    mlc_status (*n_folds)(const mlci_split *split, int32_t *n, mlc_error *err);
    /* What all folds share: a block, which the caller gives back. May be NULL. */
    mlc_status (*plan)(const mlci_split *split, void **plan, mlc_error *err);
    /* part: n_rows MLCI_PART_ numbers of fold k. */
    mlc_status (*fold)(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err);
} mlci_splitter_descriptor;

/* ---- generators, samplers, resamplers, weightings ------------------------------------------- */

struct mlci_sample_rule; /* lib/data/sample.h */

/* What makes a dataset: a generator of nothing, the others of a dataset. */
typedef struct mlci_maker_descriptor {
    mlci_descriptor base;
    /* dataset is NULL for generators. Samplers and resamplers give rows with the same columns and
     * roles, weightings the same rows with a column of role weight. */
    mlc_status (*make)(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err);
    const struct mlci_sample_rule
        *rule; /* samplers only: how rows that come in batches are chosen */
} mlci_maker_descriptor;

#endif
