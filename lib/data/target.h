/* Targets: classes in the order of their values, or numbers. */
#ifndef MLCI_TARGET_H
#define MLCI_TARGET_H

#include "dataset_impl.h"
#include "section.h"

/* The classes of a target: immutable, counted, saved with the model. */
typedef struct mlci_classes {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    int32_t type;         /* of the target column: CATEGORY, TEXT, INT64, BOOL, FLOAT32, FLOAT64 */
    int32_t n;
    int32_t positive;        /* the positive class: as given, else the last */
    mlci_dictionary *labels; /* the classes' texts, ascending, for CATEGORY and TEXT; else NULL */
    int32_t *order;          /* class -> index in labels, or rank of its number: the identity unless
                                classes= says otherwise */
    int32_t *class_of;       /* the inverse of order */
    double *numbers;         /* rank -> value, ascending, for the other types; else NULL */
    char **names;            /* class -> text as shown; n blocks */
} mlci_classes;

mlci_classes *mlci_classes_ref(const mlci_classes *classes);
void mlci_classes_unref(mlci_classes *classes);
void mlci_classes_save(const mlci_classes *classes, mlci_writer *w);
mlci_classes *mlci_classes_load(mlci_reader *r);
/* Index of the class of that name, or -1. */
int32_t mlci_classes_find(const mlci_classes *classes, const char *name);
/* The classes that a target column has, ordered by value or as listed (NULL: not), the positive
 * one by its text (NULL: the last). target is its name, for messages. Rows must not be missing
 * (MLC_ERROR_DATA naming one). A column that is no class column is MLC_ERROR_COLUMN; what is not
 * a label (fractions, too many values) is MLC_ERROR_DATA. */
mlc_status mlci_classes_fit(mlci_root *root, const mlci_column *column, const char *target,
                            const char *list, const char *positive, mlci_classes **out,
                            mlc_error *err);
/* The class of each row. A value that is no class is MLC_ERROR_DATA naming value and row. */
mlc_status mlci_classes_of_rows(const mlci_classes *classes, const mlci_column *column,
                                const char *target, int32_t *class_of_row, mlc_error *err);
/* The classes of the one target of a dataset, which may be a view, and of each row; *class_of_row
 * is a block. There must be one (MLC_ERROR_ROLE). */
mlc_status mlci_classes_of_dataset(mlc_context *call, const mlc_dataset *dataset,
                                   mlci_classes **out, int32_t **class_of_row, mlc_error *err);
/* The predicted classes as a column of the target's own type; class -1 is missing. */
mlc_status mlci_classes_column(const mlci_classes *classes, mlci_root *root, int64_t n_rows,
                               const int32_t *class_of_row, mlci_column **out, mlc_error *err);

typedef struct mlci_target mlci_target;

/* What classes.c and classes_fit.c share. A fresh value without classes; then labels or numbers
 * and n are set, then the order (the identity) and the names. */
#define MLCI_MAX_CLASS_NUMBER 9007199254740992.0 /* 2^53 */
static inline int mlci_class_number_valid(double value)
{
    return value >= -MLCI_MAX_CLASS_NUMBER && value <= MLCI_MAX_CLASS_NUMBER &&
           (double)(int64_t)value == value;
}
mlc_status mlci_classes_create(mlci_root *root, int32_t type, mlci_classes **out, mlc_error *err);
mlc_status mlci_classes_order(mlci_classes *classes, mlc_error *err);
mlc_status mlci_classes_name(mlci_classes *classes, mlc_error *err);
mlc_status mlci_classes_check(const mlci_column *column, const char *target, mlc_error *err);
/* Rank among n ascending numbers; -1 - (where it belongs) when it is not there. */
int32_t mlci_classes_number_rank(const double *numbers, int32_t n, double value);
/* Rank of a class by its text ("1", "1.0", "true", "yes"), or -1. */
int32_t mlci_classes_rank(const mlci_classes *classes, const char *text, int64_t length);
int mlci_classes_parse_number(int32_t type, const char *text, int64_t length, double *out);

struct mlci_target {
    mlci_root *root;
    char *name;   /* of the (first) target column */
    char **names; /* n_outputs: columns, or column[component] of a vector */
    int64_t n_rows;
    mlci_classes *classes; /* NULL for numbers; reference */
    int32_t *class_of_row; /* classification; NULL otherwise */
    double *value;         /* class index as double, or the number; n_rows x n_outputs */
    int32_t n_outputs;     /* 1; more for several numeric targets */
};

#define MLCI_MAX_CLASSES 32768     /* of texts and integers */
#define MLCI_MAX_REAL_CLASSES 1000 /* of integral values in a float column */

/* From the target column(s). known NULL: the classes are found (ordered by value, or as the
 * dataset's classes= and positive= say); else a value that is not among them is MLC_ERROR_DATA.
 * Missing targets are MLC_ERROR_DATA naming the row. Regression needs numbers; one class only is
 * MLC_ERROR_DATA unless known is given. dataset is contiguous. */
mlc_status mlci_target_classes(mlc_context *call, const mlc_dataset *dataset,
                               const mlci_classes *known, mlci_target **out, mlc_error *err);
/* Numbers, bool as 0 and 1, or a dense vector: one output a component. */
mlc_status mlci_target_numbers(mlc_context *call, const mlc_dataset *dataset, mlci_target **out,
                               mlc_error *err);
/* The same, but a second target is the upper bound of the first: missing where there is none, which
 * is INFINITY in value. */
mlc_status mlci_target_bounds(mlc_context *call, const mlc_dataset *dataset, mlci_target **out,
                              mlc_error *err);
void mlci_target_free(mlci_target *target);

/* The weight column, checked (finite, not negative, some positive); *out is NULL when there is
 * none, else a block. */
mlc_status mlci_dataset_weights(const mlc_dataset *dataset, double **out, mlc_error *err);
/* The groups of the rows, numbered from 0 in the order of their values; *out is NULL when there is
 * no group column. A missing group is MLC_ERROR_DATA naming the row. */
mlc_status mlci_dataset_groups(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                               mlc_error *err);
/* The offset column in the same way as weights. */
mlc_status mlci_dataset_offsets(const mlc_dataset *dataset, double **out, mlc_error *err);

#endif
