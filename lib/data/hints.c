/* Hints at what makes a training set misleading. Features are looked at one by one, each a task:
 * their values are numbered (order.h), from which constants, ids, copies and leakage follow. */
#include <math.h>
#include <string.h>

#include "distinct_sketch.h"
#include "hints_impl.h"
#include "number.h"
#include "order.h"
#include "param.h"
#include "row_numbers.h"

#define ID_ROWS 20 /* fewer distinct values make no id */

typedef struct hint_settings {
    double quasi_constant, leakage;
    int64_t examples;
} hint_settings;

static const mlci_param settings_table[] = {
    MLCI_REAL(hint_settings, quasi_constant, 0.99, 0.5, 1,
              "share of the rows with one value from which on a feature is nearly constant",
              .since = "0.1"),
    MLCI_REAL(hint_settings, leakage, 0.95, 0, 1, "how well a feature may predict the target alone",
              .since = "0.1"),
    MLCI_INTEGER(hint_settings, examples, 5, 0, MLCI_FINDINGS_MAX_EXAMPLES,
                 "rows shown of each hint", .since = "0.1"),
    {.name = NULL}};

typedef struct hinting {
    mlci_validation v; /* the dataset is whole */
    const hint_settings *settings;
    const mlci_column *target; /* or NULL */
    mlci_findings *by_field;
    uint64_t *fingerprints; /* of the features, 0 of others */
} hinting;

/* ---- one feature ----------------------------------------------------------------------------- */

static int is_text(const mlci_column *column)
{
    return column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY;
}

/* Of texts which rows are equal, whatever the texts are; of numbers the values. */
static uint64_t fingerprint(const mlci_column *column, const int32_t *number, int32_t *first)
{
    uint64_t hash = is_text(column) ? 1 : 2;
    int32_t n_seen = 0;
    for (int64_t i = 0; i < column->n_rows; i++) {
        uint64_t value = 0;
        double real = 0;
        if (is_text(column) && number[i] >= 0) {
            if (first[number[i]] == 0) first[number[i]] = ++n_seen;
            value = (uint64_t)first[number[i]];
        } else if (number[i] >= 0 && column->type != MLC_TYPE_FLOAT32 &&
                   column->type != MLC_TYPE_FLOAT64 && column->type != MLC_TYPE_BOOL) {
            value = (uint64_t)((const int64_t *)column->values)[i];
        } else if (number[i] >= 0) {
            mlci_column_reals(column, i, 1, &real, 1);
            value = mlci_order_of_real(real);
        }
        hash = mlci_hash_bits(hash * UINT64_C(0x9E3779B97F4A7C15) + value +
                              (number[i] < 0 ? UINT64_C(0xD6E8FEB86659FD93) : 0));
    }
    return hash | 1;
}

static mlc_status number_values(mlc_context *call, const mlci_column *column, mlci_numbered *out,
                                mlc_error *err)
{
    const int64_t n = column->n_rows;
    *out = (mlci_numbered){.top_row = -1};
    out->number = mlci_alloc_raw(call->root, n, sizeof(int32_t));
    if (out->number == NULL) return mlci_fail_memory(err, n, sizeof(int32_t));
    MLCI_TRY(mlci_order_number(call, column, out->number, &out->n, err));
    int32_t *const counts = mlci_alloc(call->root, out->n, sizeof(int32_t));
    if (counts == NULL) return mlci_fail_memory(err, out->n, sizeof(int32_t));
    for (int64_t i = 0; i < n; i++) {
        if (out->number[i] < 0) {
            out->n_missing++;
        } else if (++counts[out->number[i]] > out->n_top) {
            out->n_top = counts[out->number[i]];
            out->top_row = i;
        }
    }
    memset(counts, 0, (size_t)out->n * sizeof *counts);
    out->fingerprint = fingerprint(column, out->number, counts);
    mlci_free(counts);
    return MLC_OK;
}

