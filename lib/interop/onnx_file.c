/* Reading the messages of ONNX files. Each list is counted before memory is taken for it, so that
 * no more is taken than a small multiple of the bytes that are there. */
#include "onnx_file.h"

#include <string.h>

#define MOST_OPS (1 << 20)
#define EXTERNAL_DATA 1
#define MOST_DIMS 8

int mlci_span_is(mlci_span text, const char *word)
{
    return text.at != NULL && mlci_text_equal(text.at, text.length, word);
}

int mlci_span_same(mlci_span a, mlci_span b)
{
    return mlci_text_compare(a.at, a.length, b.at, b.length) == 0;
}

static int shown(mlci_span text)
{
    return (int)(text.length > 64 ? 64 : text.length);
}

mlc_status mlci_onnx_fault(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *what,
                           mlc_error *err)
{
    return mlci_foreign_fail(f->model, err, "node", "node '%.*s', operator '%.*s': %s",
                             shown(op->label), op->label.at, shown(op->name), op->name.at, what);
}

mlc_status mlci_onnx_unknown(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *what,
                             mlc_error *err)
{
    return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "node",
                               "node '%.*s', operator '%.*s' %s", shown(op->label), op->label.at,
                               shown(op->name), op->name.at, what);
}

static mlc_status check(const mlci_onnx_file *f, const mlci_proto *r, const char *what,
                        mlc_error *err)
{
    if (r->fault == NULL) return MLC_OK;
    return mlci_foreign_fail(f->model, err, what, "%s: %s", what, r->fault);
}

static mlc_status wrong(const mlci_onnx_file *f, const char *what, mlc_error *err)
{
    return mlci_foreign_fail(f->model, err, what, "%s: a field is not what it has to be", what);
}

static mlci_span span_of(const mlci_proto *r)
{
    return (mlci_span){r->bytes, r->length};
}

static void open_span(mlci_proto *r, mlci_span message)
{
    mlci_proto_read(r, message.at, message.length);
}

/* ---- tensors ------------------------------------------------------------------------------ */

typedef struct tensor {
    int32_t type;
    int64_t n; /* the product of its dimensions */
    int64_t n_dims, dims[MOST_DIMS];
    mlci_span raw;
} tensor;

/* What is said of a tensor beside its numbers. */
static mlc_status read_tensor(const mlci_onnx_file *f, mlci_span message, tensor *out,
                              mlc_error *err)
{
    mlci_proto r;
    uint64_t dim = 0;
    *out = (tensor){.n = 1};
    open_span(&r, message);
    while (mlci_proto_next(&r)) {
        if (r.field == MLCI_ONNX_TENSOR_TYPE && r.wire == MLCI_PROTO_VARINT)
            out->type = (int32_t)r.value;
        if (r.field == MLCI_ONNX_TENSOR_RAW && r.wire == MLCI_PROTO_BYTES) out->raw = span_of(&r);
        if (r.field == MLCI_ONNX_TENSOR_EXTERNAL ||
            (r.field == MLCI_ONNX_TENSOR_LOCATION && r.value == EXTERNAL_DATA))
            return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "external_data",
                                       "a tensor has its data in another file: save the model as "
                                       "one file");
    }
    MLCI_TRY(check(f, &r, "tensor", err));
    const int64_t n =
        mlci_proto_count(message.at, message.length, MLCI_ONNX_TENSOR_DIMS, MLCI_PROTO_VARINT);
    if (n < 0 || n > MOST_DIMS) return wrong(f, "tensor", err);
    uint64_t dims[MOST_DIMS] = {0};
    mlci_proto_numbers(message.at, message.length, MLCI_ONNX_TENSOR_DIMS, MLCI_PROTO_VARINT, dims);
    for (int64_t i = 0; i < n; i++) {
        dim = dims[i];
        if (dim > (uint64_t)message.length || (dim > 0 && out->n > message.length / (int64_t)dim))
            return mlci_foreign_fail(f->model, err, "tensor",
                                     "tensor: it has more elements than bytes");
        out->n *= (int64_t)dim;
        out->dims[i] = (int64_t)dim;
    }
    out->n_dims = n;
    return MLC_OK;
}

