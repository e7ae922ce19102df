/* A pull reader for UBJSON over bytes in memory.
 *
 * One pass, no tree, nothing allocated. Arrays and objects may say how many elements they have and
 * of which type all are; they then have no closing mark. Numbers are big-endian. */
#include "ubjson.h"

#include <string.h>

#include "error.h"

static mlc_status fail_at(const mlci_ubjson *r, const char *where, const char *name,
                          const char *message, mlc_error *err)
{
    return mlci_fail(err, MLC_ERROR_SYNTAX, name, "byte %lld: %s", (long long)(where - r->start),
                     message);
}

static mlc_status refuse_end(const mlci_ubjson *r, mlc_error *err)
{
    return fail_at(r, r->end, NULL, "the UBJSON data end too early", err);
}

/* ---- numbers ------------------------------------------------------------------------------ */

int64_t mlci_ubjson_size(char type)
{
    switch (type) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
    case 'D':
        return 8;
    default:
        return 0;
    }
}

static uint64_t read_bits(const char *at, int64_t size)
{
    uint64_t bits = 0;
    for (int64_t i = 0; i < size; i++)
        bits = bits << 8 | (unsigned char)at[i];
    return bits;
}

int mlci_ubjson_number(char type, const char *at, double *real, int64_t *integer)
{
    const uint64_t bits = read_bits(at, mlci_ubjson_size(type));
    *integer = 0;
    if (type == 'd') {
        const uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        *real = (double)value;
        return 0;
    }
    if (type == 'D') {
        memcpy(real, &bits, sizeof bits);
        return 0;
    }
    *integer = type == 'U'   ? (int64_t)bits
               : type == 'i' ? (int8_t)(uint8_t)bits
               : type == 'I' ? (int16_t)(uint16_t)bits
               : type == 'l' ? (int32_t)(uint32_t)bits
                             : (int64_t)bits;
    *real = (double)*integer;
    return 1;
}

/* ---- values ------------------------------------------------------------------------------- */

/* No-ops stand where a mark may. */
static void skip_nothings(mlci_ubjson *r)
{
    while (r->at < r->end && *r->at == 'N')
        r->at++;
}

/* A length or a count: an integer with its mark. */
static mlc_status read_count(mlci_ubjson *r, int64_t *out, mlc_error *err)
{
    double real;
    if (r->at == r->end) return refuse_end(r, err);
    const char type = *r->at;
    const int64_t size = mlci_ubjson_size(type);
    if (size == 0 || type == 'd' || type == 'D')
        return fail_at(r, r->at, NULL, "a length is an integer: i, U, I, l or L", err);
    if (r->end - r->at - 1 < size) return refuse_end(r, err);
    (void)mlci_ubjson_number(type, r->at + 1, &real, out);
    if (*out < 0) return fail_at(r, r->at, NULL, "a length is negative", err);
    r->at += 1 + size;
    return MLC_OK;
}

static mlc_status read_text(mlci_ubjson *r, mlc_error *err)
{
    int64_t length = 0;
    MLCI_TRY(read_count(r, &length, err));
    if (length > r->end - r->at) return refuse_end(r, err);
    r->text = r->at;
    r->length = length;
    r->at += length;
    return MLC_OK;
}

/* The fewest bytes of an element of a type (0: of any); 0: there are no arrays of it. */
static int64_t least_size(char type)
{
    const int64_t size = mlci_ubjson_size(type);
    if (size > 0) return size;
    return type == 0 || type == 'S' || type == 'C' || type == '[' || type == '{' ? 1 : 0;
}

/* What may follow [ or {: the type of all elements, and how many. */
static mlc_status read_shape(mlci_ubjson *r, mlci_ubjson_level *level, mlc_error *err)
{
    if (r->at < r->end && *r->at == '$') {
        if (r->end - r->at < 2) return refuse_end(r, err);
        level->type = r->at[1];
        if (least_size(level->type) == 0)
            return fail_at(r, r->at, NULL, "arrays of that type are not known", err);
        r->at += 2;
        if (r->at < r->end && *r->at != '#')
            return fail_at(r, r->at, NULL, "a type needs a count behind it", err);
        if (r->at == r->end) return refuse_end(r, err);
    }
    if (r->at == r->end || *r->at != '#') return MLC_OK;
    r->at++;
    MLCI_TRY(read_count(r, &level->left, err));
    /* A key is a length of two bytes at least. */
    const int64_t least = least_size(level->type) + (level->is_object ? 2 : 0);
    return level->left <= (r->end - r->at) / least ? MLC_OK : refuse_end(r, err);
}

static mlc_status open_level(mlci_ubjson *r, int is_object, mlc_error *err)
{
    if (r->depth == MLCI_JSON_MAX_DEPTH)
        return fail_at(r, r->token, NULL, "nested deeper than 64 levels", err);
    mlci_ubjson_level *const level = &r->level[r->depth];
    *level = (mlci_ubjson_level){.left = -1, .is_object = (uint8_t)is_object};
    MLCI_TRY(read_shape(r, level, err));
    r->depth++;
    r->event = is_object ? MLCI_JSON_OBJECT : MLCI_JSON_ARRAY;
    return MLC_OK;
}

