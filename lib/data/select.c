/* Selectors: sets of columns as text.
 *
 *     selectors = selector { "," selector }
 *     selector  = "type:" type | "role:" role | pattern | name
 *     pattern   = text with * (any bytes) or ? (one byte), not in quotes
 *     name      = text, or text in '..' or ".." with \n \t \r, and \ before any other byte
 *
 * type is number, time, or the name of a type. Names are compared in place: nothing is
 * allocated. */
#include "dataset_impl.h"

#include <string.h>

#include "text.h"

#define MAX_SHOWN 128 /* bytes of a selector in a message, with the NUL */

typedef struct selector {
    const char *text; /* without the quotes, escapes as written */
    int64_t length;
    int32_t quoted;
    int32_t is_pattern;
    int32_t type; /* MLC_TYPE_, TYPE_NUMBER, or 0 */
    int32_t role; /* or -1 */
} selector;

#define TYPE_NUMBER 1000

static const char *const type_words[] = {"number",   "bool", "int64",     "float32", "float64",
                                         "category", "text", "timestamp", "time",    "vector"};
#define N_TYPE_WORDS ((int32_t)(sizeof type_words / sizeof type_words[0]))

static const char *next_type(const void *arg, int32_t i)
{
    return i < N_TYPE_WORDS ? type_words[i] : NULL;
}

static const char *next_role(const void *arg, int32_t i)
{
    return mlci_role_name(i);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The byte at *i, which moves on; escapes of texts in quotes resolved. */
static char next_byte(const selector *s, int64_t *i)
{
    const char c = s->text[(*i)++];
    if (!s->quoted || c != '\\' || *i >= s->length) return c;
    const char escaped = s->text[(*i)++];
    return escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
}

/* The text without quotes, cut to what a message has room for. */
static void show(const selector *s, char out[MAX_SHOWN])
{
    int n = 0;
    for (int64_t i = 0; i < s->length && n < MAX_SHOWN - 1;)
        out[n++] = next_byte(s, &i);
    out[n] = '\0';
}

static int name_is(const selector *s, const char *name)
{
    for (int64_t i = 0; i < s->length; name++) {
        if (*name == '\0' || *name != next_byte(s, &i)) return 0;
    }
    return *name == '\0';
}

/* Goes back to the latest * only, which is enough: earlier ones matched as little as they can. */
static int pattern_matches(const char *pattern, int64_t n, const char *name)
{
    int64_t p = 0, star = -1;
    const char *from = name;
    while (*name != '\0') {
        if (p < n && pattern[p] == '*') {
            star = p++;
            from = name;
        } else if (p < n && (pattern[p] == '?' || pattern[p] == *name)) {
            p++;
            name++;
        } else if (star >= 0) {
            p = star + 1;
            name = ++from;
        } else {
            return 0;
        }
    }
    while (p < n && pattern[p] == '*')
        p++;
    return p == n;
}

/* `type:` and `role:`. */
static mlc_status read_prefix(selector *s, mlc_error *err)
{
    const int is_type = s->length >= 5 && memcmp(s->text, "type:", 5) == 0;
    const int is_role = s->length >= 5 && memcmp(s->text, "role:", 5) == 0;
    if (!is_type && !is_role) return MLC_OK;
    char word[MAX_SHOWN];
    const selector rest = {.text = s->text + 5, .length = s->length - 5};
    show(&rest, word);
    if (is_role) {
        s->role = mlci_role_find(word);
        if (s->role >= 0) return MLC_OK;
    } else {
        s->type = strcmp(word, "number") == 0 ? TYPE_NUMBER
                  : strcmp(word, "time") == 0 ? MLC_TYPE_TIMESTAMP
                                              : mlci_type_find(word);
        if (s->type != 0 && s->type != MLC_TYPE_INT32) return MLC_OK;
    }
    const char *const nearest = mlci_nearest(word, is_type ? next_type : next_role, NULL);
    return mlci_fail(err, MLC_ERROR_SYNTAX, NULL,
                     "'%s:%s': no such %s%s%s%s; put a column's "
                     "name that looks like this in quotes",
                     is_type ? "type" : "role", word, is_type ? "type" : "role",
                     nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "'?" : "");
}

/* Takes one selector at *at, which moves behind it and its comma; *more is 0 at the end. */
static mlc_status read_selector(const char *all, const char **at, selector *s, int *more,
                                mlc_error *err)
{
    const char *p = *at;
    *s = (selector){.role = -1};
    while (is_blank(*p))
        p++;
    const int64_t place = p - all + 1;
    if (*p == '\'' || *p == '"') {
        const char quote = *p++;
        s->text = p;
        s->quoted = 1;
        while (*p != '\0' && *p != quote)
            p += *p == '\\' && p[1] != '\0' ? 2 : 1;
        if (*p == '\0') {
            return mlci_fail_at(err, MLC_ERROR_SYNTAX, 1, place, NULL,
                                "columns:%lld: quote not closed", (long long)place);
        }
        s->length = p++ - s->text;
        while (is_blank(*p))
            p++;
        if (*p != '\0' && *p != ',') {
            return mlci_fail_at(err, MLC_ERROR_SYNTAX, 1, p - all + 1, NULL,
                                "columns:%lld: expected ',' behind a name in quotes",
                                (long long)(p - all + 1));
        }
    } else {
        s->text = p;
        while (*p != '\0' && *p != ',')
            p++;
        s->length = p - s->text;
        while (s->length > 0 && is_blank(s->text[s->length - 1]))
            s->length--;
        s->is_pattern = s->length > 0 && (memchr(s->text, '*', (size_t)s->length) != NULL ||
                                          memchr(s->text, '?', (size_t)s->length) != NULL);
        MLCI_TRY(read_prefix(s, err));
    }
    if (s->length == 0) {
        return mlci_fail_at(
            err, MLC_ERROR_SYNTAX, 1, place, NULL,
            "columns:%lld: expected a column, a pattern, type: or role:", (long long)place);
    }
    *more = *p == ',';
    *at = *more ? p + 1 : p;
    return MLC_OK;
}

static int selector_takes(const selector *s, const mlci_field *field)
{
    const int32_t type = field->column->type;
    if (s->role >= 0) return field->role == s->role;
    if (s->type == TYPE_NUMBER) return mlci_type_is_number(type);
    if (s->type != 0) return type == s->type;
    if (s->is_pattern && pattern_matches(s->text, s->length, field->name)) return 1;
    return name_is(s, field->name);
}

/* A name that picked nothing: there is no such column, or it is not a feature. */
static mlc_status refuse_name(const mlc_dataset *dataset, const selector *s, mlc_error *err)
{
    for (int32_t i = 0; i < dataset->n_fields; i++) {
        const mlci_field *const field = &dataset->fields[i];
        if (!name_is(s, field->name)) continue;
        return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                         "column '%s' has the role %s: only features can be chosen here",
                         field->name, mlci_role_name(field->role));
    }
    char shown[MAX_SHOWN];
    int32_t i = 0;
    show(s, shown);
    const mlc_status status = mlci_dataset_get(dataset, shown, &i, err);
    if (status != MLC_OK) return status;
    return mlci_fail(err, MLC_ERROR_COLUMN, NULL, "no column with this name of %lld bytes",
                     (long long)s->length); /* only its beginning is one */
}

