/* Rules about the values of one column: presence, range, finite, allowed values, pattern, length.
 * Each goes over the rows once, in order, and keeps the first that it hits. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "order.h"
#include "pattern.h"
#include "settings.h"
#include "timestamp.h"
#include "validate_impl.h"

typedef struct column_check {
    const mlci_validation *v;
    const mlci_schema_column *rules;
    const mlci_field *field;
    mlci_findings *findings;
} column_check;

typedef int (*row_test)(void *arg, const mlci_column *column, int64_t source);

/* ---- rows ------------------------------------------------------------------------------------ */

static int is_there(const mlci_column *column, int64_t source)
{
    double value;
    if (!mlci_column_is_valid(column, source)) return 0;
    if (column->type != MLC_TYPE_FLOAT32 && column->type != MLC_TYPE_FLOAT64) return 1;
    mlci_column_reals(column, source, 1, &value, 1);
    return !isnan(value);
}

/* Rows that a test hits among those with a value (or, `missing`, those without). */
static mlc_status find_rows(const column_check *c, row_test test, void *arg, mlci_hits *hits,
                            mlc_error *err)
{
    const mlc_dataset *const d = c->v->dataset;
    *hits = (mlci_hits){.most = c->v->n_examples, .marks = test == NULL ? NULL : c->v->marks};
    for (int64_t i = 0; i < d->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(c->v->call, i, err));
        const int64_t source = mlci_dataset_source_row(d, i);
        const int has_value = is_there(c->field->column, source);
        if (test == NULL ? !has_value : has_value && test(arg, c->field->column, source)) {
            mlci_hits_add(hits, i);
        }
    }
    return MLC_OK;
}

static mlci_text start_message(const column_check *c)
{
    mlci_text text = mlci_text_init(c->findings->root);
    mlci_text_append_format(&text, "column '%s' ", c->field->name);
    return text;
}

static mlc_status report(const column_check *c, const char *rule, const mlci_hits *hits,
                         mlci_text *message, mlc_error *err)
{
    return mlci_findings_add(c->findings, rule, c->rules->name, c->rules->severity, c->v->dataset,
                             c->field, hits, message, err);
}

/* ---- presence -------------------------------------------------------------------------------- */

static mlc_status check_present(const column_check *c, mlc_error *err)
{
    mlci_hits hits;
    const double n = (double)c->v->dataset->n_rows;
    if (isnan(c->rules->min_present) || n == 0) return MLC_OK;
    MLCI_TRY(find_rows(c, NULL, NULL, &hits, err));
    const double present = (n - (double)hits.n) / n;
    if (present >= c->rules->min_present) return MLC_OK;
    char is[MLCI_NUMBER_SIZE], wanted[MLCI_NUMBER_SIZE];
    mlci_real_format_digits(present, 4, is);
    mlci_real_format_digits(c->rules->min_present, 6, wanted);
    mlci_text text = start_message(c);
    mlci_text_append_format(&text, "has a value in a share of %s of the rows: must be at least %s",
                            is, wanted);
    return report(c, "too_many_missing", &hits, &text, err);
}

/* ---- range ----------------------------------------------------------------------------------- */

mlc_status mlci_bound_read(const char *text, const char *what, const mlci_field *field,
                           mlci_bound *out, mlc_error *err)
{
    const int64_t length = text == NULL ? 0 : (int64_t)strlen(text);
    const int32_t type = field->column->type;
    *out = (mlci_bound){.is_set = text != NULL};
    if (text == NULL) return MLC_OK;
    if (type == MLC_TYPE_TIMESTAMP) {
        out->is_integer = mlci_timestamp_parse(text, length, &out->integer);
        if (out->is_integer) return MLC_OK;
    } else if (mlci_type_is_number(type) && mlci_real_parse(text, length, &out->real) &&
               !isnan(out->real)) {
        out->is_integer = mlci_integer_parse(text, length, &out->integer);
        return MLC_OK;
    }
    return mlci_fail(err, MLC_ERROR_SETTING, field->name,
                     "schema: column '%s' is %s, and %s = %s: must be %s", field->name,
                     mlci_type_name(type), what, text,
                     type == MLC_TYPE_TIMESTAMP  ? "a time such as 2024-02-29T13:45:30Z"
                     : mlci_type_is_number(type) ? "a number"
                                                 : "left out");
}

int mlci_bound_compare(const mlci_bound *bound, const mlci_column *column, int64_t source)
{
    if ((column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) &&
        bound->is_integer) {
        const int64_t value = ((const int64_t *)column->values)[source];
        return (value > bound->integer) - (value < bound->integer);
    }
    double value;
    mlci_column_reals(column, source, 1, &value, 1);
    return (value > bound->real) - (value < bound->real);
}

static int is_below(void *bound, const mlci_column *column, int64_t source)
{
    return mlci_bound_compare(bound, column, source) < 0;
}

static int is_above(void *bound, const mlci_column *column, int64_t source)
{
    return mlci_bound_compare(bound, column, source) > 0;
}

