/* How a transform changes a list of fields: each wire is a field that stays or a new column. */
#ifndef MLCI_WIRES_H
#define MLCI_WIRES_H

#include "composition.h"
#include "names.h"

typedef struct mlci_wire {
    int32_t field; /* index of the field that stays; -1 */
    int32_t port;  /* index of the port that comes; -1 */
    char *name;    /* block */
} mlci_wire;

/* Names for made columns, none of which is the name of a field that stays or of another made
 * column: their own where they can, with "step." before it or a number after that where not.
 * out: made->n texts, all NULL before; blocks of the caller whatever is returned. */
mlc_status mlci_wires_name(const char *step, const mlci_names *stay, const mlci_names *made,
                           char **out, mlc_error *err);
/* What a leaf transform does. names: the fields as they are; input_field: for each input of the
 * transform, its field. */
mlc_status mlci_component_wires(const mlci_component *transform, int32_t n_fields,
                                const char *const *names, const int32_t *input_field,
                                mlci_wire **wires, int32_t *n_wires, mlc_error *err);
void mlci_wires_free(mlci_wire *wires, int32_t n_wires);

#endif
