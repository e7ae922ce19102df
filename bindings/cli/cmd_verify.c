/* mlcore verify: whether a model file is whole, and what it is made of. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "help.h"
#include "report.h"

#define LABEL 12 /* columns of the labels on the left */

static mlc_status verify(session *s, mlc_dataset **out)
{
    const char *path = s->args.operands[0], *limits = cli_args_get(&s->args, "limits");
    char *bytes = NULL;
    int64_t n_bytes = 0;
    if (strcmp(path, "-") != 0) return mlc_model_validate(s->ctx, path, limits, out, &s->err);
    mlc_status status = data_read_input(s, &bytes, &n_bytes);
    if (status != MLC_OK) return status;
    status = mlc_model_validate_memory(s->ctx, bytes, n_bytes, limits, out, &s->err);
    free(bytes);
    return status;
}

static void print_line(const char *label, const char *text)
{
    printf("%-*s%s\n", LABEL, label, text);
}

/* Bytes of the file, and unpacked, from the last section and all of them. */
static mlc_status measure(session *s, const mlc_dataset *parts, double *file, double *unpacked)
{
    const int64_t last = mlc_dataset_n_rows(parts) - 1;
    double offset = 0, stored = 0;
    mlc_status status = mlc_dataset_real(parts, "offset", last, &offset, &s->err);
    if (status == MLC_OK) status = mlc_dataset_real(parts, "stored", last, &stored, &s->err);
    *file = offset + stored;
    *unpacked = 0;
    for (int64_t i = 0; i <= last && status == MLC_OK; i++) {
        double bytes = 0;
        status = mlc_dataset_real(parts, "bytes", i, &bytes, &s->err);
        *unpacked += bytes;
    }
    return status;
}

static mlc_status print_report(session *s, const mlc_dataset *parts)
{
    char size[TEXT_NUMBER], all[TEXT_NUMBER], count[TEXT_NUMBER];
    double file = 0, unpacked = 0;
    mlc_status status = measure(s, parts, &file, &unpacked);
    if (status != MLC_OK || s->is_quiet) return status;
    char *id = report_cell(parts, "sha256", 0);
    char *line = text_format("%s; %s unpacked, in %s sections", text_bytes(size, (int64_t)file),
                             text_bytes(all, (int64_t)unpacked),
                             text_count(count, mlc_dataset_n_rows(parts) - 1));
    report_heading(s, data_name(s->args.operands[0]));
    print_line("result", "whole: structure, checksums, limits and golden rows hold");
    print_line("size", line);
    print_line("content id", id);
    putchar('\n');
    status = report_table(s, parts, "section,version,critical,deflated,offset,stored,bytes,crc32");
    free(line);
    free(id);
    return status;
}

static mlc_status print_json(session *s, const mlc_dataset *parts)
{
    double file = 0, unpacked = 0;
    mlc_status status = measure(s, parts, &file, &unpacked);
    if (status != MLC_OK) return status;
    char *id = report_cell(parts, "sha256", 0);
    fputs("{\"model\": ", stdout);
    text_json(stdout, s->args.operands[0]);
    printf(", \"valid\": true, \"bytes\": %lld, \"unpacked\": %lld, \"content_id\": ",
           (long long)file, (long long)unpacked);
    text_json(stdout, id);
    fputs(", \"sections\": ", stdout);
    status = report_json(s, parts);
    fputs("}\n", stdout);
    free(id);
    return status;
}

/* 1 when the status is a verdict on the file. */
static int is_verdict(mlc_status status)
{
    return status == MLC_ERROR_FORMAT || status == MLC_ERROR_VERSION || status == MLC_ERROR_LIMIT ||
           status == MLC_ERROR_COMPONENT;
}

/* What is wrong, and where: a byte of the section, or of the file for its header and table. */
static void print_fault(session *s)
{
    fputs("{\"model\": ", stdout);
    text_json(stdout, s->args.operands[0]);
    fputs(", \"valid\": false, \"status\": ", stdout);
    text_json(stdout, mlc_status_name(s->err.status));
    fputs(", \"section\": ", stdout);
    text_json(stdout, s->err.name);
    fputs(", \"byte\": ", stdout);
    if (s->err.column > 0) {
        printf("%lld", (long long)s->err.column - 1);
    } else {
        fputs("null", stdout);
    }
    fputs(", \"message\": ", stdout);
    text_json(stdout, s->err.message);
    fputs("}\n", stdout);
}

int cmd_verify(session *s)
{
    mlc_dataset *parts = NULL;
    mlc_status status = verify(s, &parts);
    if (status == MLC_OK) status = s->is_json ? print_json(s, parts) : print_report(s, parts);
    if (s->is_json && is_verdict(status)) print_fault(s);
    const int result = status == MLC_OK ? CLI_OK : session_fail(s);
    mlc_dataset_free(parts);
    return is_verdict(status) ? CLI_FAILED : result;
}
