/* The type of a dataset's rows as an Arrow schema. Each node owns what it points to, so that
 * children may be moved out and released apart, by any thread. */
#include <string.h>

#include "arrow_export.h"
#include "arrow_metadata.h"
#include "number.h"

#define FORMAT_SIZE 48

typedef struct schema_memory {
    mlci_root *root; /* reference */
    char format[FORMAT_SIZE];
    char *name;
    char *metadata;
} schema_memory;

static void release_schema(struct ArrowSchema *schema)
{
    schema_memory *const memory = schema->private_data;
    mlci_root *const root = memory->root;
    for (int64_t i = 0; schema->children != NULL && i < schema->n_children; i++) {
        struct ArrowSchema *const child = schema->children[i];
        if (child != NULL && child->release != NULL) child->release(child);
        mlci_free(child);
    }
    mlci_free(schema->children);
    if (schema->dictionary != NULL && schema->dictionary->release != NULL)
        schema->dictionary->release(schema->dictionary);
    mlci_free(schema->dictionary);
    mlci_free(memory->name);
    mlci_free(memory->metadata);
    mlci_free(memory);
    schema->release = NULL;
    mlci_root_unref(root);
}

/* A node with room for children, each of them zero. It can be released from here on, also when a
 * later step fails; on failure of this one there is nothing to release. */
static mlc_status make_node(mlci_root *root, const char *format, const char *name, int64_t flags,
                            int64_t n_children, struct ArrowSchema *out, mlc_error *err)
{
    schema_memory *const memory = mlci_alloc(root, 1, sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, 1, sizeof *memory);
    memory->root = mlci_root_ref(root);
    strncpy(memory->format, format, FORMAT_SIZE - 1);
    *out = (struct ArrowSchema){.format = memory->format,
                                .flags = flags,
                                .n_children = n_children,
                                .release = release_schema,
                                .private_data = memory};
    memory->name = mlci_copy_text(root, name, (int64_t)strlen(name));
    out->name = memory->name;
    out->children = mlci_alloc(root, n_children, sizeof *out->children);
    int is_made = memory->name != NULL && out->children != NULL;
    for (int64_t i = 0; i < n_children && is_made; i++) {
        out->children[i] = mlci_alloc(root, 1, sizeof *out->children[i]);
        is_made = out->children[i] != NULL;
    }
    if (is_made) return MLC_OK;
    release_schema(out);
    return mlci_fail_memory(err, n_children + 1, sizeof *out);
}

/* ---- columns -------------------------------------------------------------------------------- */

static const char *format_of(const mlci_column *c, char text[FORMAT_SIZE])
{
    switch (c->type) {
    case MLC_TYPE_BOOL:
        return "b";
    case MLC_TYPE_INT64:
        return "l";
    case MLC_TYPE_FLOAT32:
        return "f";
    case MLC_TYPE_FLOAT64:
        return "g";
    case MLC_TYPE_CATEGORY:
        return c->code_size == 2 ? "s" : "i";
    case MLC_TYPE_TEXT:
        return "U";
    case MLC_TYPE_TIMESTAMP:
        return "tsu:UTC";
    default:
        if (c->indices != NULL) return "+L";
        memcpy(text, "+w:", 3);
        text[3 + mlci_integer_format(c->width, text + 3)] = '\0';
        return text;
    }
}

static mlc_status add_metadata(const mlci_field *field, struct ArrowSchema *schema, mlc_error *err)
{
    char width[MLCI_NUMBER_SIZE];
    schema_memory *const memory = schema->private_data;
    mlci_arrow_metadata m = mlci_arrow_metadata_init(memory->root);
    if (field->role != MLCI_ROLE_FEATURE)
        mlci_arrow_metadata_add(&m, MLCI_ARROW_ROLE, mlci_role_name(field->role));
    if (field->column->indices != NULL) {
        width[mlci_integer_format(field->column->width, width)] = '\0';
        mlci_arrow_metadata_add(&m, MLCI_ARROW_WIDTH, width);
    }
    mlci_arrow_metadata_add_components(&m, field->column);
    MLCI_TRY(mlci_arrow_metadata_take(&m, &memory->metadata, err));
    schema->metadata = memory->metadata;
    return MLC_OK;
}

static mlc_status add_dictionary(mlci_root *root, const mlci_column *c, struct ArrowSchema *schema,
                                 mlc_error *err)
{
    struct ArrowSchema *const values = mlci_alloc(root, 1, sizeof *values);
    if (values == NULL) return mlci_fail_memory(err, 1, sizeof *values);
    schema->dictionary = values;
    return make_node(root, mlci_arrow_is_wide(c->dictionary) ? "U" : "u", "", ARROW_FLAG_NULLABLE,
                     0, values, err);
}

static mlc_status add_entries(mlci_root *root, struct ArrowSchema *list, mlc_error *err)
{
    struct ArrowSchema *const pairs = list->children[0];
    MLCI_TRY(make_node(root, "+s", "item", 0, 2, pairs, err));
    MLCI_TRY(make_node(root, "i", "index", 0, 0, pairs->children[0], err));
    return make_node(root, "g", "value", 0, 0, pairs->children[1], err);
}

static mlc_status make_field(mlci_root *root, const mlci_field *field, struct ArrowSchema *out,
                             mlc_error *err)
{
    char text[FORMAT_SIZE];
    const mlci_column *const c = field->column;
    const int is_vector = c->type == MLC_TYPE_VECTOR;
    MLCI_TRY(
        make_node(root, format_of(c, text), field->name, ARROW_FLAG_NULLABLE, is_vector, out, err));
    MLCI_TRY(add_metadata(field, out, err));
    if (c->type == MLC_TYPE_CATEGORY) return add_dictionary(root, c, out, err);
    if (!is_vector) return MLC_OK;
    if (c->indices != NULL) return add_entries(root, out, err);
    return make_node(root, "g", "item", ARROW_FLAG_NULLABLE, 0, out->children[0], err);
}

/* ---- rows ----------------------------------------------------------------------------------- */

static mlc_status fill_schema(mlci_root *root, const mlc_dataset *dataset,
                              struct ArrowSchema *schema, mlc_error *err)
{
    schema_memory *const memory = schema->private_data;
    mlci_arrow_metadata m = mlci_arrow_metadata_init(root);
    mlci_arrow_metadata_add(&m, MLCI_ARROW_CLASSES, dataset->classes);
    mlci_arrow_metadata_add(&m, MLCI_ARROW_POSITIVE, dataset->positive);
    MLCI_TRY(mlci_arrow_metadata_take(&m, &memory->metadata, err));
    schema->metadata = memory->metadata;
    for (int32_t i = 0; i < dataset->n_fields; i++)
        MLCI_TRY(make_field(root, &dataset->fields[i], schema->children[i], err));
    return MLC_OK;
}

mlc_status mlci_arrow_export_schema(mlci_root *root, const mlc_dataset *dataset,
                                    struct ArrowSchema *out, mlc_error *err)
{
    struct ArrowSchema made = {0};
    MLCI_TRY(make_node(root, "+s", "", 0, dataset->n_fields, &made, err));
    const mlc_status status = fill_schema(root, dataset, &made, err);
    if (status == MLC_OK) {
        *out = made;
    } else {
        release_schema(&made);
    }
    return status;
}
