/* mlcore convert: a file of data in another format, batch by batch where nothing needs all rows. */
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

/* ---- rows that pass by ----------------------------------------------------------------------- */

/* Batches of a file that may be larger than memory, of each the rows of --where. */
typedef struct batches {
    session *s;
    mlc_reader *file;
    mlc_status status; /* of what failed, whose message the session has */
    int64_t n_batches, n_rows;
    int32_t n_columns;
    data_left_out left_out;
} batches;

static mlc_status next_batch(void *user, mlc_dataset **out, mlc_error *err)
{
    batches *const b = user;
    session *const s = b->s;
    mlc_dataset *rows = NULL;
    (void)err;
    b->status = mlc_reader_next(s->ctx, b->file, &rows, &s->err);
    if (b->status == MLC_OK) b->status = data_count_left_out(s, rows, &b->left_out);
    if (b->status == MLC_OK) b->status = data_choose_rows(s, &rows);
    if (b->status == MLC_OK) {
        b->n_batches++;
        b->n_rows += mlc_dataset_n_rows(rows);
        b->n_columns = mlc_dataset_n_columns(rows);
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

/* Where a later part of the file contradicts the first, which has told the types: what helps. */
static void advise_whole(session *s)
{
    char said[sizeof s->err.message];
    const int is_late = strstr(s->err.message, "the first batch") != NULL ||
                        strstr(s->err.message, "the first rows") != NULL;
    if (s->err.status != MLC_ERROR_FORMAT || !is_late) return;
    snprintf(said, sizeof said, "%s", s->err.message);
    snprintf(s->err.message, sizeof s->err.message,
             "%.800s; or say --whole, which looks at all rows first", said);
}

/* What is done with the batches; its failures are told in err. */
typedef mlc_status (*use_batches)(batches *b, mlc_reader *reader, void *result, mlc_error *err);

static mlc_status pass_by(session *s, const char *path, const char *settings, use_batches use,
                          void *result)
{
    batches b = {.s = s};
    const mlc_source source = {.size = sizeof source, .user = &b, .next = next_batch};
    mlc_reader *reader = NULL;
    mlc_error err;
    mlc_status status = open_file(s, path, settings, &b.file);
    if (status != MLC_OK) return status;
    status = mlc_reader_from_source(s->ctx, &source, NULL, &reader, &s->err);
    if (status == MLC_OK) {
        status = use(&b, reader, result, &err);
        if (status < 0 && b.status >= 0) s->err = err;
        if (status < 0 && b.status < 0) status = b.status;
        if (b.status < 0 && b.n_batches > 0) advise_whole(s);
    }
    data_warn_left_out(s, path, &b.left_out);
    mlc_reader_close(reader);
    mlc_reader_close(b.file);
    return status;
}

static mlc_status take_sample(batches *b, mlc_reader *reader, void *result, mlc_error *err)
{
    const char *const sampler = cli_args_get(&b->s->args, "sample");
    return mlc_reader_sample(b->s->ctx, reader, sampler, result, err);
}

/* ---- the command ------------------------------------------------------------------------------
 */

static void say_written(session *s, const char *to, int64_t n_rows, int32_t n_columns)
{
    char *const size = data_size_of(n_rows, n_columns);
    s->has_written = 1;
    report_say(s, "Wrote %s: %s.", to, size);
    free(size);
}

static mlc_status write_batches(batches *b, mlc_reader *reader, void *result, mlc_error *err)
{
    session *const s = b->s;
    const char *const to = s->args.operands[1], *const settings = cli_args_get(&s->args, "write");
    (void)result;
    const mlc_status status = mlc_reader_write(s->ctx, reader, to, settings, err);
    if (status == MLC_OK) say_written(s, to, b->n_rows, b->n_columns);
    return status;
}

static mlc_status show_batches(batches *b, mlc_reader *reader, void *result, mlc_error *err)
{
    mlc_status status = MLC_OK;
    (void)result;
    while (status == MLC_OK && !report_is_broken()) {
        mlc_dataset *rows = NULL;
        const int is_first = b->n_batches == 0;
        const mlc_status came = mlc_reader_next(b->s->ctx, reader, &rows, err);
        if (came != MLC_OK) return came == MLC_END ? MLC_OK : came;
        status = report_csv_part(b->s, rows, is_first);
        if (status != MLC_OK) *err = b->s->err;
        mlc_dataset_free(rows);
    }
    return status;
}

/* The rows of the input that are wanted, all of them in memory. */
static mlc_status read_rows(session *s, const char *path, const char *settings, int is_whole,
                            mlc_dataset **out)
{
    const char *const sampler = cli_args_get(&s->args, "sample");
    mlc_dataset *all = NULL;
    if (sampler != NULL && !is_whole) return pass_by(s, path, settings, take_sample, out);
    if (sampler == NULL) return data_read_with(s, path, settings, NULL, out);
    mlc_status status = data_read_with(s, path, settings, NULL, &all);
    if (status == MLC_OK) status = mlc_dataset_sample(s->ctx, all, sampler, out, &s->err);
    mlc_dataset_free(all);
    return status;
}

static mlc_status write_rows(session *s, const mlc_dataset *data, const char *to)
{
    const char *const settings = cli_args_get(&s->args, "write");
    if (strcmp(to, "-") == 0) return report_csv(s, data);
    const mlc_status status = mlc_dataset_write(s->ctx, data, to, settings, &s->err);
    if (status != MLC_OK) return status;
    say_written(s, to, mlc_dataset_n_rows(data), mlc_dataset_n_columns(data));
    return MLC_OK;
}

static mlc_status convert(session *s, const char *settings)
{
    const char *const from = s->args.operands[0], *const to = s->args.operands[1];
    /* Standard input cannot be asked for its first bytes only, and an SQLite file that is being
     * read not be written. */
    const int is_whole = cli_args_get(&s->args, "whole") != NULL || strcmp(from, "-") == 0 ||
                         data_is_same_file(from, to);
    if (!is_whole && cli_args_get(&s->args, "sample") == NULL) {
        const int is_shown = strcmp(to, "-") == 0;
        return pass_by(s, from, settings, is_shown ? show_batches : write_batches, NULL);
    }
    mlc_dataset *data = NULL;
    mlc_status status = read_rows(s, from, settings, is_whole, &data);
    if (status == MLC_OK) status = write_rows(s, data, to);
    mlc_dataset_free(data);
    return status;
}

int cmd_convert(session *s)
{
    const char *const to = s->args.operands[1];
    const int is_shown = strcmp(to, "-") == 0;
    if (is_shown && cli_args_get(&s->args, "write") != NULL) {
        return session_complain(s, CLI_USAGE,
                                "--write: standard output gets CSV; /dev/stdout as OUT takes any "
                                "format, as in --write format=jsonl");
    }
    const int result = is_shown ? CLI_OK : data_check_output(s, to);
    if (result != CLI_OK) return result;
    char *settings = NULL;
    mlc_status status = make_settings(s, &settings);
    if (status == MLC_OK) status = convert(s, settings);
    free(settings);
    return status == MLC_OK ? CLI_OK : session_fail(s);
}
