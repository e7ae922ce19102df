#include "tree/bucket_cuts.h"

#include "boosting.h"
#include "order_key.h"
#include "tree/bin_cuts.h"

enum { N = 40000 };

/* Shapes of columns: how values lie, how many are equal. */
static double value_of(int shape, int64_t i)
{
    const double u = test_unit((uint32_t)shape, i), v = test_unit(100 + (uint32_t)shape, i);
    switch (shape) {
    case 0:
        return u - 0.3; /* even */
    case 1:
        return tan(3.14159 * (u - 0.5)); /* long tails on both sides */
    case 2:
        return floor(5000 * u * u); /* ties */
    case 3:
        return u < 0.3 ? 0.25 : v; /* a heavy value */
    case 4:
        return u < 0.6 ? floor(6 * v) : v * 8; /* several, with others between */
    case 5:
        return u < 0.1 ? NAN : u < 0.11 ? -INFINITY : u < 0.12 ? INFINITY : v;
    case 6:
        return 1e9 + floor(1e6 * u) / 1e5; /* close together */
    case 7:
        return (double)(i % 7919); /* as many of each */
    case 8:
        return 5e-324 * floor(1e5 * u) * (v < 0.5 ? -1 : 1); /* denormals */
    case 9:
        return i % 100 < 50 ? exp(600 * (u - 0.5)) : -v; /* over all exponents */
    default:
        return u < 0.9 ? nextafter(1, 2) + 1e-9 * v : 1e6 * v; /* most in one bucket */
    }
}

/* Cuts of all values, sorted. */
static void cut_all(const double *x, const mlci_bin_rows *rows, int32_t max_bins,
                    mlci_bin_rule *rule)
{
    mlci_sort_memory memory = {0};
    int64_t n = 0;
    ck_assert_int_eq(mlci_sort_reserve(&memory, N, 1, NULL), MLC_OK);
    for (int64_t i = 0; i < N; i++) {
        const int64_t at = rows->position == NULL ? i : rows->position[i];
        if (at >= rows->n_train || isnan(x[i])) continue;
        memory.sort.keys[n] = mlci_key_of_number(x[i]);
        memory.sort.payload[n++] = rows->weight == NULL ? 1 : rows->weight[at];
    }
    mlci_sort_keys(&memory.sort, n, 1);
    n = mlci_join_equal_keys(&memory.sort, n, 1);
    ck_assert_int_gt(n, max_bins);
    mlci_find_cuts(rule, memory.sort.keys, memory.sort.payload, n, max_bins, rows->unit);
    mlci_sort_memory_clear(&memory);
}

/* The cuts by buckets are those of all values, and codes those of the cuts; returns whether each
 * has a bucket of its own. */
static int check_column(int shape, const mlci_bin_rows *rows, int32_t max_bins)
{
    double *const x = calloc(N, sizeof *x);
    uint8_t *const codes = calloc(N, 1), *const expected = calloc(N, 1);
    mlci_bucket_cuts *b = NULL;
    mlci_sort_memory memory = {0};
    mlci_bin_rule all = {0}, rule = {0};
    for (int64_t i = 0; i < N; i++)
        x[i] = value_of(shape, i);
    const mlci_column_values values = {x, N, rows};
    const mlci_tree_kernels *const kernels = mlci_tree_kernels_of(mlci_root_isa(NULL));
    cut_all(x, rows, max_bins, &all);
    ck_assert_int_eq(mlci_bucket_cuts_create(NULL, N, &b, NULL), MLC_OK);
    ck_assert_int_eq(mlci_bucket_cuts_find(b, kernels, &values, max_bins, &memory, &rule, NULL),
                     MLC_OK);
    ck_assert_int_eq(rule.n_bins, all.n_bins);
    ck_assert_mem_eq(rule.thresholds, all.thresholds, sizeof rule.thresholds);
    kernels->code_numbers(rule.thresholds, N, x, expected);
    const int has_codes = mlci_bucket_cuts_codes(b, &rule);
    if (has_codes) {
        kernels->code_buckets(&b->codes, N, x, b->buckets, codes);
        ck_assert_mem_eq(codes, expected, N);
    }
    mlci_sort_memory_clear(&memory);
    mlci_bucket_cuts_free(b);
    free(x);
    free(codes);
    free(expected);
    return has_codes;
}

START_TEST(test_bucket_cuts_are_those_of_a_sort_of_all_values)
{
    const mlci_bin_rows rows = {.n_rows = N, .n_train = N, .unit = 1};
    for (int shape = 0; shape <= 10; shape++)
        for (int32_t max_bins = 2; max_bins <= 255; max_bins = 3 * max_bins + 27)
            check_column(shape, &rows, max_bins);
    /* Even values have a bucket a cut; nearly all values in one have not. */
    ck_assert(check_column(0, &rows, 255));
    ck_assert(!check_column(10, &rows, 255));
}
END_TEST

START_TEST(test_bucket_cuts_of_weights_and_held_out_rows_are_those_of_a_sort)
{
    int64_t *const weight = calloc(N, sizeof *weight), *const position =
                                                           calloc(N, sizeof *position);
    for (int64_t i = 0; i < N; i++) {
        weight[i] = 1 + (int64_t)(1000 * test_unit(200, i) * test_unit(201, i));
        position[i] = (i * 7919) % N;
    }
    weight[77] = 1000000; /* one heavy row */
    const mlci_bin_rows weighted = {.n_rows = N, .n_train = N, .weight = weight, .unit = 250};
    const mlci_bin_rows some = {.n_rows = N, .n_train = N / 3, .position = position, .unit = 1};
    const mlci_bin_rows both = {
        .n_rows = N, .n_train = N / 3, .position = position, .weight = weight, .unit = 250};
    for (int shape = 0; shape <= 10; shape++) {
        check_column(shape, &weighted, 255);
        check_column(shape, &some, 255);
        check_column(shape, &both, 200);
    }
    ck_assert(check_column(0, &weighted, 255));
    free(weight);
    free(position);
}
END_TEST

MLCI_CHECK_SUITE("bucket_cuts", test_bucket_cuts_are_those_of_a_sort_of_all_values,
                 test_bucket_cuts_of_weights_and_held_out_rows_are_those_of_a_sort)
