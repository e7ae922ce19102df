/* The cursor over settings and recipe texts (grammar in scan.h).
 *
 * One pass, no tokens kept; the only recursion is into nested lists, bounded by
 * MLCI_LIST_DEPTH. Positions are found from a mark that moves along, so that asking for the
 * place of each name costs one walk over the text in all. */
#include "scan.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of UTF-8 above ASCII are part of words. */
static int is_word_char(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && strchr(",()[]{}'\"\\=", c) == NULL;
}

mlc_status mlci_scan_open(mlci_scan *s, mlci_root *root, const char *source, const char *text,
                          mlc_error *err)
{
    const int64_t length = (int64_t)strlen(text);
    *s = (mlci_scan){.root = root,
                     .source = source,
                     .start = text,
                     .at = text,
                     .end = text + length,
                     .mark = text,
                     .mark_line = text,
                     .line = 1};
    int64_t bad = 0;
    if (mlci_utf8_valid(text, length, &bad)) return MLC_OK;
    return mlci_scan_fail(s, text + bad, NULL, "this byte is not UTF-8", err);
}

void mlci_scan_position(mlci_scan *s, const char *at, int64_t *line, int64_t *column)
{
    if (at < s->mark) {
        s->mark = s->mark_line = s->start;
        s->line = 1;
    }
    for (const char *p = s->mark; p < at; p++) {
        if (*p != '\n') continue;
        s->line++;
        s->mark_line = p + 1;
    }
    s->mark = at;
    *line = s->line;
    *column = at - s->mark_line + 1;
}

mlc_status mlci_scan_fail(mlci_scan *s, const char *at, const char *name, const char *message,
                          mlc_error *err)
{
    int64_t line, column;
    mlci_scan_position(s, at, &line, &column);
    return mlci_fail_at(err, MLC_ERROR_SYNTAX, line, column, name, "%s:%lld:%lld: %s", s->source,
                        (long long)line, (long long)column, message);
}

/* What is at the cursor, short enough to be quoted in a message. */
static void describe_place(const mlci_scan *s, char out[48])
{
    if (s->at >= s->end) {
        snprintf(out, 48, "the end");
        return;
    }
    int64_t n = 0;
    while (n < 24 && s->at + n < s->end && is_word_char(s->at[n]))
        n++;
    if (n == 24) {
        while (n > 0 && ((unsigned char)s->at[n] & 0xc0) == 0x80)
            n--;
        snprintf(out, 48, "'%.*s...'", (int)n, s->at);
    } else if ((unsigned char)*s->at < ' ' || *s->at == 0x7f) {
        snprintf(out, 48, "byte 0x%02x", (unsigned)(unsigned char)*s->at);
    } else {
        snprintf(out, 48, *s->at == '\'' ? "\"%.*s\"" : "'%.*s'", (int)(n == 0 ? 1 : n), s->at);
    }
}

mlc_status mlci_scan_expected(mlci_scan *s, const char *what, mlc_error *err)
{
    char found[48], message[256];
    describe_place(s, found);
    snprintf(message, sizeof message, "expected %s; found %s", what, found);
    return mlci_scan_fail(s, s->at, NULL, message, err);
}

void mlci_scan_space(mlci_scan *s)
{
    while (s->at < s->end && is_space(*s->at))
        s->at++;
}

int mlci_scan_take(mlci_scan *s, char c)
{
    if (s->at >= s->end || *s->at != c) return 0;
    s->at++;
    return 1;
}

static int64_t name_extent(const char *at, const char *end)
{
    if (at >= end || !is_letter(*at)) return 0;
    const char *p = at + 1;
    while (p < end && (is_letter(*p) || is_digit(*p) || *p == '.'))
        p++;
    return p - at;
}

int64_t mlci_scan_name(const mlci_scan *s)
{
    return name_extent(s->at, s->end);
}

int mlci_scan_is_pair(const mlci_scan *s)
{
    mlci_scan ahead = *s;
    const int64_t n = mlci_scan_name(&ahead);
    ahead.at += n;
    mlci_scan_space(&ahead);
    return n > 0 && ahead.at < ahead.end && *ahead.at == '=';
}

int mlci_name_valid(const char *name, int64_t length)
{
    return length > 0 && length <= MLCI_NAME_MAX && name_extent(name, name + length) == length &&
           name[length - 1] != '.';
}

int mlci_word_equal(const char *text, int64_t length, const char *word)
{
    for (int64_t i = 0; i < length; i++) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        if (c == '\0' || c != word[i]) return 0;
    }
    return word[length] == '\0';
}

int mlci_is_special_word(const char *text, int64_t length)
{
    static const char *const words[] = {"true", "false", "none", "null"};
    double real;
    if (mlci_real_parse(text, length, &real)) return 1;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (mlci_word_equal(text, length, words[i])) return 1;
    }
    return 0;
}

