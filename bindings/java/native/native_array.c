/* Datasets from arrays of Java: each is copied once, into memory that the dataset then owns. */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "natives.h"

/* The columns as Java hands them over, all of one length. */
struct given {
    jobjectArray names;
    jintArray types;
    jintArray widths;     /* 1, or the columns of a matrix */
    jobjectArray values;  /* double[], float[], long[], int[], or byte[]: bits, or UTF-8 */
    jobjectArray offsets; /* long[] for texts */
    jobjectArray valid;   /* byte[] of bits, or null */
    jlong n_rows;
};

/* The copies of one column: the names and bits go when the call is over, the values when the
 * dataset is. */
struct column {
    int32_t type;
    int32_t width;
    char *name;
    uint8_t *valid;
    void *values;
    void *offsets;
};

static void release_values(void *user)
{
    free(user);
}

static void copy_region(JNIEnv *env, int32_t type, jobject array, jsize n, void *out)
{
    switch (type) {
    case MLC_TYPE_FLOAT64:
        (*env)->GetDoubleArrayRegion(env, array, 0, n, out);
        break;
    case MLC_TYPE_FLOAT32:
        (*env)->GetFloatArrayRegion(env, array, 0, n, out);
        break;
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP:
        (*env)->GetLongArrayRegion(env, array, 0, n, out);
        break;
    case MLC_TYPE_INT32:
        (*env)->GetIntArrayRegion(env, array, 0, n, out);
        break;
    default:
        (*env)->GetByteArrayRegion(env, array, 0, n, out);
        break;
    }
}

static int64_t item_bytes(int32_t type)
{
    switch (type) {
    case MLC_TYPE_FLOAT64:
    case MLC_TYPE_INT64:
    case MLC_TYPE_TIMESTAMP:
        return 8;
    case MLC_TYPE_FLOAT32:
    case MLC_TYPE_INT32:
        return 4;
    default:
        return 1;
    }
}

/* A copy of element i of an array of arrays, NULL for null, with a NUL behind it. */
static void *copy_element(struct call *call, jobjectArray arrays, jsize i, int32_t type,
                          int64_t *n_items)
{
    if (!call_ok(call)) return NULL;
    JNIEnv *env = call->env;
    jobject array = (*env)->GetObjectArrayElement(env, arrays, i);
    if (array == NULL) return NULL;
    const jsize n = (*env)->GetArrayLength(env, array);
    char *copy = call_memory(call, (int64_t)n + 1, item_bytes(type));
    if (copy != NULL) {
        copy_region(env, type, array, n, copy);
        memset(copy + n * item_bytes(type), 0, (size_t)item_bytes(type));
    }
    (*env)->DeleteLocalRef(env, array);
    *n_items = n;
    return copy;
}

/* Java has checked the lengths; a mistake there must not become a read beyond an array. */
static int32_t lengths_agree(int64_t n, const struct column *column, int64_t n_values,
                             int64_t n_offsets, int64_t n_valid)
{
    const int32_t type = column->type;
    const int64_t n_bits = n / 8 + (n % 8 != 0);
    if (column->name == NULL || column->values == NULL) return 0;
    if (column->valid != NULL && n_valid < n_bits) return 0;
    if (type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY) {
        return column->offsets != NULL && n_offsets == n + 1 &&
               ((const int64_t *)column->offsets)[n] == n_values;
    }
    if (type == MLC_TYPE_BOOL) return n_values >= n_bits;
    return column->width > 0 && n <= INT64_MAX / column->width && n_values == n * column->width;
}

static void take_column(struct call *call, const struct given *given, jsize i,
                        struct column *column, mlc_array *array)
{
    const int32_t type = column->type;
    int64_t n_name = 0, n_values = 0, n_offsets = 0, n_valid = 0;
    column->name = copy_element(call, given->names, i, MLC_TYPE_TEXT, &n_name);
    column->values = copy_element(call, given->values, i, type, &n_values);
    column->offsets = copy_element(call, given->offsets, i, MLC_TYPE_INT64, &n_offsets);
    column->valid = copy_element(call, given->valid, i, MLC_TYPE_TEXT, &n_valid);
    if (!call_ok(call)) return;
    if (!lengths_agree(given->n_rows, column, n_values, n_offsets, n_valid) ||
        strlen(column->name) != (size_t)n_name) {
        call_fail(call, MLC_ERROR_ARGUMENT, column->name == NULL ? "" : column->name,
                  "the arrays of a column do not have the length of the dataset, or its name "
                  "holds the character U+0000");
        return;
    }
    *array = (mlc_array){.size = sizeof *array,
                         .name = column->name,
                         .type = type,
                         .data = column->values,
                         .valid = column->valid,
                         .offsets = column->offsets,
                         .n_rows = given->n_rows,
                         .n_columns = column->width,
                         .release = release_values,
                         .user = column->values};
}

static void take_columns(struct call *call, const struct given *given, jsize n,
                         struct column *columns, mlc_array *arrays)
{
    JNIEnv *env = call->env;
    for (jsize i = 0; i < n && call_ok(call); i++) {
        jint type = 0, width = 0;
        (*env)->GetIntArrayRegion(env, given->types, i, 1, &type);
        (*env)->GetIntArrayRegion(env, given->widths, i, 1, &width);
        columns[i].type = type;
        columns[i].width = width;
        take_column(call, given, i, &columns[i], &arrays[i]);
    }
}

static mlc_dataset *make(struct call *call, const struct given *given, jsize n,
                         const char *settings)
{
    mlc_dataset *out = NULL;
    struct column *columns = call_memory(call, n, sizeof *columns);
    mlc_array *arrays = call_memory(call, n, sizeof *arrays);
    if (call_ok(call)) {
        memset(columns, 0, (size_t)n * sizeof *columns);
        take_columns(call, given, n, columns, arrays);
        if (call_ok(call)) {
            call_check(call, mlc_dataset_from_arrays(NULL, arrays, n, settings, &out, &call->err));
        }
        for (jsize i = 0; i < n; i++) {
            free(columns[i].name);
            free(columns[i].valid);
            free(columns[i].offsets);
            if (out == NULL) free(columns[i].values); /* else the dataset has it, or had */
        }
    }
    free(columns);
    free(arrays);
    return out;
}

static jlong dataset_from_arrays(JNIEnv *env, jclass type, jobjectArray names, jintArray types,
                                 jintArray widths, jobjectArray values, jobjectArray offsets,
                                 jobjectArray valid, jlong n_rows, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const struct given given = {.names = names,
                                .types = types,
                                .widths = widths,
                                .values = values,
                                .offsets = offsets,
                                .valid = valid,
                                .n_rows = n_rows};
    const jsize n = call_length(&call, names);
    const jarray lists[] = {types, widths, values, offsets, valid};
    int32_t agree = n_rows >= 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        agree &= call_length(&call, lists[i]) == n;
    }
    const char *text = call_text(&call, settings);
    if (call_ok(&call) && !agree) {
        call_fail(&call, MLC_ERROR_ARGUMENT, "", "the lists of columns differ in length");
    }
    if (call_ok(&call)) out = make(&call, &given, n, text);
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static const JNINativeMethod methods[] = {
    NATIVE("datasetFromArrays", "([[B[I[I[Ljava/lang/Object;[[J[[BJ[B)J", dataset_from_arrays),
};

const struct native_methods native_array_methods = {methods,
                                                    (int32_t)(sizeof methods / sizeof methods[0])};
