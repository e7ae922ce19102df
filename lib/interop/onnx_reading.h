/* An ONNX graph while it is read: its nodes are gone through in their order, and each value gets a
 * form. */
#ifndef MLCI_ONNX_READING_H
#define MLCI_ONNX_READING_H

#include "onnx_read_trees.h"

typedef enum mlci_onnx_kind {
    MLCI_FORM_NONE,
    MLCI_FORM_CONSTANT,
    MLCI_FORM_COLUMNS, /* numbers or coded texts */
    MLCI_FORM_TEXT,    /* columns of texts */
    MLCI_FORM_SHARES,  /* columns that a Normalizer has divided by the norm of their row */
    MLCI_FORM_SCORES,
    MLCI_FORM_NEGATIVE, /* - of scores */
    MLCI_FORM_SECOND,   /* 1 - of these are scores or probabilities: those of the first class */
    MLCI_FORM_LINKED,   /* responses or probabilities */
    MLCI_FORM_TOTAL,    /* the sum of the probabilities of a row */
    MLCI_FORM_ABOVE,    /* is the one score of a row above `bound`? */
    MLCI_FORM_CLASS,    /* a number of a class */
    MLCI_FORM_LABEL,
    MLCI_FORM_VOTES, /* decisions of pairs of classes, and what a graph makes of them */
    MLCI_FORM_PART,  /* of a chain of nodes that say one thing together (onnx_parts.c) */
    MLCI_FORM_SIGN,  /* -1: an anomaly, or 1 */
    MLCI_FORM_MAPS   /* what ZipMap gives */
} mlci_onnx_kind;

/* Scores on their way. */
typedef struct mlci_onnx_scores {
    int64_t start; /* place of what was added, -1: nothing */
    double factor, divisor, bound;
    int32_t link, has_bound;
    int32_t is_total_one; /* divided by their sum */
} mlci_onnx_scores;

typedef struct mlci_onnx_form {
    mlci_onnx_kind kind;
    int32_t is_float; /* numbers are rounded to float32 */
    int64_t first, n; /* columns: in the list of them */
    int64_t constant; /* which one */
    int32_t norm;     /* of shares: 1 or 2 */
    int32_t part;     /* of a chain: what it has come to */
    mlci_onnx_scores scores;
} mlci_onnx_form;

/* A linear model: its scores are sums of weights x columns. */
typedef struct mlci_onnx_linear {
    mlci_onnx_form columns;
    int64_t n_outputs;
    double *weights; /* columns x outputs; NULL: there is none */
    double *intercept;
    int32_t is_float; /* the runtime adds floats */
} mlci_onnx_linear;

/* Support vectors under a kernel; the vectors are the weights of the linear model, an output each.
 */
typedef struct mlci_onnx_vectors {
    int64_t n;      /* 0: there are none */
    int32_t kernel; /* MLCI_SVM_ */
    double gamma, coef0, degree;
    int32_t is_anomaly;
    mlci_onnx_numbers counts, coefficients, rho, slope, shift; /* as they stand in the graph */
} mlci_onnx_vectors;

typedef struct mlci_onnx_reading {
    mlci_foreign *model;
    mlci_onnx_file file;
    int64_t n_bytes;       /* of it */
    int64_t *ids;          /* of names: nodes, constants, inputs, outputs one after the other */
    mlci_onnx_form *forms; /* by id */
    int64_t n_sources, source_capacity;
    mlci_onnx_source *sources;
    int64_t n_maps, n_key_lists;
    mlci_onnx_map **maps;
    void **key_lists;
    mlci_onnx_changes changes;
    int64_t *first_column;     /* of each input, its first feature */
    const mlci_onnx_op *maker; /* of scores; NULL: none yet */
    int32_t is_class;
    mlci_onnx_tree_node trees;
    mlci_onnx_linear linear;
    mlci_onnx_vectors vectors;
    int64_t n_labels;
    mlci_span *labels; /* texts; NULL: */
    double *label_numbers;
    int32_t label_type; /* of those */
    double *starts;     /* what was added to scores: n_outputs each */
    int64_t n_starts;
} mlci_onnx_reading;

