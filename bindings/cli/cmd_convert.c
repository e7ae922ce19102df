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

/* ---- --sample -------------------------------------------------------------------------------- */

/* Batches of a file, of each the rows of --where. */
typedef struct batches {
    session *s;
    const char *path;
    mlc_reader *file;
    mlc_status status; /* of what failed, whose message the session has */
} batches;

static mlc_status next_batch(void *user, mlc_dataset **out, mlc_error *err)
{
    batches *const b = user;
    session *const s = b->s;
    mlc_dataset *rows = NULL;
    (void)err;
    b->status = mlc_reader_next(s->ctx, b->file, &rows, &s->err);
    if (b->status == MLC_OK) b->status = data_warn_problems(s, b->path, rows);
    if (b->status == MLC_OK) b->status = data_choose_rows(s, &rows);
    if (b->status == MLC_OK) {
        *out = rows;
    } else {
        mlc_dataset_free(rows);
    }
    return b->status;
}

static mlc_status open_file(session *s, const char *path, const char *settings, mlc_reader **out)
{
    const mlc_status status = mlc_reader_open(s->ctx, path, settings, out, &s->err);
    if (status == MLC_OK || !data_is_unknown_ending(s)) return status;
    char *const as_csv = text_format("format=csv %s", settings);
    const mlc_status again = mlc_reader_open(s->ctx, path, as_csv, out, &s->err);
    free(as_csv);
    return again;
}

/* Of a file that may be larger than memory. */
static mlc_status sample_file(session *s, const char *path, const char *settings,
                              const char *sampler, mlc_dataset **out)
{
    batches b = {.s = s, .path = path};
    const mlc_source source = {.size = sizeof source, .user = &b, .next = next_batch};
    mlc_reader *reader = NULL;
    mlc_error err;
    mlc_status status = open_file(s, path, settings, &b.file);
    if (status != MLC_OK) return status;
    status = mlc_reader_from_source(s->ctx, &source, NULL, &reader, &s->err);
    if (status == MLC_OK) {
        status = mlc_reader_sample(s->ctx, reader, sampler, out, &err);
        if (status < 0 && b.status >= 0) s->err = err;
        if (status < 0 && b.status < 0) status = b.status;
    }
    mlc_reader_close(reader);
    mlc_reader_close(b.file);
    return status;
}

/* The rows of the input, or with --sample some of them. */
static mlc_status read_rows(session *s, const char *path, const char *settings, mlc_dataset **out)
{
    const char *const sampler = cli_args_get(&s->args, "sample");
    mlc_dataset *all = NULL;
    if (sampler == NULL) return data_read_with(s, path, settings, NULL, out);
    if (strcmp(path, "-") != 0) return sample_file(s, path, settings, sampler, out);
    mlc_status status = data_read_with(s, path, settings, NULL, &all);
    if (status == MLC_OK) status = mlc_dataset_sample(s->ctx, all, sampler, out, &s->err);
    mlc_dataset_free(all);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------
 */

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
    if (status == MLC_OK) status = read_rows(s, from, settings, &data);
    if (status == MLC_OK) status = write_result(s, data, to);
    mlc_dataset_free(data);
    free(settings);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
