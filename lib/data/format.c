/* One door for files of data: which format a file has, then its reader or writer. */
#include "format.h"

#include <mlcore/read.h>

#include <string.h>

#include "gzip.h"
#include "reader.h"
#include "settings.h"
#include "text.h"

static const mlci_format *const formats[] = {&mlci_format_csv, &mlci_format_tsv, &mlci_format_jsonl,
                                             &mlci_format_libsvm, &mlci_format_sqlite};
#define N_FORMATS ((int32_t)(sizeof formats / sizeof formats[0]))

/* ---- which -------------------------------------------------------------------------------- */

/* "csv (.csv, .txt), jsonl (.jsonl), ...". */
static void list_formats(mlci_text *out)
{
    for (int32_t i = 0; i < N_FORMATS; i++) {
        mlci_text_append_format(out, "%s%s (.", i > 0 ? ", " : "", formats[i]->name);
        for (const char *c = formats[i]->endings; *c != '\0'; c++) {
            if (*c == ',') mlci_text_append_text(out, ", .");
            if (*c != ',') mlci_text_append_char(out, *c);
        }
        mlci_text_append_char(out, ')');
    }
}

static const char *next_format(const void *arg, int32_t i)
{
    (void)arg;
    return i < N_FORMATS ? formats[i]->name : NULL;
}

