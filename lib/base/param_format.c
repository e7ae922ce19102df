/* The parameter engine, outward: values, bounds and choices as text or JSON. */
#include "param.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "scan.h"

/* ---- values ------------------------------------------------------------------------------- */

static void format_real(const mlci_param *row, double x, int32_t json, mlci_text *out)
{
    if (isnan(x)) {
        mlci_text_append_text(out, json ? "null" : mlci_param_takes_none(row) ? "none" : "nan");
    } else if (isinf(x) && json) {
        mlci_text_append_text(out, x > 0 ? "1e999" : "-1e999");
    } else {
        mlci_text_append_real(out, x);
    }
}

static void format_integer(int64_t x, int32_t json, mlci_text *out)
{
    if (x == MLCI_NONE_INTEGER) {
        mlci_text_append_text(out, json ? "null" : "none");
    } else {
        mlci_text_append_integer(out, x);
    }
}

static void format_choice(const mlci_param *row, int64_t value, const char *host, int32_t json,
                          mlci_text *out)
{
    const char *name = host;
    for (const mlci_choice *c = row->choices; name == NULL && c->name != NULL; c++) {
        if (c->value == value) name = c->name;
    }
    if (name == NULL) name = "";
    if (json) {
        mlci_text_append_json(out, name, (int64_t)strlen(name));
    } else {
        mlci_text_append_text(out, name);
    }
}

static void format_text(const mlci_param *row, const char *text, int32_t json, mlci_text *out)
{
    if (text == NULL) {
        mlci_text_append_text(out, json ? "null" : "none");
        return;
    }
    /* A list is written as one where that reads back to the same text. */
    const int64_t length = (int64_t)strlen(text);
    const int word = mlci_is_word(text, length);
    const int numbers = (row->flags & MLCI_PARAM_NUMBERS) != 0;
    const int32_t quoted =
        word ? !numbers && mlci_is_special_word(text, length) : (row->flags & MLCI_PARAM_LIST) == 0;
    mlci_value_format(text, quoted, json, out);
}

void mlci_param_format(const mlci_param *row, const void *values, int32_t json, mlci_text *out)
{
    const void *const at = (const char *)values + row->offset;
    switch (row->type) {
    case MLCI_PARAM_REAL:
        format_real(row, *(const double *)at, json, out);
        break;
    case MLCI_PARAM_INTEGER:
        format_integer(*(const int64_t *)at, json, out);
        break;
    case MLCI_PARAM_BOOL:
        mlci_text_append_text(out, *(const int32_t *)at ? "true" : "false");
        break;
    case MLCI_PARAM_CHOICE: {
        const int64_t host = mlci_param_text_offset(row);
        format_choice(row, *(const int32_t *)at,
                      host < 0 ? NULL : *(char *const *)(const void *)((const char *)values + host),
                      json, out);
        break;
    }
    case MLCI_PARAM_TEXT:
        format_text(row, *(char *const *)at, json, out);
        break;
    }
}

void mlci_param_format_default(const mlci_param *row, int32_t json, mlci_text *out)
{
    switch (row->type) {
    case MLCI_PARAM_REAL:
        format_real(row, row->real, json, out);
        break;
    case MLCI_PARAM_INTEGER:
        format_integer(row->integer, json, out);
        break;
    case MLCI_PARAM_BOOL:
        mlci_text_append_text(out, row->integer ? "true" : "false");
        break;
    case MLCI_PARAM_CHOICE:
        format_choice(row, row->integer, NULL, json, out);
        break;
    case MLCI_PARAM_TEXT:
        format_text(row, row->text, json, out);
        break;
    }
}

/* ---- bounds ------------------------------------------------------------------------------- */

/* The bounds of a number, as texts; "" where there is none. */
typedef struct bounds {
    char low[MLCI_NUMBER_SIZE], high[MLCI_NUMBER_SIZE];
    int32_t open_low, open_high;
} bounds;

