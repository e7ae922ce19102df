/* Validation of a dataset against a schema. Rules of the dataset come first, then the columns in
 * the schema's order, each a task of its own, then row rules; so the report is the same for any
 * number of threads. */
#include <math.h>
#include <string.h>

#include "expression.h"
#include "number.h"
#include "param.h"
#include "timestamp.h"
#include "validate_impl.h"

typedef struct validate_settings {
    char *environment, *now;
    int64_t examples;
} validate_settings;

static const mlci_param settings_table[] = {
    MLCI_STRING(validate_settings, environment, NULL,
                "whose columns are expected, such as serving; none: all", .since = "0.1"),
    MLCI_STRING(validate_settings, now, NULL, "the time that freshness is measured from",
                .since = "0.1"),
    MLCI_INTEGER(validate_settings, examples, 5, 0, MLCI_FINDINGS_MAX_EXAMPLES,
                 "rows shown of each finding", .since = "0.1"),
    {.name = NULL}};

/* ---- the dataset ----------------------------------------------------------------------------- */

static mlc_status check_rows(const mlci_validation *v, mlci_findings *findings, mlc_error *err)
{
    const mlci_schema_dataset *const s = &v->schema->dataset;
    const int64_t n = v->dataset->n_rows;
    const int too_few = s->min_rows != INT64_MIN && n < s->min_rows;
    if (!too_few && (s->max_rows == INT64_MIN || n <= s->max_rows)) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "the dataset has %lld rows: must have at %s %lld",
                            (long long)n, too_few ? "least" : "most",
                            (long long)(too_few ? s->min_rows : s->max_rows));
    return mlci_findings_add(findings, too_few ? "too_few_rows" : "too_many_rows", NULL,
                             MLCI_SEVERITY_ERROR, v->dataset, NULL, NULL, &message, err);
}

static const mlci_schema_column *find_rules(const mlci_schema *schema, const char *name)
{
    for (int32_t i = 0; i < schema->n_columns; i++)
        if (strcmp(schema->columns[i].name, name) == 0) return &schema->columns[i];
    return NULL;
}

static mlc_status check_extra(const mlci_validation *v, mlci_findings *findings, mlc_error *err)
{
    const int32_t severity = v->schema->dataset.extra_columns;
    for (int32_t j = 0; severity != MLCI_SEVERITY_NONE && j < v->dataset->n_fields; j++) {
        const char *const name = v->dataset->fields[j].name;
        const mlci_schema_column *const rules = find_rules(v->schema, name);
        if (rules != NULL && mlci_schema_is_in(rules, v->environment)) continue;
        mlci_text message = mlci_text_init(findings->root);
        if (rules == NULL) {
            mlci_text_append_format(&message,
                                    "column '%s' is not in the schema: add it there, or "
                                    "leave it out",
                                    name);
        } else {
            mlci_text_append_format(&message, "column '%s' does not belong to the environment %s",
                                    name, v->environment);
        }
        MLCI_TRY(mlci_findings_add(findings, "extra_column", name, severity, v->dataset, NULL, NULL,
                                   &message, err));
    }
    return MLC_OK;
}

/* The first column that stands before one that the schema has before it. */
static mlc_status check_column_order(const mlci_validation *v, mlci_findings *findings,
                                     mlc_error *err)
{
    int32_t before = -1;
    for (int32_t i = 0; v->schema->dataset.ordered && i < v->schema->n_columns; i++) {
        const char *const name = v->schema->columns[i].name;
        const int32_t at = mlci_dataset_find(v->dataset, name);
        if (at < 0 || at > before) {
            before = at < 0 ? before : at;
            continue;
        }
        mlci_text message = mlci_text_init(findings->root);
        mlci_text_append_format(&message, "column '%s' stands before '%s': must come after it",
                                name, v->dataset->fields[before].name);
        return mlci_findings_add(findings, "column_order", name, MLCI_SEVERITY_ERROR, v->dataset,
                                 NULL, NULL, &message, err);
    }
    return MLC_OK;
}

