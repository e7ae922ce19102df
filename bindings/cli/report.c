/* Standard output; see report.h. Whether it could be written is looked at once, at the end. */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define CSV_ROWS 16384 /* rows that are formatted at once */

static int output_error;

int report_output_error(void)
{
    return output_error;
}

/* errno is kept where it is known: at the end of the command it is too late. */
static void write_output(const void *bytes, size_t size)
{
    errno = 0;
    if (fwrite(bytes, 1, size, stdout) < size && output_error == 0) output_error = errno;
}

void report_say(session *s, const char *format, ...)
{
    va_list arguments;
    if (s->is_json || s->is_quiet) return;
    progress_clear(&s->progress);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void report_heading(session *s, const char *text)
{
    progress_clear(&s->progress);
    printf(s->has_color ? "\033[1m%s\033[0m\n" : "%s\n", text);
}

char *report_cell(const mlc_dataset *table, const char *column, int64_t row)
{
    const char *text = NULL;
    int64_t length = 0;
    double value = NAN;
    if (mlc_dataset_text(table, column, row, &text, &length, NULL) == MLC_OK) {
        return text_format("%.*s", (int)length, text != NULL ? text : "");
    }
    if (mlc_dataset_real(table, column, row, &value, NULL) != MLC_OK || isnan(value)) {
        return text_format("%s", "");
    }
    char number[TEXT_NUMBER];
    return text_format("%s", text_real(number, value));
}

int report_has_values(const mlc_dataset *table, const char *column)
{
    int found = 0;
    if (mlc_dataset_find(table, column) < 0) return 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(table) && !found; i++) {
        char *cell = report_cell(table, column, i);
        found = cell[0] != '\0';
        free(cell);
    }
    return found;
}

/* The names of the columns that hold something, quoted, as a selector. */
static char *used_columns(const mlc_dataset *table)
{
    char *list = text_format("%s", "");
    for (int32_t i = 0; i < mlc_dataset_n_columns(table); i++) {
        const char *name = mlc_dataset_column_name(table, i);
        if (!report_has_values(table, name)) continue;
        char *longer = text_format("%s%s'%s'", list, list[0] != '\0' ? "," : "", name);
        free(list);
        list = longer;
    }
    return list;
}

mlc_status report_table(session *s, const mlc_dataset *table, const char *columns)
{
    mlc_dataset *part = NULL;
    mlc_buffer *text = NULL;
    char *used = columns == NULL ? used_columns(table) : NULL;
    char *settings = text_format("format=table max_rows=%lld max_width=%d",
                                 (long long)mlc_dataset_n_rows(table) + 1, s->width);
    mlc_status status =
        mlc_dataset_select(s->ctx, table, used != NULL ? used : columns, &part, &s->err);
    if (status == MLC_OK) status = mlc_dataset_format(part, settings, &text, &s->err);
    if (status == MLC_OK) {
        progress_clear(&s->progress);
        write_output(mlc_buffer_data(text), (size_t)mlc_buffer_size(text));
    }
    mlc_buffer_free(text);
    mlc_dataset_free(part);
    free(settings);
    free(used);
    return status;
}

mlc_status report_json(session *s, const mlc_dataset *table)
{
    mlc_buffer *text = NULL;
    const mlc_status status = mlc_dataset_format(table, "format=json", &text, &s->err);
    if (status != MLC_OK) return status;
    const char *bytes = mlc_buffer_data(text);
    size_t size = (size_t)mlc_buffer_size(text);
    while (size > 0 && bytes[size - 1] == '\n')
        size--;
    write_output(bytes, size);
    mlc_buffer_free(text);
    return MLC_OK;
}

static mlc_status format_rows(session *s, const mlc_dataset *table, int64_t first, int64_t n,
                              mlc_buffer **out)
{
    mlc_dataset *part = NULL;
    mlc_status status = mlc_dataset_rows(s->ctx, table, NULL, first, n, &part, &s->err);
    if (status == MLC_OK) status = mlc_dataset_format(part, "format=csv", out, &s->err);
    mlc_dataset_free(part);
    return status;
}

int report_is_broken(void)
{
    return ferror(stdout);
}

mlc_status report_csv_part(session *s, const mlc_dataset *table, int is_first)
{
    const int64_t n_rows = mlc_dataset_n_rows(table);
    mlc_buffer *text = NULL;
    mlc_status status = format_rows(s, table, 0, 0, &text); /* the header, to be left out later */
    const size_t header = (size_t)mlc_buffer_size(text);
    if (status == MLC_OK) {
        progress_clear(&s->progress);
        if (is_first) write_output(mlc_buffer_data(text), header);
        s->has_written = 1;
    }
    mlc_buffer_free(text);
    for (int64_t i = 0; i < n_rows && status == MLC_OK && !ferror(stdout); i += CSV_ROWS) {
        const int64_t n = n_rows - i < CSV_ROWS ? n_rows - i : CSV_ROWS;
        text = NULL;
        if (session_is_interrupted()) {
            s->err = (mlc_error){.status = MLC_ERROR_CANCELLED};
            return MLC_ERROR_CANCELLED;
        }
        status = format_rows(s, table, i, n, &text);
        if (status == MLC_OK) {
            write_output((const char *)mlc_buffer_data(text) + header,
                         (size_t)mlc_buffer_size(text) - header);
        }
        mlc_buffer_free(text);
    }
    return status;
}

mlc_status report_csv(session *s, const mlc_dataset *table)
{
    return report_csv_part(s, table, 1);
}

int report_is_same(const mlc_dataset *table, const char *column)
{
    int is_same = mlc_dataset_find(table, column) >= 0;
    char *first = is_same ? report_cell(table, column, 0) : NULL;
    for (int64_t i = 1; i < mlc_dataset_n_rows(table) && is_same; i++) {
        char *other = report_cell(table, column, i);
        is_same = strcmp(first, other) == 0;
        free(other);
    }
    free(first);
    return is_same;
}
