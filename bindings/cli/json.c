/* Recursive descent over RFC 8259, to a depth of 64. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define DEEPEST 64

typedef struct parser {
    const char *at;
    int failed;
} parser;

static void skip_blanks(parser *p)
{
    p->at += strspn(p->at, " \t\r\n");
}

static int take(parser *p, char c)
{
    skip_blanks(p);
    if (*p->at != c) return 0;
    p->at++;
    return 1;
}

static char *put_code_point(char *to, unsigned long c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (char)(0x80 | (c & 0x3F));
    }
    return to;
}

/* The character after a backslash; a \u of four digits is one unit (pairs are not joined: the
 * library writes UTF-8 as it is). */
static char *take_escape(parser *p, char *to)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    const char *name = *p->at != '\0' ? strchr(names, *p->at) : NULL;
    if (name != NULL) {
        *to++ = values[name - names];
        p->at++;
        return to;
    }
    char digits[5] = {0};
    if (*p->at != 'u' || strspn(p->at + 1, "0123456789abcdefABCDEF") < 4) {
        p->failed = 1;
        return to;
    }
    memcpy(digits, p->at + 1, 4);
    p->at += 5;
    return put_code_point(to, strtoul(digits, NULL, 16));
}

static char *take_string(parser *p)
{
    if (!take(p, '"')) {
        p->failed = 1;
        return NULL;
    }
    const char *end = p->at;
    while (*end != '"' && *end != '\0')
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    /* What is read is never longer than what is written. */
    char *text = memory_zeroed((size_t)(end - p->at) + 1, 1), *to = text;
    while (p->at < end && !p->failed) {
        if (*p->at == '\\') {
            p->at++;
            to = take_escape(p, to);
        } else {
            *to++ = *p->at++;
        }
    }
    *to = '\0';
    if (!take(p, '"')) p->failed = 1;
    return text;
}

static json_node *take_value(parser *p, int depth);

static void take_members(parser *p, json_node *node, char close, int depth)
{
    json_node **tail = &node->first;
    p->at++;
    if (take(p, close)) return;
    do {
        char *key = NULL;
        if (close == '}') {
            skip_blanks(p);
            key = take_string(p);
            if (!p->failed && !take(p, ':')) p->failed = 1;
        }
        json_node *child = p->failed ? NULL : take_value(p, depth + 1);
        if (child == NULL) {
            free(key);
            return;
        }
        child->key = key;
        *tail = child;
        tail = &child->next;
    } while (!p->failed && take(p, ','));
    if (!take(p, close)) p->failed = 1;
}

static json_node *take_value(parser *p, int depth)
{
    skip_blanks(p);
    json_node *node = memory_zeroed(1, sizeof *node);
    node->from = p->at;
    if (depth > DEEPEST) {
        p->failed = 1;
    } else if (*p->at == '{' || *p->at == '[') {
        node->kind = *p->at;
        take_members(p, node, *p->at == '{' ? '}' : ']', depth);
    } else if (*p->at == '"') {
        node->kind = '"';
        node->text = take_string(p);
    } else {
        const size_t length = strcspn(p->at, " \t\r\n,]}");
        node->kind = 'w';
        node->text = text_format("%.*s", (int)length, p->at);
        p->at += length;
        p->failed |= length == 0;
    }
    node->end = p->at;
    return node;
}

json_node *json_parse(const char *document)
{
    parser p = {document, 0};
    json_node *node = take_value(&p, 0);
    skip_blanks(&p);
    if (!p.failed && *p.at == '\0') return node;
    json_free(node);
    return NULL;
}

void json_free(json_node *node)
{
    while (node != NULL) {
        json_node *next = node->next;
        json_free(node->first);
        free(node->key);
        free(node->text);
        free(node);
        node = next;
    }
}

const json_node *json_get(const json_node *object, const char *key)
{
    if (object == NULL) return NULL;
    for (const json_node *child = object->first; child != NULL; child = child->next) {
        if (child->key != NULL && strcmp(child->key, key) == 0) return child;
    }
    return NULL;
}

const char *json_text(const json_node *object, const char *key)
{
    const json_node *node = json_get(object, key);
    return node != NULL ? node->text : NULL;
}
