/* What operators and functions mean for operands of which types, and how operands are converted.
 *
 * Each meaning is a row of a table (mlci_overload). The first row of the name that the operands fit
 * is taken; bool becomes int64, int64 becomes float64, a missing value becomes anything, and a text
 * that is a constant becomes a timestamp where it is compared with one. */
#include <string.h>

#include "expression_impl.h"
#include "timestamp.h"

typedef mlci_expression_parser parser;

static const mlci_overload *const tables[] = {mlci_overloads_arithmetic, mlci_overloads_compare,
                                              mlci_overloads_logic,      mlci_overloads_text,
                                              mlci_overloads_time,       mlci_overloads_cast};
#define N_TABLES ((int32_t)(sizeof tables / sizeof tables[0]))

/* Overload i of all tables, or NULL at the end. */
static const mlci_overload *overload_at(int32_t i)
{
    for (int32_t t = 0; t < N_TABLES; t++) {
        for (const mlci_overload *o = tables[t]; o->name != NULL; o++) {
            if (i-- == 0) return o;
        }
    }
    return NULL;
}

static const mlci_overload *first_of(const char *name)
{
    for (int32_t t = 0; t < N_TABLES; t++) {
        for (const mlci_overload *o = tables[t]; o->name != NULL; o++) {
            if (strcmp(o->name, name) == 0) return o;
        }
    }
    return NULL;
}

/* Functions have names of letters; operators do not, or have a blank. */
static int is_function(const char *name)
{
    static const char *const operators[] = {"and", "or", "not", "in", "between", "negate", "plus"};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (strcmp(name, operators[i]) == 0) return 0;
    }
    return *name >= 'a' && *name <= 'z' && strchr(name, ' ') == NULL;
}

/* Names of functions; an operator counts as the first of them, which costs nothing. */
static const char *next_function(const void *arg, int32_t i)
{
    (void)arg;
    const mlci_overload *const o = overload_at(i);
    return o == NULL ? NULL : is_function(o->name) ? o->name : "abs";
}

int mlci_expression_has_function(const char *name, const char **nearest)
{
    if (first_of(name) != NULL && is_function(name)) return 1;
    if (nearest != NULL) *nearest = mlci_nearest(name, next_function, NULL);
    return 0;
}

int32_t mlci_expression_type_of(char letter)
{
    static const int32_t types[] = {MLC_TYPE_BOOL, MLC_TYPE_INT64, MLC_TYPE_FLOAT64, MLC_TYPE_TEXT,
                                    MLC_TYPE_TIMESTAMP};
    const char *const at = strchr(MLCI_LETTERS, letter);
    return at == NULL ? 0 : types[at - MLCI_LETTERS];
}

/* ---- operands ----------------------------------------------------------------------------- */

/* The last instruction of operand k. */
static int32_t root_of(const parser *p, const mlci_operand *operands, int32_t n, int32_t k)
{
    return (k + 1 < n ? operands[k + 1].first : p->e->n) - 1;
}

static const char *type_word(int32_t type)
{
    return type == 0 ? "missing" : mlci_type_name(type);
}

static int is_text_of_time(const mlci_instruction *operand)
{
    int64_t time;
    return operand->kind == MLCI_CONSTANT && operand->type == MLC_TYPE_TEXT &&
           mlci_timestamp_parse(operand->text.text, operand->text.length, &time);
}

/* May the operand stand where `type` is wanted? */
static int fits(const mlci_instruction *operand, int32_t type)
{
    const int32_t own = operand->type;
    if (own == type || own == 0) return 1;
    if (type == MLC_TYPE_TIMESTAMP) return is_text_of_time(operand);
    return (type == MLC_TYPE_INT64 && own == MLC_TYPE_BOOL) ||
           (type == MLC_TYPE_FLOAT64 && (own == MLC_TYPE_INT64 || own == MLC_TYPE_BOOL));
}

/* The type that argument k of an overload takes; 0: it does not take as many. */
static int32_t argument_type(const mlci_overload *o, int32_t k)
{
    const int32_t n = (int32_t)strlen(o->arguments);
    const int32_t repeats = n > 0 && o->arguments[n - 1] == '*';
    if (k < n - repeats) return mlci_expression_type_of(o->arguments[k]);
    return repeats ? mlci_expression_type_of(o->arguments[n - 2]) : 0;
}

static int takes_count(const mlci_overload *o, int32_t n)
{
    const int32_t length = (int32_t)strlen(o->arguments);
    const int32_t repeats = length > 0 && o->arguments[length - 1] == '*';
    return repeats ? n >= length - 1 : n == length;
}

static int takes(const parser *p, const mlci_overload *o, const mlci_operand *operands, int32_t n)
{
    if (!takes_count(o, n)) return 0;
    int n_timestamps = 0, n_texts = 0;
    for (int32_t k = 0; k < n; k++) {
        const mlci_instruction *const operand = &p->e->instructions[root_of(p, operands, n, k)];
        const int32_t type = argument_type(o, k);
        if (!fits(operand, type)) return 0;
        n_timestamps += operand->type == MLC_TYPE_TIMESTAMP;
        n_texts += type == MLC_TYPE_TIMESTAMP && operand->type == MLC_TYPE_TEXT;
    }
    /* Two texts are not compared as times because both look like one. */
    return n_texts == 0 || n_timestamps > 0;
}

