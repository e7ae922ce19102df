/* Vector inputs whose components come as columns of their own. A matrix is one column here, but
 * many in a CSV file or a data frame. */
#include "record_vectors.h"

#include <string.h>

/* The fields that are called after the components; *n gets how many there are, *absent the place of
 * one that is not. */
static mlc_status find_parts(const mlc_dataset *rows, const mlci_features *features,
                             const mlci_feature *vector, int32_t *fields, int64_t *n,
                             int64_t *absent, mlc_error *err)
{
    mlci_text name = mlci_text_init(rows->root);
    *n = 0;
    for (int64_t k = 0; k < vector->width; k++) {
        name.length = 0;
        mlci_features_name(features, vector->first + k, &name);
        if (mlci_text_status(&name, err) != MLC_OK) break;
        fields[k] = mlci_dataset_find(rows, name.data);
        if (fields[k] >= 0)
            ++*n;
        else
            *absent = vector->first + k;
    }
    const mlc_status status = mlci_text_status(&name, err);
    mlci_text_clear(&name);
    return status;
}

static mlc_status refuse_absent(const mlci_features *features, const mlci_feature *vector,
                                int64_t absent, mlc_error *err)
{
    mlci_text name = mlci_text_init(features->root);
    mlci_features_name(features, absent, &name);
    mlc_status status = mlci_text_status(&name, err);
    if (status == MLC_OK)
        status = mlci_fail(err, MLC_ERROR_COLUMN, name.data,
                           "no column '%s', one of the %lld components of '%s', while others are "
                           "there",
                           name.data, (long long)vector->width, vector->name);
    mlci_text_clear(&name);
    return status;
}

static mlc_status check_part(const mlci_field *part, const mlci_feature *vector, mlc_error *err)
{
    const mlci_column *const c = part->column;
    const int is_number =
        c->type != MLC_TYPE_TEXT && c->type != MLC_TYPE_CATEGORY && c->type != MLC_TYPE_VECTOR;
    if (is_number || c->n_missing == c->n_rows) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_COLUMN, part->name,
                     "column '%s' is %s; the components of '%s' are numbers", part->name,
                     mlci_type_kind(c->type), vector->name);
}

static mlc_status put_together(mlc_context *call, const mlc_dataset *rows,
                               const mlci_feature *vector, const int32_t *fields, mlci_column **out,
                               mlc_error *err)
{
    mlci_column *column = NULL;
    mlc_status status = MLC_OK;
    for (int64_t k = 0; k < vector->width && status == MLC_OK; k++)
        status = check_part(&rows->fields[fields[k]], vector, err);
    if (status == MLC_OK)
        status = mlci_column_create(rows->root, MLC_TYPE_VECTOR, rows->n_rows, vector->width, 0,
                                    &column, err);
    for (int64_t k = 0; k < vector->width && status == MLC_OK; k++) {
        double *const data = mlci_column_data(column);
        mlci_column_reals(rows->fields[fields[k]].column, 0, rows->n_rows, data + k, vector->width);
        status = mlci_poll(call, err);
    }
    if (status != MLC_OK) {
        mlci_column_unref(column);
        return status;
    }
    *out = column;
    return MLC_OK;
}

mlc_status mlci_record_vector(mlc_context *call, const mlci_features *inputs,
                              const mlci_feature *vector, const mlc_dataset *rows,
                              mlci_column **out, mlc_error *err)
{
    int64_t n = 0, absent = 0;
    *out = NULL;
    if (vector->type != MLC_TYPE_VECTOR || mlci_dataset_find(rows, vector->name) >= 0)
        return MLC_OK;
    int32_t *const fields = mlci_alloc(rows->root, vector->width, sizeof *fields);
    if (fields == NULL) return mlci_fail_memory(err, vector->width, sizeof *fields);
    mlc_status status = find_parts(rows, inputs, vector, fields, &n, &absent, err);
    if (status == MLC_OK && n == vector->width)
        status = put_together(call, rows, vector, fields, out, err);
    else if (status == MLC_OK && n > 0)
        status = refuse_absent(inputs, vector, absent, err);
    mlci_free(fields);
    return status;
}
