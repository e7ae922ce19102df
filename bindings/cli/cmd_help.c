/* mlcore help: commands from their tables, components from the catalog. */
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "json.h"
#include "report.h"
#include "topics.h"

#define MOST_WIDTH 100

/* ---- a component ---------------------------------------------------------------------------- */

/* "0 to 10", "above 0, at most 1", "at least 1"; "" without bounds. */
static char *describe_bounds(const json_node *row)
{
    const char *low = json_text(row, "low"), *high = json_text(row, "high");
    const int open_low = json_get(row, "open_low") != NULL;
    const int open_high = json_get(row, "open_high") != NULL;
    if (low != NULL && high != NULL && !open_low && !open_high) {
        return text_format("%s to %s", low, high);
    }
    if (low != NULL && high != NULL) {
        return text_format("%s %s, %s %s", open_low ? "above" : "at least", low,
                           open_high ? "below" : "at most", high);
    }
    if (low != NULL) return text_format("%s %s", open_low ? "above" : "at least", low);
    if (high != NULL) return text_format("%s %s", open_high ? "below" : "at most", high);
    return text_format("%s", "");
}

static char *join_texts(const json_node *array)
{
    char *list = text_format("%s", "");
    const json_node *item = array != NULL ? array->first : NULL;
    for (; item != NULL; item = item->next) {
        char *longer = text_format("%s%s%s", list, list[0] != '\0' ? ", " : "", item->text);
        free(list);
        list = longer;
    }
    return list;
}

static void print_choices(const session *s, const json_node *choices)
{
    const json_node *c = choices != NULL ? choices->first : NULL;
    for (; c != NULL; c = c->next) {
        const char *doc = json_text(c, "doc");
        const int at = printf("        %s", json_text(c, "name"));
        if (doc != NULL) {
            fputs(": ", stdout);
            text_wrap(stdout, doc, 10, at + 2, s->width);
        } else {
            putchar('\n');
        }
    }
}

/* One parameter: name, what it takes, default; then its words. */
static void print_parameter(const session *s, const json_node *row)
{
    const json_node *value = json_get(row, "default");
    const char *type = json_text(row, "type"), *doc = json_text(row, "doc");
    const char *given = value == NULL || value->text == NULL ? "" : value->text;
    char *bounds = describe_bounds(row), *aliases = join_texts(json_get(row, "aliases"));
    const int is_text = value != NULL && value->kind == '"' && json_get(row, "choices") == NULL;
    printf(s->has_color ? "  \033[1m%s\033[0m = %s%s%s" : "  %s = %s%s%s", json_text(row, "name"),
           is_text ? "'" : "", strcmp(given, "null") == 0 ? "none" : given, is_text ? "'" : "");
    printf("  (%s%s%s%s)\n", type, bounds[0] != '\0' ? ", " : "", bounds,
           json_get(row, "none") != NULL ? ", or none" : "");
    if (doc != NULL) {
        fputs("      ", stdout);
        text_wrap(stdout, doc, 6, 6, s->width);
    }
    print_choices(s, json_get(row, "choices"));
    if (aliases[0] != '\0') {
        fputs("      also: ", stdout);
        text_wrap(stdout, aliases, 12, 12, s->width);
    }
    free(aliases);
    free(bounds);
}

/* A list of words on a line of its own; 1 when there were some. */
static int print_words(const session *s, const json_node *component, const char *key,
                       const char *label)
{
    const json_node *words = json_get(component, key);
    const int has_words = words != NULL && words->first != NULL;
    char *list = join_texts(words);
    if (has_words) {
        const int at = printf("%s: ", label);
        text_wrap(stdout, list, 2, at, s->width);
    }
    free(list);
    return has_words;
}

static void print_component(session *s, const json_node *component)
{
    const char *details = json_text(component, "details");
    const json_node *rows = json_get(component, "parameters");
    char *title =
        text_format("%s (%s)", json_text(component, "name"), json_text(component, "kind"));
    report_heading(s, title);
    free(title);
    text_wrap(stdout, json_text(component, "summary"), 0, 0, s->width);
    if (details != NULL) {
        putchar('\n');
        text_wrap(stdout, details, 0, 0, s->width);
    }
    putchar('\n');
    int n_words = print_words(s, component, "outputs", "Outputs");
    n_words += print_words(s, component, "takes", "Takes");
    n_words += print_words(s, component, "tables", "Tables");
    if (rows == NULL || rows->first == NULL) {
        puts("It has no parameters.");
        return;
    }
    if (n_words > 0) putchar('\n');
    report_heading(s, "Parameters");
    for (const json_node *row = rows->first; row != NULL; row = row->next)
        print_parameter(s, row);
}

/* ---- finding -------------------------------------------------------------------------------- */

static const json_node *find_component(const json_node *catalog, const char *name)
{
    const json_node *list = json_get(catalog, "components");
    for (const json_node *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const char *own = json_text(c, "name");
        if (own != NULL && strcmp(own, name) == 0) return c;
    }
    return NULL;
}

static int refuse_topic(session *s, const json_node *catalog, const char *word)
{
    const json_node *list = json_get(catalog, "components");
    cli_nearest nearest = cli_nearest_to(word);
    for (const command *c = commands; c->name != NULL; c++)
        cli_nearest_try(&nearest, c->name);
    for (const json_node *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const char *name = json_text(c, "name");
        if (name != NULL) cli_nearest_try(&nearest, name);
    }
    if (nearest.best == NULL) {
        return session_complain(s, CLI_USAGE,
                                "there is no command or component '%s'; 'mlcore "
                                "list' names the components",
                                word);
    }
    return session_complain(s, CLI_USAGE,
                            "there is no command or component '%s'; did you mean '%s'?", word,
                            nearest.best);
}

static int explain_component(session *s, const char *name)
{
    mlc_buffer *text = NULL;
    int result = CLI_OK;
    if (mlc_catalog(s->ctx, &text, &s->err) != MLC_OK) return session_fail(s);
    json_node *catalog = json_parse(mlc_buffer_data(text));
    const json_node *component = find_component(catalog, name);
    if (component == NULL) {
        result = refuse_topic(s, catalog, name);
    } else if (s->is_json) {
        printf("%.*s\n", (int)(component->end - component->from), component->from);
    } else {
        if (s->width > MOST_WIDTH) s->width = MOST_WIDTH;
        print_component(s, component);
    }
    json_free(catalog);
    mlc_buffer_free(text);
    return result;
}

int cmd_help(session *s)
{
    if (s->args.n_operands == 0) {
        help_overview(stdout);
        return CLI_OK;
    }
    const char *word = s->args.operands[0];
    for (const command *c = commands; c->name != NULL; c++) {
        if (strcmp(c->name, word) != 0) continue;
        help_command(stdout, c);
        return CLI_OK;
    }
    for (const topic *t = topics; t->name != NULL; t++) {
        if (strcmp(t->name, word) != 0) continue;
        fputs(t->text, stdout);
        return CLI_OK;
    }
    return explain_component(s, word);
}