static mlc_status hint(const hinting *h, int64_t field, const char *rule, int32_t severity,
                       mlci_text *message, mlc_error *err)
{
    return mlci_findings_add(&h->by_field[field], rule, h->v.dataset->fields[field].name, severity,
                             h->v.dataset, NULL, NULL, message, err);
}

static mlc_status check_constant(const hinting *h, int64_t j, const mlci_numbered *values,
                                 mlc_error *err)
{
    const mlc_dataset *const d = h->v.dataset;
    const int is_constant = values->n == 0 || (values->n == 1 && values->n_missing == 0);
    const double share = (double)values->n_top / (double)d->n_rows;
    if (d->n_rows < 2 || (!is_constant && share < h->settings->quasi_constant)) return MLC_OK;
    mlci_text message = mlci_text_init(h->v.call->root);
    const mlci_shown shown = {&d->fields[j], -1};
    mlci_text_append_format(&message, "column '%s' ", d->fields[j].name);
    if (values->top_row < 0) {
        mlci_text_append_text(&message, "has no values");
    } else {
        mlci_text_append_text(&message, "is ");
        mlci_cell_append(&shown, values->top_row, 6, &message);
        mlci_text_append_format(&message, " in %s%lld rows", is_constant ? "all " : "",
                                (long long)values->n_top);
    }
    mlci_text_append_text(&message, is_constant ? ": it tells nothing; leave it out"
                                                : ": it tells next to nothing");
    return hint(h, j, is_constant ? "constant" : "quasi_constant", MLCI_SEVERITY_WARNING, &message,
                err);
}

static mlc_status check_id(const hinting *h, int64_t j, const mlci_numbered *values, mlc_error *err)
{
    const mlci_column *const column = h->v.dataset->fields[j].column;
    const int may_be = is_text(column) || column->type == MLC_TYPE_INT64;
    if (!may_be || column->n_rows < ID_ROWS || values->n != column->n_rows) return MLC_OK;
    mlci_text message = mlci_text_init(h->v.call->root);
    mlci_text_append_format(&message, "column '%s' differs in all rows: if it is an id, say id=%s",
                            h->v.dataset->fields[j].name, h->v.dataset->fields[j].name);
    return hint(h, j, "id_as_feature", MLCI_SEVERITY_WARNING, &message, err);
}

static mlc_status check_leakage(const hinting *h, int64_t j, const mlci_numbered *values,
                                mlc_error *err)
{
    double score;
    char text[MLCI_NUMBER_SIZE];
    if (h->target == NULL) return MLC_OK;
    MLCI_TRY(mlci_hints_leakage(h->v.call, h->v.dataset->fields[j].column, values, h->target,
                                &score, err));
    if (score < h->settings->leakage) return MLC_OK;
    mlci_real_format_digits(score, 4, text);
    mlci_text message = mlci_text_init(h->v.call->root);
    mlci_text_append_format(&message,
                            "column '%s' predicts the target alone (%s of 1): is it known "
                            "before the target is?",
                            h->v.dataset->fields[j].name, text);
    return hint(h, j, "leaking_target", MLCI_SEVERITY_ERROR, &message, err);
}

static mlc_status check_feature(void *arg, int64_t j, int32_t slot, mlc_error *err)
{
    const hinting *const h = arg;
    const mlci_field *const field = &h->v.dataset->fields[j];
    mlci_numbered values;
    if (!mlci_field_is_feature(field) || field->column->type == MLC_TYPE_VECTOR) return MLC_OK;
    mlc_status status = number_values(h->v.call, field->column, &values, err);
    h->fingerprints[j] = values.fingerprint;
    if (status == MLC_OK) status = check_constant(h, j, &values, err);
    if (status == MLC_OK) status = check_id(h, j, &values, err);
    if (status == MLC_OK) status = check_leakage(h, j, &values, err);
    mlci_free(values.number);
    return status;
}

/* ---- columns that are equal ------------------------------------------------------------------ */