typedef struct mlci_onnx_step {
    mlci_onnx_reading *g;
    const mlci_onnx_op *op;
    mlci_onnx_form *in[4]; /* the first inputs; NULL beyond */
    mlci_onnx_form *out;
} mlci_onnx_step;

static inline int mlci_form_is(const mlci_onnx_form *f, mlci_onnx_kind kind)
{
    return f != NULL && f->kind == kind;
}

/* MLC_ERROR_UNSUPPORTED that names node and operator. */
mlc_status mlci_onnx_refuse_step(const mlci_onnx_step *s, const char *what, mlc_error *err);
/* The same for the text of an attribute, and what would be right. */
mlc_status mlci_onnx_refuse_word(const mlci_onnx_step *s, const char *attribute, mlci_span word,
                                 const char *right, mlc_error *err);
mlc_status mlci_onnx_refuse_place(const mlci_onnx_step *s, mlc_error *err);

/* ---- inputs and outputs (onnx_inputs.c, onnx_outputs.c) ----------------------------------- */

/* Each name gets a number, the same for the same name. */
mlc_status mlci_onnx_number_names(mlci_onnx_reading *g, mlc_error *err);
/* Inputs and constants as values. */
mlc_status mlci_onnx_open_inputs(mlci_onnx_reading *g, mlc_error *err);
/* The model as its outputs need it. */
mlc_status mlci_onnx_take_outputs(mlci_onnx_reading *g, mlc_error *err);

/* ---- columns (onnx_columns.c) ------------------------------------------------------------- */

/* The numbers of a constant; a block of the caller. */
mlc_status mlci_onnx_constant_numbers(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                      mlci_onnx_numbers *out, mlc_error *err);
/* The same of one number for all columns, or one each. */
mlc_status mlci_onnx_constant_row(const mlci_onnx_step *s, const mlci_onnx_form *f,
                                  mlci_onnx_numbers *out, mlc_error *err);
/* One more column at the end of the list. */
mlc_status mlci_onnx_add_source(mlci_onnx_reading *g, mlci_onnx_source source, mlc_error *err);
/* Columns of a value, once more, at the end of the list: what a step makes of them begins so. */
mlc_status mlci_onnx_copy_columns(const mlci_onnx_step *s, const mlci_onnx_form *from,
                                  mlc_error *err);
mlc_status mlci_onnx_change_source(mlci_onnx_reading *g, mlci_onnx_source *source,
                                   const mlci_onnx_change *change, mlc_error *err);
/* Columns side by side. */
mlc_status mlci_onnx_concat_columns(const mlci_onnx_step *s, mlc_error *err);
/* Some of the columns of a value. */
mlc_status mlci_onnx_gather_columns(const mlci_onnx_step *s, mlc_error *err);

/* ---- maps (onnx_maps.c) ------------------------------------------------------------------- */

/* Texts of a list attribute, which live as long as the reading; n 0: it is not there. */
mlc_status mlci_onnx_keys_of(const mlci_onnx_step *s, const char *name, mlci_onnx_keys *out,
                             mlc_error *err);
/* The same for numbers. */
mlc_status mlci_onnx_numbers_as_keys(const mlci_onnx_step *s, const char *name, mlci_onnx_keys *out,
                                     mlc_error *err);
/* A map of these keys for a column; values NULL: 0, 1, ... */
mlc_status mlci_onnx_map_keys(const mlci_onnx_step *s, const mlci_onnx_source *source,
                              const mlci_onnx_keys *keys, const double *values, double otherwise,
                              mlci_onnx_map **out, mlc_error *err);
/* Texts or numbers to numbers. */
mlc_status mlci_onnx_label_encoder(const mlci_onnx_step *s, mlc_error *err);
/* Codes to the numbers of a table. */
mlc_status mlci_onnx_gather_codes(const mlci_onnx_step *s, mlc_error *err);
/* The map of a column with another number for missing values. */
mlc_status mlci_onnx_map_missing(const mlci_onnx_step *s, mlci_onnx_source *source, double missing,
                                 mlc_error *err);
void mlci_onnx_clear_maps(mlci_onnx_reading *g);

