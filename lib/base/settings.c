/* Settings as a list of names and values: adding, finding, writing, and walking list values.
 *
 * Finding is a walk over the list: settings are few (at most MLCI_SETTINGS_MAX) and short. */
#include "settings.h"

#include <string.h>

#include "number.h"
#include "scan.h"

#define LIST_ITEM_MAX 1024 /* bytes of an item with escapes */

static mlc_status grow(mlci_settings *s, mlc_error *err)
{
    if (s->n < s->capacity) return MLC_OK;
    if (s->n >= MLCI_SETTINGS_MAX) {
        return mlci_fail(err, MLC_ERROR_LIMIT, NULL, "more than %d settings", MLCI_SETTINGS_MAX);
    }
    const int32_t capacity = s->capacity == 0 ? 8 : 2 * s->capacity;
    mlci_setting *items = mlci_realloc(s->root, s->items, capacity, sizeof *items);
    if (items == NULL) return mlci_fail_memory(err, capacity, sizeof *items);
    s->items = items;
    s->capacity = capacity;
    return MLC_OK;
}

/* Quotes that change nothing are forgotten, so that text and JSON give the same settings. */
static int32_t needs_quotes(const char *value, int32_t quoted)
{
    const int64_t length = (int64_t)strlen(value);
    return quoted && (!mlci_is_word(value, length) || mlci_is_special_word(value, length));
}

mlc_status mlci_settings_add(mlci_settings *s, const mlci_setting *setting, mlc_error *err)
{
    MLCI_TRY(grow(s, err));
    const int64_t n_name = (int64_t)strlen(setting->name);
    const int64_t n_value = (int64_t)strlen(setting->value);
    char *const name = mlci_copy_text(s->root, setting->name, n_name);
    char *const value = mlci_copy_text(s->root, setting->value, n_value);
    if (name == NULL || value == NULL) {
        mlci_free(name);
        mlci_free(value);
        return mlci_fail_memory(err, n_name + n_value + 2, 1);
    }
    s->items[s->n++] = (mlci_setting){.name = name,
                                      .value = value,
                                      .quoted = needs_quotes(value, setting->quoted),
                                      .line = setting->line,
                                      .column = setting->column};
    return MLC_OK;
}

mlci_setting *mlci_settings_find(const mlci_settings *s, const char *name)
{
    for (int32_t i = 0; i < s->n; i++) {
        if (strcmp(s->items[i].name, name) == 0) return &s->items[i];
    }
    return NULL;
}

mlc_status mlci_settings_put(mlci_settings *s, const char *name, const char *value, int32_t quoted,
                             mlc_error *err)
{
    mlci_setting *const old = mlci_settings_find(s, name);
    if (old == NULL) {
        /* The casts drop const only: what is added is copied. */
        const mlci_setting setting = {
            .name = (char *)(uintptr_t)name, .value = (char *)(uintptr_t)value, .quoted = quoted};
        return mlci_settings_add(s, &setting, err);
    }
    const int64_t length = (int64_t)strlen(value);
    char *const copy = mlci_copy_text(s->root, value, length);
    if (copy == NULL) return mlci_fail_memory(err, length + 1, 1);
    mlci_free(old->value);
    old->value = copy;
    old->quoted = needs_quotes(copy, quoted);
    old->used = 0;
    return MLC_OK;
}

void mlci_settings_clear(mlci_settings *s)
{
    for (int32_t i = 0; i < s->n; i++) {
        mlci_free(s->items[i].name);
        mlci_free(s->items[i].value);
    }
    mlci_free(s->items);
    mlci_free(s->head);
    *s = (mlci_settings){.root = s->root};
}

/* ---- walking a list ----------------------------------------------------------------------- */

typedef struct list_item {
    const char *text; /* what stands in quotes or brackets, or the trimmed item */
    int64_t length;
    char quote; /* '\0' when bare */
} list_item;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The end of a bare item: the next comma outside brackets and the quotes in them. NULL: a
 * bracket is not closed. */
