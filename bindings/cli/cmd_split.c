/* mlcore split: the rows of a file in parts, a file each. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

static const char *const parts[] = {"train", "valid", "test"};
#define N_PARTS 3

/* A number as one, anything else as text, so that the library says what it should be. */
static mlc_status set_number(session *s, mlc_params *params, const char *option, const char *name)
{
    const char *const value = cli_args_get(&s->args, option);
    char *end = NULL;
    if (value == NULL) return MLC_OK;
    const long long integer = strtoll(value, &end, 10);
    if (end != value && *end == '\0') {
        return mlc_params_set_integer(params, name, integer, &s->err);
    }
    const double real = strtod(value, &end);
    return end != value && *end == '\0' ? mlc_params_set_real(params, name, real, &s->err)
                                        : mlc_params_set_text(params, name, value, &s->err);
}

/* --splitter, and the options that are parameters of splitters. */
static mlc_status make_settings(session *s, char **out)
{
    const char *const splitter = cli_args_get(&s->args, "splitter");
    mlc_params *params = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK) status = set_number(s, params, "test-size", "test_size");
    if (status == MLC_OK) status = set_number(s, params, "validation-size", "validation_size");
    if (status == MLC_OK) status = set_number(s, params, "seed", "random_state");
    if (status == MLC_OK && cli_args_get(&s->args, "stratify") != NULL) {
        status = mlc_params_set_text(params, "stratify", "true", &s->err);
    }
    if (status == MLC_OK) {
        *out =
            text_format("%s %s", splitter != NULL ? splitter : "hold_out", mlc_params_text(params));
    }
    mlc_params_close(params);
    return status;
}

static mlc_status read_rows(session *s, mlc_dataset **out)
{
    const char *const target = cli_args_get(&s->args, "target");
    const char *const roles = cli_args_get(&s->args, "roles");
    mlc_dataset *bare = NULL;
    mlc_params *params = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK && target != NULL) {
        status = mlc_params_set_text(params, "target", target, &s->err);
    }
    if (status == MLC_OK) status = data_read(s, s->args.operands[0], NULL, &bare);
    if (status == MLC_OK) {
        char *text = text_format("%s %s", mlc_params_text(params), roles != NULL ? roles : "");
        status = mlc_dataset_with_roles(s->ctx, bare, text, out, &s->err);
        free(text);
    }
    mlc_params_close(params);
    mlc_dataset_free(bare);
    return status;
}

/* Where the ending of a file's name starts, with that before .gz: at its NUL when there is none. */
static const char *find_ending(const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    if (dot == NULL || dot == name) return path + strlen(path);
    if (strcmp(dot, ".gz") != 0) return dot;
    const char *before = dot;
    while (before > name + 1 && before[-1] != '.')
        before--;
    return before > name + 1 ? before - 1 : dot;
}

/* rows.csv: rows_train.csv, or rows_fold0_train.csv where there are several folds. */
static char *part_path(const char *out, int fold, int n_folds, const char *part)
{
    const char *const ending = find_ending(out);
    const int stem = (int)(ending - out);
    return n_folds > 1 ? text_format("%.*s_fold%d_%s%s", stem, out, fold, part, ending)
                       : text_format("%.*s_%s%s", stem, out, part, ending);
}

/* One file written, and said so. */
static mlc_status write_part(session *s, const mlc_dataset *rows, const char *path, int fold,
                             const char *part, int is_first)
{
    char n[TEXT_NUMBER];
    const mlc_status status = mlc_dataset_write(s->ctx, rows, path, NULL, &s->err);
    if (status != MLC_OK) return status;
    if (s->is_json) {
        printf("%s{\"fold\": %d, \"part\": \"%s\", \"rows\": %lld, \"file\": ",
               is_first ? "" : ", ", fold, part, (long long)mlc_dataset_n_rows(rows));
        text_json(stdout, path);
        putchar('}');
    }
    report_say(s, "%s: %s rows", path, text_count(n, mlc_dataset_n_rows(rows)));
    return MLC_OK;
}

/* All parts of all folds; a part that no row has gets no file, but for train and test. */
static mlc_status write_parts(session *s, const mlc_dataset *data, const mlc_dataset *folds,
                              const char *out)
{
    const int n_folds = mlc_dataset_n_columns(folds);
    mlc_status status = MLC_OK;
    for (int k = 0; k < n_folds * N_PARTS && status == MLC_OK; k++) {
        const char *const part = parts[k % N_PARTS];
        mlc_dataset *rows = NULL;
        status = mlc_dataset_fold(data, folds, k / N_PARTS, part, &rows, &s->err);
        if (status == MLC_OK && (mlc_dataset_n_rows(rows) > 0 || strcmp(part, "valid") != 0)) {
            char *path = part_path(out, k / N_PARTS, n_folds, part);
            status = write_part(s, rows, path, k / N_PARTS, part, k == 0);
            free(path);
        }
        mlc_dataset_free(rows);
    }
    return status;
}

static mlc_status split(session *s, const char *settings, const char *out)
{
    mlc_dataset *data = NULL, *folds = NULL;
    mlc_status status = read_rows(s, &data);
    if (status == MLC_OK) status = mlc_dataset_split(s->ctx, data, settings, &folds, &s->err);
    if (status == MLC_OK && s->is_json) fputs("{\"files\": [", stdout);
    if (status == MLC_OK) {
        status = write_parts(s, data, folds, out);
        if (s->is_json) fputs("]}\n", stdout);
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(data);
    return status;
}

int cmd_split(session *s)
{
    if (strcmp(s->args.operands[0], "-") == 0 && cli_args_get(&s->args, "out") == NULL) {
        return session_complain(s, CLI_USAGE,
                                "--out FILE is needed with standard input: rows.csv gives "
                                "rows_train.csv and rows_test.csv");
    }
    const char *const given = cli_args_get(&s->args, "out");
    const char *const out = given != NULL ? given : s->args.operands[0];
    char *settings = NULL;
    char *first = part_path(out, 0, 1, parts[0]);
    int result = data_check_output(s, first);
    free(first);
    if (result == CLI_OK) {
        mlc_status status = make_settings(s, &settings);
        if (status == MLC_OK) status = split(s, settings, out);
        result = status == MLC_OK ? CLI_OK : session_fail(s);
    }
    free(settings);
    return result;
}
