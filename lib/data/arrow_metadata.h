/* Metadata of Arrow schemas: pairs of texts with their lengths, in the machine's byte order. */
#ifndef MLCI_ARROW_METADATA_H
#define MLCI_ARROW_METADATA_H

#include "column.h"
#include "text.h"

#define MLCI_ARROW_ROLE "mlcore:role"
#define MLCI_ARROW_CLASSES "mlcore:classes"
#define MLCI_ARROW_POSITIVE "mlcore:positive"
#define MLCI_ARROW_COMPONENTS "mlcore:components" /* a JSON array of texts */
#define MLCI_ARROW_WIDTH "mlcore:width"

/* 1 when the key is there: *value is its text, not NUL-terminated. metadata may be NULL. */
int mlci_arrow_metadata_find(const char *metadata, const char *key, const char **value,
                             int32_t *length);
/* Names the components of a vector column as its metadata says; else a dense one by the name of
 * the column and numbers. */
mlc_status mlci_arrow_components_read(const char *metadata, const char *name, mlci_column *column,
                                      mlc_error *err);

/* Metadata being built. Errors are those of the text, to be asked at the end. */
typedef struct mlci_arrow_metadata {
    mlci_text bytes;
    int32_t n;
} mlci_arrow_metadata;

static inline mlci_arrow_metadata mlci_arrow_metadata_init(mlci_root *root)
{
    return (mlci_arrow_metadata){.bytes = mlci_text_init(root)};
}
/* A NULL value adds nothing. */
void mlci_arrow_metadata_add(mlci_arrow_metadata *m, const char *key, const char *value);
/* The components of a vector column, if they have names. */
void mlci_arrow_metadata_add_components(mlci_arrow_metadata *m, const mlci_column *column);
/* A block of its own, NULL where nothing was added; m is empty after it, also on failure. */
mlc_status mlci_arrow_metadata_take(mlci_arrow_metadata *m, char **out, mlc_error *err);

#endif