static double element(int32_t type, uint64_t bits)
{
    switch (type) {
    case MLCI_ONNX_FLOAT:
        return (double)mlci_proto_float(bits);
    case MLCI_ONNX_DOUBLE:
        return mlci_proto_double(bits);
    case MLCI_ONNX_UINT8:
    case MLCI_ONNX_BOOL:
        return (double)(bits & 255);
    case MLCI_ONNX_INT32:
        return (double)(int32_t)(uint32_t)bits;
    default:
        return (double)(int64_t)bits;
    }
}

typedef struct storage {
    int32_t type, field, wire, size; /* size: bytes of an element in raw data */
} storage;

static const storage storages[] = {
    {MLCI_ONNX_FLOAT, MLCI_ONNX_TENSOR_FLOATS, MLCI_PROTO_FIXED32, 4},
    {MLCI_ONNX_DOUBLE, MLCI_ONNX_TENSOR_DOUBLES, MLCI_PROTO_FIXED64, 8},
    {MLCI_ONNX_INT64, MLCI_ONNX_TENSOR_INT64S, MLCI_PROTO_VARINT, 8},
    {MLCI_ONNX_INT32, MLCI_ONNX_TENSOR_INT32S, MLCI_PROTO_VARINT, 4},
    {MLCI_ONNX_UINT8, MLCI_ONNX_TENSOR_INT32S, MLCI_PROTO_VARINT, 1},
    {MLCI_ONNX_BOOL, MLCI_ONNX_TENSOR_INT32S, MLCI_PROTO_VARINT, 1},
};

static void take_raw(const storage *s, mlci_span raw, double *out)
{
    for (int64_t i = 0; i < raw.length / s->size; i++) {
        uint64_t bits = 0;
        for (int32_t k = 0; k < s->size; k++)
            bits |= (uint64_t)(uint8_t)raw.at[i * s->size + k] << 8 * k;
        out[i] = element(s->type, bits);
    }
}

/* Numbers of a field, as bits that are doubles afterwards. */
static mlc_status take_field(const mlci_onnx_file *f, mlci_span message, const storage *s,
                             const char *what, mlci_onnx_numbers *out, mlc_error *err)
{
    out->n = mlci_proto_count(message.at, message.length, s->field, s->wire);
    if (out->n < 0) return wrong(f, what, err);
    out->values = mlci_alloc(f->model->root, out->n, sizeof *out->values);
    if (out->values == NULL) return mlci_fail_memory(err, out->n, sizeof *out->values);
    uint64_t *const bits = mlci_alloc(f->model->root, out->n, sizeof *bits);
    if (bits == NULL) return mlci_fail_memory(err, out->n, sizeof *bits);
    mlci_proto_numbers(message.at, message.length, s->field, s->wire, bits);
    for (int64_t i = 0; i < out->n; i++)
        out->values[i] = element(s->type, bits[i]);
    mlci_free(bits);
    return MLC_OK;
}

static mlc_status take_numbers(const mlci_onnx_file *f, mlci_span message, const tensor *t,
                               const storage *s, mlci_onnx_numbers *out, mlc_error *err)
{
    out->is_double = s->type == MLCI_ONNX_DOUBLE;
    if (t->raw.at == NULL) {
        MLCI_TRY(take_field(f, message, s, "tensor", out, err));
    } else {
        if (t->raw.length % s->size != 0) return wrong(f, "tensor", err);
        out->n = t->raw.length / s->size;
        out->values = mlci_alloc(f->model->root, out->n, sizeof *out->values);
        if (out->values == NULL) return mlci_fail_memory(err, out->n, sizeof *out->values);
        take_raw(s, t->raw, out->values);
    }
    if (out->n == t->n) return MLC_OK;
    return mlci_foreign_fail(f->model, err, "tensor",
                             "tensor: it has %lld elements, its dimensions say %lld",
                             (long long)out->n, (long long)t->n);
}

mlc_status mlci_onnx_tensor_numbers(const mlci_onnx_file *f, mlci_span message,
                                    mlci_onnx_numbers *out, int32_t *type, mlc_error *err)
{
    tensor t;
    *out = (mlci_onnx_numbers){0};
    MLCI_TRY(read_tensor(f, message, &t, err));
    if (type != NULL) *type = t.type;
    for (size_t i = 0; i < sizeof storages / sizeof storages[0]; i++) {
        if (storages[i].type != t.type) continue;
        const mlc_status status = take_numbers(f, message, &t, &storages[i], out, err);
        if (status == MLC_OK) return MLC_OK;
        mlci_free(out->values);
        *out = (mlci_onnx_numbers){0};
        return status;
    }
    return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "tensor",
                               "a tensor of numbers has element type %d, which is not known",
                               (int)t.type);
}

