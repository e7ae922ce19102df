/* Rows that come as they come: builders that they are pushed into, readers of an iterator. */
#include <stdlib.h>

#include "call.h"
#include "cells.h"
#include "host_functions.h"
#include "natives.h"

static jlong builder_open(JNIEnv *env, jclass type, jobject context, jbyteArray columns,
                          jbyteArray roles)
{
    struct call call;
    mlc_builder *builder = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *declared = call_text(&call, columns);
    const char *text = call_text(&call, roles);
    if (call_ok(&call)) {
        call_check(&call, mlc_builder_open(ctx, declared, text, &builder, &call.err));
    }
    return call_end_handle(&call, HANDLE_BUILDER, builder);
}

/* n: the number of columns. */
static void builder_push_row(JNIEnv *env, jclass type, jobject jbuilder, jlong sequence,
                             jobject buffer, jint n)
{
    struct call call;
    call_begin(&call, env);
    mlc_builder *builder = call_object(&call, jbuilder, HANDLE_BUILDER);
    mlc_value *cells = call_memory(&call, n, sizeof *cells);
    cells_copy(&call, buffer, n, cells);
    if (call_ok(&call)) {
        call_check(&call, mlc_builder_push_rows(builder, sequence, cells, 1, &call.err));
    }
    free(cells);
    call_end(&call);
}

static void builder_push(JNIEnv *env, jclass type, jobject jbuilder, jlong sequence, jobject rows)
{
    struct call call;
    call_begin(&call, env);
    mlc_builder *builder = call_object(&call, jbuilder, HANDLE_BUILDER);
    const mlc_dataset *dataset = call_dataset(&call, rows);
    if (call_ok(&call)) {
        call_check(&call, mlc_builder_push(builder, sequence, dataset, &call.err));
    }
    call_end(&call);
}

static jlong builder_row_count(JNIEnv *env, jclass type, jobject jbuilder)
{
    struct call call;
    call_begin(&call, env);
    const int64_t n = mlc_builder_n_rows(call_object(&call, jbuilder, HANDLE_BUILDER));
    call_end(&call);
    return n;
}

static jlong builder_finish(JNIEnv *env, jclass type, jobject context, jobject jbuilder)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    mlc_builder *builder = call_object(&call, jbuilder, HANDLE_BUILDER);
    if (call_ok(&call)) call_check(&call, mlc_builder_finish(ctx, builder, &out, &call.err));
    return call_end_handle(&call, HANDLE_DATASET, out);
}

static jlong reader_open(JNIEnv *env, jclass type, jobject context, jobject source,
                         jbyteArray roles)
{
    struct call call;
    mlc_reader *reader = NULL;
    struct host_function *host = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, roles);
    if (call_ok(&call)) {
        host = host_function_create(env, source, 0);
        if (host == NULL) call_fail(&call, MLC_ERROR_NO_MEMORY, "", "no native memory");
    }
    if (call_ok(&call)) {
        const mlc_source from = {.size = sizeof from,
                                 .user = host,
                                 .next = host_function_next,
                                 .release = host_function_release};
        call_check(&call, mlc_reader_from_source(ctx, &from, text, &reader, &call.err));
    }
    if (reader == NULL && host != NULL) host_function_release(host);
    return call_end_handle(&call, HANDLE_READER, reader);
}

static jlong reader_open_file(JNIEnv *env, jclass type, jobject context, jbyteArray path,
                              jbyteArray settings)
{
    struct call call;
    mlc_reader *reader = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_reader_open(ctx, file, text, &reader, &call.err));
    return call_end_handle(&call, HANDLE_READER, reader);
}

static jlong reader_from_arrow(JNIEnv *env, jclass type, jobject context, jlong stream,
                               jbyteArray settings)
{
    struct call call;
    mlc_reader *reader = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        struct ArrowArrayStream *const batches = (void *)(uintptr_t)stream;
        call_check(&call, mlc_reader_from_arrow(ctx, batches, text, &reader, &call.err));
    }
    return call_end_handle(&call, HANDLE_READER, reader);
}

