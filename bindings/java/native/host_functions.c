/* Functions of a Java program that the library calls: losses, metrics, transforms, batches of rows
 * and the log.
 *
 * A function is a global reference that lives as long as the root context or the reader that it
 * belongs to. The
 * library calls on the thread of the native method, and transforms and the log also on threads of
 * its own, which are attached for the length of the call. Arrays are copied in both directions, so
 * that a function may keep them. What a function throws stays pending on the thread of the native
 * method and is what its caller gets; on other threads its text becomes the message.
 */
#include "host_functions.h"

#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "java.h"

struct host_function {
    JavaVM *vm;
    jobject function;
    int32_t n_state; /* of a transform */
};

/* A callback in Java: the thread's environment and a frame for local references. */
struct visit {
    const struct host_function *host;
    JNIEnv *env;
    mlc_error *err;
    int32_t attached; /* by us */
    int32_t failed;
};

struct host_function *host_function_create(JNIEnv *env, jobject function, int32_t n_state)
{
    struct host_function *host = calloc(1, sizeof *host);
    if (host == NULL || (*env)->GetJavaVM(env, &host->vm) != JNI_OK) {
        free(host);
        return NULL;
    }
    host->n_state = n_state;
    host->function = (*env)->NewGlobalRef(env, function);
    if (host->function != NULL) return host;
    free(host);
    return NULL;
}

static JNIEnv *enter_vm(JavaVM *vm, int32_t *attached)
{
    JNIEnv *env = NULL;
    *attached = 0;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) == JNI_OK) return env;
    if ((*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, NULL) != JNI_OK) return NULL;
    *attached = 1;
    return env;
}

void host_function_release(void *user)
{
    struct host_function *host = user;
    int32_t attached = 0;
    JNIEnv *env = enter_vm(host->vm, &attached);
    if (env != NULL) (*env)->DeleteGlobalRef(env, host->function);
    if (attached) (*host->vm)->DetachCurrentThread(host->vm);
    free(host);
}

static void say(mlc_error *err, const char *message)
{
    if (err == NULL) return;
    err->status = MLC_ERROR_CALLBACK;
    strncpy(err->message, message, sizeof err->message - 1);
    err->message[sizeof err->message - 1] = '\0';
}

static void visit_fail(struct visit *v, const char *message)
{
    if (!v->failed) say(v->err, message);
    v->failed = 1;
}

/* 0 when Java cannot be called now: an exception of an earlier callback is still on its way. */
static int32_t visit_begin(struct visit *v, void *user, mlc_error *err)
{
    memset(v, 0, sizeof *v);
    v->host = user;
    v->err = err;
    v->env = enter_vm(v->host->vm, &v->attached);
    if (v->env == NULL) {
        say(err, "the Java machine does not take this thread");
        return 0;
    }
    if ((*v->env)->ExceptionCheck(v->env) || (*v->env)->PushLocalFrame(v->env, 16) != 0) {
        say(err, "a Java exception is pending");
        return 0;
    }
    return 1;
}

/* The text of what was thrown becomes the message. */
static void describe_thrown(struct visit *v)
{
    JNIEnv *env = v->env;
    jthrowable thrown = (*env)->ExceptionOccurred(env);
    (*env)->ExceptionClear(env);
    jstring text = (*env)->CallObjectMethod(env, thrown, java_names.to_string);
    const char *utf = NULL;
    if (!(*env)->ExceptionCheck(env) && text != NULL) {
        utf = (*env)->GetStringUTFChars(env, text, NULL);
    }
    (*env)->ExceptionClear(env);
    visit_fail(v, utf != NULL ? utf : "a Java exception");
    if (utf != NULL) (*env)->ReleaseStringUTFChars(env, text, utf);
    if (!v->attached) (*env)->Throw(env, thrown);
}

static int32_t visit_ok(struct visit *v)
{
    if (!v->failed && (*v->env)->ExceptionCheck(v->env)) describe_thrown(v);
    return !v->failed;
}

static mlc_status visit_end(struct visit *v)
{
    (void)visit_ok(v);
    (*v->env)->PopLocalFrame(v->env, NULL);
    if (v->attached) (*v->host->vm)->DetachCurrentThread(v->host->vm);
    return v->failed ? MLC_ERROR_CALLBACK : MLC_OK;
}

static jdoubleArray new_array(struct visit *v, int64_t n)
{
    if (!visit_ok(v)) return NULL;
    if (n > INT32_MAX - 8) {
        visit_fail(v, "more values than a Java array can hold");
        return NULL;
    }
    return (*v->env)->NewDoubleArray(v->env, (jsize)n);
}

/* A copy for Java; NULL for NULL. */
static jdoubleArray give(struct visit *v, int64_t n, const double *values)
{
    jdoubleArray array = values == NULL ? NULL : new_array(v, n);
    if (array != NULL) (*v->env)->SetDoubleArrayRegion(v->env, array, 0, (jsize)n, values);
    return array;
}

