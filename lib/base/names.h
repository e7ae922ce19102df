/* Names in ascending order of bytes: finding one takes log n whatever they are, where a hash
 * could be filled with names that collide. */
#ifndef MLCI_NAMES_H
#define MLCI_NAMES_H

#include "error.h"
#include "root.h"

typedef struct mlci_names {
    mlci_root *root;
    int32_t n;
    const char **name; /* borrowed texts */
    int32_t *order;    /* sorted: of equal names the one of the lower index is first */
} mlci_names;

/* Room for n names. The caller sets name[0 .. n), may lower n, and sorts. */
mlc_status mlci_names_open(mlci_root *root, int32_t n, mlci_names *out, mlc_error *err);
mlc_status mlci_names_sort(mlci_names *names, mlc_error *err);
/* Frees the two blocks; what was never opened (all zero) too. */
void mlci_names_close(mlci_names *names);

/* Index of the first of that name, or -1. */
int32_t mlci_names_find(const mlci_names *names, const char *name);
/* The lowest index whose name a lower one has as well, or -1; *first gets that one. */
int32_t mlci_names_repeated(const mlci_names *names, int32_t *first);

#endif
