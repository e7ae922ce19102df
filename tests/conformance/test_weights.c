/* Weight 0 is the absence of a row, to the last bit. Weight 2 is the row twice: to rounding where
 * nothing is drawn at random. */
#include "conformance.h"

#include <math.h>

#define N_ROWS 200

START_TEST(test_fit_when_weight_is_zero_then_as_if_rows_were_absent)
{
    double weight[N_ROWS], ones[N_ROWS];
    int64_t kept[N_ROWS], n_kept = 0;
    for (int64_t i = 0; i < N_ROWS; i++) {
        weight[i] = i % 3 == 0 ? 0 : 1;
        ones[i] = 1;
        if (weight[i] > 0) kept[n_kept++] = i;
    }
    rows_options o = {.n_rows = N_ROWS, .weight = weight};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    rows_options less = o;
    less.n_rows = n_kept;
    less.order = kept;
    less.weight = ones;
    mlc_dataset *all = conformance_rows(&o), *rest = conformance_rows(&less);
    mlc_model *with = conformance_fit(NULL, COMPONENT, recipe, all);
    mlc_model *without = conformance_fit(NULL, COMPONENT, recipe, rest);
    mlc_buffer *a = conformance_bytes(with), *b = conformance_bytes(without);
    ck_assert_msg(mlc_buffer_size(a) == mlc_buffer_size(b) &&
                      memcmp(mlc_buffer_data(a), mlc_buffer_data(b), (size_t)mlc_buffer_size(a)) ==
                          0,
                  "%s: rows of weight 0 leave a trace", COMPONENT->name);
    mlc_buffer_free(a);
    mlc_buffer_free(b);
    mlc_model_free(with);
    mlc_model_free(without);
    mlc_dataset_free(all);
    mlc_dataset_free(rest);
    mlc_model_free(recipe);
}
END_TEST

/* Boosting rounds its gradients at random by row, and k-means draws its starts: a doubled row is
 * another row to both. What they promise is the same quality, not the same bits. */
static int draws(const mlci_descriptor *d)
{
    return d->kind == MLCI_KIND_MODEL && (d->capabilities & MLCI_CAN_RANDOM) != 0;
}

/* What is compared to rounding: predictions, or the scores of what finds anomalies, some of which
 * lie on the line between -1 and 1. */
static double *compared(const mlci_descriptor *d, const mlc_model *model, const mlc_dataset *rows,
                        int64_t *n)
{
    if ((d->capabilities & MLCI_FINDS_ANOMALIES) == 0)
        return conformance_predict(NULL, model, rows, n);
    mlc_dataset *out = NULL;
    *n = mlc_dataset_n_rows(rows);
    double *values = malloc((size_t)*n * sizeof *values);
    ck_assert_int_eq(mlc_model_predict(NULL, model, rows, "output=raw", &out, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_copy_real(out, "raw", values, *n, NULL), MLC_OK);
    mlc_dataset_free(out);
    return values;
}

START_TEST(test_fit_when_weight_is_two_then_as_if_rows_were_doubled)
{
    double weight[N_ROWS], ones[2 * N_ROWS];
    int64_t doubled[2 * N_ROWS], n = 0;
    for (int64_t i = 0; i < N_ROWS; i++) {
        weight[i] = i % 4 == 0 ? 2 : 1;
        doubled[n++] = i;
        if (weight[i] > 1) doubled[n++] = i;
    }
    for (int64_t i = 0; i < 2 * N_ROWS; i++)
        ones[i] = 1;
    rows_options o = {.n_rows = N_ROWS, .weight = weight};
    mlc_model *recipe = conformance_model(NULL, COMPONENT, &o);
    OR_RETURN(recipe);
    rows_options more = o;
    more.n_rows = n;
    more.order = doubled;
    more.weight = ones;
    mlc_dataset *once = conformance_rows(&o), *twice = conformance_rows(&more);
    mlc_model *weighted = conformance_fit(NULL, COMPONENT, recipe, once);
    mlc_model *repeated = conformance_fit(NULL, COMPONENT, recipe, twice);
    int64_t n_a = 0, n_b = 0;
    double *a = compared(COMPONENT, weighted, once, &n_a);
    double *b = compared(COMPONENT, repeated, once, &n_b);
    ck_assert_int_eq(n_a, n_b);
    if (!draws(COMPONENT) && COMPONENT->kind == MLCI_KIND_MODEL) {
        /* Solvers stop at a tolerance of 1e-4; the two problems are the same. */
        for (int64_t i = 0; i < n_a; i++) {
            ck_assert_msg(fabs(a[i] - b[i]) <= 1e-3 * (1 + fabs(b[i])), "%s: %.17g and %.17g",
                          COMPONENT->name, a[i], b[i]);
        }
    }
    free(a);
    free(b);
    mlc_model_free(weighted);
    mlc_model_free(repeated);
    mlc_dataset_free(once);
    mlc_dataset_free(twice);
    mlc_model_free(recipe);
}
END_TEST

MLCI_CHECK_SUITE_BY(conformance_add, "weights",
                    test_fit_when_weight_is_zero_then_as_if_rows_were_absent,
                    test_fit_when_weight_is_two_then_as_if_rows_were_doubled)
