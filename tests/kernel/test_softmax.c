#include "kernel_cases.h"

#define ROWS 7
#define MOST 90

static double x[ROWS * (MOST + 1)], got[ROWS * MOST], want[ROWS * MOST];

START_TEST(test_softmax_on_every_table_then_same_bits)
{
    for (int64_t n = 1; n <= MOST; n++) {
        case_fill(x, ROWS * (MOST + 1), n % 5 == 4);
        const mlci_row_block rows = {x, ROWS, n, n + 1};
        case_tables[0]->softmax(&rows, want);
        for (int t = 1; t < case_n_tables; t++) {
            case_tables[t]->softmax(&rows, got);
            case_assert_same(ROWS * n, got, want);
        }
        case_tables[0]->log_sum_exp(&rows, want);
        for (int t = 1; t < case_n_tables; t++) {
            case_tables[t]->log_sum_exp(&rows, got);
            case_assert_same(ROWS, got, want);
        }
    }
}
END_TEST

START_TEST(test_softmax_then_extended_precision_within_four_roundings)
{
    for (int64_t n = 1; n <= MOST; n++) {
        case_fill(x, ROWS * (MOST + 1), 0);
        for (int t = 0; t < case_n_tables; t++) {
            double lse[ROWS];
            case_tables[t]->softmax(&(mlci_row_block){x, ROWS, n, n}, got);
            case_tables[t]->log_sum_exp(&(mlci_row_block){x, ROWS, n, n}, lse);
            for (int64_t i = 0; i < ROWS; i++) {
                long double total = 0.0L;
                for (int64_t j = 0; j < n; j++)
                    total += expl((long double)x[i * n + j]);
                for (int64_t j = 0; j < n; j++) {
                    const double p = (double)(expl((long double)x[i * n + j]) / total);
                    /* The difference from the maximum is rounded: its size counts. */
                    ck_assert_double_eq_tol(got[i * n + j], p, 1e-15 * 64 * p + 1e-300);
                }
                ck_assert_double_eq_tol(lse[i], (double)logl(total),
                                        1e-15 * (2.0 + fabs((double)logl(total))));
            }
        }
    }
}
END_TEST

START_TEST(test_softmax_of_huge_values_in_place_then_no_overflow)
{
    for (int t = 0; t < case_n_tables; t++) {
        double row[] = {1e308, 1e308, -1e308, -INFINITY};
        case_tables[t]->softmax(&(mlci_row_block){row, 1, 4, 4}, row);
        ck_assert(case_same(row[0], 0.5));
        ck_assert(case_same(row[1], 0.5));
        ck_assert(case_same(row[2], 0.0));
        ck_assert(case_same(row[3], 0.0));
    }
}
END_TEST

START_TEST(test_log_sum_exp_of_infinite_values_then_the_limit)
{
    const double rows[] = {-INFINITY, -INFINITY, INFINITY, -INFINITY,
                           0.0,       -INFINITY, NAN,      INFINITY};
    for (int t = 0; t < case_n_tables; t++) {
        double out[4];
        case_tables[t]->log_sum_exp(&(mlci_row_block){rows, 4, 2, 2}, out);
        ck_assert(case_same(out[0], -INFINITY));
        ck_assert(case_same(out[1], INFINITY));
        ck_assert(case_same(out[2], 0.0));
        ck_assert(isnan(out[3]));
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "softmax", test_softmax_on_every_table_then_same_bits,
                    test_softmax_then_extended_precision_within_four_roundings,
                    test_softmax_of_huge_values_in_place_then_no_overflow,
                    test_log_sum_exp_of_infinite_values_then_the_limit)
