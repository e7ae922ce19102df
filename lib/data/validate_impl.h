/* Validation from the inside: a job, and the checks of one column. */
#ifndef MLCI_VALIDATE_IMPL_H
#define MLCI_VALIDATE_IMPL_H

#include "findings.h"
#include "profile_impl.h"
#include "schema_impl.h"

typedef struct mlci_validation {
    mlc_context *call;
    const mlc_dataset *dataset;
    const mlci_schema *schema;
    const mlc_profile *reference; /* or NULL */
    const char *environment;      /* or NULL */
    uint8_t *marks; /* a byte a row, set where a value breaks a rule of its column; or NULL */
    int32_t n_examples;
    int32_t has_now;
    int64_t now; /* microseconds */
} mlci_validation;

/* The rules of a column that is there, with a fitting type. */
mlc_status mlci_validate_column(const mlci_validation *v, const mlci_schema_column *rules,
                                int32_t field, mlci_findings *findings, mlc_error *err);
/* Rules that compare: unique, order, age of the latest time, distances to the reference. */
mlc_status mlci_validate_order(const mlci_validation *v, const mlci_schema_column *rules,
                               int32_t field, mlci_findings *findings, mlc_error *err);
/* Adds "rows that repeat" a combination of fields, when there are any. */
mlc_status mlci_validate_distinct(const mlci_validation *v, const char *rule, const char *column,
                                  int32_t severity, int32_t n_fields, const int32_t *fields,
                                  mlci_findings *findings, mlc_error *err);
/* Does a column of the type hold what the schema's type asks for? */
int mlci_schema_type_fits(int32_t wanted, int32_t type);

/* A column as one of the type: casts what has the same meaning; what has none there is missing, and
 * *bad the first such row, -1 without any. */
mlc_status mlci_conform_cast(mlc_context *call, const mlci_field *field, int32_t type,
                             mlci_column **out, int64_t *bad, mlc_error *err);

/* A bound of a rule, as its column compares it. */
typedef struct mlci_bound {
    int32_t is_set;
    int64_t integer; /* of INT64 (when is_integer) and TIMESTAMP */
    int32_t is_integer;
    double real;
} mlci_bound;
mlc_status mlci_bound_read(const char *text, const char *what, const mlci_field *field,
                           mlci_bound *out, mlc_error *err);
/* -1, 0, 1: the value of a row, which is there, against the bound. NaN is 0. */
int mlci_bound_compare(const mlci_bound *bound, const mlci_column *column, int64_t source);

#endif
