/* Data files and models; see data.h. */
#include "data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define FIRST_ROOM 65536

const char *data_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (strcmp(path, "-") == 0) return "standard input";
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static mlc_status fail_input(session *s, mlc_status status, const char *reason)
{
    memset(&s->err, 0, sizeof s->err);
    s->err.status = status;
    snprintf(s->err.message, sizeof s->err.message, "standard input: %s", reason);
    return status;
}

/* Until standard input has something, or ends; 0 if the command is interrupted before. Looks at
 * times, since a signal that comes just before a read does not end that. */
static int wait_for_input(void)
{
    while (!session_is_interrupted()) {
        struct timeval while_waiting = {.tv_usec = 100000};
        fd_set input;
        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        const int n_ready = select(STDIN_FILENO + 1, &input, NULL, NULL, &while_waiting);
        if (n_ready > 0 || (n_ready < 0 && errno != EINTR))
            return 1; /* a read says what is wrong */
    }
    return 0;
}

mlc_status data_read_input(session *s, char **out, int64_t *n_bytes)
{
    size_t room = FIRST_ROOM, n = 0;
    char *bytes = malloc(room);
    for (;;) {
        if (bytes != NULL && n == room) {
            char *grown = room > SIZE_MAX / 2 ? NULL : realloc(bytes, room * 2);
            if (grown == NULL) free(bytes);
            bytes = grown;
            room *= 2;
        }
        if (bytes == NULL) return fail_input(s, MLC_ERROR_NO_MEMORY, "too large for memory");
        if (!wait_for_input()) {
            free(bytes);
            return fail_input(s, MLC_ERROR_CANCELLED, strerror(EINTR));
        }
        const ssize_t got = read(STDIN_FILENO, bytes + n, room - n);
        if (got == 0) break;
        if (got > 0) {
            n += (size_t)got;
        } else if (errno != EINTR) {
            const int error = errno;
            free(bytes);
            return fail_input(s, MLC_ERROR_IO, strerror(error));
        }
    }
    *out = bytes;
    *n_bytes = (int64_t)n;
    return MLC_OK;
}

/* The library calls bytes in memory by their format; people know them by another name. */
static void name_input(session *s)
{
    static const char *const formats[] = {"csv", "jsonl", "libsvm", "sqlite"};
    char rest[sizeof s->err.message];
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const size_t n = strlen(formats[i]);
        if (strncmp(s->err.message, formats[i], n) != 0 || s->err.message[n] != ':') continue;
        snprintf(rest, sizeof rest, "%s", s->err.message + n + 1);
        snprintf(s->err.message, sizeof s->err.message, "standard input:%.800s", rest);
        return;
    }
}

mlc_status data_count_left_out(session *s, const mlc_dataset *data, data_left_out *sum)
{
    mlc_dataset *problems = NULL;
    const mlc_status status = mlc_dataset_problems(data, &problems, &s->err);
    const int64_t n = mlc_dataset_n_rows(problems);
    if (status == MLC_OK && n > 0 && sum->n == 0) {
        sum->line = report_cell(problems, "line", 0);
        sum->message = report_cell(problems, "message", 0);
    }
    sum->n += n;
    mlc_dataset_free(problems);
    return status;
}

void data_warn_left_out(session *s, const char *path, data_left_out *sum)
{
    char n[TEXT_NUMBER];
    if (sum->n > 0) {
        session_warn(s, "%s rows of %s could not be read and are left out; the first, line %s: %s",
                     text_count(n, sum->n), data_name(path), sum->line, sum->message);
    }
    free(sum->line);
    free(sum->message);
    *sum = (data_left_out){0};
}

/* A file by its path, or standard input by its bytes. */
typedef struct source {
    const char *path;
    char *bytes; /* of standard input */
    int64_t n_bytes;
} source;

int data_is_unknown_ending(const session *s)
{
    return s->err.status == MLC_ERROR_FORMAT && strcmp(s->err.name, "format") == 0;
}

static mlc_status parse(session *s, const source *from, const char *settings,
                        const mlc_dataset *like, mlc_dataset **out)
{
    mlc_status status;
    if (from->bytes == NULL) {
        status = mlc_dataset_read_like(s->ctx, from->path, like, settings, out, &s->err);
        if (status == MLC_OK || !data_is_unknown_ending(s)) return status;
        return mlc_dataset_read_csv_like(s->ctx, from->path, like, settings, out, &s->err);
    }
    status =
        mlc_dataset_parse_like(s->ctx, from->bytes, from->n_bytes, like, settings, out, &s->err);
    if (status != MLC_OK) name_input(s);
    return status;
}

mlc_status data_choose_rows(session *s, mlc_dataset **data)
{
    const char *condition = cli_args_get(&s->args, "where");
    mlc_dataset *chosen = NULL;
    if (condition == NULL) return MLC_OK;
    const mlc_status status = mlc_dataset_filter(s->ctx, *data, condition, &chosen, &s->err);
    if (status != MLC_OK) return status;
    mlc_dataset_free(*data);
    *data = chosen;
    return MLC_OK;
}

