/* Datasets out of datasets. */
#include "call.h"
#include "natives.h"

typedef mlc_status (*shape_function)(mlc_context *ctx, const mlc_dataset *dataset, const char *text,
                                     mlc_dataset **out, mlc_error *err);

/* What those of one text have in common. */
static jlong shape(JNIEnv *env, jobject dataset, jbyteArray text, shape_function function)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *own = call_text(&call, text);
    if (call_ok(&call)) call_check(&call, function(NULL, d, own, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_filter(JNIEnv *env, jclass type, jobject dataset, jbyteArray condition)
{
    return shape(env, dataset, condition, mlc_dataset_filter);
}

static jlong dataset_rename(JNIEnv *env, jclass type, jobject dataset, jbyteArray names)
{
    return shape(env, dataset, names, mlc_dataset_rename);
}

static jlong dataset_sort(JNIEnv *env, jclass type, jobject dataset, jbyteArray settings)
{
    return shape(env, dataset, settings, mlc_dataset_sort);
}

static jlong dataset_distinct(JNIEnv *env, jclass type, jobject dataset, jbyteArray columns)
{
    return shape(env, dataset, columns, mlc_dataset_distinct);
}

static jlong dataset_aggregate(JNIEnv *env, jclass type, jobject dataset, jbyteArray functions)
{
    return shape(env, dataset, functions, mlc_dataset_aggregate);
}

static jlong dataset_with_column(JNIEnv *env, jclass type, jobject dataset, jbyteArray name,
                                 jbyteArray expression)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *column = call_text(&call, name), *text = call_text(&call, expression);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_with_column(NULL, d, column, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_cast(JNIEnv *env, jclass type, jobject dataset, jbyteArray types,
                          jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *list = call_text(&call, types), *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_cast(NULL, d, list, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong dataset_join(JNIEnv *env, jclass type, jobject left, jobject right,
                          jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_dataset *a = call_dataset(&call, left), *b = call_dataset(&call, right);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_dataset_join(NULL, a, b, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static const JNINativeMethod methods[] = {
    NATIVE("datasetFilter", "(" J_DATASET "[B)J", dataset_filter),
    NATIVE("datasetWithColumn", "(" J_DATASET "[B[B)J", dataset_with_column),
    NATIVE("datasetRename", "(" J_DATASET "[B)J", dataset_rename),
    NATIVE("datasetCast", "(" J_DATASET "[B[B)J", dataset_cast),
    NATIVE("datasetSort", "(" J_DATASET "[B)J", dataset_sort),
    NATIVE("datasetDistinct", "(" J_DATASET "[B)J", dataset_distinct),
    NATIVE("datasetJoin", "(" J_DATASET J_DATASET "[B)J", dataset_join),
    NATIVE("datasetAggregate", "(" J_DATASET "[B)J", dataset_aggregate),
};

const struct native_methods native_shape_methods = {methods,
                                                    (int32_t)(sizeof methods / sizeof methods[0])};