mlc_status mlci_onnx_tensor_shape(const mlci_onnx_file *f, mlci_span message, int64_t *rows,
                                  int64_t *columns, mlc_error *err)
{
    tensor t;
    MLCI_TRY(read_tensor(f, message, &t, err));
    *columns = t.n_dims == 0 ? 1 : t.dims[t.n_dims - 1];
    *rows = 1;
    for (int64_t i = 0; i + 1 < t.n_dims; i++)
        *rows *= t.dims[i];
    return MLC_OK;
}

/* The texts of a field of a message. */
static mlc_status take_texts(const mlci_onnx_file *f, mlci_span message, int32_t field, int64_t *n,
                             mlci_span **out, mlc_error *err)
{
    mlci_proto r;
    int64_t count = 0;
    *n = 0;
    *out = NULL;
    open_span(&r, message);
    while (mlci_proto_next(&r))
        count += r.field == field && r.wire == MLCI_PROTO_BYTES;
    MLCI_TRY(check(f, &r, "texts", err));
    *out = mlci_alloc(f->model->root, count, sizeof **out);
    if (*out == NULL) return mlci_fail_memory(err, count, sizeof **out);
    open_span(&r, message);
    while (mlci_proto_next(&r))
        if (r.field == field && r.wire == MLCI_PROTO_BYTES) (*out)[(*n)++] = span_of(&r);
    return MLC_OK;
}

mlc_status mlci_onnx_tensor_texts(const mlci_onnx_file *f, mlci_span message, int64_t *n,
                                  mlci_span **out, mlc_error *err)
{
    tensor t;
    MLCI_TRY(read_tensor(f, message, &t, err));
    if (t.type != MLCI_ONNX_STRING) return wrong(f, "tensor of texts", err);
    return take_texts(f, message, MLCI_ONNX_TENSOR_TEXTS, n, out, err);
}

/* ---- attributes --------------------------------------------------------------------------- */

static mlci_span name_of_attribute(mlci_span message)
{
    mlci_proto r;
    open_span(&r, message);
    while (mlci_proto_next(&r))
        if (r.field == MLCI_ONNX_ATTRIBUTE_NAME && r.wire == MLCI_PROTO_BYTES) return span_of(&r);
    return (mlci_span){NULL, 0};
}

mlci_span mlci_onnx_attribute(const mlci_onnx_op *op, const char *name)
{
    mlci_proto r;
    open_span(&r, op->message);
    while (mlci_proto_next(&r))
        if (r.field == MLCI_ONNX_NODE_ATTRIBUTE && r.wire == MLCI_PROTO_BYTES &&
            mlci_span_is(name_of_attribute(span_of(&r)), name))
            return span_of(&r);
    return (mlci_span){NULL, 0};
}

/* The last field of that number; 0: there is none. */
static int find_field(mlci_span message, int32_t field, int32_t wire, mlci_proto *out)
{
    mlci_proto r;
    int found = 0;
    open_span(&r, message);
    while (mlci_proto_next(&r)) {
        if (r.field != field || r.wire != wire) continue;
        *out = r;
        found = 1;
    }
    return found;
}

mlc_status mlci_onnx_integer_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                                int64_t otherwise, int64_t *out, mlc_error *err)
{
    mlci_proto r;
    const mlci_span attribute = mlci_onnx_attribute(op, name);
    *out = otherwise;
    if (attribute.at == NULL) return MLC_OK;
    if (!find_field(attribute, MLCI_ONNX_ATTRIBUTE_INTEGER, MLCI_PROTO_VARINT, &r))
        return wrong(f, name, err);
    *out = (int64_t)r.value;
    return MLC_OK;
}

mlc_status mlci_onnx_float_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                              double otherwise, double *out, mlc_error *err)
{
    mlci_proto r;
    const mlci_span attribute = mlci_onnx_attribute(op, name);
    *out = otherwise;
    if (attribute.at == NULL) return MLC_OK;
    if (!find_field(attribute, MLCI_ONNX_ATTRIBUTE_FLOAT, MLCI_PROTO_FIXED32, &r))
        return wrong(f, name, err);
    *out = (double)mlci_proto_float(r.value);
    return MLC_OK;
}

