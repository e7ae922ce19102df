/* Reading columns. Columns leave in pieces of some thousand rows, so that the memory a copy takes
 * beside the array of Java is bounded and no critical section is needed. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "natives.h"

#define PIECE 65536 /* values a piece */
#define MAX_ARRAY (INT32_MAX - 8)

static jlong dataset_n_rows(JNIEnv *env, jclass type, jobject dataset)
{
    struct call call;
    call_begin(&call, env);
    const int64_t n = mlc_dataset_n_rows(call_dataset(&call, dataset));
    call_end(&call);
    return n;
}

static jint dataset_n_columns(JNIEnv *env, jclass type, jobject dataset)
{
    struct call call;
    call_begin(&call, env);
    const int32_t n = mlc_dataset_n_columns(call_dataset(&call, dataset));
    call_end(&call);
    return n;
}

static jint dataset_find(JNIEnv *env, jclass type, jobject dataset, jbyteArray name)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *text = call_text(&call, name);
    const int32_t index = call_ok(&call) ? mlc_dataset_find(d, text) : -1;
    call_end(&call);
    return index;
}

static jstring dataset_column_name(JNIEnv *env, jclass type, jobject dataset, jint column)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    jstring name = call_ok(&call) ? java_string_of(env, mlc_dataset_column_name(d, column)) : NULL;
    call_end(&call);
    return name;
}

static jstring dataset_column_role(JNIEnv *env, jclass type, jobject dataset, jint column)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    jstring role = call_ok(&call) ? java_string_of(env, mlc_dataset_column_role(d, column)) : NULL;
    call_end(&call);
    return role;
}

static jint dataset_column_type(JNIEnv *env, jclass type, jobject dataset, jint column)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const int32_t number = call_ok(&call) ? mlc_dataset_column_type(d, column) : 0;
    call_end(&call);
    return number;
}

static jlong dataset_column_width(JNIEnv *env, jclass type, jobject dataset, jint column)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const int64_t width = call_ok(&call) ? mlc_dataset_column_width(d, column) : 0;
    call_end(&call);
    return width;
}

static jstring dataset_component_name(JNIEnv *env, jclass type, jobject dataset, jint column,
                                      jlong component)
{
    struct call call;
    jstring name = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    if (call_ok(&call)) {
        name = java_string_of(env, mlc_dataset_component_name(d, column, component));
    }
    call_end(&call);
    return name;
}

static jdouble dataset_real(JNIEnv *env, jclass type, jobject dataset, jbyteArray column, jlong row)
{
    struct call call;
    double value = 0;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    if (call_ok(&call)) call_check(&call, mlc_dataset_real(d, name, row, &value, &call.err));
    call_end(&call);
    return value;
}

static jstring dataset_text(JNIEnv *env, jclass type, jobject dataset, jbyteArray column, jlong row)
{
    struct call call;
    const char *text = NULL;
    int64_t length = 0;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    if (call_ok(&call)) {
        call_check(&call, mlc_dataset_text(d, name, row, &text, &length, &call.err));
    }
    jstring string = call_ok(&call) ? java_string(env, text, length) : NULL;
    call_end(&call);
    return string;
}

/* Position of a column, or -1 with an exception. */
static int32_t find_column(struct call *call, const mlc_dataset *d, const char *name)
{
    const int32_t column = mlc_dataset_find(d, name);
    if (column < 0) {
        double value;
        /* Fails, with the library's own words for a column that is not there. */
        const mlc_status status = mlc_dataset_real(d, name, 0, &value, &call->err);
        if (call_check(call, status)) call_fail(call, MLC_ERROR_COLUMN, name, "no such column");
    }
    return column;
}

static int32_t fits_array(struct call *call, int64_t n_rows, int64_t width, const char *name)
{
    if (width > 0 && n_rows > MAX_ARRAY / width) {
        call_fail(call, MLC_ERROR_LIMIT, name,
                  "the column has more values than a Java array can hold: read it in slices");
        return 0;
    }
    return 1;
}

