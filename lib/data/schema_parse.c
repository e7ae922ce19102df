/* Schemas from JSON. Each object is settings of the parameter engine, which checks names, types and
 * ranges and knows the nearest name. */
#include <math.h>
#include <string.h>

#include "param.h"
#include "schema_impl.h"

#define MAX_ITEMS 100000

static const mlci_choice severities[] = {
    {"error", MLCI_SEVERITY_ERROR, "what must not be used"},
    {"warning", MLCI_SEVERITY_WARNING, "what somebody should look at"},
    {NULL, 0, NULL}};

static const mlci_choice extra_severities[] = {{"allow", MLCI_SEVERITY_NONE, "they may be there"},
                                               {"warning", MLCI_SEVERITY_WARNING, "a warning"},
                                               {"error", MLCI_SEVERITY_ERROR, "an error"},
                                               {NULL, 0, NULL}};

static const mlci_choice types[] = {{"any", 0, "of any type"},
                                    {"bool", MLC_TYPE_BOOL, "true and false"},
                                    {"int64", MLC_TYPE_INT64, "integers; bools fit"},
                                    {"float32", MLC_TYPE_FLOAT32, "any number fits"},
                                    {"float64", MLC_TYPE_FLOAT64, "any number fits"},
                                    {"category", MLC_TYPE_CATEGORY, "texts fit"},
                                    {"text", MLC_TYPE_TEXT, "categories fit"},
                                    {"timestamp", MLC_TYPE_TIMESTAMP, "times"},
                                    {"vector", MLC_TYPE_VECTOR, "vectors"},
                                    {NULL, 0, NULL}};

static const mlci_choice roles[] = {{"any", -1, "in any role"},
                                    {"feature", MLCI_ROLE_FEATURE, "feature"},
                                    {"target", MLCI_ROLE_TARGET, "target"},
                                    {"weight", MLCI_ROLE_WEIGHT, "weight"},
                                    {"group", MLCI_ROLE_GROUP, "group"},
                                    {"offset", MLCI_ROLE_OFFSET, "offset"},
                                    {"time", MLCI_ROLE_TIME, "time"},
                                    {"sensitive", MLCI_ROLE_SENSITIVE, "sensitive"},
                                    {"id", MLCI_ROLE_ID, "id"},
                                    {"key", MLCI_ROLE_KEY, "key"},
                                    {"fold", MLCI_ROLE_FOLD, "fold"},
                                    {"ignore", MLCI_ROLE_IGNORE, "ignore"},
                                    {NULL, 0, NULL}};

static const mlci_choice orders[] = {
    {"none", MLCI_MONOTONE_NONE, "in any order"},
    {"increasing", MLCI_MONOTONE_INCREASING, "no value below the one before it"},
    {"strictly_increasing", MLCI_MONOTONE_STRICTLY_INCREASING, "each above the one before it"},
    {"decreasing", MLCI_MONOTONE_DECREASING, "no value above the one before it"},
    {"strictly_decreasing", MLCI_MONOTONE_STRICTLY_DECREASING, "each below the one before it"},
    {NULL, 0, NULL}};

#define OPTIONAL_SHARE(member_, high_, doc_)                                                       \
    MLCI_REAL(mlci_schema_column, member_, MLCI_NONE_REAL, 0, high_, doc_,                         \
              .flags = MLCI_PARAM_NONE, .since = "0.1")