mlc_status mlci_onnx_text_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                             mlci_span *out, mlc_error *err)
{
    mlci_proto r;
    const mlci_span attribute = mlci_onnx_attribute(op, name);
    *out = (mlci_span){NULL, 0};
    if (attribute.at == NULL) return MLC_OK;
    if (!find_field(attribute, MLCI_ONNX_ATTRIBUTE_TEXT, MLCI_PROTO_BYTES, &r))
        return wrong(f, name, err);
    *out = span_of(&r);
    return MLC_OK;
}

mlc_status mlci_onnx_numbers_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                                mlci_onnx_numbers *out, mlc_error *err)
{
    static const storage integers = {MLCI_ONNX_INT64, MLCI_ONNX_ATTRIBUTE_INTEGERS,
                                     MLCI_PROTO_VARINT, 8};
    static const storage floats = {MLCI_ONNX_FLOAT, MLCI_ONNX_ATTRIBUTE_FLOATS, MLCI_PROTO_FIXED32,
                                   4};
    mlci_proto r;
    const mlci_span attribute = mlci_onnx_attribute(op, name);
    *out = (mlci_onnx_numbers){0};
    if (attribute.at == NULL) return MLC_OK;
    if (find_field(attribute, MLCI_ONNX_ATTRIBUTE_TENSOR, MLCI_PROTO_BYTES, &r))
        return mlci_onnx_tensor_numbers(f, span_of(&r), out, NULL, err);
    const int64_t n_floats =
        mlci_proto_count(attribute.at, attribute.length, floats.field, floats.wire);
    const mlc_status status =
        take_field(f, attribute, n_floats != 0 ? &floats : &integers, name, out, err);
    if (status == MLC_OK) return MLC_OK;
    mlci_free(out->values);
    *out = (mlci_onnx_numbers){0};
    return status;
}

mlc_status mlci_onnx_texts_of(const mlci_onnx_file *f, const mlci_onnx_op *op, const char *name,
                              int64_t *n, mlci_span **out, mlc_error *err)
{
    const mlci_span attribute = mlci_onnx_attribute(op, name);
    *n = 0;
    *out = NULL;
    if (attribute.at == NULL) return MLC_OK;
    return take_texts(f, attribute, MLCI_ONNX_ATTRIBUTE_TEXTS, n, out, err);
}

/* ---- nodes -------------------------------------------------------------------------------- */

static mlc_status read_op(mlci_onnx_file *f, mlci_span message, mlci_onnx_op *op, mlc_error *err)
{
    mlci_proto r;
    *op = (mlci_onnx_op){.message = message, .name = {"", 0}, .domain = {"", 0}, .label = {"", 0}};
    op->first_input = f->n_names;
    for (int32_t pass = 0; pass < 2; pass++) {
        if (pass == 1) op->first_output = f->n_names;
        open_span(&r, message);
        while (mlci_proto_next(&r)) {
            if (r.wire != MLCI_PROTO_BYTES) continue;
            if (r.field == (pass == 0 ? MLCI_ONNX_NODE_INPUT : MLCI_ONNX_NODE_OUTPUT)) {
                f->names[f->n_names++] = span_of(&r);
                *(pass == 0 ? &op->n_inputs : &op->n_outputs) += 1;
            }
            if (r.field == MLCI_ONNX_NODE_NAME) op->label = span_of(&r);
            if (r.field == MLCI_ONNX_NODE_OP) op->name = span_of(&r);
            if (r.field == MLCI_ONNX_NODE_DOMAIN) op->domain = span_of(&r);
        }
    }
    if (op->label.length == 0 && op->n_outputs > 0) op->label = f->names[op->first_output];
    return check(f, &r, "node", err);
}

