/**
 * @file metric.h
 * @brief Metrics without a model: truth and predictions as datasets.
 */
#ifndef MLCORE_METRIC_H
#define MLCORE_METRIC_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A metric with its parameters: immutable and counted. */
typedef struct mlc_metric mlc_metric;

/**
 * @brief Makes a metric.
 * @param ctx context, or NULL
 * @param name such as "roc_auc"; mlc_catalog() lists them
 * @param settings its parameters, or NULL for the defaults
 * @param[out] out the caller frees it with mlc_metric_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_metric_create(mlc_context *ctx, const char *name,
                                                 const char *settings, mlc_metric **out,
                                                 mlc_error *err);

/**
 * @brief Measures predictions against the truth.
 * @param ctx context, or NULL
 * @param metrics @p n_metrics metrics
 * @param n_metrics at least 1
 * @param truth has the target, and a weight if rows count differently
 * @param predictions as mlc_model_predict() makes them: `prediction`, `probability`
 * @param by columns of @p truth to measure by group, separated by commas; or NULL
 * @param[out] out as of mlc_model_evaluate(); the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE, #MLC_ERROR_DATA, #MLC_ERROR_UNSUPPORTED,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_metric_evaluate(mlc_context *ctx,
                                                   const mlc_metric *const *metrics,
                                                   int32_t n_metrics, const mlc_dataset *truth,
                                                   const mlc_dataset *predictions,
                                                   const char *by, mlc_dataset **out,
                                                   mlc_error *err);

/** @brief Takes one more reference. @param metric not NULL @return @p metric */
MLC_API mlc_metric *mlc_metric_ref(const mlc_metric *metric);

/** @brief Gives one reference back; the last one frees. @param metric may be NULL */
MLC_API void mlc_metric_free(mlc_metric *metric);

#ifdef __cplusplus
}
#endif
#endif
