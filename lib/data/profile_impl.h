/* Profiles from the inside: what a column's values were, as counts that merge exactly. */
#ifndef MLCI_PROFILE_IMPL_H
#define MLCI_PROFILE_IMPL_H

#include <mlcore/profile.h>

#include "cell.h"
#include "correlation.h"
#include "number_counts.h"
#include "text_counts.h"

#define MLCI_PROFILE_NUMBERS 1 /* BOOL, INT64, FLOAT32, FLOAT64, TIMESTAMP, dense VECTOR */
#define MLCI_PROFILE_TEXTS 2   /* CATEGORY, TEXT */
#define MLCI_PROFILE_OPAQUE 3  /* sparse VECTOR: missing rows only */

typedef struct mlci_profile_column {
    char *name;         /* of a component: `name[component]` */
    int32_t role, type; /* of the field */
    int32_t kind;
    int64_t n_null, n_nan, n_zero;
    int64_t n_low, n_high;      /* of -infinity and infinity, which are in no cell */
    mlci_number_counts numbers; /* of kind NUMBERS: finite ones */
    mlci_text_counts texts;     /* of kind TEXTS */
} mlci_profile_column;

struct mlc_profile {
    int32_t n_references; /* atomic */
    mlci_root *root;      /* reference */
    int64_t max_distinct; /* MLCI_COUNT_UNLIMITED: none */
    int64_t n_rows;
    int64_t n_columns;
    mlci_profile_column *columns;
    mlci_correlation *correlation; /* NULL unless asked for */
};

typedef struct mlci_profile_settings {
    int64_t max_distinct; /* MLCI_COUNT_UNLIMITED: none */
    int32_t correlation;
} mlci_profile_settings;

/* ---- making (profile.c, profile_column.c) */

mlc_status mlci_profile_dataset(mlc_context *call, const mlc_dataset *dataset,
                                const mlci_profile_settings *settings, mlc_profile **out,
                                mlc_error *err);
/* An empty profile with room for that many columns. */
mlc_status mlci_profile_new(mlci_root *root, int64_t n_columns, mlc_profile **out, mlc_error *err);
/* The counts of some rows of a dataset; name, role, type and kind stand already. On failure the
 * column holds nothing that must be freed. */
mlc_status mlci_profile_column_count(mlc_context *call, const mlc_dataset *dataset,
                                     const mlci_shown *shown, int64_t max_distinct, int64_t first,
                                     int64_t n, mlci_profile_column *column, mlc_error *err);
/* Adds the counts of a part to a column. */
mlc_status mlci_profile_column_add(mlci_root *root, mlci_profile_column *column,
                                   const mlci_profile_column *part, mlc_error *err);
void mlci_profile_column_clear(mlci_profile_column *column); /* the counts alone */
int32_t mlci_profile_kind(const mlci_column *column);
/* Index of a column, or -1. */
int64_t mlci_profile_find(const mlc_profile *profile, const char *name);

/* ---- tables (profile_columns.c, profile_table.c) */

mlc_status mlci_profile_columns_table(mlc_context *call, const mlc_profile *profile,
                                      mlc_dataset **out, mlc_error *err);

/* ---- reading (profile_statistics.c) */

/* Values that are there and, of numbers, are not NaN. */
int64_t mlci_profile_n_values(const mlci_profile_column *column);
int64_t mlci_profile_n_distinct(const mlci_profile_column *column);
/* Has every distinct value its own count? */
int mlci_profile_is_exact(const mlci_profile_column *column);

typedef struct mlci_sample_moments {
    double mean, std, skewness, kurtosis; /* NaN: too few values, or some that are not finite */
} mlci_sample_moments;
mlci_sample_moments mlci_profile_moments(const mlci_profile_column *column);
int64_t mlci_profile_n_negative(const mlci_profile_column *column);
/* Of numbers; NaN without values. */
double mlci_profile_least(const mlci_profile_column *column);
double mlci_profile_greatest(const mlci_profile_column *column);
/* Of integers and timestamps, exactly; 0 without values. */
int64_t mlci_profile_least_integer(const mlci_profile_column *column);
int64_t mlci_profile_greatest_integer(const mlci_profile_column *column);
/* The quantile of a share from 0 to 1, linear between neighbours; NaN without values. */
double mlci_profile_quantile(const mlci_profile_column *column, double share);
/* Finite numbers that are below `bound` (or at it); those of a cell that it parts in proportion,
 * rounded. */
int64_t mlci_profile_count_below(const mlci_profile_column *column, double bound, int or_equal);
/* The indices of the most frequent values, the first of equals first; returns how many there are,
 * at most `most`. Nothing where values are not counted one by one. */
int64_t mlci_profile_top(const mlci_profile_column *column, int64_t most, int64_t *out);
int64_t mlci_profile_count_of(const mlci_profile_column *column, int64_t i);
/* The text of a counted value. */
void mlci_profile_append_value(const mlci_profile_column *column, int64_t i, mlci_text *out);

#endif
