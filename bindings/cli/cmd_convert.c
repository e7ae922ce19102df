/* mlcore convert: a file of data in another format. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

/* The settings of --read with those that have options of their own, to be freed. */
static mlc_status make_settings(session *s, char **out)
{
    static const char *const names[] = {"types", "null", "target"};
    const char *const read = data_settings(s);
    mlc_params *params = NULL;
    mlc_status status = mlc_params_open(s->ctx, &params, &s->err);
    for (int i = 0; i < 3 && status == MLC_OK; i++) {
        const char *const value = cli_args_get(&s->args, names[i]);
        if (value != NULL) status = mlc_params_set_text(params, names[i], value, &s->err);
    }
    if (status == MLC_OK) {
        *out = text_format("%s %s", read == NULL ? "" : read, mlc_params_text(params));
    }
    mlc_params_close(params);
    return status;
}

static mlc_status write_result(session *s, const mlc_dataset *data, const char *to)
{
    const char *const settings = cli_args_get(&s->args, "write");
    if (strcmp(to, "-") == 0) return report_csv(s, data);
    const mlc_status status = mlc_dataset_write(s->ctx, data, to, settings, &s->err);
    if (status != MLC_OK) return status;
    s->has_written = 1;
    char *const size = data_size(data);
    report_say(s, "Wrote %s: %s.", to, size);
    free(size);
    return MLC_OK;
}

int cmd_convert(session *s)
{
    const char *const from = s->args.operands[0], *const to = s->args.operands[1];
    const int result = strcmp(to, "-") == 0 ? CLI_OK : data_check_output(s, to);
    if (result != CLI_OK) return result;
    char *settings = NULL;
    mlc_dataset *data = NULL;
    mlc_status status = make_settings(s, &settings);
    if (status == MLC_OK) status = data_read_with(s, from, settings, NULL, &data);
    if (status == MLC_OK) status = write_result(s, data, to);
    mlc_dataset_free(data);
    free(settings);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