static mlc_status read_number(mlci_ubjson *r, char type, mlc_error *err)
{
    const int64_t size = mlci_ubjson_size(type);
    if (size == 0)
        return fail_at(r, r->token, NULL,
                       type == 'H' ? "numbers of any length (H) are not known"
                                   : "no value starts like this",
                       err);
    if (r->end - r->at < size) return refuse_end(r, err);
    r->is_integer = mlci_ubjson_number(type, r->at, &r->real, &r->integer);
    r->event = MLCI_JSON_NUMBER;
    r->at += size;
    return MLC_OK;
}

static mlc_status read_character(mlci_ubjson *r, mlc_error *err)
{
    if (r->at == r->end) return refuse_end(r, err);
    r->text = r->at++;
    r->length = 1;
    r->event = MLCI_JSON_TEXT;
    return MLC_OK;
}

/* type 0: the value has a mark. */
static mlc_status read_value(mlci_ubjson *r, char type, mlc_error *err)
{
    if (type == 0) {
        skip_nothings(r);
        r->token = r->at;
        if (r->at == r->end) return refuse_end(r, err);
        type = *r->at++;
    }
    switch (type) {
    case '{':
        return open_level(r, 1, err);
    case '[':
        return open_level(r, 0, err);
    case 'S':
        r->event = MLCI_JSON_TEXT;
        return read_text(r, err);
    case 'C':
        return read_character(r, err);
    case 'T':
        r->event = MLCI_JSON_TRUE;
        return MLC_OK;
    case 'F':
        r->event = MLCI_JSON_FALSE;
        return MLC_OK;
    case 'Z':
        r->event = MLCI_JSON_NULL;
        return MLC_OK;
    default:
        return read_number(r, type, err);
    }
}

static mlc_status close_level(mlci_ubjson *r)
{
    r->depth--;
    r->event = r->level[r->depth].is_object ? MLCI_JSON_END_OBJECT : MLCI_JSON_END_ARRAY;
    return MLC_OK;
}

/* The next element of the innermost array or object, or its end. */
static mlc_status read_element(mlci_ubjson *r, mlc_error *err)
{
    mlci_ubjson_level *const level = &r->level[r->depth - 1];
    if (level->left == 0) return close_level(r);
    if (level->left < 0) {
        skip_nothings(r);
        r->token = r->at;
        if (r->at < r->end && *r->at == (level->is_object ? '}' : ']')) {
            r->at++;
            return close_level(r);
        }
    } else {
        level->left--;
    }
    if (!level->is_object) return read_value(r, level->type, err);
    MLCI_TRY(read_text(r, err));
    r->event = MLCI_JSON_KEY;
    r->has_key = 1;
    return MLC_OK;
}

void mlci_ubjson_open(mlci_ubjson *r, const char *bytes, int64_t length)
{
    *r = (mlci_ubjson){.text = ""};
    r->start = r->at = r->token = bytes;
    r->end = length > 0 ? bytes + length : bytes;
}

mlc_status mlci_ubjson_next(mlci_ubjson *r, mlc_error *err)
{
    r->token = r->at;
    r->text = "";
    r->length = 0;
    if (r->has_key) {
        r->has_key = 0;
        return read_value(r, r->level[r->depth - 1].type, err);
    }
    if (r->depth > 0) return read_element(r, err);
    if (!r->has_begun) {
        r->has_begun = 1;
        return read_value(r, 0, err);
    }
    skip_nothings(r);
    if (r->at < r->end) return fail_at(r, r->at, NULL, "something follows the UBJSON value", err);
    r->event = MLCI_JSON_END;
    return MLC_OK;
}

mlc_status mlci_ubjson_skip(mlci_ubjson *r, mlc_error *err)
{
    char type;
    const char *bytes;
    int64_t n;
    if (r->event == MLCI_JSON_KEY) MLCI_TRY(mlci_ubjson_next(r, err));
    if (r->event != MLCI_JSON_OBJECT && r->event != MLCI_JSON_ARRAY) return MLC_OK;
    const int32_t outside = r->depth - 1;
    for (;;) {
        if (r->event == MLCI_JSON_ARRAY) (void)mlci_ubjson_packed(r, &type, &bytes, &n);
        if (r->depth <= outside) return MLC_OK;
        MLCI_TRY(mlci_ubjson_next(r, err));
    }
}

mlc_status mlci_ubjson_fail(const mlci_ubjson *r, mlc_error *err, const char *name,
                            const char *message)
{
    return fail_at(r, r->token, name, message, err);
}

int mlci_ubjson_packed(mlci_ubjson *r, char *type, const char **bytes, int64_t *n)
{
    const mlci_ubjson_level *const level = &r->level[r->depth - 1];
    const int64_t size = mlci_ubjson_size(level->type);
    if (size == 0) return 0;
    *type = level->type;
    *bytes = r->at;
    *n = level->left;
    r->at += level->left * size;
    (void)close_level(r);
    return 1;
}
