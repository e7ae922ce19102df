/* Reads expressions by recursive descent, loosest operators first (grammar in mlcore/shape.h).
 *
 * Instructions are written as operands end, so no tree is kept. Depth is bounded where the grammar
 * turns back into itself: brackets, signs, `not`, powers and arguments. */
#include <stdio.h>
#include <string.h>

#include "expression_impl.h"

typedef mlci_expression_parser parser;

typedef struct operator_mark {
    const char *mark, *unless, *name;
} operator_mark;

/* The row of the operator that is next, which is taken; NULL: none of them is. */
static const operator_mark *take_operator(parser *p, const operator_mark *marks)
{
    for (const operator_mark *m = marks; m->mark != NULL; m++) {
        const int is_word = *m->mark >= 'a' && *m->mark <= 'z';
        if (is_word ? mlci_expression_word(p, m->mark)
                    : mlci_expression_mark(p, m->mark, m->unless)) {
            return m;
        }
    }
    return NULL;
}

static mlc_status parse_signed(parser *p, mlc_error *err);

/* Binds to the right, and tighter than a sign before it: -2 ** 2 is -4. */
static mlc_status parse_power(parser *p, mlc_error *err)
{
    mlci_operand operands[2] = {mlci_expression_operand(p)};
    MLCI_TRY(mlci_expression_parse_atom(p, err));
    mlci_scan_space(&p->scan);
    const char *const at = p->scan.at;
    if (!mlci_expression_mark(p, "**", "")) return MLC_OK;
    operands[1] = mlci_expression_operand(p);
    MLCI_TRY(parse_signed(p, err));
    return mlci_expression_apply(p, "**", at, 2, operands, err);
}

static mlc_status parse_signed(parser *p, mlc_error *err)
{
    mlci_scan_space(&p->scan);
    const char *const at = p->scan.at;
    const int is_minus = mlci_expression_mark(p, "-", "");
    if (!is_minus && !mlci_expression_mark(p, "+", "")) return parse_power(p, err);
    MLCI_TRY(mlci_expression_enter(p, at, err));
    mlci_operand operand = mlci_expression_operand(p);
    MLCI_TRY(parse_signed(p, err));
    p->depth--;
    return mlci_expression_apply(p, is_minus ? "negate" : "plus", at, 1, &operand, err);
}

/* Operators of one strength, from left to right. */
static mlc_status parse_left(parser *p, const operator_mark *marks,
                             mlc_status (*next)(parser *p, mlc_error *err), mlc_error *err)
{
    mlci_operand operands[2] = {mlci_expression_operand(p)};
    MLCI_TRY(next(p, err));
    for (;;) {
        mlci_scan_space(&p->scan);
        const char *const at = p->scan.at;
        const operator_mark *const m = take_operator(p, marks);
        if (m == NULL) return MLC_OK;
        operands[1] = mlci_expression_operand(p);
        MLCI_TRY(next(p, err));
        MLCI_TRY(mlci_expression_apply(p, m->name, at, 2, operands, err));
    }
}

static mlc_status parse_product(parser *p, mlc_error *err)
{
    static const operator_mark marks[] = {
        {"*", "*", "*"}, {"//", "", "//"}, {"/", "", "/"}, {"%", "", "%"}, {NULL, NULL, NULL}};
    return parse_left(p, marks, parse_signed, err);
}

static mlc_status parse_sum(parser *p, mlc_error *err)
{
    static const operator_mark marks[] = {{"+", "", "+"}, {"-", "", "-"}, {NULL, NULL, NULL}};
    return parse_left(p, marks, parse_product, err);
}

