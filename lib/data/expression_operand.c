/* Operands of expressions: constants, columns, functions with their arguments, brackets. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expression_impl.h"
#include "number.h"

typedef mlci_expression_parser parser;

mlc_status mlci_expression_fail(parser *p, const char *at, mlc_status status, const char *name,
                                mlc_error *err, const char *format, ...)
{
    char message[768];
    int64_t line, column;
    va_list list;
    va_start(list, format);
    mlci_cut_text(message, sizeof message, vsnprintf(message, sizeof message, format, list));
    va_end(list);
    mlci_scan_position(&p->scan, at, &line, &column);
    return mlci_fail_at(err, status, line, column, name, "expression:%lld:%lld: %s",
                        (long long)line, (long long)column, message);
}

mlc_status mlci_expression_push(parser *p, const mlci_instruction *instruction, mlc_error *err)
{
    mlci_expression *const e = p->e;
    if (e->n == MLCI_EXPRESSION_INSTRUCTIONS) {
        return mlci_expression_fail(p, p->scan.at, MLC_ERROR_LIMIT, NULL, err,
                                    "more than %d operands and operators",
                                    MLCI_EXPRESSION_INSTRUCTIONS);
    }
    if (e->n == e->capacity) {
        const int32_t capacity = e->capacity > 0 ? 2 * e->capacity : 16;
        mlci_instruction *const more =
            mlci_realloc(e->root, e->instructions, capacity, (int64_t)sizeof *more);
        if (more == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *more);
        e->instructions = more;
        e->capacity = capacity;
    }
    e->instructions[e->n++] = *instruction;
    return MLC_OK;
}

mlci_operand mlci_expression_operand(parser *p)
{
    mlci_scan_space(&p->scan);
    return (mlci_operand){p->e->n, p->scan.at};
}

/* ---- words -------------------------------------------------------------------------------- */

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the word at a place; 0: there is none. */
static int64_t word_length(const char *at, const char *end)
{
    const char *q = at;
    while (q < end && (is_letter(*q) || (q > at && (is_digit(*q) || *q == '.'))))
        q++;
    return q - at;
}

int mlci_expression_word(parser *p, const char *word)
{
    mlci_scan_space(&p->scan);
    const int64_t n = word_length(p->scan.at, p->scan.end);
    if (n == 0 || !mlci_word_equal(p->scan.at, n, word)) return 0;
    p->scan.at += n;
    return 1;
}

int mlci_expression_mark(parser *p, const char *mark, const char *unless)
{
    mlci_scan_space(&p->scan);
    const int64_t n = (int64_t)strlen(mark), left = p->scan.end - p->scan.at;
    if (left < n || memcmp(p->scan.at, mark, (size_t)n) != 0) return 0;
    if (left > n && strchr(unless, p->scan.at[n]) != NULL) return 0;
    p->scan.at += n;
    return 1;
}

/* A copy of bytes, NUL-terminated, that lives with the expression. Texts without their quotes and
 * names are shorter than the text, so the room is enough for all of them. */
static const char *keep(parser *p, const char *bytes, int64_t n)
{
    char *const copy = p->e->texts + p->e->n_text_bytes;
    if (n > 0) memcpy(copy, bytes, (size_t)n);
    copy[n] = '\0';
    p->e->n_text_bytes += n + 1;
    return copy;
}

static const char *const reserved[] = {"and",  "or",    "not",     "in",   "between",
                                       "true", "false", "missing", "null", "is"};

static int is_reserved(const char *at, int64_t n)
{
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        if (mlci_word_equal(at, n, reserved[i])) return 1;
    }
    return 0;
}

/* ---- operands ----------------------------------------------------------------------------- */

static mlc_status read_number(parser *p, mlci_instruction *out, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const from = s->at;
    while (s->at < s->end && (is_digit(*s->at) || *s->at == '.'))
        s->at++;
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        const char *q = s->at + 1;
        if (q < s->end && (*q == '+' || *q == '-')) q++;
        if (q < s->end && is_digit(*q)) {
            while (q < s->end && is_digit(*q))
                q++;
            s->at = q;
        }
    }
    *out = (mlci_instruction){.kind = MLCI_CONSTANT, .type = MLC_TYPE_INT64, .size = 1, .at = from};
    const int64_t n = s->at - from;
    if (s->at < s->end && is_letter(*s->at)) {
        return mlci_expression_fail(p, from, MLC_ERROR_SYNTAX, NULL, err,
                                    "a number cannot end in letters: a column with such a name "
                                    "goes into backquotes");
    }
    if (mlci_integer_parse(from, n, &out->integer)) return MLC_OK;
    out->type = MLC_TYPE_FLOAT64;
    if (mlci_real_parse(from, n, &out->real)) return MLC_OK;
    return mlci_expression_fail(p, from, MLC_ERROR_SYNTAX, NULL, err, "'%.*s' is not a number",
                                n < 40 ? (int)n : 40, from);
}

