/* Roots, contexts and calls. A context and a call's local copy of it form a chain through
 * `parent`; the nearest member that sets something decides, but a cancel or a passed deadline
 * anywhere in the chain ends the call. */
#include "context_impl.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "isa.h"
#include "loop.h"
#include "pool.h"
#include "root.h"
#include "system.h"

#define REPORT_NS 50000000 /* progress is told at most this often */
#define LOG_SIZE 1024

/* ---- roots -------------------------------------------------------------------------------- */

static mlc_status isa_from_name(const char *name, int32_t *out, mlc_error *err)
{
    const int32_t best = mlci_isa_best();
    int32_t isa = -1;
    if (name == NULL || strcmp(name, "best") == 0) isa = best;
    for (int32_t i = MLCI_ISA_REFERENCE; isa < 0 && i <= MLCI_ISA_AVX512VBMI; i++) {
        if (strcmp(name, mlci_isa_name(i)) == 0) isa = i;
    }
    if (isa < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "isa",
                         "isa = '%s': must be best, avx512vbmi, avx512, avx2 or reference", name);
    }
    if (isa > best) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, "isa",
                         "isa = '%s': this processor has at most %s", name, mlci_isa_name(best));
    }
    *out = isa;
    return MLC_OK;
}

static mlc_status check_host(const mlc_host *host, mlc_error *err)
{
    if ((host->allocate == NULL) != (host->deallocate == NULL)) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "allocate",
                         "allocate and deallocate must be given both or not at all");
    }
    if (host->memory_limit_bytes < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "memory_limit_bytes",
                         "memory_limit_bytes = %" PRId64 ": must be at least 0; 0 is no limit",
                         host->memory_limit_bytes);
    }
    if (host->n_threads < 0) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "n_threads",
                         "n_threads = %" PRId32 ": must be at least 0; 0 is every allowed core",
                         host->n_threads);
    }
    if (host->log_level < 0 || host->log_level > MLC_LOG_DEBUG) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "log_level",
                         "log_level = %" PRId32 ": must be 0 to %d", host->log_level,
                         MLC_LOG_DEBUG);
    }
    return MLC_OK;
}

static mlc_status create_root(const mlc_host *given, mlci_root **out, mlc_error *err)
{
    mlc_host host = {.size = sizeof host};
    int32_t isa = MLCI_ISA_REFERENCE;
    if (given != NULL) MLCI_TRY(mlci_copy_sized(&host, sizeof host, given, "mlc_host", err));
    MLCI_TRY(check_host(&host, err));
    MLCI_TRY(isa_from_name(host.isa, &isa, err));
    host.isa = NULL;
    const int64_t bytes = sizeof(mlci_root);
    mlci_root *root = NULL;
    if (host.memory_limit_bytes == 0 || host.memory_limit_bytes >= bytes) {
        root = mlci_host_allocate(&host, bytes);
    }
    if (root == NULL) return mlci_fail_memory(err, 1, bytes);
    *root = (mlci_root){.n_references = 1,
                        .isa = isa,
                        .live_bytes = bytes,
                        .host = host,
                        .system = &mlci_native_system};
    *out = root;
    return MLC_OK;
}

mlci_root *mlci_root_ref(mlci_root *root)
{
    if (root == NULL) return NULL;
    __atomic_fetch_add(&root->n_references, 1, __ATOMIC_RELAXED);
    if (!__atomic_load_n(&root->used, __ATOMIC_RELAXED)) {
        __atomic_store_n(&root->used, 1, __ATOMIC_RELEASE);
    }
    return root;
}

void mlci_root_finish(mlci_root *root)
{
    mlci_root_free_components(root);
    const mlc_host host = root->host;
    mlci_host_deallocate(&host, root, sizeof *root);
    if (host.release != NULL) host.release(host.user);
}

void mlci_root_unref(mlci_root *root)
{
    if (root == NULL) return;
    if (__atomic_sub_fetch(&root->n_references, 1, __ATOMIC_ACQ_REL) > 0) return;
    mlci_pool *pool = root->pool;
    if (mlci_pool_is_worker(pool)) {
        mlci_pool_abandon(pool, root);
        return;
    }
    mlci_pool_destroy(pool);
    mlci_root_finish(root);
}

int32_t mlci_root_isa(const mlci_root *root)
{
    return root != NULL ? root->isa : mlci_isa_best();
}