/* ---- preprocessing (onnx_preprocessing.c) ------------------------------------------------- */

mlc_status mlci_onnx_scaler(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_imputer(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_one_hot(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_feature_vectorizer(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_normalizer(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_is_nan(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_where(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_equal(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_clip(const mlci_onnx_step *s, mlc_error *err);
/* Columns and constants: one number, or one a column. */
mlc_status mlci_onnx_arithmetic(const mlci_onnx_step *s, int32_t op, mlc_error *err);
mlc_status mlci_onnx_cast_columns(const mlci_onnx_step *s, int32_t to, mlc_error *err);

/* ---- scores (onnx_scores.c) --------------------------------------------------------------- */

mlc_status mlci_onnx_pass(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_add(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_subtract(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_scale(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_sigmoid(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_exponential(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_softmax(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_abs(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_reduce_sum(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_greater(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_arg_max(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_zip_map(const mlci_onnx_step *s, mlc_error *err);
/* Scores of both classes side by side, and one of them. */
mlc_status mlci_onnx_concat_scores(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_second_score(const mlci_onnx_step *s, mlc_error *err);
/* What a model makes: scores that nothing was made of. */
mlci_onnx_form mlci_onnx_new_scores(const mlci_onnx_reading *g, int32_t post);
int mlci_onnx_is_scores(const mlci_onnx_form *f);

/* ---- linear models (onnx_linear.c, onnx_linear_model.c) ----------------------------------- */

mlc_status mlci_onnx_linear_regressor(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_linear_classifier(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_svm_regressor(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_svm_classifier(const mlci_onnx_step *s, mlc_error *err);
/* Zeroed weights for the columns before the step, of a model with so many scores. */
mlc_status mlci_onnx_open_linear(const mlci_onnx_step *s, int64_t n_columns, int64_t n_outputs,
                                 int64_t n_scores, mlc_error *err);
mlc_status mlci_onnx_read_post(const mlci_onnx_step *s, int32_t *post, mlc_error *err);
/* The classes of the file by ascending labels; a block of the caller. */
mlc_status mlci_onnx_order_classes(const mlci_onnx_reading *g, int64_t n, int64_t **out,
                                   mlc_error *err);
/* Settings that a linear model, or one of support vectors, has no use for. */
mlc_status mlci_onnx_refuse_settings(const mlci_foreign *m, mlc_error *err);
mlc_status mlci_onnx_mat_mul(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_gemm(const mlci_onnx_step *s, mlc_error *err);
/* "LinearClassifier softmax", by the link of the model. */
void mlci_onnx_write_objective(mlci_onnx_reading *g);
/* The model as an exchange document, g->model->document: scores become what `f` says. */
mlc_status mlci_onnx_linear_model(mlci_onnx_reading *g, const mlci_onnx_form *f, mlc_error *err);

/* ---- support vectors (onnx_vectors.c) ------------------------------------------------------ */

mlc_status mlci_onnx_vector_regressor(const mlci_onnx_step *s, int32_t is_anomaly, mlc_error *err);
mlc_status mlci_onnx_vector_classifier(const mlci_onnx_step *s, mlc_error *err);
mlc_status mlci_onnx_sign(const mlci_onnx_step *s, mlc_error *err);
/* Does the step go on with decisions of pairs, and nothing else? Then its result is set. */
int mlci_onnx_is_of_votes(const mlci_onnx_step *s);

/* ---- chains (onnx_parts.c) ----------------------------------------------------------------- */

/* Is the step one of a chain? Then its result is set. */
mlc_status mlci_onnx_take_part(const mlci_onnx_step *s, int *is_part, mlc_error *err);

/* ---- labels (onnx_labels.c) --------------------------------------------------------------- */

/* Numbers of classes to labels of a constant. */
mlc_status mlci_onnx_constant_labels(const mlci_onnx_step *s, mlc_error *err);
/* The labels of a classifier. */
mlc_status mlci_onnx_attribute_labels(const mlci_onnx_step *s, mlc_error *err);
/* The labels as the classes of the model. */
mlc_status mlci_onnx_make_classes(mlci_onnx_reading *g, mlc_error *err);

#endif