/* The width of an input's second dimension. */
static int64_t width_of(mlci_span shape)
{
    mlci_proto r, dim;
    int64_t n = 0, width = 1;
    open_span(&r, shape);
    while (mlci_proto_next(&r)) {
        if (r.field != MLCI_ONNX_SHAPE_DIM || r.wire != MLCI_PROTO_BYTES || n++ == 0) continue;
        width = n > 2 ? -1 : width;
        if (n == 2)
            width = find_field(span_of(&r), MLCI_ONNX_DIM_VALUE, MLCI_PROTO_VARINT, &dim) &&
                            dim.value <= INT32_MAX
                        ? (int64_t)dim.value
                        : -1;
    }
    return n == 0 ? -1 : width;
}

static mlc_status read_input(const mlci_onnx_file *f, mlci_span message, mlci_onnx_known *out,
                             mlc_error *err)
{
    mlci_proto r, inner;
    *out = (mlci_onnx_known){.message = message, .name = {"", 0}, .width = -1};
    if (find_field(message, MLCI_ONNX_VALUE_NAME, MLCI_PROTO_BYTES, &r)) out->name = span_of(&r);
    if (!find_field(message, MLCI_ONNX_VALUE_TYPE, MLCI_PROTO_BYTES, &r) ||
        !find_field(span_of(&r), MLCI_ONNX_TYPE_TENSOR, MLCI_PROTO_BYTES, &inner))
        return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "input",
                                   "input '%.*s' is no tensor", shown(out->name), out->name.at);
    const mlci_span tensor_type = span_of(&inner);
    if (find_field(tensor_type, MLCI_ONNX_TENSOR_TYPE_ELEMENT, MLCI_PROTO_VARINT, &r))
        out->type = (int32_t)r.value;
    if (find_field(tensor_type, MLCI_ONNX_TENSOR_TYPE_SHAPE, MLCI_PROTO_BYTES, &r))
        out->width = width_of(span_of(&r));
    return MLC_OK;
}

static mlc_status read_constant(const mlci_onnx_file *f, mlci_span message, mlci_onnx_known *out,
                                mlc_error *err)
{
    mlci_proto r;
    tensor t;
    *out = (mlci_onnx_known){.message = message, .name = {"", 0}};
    if (find_field(message, MLCI_ONNX_TENSOR_NAME, MLCI_PROTO_BYTES, &r)) out->name = span_of(&r);
    return read_tensor(f, message, &t, err);
}

/* ---- graph -------------------------------------------------------------------------------- */

static int64_t count_names(mlci_span message)
{
    mlci_proto r;
    int64_t n = 0;
    open_span(&r, message);
    while (mlci_proto_next(&r))
        n += r.wire == MLCI_PROTO_BYTES &&
             (r.field == MLCI_ONNX_NODE_INPUT || r.field == MLCI_ONNX_NODE_OUTPUT);
    return n;
}

static mlc_status count_parts(const mlci_onnx_file *f, int64_t n[5], mlc_error *err)
{
    mlci_proto r;
    open_span(&r, f->graph);
    while (mlci_proto_next(&r)) {
        if (r.field == MLCI_ONNX_GRAPH_SPARSE)
            return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "sparse_initializer",
                                       "sparse constants are not known");
        if (r.wire != MLCI_PROTO_BYTES) continue;
        n[0] += r.field == MLCI_ONNX_GRAPH_NODE;
        n[1] += r.field == MLCI_ONNX_GRAPH_CONSTANT;
        n[2] += r.field == MLCI_ONNX_GRAPH_INPUT;
        n[3] += r.field == MLCI_ONNX_GRAPH_OUTPUT;
        if (r.field == MLCI_ONNX_GRAPH_NODE) n[4] += count_names(span_of(&r));
    }
    MLCI_TRY(check(f, &r, "graph", err));
    if (n[0] <= MOST_OPS) return MLC_OK;
    return mlci_foreign_refuse(f->model, err, MLC_ERROR_LIMIT, "node",
                               "its graph has %lld nodes: more than %d", (long long)n[0], MOST_OPS);
}

static mlc_status read_part(mlci_onnx_file *f, const mlci_proto *r, mlc_error *err)
{
    const mlci_span message = span_of(r);
    mlci_onnx_known value;
    switch (r->field) {
    case MLCI_ONNX_GRAPH_NODE:
        return read_op(f, message, &f->ops[f->n_ops++], err);
    case MLCI_ONNX_GRAPH_CONSTANT:
        return read_constant(f, message, &f->constants[f->n_constants++], err);
    case MLCI_ONNX_GRAPH_INPUT:
        return read_input(f, message, &f->inputs[f->n_inputs++], err);
    case MLCI_ONNX_GRAPH_OUTPUT:
        value.name = (mlci_span){"", 0};
        mlci_proto name;
        if (find_field(message, MLCI_ONNX_VALUE_NAME, MLCI_PROTO_BYTES, &name))
            value.name = span_of(&name);
        f->outputs[f->n_outputs++] = value.name;
        return MLC_OK;
    default:
        return MLC_OK;
    }
}

