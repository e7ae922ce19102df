/* Datasets from the inside: columns with names and roles, and row views. */
#ifndef MLCI_DATASET_IMPL_H
#define MLCI_DATASET_IMPL_H

#include "column.h"
#include "context_impl.h"
#include "names.h"

#define MLCI_MAX_ARRAY_SIZE 4096 /* no version of mlc_array will be larger */

#define MLCI_ROLE_FEATURE 0
#define MLCI_ROLE_TARGET 1
#define MLCI_ROLE_WEIGHT 2
#define MLCI_ROLE_GROUP 3
#define MLCI_ROLE_OFFSET 4
#define MLCI_ROLE_TIME 5
#define MLCI_ROLE_SENSITIVE 6 /* a feature as well: see mlci_field_is_feature() */
#define MLCI_ROLE_ID 7
#define MLCI_ROLE_KEY 8
#define MLCI_ROLE_FOLD 9
#define MLCI_ROLE_IGNORE 10

typedef struct mlci_field {
    char *name;
    int32_t role;
    mlci_column *column; /* reference */
} mlci_field;

/* Features and sensitive columns: what models learn from. */
static inline int mlci_field_is_feature(const mlci_field *field)
{
    return field->role == MLCI_ROLE_FEATURE || field->role == MLCI_ROLE_SENSITIVE;
}

/* Row numbers of a view, counted, shared by views of the same rows. */
typedef struct mlci_rows {
    int32_t n_references; /* atomic */
    mlci_root *root;
    int64_t n;
    int64_t *row;
} mlci_rows;

struct mlc_dataset {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    int64_t n_rows;
    int32_t n_fields;
    mlci_field *fields;
    mlci_rows *rows; /* n_rows of them; NULL: the rows first .. first + n_rows of the columns */
    int64_t first;   /* 0 with rows */
    int64_t n_source_rows; /* rows of each column, also when there are no columns */
    char *classes;         /* list given with classes=, or NULL */
    char *positive;        /* given with positive=, or NULL */
    mlc_dataset *problems; /* what a reader left out, or NULL; reference */
    mlci_names names;      /* of the fields */
};

/* Takes references on the columns, copies names; roles NULL: all features. Names must be
 * distinct (MLC_ERROR_COLUMN), columns of the same length (MLC_ERROR_ARGUMENT). */
mlc_status mlci_dataset_create(mlci_root *root, int32_t n_fields, const char *const *names,
                               mlci_column *const *columns, const int32_t *roles, mlc_dataset **out,
                               mlc_error *err);
/* A dataset of whole columns of n_rows rows each, with the classes and positive of another. */
mlc_status mlci_dataset_create_like(mlci_root *root, const mlc_dataset *like, int32_t n_fields,
                                    const mlci_field *fields, int64_t n_rows, mlc_dataset **out,
                                    mlc_error *err);
/* The same dataset without a view: itself (referenced) when its columns are whole already. */
mlc_status mlci_dataset_contiguous(mlc_context *call, const mlc_dataset *dataset, mlc_dataset **out,
                                   mlc_error *err);
/* Other columns, same rows, classes and positive; for transforms. The new fields replace all;
 * names are copied, columns referenced; they have as many rows as the old ones (all of them, so
 * a view's columns must fit what the view is of). */
mlc_status mlci_dataset_with_fields(const mlc_dataset *dataset, int32_t n_fields,
                                    const mlci_field *fields, mlc_dataset **out, mlc_error *err);
/* Index of a name, or -1. */
int32_t mlci_dataset_find(const mlc_dataset *dataset, const char *name);
/* The same; MLC_ERROR_COLUMN with the nearest name. */
mlc_status mlci_dataset_get(const mlc_dataset *dataset, const char *name, int32_t *out,
                            mlc_error *err);
/* Column i in the rows of the dataset: itself (referenced) when the dataset is no view. */
mlc_status mlci_dataset_take_column(const mlc_dataset *dataset, int32_t i, mlci_column **out,
                                    mlc_error *err);
/* Index of the only field with the role: -1 none; MLC_ERROR_ROLE when there are several. */
mlc_status mlci_dataset_role_field(const mlc_dataset *dataset, int32_t role, int32_t *out,
                                   mlc_error *err);
/* The row of the columns that row i of the dataset is. */
static inline int64_t mlci_dataset_source_row(const mlc_dataset *d, int64_t i)
{
    return d->rows == NULL ? d->first + i : d->rows->row[i];
}
/* Applies roles text (see dataset.h) to a dataset that nobody else has seen yet. On failure the
 * dataset is only good for freeing. */
mlc_status mlci_dataset_apply_roles(mlc_dataset *fresh, const char *roles, mlc_error *err);
const char *mlci_role_name(int32_t role);
int32_t mlci_role_find(const char *name); /* -1: none */

/* Selectors (see mlc_dataset_select): sets picked[i] for the fields that match. features_only
 * looks at features alone. A selector that matches nothing is MLC_ERROR_COLUMN with the nearest
 * name; patterns and types may match nothing. */
mlc_status mlci_dataset_pick(const mlc_dataset *dataset, const char *selectors,
                             int32_t features_only, uint8_t *picked, mlc_error *err);
/* The same in the order of the selectors, each field once. order: room for n_fields. */
mlc_status mlci_dataset_pick_order(const mlc_dataset *dataset, const char *selectors,
                                   int32_t features_only, int32_t *order, int32_t *n,
                                   mlc_error *err);
/* Parses only, for recipes. */
mlc_status mlci_selectors_check(const char *selectors, mlc_error *err);

/* A table of results being built: columns added one by one, then turned into a dataset. Errors
 * are remembered until the end. */
typedef struct mlci_table {
    mlci_root *root;
    int32_t n_fields;
    char *names[32];
    mlci_column *columns[32];
    mlc_status status;
    mlc_error error;
} mlci_table;
void mlci_table_init(mlci_table *table, mlci_root *root);
void mlci_table_reals(mlci_table *table, const char *name, int64_t n, const double *values);
void mlci_table_integers(mlci_table *table, const char *name, int64_t n, const int64_t *values);
/* NULL texts are missing. */
void mlci_table_texts(mlci_table *table, const char *name, int64_t n, const char *const *texts);
void mlci_table_column(mlci_table *table, const char *name, mlci_column *column); /* takes over */
/* The dataset, or the first failure; the table is empty after it either way. */
mlc_status mlci_table_finish(mlci_table *table, mlc_dataset **out, mlc_error *err);

#endif
