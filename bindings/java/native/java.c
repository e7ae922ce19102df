/* Classes, exceptions and text. Strings go through UTF-16 in both directions: the UTF-8 of JNI is a
 * dialect that writes characters beyond the basic plane and NUL its own way. */
#include "java.h"

#include <stdlib.h>
#include <string.h>

#define SHORT_TEXT 512
#define REPLACEMENT 0xfffd

struct java_names java_names;

static jclass keep_class(JNIEnv *env, const char *name)
{
    jclass local = (*env)->FindClass(env, name);
    if (local == NULL) return NULL;
    jclass kept = (*env)->NewGlobalRef(env, local);
    (*env)->DeleteLocalRef(env, local);
    return kept;
}

/* Methods that the library calls back. */
static int32_t find_methods(JNIEnv *env)
{
    const struct {
        jmethodID *found;
        const char *type, *name, *signature;
    } methods[] = {
        {&java_names.report, "org/mlcore/Progress", "report",
         "(Ljava/lang/String;JJLjava/lang/String;D)Z"},
        {&java_names.gradients, "org/mlcore/ObjectiveFunction", "gradients", "([D[D[D[D[D)V"},
        {&java_names.score, "org/mlcore/MetricFunction", "score", "([D[D[DI[D)D"},
        {&java_names.fit_column, "org/mlcore/TransformFunction", "fit", "([D[D)[D"},
        {&java_names.apply_column, "org/mlcore/TransformFunction", "apply", "([D[D)[D"},
        {&java_names.next_batch, "org/mlcore/BatchReader$Source", "next", "()Lorg/mlcore/Dataset;"},
        {&java_names.log, "org/mlcore/Log", "log", "(ILjava/lang/String;)V"},
        {&java_names.to_string, "java/lang/Object", "toString", "()Ljava/lang/String;"},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        jclass type = (*env)->FindClass(env, methods[i].type);
        if (type == NULL) return -1;
        *methods[i].found = (*env)->GetMethodID(env, type, methods[i].name, methods[i].signature);
        if (*methods[i].found == NULL) return -1;
        (*env)->DeleteLocalRef(env, type);
    }
    return 0;
}

static int32_t find_members(JNIEnv *env)
{
    struct java_names *j = &java_names;
    jclass exception = (*env)->FindClass(env, "org/mlcore/MlcoreException");
    if (exception == NULL) return -1;
    j->mlcore_exception = (*env)->NewWeakGlobalRef(env, exception);
    if (j->mlcore_exception == NULL) return -1;
    j->new_mlcore_exception = (*env)->GetMethodID(
        env, exception, "<init>", "(ILjava/lang/String;Ljava/lang/String;JJLjava/lang/String;)V");
    if (j->new_mlcore_exception == NULL) return -1;
    jclass handle = (*env)->FindClass(env, "org/mlcore/Handle");
    if (handle == NULL) return -1;
    j->handle = (*env)->GetFieldID(env, handle, "handle", "J");
    if (j->handle == NULL) return -1;
    jclass context = (*env)->FindClass(env, "org/mlcore/Context");
    if (context == NULL) return -1;
    j->progress = (*env)->GetFieldID(env, context, "progress", "Lorg/mlcore/Progress;");
    if (j->progress == NULL) return -1;
    return find_methods(env);
}

int32_t java_open(JNIEnv *env)
{
    const struct {
        jclass *kept;
        const char *name;
    } classes[] = {
        {&java_names.string, "java/lang/String"},
        {&java_names.illegal_state, "java/lang/IllegalStateException"},
        {&java_names.illegal_argument, "java/lang/IllegalArgumentException"},
        {&java_names.null_pointer, "java/lang/NullPointerException"},
        {&java_names.out_of_memory, "java/lang/OutOfMemoryError"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        *classes[i].kept = keep_class(env, classes[i].name);
        if (*classes[i].kept == NULL) return -1;
    }
    return find_members(env);
}

void java_close(JNIEnv *env)
{
    jclass *const kept[] = {&java_names.string, &java_names.illegal_state,
                            &java_names.illegal_argument, &java_names.null_pointer,
                            &java_names.out_of_memory};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (*kept[i] != NULL) (*env)->DeleteGlobalRef(env, *kept[i]);
        *kept[i] = NULL;
    }
    if (java_names.mlcore_exception != NULL) {
        (*env)->DeleteWeakGlobalRef(env, java_names.mlcore_exception);
    }
    java_names.mlcore_exception = NULL;
}

