/* A pull reader for JSON (RFC 8259) over bytes in memory, strict unless asked otherwise.
 *
 * One pass, no tree: a stack of one byte a level and one word that says what may come next. Texts
 * without escapes are handed out where they stand; others are decoded into one block that grows
 * to the longest of them. Line and column are counted only when something is wrong. */
#include "json.h"

#include <string.h>

#include "error.h"
#include "number.h"
#include "text.h"

enum {
    EXPECT_VALUE,
    EXPECT_VALUE_OR_END, /* after [ */
    EXPECT_KEY_OR_END,   /* after { */
    EXPECT_COMMA_OR_END, /* after a value inside something */
    EXPECT_KEY_VALUE,    /* after a key: colon, value */
    EXPECT_NOTHING       /* after the top value */
};

static mlc_status fail_at(const mlci_json *r, const char *where, const char *name,
                          const char *message, mlc_error *err)
{
    int64_t line = 1, column = 1;
    for (const char *c = r->start; c < where; c++) {
        column++;
        if (*c == '\n') {
            line++;
            column = 1;
        }
    }
    return mlci_fail_at(err, MLC_ERROR_SYNTAX, line, column, name, "%s", message);
}

static mlc_status refuse(const mlci_json *r, const char *where, const char *message, mlc_error *err)
{
    return fail_at(r, where, NULL, where < r->end ? message : "the JSON text ends too early", err);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(mlci_json *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

/* Four hexadecimal digits at c, or -1. */
static int32_t read_hex4(const mlci_json *r, const char *c)
{
    int32_t value = 0;
    if (r->end - c < 4) return -1;
    for (int i = 0; i < 4; i++) {
        int32_t digit;
        if (is_digit(c[i])) {
            digit = c[i] - '0';
        } else if (c[i] >= 'a' && c[i] <= 'f') {
            digit = c[i] - 'a' + 10;
        } else if (c[i] >= 'A' && c[i] <= 'F') {
            digit = c[i] - 'A' + 10;
        } else {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

static char *put_utf8(char *out, int32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    } else {
        *out++ = (char)(0xf0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    }
    return out;
}

/* \uXXXX at *from (the backslash), a pair of them for what lies beyond U+FFFF. */
static mlc_status decode_unicode(const mlci_json *r, const char **from, char **out, mlc_error *err)
{
    const char *c = *from;
    int32_t code = read_hex4(r, c + 2);
    if (code < 0) return fail_at(r, c, NULL, "\\u needs four hexadecimal digits", err);
    *from = c + 6;
    if (code >= 0xd800 && code <= 0xdfff) {
        int32_t low = -1;
        if (code < 0xdc00 && r->end - c >= 12 && c[6] == '\\' && c[7] == 'u')
            low = read_hex4(r, c + 8);
        if (low < 0xdc00 || low > 0xdfff)
            return fail_at(r, c, NULL,
                           "half of a surrogate pair; \\ud800 to \\udbff must be followed by "
                           "\\udc00 to \\udfff",
                           err);
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        *from = c + 12;
    }
    *out = put_utf8(*out, code);
    return MLC_OK;
}

/* One escape at *from (the backslash); it is never longer decoded than written. */
static mlc_status decode_escape(const mlci_json *r, const char **from, char **out, mlc_error *err)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char letter = (*from)[1];
    if (letter == 'u') return decode_unicode(r, from, out, err);
    const char *known = letter != '\0' ? strchr(letters, letter) : NULL;
    if (known == NULL)
        return fail_at(r, *from, NULL,
                       "unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", err);
    *(*out)++ = meanings[known - letters];
    *from += 2;
    return MLC_OK;
}

/* Resolves the escapes of [from, to), a text whose closing quote is at to. */
static mlc_status decode_text(mlci_json *r, const char *from, const char *to, mlc_error *err)
{
    const int64_t needed = to - from + 1;
    if (needed > r->decoded_capacity) {
        char *block = mlci_realloc(r->root, r->decoded, needed, 1);
        if (block == NULL) return mlci_fail_memory(err, needed, 1);
        r->decoded = block;
        r->decoded_capacity = needed;
    }
    char *out = r->decoded;
    while (from < to) {
        const char *escape = memchr(from, '\\', (size_t)(to - from));
        const char *plain_end = escape != NULL ? escape : to;
        memcpy(out, from, (size_t)(plain_end - from));
        out += plain_end - from;
        from = plain_end;
        if (escape != NULL) MLCI_TRY(decode_escape(r, &from, &out, err));
    }
    *out = '\0';
    r->text = r->decoded;
    r->length = out - r->decoded;
    return MLC_OK;
}

/* A text in quotes at r->at. */
static mlc_status read_text(mlci_json *r, mlc_error *err)
{
    const char *const first = r->at + 1;
    const char *c = first;
    int has_escape = 0;
    unsigned char seen = 0;
    for (; c < r->end && *c != '"'; c++) {
        if ((unsigned char)*c < 0x20)
            return fail_at(r, c, NULL,
                           "control character in a text; write it as an escape (\\n, \\u0001)",
                           err);
        seen |= (unsigned char)*c;
        if (*c == '\\') {
            has_escape = 1;
            if (r->end - c < 2) break;
            c++;
            seen |= (unsigned char)*c;
        }
    }
    if (c >= r->end || *c != '"') return fail_at(r, r->at, NULL, "quote not closed", err);
    int64_t bad = 0;
    if (seen >= 0x80 && !mlci_utf8_valid(first, c - first, &bad))
        return fail_at(r, first + bad, NULL, "not valid UTF-8", err);
    r->text = first;
    r->length = c - first;
    if (has_escape) MLCI_TRY(decode_text(r, first, c, err));
    r->at = c + 1;
    return MLC_OK;
}

static const char *skip_digits(const mlci_json *r, const char *c)
{
    while (c < r->end && is_digit(*c))
        c++;
    return c;
}

/* The number from r->at to end. */
static void take_number(mlci_json *r, const char *end, int may_be_integer)
{
    r->text = r->at;
    r->length = end - r->at;
    r->at = end;
    if (r->texts_only) return;
    r->is_integer = may_be_integer && mlci_integer_parse(r->text, r->length, &r->integer);
    if (!r->is_integer) r->integer = 0;
    (void)mlci_real_parse(r->text, r->length, &r->real);
}

/* NaN, Infinity or -Infinity at r->at; 0 when there is none of them. */
static int read_special(mlci_json *r)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    for (size_t i = 0; r->is_lenient && i < sizeof words / sizeof words[0]; i++) {
        const size_t length = strlen(words[i]);
        if ((size_t)(r->end - r->at) < length || memcmp(r->at, words[i], length) != 0) continue;
        take_number(r, r->at + length, 0);
        return 1;
    }
    return 0;
}

static mlc_status read_number(mlci_json *r, mlc_error *err)
{
    const char *c = r->at;
    if (*c == '-') c++;
    const char *const digits = c;
    c = skip_digits(r, c);
    if (c == digits && read_special(r)) return MLC_OK;
    if (c == digits) return refuse(r, c, "a number needs a digit after its sign", err);
    if (*digits == '0' && c - digits > 1)
        return refuse(r, digits, "a number must not start with 0", err);
    const char *const integer_end = c;
    if (c < r->end && *c == '.') {
        const char *const fraction = c + 1;
        c = skip_digits(r, fraction);
        if (c == fraction) return refuse(r, c, "a number needs a digit after its point", err);
    }
    if (c < r->end && (*c == 'e' || *c == 'E')) {
        c++;
        if (c < r->end && (*c == '+' || *c == '-')) c++;
        const char *const exponent = c;
        c = skip_digits(r, exponent);
        if (c == exponent) return refuse(r, c, "a number needs a digit in its exponent", err);
    }
    take_number(r, c, c == integer_end);
    return MLC_OK;
}

static mlc_status read_word(mlci_json *r, const char *word, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(word);
    if (r->end - r->at < length || memcmp(r->at, word, (size_t)length) != 0)
        return fail_at(r, r->at, NULL,
                       "not a JSON value; texts need double quotes, words are true, false, null",
                       err);
    r->at += length;
    return MLC_OK;
}

static void after_value(mlci_json *r)
{
    r->expects = r->depth > 0 ? EXPECT_COMMA_OR_END : EXPECT_NOTHING;
}

static mlc_status open_level(mlci_json *r, int is_object, mlc_error *err)
{
    if (r->depth == MLCI_JSON_MAX_DEPTH)
        return fail_at(r, r->at, NULL, "nested deeper than 64 levels", err);
    r->in_object[r->depth++] = (uint8_t)is_object;
    r->at++;
    r->event = is_object ? MLCI_JSON_OBJECT : MLCI_JSON_ARRAY;
    r->expects = is_object ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
    return MLC_OK;
}

static void close_level(mlci_json *r)
{
    r->depth--;
    r->at++;
    r->event = r->in_object[r->depth] ? MLCI_JSON_END_OBJECT : MLCI_JSON_END_ARRAY;
    after_value(r);
}

static mlc_status read_value(mlci_json *r, mlc_error *err)
{
    mlci_json_event event;
    mlc_status status;
    if (r->at == r->end) return refuse(r, r->at, "", err);
    switch (*r->at) {
    case '{':
        return open_level(r, 1, err);
    case '[':
        return open_level(r, 0, err);
    case '"':
        event = MLCI_JSON_TEXT;
        status = read_text(r, err);
        break;
    case 't':
        event = MLCI_JSON_TRUE;
        status = read_word(r, "true", err);
        break;
    case 'f':
        event = MLCI_JSON_FALSE;
        status = read_word(r, "false", err);
        break;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        event = MLCI_JSON_NUMBER;
        status = read_number(r, err);
        break;
    default: /* null, or nothing known */
        event = read_special(r) ? MLCI_JSON_NUMBER : MLCI_JSON_NULL;
        status = event == MLCI_JSON_NUMBER ? MLC_OK : read_word(r, "null", err);
    }
    if (status != MLC_OK) return status;
    r->event = event;
    after_value(r);
    return MLC_OK;
}

static mlc_status read_key(mlci_json *r, mlc_error *err)
{
    if (r->at == r->end || *r->at != '"')
        return refuse(r, r->at, "an object needs a key in double quotes here", err);
    MLCI_TRY(read_text(r, err));
    r->event = MLCI_JSON_KEY;
    r->expects = EXPECT_KEY_VALUE;
    return MLC_OK;
}

/* A comma with what follows it, or the end of the level. */
static mlc_status read_after_value(mlci_json *r, mlc_error *err)
{
    const int is_object = r->in_object[r->depth - 1];
    if (r->at < r->end && *r->at == (is_object ? '}' : ']')) {
        close_level(r);
        return MLC_OK;
    }
    if (r->at == r->end || *r->at != ',')
        return refuse(r, r->at, is_object ? "needs , or } here" : "needs , or ] here", err);
    r->at++;
    skip_space(r);
    r->token = r->at;
    return is_object ? read_key(r, err) : read_value(r, err);
}

void mlci_json_open(mlci_json *r, mlci_root *root, const char *bytes, int64_t length)
{
    *r = (mlci_json){.root = root};
    r->start = r->at = r->token = bytes;
    r->end = length > 0 ? bytes + length : bytes;
    r->expects = EXPECT_VALUE;
}

mlc_status mlci_json_next(mlci_json *r, mlc_error *err)
{
    skip_space(r);
    r->token = r->at;
    r->text = "";
    r->length = 0;
    switch (r->expects) {
    case EXPECT_VALUE_OR_END:
        if (r->at < r->end && *r->at == ']') {
            close_level(r);
            return MLC_OK;
        }
        return read_value(r, err);
    case EXPECT_KEY_OR_END:
        if (r->at < r->end && *r->at == '}') {
            close_level(r);
            return MLC_OK;
        }
        return read_key(r, err);
    case EXPECT_COMMA_OR_END:
        return read_after_value(r, err);
    case EXPECT_KEY_VALUE:
        if (r->at == r->end || *r->at != ':') return refuse(r, r->at, "needs : here", err);
        r->at++;
        skip_space(r);
        r->token = r->at;
        return read_value(r, err);
    case EXPECT_NOTHING:
        if (r->at < r->end) return fail_at(r, r->at, NULL, "something follows the JSON value", err);
        r->event = MLCI_JSON_END;
        return MLC_OK;
    default:
        return read_value(r, err);
    }
}

mlc_status mlci_json_skip(mlci_json *r, mlc_error *err)
{
    if (r->event == MLCI_JSON_KEY) MLCI_TRY(mlci_json_next(r, err));
    if (r->event != MLCI_JSON_OBJECT && r->event != MLCI_JSON_ARRAY) return MLC_OK;
    const int32_t outside = r->depth - 1;
    while (r->depth > outside)
        MLCI_TRY(mlci_json_next(r, err));
    return MLC_OK;
}

mlc_status mlci_json_fail(const mlci_json *r, mlc_error *err, const char *name, const char *message)
{
    return fail_at(r, r->token, name, message, err);
}

void mlci_json_close(mlci_json *r)
{
    mlci_free(r->decoded);
    r->decoded = NULL;
    r->decoded_capacity = 0;
}