typedef mlc_status (*read_function)(mlc_context *ctx, mlc_reader *reader, mlc_dataset **out,
                                    mlc_error *err);

/* 0 at the end. */
static jlong read_rows(JNIEnv *env, jobject context, jobject jreader, read_function read)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    mlc_reader *reader = call_object(&call, jreader, HANDLE_READER);
    if (call_ok(&call)) call_check(&call, read(ctx, reader, &out, &call.err));
    if (out != NULL) return call_end_handle(&call, HANDLE_DATASET, out);
    call_end(&call);
    return 0;
}

static jlong reader_next(JNIEnv *env, jclass type, jobject context, jobject reader)
{
    return read_rows(env, context, reader, mlc_reader_next);
}

static jlong reader_collect(JNIEnv *env, jclass type, jobject context, jobject reader)
{
    return read_rows(env, context, reader, mlc_reader_collect);
}

/* 0 when there was no batch. */
static jlong reader_sample(JNIEnv *env, jclass type, jobject context, jobject jreader,
                           jbyteArray settings)
{
    struct call call;
    mlc_dataset *out = NULL;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    mlc_reader *reader = call_object(&call, jreader, HANDLE_READER);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) call_check(&call, mlc_reader_sample(ctx, reader, text, &out, &call.err));
    if (out != NULL) return call_end_handle(&call, HANDLE_DATASET, out);
    call_end(&call);
    return 0;
}

/* 0 when there was no batch. */
static jlong reader_write(JNIEnv *env, jclass type, jobject context, jobject jreader,
                          jbyteArray path, jbyteArray settings)
{
    struct call call;
    mlc_status status = MLC_END;
    call_begin(&call, env);
    mlc_context *ctx = call_context(&call, context);
    mlc_reader *reader = call_object(&call, jreader, HANDLE_READER);
    const char *file = call_text(&call, path);
    const char *text = call_text(&call, settings);
    if (call_ok(&call)) {
        status = mlc_reader_write(ctx, reader, file, text, &call.err);
        call_check(&call, status);
    }
    call_end(&call);
    return status == MLC_OK;
}

static jlong reader_row_count(JNIEnv *env, jclass type, jobject jreader)
{
    struct call call;
    call_begin(&call, env);
    const int64_t n = mlc_reader_n_rows(call_object(&call, jreader, HANDLE_READER));
    call_end(&call);
    return n;
}

static const JNINativeMethod methods[] = {
    NATIVE("builderOpen", "(" J_CONTEXT "[B[B)J", builder_open),
    NATIVE("builderPushRow", "(" J_BUILDER "J" J_BUFFER "I)V", builder_push_row),
    NATIVE("builderPush", "(" J_BUILDER "J" J_DATASET ")V", builder_push),
    NATIVE("builderRowCount", "(" J_BUILDER ")J", builder_row_count),
    NATIVE("builderFinish", "(" J_CONTEXT J_BUILDER ")J", builder_finish),
    NATIVE("readerOpen", "(" J_CONTEXT J_SOURCE "[B)J", reader_open),
    NATIVE("readerOpenFile", "(" J_CONTEXT "[B[B)J", reader_open_file),
    NATIVE("readerFromArrow", "(" J_CONTEXT "J[B)J", reader_from_arrow),
    NATIVE("readerNext", "(" J_CONTEXT J_READER ")J", reader_next),
    NATIVE("readerCollect", "(" J_CONTEXT J_READER ")J", reader_collect),
    NATIVE("readerSample", "(" J_CONTEXT J_READER "[B)J", reader_sample),
    NATIVE("readerWrite", "(" J_CONTEXT J_READER "[B[B)J", reader_write),
    NATIVE("readerRowCount", "(" J_READER ")J", reader_row_count),
};

const struct native_methods native_rows_methods = {methods,
                                                   (int32_t)(sizeof methods / sizeof methods[0])};
