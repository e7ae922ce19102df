/* A root: what contexts over it and handles made with it share, and keep alive by counting. */
#ifndef MLCI_ROOT_H
#define MLCI_ROOT_H

#include <mlcore/context.h>

#include "memory.h"

struct mlci_system;
struct mlci_pool;

#define MLCI_HOST_OBJECTIVE 1
#define MLCI_HOST_METRIC 2
#define MLCI_HOST_TRANSFORM 3

/* A host component, in a list because pointers to it are handed out. */
typedef struct mlci_host_component {
    struct mlci_host_component *next;
    int32_t kind;
    char name[128];
    union {
        mlc_objective objective;
        mlc_metric_hooks metric;
        mlc_transform_hooks transform;
    } hooks;
} mlci_host_component;

struct mlci_root {
    int32_t n_references; /* atomic */
    int32_t used;         /* atomic; 1 once a handle or a call was made: no more registration */
    int32_t isa;
    int32_t n_cores;       /* atomic; 0: not asked yet */
    int64_t live_bytes;    /* atomic; the root's own block counts */
    int64_t cancel_after;  /* atomic; tests: polls left until one finds a cancel; 0: never */
    mlc_host host;         /* isa is not kept */
    const struct mlci_system *system;
    struct mlci_pool *pool; /* atomic; NULL until the first loop that can use it */
    mlci_host_component *components;
};

/* The allocator under the counting: the host's or the C library's. NULL on failure. */
void *mlci_host_allocate(const mlc_host *host, int64_t bytes);
void mlci_host_deallocate(const mlc_host *host, void *memory, int64_t bytes);

/* Copies a struct that starts with its size: a smaller one leaves the rest zero, a larger one
 * must end in zeros. what names it in messages. */
mlc_status mlci_copy_sized(void *own, int64_t own_size, const void *given, const char *what,
                           mlc_error *err);

/* Calls each component's release and frees the list. */
void mlci_root_free_components(mlci_root *root);

/* Cores that the process may use: asked once a root; without a root, each time. */
int32_t mlci_root_cores(mlci_root *root);

/* The last step of a root without references; the pool has been destroyed. */
void mlci_root_finish(mlci_root *root);

#endif
