/* A run of the command; see session.h. An interrupt asks the library to stop, so the work ends
 * in order and nothing half-written stays behind; a second one ends the process at once. */
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read by the signal handler. */
static mlc_context *volatile interruptible;
static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (was_interrupted) _exit(CLI_FAILED);
    was_interrupted = 1;
    if (interruptible != NULL) mlc_context_cancel(interruptible);
}

int session_is_interrupted(void)
{
    return was_interrupted;
}

static void catch_interrupts(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt; /* no SA_RESTART: a read of standard input ends */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- what is said -------------------------------------------------------------------------- */

static const char *command_name(const session *s)
{
    return s->command != NULL ? s->command->name : NULL;
}

static void say_prefix(const session *s)
{
    const char *name = command_name(s);
    if (name != NULL) {
        fprintf(stderr, "mlcore %s: ", name);
    } else {
        fputs("mlcore: ", stderr);
    }
}

static void say_error(session *s, int32_t status, const char *message)
{
    progress_clear(&s->progress);
    if (!s->is_json) {
        say_prefix(s);
        fprintf(stderr, "%s\n", message);
        return;
    }
    fputs("{\"event\": \"error\", \"command\": ", stderr);
    text_json(stderr, command_name(s));
    fputs(", \"status\": ", stderr);
    text_json(stderr, status == 0 ? NULL : mlc_status_name(status));
    fputs(", \"name\": ", stderr);
    text_json(stderr, status != 0 && s->err.name[0] != '\0' ? s->err.name : NULL);
    if (status != 0 && s->err.line > 0) {
        fprintf(stderr, ", \"line\": %lld, \"column\": %lld", (long long)s->err.line,
                (long long)s->err.column);
    }
    fputs(", \"message\": ", stderr);
    text_json(stderr, message);
    fputs("}\n", stderr);
}

int session_fail(session *s)
{
    const int32_t status = s->err.status;
    if (status == MLC_ERROR_CANCELLED && was_interrupted) {
        say_error(s, status, s->has_written ? "interrupted" : "interrupted; nothing was written");
        return CLI_FAILED;
    }
    say_error(s, status, s->err.message);
    return status == MLC_ERROR_SETTING || status == MLC_ERROR_SYNTAX ||
                   status == MLC_ERROR_COMPONENT
               ? CLI_USAGE
               : CLI_FAILED;
}

int session_complain(session *s, int exit_status, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    say_error(s, 0, message);
    return exit_status;
}

/* One call of fprintf a line: the library logs from any thread. */
static void on_log(void *user, int32_t level, const char *message)
{
    const session *s = user;
    const char *word = level == MLC_LOG_ERROR ? "error" : "warning";
    if (s->is_json) {
        char *line = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&line, &size);
        if (out == NULL) return;
        fprintf(out, "{\"event\": \"log\", \"level\": \"%s\", \"message\": ", word);
        text_json(out, message);
        fclose(out);
        fprintf(stderr, "%s}\n", line);
        free(line);
    } else if (!s->is_quiet) {
        fprintf(stderr, "%smlcore %s: %s: %s\n", s->progress.kind == PROGRESS_BAR ? "\r\033[K" : "",
                s->command->name, word, message);
    }
}

void session_warn(session *s, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    on_log(s, MLC_LOG_WARNING, message);
}

/* ---- opening and closing ------------------------------------------------------------------- */

static progress_kind choose_progress(const session *s)
{
    const char *terminal = getenv("TERM");
    if (s->is_quiet) return PROGRESS_OFF;
    if (s->is_json) return PROGRESS_JSON;
    if (!isatty(STDERR_FILENO)) return PROGRESS_LINES;
    return terminal == NULL || strcmp(terminal, "dumb") == 0 ? PROGRESS_LINES : PROGRESS_BAR;
}

static int choose_threads(session *s, int32_t *out)
{
    const char *text = cli_args_get(&s->args, "threads");
    char *end = NULL;
    if (text == NULL) {
        /* The library predicts with one thread unless told; a command may take them all. */
        const long n = sysconf(_SC_NPROCESSORS_ONLN);
        *out = n > 0 && n < 1024 ? (int32_t)n : 1;
        return CLI_OK;
    }
    const long n = strtol(text, &end, 10);
    if (end == text || *end != '\0' || n < 1 || n > 1024) {
        return session_complain(s, CLI_USAGE, "--threads %s: must be a number from 1 to 1024",
                                text);
    }
    *out = (int32_t)n;
    return CLI_OK;
}

int session_open(session *s)
{
    const char *no_color = getenv("NO_COLOR");
    const int columns = terminal_width(STDOUT_FILENO);
    int32_t n_threads = 1;
    s->is_quiet = cli_args_get(&s->args, "quiet") != NULL;
    s->has_color = columns > 0 && (no_color == NULL || no_color[0] == '\0');
    s->width = columns > 0 ? columns : 100;
    progress_start(&s->progress, choose_progress(s), s->command->name);
    const int usage = choose_threads(s, &n_threads);
    if (usage != CLI_OK) return usage;
    const mlc_host host = {.size = sizeof host, .user = s, .n_threads = n_threads, .log = on_log};
    if (mlc_context_create(&host, &s->root, &s->err) != MLC_OK ||
        mlc_context_derive(s->root, &s->ctx, &s->err) != MLC_OK) {
        return session_fail(s);
    }
    mlc_context_set_threads(s->ctx, n_threads);
    mlc_context_set_progress(s->ctx, progress_report, &s->progress);
    interruptible = s->ctx;
    catch_interrupts();
    return CLI_OK;
}

void session_close(session *s)
{
    progress_clear(&s->progress);
    interruptible = NULL;
    mlc_context_close(s->ctx);
    mlc_context_close(s->root);
    s->ctx = s->root = NULL;
}
