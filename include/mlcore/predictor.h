/**
 * @file predictor.h
 * @brief Predictors: a fitted model compiled for raw records. No allocation, no lock.
 *
 * Any number of threads may share a predictor; each needs its own row and scratch. A row is an
 * array of ::mlc_value by input index; a zeroed row is all missing. The output has the same
 * bits as mlc_model_predict() gives for that row.
 */
#ifndef MLCORE_PREDICTOR_H
#define MLCORE_PREDICTOR_H

#include <mlcore/model.h>
#include <mlcore/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MLC_FLAG_MISSING 1      /**< An input of the row was missing. */
#define MLC_FLAG_UNSEEN 2       /**< A category that was not in the training rows. */
#define MLC_FLAG_OUT_OF_RANGE 4 /**< A number outside the range of the training rows. */
#define MLC_FLAG_WRONG_KIND 8   /**< Text where a number belongs, or a number that is not. */

/** @brief A compiled model: immutable, counted. */
typedef struct mlc_predictor mlc_predictor;

/**
 * @brief Compiles a fitted model.
 * @param ctx context, or NULL
 * @param model fitted; a reference of its own is taken
 * @param settings NULL or `output=class,probability,interval,quantile,raw,leaf
 * on_invalid=flag|fail|missing rows=1`. One output: the default is probability for classifiers,
 * else the prediction. A class comes out as its index (mlc_predictor_label() names it). `rows`, 1
 * to 65536, is how many records mlc_predictor_run_reals() gets at a time: the scratch has room for
 * as many of them as the model takes at once, and 16 to 256 are quicker than one by one.
 * @param[out] out the caller frees it with mlc_predictor_free()
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_NOT_FITTED, #MLC_ERROR_SETTING, #MLC_ERROR_UNSUPPORTED,
 * #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_predictor_create(mlc_context *ctx, const mlc_model *model,
                                                    const char *settings, mlc_predictor **out,
                                                    mlc_error *err);

/**
 * @brief Number of inputs: one a column of the training rows, or one a component of a vector
 * column, which are called as in `x0` or `x[name]`.
 * @param predictor may be NULL, which counts 0
 */
MLC_API int32_t mlc_predictor_n_inputs(const mlc_predictor *predictor);

/**
 * @brief Index of an input.
 * @param predictor not NULL
 * @param name name of a column of the training rows, or of a component of a vector
 * @param[out] out index into the row
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_COLUMN (with the nearest name). Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_predictor_input(const mlc_predictor *predictor, const char *name,
                                                   int32_t *out, mlc_error *err);

/**
 * @brief Name of an input.
 * @param predictor not NULL
 * @param i from 0
 * @return borrowed from the predictor; NULL when out of range
 */
MLC_API const char *mlc_predictor_input_name(const mlc_predictor *predictor, int32_t i);

/** @brief Number of doubles a row gives. @param predictor may be NULL, which counts 0 */
MLC_API int32_t mlc_predictor_n_outputs(const mlc_predictor *predictor);

/**
 * @brief Name of an output, such as `probability[>50K]`.
 * @param predictor not NULL
 * @param i from 0
 * @return borrowed from the predictor; NULL when out of range
 */
MLC_API const char *mlc_predictor_output_name(const mlc_predictor *predictor, int32_t i);

/**
 * @brief Label of a class, in the order of the classes.
 * @param predictor not NULL
 * @param i class, from 0
 * @return borrowed from the predictor; NULL when out of range or not a classifier
 */
MLC_API const char *mlc_predictor_label(const mlc_predictor *predictor, int32_t i);

/** @brief The setting `rows`. @param predictor may be NULL, which counts 0 */
MLC_API int64_t mlc_predictor_n_rows(const mlc_predictor *predictor);

/**
 * @brief Bytes of scratch that a run needs: a multiple of 64.
 * @param predictor may be NULL, which needs 0
 */
MLC_API int64_t mlc_predictor_scratch_bytes(const mlc_predictor *predictor);

/**
 * @brief Predicts one record.
 * @param predictor not NULL
 * @param row one value an input
 * @param scratch 64-byte aligned, zeroed once before its first use (or given before to this
 * predictor), one a thread; refused when it was used with another predictor
 * @param[out] out one double an output
 * @param[out] flags MLC_FLAG_ bits of the row; may be NULL
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT, #MLC_ERROR_INVALID_VALUE, #MLC_ERROR_DATA (a missing
 * value that the model cannot take), #MLC_ERROR_CALLBACK. Any thread. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_predictor_run(const mlc_predictor *predictor,
                                                 const mlc_value *row, void *scratch, double *out,
                                                 int64_t *flags, mlc_error *err);

/**
 * @brief Predicts records of numbers, each with the same bits as mlc_predictor_run() gives for it.
 * @param predictor not NULL
 * @param rows record after record, a number an input in their order; NaN is missing. A number where
 * the model takes texts is of the wrong kind
 * @param n_rows any number, 0 too, whatever the setting `rows` is
 * @param scratch as of mlc_predictor_run()
 * @param[out] out the outputs, record after record; undefined after an error
 * @param[out] flags MLC_FLAG_ bits of each record; may be NULL; undefined after an error
 * @param[out] err may be NULL
 * @return as mlc_predictor_run(); the message says which row. Any thread. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_predictor_run_reals(const mlc_predictor *predictor,
                                                       const double *rows, int64_t n_rows,
                                                       void *scratch, double *out, int64_t *flags,
                                                       mlc_error *err);

/** @brief Takes one more reference. @param predictor not NULL @return @p predictor */
MLC_API mlc_predictor *mlc_predictor_ref(const mlc_predictor *predictor);

/** @brief Gives one reference back; the last one frees. @param predictor may be NULL */
MLC_API void mlc_predictor_free(mlc_predictor *predictor);

#ifdef __cplusplus
}
#endif
#endif