void java_throw(JNIEnv *env, jclass type, const char *message)
{
    if (!(*env)->ExceptionCheck(env)) (*env)->ThrowNew(env, type, message);
}

void java_throw_error(JNIEnv *env, const mlc_error *err)
{
    if ((*env)->ExceptionCheck(env)) return;
    jstring status = java_string_of(env, mlc_status_name(err->status));
    jstring name = status == NULL ? NULL : java_string_of(env, err->name);
    jstring message = name == NULL ? NULL : java_string_of(env, err->message);
    jclass type = message == NULL ? NULL : (*env)->NewLocalRef(env, java_names.mlcore_exception);
    if (type == NULL) return;
    jobject exception =
        (*env)->NewObject(env, type, java_names.new_mlcore_exception, (jint)err->status, status,
                          name, (jlong)err->line, (jlong)err->column, message);
    if (exception != NULL) (*env)->Throw(env, exception);
}

/* Bytes of the character at `text`, of which `left` are there, or 0 when it is not UTF-8. */
static int32_t decode(const unsigned char *text, int64_t left, uint32_t *out)
{
    const uint32_t first = text[0];
    const int32_t n = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (n == 0 || first > 0xf4 || n > left) return 0;
    uint32_t c = n == 1 ? first : first & (0x7fU >> n);
    for (int32_t i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (text[i] & 0x3fU);
    }
    const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return 0;
    *out = c;
    return n;
}

static int64_t to_utf16(const unsigned char *text, int64_t length, jchar *out)
{
    int64_t n = 0;
    for (int64_t i = 0; i < length;) {
        uint32_t c = REPLACEMENT;
        const int32_t bytes = decode(text + i, length - i, &c);
        i += bytes > 0 ? bytes : 1;
        if (c >= 0x10000) {
            out[n++] = (jchar)(0xd800 + ((c - 0x10000) >> 10));
            out[n++] = (jchar)(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            out[n++] = (jchar)c;
        }
    }
    return n;
}

jstring java_string(JNIEnv *env, const char *text, int64_t length)
{
    if (text == NULL) return NULL;
    if (length > INT32_MAX - 8) {
        java_throw(env, java_names.out_of_memory, "the text is longer than a Java string can be");
        return NULL;
    }
    jchar small[SHORT_TEXT];
    jchar *units = small;
    small[0] = 0; /* a text of no length reads none, but the address goes out */
    if (length > SHORT_TEXT) units = malloc((size_t)length * sizeof *units);
    if (units == NULL) {
        java_throw(env, java_names.out_of_memory, "no native memory for a text");
        return NULL;
    }
    const int64_t n = to_utf16((const unsigned char *)text, length, units);
    jstring string = (*env)->NewString(env, units, (jsize)n);
    if (units != small) free(units);
    return string;
}

jstring java_string_of(JNIEnv *env, const char *text)
{
    return text == NULL ? NULL : java_string(env, text, (int64_t)strlen(text));
}

jobjectArray java_strings(JNIEnv *env, int64_t n, const char *(*item)(const void *from, int32_t i),
                          const void *from)
{
    if (n > INT32_MAX - 8) {
        java_throw(env, java_names.out_of_memory, "more texts than a Java array can hold");
        return NULL;
    }
    jobjectArray array = (*env)->NewObjectArray(env, (jsize)n, java_names.string, NULL);
    for (int32_t i = 0; array != NULL && i < (int32_t)n; i++) {
        jstring string = java_string_of(env, item(from, i));
        if (string == NULL) {
            if ((*env)->ExceptionCheck(env)) return NULL;
            continue;
        }
        (*env)->SetObjectArrayElement(env, array, (jsize)i, string);
        (*env)->DeleteLocalRef(env, string);
    }
    return array;
}
