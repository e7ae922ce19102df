/* Targets: classes in the order of their values, or numbers. */
#ifndef MLCI_TARGET_H
#define MLCI_TARGET_H

#include "dataset_impl.h"
#include "section.h"

/* The classes of a target: immutable, counted, saved with the model. */
typedef struct mlci_classes {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    int32_t type;         /* of the target column: CATEGORY, TEXT, INT64, BOOL, FLOAT64 */
    int32_t n;
    int32_t positive;     /* the positive class: as given, else the last */
    mlci_dictionary *labels; /* text of each class, in class order when sorted by text; only for
                                CATEGORY and TEXT (index through `order`) */
    int32_t *order;       /* class -> index in labels */
    double *numbers;      /* class -> value, for INT64, BOOL, FLOAT64 */
    char **names;         /* class -> text as shown; n blocks */
} mlci_classes;

mlci_classes *mlci_classes_ref(const mlci_classes *classes);
void mlci_classes_unref(mlci_classes *classes);
void mlci_classes_save(const mlci_classes *classes, mlci_writer *w);
mlci_classes *mlci_classes_load(mlci_reader *r);
/* The predicted classes as a column of the target's own type. */
mlc_status mlci_classes_column(const mlci_classes *classes, mlci_root *root, int64_t n_rows,
                               const int32_t *class_of_row, mlci_column **out, mlc_error *err);

typedef struct mlci_target mlci_target;

struct mlci_target {
    mlci_root *root;
    char *name;
    int64_t n_rows;
    mlci_classes *classes; /* NULL for numbers; reference */
    int32_t *class_of_row; /* classification; NULL otherwise */
    double *value;         /* class index as double, or the number; n_rows x n_outputs */
    int32_t n_outputs;     /* 1; more for several numeric targets */
};

/* From the target column(s). known NULL: the classes are found (ordered by value, or as the
 * dataset's classes= and positive= say); else a value that is not among them is MLC_ERROR_DATA.
 * Missing targets are MLC_ERROR_DATA naming the row. Regression needs numbers; one class only is
 * MLC_ERROR_DATA unless known is given. dataset is contiguous. */
mlc_status mlci_target_classes(mlc_context *call, const mlc_dataset *dataset,
                               const mlci_classes *known, mlci_target **out, mlc_error *err);
mlc_status mlci_target_numbers(mlc_context *call, const mlc_dataset *dataset,
                               mlci_target **out, mlc_error *err);
void mlci_target_free(mlci_target *target);

/* The weight column, checked (finite, not negative, some positive); *out is NULL when there is
 * none, else a block. */
mlc_status mlci_dataset_weights(const mlc_dataset *dataset, double **out, mlc_error *err);
/* The offset column in the same way. */
mlc_status mlci_dataset_offsets(const mlc_dataset *dataset, double **out, mlc_error *err);

#endif