static mlc_status read_graph(mlci_onnx_file *f, mlc_error *err)
{
    mlci_root *const root = f->model->root;
    int64_t n[5] = {0};
    mlci_proto r;
    MLCI_TRY(count_parts(f, n, err));
    f->ops = mlci_alloc(root, n[0], sizeof *f->ops);
    f->constants = mlci_alloc(root, n[1], sizeof *f->constants);
    f->inputs = mlci_alloc(root, n[2], sizeof *f->inputs);
    f->outputs = mlci_alloc(root, n[3], sizeof *f->outputs);
    f->names = mlci_alloc(root, n[4], sizeof *f->names);
    if (f->ops == NULL || f->constants == NULL || f->inputs == NULL || f->outputs == NULL ||
        f->names == NULL)
        return mlci_fail_memory(err, n[0] + n[1] + n[2] + n[3] + n[4], sizeof *f->ops);
    open_span(&r, f->graph);
    while (mlci_proto_next(&r)) {
        if (r.wire == MLCI_PROTO_BYTES) MLCI_TRY(read_part(f, &r, err));
        MLCI_TRY(mlci_poll(f->model->call, err));
    }
    return check(f, &r, "graph", err);
}

static mlc_status read_opset(mlci_onnx_file *f, mlci_span message, mlc_error *err)
{
    mlci_proto domain = {0}, version = {0};
    const int has_domain = find_field(message, MLCI_ONNX_OPSET_DOMAIN, MLCI_PROTO_BYTES, &domain);
    if (!find_field(message, MLCI_ONNX_OPSET_VERSION, MLCI_PROTO_VARINT, &version))
        return wrong(f, "opset_import", err);
    if (has_domain && mlci_span_is(span_of(&domain), "ai.onnx.ml"))
        f->ml_version = version.value > 1000 ? 1000 : (int64_t)version.value;
    return MLC_OK;
}

static void read_metadata(mlci_onnx_file *f, mlci_span message)
{
    mlci_proto key, value;
    if (find_field(message, MLCI_ONNX_METADATA_KEY, MLCI_PROTO_BYTES, &key) &&
        find_field(message, MLCI_ONNX_METADATA_VALUE, MLCI_PROTO_BYTES, &value) &&
        mlci_span_is(span_of(&key), MLCI_ONNX_QUANTILES))
        f->levels = span_of(&value);
}

mlc_status mlci_onnx_read(mlci_onnx_file *f, const char *bytes, int64_t n, mlc_error *err)
{
    mlci_proto r;
    mlci_proto_read(&r, bytes, n);
    while (mlci_proto_next(&r)) {
        if (r.wire != MLCI_PROTO_BYTES) continue;
        if (r.field == MLCI_ONNX_MODEL_GRAPH) f->graph = span_of(&r);
        if (r.field == MLCI_ONNX_MODEL_PRODUCER) f->producer = span_of(&r);
        if (r.field == MLCI_ONNX_MODEL_OPSET) MLCI_TRY(read_opset(f, span_of(&r), err));
        if (r.field == MLCI_ONNX_MODEL_METADATA) read_metadata(f, span_of(&r));
        if (r.field == MLCI_ONNX_MODEL_FUNCTIONS)
            return mlci_foreign_refuse(f->model, err, MLC_ERROR_UNSUPPORTED, "functions",
                                       "functions of its own are not known");
    }
    MLCI_TRY(check(f, &r, "file", err));
    if (f->graph.at == NULL)
        return mlci_foreign_fail(f->model, err, "graph", "it has no graph: the file was cut off");
    return read_graph(f, err);
}

void mlci_onnx_file_clear(mlci_onnx_file *f)
{
    mlci_free(f->ops);
    mlci_free(f->constants);
    mlci_free(f->inputs);
    mlci_free(f->outputs);
    mlci_free(f->names);
}
