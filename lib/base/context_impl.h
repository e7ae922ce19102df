/* Roots and calls as the inside sees them: threads, cancelling, progress, log.
 *
 * Public functions that work for long do
 *
 *     mlc_context local, *call;
 *     status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
 *     ... mlci_parallel_for(call, ...) ...
 *     mlci_call_end(call);
 *
 * and everything below them takes `call`, which is never NULL. A NULL ctx gives a call whose
 * root is NULL and whose threads live until mlci_call_end(). */
#ifndef MLCI_CONTEXT_IMPL_H
#define MLCI_CONTEXT_IMPL_H

#include <mlcore/context.h>

#include "memory.h"

#define MLCI_FIT 1     /* default threads: every allowed core */
#define MLCI_PREDICT 2 /* default threads: one */

#define MLCI_ISA_REFERENCE 0  /* plain C, the meaning of each kernel */
#define MLCI_ISA_AVX2 1       /* AVX2 + FMA */
#define MLCI_ISA_AVX512 2     /* AVX-512 F, BW, DQ, VL */
#define MLCI_ISA_AVX512VBMI 3 /* and VBMI */

struct mlci_system;
struct mlci_pool;

struct mlc_context {
    mlci_root *root;      /* NULL: stateless */
    mlc_context *parent;  /* whose cancel flag and deadline count too; owned reference */
    int32_t n_references; /* atomic */
    int32_t cancelled;    /* atomic */
    int32_t n_threads;    /* 0: the default of the kind of call */
    int32_t kind;         /* MLCI_FIT or MLCI_PREDICT while in a call */
    int64_t deadline_ns;  /* monotonic clock; 0: none */
    mlc_progress progress;
    void *progress_user;
    int64_t last_report_ns;
    const char *last_stage;     /* of the last report; NULL before the first and after the last */
    struct mlci_pool *own_pool; /* of a stateless call */
};

/* References. Both take NULL. */
mlci_root *mlci_root_ref(mlci_root *root);
void mlci_root_unref(mlci_root *root);

/* The root of a context; NULL for NULL. */
mlci_root *mlci_context_root(const mlc_context *ctx);

/* The instruction set in use; root NULL: the best of this processor. */
int32_t mlci_root_isa(const mlci_root *root);

/* The system table in use (system.h), and how tests replace it. */
const struct mlci_system *mlci_root_system(const mlci_root *root);
void mlci_root_set_system(mlci_root *root, const struct mlci_system *system);

/* For tests: the n-th poll of the root from now finds a cancel; 0: none does. */
void mlci_root_set_cancel_after(mlci_root *root, int64_t n_polls);

/* Host components by dotted name; NULL when there is none. */
const mlc_objective *mlci_root_objective(const mlci_root *root, const char *name);
const mlc_metric_hooks *mlci_root_metric(const mlci_root *root, const char *name);
const mlc_transform_hooks *mlci_root_transform(const mlci_root *root, const char *name);

/* Starts a call: *out is local, set up from ctx (which may be NULL). */
mlc_status mlci_call_begin(mlc_context *ctx, mlc_context *local, int32_t kind, mlc_context **out,
                           mlc_error *err);
void mlci_call_end(mlc_context *call);

/* Cancelled or past the deadline? Any thread; cheap enough for every few hundred rows. */
mlc_status mlci_poll(mlc_context *call, mlc_error *err);

#define MLCI_POLL_ROWS 16384

/* mlci_poll() at every so many rows of a loop over rows; nothing where there is no call. */
static inline mlc_status mlci_poll_row(mlc_context *call, int64_t row, mlc_error *err)
{
    return call == NULL || row % MLCI_POLL_ROWS != 0 ? MLC_OK : mlci_poll(call, err);
}

/* Progress, then mlci_poll(). Calling thread only; throttled. metric_name may be NULL. */
mlc_status mlci_report(mlc_context *call, const char *stage, int64_t done, int64_t total,
                       const char *metric_name, double metric, mlc_error *err);

/* A line of log; message in mlci_fail's format rules. */
void mlci_log(const mlci_root *root, int32_t level, const char *format, ...);

/* One block of a parallel loop. slot is below mlci_n_slots() and never in use twice at once: it
 * picks scratch memory. What is computed may depend on block only. */
typedef mlc_status (*mlci_block_fn)(void *arg, int64_t block, int32_t slot, mlc_error *err);

/* Most blocks that run at once in a loop of this call. */
int32_t mlci_n_slots(const mlc_context *call);

/* Runs fn for 0 .. n_blocks - 1. Polls between blocks. The caller takes part; a call from
 * inside a block runs inline with the slot 0 of that inner loop. Returns the failure of the
 * lowest block that failed; blocks after a failure may not have run. */
mlc_status mlci_parallel_for(mlc_context *call, int64_t n_blocks, mlci_block_fn fn, void *arg,
                             mlc_error *err);

#endif
