/* Tables of results under construction: columns one by one, failures kept until the end. */
#include "dataset_impl.h"

#include <string.h>

#define MAX_FIELDS ((int32_t)(sizeof((mlci_table *)0)->columns / sizeof(mlci_column *)))

void mlci_table_init(mlci_table *table, mlci_root *root)
{
    memset(table, 0, sizeof *table);
    table->root = mlci_root_ref(root);
}

void mlci_table_column(mlci_table *table, const char *name, mlci_column *column)
{
    if (table->status == MLC_OK && table->n_fields == MAX_FIELDS) {
        table->status = mlci_fail(&table->error, MLC_ERROR_INTERNAL, name,
                                  "a table of more than %d columns", (int)MAX_FIELDS);
    }
    if (table->status != MLC_OK) {
        mlci_column_unref(column);
        return;
    }
    const int64_t length = (int64_t)strlen(name);
    char *const copy = mlci_copy_text(table->root, name, length);
    if (copy == NULL) {
        table->status = mlci_fail_memory(&table->error, length + 1, 1);
        mlci_column_unref(column);
        return;
    }
    table->names[table->n_fields] = copy;
    table->columns[table->n_fields++] = column;
}

static void add_values(mlci_table *table, const char *name, int32_t type, int64_t n,
                       const void *values)
{
    mlci_column *column = NULL;
    if (table->status != MLC_OK) return;
    table->status = mlci_column_create(table->root, type, n, 1, 0, &column, &table->error);
    if (table->status != MLC_OK) return;
    if (n > 0) memcpy(mlci_column_data(column), values, (size_t)n * 8);
    mlci_table_column(table, name, column);
}

void mlci_table_reals(mlci_table *table, const char *name, int64_t n, const double *values)
{
    add_values(table, name, MLC_TYPE_FLOAT64, n, values);
}

void mlci_table_integers(mlci_table *table, const char *name, int64_t n, const int64_t *values)
{
    add_values(table, name, MLC_TYPE_INT64, n, values);
}

void mlci_table_texts(mlci_table *table, const char *name, int64_t n, const char *const *texts)
{
    mlci_column *column = NULL;
    if (table->status != MLC_OK) return;
    table->status = mlci_column_create_text(table->root, n, texts, NULL, &column, &table->error);
    if (table->status == MLC_OK) mlci_table_column(table, name, column);
}

mlc_status mlci_table_finish(mlci_table *table, mlc_dataset **out, mlc_error *err)
{
    mlc_status status = table->status;
    if (status == MLC_OK) {
        status =
            mlci_dataset_create(table->root, table->n_fields, (const char *const *)table->names,
                                table->columns, NULL, out, err);
    } else if (err != NULL) {
        *err = table->error;
    }
    for (int32_t i = 0; i < table->n_fields; i++) {
        mlci_free(table->names[i]);
        mlci_column_unref(table->columns[i]);
    }
    mlci_root_unref(table->root);
    memset(table, 0, sizeof *table);
    return status;
}
