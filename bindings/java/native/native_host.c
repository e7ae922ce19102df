/* Registering losses, metrics and transforms of the program in a context. */
#include "call.h"
#include "host_functions.h"
#include "natives.h"

/* What registering needs of every kind: the context, the name and the function. */
struct registering {
    struct call call;
    mlc_context *ctx;
    const char *name;
    struct host_function *host;
};

static int32_t begin(struct registering *r, JNIEnv *env, jobject context, jbyteArray name,
                     jobject function, int32_t n_state)
{
    call_begin(&r->call, env);
    r->host = NULL;
    r->ctx = call_object(&r->call, context, HANDLE_CONTEXT);
    r->name = call_text(&r->call, name);
    if (call_ok(&r->call) && function == NULL) {
        call_fail(&r->call, MLC_ERROR_ARGUMENT, r->name, "the function is null");
    }
    if (call_ok(&r->call)) {
        r->host = host_function_create(env, function, n_state);
        if (r->host == NULL) call_fail(&r->call, MLC_ERROR_NO_MEMORY, "", "no native memory");
    }
    return call_ok(&r->call);
}

static void end(struct registering *r)
{
    if (!call_ok(&r->call) && r->host != NULL) host_function_release(r->host);
    call_end(&r->call);
}

static void add_objective(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                          jbyteArray link, jobject function)
{
    struct registering r;
    if (begin(&r, env, context, name, function, 0)) {
        const mlc_objective objective = {.size = sizeof objective,
                                         .link = call_text(&r.call, link),
                                         .user = r.host,
                                         .gradients = host_function_gradients,
                                         .release = host_function_release};
        if (call_ok(&r.call)) {
            call_check(&r.call, mlc_context_add_objective(r.ctx, r.name, &objective, &r.call.err));
        }
    }
    end(&r);
}

static void add_metric(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                       jboolean larger_is_better, jobject function)
{
    struct registering r;
    if (begin(&r, env, context, name, function, 0)) {
        const mlc_metric_hooks metric = {.size = sizeof metric,
                                         .larger_is_better = larger_is_better != 0,
                                         .user = r.host,
                                         .score = host_function_score,
                                         .release = host_function_release};
        call_check(&r.call, mlc_context_add_metric(r.ctx, r.name, &metric, &r.call.err));
    }
    end(&r);
}

static void add_transform(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                          jint state_version, jint n_state, jobject function)
{
    struct registering r;
    if (begin(&r, env, context, name, function, n_state)) {
        const mlc_transform_hooks transform = {.size = sizeof transform,
                                               .state_version = state_version,
                                               .n_state = n_state,
                                               .user = r.host,
                                               .fit = n_state > 0 ? host_function_fit : NULL,
                                               .apply = host_function_apply,
                                               .release = host_function_release};
        call_check(&r.call, mlc_context_add_transform(r.ctx, r.name, &transform, &r.call.err));
    }
    end(&r);
}

static const JNINativeMethod methods[] = {
    NATIVE("contextAddObjective", "(" J_CONTEXT "[B[B" J_OBJECTIVE ")V", add_objective),
    NATIVE("contextAddMetric", "(" J_CONTEXT "[BZ" J_SCORE ")V", add_metric),
    NATIVE("contextAddTransform", "(" J_CONTEXT "[BII" J_COLUMN ")V", add_transform),
};

const struct native_methods native_host_methods = {methods,
                                                   (int32_t)(sizeof methods / sizeof methods[0])};
