#include "kernel_cases.h"

typedef void (*map)(int64_t n, const double *x, double *y);

typedef struct function {
    const char *name;
    double (*single)(double x);
    long double (*exact)(long double x);
    double low, high; /* where errors are measured */
    double bound;     /* promised, in units of the last place */
    size_t offset;    /* of the map in the table */
} function;

/* Extended precision of the C library: 64 bits, so 2^-11 of a unit in the last place of a double.
 */
static long double exact_sigmoid(long double x)
{
    return 1.0L / (1.0L + expl(-x));
}

static long double exact_softplus(long double x)
{
    return x > 0.0L ? x + log1pl(expl(-x)) : log1pl(expl(x));
}

static const function functions[] = {
    {"exp", mlci_exp, expl, -708.0, 709.7, 0.7, offsetof(mlci_kernels, exp)},
    {"expm1", mlci_expm1, expm1l, -40.0, 709.7, 1.5, offsetof(mlci_kernels, expm1)},
    {"log", mlci_ln, logl, 0x1p-1074, 1.7e308, 0.7, offsetof(mlci_kernels, log)},
    {"log1p", mlci_log1p, log1pl, -0.9999, 1e300, 1.0, offsetof(mlci_kernels, log1p)},
    {"sigmoid", mlci_sigmoid, exact_sigmoid, -700.0, 40.0, 2.0, offsetof(mlci_kernels, sigmoid)},
    {"softplus", mlci_softplus, exact_softplus, -700.0, 800.0, 2.0,
     offsetof(mlci_kernels, softplus)},
    {"tanh", mlci_tanh, tanhl, -20.0, 20.0, 2.5, offsetof(mlci_kernels, tanh)},
};
#define N_FUNCTIONS ((int)(sizeof functions / sizeof functions[0]))

static map map_of(const mlci_kernels *k, const function *f)
{
    map result;
    memcpy(&result, (const char *)k + f->offset, sizeof result);
    return result;
}

/* Error in units of the last place of the exact value. */
static double error_of(double got, long double want)
{
    int exponent;
    frexpl(want, &exponent);
    if (exponent < -1021) exponent = -1021;
    return (double)(fabsl((long double)got - want) / ldexpl(1.0L, exponent - 53));
}

/* A point of the interval: half of them evenly, half by magnitude. */
static double point(const function *f)
{
    const double u = case_unit();
    if (case_bits() % 2 == 0 && f->high < 1e300) return f->low + u * (f->high - f->low);
    for (;;) {
        const double size = ldexp(1.0 + u, (int)(case_bits() % 2098) - 1074);
        const double x = case_bits() % 2 ? size : -size;
        if (x >= f->low && x <= f->high) return x;
        if (case_bits() % 4 == 0) { /* mostly where values are of ordinary size */
            const double y = ldexp(1.0 + case_unit(), (int)(case_bits() % 24) - 14) *
                             (f->low < 0.0 && case_bits() % 2 ? -1.0 : 1.0);
            if (y >= f->low && y <= f->high) return y;
        }
    }
}

static void check_error(const function *f)
{
    enum { BLOCK = 1024, BLOCKS = 1000 };
    static double x[BLOCK], y[BLOCK];
    const mlci_kernels *k = case_tables[case_n_tables - 1];
    double worst = 0.0, where = 0.0;
    for (int b = 0; b < BLOCKS; b++) {
        for (int i = 0; i < BLOCK; i++)
            x[i] = point(f);
        map_of(k, f)(BLOCK, x, y);
        for (int i = 0; i < BLOCK; i++) {
            const double error = error_of(y[i], f->exact((long double)x[i]));
            if (!(error <= worst)) {
                worst = error;
                where = x[i];
            }
        }
    }
    if (getenv("MLC_TEST_VERBOSE") != NULL)
        fprintf(stderr, "%s: %.3f units in the last place at %a\n", f->name, worst, where);
    ck_assert_msg(worst <= f->bound, "%s: %.3f at %a", f->name, worst, where);
}

START_TEST(test_functions_at_many_points_then_error_within_the_promise)
{
    for (int i = 0; i < N_FUNCTIONS; i++)
        check_error(&functions[i]);
}
END_TEST

static void check_tables(const function *f)
{
    enum { MOST = 200 };
    static double x[MOST + 3], want[MOST + 3], got[MOST + 3];
    for (int64_t n = 0; n <= MOST; n++) {
        case_fill(x, MOST + 3, (int)(n % 3));
        for (int64_t i = 0; i < n; i += 2)
            x[i + 1] = point(f);
        for (int64_t i = 0; i < MOST + 3; i++)
            want[i] = got[i] = 7.0;
        for (int64_t i = 0; i < n; i++)
            want[i + 1] = f->single(x[i + 1]);
        for (int t = 0; t < case_n_tables; t++) {
            for (int64_t i = 0; i < MOST + 3; i++)
                got[i] = 7.0;
            map_of(case_tables[t], f)(n, x + 1, got + 1);
            case_assert_same(MOST + 3, got, want);
        }
    }
}

START_TEST(test_functions_on_every_table_and_single_values_then_same_bits)
{
    for (int i = 0; i < N_FUNCTIONS; i++)
        check_tables(&functions[i]);
}
END_TEST

