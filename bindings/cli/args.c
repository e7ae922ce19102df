/* Options may stand anywhere: `--name value`, `--name=value`, `-o value`; after `--` and for a
 * bare `-` come operands. The nearest word is the one with the fewest edits (insert, delete,
 * replace, swap of neighbours), if they are few for its length. */
#include "args.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* ---- the nearest word ----------------------------------------------------------------------- */

#define LONGEST 48

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int edit_distance(const char *a, const char *b)
{
    const int n = (int)strlen(a), m = (int)strlen(b);
    int rows[3][LONGEST + 1];
    if (n > LONGEST || m > LONGEST) return LONGEST;
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            const int differs = a[i - 1] != b[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[n % 3][m];
}

cli_nearest cli_nearest_to(const char *word)
{
    return (cli_nearest){word, NULL, 2 + (int)strlen(word) / 4};
}

void cli_nearest_try(cli_nearest *nearest, const char *candidate)
{
    const size_t length = strlen(nearest->word);
    /* `gradient` for gradient_boosting_classifier. */
    const int is_start = length >= 3 && strncmp(nearest->word, candidate, length) == 0;
    const int distance = is_start ? 1 : edit_distance(nearest->word, candidate);
    if (distance < nearest->distance && distance < (int)strlen(candidate)) {
        nearest->distance = distance;
        nearest->best = candidate;
    }
}

/* ---- options -------------------------------------------------------------------------------- */

static const cli_option *find_in(const cli_option *table, const char *name, size_t length)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (strlen(table->name) == length && memcmp(table->name, name, length) == 0) return table;
    }
    return NULL;
}

static const cli_option *find_letter(const cli_option *table, char letter)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (table->letter == letter) return table;
    }
    return NULL;
}

static char *unknown_option(const char *word, const cli_option *own, const cli_option *common)
{
    char name[LONGEST];
    const size_t length = strcspn(word, "=");
    if (word[1] != '-' || length >= LONGEST) return text_format("unknown option '%s'", word);
    memcpy(name, word, length);
    name[length] = '\0';
    cli_nearest nearest = cli_nearest_to(name + 2);
    for (const cli_option *o = own; o->name != NULL; o++)
        cli_nearest_try(&nearest, o->name);
    for (const cli_option *o = common; o->name != NULL; o++)
        cli_nearest_try(&nearest, o->name);
    if (nearest.best == NULL) return text_format("unknown option '%s'", name);
    return text_format("unknown option '%s'; did you mean '--%s'?", name, nearest.best);
}

static const cli_option *find_option(const char *word, const cli_option *own,
                                     const cli_option *common)
{
    const cli_option *found;
    if (word[1] == '-') {
        const size_t length = strcspn(word + 2, "=");
        found = find_in(own, word + 2, length);
        return found != NULL ? found : find_in(common, word + 2, length);
    }
    if (word[2] != '\0') return NULL;
    found = find_letter(own, word[1]);
    return found != NULL ? found : find_letter(common, word[1]);
}

char *cli_args_parse(int argc, char **argv, const cli_option *own, const cli_option *common,
                     cli_args *out)
{
    const size_t room = (size_t)argc + 1;
    int only_operands = 0;
    *out = (cli_args){.operands = text_array(room), .values = text_array(room)};
    out->options = memory_zeroed(room, sizeof *out->options);
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (only_operands || word[0] != '-' || word[1] == '\0') {
            out->operands[out->n_operands++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_operands = 1;
            continue;
        }
        const cli_option *option = find_option(word, own, common);
        if (option == NULL) return unknown_option(word, own, common);
        const char *value = word[1] == '-' ? strchr(word, '=') : NULL;
        if (option->value == NULL && value != NULL) {
            return text_format("option '--%s' takes no value", option->name);
        }
        if (value != NULL) {
            value++;
        } else if (option->value != NULL) {
            if (i + 1 == argc) {
                return text_format("option '--%s' needs a value: --%s %s", option->name,
                                   option->name, option->value);
            }
            value = argv[++i];
        }
        out->options[out->n_options] = option;
        out->values[out->n_options++] = value;
    }
    return NULL;
}

void cli_args_clear(cli_args *args)
{
    free(args->operands);
    free(args->options);
    free(args->values);
    *args = (cli_args){0};
}

const char *cli_args_get(const cli_args *args, const char *name)
{
    for (int i = args->n_options - 1; i >= 0; i--) {
        if (strcmp(args->options[i]->name, name) != 0) continue;
        return args->values[i] != NULL ? args->values[i] : "";
    }
    return NULL;
}

const char *cli_args_nth(const cli_args *args, const char *name, int k)
{
    for (int i = 0; i < args->n_options; i++) {
        if (strcmp(args->options[i]->name, name) == 0 && k-- == 0) return args->values[i];
    }
    return NULL;
}
