#include "kernel_cases.h"

#define ROWS 300
#define COLUMNS 21

static double x[ROWS * COLUMNS], w[ROWS];
static mlci_moments got[COLUMNS];

static void fill_missing(void)
{
    for (int i = 0; i < ROWS * COLUMNS; i++)
        x[i] = case_bits() % 9 == 0 ? NAN : 1e3 + case_real();
    for (int i = 0; i < ROWS; i++)
        w[i] = case_bits() % 5 == 0 ? 0.0 : case_unit();
}

/* In two passes and extended precision. */
static void check_column(const mlci_moments *m, int64_t n, int64_t j, const double *weights)
{
    long double weight = 0, total = 0, squares = 0;
    double low = INFINITY, high = -INFINITY;
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        const double value = x[i * COLUMNS + j], wi = weights != NULL ? weights[i] : 1.0;
        if (isnan(value) || wi == 0.0) continue;
        count++;
        weight += wi;
        total += (long double)wi * value;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    const long double mean = count > 0 ? total / weight : 0.0L;
    for (int64_t i = 0; i < n; i++) {
        const double value = x[i * COLUMNS + j], wi = weights != NULL ? weights[i] : 1.0;
        if (!isnan(value) && wi != 0.0) squares += wi * (value - mean) * (value - mean);
    }
    ck_assert_int_eq(m->n_values, count);
    ck_assert_double_eq_tol(m->weight, (double)weight, 1e-12);
    ck_assert_double_eq_tol(m->mean, (double)mean, 1e-12 * 1e3);
    ck_assert_double_eq_tol(m->m2, (double)squares, 1e-12 * (1.0 + (double)squares));
    ck_assert(case_same(m->min, low));
    ck_assert(case_same(m->max, high));
}

START_TEST(test_moments_with_missing_values_then_two_pass_results)
{
    fill_missing();
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= ROWS; n += 13) {
            for (int weighted = 0; weighted <= 1; weighted++) {
                const double *weights = weighted ? w : NULL;
                case_tables[t]->moments(&(mlci_row_block){x, n, COLUMNS, COLUMNS}, weights, got);
                for (int64_t j = 0; j < COLUMNS; j++)
                    check_column(&got[j], n, j, weights);
            }
        }
    }
}
END_TEST

static int same_moments(const mlci_moments *a, const mlci_moments *b)
{
    return a->n_values == b->n_values && case_same(a->weight, b->weight) &&
           case_same(a->mean, b->mean) && case_same(a->m2, b->m2) && case_same(a->min, b->min) &&
           case_same(a->max, b->max);
}

START_TEST(test_moments_of_a_column_alone_or_among_others_then_same_bits_on_every_table)
{
    for (int64_t n = 0; n <= 200; n++) {
        if (n % 4 == 3)
            case_fill(x, ROWS * COLUMNS, 1);
        else
            fill_missing();
        const double *weights = n % 3 == 0 ? w : NULL;
        mlci_moments want[COLUMNS], single;
        case_tables[0]->moments(&(mlci_row_block){x, n, COLUMNS, COLUMNS}, weights, want);
        for (int t = 0; t < case_n_tables; t++) {
            case_tables[t]->moments(&(mlci_row_block){x, n, COLUMNS, COLUMNS}, weights, got);
            for (int j = 0; j < COLUMNS; j++)
                ck_assert(same_moments(&got[j], &want[j]));
            double column[ROWS];
            for (int64_t i = 0; i < n; i++)
                column[i] = x[i * COLUMNS + 5];
            case_tables[t]->moments(&(mlci_row_block){column, n, 1, 1}, weights, &single);
            ck_assert(same_moments(&single, &want[5]));
            case_tables[t]->moments(&(mlci_row_block){x + 5, n, 1, COLUMNS}, weights, &single);
            ck_assert(same_moments(&single, &want[5]));
        }
    }
}
END_TEST

START_TEST(test_moments_of_a_constant_column_then_exact_mean_and_no_spread)
{
    for (int i = 0; i < ROWS; i++)
        x[i] = 0.1;
    for (int t = 0; t < case_n_tables; t++) {
        case_tables[t]->moments(&(mlci_row_block){x, ROWS, 1, 1}, NULL, got);
        ck_assert(case_same(got[0].mean, 0.1));
        ck_assert(case_same(got[0].m2, 0.0));
    }
}
END_TEST

START_TEST(test_moments_when_nothing_is_present_then_empty_record)
{
    for (int i = 0; i < ROWS; i++)
        x[i] = NAN;
    for (int t = 0; t < case_n_tables; t++) {
        case_tables[t]->moments(&(mlci_row_block){x, 40, 1, 1}, NULL, got);
        ck_assert_int_eq(got[0].n_values, 0);
        ck_assert(case_same(got[0].mean, 0.0));
        ck_assert(case_same(got[0].min, INFINITY));
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "moments", test_moments_with_missing_values_then_two_pass_results,
                    test_moments_of_a_column_alone_or_among_others_then_same_bits_on_every_table,
                    test_moments_of_a_constant_column_then_exact_mean_and_no_spread,
                    test_moments_when_nothing_is_present_then_empty_record)