static mlc_status pick(const mlc_dataset *dataset, const char *selectors, int32_t features_only,
                       uint8_t *picked, int32_t *order, int32_t *n, mlc_error *err)
{
    const char *at = selectors;
    int32_t count = 0;
    for (int more = 1; more;) {
        selector s;
        int found = 0;
        MLCI_TRY(read_selector(selectors, &at, &s, &more, err));
        for (int32_t i = 0; i < dataset->n_fields; i++) {
            const mlci_field *const field = &dataset->fields[i];
            if (features_only && !mlci_field_is_feature(field)) continue;
            if (!selector_takes(&s, field)) continue;
            found = 1;
            if (picked[i]) continue;
            picked[i] = 1;
            if (order != NULL) order[count] = i;
            count++;
        }
        if (!found && s.role < 0 && s.type == 0 && !s.is_pattern) {
            return refuse_name(dataset, &s, err);
        }
    }
    if (n != NULL) *n = count;
    return MLC_OK;
}

mlc_status mlci_dataset_pick(const mlc_dataset *dataset, const char *selectors,
                             int32_t features_only, uint8_t *picked, mlc_error *err)
{
    memset(picked, 0, (size_t)dataset->n_fields);
    return pick(dataset, selectors, features_only, picked, NULL, NULL, err);
}

mlc_status mlci_dataset_pick_order(const mlc_dataset *dataset, const char *selectors,
                                   int32_t features_only, int32_t *order, int32_t *n,
                                   mlc_error *err)
{
    uint8_t *const picked = mlci_alloc(dataset->root, dataset->n_fields, 1);
    if (picked == NULL) return mlci_fail_memory(err, dataset->n_fields, 1);
    const mlc_status status = pick(dataset, selectors, features_only, picked, order, n, err);
    mlci_free(picked);
    return status;
}

mlc_status mlci_selectors_check(const char *selectors, mlc_error *err)
{
    const char *at = selectors;
    for (int more = 1; more;) {
        selector s;
        MLCI_TRY(read_selector(selectors, &at, &s, &more, err));
    }
    return MLC_OK;
}
