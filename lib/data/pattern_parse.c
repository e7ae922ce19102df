/* Patterns from text to tree, by recursive descent of bounded depth: see pattern.h. */
#include <string.h>

#include "pattern_impl.h"
#include "text.h"

#define MAX_DEPTH 64
#define LAST_CHARACTER 0x10FFFF

typedef struct parser {
    mlci_pattern_tree *tree;
    const char *start, *at;
    int32_t depth;
    mlc_error *err;
} parser;

static mlc_status parse_either(parser *p, int32_t *out);

static mlc_status fail_here(const parser *p, const char *message)
{
    return mlci_fail_at(p->err, MLC_ERROR_SYNTAX, 0, p->at - p->start + 1, "pattern",
                        "pattern '%s': %s", p->start, message);
}

uint32_t mlci_pattern_character(const char **at)
{
    const uint8_t *const b = (const uint8_t *)*at;
    const int n = b[0] < 0x80 ? 1 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
    *at += n;
    if (n == 1) return b[0];
    if (n == 2) return (uint32_t)(b[0] & 31) << 6 | (b[1] & 63);
    if (n == 3) return (uint32_t)(b[0] & 15) << 12 | (uint32_t)(b[1] & 63) << 6 | (b[2] & 63);
    return (uint32_t)(b[0] & 7) << 18 | (uint32_t)(b[1] & 63) << 12 | (uint32_t)(b[2] & 63) << 6 |
           (b[3] & 63);
}

/* ---- the tree -------------------------------------------------------------------------------- */

static mlc_status add_node(parser *p, mlci_pattern_node node, int32_t *out)
{
    mlci_pattern_tree *const t = p->tree;
    if (t->n_nodes >= MLCI_PATTERN_STEPS) {
        return mlci_fail(p->err, MLC_ERROR_LIMIT, "pattern", "the pattern has more than %d parts",
                         MLCI_PATTERN_STEPS);
    }
    if (t->n_nodes == t->node_capacity) {
        const int32_t capacity = t->node_capacity == 0 ? 16 : 2 * t->node_capacity;
        void *const nodes = mlci_realloc(t->root, t->nodes, capacity, sizeof *t->nodes);
        if (nodes == NULL) return mlci_fail_memory(p->err, capacity, sizeof *t->nodes);
        t->nodes = nodes;
        t->node_capacity = capacity;
    }
    *out = t->n_nodes;
    t->nodes[t->n_nodes++] = node;
    return MLC_OK;
}

static mlc_status add_range(parser *p, uint32_t low, uint32_t high)
{
    mlci_pattern_tree *const t = p->tree;
    if (t->n_ranges >= MLCI_PATTERN_STEPS) {
        return mlci_fail(p->err, MLC_ERROR_LIMIT, "pattern", "the pattern has more than %d ranges",
                         MLCI_PATTERN_STEPS);
    }
    if (t->n_ranges == t->range_capacity) {
        const int32_t capacity = t->range_capacity == 0 ? 16 : 2 * t->range_capacity;
        void *const ranges = mlci_realloc(t->root, t->ranges, capacity, sizeof *t->ranges);
        if (ranges == NULL) return mlci_fail_memory(p->err, capacity, sizeof *t->ranges);
        t->ranges = ranges;
        t->range_capacity = capacity;
    }
    t->ranges[t->n_ranges++] = (mlci_pattern_range){low, high};
    return MLC_OK;
}

static mlc_status add_class(parser *p, int32_t first, int32_t is_negated, int32_t *out)
{
    const mlci_pattern_node node = {.kind = MLCI_PATTERN_CLASS,
                                    .first = first,
                                    .n = p->tree->n_ranges - first,
                                    .is_negated = is_negated};
    return add_node(p, node, out);
}

/* ---- characters ------------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character after a backslash. */
static mlc_status parse_escape(parser *p, uint32_t *out)
{
    const char c = *p->at;
    if (c == 'x') {
        const int high = hex_digit(p->at[1]), low = high < 0 ? -1 : hex_digit(p->at[2]);
        if (low < 0) return fail_here(p, "\\x takes two hexadecimal digits");
        *out = (uint32_t)(16 * high + low);
        p->at += 3;
        return MLC_OK;
    }
    if (c == '\0') return fail_here(p, "a backslash at the end: write \\\\ for a backslash");
    const int is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';
    if ((is_letter && strchr("ntr", c) == NULL) || (c >= '0' && c <= '9')) {
        return fail_here(p, "no such escape: there are \\d \\w \\s \\D \\W \\S \\n \\t \\r \\xHH");
    }
    *out = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : mlci_pattern_character(&p->at);
    if (is_letter) p->at++;
    return MLC_OK;
}

