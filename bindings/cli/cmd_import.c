/* mlcore import: a model file out of a file of another library. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "origin.h"
#include "report.h"

/* Options that are settings of the import, by the same name. */
static const struct {
    const char *option;
    int is_number;
} options[] = {{"format", 0}, {"rounds", 1},     {"target", 0},   {"classes", 0},  {"positive", 0},
               {"names", 0},  {"categories", 0}, {"expected", 0}, {"tolerance", 1}};
#define N_OPTIONS (sizeof options / sizeof options[0])

static mlc_status put_number(session *s, mlc_params *params, const char *name, const char *value)
{
    char *end = NULL;
    const double real = strtod(value, &end);
    if (end == value || *end != '\0') return mlc_params_set_text(params, name, value, &s->err);
    if (real > -1e15 && real < 1e15 && real == (double)(long long)real)
        return mlc_params_set_integer(params, name, (long long)real, &s->err);
    return mlc_params_set_real(params, name, real, &s->err);
}

/* The setting of a flag that was given. */
static const char *flag(const session *s, const char *name)
{
    if (cli_args_get(&s->args, name) == NULL) return "";
    return strcmp(name, "best-iteration") == 0 ? " best_iteration=true" : " zero_as_missing=true";
}

/* The settings of the options, then those of --limits, as a new text. */
static mlc_status make_settings(session *s, char **out)
{
    mlc_params *params = NULL;
    const char *const limits = cli_args_get(&s->args, "limits");
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    for (size_t i = 0; i < N_OPTIONS && status == MLC_OK; i++) {
        const char *const name = options[i].option;
        const char *const value = cli_args_get(&s->args, name);
        if (value == NULL) continue;
        status = options[i].is_number ? put_number(s, params, name, value)
                                      : mlc_params_set_text(params, name, value, &s->err);
    }
    if (status == MLC_OK)
        *out = text_format("%s%s%s %s", mlc_params_text(params), flag(s, "best-iteration"),
                           flag(s, "zero-as-missing"), limits != NULL ? limits : "");
    mlc_params_close(params);
    return status;
}

/* The rows of --check, with the role target for what the other library gives. */
static mlc_status read_check(session *s, mlc_dataset **out)
{
    const char *const path = cli_args_get(&s->args, "check");
    mlc_dataset *rows = NULL;
    if (path == NULL) return MLC_OK;
    mlc_status status = data_read(s, path, NULL, &rows);
    char *roles = text_format("target='%s'", cli_args_get(&s->args, "gives"));
    if (status == MLC_OK) status = mlc_dataset_with_roles(s->ctx, rows, roles, out, &s->err);
    free(roles);
    mlc_dataset_free(rows);
    return status;
}

static mlc_status import_file(session *s, const mlc_dataset *check, const char *settings,
                              mlc_model **out)
{
    const char *const path = s->args.operands[0];
    char *bytes = NULL;
    int64_t n = 0;
    if (strcmp(path, "-") != 0)
        return mlc_model_import(s->ctx, path, check, settings, out, &s->err);
    mlc_status status = data_read_input(s, &bytes, &n);
    if (status != MLC_OK) return status;
    status = mlc_model_import_memory(s->ctx, bytes, n, check, settings, out, &s->err);
    free(bytes);
    return status;
}

static mlc_status print_table(session *s, const mlc_model *model, const char *name)
{
    mlc_dataset *table = NULL;
    mlc_status status = mlc_model_table(s->ctx, model, name, &table, &s->err);
    if (status == MLC_OK) {
        printf(", \"%s\": ", name);
        status = report_json(s, table);
    }
    mlc_dataset_free(table);
    return status;
}

static mlc_status print_json(session *s, const mlc_model *model, const char *out)
{
    fputs("{\"file\": ", stdout);
    text_json(stdout, s->args.operands[0]);
    fputs(", \"model\": ", stdout);
    text_json(stdout, out);
    mlc_status status = print_table(s, model, "origin");
    if (status == MLC_OK) status = print_table(s, model, "inputs");
    fputs("}\n", stdout);
    return status;
}

static mlc_status print_summary(session *s, const mlc_model *model, const char *out)
{
    if (s->is_json) return print_json(s, model, out);
    if (s->is_quiet) return MLC_OK;
    report_heading(s, data_name(s->args.operands[0]));
    const mlc_status status = origin_print(s, model);
    if (status == MLC_OK) report_say(s, "Wrote %s.", out);
    return status;
}

static mlc_status import(session *s, const char *out)
{
    char *settings = NULL;
    mlc_dataset *check = NULL;
    mlc_model *model = NULL;
    mlc_status status = make_settings(s, &settings);
    if (status == MLC_OK) status = read_check(s, &check);
    if (status == MLC_OK) status = import_file(s, check, settings, &model);
    if (status == MLC_OK) status = mlc_model_save(model, out, NULL, &s->err);
    if (status == MLC_OK) status = print_summary(s, model, out);
    mlc_model_free(model);
    mlc_dataset_free(check);
    free(settings);
    return status;
}

int cmd_import(session *s)
{
    const char *const out = cli_args_get(&s->args, "out");
    const int has_check = cli_args_get(&s->args, "check") != NULL;
    if (out == NULL)
        return session_complain(s, CLI_USAGE, "--out FILE is needed: where the model goes");
    if (has_check != (cli_args_get(&s->args, "gives") != NULL))
        return session_complain(s, CLI_USAGE,
                                "--check FILE and --gives COLUMNS go together: rows, and what the "
                                "other library gives for them");
    const int result = data_check_output(s, out);
    if (result != CLI_OK) return result;
    return import(s, out) == MLC_OK ? CLI_OK : session_fail(s);
}