static mlc_status read_source(session *s, const source *from, const char *settings,
                              const mlc_dataset *like, mlc_dataset **out)
{
    mlc_dataset *data = NULL;
    data_left_out left_out = {0};
    mlc_status status = parse(s, from, settings, like, &data);
    if (status == MLC_OK) status = data_count_left_out(s, data, &left_out);
    data_warn_left_out(s, from->path, &left_out);
    if (status == MLC_OK) status = data_choose_rows(s, &data);
    if (status != MLC_OK) {
        mlc_dataset_free(data);
        return status;
    }
    *out = data;
    return MLC_OK;
}

mlc_status data_read_with(session *s, const char *path, const char *settings,
                          const mlc_dataset *like, mlc_dataset **out)
{
    source from = {.path = path};
    mlc_status status = MLC_OK;
    if (strcmp(path, "-") == 0) status = data_read_input(s, &from.bytes, &from.n_bytes);
    if (status == MLC_OK) status = read_source(s, &from, settings, like, out);
    free(from.bytes);
    return status;
}

const char *data_settings(const session *s)
{
    const char *const settings = cli_args_get(&s->args, "read");
    return settings != NULL ? settings : cli_args_get(&s->args, "csv");
}

mlc_status data_read(session *s, const char *path, const mlc_dataset *like, mlc_dataset **out)
{
    return data_read_with(s, path, data_settings(s), like, out);
}

mlc_status data_read_for(session *s, const char *path, const mlc_model *model, mlc_dataset **out)
{
    mlc_dataset *schema = NULL;
    mlc_status status = mlc_model_table(s->ctx, model, "schema", &schema, &s->err);
    if (status == MLC_OK) status = data_read(s, path, schema, out);
    mlc_dataset_free(schema);
    return status;
}

mlc_status data_load_model(session *s, const char *path, mlc_model **out)
{
    char *bytes = NULL;
    int64_t n_bytes = 0;
    if (strcmp(path, "-") != 0) return mlc_model_load(s->ctx, path, NULL, out, &s->err);
    mlc_status status = data_read_input(s, &bytes, &n_bytes);
    if (status != MLC_OK) return status;
    status = mlc_model_load_memory(s->ctx, bytes, n_bytes, NULL, out, &s->err);
    free(bytes);
    return status;
}

char *data_size_of(int64_t n_rows, int32_t n_columns)
{
    char rows[TEXT_NUMBER], columns[TEXT_NUMBER];
    return text_format("%s row%s, %s column%s", text_count(rows, n_rows), n_rows == 1 ? "" : "s",
                       text_count(columns, n_columns), n_columns == 1 ? "" : "s");
}

char *data_size(const mlc_dataset *data)
{
    return data_size_of(mlc_dataset_n_rows(data), mlc_dataset_n_columns(data));
}

const char *data_type_name(int32_t type)
{
    static const char *const names[] = {"",         "bool", "int64",     "float32", "float64",
                                        "category", "text", "timestamp", "vector"};
    return type >= MLC_TYPE_BOOL && type <= MLC_TYPE_VECTOR ? names[type] : "";
}

int data_is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* The folder that a file of that path is in, to be freed. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return text_format(".");
    return text_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

int data_check_output(session *s, const char *path)
{
    struct stat file;
    char *folder = folder_of(path);
    int result = CLI_OK;
    if (path[0] == '\0') {
        result = session_complain(s, CLI_USAGE, "--out: the name of a file is missing");
    } else if (stat(path, &file) == 0 && S_ISDIR(file.st_mode)) {
        result = session_complain(s, CLI_FAILED, "%s: is a folder, not a file", path);
    } else if (access(folder, W_OK | X_OK) != 0) {
        result = session_complain(s, CLI_FAILED, "%s: cannot be written: %s: %s", path, folder,
                                  strerror(errno));
    }
    free(folder);
    return result;
}

mlc_status data_read_target(session *s, const char *path, const mlc_dataset *like,
                            mlc_dataset **out)
{
    const char *target = cli_args_get(&s->args, "target");
    mlc_dataset *data = NULL;
    mlc_status status = data_read(s, path, like, &data);
    if (status != MLC_OK || target == NULL) {
        *out = data;
        return status;
    }
    char *roles = text_format("target='%s'", target);
    status = mlc_dataset_with_roles(s->ctx, data, roles, out, &s->err);
    free(roles);
    mlc_dataset_free(data);
    return status;
}

static mlc_status fail_file(session *s, const char *path, int error)
{
    memset(&s->err, 0, sizeof s->err);
    s->err.status = MLC_ERROR_IO;
    snprintf(s->err.message, sizeof s->err.message, "%s: cannot read: %s", path, strerror(error));
    return s->err.status;
}

mlc_status data_read_bytes(session *s, const char *path, char **out, int64_t *n_bytes)
{
    size_t room = FIRST_ROOM, n = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return fail_file(s, path, errno);
    char *bytes = memory_zeroed(room, 1);
    for (size_t got = 1; got > 0; n += got) {
        if (n + 1 >= room) {
            char *grown = memory_zeroed(room *= 2, 1);
            memcpy(grown, bytes, n);
            free(bytes);
            bytes = grown;
        }
        got = fread(bytes + n, 1, room - 1 - n, file);
    }
    const int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error != 0) {
        free(bytes);
        return fail_file(s, path, error);
    }
    *out = bytes;
    *n_bytes = (int64_t)n;
    return MLC_OK;
}
