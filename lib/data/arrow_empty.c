/* Arrow arrays without rows: as many children, dictionaries and buffers (all NULL) as the schema
 * asks for. Each array with what it points to is its own to free. */
#include "arrow_empty.h"

#include "context_impl.h"

#define MAX_DEPTH 8 /* no column nests deeper than a sparse vector does */

static const void *const no_buffers[3];

static void release_empty(struct ArrowArray *array)
{
    for (int64_t i = 0; array->children != NULL && i < array->n_children; i++) {
        struct ArrowArray *const child = array->children[i];
        if (child != NULL && child->release != NULL) child->release(child);
        mlci_free(child);
    }
    mlci_free(array->children);
    if (array->dictionary != NULL && array->dictionary->release != NULL)
        array->dictionary->release(array->dictionary);
    mlci_free(array->dictionary);
    array->release = NULL;
}

static mlc_status make_empty(mlci_root *root, const struct ArrowSchema *schema, int depth,
                             struct ArrowArray *out, mlc_error *err);

static mlc_status make_part(mlci_root *root, const struct ArrowSchema *schema, int depth,
                            struct ArrowArray **out, mlc_error *err)
{
    *out = mlci_alloc(root, 1, sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, 1, sizeof **out);
    return make_empty(root, schema, depth + 1, *out, err);
}

static mlc_status make_empty(mlci_root *root, const struct ArrowSchema *schema, int depth,
                             struct ArrowArray *out, mlc_error *err)
{
    mlci_arrow_type type;
    if (depth > MAX_DEPTH || schema == NULL || schema->release == NULL || schema->n_children < 0 ||
        schema->n_children > INT32_MAX || (schema->n_children > 0 && schema->children == NULL))
        return mlci_fail(
            err, MLC_ERROR_ARGUMENT, "schema",
            "the Arrow schema is released, nests too deeply, or has no fields where it "
            "says so");
    MLCI_TRY(mlci_arrow_type_parse(schema->format, schema->name != NULL ? schema->name : "", &type,
                                   err));
    *out = (struct ArrowArray){.n_buffers = type.n_buffers < 0 ? 3 : type.n_buffers,
                               .n_children = schema->n_children,
                               .buffers = (const void **)no_buffers,
                               .release = release_empty};
    out->children = mlci_alloc(root, schema->n_children, sizeof *out->children);
    if (out->children == NULL) return mlci_fail_memory(err, schema->n_children, sizeof(void *));
    for (int64_t i = 0; i < schema->n_children; i++)
        MLCI_TRY(make_part(root, schema->children[i], depth, &out->children[i], err));
    if (schema->dictionary == NULL) return MLC_OK;
    return make_part(root, schema->dictionary, depth, &out->dictionary, err);
}

mlc_status mlci_arrow_empty(mlci_root *root, const struct ArrowSchema *schema,
                            struct ArrowArray *out, mlc_error *err)
{
    struct ArrowArray made = {0};
    const mlc_status status = make_empty(root, schema, 0, &made, err);
    if (status == MLC_OK) {
        *out = made;
    } else if (made.release != NULL) {
        made.release(&made);
    }
    return status;
}