/* ---- conversions -------------------------------------------------------------------------- */

static void convert_constant(mlci_instruction *constant, int32_t type)
{
    if (type == MLC_TYPE_FLOAT64) constant->real = (double)constant->integer;
    if (constant->type == MLC_TYPE_TEXT && type == MLC_TYPE_TIMESTAMP) {
        mlci_timestamp_parse(constant->text.text, constant->text.length, &constant->integer);
    }
    if (constant->type == 0) constant->text = (mlci_span){"", 0};
    constant->type = type;
}

/* The row that casts one type to another. */
static const mlci_overload *cast_to(int32_t from, int32_t type)
{
    for (const mlci_overload *o = mlci_overloads_cast; o->name != NULL; o++) {
        if (mlci_expression_type_of(o->arguments[0]) == from &&
            mlci_expression_type_of(o->result) == type) {
            return o;
        }
    }
    return NULL;
}

/* Makes operand k one of that type: a constant in place, others by an instruction behind it. */
static mlc_status convert(parser *p, mlci_operand *operands, int32_t n, int32_t k, int32_t type,
                          mlc_error *err)
{
    mlci_expression *const e = p->e;
    const int32_t at = root_of(p, operands, n, k);
    if (e->instructions[at].type == type) return MLC_OK;
    if (e->instructions[at].kind == MLCI_CONSTANT) {
        convert_constant(&e->instructions[at], type);
        return MLC_OK;
    }
    const mlci_instruction cast = {.kind = MLCI_CALL,
                                   .type = type,
                                   .size = e->instructions[at].size + 1,
                                   .n_arguments = 1,
                                   .at = operands[k].at,
                                   .overload = cast_to(e->instructions[at].type, type)};
    MLCI_TRY(mlci_expression_push(p, &cast, err));
    memmove(&e->instructions[at + 2], &e->instructions[at + 1],
            (size_t)(e->n - at - 2) * sizeof cast);
    e->instructions[at + 1] = cast;
    for (int32_t j = k + 1; j < n; j++)
        operands[j].first++;
    return MLC_OK;
}

/* ---- operators and functions -------------------------------------------------------------- */

static void append_operands(const parser *p, const mlci_operand *operands, int32_t n,
                            mlci_text *out)
{
    for (int32_t k = 0; k < n && k < 6; k++) {
        const int32_t type = p->e->instructions[root_of(p, operands, n, k)].type;
        if (k > 0) mlci_text_append_text(out, k + 1 == n ? " and " : ", ");
        mlci_text_append_text(out, type_word(type));
    }
    if (n > 6) mlci_text_append_text(out, ", ...");
}

/* "(int64, int64), (float64, float64) or (text, text)". */
static void append_signatures(const mlci_overload *first, mlci_text *out)
{
    for (const mlci_overload *o = first; o->name != NULL && strcmp(o->name, first->name) == 0;
         o++) {
        const int is_last = o[1].name == NULL || strcmp(o[1].name, first->name) != 0;
        if (o != first) mlci_text_append_text(out, is_last ? " or " : ", ");
        mlci_text_append_char(out, '(');
        for (const char *c = o->arguments; *c != '\0'; c++) {
            if (c > o->arguments) mlci_text_append_text(out, ", ");
            mlci_text_append_text(out,
                                  *c == '*' ? "..." : mlci_type_name(mlci_expression_type_of(*c)));
        }
        mlci_text_append_char(out, ')');
    }
}

static mlc_status refuse(parser *p, const mlci_overload *first, const char *at,
                         const mlci_operand *operands, int32_t n, mlc_error *err)
{
    mlci_text given = mlci_text_init(p->scan.root), wanted = mlci_text_init(p->scan.root);
    append_operands(p, operands, n, &given);
    append_signatures(first, &wanted);
    mlc_status status = mlci_text_status(&given, err);
    if (status == MLC_OK) status = mlci_text_status(&wanted, err);
    if (status == MLC_OK) {
        const char *const name = strcmp(first->name, "negate") == 0 ? "-" : first->name;
        status = mlci_expression_fail(p, at, MLC_ERROR_SYNTAX, NULL, err,
                                      "%s%s does not take %s%s: it takes %s", name,
                                      is_function(name) ? "()" : "", n == 0 ? "nothing" : "",
                                      n == 0 ? "" : given.data, wanted.data);
    }
    mlci_text_clear(&given);
    mlci_text_clear(&wanted);
    return status;
}

