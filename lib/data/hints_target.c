/* What one feature says of the target: each row is predicted by the other rows of its bin, so that
 * bins of single rows say nothing. O(n). */
#include <math.h>

#include "hints_impl.h"
#include "order.h"

#define N_BINS 32
#define MOST_CLASSES 20

typedef struct binned {
    mlci_root *root;
    int64_t n_rows;
    int32_t *bin; /* n_rows */
    int32_t n_bins;
} binned;

/* Categories as they are, with one more for missing; numbers by rank, in bins of about equal
 * counts. */
static mlc_status put_in_bins(binned *b, const mlci_column *feature, const mlci_numbered *values,
                              mlc_error *err)
{
    const int is_text = feature->type == MLC_TYPE_TEXT || feature->type == MLC_TYPE_CATEGORY;
    b->n_bins = values->n + 1;
    b->bin = mlci_alloc_raw(b->root, b->n_rows, sizeof(int32_t));
    int64_t *const counts = mlci_alloc(b->root, values->n + 1, sizeof(int64_t));
    if (b->bin == NULL || counts == NULL) {
        mlci_free(counts);
        return mlci_fail_memory(err, b->n_rows, sizeof(int32_t));
    }
    for (int64_t i = 0; i < b->n_rows; i++)
        counts[values->number[i] + 1]++;
    int64_t before = 0;
    for (int32_t k = 1; k <= values->n; k++) {
        const int64_t n = counts[k];
        counts[k] = values->n <= N_BINS || is_text ? k : 1 + before * N_BINS / b->n_rows;
        before += n;
    }
    counts[0] = 0;
    for (int64_t i = 0; i < b->n_rows; i++)
        b->bin[i] = (int32_t)counts[values->number[i] + 1];
    if (values->n > N_BINS && !is_text) b->n_bins = N_BINS + 1;
    mlci_free(counts);
    return MLC_OK;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* Rows of a bin that the others of it get right: those of the class that leads without them. */
static int64_t count_right(const int32_t *counts, int32_t n_classes)
{
    int64_t first = 0, second = 0;
    for (int32_t c = 0; c < n_classes; c++) {
        if (counts[c] > first) {
            second = first;
            first = counts[c];
        } else if (counts[c] > second) {
            second = counts[c];
        }
    }
    return first - 1 > second ? first : 0;
}

static mlc_status score_classes(const binned *b, const int32_t *class, int32_t n_classes,
                                double *out, mlc_error *err)
{
    const int64_t n_cells = (int64_t)b->n_bins * n_classes;
    int32_t *const counts = mlci_alloc(b->root, n_cells, sizeof(int32_t));
    int64_t totals[MOST_CLASSES] = {0}, most = 0, n = 0, right = 0;
    if (counts == NULL) return mlci_fail_memory(err, n_cells, sizeof(int32_t));
    for (int64_t i = 0; i < b->n_rows; i++) {
        if (class[i] < 0) continue;
        counts[(int64_t)b->bin[i] * n_classes + class[i]]++;
        totals[class[i]]++;
        n++;
    }
    for (int32_t c = 0; c < n_classes; c++)
        most = totals[c] > most ? totals[c] : most;
    for (int32_t k = 0; k < b->n_bins; k++)
        right += count_right(counts + (int64_t)k * n_classes, n_classes);
    mlci_free(counts);
    *out = n == most ? -1 : 1 - (double)(n - right) / (double)(n - most);
    return MLC_OK;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static mlc_status score_numbers(const binned *b, const mlci_column *target, double *out,
                                mlc_error *err)
{
    double *const sums = mlci_alloc(b->root, b->n_bins, sizeof(double));
    int64_t *const counts = mlci_alloc(b->root, b->n_bins, sizeof(int64_t)), n = 0;
    double total = 0, errors = 0, spread = 0;
    *out = -1;
    if (sums == NULL || counts == NULL) {
        mlci_free(sums);
        mlci_free(counts);
        return mlci_fail_memory(err, b->n_bins, sizeof(double));
    }
    for (int pass = 0; pass < 2; pass++) {
        const double mean = n == 0 ? 0 : total / (double)n;
        for (int64_t i = 0; i < b->n_rows; i++) {
            double y;
            mlci_column_reals(target, i, 1, &y, 1);
            const int32_t k = b->bin[i];
            if (!isfinite(y)) continue;
            if (pass == 0) {
                sums[k] += y;
                counts[k]++;
                total += y;
                n++;
            } else {
                const double guess =
                    counts[k] == 1 ? mean : (sums[k] - y) / (double)(counts[k] - 1);
                errors += (y - guess) * (y - guess);
                spread += (y - mean) * (y - mean);
            }
        }
    }
    if (spread > 0 && isfinite(errors)) *out = 1 - errors / spread;
    mlci_free(sums);
    mlci_free(counts);
    return MLC_OK;
}

mlc_status mlci_hints_leakage(mlc_context *call, const mlci_column *feature,
                              const mlci_numbered *values, const mlci_column *target, double *out,
                              mlc_error *err)
{
    binned b = {.root = call->root, .n_rows = feature->n_rows};
    int32_t n_classes = 0;
    *out = -1;
    if (b.n_rows < 2 || values->n < 2) return MLC_OK;
    const int is_text = feature->type == MLC_TYPE_TEXT || feature->type == MLC_TYPE_CATEGORY;
    if (is_text && values->n > b.n_rows / 2) return MLC_OK; /* nearly an id */
    int32_t *const class = mlci_alloc_raw(b.root, b.n_rows, sizeof(int32_t));
    mlc_status status = MLC_OK;
    if (class == NULL) status = mlci_fail_memory(err, b.n_rows, sizeof(int32_t));
    if (status == MLC_OK) status = mlci_order_number(call, target, class, &n_classes, err);
    if (status == MLC_OK) status = put_in_bins(&b, feature, values, err);
    if (status == MLC_OK && n_classes > 1 && n_classes <= MOST_CLASSES) {
        status = score_classes(&b, class, n_classes, out, err);
    } else if (status == MLC_OK && n_classes > 1 && mlci_type_is_number(target->type)) {
        status = score_numbers(&b, target, out, err);
    }
    mlci_free(b.bin);
    mlci_free(class);
    return status;
}
