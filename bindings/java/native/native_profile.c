/* The native methods of org.mlcore.Profile, and what of Dataset goes by schemas. */
#include <mlcore/mlcore.h>

#include "call.h"
#include "natives.h"

static const mlc_profile *call_profile(struct call *call, jobject profile)
{
    return call_object(call, profile, HANDLE_PROFILE);
}

static jlong profile_create(JNIEnv *env, jclass type, jobject context, jobject dataset,
                            jbyteArray settings)
{
    struct call call;
    mlc_profile *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_profile_create(ctx, d, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_PROFILE, out);
}

static jlong profile_merge(JNIEnv *env, jclass type, jobject first, jobject second,
                           jbyteArray settings)
{
    struct call call;
    mlc_profile *out = NULL;
    call_begin(&call, env);
    const mlc_profile *const parts[] = {call_profile(&call, first), call_profile(&call, second)};
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_profile_merge(NULL, parts, 2, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_PROFILE, out);
}

static jlong profile_parse(JNIEnv *env, jclass type, jbyteArray json)
{
    struct call call;
    mlc_profile *out = NULL;
    int64_t n = 0;
    call_begin(&call, env);
    const void *bytes = call_bytes(&call, json, &n);
    if (call_ok(&call)) call_check(&call, mlc_profile_parse(NULL, bytes, n, &out, &call.err));
    return call_end_handle(&call, HANDLE_PROFILE, out);
}

static jlong profile_table(JNIEnv *env, jclass type, jobject profile, jbyteArray table,
                           jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_profile *p = call_profile(&call, profile);
    const char *name = call_text(&call, table), *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_profile_table(NULL, p, name, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jbyteArray profile_format(JNIEnv *env, jclass type, jobject profile)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_profile *p = call_profile(&call, profile);
    if (call_ok(&call)) call_check(&call, mlc_profile_format(p, &out, &call.err));
    return call_end_bytes(&call, out);
}

static jstring profile_schema(JNIEnv *env, jclass type, jobject profile, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_profile *p = call_profile(&call, profile);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_profile_schema(NULL, p, text, &out, &call.err));
    return call_end_string(&call, out);
}

static jlong profile_row_count(JNIEnv *env, jclass type, jobject profile)
{
    struct call call;
    call_begin(&call, env);
    const int64_t n = mlc_profile_n_rows(call_profile(&call, profile));
    call_end(&call);
    return n;
}

static jlong dataset_validate(JNIEnv *env, jclass type, jobject dataset, jbyteArray schema,
                              jobject reference, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const mlc_profile *p = reference == NULL ? NULL : call_profile(&call, reference);
    const char *json = call_text(&call, schema), *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_validate(NULL, d, json, p, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_conform(JNIEnv *env, jclass type, jobject dataset, jbyteArray schema,
                             jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *json = call_text(&call, schema), *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_conform(NULL, d, json, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_hints(JNIEnv *env, jclass type, jobject train, jobject test,
                           jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, train);
    const mlc_dataset *t = test == NULL ? NULL : call_dataset(&call, test);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_hints(NULL, d, t, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static const JNINativeMethod methods[] = {
    NATIVE("profileCreate", "(" J_CONTEXT J_DATASET "[B)J", profile_create),
    NATIVE("profileMerge", "(" J_PROFILE J_PROFILE "[B)J", profile_merge),
    NATIVE("profileParse", "([B)J", profile_parse),
    NATIVE("profileTable", "(" J_PROFILE "[B[B)J", profile_table),
    NATIVE("profileFormat", "(" J_PROFILE ")[B", profile_format),
    NATIVE("profileSchema", "(" J_PROFILE "[B)" J_STRING, profile_schema),
    NATIVE("profileRowCount", "(" J_PROFILE ")J", profile_row_count),
    NATIVE("datasetValidate", "(" J_DATASET "[B" J_PROFILE "[B)J", dataset_validate),
    NATIVE("datasetConform", "(" J_DATASET "[B[B)J", dataset_conform),
    NATIVE("datasetHints", "(" J_DATASET J_DATASET "[B)J", dataset_hints),
};

const struct native_methods native_profile_methods = {
    methods, (int32_t)(sizeof methods / sizeof methods[0])};
