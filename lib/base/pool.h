/* Worker threads of a root, or of one call without a root: started when first needed, parked
 * when idle, joined at the end. */
#ifndef MLCI_POOL_H
#define MLCI_POOL_H

#include "context_impl.h"

typedef struct mlci_pool mlci_pool;

#define MLCI_MAX_THREADS 1024 /* of one loop, the caller included */

/* The pool at *where, made when there is none or when the one there belongs to the parent of
 * this process. Several threads may ask at once. */
mlc_status mlci_pool_at(mlci_pool **where, mlci_root *root, mlci_pool **out, mlc_error *err);

/* Runs task 0 here, and each of 1 .. n_tasks - 1 at most once: on a worker that is free before
 * task 0 is done. Returns when all that were started are done. Several threads may call it at
 * once. Threads that cannot be made are done without. */
void mlci_pool_run(mlci_pool *pool, int32_t n_tasks, mlc_task task, void *arg);

/* Is the current thread a worker of this pool? */
int mlci_pool_is_worker(const mlci_pool *pool);

/* Joins the workers and frees the pool, which may be NULL. In a forked child the workers do not
 * exist and the pool is only freed. Not from a worker of the pool. */
void mlci_pool_destroy(mlci_pool *pool);

/* For a worker that holds the last reference: when the worker comes back from its task, the
 * other workers are joined, the pool is freed and the root finished. */
void mlci_pool_abandon(mlci_pool *pool, mlci_root *root);

#endif