static mlc_status check_bound(const column_check *c, const char *text, int is_least, mlc_error *err)
{
    mlci_bound bound;
    mlci_hits hits;
    MLCI_TRY(mlci_bound_read(text, is_least ? "min" : "max", c->field, &bound, err));
    if (!bound.is_set) return MLC_OK;
    MLCI_TRY(find_rows(c, is_least ? is_below : is_above, &bound, &hits, err));
    if (hits.n == 0) return MLC_OK;
    mlci_text message = start_message(c);
    mlci_text_append_format(&message, "is %s %s in %lld rows: must be at %s %s",
                            is_least ? "below" : "above", text, (long long)hits.n,
                            is_least ? "least" : "most", text);
    return report(c, is_least ? "below_min" : "above_max", &hits, &message, err);
}

static int is_infinite(void *arg, const mlci_column *column, int64_t source)
{
    double value;
    mlci_column_reals(column, source, 1, &value, 1);
    return isinf(value) != 0;
}

static mlc_status check_finite(const column_check *c, mlc_error *err)
{
    mlci_hits hits;
    const int32_t type = c->field->column->type;
    if (!c->rules->finite || (type != MLC_TYPE_FLOAT32 && type != MLC_TYPE_FLOAT64)) return MLC_OK;
    MLCI_TRY(find_rows(c, is_infinite, NULL, &hits, err));
    if (hits.n == 0) return MLC_OK;
    mlci_text message = start_message(c);
    mlci_text_append_format(&message, "is infinite in %lld rows: must be finite",
                            (long long)hits.n);
    return report(c, "not_finite", &hits, &message, err);
}

/* ---- allowed values -------------------------------------------------------------------------- */

typedef struct allowed_values {
    mlci_root *root;
    mlci_text_key *keys; /* sorted; texts are blocks */
    int64_t n, capacity;
    mlci_text cell; /* of a number, as text */
    const mlci_field *field;
} allowed_values;

static mlc_status add_allowed(void *arg, const char *item, int64_t length, mlc_error *err)
{
    allowed_values *const a = arg;
    if (a->n == a->capacity) {
        const int64_t capacity = a->capacity == 0 ? 16 : 2 * a->capacity;
        void *const keys = mlci_realloc(a->root, a->keys, capacity, (int64_t)sizeof *a->keys);
        if (keys == NULL) return mlci_fail_memory(err, capacity, (int64_t)sizeof *a->keys);
        a->keys = keys;
        a->capacity = capacity;
    }
    char *const text = mlci_copy_text(a->root, item, length);
    if (text == NULL) return mlci_fail_memory(err, length, 1);
    a->keys[a->n] = (mlci_text_key){text, length, a->n};
    a->n++;
    return MLC_OK;
}

static void clear_allowed(allowed_values *a)
{
    for (int64_t i = 0; i < a->n; i++)
        mlci_free((char *)a->keys[i].text);
    mlci_free(a->keys);
    mlci_text_clear(&a->cell);
}

static mlc_status read_allowed(allowed_values *a, const char *list, mlc_error *err)
{
    MLCI_TRY(mlci_list_each(list, add_allowed, a, err));
    mlci_text_key *const scratch = mlci_alloc_raw(a->root, a->n, (int64_t)sizeof *scratch);
    if (scratch == NULL) return mlci_fail_memory(err, a->n, (int64_t)sizeof *scratch);
    mlci_text_keys_sort(a->keys, scratch, a->n);
    mlci_free(scratch);
    return MLC_OK;
}

