/* What the native methods share: classes of Java, exceptions and text. */
#ifndef MLCORE_JNI_JAVA_H
#define MLCORE_JNI_JAVA_H

#include <jni.h>
#include <mlcore/mlcore.h>

/* Looked up once when the library is loaded. */
struct java_names {
    jclass string;
    jweak mlcore_exception; /* a strong one would keep the loader of the classes for ever */
    jclass illegal_state;
    jclass illegal_argument;
    jclass null_pointer;
    jclass out_of_memory;
    jmethodID new_mlcore_exception; /* (int status, String name, String errorName, long, long,
                                       String message) */
    jfieldID handle;                /* org.mlcore.Handle.handle */
    jfieldID progress;              /* org.mlcore.Context.progress */
    jmethodID report;               /* org.mlcore.Progress.report */
    jmethodID gradients;            /* org.mlcore.ObjectiveFunction.gradients */
    jmethodID score;                /* org.mlcore.MetricFunction.score */
    jmethodID fit_column;           /* org.mlcore.TransformFunction.fit */
    jmethodID apply_column;         /* org.mlcore.TransformFunction.apply */
    jmethodID next_batch;           /* org.mlcore.BatchReader.Source.next */
    jmethodID log;                  /* org.mlcore.Log.log */
    jmethodID to_string;            /* Object.toString */
};

extern struct java_names java_names; /* written by java_open() only */

/* 0, or -1 with an exception pending. */
int32_t java_open(JNIEnv *env);
void java_close(JNIEnv *env);

/* Throw, unless an exception is pending already. */
void java_throw(JNIEnv *env, jclass type, const char *message);
void java_throw_error(JNIEnv *env, const mlc_error *err);

/* UTF-8 to a Java string, bytes that are not UTF-8 as U+FFFD. NULL with an exception pending when
 * it does not fit; NULL for NULL. */
jstring java_string(JNIEnv *env, const char *text, int64_t length);
jstring java_string_of(JNIEnv *env, const char *text);

/* An array of strings that `item` gives for 0 .. n - 1. */
jobjectArray java_strings(JNIEnv *env, int64_t n, const char *(*item)(const void *from, int32_t i),
                          const void *from);

#endif
