/* Look-up of components by kind and name. The table is generated from the words in the
 * meson.build files and handed over at link time; it is const and needs no lock. */
#ifndef MLCI_REGISTRY_H
#define MLCI_REGISTRY_H

#include "descriptor.h"

/* Ends in NULL, in any order. Defined in the generated registry_table.c. */
extern const mlci_descriptor *const mlci_registry_table[];

/* NULL when there is none. kind 0: any. */
const mlci_descriptor *mlci_registry_find(int32_t kind, const char *name);
/* The same; MLC_ERROR_COMPONENT names the nearest one, or the kind it is instead. */
mlc_status mlci_registry_get(int32_t kind, const char *name, const mlci_descriptor **out,
                             mlc_error *err);
/* Component i in the order of kind, then name; NULL at the end. kind 0: all. */
const mlci_descriptor *mlci_registry_at(int32_t kind, int32_t i);
/* "transform", "model", "metric", "splitter", ...; NULL for other numbers. */
const char *mlci_kind_name(int32_t kind);
/* 0 when no kind has this name. */
int32_t mlci_kind_find(const char *name);
/* The whole catalog as JSON: what docs/catalog.json holds. */
void mlci_registry_describe(mlci_text *out);
/* One component of it, its lines indented by so many spaces. */
void mlci_descriptor_describe(const mlci_descriptor *descriptor, int32_t indent, mlci_text *out);

/* The same over another table, for tests. */
mlc_status mlci_registry_get_from(const mlci_descriptor *const *table, int32_t kind,
                                  const char *name, const mlci_descriptor **out, mlc_error *err);
const mlci_descriptor *mlci_registry_at_from(const mlci_descriptor *const *table, int32_t kind,
                                             int32_t i);
void mlci_registry_describe_from(const mlci_descriptor *const *table, mlci_text *out);

#endif
