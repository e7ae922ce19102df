#include "tree/binning.h"

#include "boosting.h"
#include "tables.h"
#include "torture.h"

static mlci_binned *bin(mlc_context *ctx, const double *x, int64_t n, int64_t n_features,
                        const mlci_bin_rows *rows, int32_t max_bins)
{
    mlc_context local, *call = NULL;
    mlci_matrix *matrix = NULL;
    mlci_binned *binned = NULL;
    const mlci_bin_rows all = {.n_rows = n, .n_train = n, .unit = 1};
    ck_assert_int_eq(mlci_call_begin(ctx, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, n, n_features, &matrix, NULL), MLC_OK);
    ck_assert_int_eq(
        mlci_binned_fit(call, matrix, rows == NULL ? &all : rows, max_bins, &binned, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_finish(call, binned, NULL), MLC_OK);
    mlci_matrix_close(matrix);
    mlci_call_end(call);
    return binned;
}

static void check_codes(const mlci_binned *b, int64_t feature, const uint8_t *expected, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        ck_assert_int_eq(mlci_binned_code(b, b->used_of[feature], i), expected[i]);
}

START_TEST(test_binning_of_few_values_gives_each_its_bin)
{
    const double x[] = {3, NAN, -0.0, 0.0, INFINITY, 3, -INFINITY, nextafter(3, 4)};
    const uint8_t expected[] = {3, 0, 2, 2, 5, 3, 1, 4};
    mlci_binned *const b = bin(NULL, x, 8, 1, NULL, 255);
    ck_assert_int_eq(b->rules[0].n_bins, 5);
    check_codes(b, 0, expected, 8);
    mlci_binned_free(b);
}
END_TEST

START_TEST(test_binning_and_thresholds_agree_for_any_number)
{
    enum { N = 3000 };
    double x[N];
    for (int64_t i = 0; i < N; i++)
        x[i] = exp(40 * test_unit(0, i) - 20) * (i % 2 == 0 ? 1 : -1);
    mlci_binned *const b = bin(NULL, x, N, 1, NULL, 63);
    const mlci_bin_rule *const rule = &b->rules[0];
    ck_assert_int_le(rule->n_bins, 63);
    ck_assert_int_ge(rule->n_bins, 60);
    for (int32_t t = 0; t + 1 < rule->n_bins; t++) {
        const double at = rule->thresholds[t];
        const double probes[] = {at, nextafter(at, -INFINITY), nextafter(at, INFINITY), x[t]};
        if (t > 0) ck_assert(rule->thresholds[t - 1] < at);
        for (int k = 0; k < 4; k++)
            ck_assert_int_eq(probes[k] <= at, test_code(b, 0, probes[k]) <= t + 1);
    }
    ck_assert_int_eq(test_code(b, 0, INFINITY), rule->n_bins);
    ck_assert_int_eq(test_code(b, 0, -INFINITY), 1);
    mlci_binned_free(b);
}
END_TEST

START_TEST(test_binning_of_many_values_has_bins_of_equal_weight_and_heavy_values_alone)
{
    enum { N = 20000 };
    double *const x = calloc(N, sizeof *x);
    int64_t count[256] = {0};
    for (int64_t i = 0; i < N; i++)
        x[i] = i % 4 == 0 ? 0.5 : test_unit(0, i);
    mlci_binned *const b = bin(NULL, x, N, 1, NULL, 100);
    for (int64_t i = 0; i < N; i++)
        count[mlci_binned_code(b, 0, i)]++;
    const uint8_t heavy = test_code(b, 0, 0.5);
    ck_assert_int_eq(count[heavy], N / 4);
    for (int32_t c = 1; c <= b->rules[0].n_bins; c++)
        if (c != heavy && c != heavy - 1) ck_assert_int_le(count[c], 2 * N / 100);
    ck_assert_int_ge(b->rules[0].n_bins, 95);
    mlci_binned_free(b);
    free(x);
}
END_TEST

START_TEST(test_binning_of_shuffled_rows_has_the_same_boundaries)
{
    enum { N = 5000 };
    double x[N], shuffled[N];
    for (int64_t i = 0; i < N; i++)
        x[i] = floor(2000 * test_unit(0, i));
    for (int64_t i = 0; i < N; i++)
        shuffled[(i * 1237) % N] = x[i];
    mlci_binned *const a = bin(NULL, x, N, 1, NULL, 255);
    mlci_binned *const b = bin(NULL, shuffled, N, 1, NULL, 255);
    ck_assert_mem_eq(a->rules[0].thresholds, b->rules[0].thresholds, sizeof a->rules[0].thresholds);
    mlci_binned_free(a);
    mlci_binned_free(b);
}
END_TEST

START_TEST(test_binning_of_weight_two_is_the_row_twice)
{
    enum { N = 1200 };
    double x[N], twice[2 * N];
    int64_t weight[N], n = 0;
    for (int64_t i = 0; i < N; i++) {
        x[i] = test_unit(0, i);
        weight[i] = 1 + i % 2;
        for (int64_t k = 0; k < weight[i]; k++)
            twice[n++] = x[i];
    }
    const mlci_bin_rows rows = {.n_rows = N, .n_train = N, .weight = weight, .unit = 1};
    mlci_binned *const a = bin(NULL, x, N, 1, &rows, 50);
    mlci_binned *const b = bin(NULL, twice, n, 1, NULL, 50);
    ck_assert_mem_eq(a->rules[0].thresholds, b->rules[0].thresholds, sizeof a->rules[0].thresholds);
    mlci_binned_free(a);
    mlci_binned_free(b);
}
END_TEST

START_TEST(test_binning_leaves_out_features_without_a_split_and_lays_rows_out)
{
    enum { N = 300, F = 70 };
    double *const x = calloc(N * F, sizeof *x);
    for (int64_t i = 0; i < N; i++)
        for (int64_t j = 0; j < F; j++)
            x[i * F + j] = j == 3   ? 1
                           : j == 5 ? NAN
                           : j == 6 ? (i < 9 ? NAN : 2)
                                    : test_unit((uint32_t)j, i);
    mlci_binned *const b = bin(NULL, x, N, F, NULL, 255);
    ck_assert_int_eq(b->n_used, F - 2);
    ck_assert_int_eq(b->used[3], 4);
    ck_assert_int_eq(b->used[4], 6);
    ck_assert_int_eq(b->rules[5].n_bins, 0);
    ck_assert_int_eq(b->n_groups, 2);
    ck_assert_int_eq(b->n_bundles, F - 2);
    for (int32_t u = 0; u < b->n_used; u++) {
        const int32_t bundle = b->places[u].bundle;
        const mlci_bin_group *const g = &b->groups[bundle / MLCI_BIN_GROUP];
        for (int64_t i = 0; i < N; i++)
            ck_assert_int_eq(g->rows[i * g->stride + bundle - g->first], mlci_binned_code(b, u, i));
    }
    mlci_binned_free(b);
    free(x);
}
END_TEST

START_TEST(test_binning_of_categories_ranks_by_frequency_and_knows_no_others)
{
    const char *const text = "c,y\nb,1\na,2\nb,3\nc,1\nc,1\n,5\nd,1\n";
    mlc_dataset *data = NULL;
    mlci_features *features = NULL;
    mlci_matrix *x = NULL;
    mlci_binned *b = NULL;
    mlc_context local, *call = NULL;
    ck_assert_int_eq(
        mlc_dataset_parse_csv(NULL, text, (int64_t)strlen(text), "target=y", &data, NULL), MLC_OK);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(
        mlci_features_fit(call, data, "m", MLCI_CAN_CATEGORY | MLCI_CAN_MISSING, &features, NULL),
        MLC_OK);
    ck_assert_int_eq(mlci_matrix_open(call, features, data, &x, NULL), MLC_OK);
    const mlci_bin_rows rows = {.n_rows = 7, .n_train = 7, .unit = 1};
    ck_assert_int_eq(mlci_binned_fit(call, x, &rows, 3, &b, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_finish(call, b, NULL), MLC_OK);
    const uint8_t bins[] = {3, 1, 2, 0}; /* a, b, c, d: b and c twice, then a; d has no bin */
    const uint8_t codes[] = {1, 3, 1, 2, 2, 0, 0};
    ck_assert_int_eq(b->rules[0].is_category, 1);
    ck_assert_mem_eq(b->rules[0].bin_of_code, bins, 4);
    check_codes(b, 0, codes, 7);
    const double odd[] = {-1, NAN, 4, 1e300, -INFINITY};
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(mlci_bin_of_category(bins, 4, odd[i]), 0);
    mlci_binned_free(b);
    mlci_matrix_close(x);
    mlci_features_unref(features);
    mlci_call_end(call);
    mlc_dataset_free(data);
}
END_TEST

START_TEST(test_binning_ignores_held_out_rows_in_boundaries_and_codes_them)
{
    const double x[] = {1, 50, 2, 60, 3};
    const int64_t position[] = {0, 3, 1, 4, 2};
    const uint8_t expected[] = {1, 2, 3, 3, 3};
    const mlci_bin_rows rows = {.n_rows = 5, .n_train = 3, .position = position, .unit = 1};
    mlci_binned *const b = bin(NULL, x, 5, 1, &rows, 255);
    ck_assert_int_eq(b->rules[0].n_bins, 3);
    check_codes(b, 0, expected, 5);
    mlci_binned_free(b);
}
END_TEST

/* Column j of a table among so many columns of numbers that it is read as those are. */
static mlci_binned *bin_densely(const double *table, int64_t n, int64_t j,
                                const mlci_bin_rows *rows)
{
    enum { F = 9 };
    double *const x = calloc((size_t)(n * F), sizeof *x);
    for (int64_t i = 0; i < n; i++) {
        x[i * F] = table[i * TEST_TABLE_WIDTH + j];
        for (int64_t k = 1; k < F; k++)
            x[i * F + k] = test_unit(400, i * F + k);
    }
    mlci_binned *const b = bin(NULL, x, n, F, rows, 255);
    free(x);
    return b;
}

/* Rules and codes of the first columns of a wide table are those of each column by itself. */
static void check_table(const double *x, const mlci_bin_rows *rows, mlc_context *ctx)
{
    mlci_binned *const all = bin(ctx, x, rows->n_rows, TEST_TABLE_WIDTH, rows, 255);
    for (int64_t j = TEST_ONE_HOT - 2; j < TEST_TABLE_WIDTH; j++) {
        mlci_binned *const one = bin_densely(x, rows->n_rows, j, rows);
        ck_assert_int_eq(all->rules[j].n_bins, one->rules[0].n_bins);
        ck_assert_mem_eq(all->rules[j].thresholds, one->rules[0].thresholds,
                         sizeof one->rules[0].thresholds);
        ck_assert_int_eq(all->used_of[j] < 0, one->used_of[0] < 0);
        for (int64_t i = 0; all->used_of[j] >= 0 && i < rows->n_rows; i++)
            ck_assert_int_eq(mlci_binned_code(all, all->used_of[j], i),
                             mlci_binned_code(one, one->used_of[0], i));
        mlci_binned_free(one);
    }
    mlci_binned_free(all);
}

START_TEST(test_binning_of_sparse_columns_is_that_of_any_others)
{
    enum { N = 10000 };
    double *const x = test_table(N);
    int64_t *const position = calloc(N, sizeof *position), *const weight =
                                                               calloc(N, sizeof *weight);
    int64_t n_train = 0, n_valid = 0;
    for (int64_t i = 0; i < N; i++)
        position[i] = i % 5 == 2 ? N - 1 - n_valid++ : n_train++;
    for (int64_t i = 0; i < n_train; i++)
        weight[i] = 1 + (int64_t)(1000 * test_unit(401, i));
    const mlci_bin_rows cases[] = {
        {.n_rows = N, .n_train = N, .unit = 1},
        {.n_rows = N, .n_train = n_train, .position = position, .unit = 1},
        {.n_rows = N, .n_train = n_train, .position = position, .weight = weight, .unit = 500}};
    for (int k = 0; k < 3; k++) {
        mlc_context *const ctx = test_root(1 + k, k == 2 ? "reference" : NULL);
        check_table(x, &cases[k], ctx);
        mlc_context_close(ctx);
    }
    free(x);
    free(position);
    free(weight);
}
END_TEST

START_TEST(test_binning_of_appended_sparse_rows_codes_them_by_the_same_rules)
{
    enum { N = 4000, F = TEST_TABLE_WIDTH };
    double *const x = test_table(2 * N);
    mlc_context local, *call = NULL;
    mlci_matrix *train = NULL, *valid = NULL;
    mlci_binned *b = NULL;
    const mlci_bin_rows rows = {.n_rows = 2 * N, .n_train = N, .unit = 1};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, N, F, &train, NULL), MLC_OK);
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x + N * F, N, F, &valid, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_fit(call, train, &rows, 255, &b, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_append(call, b, valid, N, NULL), MLC_OK);
    ck_assert_int_eq(mlci_binned_finish(call, b, NULL), MLC_OK);
    for (int64_t j = 0; j < F; j++)
        for (int64_t i = 0; b->used_of[j] >= 0 && i < 2 * N; i++)
            ck_assert_int_eq(mlci_binned_code(b, b->used_of[j], i), test_code(b, j, x[i * F + j]));
    mlci_binned_free(b);
    mlci_matrix_close(train);
    mlci_matrix_close(valid);
    mlci_call_end(call);
    free(x);
}
END_TEST