static mlc_status check_copies(const hinting *h, mlc_error *err)
{
    const mlc_dataset *const d = h->v.dataset;
    mlci_order_key *const keys = mlci_alloc(h->v.call->root, 2 * d->n_fields, sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * d->n_fields, sizeof *keys);
    for (int32_t j = 0; j < d->n_fields; j++)
        keys[j] = (mlci_order_key){h->fingerprints[j], j};
    mlc_status status = mlci_order_sort(h->v.call, keys, keys + d->n_fields, d->n_fields, err);
    int64_t first = 0;
    for (int64_t k = 1; d->n_rows > 1 && status == MLC_OK && k < d->n_fields; k++) {
        if (keys[k].key == 0 || keys[k].key != keys[first].key) {
            first = k;
            continue;
        }
        mlci_text message = mlci_text_init(h->v.call->root);
        mlci_text_append_format(&message, "column '%s' is '%s' once more: leave one of them out",
                                d->fields[keys[k].row].name, d->fields[keys[first].row].name);
        status = hint(h, keys[k].row, "duplicate_column", MLCI_SEVERITY_WARNING, &message, err);
    }
    mlci_free(keys);
    return status;
}

/* ---- rows that are equal --------------------------------------------------------------------- */

static int32_t pick_fields(const mlc_dataset *d, int with_target, int32_t *fields)
{
    int32_t n = 0;
    for (int32_t j = 0; j < d->n_fields; j++) {
        const int is_picked = mlci_field_is_feature(&d->fields[j]) ||
                              (with_target && d->fields[j].role == MLCI_ROLE_TARGET);
        if (is_picked && d->fields[j].column->indices == NULL) fields[n++] = j;
    }
    return n;
}

static mlc_status report_rows(const hinting *h, const char *rule, const mlci_hits *hits,
                              const char *text, mlci_findings *findings, mlc_error *err)
{
    if (hits->n == 0) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message, "%lld rows %s", (long long)hits->n, text);
    return mlci_findings_add(findings, rule, NULL, MLCI_SEVERITY_WARNING, h->v.dataset, NULL, hits,
                             &message, err);
}

/* alike: the features' numbers; whole: with the targets. Rows alike one before that is not equal in
 * whole contradict it. */
static mlc_status compare_rows(const hinting *h, const int32_t *alike, const int32_t *whole,
                               int32_t *first, mlci_findings *findings, mlc_error *err)
{
    mlci_hits repeats = {.most = h->v.n_examples}, conflicts = {.most = h->v.n_examples};
    const int64_t n = h->v.dataset->n_rows;
    for (int64_t i = 0; i < n; i++)
        first[whole[i]] = -1;
    for (int64_t i = 0; i < n; i++) {
        if (first[whole[i]] >= 0) mlci_hits_add(&repeats, i);
        first[whole[i]] = (int32_t)i;
    }
    for (int64_t i = 0; i < n; i++)
        first[alike[i]] = -1;
    for (int64_t i = 0; i < n; i++) {
        const int32_t one = first[alike[i]];
        if (one >= 0 && whole[one] != whole[i]) mlci_hits_add(&conflicts, i);
        if (one < 0) first[alike[i]] = (int32_t)i;
    }
    MLCI_TRY(report_rows(h, "duplicate_rows", &repeats,
                         "are equal to one before them: they count more than once, and may end up "
                         "in training and test",
                         findings, err));
    return report_rows(h, "conflicting_rows", &conflicts,
                       "have the features of one before them and another target: no model can be "
                       "right on both",
                       findings, err);
}

