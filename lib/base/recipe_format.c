/* Writes recipes: columns, then steps, then settings, then the name; one line. */
#include <string.h>

#include "recipe.h"
#include "scan.h"

/* A separator before every item but the first. */
static void separate(int32_t *n_items, mlci_text *out)
{
    if ((*n_items)++ > 0) mlci_text_append_text(out, ", ");
}

/* 1 when there are several selectors (a comma outside quotes) or one that would read as a setting
 * (`=` there): on([a=b]). */
static int needs_brackets(const char *columns)
{
    int in_quotes = 0;
    for (const char *p = columns; *p != '\0'; p++) {
        if (in_quotes && *p == '\\' && p[1] != '\0') {
            p++;
        } else if (*p == '\'') {
            in_quotes = !in_quotes;
        } else if ((*p == ',' || *p == '=') && !in_quotes) {
            return 1;
        }
    }
    return 0;
}

static void format_text(const mlci_recipe *recipe, mlci_text *out)
{
    int32_t n_items = 0;
    mlci_text_append_text(out, recipe->id);
    if (recipe->columns == NULL && recipe->n_steps == 0 && recipe->settings.n == 0 &&
        recipe->name == NULL) {
        return;
    }
    mlci_text_append_char(out, '(');
    if (recipe->columns != NULL) {
        const int brackets = needs_brackets(recipe->columns);
        separate(&n_items, out);
        if (brackets) mlci_text_append_char(out, '[');
        mlci_text_append_text(out, recipe->columns);
        if (brackets) mlci_text_append_char(out, ']');
    }
    for (int32_t i = 0; i < recipe->n_steps; i++) {
        separate(&n_items, out);
        format_text(recipe->steps[i], out);
    }
    for (int32_t i = 0; i < recipe->settings.n; i++) {
        const mlci_setting *const s = &recipe->settings.items[i];
        separate(&n_items, out);
        mlci_text_append_text(out, s->name);
        mlci_text_append_char(out, '=');
        mlci_value_format(s->value, s->quoted, 0, out);
    }
    if (recipe->name != NULL) {
        separate(&n_items, out);
        mlci_text_append_text(out, "name=");
        mlci_text_append_text(out, recipe->name);
    }
    mlci_text_append_char(out, ')');
}

static void format_json_text(const char *key, const char *text, mlci_text *out)
{
    if (text == NULL) return;
    mlci_text_append_text(out, key);
    mlci_text_append_json(out, text, (int64_t)strlen(text));
}

static void format_json(const mlci_recipe *recipe, mlci_text *out)
{
    format_json_text("{\"id\": ", recipe->id, out);
    format_json_text(", \"name\": ", recipe->name, out);
    format_json_text(", \"columns\": ", recipe->columns, out);
    if (recipe->settings.n > 0) {
        int32_t n_items = 0;
        mlci_text_append_text(out, ", \"params\": {");
        for (int32_t i = 0; i < recipe->settings.n; i++) {
            const mlci_setting *const s = &recipe->settings.items[i];
            separate(&n_items, out);
            mlci_text_append_json(out, s->name, (int64_t)strlen(s->name));
            mlci_text_append_text(out, ": ");
            mlci_value_format(s->value, s->quoted, 1, out);
        }
        mlci_text_append_char(out, '}');
    }
    if (recipe->n_steps > 0) {
        int32_t n_items = 0;
        mlci_text_append_text(out, ", \"steps\": [");
        for (int32_t i = 0; i < recipe->n_steps; i++) {
            separate(&n_items, out);
            format_json(recipe->steps[i], out);
        }
        mlci_text_append_char(out, ']');
    }
    mlci_text_append_char(out, '}');
}

void mlci_recipe_format(const mlci_recipe *recipe, int32_t json, mlci_text *out)
{
    if (json) {
        format_json(recipe, out);
    } else {
        format_text(recipe, out);
    }
}
