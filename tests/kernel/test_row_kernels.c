/* Kernels over rows: by their definition, row by row, and with the same bits in every table. */
#include "row_kernels.h"

#include "kernel_cases.h"

enum { N = 1100, SMALL = 70 };
static double a[N], b[N], reals[N];
static int64_t x[N], y[N];
static uint8_t bytes[N + 1];

static const mlci_row_kernels *table(int t)
{
    return mlci_row_kernels_of(case_tables[t]->isa);
}

/* Numbers of which some are equal, and some odd. */
static void fill(void)
{
    case_fill(a, N, 2);
    case_fill(b, N, 2);
    for (int64_t i = 0; i < N; i++) {
        if (i % 3 == 0) b[i] = a[i];
        x[i] = (int64_t)(case_bits() << 11 ^ case_bits()) >> (case_bits() % 60);
        y[i] = i % 3 == 0 ? x[i] : (int64_t)(case_bits() << 11) >> (case_bits() % 60);
    }
}

static int relates(mlci_relation relation, int is_equal, int is_below, int is_above)
{
    switch (relation) {
    case MLCI_EQUAL:
        return is_equal;
    case MLCI_UNEQUAL:
        return !is_equal;
    case MLCI_BELOW:
        return is_below;
    case MLCI_UP_TO:
        return is_below || is_equal;
    case MLCI_ABOVE:
        return is_above;
    default:
        return is_above || is_equal;
    }
}

START_TEST(test_comparisons_are_those_of_one_row)
{
    fill();
    for (int t = 0; t < case_n_tables; t++) {
        for (mlci_relation r = MLCI_EQUAL; r <= MLCI_FROM; r++) {
            for (int64_t n = 0; n <= N; n += n < SMALL ? 1 : N - SMALL) {
                int64_t n_wrong = 0;
                bytes[n] = 9;
                table(t)->compare_reals(r, n, a, b, bytes);
                for (int64_t i = 0; i < n; i++)
                    n_wrong += bytes[i] != relates(r, a[i] == b[i], a[i] < b[i], b[i] < a[i]);
                table(t)->compare_integers(r, n, x, y, bytes);
                for (int64_t i = 0; i < n; i++)
                    n_wrong += bytes[i] != relates(r, x[i] == y[i], x[i] < y[i], y[i] < x[i]);
                ck_assert_int_eq(n_wrong, 0);
                ck_assert_int_eq(bytes[n], 9);
            }
        }
    }
}
END_TEST

static double one_by_one(mlci_operation operation, double u, double v)
{
    switch (operation) {
    case MLCI_ADD:
        return u + v;
    case MLCI_SUBTRACT:
        return u - v;
    case MLCI_MULTIPLY:
        return u * v;
    default:
        return u / v;
    }
}

START_TEST(test_arithmetic_is_that_of_one_row)
{
    static double expected[N];
    fill();
    for (int t = 0; t < case_n_tables; t++) {
        for (mlci_operation o = MLCI_ADD; o <= MLCI_DIVIDE; o++) {
            for (int64_t i = 0; i < N; i++)
                expected[i] = one_by_one(o, a[i], b[i]);
            for (int64_t n = 0; n <= N; n += n < SMALL ? 1 : N - SMALL) {
                table(t)->calculate(o, n, a, b, reals);
                case_assert_same(n, reals, expected);
            }
        }
        table(t)->reals_of_integers(N, x, reals);
        for (int64_t i = 0; i < N; i++)
            ck_assert(reals[i] == (double)x[i]);
    }
}
END_TEST

static void check_numbers(int t, int64_t n, const double *low, const double *high,
                          const double *from)
{
    int32_t wanted = 0;
    for (int64_t i = 0; i < n; i++) {
        if (from[i] != from[i]) wanted |= 1;
        if (from[i] < low[i] || from[i] > high[i]) wanted |= 2;
    }
    ck_assert_int_eq(table(t)->check_numbers(n, low, high, from), wanted);
}