/* Rows of a wide table, half of them appended. */
static mlc_status bin_table(mlc_context *ctx, void *arg, mlc_error *err)
{
    enum { N = 8200, F = TEST_TABLE_WIDTH };
    const double *const x = arg;
    mlc_context local, *call = NULL;
    mlci_matrix *train = NULL, *valid = NULL;
    mlci_binned *b = NULL;
    const mlci_bin_rows rows = {.n_rows = 2 * N, .n_train = N, .unit = 1};
    mlc_status status = mlci_call_begin(ctx, &local, MLCI_FIT, &call, err);
    if (status != MLC_OK) return status;
    mlci_root *const root = mlci_context_root(call);
    status = mlci_matrix_wrap(root, x, N, F, &train, err);
    if (status == MLC_OK) status = mlci_matrix_wrap(root, x + N * F, N, F, &valid, err);
    if (status == MLC_OK) status = mlci_binned_fit(call, train, &rows, 255, &b, err);
    if (status == MLC_OK) status = mlci_binned_append(call, b, valid, N, err);
    if (status == MLC_OK) status = mlci_binned_finish(call, b, err);
    for (int32_t i = 0; status == MLC_OK && i < b->n_bundles; i++)
        mlci_torture_answer(b->columns[i], 2 * N);
    mlci_binned_free(b);
    mlci_matrix_close(train);
    mlci_matrix_close(valid);
    mlci_call_end(call);
    return status;
}

