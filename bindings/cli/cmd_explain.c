/* mlcore explain: how features share in the predictions of the rows of a file, as CSV or JSON; or
 * which columns the model needs, as a table. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

/* The options as settings; what is no number where one is wanted, the library refuses. */
static mlc_status make_settings(session *s, mlc_params *params)
{
    static const char *const options[] = {"method", "level", "metrics", "top", "repeats", "seed"};
    static const char *const names[] = {"method", "level",     "metrics",
                                        "top",    "n_repeats", "random_state"};
    for (int i = 0; i < 6; i++) {
        const char *const value = cli_args_get(&s->args, options[i]);
        char *end = NULL;
        if (value == NULL) continue;
        const long long number = strtoll(value, &end, 10);
        const mlc_status status = i >= 3 && end != value && *end == '\0'
                                      ? mlc_params_set_integer(params, names[i], number, &s->err)
                                      : mlc_params_set_text(params, names[i], value, &s->err);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

static mlc_status write_rows(session *s, const mlc_dataset *result, const char *out)
{
    const char *const method = cli_args_get(&s->args, "method");
    if (s->is_json) {
        const mlc_status status = report_json(s, result);
        if (status == MLC_OK) putchar('\n');
        return status;
    }
    if (out != NULL && strcmp(out, "-") != 0) {
        const mlc_status status = mlc_dataset_write_csv(result, out, NULL, &s->err);
        char n[TEXT_NUMBER];
        if (status == MLC_OK)
            report_say(s, "Wrote %s: %s lines.", out, text_count(n, mlc_dataset_n_rows(result)));
        return status;
    }
    if (out == NULL && method != NULL && strcmp(method, "permutation") == 0)
        return report_table(s, result, "feature,metric,importance,std");
    return report_csv(s, result);
}

static mlc_status explain(session *s, mlc_params *params, const char *out)
{
    const char *const path = cli_args_get(&s->args, "background");
    mlc_model *model = NULL;
    mlc_dataset *rows = NULL, *background = NULL, *result = NULL;
    mlc_status status = make_settings(s, params);
    if (status == MLC_OK) status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK) status = data_read_for(s, s->args.operands[1], model, &rows);
    if (status == MLC_OK && path != NULL) status = data_read_for(s, path, model, &background);
    if (status == MLC_OK) {
        status = mlc_model_explain(s->ctx, model, rows, background, mlc_params_text(params),
                                   &result, &s->err);
    }
    if (status == MLC_OK) status = write_rows(s, result, out);
    mlc_dataset_free(result);
    mlc_dataset_free(background);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    return status;
}

int cmd_explain(session *s)
{
    const char *const out = cli_args_get(&s->args, "out");
    mlc_params *params = NULL;
    if (strcmp(s->args.operands[0], "-") == 0 && strcmp(s->args.operands[1], "-") == 0) {
        return session_complain(s, CLI_USAGE, "MODEL and DATA cannot both be standard input");
    }
    if (s->is_json && out != NULL) {
        return session_complain(s, CLI_USAGE,
                                "--json writes to standard output, --out a CSV "
                                "file: give one of them");
    }
    if (out != NULL && strcmp(out, "-") != 0) {
        const int result = data_check_output(s, out);
        if (result != CLI_OK) return result;
    }
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK) status = explain(s, params, out);
    mlc_params_close(params);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