const mlci_system *mlci_root_system(const mlci_root *root)
{
    return root != NULL ? root->system : &mlci_native_system;
}

void mlci_root_set_system(mlci_root *root, const mlci_system *system)
{
    root->system = system;
}

void mlci_root_set_cancel_after(mlci_root *root, int64_t n_polls)
{
    __atomic_store_n(&root->cancel_after, n_polls, __ATOMIC_RELAXED);
}

void mlci_log(const mlci_root *root, int32_t level, const char *format, ...)
{
    if (root == NULL || root->host.log == NULL) return;
    const int32_t most = root->host.log_level != 0 ? root->host.log_level : MLC_LOG_WARNING;
    if (level > most) return;
    char line[LOG_SIZE];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    mlci_cut_text(line, sizeof line, length);
    root->host.log(root->host.user, level, line);
}

/* ---- contexts ----------------------------------------------------------------------------- */

static mlc_status create_context(mlci_root *root, mlc_context *parent, mlc_context **out,
                                 mlc_error *err)
{
    mlc_context *ctx = mlci_alloc(root, 1, sizeof *ctx);
    if (ctx == NULL) return mlci_fail_memory(err, 1, sizeof *ctx);
    ctx->root = root;
    ctx->parent = parent;
    ctx->n_references = 1;
    *out = ctx;
    return MLC_OK;
}

mlc_status mlc_context_create(const mlc_host *host, mlc_context **out, mlc_error *err)
{
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlci_root *root = NULL;
    MLCI_TRY(create_root(host, &root, err));
    mlc_context *ctx = NULL;
    const mlc_status status = create_context(root, NULL, &ctx, err);
    if (status != MLC_OK) {
        root->host.release = NULL; /* the host still owns what it gave */
        mlci_root_finish(root);
        return status;
    }
    *out = ctx;
    return MLC_OK;
}

static mlc_context *ref_context(mlc_context *ctx)
{
    if (ctx != NULL) __atomic_fetch_add(&ctx->n_references, 1, __ATOMIC_RELAXED);
    return ctx;
}

mlc_status mlc_context_derive(mlc_context *base, mlc_context **out, mlc_error *err)
{
    if (base == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, "base", "base is NULL: derive from a context");
    }
    if (out == NULL) return mlci_fail(err, MLC_ERROR_ARGUMENT, "out", "out is NULL");
    mlc_context *ctx = NULL;
    MLCI_TRY(create_context(base->root, base, &ctx, err));
    mlci_root_ref(base->root);
    ref_context(base);
    *out = ctx;
    return MLC_OK;
}

void mlc_context_close(mlc_context *ctx)
{
    /* A loop, not a recursion: chains may be as long as the host likes. */
    while (ctx != NULL && __atomic_sub_fetch(&ctx->n_references, 1, __ATOMIC_ACQ_REL) == 0) {
        mlc_context *parent = ctx->parent;
        mlci_root *root = ctx->root;
        mlci_free(ctx);
        mlci_root_unref(root);
        ctx = parent;
    }
}

void mlc_context_set_threads(mlc_context *ctx, int32_t n_threads)
{
    if (ctx != NULL) ctx->n_threads = n_threads > 0 ? n_threads : 0;
}

void mlc_context_set_deadline_ms(mlc_context *ctx, int64_t milliseconds)
{
    if (ctx == NULL) return;
    const int64_t now = mlci_clock_ns();
    int64_t deadline = 0;
    if (milliseconds >= 0 && milliseconds <= (INT64_MAX - now) / 1000000) {
        deadline = now + milliseconds * 1000000;
    }
    __atomic_store_n(&ctx->deadline_ns, deadline, __ATOMIC_RELAXED);
}

void mlc_context_set_progress(mlc_context *ctx, mlc_progress progress, void *user)
{
    if (ctx == NULL) return;
    ctx->progress = progress;
    ctx->progress_user = user;
    ctx->last_report_ns = 0;
    ctx->last_stage = NULL;
}

void mlc_context_cancel(mlc_context *ctx)
{
    if (ctx != NULL) __atomic_store_n(&ctx->cancelled, 1, __ATOMIC_RELAXED);
}

int64_t mlc_context_memory_bytes(const mlc_context *ctx)
{
    if (ctx == NULL || ctx->root == NULL) return 0;
    return __atomic_load_n(&ctx->root->live_bytes, __ATOMIC_RELAXED);
}