START_TEST(test_binning_when_memory_fails_leaks_nothing)
{
    double *const x = test_table(16400);
    mlci_torture(bin_table, x);
    free(x);
}
END_TEST

/* Against 255 scans for the heaviest left, and with more codes than 16 bits hold. */
START_TEST(test_binning_of_very_many_categories_ranks_the_heaviest)
{
    enum { FEW = 3000, MANY = 10000000 };
    static const int32_t most[] = {1, 2, 7, 254, 255};
    int64_t *const weight = calloc(MANY, sizeof *weight);
    uint8_t *const bins = calloc(MANY, 1);
    for (int turn = 0; turn < 5; turn++) {
        int64_t left[FEW];
        memset(bins, 0, FEW);
        /* Many are equal, many are absent. */
        for (int i = 0; i < FEW; i++)
            left[i] = weight[i] = (int64_t)(40 * test_unit((uint32_t)turn, i)) - 20 * (i % 3 == 0);
        const int32_t n = mlci_rank_categories(weight, FEW, most[turn], bins);
        ck_assert_int_eq(n, most[turn]);
        for (int bin = 1; bin <= n; bin++) {
            int best = 0;
            for (int i = 1; i < FEW; i++)
                if (left[i] > left[best]) best = i;
            ck_assert_int_eq(bins[best], bin);
            left[best] = 0;
        }
        for (int i = 0; i < FEW; i++)
            ck_assert(left[i] == 0 || bins[i] == 0);
    }
    memset(bins, 0, MANY);
    for (int i = 0; i < MANY; i++)
        weight[i] = i; /* rising: each is heavier than all before it */
    ck_assert_int_eq(mlci_rank_categories(weight, MANY, 255, bins), 255);
    for (int i = 1; i <= 255; i++)
        ck_assert_int_eq(bins[MANY - i], i);
    ck_assert_int_eq(bins[MANY - 256], 0);
    memset(bins, 0, FEW);
    memset(weight, 0, FEW * sizeof *weight);
    ck_assert_int_eq(mlci_rank_categories(weight, FEW, 255, bins), 0);
    free(weight);
    free(bins);
}
END_TEST

MLCI_CHECK_SUITE("binning", test_binning_of_few_values_gives_each_its_bin,
                 test_binning_and_thresholds_agree_for_any_number,
                 test_binning_of_many_values_has_bins_of_equal_weight_and_heavy_values_alone,
                 test_binning_of_shuffled_rows_has_the_same_boundaries,
                 test_binning_of_weight_two_is_the_row_twice,
                 test_binning_leaves_out_features_without_a_split_and_lays_rows_out,
                 test_binning_of_categories_ranks_by_frequency_and_knows_no_others,
                 test_binning_of_very_many_categories_ranks_the_heaviest,
                 test_binning_ignores_held_out_rows_in_boundaries_and_codes_them,
                 test_binning_of_sparse_columns_is_that_of_any_others,
                 test_binning_of_appended_sparse_rows_codes_them_by_the_same_rules,
                 test_binning_when_memory_fails_leaks_nothing)