static mlc_status check_rows(const hinting *h, mlci_findings *findings, mlc_error *err)
{
    const mlc_dataset *const d = h->v.dataset;
    mlci_root *const root = h->v.call->root;
    int32_t *const fields = mlci_alloc(root, d->n_fields, sizeof(int32_t));
    int32_t *const numbers = mlci_alloc(root, 3 * d->n_rows, sizeof(int32_t));
    mlc_status status = MLC_OK;
    if (fields == NULL || numbers == NULL) {
        status = mlci_fail_memory(err, 3 * d->n_rows, sizeof(int32_t));
    }
    const int32_t n_features = status == MLC_OK ? pick_fields(d, 0, fields) : 0;
    if (n_features > 0) {
        int32_t *const whole = numbers + d->n_rows, *const first = whole + d->n_rows;
        status = mlci_rows_number(h->v.call, d, n_features, fields, numbers, err);
        const int32_t n = pick_fields(d, 1, fields);
        if (status == MLC_OK) status = mlci_rows_number(h->v.call, d, n, fields, whole, err);
        if (status == MLC_OK) status = compare_rows(h, numbers, whole, first, findings, err);
    }
    mlci_free(numbers);
    mlci_free(fields);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static mlc_status look(hinting *h, mlci_findings *findings, mlc_error *err)
{
    const int32_t n = h->v.dataset->n_fields;
    MLCI_TRY(check_rows(h, findings, err));
    mlc_status status = mlci_parallel_for(h->v.call, n, check_feature, h, err);
    if (status == MLC_OK) status = check_copies(h, err);
    for (int32_t j = 0; status == MLC_OK && j < n; j++)
        status = mlci_findings_append(findings, &h->by_field[j], err);
    return status;
}

static mlc_status open_hinting(hinting *h, mlc_error *err)
{
    const int32_t n = h->v.dataset->n_fields;
    mlci_root *const root = h->v.call->root;
    int32_t target = -1;
    for (int32_t j = 0; j < n && target < 0; j++)
        if (h->v.dataset->fields[j].role == MLCI_ROLE_TARGET) target = j;
    if (target >= 0) h->target = h->v.dataset->fields[target].column;
    if (h->target != NULL && h->target->type == MLC_TYPE_VECTOR) h->target = NULL;
    h->by_field = mlci_alloc(root, n, (int64_t)sizeof *h->by_field);
    h->fingerprints = mlci_alloc(root, n, sizeof(uint64_t));
    if (h->by_field == NULL || h->fingerprints == NULL) {
        return mlci_fail_memory(err, n, (int64_t)sizeof *h->by_field);
    }
    for (int32_t j = 0; j < n; j++)
        h->by_field[j].root = root;
    return MLC_OK;
}

static mlc_status find_hints(mlc_context *call, const mlc_dataset *train, const mlc_dataset *test,
                             const hint_settings *settings, mlc_dataset **out, mlc_error *err)
{
    mlc_dataset *whole = NULL;
    mlci_findings findings = {.root = call->root};
    MLCI_TRY(mlci_dataset_contiguous(call, train, &whole, err));
    hinting h = {.v = {.call = call, .dataset = whole, .n_examples = (int32_t)settings->examples},
                 .settings = settings};
    mlc_status status = open_hinting(&h, err);
    if (status == MLC_OK) status = look(&h, &findings, err);
    if (status == MLC_OK && test != NULL) status = mlci_hints_shared(&h.v, test, &findings, err);
    if (status == MLC_OK) status = mlci_findings_table(&findings, out, err);
    for (int32_t j = 0; h.by_field != NULL && j < whole->n_fields; j++)
        mlci_findings_clear(&h.by_field[j]);
    mlci_free(h.by_field);
    mlci_free(h.fingerprints);
    mlci_findings_clear(&findings);
    mlc_dataset_free(whole);
    return status;
}

mlc_status mlc_dataset_hints(mlc_context *ctx, const mlc_dataset *train, const mlc_dataset *test,
                             const char *settings, mlc_dataset **out, mlc_error *err)
{
    if (train == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "train and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    hint_settings s;
    MLCI_TRY(mlci_params_from_text(mlci_context_root(ctx), "hints", settings_table, NULL, settings,
                                   &s, err));
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    const mlc_status status = find_hints(call, train, test, &s, out, err);
    mlci_call_end(call);
    return status;
}
