/**
 * @file context.h
 * @brief Contexts: where memory and threads come from, and how one call is steered.
 *
 * A root context carries the allocator with its limit, the worker pool or the host's executor,
 * the log and the host's own components. mlc_context_derive() makes a call's own context over
 * the same root, with a deadline, a cancel flag, progress and a thread count of its own.
 *
 * Everywhere a context is taken, NULL means: malloc, no log, and threads that are started and
 * joined within the call. Handles keep the root they were made with alive, never a derived
 * context; contexts may be closed in any order and before the handles made with them.
 */
#ifndef MLCORE_CONTEXT_H
#define MLCORE_CONTEXT_H

#include <mlcore/buffer.h>
#include <mlcore/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief Named columns with roles; see dataset.h. */
typedef struct mlc_dataset mlc_dataset;
struct mlc_value;

/** @brief One task of an executor: call it with each index from 0 to n - 1, in any order. */
typedef void (*mlc_task)(void *arg, int32_t i);

#define MLC_LOG_ERROR 1   /**< Something failed. */
#define MLC_LOG_WARNING 2 /**< The result may not be what was meant. */
#define MLC_LOG_INFO 3    /**< What is being done. */
#define MLC_LOG_DEBUG 4   /**< For people who work on the library. */

/**
 * @brief What a host provides. Zero or NULL members take the library's own.
 *
 * Set @c size to `sizeof(mlc_host)`. Members beyond what the library knows must be zero.
 * @c allocate, @c deallocate and @c log may be called from any thread, with no lock held, and
 * must not call back into the library. @c run must have run every task when it returns; it may
 * run them inline and in any order.
 */
typedef struct mlc_host {
    int64_t size;               /**< sizeof(mlc_host). */
    void *user;                 /**< First argument of each callback. */
    int64_t memory_limit_bytes; /**< Hard limit on live bytes; 0 is none. */
    /** @brief Memory aligned to @p alignment (a power of two, at most 64), or NULL. */
    void *(*allocate)(void *user, int64_t bytes, int64_t alignment);
    /** @brief Gives back what allocate() gave, with the same @p bytes. */
    void (*deallocate)(void *user, void *memory, int64_t bytes);
    int32_t n_threads; /**< Most threads a call may use; 0: every allowed core. */
    int32_t log_level; /**< Most verbose level passed to @c log; 0: #MLC_LOG_WARNING. */
    /** @brief Runs @p task for 0 .. @p n_tasks - 1 on the host's own threads. */
    void (*run)(void *user, int32_t n_tasks, mlc_task task, void *arg);
    /** @brief Takes one line of log, UTF-8 without a line end. */
    void (*log)(void *user, int32_t level, const char *message);
    /** @brief Called once when the last handle over this root is gone; not when
     * mlc_context_create() fails. Any thread. */
    void (*release)(void *user);
    /** @brief Instruction set: NULL or "best", "avx512vbmi", "avx512", "avx2", "reference". For
     * tests and comparisons; the results have the same bits on each. */
    const char *isa;
} mlc_host;

/**
 * @brief How far a long call is. Called on the calling thread only, at most every 50 ms or so.
 *
 * Set by mlc_context_set_progress() in the context of the call or in one it was derived from. A
 * return other than #MLC_OK cancels the call, which then returns #MLC_ERROR_CANCELLED.
 *
 * @param user as given
 * @param stage such as "read", "bin", "boost"; static text
 * @param done,total work units; @p total is 0 when unknown
 * @param metric_name such as "train log_loss", or NULL
 * @param metric its latest value
 */
typedef mlc_status (*mlc_progress)(void *user, const char *stage, int64_t done, int64_t total,
                                   const char *metric_name, double metric);

/**
 * @brief Makes a root context.
 * @param host NULL for the library's own memory and threads; copied
 * @param[out] out close it with mlc_context_close()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT (wrong size, half an allocator, unknown isa),
 * #MLC_ERROR_UNSUPPORTED (this processor lacks the isa) or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_context_create(const mlc_host *host, mlc_context **out,
                                                  mlc_error *err);

/**
 * @brief Makes a call's own context over the root of @p base.
 * @param base a root or derived context, not NULL
 * @param[out] out close it with mlc_context_close()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_context_derive(mlc_context *base, mlc_context **out,
                                                  mlc_error *err);

/**
 * @brief Most threads that calls with this context use. Results never depend on it.
 * @param ctx not NULL
 * @param n_threads 0: what the context it was derived from says, in the end all allowed cores
 * for fitting and importing, one for predicting; never more than mlc_host::n_threads
 */
MLC_API void mlc_context_set_threads(mlc_context *ctx, int32_t n_threads);

/**
 * @brief Calls with this context end with #MLC_ERROR_DEADLINE once the time has passed.
 * @param ctx not NULL
 * @param milliseconds from now; negative: no deadline
 */
MLC_API void mlc_context_set_deadline_ms(mlc_context *ctx, int64_t milliseconds);

