/* Models: recipes, fitting, predicting, artifacts. */
#include "call.h"
#include "natives.h"

static jlong model_create(JNIEnv *env, jclass type, jobject context, jbyteArray name,
                          jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *id = call_text(&call, name);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_create(ctx, id, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_parse(JNIEnv *env, jclass type, jobject context, jbyteArray recipe)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, recipe);
    if (call_ok(&call)) call_check(&call, mlc_model_parse(ctx, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_pipeline(JNIEnv *env, jclass type, jobject before, jobject model)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    const mlc_transform *first = call_transform(&call, before);
    const mlc_model *last = call_model(&call, model);
    if (call_ok(&call)) call_check(&call, mlc_model_pipeline(first, last, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_with(JNIEnv *env, jclass type, jobject model, jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_with(m, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_recipe(JNIEnv *env, jclass type, jobject model)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    if (call_ok(&call)) call_check(&call, mlc_model_recipe(m, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_fit(JNIEnv *env, jclass type, jobject context, jobject recipe, jobject train,
                       jobject valid)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, recipe);
    const mlc_dataset *rows = call_dataset(&call, train);
    const mlc_dataset *held = valid == NULL ? NULL : call_dataset(&call, valid);
    if (call_ok(&call)) call_check(&call, mlc_model_fit(ctx, m, rows, held, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_update(JNIEnv *env, jclass type, jobject context, jobject model, jobject train,
                          jobject valid, jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, model);
    const mlc_dataset *rows = train == NULL ? NULL : call_dataset(&call, train);
    const mlc_dataset *held = valid == NULL ? NULL : call_dataset(&call, valid);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_update(ctx, m, rows, held, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_predict(JNIEnv *env, jclass type, jobject context, jobject model, jobject rows,
                           jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, model);
    const mlc_dataset *data = call_dataset(&call, rows);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_predict(ctx, m, data, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong model_evaluate(JNIEnv *env, jclass type, jobject context, jobject model, jobject rows,
                            jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, model);
    const mlc_dataset *data = call_dataset(&call, rows);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_evaluate(ctx, m, data, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong model_explain(JNIEnv *env, jclass type, jobject context, jobject model, jobject rows,
                           jobject background, jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_model *m = call_model(&call, model);
    const mlc_dataset *data = call_dataset(&call, rows);
    const mlc_dataset *others = background == NULL ? NULL : call_dataset(&call, background);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_explain(ctx, m, data, others, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong model_table(JNIEnv *env, jclass type, jobject model, jbyteArray table)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *name = call_text(&call, table);
    if (call_ok(&call)) call_check(&call, mlc_model_table(NULL, m, name, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jstring model_format(JNIEnv *env, jclass type, jobject model, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_format(m, text, &out, &call.err));
    return call_end_string(&call, out);
}

static void model_save(JNIEnv *env, jclass type, jobject model, jbyteArray path,
                       jbyteArray settings)
{
    struct call call;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_save(m, file, text, &call.err));
    call_end(&call);
}

static jbyteArray model_to_bytes(JNIEnv *env, jclass type, jobject model, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_save_memory(NULL, m, text, &out, &call.err));
    return call_end_bytes(&call, out);
}

static jlong model_load(JNIEnv *env, jclass type, jobject context, jbyteArray path,
                        jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_load(ctx, file, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_from_bytes(JNIEnv *env, jclass type, jobject context, jbyteArray bytes,
                              jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    int64_t n = 0;
    void *copy = call_bytes(&call, bytes, &n);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_load_memory(ctx, copy, n, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_validate(JNIEnv *env, jclass type, jobject context, jbyteArray path,
                            jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_validate(ctx, file, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong model_validate_bytes(JNIEnv *env, jclass type, jobject context, jbyteArray bytes,
                                  jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    int64_t n = 0;
    void *copy = call_bytes(&call, bytes, &n);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_validate_memory(ctx, copy, n, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong model_import(JNIEnv *env, jclass type, jobject context, jbyteArray path, jobject check,
                          jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *file = call_text(&call, path);
    const mlc_dataset *rows = check == NULL ? NULL : call_dataset(&call, check);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_import(ctx, file, rows, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_import_bytes(JNIEnv *env, jclass type, jobject context, jbyteArray bytes,
                                jobject check, jbyteArray settings)
{
    struct call call;
    mlc_model *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const mlc_dataset *rows = check == NULL ? NULL : call_dataset(&call, check);
    const char *text = call_text(&call, settings);
    int64_t n = 0;
    void *copy = call_bytes(&call, bytes, &n);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_import_memory(ctx, copy, n, rows, text, &out, &call.err));
    }
    return call_end_handle(&call, HANDLE_MODEL, out);
}

static jlong model_export(JNIEnv *env, jclass type, jobject model, jbyteArray path,
                          jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_model_export(NULL, m, file, text, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jbyteArray model_export_bytes(JNIEnv *env, jclass type, jobject model, jbyteArray settings)
{
    struct call call;
    mlc_buffer *out = NULL;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        call_check(&call, mlc_model_export_memory(NULL, m, text, &out, &call.err));
    }
    return call_end_bytes(&call, out);
}

static jboolean model_is_fitted(JNIEnv *env, jclass type, jobject model)
{
    struct call call;
    call_begin(&call, env);
    const mlc_model *m = call_model(&call, model);
    const jboolean fitted = call_ok(&call) && mlc_model_is_fitted(m);
    call_end(&call);
    return fitted;
}

static const JNINativeMethod methods[] = {
    NATIVE("modelCreate", "(" J_CONTEXT "[B[B)J", model_create),
    NATIVE("modelParse", "(" J_CONTEXT "[B)J", model_parse),
    NATIVE("modelPipeline", "(" J_TRANSFORM J_MODEL ")J", model_pipeline),
    NATIVE("modelWith", "(" J_MODEL "[B)J", model_with),
    NATIVE("modelRecipe", "(" J_MODEL ")J", model_recipe),
    NATIVE("modelFit", "(" J_CONTEXT J_MODEL J_DATASET J_DATASET ")J", model_fit),
    NATIVE("modelUpdate", "(" J_CONTEXT J_MODEL J_DATASET J_DATASET "[B)J", model_update),
    NATIVE("modelPredict", "(" J_CONTEXT J_MODEL J_DATASET "[B)J", model_predict),
    NATIVE("modelEvaluate", "(" J_CONTEXT J_MODEL J_DATASET "[B)J", model_evaluate),
    NATIVE("modelExplain", "(" J_CONTEXT J_MODEL J_DATASET J_DATASET "[B)J", model_explain),
    NATIVE("modelTable", "(" J_MODEL "[B)J", model_table),
    NATIVE("modelFormat", "(" J_MODEL "[B)" J_STRING, model_format),
    NATIVE("modelSave", "(" J_MODEL "[B[B)V", model_save),
    NATIVE("modelToBytes", "(" J_MODEL "[B)[B", model_to_bytes),
    NATIVE("modelLoad", "(" J_CONTEXT "[B[B)J", model_load),
    NATIVE("modelFromBytes", "(" J_CONTEXT "[B[B)J", model_from_bytes),
    NATIVE("modelImport", "(" J_CONTEXT "[B" J_DATASET "[B)J", model_import),
    NATIVE("modelImportBytes", "(" J_CONTEXT "[B" J_DATASET "[B)J", model_import_bytes),
    NATIVE("modelExport", "(" J_MODEL "[B[B)J", model_export),
    NATIVE("modelExportBytes", "(" J_MODEL "[B)[B", model_export_bytes),
    NATIVE("modelValidate", "(" J_CONTEXT "[B[B)J", model_validate),
    NATIVE("modelValidateBytes", "(" J_CONTEXT "[B[B)J", model_validate_bytes),
    NATIVE("modelIsFitted", "(" J_MODEL ")Z", model_is_fitted),
};

const struct native_methods native_model_methods = {methods,
                                                    (int32_t)(sizeof methods / sizeof methods[0])};