static bounds bounds_of(const mlci_param *row)
{
    bounds b = {.open_low = (row->flags & MLCI_PARAM_OPEN_LOW) != 0,
                .open_high = (row->flags & MLCI_PARAM_OPEN_HIGH) != 0};
    if (row->type == MLCI_PARAM_REAL || (row->flags & MLCI_PARAM_NUMBERS) != 0) {
        if (!isinf(row->real_low)) mlci_real_format(row->real_low, b.low);
        if (!isinf(row->real_high)) mlci_real_format(row->real_high, b.high);
    }
    if (row->type == MLCI_PARAM_INTEGER) {
        if (row->low > INT64_MIN + 1) mlci_integer_format(row->low, b.low);
        if (row->high < INT64_MAX) mlci_integer_format(row->high, b.high);
    }
    return b;
}

void mlci_param_format_bounds(const mlci_param *row, mlci_text *out)
{
    const bounds b = bounds_of(row);
    if (b.low[0] != '\0' && b.high[0] != '\0' && !b.open_low && !b.open_high) {
        mlci_text_append_format(out, "from %s to %s", b.low, b.high);
        return;
    }
    if (b.low[0] != '\0') {
        mlci_text_append_text(out, b.open_low ? "above " : "at least ");
        mlci_text_append_text(out, b.low);
    }
    if (b.low[0] != '\0' && b.high[0] != '\0') mlci_text_append_text(out, " and ");
    if (b.high[0] != '\0') {
        mlci_text_append_text(out, b.open_high ? "below " : "at most ");
        mlci_text_append_text(out, b.high);
    }
}

static void format_number_range(const mlci_param *row, mlci_text *out)
{
    const bounds b = bounds_of(row);
    const int low = b.low[0] != '\0', high = b.high[0] != '\0';
    if (low && high && !b.open_low && !b.open_high) {
        mlci_text_append_format(out, "%s to %s", b.low, b.high);
    } else if (low || high) {
        if (low) mlci_text_append_format(out, "%s %s", b.open_low ? ">" : ">=", b.low);
        if (low && high) mlci_text_append_text(out, " and ");
        if (high) mlci_text_append_format(out, "%s %s", b.open_high ? "<" : "<=", b.high);
    } else {
        mlci_text_append_text(out, "any");
    }
}

static void format_choices(const mlci_param *row, mlci_text *out)
{
    const int host = (row->flags & MLCI_PARAM_HOST) != 0;
    const mlci_choice *last = row->choices;
    for (const mlci_choice *c = row->choices; c->name != NULL; c++) {
        if (!mlci_choice_is_alias(row->choices, c)) last = c;
    }
    for (const mlci_choice *c = row->choices; c->name != NULL; c++) {
        if (mlci_choice_is_alias(row->choices, c)) continue;
        if (c > row->choices) mlci_text_append_text(out, c == last && !host ? " or " : ", ");
        mlci_text_append_text(out, c->name);
    }
    if (host) mlci_text_append_text(out, " or the dotted name of a host component");
}

void mlci_param_format_range(const mlci_param *row, mlci_text *out)
{
    switch (row->type) {
    case MLCI_PARAM_REAL:
    case MLCI_PARAM_INTEGER:
        format_number_range(row, out);
        break;
    case MLCI_PARAM_BOOL:
        mlci_text_append_text(out, "true or false");
        break;
    case MLCI_PARAM_CHOICE:
        format_choices(row, out);
        break;
    case MLCI_PARAM_TEXT:
        if ((row->flags & MLCI_PARAM_NUMBERS) != 0) {
            mlci_text_append_text(out, "list of numbers, ");
            format_number_range(row, out);
        } else {
            mlci_text_append_text(out, (row->flags & MLCI_PARAM_LIST) != 0 ? "list" : "text");
        }
        break;
    }
    if (mlci_param_takes_none(row)) mlci_text_append_text(out, " or none");
}

const char *mlci_param_type_name(const mlci_param *row)
{
    switch (row->type) {
    case MLCI_PARAM_REAL:
        return "real";
    case MLCI_PARAM_INTEGER:
        return "integer";
    case MLCI_PARAM_BOOL:
        return "bool";
    case MLCI_PARAM_CHOICE:
        return "choice";
    case MLCI_PARAM_TEXT:
        break;
    }
    return (row->flags & MLCI_PARAM_LIST) != 0 ? "list" : "text";
}
