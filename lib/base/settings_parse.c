/* Reads settings: text by the cursor of scan.h, JSON by the pull reader. Both end in the same
 * values, so that whoever takes settings need not know which it was. */
#include <stdio.h>
#include <string.h>

#include "scan.h"
#include "settings.h"

/* ---- text --------------------------------------------------------------------------------- */

/* Is the comma at the cursor followed by one more value of this setting, not by a new pair? */
static int list_goes_on(const mlci_scan *s)
{
    mlci_scan ahead = *s;
    mlci_scan_space(&ahead);
    if (!mlci_scan_take(&ahead, ',')) return 0;
    mlci_scan_space(&ahead);
    return ahead.at < ahead.end && !mlci_scan_is_pair(&ahead);
}

/* A value and, after commas, further ones: then all are items of a list. */
static mlc_status take_values(mlci_scan *s, mlci_text *out, int32_t *quoted, mlc_error *err)
{
    mlci_value_kind kind;
    mlci_text item = mlci_text_init(s->root);
    int64_t n_items = 0;
    mlc_status status = mlci_scan_value(s, out, &kind, err);
    *quoted = kind == MLCI_VALUE_QUOTED;
    if (status != MLC_OK || !list_goes_on(s)) return status;

    *quoted = 0;
    status = mlci_text_status(out, err);
    if (status != MLC_OK) return status;
    mlci_text_append(&item, out->length > 0 ? out->data : "", out->length);
    out->length = 0;
    while (status == MLC_OK) {
        mlci_list_append(out, &n_items, item.length > 0 ? item.data : "", item.length, kind);
        if (!list_goes_on(s)) break;
        mlci_scan_space(s);
        mlci_scan_take(s, ',');
        mlci_scan_space(s);
        item.length = 0;
        status = mlci_scan_value(s, &item, &kind, err);
        if (status == MLC_OK) status = mlci_text_status(&item, err);
    }
    mlci_text_clear(&item);
    return status;
}

/* Takes a name and says where it is. */
static mlc_status take_name(mlci_scan *s, const char *what, char name[MLCI_NAME_MAX + 1],
                            mlc_error *err)
{
    const int64_t n = mlci_scan_name(s);
    if (n == 0) return mlci_scan_expected(s, what, err);
    if (!mlci_name_valid(s->at, n)) {
        return mlci_scan_fail(s, s->at, NULL,
                              n > MLCI_NAME_MAX ? "this name is longer than 127 bytes"
                                                : "a name does not end in a dot",
                              err);
    }
    memcpy(name, s->at, (size_t)n);
    name[n] = '\0';
    s->at += n;
    return MLC_OK;
}

static mlc_status take_pair(mlci_scan *s, mlci_settings *out, mlc_error *err)
{
    const char *const from = s->at;
    char name[MLCI_NAME_MAX + 1], message[2 * MLCI_NAME_MAX + 64];
    MLCI_TRY(take_name(s, "name=value", name, err));
    mlci_setting setting = {.name = name};
    mlci_scan_position(s, from, &setting.line, &setting.column);
    if (mlci_settings_find(out, name) != NULL) {
        snprintf(message, sizeof message, "'%s' is given twice", name);
        return mlci_scan_fail(s, from, name, message, err);
    }
    mlci_scan_space(s);
    if (!mlci_scan_take(s, '=')) {
        snprintf(message, sizeof message, "'%s' has no value: expected %s=value", name, name);
        return mlci_scan_fail(s, from, name, message, err);
    }
    mlci_scan_space(s);
    if (s->at == s->end) {
        snprintf(message, sizeof message, "expected a value for '%s'; found the end", name);
        return mlci_scan_fail(s, s->at, name, message, err);
    }
    mlci_text value = mlci_text_init(out->root);
    mlc_status status = take_values(s, &value, &setting.quoted, err);
    if (status == MLC_OK) status = mlci_text_status(&value, err);
    if (status == MLC_OK) {
        char empty[1] = "";
        setting.value = value.length > 0 ? value.data : empty;
        status = mlci_settings_add(out, &setting, err);
    }
    mlci_text_clear(&value);
    return status;
}

/* The head word, when there is one at the cursor. */
static mlc_status take_head(mlci_scan *s, mlci_settings *out, mlc_error *err)
{
    char name[MLCI_NAME_MAX + 1];
    if (mlci_scan_name(s) == 0 || mlci_scan_is_pair(s)) return MLC_OK;
    MLCI_TRY(take_name(s, "the name of a component", name, err));
    out->head = mlci_copy_text(out->root, name, (int64_t)strlen(name));
    return out->head == NULL ? mlci_fail_memory(err, (int64_t)strlen(name) + 1, 1) : MLC_OK;
}

