/* Contributions while they are worked out (contributions.c) and become a dataset
 * (contribution_table.c). */
#ifndef MLCI_CONTRIBUTION_JOB_H
#define MLCI_CONTRIBUTION_JOB_H

#include "explaining.h"
#include "feature_groups.h"

typedef struct mlci_contribution_job {
    const mlci_question *question;
    mlci_root *root;
    const mlci_component *last;
    const mlci_explainer *explainer;
    void *plan;
    mlci_matrix *x;
    mlci_feature_groups groups;
    int32_t interactions;
    int64_t n_outputs;
    char **names;       /* of the outputs; NULL where there is one */
    int64_t from_width; /* numbers a row and output that the model gives */
    int64_t to_width;   /* that the result has */
    double *base;       /* of each output */
    int64_t block_rows, slot_size;
    double *memory; /* a part a slot: rows, contributions, sums */
    /* The result: a vector column an output; or a line each of the largest of a row. */
    mlci_column **values;
    int64_t top, n_lines;
    int64_t *top_group;
    double *top_value;
} mlci_contribution_job;

mlc_status mlci_contribution_table(const mlci_contribution_job *job, mlc_dataset **out,
                                   mlc_error *err);

#endif
