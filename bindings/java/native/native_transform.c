/* Transforms: recipes, fitting, applying. */
#include <stdlib.h>

#include "call.h"
#include "natives.h"

static jlong transform_create(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                              jbyteArray settings)
{
    struct call call;
    mlc_transform *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *id = call_text(&call, name);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_transform_create(ctx, id, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_TRANSFORM, out);
}

static jlong transform_parse(JNIEnv *env, jclass type, jobject context, jbyteArray recipe)
{
    struct call call;
    mlc_transform *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, recipe);
    if (call_ok(&call)) call_check(&call, mlc_transform_parse(ctx, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_TRANSFORM, out);
}

/* The steps are kept by references of their own while they are put together, because there may be
 * any number of them. */
static int32_t take_steps(struct call *call, jobjectArray steps, mlc_transform **taken, jsize n)
{
    for (jsize i = 0; i < n; i++) {
        jobject step = (*call->env)->GetObjectArrayElement(call->env, steps, i);
        const mlc_transform *transform = call_transform(call, step);
        if (!call_ok(call)) return (int32_t)i;
        taken[i] = mlc_transform_ref(transform);
        handle_give_back(call->handles[--call->n_handles]);
        (*call->env)->DeleteLocalRef(call->env, step);
    }
    return (int32_t)n;
}

static jlong transform_chain(JNIEnv *env, jclass type, jobjectArray steps)
{
    struct call call;
    mlc_transform *out = NULL;
    call_begin(&call, env);
    const jsize n = call_length(&call, steps);
    mlc_transform **taken = call_memory(&call, n, sizeof(mlc_transform *));
    if (taken != NULL) {
        const int32_t n_taken = take_steps(&call, steps, taken, n);
        if (call_ok(&call)) call_check(&call, mlc_transform_chain(taken, n, &out, &call.err));
        for (int32_t i = 0; i < n_taken; i++) {
            mlc_transform_free(taken[i]);
        }
        free(taken);
    }
    return call_end_handle(&call, HANDLE_TRANSFORM, out);
}

static jlong transform_on(JNIEnv *env, jclass type, jbyteArray columns, jobject inner,
                          jbyteArray settings)
{
    struct call call;
    mlc_transform *out = NULL;
    call_begin(&call, env);
    const char *selectors = call_text(&call, columns);
    const mlc_transform *t = call_transform(&call, inner);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_transform_on(selectors, t, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_TRANSFORM, out);
}

static jlong transform_fit(JNIEnv *env, jclass type, jobject context, jobject recipe, jobject train)
{
    struct call call;
    mlc_transform *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_transform *t = call_transform(&call, recipe);
    const mlc_dataset *rows = call_dataset(&call, train);
    if (call_ok(&call)) call_check(&call, mlc_transform_fit(ctx, t, rows, &out, &call.err));
    return call_end_handle(&call, HANDLE_TRANSFORM, out);
}

static jlong transform_apply(JNIEnv *env, jclass type, jobject context, jobject transform,
                             jobject rows)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_transform *t = call_transform(&call, transform);
    const mlc_dataset *data = call_dataset(&call, rows);
    if (call_ok(&call)) call_check(&call, mlc_transform_apply(ctx, t, data, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong transform_table(JNIEnv *env, jclass type, jobject transform, jbyteArray table)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_transform *t = call_transform(&call, transform);
    const char *name = call_text(&call, table);
    if (call_ok(&call)) call_check(&call, mlc_transform_table(NULL, t, name, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jstring transform_format(JNIEnv *env, jclass type, jobject transform, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_transform *t = call_transform(&call, transform);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_transform_format(t, text, &out, &call.err));
    return call_end_string(&call, out);
}

static jboolean transform_is_fitted(JNIEnv *env, jclass type, jobject transform)
{
    struct call call;
    call_begin(&call, env);
    const mlc_transform *t = call_transform(&call, transform);
    const jboolean fitted = call_ok(&call) && mlc_transform_is_fitted(t);
    call_end(&call);
    return fitted;
}

static const JNINativeMethod methods[] = {
    NATIVE("transformCreate", "(" J_CONTEXT "[B[B)J", transform_create),
    NATIVE("transformParse", "(" J_CONTEXT "[B)J", transform_parse),
    NATIVE("transformChain", "([" J_TRANSFORM ")J", transform_chain),
    NATIVE("transformOn", "([B" J_TRANSFORM "[B)J", transform_on),
    NATIVE("transformFit", "(" J_CONTEXT J_TRANSFORM J_DATASET ")J", transform_fit),
    NATIVE("transformApply", "(" J_CONTEXT J_TRANSFORM J_DATASET ")J", transform_apply),
    NATIVE("transformTable", "(" J_TRANSFORM "[B)J", transform_table),
    NATIVE("transformFormat", "(" J_TRANSFORM "[B)" J_STRING, transform_format),
    NATIVE("transformIsFitted", "(" J_TRANSFORM ")Z", transform_is_fitted),
};

const struct native_methods native_transform_methods = {
    methods, (int32_t)(sizeof methods / sizeof methods[0])};