static mlc_status check_key(const mlci_validation *v, mlci_findings *findings, mlc_error *err)
{
    const char *const key = v->schema->dataset.key;
    if (key == NULL) return MLC_OK;
    int32_t *const fields = mlci_alloc(v->call->root, v->dataset->n_fields, sizeof(int32_t));
    int32_t n = 0;
    if (fields == NULL) return mlci_fail_memory(err, v->dataset->n_fields, sizeof(int32_t));
    mlc_status status = mlci_dataset_pick_order(v->dataset, key, 0, fields, &n, err);
    if (status == MLC_OK && n > 0) {
        status = mlci_validate_distinct(v, "duplicate_key", NULL, MLCI_SEVERITY_ERROR, n, fields,
                                        findings, err);
    }
    mlci_free(fields);
    return status;
}

/* ---- row rules ------------------------------------------------------------------------------- */

static mlc_status report_rule(const mlci_validation *v, const mlci_schema_rule *rule,
                              const mlci_hits *hits, mlci_findings *findings, mlc_error *err)
{
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "%s%sfails in %lld rows: %s must hold",
                            rule->name == NULL ? "a rule " : rule->name,
                            rule->name == NULL ? "" : " ", (long long)hits->n, rule->expression);
    if (rule->max_share > 0) {
        char share[MLCI_NUMBER_SIZE];
        mlci_real_format_digits(rule->max_share, 6, share);
        mlci_text_append_format(&message, " but for a share of %s", share);
    }
    return mlci_findings_add(findings, "row_rule", rule->name, rule->severity, v->dataset, NULL,
                             hits, &message, err);
}

/* Rows in which the condition is false; where it is missing it is not broken. */
static mlc_status check_rule(const mlci_validation *v, const mlci_schema_rule *rule,
                             mlci_findings *findings, mlc_error *err)
{
    mlci_column *holds = NULL;
    mlci_hits hits = {.most = v->n_examples};
    MLCI_TRY(mlci_expression_condition(v->call, rule->expression, v->dataset, &holds, err));
    const uint8_t *const bits = holds->values;
    for (int64_t i = 0; i < v->dataset->n_rows; i++) {
        if (mlci_column_is_valid(holds, i) && (bits[i >> 3] >> (i & 7) & 1) == 0) {
            mlci_hits_add(&hits, i);
        }
    }
    mlci_column_unref(holds);
    const double most = rule->max_share * (double)v->dataset->n_rows;
    return (double)hits.n > most ? report_rule(v, rule, &hits, findings, err) : MLC_OK;
}

/* ---- columns --------------------------------------------------------------------------------- */

typedef struct column_tasks {
    const mlci_validation *v;
    mlci_findings *findings; /* one a column of the schema */
} column_tasks;

static mlc_status report_missing(const mlci_validation *v, const mlci_schema_column *rules,
                                 mlci_findings *findings, mlc_error *err)
{
    if (!rules->required) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "column '%s' is missing: must be there", rules->name);
    return mlci_findings_add(findings, "missing_column", rules->name, rules->severity, v->dataset,
                             NULL, NULL, &message, err);
}

static mlc_status check_role(const mlci_validation *v, const mlci_schema_column *rules,
                             const mlci_field *field, mlci_findings *findings, mlc_error *err)
{
    if (rules->role < 0 || rules->role == field->role) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "column '%s' has the role %s: must have the role %s",
                            rules->name, mlci_role_name(field->role), mlci_role_name(rules->role));
    return mlci_findings_add(findings, "wrong_role", rules->name, MLCI_SEVERITY_WARNING, v->dataset,
                             NULL, NULL, &message, err);
}

