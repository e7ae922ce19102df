/* mlcore schema: what data looks like, as JSON to be edited and checked against. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

static int write_schema(session *s, const mlc_buffer *schema, const char *out)
{
    const size_t size = (size_t)mlc_buffer_size(schema);
    FILE *file = out == NULL ? stdout : fopen(out, "wb");
    if (file == NULL) return session_complain(s, CLI_FAILED, "%s: %s", out, strerror(errno));
    errno = 0;
    const int failed = fwrite(mlc_buffer_data(schema), 1, size, file) < size;
    if (out == NULL) return CLI_OK; /* main() looks whether it could be written */
    if ((fclose(file) != 0) | failed) {
        return session_complain(s, CLI_FAILED, "%s: %s", out, strerror(errno));
    }
    report_say(s, "schema written to %s", out);
    return CLI_OK;
}

int cmd_schema(session *s)
{
    mlc_dataset *data = NULL;
    mlc_profile *profile = NULL;
    mlc_buffer *schema = NULL;
    mlc_status status = data_read_target(s, s->args.operands[0], NULL, &data);
    if (status == MLC_OK) status = mlc_profile_create(s->ctx, data, NULL, &profile, &s->err);
    if (status == MLC_OK) {
        status =
            mlc_profile_schema(s->ctx, profile, cli_args_get(&s->args, "set"), &schema, &s->err);
    }
    const int result =
        status == MLC_OK ? write_schema(s, schema, cli_args_get(&s->args, "out")) : session_fail(s);
    mlc_buffer_free(schema);
    mlc_profile_free(profile);
    mlc_dataset_free(data);
    return result;
}
