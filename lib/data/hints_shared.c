/* Hints that compare the training rows with others: rows in both, and times out of order. Rows are
 * compared by two hashes of 64 bits over the values of the features and targets that both have. */
#include <math.h>
#include <string.h>

#include "distinct_sketch.h"
#include "hints_impl.h"
#include "order.h"
#include "text_hash.h"

typedef struct row_hashes {
    int64_t n;
    uint64_t *first, *second;
} row_hashes;

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return mlci_hash_bits(hash * UINT64_C(0x9E3779B97F4A7C15) + value);
}

/* The same for values that are equal, also when their columns have other types of number. */
static uint64_t hash_cell(const mlci_column *column, int64_t source)
{
    double value;
    if (column->type == MLC_TYPE_TEXT || column->type == MLC_TYPE_CATEGORY) {
        int64_t length;
        const char *const text = mlci_column_text(column, source, &length);
        return text == NULL ? 1 : mlci_text_hash(text, length) | 2;
    }
    if (!mlci_column_is_valid(column, source)) return 1;
    if (column->type == MLC_TYPE_INT64 || column->type == MLC_TYPE_TIMESTAMP) {
        const int64_t integer = ((const int64_t *)column->values)[source];
        const int64_t most = (int64_t)1 << 53; /* beyond, doubles of several are equal */
        if (integer > most || integer < -most) return mlci_hash_bits((uint64_t)integer);
    }
    mlci_column_reals(column, source, 1, &value, 1);
    return isnan(value) ? 1 : mlci_order_of_real(value);
}

static int is_compared(const mlc_dataset *a, const mlc_dataset *b, int32_t i, int32_t *other)
{
    const mlci_field *const field = &a->fields[i];
    if (!mlci_field_is_feature(field) && field->role != MLCI_ROLE_TARGET) return 0;
    *other = mlci_dataset_find(b, field->name);
    return *other >= 0 && field->column->type != MLC_TYPE_VECTOR &&
           b->fields[*other].column->type != MLC_TYPE_VECTOR;
}

/* Hashes of the rows of `of`, over the columns of train that test has too, in train's order. */
static mlc_status hash_rows(mlc_context *call, const mlc_dataset *train, const mlc_dataset *test,
                            const mlc_dataset *of, row_hashes *out, mlc_error *err)
{
    out->n = of->n_rows;
    out->first = mlci_alloc(call->root, out->n, sizeof(uint64_t));
    out->second = mlci_alloc(call->root, out->n, sizeof(uint64_t));
    if (out->first == NULL || out->second == NULL) {
        return mlci_fail_memory(err, out->n, sizeof(uint64_t));
    }
    for (int32_t j = 0; j < train->n_fields; j++) {
        int32_t other;
        if (!is_compared(train, test, j, &other)) continue;
        const mlci_column *const column = of->fields[of == train ? j : other].column;
        for (int64_t i = 0; i < out->n; i++) {
            MLCI_TRY(mlci_poll_row(call, i, err));
            const uint64_t cell = hash_cell(column, mlci_dataset_source_row(of, i));
            out->first[i] = mix(out->first[i], cell);
            out->second[i] = mix(out->second[i] ^ UINT64_C(0xD6E8FEB86659FD93), cell);
        }
    }
    return MLC_OK;
}

static void clear_hashes(row_hashes *hashes)
{
    mlci_free(hashes->first);
    mlci_free(hashes->second);
}

/* Is there a row of those hashes? keys: the first hashes of all, ascending. */
static int is_among(const row_hashes *all, const mlci_order_key *keys, uint64_t first,
                    uint64_t second)
{
    int64_t low = 0, high = all->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        low = keys[middle].key < first ? middle + 1 : low;
        high = keys[middle].key < first ? high : middle;
    }
    for (; low < all->n && keys[low].key == first; low++)
        if (all->second[keys[low].row] == second) return 1;
    return 0;
}