static mlc_status check_column(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    const column_tasks *const t = arg;
    const mlci_schema_column *const rules = &t->v->schema->columns[i];
    mlci_findings *const findings = &t->findings[i];
    const int32_t field = mlci_dataset_find(t->v->dataset, rules->name);
    if (!mlci_schema_is_in(rules, t->v->environment)) return MLC_OK;
    if (field < 0) return report_missing(t->v, rules, findings, err);
    const mlci_field *const f = &t->v->dataset->fields[field];
    if (!mlci_schema_type_fits(rules->type, f->column->type)) {
        mlci_text message = mlci_text_init(findings->root);
        mlci_text_append_format(&message, "column '%s' is %s: must be %s", rules->name,
                                mlci_type_name(f->column->type), mlci_type_name(rules->type));
        return mlci_findings_add(findings, "wrong_type", rules->name, rules->severity,
                                 t->v->dataset, NULL, NULL, &message, err);
    }
    MLCI_TRY(check_role(t->v, rules, f, findings, err));
    return mlci_validate_column(t->v, rules, field, findings, err);
}

static mlc_status check_columns(const mlci_validation *v, mlci_findings *findings, mlc_error *err)
{
    const int32_t n = v->schema->n_columns;
    column_tasks t = {.v = v};
    t.findings = mlci_alloc(v->call->root, n, (int64_t)sizeof *t.findings);
    if (t.findings == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *t.findings);
    for (int32_t i = 0; i < n; i++)
        t.findings[i].root = findings->root;
    mlc_status status = mlci_parallel_for(v->call, n, check_column, &t, err);
    for (int32_t i = 0; i < n; i++) {
        if (status == MLC_OK) status = mlci_findings_append(findings, &t.findings[i], err);
        mlci_findings_clear(&t.findings[i]);
    }
    mlci_free(t.findings);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status check_all(const mlci_validation *v, mlci_findings *findings, mlc_error *err)
{
    MLCI_TRY(check_rows(v, findings, err));
    MLCI_TRY(check_extra(v, findings, err));
    MLCI_TRY(check_column_order(v, findings, err));
    MLCI_TRY(check_columns(v, findings, err));
    MLCI_TRY(check_key(v, findings, err));
    for (int32_t i = 0; i < v->schema->n_rules; i++)
        MLCI_TRY(check_rule(v, &v->schema->rules[i], findings, err));
    return MLC_OK;
}

static mlc_status read_now(mlci_validation *v, const char *now, mlc_error *err)
{
    v->has_now = now != NULL;
    if (now == NULL || mlci_timestamp_parse(now, (int64_t)strlen(now), &v->now)) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "now",
                     "now = '%s': must be a time such as 2024-02-29T13:45:30Z", now);
}

static mlc_status validate(mlci_validation *v, const char *schema_text, const char *now,
                           mlc_dataset **out, mlc_error *err)
{
    mlci_schema schema;
    mlci_findings findings = {.root = v->call->root};
    MLCI_TRY(read_now(v, now, err));
    MLCI_TRY(mlci_schema_parse(v->call->root, schema_text, &schema, err));
    v->schema = &schema;
    mlc_status status = check_all(v, &findings, err);
    if (status == MLC_OK) status = mlci_findings_table(&findings, out, err);
    mlci_findings_clear(&findings);
    mlci_schema_clear(&schema);
    return status;
}

mlc_status mlc_dataset_validate(mlc_context *ctx, const mlc_dataset *dataset, const char *schema,
                                const mlc_profile *reference, const char *settings,
                                mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || schema == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset, schema and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    validate_settings s;
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "validate", settings_table, NULL,
                                   settings, &s, err));
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status == MLC_OK) {
        mlci_validation v = {.call = call,
                             .dataset = dataset,
                             .reference = reference,
                             .environment = s.environment,
                             .n_examples = (int32_t)s.examples};
        status = validate(&v, schema, s.now, out, err);
        mlci_call_end(call);
    }
    mlci_params_clear(settings_table, &s);
    return status;
}
