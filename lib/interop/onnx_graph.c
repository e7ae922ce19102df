/* Graphs of ONNX as bytes. Each part is written when it is added; the model is put together in the
 * end. Versions of ai.onnx.ml go with versions of ONNX's own operators and of the file: 3 with 17
 * and 8, 5 with 21 and 10, which were current together. */
#include "onnx_graph.h"

#include <stdio.h>
#include <string.h>

#define NAME_SIZE 32

void mlci_onnx_init(mlci_onnx *g, mlci_root *root, int32_t opset)
{
    *g = (mlci_onnx){.root = root, .opset = opset, .n_slashes = 1};
    g->real = opset == 5 ? MLCI_ONNX_DOUBLE : MLCI_ONNX_FLOAT;
    g->nodes = g->constants = g->inputs = g->outputs = g->metadata = mlci_text_init(root);
}

void mlci_onnx_clear(mlci_onnx *g)
{
    for (int32_t i = 0; i < g->n_inputs; i++)
        mlci_free(g->input_names[i]);
    mlci_free(g->input_names);
    mlci_text_clear(&g->nodes);
    mlci_text_clear(&g->constants);
    mlci_text_clear(&g->inputs);
    mlci_text_clear(&g->outputs);
    mlci_text_clear(&g->metadata);
}

/* ---- names -------------------------------------------------------------------------------- */

static void add_name(const mlci_onnx *g, mlci_text *out, int32_t field, int32_t value)
{
    if (value < g->n_inputs) {
        mlci_proto_add_text(out, field, g->input_names[value]);
        return;
    }
    const int64_t mark = mlci_proto_open(out, field);
    for (int32_t i = 0; i < g->n_slashes; i++)
        mlci_text_append_char(out, '/');
    mlci_text_append_integer(out, value);
    mlci_proto_close(out, mark);
}

static int is_input(const mlci_onnx *g, const char *name)
{
    for (int32_t i = 0; i < g->n_inputs; i++)
        if (strcmp(g->input_names[i], name) == 0) return 1;
    return 0;
}

/* ---- inputs and outputs ------------------------------------------------------------------- */

static void put_shape(mlci_text *out, int64_t width)
{
    const int64_t shape = mlci_proto_open(out, MLCI_ONNX_TENSOR_TYPE_SHAPE);
    const int64_t rows = mlci_proto_open(out, MLCI_ONNX_SHAPE_DIM);
    mlci_proto_add_text(out, MLCI_ONNX_DIM_NAME, "N");
    mlci_proto_close(out, rows);
    if (width > 0) {
        const int64_t columns = mlci_proto_open(out, MLCI_ONNX_SHAPE_DIM);
        mlci_proto_add_integer(out, MLCI_ONNX_DIM_VALUE, width);
        mlci_proto_close(out, columns);
    }
    mlci_proto_close(out, shape);
}

static void put_value(mlci_text *out, int32_t field, const char *name, int32_t type, int64_t width)
{
    const int64_t value = mlci_proto_open(out, field);
    mlci_proto_add_text(out, MLCI_ONNX_VALUE_NAME, name);
    const int64_t outer = mlci_proto_open(out, MLCI_ONNX_VALUE_TYPE);
    const int64_t tensor = mlci_proto_open(out, MLCI_ONNX_TYPE_TENSOR);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_TYPE_ELEMENT, type);
    put_shape(out, width);
    mlci_proto_close(out, tensor);
    mlci_proto_close(out, outer);
    mlci_proto_close(out, value);
}

int32_t mlci_onnx_input(mlci_onnx *g, const char *name, int32_t type, int64_t width)
{
    const int32_t n_slashes = (int32_t)strspn(name, "/");
    char **const grown = mlci_realloc(g->root, g->input_names, g->n_inputs + 1, sizeof *grown);
    char *const copy = grown == NULL ? NULL : mlci_copy_text(g->root, name, (int64_t)strlen(name));
    if (grown != NULL) g->input_names = grown;
    if (copy == NULL) {
        g->inputs.failed = 1;
        return 0;
    }
    g->input_names[g->n_inputs++] = copy;
    if (n_slashes >= g->n_slashes) g->n_slashes = n_slashes + 1;
    put_value(&g->inputs, MLCI_ONNX_GRAPH_INPUT, name, type, width);
    return g->n_values++;
}

