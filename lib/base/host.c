/* Host components: losses, metrics and transforms of the host, registered in a root under a
 * dotted name before its first use and never changed after, so that lookups need no lock. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "context_impl.h"
#include "error.h"
#include "root.h"

#define MAX_SIZED 65536 /* no version of a struct will be larger */
#define MAX_STATE 4096

mlc_status mlci_copy_sized(void *own, int64_t own_size, const void *given, const char *what,
                           mlc_error *err)
{
    int64_t size;
    memcpy(&size, given, sizeof size);
    if (size < (int64_t)sizeof size || size > MAX_SIZED) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, what,
                         "%s.size = %" PRId64 ": set it to sizeof(%s)", what, size, what);
    }
    for (int64_t i = own_size; i < size; i++) {
        if (((const char *)given)[i] != 0) {
            return mlci_fail(err, MLC_ERROR_ARGUMENT, what,
                             "%s has a member set at byte %" PRId64
                             " that this library does not know: it must be zero",
                             what, i);
        }
    }
    memset(own, 0, (size_t)own_size);
    memcpy(own, given, (size_t)(size < own_size ? size : own_size));
    memcpy(own, &own_size, sizeof own_size);
    return MLC_OK;
}

static int is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Words of letters, digits and `_` joined by at least one dot. */
static int is_dotted_name(const char *name)
{
    int dots = 0;
    size_t i = 0;
    for (; name[i] != '\0'; i++) {
        if (name[i] == '.' && i > 0 && name[i - 1] != '.') {
            dots++;
        } else if (!is_name_char(name[i])) {
            return 0;
        }
    }
    return dots > 0 && name[i - 1] != '.';
}

static const mlci_host_component *find(const mlci_root *root, int32_t kind, const char *name)
{
    if (root == NULL || name == NULL) return NULL;
    for (const mlci_host_component *c = root->components; c != NULL; c = c->next) {
        if (c->kind == kind && strcmp(c->name, name) == 0) return c;
    }
    return NULL;
}

/* Checks what all registrations share and appends the component. */
static mlc_status add(mlc_context *ctx, const char *name, const mlci_host_component *component,
                      mlc_error *err)
{
    mlci_root *root = ctx->root;
    if (root == NULL || ctx->parent != NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s' must be registered in a root context, not in a derived one", name);
    }
    if (__atomic_load_n(&root->used, __ATOMIC_ACQUIRE)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s' must be registered before the context is first used", name);
    }
    if (find(root, component->kind, name) != NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "'%s' is registered already", name);
    }
    mlci_host_component *copy = mlci_alloc(root, 1, sizeof *copy);
    if (copy == NULL) return mlci_fail_memory(err, 1, sizeof *copy);
    *copy = *component;
    memcpy(copy->name, name, strlen(name) + 1);
    mlci_host_component **end = &root->components;
    while (*end != NULL) end = &(*end)->next;
    *end = copy;
    return MLC_OK;
}

static mlc_status check_given(const mlc_context *ctx, const char *name, const void *hooks,
                              mlc_error *err)
{
    if (ctx == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "ctx",
                         "ctx is NULL: host components live in a root context");
    }
    if (hooks == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "the struct is NULL");
    if (name == NULL || strlen(name) >= sizeof((mlci_host_component *)0)->name ||
        !is_dotted_name(name)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "name",
                         "'%s' is no name of a host component: it needs letters, digits, _ and at "
                         "least one dot, as in 'acme.profit', and at most 127 bytes",
                         name == NULL ? "(NULL)" : name);
    }
    return MLC_OK;
}

static mlc_status fail_missing(const char *name, const char *member, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "'%s': %s is NULL, but it is needed", name,
                     member);
}