mlc_status mlci_expression_apply(parser *p, const char *name, const char *at, int32_t n,
                                 mlci_operand *operands, mlc_error *err)
{
    const mlci_overload *const first = first_of(name);
    const mlci_overload *o = first;
    while (o->name != NULL && strcmp(o->name, name) == 0 && !takes(p, o, operands, n))
        o++;
    if (o->name == NULL || strcmp(o->name, name) != 0) {
        return refuse(p, first, at, operands, n, err);
    }
    mlci_instruction call = {.kind = MLCI_CALL,
                             .type = mlci_expression_type_of(o->result),
                             .size = 1,
                             .n_arguments = n,
                             .at = at,
                             .overload = o};
    for (int32_t k = 0; k < n; k++) {
        MLCI_TRY(convert(p, operands, n, k, argument_type(o, k), err));
        call.size += p->e->instructions[root_of(p, operands, n, k)].size;
    }
    return mlci_expression_push(p, &call, err);
}

/* ---- lists -------------------------------------------------------------------------------- */

/* The type that operand and items are compared as: the operand's, or reals for integers. */
static mlc_status list_type(parser *p, int32_t own, int32_t first, int32_t *type, mlc_error *err)
{
    *type = own == MLC_TYPE_BOOL ? MLC_TYPE_INT64 : own;
    for (int32_t i = first; i < p->e->n; i++) {
        const mlci_instruction *const item = &p->e->instructions[i];
        if (item->is_missing) {
            return mlci_expression_fail(
                p, item->at, MLC_ERROR_SYNTAX, NULL, err,
                "nothing equals a missing value: write 'or ... is missing'");
        }
        if (own == 0) *type = own = item->type;
        if (*type == MLC_TYPE_INT64 && item->type == MLC_TYPE_FLOAT64) *type = MLC_TYPE_FLOAT64;
        if (fits(item, *type)) continue;
        return mlci_expression_fail(p, item->at, MLC_ERROR_SYNTAX, NULL, err,
                                    "%s in a list for values of %s", type_word(item->type),
                                    type_word(own));
    }
    return MLC_OK;
}

static int64_t item_size(int32_t type)
{
    return type == MLC_TYPE_TEXT ? (int64_t)sizeof(mlci_span) : 8;
}

static int is_below(const mlci_instruction *a, const mlci_instruction *b)
{
    if (a->type == MLC_TYPE_TEXT) {
        return mlci_text_compare(a->text.text, a->text.length, b->text.text, b->text.length) < 0;
    }
    return a->type == MLC_TYPE_FLOAT64 ? a->real < b->real : a->integer < b->integer;
}

/* Merges runs of growing width, both ways between the two arrays. */
static void sort_items(mlci_instruction *items, mlci_instruction *scratch, int32_t n)
{
    mlci_instruction *from = items, *to = scratch;
    for (int32_t width = 1; width < n; width *= 2) {
        for (int32_t low = 0; low < n; low += 2 * width) {
            const int32_t middle = n - low > width ? low + width : n;
            const int32_t high = n - middle > width ? middle + width : n;
            int32_t i = low, j = middle;
            for (int32_t k = low; k < high; k++) {
                const int left = j >= high || (i < middle && !is_below(&from[j], &from[i]));
                to[k] = left ? from[i++] : from[j++];
            }
        }
        mlci_instruction *const swap = from;
        from = to;
        to = swap;
    }
    if (from != items) memcpy(items, from, (size_t)n * sizeof *items);
}

/* The constants as the list of an instruction. */
static mlc_status make_items(const parser *p, mlci_instruction *constants, int32_t n, int32_t type,
                             void **out, mlc_error *err)
{
    mlci_instruction *const scratch = mlci_alloc_raw(p->e->root, n, (int64_t)sizeof *scratch);
    char *const items = mlci_alloc(p->e->root, n, item_size(type));
    if (scratch == NULL || items == NULL) {
        mlci_free(scratch);
        mlci_free(items);
        return mlci_fail_memory(err, n, (int64_t)sizeof *scratch);
    }
    for (int32_t i = 0; i < n; i++)
        if (constants[i].type != type) convert_constant(&constants[i], type);
    sort_items(constants, scratch, n);
    mlci_free(scratch);
    for (int32_t i = 0; i < n; i++) {
        const mlci_instruction *const c = &constants[i];
        const void *const value = type == MLC_TYPE_TEXT      ? (const void *)&c->text
                                  : type == MLC_TYPE_FLOAT64 ? (const void *)&c->real
                                                             : (const void *)&c->integer;
        memcpy(items + i * item_size(type), value, (size_t)item_size(type));
    }
    *out = items;
    return MLC_OK;
}

mlc_status mlci_expression_apply_in(parser *p, mlci_operand *operand, int32_t first, mlc_error *err)
{
    mlci_expression *const e = p->e;
    int32_t type = 0;
    void *items = NULL;
    MLCI_TRY(list_type(p, e->instructions[first - 1].type, first, &type, err));
    const int32_t n = e->n - first;
    MLCI_TRY(make_items(p, &e->instructions[first], n, type, &items, err));
    e->n = first;
    mlc_status status = convert(p, operand, 1, 0, type, err);
    if (status == MLC_OK) status = mlci_expression_apply(p, "in", operand->at, 1, operand, err);
    if (status != MLC_OK) {
        mlci_free(items);
        return status;
    }
    e->instructions[e->n - 1].items = items;
    e->instructions[e->n - 1].n_items = n;
    return MLC_OK;
}
