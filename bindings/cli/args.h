/* Command lines: options by table, operands, and the nearest right word for a wrong one. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

typedef struct cli_option {
    const char *name;  /* without the dashes */
    char letter;       /* `-o`; 0: none */
    const char *value; /* what follows, for the help; NULL: a flag */
    const char *doc;
} cli_option;

/* What was given; all texts are borrowed from argv. */
typedef struct cli_args {
    int n_operands;
    const char **operands;
    int n_options;
    const cli_option **options; /* in the order given */
    const char **values;        /* of each option; NULL for flags */
} cli_args;

/* Parses argv[0 .. argc-1] by tables that end with a NULL name. Returns NULL, or what is wrong
 * as a text to free. Either way cli_args_clear() is to be called. */
char *cli_args_parse(int argc, char **argv, const cli_option *own, const cli_option *common,
                     cli_args *out);
void cli_args_clear(cli_args *args);

/* The last value of an option, "" for a flag; NULL when it was not given. */
const char *cli_args_get(const cli_args *args, const char *name);
/* The k-th value of an option that may be repeated; NULL past the end. */
const char *cli_args_nth(const cli_args *args, const char *name, int k);

/* Remembers the nearest of the candidates that it is shown. */
typedef struct cli_nearest {
    const char *word, *best;
    int distance;
} cli_nearest;

cli_nearest cli_nearest_to(const char *word);
void cli_nearest_try(cli_nearest *nearest, const char *candidate);

#endif
