/* mlcore evaluate: measures a model on rows with known targets. */
#include <stdlib.h>

#include "data.h"
#include "help.h"
#include "report.h"
#include "scores.h"
#include "target.h"

static mlc_status make_settings(session *s, char **out)
{
    const char *metrics = cli_args_get(&s->args, "metrics"), *by = cli_args_get(&s->args, "by");
    mlc_params *params = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK && by != NULL) status = mlc_params_set_text(params, "by", by, &s->err);
    if (status == MLC_OK) {
        *out = text_format("%s%s%s %s", metrics != NULL ? "metrics=[" : "",
                           metrics != NULL ? metrics : "", metrics != NULL ? "]" : "",
                           mlc_params_text(params));
    }
    mlc_params_close(params);
    return status;
}

static mlc_status print_scores(session *s, const mlc_dataset *scores, const mlc_dataset *rows)
{
    char n[TEXT_NUMBER];
    if (s->is_json) {
        const mlc_status status = report_json(s, scores);
        if (status == MLC_OK) putchar('\n');
        return status;
    }
    report_say(s, "%s on the %s rows of %s:", data_name(s->args.operands[0]),
               text_count(n, mlc_dataset_n_rows(rows)), data_name(s->args.operands[1]));
    return scores_print(s, scores);
}

/* Rows without a target cannot be measured: where the library finds one, it names the column. */
static mlc_status evaluate(session *s, const mlc_model *model, mlc_dataset **rows,
                           const char *settings, mlc_dataset **scores)
{
    mlc_dataset *known = NULL;
    mlc_status status = mlc_model_evaluate(s->ctx, model, *rows, settings, scores, &s->err);
    if (status != MLC_ERROR_DATA || mlc_dataset_find(*rows, s->err.name) < 0) return status;
    const mlc_error first = s->err;
    if (target_keep_known(s, *rows, first.name, &known) != MLC_OK) return s->err.status;
    if (mlc_dataset_n_rows(known) == mlc_dataset_n_rows(*rows)) {
        mlc_dataset_free(known);
        s->err = first;
        return status;
    }
    mlc_dataset_free(*rows);
    *rows = known;
    return mlc_model_evaluate(s->ctx, model, *rows, settings, scores, &s->err);
}

int cmd_evaluate(session *s)
{
    mlc_model *model = NULL;
    mlc_dataset *rows = NULL, *scores = NULL;
    char *settings = NULL;
    mlc_status status = make_settings(s, &settings);
    if (status == MLC_OK) status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK) status = data_read_for(s, s->args.operands[1], model, &rows);
    if (status == MLC_OK) status = evaluate(s, model, &rows, settings, &scores);
    if (status == MLC_OK) status = print_scores(s, scores, rows);
    const int result = status == MLC_OK ? CLI_OK : session_fail(s);
    mlc_dataset_free(scores);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    free(settings);
    return result;
}
