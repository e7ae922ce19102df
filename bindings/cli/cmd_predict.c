/* mlcore predict: a model's predictions for the rows of a file, as CSV or JSON. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

/* The outputs that were asked for and what becomes of odd rows, as settings to free. */
static char *make_settings(const session *s)
{
    static const char *const options[] = {"class", "proba", "interval", "quantile",
                                          "raw",   "leaf",  "flags"};
    static const char *const outputs[] = {"class", "probability", "interval", "quantile",
                                          "raw",   "leaf",        "flags"};
    const char *on_invalid = cli_args_get(&s->args, "on-invalid");
    const char *rounds = cli_args_get(&s->args, "rounds");
    /* A number goes as it is; what is none, the library refuses. */
    const char *quote = rounds != NULL && rounds[strspn(rounds, "0123456789")] != '\0' ? "'" : "";
    char *text = text_format("%s%s%s%s%s%s%s", on_invalid != NULL ? "on_invalid='" : "",
                             on_invalid != NULL ? on_invalid : "", on_invalid != NULL ? "'" : "",
                             rounds != NULL ? " n_rounds=" : " ", quote,
                             rounds != NULL ? rounds : "", quote);
    int n = 0;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (cli_args_get(&s->args, options[i]) == NULL) continue;
        char *longer = text_format("%s%s%s", text, n++ == 0 ? " output=" : ",", outputs[i]);
        free(text);
        text = longer;
    }
    return text;
}

static mlc_status write_rows(session *s, const mlc_dataset *rows, const char *out)
{
    if (s->is_json) {
        const mlc_status status = report_json(s, rows);
        if (status == MLC_OK) putchar('\n');
        return status;
    }
    if (out == NULL || strcmp(out, "-") == 0) return report_csv(s, rows);
    const mlc_status status = mlc_dataset_write_csv(rows, out, NULL, &s->err);
    char n[TEXT_NUMBER];
    if (status == MLC_OK) {
        report_say(s, "Wrote %s: %s predictions.", out, text_count(n, mlc_dataset_n_rows(rows)));
    }
    return status;
}

static mlc_status predict(session *s, const char *out)
{
    mlc_model *model = NULL;
    mlc_dataset *rows = NULL, *predictions = NULL;
    char *settings = make_settings(s);
    mlc_status status = data_load_model(s, s->args.operands[0], &model);
    if (status == MLC_OK) status = data_read_for(s, s->args.operands[1], model, &rows);
    if (status == MLC_OK) {
        status = mlc_model_predict(s->ctx, model, rows, settings, &predictions, &s->err);
    }
    if (status == MLC_OK) status = write_rows(s, predictions, out);
    mlc_dataset_free(predictions);
    mlc_dataset_free(rows);
    mlc_model_free(model);
    free(settings);
    return status;
}

int cmd_predict(session *s)
{
    const char *out = cli_args_get(&s->args, "out");
    int result = CLI_OK;
    if (strcmp(s->args.operands[0], "-") == 0 && strcmp(s->args.operands[1], "-") == 0) {
        return session_complain(s, CLI_USAGE, "MODEL and DATA cannot both be standard input");
    }
    if (s->is_json && out != NULL) {
        return session_complain(s, CLI_USAGE,
                                "--json writes to standard output, --out a CSV "
                                "file: give one of them");
    }
    if (out != NULL && strcmp(out, "-") != 0) result = data_check_output(s, out);
    if (result == CLI_OK && predict(s, out) != MLC_OK) result = session_fail(s);
    return result;
}
