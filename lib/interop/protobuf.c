/* Protocol buffers: a field is a varint of 8 x number + encoding, then its value. Numbers are
 * little-endian; the length of a message is known once it is written, and put before it then. */
#include "protobuf.h"

#include <string.h>

#define MOST_VARINT_BYTES 10
#define MOST_FIELD 536870911 /* 2^29 - 1 */

/* ---- writing ------------------------------------------------------------------------------ */

static int32_t encode_varint(uint64_t value, char out[MOST_VARINT_BYTES])
{
    int32_t n = 0;
    for (; value > 127; value >>= 7)
        out[n++] = (char)(value | 128);
    out[n++] = (char)value;
    return n;
}

void mlci_proto_put_varint(mlci_text *out, uint64_t value)
{
    char bytes[MOST_VARINT_BYTES];
    mlci_text_append(out, bytes, encode_varint(value, bytes));
}

static void put_fixed(mlci_text *out, uint64_t bits, int32_t n)
{
    char bytes[8];
    for (int32_t i = 0; i < n; i++)
        bytes[i] = (char)(bits >> 8 * i);
    mlci_text_append(out, bytes, n);
}

void mlci_proto_put_float(mlci_text *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_fixed(out, bits, 4);
}

void mlci_proto_put_double(mlci_text *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_fixed(out, bits, 8);
}

static void put_tag(mlci_text *out, int32_t field, int32_t wire)
{
    mlci_proto_put_varint(out, (uint64_t)field << 3 | (uint64_t)wire);
}

void mlci_proto_add_integer(mlci_text *out, int32_t field, int64_t value)
{
    put_tag(out, field, MLCI_PROTO_VARINT);
    mlci_proto_put_varint(out, (uint64_t)value);
}

void mlci_proto_add_bytes(mlci_text *out, int32_t field, const char *bytes, int64_t length)
{
    put_tag(out, field, MLCI_PROTO_BYTES);
    mlci_proto_put_varint(out, (uint64_t)length);
    if (length > 0) mlci_text_append(out, bytes, length);
}

void mlci_proto_add_text(mlci_text *out, int32_t field, const char *text)
{
    mlci_proto_add_bytes(out, field, text, (int64_t)strlen(text));
}

int64_t mlci_proto_open(mlci_text *out, int32_t field)
{
    put_tag(out, field, MLCI_PROTO_BYTES);
    return out->length;
}

void mlci_proto_close(mlci_text *out, int64_t mark)
{
    char bytes[MOST_VARINT_BYTES];
    const int64_t length = out->length - mark;
    const int32_t n = encode_varint((uint64_t)length, bytes);
    mlci_text_append(out, bytes, n);
    if (out->failed) return;
    memmove(out->data + mark + n, out->data + mark, (size_t)length);
    memcpy(out->data + mark, bytes, (size_t)n);
}

/* ---- reading ------------------------------------------------------------------------------ */

void mlci_proto_read(mlci_proto *r, const char *bytes, int64_t length)
{
    *r = (mlci_proto){.at = bytes, .end = bytes + length};
}

void mlci_proto_enter(const mlci_proto *r, mlci_proto *inner)
{
    mlci_proto_read(inner, r->bytes, r->length);
}

static int fail(mlci_proto *r, const char *fault)
{
    r->fault = fault;
    r->at = r->end;
    return 0;
}

static int read_varint(mlci_proto *r, uint64_t *out)
{
    uint64_t value = 0;
    for (int32_t i = 0; i < MOST_VARINT_BYTES; i++) {
        if (r->at == r->end) return fail(r, "it is cut off inside a number");
        const uint8_t byte = (uint8_t)*r->at++;
        if (i == MOST_VARINT_BYTES - 1 && byte > 1) break;
        value |= (uint64_t)(byte & 127) << 7 * i;
        if (byte < 128) {
            *out = value;
            return 1;
        }
    }
    return fail(r, "a number has more than 64 bits");
}

static int read_fixed(mlci_proto *r, int32_t n, uint64_t *out)
{
    if (r->end - r->at < n) return fail(r, "it is cut off inside a number");
    *out = 0;
    for (int32_t i = 0; i < n; i++)
        *out |= (uint64_t)(uint8_t)r->at[i] << 8 * i;
    r->at += n;
    return 1;
}

static int read_bytes(mlci_proto *r)
{
    uint64_t length = 0;
    if (!read_varint(r, &length)) return 0;
    if (length > (uint64_t)(r->end - r->at))
        return fail(r, "a field is longer than what is left of the bytes");
    r->bytes = r->at;
    r->length = (int64_t)length;
    r->at += length;
    return 1;
}

static int read_number(mlci_proto *r, int32_t wire, uint64_t *out)
{
    return wire == MLCI_PROTO_VARINT ? read_varint(r, out)
                                     : read_fixed(r, wire == MLCI_PROTO_FIXED64 ? 8 : 4, out);
}

int mlci_proto_next(mlci_proto *r)
{
    uint64_t tag = 0;
    if (r->at == r->end || !read_varint(r, &tag)) return 0;
    if (tag >> 3 == 0 || tag >> 3 > MOST_FIELD) return fail(r, "a field has no valid number");
    r->field = (int32_t)(tag >> 3);
    r->wire = (int32_t)(tag & 7);
    r->value = 0;
    r->bytes = NULL;
    r->length = 0;
    switch (r->wire) {
    case MLCI_PROTO_VARINT:
    case MLCI_PROTO_FIXED64:
    case MLCI_PROTO_FIXED32:
        return read_number(r, r->wire, &r->value);
    case MLCI_PROTO_BYTES:
        return read_bytes(r);
    default:
        return fail(r, "a field has an encoding that is not known");
    }
}

float mlci_proto_float(uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

double mlci_proto_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- lists of numbers --------------------------------------------------------------------- */

/* Those of the latest field; out NULL: they are counted only. */
static int64_t unpack(const mlci_proto *r, int32_t wire, uint64_t *out)
{
    mlci_proto packed;
    uint64_t value = 0;
    int64_t n = 0;
    if (r->wire == wire) {
        if (out != NULL) *out = r->value;
        return 1;
    }
    if (r->wire != MLCI_PROTO_BYTES) return -1;
    mlci_proto_enter(r, &packed);
    for (; packed.at != packed.end; n++) {
        if (!read_number(&packed, wire, &value)) return -1;
        if (out != NULL) out[n] = value;
    }
    return n;
}

int64_t mlci_proto_count(const char *bytes, int64_t length, int32_t field, int32_t wire)
{
    mlci_proto r;
    int64_t total = 0;
    mlci_proto_read(&r, bytes, length);
    while (mlci_proto_next(&r)) {
        if (r.field != field) continue;
        const int64_t n = unpack(&r, wire, NULL);
        if (n < 0) return -1;
        total += n;
    }
    return r.fault == NULL ? total : -1;
}

void mlci_proto_numbers(const char *bytes, int64_t length, int32_t field, int32_t wire,
                        uint64_t *out)
{
    mlci_proto r;
    mlci_proto_read(&r, bytes, length);
    while (mlci_proto_next(&r))
        if (r.field == field) out += unpack(&r, wire, out);
}
