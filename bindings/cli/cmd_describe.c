/* mlcore describe: what is in the columns of a file, at a glance. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"
#include "sparkline.h"

#define N_BINS 24
#define MOST_NAME 30 /* columns of a name beside a histogram */

/* Columns that are shown in one table. */
typedef enum part { NUMBERS, TIMES, OTHERS } part;

static part part_of(const char *type)
{
    if (strcmp(type, "timestamp") == 0) return TIMES;
    return strcmp(type, "int64") == 0 || strcmp(type, "float64") == 0 ||
                   strcmp(type, "float32") == 0
               ? NUMBERS
               : OTHERS;
}

/* The rows of a profile that are about a part of the columns. */
static mlc_status take_rows(session *s, const mlc_dataset *columns, part which, mlc_dataset **out)
{
    const int64_t n = mlc_dataset_n_rows(columns);
    int64_t *rows = memory_zeroed((size_t)n, sizeof *rows), n_taken = 0;
    for (int64_t i = 0; i < n; i++) {
        char *type = report_cell(columns, "type", i);
        if (part_of(type) == which) rows[n_taken++] = i;
        free(type);
    }
    const mlc_status status = mlc_dataset_rows(s->ctx, columns, rows, 0, n_taken, out, &s->err);
    free(rows);
    return status;
}

