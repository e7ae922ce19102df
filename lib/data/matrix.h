/* The matrix view: how models read features.
 *
 * An mlci_features is what a model learned about its inputs: names, kinds and, for categories,
 * the dictionaries. It turns rows of any dataset, and single records, into doubles in one way:
 * numbers as they are (missing NaN), categories as codes of the model's dictionary (missing
 * NaN, unseen -1), vectors as their components. Immutable after fitting, saved with the model. */
#ifndef MLCI_MATRIX_H
#define MLCI_MATRIX_H

#include <mlcore/predictor.h>

#include "dataset_impl.h"
#include "section.h"
#include "text.h"

/* What counts as 0 where zeros are missing values: the float 1e-35, as in LightGBM. */
#define MLCI_NEAR_ZERO 1.0000000180025095e-35
static inline int mlci_is_zero(double x)
{
    return x >= -MLCI_NEAR_ZERO && x <= MLCI_NEAR_ZERO;
}

typedef struct mlci_feature {
    char *name;                  /* of the column */
    int32_t type;                /* type of the training column */
    int64_t width;               /* 1, or components of a vector */
    int64_t first;               /* its first position in a row */
    mlci_dictionary *dictionary; /* of a category, else NULL; reference */
    double low, high;            /* range of the training values (numbers); NaN when none */
    char **components;           /* names of a vector's components, or NULL */
} mlci_feature;

typedef struct mlci_features {
    mlci_root *root;      /* reference */
    int32_t n_references; /* atomic */
    int32_t n_inputs;     /* columns */
    mlci_feature *inputs;
    int64_t n_features; /* doubles a row */
    /* Numbers that are 0 count as missing. Not saved: the model's parameters say so. */
    int32_t zero_is_missing;
} mlci_features;

/* From the features of train (a view or not). owner is the model's name for messages; with
 * capabilities MLCI_CAN_CATEGORY text and category columns become categories, otherwise they are
 * MLC_ERROR_COLUMN with the transform that would help. Timestamps are numbers. Without
 * MLCI_CAN_MISSING, missing, NaN and infinite values are MLC_ERROR_DATA naming column and row.
 * Integers beyond 2^53 count as the nearest double. Categories are those that rows have. */
mlc_status mlci_features_fit(mlc_context *call, const mlc_dataset *train, const char *owner,
                             int32_t capabilities, mlci_features **out, mlc_error *err);
/* Room for n_inputs, none of them there yet, for features that no rows tell. */
mlc_status mlci_features_create(mlci_root *root, int32_t n_inputs, mlci_features **out,
                                mlc_error *err);
/* The next input: type MLC_TYPE_FLOAT64, MLC_TYPE_CATEGORY with its dictionary (a reference is
 * taken), or MLC_TYPE_VECTOR of that width, whose components are the name and a number. */
mlc_status mlci_features_add(mlci_features *features, const char *name, int32_t type, int64_t width,
                             const mlci_dictionary *dictionary, mlc_error *err);
mlci_features *mlci_features_ref(const mlci_features *features);
void mlci_features_unref(mlci_features *features);
void mlci_features_save(const mlci_features *features, mlci_writer *w);
mlci_features *mlci_features_load(mlci_reader *r); /* NULL on failure, reader marked */
/* The input that position j belongs to. */
int32_t mlci_features_input(const mlci_features *features, int64_t j);
/* Name of position j: "age", "education[Bachelors]". The text goes into out. */
void mlci_features_name(const mlci_features *features, int64_t j, mlci_text *out);
/* Positions of what has that name: a column, all components of it, or one component. Returns how
 * many, from *first on; 0: nothing has. */
int64_t mlci_features_find(const mlci_features *features, const char *name, int64_t length,
                           int64_t *first);
/* MLC_ERROR_SETTING: a parameter names a feature that there is not. */
mlc_status mlci_features_refuse(const mlci_features *features, const char *parameter,
                                const char *name, int64_t length, mlc_error *err);
/* One record: cells by input (a vector has width cells), in the order of the inputs: cell j is
 * position j. Writes the doubles that mlci_matrix_block() gives and adds MLC_FLAG_ bits to *flags
 * (may be NULL). Text for a number and a number for a category are WRONG_KIND and count as
 * missing. No allocation, any thread. */
void mlci_features_row(const mlci_features *features, const mlc_value *cells, double *out,
                       int64_t *flags);
