/* Predictors: one crossing a call, no allocation after the first call of a thread. */
#include "call.h"
#include "cells.h"
#include "natives.h"

static jlong predictor_create(JNIEnv *env, jclass type, jobject context, jobject model,
                              jbyteArray settings)
{
    struct call call;
    mlc_predictor *predictor = NULL;
    struct runner *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, model);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_predictor_create(ctx, m, text, &predictor, &call.err));
    }
    if (call_ok(&call)) {
        out = runner_create(predictor);
        if (out == NULL) {
            mlc_predictor_free(predictor);
            call_fail(&call, MLC_ERROR_NO_MEMORY, "", "no native memory for a predictor");
        }
    }
    return call_end_handle(&call, HANDLE_PREDICTOR, out);
}

static const char *input_name(const void *predictor, int32_t i)
{
    return mlc_predictor_input_name(predictor, i);
}

static const char *output_name(const void *predictor, int32_t i)
{
    return mlc_predictor_output_name(predictor, i);
}

static const char *label_name(const void *predictor, int32_t i)
{
    return mlc_predictor_label(predictor, i);
}

static jobjectArray names(JNIEnv *env, jobject predictor,
                          const char *(*item)(const void *from, int32_t i),
                          int32_t (*count)(const mlc_predictor *predictor))
{
    struct call call;
    jobjectArray out = NULL;
    call_begin(&call, env);
    struct runner *runner = call_runner(&call, predictor);
    if (call_ok(&call)) {
        const mlc_predictor *p = runner_predictor(runner);
        out = java_strings(env, count(p), item, p);
    }
    call_end(&call);
    return out;
}

static int32_t count_labels(const mlc_predictor *predictor)
{
    int32_t n = 0;
    while (mlc_predictor_label(predictor, n) != NULL)
        n++;
    return n;
}

static jobjectArray predictor_inputs(JNIEnv *env, jclass type, jobject predictor)
{
    return names(env, predictor, input_name, mlc_predictor_n_inputs);
}

static jobjectArray predictor_outputs(JNIEnv *env, jclass type, jobject predictor)
{
    return names(env, predictor, output_name, mlc_predictor_n_outputs);
}

static jobjectArray predictor_labels(JNIEnv *env, jclass type, jobject predictor)
{
    return names(env, predictor, label_name, count_labels);
}

static jint predictor_input(JNIEnv *env, jclass type, jobject predictor, jbyteArray name)
{
    struct call call;
    int32_t index = -1;
    call_begin(&call, env);
    struct runner *runner = call_runner(&call, predictor);
    const char *text = call_text(&call, name);
    if (call_ok(&call)) {
        call_check(&call, mlc_predictor_input(runner_predictor(runner), text, &index, &call.err));
    }
    call_end(&call);
    return index;
}

static jlong predictor_run(JNIEnv *env, jclass type, jobject predictor, jobject buffer,
                           jdoubleArray out)
{
    struct call call;
    int64_t flags = 0;
    call_begin(&call, env);
    struct runner *runner = call_runner(&call, predictor);
    if (!call_ok(&call)) return call_end(&call);
    const int32_t n = runner_n_inputs(runner);
    const jsize n_out = runner_n_outputs(runner);
    const jsize room = call_length(&call, out);
    if (!call_ok(&call)) return call_end(&call);
    if (room < n_out) call_refuse(&call, "the array of results is too short");
    struct run_memory *memory = call_ok(&call) ? runner_take(runner) : NULL;
    if (memory != NULL) {
        cells_copy(&call, buffer, n, memory->row);
        if (call_ok(&call) &&
            call_check(&call, mlc_predictor_run(runner_predictor(runner), memory->row,
                                                memory->scratch, memory->out, &flags, &call.err))) {
            (*env)->SetDoubleArrayRegion(env, out, 0, n_out, memory->out);
        }
        runner_give_back(runner, memory);
    } else if (call_ok(&call)) {
        call_fail(&call, MLC_ERROR_NO_MEMORY, "", "no native memory for a prediction");
    }
    call_end(&call);
    return flags;
}

/* Records of numbers only, as many at a time as the predictor takes. */
static int64_t run_reals(struct call *call, const struct runner *runner, struct run_memory *memory,
                         jdoubleArray rows, jdoubleArray out)
{
    JNIEnv *env = call->env;
    const jsize n = runner_n_inputs(runner), n_out = runner_n_outputs(runner);
    const jsize n_rows = (*env)->GetArrayLength(env, rows) / n;
    const jsize most = (jsize)runner_n_rows(runner);
    int64_t all_flags = 0;
    for (jsize i = 0; i < n_rows; i += most) {
        const jsize some = n_rows - i < most ? n_rows - i : most;
        (*env)->GetDoubleArrayRegion(env, rows, i * n, some * n, memory->reals);
        if (!call_check(call, mlc_predictor_run_reals(runner_predictor(runner), memory->reals, some,
                                                      memory->scratch, memory->out, memory->flags,
                                                      &call->err)))
            break;
        for (jsize k = 0; k < some; k++)
            all_flags |= memory->flags[k];
        (*env)->SetDoubleArrayRegion(env, out, i * n_out, some * n_out, memory->out);
    }
    return all_flags;
}

static jlong predictor_run_reals(JNIEnv *env, jclass type, jobject predictor, jdoubleArray rows,
                                 jdoubleArray out)
{
    struct call call;
    int64_t flags = 0;
    call_begin(&call, env);
    struct runner *runner = call_runner(&call, predictor);
    if (!call_ok(&call)) return call_end(&call);
    const int64_t n = runner_n_inputs(runner);
    const int64_t n_values = call_length(&call, rows);
    const int64_t room = call_length(&call, out);
    if (!call_ok(&call)) return call_end(&call);
    if (n == 0 || n_values % n != 0) {
        call_refuse(&call, "the number of values is not a multiple of the number of inputs");
    } else if (room < n_values / n * runner_n_outputs(runner)) {
        call_refuse(&call, "the array of results is too short");
    }
    struct run_memory *memory = call_ok(&call) ? runner_take(runner) : NULL;
    if (memory != NULL) {
        flags = run_reals(&call, runner, memory, rows, out);
        runner_give_back(runner, memory);
    } else if (call_ok(&call)) {
        call_fail(&call, MLC_ERROR_NO_MEMORY, "", "no native memory for a prediction");
    }
    call_end(&call);
    return flags;
}

static const JNINativeMethod methods[] = {
    NATIVE("predictorCreate", "(" J_CONTEXT J_MODEL "[B)J", predictor_create),
    NATIVE("predictorInputs", "(" J_PREDICTOR ")[" J_STRING, predictor_inputs),
    NATIVE("predictorOutputs", "(" J_PREDICTOR ")[" J_STRING, predictor_outputs),
    NATIVE("predictorLabels", "(" J_PREDICTOR ")[" J_STRING, predictor_labels),
    NATIVE("predictorInput", "(" J_PREDICTOR "[B)I", predictor_input),
    NATIVE("predictorRun", "(" J_PREDICTOR J_BUFFER "[D)J", predictor_run),
    NATIVE("predictorRunReals", "(" J_PREDICTOR "[D[D)J", predictor_run_reals),
};

const struct native_methods native_predictor_methods = {
    methods, (int32_t)(sizeof methods / sizeof methods[0])};