/* Behind `in`: constants in round or square brackets. */
static mlc_status parse_list(parser *p, mlci_operand *operand, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    const int32_t first = p->e->n;
    mlci_scan_space(s);
    const char *const open = s->at;
    const char *const close = s->at < s->end && *s->at == '[' ? "]" : ")";
    if (!mlci_scan_take(s, '(') && !mlci_scan_take(s, '[')) {
        return mlci_scan_expected(s, "'(' and a list of constants", err);
    }
    do {
        mlci_instruction item;
        int found = 0;
        mlci_scan_space(s);
        const int is_minus = mlci_scan_take(s, '-');
        MLCI_TRY(mlci_expression_constant(p, &item, &found, err));
        if (!found || (is_minus && !mlci_type_is_number(item.type))) {
            return mlci_scan_expected(s, "a constant of the list", err);
        }
        if (is_minus) {
            item.integer = -item.integer;
            item.real = -item.real;
        }
        MLCI_TRY(mlci_expression_push(p, &item, err));
    } while (mlci_expression_mark(p, ",", ""));
    if (mlci_expression_mark(p, close, "")) {
        return mlci_expression_apply_in(p, operand, first, err);
    }
    if (s->at < s->end) return mlci_scan_expected(s, "',' or the end of the list", err);
    return mlci_expression_fail(p, open, MLC_ERROR_SYNTAX, NULL, err, "this '%c' is not closed",
                                *open);
}

/* Behind `between`: both bounds belong to it. */
static mlc_status parse_between(parser *p, const char *at, mlci_operand operand, mlc_error *err)
{
    mlci_operand operands[3] = {operand, mlci_expression_operand(p)};
    MLCI_TRY(parse_sum(p, err));
    if (!mlci_expression_word(p, "and")) {
        return mlci_scan_expected(&p->scan, "'and' and the upper bound", err);
    }
    operands[2] = mlci_expression_operand(p);
    MLCI_TRY(parse_sum(p, err));
    return mlci_expression_apply(p, "between", at, 3, operands, err);
}

/* Behind `is`. */
static mlc_status parse_is(parser *p, const char *at, mlci_operand *operand, mlc_error *err)
{
    const int is_not = mlci_expression_word(p, "not");
    if (!mlci_expression_word(p, "missing") && !mlci_expression_word(p, "null")) {
        return mlci_scan_expected(&p->scan, is_not ? "'missing'" : "'missing' or 'not missing'",
                                  err);
    }
    return mlci_expression_apply(p, is_not ? "is not missing" : "is missing", at, 1, operand, err);
}

/* in, not in, between, not between, is; or nothing. */
static mlc_status parse_question(parser *p, mlci_operand *operand, mlc_error *err)
{
    mlci_scan *const s = &p->scan;
    mlci_scan_space(s);
    const char *const at = s->at;
    const int is_not = mlci_expression_word(p, "not");
    if (mlci_expression_word(p, "in")) {
        MLCI_TRY(parse_list(p, operand, err));
    } else if (mlci_expression_word(p, "between")) {
        MLCI_TRY(parse_between(p, at, *operand, err));
    } else if (is_not) {
        return mlci_scan_expected(s, "'in' or 'between' behind 'not'", err);
    } else if (mlci_expression_word(p, "is")) {
        return parse_is(p, at, operand, err);
    }
    return is_not ? mlci_expression_apply(p, "not", at, 1, operand, err) : MLC_OK;
}