static mlc_status print_part(session *s, const mlc_dataset *columns, part which)
{
    static const char *const headings[] = {"Numbers", "Times", "Categories and texts"};
    static const char *const shown[] = {"column,type,missing,distinct,min,median,max,mean,std",
                                        "column,missing,distinct,earliest,latest",
                                        "column,type,missing,distinct,top,top_n"};
    mlc_dataset *rows = NULL;
    mlc_status status = take_rows(s, columns, which, &rows);
    if (status == MLC_OK && mlc_dataset_n_rows(rows) > 0) {
        putchar('\n');
        report_heading(s, headings[which]);
        status = report_table(s, rows, shown[which]);
    }
    mlc_dataset_free(rows);
    return status;
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Rows from i on that are about the same column. */
static int64_t count_bins(const mlc_dataset *bins, int64_t i)
{
    char *first = report_cell(bins, "column", i);
    int64_t n = 0;
    for (int is_same = 1; is_same && i + n < mlc_dataset_n_rows(bins);) {
        char *name = report_cell(bins, "column", i + n);
        is_same = strcmp(name, first) == 0;
        n += is_same;
        free(name);
    }
    free(first);
    return n;
}

/* `17 to 90`: the ends of the bins, or the times that they stand for. */
static char *range_of(const mlc_dataset *columns, const char *name, const mlc_dataset *bins,
                      int64_t first, int64_t n)
{
    char *low = NULL, *high = NULL;
    for (int64_t i = 0; low == NULL && i < mlc_dataset_n_rows(columns); i++) {
        char *other = report_cell(columns, "column", i), *type = report_cell(columns, "type", i);
        if (strcmp(other, name) == 0 && part_of(type) == TIMES) {
            low = report_cell(columns, "earliest", i);
            high = report_cell(columns, "latest", i);
        }
        free(type);
        free(other);
    }
    if (low == NULL) {
        low = report_cell(bins, "low", first);
        high = report_cell(bins, "high", first + n - 1);
    }
    char *range = text_format("%s to %s", low, high);
    free(high);
    free(low);
    return range;
}

/* `age  |.:=#*-. |  17 to 90` in the width of the output. */
static void print_histogram(session *s, const mlc_dataset *columns, const mlc_dataset *bins,
                            int64_t first, int64_t n, int name_width)
{
    const int has_unicode = s->progress.has_unicode && terminal_width(1) > 0;
    double *counts = memory_zeroed((size_t)n, sizeof *counts);
    for (int64_t i = 0; i < n; i++) {
        if (mlc_dataset_real(bins, "n", first + i, &counts[i], NULL) != MLC_OK) counts[i] = 0;
    }
    char *name = report_cell(bins, "column", first), *drawn = sparkline(counts, n, has_unicode);
    const int room = s->width - name_width - N_BINS - 6;
    const int width = text_width(name);
    char *range = range_of(columns, name, bins, first, n);
    printf("%s%*s  |%s|%*s", name, name_width > width ? name_width - width : 0, "", drawn,
           (int)(N_BINS - n), "");
    printf((int)strlen(range) <= room ? "  %s\n" : "\n", range);
    free(range);
    free(drawn);
    free(name);
    free(counts);
}

static mlc_status print_histograms(session *s, const mlc_profile *profile,
                                   const mlc_dataset *columns)
{
    mlc_dataset *bins = NULL;
    char *settings = text_format("bins=%d", N_BINS);
    const mlc_status status =
        mlc_profile_table(s->ctx, profile, "histogram", settings, &bins, &s->err);
    const int64_t n = status == MLC_OK ? mlc_dataset_n_rows(bins) : 0;
    int widest = 0;
    for (int64_t i = 0; i < n; i += count_bins(bins, i)) {
        char *name = report_cell(bins, "column", i);
        const int width = text_width(name);
        widest = width > widest && width <= MOST_NAME ? width : widest;
        free(name);
    }
    if (n > 0) {
        putchar('\n');
        report_heading(s, "Distributions");
    }
    for (int64_t i = 0, more; i < n; i += more) {
        more = count_bins(bins, i);
        print_histogram(s, columns, bins, i, more, widest);
    }
    mlc_dataset_free(bins);
    free(settings);
    return status;
}

/* ---- hints ----------------------------------------------------------------------------------- */

static mlc_status print_hints(session *s, const mlc_dataset *data)
{
    mlc_dataset *hints = NULL;
    const mlc_status status = mlc_dataset_hints(s->ctx, data, NULL, NULL, &hints, &s->err);
    const int64_t n = status == MLC_OK ? mlc_dataset_n_rows(hints) : 0;
    if (status == MLC_OK) {
        putchar('\n');
        report_heading(s, "Hints");
        if (n == 0) puts("nothing found");
    }
    for (int64_t i = 0; i < n; i++) {
        char *message = report_cell(hints, "message", i);
        text_wrap(stdout, message, 2, 0, s->width);
        free(message);
    }
    mlc_dataset_free(hints);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status print_for_people(session *s, const mlc_dataset *data, const mlc_profile *profile,
                                   const mlc_dataset *columns)
{
    char *size = data_size(data);
    report_say(s, "%s: %s", data_name(s->args.operands[0]), size);
    free(size);
    mlc_dataset *shown = NULL; /* with times as they are written */
    mlc_status status =
        mlc_dataset_cast(s->ctx, columns, "earliest:text,latest:text", NULL, &shown, &s->err);
    if (status == MLC_OK) status = print_part(s, shown, NUMBERS);
    if (status == MLC_OK) status = print_part(s, shown, TIMES);
    if (status == MLC_OK) status = print_histograms(s, profile, shown);
    if (status == MLC_OK) status = print_part(s, shown, OTHERS);
    mlc_dataset_free(shown);
    if (status == MLC_OK && cli_args_get(&s->args, "hints") != NULL) status = print_hints(s, data);
    return status;
}

static mlc_status print_json(session *s, const mlc_dataset *data, const mlc_dataset *columns)
{
    mlc_dataset *hints = NULL;
    mlc_status status = MLC_OK;
    if (cli_args_get(&s->args, "hints") == NULL) {
        status = report_json(s, columns);
    } else {
        status = mlc_dataset_hints(s->ctx, data, NULL, NULL, &hints, &s->err);
        if (status == MLC_OK) fputs("{\"columns\":", stdout);
        if (status == MLC_OK) status = report_json(s, columns);
        if (status == MLC_OK) fputs(",\"hints\":", stdout);
        if (status == MLC_OK) status = report_json(s, hints);
        if (status == MLC_OK) putchar('}');
    }
    if (status == MLC_OK) putchar('\n');
    mlc_dataset_free(hints);
    return status;
}

int cmd_describe(session *s)
{
    mlc_dataset *data = NULL, *columns = NULL;
    mlc_profile *profile = NULL;
    mlc_status status = data_read_target(s, s->args.operands[0], NULL, &data);
    if (status == MLC_OK) {
        status = mlc_profile_create(s->ctx, data, "max_distinct=none", &profile, &s->err);
    }
    if (status == MLC_OK) {
        status = mlc_profile_table(s->ctx, profile, "columns", NULL, &columns, &s->err);
    }
    if (status == MLC_OK) {
        status =
            s->is_json ? print_json(s, data, columns) : print_for_people(s, data, profile, columns);
    }
    const int result = status == MLC_OK ? CLI_OK : session_fail(s);
    mlc_dataset_free(columns);
    mlc_profile_free(profile);
    mlc_dataset_free(data);
    return result;
}
