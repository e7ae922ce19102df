/* Leave one group out: each group is the test part once. O(n) a fold. */
#include "descriptor.h"
#include "split_groups.h"

#define MOST_GROUPS 10000

typedef struct leave_params {
    char unused;
} leave_params;

static const mlci_param params_table[] = {{.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    MLCI_TRY(mlci_split_count_groups(split, "leave_one_group_out", n, err));
    if (*n >= 2 && *n <= MOST_GROUPS) return MLC_OK;
    return mlci_fail(
        err, MLC_ERROR_DATA, NULL,
        "leave_one_group_out needs 2 to %d groups: there %s %d; group_k_fold takes any "
        "number",
        MOST_GROUPS, *n == 1 ? "is" : "are", *n);
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    for (int64_t i = 0; i < split->n_rows; i++)
        part[i] = split->group[i] == k ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_leave_one_group_out = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_GROUP,
             .name = "leave_one_group_out",
             .summary = "a fold a group, which is its test part",
             .details = "As scikit-learn's LeaveOneGroupOut: groups in the order of their values. "
                        "Needs a column of role group without missing values and of 2 to 10000 "
                        "groups. O(n) a fold.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(leave_params)},
    .n_folds = n_folds,
    .fold = fold};
