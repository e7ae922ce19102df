/* mlcore update: a model file out of a model file: more rounds, other values, fewer rounds. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

/* A number where it is one; what is none, the library refuses. */
static mlc_status put_number(session *s, mlc_params *params, const char *name, const char *value)
{
    char *end = NULL;
    const long long whole = strtoll(value, &end, 10);
    if (end != value && *end == '\0') return mlc_params_set_integer(params, name, whole, &s->err);
    const double real = strtod(value, &end);
    if (end != value && *end == '\0') return mlc_params_set_real(params, name, real, &s->err);
    return mlc_params_set_text(params, name, value, &s->err);
}

static mlc_status make_settings(session *s, mlc_params *params)
{
    static const char *const options[] = {"method", "set", "rounds", "decay"};
    static const char *const names[] = {"method", "parameters", "n_rounds", "decay_rate"};
    for (int i = 0; i < 4; i++) {
        const char *const value = cli_args_get(&s->args, options[i]);
        if (value == NULL) continue;
        const mlc_status status = i < 2 ? mlc_params_set_text(params, names[i], value, &s->err)
                                        : put_number(s, params, names[i], value);
        if (status != MLC_OK) return status;
    }
    return MLC_OK;
}

static mlc_status update(session *s, mlc_params *params, const char *out)
{
    const char *const data = s->args.n_operands > 1 ? s->args.operands[1] : NULL;
    const char *const path = cli_args_get(&s->args, "valid");
    mlc_model *model = NULL, *updated = NULL;
    mlc_dataset *rows = NULL, *valid = NULL;
    mlc_status status = make_settings(s, params);
    if (status == MLC_OK) status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK && data != NULL) status = data_read_for(s, data, model, &rows);
    if (status == MLC_OK && path != NULL) status = data_read_for(s, path, model, &valid);
    if (status == MLC_OK) {
        status = mlc_model_update(s->ctx, model, rows, valid, mlc_params_text(params), &updated,
                                  &s->err);
    }
    if (status == MLC_OK) status = mlc_model_save(updated, out, NULL, &s->err);
    if (status == MLC_OK) report_say(s, "Wrote %s.", out);
    mlc_dataset_free(valid);
    mlc_dataset_free(rows);
    mlc_model_free(updated);
    mlc_model_free(model);
    return status;
}

int cmd_update(session *s)
{
    const char *const out = cli_args_get(&s->args, "out");
    const char *const method = cli_args_get(&s->args, "method");
    const int has_rows = s->args.n_operands > 1;
    mlc_params *params = NULL;
    if (out == NULL) {
        return session_complain(s, CLI_USAGE, "--out FILE is needed: where the new model goes");
    }
    if (!has_rows && (method == NULL || strcmp(method, "truncate") != 0)) {
        return session_complain(s, CLI_USAGE,
                                "DATA is needed: the rows to learn from. Only --method truncate "
                                "goes without");
    }
    if (has_rows && strcmp(s->args.operands[0], "-") == 0 &&
        strcmp(s->args.operands[1], "-") == 0) {
        return session_complain(s, CLI_USAGE, "MODEL and DATA cannot both be standard input");
    }
    const int result = data_check_output(s, out);
    if (result != CLI_OK) return result;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK) status = update(s, params, out);
    mlc_params_close(params);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
