/**
 * @file params.h
 * @brief Builds settings text from typed values, exactly and whatever the locale.
 *
 * Functions of the library take settings as text: `"n_estimators=200 learning_rate=0.05"`, or
 * the same as JSON. A program that computes its values builds that text with mlc_params, which
 * writes each number so that it reads back to the same bits.
 */
#ifndef MLCORE_PARAMS_H
#define MLCORE_PARAMS_H

#include <mlcore/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief Settings under construction: a session, for one thread at a time. */
typedef struct mlc_params mlc_params;

/**
 * @brief Opens an empty set of settings.
 * @param ctx context, or NULL
 * @param[out] out close it with mlc_params_close()
 * @param[out] err may be NULL
 * @return #MLC_OK or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_params_open(mlc_context *ctx, mlc_params **out,
                                               mlc_error *err);

/**
 * @brief Sets a real number. Setting a name again replaces its value.
 * @param params not NULL
 * @param name letters, digits, `_` and dots
 * @param value any double; NaN is written as `nan`, infinities as `inf` and `-inf`
 * @param[out] err may be NULL
 * @return #MLC_OK, #MLC_ERROR_ARGUMENT or #MLC_ERROR_NO_MEMORY. Since 0.1.
 */
MLC_API MLC_CHECKED mlc_status mlc_params_set_real(mlc_params *params, const char *name,
                                                   double value, mlc_error *err);

/**
 * @brief Sets an integer; see mlc_params_set_real().
 * @param params,name,err as there
 * @param value any
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_params_set_integer(mlc_params *params, const char *name,
                                                      int64_t value, mlc_error *err);

/**
 * @brief Sets a text, quoted and escaped as needed; see mlc_params_set_real().
 *
 * Words stay bare, so that choices and `true` read as such; a text that would read as a number
 * or as `none` is put in quotes and stays a text.
 *
 * @param params,name,err as there
 * @param value UTF-8
 * @return as there
 */
MLC_API MLC_CHECKED mlc_status mlc_params_set_text(mlc_params *params, const char *name,
                                                   const char *value, mlc_error *err);

/**
 * @brief The settings as text, to be passed where settings are taken.
 * @param params not NULL
 * @return borrowed until the next change of @p params
 */
MLC_API const char *mlc_params_text(const mlc_params *params);

/**
 * @brief Closes a set of settings.
 * @param params may be NULL
 */
MLC_API void mlc_params_close(mlc_params *params);

#ifdef __cplusplus
}
#endif
#endif
