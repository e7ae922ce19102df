/* A dataset's rows as an Arrow array.
 *
 * Buffers are the columns' own; a range of rows is the offset of the array. Each node holds a
 * reference on its column, so that children may be moved out and released apart, by any thread.
 * Only dictionaries are copied: their texts are followed by NULs here. */
#include <string.h>

#include "arrow_export.h"

typedef struct array_memory {
    mlci_root *root;     /* reference */
    mlci_column *column; /* reference, or NULL */
    const void *buffers[3];
    void *own[2]; /* offsets and bytes of a dictionary */
} array_memory;

static void release_array(struct ArrowArray *array)
{
    array_memory *const memory = array->private_data;
    mlci_root *const root = memory->root;
    for (int64_t i = 0; array->children != NULL && i < array->n_children; i++) {
        struct ArrowArray *const child = array->children[i];
        if (child != NULL && child->release != NULL) child->release(child);
        mlci_free(child);
    }
    mlci_free(array->children);
    if (array->dictionary != NULL && array->dictionary->release != NULL)
        array->dictionary->release(array->dictionary);
    mlci_free(array->dictionary);
    mlci_column_unref(memory->column);
    mlci_free(memory->own[0]);
    mlci_free(memory->own[1]);
    mlci_free(memory);
    array->release = NULL;
    mlci_root_unref(root);
}

/* What all nodes of a column have in common. */
typedef struct node {
    const mlci_column *column; /* that the memory is of, or NULL */
    int64_t offset, n;
    int64_t n_buffers;
    int64_t n_children;
} node;

/* A node with room for children, each of them zero. It can be released from here on, also when a
 * later step fails; on failure of this one there is nothing to release. */
static mlc_status make_node(mlci_root *root, const node *of, struct ArrowArray *out, mlc_error *err)
{
    array_memory *const memory = mlci_alloc(root, 1, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, 1, sizeof *memory);
    memory->root = mlci_root_ref(root);
    memory->column = mlci_column_ref(of->column);
    *out = (struct ArrowArray){.length = of->n,
                               .offset = of->offset,
                               .n_buffers = of->n_buffers,
                               .n_children = of->n_children,
                               .buffers = memory->buffers,
                               .release = release_array,
                               .private_data = memory};
    out->children = mlci_alloc(root, of->n_children, sizeof *out->children);
    int is_made = out->children != NULL;
    for (int64_t i = 0; i < of->n_children && is_made; i++) {
        out->children[i] = mlci_alloc(root, 1, sizeof *out->children[i]);
        is_made = out->children[i] != NULL;
    }
    if (is_made) return MLC_OK;
    release_array(out);
    return mlci_fail_memory(err, of->n_children + 1, sizeof *out);
}

/* ---- columns -------------------------------------------------------------------------------- */

/* Values of all rows that lie one after the other, for the inside of lists. */
static mlc_status make_values(mlci_root *root, const mlci_column *c, int64_t n, const void *values,
                              struct ArrowArray *out, mlc_error *err)
{
    const node of = {.column = c, .n = n, .n_buffers = 2};
    MLCI_TRY(make_node(root, &of, out, err));
    out->buffers[1] = values;
    return MLC_OK;
}

static mlc_status add_entries(mlci_root *root, const mlci_column *c, int64_t n,
                              struct ArrowArray *list, mlc_error *err)
{
    struct ArrowArray *const pairs = list->children[0];
    const node of = {.column = c, .n = n, .n_buffers = 1, .n_children = 2};
    MLCI_TRY(make_node(root, &of, pairs, err));
    MLCI_TRY(make_values(root, c, n, c->indices, pairs->children[0], err));
    return make_values(root, c, n, c->values, pairs->children[1], err);
}

/* Texts one after the other, with offsets of 32 or 64 bits. */
static void write_texts(const mlci_dictionary *d, void *offsets, char *bytes)
{
    const int is_wide = mlci_arrow_is_wide(d);
    int64_t at = 0;
    for (int32_t i = 0; i <= d->n; i++) {
        if (is_wide) {
            ((int64_t *)offsets)[i] = at;
        } else {
            ((int32_t *)offsets)[i] = (int32_t)at;
        }
        if (i == d->n) break;
        int64_t length = 0;
        const char *const text = mlci_dictionary_text(d, i, &length);
        memcpy(bytes + at, text, (size_t)length);
        at += length;
    }
}

static mlc_status add_dictionary(mlci_root *root, const mlci_dictionary *d,
                                 struct ArrowArray *array, mlc_error *err)
{
    const node of = {.n = d->n, .n_buffers = 3};
    const int64_t size = mlci_arrow_is_wide(d) ? 8 : 4, n_bytes = d->offsets[d->n];
    array->dictionary = mlci_alloc(root, 1, sizeof *array->dictionary);
    if (array->dictionary == NULL) return mlci_fail_memory(err, 1, sizeof *array);
    MLCI_TRY(make_node(root, &of, array->dictionary, err));
    array_memory *const memory = array->dictionary->private_data;
    memory->own[0] = mlci_alloc(root, (int64_t)d->n + 1, size);
    memory->own[1] = mlci_alloc_raw(root, n_bytes, 1);
    if (memory->own[0] == NULL || memory->own[1] == NULL) return mlci_fail_memory(err, n_bytes, 1);
    write_texts(d, memory->own[0], memory->own[1]);
    memory->buffers[1] = memory->own[0];
    memory->buffers[2] = memory->own[1];
    return MLC_OK;
}

static int64_t count_buffers(const mlci_column *c)
{
    if (c->type == MLC_TYPE_TEXT) return 3;
    return c->type == MLC_TYPE_VECTOR && c->indices == NULL ? 1 : 2;
}

static mlc_status make_column(mlci_root *root, const mlci_column *c, int64_t first, int64_t n,
                              struct ArrowArray *out, mlc_error *err)
{
    const int is_vector = c->type == MLC_TYPE_VECTOR;
    const node of = {.column = c,
                     .offset = first,
                     .n = n,
                     .n_buffers = count_buffers(c),
                     .n_children = is_vector};
    MLCI_TRY(make_node(root, &of, out, err));
    out->buffers[0] = c->n_missing > 0 ? c->valid : NULL;
    out->null_count = c->n_missing == 0 || n == c->n_rows ? c->n_missing : -1;
    if (is_vector && c->indices == NULL)
        return make_values(root, c, (first + n) * c->width, c->values, out->children[0], err);
    out->buffers[1] = c->offsets != NULL ? (const void *)c->offsets : c->values;
    if (is_vector) return add_entries(root, c, c->offsets[first + n], out, err);
    if (c->type == MLC_TYPE_TEXT) out->buffers[2] = c->values;
    return c->type == MLC_TYPE_CATEGORY ? add_dictionary(root, c->dictionary, out, err) : MLC_OK;
}

mlc_status mlci_arrow_export_rows(mlci_root *root, const mlc_dataset *dataset, int64_t first,
                                  int64_t n, struct ArrowArray *out, mlc_error *err)
{
    struct ArrowArray made = {0};
    const node of = {.n = n, .n_buffers = 1, .n_children = dataset->n_fields};
    MLCI_TRY(make_node(root, &of, &made, err));
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        const mlc_status status =
            make_column(root, dataset->fields[i].column, first, n, made.children[i], err);
        if (status == MLC_OK) continue;
        release_array(&made);
        return status;
    }
    *out = made;
    return MLC_OK;
}
