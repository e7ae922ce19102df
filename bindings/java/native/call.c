/* The frame of every native method; see call.h. */
#include "call.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void call_begin(struct call *call, JNIEnv *env)
{
    memset(call, 0, offsetof(struct call, err));
    call->env = env;
    call->err.status = MLC_OK;
}

int32_t call_ok(const struct call *call)
{
    return !call->failed;
}

static void throw_plain(struct call *call, jclass type, const char *message)
{
    java_throw(call->env, type, message);
    call->failed = 1;
}

void *call_object(struct call *call, jobject object, enum handle_kind kind)
{
    static const char *const closed[HANDLE_KINDS] = {
        [HANDLE_CONTEXT] = "this Context is closed",
        [HANDLE_DATASET] = "this Dataset is closed",
        [HANDLE_TRANSFORM] = "this Transform is closed",
        [HANDLE_MODEL] = "this Model is closed",
        [HANDLE_PREDICTOR] = "this Predictor is closed",
        [HANDLE_METRIC] = "this Metric is closed",
        [HANDLE_BUILDER] = "this RowBuilder is closed",
        [HANDLE_READER] = "this BatchReader is closed",
        [HANDLE_PROFILE] = "this Profile is closed",
    };
    if (call->failed) return NULL;
    if (object == NULL) {
        throw_plain(call, java_names.null_pointer, "null where an object of mlcore is needed");
        return NULL;
    }
    if (call->n_handles == CALL_HANDLES) {
        call_fail(call, MLC_ERROR_INTERNAL, "", "a native method takes too many handles");
        return NULL;
    }
    const jlong handle = (*call->env)->GetLongField(call->env, object, java_names.handle);
    void *taken = handle_take(handle, kind);
    if (taken == NULL) {
        throw_plain(call, java_names.illegal_state, closed[kind]);
        return NULL;
    }
    call->handles[call->n_handles++] = handle;
    return taken;
}

const mlc_dataset *call_dataset(struct call *call, jobject dataset)
{
    return call_object(call, dataset, HANDLE_DATASET);
}

const mlc_transform *call_transform(struct call *call, jobject transform)
{
    return call_object(call, transform, HANDLE_TRANSFORM);
}

const mlc_model *call_model(struct call *call, jobject model)
{
    return call_object(call, model, HANDLE_MODEL);
}

struct runner *call_runner(struct call *call, jobject predictor)
{
    return call_object(call, predictor, HANDLE_PREDICTOR);
}

/* On the thread of the call, so its JNIEnv is the right one. An exception of the listener stays
 * pending and ends the call. */
static mlc_status tell_progress(void *user, const char *stage, int64_t done, int64_t total,
                                const char *metric_name, double metric)
{
    struct call *call = user;
    JNIEnv *env = call->env;
    if ((*env)->ExceptionCheck(env)) return MLC_ERROR_CALLBACK;
    jstring jstage = java_string_of(env, stage);
    if (jstage == NULL) return MLC_ERROR_CALLBACK;
    jstring jname = java_string_of(env, metric_name);
    if ((*env)->ExceptionCheck(env)) return MLC_ERROR_CALLBACK;
    const jboolean go_on =
        (*env)->CallBooleanMethod(env, call->progress, java_names.report, jstage, (jlong)done,
                                  (jlong)total, jname, (jdouble)metric);
    const jboolean threw = (*env)->ExceptionCheck(env);
    (*env)->DeleteLocalRef(env, jstage);
    if (jname != NULL) (*env)->DeleteLocalRef(env, jname);
    return threw || !go_on ? MLC_ERROR_CALLBACK : MLC_OK;
}

mlc_context *call_context(struct call *call, jobject context)
{
    if (call->failed || context == NULL) return NULL;
    mlc_context *base = call_object(call, context, HANDLE_CONTEXT);
    if (base == NULL) return NULL;
    if (!call_check(call, mlc_context_derive(base, &call->context, &call->err))) return NULL;
    call->progress = (*call->env)->GetObjectField(call->env, context, java_names.progress);
    if (call->progress != NULL) mlc_context_set_progress(call->context, tell_progress, call);
    return call->context;
}