/**
 * @brief Asks to be told how far calls with this context are.
 * @param ctx not NULL
 * @param progress NULL to stop
 * @param user passed to @p progress
 */
MLC_API void mlc_context_set_progress(mlc_context *ctx, mlc_progress progress, void *user);

/**
 * @brief Ends running and later calls with this context with #MLC_ERROR_CANCELLED.
 *
 * One atomic store: may be called from any thread and from a signal handler.
 * @param ctx not NULL
 */
MLC_API void mlc_context_cancel(mlc_context *ctx);

/**
 * @brief Live bytes taken through the root's allocator.
 * @param ctx not NULL
 */
MLC_API int64_t mlc_context_memory_bytes(const mlc_context *ctx);

/**
 * @brief Closes a context. Handles made with it stay valid.
 * @param ctx may be NULL
 */
MLC_API void mlc_context_close(mlc_context *ctx);

/** @brief A loss of the host for gradient boosting. Set @c size to its sizeof. */
typedef struct mlc_objective {
    int64_t size;     /**< sizeof(mlc_objective). */
    const char *link; /**< "identity", "logit" or "log": how a raw score becomes a prediction. */
    void *user;       /**< First argument of each callback. */
    /**
     * @brief First and second derivative of the loss by the raw score, already weighted.
     *
     * Called on the calling thread. @p weight is never NULL. Values must be finite and
     * @p hessian not negative.
     */
    mlc_status (*gradients)(void *user, int64_t n_rows, const double *target, const double *raw,
                            const double *weight, double *gradient, double *hessian,
                            mlc_error *err);
    void (*release)(void *user); /**< Called once, when the root context ends; may be NULL. */
} mlc_objective;

/** @brief A metric of the host. Set @c size to its sizeof. */
typedef struct mlc_metric_hooks {
    int64_t size;             /**< sizeof(mlc_metric_hooks). */
    int32_t larger_is_better; /**< 1 or 0. */
    int32_t reserved;         /**< 0. */
    void *user;               /**< First argument of each callback. */
    /**
     * @brief The score of predictions. Called on the calling thread.
     *
     * @p prediction is the predicted value (class index for classifiers); @p probability is
     * row-major n_rows x n_classes or NULL; @p weight is never NULL. Early stopping refuses a
     * score that is not finite.
     */
    mlc_status (*score)(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                        const double *prediction, const double *probability, const double *weight,
                        double *score, mlc_error *err);
    void (*release)(void *user); /**< Called once, when the root context ends; may be NULL. */
} mlc_metric_hooks;

/**
 * @brief A transform of the host: one numeric column in, one numeric column out. Set @c size to
 * its sizeof.
 *
 * Each selected column is fitted and transformed by itself. Missing values are NaN. The state
 * is stored in the artifact with @c state_version; a model that used it loads only where the
 * host has registered the same name with the same version.
 */
typedef struct mlc_transform_hooks {
    int64_t size;          /**< sizeof(mlc_transform_hooks). */
    int32_t state_version; /**< At least 1; raise it when the meaning of the state changes. */
    int32_t n_state;       /**< Doubles of state a column, 0 to 4,096. */
    void *user;            /**< First argument of each callback. */
    /** @brief Learns a column; may be NULL when @c n_state is 0. On the calling thread. */
    mlc_status (*fit)(void *user, int64_t n_rows, const double *values, const double *weight,
                      double *state, mlc_error *err);
    /** @brief Transforms values. Any thread, also at once from several; must depend on each
     * value by itself. */
    mlc_status (*apply)(void *user, const double *state, int64_t n_rows, const double *values,
                        double *out, mlc_error *err);
    void (*release)(void *user); /**< Called once, when the root context ends; may be NULL. */
} mlc_transform_hooks;

/**
 * @brief Registers a loss under a dotted name such as "acme.asymmetric".
 *
 * Recipes made with this root may then say `loss=acme.asymmetric`. Models that were trained
 * with it load and predict anywhere, because only the link is needed for that.
 * @param ctx a root context that has not been used yet
 * @param name letters, digits, `_` and at least one dot
 * @param objective copied; its release is not called when this fails
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_context_add_objective(mlc_context *ctx, const char *name,
                                                         const mlc_objective *objective,
                                                         mlc_error *err);

/**
 * @brief Registers a metric under a dotted name such as "acme.profit", for evaluation and for
 * early stopping.
 * @param ctx a root context that has not been used yet
 * @param name letters, digits, `_` and at least one dot
 * @param metric copied; its release is not called when this fails
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_context_add_metric(mlc_context *ctx, const char *name,
                                                      const mlc_metric_hooks *metric,
                                                      mlc_error *err);

/**
 * @brief Registers a transform under a dotted name such as "acme.log_price".
 * @param ctx a root context that has not been used yet
 * @param name letters, digits, `_` and at least one dot
 * @param transform copied; its release is not called when this fails
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_context_add_transform(mlc_context *ctx, const char *name,
                                                         const mlc_transform_hooks *transform,
                                                         mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