static mlc_status parse_text(mlci_scan *s, int32_t with_head, mlci_settings *out, mlc_error *err)
{
    if (with_head) MLCI_TRY(take_head(s, out, err));
    int32_t comma = 0, separated = out->head == NULL;
    for (;;) {
        const char *const from = s->at;
        mlci_scan_space(s);
        if (out->head != NULL || out->n > 0) comma = mlci_scan_take(s, ',');
        mlci_scan_space(s);
        separated |= s->at > from;
        if (s->at == s->end && !comma) return MLC_OK;
        if (!separated) return mlci_scan_expected(s, "white space or ',' after a setting", err);
        MLCI_TRY(take_pair(s, out, err));
        separated = 0;
    }
}

/* ---- JSON --------------------------------------------------------------------------------- */

static mlc_status json_text(const mlci_json *r, mlci_text *out, mlc_error *err)
{
    if (r->length > 0 && memchr(r->text, '\0', (size_t)r->length) != NULL) {
        return mlci_json_fail(r, err, NULL, "a text with \\u0000 cannot be a setting");
    }
    mlci_text_append(out, r->text, r->length);
    return MLC_OK;
}

/* The scalar of the current event, or MLC_END when it is none. */
static mlc_status json_scalar(const mlci_json *r, mlci_text *out, mlci_value_kind *kind,
                              mlc_error *err)
{
    *kind = MLCI_VALUE_WORD;
    switch (r->event) {
    case MLCI_JSON_TEXT:
        *kind = MLCI_VALUE_QUOTED;
        return json_text(r, out, err);
    case MLCI_JSON_NUMBER:
        if (!r->is_integer && r->real - r->real != 0.0) {
            mlci_text_append_text(out, r->real > 0 ? "inf" : "-inf");
        } else {
            mlci_text_append(out, r->text, r->length);
        }
        return MLC_OK;
    case MLCI_JSON_TRUE:
        mlci_text_append_text(out, "true");
        return MLC_OK;
    case MLCI_JSON_FALSE:
        mlci_text_append_text(out, "false");
        return MLC_OK;
    case MLCI_JSON_NULL:
        mlci_text_append_text(out, "none");
        return MLC_OK;
    default:
        return MLC_END;
    }
}

/* The items of the array whose first event is the current one. */
static mlc_status json_list(mlci_json *r, int32_t depth, mlci_text *out, mlc_error *err)
{
    mlci_text item = mlci_text_init(out->root);
    mlc_status status = MLC_OK;
    int64_t n_items = 0;
    if (depth >= MLCI_LIST_DEPTH) {
        return mlci_json_fail(r, err, NULL, "arrays are nested too deeply for a setting");
    }
    while (status == MLC_OK) {
        mlci_value_kind kind = MLCI_VALUE_LIST;
        item.length = 0;
        status = mlci_json_next(r, err);
        if (status != MLC_OK || r->event == MLCI_JSON_END_ARRAY) break;
        if (r->event == MLCI_JSON_ARRAY) {
            status = json_list(r, depth + 1, &item, err);
        } else {
            status = json_scalar(r, &item, &kind, err);
            if (status == MLC_END) {
                status = mlci_json_fail(r, err, NULL, "an object cannot be an item of a list");
            }
        }
        if (status == MLC_OK) status = mlci_text_status(&item, err);
        if (status == MLC_OK) {
            mlci_list_append(out, &n_items, item.length > 0 ? item.data : "", item.length, kind);
        }
    }
    mlci_text_clear(&item);
    return status;
}

/* The full name of the member whose key is the current event. */
static mlc_status json_name(const mlci_json *r, const char *prefix, char name[MLCI_NAME_MAX + 1],
                            mlc_error *err)
{
    const int64_t n_prefix = (int64_t)strlen(prefix);
    if (n_prefix + r->length > MLCI_NAME_MAX) {
        return mlci_json_fail(r, err, NULL, "a name of a setting is longer than 127 bytes");
    }
    memcpy(name, prefix, (size_t)n_prefix);
    if (r->length > 0) memcpy(name + n_prefix, r->text, (size_t)r->length);
    const int64_t n = n_prefix + r->length;
    name[n] = '\0';
    if (!mlci_name_valid(name, n) || !mlci_name_valid(name + n_prefix, r->length)) {
        return mlci_json_fail(r, err, NULL, "names of settings are letters, digits, '_' and dots");
    }
    return MLC_OK;
}