static const char *bare_end(const char *at)
{
    int64_t depth = 0;
    for (const char *p = at; *p != '\0'; p++) {
        if (*p == ',' && depth == 0) return p;
        if (*p == '(' || *p == '[' || (*p == '{' && depth > 0)) depth++;
        if ((*p == ')' || *p == ']' || *p == '}') && depth > 0) depth--;
        if (depth == 0 || (*p != '\'' && *p != '"')) continue;
        const char quote = *p++;
        while (*p != '\0' && *p != quote)
            p += *p == '\\' && p[1] != '\0' ? 2 : 1;
        if (*p == '\0') return NULL;
    }
    return depth == 0 ? at + strlen(at) : NULL;
}

/* Takes one item; *at moves behind it, to a comma or the end. */
static mlc_status next_item(const char **at, list_item *out, mlc_error *err)
{
    const char *p = *at;
    while (is_blank(*p))
        p++;
    if (*p == '\'' || *p == '"') {
        const char *q = p + 1;
        while (*q != '\0' && *q != *p)
            q += *q == '\\' && q[1] != '\0' ? 2 : 1;
        if (*q == '\0') {
            return mlci_fail(err, MLC_ERROR_SYNTAX, NULL, "list %s: quote not closed", p);
        }
        *out = (list_item){.text = p + 1, .length = q - p - 1, .quote = *p};
        for (q++; is_blank(*q); q++)
            continue;
        if (*q != '\0' && *q != ',') {
            return mlci_fail(err, MLC_ERROR_SYNTAX, NULL,
                             "list %s: expected ',' behind a quoted item", p);
        }
        *at = q;
        return MLC_OK;
    }
    const char *end = bare_end(p);
    if (end == NULL) {
        return mlci_fail(err, MLC_ERROR_SYNTAX, NULL,
                         "list %s: bracket not closed; put the item in quotes", p);
    }
    *at = end;
    while (end > p && is_blank(end[-1]))
        end--;
    if (end - p >= 2 && *p == '[' && end[-1] == ']') {
        p++;
        end--;
    }
    *out = (list_item){.text = p, .length = end - p};
    return MLC_OK;
}

/* Resolves the escapes of a quoted item. Other than in settings, `\x` is taken as it stands, so
 * that lists made of paths and patterns need no doubling. */
static int64_t resolve(const list_item *item, char out[LIST_ITEM_MAX])
{
    int64_t n = 0;
    for (int64_t i = 0; i < item->length; i++) {
        char c = item->text[i];
        const char next = c == '\\' && i + 1 < item->length ? item->text[i + 1] : '\0';
        if (next == '\\' || next == '\'' || next == '"') {
            c = next;
            i++;
        } else if (next == 'n' || next == 't' || next == 'r') {
            c = next == 'n' ? '\n' : next == 't' ? '\t' : '\r';
            i++;
        }
        out[n++] = c;
    }
    return n;
}

mlc_status mlci_list_each(const char *list,
                          mlc_status (*fn)(void *arg, const char *item, int64_t length,
                                           mlc_error *err),
                          void *arg, mlc_error *err)
{
    const char *at = list == NULL ? "" : list;
    while (is_blank(*at))
        at++;
    if (*at == '\0') return MLC_OK;
    for (;; at++) {
        list_item item = {.length = 0};
        MLCI_TRY(next_item(&at, &item, err));
        if (item.quote != '\0' && memchr(item.text, '\\', (size_t)item.length) != NULL) {
            char resolved[LIST_ITEM_MAX];
            if (item.length > LIST_ITEM_MAX) {
                return mlci_fail(err, MLC_ERROR_LIMIT, NULL,
                                 "a list item with escapes is longer than %d bytes", LIST_ITEM_MAX);
            }
            MLCI_TRY(fn(arg, resolved, resolve(&item, resolved), err));
        } else {
            MLCI_TRY(fn(arg, item.text, item.length, err));
        }
        if (*at == '\0') return MLC_OK;
    }
}

/* ---- writing ------------------------------------------------------------------------------ */

/* Is it a number that a double has in JSON's grammar, which knows no "+1", ".5", "5." or "01"? */
static int is_json_number(const char *text, int64_t length)
{
    double real;
    if (!mlci_real_parse(text, length, &real) || real - real != 0.0) return 0;
    const char *p = text, *const end = text + length;
    if (*p == '-') p++;
    if (p == end || *p < '0' || *p > '9') return 0;
    if (*p == '0' && end - p > 1 && p[1] >= '0' && p[1] <= '9') return 0;
    const char *const point = memchr(p, '.', (size_t)(end - p));
    return point == NULL || (end - point > 1 && point[1] >= '0' && point[1] <= '9');
}

