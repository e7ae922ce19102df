/* mlcore export: a model file as a file of another library, or as C source. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

static mlc_status make_settings(session *s, mlc_params *params)
{
    static const char *const names[] = {"format", "name"};
    const char *const opset = cli_args_get(&s->args, "opset");
    for (int i = 0; i < 2; i++) {
        const char *const value = cli_args_get(&s->args, names[i]);
        if (value == NULL) continue;
        const mlc_status status = mlc_params_set_text(params, names[i], value, &s->err);
        if (status != MLC_OK) return status;
    }
    if (opset == NULL) return MLC_OK;
    char *end = NULL;
    const long long number = strtoll(opset, &end, 10);
    return end != opset && *end == '\0' ? mlc_params_set_integer(params, "opset", number, &s->err)
                                        : mlc_params_set_text(params, "opset", opset, &s->err);
}

static mlc_status print_json(session *s, const mlc_dataset *report, const char *out)
{
    fputs("{\"model\": ", stdout);
    text_json(stdout, s->args.operands[0]);
    fputs(", \"file\": ", stdout);
    text_json(stdout, out);
    fputs(", \"report\": ", stdout);
    const mlc_status status = report_json(s, report);
    fputs("}\n", stdout);
    return status;
}

/* A paragraph a line of the report. */
static void print_report(session *s, const mlc_dataset *report)
{
    report_heading(s, "What the file does not say exactly");
    for (int64_t i = 0; i < mlc_dataset_n_rows(report); i++) {
        char *step = report_cell(report, "step", i), *subject = report_cell(report, "subject", i);
        char *effect = report_cell(report, "effect", i);
        char *line = text_format("%s, %s: %s.", step, subject, effect);
        printf("  ");
        text_wrap(stdout, line, 4, 2, s->width);
        free(line);
        free(effect);
        free(subject);
        free(step);
    }
}

static mlc_status print_result(session *s, const mlc_dataset *report, const char *out)
{
    if (s->is_json) return print_json(s, report, out);
    if (mlc_dataset_n_rows(report) > 0 && !s->is_quiet) print_report(s, report);
    report_say(s, "Wrote %s.", out);
    return MLC_OK;
}

static mlc_status export(session *s, mlc_params *params, const char *out)
{
    mlc_model *model = NULL;
    mlc_dataset *report = NULL;
    mlc_status status = make_settings(s, params);
    if (status == MLC_OK) status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK)
        status = mlc_model_export(s->ctx, model, out, mlc_params_text(params), &report, &s->err);
    if (status == MLC_OK) status = print_result(s, report, out);
    mlc_dataset_free(report);
    mlc_model_free(model);
    return status;
}

int cmd_export(session *s)
{
    const char *const out = cli_args_get(&s->args, "out");
    mlc_params *params = NULL;
    if (out == NULL)
        return session_complain(s, CLI_USAGE, "--out FILE is needed: where the file goes");
    const int result = data_check_output(s, out);
    if (result != CLI_OK) return result;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK) status = export(s, params, out);
    mlc_params_close(params);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
