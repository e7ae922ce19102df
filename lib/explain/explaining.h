/* What mlc_model_explain() was asked for, and who answers. */
#ifndef MLCI_EXPLAINING_H
#define MLCI_EXPLAINING_H

#include "record.h"

enum { MLCI_EXPLAIN_SHAP, MLCI_EXPLAIN_INTERACTIONS, MLCI_EXPLAIN_PERMUTATION };
enum { MLCI_LEVEL_RAW, MLCI_LEVEL_ENCODED };

typedef struct mlci_explain_settings {
    int32_t method;
    int32_t level;
    int64_t top; /* 0: all features, as columns */
    char *metrics;
    int64_t n_repeats;
    int64_t random_state;
} mlci_explain_settings;

typedef struct mlci_question {
    mlc_context *call;
    const mlc_model *model;
    const mlc_dataset *rows;       /* with the roles of the model */
    const mlc_dataset *background; /* the same; or NULL */
    const mlci_explain_settings *settings;
} mlci_question;

/* Most numbers a row that interactions may take: 2048 features. */
#define MLCI_MAX_INTERACTIONS ((int64_t)2048 * 2048)

/* method=shap and method=interactions. */
mlc_status mlci_contributions(const mlci_question *question, mlc_dataset **out, mlc_error *err);
/* method=permutation. */
mlc_status mlci_permutation_importance(const mlci_question *question, mlc_dataset **out,
                                       mlc_error *err);

#endif
