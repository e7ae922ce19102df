/* One native method call: the handles it took, the texts it copied, its context and its failure.
 *
 *     struct call call;
 *     call_begin(&call, env);
 *     const mlc_dataset *dataset = call_dataset(&call, jdataset);
 *     const char *columns = call_text(&call, jcolumns);
 *     if (call_ok(&call)) call_check(&call, mlc_dataset_select(NULL, dataset, columns, &out,
 *                                                              &call.err));
 *     return call_end_handle(&call, HANDLE_DATASET, out);
 *
 * After something failed the functions do nothing and give NULL; call_end() gives back, frees and
 * throws.
 */
#ifndef MLCORE_JNI_CALL_H
#define MLCORE_JNI_CALL_H

#include "handles.h"
#include "java.h"
#include "runner.h"

#define CALL_HANDLES 6
#define CALL_TEXTS 4

struct call {
    JNIEnv *env;
    int32_t failed; /* an exception is pending */
    int32_t n_handles;
    int32_t n_texts;
    int64_t handles[CALL_HANDLES];
    char *texts[CALL_TEXTS];
    jobject progress;     /* who is told how far this call is, or NULL */
    mlc_context *context; /* of this call alone */
    mlc_error err;
};

void call_begin(struct call *call, JNIEnv *env);
int32_t call_ok(const struct call *call);

/* The object behind a Java object; a NULL one and a closed one throw. */
void *call_object(struct call *call, jobject object, enum handle_kind kind);

const mlc_dataset *call_dataset(struct call *call, jobject dataset);
const mlc_transform *call_transform(struct call *call, jobject transform);
const mlc_model *call_model(struct call *call, jobject model);
struct runner *call_runner(struct call *call, jobject predictor);

/* A context of this call over the one given, which tells its progress; NULL for NULL. */
mlc_context *call_context(struct call *call, jobject context);

/* Length of an array that must be there; 0 and an exception for NULL. */
jsize call_length(struct call *call, jarray array);

/* UTF-8 bytes of Java as text that lives until the end of the call; NULL for NULL. */
const char *call_text(struct call *call, jbyteArray bytes);

/* A copy of bytes that lives until the end of the call; NULL for NULL. */
void *call_bytes(struct call *call, jbyteArray bytes, int64_t *n_bytes);

/* Throws what call.err says when the status is an error. 1 when it is not. */
int32_t call_check(struct call *call, mlc_status status);

/* Fails with an error of this library's own kind. */
void call_fail(struct call *call, mlc_status status, const char *name, const char *message);

/* Fails with an IllegalArgumentException. */
void call_refuse(struct call *call, const char *message);

/* Memory that must be there; throws and gives NULL otherwise. Free it with free(). */
void *call_memory(struct call *call, int64_t n, int64_t item_bytes);

/* 1 when nothing failed. */
int32_t call_end(struct call *call);
/* Hands the object over to a new handle; 0 when something failed. */
jlong call_end_handle(struct call *call, enum handle_kind kind, void *object);
/* Copies the text of a buffer, and frees the buffer. */
jstring call_end_string(struct call *call, mlc_buffer *buffer);
/* Copies the bytes of a buffer, and frees the buffer. */
jbyteArray call_end_bytes(struct call *call, mlc_buffer *buffer);

#endif