/* \d, \w, \s: its ranges; *found 0 where none of them comes. Negated ones as what is between. */
static mlc_status parse_kind(parser *p, int *found)
{
    static const mlci_pattern_range digits[] = {{'0', '9'}};
    static const mlci_pattern_range words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    static const mlci_pattern_range spaces[] = {{'\t', '\r'}, {' ', ' '}};
    const char kind = p->at[0] == '\\' ? p->at[1] : '\0', lower = (char)(kind | 32);
    *found = kind != '\0' && strchr("dDwWsS", kind) != NULL;
    if (!*found) return MLC_OK;
    const mlci_pattern_range *const ranges = lower == 'd' ? digits : lower == 'w' ? words : spaces;
    const int n = lower == 'd' ? 1 : lower == 'w' ? 4 : 2;
    uint32_t next = 0;
    p->at += 2;
    for (int i = 0; i < n; i++) {
        if (kind == lower) MLCI_TRY(add_range(p, ranges[i].low, ranges[i].high));
        if (kind != lower) MLCI_TRY(add_range(p, next, ranges[i].low - 1));
        next = ranges[i].high + 1;
    }
    return kind == lower ? MLC_OK : add_range(p, next, LAST_CHARACTER);
}

static mlc_status parse_class_character(parser *p, uint32_t *out)
{
    if (*p->at == '\0') return fail_here(p, "[ is not closed");
    if (*p->at != '\\') {
        *out = mlci_pattern_character(&p->at);
        return MLC_OK;
    }
    p->at++;
    return parse_escape(p, out);
}

/* After [ . */
static mlc_status parse_class(parser *p, int32_t *out)
{
    const int is_negated = *p->at == '^';
    const int32_t first = p->tree->n_ranges;
    p->at += is_negated;
    if (*p->at == ']') return fail_here(p, "an empty class: write \\] for the bracket");
    while (*p->at != ']') {
        int found;
        uint32_t low, high;
        if (p->at[0] == '[' && p->at[1] == ':') return fail_here(p, "named classes are not known");
        MLCI_TRY(parse_kind(p, &found));
        if (found) continue;
        MLCI_TRY(parse_class_character(p, &low));
        high = low;
        if (p->at[0] == '-' && p->at[1] != ']') {
            p->at++;
            MLCI_TRY(parse_class_character(p, &high));
        }
        if (high < low) return fail_here(p, "the range ends before it starts");
        MLCI_TRY(add_range(p, low, high));
    }
    p->at++;
    return add_class(p, first, is_negated, out);
}

/* ---- structure ------------------------------------------------------------------------------- */

static mlc_status parse_group(parser *p, int32_t *out)
{
    if (*p->at == '?') return fail_here(p, "a group takes no ? after its bracket");
    if (++p->depth > MAX_DEPTH) return fail_here(p, "groups are nested more than 64 deep");
    MLCI_TRY(parse_either(p, out));
    if (*p->at != ')') return fail_here(p, "( is not closed");
    p->at++;
    p->depth--;
    return MLC_OK;
}

static mlc_status parse_atom(parser *p, int32_t *out)
{
    const char c = *p->at;
    const int32_t first = p->tree->n_ranges;
    int found;
    uint32_t character;
    if (c == '(' || c == '[') {
        p->at++;
        return c == '(' ? parse_group(p, out) : parse_class(p, out);
    }
    if (strchr("*+?{", c) != NULL)
        return fail_here(p, "nothing to repeat: a backslash makes it a character");
    if (strchr("]}^$", c) != NULL) return fail_here(p, "needs a backslash here");
    MLCI_TRY(parse_kind(p, &found));
    if (found) return add_class(p, first, 0, out);
    if (c == '.') {
        p->at++;
        MLCI_TRY(add_range(p, 0, LAST_CHARACTER));
        return add_class(p, first, 0, out);
    }
    p->at += c == '\\';
    if (c == '\\') {
        MLCI_TRY(parse_escape(p, &character));
    } else {
        character = mlci_pattern_character(&p->at);
    }
    MLCI_TRY(add_range(p, character, character));
    return add_class(p, first, 0, out);
}