START_TEST(test_numbers_out_of_range_or_missing_are_seen_wherever_they_stand)
{
    double low[SMALL], high[SMALL], from[SMALL];
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= SMALL; n++) {
            for (int64_t i = 0; i < SMALL; i++) {
                low[i] = i % 3 == 0 ? (double)NAN : 1;
                high[i] = i % 3 == 0 ? (double)NAN : i % 3 == 1 ? (double)INFINITY : 2;
                from[i] = i % 3 == 0 ? -1e300 : 1 + (double)(i % 2);
            }
            check_numbers(t, n, low, high, from);
            for (int64_t i = 0; i < n; i++) {
                static const double odd[] = {(double)NAN, 3, 0.5, (double)INFINITY,
                                             (double)-INFINITY};
                const double usual = from[i];
                for (int k = 0; k < 5; k++) {
                    from[i] = odd[k];
                    check_numbers(t, n, low, high, from);
                }
                from[i] = usual;
            }
        }
    }
}
END_TEST

START_TEST(test_has_nan_then_one_anywhere)
{
    double numbers[SMALL + 1];
    for (int64_t i = 0; i <= SMALL; i++)
        numbers[i] = i % 5 == 0 ? INFINITY : (double)i;
    for (int t = 0; t < case_n_tables; t++) {
        for (int64_t n = 0; n <= SMALL; n++) {
            const double kept = numbers[n];
            ck_assert_int_eq(table(t)->has_nan(n, numbers), 0);
            numbers[n] = NAN;
            ck_assert_int_eq(table(t)->has_nan(n, numbers), 0);
            for (int64_t end = n + 1; end <= SMALL; end++)
                ck_assert_int_eq(table(t)->has_nan(end, numbers), 1);
            numbers[n] = kept;
        }
    }
}
END_TEST

START_TEST(test_choices_counts_and_bounds)
{
    fill();
    for (int64_t i = 0; i < N; i++)
        bytes[i] = case_bits() % 2;
    for (int t = 0; t < case_n_tables; t++) {
        int64_t n_nans = 0, low = INT64_MAX, high = INT64_MIN, found_low = 0, found_high = 0;
        uint64_t chosen[SMALL];
        for (int64_t n = 0; n <= SMALL; n++) {
            table(t)->choose(n, bytes, (const uint64_t *)x, (const uint64_t *)y, chosen);
            for (int64_t i = 0; i < n; i++)
                ck_assert_int_eq((int64_t)chosen[i], bytes[i] ? x[i] : y[i]);
            ck_assert_int_eq(table(t)->has_nan(n, a), n_nans > 0);
            table(t)->bound_integers(n, x, &found_low, &found_high);
            ck_assert_int_eq(found_low, low);
            ck_assert_int_eq(found_high, high);
            n_nans += a[n] != a[n];
            low = x[n] < low ? x[n] : low;
            high = x[n] > high ? x[n] : high;
        }
    }
}
END_TEST

START_TEST(test_places_are_added_to_those_of_other_columns)
{
    uint32_t places[N];
    fill();
    for (int t = 0; t < case_n_tables; t++) {
        for (uint32_t i = 0; i < N; i++)
            places[i] = i;
        table(t)->add_places(N, (const uint64_t *)x, (uint64_t)-5, 7, places);
        for (uint32_t i = 0; i < N; i++)
            ck_assert_uint_eq(places[i], i + ((uint32_t)(uint64_t)x[i] + 5) * 7);
    }
}
END_TEST

START_TEST(test_bits_of_a_set)
{
    int32_t bit[N];
    for (int64_t i = 0; i < N; i++)
        bit[i] = (int32_t)(case_bits() % 64);
    for (int t = 0; t < case_n_tables; t++) {
        const uint64_t set = case_bits() << 11 ^ case_bits();
        for (int64_t n = 0; n <= N; n += n < SMALL ? 1 : N - SMALL) {
            int64_t n_wrong = 0;
            bytes[n] = 9;
            table(t)->test_bits(n, bit, set, bytes);
            for (int64_t i = 0; i < n; i++)
                n_wrong += bytes[i] != (set >> bit[i] & 1);
            ck_assert_int_eq(n_wrong, 0);
            ck_assert_int_eq(bytes[n], 9);
        }
    }
}
END_TEST