/* The end of a quoted text that opens at `at`: behind the closing quote, or NULL. */
static const char *skip_quoted(const char *at, const char *end)
{
    for (const char *p = at + 1; p < end; p++) {
        if (*p == *at) return p + 1;
        if (*p == '\\' && ++p == end) break;
    }
    return NULL;
}

/* The end of a bracket that opens at `at`, quotes and inner brackets skipped, or NULL. */
static const char *skip_bracket(const char *at, const char *end)
{
    int64_t depth = 0;
    const char *p = at;
    while (p < end) {
        if (*p == '\'' || *p == '"') {
            p = skip_quoted(p, end);
            if (p == NULL) return NULL;
            continue;
        }
        if (*p == '(' || *p == '[' || *p == '{') depth++;
        if (*p == ')' || *p == ']' || *p == '}') depth--;
        p++;
        if (depth == 0) return p;
    }
    return NULL;
}

/* Bytes of the word or call at `at`. 0: none; -1: a call whose bracket does not close. */
static int64_t word_extent(const char *at, const char *end)
{
    const char *p = at;
    while (p < end && is_word_char(*p))
        p++;
    if (p == at || p == end || *p != '(') return p - at;
    p = skip_bracket(p, end);
    return p == NULL ? -1 : p - at;
}

int mlci_is_word(const char *text, int64_t length)
{
    return length > 0 && word_extent(text, text + length) == length;
}

void mlci_text_append_quoted(mlci_text *out, const char *bytes, int64_t length)
{
    mlci_text_append_char(out, '\'');
    for (int64_t i = 0; i < length; i++) {
        const char c = bytes[i];
        const char *escape = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : NULL;
        if (escape != NULL) {
            mlci_text_append_text(out, escape);
        } else {
            if (c == '\'' || c == '\\') mlci_text_append_char(out, '\\');
            mlci_text_append_char(out, c);
        }
    }
    mlci_text_append_char(out, '\'');
}

void mlci_list_append(mlci_text *list, int64_t *n_items, const char *item, int64_t length,
                      mlci_value_kind kind)
{
    if ((*n_items)++ > 0) mlci_text_append_char(list, ',');
    if (kind == MLCI_VALUE_WORD || mlci_is_word(item, length)) {
        mlci_text_append(list, item, length);
    } else {
        mlci_text_append_quoted(list, item, length);
    }
}

static void append_code_point(mlci_text *out, uint32_t code)
{
    char bytes[4];
    if (code < 0x80) {
        mlci_text_append_char(out, (char)code);
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        mlci_text_append(out, bytes, 2);
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        mlci_text_append(out, bytes, 3);
    } else {
        bytes[0] = (char)(0xf0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (code & 0x3f));
        mlci_text_append(out, bytes, 4);
    }
}