mlc_status mlc_context_add_objective(mlc_context *ctx, const char *name,
                                     const mlc_objective *objective, mlc_error *err)
{
    static const char *const links[] = {"identity", "logit", "log"};
    MLCI_TRY(check_given(ctx, name, objective, err));
    mlci_host_component component = {.kind = MLCI_HOST_OBJECTIVE};
    mlc_objective *own = &component.hooks.objective;
    MLCI_TRY(mlci_copy_sized(own, sizeof *own, objective, "mlc_objective", err));
    if (own->gradients == NULL) return fail_missing(name, "gradients", err);
    if (own->link == NULL) return fail_missing(name, "link", err);
    const char *link = NULL;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (strcmp(own->link, links[i]) == 0) link = links[i];
    }
    if (link == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s': link = '%s': must be identity, logit or log", name, own->link);
    }
    own->link = link;
    return add(ctx, name, &component, err);
}

mlc_status mlc_context_add_metric(mlc_context *ctx, const char *name,
                                  const mlc_metric_hooks *metric, mlc_error *err)
{
    MLCI_TRY(check_given(ctx, name, metric, err));
    mlci_host_component component = {.kind = MLCI_HOST_METRIC};
    mlc_metric_hooks *own = &component.hooks.metric;
    MLCI_TRY(mlci_copy_sized(own, sizeof *own, metric, "mlc_metric_hooks", err));
    if (own->score == NULL) return fail_missing(name, "score", err);
    if (own->larger_is_better != 0 && own->larger_is_better != 1) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s': larger_is_better = %" PRId32 ": must be 0 or 1", name,
                         own->larger_is_better);
    }
    if (own->reserved != 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name, "'%s': reserved = %" PRId32 ": must be 0",
                         name, own->reserved);
    }
    return add(ctx, name, &component, err);
}

mlc_status mlc_context_add_transform(mlc_context *ctx, const char *name,
                                     const mlc_transform_hooks *transform, mlc_error *err)
{
    MLCI_TRY(check_given(ctx, name, transform, err));
    mlci_host_component component = {.kind = MLCI_HOST_TRANSFORM};
    mlc_transform_hooks *own = &component.hooks.transform;
    MLCI_TRY(mlci_copy_sized(own, sizeof *own, transform, "mlc_transform_hooks", err));
    if (own->apply == NULL) return fail_missing(name, "apply", err);
    if (own->n_state < 0 || own->n_state > MAX_STATE) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s': n_state = %" PRId32 ": must be 0 to %d", name, own->n_state,
                         MAX_STATE);
    }
    if (own->n_state > 0 && own->fit == NULL) return fail_missing(name, "fit", err);
    if (own->state_version < 1) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, name,
                         "'%s': state_version = %" PRId32 ": must be at least 1", name,
                         own->state_version);
    }
    return add(ctx, name, &component, err);
}

const mlc_objective *mlci_root_objective(const mlci_root *root, const char *name)
{
    const mlci_host_component *c = find(root, MLCI_HOST_OBJECTIVE, name);
    return c != NULL ? &c->hooks.objective : NULL;
}

const mlc_metric_hooks *mlci_root_metric(const mlci_root *root, const char *name)
{
    const mlci_host_component *c = find(root, MLCI_HOST_METRIC, name);
    return c != NULL ? &c->hooks.metric : NULL;
}

const mlc_transform_hooks *mlci_root_transform(const mlci_root *root, const char *name)
{
    const mlci_host_component *c = find(root, MLCI_HOST_TRANSFORM, name);
    return c != NULL ? &c->hooks.transform : NULL;
}

static void release(const mlci_host_component *c)
{
    if (c->kind == MLCI_HOST_OBJECTIVE) {
        const mlc_objective *o = &c->hooks.objective;
        if (o->release != NULL) o->release(o->user);
    } else if (c->kind == MLCI_HOST_METRIC) {
        const mlc_metric_hooks *m = &c->hooks.metric;
        if (m->release != NULL) m->release(m->user);
    } else {
        const mlc_transform_hooks *t = &c->hooks.transform;
        if (t->release != NULL) t->release(t->user);
    }
}

void mlci_root_free_components(mlci_root *root)
{
    while (root->components != NULL) {
        mlci_host_component *c = root->components;
        root->components = c->next;
        release(c);
        mlci_free(c);
    }
}
