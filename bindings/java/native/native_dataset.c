/* Datasets: reading, slicing, splitting, writing. */
#include <stdint.h>
#include <stdlib.h>

#include "call.h"
#include "natives.h"

typedef mlc_status (*read_file)(mlc_context *ctx, const char *path, const mlc_dataset *like,
                                const char *settings, mlc_dataset **out, mlc_error *err);
typedef mlc_status (*parse_bytes)(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                  const mlc_dataset *like, const char *settings, mlc_dataset **out,
                                  mlc_error *err);

static jlong read_with(JNIEnv *env, read_file read, jobject context, jbyteArray path,
                       jbyteArray settings, jobject like)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    const mlc_dataset *model = like == NULL ? NULL : call_dataset(&call, like);
    if (call_ok(&call)) call_check(&call, read(ctx, file, model, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong parse_with(JNIEnv *env, parse_bytes parse, jobject context, jbyteArray bytes,
                        jbyteArray settings, jobject like)
{
    struct call call;
    mlc_dataset *out = NULL;
    int64_t n = 0;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    const void *copy = call_bytes(&call, bytes, &n);
    const mlc_dataset *model = like == NULL ? NULL : call_dataset(&call, like);
    if (call_ok(&call)) call_check(&call, parse(ctx, copy, n, model, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_read_csv(JNIEnv *env, jclass type, jobject context, jbyteArray path,
                              jbyteArray settings, jobject like)
{
    return read_with(env, mlc_dataset_read_csv_like, context, path, settings, like);
}

static jlong dataset_read(JNIEnv *env, jclass type, jobject context, jbyteArray path,
                          jbyteArray settings, jobject like)
{
    return read_with(env, mlc_dataset_read_like, context, path, settings, like);
}

static jlong dataset_parse_csv(JNIEnv *env, jclass type, jobject context, jbyteArray bytes,
                               jbyteArray settings, jobject like)
{
    return parse_with(env, mlc_dataset_parse_csv_like, context, bytes, settings, like);
}

static jlong dataset_parse(JNIEnv *env, jclass type, jobject context, jbyteArray bytes,
                           jbyteArray settings, jobject like)
{
    return parse_with(env, mlc_dataset_parse_like, context, bytes, settings, like);
}

static void dataset_write_csv(JNIEnv *env, jclass type, jobject dataset, jbyteArray path,
                              jbyteArray settings)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_write_csv(d, file, text, &call.err));
    call_end(&call);
}

static void dataset_write(JNIEnv *env, jclass type, jobject dataset, jbyteArray path,
                          jbyteArray settings)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_write(NULL, d, file, text, &call.err));
    call_end(&call);
}

static jlong dataset_with_roles(JNIEnv *env, jclass type, jobject dataset, jbyteArray roles)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, roles);
    if (call_ok(&call)) call_check(&call, mlc_dataset_with_roles(NULL, d, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_select(JNIEnv *env, jclass type, jobject dataset, jbyteArray columns)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, columns);
    if (call_ok(&call)) call_check(&call, mlc_dataset_select(NULL, d, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_range(JNIEnv *env, jclass type, jobject dataset, jlong first, jlong n_rows)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_rows(NULL, d, NULL, first, n_rows, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_rows(JNIEnv *env, jclass type, jobject dataset, jlongArray rows)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const jsize n = call_length(&call, rows);
    int64_t *copy = call_memory(&call, n, sizeof *copy);
    if (call_ok(&call)) {
        (*env)->GetLongArrayRegion(env, rows, 0, n, (jlong *)copy);
        call_check(&call, mlc_dataset_rows(NULL, d, copy, 0, n, &out, &call.err));
    }
    free(copy);
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_split(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_split(NULL, d, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_fold(JNIEnv *env, jclass type, jobject dataset, jobject folds, jint k,
                          jbyteArray part)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const mlc_dataset *plan = call_dataset(&call, folds);
    const char *text = call_text(&call, part);
    if (call_ok(&call)) call_check(&call, mlc_dataset_fold(d, plan, k, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_sample(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_sample(NULL, d, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_resample(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_resample(NULL, d, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_with_weights(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_with_weights(NULL, d, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_generate(JNIEnv *env, jclass type, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_generate(NULL, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_fingerprint(JNIEnv *env, jclass type, jobject dataset)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) call_check(&call, mlc_dataset_fingerprint(NULL, d, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_describe(JNIEnv *env, jclass type, jobject dataset)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) call_check(&call, mlc_dataset_describe(NULL, d, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_problems(JNIEnv *env, jclass type, jobject dataset)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) call_check(&call, mlc_dataset_problems(d, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jstring dataset_format(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_format(d, text, &out, &call.err));
    return call_end_string(&call, out);
}

/* By references of their own while they are used, because there may be any number of them. */
static jsize take_parts(struct call *call, jobjectArray parts, mlc_dataset **taken, jsize n)
{
    for (jsize i = 0; i < n; i++) {
        jobject part = (*call->env)->GetObjectArrayElement(call->env, parts, i);
        const mlc_dataset *found = call_dataset(call, part);
        if (!call_ok(call)) return i;
        taken[i] = mlc_dataset_ref(found);
        handle_give_back(call->handles[--call->n_handles]);
        (*call->env)->DeleteLocalRef(call->env, part);
    }
    return n;
}

static jlong dataset_concat(JNIEnv *env, jclass type, jobject context, jobjectArray parts,
                            jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    const jsize n = call_length(&call, parts);
    mlc_dataset **taken = call_memory(&call, n, sizeof(mlc_dataset *));
    if (taken != NULL) {
        const jsize n_taken = take_parts(&call, parts, taken, n);
        if (call_ok(&call)) {
            call_check(&call, mlc_dataset_concat(ctx, (const mlc_dataset *const *)taken, n, text,
                                                 &out, &call.err));
        }
        for (jsize i = 0; i < n_taken; i++)
            mlc_dataset_free(taken[i]);
        free(taken);
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

/* A struct of the caller's at an address. */
static void *at_address(jlong address)
{
    return (void *)(uintptr_t)address;
}

static jlong dataset_from_arrow(JNIEnv *env, jclass type, jobject context, jlong array,
                                jlong schema, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_from_arrow(ctx, at_address(array), at_address(schema), text,
                                                 &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_from_arrow_stream(JNIEnv *env, jclass type, jobject context, jlong stream,
                                       jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call,
                   mlc_dataset_from_arrow_stream(ctx, at_address(stream), text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

/* The array, then the schema; when that fails the array is released again. */
static void dataset_to_arrow(JNIEnv *env, jclass type, jobject dataset, jlong array, jlong schema)
{
    struct call call;
    struct ArrowArray *const rows = at_address(array);
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_arrow_array(NULL, d, NULL, rows, &call.err));
    }
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_arrow_schema(NULL, d, NULL, at_address(schema), &call.err));
        if (!call_ok(&call)) rows->release(rows);
    }
    call_end(&call);
}

static void dataset_to_arrow_stream(JNIEnv *env, jclass type, jobject dataset, jlong stream,
                                    jbyteArray settings)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_arrow_stream(NULL, d, text, at_address(stream), &call.err));
    }
    call_end(&call);
}

static const JNINativeMethod methods[] = {
    NATIVE("datasetRead", "(" J_CONTEXT "[B[B" J_DATASET ")J", dataset_read),
    NATIVE("datasetParse", "(" J_CONTEXT "[B[B" J_DATASET ")J", dataset_parse),
    NATIVE("datasetWrite", "(" J_DATASET "[B[B)V", dataset_write),
    NATIVE("datasetReadCsv", "(" J_CONTEXT "[B[B" J_DATASET ")J", dataset_read_csv),
    NATIVE("datasetParseCsv", "(" J_CONTEXT "[B[B" J_DATASET ")J", dataset_parse_csv),
    NATIVE("datasetWriteCsv", "(" J_DATASET "[B[B)V", dataset_write_csv),
    NATIVE("datasetWithRoles", "(" J_DATASET "[B)J", dataset_with_roles),
    NATIVE("datasetConcat", "(" J_CONTEXT "[" J_DATASET "[B)J", dataset_concat),
    NATIVE("datasetFromArrow", "(" J_CONTEXT "JJ[B)J", dataset_from_arrow),
    NATIVE("datasetFromArrowStream", "(" J_CONTEXT "J[B)J", dataset_from_arrow_stream),
    NATIVE("datasetToArrow", "(" J_DATASET "JJ)V", dataset_to_arrow),
    NATIVE("datasetToArrowStream", "(" J_DATASET "J[B)V", dataset_to_arrow_stream),
    NATIVE("datasetSelect", "(" J_DATASET "[B)J", dataset_select),
    NATIVE("datasetRange", "(" J_DATASET "JJ)J", dataset_range),
    NATIVE("datasetRows", "(" J_DATASET "[J)J", dataset_rows),
    NATIVE("datasetSplit", "(" J_DATASET "[B)J", dataset_split),
    NATIVE("datasetFold", "(" J_DATASET J_DATASET "I[B)J", dataset_fold),
    NATIVE("datasetSample", "(" J_DATASET "[B)J", dataset_sample),
    NATIVE("datasetResample", "(" J_DATASET "[B)J", dataset_resample),
    NATIVE("datasetWithWeights", "(" J_DATASET "[B)J", dataset_with_weights),
    NATIVE("datasetGenerate", "([B)J", dataset_generate),
    NATIVE("datasetFingerprint", "(" J_DATASET ")J", dataset_fingerprint),
    NATIVE("datasetDescribe", "(" J_DATASET ")J", dataset_describe),
    NATIVE("datasetProblems", "(" J_DATASET ")J", dataset_problems),
    NATIVE("datasetFormat", "(" J_DATASET "[B)" J_STRING, dataset_format),
};

const struct native_methods native_dataset_methods = {
    methods, (int32_t)(sizeof methods / sizeof methods[0])};
