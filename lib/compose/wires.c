/* How a transform changes a list of fields, and what the new ones are called. */
#include "wires.h"

#include <string.h>

#include "component.h"
#include "text.h"

void mlci_wires_free(mlci_wire *wires, int32_t n_wires)
{
    for (int32_t i = 0; wires != NULL && i < n_wires; i++)
        mlci_free(wires[i].name);
    mlci_free(wires);
}

/* ---- names ------------------------------------------------------------------------------ */

typedef struct naming {
    const char *step;
    const mlci_names *stay, *made;
} naming;

/* Candidate k for a made column: its own name, step.name, step.name_2, step.name_3 ... */
static void write_candidate(const naming *n, const char *name, int32_t k, mlci_text *out)
{
    mlci_text_clear(out);
    if (k > 0) mlci_text_append_format(out, "%s.", n->step);
    mlci_text_append_text(out, name);
    if (k > 1) mlci_text_append_format(out, "_%d", (int)k);
}

/* Free: no field that stays has it, and no other made column has it or could get it. Names with
 * step and number are only ever made of one name, unless name_k is the name of another made
 * column: so no name has to be compared with those given before it. */
static int is_free(const naming *n, int32_t k, const mlci_text *candidate)
{
    const char *const text = candidate->data;
    if (mlci_names_find(n->stay, text) >= 0) return 0;
    if (k > 0 && mlci_names_find(n->made, text) >= 0) return 0;
    return k < 2 || mlci_names_find(n->made, text + strlen(n->step) + 1) < 0;
}

static mlc_status next_free(const naming *n, const char *name, int32_t *k, char **out,
                            mlc_error *err)
{
    mlci_text candidate = mlci_text_init(n->made->root);
    do {
        write_candidate(n, name, (*k)++, &candidate);
    } while (!candidate.failed && !is_free(n, *k - 1, &candidate));
    return mlci_text_take(&candidate, out, err);
}

mlc_status mlci_wires_name(const char *step, const mlci_names *stay, const mlci_names *made,
                           char **out, mlc_error *err)
{
    const naming n = {step, stay, made};
    int32_t k = 0;
    for (int32_t i = 0; i < made->n; i++) {
        const char *const name = made->name[made->order[i]];
        if (i == 0 || strcmp(made->name[made->order[i - 1]], name) != 0) k = 0;
        MLCI_TRY(next_free(&n, name, &k, &out[made->order[i]], err));
    }
    return MLC_OK;
}

/* ---- a leaf's wires --------------------------------------------------------------------- */

/* Which ports replace which fields, as lists in the order of the ports. */
typedef struct port_lists {
    int32_t *first; /* by field, and at n_fields those that replace none: port or -1 */
    int32_t *next;  /* by port: the next of its list or -1 */
} port_lists;

static mlc_status list_ports(const mlci_component *c, int32_t n_fields, const int32_t *input_field,
                             int32_t n_ports, port_lists *lists, mlc_error *err)
{
    lists->first = mlci_alloc_raw(c->root, (int64_t)n_fields + 1, sizeof *lists->first);
    lists->next = mlci_alloc_raw(c->root, n_ports, sizeof *lists->next);
    if (lists->first == NULL || lists->next == NULL) {
        return mlci_fail_memory(err, (int64_t)n_fields + n_ports, sizeof *lists->next);
    }
    for (int32_t f = 0; f <= n_fields; f++)
        lists->first[f] = -1;
    for (int32_t p = n_ports - 1; p >= 0; p--) {
        mlci_port port;
        mlci_transform_of(c)->port(c->params, c->state, p, &port);
        const int32_t field = port.input < 0 ? n_fields : input_field[port.input];
        lists->next[p] = lists->first[field];
        lists->first[field] = p;
    }
    return MLC_OK;
}

