/* One run of the command: its arguments, contexts, and how it talks. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <mlcore/mlcore.h>

#include "args.h"
#include "progress.h"
#include "text.h"

#define CLI_OK 0
#define CLI_FAILED 1 /* the work failed */
#define CLI_USAGE 2  /* the command line is wrong */

typedef struct session session;

typedef struct command {
    const char *name;
    const char *operands; /* for the help, such as "MODEL DATA" */
    const char *summary;  /* one line */
    const char *details;  /* paragraphs and examples, as they are printed */
    int least_operands, most_operands;
    const cli_option *options;
    int (*run)(session *s);
} command;

struct session {
    const command *command;
    cli_args args;
    mlc_context *root, *ctx;
    progress progress;
    int is_json, is_quiet, has_color;
    int has_written; /* results are out: an interrupt cannot take them back */
    int width;       /* columns to print within */
    mlc_error err;   /* what the last failing call said */
};

extern const command commands[]; /* ends with a NULL name */
extern const cli_option common_options[];

/* Opens contexts, catches interrupts and sets up progress after the options. */
int session_open(session *s);
void session_close(session *s);
/* 1 once the user has interrupted. */
int session_is_interrupted(void);

/* Prints s->err and returns the exit status that goes with it. */
int session_fail(session *s);
/* A failure of the command's own. */
int session_complain(session *s, int exit_status, const char *format, ...) CLI_PRINTF(3, 4);
void session_warn(session *s, const char *format, ...) CLI_PRINTF(2, 3);

#endif
