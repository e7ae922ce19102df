/* Arrow arrays for tests: described by a tree of fields, made on the heap, freed by their release,
 * which is counted. The memory of buffers is the test's. */
#ifndef MLCI_ARROW_MAKING_H
#define MLCI_ARROW_MAKING_H

#include <mlcore/arrow.h>
#include <stdlib.h>
#include <string.h>

#include "making.h"

typedef struct arrow_field {
    const char *format, *name, *metadata;
    int64_t length, null_count, offset, n_buffers;
    const void *buffers[5];
    int64_t n_children;
    const struct arrow_field *children[3];
    const struct arrow_field *dictionary;
} arrow_field;

/* Released so far; of structs that were made as the top of a tree. */
static int arrow_n_schemas, arrow_n_arrays, arrow_n_streams; /* atomic */

/* Tests may share a process. */
static inline void arrow_reset(void)
{
    arrow_n_schemas = arrow_n_arrays = arrow_n_streams = 0;
}

static inline void arrow_free_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children; i++) {
        if (s->children[i]->release != NULL) s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free((void *)s->children);
    if (s->dictionary != NULL && s->dictionary->release != NULL)
        s->dictionary->release(s->dictionary);
    free(s->dictionary);
    if (s->private_data != NULL) __atomic_add_fetch(&arrow_n_schemas, 1, __ATOMIC_RELAXED);
    s->release = NULL;
}

static inline void arrow_free_array(struct ArrowArray *a)
{
    for (int64_t i = 0; i < a->n_children; i++) {
        if (a->children[i]->release != NULL) a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free((void *)a->children);
    free((void *)a->buffers);
    if (a->dictionary != NULL && a->dictionary->release != NULL)
        a->dictionary->release(a->dictionary);
    free(a->dictionary);
    if (a->private_data != NULL) __atomic_add_fetch(&arrow_n_arrays, 1, __ATOMIC_RELAXED);
    a->release = NULL;
}

static inline struct ArrowSchema arrow_schema(const arrow_field *f)
{
    struct ArrowSchema s = {.format = f->format, .name = f->name, .metadata = f->metadata,
                            .n_children = f->n_children, .release = arrow_free_schema};
    s.children = calloc(3, sizeof(void *));
    for (int64_t i = 0; i < f->n_children; i++) {
        s.children[i] = malloc(sizeof s);
        *s.children[i] = arrow_schema(f->children[i]);
    }
    if (f->dictionary != NULL) {
        s.dictionary = malloc(sizeof s);
        *s.dictionary = arrow_schema(f->dictionary);
    }
    return s;
}

static inline struct ArrowArray arrow_array(const arrow_field *f)
{
    struct ArrowArray a = {.length = f->length, .null_count = f->null_count,
                           .offset = f->offset, .n_buffers = f->n_buffers,
                           .n_children = f->n_children, .release = arrow_free_array};
    a.children = calloc(3, sizeof(void *));
    a.buffers = calloc(5, sizeof(void *));
    memcpy((void *)a.buffers, f->buffers, sizeof f->buffers);
    for (int64_t i = 0; i < f->n_children; i++) {
        a.children[i] = malloc(sizeof a);
        *a.children[i] = arrow_array(f->children[i]);
    }
    if (f->dictionary != NULL) {
        a.dictionary = malloc(sizeof a);
        *a.dictionary = arrow_array(f->dictionary);
    }
    return a;
}

/* Values of `size`-typed buffers without nulls; add a bitmap by hand. */
static inline arrow_field arrow_values(const char *format, const char *name, int64_t n,
                                       const void *values)
{
    return (arrow_field){.format = format, .name = name, .length = n, .n_buffers = 2,
                         .buffers = {NULL, values}};
}

static inline arrow_field arrow_texts(const char *name, int64_t n, const int32_t *offsets,
                                      const char *bytes)
{
    return (arrow_field){.format = "u", .name = name, .length = n, .n_buffers = 3,
                         .buffers = {NULL, offsets, bytes}};
}

/* A batch of one column, or of those of a row. */
static inline arrow_field arrow_batch(const arrow_field *a, const arrow_field *b)
{
    return (arrow_field){.format = "+s", .length = a->length, .n_buffers = 1,
                         .n_children = b != NULL ? 2 : 1, .children = {a, b}};
}

/* Imports a batch; both structs are freed whatever comes of it. */
static inline mlc_status arrow_import(mlc_context *ctx, const arrow_field *batch,
                                      const char *settings, mlc_dataset **out, mlc_error *err)
{
    struct ArrowSchema schema = arrow_schema(batch);
    struct ArrowArray array = arrow_array(batch);
    const mlc_status status = mlc_dataset_from_arrow(ctx, &array, &schema, settings, out, err);
    ck_assert_int_eq(schema.release == NULL, status == MLC_OK);
    ck_assert_int_eq(array.release == NULL, status == MLC_OK);
    if (array.release != NULL) array.release(&array);
    if (schema.release != NULL) schema.release(&schema);
    return status;
}

/* A dataset of one column. */
static inline mlc_dataset *arrow_column(const arrow_field *column, const char *settings)
{
    mlc_dataset *d = NULL;
    mlc_error err = {0};
    const arrow_field batch = arrow_batch(column, NULL);
    const mlc_status status = arrow_import(NULL, &batch, settings, &d, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    return d;
}

/* The import of one column fails with that. */
static inline void arrow_assert_refused(const arrow_field *column, mlc_status wanted,
                                        const char *says)
{
    mlc_dataset *d = NULL;
    const arrow_field batch = arrow_batch(column, NULL);
    making_assert_fails(arrow_import(NULL, &batch, NULL, &d, err), wanted, says);
    ck_assert_ptr_null(d);
}

/* ---- streams: batches in turn, then an end or an error ---- */

typedef struct arrow_source {
    const arrow_field *type;
    const arrow_field *const *batches;
    int n, at;
    int fails_at; /* 0: never; 1: the schema; 2: the first batch ... */
} arrow_source;

static inline int arrow_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const arrow_source *s = stream->private_data;
    if (s->fails_at == 1) return 5;
    *out = arrow_schema(s->type);
    out->private_data = (void *)s;
    return 0;
}

static inline int arrow_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    arrow_source *s = stream->private_data;
    if (s->fails_at == s->at + 2) return 22;
    memset(out, 0, sizeof *out);
    if (s->at == s->n) return 0;
    *out = arrow_array(s->batches[s->at++]);
    out->private_data = s;
    return 0;
}

static inline const char *arrow_get_last_error(struct ArrowArrayStream *stream)
{
    return ((const arrow_source *)stream->private_data)->fails_at > 0 ? "the disk is gone" : NULL;
}

static inline void arrow_free_stream(struct ArrowArrayStream *stream)
{
    __atomic_add_fetch(&arrow_n_streams, 1, __ATOMIC_RELAXED);
    stream->release = NULL;
}

static inline struct ArrowArrayStream arrow_stream(arrow_source *source)
{
    return (struct ArrowArrayStream){.get_schema = arrow_get_schema, .get_next = arrow_get_next,
                                     .get_last_error = arrow_get_last_error,
                                     .release = arrow_free_stream, .private_data = source};
}

#endif