/* A value to the lane that it belongs to. */
static void add(mlci_pair_sums *sums, int64_t i, double value)
{
    double *const high = &sums->high[i % MLCI_PAIR_LANES];
    const double sum = *high + value, part = sum - *high;
    sums->low[i % MLCI_PAIR_LANES] += (*high - (sum - part)) + (value - part);
    *high = sum;
}

static void check_sums(const mlci_pair_sums *found, const mlci_pair_sums *expected)
{
    case_assert_same(MLCI_PAIR_LANES, found->high, expected->high);
    case_assert_same(MLCI_PAIR_LANES, found->low, expected->low);
}

START_TEST(test_sums_have_their_lanes)
{
    const double mean = 0.3;
    for (int64_t i = 0; i < N; i++)
        a[i] = case_real();
    for (int t = 0; t < case_n_tables; t++) {
        mlci_pair_sums plain = {0}, off = {0}, squares = {0}, found, found_squares;
        for (int64_t n = 0; n <= SMALL; n++) {
            table(t)->sum_pairs(n, a, &found);
            check_sums(&found, &plain);
            table(t)->sum_deviations(n, a, mean, &found, &found_squares);
            check_sums(&found, &off);
            check_sums(&found_squares, &squares);
            const double deviation = a[n] - mean;
            add(&plain, n, a[n]);
            add(&off, n, deviation);
            add(&squares, n, deviation * deviation);
        }
    }
}
END_TEST

START_TEST(test_sums_keep_what_one_double_would_lose)
{
    for (int64_t i = 0; i < N; i++)
        a[i] = i < 8 ? 1e16 : i < 16 ? 1 : i < 24 ? -1e16 : 0;
    for (int t = 0; t < case_n_tables; t++) {
        mlci_pair_sums found;
        table(t)->sum_pairs(N, a, &found);
        for (int k = 0; k < MLCI_PAIR_LANES; k++)
            ck_assert(found.high[k] + found.low[k] == 1);
    }
}
END_TEST

START_TEST(test_the_least_is_the_first_of_equal_ones)
{
    for (int round = 0; round < 50; round++) {
        const int64_t n = round < 40 ? round : N;
        case_fill(a, N, round % 4 == 0 ? 16 : 2);
        if (round % 5 == 0 && n > 2) a[n - 1] = a[n / 2];
        for (double sign = -1; sign <= 1; sign += 2) {
            int64_t best = -1;
            for (int64_t i = 0; i < n; i++)
                if (a[i] == a[i] && (best < 0 || sign * a[i] < sign * a[best])) best = i;
            for (int t = 0; t < case_n_tables; t++)
                ck_assert_int_eq(table(t)->find_least(n, a, sign), best);
        }
    }
    for (int64_t i = 0; i < N; i++)
        a[i] = i < 600 ? (double)NAN : INFINITY;
    for (int t = 0; t < case_n_tables; t++) {
        ck_assert_int_eq(table(t)->find_least(N, a, 1), 600);
        ck_assert_int_eq(table(t)->find_least(600, a, 1), -1);
    }
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "row_kernels", test_comparisons_are_those_of_one_row,
                    test_arithmetic_is_that_of_one_row, test_has_nan_then_one_anywhere,
                    test_choices_counts_and_bounds,
                    test_numbers_out_of_range_or_missing_are_seen_wherever_they_stand,
                    test_places_are_added_to_those_of_other_columns, test_bits_of_a_set,
                    test_sums_have_their_lanes, test_sums_keep_what_one_double_would_lose,
                    test_the_least_is_the_first_of_equal_ones)
