/* Datasets that fit a schema, by policy: each column is cast, clipped, checked by the rules of
 * validation, and what they hit is refused, told or made missing. */
#include <math.h>
#include <string.h>

#include "param.h"
#include "validate_impl.h"

#define POLICY_FAIL 0
#define POLICY_WARN 1
#define POLICY_COERCE 2
#define POLICY_MISSING 3

typedef struct conform_settings {
    int32_t policy;
    char *policies, *environment;
} conform_settings;

static const mlci_choice policies[] = {
    {"fail", POLICY_FAIL, "what does not fit is an error"},
    {"warn", POLICY_WARN, "it is told in the log"},
    {"coerce", POLICY_COERCE, "values are cast and clipped, or an error"},
    {"missing", POLICY_MISSING, "values are cast, or missing"},
    {NULL, 0, NULL}};

static const mlci_param settings_table[] = {
    MLCI_CHOICE(conform_settings, policy, POLICY_FAIL, policies, "what to do about all columns",
                .since = "0.1"),
    MLCI_STRING(conform_settings, policies, NULL, "and about some, as in age:missing,zip:coerce",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
    MLCI_STRING(conform_settings, environment, NULL, "whose columns are expected; none: all",
                .since = "0.1"),
    {.name = NULL}};

typedef struct conforming {
    mlc_context *call;
    const mlc_dataset *dataset; /* whole: no view */
    const mlci_schema *schema;
    const conform_settings *settings;
    int32_t *policy;    /* by column of the schema */
    mlci_field *fields; /* of the result; names are borrowed */
    int32_t n_fields;
} conforming;

/* ---- policies -------------------------------------------------------------------------------- */

static int32_t find_policy(const char *text, int64_t length)
{
    for (const mlci_choice *choice = policies; choice->name != NULL; choice++)
        if (mlci_text_equal(text, length, choice->name)) return choice->value;
    return -1;
}

static mlc_status set_policy(void *arg, const char *item, int64_t length, mlc_error *err)
{
    const conforming *const c = arg;
    int64_t colon = length - 1;
    while (colon >= 0 && item[colon] != ':')
        colon--;
    const int32_t policy = find_policy(item + colon + 1, length - colon - 1);
    if (colon <= 0 || policy < 0) {
        return mlci_fail(err, MLC_ERROR_SETTING, "policies",
                         "policies: '%.*s' must be a column, a colon, and fail, warn, coerce or "
                         "missing",
                         (int)length, item);
    }
    for (int32_t i = 0; i < c->schema->n_columns; i++) {
        if (!mlci_text_equal(item, colon, c->schema->columns[i].name)) continue;
        c->policy[i] = policy;
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, "policies",
                     "policies: the schema has no column '%.*s'", (int)colon, item);
}

/* ---- values ---------------------------------------------------------------------------------- */

static mlc_status refuse_cast(const mlci_field *field, int32_t type, int64_t row, mlc_error *err)
{
    const mlci_shown shown = {field, -1};
    mlci_text text = mlci_text_init(NULL);
    mlci_cell_append(&shown, row, 0, &text);
    const mlc_status status = mlci_fail(
        err, MLC_ERROR_DATA, field->name, "column '%s', row %lld: %.60s is not %s", field->name,
        (long long)row, text.data == NULL ? "" : text.data, mlci_type_kind(type));
    mlci_text_clear(&text);
    return status;
}

static void clip(const mlci_column *from, const mlci_bound *bound, int side, mlci_column *to)
{
    for (int64_t i = 0; bound->is_set && i < from->n_rows; i++) {
        if (!mlci_column_is_valid(to, i) || mlci_bound_compare(bound, to, i) != side) continue;
        void *const data = mlci_column_data(to);
        if (to->type == MLC_TYPE_FLOAT64) ((double *)data)[i] = bound->real;
        if (to->type == MLC_TYPE_FLOAT32) ((float *)data)[i] = (float)bound->real;
        if (to->type == MLC_TYPE_TIMESTAMP || (to->type == MLC_TYPE_INT64 && bound->is_integer)) {
            ((int64_t *)data)[i] = bound->integer;
        }
    }
}

/* A column of one's own with numbers set to the bounds that they are beyond. */
static mlc_status clip_column(const conforming *c, const mlci_schema_column *rules,
                              mlci_field *field, mlc_error *err)
{
    mlci_bound least, greatest;
    mlci_column *copy = NULL;
    int64_t bad;
    if (rules->least == NULL && rules->greatest == NULL) return MLC_OK;
    MLCI_TRY(mlci_bound_read(rules->least, "min", field, &least, err));
    MLCI_TRY(mlci_bound_read(rules->greatest, "max", field, &greatest, err));
    MLCI_TRY(mlci_conform_cast(c->call, field, field->column->type, &copy, &bad, err));
    clip(field->column, &least, -1, copy);
    clip(field->column, &greatest, 1, copy);
    mlci_column_unref(field->column);
    field->column = copy;
    return MLC_OK;
}

static mlc_status cast_column(const conforming *c, const mlci_schema_column *rules, int32_t policy,
                              mlci_field *field, mlc_error *err)
{
    mlci_column *cast = NULL;
    int64_t bad;
    if (rules->type == 0 || rules->type == field->column->type) return MLC_OK;
    if (policy == POLICY_FAIL || policy == POLICY_WARN) {
        if (mlci_schema_type_fits(rules->type, field->column->type)) return MLC_OK;
        if (policy == POLICY_FAIL) {
            return mlci_fail(err, MLC_ERROR_COLUMN, field->name, "column '%s' is %s: must be %s",
                             field->name, mlci_type_name(field->column->type),
                             mlci_type_name(rules->type));
        }
        mlci_log(c->call->root, MLC_LOG_WARNING, "column '%s' is %s: must be %s", field->name,
                 mlci_type_name(field->column->type), mlci_type_name(rules->type));
        return MLC_OK;
    }
    MLCI_TRY(mlci_conform_cast(c->call, field, rules->type, &cast, &bad, err));
    if (bad >= 0 && policy == POLICY_COERCE) {
        mlci_column_unref(cast);
        return refuse_cast(field, rules->type, bad, err);
    }
    mlci_column_unref(field->column);
    field->column = cast;
    return MLC_OK;
}

/* The column without the values that are marked. */
static mlc_status drop_marked(const uint8_t *marks, mlci_field *field, mlc_error *err)
{
    const int64_t n = field->column->n_rows;
    mlci_root *const root = field->column->root;
    int64_t *const rows = mlci_alloc_raw(root, n, sizeof(int64_t));
    mlci_column *kept = NULL;
    if (rows == NULL) return mlci_fail_memory(err, n, sizeof(int64_t));
    for (int64_t i = 0; i < n; i++)
        rows[i] = marks[i] ? -1 : i;
    const mlc_status status = mlci_column_take(field->column, rows, 0, n, &kept, err);
    mlci_free(rows);
    if (status != MLC_OK) return status;
    mlci_column_unref(field->column);
    field->column = kept;
    return MLC_OK;
}

/* Fails with the first finding, or tells all of them. */
static mlc_status act_on(const conforming *c, const mlci_findings *findings, int32_t policy,
                         mlc_error *err)
{
    for (int64_t i = 0; i < findings->n && policy != POLICY_MISSING; i++) {
        const mlci_finding *const f = &findings->items[i];
        if (policy == POLICY_WARN || f->severity == MLCI_SEVERITY_WARNING) {
            mlci_log(c->call->root, MLC_LOG_WARNING, "%s", f->message);
        } else {
            return mlci_fail(err, MLC_ERROR_DATA, f->column, "%s (row %s)", f->message,
                             f->examples == NULL ? "" : f->examples);
        }
    }
    return MLC_OK;
}

static mlc_status check_values(const conforming *c, const mlci_schema_column *all_rules,
                               int32_t policy, mlci_field *field, mlc_error *err)
{
    mlc_dataset *part = NULL;
    mlci_findings findings = {.root = c->call->root};
    mlci_schema_column rules = *all_rules;
    const char *const names[] = {field->name};
    rules.min_present = rules.fresh_within_hours = (double)NAN;
    rules.max_psi = rules.max_js = rules.max_l_infinity = (double)NAN;
    rules.unique = 0;
    rules.monotone = MLCI_MONOTONE_NONE;
    uint8_t *const marks = mlci_alloc(c->call->root, c->dataset->n_rows, 1);
    if (marks == NULL) return mlci_fail_memory(err, c->dataset->n_rows, 1);
    mlc_status status =
        mlci_dataset_create(c->call->root, 1, names, &field->column, NULL, &part, err);
    if (status == MLC_OK) {
        const mlci_validation v = {
            .call = c->call, .dataset = part, .schema = c->schema, .marks = marks, .n_examples = 1};
        status = mlci_validate_column(&v, &rules, 0, &findings, err);
    }
    mlc_dataset_free(part);
    if (status == MLC_OK) status = act_on(c, &findings, policy, err);
    if (status == MLC_OK && policy == POLICY_MISSING) status = drop_marked(marks, field, err);
    mlci_findings_clear(&findings);
    mlci_free(marks);
    return status;
}

/* ---- columns --------------------------------------------------------------------------------- */

static mlc_status add_missing(const conforming *c, const mlci_schema_column *rules, int32_t policy,
                              mlci_field *field, mlc_error *err)
{
    if (policy == POLICY_FAIL || (rules->type == MLC_TYPE_VECTOR && policy != POLICY_WARN)) {
        return mlci_fail(err, MLC_ERROR_COLUMN, rules->name,
                         "column '%s' is missing: must be there", rules->name);
    }
    if (policy == POLICY_WARN) {
        mlci_log(c->call->root, MLC_LOG_WARNING, "column '%s' is missing", rules->name);
        return MLC_OK;
    }
    const int32_t type = rules->type == 0 ? MLC_TYPE_FLOAT64 : rules->type;
    const int64_t n = c->dataset->n_rows;
    const int32_t made = type == MLC_TYPE_CATEGORY ? MLC_TYPE_TEXT : type;
    mlci_column *column = NULL;
    MLCI_TRY(mlci_column_create(c->call->root, made, n, 1, 1, &column, err));
    for (int64_t i = 0; i < n; i++)
        mlci_column_set_missing(column, i);
    *field = (mlci_field){rules->name, rules->role < 0 ? MLCI_ROLE_FEATURE : rules->role, column};
    if (type == made) return MLC_OK;
    const mlc_status status = mlci_column_to_category(column, &field->column, err);
    mlci_column_unref(column);
    if (status != MLC_OK) field->column = NULL;
    return status;
}

static mlc_status conform_column(void *arg, int64_t i, int32_t slot, mlc_error *err)
{
    const conforming *const c = arg;
    const mlci_schema_column *const rules = &c->schema->columns[i];
    mlci_field *const field = &c->fields[i];
    const int32_t policy = c->policy[i], at = mlci_dataset_find(c->dataset, rules->name);
    if (!mlci_schema_is_in(rules, c->settings->environment)) return MLC_OK;
    if (at < 0) {
        if (rules->required) MLCI_TRY(add_missing(c, rules, policy, field, err));
        if (field->column == NULL) return MLC_OK; /* told, or not required */
    } else {
        *field = c->dataset->fields[at];
        field->column = mlci_column_ref(field->column);
        MLCI_TRY(cast_column(c, rules, policy, field, err));
    }
    if (!mlci_schema_type_fits(rules->type, field->column->type)) return MLC_OK; /* told */
    if (policy == POLICY_COERCE) MLCI_TRY(clip_column(c, rules, field, err));
    return check_values(c, rules, policy, field, err);
}

static int is_named(const conforming *c, const char *name)
{
    for (int32_t i = 0; i < c->schema->n_columns; i++)
        if (strcmp(c->schema->columns[i].name, name) == 0) return 1;
    return 0;
}

/* Those that the schema does not name, after the others. */
static mlc_status add_extra(conforming *c, mlc_error *err)
{
    const int32_t policy = c->settings->policy, severity = c->schema->dataset.extra_columns;
    for (int32_t j = 0; j < c->dataset->n_fields; j++) {
        const mlci_field *const field = &c->dataset->fields[j];
        if (is_named(c, field->name)) continue;
        if (policy == POLICY_FAIL && severity == MLCI_SEVERITY_ERROR) {
            return mlci_fail(err, MLC_ERROR_COLUMN, field->name,
                             "column '%s' is not in the schema: leave it out", field->name);
        }
        if (policy == POLICY_WARN && severity != MLCI_SEVERITY_NONE) {
            mlci_log(c->call->root, MLC_LOG_WARNING, "column '%s' is not in the schema",
                     field->name);
        }
        if ((policy == POLICY_COERCE || policy == POLICY_MISSING) &&
            severity != MLCI_SEVERITY_NONE) {
            continue;
        }
        c->fields[c->n_fields] = *field;
        c->fields[c->n_fields++].column = mlci_column_ref(field->column);
    }
    return MLC_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status build(conforming *c, mlc_dataset **out, mlc_error *err)
{
    int32_t n = 0;
    for (int32_t i = 0; i < c->n_fields; i++)
        if (c->fields[i].column != NULL) c->fields[n++] = c->fields[i];
    for (int32_t i = n; i < c->n_fields; i++)
        c->fields[i].column = NULL;
    return mlci_dataset_with_fields(c->dataset, n, c->fields, out, err);
}

static mlc_status conform(conforming *c, mlc_dataset **out, mlc_error *err)
{
    const int32_t n = c->schema->n_columns, n_all = n + c->dataset->n_fields;
    c->policy = mlci_alloc(c->call->root, n, sizeof(int32_t));
    c->fields = mlci_alloc(c->call->root, n_all, (int64_t)sizeof *c->fields);
    c->n_fields = n;
    mlc_status status = MLC_OK;
    if (c->policy == NULL || c->fields == NULL) {
        status = mlci_fail_memory(err, n_all, (int64_t)sizeof *c->fields);
    }
    for (int32_t i = 0; status == MLC_OK && i < n; i++)
        c->policy[i] = c->settings->policy;
    if (status == MLC_OK && c->settings->policies != NULL) {
        status = mlci_list_each(c->settings->policies, set_policy, c, err);
    }
    if (status == MLC_OK) status = mlci_parallel_for(c->call, n, conform_column, c, err);
    if (status == MLC_OK) status = add_extra(c, err);
    if (status == MLC_OK) status = build(c, out, err);
    for (int32_t i = 0; c->fields != NULL && i < c->n_fields; i++)
        mlci_column_unref(c->fields[i].column);
    mlci_free(c->fields);
    mlci_free(c->policy);
    return status;
}

static mlc_status conform_to(mlc_context *call, const mlc_dataset *dataset, const char *text,
                             const conform_settings *settings, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *whole = NULL;
    mlci_schema schema;
    MLCI_TRY(mlci_schema_parse(call->root, text, &schema, err));
    mlc_status status = mlci_dataset_contiguous(call, dataset, &whole, err);
    if (status == MLC_OK) {
        conforming c = {.call = call, .dataset = whole, .schema = &schema, .settings = settings};
        status = conform(&c, out, err);
    }
    mlc_dataset_free(whole);
    mlci_schema_clear(&schema);
    return status;
}

mlc_status mlc_dataset_conform(mlc_context *ctx, const mlc_dataset *dataset, const char *schema,
                               const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (dataset == NULL || schema == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset, schema and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    conform_settings s;
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "conform", settings_table, NULL,
                                   settings, &s, err));
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status == MLC_OK) {
        status = conform_to(call, dataset, schema, &s, out, err);
        mlci_call_end(call);
    }
    mlci_params_clear(settings_table, &s);
    return status;
}
