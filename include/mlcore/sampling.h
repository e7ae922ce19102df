/**
 * @file sampling.h
 * @brief Datasets that are made, and rows that are chosen: generators, samples, resampled classes,
 * weights, fingerprints.
 *
 * Each of the first four functions takes settings that begin with the name of a component, as
 * mlc_dataset_split() does; mlc_catalog_list() names them by kind, mlc_catalog_params() lists their
 * parameters. Random numbers go by random_state and the number of a row, so a result is the same
 * for any number of threads.
 */
#ifndef MLCORE_SAMPLING_H
#define MLCORE_SAMPLING_H

#include <mlcore/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Makes a dataset: made-up rows, or one of the sample sets that the library carries.
 *
 * Made-up ones have scikit-learn's names, parameters, defaults and formulae, float64 features x0,
 * x1 ... and the target y (y0, y1 ... where there are several).
 * @param ctx context, or NULL
 * @param settings a generator and its parameters: `moons n_rows=1000 noise=0.1 random_state=0`,
 * `circles`, `blobs centers=3`, `classification n_features=20`, `regression`, `friedman1`,
 * `friedman2`, `friedman3`, `swiss_roll`; or a sample set: `iris`, `penguins`, `wine`
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_NO_MEMORY,
 * #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_generate(mlc_context *ctx, const char *settings,
                                                    mlc_dataset **out, mlc_error *err);

/**
 * @brief Some of the rows, as a view in the order of the rows.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param settings a sampler and its parameters: `uniform n=1000` or `uniform share=0.1`,
 * `reservoir n=1000` (all where there are fewer), `stratified n=1000 by=sex` (without by the
 * target), `weighted n=1000` (role weight, or `weight=column`), `bottom_k n=1000` (the rows of the
 * n keys of least hash; role key: stable as the data grow, the same keys in every table)
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_DATA, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_sample(mlc_context *ctx, const mlc_dataset *dataset,
                                                  const char *settings, mlc_dataset **out,
                                                  mlc_error *err);

/**
 * @brief Other shares of the target's classes: rows repeated, left out or made up.
 *
 * `sampling_strategy` is as in imbalanced-learn. Over-sampling: `auto` or `not_majority`,
 * `minority`, `not_minority` and `all` bring those classes to the size of the largest; under-
 * sampling: `auto` or `not_minority`, `majority`, `not_majority` and `all` to that of the smallest;
 * a number is the ratio of the smaller to the larger of two classes afterwards; `no:900,yes:300`
 * are rows by class.
 *
 * A model that is fitted on the result gives probabilities of a world with those shares. The model
 * `resampled(logistic_regression, resampler='smote k_neighbors=5')` resamples the rows of its fit
 * alone and brings its answers back to the shares that there were.
 * @param ctx context, or NULL
 * @param dataset with one target of classes
 * @param settings a resampler and its parameters: `random_over`, `random_under`,
 * `smote k_neighbors=5`, `smote_nc` (numbers, categories and texts); `sampling_strategy=auto
 * random_state=0`
 * @param[out] out the rows, and after them the new ones; a view where no row is made up. The caller
 * frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_DATA, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_resample(mlc_context *ctx, const mlc_dataset *dataset,
                                                    const char *settings, mlc_dataset **out,
                                                    mlc_error *err);

/**
 * @brief The same rows with a column of role weight.
 *
 * The column is called `weight`, or as `name=` says. Where there is a weight already the new one is
 * multiplied by it, and the old column gets the role ignore.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param settings a weighting and its parameters: `balanced`, `class_weight
 * weights='no:1,yes:10'`, `time_decay half_life=30d` (role time, or `column=`)
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COMPONENT, #MLC_ERROR_SETTING, #MLC_ERROR_COLUMN, #MLC_ERROR_ROLE,
 * #MLC_ERROR_DATA, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_with_weights(mlc_context *ctx,
                                                        const mlc_dataset *dataset,
                                                        const char *settings, mlc_dataset **out,
                                                        mlc_error *err);

/**
 * @brief What tells one dataset from another: one row with schema, content (each 64 hexadecimal
 * digits of SHA-256), rows and columns.
 *
 * The schema hash is of names, types and widths. The content hash is of names and values, whatever
 * the order of the rows, and rows that repeat count. Neither depends on the order of the columns
 * or on roles. A view has the hashes of its copy. Contents agree for category and text, for
 * float32 and float64 of the same values, dense and sparse vectors, 0 and -0, missing and NaN, not
 * for 1 as integer, real, bool, text. What is hashed is fixed for good, in `lib/data/
 * dataset_fingerprint.c`. It tells data apart by accident, not by malice.
 * @param ctx context, or NULL
 * @param dataset not NULL
 * @param[out] out the caller frees it with mlc_dataset_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NO_MEMORY, #MLC_ERROR_CANCELLED, #MLC_ERROR_DEADLINE. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_dataset_fingerprint(mlc_context *ctx, const mlc_dataset *dataset,
                                                       mlc_dataset **out, mlc_error *err);

#ifdef __cplusplus
}
#endif
#endif