/* Marks that other languages have and that would be misread here. */
static mlc_status refuse_mark(parser *p, mlc_error *err)
{
    static const char *const rows[][2] = {{"&", "'and'"}, {"|", "'or'"},  {"~", "'not'"},
                                          {"^", "'**'"},  {";", "'and'"}, {"?", "if(...)"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (p->scan.at == p->scan.end || *p->scan.at != rows[i][0][0]) continue;
        return mlci_expression_fail(p, p->scan.at, MLC_ERROR_SYNTAX, NULL, err,
                                    "'%s' is no operator here: write %s", rows[i][0], rows[i][1]);
    }
    return mlci_scan_expected(&p->scan, "an operator or the end", err);
}

static const operator_mark comparisons[] = {{"==", "", "=="}, {"=", "", "=="},  {"!=", "", "!="},
                                            {"<>", "", "!="}, {"<=", "", "<="}, {">=", "", ">="},
                                            {"<", "", "<"},   {">", "", ">"},   {NULL, NULL, NULL}};

static mlc_status parse_comparison(parser *p, mlc_error *err)
{
    mlci_operand operands[2] = {mlci_expression_operand(p)};
    MLCI_TRY(parse_sum(p, err));
    mlci_scan_space(&p->scan);
    const char *const at = p->scan.at;
    const operator_mark *const m = take_operator(p, comparisons);
    if (m == NULL) return parse_question(p, &operands[0], err);
    operands[1] = mlci_expression_operand(p);
    MLCI_TRY(parse_sum(p, err));
    mlci_scan_space(&p->scan);
    const char *const again = p->scan.at;
    if (take_operator(p, comparisons) != NULL) {
        return mlci_expression_fail(p, again, MLC_ERROR_SYNTAX, NULL, err,
                                    "two comparisons in a row: join them with 'and', as in "
                                    "1 < x and x < 5, or write x between 1 and 5");
    }
    return mlci_expression_apply(p, m->name, at, 2, operands, err);
}

static mlc_status parse_not(parser *p, mlc_error *err)
{
    mlci_scan_space(&p->scan);
    const char *const at = p->scan.at;
    if (!mlci_expression_word(p, "not") && !mlci_expression_mark(p, "!", "=")) {
        return parse_comparison(p, err);
    }
    MLCI_TRY(mlci_expression_enter(p, at, err));
    mlci_operand operand = mlci_expression_operand(p);
    MLCI_TRY(parse_not(p, err));
    p->depth--;
    return mlci_expression_apply(p, "not", at, 1, &operand, err);
}

static mlc_status parse_and(parser *p, mlc_error *err)
{
    static const operator_mark marks[] = {
        {"and", "", "and"}, {"&&", "", "and"}, {NULL, NULL, NULL}};
    return parse_left(p, marks, parse_not, err);
}

mlc_status mlci_expression_parse_or(parser *p, mlc_error *err)
{
    static const operator_mark marks[] = {{"or", "", "or"}, {"||", "", "or"}, {NULL, NULL, NULL}};
    return parse_left(p, marks, parse_and, err);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static mlc_status open_parser(parser *p, mlci_root *root, const char *text,
                              const mlc_dataset *columns, mlc_error *err)
{
    const int64_t length = (int64_t)strlen(text);
    *p = (parser){.columns = columns};
    if (length > MLCI_EXPRESSION_BYTES) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                         "an expression of %lld bytes: at most %d are possible", (long long)length,
                         MLCI_EXPRESSION_BYTES);
    }
    MLCI_TRY(mlci_scan_open(&p->scan, root, "expression", text, err));
    p->e = mlci_alloc(root, 1, (int64_t)sizeof *p->e);
    if (p->e == NULL) return mlci_fail_memory(err, 1, (int64_t)sizeof *p->e);
    p->e->root = mlci_root_ref(root);
    /* Names are kept up to twice. */
    p->e->texts = mlci_alloc(root, 2 * length + 4, 1);
    return p->e->texts != NULL ? MLC_OK : mlci_fail_memory(err, 2 * length + 4, 1);
}

mlc_status mlci_expression_parse(mlci_root *root, const char *text, const mlc_dataset *columns,
                                 mlci_expression **out, mlc_error *err)
{
    parser p;
    mlc_status status = open_parser(&p, root, text, columns, err);
    if (status == MLC_OK) status = mlci_expression_parse_or(&p, err);
    mlci_scan_space(&p.scan);
    if (status == MLC_OK && p.scan.at < p.scan.end) status = refuse_mark(&p, err);
    if (status == MLC_OK && p.e->instructions[p.e->n - 1].type == 0) {
        status = mlci_expression_fail(&p, text, MLC_ERROR_SYNTAX, NULL, err,
                                      "a missing value of no type: write real(missing), for one");
    }
    if (status != MLC_OK) {
        mlci_expression_free(p.e);
        return status;
    }
    *out = p.e;
    return MLC_OK;
}

int32_t mlci_expression_type(const mlci_expression *e)
{
    return e->instructions[e->n - 1].type;
}

void mlci_expression_free(mlci_expression *e)
{
    if (e == NULL) return;
    mlci_root *const root = e->root;
    for (int32_t i = 0; i < e->n; i++)
        mlci_free(e->instructions[i].items);
    mlci_free(e->instructions);
    mlci_free(e->columns);
    mlci_free(e->texts);
    mlci_free(e);
    mlci_root_unref(root);
}
