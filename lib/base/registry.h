/* Look-up of components by kind and name. The table is generated from the words in the
 * meson.build files and handed over at link time; it is const and needs no lock. */
#ifndef MLCI_REGISTRY_H
#define MLCI_REGISTRY_H

#include "descriptor.h"

/* Ends in NULL; ordered by kind, then name. Defined in the generated registry_table.c. */
extern const mlci_descriptor *const mlci_registry_table[];

/* NULL when there is none. kind 0: any. */
const mlci_descriptor *mlci_registry_find(int32_t kind, const char *name);
/* The same; MLC_ERROR_COMPONENT names the nearest ones. */
mlc_status mlci_registry_get(int32_t kind, const char *name, const mlci_descriptor **out,
                             mlc_error *err);
const char *mlci_kind_name(int32_t kind);
/* The whole catalog as JSON: what docs/catalog.json holds. */
void mlci_registry_describe(mlci_text *out);

#endif