static mlc_status json_members(mlci_json *r, const char *prefix, int32_t with_head,
                               mlci_settings *out, mlc_error *err);

/* The member `name`, whose key was read. */
static mlc_status json_member(mlci_json *r, mlci_setting *setting, mlci_settings *out,
                              mlc_error *err)
{
    mlci_value_kind kind = MLCI_VALUE_LIST;
    MLCI_TRY(mlci_json_next(r, err));
    if (r->event == MLCI_JSON_OBJECT) {
        char prefix[MLCI_NAME_MAX + 2];
        snprintf(prefix, sizeof prefix, "%s.", setting->name);
        return json_members(r, prefix, 0, out, err);
    }
    mlci_text value = mlci_text_init(out->root);
    mlc_status status = r->event == MLCI_JSON_ARRAY ? json_list(r, 0, &value, err)
                                                    : json_scalar(r, &value, &kind, err);
    if (status == MLC_OK) status = mlci_text_status(&value, err);
    if (status == MLC_OK) {
        char empty[1] = "";
        setting->quoted = kind == MLCI_VALUE_QUOTED;
        setting->value = value.length > 0 ? value.data : empty;
        status = mlci_settings_add(out, setting, err);
    }
    mlci_text_clear(&value);
    return status;
}

static mlc_status json_head(mlci_json *r, mlci_settings *out, mlc_error *err)
{
    if (out->head != NULL) return mlci_json_fail(r, err, "id", "'id' is given twice");
    MLCI_TRY(mlci_json_next(r, err));
    if (r->event != MLCI_JSON_TEXT || !mlci_name_valid(r->text, r->length)) {
        return mlci_json_fail(r, err, "id", "'id' must be the name of a component");
    }
    out->head = mlci_copy_text(out->root, r->text, r->length);
    return out->head == NULL ? mlci_fail_memory(err, r->length + 1, 1) : MLC_OK;
}

static mlc_status json_members(mlci_json *r, const char *prefix, int32_t with_head,
                               mlci_settings *out, mlc_error *err)
{
    for (;;) {
        MLCI_TRY(mlci_json_next(r, err));
        if (r->event == MLCI_JSON_END_OBJECT) return MLC_OK;
        char name[MLCI_NAME_MAX + 1], message[MLCI_NAME_MAX + 32];
        MLCI_TRY(json_name(r, prefix, name, err));
        if (with_head && strcmp(name, "id") == 0) {
            MLCI_TRY(json_head(r, out, err));
            continue;
        }
        if (mlci_settings_find(out, name) != NULL) {
            snprintf(message, sizeof message, "'%s' is given twice", name);
            return mlci_json_fail(r, err, name, message);
        }
        mlci_setting setting = {.name = name};
        MLCI_TRY(json_member(r, &setting, out, err));
    }
}

mlc_status mlci_settings_parse_json(mlci_json *reader, int32_t with_head, mlci_settings *out,
                                    mlc_error *err)
{
    *out = (mlci_settings){.root = reader->root};
    const mlc_status status = json_members(reader, "", with_head, out, err);
    if (status != MLC_OK) mlci_settings_clear(out);
    return status;
}

static mlc_status parse_json_text(mlci_scan *s, int32_t with_head, mlci_settings *out,
                                  mlc_error *err)
{
    mlci_json reader;
    mlci_json_open(&reader, s->root, s->start, s->end - s->start);
    mlc_status status = mlci_json_next(&reader, err);
    if (status == MLC_OK) status = mlci_settings_parse_json(&reader, with_head, out, err);
    if (status == MLC_OK) status = mlci_json_next(&reader, err);
    mlci_json_close(&reader);
    return status;
}

mlc_status mlci_settings_parse(mlci_root *root, const char *text, int32_t with_head,
                               mlci_settings *out, mlc_error *err)
{
    mlci_scan s;
    *out = (mlci_settings){.root = root};
    if (text == NULL) return MLC_OK;
    MLCI_TRY(mlci_scan_open(&s, root, "settings", text, err));
    mlci_scan_space(&s);
    const mlc_status status = s.at < s.end && *s.at == '{'
                                  ? parse_json_text(&s, with_head, out, err)
                                  : parse_text(&s, with_head, out, err);
    if (status != MLC_OK) mlci_settings_clear(out);
    return status;
}
