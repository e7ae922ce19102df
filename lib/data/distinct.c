/* The first row of each group of rows that are equal in some columns, as a view. */
#include <mlcore/shape.h>

#include "row_keys.h"

/* The columns of the selectors; all of them for NULL. */
static mlc_status pick(mlci_root *root, const mlc_dataset *dataset, const char *columns,
                       int32_t **fields, int32_t *n, mlc_error *err)
{
    *fields = mlci_alloc(root, dataset->n_fields, (int64_t)sizeof **fields);
    if (*fields == NULL) {
        return mlci_fail_memory(err, dataset->n_fields, (int64_t)sizeof **fields);
    }
    if (columns != NULL) return mlci_dataset_pick_order(dataset, columns, 0, *fields, n, err);
    for (int32_t i = 0; i < dataset->n_fields; i++)
        (*fields)[i] = i;
    *n = dataset->n_fields;
    return MLC_OK;
}

mlc_status mlc_dataset_distinct(mlc_context *ctx, const mlc_dataset *dataset, const char *columns,
                                mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        const char *const what = dataset == NULL ? "dataset" : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    mlc_context local, *call = NULL;
    int32_t *fields = NULL, n = 0;
    mlci_row_keys keys = {0};
    mlci_key_groups groups = {0};
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = pick(call->root, dataset, columns, &fields, &n, err);
    if (status == MLC_OK) status = mlci_row_keys_open(call, dataset, fields, n, &keys, err);
    if (status == MLC_OK) status = mlci_key_groups_open(call, &keys, &groups, err);
    if (status == MLC_OK) {
        status = mlci_dataset_view(call, dataset, groups.first, groups.n_groups, out, err);
        groups.first = NULL;
    }
    mlci_row_keys_close(&keys);
    mlci_key_groups_close(&groups);
    mlci_free(fields);
    mlci_call_end(call);
    return status;
}