/* A text in quotes, escapes resolved. */
static mlc_status read_text(parser *p, mlci_instruction *out, mlc_error *err)
{
    mlci_text text = mlci_text_init(p->scan.root);
    const char *const at = p->scan.at;
    mlc_status status = mlci_scan_quoted(&p->scan, &text, err);
    if (status == MLC_OK) status = mlci_text_status(&text, err);
    if (status == MLC_OK) {
        *out =
            (mlci_instruction){.kind = MLCI_CONSTANT, .type = MLC_TYPE_TEXT, .size = 1, .at = at};
        out->text = (mlci_span){keep(p, text.data, text.length), text.length};
    }
    mlci_text_clear(&text);
    return status;
}

mlc_status mlci_expression_constant(parser *p, mlci_instruction *out, int *found, mlc_error *err)
{
    const char *const at = p->scan.at, *const end = p->scan.end;
    *found = 1;
    *out = (mlci_instruction){.kind = MLCI_CONSTANT, .size = 1, .at = at};
    if (at < end && (*at == '\'' || *at == '"')) return read_text(p, out, err);
    if (at < end && (is_digit(*at) || (*at == '.' && at + 1 < end && is_digit(at[1])))) {
        return read_number(p, out, err);
    }
    if (mlci_expression_word(p, "true") || mlci_expression_word(p, "false")) {
        out->type = MLC_TYPE_BOOL;
        out->integer = *at == 't' || *at == 'T';
    } else if (mlci_expression_word(p, "missing") || mlci_expression_word(p, "null")) {
        out->is_missing = 1;
    } else {
        *found = 0;
    }
    return MLC_OK;
}

/* The number of a component behind a vector's name: `x[3]`, or by its name. */
static mlc_status parse_component(parser *p, const mlci_field *field, int64_t *out, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const mlci_column *const column = field->column;
    mlci_scan_space(s);
    const char *const at = s->at;
    const char *const close = memchr(at, ']', (size_t)(s->end - at));
    if (!mlci_scan_take(s, '[') || close == NULL) {
        return mlci_expression_fail(p, at, MLC_ERROR_SYNTAX, field->name, err,
                                    "'%s' is a vector of %lld: choose a component, as in %s[0]",
                                    field->name, (long long)column->width, field->name);
    }
    const int64_t n = close - s->at;
    int64_t i = -1;
    for (int64_t k = 0; column->components != NULL && k < column->width && i < 0; k++) {
        if (mlci_text_equal(s->at, n, column->components[k])) i = k;
    }
    if (i < 0 && !mlci_integer_parse(s->at, n, &i)) i = -1;
    if (i < 0 || i >= column->width) {
        return mlci_expression_fail(p, s->at, MLC_ERROR_COLUMN, field->name, err,
                                    "'%s' has no component '%.*s': 0 to %lld, or a name",
                                    field->name, n < 60 ? (int)n : 60, s->at,
                                    (long long)column->width - 1);
    }
    s->at = close + 1;
    *out = i;
    return MLC_OK;
}

static mlc_status use_column(parser *p, const mlci_field *field, int32_t *out, mlc_error *err)
{
    mlci_expression *const e = p->e;
    for (int32_t i = 0; i < e->n_columns; i++) {
        *out = i;
        if (strcmp(e->columns[i].name, field->name) == 0) return MLC_OK;
    }
    if (e->n_columns == e->column_capacity) {
        const int32_t capacity = e->column_capacity > 0 ? 2 * e->column_capacity : 8;
        mlci_expression_column_use *const more =
            mlci_realloc(e->root, e->columns, capacity, (int64_t)sizeof *more);
        if (more == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *more);
        e->columns = more;
        e->column_capacity = capacity;
    }
    *out = e->n_columns;
    e->columns[e->n_columns++] = (mlci_expression_column_use){
        keep(p, field->name, (int64_t)strlen(field->name)), field->column->type};
    return MLC_OK;
}

/* What the values of a column are in expressions. */
static int32_t value_type(int32_t type)
{
    if (type == MLC_TYPE_CATEGORY) return MLC_TYPE_TEXT;
    return type == MLC_TYPE_FLOAT32 || type == MLC_TYPE_VECTOR ? MLC_TYPE_FLOAT64 : type;
}

