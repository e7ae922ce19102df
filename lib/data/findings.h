/* What checks of a dataset found, and the table that tells it. */
#ifndef MLCI_FINDINGS_H
#define MLCI_FINDINGS_H

#include "cell.h"

#define MLCI_FINDINGS_MAX_EXAMPLES 100

typedef struct mlci_finding {
    const char *rule;   /* static: the stable code */
    const char *column; /* borrowed, or NULL: the dataset */
    int32_t severity;
    int64_t n_rows; /* rows hit; -1: not about rows */
    double share;   /* of all rows, NaN */
    char *examples; /* block, or NULL */
    char *message;  /* block */
} mlci_finding;

typedef struct mlci_findings {
    mlci_root *root;
    mlci_finding *items;
    int64_t n, capacity;
} mlci_findings;

/* Rows that a test hits, and the first of them. */
typedef struct mlci_hits {
    int64_t n;
    uint8_t *marks; /* set to 1 at each row that is hit; or NULL */
    int32_t n_examples, most;
    int64_t rows[MLCI_FINDINGS_MAX_EXAMPLES];
} mlci_hits;

static inline void mlci_hits_add(mlci_hits *hits, int64_t row)
{
    if (hits->n_examples < hits->most) hits->rows[hits->n_examples++] = row;
    if (hits->marks != NULL) hits->marks[row] = 1;
    hits->n++;
}

/* Adds a finding and takes the message over, also on failure; hits NULL: not about rows. Examples
 * are `row: value` of the field, or rows alone without one. */
mlc_status mlci_findings_add(mlci_findings *findings, const char *rule, const char *column,
                             int32_t severity, const mlc_dataset *dataset, const mlci_field *field,
                             const mlci_hits *hits, mlci_text *message, mlc_error *err);
/* Takes all of `from`, which is empty then. */
mlc_status mlci_findings_append(mlci_findings *findings, mlci_findings *from, mlc_error *err);
void mlci_findings_clear(mlci_findings *findings);
/* rule, column, severity, rows, share, examples, message. */
mlc_status mlci_findings_table(const mlci_findings *findings, mlc_dataset **out, mlc_error *err);

#endif
