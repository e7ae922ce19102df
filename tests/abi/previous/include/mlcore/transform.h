/**
 * @file transform.h
 * @brief Transforms: recipes and fitted values that turn a dataset into a dataset.
 *
 * A transform is immutable and counted; any thread may use it. Fitting makes a new value out of
 * a recipe. A bare transform takes the feature columns of the types it is made for and passes
 * the others through; `on(columns, transform)` says which. Recipes are text or JSON:
 * `chain(on(type:number, simple_imputer(strategy=median)), standard_scaler)`.
 */
#ifndef MLCORE_TRANSFORM_H
#define MLCORE_TRANSFORM_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief A recipe, or a fitted transform. */
typedef struct mlc_transform mlc_transform;

/**
 * @brief Makes a recipe of one transform.
 * @param ctx context, or NULL
 * @param name such as "standard_scaler"; mlc_catalog() lists them
 * @param settings its parameters, or NULL for the defaults
 * @param[out] out the caller frees it with mlc_transform_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_SYNTAX,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_create(mlc_context *ctx, const char *name,
                                                    const char *settings, mlc_transform **out,
                                                    mlc_error *err);

/**
 * @brief Makes a recipe from its text or JSON.
 * @param ctx context, or NULL
 * @param recipe such as `chain(simple_imputer, standard_scaler(with_mean=false))`
 * @param[out] out the caller frees it with mlc_transform_free()
 * @param[out] err may be NULL; its column points into the recipe
 * @return as mlc_transform_create(). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_parse(mlc_context *ctx, const char *recipe,
                                                   mlc_transform **out, mlc_error *err);

/**
 * @brief One transform after the other. A part that is fitted stays as it is (frozen).
 * @param steps @p n_steps transforms; references of its own are taken
 * @param n_steps at least 1
 * @param[out] out the caller frees it with mlc_transform_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_chain(mlc_transform *const *steps, int32_t n_steps,
                                                   mlc_transform **out, mlc_error *err);

/**
 * @brief A transform for some columns.
 * @param columns selectors as of mlc_dataset_select(), over the features
 * @param inner the transform
 * @param settings NULL or `remainder=passthrough|drop` for the other features
 * @param[out] out the caller frees it with mlc_transform_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_SYNTAX, #MLC_ERROR_SETTING,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_on(const char *columns,
                                                const mlc_transform *inner,
                                                const char *settings, mlc_transform **out,
                                                mlc_error *err);

/**
 * @brief Fits a recipe; a fitted transform is refitted from its recipe.
 * @param ctx context, or NULL
 * @param recipe not NULL
 * @param train the rows to learn from
 * @param[out] out the caller frees it with mlc_transform_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN, #MLC_ERROR_DATA, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_fit(mlc_context *ctx, const mlc_transform *recipe,
                                                 const mlc_dataset *train, mlc_transform **out,
                                                 mlc_error *err);

/**
 * @brief Applies a fitted transform. Columns that are not features pass through.
 * @param ctx context, or NULL
 * @param transform fitted
 * @param rows has the columns that were fitted, by name
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_COLUMN, #MLC_ERROR_DATA,
 * #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_apply(mlc_context *ctx,
                                                   const mlc_transform *transform,
                                                   const mlc_dataset *rows, mlc_dataset **out,
                                                   mlc_error *err);

/**
 * @brief A table of what a transform learned, such as "statistics" or "categories".
 * @param ctx context, or NULL
 * @param transform fitted
 * @param table its name; `step.table` for a part; mlc_catalog() lists them
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL; names the tables there are
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_UNSUPPORTED, #MLC_ERROR_NO_MEMORY. Since
 * 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_table(mlc_context *ctx,
                                                   const mlc_transform *transform,
                                                   const char *table, mlc_dataset **out,
                                                   mlc_error *err);

/**
 * @brief The recipe as text or JSON, which parses back to the same recipe.
 * @param transform not NULL
 * @param settings NULL or `format=text|json defaults=false`
 * @param[out] out the caller frees it with mlc_buffer_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_transform_format(const mlc_transform *transform,
                                                    const char *settings, mlc_buffer **out,
                                                    mlc_error *err);

/** @brief 1 when fitted, else 0. @param transform may be NULL, which gives 0 */
MLC_API int32_t mlc_transform_is_fitted(const mlc_transform *transform);

/** @brief Takes one more reference. @param transform not NULL @return @p transform */
MLC_API mlc_transform *mlc_transform_ref(const mlc_transform *transform);

/** @brief Gives one reference back; the last one frees. @param transform may be NULL */
MLC_API void mlc_transform_free(mlc_transform *transform);

#ifdef __cplusplus
}
#endif
#endif
