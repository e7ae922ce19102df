/* mlcore sql: the rows of a query, as a table or in a file. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

static mlc_status run_query(session *s, mlc_params *params, mlc_dataset **out)
{
    const char *const read = data_settings(s), *const types = cli_args_get(&s->args, "types");
    mlc_status status = mlc_params_set_text(params, "format", "sqlite", &s->err);
    if (status == MLC_OK)
        status = mlc_params_set_text(params, "query", s->args.operands[1], &s->err);
    if (status == MLC_OK && types != NULL)
        status = mlc_params_set_text(params, "types", types, &s->err);
    if (status != MLC_OK) return status;
    char *const settings = text_format("%s %s", mlc_params_text(params), read == NULL ? "" : read);
    status = data_read_with(s, s->args.operands[0], settings, NULL, out);
    free(settings);
    return status;
}

static mlc_status show(session *s, const mlc_dataset *rows, const char *out)
{
    if (out != NULL) {
        const char *const settings = cli_args_get(&s->args, "write");
        const mlc_status status = mlc_dataset_write(s->ctx, rows, out, settings, &s->err);
        if (status != MLC_OK) return status;
        s->has_written = 1;
        char *const size = data_size(rows);
        report_say(s, "Wrote %s: %s.", out, size);
        free(size);
        return MLC_OK;
    }
    if (!s->is_json) return report_table(s, rows, "*");
    const mlc_status status = report_json(s, rows);
    if (status == MLC_OK) putchar('\n');
    return status;
}

int cmd_sql(session *s)
{
    const char *const out = cli_args_get(&s->args, "out");
    const int result = out == NULL ? CLI_OK : data_check_output(s, out);
    if (result != CLI_OK) return result;
    mlc_params *params = NULL;
    mlc_dataset *rows = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    if (status == MLC_OK) status = run_query(s, params, &rows);
    if (status == MLC_OK) status = show(s, rows, out);
    mlc_dataset_free(rows);
    mlc_params_close(params);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
