/* Small graphs of ONNX in tests, written as text: a line each for what there is.
 *
 *     in x float 2                      an input: float, double, int64 or string; width ?: not said
 *     const w double 2x1 1,-2.5         a constant; 1, 2x1 or - are its dimensions
 *     Scaler.ml x -> z offset=f1,2      a node; .ml: of ai.onnx.ml; then what it gives
 *     out y                             an output
 *
 * Attributes are lists f1,2 i1,2 and s'a','b', or one number or text F1 I1 SNONE. */
#ifndef MLCI_ONNX_WRITING_H
#define MLCI_ONNX_WRITING_H

#include <math.h>
#include <mlcore/model.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/making.h"
#include "onnx_words.h"
#include "protobuf.h"

#define ONNX_WORDS 24 /* of a line */

static inline int onnx_writing_type(const char *word)
{
    return strcmp(word, "float") == 0    ? MLCI_ONNX_FLOAT
           : strcmp(word, "double") == 0 ? MLCI_ONNX_DOUBLE
           : strcmp(word, "int64") == 0  ? MLCI_ONNX_INT64
           : strcmp(word, "bool") == 0   ? MLCI_ONNX_BOOL
                                         : MLCI_ONNX_STRING;
}

/* Cuts a text at a letter, in place. */
static inline int onnx_writing_split(char *text, char at, char **out)
{
    int n = 0;
    for (char *next = text; next != NULL && n < ONNX_WORDS;) {
        out[n++] = next;
        next = strchr(next, at);
        if (next != NULL) *next++ = '\0';
    }
    return n;
}

static inline void onnx_writing_value(mlci_text *out, int32_t field, const char *name, int32_t type,
                                      int64_t width)
{
    const int64_t value = mlci_proto_open(out, field);
    mlci_proto_add_text(out, MLCI_ONNX_VALUE_NAME, name);
    const int64_t outer = mlci_proto_open(out, MLCI_ONNX_VALUE_TYPE);
    const int64_t tensor = mlci_proto_open(out, MLCI_ONNX_TYPE_TENSOR);
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_TYPE_ELEMENT, type);
    const int64_t shape = mlci_proto_open(out, MLCI_ONNX_TENSOR_TYPE_SHAPE);
    for (int i = 0; i < 2; i++) {
        const int64_t dim = mlci_proto_open(out, MLCI_ONNX_SHAPE_DIM);
        if (i == 1 && width > 0) mlci_proto_add_integer(out, MLCI_ONNX_DIM_VALUE, width);
        mlci_proto_close(out, dim);
    }
    mlci_proto_close(out, shape);
    mlci_proto_close(out, tensor);
    mlci_proto_close(out, outer);
    mlci_proto_close(out, value);
}

static inline void onnx_writing_numbers(mlci_text *out, int32_t type, char **items, int n)
{
    const int64_t raw = mlci_proto_open(out, MLCI_ONNX_TENSOR_RAW);
    for (int i = 0; i < n; i++) {
        const int64_t integer = type == MLCI_ONNX_INT64 ? strtoll(items[i], NULL, 10) : 0;
        double number = strtod(items[i], NULL);
        if (type == MLCI_ONNX_INT64) memcpy(&number, &integer, sizeof number);
        if (type == MLCI_ONNX_FLOAT)
            mlci_proto_put_float(out, (float)number);
        else
            mlci_proto_put_double(out, number);
    }
    mlci_proto_close(out, raw);
}

static inline void onnx_writing_constant(mlci_text *out, char **words)
{
    const int32_t type = onnx_writing_type(words[2]);
    char *dims[ONNX_WORDS], *items[ONNX_WORDS];
    const int n_dims = strcmp(words[3], "-") == 0 ? 0 : onnx_writing_split(words[3], 'x', dims);
    const int n = onnx_writing_split(words[4], ',', items);
    const int64_t mark = mlci_proto_open(out, MLCI_ONNX_GRAPH_CONSTANT);
    for (int i = 0; i < n_dims; i++)
        mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_DIMS, strtoll(dims[i], NULL, 10));
    mlci_proto_add_integer(out, MLCI_ONNX_TENSOR_TYPE, type);
    mlci_proto_add_text(out, MLCI_ONNX_TENSOR_NAME, words[1]);
    for (int i = 0; i < n && type == MLCI_ONNX_STRING; i++)
        mlci_proto_add_text(out, MLCI_ONNX_TENSOR_TEXTS, items[i]);
    if (type != MLCI_ONNX_STRING) onnx_writing_numbers(out, type, items, n);
    mlci_proto_close(out, mark);
}

static inline void onnx_writing_list(mlci_text *out, char kind, char **items, int n)
{
    const int is_float = kind == 'f';
    mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_TYPE,
                           is_float      ? MLCI_ONNX_IS_FLOATS
                           : kind == 'i' ? MLCI_ONNX_IS_INTEGERS
                                         : MLCI_ONNX_IS_TEXTS);
    for (int i = 0; i < n && kind == 's'; i++)
        mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_TEXTS, items[i]);
    if (kind == 's') return;
    const int64_t packed =
        mlci_proto_open(out, is_float ? MLCI_ONNX_ATTRIBUTE_FLOATS : MLCI_ONNX_ATTRIBUTE_INTEGERS);
    for (int i = 0; i < n; i++) {
        if (is_float)
            mlci_proto_put_float(out, (float)strtod(items[i], NULL));
        else
            mlci_proto_put_varint(out, (uint64_t)strtoll(items[i], NULL, 10));
    }
    mlci_proto_close(out, packed);
}

