/* A column of the values of an expression; columns under other names. */
#include <mlcore/shape.h>

#include <string.h>

#include "expression.h"
#include "scan.h"

/* The dataset with the column behind the others, or in the place of the one of its name. */
static mlc_status put_column(const mlc_dataset *dataset, const char *name, mlci_column *column,
                             mlc_dataset **out, mlc_error *err)
{
    const int32_t n = dataset->n_fields;
    mlci_field *const fields = mlci_alloc(dataset->root, (int64_t)n + 1, (int64_t)sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, (int64_t)n + 1, (int64_t)sizeof *fields);
    if (n > 0) memcpy(fields, dataset->fields, (size_t)n * sizeof *fields);
    const int32_t found = mlci_dataset_find(dataset, name);
    const int32_t at = found < 0 ? n : found;
    fields[at].name = (char *)name;
    fields[at].column = column;
    if (found < 0) fields[at].role = MLCI_ROLE_FEATURE;
    const mlc_status status =
        mlci_dataset_with_fields(dataset, found < 0 ? n + 1 : n, fields, out, err);
    mlci_free(fields);
    return status;
}

static mlc_status check_name(const char *name, mlc_error *err)
{
    if (*name != '\0' && mlci_utf8_valid(name, (int64_t)strlen(name), NULL)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_ARGUMENT, "name",
                     *name == '\0' ? "name is empty: a column needs one" : "name is not UTF-8");
}

mlc_status mlc_dataset_with_column(mlc_context *ctx, const mlc_dataset *dataset, const char *name,
                                   const char *expression, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || name == NULL || expression == NULL || out == NULL) {
        const char *const what = dataset == NULL      ? "dataset"
                                 : name == NULL       ? "name"
                                 : expression == NULL ? "expression"
                                                      : "out";
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what, "%s is NULL", what);
    }
    MLCI_TRY(check_name(name, err));
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *column = NULL;
    mlc_dataset *whole = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_expression_parse(call->root, expression, dataset, &e, err);
    if (status == MLC_OK) status = mlci_dataset_contiguous(call, dataset, &whole, err);
    if (status == MLC_OK) status = mlci_expression_column(call, e, whole, &column, err);
    if (status == MLC_OK) status = put_column(whole, name, column, out, err);
    mlc_dataset_free(whole);
    mlci_column_unref(column);
    mlci_expression_free(e);
    mlci_call_end(call);
    return status;
}
