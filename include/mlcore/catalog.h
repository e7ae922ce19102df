/**
 * @file catalog.h
 * @brief What the library offers, told by itself: the source of bindings, pages and help.
 */
#ifndef MLCORE_CATALOG_H
#define MLCORE_CATALOG_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Every component with its parameters as JSON: name, kind, summary, details,
 * capabilities, tables and, for each parameter, type, default, bounds, choices, aliases, doc.
 * @param ctx context, or NULL
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_catalog(mlc_context *ctx, mlc_buffer **out, mlc_error *err);

/**
 * @brief The components of a kind as a table: name, kind, summary.
 * @param ctx context, or NULL
 * @param kind "transform", "model", "metric", "splitter", "generator", "sampler", "resampler",
 * "weighting", or NULL for all
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_catalog_list(mlc_context *ctx, const char *kind,
                                                mlc_dataset **out, mlc_error *err);

/**
 * @brief The parameters of a component as a table: name, type, default, range, doc.
 * @param ctx context, or NULL
 * @param name of the component
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; suggests the nearest name
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_catalog_params(mlc_context *ctx, const char *name,
                                                  mlc_dataset **out, mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
