#include "kernel_cases.h"

#define MOST 260

static double x[MOST + 8], y[MOST + 8], w[MOST + 8];

/* The rule of kernels.h, element by element. */
static double lanes_expected(int64_t n, double (*step)(double, int64_t), int64_t from)
{
    double lanes[32] = {0};
    for (int64_t i = 0; i < n; i++)
        lanes[i % 32] = step(lanes[i % 32], from + i);
    for (int64_t i = n; i % 32 != 0; i++)
        lanes[i % 32] += 0.0;
    for (int half = 16; half >= 1; half /= 2)
        for (int l = 0; l < half; l++)
            lanes[l] += lanes[l + half];
    return lanes[0];
}

static double step_sum(double acc, int64_t i)
{
    return acc + x[i];
}

static double step_squares(double acc, int64_t i)
{
    return fma(x[i], x[i], acc);
}

static double step_dot(double acc, int64_t i)
{
    return fma(x[i], y[i], acc);
}

static double step_weighted(double acc, int64_t i)
{
    const double scaled = w[i] * x[i];
    return fma(scaled, y[i], acc);
}

static void fill(int odd)
{
    case_fill(x, MOST, odd);
    case_fill(y, MOST, odd);
    case_fill(w, MOST, odd);
}

static void check_sums(const mlci_kernels *k, int64_t n, int64_t from)
{
    ck_assert(case_same(k->sum(n, x + from), lanes_expected(n, step_sum, from)));
    ck_assert(case_same(k->sum_squares(n, x + from), lanes_expected(n, step_squares, from)));
    ck_assert(case_same(k->dot(n, x + from, y + from), lanes_expected(n, step_dot, from)));
    ck_assert(case_same(k->weighted_dot(n, w + from, x + from, y + from),
                        lanes_expected(n, step_weighted, from)));
}

START_TEST(test_sums_of_any_length_and_alignment_then_lane_rule_to_the_bit)
{
    for (int odd = 0; odd <= 1; odd++) {
        for (int64_t n = 0; n <= 200; n++) {
            fill(odd);
            for (int t = 0; t < case_n_tables; t++)
                check_sums(case_tables[t], n, n % 5);
        }
    }
}
END_TEST

START_TEST(test_sums_when_values_underflow_then_lane_rule_to_the_bit)
{
    for (int64_t n = 0; n <= 70; n++) {
        for (int64_t i = 0; i < MOST; i++) {
            x[i] = (i % 2 ? -1e-200 : 1e-200) * case_unit();
            y[i] = 1e-200 * case_unit();
            w[i] = case_unit();
        }
        for (int t = 0; t < case_n_tables; t++)
            check_sums(case_tables[t], n, 0);
    }
}
END_TEST

START_TEST(test_dot_float_then_exact_products_summed_in_double)
{
    float a[MOST], b[MOST];
    for (int64_t n = 0; n <= 150; n++) {
        for (int64_t i = 0; i < MOST; i++) {
            a[i] = (float)case_real();
            b[i] = (float)case_real();
            x[i] = (double)a[i];
            y[i] = (double)b[i];
        }
        for (int t = 0; t < case_n_tables; t++)
            ck_assert(case_same(case_tables[t]->dot_float(n, a + 1, b + 1),
                                lanes_expected(n, step_dot, 1)));
    }
}
END_TEST

START_TEST(test_updates_by_element_then_one_rounding_rule_and_nothing_past_the_end)
{
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= 70; n++) {
            double a[80], b[80], c[80];
            case_fill(a, 80, 1);
            case_fill(b, 80, 1);
            memcpy(c, b, sizeof c);
            case_tables[t]->axpy(n, 1.25, a + 1, c + 1);
            for (int64_t i = 0; i < 79; i++) {
                const double want = i < n ? fma(1.25, a[i + 1], b[i + 1]) : b[i + 1];
                ck_assert(case_same(c[i + 1], want));
            }
            memcpy(c, a, sizeof c);
            case_tables[t]->scale(n, -0.3, c);
            for (int64_t i = 0; i < 80; i++)
                ck_assert(case_same(c[i], i < n ? -0.3 * a[i] : a[i]));
        }
    }
}
END_TEST

START_TEST(test_rotate_then_plane_rotation_of_both_rows)
{
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= 40; n++) {
            double a[48], b[48], p[48], q[48];
            case_fill(a, 48, 0);
            case_fill(b, 48, 0);
            memcpy(p, a, sizeof p);
            memcpy(q, b, sizeof q);
            case_tables[t]->rotate(n, 0.6, 0.8, p, q);
            for (int64_t i = 0; i < 48; i++) {
                const double s = 0.8 * b[i], c = 0.6 * b[i];
                ck_assert(case_same(p[i], i < n ? fma(0.6, a[i], s) : a[i]));
                ck_assert(case_same(q[i], i < n ? fma(-0.8, a[i], c) : b[i]));
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "sums",
                    test_sums_of_any_length_and_alignment_then_lane_rule_to_the_bit,
                    test_sums_when_values_underflow_then_lane_rule_to_the_bit,
                    test_dot_float_then_exact_products_summed_in_double,
                    test_updates_by_element_then_one_rounding_rule_and_nothing_past_the_end,
                    test_rotate_then_plane_rotation_of_both_rows)
