/* Column selectors, made canonical: bare ones as they are, quoted ones in single quotes.
 *
 * Quotes matter, since 'a-*' is a column of that name and a-* a pattern; they are dropped only
 * around plain words. A bare name with white space inside (`odd name`) gets quotes; a pattern
 * keeps none. */
#include "selectors.h"

#include <string.h>

static int is_plain(const char *text, int64_t length)
{
    for (int64_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        const int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.') return 0;
    }
    return length > 0;
}

static mlc_status take_quoted(mlci_scan *s, mlci_text *out, mlc_error *err)
{
    mlci_text name = mlci_text_init(s->root);
    mlc_status status = mlci_scan_quoted(s, &name, err);
    if (status == MLC_OK) status = mlci_text_status(&name, err);
    if (status == MLC_OK) {
        const char *const text = name.length > 0 ? name.data : "";
        if (is_plain(text, name.length)) {
            mlci_text_append(out, text, name.length);
        } else {
            mlci_text_append_quoted(out, text, name.length);
        }
    }
    mlci_text_clear(&name);
    return status;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

mlc_status mlci_selector_take(mlci_scan *s, const char *stops, mlci_text *out, mlc_error *err)
{
    mlci_scan_space(s);
    if (s->at < s->end && (*s->at == '\'' || *s->at == '"')) return take_quoted(s, out, err);
    const char *const from = s->at;
    int32_t blanks = 0, is_name = 1;
    while (s->at < s->end && *s->at != ',' && strchr(stops, *s->at) == NULL) {
        const char c = *s->at;
        if (strchr("'\"\\()[]{}", c) != NULL || ((unsigned char)c < ' ' && !is_blank(c))) {
            return mlci_scan_fail(s, s->at, NULL,
                                  "put a column name with quotes, brackets or '\\' in quotes", err);
        }
        s->at++;
    }
    const char *end = s->at;
    while (end > from && is_blank(end[-1]))
        end--;
    if (end == from) return mlci_scan_expected(s, "a column selector", err);
    for (const char *p = from; p < end; p++) {
        blanks |= is_blank(*p);
        is_name &= strchr("*?:", *p) == NULL;
    }
    if (blanks && is_name) {
        mlci_text_append_quoted(out, from, end - from);
    } else {
        mlci_text_append(out, from, end - from);
    }
    return MLC_OK;
}

mlc_status mlci_selectors_take(mlci_scan *s, const char *stops, mlci_text *out, mlc_error *err)
{
    for (;;) {
        MLCI_TRY(mlci_selector_take(s, stops, out, err));
        mlci_scan_space(s);
        if (s->at == s->end || strchr(stops, *s->at) != NULL) return MLC_OK;
        if (!mlci_scan_take(s, ',')) return mlci_scan_expected(s, "',' between selectors", err);
        mlci_text_append_char(out, ',');
    }
}