void mlci_onnx_output(mlci_onnx *g, const char *name, int32_t value, int32_t type, int64_t width)
{
    char own[NAME_SIZE];
    snprintf(own, sizeof own - 1, "%s", name);
    while (is_input(g, own) && strlen(own) < sizeof own - 1)
        strcat(own, "_");
    const int64_t node = mlci_proto_open(&g->nodes, MLCI_ONNX_GRAPH_NODE);
    add_name(g, &g->nodes, MLCI_ONNX_NODE_INPUT, value);
    mlci_proto_add_text(&g->nodes, MLCI_ONNX_NODE_OUTPUT, own);
    mlci_proto_add_text(&g->nodes, MLCI_ONNX_NODE_OP, "Identity");
    mlci_proto_close(&g->nodes, node);
    put_value(&g->outputs, MLCI_ONNX_GRAPH_OUTPUT, own, type, width);
}

/* ---- constants ---------------------------------------------------------------------------- */

/* Its content without the mark of where it stands. rows -1: one dimension. */
static void put_tensor(mlci_text *out, int64_t rows, int64_t columns, int32_t type,
                       const mlci_text *raw)
{
    if (rows >= 0) mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_DIMS, rows);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_DIMS, columns);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_TYPE, type);
    if (raw == NULL) return;
    mlci_proto_add_bytes(out, MLCI_ONNX_TENSOR_RAW, raw->data, raw->length);
    out->failed |= raw->failed;
}

static int32_t add_constant(mlci_onnx *g, int64_t rows, int64_t columns, int32_t type,
                            const mlci_text *raw)
{
    const int32_t value = g->n_values++;
    const int64_t mark = mlci_proto_open(&g->constants, MLCI_ONNX_GRAPH_CONSTANT);
    put_tensor(&g->constants, rows, columns, type, raw);
    add_name(g, &g->constants, MLCI_ONNX_TENSOR_NAME, value);
    mlci_proto_close(&g->constants, mark);
    return value;
}

int32_t mlci_onnx_raw(mlci_onnx *g, int32_t type, int64_t n, const mlci_text *raw)
{
    return add_constant(g, -1, n, type, raw);
}

int32_t mlci_onnx_reals(mlci_onnx *g, int64_t rows, int64_t columns, const double *values)
{
    mlci_text raw = mlci_text_init(g->root);
    const int64_t n = rows < 0 ? columns : rows * columns;
    for (int64_t i = 0; i < n; i++) {
        if (g->real == MLCI_ONNX_DOUBLE)
            mlci_proto_put_double(&raw, values[i]);
        else
            mlci_proto_put_float(&raw, (float)values[i]);
    }
    const int32_t value = add_constant(g, rows, columns, g->real, &raw);
    mlci_text_clear(&raw);
    return value;
}

int32_t mlci_onnx_real(mlci_onnx *g, double value)
{
    return mlci_onnx_reals(g, 1, 1, &value);
}

int32_t mlci_onnx_integers(mlci_onnx *g, int64_t rows, int64_t columns, const int64_t *values)
{
    mlci_text raw = mlci_text_init(g->root);
    const int64_t n = rows < 0 ? columns : rows * columns;
    for (int64_t i = 0; i < n; i++) {
        double bits;
        memcpy(&bits, &values[i], sizeof bits);
        mlci_proto_put_double(&raw, bits);
    }
    const int32_t value = add_constant(g, rows, columns, MLCI_ONNX_INT64, &raw);
    mlci_text_clear(&raw);
    return value;
}

int32_t mlci_onnx_texts(mlci_onnx *g, int64_t n, const char *const *texts)
{
    const int32_t value = g->n_values++;
    const int64_t mark = mlci_proto_open(&g->constants, MLCI_ONNX_GRAPH_CONSTANT);
    put_tensor(&g->constants, -1, n, MLCI_ONNX_STRING, NULL);
    for (int64_t i = 0; i < n; i++)
        mlci_proto_add_text(&g->constants, MLCI_ONNX_TENSOR_TEXTS, texts[i]);
    add_name(g, &g->constants, MLCI_ONNX_TENSOR_NAME, value);
    mlci_proto_close(&g->constants, mark);
    return value;
}

/* ---- nodes -------------------------------------------------------------------------------- */

