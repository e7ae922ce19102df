/* Values as values of another type. What has no value there is missing: a text that is no number,
 * a real beyond the integers. Reals become integers towards 0. */
#include <math.h>
#include <string.h>

#include "expression_impl.h"
#include "number.h"
#include "timestamp.h"

typedef mlci_kernel_call kernel_call;

static void copy(kernel_call *c)
{
    const int32_t type = c->arguments[0].type;
    const size_t size = type == MLC_TYPE_BOOL ? 1 : type == MLC_TYPE_TEXT ? sizeof(mlci_span) : 8;
    memcpy(c->values, c->arguments[0].values, (size_t)c->n * size);
}

/* ---- to numbers --------------------------------------------------------------------------- */

static void bool_to_integer(kernel_call *c)
{
    const uint8_t *const a = c->arguments[0].values;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = a[i];
}

static void bool_to_real(kernel_call *c)
{
    const uint8_t *const a = c->arguments[0].values;
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = a[i];
}

static void integer_to_real(kernel_call *c)
{
    c->rows->reals_of_integers(c->n, c->arguments[0].values, c->values);
}

static void real_to_integer(kernel_call *c)
{
    const double *const a = c->arguments[0].values;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        const int is_fit = a[i] >= -0x1p63 && a[i] < 0x1p63;
        out[i] = is_fit ? (int64_t)a[i] : 0;
        if (!is_fit) mlci_kernel_missing(c, i);
    }
}

static void text_to_integer(kernel_call *c)
{
    const mlci_span *const a = c->arguments[0].values;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = 0;
        if (!mlci_integer_parse(a[i].text, a[i].length, &out[i])) mlci_kernel_missing(c, i);
    }
}

static void text_to_real(kernel_call *c)
{
    const mlci_span *const a = c->arguments[0].values;
    double *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = (double)NAN;
        mlci_real_parse(a[i].text, a[i].length, &out[i]);
    }
}

static void integer_to_bool(kernel_call *c)
{
    const int64_t *const a = c->arguments[0].values;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = a[i] != 0;
}

static void real_to_bool(kernel_call *c)
{
    const double *const a = c->arguments[0].values;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++)
        out[i] = a[i] != 0;
}

static void text_to_bool(kernel_call *c)
{
    const mlci_span *const a = c->arguments[0].values;
    uint8_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = (uint8_t)mlci_word_equal(a[i].text, a[i].length, "true");
        if (!out[i] && !mlci_word_equal(a[i].text, a[i].length, "false")) mlci_kernel_missing(c, i);
    }
}

static void text_to_timestamp(kernel_call *c)
{
    const mlci_span *const a = c->arguments[0].values;
    int64_t *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        out[i] = 0;
        if (!mlci_timestamp_parse(a[i].text, a[i].length, &out[i])) mlci_kernel_missing(c, i);
    }
}

/* ---- to text ------------------------------------------------------------------------------ */

/* The text of a value; returns its length. */
static int32_t format(const mlci_vector *a, int64_t i, char out[MLCI_NUMBER_SIZE])
{
    _Static_assert(MLCI_NUMBER_SIZE >= MLCI_TIMESTAMP_SIZE, "room for both");
    switch (a->type) {
    case MLC_TYPE_BOOL:
        strcpy(out, ((const uint8_t *)a->values)[i] ? "true" : "false");
        return (int32_t)strlen(out);
    case MLC_TYPE_INT64:
        return mlci_integer_format(((const int64_t *)a->values)[i], out);
    case MLC_TYPE_TIMESTAMP:
        return mlci_timestamp_format(((const int64_t *)a->values)[i], out);
    default:
        return mlci_real_format(((const double *)a->values)[i], out);
    }
}

static void to_text(kernel_call *c)
{
    mlci_span *const out = c->values;
    for (int64_t i = 0; i < c->n; i++) {
        char text[MLCI_NUMBER_SIZE];
        const int32_t length = format(&c->arguments[0], i, text);
        char *const bytes = mlci_arena_take(c->arena, length);
        if (bytes == NULL) return;
        memcpy(bytes, text, (size_t)length);
        out[i] = (mlci_span){bytes, length};
    }
}

const mlci_overload mlci_overloads_cast[] = {
    {.name = "int", .arguments = "b", .result = 'i', .run = bool_to_integer},
    {.name = "int", .arguments = "i", .result = 'i', .run = copy},
    {.name = "int", .arguments = "r", .result = 'i', .run = real_to_integer},
    {.name = "int", .arguments = "t", .result = 'i', .run = text_to_integer},
    {.name = "real", .arguments = "b", .result = 'r', .run = bool_to_real},
    {.name = "real", .arguments = "i", .result = 'r', .run = integer_to_real},
    {.name = "real", .arguments = "r", .result = 'r', .run = copy},
    {.name = "real", .arguments = "t", .result = 'r', .run = text_to_real},
    {.name = "bool", .arguments = "b", .result = 'b', .run = copy},
    {.name = "bool", .arguments = "i", .result = 'b', .run = integer_to_bool},
    {.name = "bool", .arguments = "r", .result = 'b', .run = real_to_bool},
    {.name = "bool", .arguments = "t", .result = 'b', .run = text_to_bool},
    {.name = "text", .arguments = "b", .result = 't', .run = to_text},
    {.name = "text", .arguments = "i", .result = 't', .run = to_text},
    {.name = "text", .arguments = "r", .result = 't', .run = to_text},
    {.name = "text", .arguments = "t", .result = 't', .run = copy},
    {.name = "text", .arguments = "s", .result = 't', .run = to_text},
    {.name = "timestamp", .arguments = "t", .result = 's', .run = text_to_timestamp},
    {.name = "timestamp", .arguments = "s", .result = 's', .run = copy},
    {.name = NULL}};