static mlc_status push_column(parser *p, const char *at, const char *name, mlc_error *err)
{
    int32_t i = 0;
    mlc_error why;
    if (mlci_dataset_get(p->columns, name, &i, &why) != MLC_OK) {
        return mlci_expression_fail(p, at, MLC_ERROR_COLUMN, name, err,
                                    "%s (a text goes into quotes)", why.message);
    }
    const mlci_field *const field = &p->columns->fields[i];
    mlci_instruction load = {.kind = MLCI_COLUMN,
                             .type = value_type(field->column->type),
                             .size = 1,
                             .at = at,
                             .component = -1};
    if (field->column->type == MLC_TYPE_VECTOR) {
        MLCI_TRY(parse_component(p, field, &load.component, err));
    }
    MLCI_TRY(use_column(p, field, &load.column, err));
    return mlci_expression_push(p, &load, err);
}

/* A name in backquotes; there is no escape. */
static mlc_status parse_quoted_name(parser *p, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const at = s->at++;
    const char *const close = memchr(s->at, '`', (size_t)(s->end - s->at));
    if (close == NULL) {
        return mlci_expression_fail(p, at, MLC_ERROR_SYNTAX, NULL, err,
                                    "this backquote is not closed");
    }
    const char *const name = keep(p, s->at, close - s->at);
    s->at = close + 1;
    return push_column(p, at, name, err);
}

/* ---- functions ---------------------------------------------------------------------------- */

mlc_status mlci_expression_enter(parser *p, const char *at, mlc_error *err)
{
    if (++p->depth <= MLCI_EXPRESSION_DEPTH) return MLC_OK;
    return mlci_expression_fail(p, at, MLC_ERROR_LIMIT, NULL, err, "nested more than %d deep",
                                MLCI_EXPRESSION_DEPTH);
}

static mlc_status parse_call(parser *p, const char *at, const char *name, mlc_error *err)
{
    mlci_operand operands[MLCI_EXPRESSION_ARGUMENTS];
    const char *const open = p->scan.at - 1, *nearest = NULL;
    int32_t n = 0;
    if (!mlci_expression_has_function(name, &nearest)) {
        return mlci_expression_fail(p, at, MLC_ERROR_SYNTAX, name, err, "no function '%s'%s%s%s",
                                    name, nearest != NULL ? ": did you mean '" : "",
                                    nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
    }
    if (mlci_expression_mark(p, ")", ""))
        return mlci_expression_apply(p, name, at, 0, operands, err);
    for (;;) {
        if (n == MLCI_EXPRESSION_ARGUMENTS) {
            return mlci_expression_fail(p, p->scan.at, MLC_ERROR_LIMIT, name, err,
                                        "more than %d arguments", MLCI_EXPRESSION_ARGUMENTS);
        }
        operands[n++] = mlci_expression_operand(p);
        MLCI_TRY(mlci_expression_parse_or(p, err));
        if (mlci_expression_mark(p, ")", "")) break;
        if (p->scan.at == p->scan.end) {
            return mlci_expression_fail(p, open, MLC_ERROR_SYNTAX, NULL, err,
                                        "this '(' is not closed");
        }
        if (!mlci_expression_mark(p, ",", "")) {
            return mlci_scan_expected(&p->scan, "',', ')' or an operator", err);
        }
    }
    return mlci_expression_apply(p, name, at, n, operands, err);
}

static mlc_status parse_name(parser *p, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const char *const at = s->at;
    const int64_t n = word_length(at, s->end);
    if (n == 0 || is_reserved(at, n)) {
        return mlci_scan_expected(s, "a column, a number, a text or a function", err);
    }
    const char *const name = keep(p, at, n);
    s->at += n;
    if (mlci_expression_mark(p, "(", "")) {
        MLCI_TRY(mlci_expression_enter(p, at, err));
        MLCI_TRY(parse_call(p, at, name, err));
        p->depth--;
        return MLC_OK;
    }
    s->at = at + n;
    return push_column(p, at, name, err);
}

mlc_status mlci_expression_parse_atom(parser *p, mlc_error *err)
{
    mlci_instruction constant;
    int found = 0;
    mlci_scan_space(&p->scan);
    const char *const at = p->scan.at;
    if (mlci_scan_take(&p->scan, '(')) {
        MLCI_TRY(mlci_expression_enter(p, at, err));
        MLCI_TRY(mlci_expression_parse_or(p, err));
        if (!mlci_expression_mark(p, ")", "")) {
            return p->scan.at == p->scan.end
                       ? mlci_expression_fail(p, at, MLC_ERROR_SYNTAX, NULL, err,
                                              "this '(' is not closed")
                       : mlci_scan_expected(&p->scan, "an operator or ')'", err);
        }
        p->depth--;
        return MLC_OK;
    }
    if (at < p->scan.end && *at == '`') return parse_quoted_name(p, err);
    MLCI_TRY(mlci_expression_constant(p, &constant, &found, err));
    return found ? mlci_expression_push(p, &constant, err) : parse_name(p, err);
}