/* What a function gave back must have the length that was asked for. */
static void take(struct visit *v, jdoubleArray array, int64_t n, double *out, const char *wrong)
{
    if (!visit_ok(v)) return;
    if (array == NULL || (*v->env)->GetArrayLength(v->env, array) != n) {
        visit_fail(v, wrong);
        return;
    }
    (*v->env)->GetDoubleArrayRegion(v->env, array, 0, (jsize)n, out);
}

mlc_status host_function_gradients(void *user, int64_t n_rows, const double *target,
                                   const double *raw, const double *weight, double *gradient,
                                   double *hessian, mlc_error *err)
{
    struct visit v;
    if (!visit_begin(&v, user, err)) return MLC_ERROR_CALLBACK;
    jdoubleArray t = give(&v, n_rows, target), r = give(&v, n_rows, raw);
    jdoubleArray w = give(&v, n_rows, weight);
    jdoubleArray g = new_array(&v, n_rows), h = new_array(&v, n_rows);
    if (visit_ok(&v)) {
        (*v.env)->CallVoidMethod(v.env, v.host->function, java_names.gradients, t, r, w, g, h);
    }
    take(&v, g, n_rows, gradient, "");
    take(&v, h, n_rows, hessian, "");
    return visit_end(&v);
}

mlc_status host_function_score(void *user, int64_t n_rows, int32_t n_classes, const double *target,
                               const double *prediction, const double *probability,
                               const double *weight, double *score, mlc_error *err)
{
    struct visit v;
    if (!visit_begin(&v, user, err)) return MLC_ERROR_CALLBACK;
    jdoubleArray t = give(&v, n_rows, target), p = give(&v, n_rows, prediction);
    const int64_t n =
        n_classes > 0 && n_rows > INT64_MAX / n_classes ? INT64_MAX : n_rows * n_classes;
    jdoubleArray all = give(&v, n, probability), w = give(&v, n_rows, weight);
    double value = 0;
    if (visit_ok(&v)) {
        value = (*v.env)->CallDoubleMethod(v.env, v.host->function, java_names.score, t, p, all,
                                           (jint)n_classes, w);
    }
    if (visit_ok(&v)) *score = value;
    return visit_end(&v);
}

mlc_status host_function_fit(void *user, int64_t n_rows, const double *values, const double *weight,
                             double *state, mlc_error *err)
{
    struct visit v;
    if (!visit_begin(&v, user, err)) return MLC_ERROR_CALLBACK;
    jdoubleArray x = give(&v, n_rows, values), w = give(&v, n_rows, weight), learned = NULL;
    if (visit_ok(&v)) {
        learned = (*v.env)->CallObjectMethod(v.env, v.host->function, java_names.fit_column, x, w);
    }
    take(&v, learned, v.host->n_state, state,
         "fit() did not give as many numbers as stateSize() says");
    return visit_end(&v);
}

mlc_status host_function_apply(void *user, const double *state, int64_t n_rows,
                               const double *values, double *out, mlc_error *err)
{
    struct visit v;
    if (!visit_begin(&v, user, err)) return MLC_ERROR_CALLBACK;
    jdoubleArray x = give(&v, n_rows, values), made = NULL;
    jdoubleArray s = state != NULL ? give(&v, v.host->n_state, state) : new_array(&v, 0);
    if (visit_ok(&v)) {
        made = (*v.env)->CallObjectMethod(v.env, v.host->function, java_names.apply_column, x, s);
    }
    take(&v, made, n_rows, out, "apply() did not give as many numbers as it got");
    return visit_end(&v);
}

/* The dataset goes over to the library: its object in Java is closed. */
static void take_over(struct visit *v, jobject dataset, mlc_dataset **out)
{
    const jlong handle = (*v->env)->GetLongField(v->env, dataset, java_names.handle);
    const mlc_dataset *rows = handle_take(handle, HANDLE_DATASET);
    if (rows == NULL) {
        visit_fail(v, "the iterator gave a Dataset that is closed");
        return;
    }
    *out = mlc_dataset_ref(rows);
    handle_give_back(handle);
    handle_close(handle);
}

mlc_status host_function_next(void *user, mlc_dataset **out, mlc_error *err)
{
    struct visit v;
    if (!visit_begin(&v, user, err)) return MLC_ERROR_CALLBACK;
    jobject batch = (*v.env)->CallObjectMethod(v.env, v.host->function, java_names.next_batch);
    const int32_t came = visit_ok(&v) && batch != NULL;
    if (came) take_over(&v, batch, out);
    const mlc_status status = visit_end(&v);
    return status == MLC_OK && !came ? MLC_END : status;
}

/* A log that fails must not stop what it tells of. */
void host_function_log(void *user, int32_t level, const char *message)
{
    struct visit v;
    mlc_error ignored;
    if (!visit_begin(&v, user, &ignored)) return;
    jstring text = java_string_of(v.env, message);
    if (text != NULL) {
        (*v.env)->CallVoidMethod(v.env, v.host->function, java_names.log, (jint)level, text);
    }
    (*v.env)->ExceptionClear(v.env);
    (void)visit_end(&v);
}
