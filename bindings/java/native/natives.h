/* The native methods of org.mlcore.Native, a table a noun. */
#ifndef MLCORE_JNI_NATIVES_H
#define MLCORE_JNI_NATIVES_H

#include <jni.h>

struct native_methods {
    const JNINativeMethod *methods;
    int32_t n;
};

extern const struct native_methods native_context_methods;
extern const struct native_methods native_dataset_methods;
extern const struct native_methods native_shape_methods;
extern const struct native_methods native_column_methods;
extern const struct native_methods native_array_methods;
extern const struct native_methods native_profile_methods;
extern const struct native_methods native_transform_methods;
extern const struct native_methods native_model_methods;
extern const struct native_methods native_predictor_methods;
extern const struct native_methods native_metric_methods;
extern const struct native_methods native_host_methods;
extern const struct native_methods native_rows_methods;

/* Types in the signatures of methods. */
#define J_STRING "Ljava/lang/String;"
#define J_BUFFER "Ljava/nio/ByteBuffer;"
#define J_CONTEXT "Lorg/mlcore/Context;"
#define J_DATASET "Lorg/mlcore/Dataset;"
#define J_TRANSFORM "Lorg/mlcore/Transform;"
#define J_MODEL "Lorg/mlcore/Model;"
#define J_PREDICTOR "Lorg/mlcore/Predictor;"
#define J_METRIC "Lorg/mlcore/Metric;"
#define J_BUILDER "Lorg/mlcore/RowBuilder;"
#define J_READER "Lorg/mlcore/BatchReader;"
#define J_SOURCE "Lorg/mlcore/BatchReader$Source;"
#define J_PROFILE "Lorg/mlcore/Profile;"
#define J_OBJECTIVE "Lorg/mlcore/ObjectiveFunction;"
#define J_SCORE "Lorg/mlcore/MetricFunction;"
#define J_COLUMN "Lorg/mlcore/TransformFunction;"
#define J_LOG "Lorg/mlcore/Log;"

/* A row of a table of methods; the function is stored as the data pointer that JNI wants. */
#define NATIVE(name, signature, function)                                                          \
    {                                                                                              \
        (char *)(name), (char *)(signature), (void *)(function)                                    \
    }

#endif
