/* SMOTE for numbers and categories: made-up rows between neighbours of a class (smote.c). */
#include "descriptor.h"
#include "smote.h"

typedef struct smote_params {
    char *sampling_strategy;
    int64_t k_neighbors;
    int64_t random_state;
} smote_params;

static const mlci_param params_table[] = {
    MLCI_RESAMPLING_STRATEGY(smote_params, MLCI_RESAMPLING_OVER),
    MLCI_INTEGER(smote_params, k_neighbors, 5, 1, 1000,
                 "nearest neighbours of a row between which new ones lie", .since = "0.1"),
    MLCI_RESAMPLING_SEED(smote_params),
    {.name = NULL}};

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    const smote_params *const p = params;
    const mlci_smote smote = {.name = "smote_nc",
                              .strategy = p->sampling_strategy,
                              .k_neighbors = p->k_neighbors,
                              .random_state = p->random_state,
                              .mixed = 1};
    return mlci_smote_resample(call, &smote, dataset, out, err);
}

extern const mlci_maker_descriptor mlci_resampler_smote_nc;
const mlci_maker_descriptor mlci_resampler_smote_nc = {
    .base = {.kind = MLCI_KIND_RESAMPLER,
             .capabilities = MLCI_CAN_RANDOM | MLCI_SPLITS_BY_TARGET,
             .name = "smote_nc",
             .summary = "made-up rows of the smaller classes, of numbers and categories",
             .details = "As imbalanced-learn's SMOTENC (Chawla and others 2002): the "
                        "rows, and after them new ones of each class that is to grow, "
                        "each on the segment from a random row of the class to one of "
                        "its k_neighbors nearest in the class, by exact Euclidean "
                        "distances, ties to the lowest row. Categories, texts and bools "
                        "may be among the features: one that differs adds the square of "
                        "the median of the class's standard deviations to a squared "
                        "distance, and a new row has the most frequent one among the "
                        "neighbours, ties to the nearest. int64 features become "
                        "float64. Scale the features first where their units differ. "
                        "New rows have no id and no key; other columns, such as "
                        "weights, are those of the row that they start from. At most O(m^2 p) "
                        "for a class of m rows and p features.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(smote_params)},
    .make = make};