int32_t mlci_onnx_open(mlci_onnx *g, const char *op, const char *domain, int32_t n,
                       const int32_t *inputs)
{
    const int32_t value = g->n_values++;
    g->node = mlci_proto_open(&g->nodes, MLCI_ONNX_GRAPH_NODE);
    for (int32_t i = 0; i < n; i++)
        add_name(g, &g->nodes, MLCI_ONNX_NODE_INPUT, inputs[i]);
    add_name(g, &g->nodes, MLCI_ONNX_NODE_OUTPUT, value);
    mlci_proto_add_text(&g->nodes, MLCI_ONNX_NODE_OP, op);
    if (domain != NULL) mlci_proto_add_text(&g->nodes, MLCI_ONNX_NODE_DOMAIN, domain);
    return value;
}

void mlci_onnx_add_result(mlci_onnx *g)
{
    add_name(g, &g->nodes, MLCI_ONNX_NODE_OUTPUT, g->n_values++);
}

void mlci_onnx_close(mlci_onnx *g)
{
    mlci_proto_close(&g->nodes, g->node);
}

static int64_t open_attribute(mlci_onnx *g, const char *name, int32_t type)
{
    const int64_t mark = mlci_proto_open(&g->nodes, MLCI_ONNX_NODE_ATTRIBUTE);
    mlci_proto_add_text(&g->nodes, MLCI_ONNX_ATTRIBUTE_NAME, name);
    mlci_proto_add_integer(&g->nodes, MLCI_ONNX_ATTRIBUTE_TYPE, type);
    return mark;
}

void mlci_onnx_set_integer(mlci_onnx *g, const char *name, int64_t value)
{
    const int64_t mark = open_attribute(g, name, MLCI_ONNX_IS_INTEGER);
    mlci_proto_add_integer(&g->nodes, MLCI_ONNX_ATTRIBUTE_INTEGER, value);
    mlci_proto_close(&g->nodes, mark);
}

void mlci_onnx_set_text(mlci_onnx *g, const char *name, const char *text)
{
    const int64_t mark = open_attribute(g, name, MLCI_ONNX_IS_TEXT);
    mlci_proto_add_text(&g->nodes, MLCI_ONNX_ATTRIBUTE_TEXT, text);
    mlci_proto_close(&g->nodes, mark);
}

static void set_packed(mlci_onnx *g, const char *name, int32_t type, int32_t field,
                       const mlci_text *packed)
{
    const int64_t mark = open_attribute(g, name, type);
    mlci_proto_add_bytes(&g->nodes, field, packed->data, packed->length);
    g->nodes.failed |= packed->failed;
    mlci_proto_close(&g->nodes, mark);
}

void mlci_onnx_set_integers(mlci_onnx *g, const char *name, const mlci_text *packed)
{
    set_packed(g, name, MLCI_ONNX_IS_INTEGERS, MLCI_ONNX_ATTRIBUTE_INTEGERS, packed);
}

void mlci_onnx_set_floats(mlci_onnx *g, const char *name, const mlci_text *packed)
{
    set_packed(g, name, MLCI_ONNX_IS_FLOATS, MLCI_ONNX_ATTRIBUTE_FLOATS, packed);
}

void mlci_onnx_set_texts(mlci_onnx *g, const char *name, const mlci_text *fields)
{
    const int64_t mark = open_attribute(g, name, MLCI_ONNX_IS_TEXTS);
    if (fields->length > 0) mlci_text_append(&g->nodes, fields->data, fields->length);
    g->nodes.failed |= fields->failed;
    mlci_proto_close(&g->nodes, mark);
}

void mlci_onnx_set_tensor(mlci_onnx *g, const char *name, int32_t type, int64_t n,
                          const mlci_text *raw)
{
    const int64_t mark = open_attribute(g, name, MLCI_ONNX_IS_TENSOR);
    const int64_t tensor = mlci_proto_open(&g->nodes, MLCI_ONNX_ATTRIBUTE_TENSOR);
    put_tensor(&g->nodes, -1, n, type, raw);
    mlci_proto_close(&g->nodes, tensor);
    mlci_proto_close(&g->nodes, mark);
}

int32_t mlci_onnx_node(mlci_onnx *g, const char *op, int32_t n, const int32_t *inputs)
{
    const int32_t value = mlci_onnx_open(g, op, NULL, n, inputs);
    mlci_onnx_close(g);
    return value;
}

