/* The record of a fit: raw inputs and roles. */
#include "record.h"

#include <string.h>

#include "record_vectors.h"

static mlc_status add_role(mlci_record *record, const char *name, int32_t role, mlc_error *err)
{
    if (record->n_roles == record->role_capacity) {
        const int32_t capacity = record->role_capacity == 0 ? 4 : record->role_capacity * 2;
        mlci_known_role *grown = mlci_realloc(record->root, record->roles, capacity, sizeof *grown);
        if (grown == NULL) return mlci_fail_memory(err, capacity, sizeof *grown);
        record->roles = grown;
        record->role_capacity = capacity;
    }
    char *copy = mlci_copy_text(record->root, name, (int64_t)strlen(name));
    if (copy == NULL) return mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1);
    record->roles[record->n_roles++] = (mlci_known_role){copy, role};
    return MLC_OK;
}

static mlci_record *new_record(mlci_root *root)
{
    mlci_record *record = mlci_alloc(root, 1, sizeof *record);
    if (record == NULL) return NULL;
    record->n_references = 1;
    record->root = mlci_root_ref(root);
    return record;
}

mlc_status mlci_record_create(mlc_context *call, const mlc_dataset *train, mlci_record **out,
                              mlc_error *err)
{
    mlci_record *record = new_record(train->root);
    if (record == NULL) return mlci_fail_memory(err, 1, sizeof *record);
    record->n_rows = train->n_rows;
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < train->n_fields && status == MLC_OK; i++) {
        const mlci_field *field = &train->fields[i];
        if (field->role == MLCI_ROLE_FEATURE) continue;
        status = add_role(record, field->name, field->role, err);
    }
    if (status == MLC_OK) {
        status = mlci_features_fit(call, train, "the model", MLCI_CAN_CATEGORY | MLCI_CAN_MISSING,
                                   &record->inputs, err);
    }
    if (status != MLC_OK) {
        mlci_record_unref(record);
        return status;
    }
    *out = record;
    return MLC_OK;
}

mlc_status mlci_record_open(mlci_root *root, const mlci_features *inputs, const char *target,
                            mlci_record **out, mlc_error *err)
{
    mlci_record *record = new_record(root);
    if (record == NULL) return mlci_fail_memory(err, 1, sizeof *record);
    record->inputs = mlci_features_ref(inputs);
    const mlc_status status = add_role(record, target, MLCI_ROLE_TARGET, err);
    if (status != MLC_OK) {
        mlci_record_unref(record);
        return status;
    }
    *out = record;
    return MLC_OK;
}

mlci_record *mlci_record_ref(const mlci_record *record)
{
    mlci_record *r = (mlci_record *)record;
    __atomic_fetch_add(&r->n_references, 1, __ATOMIC_RELAXED);
    return r;
}

void mlci_record_unref(mlci_record *record)
{
    if (record == NULL) return;
    if (__atomic_sub_fetch(&record->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_root *root = record->root;
    mlci_features_unref(record->inputs);
    for (int32_t i = 0; i < record->n_roles; i++)
        mlci_free(record->roles[i].name);
    mlci_free(record->roles);
    mlci_free(record->origin);
    mlci_free(record);
    mlci_root_unref(root);
}

void mlci_record_save(const mlci_record *record, mlci_writer *w)
{
    mlci_write_int64(w, record->n_rows);
    mlci_write_int64(w, record->n_roles);
    for (int32_t i = 0; i < record->n_roles; i++) {
        mlci_write_text(w, record->roles[i].name, (int64_t)strlen(record->roles[i].name));
        mlci_write_int64(w, record->roles[i].role);
    }
    mlci_features_save(record->inputs, w);
}

mlci_record *mlci_record_load(mlci_reader *r)
{
    mlci_record *record = new_record(r->root);
    if (record == NULL) {
        r->status = mlci_fail_memory(&r->error, 1, sizeof *record);
        return NULL;
    }
    record->n_rows = mlci_read_count(r, "number of rows", 0, INT64_MAX);
    const int64_t n = mlci_read_count(r, "number of roles", 0, INT32_MAX / 4);
    for (int64_t i = 0; i < n && r->status == MLC_OK; i++) {
        int64_t length = 0;
        char *name = mlci_read_text(r, &length);
        const int64_t role = mlci_read_count(r, "role", MLCI_ROLE_TARGET, MLCI_ROLE_IGNORE);
        if (name == NULL) mlci_reader_refuse(r, "a role without a column");
        if (r->status == MLC_OK) {
            r->status = add_role(record, name, (int32_t)role, &r->error);
        }
        mlci_free(name);
    }
    if (r->status == MLC_OK) record->inputs = mlci_features_load(r);
    if (r->status == MLC_OK) return record;
    mlci_record_unref(record);
    return NULL;
}

/* Fields of rows with the roles of the record; then vectors that the rows have in parts. */
static mlc_status bind_fields(mlc_context *call, const mlci_record *record, const mlc_dataset *rows,
                              mlci_field *fields, int32_t *n_fields, mlc_error *err)
{
    if (rows->n_fields > 0) memcpy(fields, rows->fields, (size_t)rows->n_fields * sizeof *fields);
    *n_fields = rows->n_fields;
    for (int32_t k = 0; k < record->n_roles; k++) {
        const int32_t f = mlci_dataset_find(rows, record->roles[k].name);
        if (f >= 0 && fields[f].role == MLCI_ROLE_FEATURE) fields[f].role = record->roles[k].role;
    }
    for (int32_t i = 0; i < record->inputs->n_inputs; i++) {
        const mlci_feature *const input = &record->inputs->inputs[i];
        mlci_column *column = NULL;
        MLCI_TRY(mlci_record_vector(call, record->inputs, input, rows, &column, err));
        if (column != NULL)
            fields[(*n_fields)++] =
                (mlci_field){.name = input->name, .role = MLCI_ROLE_FEATURE, .column = column};
    }
    return MLC_OK;
}

mlc_status mlci_record_bind(mlc_context *call, const mlci_record *record, const mlc_dataset *rows,
                            mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *whole = NULL;
    int32_t n_fields = 0;
    MLCI_TRY(mlci_dataset_contiguous(call, rows, &whole, err));
    const int64_t most = (int64_t)whole->n_fields + record->inputs->n_inputs;
    mlci_field *fields = mlci_alloc(rows->root, most, sizeof *fields);
    mlc_status status = fields == NULL ? mlci_fail_memory(err, most, sizeof *fields)
                                       : bind_fields(call, record, whole, fields, &n_fields, err);
    if (status == MLC_OK) status = mlci_dataset_with_fields(whole, n_fields, fields, out, err);
    for (int32_t i = whole->n_fields; i < n_fields; i++)
        mlci_column_unref(fields[i].column);
    mlci_free(fields);
    mlc_dataset_free(whole);
    return status;
}

const char *mlci_record_role(const mlci_record *record, int32_t role)
{
    for (int32_t i = 0; i < record->n_roles; i++) {
        if (record->roles[i].role == role) return record->roles[i].name;
    }
    return NULL;
}
