/* Functions of a Java program as callbacks of the library; `user` is a struct host_function. */
#ifndef MLCORE_JNI_HOST_FUNCTIONS_H
#define MLCORE_JNI_HOST_FUNCTIONS_H

#include <jni.h>
#include <mlcore/mlcore.h>

struct host_function;

/* Keeps the object until host_function_release(); NULL when memory is out. */
struct host_function *host_function_create(JNIEnv *env, jobject function, int32_t n_state);

mlc_status host_function_gradients(void *user, int64_t n_rows, const double *target,
                                   const double *raw, const double *weight, double *gradient,
                                   double *hessian, mlc_error *err);
mlc_status host_function_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                               const double *prediction, const double *probability,
                               const double *weight, double *score, mlc_error *err);
mlc_status host_function_fit(void *user, int64_t n_rows, const double *values, const double *weight,
                             double *state, mlc_error *err);
mlc_status host_function_apply(void *user, const double *state, int64_t n_rows,
                               const double *values, double *out, mlc_error *err);
mlc_status host_function_next(void *user, mlc_dataset **out, mlc_error *err);
void host_function_log(void *user, int32_t level, const char *message);
void host_function_release(void *user);

#endif