int32_t mlci_onnx_one(mlci_onnx *g, const char *op, int32_t a)
{
    return mlci_onnx_node(g, op, 1, &a);
}

int32_t mlci_onnx_two(mlci_onnx *g, const char *op, int32_t a, int32_t b)
{
    return mlci_onnx_node(g, op, 2, (const int32_t[]){a, b});
}

int32_t mlci_onnx_choose(mlci_onnx *g, int32_t condition, int32_t yes, int32_t no)
{
    return mlci_onnx_node(g, "Where", 3, (const int32_t[]){condition, yes, no});
}

int32_t mlci_onnx_cast(mlci_onnx *g, int32_t value, int32_t type)
{
    const int32_t out = mlci_onnx_open(g, "Cast", NULL, 1, &value);
    mlci_onnx_set_integer(g, "to", type);
    mlci_onnx_close(g);
    return out;
}

int32_t mlci_onnx_concat(mlci_onnx *g, int32_t n, const int32_t *values)
{
    if (n == 1) return values[0];
    const int32_t out = mlci_onnx_open(g, "Concat", NULL, n, values);
    mlci_onnx_set_integer(g, "axis", 1);
    mlci_onnx_close(g);
    return out;
}

int32_t mlci_onnx_gather(mlci_onnx *g, int32_t table, int32_t indices, int32_t axis)
{
    const int32_t out = mlci_onnx_open(g, "Gather", NULL, 2, (const int32_t[]){table, indices});
    mlci_onnx_set_integer(g, "axis", axis);
    mlci_onnx_close(g);
    return out;
}

int32_t mlci_onnx_largest(mlci_onnx *g, int32_t value)
{
    const int32_t out = mlci_onnx_open(g, "ArgMax", NULL, 1, &value);
    mlci_onnx_set_integer(g, "axis", 1);
    mlci_onnx_set_integer(g, "keepdims", 0);
    mlci_onnx_close(g);
    return out;
}

void mlci_onnx_metadata(mlci_onnx *g, const char *key, const char *value)
{
    const int64_t mark = mlci_proto_open(&g->metadata, MLCI_ONNX_MODEL_METADATA);
    mlci_proto_add_text(&g->metadata, MLCI_ONNX_METADATA_KEY, key);
    mlci_proto_add_text(&g->metadata, MLCI_ONNX_METADATA_VALUE, value);
    mlci_proto_close(&g->metadata, mark);
}

/* ---- together ----------------------------------------------------------------------------- */

static void put_version(mlci_text *out, const char *domain, int64_t version)
{
    const int64_t mark = mlci_proto_open(out, MLCI_ONNX_MODEL_OPSET);
    mlci_proto_add_text(out, MLCI_ONNX_OPSET_DOMAIN, domain);
    mlci_proto_add_integer(out, MLCI_ONNX_OPSET_VERSION, version);
    mlci_proto_close(out, mark);
}

mlc_status mlci_onnx_finish(mlci_onnx *g, const char *name, const char *producer_version,
                            mlci_text *out, mlc_error *err)
{
    mlci_proto_add_integer(out, MLCI_ONNX_MODEL_IR, g->opset == 5 ? 10 : 8);
    mlci_proto_add_text(out, MLCI_ONNX_MODEL_PRODUCER, "mlcore");
    mlci_proto_add_text(out, MLCI_ONNX_MODEL_PRODUCER_VERSION, producer_version);
    const int64_t graph = mlci_proto_open(out, MLCI_ONNX_MODEL_GRAPH);
    mlci_proto_add_text(out, MLCI_ONNX_GRAPH_NAME, name);
    const mlci_text *const parts[] = {&g->nodes, &g->constants, &g->inputs, &g->outputs};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        MLCI_TRY(mlci_text_status(parts[i], err));
        if (parts[i]->length > 0) mlci_text_append(out, parts[i]->data, parts[i]->length);
    }
    mlci_proto_close(out, graph);
    put_version(out, "", g->opset == 5 ? 21 : 17);
    put_version(out, MLCI_ONNX_ML, g->opset);
    MLCI_TRY(mlci_text_status(&g->metadata, err));
    if (g->metadata.length > 0) mlci_text_append(out, g->metadata.data, g->metadata.length);
    return mlci_text_status(out, err);
}