static int is_not_allowed(void *arg, const mlci_column *column, int64_t source)
{
    allowed_values *const a = arg;
    int64_t length = 0, low = 0, high = a->n;
    const char *text;
    if (column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY) {
        text = mlci_column_text(column, source, &length);
    } else {
        const mlci_shown shown = {a->field, -1};
        a->cell.length = 0;
        mlci_cell_append(&shown, source, 0, &a->cell);
        text = a->cell.data;
        length = a->cell.length;
    }
    while (low < high && text != NULL) {
        const int64_t middle = low + (high - low) / 2;
        const int order =
            mlci_text_compare(a->keys[middle].text, a->keys[middle].length, text, length);
        if (order == 0) return 0;
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return 1;
}

static mlc_status report_values(const column_check *c, const mlci_hits *hits, int64_t n_values,
                                mlc_error *err)
{
    char wanted[MLCI_NUMBER_SIZE];
    mlci_real_format_digits(c->rules->min_domain_mass, 6, wanted);
    mlci_text message = start_message(c);
    mlci_text_append_format(&message,
                            "has %lld of %lld values that are not among those allowed; a share "
                            "of at least %s must be one of: %s",
                            (long long)hits->n, (long long)n_values, wanted, c->rules->values);
    return report(c, "not_in_values", hits, &message, err);
}

static mlc_status check_values(const column_check *c, mlc_error *err)
{
    mlci_hits hits, missing;
    allowed_values a = {
        .root = c->v->call->root, .cell = mlci_text_init(c->v->call->root), .field = c->field};
    if (c->rules->values == NULL) return MLC_OK;
    mlc_status status = read_allowed(&a, c->rules->values, err);
    if (status == MLC_OK) status = find_rows(c, is_not_allowed, &a, &hits, err);
    if (status == MLC_OK) status = mlci_text_status(&a.cell, err);
    if (status == MLC_OK) status = find_rows(c, NULL, NULL, &missing, err);
    clear_allowed(&a);
    if (status != MLC_OK || hits.n == 0) return status;
    const int64_t n_values = c->v->dataset->n_rows - missing.n;
    const double mass = (double)(n_values - hits.n) / (double)n_values;
    return mass >= c->rules->min_domain_mass ? MLC_OK : report_values(c, &hits, n_values, err);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static int is_no_match(void *arg, const mlci_column *column, int64_t source)
{
    int64_t length = 0;
    const char *const text = mlci_column_text(column, source, &length);
    return !mlci_pattern_matches(arg, text, length);
}

static mlc_status check_pattern(const column_check *c, mlc_error *err)
{
    mlci_hits hits;
    mlci_pattern *pattern = NULL;
    if (c->rules->pattern == NULL) return MLC_OK;
    MLCI_TRY(mlci_pattern_create(c->v->call->root, c->rules->pattern, &pattern, err));
    const mlc_status status = find_rows(c, is_no_match, pattern, &hits, err);
    mlci_pattern_free(pattern);
    if (status != MLC_OK || hits.n == 0) return status;
    mlci_text message = start_message(c);
    mlci_text_append_format(&message, "does not match in %lld rows: must look like %s",
                            (long long)hits.n, c->rules->pattern);
    return report(c, "pattern_mismatch", &hits, &message, err);
}

static int64_t characters_of(const mlci_column *column, int64_t source)
{
    int64_t length = 0, n = 0;
    const char *const text = mlci_column_text(column, source, &length);
    for (int64_t i = 0; i < length; i++)
        n += ((uint8_t)text[i] & 0xC0) != 0x80;
    return n;
}

static int is_shorter(void *arg, const mlci_column *column, int64_t source)
{
    return characters_of(column, source) < *(const int64_t *)arg;
}

static int is_longer(void *arg, const mlci_column *column, int64_t source)
{
    return characters_of(column, source) > *(const int64_t *)arg;
}

static mlc_status check_length(const column_check *c, int64_t bound, int is_least, mlc_error *err)
{
    mlci_hits hits;
    if (bound == INT64_MIN) return MLC_OK;
    MLCI_TRY(find_rows(c, is_least ? is_shorter : is_longer, &bound, &hits, err));
    if (hits.n == 0) return MLC_OK;
    mlci_text message = start_message(c);
    mlci_text_append_format(&message,
                            "has %s than %lld characters in %lld rows: must have at %s %lld",
                            is_least ? "fewer" : "more", (long long)bound, (long long)hits.n,
                            is_least ? "least" : "most", (long long)bound);
    return report(c, is_least ? "too_short" : "too_long", &hits, &message, err);
}

/* ---- the column ------------------------------------------------------------------------------ */

int mlci_schema_type_fits(int32_t wanted, int32_t type)
{
    const int is_text = type == MLC_TYPE_TEXT || type == MLC_TYPE_CATEGORY;
    if (wanted == 0 || wanted == type) return 1;
    if (wanted == MLC_TYPE_TEXT || wanted == MLC_TYPE_CATEGORY) return is_text;
    if (wanted == MLC_TYPE_INT64) return type == MLC_TYPE_BOOL;
    return (wanted == MLC_TYPE_FLOAT32 || wanted == MLC_TYPE_FLOAT64) && mlci_type_is_number(type);
}

static mlc_status check_texts(const column_check *c, mlc_error *err)
{
    const mlci_schema_column *const rules = c->rules;
    const int32_t type = c->field->column->type;
    const int asks =
        rules->pattern != NULL || rules->min_length != INT64_MIN || rules->max_length != INT64_MIN;
    if (!asks) return MLC_OK;
    if (type != MLC_TYPE_TEXT && type != MLC_TYPE_CATEGORY) {
        return mlci_fail(err, MLC_ERROR_SETTING, rules->name,
                         "schema: column '%s' is %s: pattern and lengths are for texts",
                         rules->name, mlci_type_name(type));
    }
    MLCI_TRY(check_pattern(c, err));
    MLCI_TRY(check_length(c, rules->min_length, 1, err));
    return check_length(c, rules->max_length, 0, err);
}

mlc_status mlci_validate_column(const mlci_validation *v, const mlci_schema_column *rules,
                                int32_t field, mlci_findings *findings, mlc_error *err)
{
    const column_check c = {
        .v = v, .rules = rules, .field = &v->dataset->fields[field], .findings = findings};
    MLCI_TRY(check_present(&c, err));
    if (c.field->column->type == MLC_TYPE_VECTOR) return MLC_OK;
    MLCI_TRY(check_bound(&c, rules->least, 1, err));
    MLCI_TRY(check_bound(&c, rules->greatest, 0, err));
    MLCI_TRY(check_finite(&c, err));
    MLCI_TRY(check_values(&c, err));
    MLCI_TRY(check_texts(&c, err));
    return mlci_validate_order(v, rules, field, findings, err);
}
