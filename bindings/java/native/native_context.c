/* Version, handles, contexts and the catalog. */
#include "call.h"
#include "host_functions.h"
#include "natives.h"

static jstring version(JNIEnv *env, jclass type)
{
    return java_string_of(env, mlc_version(NULL, NULL, NULL));
}

static jstring build_info(JNIEnv *env, jclass type)
{
    return java_string_of(env, mlc_build_info());
}

static jstring status_name(JNIEnv *env, jclass type, jint status)
{
    return java_string_of(env, mlc_status_name(status));
}

static jboolean close_handle(JNIEnv *env, jclass type, jlong handle)
{
    return handle_close(handle) != 0;
}

static jboolean is_open(JNIEnv *env, jclass type, jlong handle)
{
    return handle_is_open(handle) != 0;
}

static jlong n_handles(JNIEnv *env, jclass type)
{
    return handle_count();
}

static void steer(mlc_context *ctx, jint n_threads, jlong deadline_ms)
{
    if (n_threads > 0) mlc_context_set_threads(ctx, n_threads);
    if (deadline_ms >= 0) mlc_context_set_deadline_ms(ctx, deadline_ms);
}

static jlong context_create(JNIEnv *env, jclass type, jlong memory_limit, jint n_threads,
                            jbyteArray isa, jlong deadline_ms, jint log_level, jobject log)
{
    struct call call;
    mlc_context *out = NULL;
    call_begin(&call, env);
    mlc_host host = {.size = sizeof host,
                     .memory_limit_bytes = memory_limit,
                     .n_threads = n_threads,
                     .log_level = log_level,
                     .isa = call_text(&call, isa)};
    if (call_ok(&call) && log != NULL) {
        host.user = host_function_create(env, log, 0);
        host.log = host_function_log;
        host.release = host_function_release;
        if (host.user == NULL) call_fail(&call, MLC_ERROR_NO_MEMORY, "", "no native memory");
    }
    if (call_ok(&call)) call_check(&call, mlc_context_create(&host, &out, &call.err));
    if (!call_ok(&call) && host.user != NULL) host_function_release(host.user);
    if (call_ok(&call)) steer(out, 0, deadline_ms);
    return call_end_handle(&call, HANDLE_CONTEXT, out);
}

static jlong context_derive(JNIEnv *env, jclass type, jobject base, jint n_threads,
                            jlong deadline_ms)
{
    struct call call;
    mlc_context *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_object(&call, base, HANDLE_CONTEXT);
    if (call_ok(&call)) call_check(&call, mlc_context_derive(ctx, &out, &call.err));
    if (call_ok(&call)) steer(out, n_threads, deadline_ms);
    return call_end_handle(&call, HANDLE_CONTEXT, out);
}

static void context_cancel(JNIEnv *env, jclass type, jlong handle)
{
    mlc_context *ctx = handle_take(handle, HANDLE_CONTEXT);
    if (ctx == NULL) return; /* closed: nothing is left to cancel */
    mlc_context_cancel(ctx);
    handle_give_back(handle);
}

static jlong context_memory(JNIEnv *env, jclass type, jobject context)
{
    struct call call;
    call_begin(&call, env);
    const mlc_context *ctx = call_object(&call, context, HANDLE_CONTEXT);
    const int64_t bytes = call_ok(&call) ? mlc_context_memory_bytes(ctx) : 0;
    call_end(&call);
    return bytes;
}

static jstring catalog_json(JNIEnv *env, jclass type)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    call_check(&call, mlc_catalog(NULL, &out, &call.err));
    return call_end_string(&call, out);
}

static jlong catalog_list(JNIEnv *env, jclass type, jbyteArray kind)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const char *text = call_text(&call, kind);
    if (call_ok(&call)) call_check(&call, mlc_catalog_list(NULL, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong catalog_params(JNIEnv *env, jclass type, jbyteArray name)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const char *text = call_text(&call, name);
    if (call_ok(&call)) call_check(&call, mlc_catalog_params(NULL, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static const JNINativeMethod methods[] = {
    NATIVE("version", "()" J_STRING, version),
    NATIVE("buildInfo", "()" J_STRING, build_info),
    NATIVE("statusName", "(I)" J_STRING, status_name),
    NATIVE("close", "(J)Z", close_handle),
    NATIVE("isOpen", "(J)Z", is_open),
    NATIVE("handles", "()J", n_handles),
    NATIVE("contextCreate", "(JI[BJI" J_LOG ")J", context_create),
    NATIVE("contextDerive", "(" J_CONTEXT "IJ)J", context_derive),
    NATIVE("contextCancel", "(J)V", context_cancel),
    NATIVE("contextMemory", "(" J_CONTEXT ")J", context_memory),
    NATIVE("catalogJson", "()" J_STRING, catalog_json),
    NATIVE("catalogList", "([B)J", catalog_list),
    NATIVE("catalogParams", "([B)J", catalog_params),
};

const struct native_methods native_context_methods = {
    methods, (int32_t)(sizeof methods / sizeof methods[0])};
