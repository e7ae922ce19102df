/* The wire format of protocol buffers: fields written into a text, and read one at a time. */
#ifndef MLCI_PROTOBUF_H
#define MLCI_PROTOBUF_H

#include "text.h"

/* How a field is encoded. Groups are not known. */
enum {
    MLCI_PROTO_VARINT = 0,
    MLCI_PROTO_FIXED64 = 1,
    MLCI_PROTO_BYTES = 2, /* texts, messages and packed numbers */
    MLCI_PROTO_FIXED32 = 5
};

/* ---- writing: out remembers that memory ran out ------------------------------------------- */

/* Bare numbers, for packed fields. */
void mlci_proto_put_varint(mlci_text *out, uint64_t value);
void mlci_proto_put_float(mlci_text *out, float value);
void mlci_proto_put_double(mlci_text *out, double value);
/* Fields. */
void mlci_proto_add_integer(mlci_text *out, int32_t field, int64_t value);
void mlci_proto_add_bytes(mlci_text *out, int32_t field, const char *bytes, int64_t length);
void mlci_proto_add_text(mlci_text *out, int32_t field, const char *text);
/* A message: what is written until it is closed with the mark that open() gives. */
int64_t mlci_proto_open(mlci_text *out, int32_t field);
void mlci_proto_close(mlci_text *out, int64_t mark);

/* ---- reading: nothing is copied, no memory is taken --------------------------------------- */

typedef struct mlci_proto {
    const char *at, *end;
    int32_t field, wire; /* of the latest field */
    uint64_t value;      /* of a number: its bits */
    const char *bytes;   /* of MLCI_PROTO_BYTES */
    int64_t length;
    const char *fault; /* what is wrong with the bytes; NULL: nothing so far */
} mlci_proto;

/* Over bytes that stay alive. */
void mlci_proto_read(mlci_proto *r, const char *bytes, int64_t length);
/* The next field; 0 at the end and at a fault. */
int mlci_proto_next(mlci_proto *r);
/* The latest field as a message of its own. */
void mlci_proto_enter(const mlci_proto *r, mlci_proto *inner);
float mlci_proto_float(uint64_t bits);
double mlci_proto_double(uint64_t bits);

/* How many numbers of that encoding a message has under a field, packed or one by one; -1: what is
 * there is no such number. */
int64_t mlci_proto_count(const char *bytes, int64_t length, int32_t field, int32_t wire);
/* Their bits, as many as were counted. */
void mlci_proto_numbers(const char *bytes, int64_t length, int32_t field, int32_t wire,
                        uint64_t *out);

#endif
