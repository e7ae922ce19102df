/* Rules that compare the values of a column with one another, with the time, or with those of a
 * reference: unique, order of the rows, freshness, distance of distributions. */
#include <math.h>
#include <string.h>

#include "number.h"
#include "profile_distance.h"
#include "row_numbers.h"
#include "timestamp.h"
#include "validate_impl.h"

#define MICROSECONDS_AN_HOUR 3.6e9

static mlc_status report(const mlci_validation *v, mlci_findings *findings, const char *rule,
                         const mlci_schema_column *rules, const mlci_field *field,
                         const mlci_hits *hits, mlci_text *message, mlc_error *err)
{
    return mlci_findings_add(findings, rule, rules->name, rules->severity, v->dataset, field, hits,
                             message, err);
}

/* ---- unique ---------------------------------------------------------------------------------- */

static mlc_status find_repeats(const mlci_validation *v, int32_t n_fields, const int32_t *fields,
                               mlci_hits *hits, mlc_error *err)
{
    const int64_t n = v->dataset->n_rows;
    int32_t *const numbers = mlci_alloc_raw(v->call->root, n, sizeof(int32_t));
    uint8_t *const seen = mlci_alloc(v->call->root, n, 1);
    *hits = (mlci_hits){.most = v->n_examples};
    mlc_status status = MLC_OK;
    if (numbers == NULL || seen == NULL) status = mlci_fail_memory(err, n, sizeof(int32_t));
    if (status == MLC_OK) {
        status = mlci_rows_number(v->call, v->dataset, n_fields, fields, numbers, err);
    }
    for (int64_t i = 0; status == MLC_OK && i < n; i++) {
        const int64_t source = mlci_dataset_source_row(v->dataset, i);
        const int is_there =
            n_fields > 1 || mlci_column_is_valid(v->dataset->fields[fields[0]].column, source);
        if (!is_there) continue;
        if (seen[numbers[i]]) mlci_hits_add(hits, i);
        seen[numbers[i]] = 1;
    }
    mlci_free(seen);
    mlci_free(numbers);
    return status;
}

mlc_status mlci_validate_distinct(const mlci_validation *v, const char *rule, const char *column,
                                  int32_t severity, int32_t n_fields, const int32_t *fields,
                                  mlci_findings *findings, mlc_error *err)
{
    mlci_hits hits;
    MLCI_TRY(find_repeats(v, n_fields, fields, &hits, err));
    if (hits.n == 0) return MLC_OK;
    const mlci_field *const field = n_fields == 1 ? &v->dataset->fields[fields[0]] : NULL;
    mlci_text message = mlci_text_init(findings->root);
    for (int32_t i = 0; i < n_fields; i++) {
        mlci_text_append_format(&message, "%s'%s'",
                                i == 0 ? n_fields == 1 ? "column " : "columns " : ", ",
                                v->dataset->fields[fields[i]].name);
    }
    mlci_text_append_format(&message,
                            " repeat%s a value that came before in %lld rows: must differ "
                            "in each row",
                            n_fields == 1 ? "s" : "", (long long)hits.n);
    return mlci_findings_add(findings, rule, column, severity, v->dataset, field, &hits, &message,
                             err);
}

/* ---- order ----------------------------------------------------------------------------------- */

/* -1, 0, 1 of two rows that have values. */
static int compare_rows(const mlci_column *column, int64_t a, int64_t b)
{
    if (column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) {
        const int64_t *const values = column->values;
        return (values[a] > values[b]) - (values[a] < values[b]);
    }
    if (column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY) {
        int64_t n_a, n_b;
        const char *const text_a = mlci_column_text(column, a, &n_a);
        const char *const text_b = mlci_column_text(column, b, &n_b);
        const int order = mlci_text_compare(text_a, n_a, text_b, n_b);
        return (order > 0) - (order < 0);
    }
    double x, y;
    mlci_column_reals(column, a, 1, &x, 1);
    mlci_column_reals(column, b, 1, &y, 1);
    return (x > y) - (x < y);
}

static const char *order_name(int32_t monotone)
{
    static const char *const names[] = {"", "increasing", "strictly increasing", "decreasing",
                                        "strictly decreasing"};
    return names[monotone];
}

static mlc_status check_order(const mlci_validation *v, const mlci_schema_column *rules,
                              const mlci_field *field, mlci_findings *findings, mlc_error *err)
{
    mlci_hits hits = {.most = v->n_examples};
    const int32_t order = rules->monotone;
    int64_t before = -1;
    if (order == MLCI_MONOTONE_NONE) return MLC_OK;
    for (int64_t i = 0; i < v->dataset->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(v->call, i, err));
        const int64_t source = mlci_dataset_source_row(v->dataset, i);
        if (!mlci_column_is_valid(field->column, source)) continue;
        const int c = before < 0 ? 0 : compare_rows(field->column, source, before);
        const int is_strict = order == MLCI_MONOTONE_STRICTLY_INCREASING ||
                              order == MLCI_MONOTONE_STRICTLY_DECREASING;
        const int up = order <= MLCI_MONOTONE_STRICTLY_INCREASING ? c : -c;
        if (before >= 0 && (is_strict ? up <= 0 : up < 0)) mlci_hits_add(&hits, i);
        before = source;
    }
    if (hits.n == 0) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "column '%s' breaks its order in %lld rows: must be %s",
                            field->name, (long long)hits.n, order_name(order));
    return report(v, findings, "not_monotone", rules, field, &hits, &message, err);
}

/* ---- freshness ------------------------------------------------------------------------------- */

