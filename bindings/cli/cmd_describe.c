/* mlcore describe: what is in the columns of a file. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

static int is_number_type(const char *type)
{
    return strcmp(type, "int64") == 0 || strcmp(type, "float64") == 0 ||
           strcmp(type, "float32") == 0;
}

/* The rows of a profile that are about numbers, or about anything else. */
static mlc_status take_rows(session *s, const mlc_dataset *profile, int numbers, mlc_dataset **out)
{
    const int64_t n = mlc_dataset_n_rows(profile);
    int64_t *rows = memory_zeroed((size_t)n, sizeof *rows), n_taken = 0;
    for (int64_t i = 0; i < n; i++) {
        char *type = report_cell(profile, "type", i);
        if (is_number_type(type) == numbers) rows[n_taken++] = i;
        free(type);
    }
    const mlc_status status = mlc_dataset_rows(s->ctx, profile, rows, 0, n_taken, out, &s->err);
    free(rows);
    return status;
}

static mlc_status print_part(session *s, const mlc_dataset *profile, int numbers)
{
    mlc_dataset *part = NULL;
    mlc_status status = take_rows(s, profile, numbers, &part);
    if (status == MLC_OK && mlc_dataset_n_rows(part) > 0) {
        putchar('\n');
        report_heading(s, numbers ? "Numbers" : "Categories and texts");
        status = report_table(s, part,
                              numbers ? "column,type,missing,distinct,min,median,max,mean,std"
                                      : "column,type,missing,distinct,top,top_n");
    }
    mlc_dataset_free(part);
    return status;
}

static mlc_status print_profile(session *s, const mlc_dataset *data, const mlc_dataset *profile)
{
    if (s->is_json) {
        const mlc_status status = report_json(s, profile);
        if (status == MLC_OK) putchar('\n');
        return status;
    }
    char *size = data_size(data);
    report_say(s, "%s: %s", data_name(s->args.operands[0]), size);
    free(size);
    mlc_status status = print_part(s, profile, 1);
    if (status == MLC_OK) status = print_part(s, profile, 0);
    return status;
}

int cmd_describe(session *s)
{
    mlc_dataset *data = NULL, *profile = NULL;
    mlc_status status = data_read(s, s->args.operands[0], NULL, &data);
    if (status == MLC_OK) status = mlc_dataset_describe(s->ctx, data, &profile, &s->err);
    if (status == MLC_OK) status = print_profile(s, data, profile);
    const int result = status == MLC_OK ? CLI_OK : session_fail(s);
    mlc_dataset_free(profile);
    mlc_dataset_free(data);
    return result;
}
