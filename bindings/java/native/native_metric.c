/* Metrics without a model. */
#include <stdlib.h>

#include "call.h"
#include "natives.h"

static jlong metric_create(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                           jbyteArray settings)
{
    struct call call;
    mlc_metric *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *id = call_text(&call, name);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_metric_create(ctx, id, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_METRIC, out);
}

/* By references of their own while they are used, because there may be any number of them. */
static jsize take_metrics(struct call *call, jobjectArray metrics, mlc_metric **taken, jsize n)
{
    for (jsize i = 0; i < n; i++) {
        jobject metric = (*call->env)->GetObjectArrayElement(call->env, metrics, i);
        const mlc_metric *found = call_object(call, metric, HANDLE_METRIC);
        if (!call_ok(call)) return i;
        taken[i] = mlc_metric_ref(found);
        handle_give_back(call->handles[--call->n_handles]);
        (*call->env)->DeleteLocalRef(call->env, metric);
    }
    return n;
}

static jlong metric_evaluate(JNIEnv *env, jclass type, jobject context, jobjectArray metrics,
                             jobject truth, jobject predictions, jbyteArray by)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_dataset *known = call_dataset(&call, truth);
    const mlc_dataset *predicted = call_dataset(&call, predictions);
    const char *groups = call_text(&call, by);
    const jsize n = call_length(&call, metrics);
    mlc_metric **taken = call_memory(&call, n, sizeof(mlc_metric *));
    if (taken != NULL) {
        const jsize n_taken = take_metrics(&call, metrics, taken, n);
        if (call_ok(&call)) {
            call_check(&call, mlc_metric_evaluate(ctx, (const mlc_metric *const *)taken, n, known,
                                                  predicted, groups, &out, &call.err));
        }
        for (jsize i = 0; i < n_taken; i++) {
            mlc_metric_free(taken[i]);
        }
        free(taken);
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static const JNINativeMethod methods[] = {
    NATIVE("metricCreate", "(" J_CONTEXT "[B[B)J", metric_create),
    NATIVE("metricEvaluate", "(" J_CONTEXT "[" J_METRIC J_DATASET J_DATASET "[B)J",
           metric_evaluate),
};

const struct native_methods native_metric_methods = {methods,
                                                     (int32_t)(sizeof methods / sizeof methods[0])};