static mlc_status find_latest(const mlci_validation *v, const mlci_field *field, int64_t *latest,
                              mlc_error *err)
{
    *latest = INT64_MIN;
    if (field->column->type != MLC_TYPE_TIMESTAMP) {
        return mlci_fail(err, MLC_ERROR_SETTING, field->name,
                         "schema: column '%s' is %s: fresh_within_hours is for timestamps",
                         field->name, mlci_type_name(field->column->type));
    }
    if (!v->has_now) {
        return mlci_fail(err, MLC_ERROR_SETTING, "now",
                         "schema: column '%s' has fresh_within_hours: say what time it is, as in "
                         "now=2024-02-29T13:45:30Z",
                         field->name);
    }
    for (int64_t i = 0; i < v->dataset->n_rows; i++) {
        const int64_t source = mlci_dataset_source_row(v->dataset, i);
        const int64_t value = ((const int64_t *)field->column->values)[source];
        if (mlci_column_is_valid(field->column, source) && value > *latest) *latest = value;
    }
    return MLC_OK;
}

static mlc_status check_fresh(const mlci_validation *v, const mlci_schema_column *rules,
                              const mlci_field *field, mlci_findings *findings, mlc_error *err)
{
    int64_t latest;
    if (isnan(rules->fresh_within_hours)) return MLC_OK;
    MLCI_TRY(find_latest(v, field, &latest, err));
    const double hours = ((double)v->now - (double)latest) / MICROSECONDS_AN_HOUR;
    if (hours <= rules->fresh_within_hours) return MLC_OK;
    char wanted[MLCI_NUMBER_SIZE], age[MLCI_NUMBER_SIZE], time[MLCI_TIMESTAMP_SIZE];
    mlci_real_format_digits(rules->fresh_within_hours, 6, wanted);
    mlci_real_format_digits(hours, 4, age);
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "column '%s' ", field->name);
    if (latest == INT64_MIN) {
        mlci_text_append_text(&message, "has no time at all");
    } else {
        mlci_timestamp_format(latest, time);
        mlci_text_append_format(&message, "is at %s at the latest, %s hours ago", time, age);
    }
    mlci_text_append_format(&message, ": must not be older than %s hours", wanted);
    return report(v, findings, "not_fresh", rules, field, NULL, &message, err);
}

/* ---- distances ------------------------------------------------------------------------------- */

static mlc_status report_distance(const mlci_validation *v, const mlci_schema_column *rules,
                                  const char *rule, const char *what, double is, double most,
                                  mlci_findings *findings, mlc_error *err)
{
    char value[MLCI_NUMBER_SIZE], bound[MLCI_NUMBER_SIZE];
    if (isnan(most) || !(is > most)) return MLC_OK;
    mlci_real_format_digits(is, 4, value);
    mlci_real_format_digits(most, 6, bound);
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message,
                            "column '%s' is away from the reference by a %s of %s: must "
                            "be at most %s",
                            rules->name, what, value, bound);
    return report(v, findings, rule, rules, NULL, NULL, &message, err);
}

static mlc_status measure(const mlci_validation *v, int32_t field, int64_t i, mlci_distances *out,
                          mlc_error *err)
{
    mlc_dataset *part = NULL;
    mlc_profile *profile = NULL;
    const mlci_field *const f = &v->dataset->fields[field];
    const mlci_profile_settings settings = {.max_distinct = v->reference->max_distinct};
    const mlci_field fields[] = {*f};
    MLCI_TRY(mlci_dataset_with_fields(v->dataset, 1, fields, &part, err));
    mlc_status status = mlci_profile_dataset(v->call, part, &settings, &profile, err);
    if (status == MLC_OK) {
        status = mlci_profile_distances(&profile->columns[0], &v->reference->columns[i], out, err);
    }
    mlc_profile_free(profile);
    mlc_dataset_free(part);
    return status;
}

static mlc_status check_distances(const mlci_validation *v, const mlci_schema_column *rules,
                                  int32_t field, mlci_findings *findings, mlc_error *err)
{
    mlci_distances d;
    if (isnan(rules->max_psi) && isnan(rules->max_js) && isnan(rules->max_l_infinity)) {
        return MLC_OK;
    }
    if (v->reference == NULL) {
        return mlci_fail(err, MLC_ERROR_SETTING, rules->name,
                         "schema: column '%s' is compared with a reference: give its profile",
                         rules->name);
    }
    const int64_t i = mlci_profile_find(v->reference, rules->name);
    if (i < 0) {
        return mlci_fail(err, MLC_ERROR_COLUMN, rules->name,
                         "the reference profile has no column '%s'", rules->name);
    }
    MLCI_TRY(measure(v, field, i, &d, err));
    MLCI_TRY(report_distance(v, rules, "drift_psi", "population stability index", d.psi,
                             rules->max_psi, findings, err));
    MLCI_TRY(report_distance(v, rules, "drift_js", "Jensen-Shannon distance", d.js, rules->max_js,
                             findings, err));
    return report_distance(v, rules, "drift_l_infinity", "greatest difference of shares",
                           d.l_infinity, rules->max_l_infinity, findings, err);
}

mlc_status mlci_validate_order(const mlci_validation *v, const mlci_schema_column *rules,
                               int32_t field, mlci_findings *findings, mlc_error *err)
{
    const mlci_field *const f = &v->dataset->fields[field];
    if (rules->unique) {
        MLCI_TRY(mlci_validate_distinct(v, "not_unique", rules->name, rules->severity, 1, &field,
                                        findings, err));
    }
    MLCI_TRY(check_order(v, rules, f, findings, err));
    MLCI_TRY(check_fresh(v, rules, f, findings, err));
    return check_distances(v, rules, field, findings, err);
}