static const mlci_param column_table[] = {
    MLCI_STRING(mlci_schema_column, name, NULL, "name of the column", .since = "0.1"),
    MLCI_CHOICE(mlci_schema_column, type, 0, types, "type", .since = "0.1"),
    MLCI_CHOICE(mlci_schema_column, role, -1, roles, "role", .since = "0.1"),
    MLCI_CHOICE(mlci_schema_column, severity, MLCI_SEVERITY_ERROR, severities,
                "how bad it is when a rule of the column is broken", .since = "0.1"),
    MLCI_BOOL(mlci_schema_column, required, 1, "whether the column must be there", .since = "0.1"),
    MLCI_STRING(mlci_schema_column, environments, NULL, "where the column is expected; none: all",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
    OPTIONAL_SHARE(min_present, 1, "least share of rows with a value"),
    {.name = "min",
     .type = MLCI_PARAM_TEXT,
     .offset = offsetof(mlci_schema_column, least),
     .doc = "least value",
     .since = "0.1"},
    {.name = "max",
     .type = MLCI_PARAM_TEXT,
     .offset = offsetof(mlci_schema_column, greatest),
     .doc = "greatest value",
     .since = "0.1"},
    MLCI_BOOL(mlci_schema_column, finite, 0, "whether infinite values are wrong", .since = "0.1"),
    MLCI_STRING(mlci_schema_column, values, NULL, "values that are allowed",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
    MLCI_REAL(mlci_schema_column, min_domain_mass, 1, 0, 1,
              "least share of the values that must be among the allowed ones", .since = "0.1"),
    MLCI_BOOL(mlci_schema_column, unique, 0, "whether no value may come twice", .since = "0.1"),
    MLCI_STRING(mlci_schema_column, pattern, NULL, "what texts look like, in whole",
                .since = "0.1"),
    MLCI_INTEGER(mlci_schema_column, min_length, MLCI_NONE_INTEGER, 0, INT64_MAX,
                 "least number of characters", .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_INTEGER(mlci_schema_column, max_length, MLCI_NONE_INTEGER, 0, INT64_MAX,
                 "greatest number of characters", .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_CHOICE(mlci_schema_column, monotone, MLCI_MONOTONE_NONE, orders, "order of the rows",
                .since = "0.1"),
    OPTIONAL_SHARE(fresh_within_hours, INFINITY, "greatest age of the latest time, in hours"),
    OPTIONAL_SHARE(max_psi, INFINITY, "greatest population stability index to the reference"),
    OPTIONAL_SHARE(max_js, 1, "greatest Jensen-Shannon distance (base 2) to the reference"),
    OPTIONAL_SHARE(max_l_infinity, 1, "greatest difference of shares to the reference"),
    {.name = NULL}};

static const mlci_param rule_table[] = {
    MLCI_STRING(mlci_schema_rule, name, NULL, "name, for the report", .since = "0.1"),
    MLCI_STRING(mlci_schema_rule, expression, NULL, "condition that each row must meet",
                .since = "0.1"),
    MLCI_CHOICE(mlci_schema_rule, severity, MLCI_SEVERITY_ERROR, severities,
                "how bad a broken rule is", .since = "0.1"),
    MLCI_REAL(mlci_schema_rule, max_share, 0, 0, 1, "share of rows that may fail", .since = "0.1"),
    {.name = NULL}};

static const mlci_param dataset_table[] = {
    MLCI_INTEGER(mlci_schema_dataset, min_rows, MLCI_NONE_INTEGER, 0, INT64_MAX, "least rows",
                 .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_INTEGER(mlci_schema_dataset, max_rows, MLCI_NONE_INTEGER, 0, INT64_MAX, "most rows",
                 .flags = MLCI_PARAM_NONE, .since = "0.1"),
    MLCI_STRING(mlci_schema_dataset, key, NULL, "columns that tell rows apart",
                .flags = MLCI_PARAM_LIST, .since = "0.1"),
    MLCI_CHOICE(mlci_schema_dataset, extra_columns, MLCI_SEVERITY_WARNING, extra_severities,
                "columns that the schema does not name", .since = "0.1"),
    MLCI_BOOL(mlci_schema_dataset, ordered, 0, "whether columns must be in the schema's order",
              .since = "0.1"),
    {.name = NULL}};

const char *mlci_severity_name(int32_t severity)
{
    return severity == MLCI_SEVERITY_ERROR ? "error" : "warning";
}

void mlci_schema_clear(mlci_schema *schema)
{
    mlci_params_clear(dataset_table, &schema->dataset);
    for (int32_t i = 0; i < schema->n_columns; i++)
        mlci_params_clear(column_table, &schema->columns[i]);
    for (int32_t i = 0; i < schema->n_rules; i++)
        mlci_params_clear(rule_table, &schema->rules[i]);
    mlci_free(schema->columns);
    mlci_free(schema->rules);
    *schema = (mlci_schema){.root = schema->root};
}

/* ---- objects --------------------------------------------------------------------------------- */

static mlc_status check_column(const void *values, mlc_error *err)
{
    const mlci_schema_column *const c = values;
    if (c->name == NULL) {
        return mlci_fail(err, MLC_ERROR_SETTING, "name", "schema: a column without a name");
    }
    if (c->min_length != MLCI_NONE_INTEGER && c->max_length != MLCI_NONE_INTEGER &&
        c->min_length > c->max_length) {
        return mlci_fail(err, MLC_ERROR_SETTING, "max_length",
                         "schema: column '%s' has max_length below min_length", c->name);
    }
    return MLC_OK;
}

static mlc_status check_rule(const void *values, mlc_error *err)
{
    const mlci_schema_rule *const rule = values;
    if (rule->expression != NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, "expression", "schema: a rule without an expression");
}

/* The object that starts at the current event, as a struct. */
static mlc_status read_object(mlci_json *json, const char *owner, const mlci_param *table,
                              mlc_status (*check)(const void *values, mlc_error *err), void *values,
                              mlc_error *err)
{
    mlci_settings settings = {.root = json->root};
    if (json->event != MLCI_JSON_OBJECT) {
        return mlci_json_fail(json, err, owner, "must be an object");
    }
    MLCI_TRY(mlci_settings_parse_json(json, 0, &settings, err));
    mlc_status status = mlci_params_defaults(json->root, table, values, err);
    if (status == MLC_OK) {
        status = mlci_params_read(json->root, owner, table, check, &settings, values, err);
        if (status != MLC_OK) mlci_params_clear(table, values);
    }
    mlci_settings_clear(&settings);
    return status;
}

/* An array of objects, each a struct of that size in *block. */
static mlc_status read_array(mlci_json *json, const char *owner, const mlci_param *table,
                             mlc_status (*check)(const void *values, mlc_error *err), int64_t size,
                             void **block, int32_t *n, mlc_error *err)
{
    int64_t capacity = *n;
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event != MLCI_JSON_ARRAY || *n > 0) {
        return mlci_json_fail(json, err, owner, "must be one array of objects");
    }
    for (;; (*n)++) {
        MLCI_TRY(mlci_json_next(json, err));
        if (json->event == MLCI_JSON_END_ARRAY) return MLC_OK;
        if (*n >= MAX_ITEMS) return mlci_json_fail(json, err, owner, "more than 100000 items");
        if (*n == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            void *const larger = mlci_realloc(json->root, *block, capacity, size);
            if (larger == NULL) return mlci_fail_memory(err, capacity, size);
            *block = larger;
        }
        void *const item = (char *)*block + *n * size;
        memset(item, 0, (size_t)size);
        MLCI_TRY(read_object(json, owner, table, check, item, err));
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status read_version(mlci_json *json, mlc_error *err)
{
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event != MLCI_JSON_NUMBER || !json->is_integer || json->integer < 1) {
        return mlci_json_fail(json, err, "mlcore_schema", "must be 1, the format of the schema");
    }
    if (json->integer <= MLCI_SCHEMA_VERSION) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_VERSION, NULL,
                     "a schema of format %lld: this library reads format %d",
                     (long long)json->integer, MLCI_SCHEMA_VERSION);
}

static mlc_status read_member(mlci_json *json, mlci_schema *s, int *has_dataset, mlc_error *err)
{
    if (mlci_text_equal(json->text, json->length, "mlcore_schema")) return read_version(json, err);
    if (mlci_text_equal(json->text, json->length, "columns")) {
        void *block = s->columns;
        const mlc_status status = read_array(json, "column", column_table, check_column,
                                             sizeof *s->columns, &block, &s->n_columns, err);
        s->columns = block;
        return status;
    }
    if (mlci_text_equal(json->text, json->length, "rules")) {
        void *block = s->rules;
        const mlc_status status = read_array(json, "rule", rule_table, check_rule, sizeof *s->rules,
                                             &block, &s->n_rules, err);
        s->rules = block;
        return status;
    }
    if (!mlci_text_equal(json->text, json->length, "dataset") || *has_dataset) {
        return mlci_json_fail(json, err, "schema",
                              "a schema has mlcore_schema, dataset, columns and rules, each once");
    }
    *has_dataset = 1;
    mlci_params_clear(dataset_table, &s->dataset);
    MLCI_TRY(mlci_json_next(json, err));
    return read_object(json, "dataset", dataset_table, NULL, &s->dataset, err);
}

static mlc_status check_names(const mlci_schema *s, mlc_error *err)
{
    mlci_names names;
    MLCI_TRY(mlci_names_open(s->root, s->n_columns, &names, err));
    for (int32_t i = 0; i < s->n_columns; i++)
        names.name[i] = s->columns[i].name;
    mlc_status status = mlci_names_sort(&names, err);
    int32_t first = -1;
    const int32_t again = status == MLC_OK ? mlci_names_repeated(&names, &first) : -1;
    mlci_names_close(&names);
    if (again < 0) return status;
    return mlci_fail(err, MLC_ERROR_COLUMN, s->columns[again].name,
                     "schema: column '%s' stands there twice", s->columns[again].name);
}

static mlc_status read_schema(mlci_json *json, mlci_schema *s, mlc_error *err)
{
    int has_dataset = 0;
    MLCI_TRY(mlci_json_next(json, err));
    if (json->event != MLCI_JSON_OBJECT) {
        return mlci_json_fail(json, err, "schema", "a schema is a JSON object");
    }
    for (;;) {
        MLCI_TRY(mlci_json_next(json, err));
        if (json->event == MLCI_JSON_END_OBJECT) break;
        MLCI_TRY(read_member(json, s, &has_dataset, err));
    }
    MLCI_TRY(mlci_json_next(json, err));
    return check_names(s, err);
}

mlc_status mlci_schema_parse(mlci_root *root, const char *text, mlci_schema *out, mlc_error *err)
{
    mlci_json json;
    *out = (mlci_schema){.root = root};
    MLCI_TRY(mlci_params_defaults(root, dataset_table, &out->dataset, err));
    mlci_json_open(&json, root, text, (int64_t)strlen(text));
    const mlc_status status = read_schema(&json, out, err);
    mlci_json_close(&json);
    if (status != MLC_OK) mlci_schema_clear(out);
    return status;
}

/* ---- environments ---------------------------------------------------------------------------- */

typedef struct searching {
    const char *environment;
    int found;
} searching;

static mlc_status look_at(void *arg, const char *item, int64_t length, mlc_error *err)
{
    searching *const s = arg;
    if (mlci_text_equal(item, length, s->environment)) s->found = 1;
    return MLC_OK;
}

int mlci_schema_is_in(const mlci_schema_column *column, const char *environment)
{
    searching s = {.environment = environment};
    if (environment == NULL || column->environments == NULL) return 1;
    if (mlci_list_each(column->environments, look_at, &s, NULL) != MLC_OK) return 1;
    return s.found;
}
