/* mlcore: train, predict, evaluate and look into models from the shell. A thin layer over the
 * public functions of libmlcore: whatever the command can do, a program can. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "report.h"
#include "session.h"

static const command *find_command(const char *name)
{
    for (const command *c = commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0) return c;
    }
    return NULL;
}

static int refuse_command(const char *name)
{
    cli_nearest nearest = cli_nearest_to(name);
    for (const command *c = commands; c->name != NULL; c++)
        cli_nearest_try(&nearest, c->name);
    if (nearest.best != NULL) {
        fprintf(stderr, "mlcore: unknown command '%s'; did you mean '%s'?\n", name, nearest.best);
    } else {
        fprintf(stderr, "mlcore: unknown %s '%s'; 'mlcore help' lists the commands\n",
                name[0] == '-' ? "option" : "command", name);
    }
    return CLI_USAGE;
}

static int check_operands(session *s)
{
    const command *c = s->command;
    if (s->args.n_operands < c->least_operands) {
        return session_complain(s, CLI_USAGE, "%s is missing: mlcore %s %s; see 'mlcore help %s'",
                                help_operand(c, s->args.n_operands), c->name, c->operands, c->name);
    }
    if (s->args.n_operands > c->most_operands) {
        return session_complain(s, CLI_USAGE, "'%s' is one too many: mlcore %s %s",
                                s->args.operands[c->most_operands], c->name, c->operands);
    }
    return CLI_OK;
}

static int run_command(const command *c, int argc, char **argv)
{
    session s = {.command = c};
    char *wrong = cli_args_parse(argc, argv, c->options, common_options, &s.args);
    int result = CLI_OK;
    s.is_json = cli_args_get(&s.args, "json") != NULL; /* from the first message on */
    if (wrong != NULL) {
        result = session_complain(&s, CLI_USAGE, "%s", wrong);
    } else if (cli_args_get(&s.args, "help") != NULL) {
        help_command(stdout, c);
    } else {
        result = check_operands(&s);
        if (result == CLI_OK) result = session_open(&s);
        if (result == CLI_OK) result = c->run(&s);
        session_close(&s);
    }
    free(wrong);
    cli_args_clear(&s.args);
    return result;
}

/* Output that could not be written is a failure, even when nothing else was. */
static int finish_output(int result)
{
    errno = 0;
    const int failed = fflush(stdout) != 0 || ferror(stdout);
    if (!failed) return result;
    const int reason = report_output_error() != 0 ? report_output_error() : errno;
    fprintf(stderr, "mlcore: standard output: %s\n",
            reason != 0 ? strerror(reason) : "cannot be written");
    return result == CLI_OK ? CLI_FAILED : result;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    if (word == NULL) {
        help_overview(stderr);
        return CLI_USAGE;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        puts(mlc_build_info());
        return finish_output(CLI_OK);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        help_overview(stdout);
        return finish_output(CLI_OK);
    }
    const command *c = find_command(word);
    if (c == NULL) return refuse_command(word);
    return finish_output(run_command(c, argc - 2, argv + 2));
}