jsize call_length(struct call *call, jarray array)
{
    if (call->failed) return 0;
    if (array != NULL) return (*call->env)->GetArrayLength(call->env, array);
    throw_plain(call, java_names.null_pointer, "null where an array is needed");
    return 0;
}

void *call_bytes(struct call *call, jbyteArray bytes, int64_t *n_bytes)
{
    if (call->failed || bytes == NULL) return NULL;
    if (call->n_texts == CALL_TEXTS) {
        call_fail(call, MLC_ERROR_INTERNAL, "", "a native method takes too many texts");
        return NULL;
    }
    const jsize length = (*call->env)->GetArrayLength(call->env, bytes);
    char *copy = call_memory(call, (int64_t)length + 1, 1);
    if (copy == NULL) return NULL;
    call->texts[call->n_texts++] = copy;
    (*call->env)->GetByteArrayRegion(call->env, bytes, 0, length, (jbyte *)copy);
    copy[length] = '\0';
    *n_bytes = length;
    return copy;
}

const char *call_text(struct call *call, jbyteArray bytes)
{
    int64_t length = 0;
    const char *text = call_bytes(call, bytes, &length);
    if (text != NULL && strlen(text) != (size_t)length) {
        throw_plain(call, java_names.illegal_argument, "a text holds the character U+0000");
        return NULL;
    }
    return text;
}

int32_t call_check(struct call *call, mlc_status status)
{
    if (call->failed) return 0;
    if ((*call->env)->ExceptionCheck(call->env)) {
        call->failed = 1; /* of a listener: what it threw is what the caller sees */
    } else if (status < 0) {
        java_throw_error(call->env, &call->err);
        call->failed = 1;
    }
    return !call->failed;
}

void call_fail(struct call *call, mlc_status status, const char *name, const char *message)
{
    if (call->failed) return;
    memset(&call->err, 0, sizeof call->err);
    call->err.status = status;
    snprintf(call->err.name, sizeof call->err.name, "%s", name);
    snprintf(call->err.message, sizeof call->err.message, "%s", message);
    call_check(call, status);
}

void call_refuse(struct call *call, const char *message)
{
    if (!call->failed) throw_plain(call, java_names.illegal_argument, message);
}

void *call_memory(struct call *call, int64_t n, int64_t item_bytes)
{
    if (call->failed) return NULL;
    void *memory = NULL;
    if (n >= 0 && n <= INT64_MAX / item_bytes - 1) {
        memory = malloc(n == 0 ? 1 : (size_t)(n * item_bytes));
    }
    if (memory == NULL) throw_plain(call, java_names.out_of_memory, "no native memory is left");
    return memory;
}

int32_t call_end(struct call *call)
{
    mlc_context_close(call->context);
    for (int32_t i = 0; i < call->n_handles; i++) {
        handle_give_back(call->handles[i]);
    }
    for (int32_t i = 0; i < call->n_texts; i++) {
        free(call->texts[i]);
    }
    return !call->failed;
}

jlong call_end_handle(struct call *call, enum handle_kind kind, void *object)
{
    int64_t handle = 0;
    if (!call->failed) {
        handle = handle_open(kind, object);
        if (handle == 0) throw_plain(call, java_names.out_of_memory, "no handle is left");
    }
    if (handle == 0 && object != NULL) handle_free_object(kind, object);
    call_end(call);
    return handle;
}

jstring call_end_string(struct call *call, mlc_buffer *buffer)
{
    jstring string = NULL;
    if (!call->failed) {
        string = java_string(call->env, mlc_buffer_data(buffer), mlc_buffer_size(buffer));
    }
    mlc_buffer_free(buffer);
    call_end(call);
    return string;
}

jbyteArray call_end_bytes(struct call *call, mlc_buffer *buffer)
{
    jbyteArray bytes = NULL;
    const int64_t size = mlc_buffer_size(buffer);
    if (!call->failed && size > INT32_MAX - 8) {
        call_fail(call, MLC_ERROR_LIMIT, "", "the bytes are more than a Java array can hold");
    }
    if (!call->failed) bytes = (*call->env)->NewByteArray(call->env, (jsize)size);
    if (bytes != NULL) {
        (*call->env)->SetByteArrayRegion(call->env, bytes, 0, (jsize)size, mlc_buffer_data(buffer));
    }
    mlc_buffer_free(buffer);
    call_end(call);
    return bytes;
}