/* Rows first .. first + n - 1 of a column as doubles. */
static int32_t copy_piece(struct call *call, const mlc_dataset *d, const char *name, int64_t first,
                          int64_t n, int64_t width, double *out)
{
    mlc_dataset *piece = NULL;
    if (!call_check(call, mlc_dataset_rows(NULL, d, NULL, first, n, &piece, &call->err))) return 0;
    call_check(call, mlc_dataset_copy_real(piece, name, out, n * width, &call->err));
    mlc_dataset_free(piece);
    return call_ok(call);
}

static jdoubleArray copy_reals(struct call *call, const mlc_dataset *d, const char *name)
{
    JNIEnv *env = call->env;
    const int32_t column = find_column(call, d, name);
    if (column < 0) return NULL;
    const int64_t n_rows = mlc_dataset_n_rows(d);
    const int64_t width = mlc_dataset_column_width(d, column);
    if (!fits_array(call, n_rows, width, name)) return NULL;
    const int64_t step = width >= PIECE ? 1 : PIECE / (width > 0 ? width : 1);
    double *piece = call_memory(call, step * width, sizeof *piece);
    if (piece == NULL) return NULL;
    jdoubleArray out = (*env)->NewDoubleArray(env, (jsize)(n_rows * width));
    int64_t i = 0;
    do { /* also for no rows, so that a column of texts is refused then too */
        const int64_t n = n_rows - i < step ? n_rows - i : step;
        if (out == NULL || !copy_piece(call, d, name, i, n, width, piece)) break;
        (*env)->SetDoubleArrayRegion(env, out, (jsize)(i * width), (jsize)(n * width), piece);
        i += n;
    } while (i < n_rows);
    free(piece);
    return call_ok(call) ? out : NULL;
}

static jdoubleArray dataset_reals(JNIEnv *env, jclass type, jobject dataset, jbyteArray column)
{
    struct call call;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    jdoubleArray out = call_ok(&call) ? copy_reals(&call, d, name) : NULL;
    call_end(&call);
    return out;
}

/* Nothing stands for the missing value that is somewhere in the column. */
static void refuse_missing(struct call *call, const mlc_dataset *d, const char *name)
{
    char message[256];
    double value = 0;
    int64_t row = 0;
    while (mlc_dataset_real(d, name, row, &value, NULL) == MLC_OK && !isnan(value))
        row++;
    snprintf(message, sizeof message,
             "row %" PRId64 " of the column is missing: say what stands for missing values, or "
             "read it as reals",
             row);
    call_fail(call, MLC_ERROR_DATA, name, message);
}

static void copy_integers(struct call *call, const mlc_dataset *d, const char *name,
                          const jlong *missing, int64_t n, int64_t *out)
{
    int64_t n_missing = 0;
    call_check(call, mlc_dataset_copy_integer(d, name, out, n, missing == NULL ? 0 : *missing,
                                              &n_missing, &call->err));
    if (n_missing > 0 && missing == NULL) refuse_missing(call, d, name);
}

static jlongArray dataset_integers(JNIEnv *env, jclass type, jobject dataset, jbyteArray column,
                                   jboolean allow_missing, jlong missing)
{
    struct call call;
    jlongArray out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    const int64_t n = mlc_dataset_n_rows(d);
    if (call_ok(&call) && fits_array(&call, n, 1, name)) {
        int64_t *values = call_memory(&call, n, sizeof *values);
        if (values != NULL) {
            copy_integers(&call, d, name, allow_missing ? &missing : NULL, n, values);
        }
        if (call_ok(&call)) out = (*env)->NewLongArray(env, (jsize)n);
        if (out != NULL) {
            (*env)->SetLongArrayRegion(env, out, 0, (jsize)n, (const jlong *)values);
        }
        free(values);
    }
    call_end(&call);
    return out;
}

static jintArray dataset_codes(JNIEnv *env, jclass type, jobject dataset, jbyteArray column)
{
    struct call call;
    jintArray out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    const int64_t n = mlc_dataset_n_rows(d);
    if (call_ok(&call) && fits_array(&call, n, 1, name)) {
        int32_t *codes = call_memory(&call, n, sizeof *codes);
        if (codes != NULL &&
            call_check(&call, mlc_dataset_copy_codes(d, name, codes, n, &call.err))) {
            out = (*env)->NewIntArray(env, (jsize)n);
            if (out != NULL) (*env)->SetIntArrayRegion(env, out, 0, (jsize)n, (jint *)codes);
        }
        free(codes);
    }
    call_end(&call);
    return out;
}

