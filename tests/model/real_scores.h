/* Scores of a model on real data: the census (AUC), digits (accuracy), house prices (R2). */
#ifndef MLCI_TEST_REAL_SCORES_H
#define MLCI_TEST_REAL_SCORES_H

#include "real_data.h"

/* Opens a file, with test rows where i % every is 0, or from row `first` on. */
static inline void real_open(test_real *r, const char *file, const char *settings, int64_t first,
                             int64_t every, int32_t is_class)
{
    test_real_open(r, file, settings);
    const int64_t n = mlc_dataset_n_rows(r->data);
    uint8_t *const in_test = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i++)
        in_test[i] = every > 0 ? i % every == 0 : i >= first;
    test_real_divide(r, in_test, is_class);
    free(in_test);
}

/* Share of (positive, negative) pairs in order, ties half, by the sorted scores. */
static inline int real_compare(const void *a, const void *b)
{
    const double *const p = a, *const q = b;
    return (p[0] > q[0]) - (p[0] < q[0]);
}

static inline double real_auc_on_adult(const mlci_model_descriptor *model, const char *settings)
{
    test_real r;
    real_open(&r, "adult.csv.gz", "target=income null='?'", 32561, 0, 1);
    double *const p = test_real_predict(&r, model, settings, MLCI_OUTPUT_PROBABILITY);
    const int64_t n = r.test.x->n_rows;
    double *const pairs = calloc((size_t)n, 2 * sizeof *pairs), positive = 0, ranks = 0;
    for (int64_t i = 0; i < n; i++) {
        pairs[2 * i] = p[2 * i + 1];
        pairs[2 * i + 1] = r.test.y->value[i];
        positive += pairs[2 * i + 1];
    }
    qsort(pairs, (size_t)n, 2 * sizeof *pairs, real_compare);
    for (int64_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && pairs[2 * end] == pairs[2 * i];)
            end++;
        for (int64_t k = i; k < end; k++)
            ranks += pairs[2 * k + 1] * (double)(i + end + 1) / 2;
    }
    free(pairs);
    free(p);
    test_real_close(&r);
    const double negative = (double)n - positive;
    return (ranks - positive * (positive + 1) / 2) / (positive * negative);
}

static inline double real_accuracy_on_digits(const mlci_model_descriptor *model,
                                             const char *settings)
{
    test_real r;
    real_open(&r, "digits_8x8.csv.gz", "target=digit types='digit:text'", 0, 3, 1);
    double *const out = test_real_predict(&r, model, settings, MLCI_OUTPUT_PREDICTION), hits = 0;
    for (int64_t i = 0; i < r.test.x->n_rows; i++)
        hits += out[i] == r.test.y->value[i];
    hits /= (double)r.test.x->n_rows;
    free(out);
    test_real_close(&r);
    return hits;
}

static inline double real_r2_on_housing(const mlci_model_descriptor *model, const char *settings)
{
    test_real r;
    real_open(&r, "california_housing.csv.gz", "target=median_house_value ignore=ocean_proximity",
              0, 4, 0);
    double *const out = test_real_predict(&r, model, settings, MLCI_OUTPUT_PREDICTION);
    const int64_t n = r.test.x->n_rows;
    double mean = 0, error = 0, deviation = 0;
    for (int64_t i = 0; i < n; i++)
        mean += r.test.y->value[i] / (double)n;
    for (int64_t i = 0; i < n; i++) {
        const double y = r.test.y->value[i];
        error += (y - out[i]) * (y - out[i]);
        deviation += (y - mean) * (y - mean);
    }
    free(out);
    test_real_close(&r);
    return 1 - error / deviation;
}

#endif
