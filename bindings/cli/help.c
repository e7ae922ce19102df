/* Help of the command and its subcommands, from their tables. */
#include "help.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "topics.h"

#define INDENT 26 /* where the words of an option start */
#define MOST_WIDTH 100

static int width_of(FILE *out)
{
    const int columns = terminal_width(out == stderr ? STDERR_FILENO : STDOUT_FILENO);
    return columns == 0 || columns > MOST_WIDTH ? MOST_WIDTH : columns;
}

static void print_option(FILE *out, const cli_option *option, int width)
{
    char left[64];
    const char letter[] = {'-', option->letter, ',', ' ', '\0'};
    snprintf(left, sizeof left, "  %s--%s%s%s", option->letter != 0 ? letter : "    ", option->name,
             option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
    fputs(left, out);
    if ((int)strlen(left) < INDENT - 1) {
        fprintf(out, "%*s", INDENT - (int)strlen(left), "");
    } else {
        fprintf(out, "\n%*s", INDENT, "");
    }
    text_wrap(out, option->doc, INDENT, INDENT, width);
}

static void print_options(FILE *out, const char *heading, const cli_option *options)
{
    if (options->name == NULL) return;
    fprintf(out, "\n%s:\n", heading);
    for (; options->name != NULL; options++)
        print_option(out, options, width_of(out));
}

void help_command(FILE *out, const command *c)
{
    fprintf(out, "mlcore %s %s%s\n\n", c->name, c->operands,
            c->options->name != NULL ? " [options]" : "");
    fprintf(out, "%c%s.\n", toupper((unsigned char)c->summary[0]), c->summary + 1);
    if (strchr(c->operands, '[') == NULL) {
        fputs("A name of - is standard input.\n", out);
    }
    print_options(out, "Options", c->options);
    print_options(out, "Common options", common_options);
    fputs("\nExamples:\n", out);
    for (const char *line = c->details; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        fprintf(out, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void help_overview(FILE *out)
{
    fputs("mlcore: machine learning from raw data to one model file\n\n", out);
    for (const command *c = commands; c->name != NULL; c++) {
        fprintf(out, "  mlcore %-8s %-11s %s\n", c->name, c->operands, c->summary);
    }
    fputs("  mlcore --version\n\n"
          "'mlcore help COMMAND' lists the options, 'mlcore help ridge' the parameters of\n"
          "ridge, and so on. There is also\n",
          out);
    for (const topic *t = topics; t->name != NULL; t++) {
        fprintf(out, "  mlcore help %-8s %s\n", t->name, t->summary);
    }
    fputs("\nExit status: 0 done, 1 the work failed, 2 the command line is wrong.\n\n"
          "To start:\n"
          "  mlcore describe data.csv\n"
          "  mlcore train data.csv --target COLUMN --holdout 0.2 --out model.mlcore\n"
          "  mlcore predict model.mlcore new.csv\n",
          out);
}

const char *help_operand(const command *c, int i)
{
    static const char *const names[] = {"DATA", "MODEL", "KIND", "IN", "OUT", "DB", "QUERY"};
    const char *at = c->operands;
    for (; i > 0 && at != NULL; i--) {
        at = strchr(at, ' ');
        if (at != NULL) at++;
    }
    if (at != NULL && *at == '[') at++;
    for (size_t k = 0; k < sizeof names / sizeof names[0] && at != NULL; k++) {
        if (strncmp(at, names[k], strlen(names[k])) == 0) return names[k];
    }
    return "an operand";
}
