/* What the virtual machine calls when it loads and unloads the library. */
#include "handles.h"
#include "java.h"
#include "natives.h"

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved);
JNIEXPORT void JNICALL JNI_OnUnload(JavaVM *vm, void *reserved);

static const struct native_methods *const all[] = {
    &native_context_methods, &native_dataset_methods,   &native_shape_methods,
    &native_column_methods,  &native_array_methods,     &native_transform_methods,
    &native_model_methods,   &native_predictor_methods, &native_metric_methods,
    &native_host_methods,    &native_rows_methods,      &native_profile_methods,
};

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
    JNIEnv *env = NULL;
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) return JNI_ERR;
    if (java_open(env) != 0) return JNI_ERR;
    jclass native = (*env)->FindClass(env, "org/mlcore/Native");
    if (native == NULL) return JNI_ERR;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if ((*env)->RegisterNatives(env, native, all[i]->methods, all[i]->n) != 0) return JNI_ERR;
    }
    return JNI_VERSION_10;
}

JNIEXPORT void JNICALL JNI_OnUnload(JavaVM *vm, void *reserved)
{
    JNIEnv *env = NULL;
    handle_finish();
    if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) == JNI_OK) java_close(env);
}
