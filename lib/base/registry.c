/* Look-up of components. Walks over the table: it has some hundred rows and is asked when
 * recipes are made, not when models run. */
#include "registry.h"

#include <string.h>

static const char *const kind_names[MLCI_N_KINDS + 1] = {NULL,      "transform", "model",
                                                         "metric",  "splitter",  "generator",
                                                         "sampler", "resampler", "weighting"};

const char *mlci_kind_name(int32_t kind)
{
    return kind >= MLCI_KIND_TRANSFORM && kind <= MLCI_N_KINDS ? kind_names[kind] : NULL;
}

int32_t mlci_kind_find(const char *name)
{
    for (int32_t kind = MLCI_KIND_TRANSFORM; kind <= MLCI_N_KINDS; kind++) {
        if (strcmp(kind_names[kind], name) == 0) return kind;
    }
    return 0;
}

static const mlci_descriptor *find(const mlci_descriptor *const *table, int32_t kind,
                                   const char *name)
{
    for (; *table != NULL; table++) {
        if ((kind == 0 || (*table)->kind == kind) && strcmp((*table)->name, name) == 0) {
            return *table;
        }
    }
    return NULL;
}

/* Which candidates mlci_nearest is offered. */
typedef struct candidates {
    const mlci_descriptor *const *table;
    int32_t kind;
} candidates;

/* The empty name, which is near to nothing, stands for components of another kind. */
static const char *candidate(const void *arg, int32_t i)
{
    const candidates *const c = arg;
    const mlci_descriptor *const d = c->table[i];
    if (d == NULL) return NULL;
    return c->kind == 0 || d->kind == c->kind ? d->name : "";
}

static const char *nearest(const mlci_descriptor *const *table, int32_t kind, const char *name)
{
    const candidates c = {table, kind};
    return mlci_nearest(name, candidate, &c);
}

mlc_status mlci_registry_get_from(const mlci_descriptor *const *table, int32_t kind,
                                  const char *name, const mlci_descriptor **out, mlc_error *err)
{
    const char *const word = kind == 0 ? "component" : mlci_kind_name(kind);
    const mlci_descriptor *const found = find(table, kind, name);
    if (found != NULL) {
        *out = found;
        return MLC_OK;
    }
    if (word == NULL) return mlci_fail(err, MLC_ERROR_INTERNAL, NULL, "no such kind");
    const mlci_descriptor *other = find(table, 0, name);
    if (other != NULL) {
        return mlci_fail(err, MLC_ERROR_COMPONENT, name, "'%s' is a %s, not a %s", name,
                         mlci_kind_name(other->kind), word);
    }
    const char *near = nearest(table, kind, name);
    if (near != NULL) {
        return mlci_fail(err, MLC_ERROR_COMPONENT, name, "no %s '%s'; did you mean '%s'?", word,
                         name, near);
    }
    near = nearest(table, 0, name);
    other = near == NULL ? NULL : find(table, 0, near);
    if (other != NULL) {
        return mlci_fail(err, MLC_ERROR_COMPONENT, name, "no %s '%s'; there is a %s '%s'", word,
                         name, mlci_kind_name(other->kind), near);
    }
    return mlci_fail(err, MLC_ERROR_COMPONENT, name, "no %s '%s'; the catalog lists them", word,
                     name);
}

/* Order of the catalog: kind, then bytes of the name. */
static int compare(const mlci_descriptor *a, const mlci_descriptor *b)
{
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp(a->name, b->name);
}

const mlci_descriptor *mlci_registry_at_from(const mlci_descriptor *const *table, int32_t kind,
                                             int32_t i)
{
    for (const mlci_descriptor *const *p = table; *p != NULL; p++) {
        int32_t rank = 0;
        if (kind != 0 && (*p)->kind != kind) continue;
        for (const mlci_descriptor *const *q = table; *q != NULL; q++) {
            rank += (kind == 0 || (*q)->kind == kind) && compare(*q, *p) < 0;
        }
        if (rank == i) return *p;
    }
    return NULL;
}

const mlci_descriptor *mlci_registry_find(int32_t kind, const char *name)
{
    return find(mlci_registry_table, kind, name);
}

mlc_status mlci_registry_get(int32_t kind, const char *name, const mlci_descriptor **out,
                             mlc_error *err)
{
    return mlci_registry_get_from(mlci_registry_table, kind, name, out, err);
}

const mlci_descriptor *mlci_registry_at(int32_t kind, int32_t i)
{
    return mlci_registry_at_from(mlci_registry_table, kind, i);
}

void mlci_registry_describe(mlci_text *out)
{
    mlci_registry_describe_from(mlci_registry_table, out);
}