static mlc_status find_shared(mlc_context *call, const row_hashes *train, const row_hashes *test,
                              mlci_hits *hits, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(call->root, 2 * test->n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * test->n, (int64_t)sizeof *keys);
    for (int64_t i = 0; i < test->n; i++)
        keys[i] = (mlci_order_key){test->first[i], i};
    const mlc_status status = mlci_order_sort(call, keys, keys + test->n, test->n, err);
    for (int64_t i = 0; status == MLC_OK && i < train->n; i++) {
        if (is_among(test, keys, train->first[i], train->second[i])) mlci_hits_add(hits, i);
    }
    mlci_free(keys);
    return status;
}

static mlc_status report_shared(const mlci_validation *v, const mlci_hits *hits,
                                mlci_findings *findings, mlc_error *err)
{
    if (hits->n == 0) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message,
                            "%lld training rows are among the test rows too: a score on "
                            "those tells nothing; take them out of one of the two",
                            (long long)hits->n);
    return mlci_findings_add(findings, "shared_rows", NULL, MLCI_SEVERITY_ERROR, v->dataset, NULL,
                             hits, &message, err);
}

static mlc_status check_shared(const mlci_validation *v, const mlc_dataset *test,
                               mlci_findings *findings, mlc_error *err)
{
    row_hashes of_train = {.n = 0}, of_test = {.n = 0};
    mlci_hits hits = {.most = v->n_examples};
    int32_t n_compared = 0, other;
    for (int32_t j = 0; j < v->dataset->n_fields; j++)
        n_compared += is_compared(v->dataset, test, j, &other);
    if (n_compared == 0) return MLC_OK;
    mlc_status status = hash_rows(v->call, v->dataset, test, v->dataset, &of_train, err);
    if (status == MLC_OK) status = hash_rows(v->call, v->dataset, test, test, &of_test, err);
    if (status == MLC_OK) status = find_shared(v->call, &of_train, &of_test, &hits, err);
    if (status == MLC_OK) status = report_shared(v, &hits, findings, err);
    clear_hashes(&of_train);
    clear_hashes(&of_test);
    return status;
}

/* ---- times ----------------------------------------------------------------------------------- */

static int is_time(const mlci_column *column)
{
    return mlci_type_is_number(column->type) || column->type == MLC_TYPE_TIMESTAMP;
}

static mlc_status check_times(const mlci_validation *v, const mlc_dataset *test,
                              mlci_findings *findings, mlc_error *err)
{
    double latest = -INFINITY, time;
    int64_t n = 0;
    int32_t j = 0;
    while (j < v->dataset->n_fields && v->dataset->fields[j].role != MLCI_ROLE_TIME)
        j++;
    if (j == v->dataset->n_fields) return MLC_OK;
    const mlci_field *const field = &v->dataset->fields[j];
    const int32_t other = mlci_dataset_find(test, field->name);
    if (other < 0 || !is_time(field->column) || !is_time(test->fields[other].column)) return MLC_OK;
    for (int64_t i = 0; i < v->dataset->n_rows; i++) {
        mlci_column_reals(field->column, mlci_dataset_source_row(v->dataset, i), 1, &time, 1);
        if (time > latest) latest = time;
    }
    for (int64_t i = 0; i < test->n_rows; i++) {
        mlci_column_reals(test->fields[other].column, mlci_dataset_source_row(test, i), 1, &time,
                          1);
        n += time <= latest;
    }
    if (n == 0) return MLC_OK;
    mlci_text message = mlci_text_init(findings->root);
    mlci_text_append_format(&message,
                            "%lld of %lld test rows are not after all training rows by "
                            "'%s': the model would know the future; split by time",
                            (long long)n, (long long)test->n_rows, field->name);
    return mlci_findings_add(findings, "test_before_train", field->name, MLCI_SEVERITY_WARNING,
                             v->dataset, NULL, NULL, &message, err);
}

mlc_status mlci_hints_shared(const mlci_validation *train, const mlc_dataset *test,
                             mlci_findings *findings, mlc_error *err)
{
    MLCI_TRY(check_shared(train, test, findings, err));
    return check_times(train, test, findings, err);
}