static inline void onnx_writing_attribute(mlci_text *out, char *word)
{
    char *const value = strchr(word, '=') + 1, *items[ONNX_WORDS];
    value[-1] = '\0';
    const int64_t mark = mlci_proto_open(out, MLCI_ONNX_NODE_ATTRIBUTE);
    mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_NAME, word);
    if (*value == 'F') {
        mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_TYPE, MLCI_ONNX_IS_FLOAT);
        mlci_proto_put_varint(out, MLCI_ONNX_ATTRIBUTE_FLOAT << 3 | MLCI_PROTO_FIXED32);
        mlci_proto_put_float(out, (float)strtod(value + 1, NULL));
    } else if (*value == 'I') {
        mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_TYPE, MLCI_ONNX_IS_INTEGER);
        mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_INTEGER, strtoll(value + 1, NULL, 10));
    } else if (*value == 'S') {
        mlci_proto_add_integer(out, MLCI_ONNX_ATTRIBUTE_TYPE, MLCI_ONNX_IS_TEXT);
        mlci_proto_add_text(out, MLCI_ONNX_ATTRIBUTE_TEXT, value + 1);
    } else {
        onnx_writing_list(out, *value, items, onnx_writing_split(value + 1, ',', items));
    }
    mlci_proto_close(out, mark);
}

static inline void onnx_writing_node(mlci_text *out, char **words, int n_words)
{
    char *inputs[ONNX_WORDS], *outputs[ONNX_WORDS];
    char *const ml = strstr(words[0], ".ml");
    if (ml != NULL) *ml = '\0';
    const int64_t node = mlci_proto_open(out, MLCI_ONNX_GRAPH_NODE);
    const int n_in = onnx_writing_split(words[1], ',', inputs);
    const int n_out = onnx_writing_split(words[3], ',', outputs);
    for (int i = 0; i < n_in; i++)
        mlci_proto_add_text(out, MLCI_ONNX_NODE_INPUT, inputs[i]);
    for (int i = 0; i < n_out; i++)
        mlci_proto_add_text(out, MLCI_ONNX_NODE_OUTPUT, outputs[i]);
    mlci_proto_add_text(out, MLCI_ONNX_NODE_OP, words[0]);
    if (ml != NULL) mlci_proto_add_text(out, MLCI_ONNX_NODE_DOMAIN, "ai.onnx.ml");
    for (int i = 4; i < n_words; i++)
        onnx_writing_attribute(out, words[i]);
    mlci_proto_close(out, node);
}

static inline void onnx_writing_line(mlci_text *out, char *line)
{
    char *words[ONNX_WORDS];
    const int n = onnx_writing_split(line, ' ', words);
    if (strcmp(words[0], "in") == 0)
        onnx_writing_value(out, MLCI_ONNX_GRAPH_INPUT, words[1], onnx_writing_type(words[2]),
                           atoi(words[3]));
    else if (strcmp(words[0], "out") == 0)
        onnx_writing_value(out, MLCI_ONNX_GRAPH_OUTPUT, words[1], MLCI_ONNX_FLOAT, 1);
    else if (strcmp(words[0], "const") == 0)
        onnx_writing_constant(out, words);
    else
        onnx_writing_node(out, words, n);
}

/* A model of that graph; the caller clears it. */
static inline mlci_text onnx_writing_model(const char *lines)
{
    mlci_text out = mlci_text_init(NULL);
    char *const copy = strdup(lines);
    mlci_proto_add_integer(&out, MLCI_ONNX_MODEL_IR, 8);
    const int64_t graph = mlci_proto_open(&out, MLCI_ONNX_MODEL_GRAPH);
    for (char *line = copy; line != NULL && *line != '\0';) {
        char *const end = strchr(line, '\n');
        if (end != NULL) *end = '\0';
        onnx_writing_line(&out, line);
        line = end == NULL ? NULL : end + 1;
    }
    mlci_proto_close(&out, graph);
    const int64_t opset = mlci_proto_open(&out, MLCI_ONNX_MODEL_OPSET);
    mlci_proto_add_text(&out, MLCI_ONNX_OPSET_DOMAIN, "ai.onnx.ml");
    mlci_proto_add_integer(&out, MLCI_ONNX_OPSET_VERSION, 3);
    mlci_proto_close(&out, opset);
    free(copy);
    ck_assert(!out.failed);
    return out;
}

static inline mlc_model *onnx_writing_import(const char *lines)
{
    mlci_text file = onnx_writing_model(lines);
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_model_import_memory(NULL, file.data, file.length, NULL, NULL, &model, &err);
    ck_assert_msg(status == MLC_OK, "%s\n%s", err.message, lines);
    mlci_text_clear(&file);
    return model;
}

static inline void onnx_writing_fails(const char *lines, mlc_status wanted, const char *says)
{
    mlci_text file = onnx_writing_model(lines);
    mlc_model *model = NULL;
    mlc_error err = {0};
    const mlc_status status =
        mlc_model_import_memory(NULL, file.data, file.length, NULL, NULL, &model, &err);
    ck_assert_msg(status == wanted, "%s: %s\n%s", mlc_status_name(status), err.message, lines);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s\n%s", err.message, lines);
    ck_assert_ptr_null(model);
    mlci_text_clear(&file);
}

#endif