mlci_root *mlci_context_root(const mlc_context *ctx)
{
    return ctx != NULL ? ctx->root : NULL;
}

/* ---- calls -------------------------------------------------------------------------------- */

int32_t mlci_root_cores(mlci_root *root)
{
    if (root == NULL) return mlci_system_cores(&mlci_native_system);
    int32_t n = __atomic_load_n(&root->n_cores, __ATOMIC_RELAXED);
    if (n == 0) {
        n = mlci_system_cores(root->system);
        __atomic_store_n(&root->n_cores, n, __ATOMIC_RELAXED);
    }
    return n;
}

static int32_t resolve_threads(const mlc_context *ctx, mlci_root *root, int32_t kind)
{
    int32_t n = 0;
    for (; ctx != NULL && n == 0; ctx = ctx->parent)
        n = ctx->n_threads;
    const int32_t most = root != NULL && root->host.n_threads > 0 ? root->host.n_threads : 0;
    if (n == 0) n = kind == MLCI_PREDICT ? 1 : most > 0 ? most : mlci_root_cores(root);
    if (most > 0 && n > most) n = most;
    return n < MLCI_MAX_THREADS ? n : MLCI_MAX_THREADS;
}

mlc_status mlci_call_begin(mlc_context *ctx, mlc_context *local, int32_t kind, mlc_context **out,
                           mlc_error *err)
{
    mlci_root *root = mlci_context_root(ctx);
    *local = (mlc_context){.root = root, .parent = ctx, .n_references = 1, .kind = kind};
    MLCI_TRY(mlci_poll(local, err));
    local->n_threads = mlci_in_block() ? 1 : resolve_threads(ctx, root, kind);
    ref_context(ctx);
    if (root != NULL) __atomic_store_n(&root->used, 1, __ATOMIC_RELEASE);
    *out = local;
    return MLC_OK;
}

void mlci_call_end(mlc_context *call)
{
    mlci_pool_destroy(call->own_pool);
    call->own_pool = NULL;
    mlc_context_close(call->parent);
    call->parent = NULL;
}

mlc_status mlci_poll(mlc_context *call, mlc_error *err)
{
    mlci_root *root = call->root;
    if (root != NULL && __atomic_load_n(&root->cancel_after, __ATOMIC_RELAXED) > 0 &&
        __atomic_sub_fetch(&root->cancel_after, 1, __ATOMIC_RELAXED) == 0) {
        return mlci_fail(err, MLC_ERROR_CANCELLED, NULL, "the call was cancelled");
    }
    int64_t now = 0;
    for (mlc_context *ctx = call; ctx != NULL; ctx = ctx->parent) {
        if (__atomic_load_n(&ctx->cancelled, __ATOMIC_RELAXED)) {
            return mlci_fail(err, MLC_ERROR_CANCELLED, NULL, "the call was cancelled");
        }
        const int64_t deadline = __atomic_load_n(&ctx->deadline_ns, __ATOMIC_RELAXED);
        if (deadline == 0) continue;
        if (now == 0) now = mlci_clock_ns();
        if (now >= deadline) {
            return mlci_fail(err, MLC_ERROR_DEADLINE, NULL,
                             "the deadline of the context has passed");
        }
    }
    return MLC_OK;
}

mlc_status mlci_report(mlc_context *call, const char *stage, int64_t done, int64_t total,
                       const char *metric_name, double metric, mlc_error *err)
{
    MLCI_TRY(mlci_poll(call, err));
    mlc_context *ctx = call;
    while (ctx != NULL && ctx->progress == NULL)
        ctx = ctx->parent;
    if (ctx == NULL || mlci_in_block()) return MLC_OK;
    const int64_t now = mlci_clock_ns();
    const int first = ctx->last_stage == NULL || strcmp(ctx->last_stage, stage) != 0;
    const int last = total > 0 && done >= total;
    if (!first && !last && now - ctx->last_report_ns < REPORT_NS) return MLC_OK;
    ctx->last_stage = last ? NULL : stage;
    ctx->last_report_ns = now;
    const mlc_status status =
        ctx->progress(ctx->progress_user, stage, done, total, metric_name, metric);
    if (status != MLC_OK) {
        return mlci_fail(err, MLC_ERROR_CANCELLED, NULL,
                         "the progress callback returned %" PRId32 " at stage '%s'", status, stage);
    }
    /* The callback may have cancelled. */
    return mlci_poll(call, err);
}
