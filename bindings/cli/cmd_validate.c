/* mlcore validate: data against a schema. The exit status is 1 when a rule is broken that is an
 * error, so that a pipeline stops there. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "data.h"
#include "help.h"
#include "report.h"

/* No rows, but the columns of the schema that a file cannot show the type of. */
static mlc_status columns_of(session *s, const char *schema, mlc_dataset **out)
{
    mlc_dataset *empty = NULL, *all = NULL;
    mlc_status status = mlc_dataset_parse_csv(s->ctx, "none\n", 5, "header=true", &empty, &s->err);
    if (status == MLC_OK) {
        status = mlc_dataset_conform(s->ctx, empty, schema, "policy=missing", &all, &s->err);
    }
    if (status == MLC_OK) {
        status =
            mlc_dataset_select(s->ctx, all, "type:category,type:text,type:timestamp", out, &s->err);
    }
    mlc_dataset_free(all);
    mlc_dataset_free(empty);
    return status;
}

static char *write_settings(session *s)
{
    char present[TEXT_NUMBER];
    const time_t seconds = time(NULL);
    struct tm utc;
    const char *environment = cli_args_get(&s->args, "environment");
    const char *now = cli_args_get(&s->args, "now");
    const char *examples = cli_args_get(&s->args, "examples");
    if (gmtime_r(&seconds, &utc) == NULL ||
        strftime(present, sizeof present, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        snprintf(present, sizeof present, "1970-01-01");
    }
    return text_format("now='%s' examples=%s%s%s%s", now == NULL ? present : now,
                       examples == NULL ? "5" : examples,
                       environment == NULL ? "" : " environment='",
                       environment == NULL ? "" : environment, environment == NULL ? "" : "'");
}

static mlc_status read_reference(session *s, const mlc_dataset *like, mlc_profile **out)
{
    const char *path = cli_args_get(&s->args, "reference");
    mlc_dataset *data = NULL;
    if (path == NULL) return MLC_OK;
    mlc_status status = data_read_target(s, path, like, &data);
    if (status == MLC_OK) status = mlc_profile_create(s->ctx, data, NULL, out, &s->err);
    mlc_dataset_free(data);
    return status;
}

static int64_t count_errors(const mlc_dataset *findings)
{
    int64_t n = 0;
    for (int64_t i = 0; i < mlc_dataset_n_rows(findings); i++) {
        char *severity = report_cell(findings, "severity", i);
        n += strcmp(severity, "error") == 0;
        free(severity);
    }
    return n;
}

static void print_finding(session *s, const mlc_dataset *findings, int64_t i)
{
    char *severity = report_cell(findings, "severity", i), *rule = report_cell(findings, "rule", i);
    char *message = report_cell(findings, "message", i);
    char *examples = report_cell(findings, "examples", i);
    const int at = printf("%s: ", severity);
    char *line = text_format("%s [%s]", message, rule);
    text_wrap(stdout, line, at, at, s->width);
    if (examples[0] != '\0') {
        char *rows = text_format("rows %s", examples);
        printf("%*s", at, "");
        text_wrap(stdout, rows, at, at, s->width);
        free(rows);
    }
    free(line);
    free(examples);
    free(message);
    free(rule);
    free(severity);
}

static int report_findings(session *s, const mlc_dataset *data, const mlc_dataset *findings)
{
    const int64_t n = mlc_dataset_n_rows(findings), n_errors = count_errors(findings);
    if (s->is_json) {
        if (report_json(s, findings) != MLC_OK) return session_fail(s);
        putchar('\n');
        return n_errors > 0 ? CLI_FAILED : CLI_OK;
    }
    char *size = data_size(data);
    report_say(s, "%s: %s", data_name(s->args.operands[0]), size);
    free(size);
    for (int64_t i = 0; i < n; i++)
        print_finding(s, findings, i);
    if (n == 0) {
        report_say(s, "all rules hold");
    } else {
        const int64_t n_warnings = n - n_errors;
        report_say(s, "%lld error%s, %lld warning%s", (long long)n_errors, n_errors == 1 ? "" : "s",
                   (long long)n_warnings, n_warnings == 1 ? "" : "s");
    }
    return n_errors > 0 ? CLI_FAILED : CLI_OK;
}

int cmd_validate(session *s)
{
    const char *path = cli_args_get(&s->args, "schema");
    char *schema = NULL, *settings = NULL;
    int64_t n_bytes = 0;
    mlc_dataset *like = NULL, *data = NULL, *findings = NULL;
    mlc_profile *reference = NULL;
    if (path == NULL) {
        return session_complain(s, CLI_USAGE,
                                "--schema FILE is missing: 'mlcore schema DATA --out "
                                "FILE' writes one");
    }
    settings = write_settings(s);
    mlc_status status = data_read_bytes(s, path, &schema, &n_bytes);
    if (status == MLC_OK) status = columns_of(s, schema, &like);
    if (status == MLC_OK) status = data_read_target(s, s->args.operands[0], like, &data);
    if (status == MLC_OK) status = read_reference(s, like, &reference);
    if (status == MLC_OK) {
        status =
            mlc_dataset_validate(s->ctx, data, schema, reference, settings, &findings, &s->err);
    }
    const int result = status == MLC_OK ? report_findings(s, data, findings) : session_fail(s);
    mlc_profile_free(reference);
    mlc_dataset_free(findings);
    mlc_dataset_free(data);
    mlc_dataset_free(like);
    free(schema);
    free(settings);
    return result;
}