/* A number that JSON cannot spell as it stands. With zeros in front it is rather a label, and
 * stays a text, as nan does. */
static void format_json_number(const char *word, int64_t length, double real, mlci_text *out)
{
    const int sign = word[0] == '-' || word[0] == '+';
    int64_t integer;
    if (real != real || (length > sign + 1 && word[sign] == '0' && word[sign + 1] != '.')) {
        mlci_text_append_json(out, word, length);
    } else if (mlci_integer_parse(word, length, &integer)) {
        mlci_text_append_integer(out, integer);
    } else if (real - real != 0.0) {
        /* There is no infinity; a number beyond the range of doubles reads as one. */
        mlci_text_append_text(out, real > 0 ? "1e999" : "-1e999");
    } else {
        mlci_text_append_real(out, real);
    }
}

static void format_json_word(const char *word, int64_t length, mlci_text *out)
{
    double real;
    if (is_json_number(word, length)) {
        mlci_text_append(out, word, length);
    } else if (mlci_word_equal(word, length, "none") || mlci_word_equal(word, length, "null")) {
        mlci_text_append_text(out, "null");
    } else if (mlci_word_equal(word, length, "true")) {
        mlci_text_append_text(out, "true");
    } else if (mlci_word_equal(word, length, "false")) {
        mlci_text_append_text(out, "false");
    } else if (mlci_real_parse(word, length, &real)) {
        format_json_number(word, length, real, out);
    } else {
        mlci_text_append_json(out, word, length);
    }
}

static void format_json_item(const char *item, int64_t length, mlci_text *out)
{
    if (is_json_number(item, length)) {
        mlci_text_append(out, item, length);
    } else {
        mlci_text_append_json(out, item, length);
    }
}

/* The items of a value that is a list: see mlci_is_list(). */
static void format_json_items(const char *list, mlci_text *out)
{
    mlci_scan s;
    mlci_value_kind kind;
    mlci_text item = mlci_text_init(out->root);
    mlc_status status = mlci_scan_open(&s, out->root, "list", list, NULL);
    for (int32_t first = 1; status == MLC_OK && s.at < s.end; first = 0) {
        if (!first) mlci_text_append_text(out, ", ");
        item.length = 0;
        status = mlci_scan_value(&s, &item, &kind, NULL);
        if (status == MLC_OK) status = mlci_text_status(&item, NULL);
        if (status != MLC_OK) break;
        format_json_item(item.length > 0 ? item.data : "", item.length, out);
        mlci_scan_take(&s, ',');
    }
    if (status != MLC_OK) out->failed = 1;
    mlci_text_clear(&item);
}

static void format_list(const char *value, int32_t json, mlci_text *out)
{
    mlci_text_append_char(out, '[');
    if (!json) mlci_text_append_text(out, value);
    if (json && !out->failed) format_json_items(value, out);
    mlci_text_append_char(out, ']');
}

void mlci_value_format(const char *value, int32_t quoted, int32_t json, mlci_text *out)
{
    const int64_t length = (int64_t)strlen(value);
    const int is_word = !quoted && mlci_is_word(value, length);
    const int is_list = quoted || is_word ? 0 : mlci_is_list(out->root, value);
    if (is_list < 0) out->failed = 1;
    if (is_word && json) {
        format_json_word(value, length, out);
    } else if (is_word) {
        mlci_text_append(out, value, length);
    } else if (is_list > 0) {
        format_list(value, json, out);
    } else if (json) {
        mlci_text_append_json(out, value, length);
    } else {
        mlci_text_append_quoted(out, value, length);
    }
}

void mlci_settings_format(const mlci_settings *s, mlci_text *out)
{
    if (s->head != NULL) mlci_text_append_text(out, s->head);
    for (int32_t i = 0; i < s->n; i++) {
        if (i > 0 || s->head != NULL) mlci_text_append_char(out, ' ');
        mlci_text_append_text(out, s->items[i].name);
        mlci_text_append_char(out, '=');
        mlci_value_format(s->items[i].value, s->items[i].quoted, 0, out);
    }
}