static void check_in_place(const function *f)
{
    double x[45], y[45];
    for (int t = 0; t < case_n_tables; t++) {
        case_fill(x, 45, 0);
        map_of(case_tables[t], f)(45, x, y);
        map_of(case_tables[t], f)(45, x, x);
        case_assert_same(45, x, y);
    }
}

START_TEST(test_functions_in_place_then_same_as_apart)
{
    for (int i = 0; i < N_FUNCTIONS; i++)
        check_in_place(&functions[i]);
}
END_TEST

START_TEST(test_exp_at_the_ends_then_ieee_results)
{
    ck_assert(case_same(mlci_exp(0.0), 1.0));
    ck_assert(case_same(mlci_exp(-0.0), 1.0));
    ck_assert(case_same(mlci_exp(INFINITY), INFINITY));
    ck_assert(case_same(mlci_exp(-INFINITY), 0.0));
    ck_assert(isnan(mlci_exp(NAN)));
    ck_assert(case_same(mlci_exp(709.8), INFINITY));
    ck_assert(case_same(mlci_exp(1e308), INFINITY));
    ck_assert(case_same(mlci_exp(-745.2), 0.0));
    ck_assert(case_same(mlci_exp(-745.0), 0x1p-1074));
    /* exp(709.782712893384) = 1.797693134862273e308, below the largest double. */
    ck_assert_double_lt(fabs(mlci_exp(709.782712893384) / 1.797693134862273e308 - 1.0), 1e-13);
    /* exp(-740) = 4.1997680e-322 is 85 of the smallest steps. */
    ck_assert(case_same(mlci_exp(-740.0), 85 * 0x1p-1074));
}
END_TEST

START_TEST(test_log_at_the_ends_then_ieee_results)
{
    ck_assert(case_same(mlci_ln(1.0), 0.0));
    ck_assert(case_same(mlci_ln(0.0), -INFINITY));
    ck_assert(case_same(mlci_ln(-0.0), -INFINITY));
    ck_assert(isnan(mlci_ln(-1e-320)));
    ck_assert(isnan(mlci_ln(-INFINITY)));
    ck_assert(isnan(mlci_ln(NAN)));
    ck_assert(case_same(mlci_ln(INFINITY), INFINITY));
    ck_assert_double_eq_tol(mlci_ln(0x1p-1074), -744.4400719213812, 2e-13);
    ck_assert(case_same(mlci_log1p(-1.0), -INFINITY));
    ck_assert(isnan(mlci_log1p(-1.5)));
    ck_assert(isnan(mlci_log1p(NAN)));
    ck_assert(case_same(mlci_log1p(INFINITY), INFINITY));
    ck_assert(case_same(mlci_log1p(-0.0), -0.0));
    ck_assert(case_same(mlci_log1p(4.9e-324), 4.9e-324));
}
END_TEST

START_TEST(test_expm1_and_tanh_at_the_ends_then_ieee_results)
{
    ck_assert(case_same(mlci_expm1(-0.0), -0.0));
    ck_assert(case_same(mlci_expm1(-1e-310), -1e-310));
    ck_assert(case_same(mlci_expm1(-INFINITY), -1.0));
    ck_assert(case_same(mlci_expm1(INFINITY), INFINITY));
    ck_assert(case_same(mlci_expm1(1e9), INFINITY));
    ck_assert(isnan(mlci_expm1(NAN)));
    ck_assert(case_same(mlci_tanh(-0.0), -0.0));
    ck_assert(case_same(mlci_tanh(1e-320), 1e-320));
    ck_assert(case_same(mlci_tanh(INFINITY), 1.0));
    ck_assert(case_same(mlci_tanh(-INFINITY), -1.0));
    ck_assert(isnan(mlci_tanh(NAN)));
}
END_TEST

START_TEST(test_sigmoid_and_softplus_at_the_ends_then_limits_without_overflow)
{
    ck_assert(case_same(mlci_sigmoid(0.0), 0.5));
    ck_assert(case_same(mlci_sigmoid(INFINITY), 1.0));
    ck_assert(case_same(mlci_sigmoid(-INFINITY), 0.0));
    ck_assert(case_same(mlci_sigmoid(-745.0), 0x1p-1074));
    ck_assert(isnan(mlci_sigmoid(NAN)));
    ck_assert(case_same(mlci_softplus(1e300), 1e300));
    ck_assert(case_same(mlci_softplus(INFINITY), INFINITY));
    ck_assert(case_same(mlci_softplus(-INFINITY), 0.0));
    ck_assert(isnan(mlci_softplus(NAN)));
}
END_TEST

MLCI_CHECK_SUITE_BY(case_add, "elementary",
                    test_functions_at_many_points_then_error_within_the_promise,
                    test_functions_on_every_table_and_single_values_then_same_bits,
                    test_functions_in_place_then_same_as_apart,
                    test_exp_at_the_ends_then_ieee_results, test_log_at_the_ends_then_ieee_results,
                    test_expm1_and_tanh_at_the_ends_then_ieee_results,
                    test_sigmoid_and_softplus_at_the_ends_then_limits_without_overflow)