static mlc_status parse_number(parser *p, int32_t *out)
{
    int32_t n = 0;
    if (*p->at < '0' || *p->at > '9') return fail_here(p, "a number of repetitions must come here");
    while (*p->at >= '0' && *p->at <= '9' && n <= MLCI_PATTERN_REPEATS)
        n = 10 * n + (*p->at++ - '0');
    if (n > MLCI_PATTERN_REPEATS) return fail_here(p, "at most 1000 repetitions");
    *out = n;
    return MLC_OK;
}

/* After { : `3}`, `3,}` or `3,5}`. */
static mlc_status parse_bounds(parser *p, int32_t *least, int32_t *most)
{
    MLCI_TRY(parse_number(p, least));
    *most = *least;
    if (*p->at == ',') {
        p->at++;
        *most = MLCI_PATTERN_UNBOUNDED;
        if (*p->at != '}') MLCI_TRY(parse_number(p, most));
    }
    if (*p->at != '}') return fail_here(p, "{ is not closed");
    if (*most != MLCI_PATTERN_UNBOUNDED && *most < *least) {
        return fail_here(p, "at most is below at least");
    }
    p->at++;
    return MLC_OK;
}

static mlc_status parse_repeated(parser *p, int32_t *out)
{
    MLCI_TRY(parse_atom(p, out));
    const char c = *p->at;
    int32_t least = c == '+', most = c == '?' ? 1 : MLCI_PATTERN_UNBOUNDED;
    if (c == '\0' || strchr("*+?{", c) == NULL) return MLC_OK;
    p->at++;
    if (c == '{') MLCI_TRY(parse_bounds(p, &least, &most));
    if (*p->at != '\0' && strchr("*+?{", *p->at) != NULL) {
        return fail_here(p, "one repetition at a time; lazy and possessive ones are not known");
    }
    const mlci_pattern_node node = {
        .kind = MLCI_PATTERN_REPEAT, .left = *out, .least = least, .most = most};
    return add_node(p, node, out);
}

/* Sequences nest to the left, so what walks the tree goes no deeper on the right. */
static mlc_status parse_sequence(parser *p, int32_t *out)
{
    MLCI_TRY(add_node(p, (mlci_pattern_node){.kind = MLCI_PATTERN_EMPTY}, out));
    while (*p->at != '\0' && *p->at != '|' && *p->at != ')') {
        int32_t next;
        if (p->at[0] == '$' && p->at[1] == '\0' && p->depth == 0) {
            p->at++;
            return MLC_OK;
        }
        MLCI_TRY(parse_repeated(p, &next));
        const mlci_pattern_node node = {.kind = MLCI_PATTERN_SEQUENCE, .left = *out, .right = next};
        MLCI_TRY(add_node(p, node, out));
    }
    return MLC_OK;
}

static mlc_status parse_either(parser *p, int32_t *out)
{
    MLCI_TRY(parse_sequence(p, out));
    while (*p->at == '|') {
        int32_t next;
        p->at++;
        MLCI_TRY(parse_sequence(p, &next));
        const mlci_pattern_node node = {.kind = MLCI_PATTERN_EITHER, .left = *out, .right = next};
        MLCI_TRY(add_node(p, node, out));
    }
    return MLC_OK;
}

void mlci_pattern_tree_clear(mlci_pattern_tree *tree)
{
    mlci_free(tree->nodes);
    mlci_free(tree->ranges);
    *tree = (mlci_pattern_tree){.root = tree->root};
}

mlc_status mlci_pattern_parse(mlci_root *root, const char *text, mlci_pattern_tree *out,
                              mlc_error *err)
{
    *out = (mlci_pattern_tree){.root = root};
    parser p = {.tree = out, .start = text, .at = text, .err = err};
    if (!mlci_utf8_valid(text, (int64_t)strlen(text), NULL)) {
        return mlci_fail(err, MLC_ERROR_SYNTAX, "pattern", "the pattern is not UTF-8");
    }
    p.at += *text == '^';
    mlc_status status = parse_either(&p, &out->top);
    if (status == MLC_OK && *p.at != '\0') status = fail_here(&p, ") without (");
    if (status != MLC_OK) mlci_pattern_tree_clear(out);
    return status;
}
