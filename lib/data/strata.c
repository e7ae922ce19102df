/* Strata: the values of a column as dense numbers, numbers of many values in bins of about equal
 * size, and shares of strata by largest remainders. O(n log n) where values are sorted. */
#include "strata.h"

#include "error.h"
#include "order.h"

#define MOST_NUMBER_CLASSES 50 /* of a numeric target before it is binned */
#define N_BINS 10

mlc_status mlci_strata_of_field(mlc_context *call, const mlc_dataset *dataset, int32_t field,
                                int32_t **out, int32_t *n_values, mlc_error *err)
{
    const int64_t n = dataset->n_rows;
    mlci_column *column = NULL;
    int32_t *const number = mlci_alloc(mlci_context_root(call), n, (int64_t)sizeof *number);
    if (number == NULL) return mlci_fail_memory(err, n, (int64_t)sizeof *number);
    mlc_status status = mlci_dataset_take_column(dataset, field, &column, err);
    if (status == MLC_OK) {
        status = mlci_order_number(call, column, number, n_values, err);
        mlci_column_unref(column);
    }
    if (status != MLC_OK) {
        mlci_free(number);
        return status;
    }
    *out = number;
    return MLC_OK;
}

/* Numbers in ascending order of value to N_BINS bins of about equal size; equal values stay
 * together. */
static mlc_status bin_values(mlci_root *root, int64_t n_rows, int32_t n_values, int32_t *number,
                             mlc_error *err)
{
    int64_t *const first = mlci_alloc(root, (int64_t)n_values + 1, (int64_t)sizeof *first);
    if (first == NULL) return mlci_fail_memory(err, n_values, (int64_t)sizeof *first);
    int64_t n = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        if (number[i] < 0) continue;
        first[number[i] + 1]++;
        n++;
    }
    for (int32_t v = 0; v < n_values; v++)
        first[v + 1] += first[v];
    for (int64_t i = 0; i < n_rows; i++) {
        if (number[i] >= 0) number[i] = (int32_t)(first[number[i]] * N_BINS / n);
    }
    mlci_free(first);
    return MLC_OK;
}

mlc_status mlci_strata_of_target(mlc_context *call, const mlc_dataset *dataset, int32_t **out,
                                 int32_t *has_bins, mlc_error *err)
{
    int32_t field = -1, n_targets = 0;
    for (int32_t j = 0; j < dataset->n_fields; j++) {
        if (dataset->fields[j].role != MLCI_ROLE_TARGET) continue;
        field = j;
        n_targets++;
    }
    *out = NULL;
    *has_bins = 0;
    if (n_targets != 1 || dataset->fields[field].column->type == MLC_TYPE_VECTOR) return MLC_OK;
    const int32_t type = dataset->fields[field].column->type;
    const int is_class = type == MLC_TYPE_CATEGORY || type == MLC_TYPE_TEXT;
    int32_t *number = NULL, n_values = 0;
    MLCI_TRY(mlci_strata_of_field(call, dataset, field, &number, &n_values, err));
    *has_bins = !is_class && n_values > MOST_NUMBER_CLASSES;
    if (*has_bins) {
        const mlc_status status =
            bin_values(mlci_context_root(call), dataset->n_rows, n_values, number, err);
        if (status != MLC_OK) {
            mlci_free(number);
            return status;
        }
        n_values = N_BINS;
    }
    for (int64_t i = 0; i < dataset->n_rows; i++) {
        if (number[i] < 0) number[i] = n_values;
    }
    *out = number;
    return MLC_OK;
}

int32_t mlci_strata_count(const int32_t *stratum, int64_t n_rows)
{
    int32_t n = 0;
    for (int64_t i = 0; i < n_rows; i++) {
        if (stratum[i] >= n) n = stratum[i] + 1;
    }
    return n;
}

/* Counts and rows are below 2^31, so that the products are exact. */
mlc_status mlci_strata_share(mlci_root *root, const int64_t *counts, int32_t n, int64_t wanted,
                             int64_t *shares, mlc_error *err)
{
    mlci_order_key *const keys = mlci_alloc_raw(root, 2 * (int64_t)n, (int64_t)sizeof *keys);
    if (keys == NULL) return mlci_fail_memory(err, 2 * (int64_t)n, (int64_t)sizeof *keys);
    int64_t total = 0, left = wanted;
    for (int32_t c = 0; c < n; c++)
        total += counts[c];
    for (int32_t c = 0; c < n; c++) {
        shares[c] = counts[c] * wanted / total;
        left -= shares[c];
        keys[c] = (mlci_order_key){~(uint64_t)(counts[c] * wanted % total), c};
    }
    (void)mlci_order_sort(NULL, keys, keys + n, n, NULL);
    for (int64_t i = 0; i < left; i++)
        shares[keys[i].row]++;
    mlci_free(keys);
    return MLC_OK;
}