/* Four hexadecimal digits; 0 when they are not there. */
static int take_hex(mlci_scan *s, uint32_t *out)
{
    if (s->end - s->at < 4) return 0;
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        const char c = s->at[i];
        if (is_digit(c)) {
            code = code << 4 | (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            code = code << 4 | (uint32_t)(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            code = code << 4 | (uint32_t)(c - 'A' + 10);
        } else {
            return 0;
        }
    }
    s->at += 4;
    *out = code;
    return 1;
}

/* Behind "\u": one code point, from a surrogate pair where it takes one. */
static mlc_status take_unicode(mlci_scan *s, const char *escape, mlci_text *out, mlc_error *err)
{
    uint32_t code, low = 0;
    if (!take_hex(s, &code)) {
        return mlci_scan_fail(s, escape, NULL, "\\u takes four hexadecimal digits", err);
    }
    if (code == 0) return mlci_scan_fail(s, escape, NULL, "\\u0000 cannot be in a text", err);
    if (code >= 0xd800 && code < 0xe000) {
        const int paired = code < 0xdc00 && mlci_scan_take(s, '\\') && mlci_scan_take(s, 'u') &&
                           take_hex(s, &low) && low >= 0xdc00 && low < 0xe000;
        if (!paired) return mlci_scan_fail(s, escape, NULL, "half of a surrogate pair", err);
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    append_code_point(out, code);
    return MLC_OK;
}

static mlc_status take_escape(mlci_scan *s, mlci_text *out, mlc_error *err)
{
    const char *const escape = s->at++;
    const char c = s->at < s->end ? *s->at++ : '\0';
    switch (c) {
    case '\\':
    case '\'':
    case '"':
        mlci_text_append_char(out, c);
        return MLC_OK;
    case 'n':
        mlci_text_append_char(out, '\n');
        return MLC_OK;
    case 't':
        mlci_text_append_char(out, '\t');
        return MLC_OK;
    case 'r':
        mlci_text_append_char(out, '\r');
        return MLC_OK;
    case 'u':
        return take_unicode(s, escape, out, err);
    default:
        return mlci_scan_fail(s, escape, NULL,
                              "unknown escape; there are \\\\ \\' \\\" \\n \\t \\r \\uXXXX", err);
    }
}

mlc_status mlci_scan_quoted(mlci_scan *s, mlci_text *out, mlc_error *err)
{
    const char *const open = s->at++;
    for (;;) {
        const char *const from = s->at;
        while (s->at < s->end && *s->at != *open && *s->at != '\\')
            s->at++;
        mlci_text_append(out, from, s->at - from);
        if (s->at == s->end) return mlci_scan_fail(s, open, NULL, "this quote is not closed", err);
        if (mlci_scan_take(s, *open)) return MLC_OK;
        MLCI_TRY(take_escape(s, out, err));
    }
}

static mlc_status take_value(mlci_scan *s, int32_t depth, mlci_text *out, mlci_value_kind *kind,
                             mlc_error *err);

/* Behind "[": the items up to "]". */
static mlc_status take_list(mlci_scan *s, int32_t depth, mlci_text *out, mlc_error *err)
{
    const char *const open = s->at - 1;
    mlci_text item = mlci_text_init(s->root);
    mlc_status status = MLC_OK;
    int64_t n_items = 0;
    if (depth >= MLCI_LIST_DEPTH) {
        return mlci_scan_fail(s, open, NULL, "lists are nested too deeply", err);
    }
    mlci_scan_space(s);
    if (mlci_scan_take(s, ']')) return MLC_OK;
    for (;;) {
        mlci_value_kind kind;
        item.length = 0;
        mlci_scan_space(s);
        status = take_value(s, depth + 1, &item, &kind, err);
        if (status == MLC_OK) status = mlci_text_status(&item, err);
        if (status != MLC_OK) break;
        mlci_list_append(out, &n_items, item.length > 0 ? item.data : "", item.length, kind);
        mlci_scan_space(s);
        if (mlci_scan_take(s, ']')) break;
        if (s->at == s->end) {
            status = mlci_scan_fail(s, open, NULL, "this '[' is not closed", err);
            break;
        }
        if (!mlci_scan_take(s, ',')) {
            status = mlci_scan_expected(s, "',' or ']' in a list", err);
            break;
        }
    }
    mlci_text_clear(&item);
    return status;
}

static mlc_status take_word(mlci_scan *s, mlci_text *out, mlc_error *err)
{
    const int64_t length = word_extent(s->at, s->end);
    if (length < 0) {
        while (*s->at != '(')
            s->at++;
        return mlci_scan_fail(s, s->at, NULL, "this '(' is not closed", err);
    }
    if (length == 0) return mlci_scan_expected(s, "a value", err);
    mlci_text_append(out, s->at, length);
    s->at += length;
    if (s->at < s->end && (*s->at == '\'' || *s->at == '"' || *s->at == '\\' || *s->at == '=')) {
        char message[64];
        snprintf(message, sizeof message, "%c within a word: put the whole value in quotes",
                 *s->at);
        return mlci_scan_fail(s, s->at, NULL, message, err);
    }
    return MLC_OK;
}

static mlc_status take_value(mlci_scan *s, int32_t depth, mlci_text *out, mlci_value_kind *kind,
                             mlc_error *err)
{
    if (mlci_scan_take(s, '[')) {
        *kind = MLCI_VALUE_LIST;
        return take_list(s, depth, out, err);
    }
    if (s->at < s->end && (*s->at == '\'' || *s->at == '"')) {
        *kind = MLCI_VALUE_QUOTED;
        return mlci_scan_quoted(s, out, err);
    }
    *kind = MLCI_VALUE_WORD;
    return take_word(s, out, err);
}

mlc_status mlci_scan_value(mlci_scan *s, mlci_text *out, mlci_value_kind *kind, mlc_error *err)
{
    return take_value(s, 0, out, kind, err);
}

int mlci_is_list(mlci_root *root, const char *text)
{
    mlci_scan s;
    mlci_text again = mlci_text_init(root), item = mlci_text_init(root);
    int64_t n_items = 0;
    int same = 0, failed = 0;
    if (*text == '\0') return 1;
    if (mlci_scan_open(&s, root, "list", text, NULL) != MLC_OK) return 0;
    for (;;) {
        mlci_value_kind kind;
        item.length = 0;
        const mlc_status status = take_value(&s, 1, &item, &kind, NULL);
        failed = status == MLC_ERROR_NO_MEMORY;
        if (status != MLC_OK || item.failed) break;
        mlci_list_append(&again, &n_items, item.length > 0 ? item.data : "", item.length, kind);
        if (s.at == s.end) {
            same = mlci_text_equal(again.data, again.length, text);
            break;
        }
        if (!mlci_scan_take(&s, ',')) break;
    }
    failed |= item.failed || again.failed;
    mlci_text_clear(&item);
    mlci_text_clear(&again);
    return failed ? -1 : same;
}