/* The names of fields that are no input, and of ports. */
static mlc_status collect_names(const mlci_component *c, int32_t n_fields, const char *const *names,
                                const uint8_t *is_input, mlci_names *stay, mlci_names *made,
                                mlc_error *err)
{
    MLCI_TRY(mlci_names_open(c->root, n_fields, stay, err));
    stay->n = 0;
    for (int32_t f = 0; f < n_fields; f++) {
        if (!is_input[f]) stay->name[stay->n++] = names[f];
    }
    MLCI_TRY(mlci_names_sort(stay, err));
    const mlci_transform_descriptor *const d = mlci_transform_of(c);
    MLCI_TRY(mlci_names_open(c->root, d->n_ports(c->params, c->state), made, err));
    for (int32_t p = 0; p < made->n; p++) {
        mlci_port port;
        d->port(c->params, c->state, p, &port);
        made->name[p] = port.name;
    }
    return mlci_names_sort(made, err);
}

/* A port's name has the step before it where it would hide a field that stays. port_names: all
 * NULL, and blocks of the caller whatever is returned. */
static mlc_status name_ports(const mlci_component *c, int32_t n_fields, const char *const *names,
                             const uint8_t *is_input, char **port_names, mlc_error *err)
{
    mlci_names stay = {0}, made = {0};
    mlc_status status = collect_names(c, n_fields, names, is_input, &stay, &made, err);
    if (status == MLC_OK) status = mlci_wires_name(c->name, &stay, &made, port_names, err);
    mlci_names_close(&made);
    mlci_names_close(&stay);
    return status;
}

/* Fields that are no input stay; the ports of an input stand in its place, the others last. */
static mlc_status lay_wires(const mlci_component *c, int32_t n_fields, const char *const *names,
                            const uint8_t *is_input, const port_lists *lists, char **port_names,
                            mlci_wire *w, int32_t *n, mlc_error *err)
{
    for (int32_t f = 0; f <= n_fields; f++) {
        if (f < n_fields && !is_input[f]) {
            w[*n] = (mlci_wire){.field = f, .port = -1};
            w[*n].name = mlci_copy_text(c->root, names[f], (int64_t)strlen(names[f]));
            if (w[(*n)++].name == NULL) return mlci_fail_memory(err, 1, 1);
        }
        for (int32_t p = lists->first[f]; p >= 0; p = lists->next[p]) {
            w[(*n)++] = (mlci_wire){.field = -1, .port = p, .name = port_names[p]};
            port_names[p] = NULL;
        }
    }
    return MLC_OK;
}

mlc_status mlci_component_wires(const mlci_component *transform, int32_t n_fields,
                                const char *const *names, const int32_t *input_field,
                                mlci_wire **wires, int32_t *n_wires, mlc_error *err)
{
    const int32_t n_inputs = transform->n_inputs;
    const int32_t n_ports =
        n_inputs == 0 ? 0
                      : mlci_transform_of(transform)->n_ports(transform->params, transform->state);
    mlci_wire *w = mlci_alloc(transform->root, (int64_t)n_fields + n_ports, sizeof *w);
    uint8_t *is_input = mlci_alloc(transform->root, n_fields, 1);
    char **port_names = mlci_alloc(transform->root, n_ports, sizeof *port_names);
    port_lists lists = {0};
    int32_t n = 0;
    mlc_status status = w == NULL || is_input == NULL || port_names == NULL
                            ? mlci_fail_memory(err, (int64_t)n_fields + n_ports, sizeof *w)
                            : list_ports(transform, n_fields, input_field, n_ports, &lists, err);
    if (status == MLC_OK) {
        for (int32_t i = 0; i < n_inputs; i++)
            is_input[input_field[i]] = 1;
        status = name_ports(transform, n_fields, names, is_input, port_names, err);
    }
    if (status == MLC_OK) {
        status = lay_wires(transform, n_fields, names, is_input, &lists, port_names, w, &n, err);
    }
    for (int32_t p = 0; port_names != NULL && p < n_ports; p++)
        mlci_free(port_names[p]);
    mlci_free(port_names);
    mlci_free(lists.first);
    mlci_free(lists.next);
    mlci_free(is_input);
    if (status != MLC_OK) {
        mlci_wires_free(w, n);
        return status;
    }
    *wires = w;
    *n_wires = n;
    return MLC_OK;
}