struct dictionary {
    const mlc_dataset *dataset;
    const char *column;
};

static const char *category(const void *from, int32_t code)
{
    const struct dictionary *dictionary = from;
    return mlc_dataset_category(dictionary->dataset, dictionary->column, code);
}

static jobjectArray dataset_categories(JNIEnv *env, jclass type, jobject dataset, jbyteArray column)
{
    struct call call;
    jobjectArray out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    if (call_ok(&call) && find_column(&call, d, name) >= 0) {
        const struct dictionary dictionary = {d, name};
        int32_t n = 0;
        while (n < MAX_ARRAY && category(&dictionary, n) != NULL)
            n++;
        out = java_strings(env, n, category, &dictionary);
    }
    call_end(&call);
    return out;
}

/* Texts one by one; a category column goes by its codes and categories in Java instead. */
static void copy_texts(struct call *call, const mlc_dataset *d, const char *name, int64_t n,
                       jobjectArray out)
{
    JNIEnv *env = call->env;
    for (int64_t i = 0; i < n; i++) {
        const char *text = NULL;
        int64_t length = 0;
        if (!call_check(call, mlc_dataset_text(d, name, i, &text, &length, &call->err))) return;
        if (text == NULL) continue;
        jstring string = java_string(env, text, length);
        if (string == NULL) {
            call->failed = 1;
            return;
        }
        (*env)->SetObjectArrayElement(env, out, (jsize)i, string);
        (*env)->DeleteLocalRef(env, string);
    }
}

static jobjectArray dataset_texts(JNIEnv *env, jclass type, jobject dataset, jbyteArray column)
{
    struct call call;
    jobjectArray out = NULL;
    call_begin(&call, env);
    const mlc_dataset *d = call_dataset(&call, dataset);
    const char *name = call_text(&call, column);
    const int64_t n = mlc_dataset_n_rows(d);
    if (call_ok(&call) && fits_array(&call, n, 1, name)) {
        out = (*env)->NewObjectArray(env, (jsize)n, java_names.string, NULL);
        if (out != NULL) copy_texts(&call, d, name, n, out);
    }
    call_end(&call);
    return out;
}

static const JNINativeMethod methods[] = {
    NATIVE("datasetRowCount", "(" J_DATASET ")J", dataset_n_rows),
    NATIVE("datasetColumnCount", "(" J_DATASET ")I", dataset_n_columns),
    NATIVE("datasetFind", "(" J_DATASET "[B)I", dataset_find),
    NATIVE("datasetColumnName", "(" J_DATASET "I)" J_STRING, dataset_column_name),
    NATIVE("datasetColumnRole", "(" J_DATASET "I)" J_STRING, dataset_column_role),
    NATIVE("datasetColumnType", "(" J_DATASET "I)I", dataset_column_type),
    NATIVE("datasetColumnWidth", "(" J_DATASET "I)J", dataset_column_width),
    NATIVE("datasetComponentName", "(" J_DATASET "IJ)" J_STRING, dataset_component_name),
    NATIVE("datasetReal", "(" J_DATASET "[BJ)D", dataset_real),
    NATIVE("datasetText", "(" J_DATASET "[BJ)" J_STRING, dataset_text),
    NATIVE("datasetReals", "(" J_DATASET "[B)[D", dataset_reals),
    NATIVE("datasetIntegers", "(" J_DATASET "[BZJ)[J", dataset_integers),
    NATIVE("datasetCodes", "(" J_DATASET "[B)[I", dataset_codes),
    NATIVE("datasetCategories", "(" J_DATASET "[B)[" J_STRING, dataset_categories),
    NATIVE("datasetTexts", "(" J_DATASET "[B)[" J_STRING, dataset_texts),
};

const struct native_methods native_column_methods = {methods,
                                                     (int32_t)(sizeof methods / sizeof methods[0])};