static const mlci_format *find_name(const char *name)
{
    for (int32_t i = 0; i < N_FORMATS; i++) {
        if (strcmp(formats[i]->name, name) == 0) return formats[i];
    }
    return NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is the ending, in any case, one of the list? */
static int is_listed(const char *list, const char *ending, size_t n)
{
    while (*list != '\0') {
        const char *const comma = strchr(list, ',');
        const size_t length = comma == NULL ? strlen(list) : (size_t)(comma - list);
        size_t same = 0;
        while (same < n && same < length && lower(ending[same]) == list[same])
            same++;
        if (same == n && same == length) return 1;
        list += length + (comma != NULL);
    }
    return 0;
}

/* By what stands after the last point, or before a .gz at the end. */
static const mlci_format *find_ending(const char *path)
{
    const char *const slash = strrchr(path, '/');
    const char *const file = slash == NULL ? path : slash + 1;
    size_t n = strlen(file);
    if (n > 3 && is_listed("gz", file + n - 2, 2) && file[n - 3] == '.') n -= 3;
    size_t dot = n;
    while (dot > 0 && file[dot - 1] != '.')
        dot--;
    for (int32_t i = 0; i < N_FORMATS && dot > 0; i++) {
        if (is_listed(formats[i]->endings, file + dot, n - dot)) return formats[i];
    }
    return NULL;
}

static mlc_status fail_name(const char *name, mlc_error *err)
{
    const char *const nearest = mlci_nearest(name, next_format, NULL);
    mlci_text list = mlci_text_init(NULL);
    list_formats(&list);
    const mlc_status status =
        mlci_fail(err, MLC_ERROR_SETTING, "format", "format = '%s': %s%s%sknown are %s", name,
                  nearest == NULL ? "" : "did you mean '", nearest == NULL ? "" : nearest,
                  nearest == NULL ? "" : "'? ", list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

static mlc_status fail_ending(const char *path, mlc_error *err)
{
    mlci_text list = mlci_text_init(NULL);
    list_formats(&list);
    const mlc_status status = mlci_fail(
        err, MLC_ERROR_FORMAT, "format",
        "%s: the ending does not tell the format: say format=; known are %s, text also as .gz",
        path, list.data == NULL ? "" : list.data);
    mlci_text_clear(&list);
    return status;
}

/* What a caller asked for: the format, and the settings that are for its reader or writer. */
typedef struct request {
    const mlci_format *format; /* NULL: not said */
    char *rest;                /* a block; NULL: the settings as they came */
} request;

static mlc_status take_format(mlci_root *root, const char *settings, request *out, mlc_error *err)
{
    mlci_settings all = {0}, others = {.root = root};
    *out = (request){0};
    MLCI_TRY(mlci_settings_parse(root, settings, 0, &all, err));
    const mlci_setting *const said = mlci_settings_find(&all, "format");
    mlc_status status = MLC_OK;
    if (said != NULL) {
        mlci_text rest = mlci_text_init(root);
        out->format = find_name(said->value);
        if (out->format == NULL) status = fail_name(said->value, err);
        for (int32_t i = 0; i < all.n && status == MLC_OK; i++) {
            if (&all.items[i] != said) status = mlci_settings_add(&others, &all.items[i], err);
        }
        if (status == MLC_OK) {
            mlci_settings_format(&others, &rest);
            status = mlci_text_take(&rest, &out->rest, err);
        }
        mlci_text_clear(&rest);
    }
    mlci_settings_clear(&others);
    mlci_settings_clear(&all);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------ */

static mlc_status read_text_file(mlc_context *ctx, const mlci_format *format, const char *path,
                                 const mlc_dataset *like, const char *settings, mlc_dataset **out,
                                 mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_line_windows windows;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_line_windows_open(call, path, MLCI_WINDOW_BYTES, 0, &windows, err);
    if (status == MLC_OK) {
        status = format->read_lines(call, &windows, like, settings, out, err);
        mlci_line_windows_close(&windows);
    }
    mlci_call_end(call);
    return status;
}

static mlc_status read_file(mlc_context *ctx, const mlci_format *format, const char *path,
                            const mlc_dataset *like, const char *settings, mlc_dataset **out,
                            mlc_error *err)
{
    if (format->read != NULL) return format->read(ctx, path, like, settings, out, err);
    return read_text_file(ctx, format, path, like, settings, out, err);
}

mlc_status mlc_dataset_read_like(mlc_context *ctx, const char *path, const mlc_dataset *like,
                                 const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, path == NULL ? "path" : "out",
                         "path and out must not be NULL");
    }
    request asked;
    MLCI_TRY(take_format(mlci_context_root(ctx), settings, &asked, err));
    const mlci_format *const format = asked.format != NULL ? asked.format : find_ending(path);
    const mlc_status status = format == NULL
                                  ? fail_ending(path, err)
                                  : read_file(ctx, format, path, like,
                                              asked.rest != NULL ? asked.rest : settings, out, err);
    mlci_free(asked.rest);
    return status;
}

mlc_status mlc_dataset_read(mlc_context *ctx, const char *path, const char *settings,
                            mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_read_like(ctx, path, NULL, settings, out, err);
}

/* ---- a batch at a time --------------------------------------------------------------------- */

static mlc_status start_reader(mlc_context *ctx, const mlci_format *format, const char *path,
                               const char *settings, mlc_reader *reader, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlci_batches batches = {0};
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = format->open_batches(call, path, settings, &batches, err);
    if (status == MLC_OK) mlci_reader_start(reader, &batches);
    mlci_call_end(call);
    return status;
}

mlc_status mlc_reader_open(mlc_context *ctx, const char *path, const char *settings,
                           mlc_reader **out, mlc_error *err)
{
    if (path == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, path == NULL ? "path" : "out",
                         "path and out must not be NULL");
    }
    request asked;
    mlc_reader *reader = NULL;
    MLCI_TRY(take_format(mlci_context_root(ctx), settings, &asked, err));
    const mlci_format *const format = asked.format != NULL ? asked.format : find_ending(path);
    mlc_status status = format != NULL ? MLC_OK : fail_ending(path, err);
    if (status == MLC_OK) status = mlci_reader_create(mlci_context_root(ctx), NULL, &reader, err);
    if (status == MLC_OK) {
        status = start_reader(ctx, format, path, asked.rest != NULL ? asked.rest : settings, reader,
                              err);
    }
    mlci_free(asked.rest);
    if (status != MLC_OK) {
        mlc_reader_close(reader);
        return status;
    }
    *out = reader;
    return MLC_OK;
}

/* ---- from memory --------------------------------------------------------------------------- */

/* By the first bytes; delimited text is what nothing else claims. */
static const mlci_format *sniff(const char *bytes, int64_t n)
{
    for (int32_t i = 0; i < N_FORMATS; i++) {
        if (formats[i]->sniff != NULL && formats[i]->sniff(bytes, n)) return formats[i];
    }
    return &mlci_format_csv;
}

#define HEAD_BYTES 4096 /* of packed text, which tell the format */

/* What damages the bytes behind the first ones is told by whoever reads them. */
static mlc_status sniff_packed(mlc_context *call, const void *bytes, int64_t n,
                               const mlci_format **out, mlc_error *err)
{
    char head[HEAD_BYTES];
    int64_t n_head = 0;
    mlci_byte_stream *stream = NULL;
    MLCI_TRY(mlci_byte_stream_of(call, "bytes", bytes, n, MLCI_ENCODING_UTF8, &stream, err));
    const mlc_status status = mlci_byte_stream_read(stream, call, head, HEAD_BYTES, &n_head, err);
    mlci_byte_stream_close(stream);
    if (status != MLC_OK && n_head == 0) return status;
    *out = sniff(head, n_head);
    return MLC_OK;
}

static mlc_status read_lines(mlc_context *call, const mlci_format *format, const void *bytes,
                             int64_t n, const mlc_dataset *like, const char *settings,
                             mlc_dataset **out, mlc_error *err)
{
    mlci_line_windows windows;
    MLCI_TRY(mlci_line_windows_of(call, format->name, bytes, n, &windows, err));
    const mlc_status status = format->read_lines(call, &windows, like, settings, out, err);
    mlci_line_windows_close(&windows);
    return status;
}

/* Which format it is, and the dataset where it is one of lines. */
static mlc_status parse_lines(mlc_context *ctx, const mlci_format **format, const void *bytes,
                              int64_t n, const mlc_dataset *like, const char *settings,
                              mlc_dataset **out, mlc_error *err)
{
    mlc_context local, *call = NULL;
    mlc_status status = MLC_OK;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    if (*format == NULL && mlci_is_gzip(bytes, n)) {
        status = sniff_packed(call, bytes, n, format, err);
    } else if (*format == NULL) {
        *format = sniff(bytes, n);
    }
    if (status == MLC_OK && (*format)->read_lines != NULL) {
        status = read_lines(call, *format, bytes, n, like, settings, out, err);
    }
    mlci_call_end(call);
    return status;
}

/* A format with a parser of its own gets the bytes as they are, packed or not. */
static mlc_status parse_bytes(mlc_context *ctx, const mlci_format *format, const void *bytes,
                              int64_t n, const mlc_dataset *like, const char *settings,
                              mlc_dataset **out, mlc_error *err)
{
    if (format == NULL || format->parse == NULL) {
        MLCI_TRY(parse_lines(ctx, &format, bytes, n, like, settings, out, err));
    }
    return format->parse == NULL ? MLC_OK : format->parse(ctx, bytes, n, like, settings, out, err);
}

mlc_status mlc_dataset_parse_like(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                                  const mlc_dataset *like, const char *settings, mlc_dataset **out,
                                  mlc_error *err)
{
    if ((bytes == NULL && n_bytes != 0) || n_bytes < 0 || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, out == NULL ? "out" : "bytes",
                         "bytes and out must not be NULL, n_bytes not negative");
    }
    request asked;
    MLCI_TRY(take_format(mlci_context_root(ctx), settings, &asked, err));
    const mlc_status status =
        parse_bytes(ctx, asked.format, n_bytes == 0 ? "" : bytes, n_bytes, like,
                    asked.rest != NULL ? asked.rest : settings, out, err);
    mlci_free(asked.rest);
    return status;
}

mlc_status mlc_dataset_parse(mlc_context *ctx, const void *bytes, int64_t n_bytes,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_parse_like(ctx, bytes, n_bytes, NULL, settings, out, err);
}

/* ---- writing ------------------------------------------------------------------------------ */

mlc_status mlci_row_sink_open(mlc_context *call, const char *path, const char *settings,
                              mlci_row_sink *out, mlc_error *err)
{
    request asked;
    MLCI_TRY(take_format(call->root, settings, &asked, err));
    const mlci_format *const format = asked.format != NULL ? asked.format : find_ending(path);
    const mlc_status status =
        format == NULL
            ? fail_ending(path, err)
            : format->open_sink(call, path, asked.rest != NULL ? asked.rest : settings, out, err);
    mlci_free(asked.rest);
    return status;
}
