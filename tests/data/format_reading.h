/* What the tests of formats share: reading a literal in chunks of any size, and temporary files. */
#ifndef MLCI_FORMAT_READING_H
#define MLCI_FORMAT_READING_H

#include <stdio.h>
#include <unistd.h>

#include "csv_reading.h"
#include "jsonl.h"
#include "libsvm.h"

static inline mlc_status jsonl_in_chunks(mlc_context *ctx, const char *text, int64_t n,
                                         const char *settings, int64_t chunk_bytes,
                                         int32_t n_threads, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_jsonl_settings s;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    call->n_threads = n_threads;
    status = mlci_jsonl_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        status = mlci_jsonl_read_text(call, "jsonl", text, n, &s, chunk_bytes, out, err);
        mlci_jsonl_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

static inline mlc_status libsvm_in_chunks(mlc_context *ctx, const char *text, int64_t n,
                                          const char *settings, int64_t chunk_bytes,
                                          int32_t n_threads, mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_libsvm_settings s;
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    call->n_threads = n_threads;
    status = mlci_libsvm_settings_read(call->root, settings, &s, err);
    if (status == MLC_OK) {
        status = mlci_libsvm_read_text(call, "libsvm", text, n, NULL, &s, chunk_bytes, out, err);
        mlci_libsvm_settings_clear(&s);
    }
    mlci_call_end(call);
    return status;
}

static inline mlc_dataset *parse_as(const char *format, const char *text, const char *settings)
{
    char all[512];
    mlc_dataset *d = NULL;
    mlc_error err;
    snprintf(all, sizeof all, "format=%s %s", format, settings == NULL ? "" : settings);
    const mlc_status status = mlc_dataset_parse(NULL, text, (int64_t)strlen(text), all, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    return d;
}

static inline void parse_as_fails(const char *format, const char *text, const char *settings,
                                  mlc_status expected, const char *message)
{
    char all[512];
    mlc_dataset *d = NULL;
    mlc_error err;
    snprintf(all, sizeof all, "format=%s %s", format, settings == NULL ? "" : settings);
    ck_assert_int_eq(mlc_dataset_parse(NULL, text, (int64_t)strlen(text), all, &d, &err), expected);
    ck_assert_str_eq(err.message, message);
    ck_assert_ptr_null(d);
}

/* A path of this process's own. */
static inline const char *path_of(char path[128], const char *name)
{
    snprintf(path, 128, "/tmp/mlc_test_%d_%s", (int)getpid(), name);
    return path;
}

/* The text of a file, to be freed. */
static inline char *text_of_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    char *const text = calloc(1, 100000);
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(text);
    (void)fread(text, 1, 99999, file);
    fclose(file);
    return text;
}

#endif
