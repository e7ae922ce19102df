/* Schemas from the inside: what a dataset should look like, read from JSON (docs/schema.md). */
#ifndef MLCI_SCHEMA_IMPL_H
#define MLCI_SCHEMA_IMPL_H

#include "dataset_impl.h"

#define MLCI_SEVERITY_ERROR 1
#define MLCI_SEVERITY_WARNING 2
#define MLCI_SEVERITY_NONE 3

#define MLCI_MONOTONE_NONE 0
#define MLCI_MONOTONE_INCREASING 1
#define MLCI_MONOTONE_STRICTLY_INCREASING 2
#define MLCI_MONOTONE_DECREASING 3
#define MLCI_MONOTONE_STRICTLY_DECREASING 4

#define MLCI_SCHEMA_VERSION 1

/* Members that are NULL, NaN or MLCI_NONE_INTEGER ask for nothing. */
typedef struct mlci_schema_column {
    char *name;
    int32_t type; /* 0: any */
    int32_t role; /* -1: any */
    int32_t severity;
    int32_t required;
    char *environments;     /* list; NULL: all */
    double min_present;     /* share of rows with a value */
    char *least, *greatest; /* number, or timestamp */
    int32_t finite;
    char *values; /* list */
    double min_domain_mass;
    int32_t unique;
    char *pattern;
    int64_t min_length, max_length; /* characters */
    int32_t monotone;
    double fresh_within_hours;
    double max_psi, max_js, max_l_infinity;
} mlci_schema_column;

typedef struct mlci_schema_rule {
    char *name;
    char *expression;
    int32_t severity;
    double max_share; /* of rows that may fail */
} mlci_schema_rule;

typedef struct mlci_schema_dataset {
    int64_t min_rows, max_rows;
    char *key;             /* list of columns */
    int32_t extra_columns; /* a severity */
    int32_t ordered;
} mlci_schema_dataset;

typedef struct mlci_schema {
    mlci_root *root;
    mlci_schema_dataset dataset;
    mlci_schema_column *columns;
    mlci_schema_rule *rules;
    int32_t n_columns, n_rules;
} mlci_schema;

/* *out is empty on failure. */
mlc_status mlci_schema_parse(mlci_root *root, const char *text, mlci_schema *out, mlc_error *err);
void mlci_schema_clear(mlci_schema *schema);
/* Does the column belong to an environment? NULL: to any. */
int mlci_schema_is_in(const mlci_schema_column *column, const char *environment);
const char *mlci_severity_name(int32_t severity);

#endif