/* The ranges of numbers, a position each: n_features lowest, then as many highest. */
void mlci_features_ranges(const mlci_features *features, double *ranges);
/* The flags of records whose inputs are all numbers, a double a position. */
void mlci_features_flag_reals(const mlci_features *features, int32_t isa, const double *ranges,
                              const double *rows, int64_t n_rows, int64_t *flags);
/* The MLC_FLAG_ bits that one input adds there. */
int64_t mlci_feature_flags(const mlci_feature *feature, const mlc_value *cells);

typedef struct mlci_matrix mlci_matrix;

/* Rows of a dataset seen through features. Immutable, for the length of a call. */
struct mlci_matrix {
    mlci_root *root;
    const mlci_features *features; /* borrowed */
    mlc_dataset *data;             /* contiguous; reference */
    int64_t n_rows;
    int64_t n_features;
    int32_t is_sparse;     /* some input is CSR: reading sparse rows pays */
    mlci_column **columns; /* one an input; references */
    int32_t **codes;       /* of texts that the model has as categories: index in its
                              dictionary, -1 unseen, -2 missing; NULL for others */
    int32_t **code_map;    /* of categories: the same by code of the column; NULL for others */
    mlci_features *own_features; /* of a wrapped matrix; reference */
};

/* Finds the inputs by name in the dataset; MLC_ERROR_COLUMN when one is missing or of another
 * kind. Any number where a number was is fine, as text where category was, and a column that is
 * missing in all rows whatever it is. */
mlc_status mlci_matrix_open(mlc_context *call, const mlci_features *features,
                            const mlc_dataset *dataset, mlci_matrix **out, mlc_error *err);
void mlci_matrix_close(mlci_matrix *matrix); /* may be NULL */
/* Refuses what mlci_features_fit() refuses in training rows: without MLCI_CAN_MISSING missing,
 * NaN and infinite values. */
mlc_status mlci_matrix_check(const mlci_matrix *matrix, const char *owner, int32_t capabilities,
                             mlc_error *err);
/* Rows first .. first + n, row-major, stride doubles a row (>= n_features). Any thread. */
void mlci_matrix_block(const mlci_matrix *matrix, int64_t first, int64_t n, double *out,
                       int64_t stride);
/* The same without gaps: rows that already lie like that are not copied, others go to memory, which
 * has room for them. */
const double *mlci_matrix_rows(const mlci_matrix *matrix, int64_t first, int64_t n, double *memory);
/* Feature j of all rows. Any thread. */
void mlci_matrix_column(const mlci_matrix *matrix, int64_t j, double *out);
/* Features j .. j + n of all rows, one after another. Any thread. */
void mlci_matrix_columns(const mlci_matrix *matrix, int64_t j, int64_t n, double *out);
/* How many features from j on, at most n, are read sooner together than one by one: those that lie
 * side by side in rows. At least 1. */
int64_t mlci_matrix_together(const mlci_matrix *matrix, int64_t j, int64_t n);
/* Of an input with a dictionary: the indices in it of rows first .. first + n, -1 unseen, -2
 * missing. */
void mlci_matrix_codes(const mlci_matrix *matrix, int32_t i, int64_t first, int64_t n,
                       int32_t *out);
/* Sets the MLC_FLAG_ bits of each row of a block, the same as mlci_features_row() adds. */
void mlci_matrix_flags(const mlci_matrix *matrix, int64_t first, int64_t n, int64_t *flags);
/* The entries of one row that are not zero, positions ascending; NaN is an entry. For any
 * matrix, as if zeros were none of the missing values. Returns their number; room for n_features.
 * Any thread. */
int64_t mlci_matrix_sparse_row(const mlci_matrix *matrix, int64_t row, int32_t *positions,
                               double *values);
/* A matrix over plain doubles, row-major without gaps, for tests and for models that feed models.
 * Borrows x. Its features are named x0, x1 ... */
mlc_status mlci_matrix_wrap(mlci_root *root, const double *x, int64_t n_rows, int64_t n_features,
                            mlci_matrix **out, mlc_error *err);

/* A missing, NaN or infinite value among the rows: MLC_ERROR_DATA naming column and row. */
mlc_status mlci_feature_check_values(const mlci_column *column, const char *name, const char *owner,
                                     mlc_error *err);

#endif
