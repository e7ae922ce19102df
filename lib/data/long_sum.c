/* Long accumulators (Kulisch, "Computer arithmetic and validity", 2008), with digits of 32 bits in
 * 64-bit integers, so that carries wait for a billion additions (Neal, "Fast exact summation using
 * small and large superaccumulators", 2015). A double is a 53-bit integer times a power of two, a
 * square or product a 106-bit one: each adds to three digits, or to six.
 *
 * Variances come from the exact n sum(x^2) - sum(x)^2, in which nothing cancels that was rounded;
 * rounding happens once, at the end. */
#include "long_sum.h"

#include <math.h>
#include <string.h>

#define ORIGIN 1088 /* a sum of numbers counts in 2^-ORIGIN, one of products in 2^(-2 ORIGIN) */
#define MAX_PENDING ((int64_t)1 << 28)
#define DIGIT_MASK ((int64_t)UINT32_MAX)
#define PRODUCT_DIGITS (2 * MLCI_LONG_DIGITS)

/* ---- adding ---------------------------------------------------------------------------------- */

void mlci_long_settle(mlci_long_sum *sum)
{
    int64_t carry = 0;
    for (int32_t i = 0; i < MLCI_LONG_DIGITS - 1; i++) {
        const int64_t digit = sum->digit[i] + carry;
        sum->digit[i] = digit & DIGIT_MASK;
        carry = (digit - sum->digit[i]) / (DIGIT_MASK + 1);
    }
    sum->digit[MLCI_LONG_DIGITS - 1] += carry;
    sum->n_pending = 0;
}

/* Adds or takes away bits * 2^at. */
static inline void add_bits(mlci_long_sum *sum, uint64_t bits, int32_t at, int is_negative)
{
    int64_t *const digit = &sum->digit[at >> 5];
    const int32_t shift = at & 31;
    const uint64_t low = bits << shift, high = shift == 0 ? 0 : bits >> (64 - shift);
    const int64_t sign = is_negative ? -1 : 1;
    digit[0] += sign * (int64_t)(low & UINT32_MAX);
    digit[1] += sign * (int64_t)(low >> 32);
    digit[2] += sign * (int64_t)high;
}

static inline void count_addition(mlci_long_sum *sum)
{
    if (++sum->n_pending >= MAX_PENDING) mlci_long_settle(sum);
}

/* |value| = bits * 2^exponent. */
static inline uint64_t take_apart(double value, int32_t *exponent)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int32_t biased = (int32_t)(bits >> 52 & 2047);
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    *exponent = (biased == 0 ? 1 : biased) - 1075;
    return biased == 0 ? fraction : fraction | (uint64_t)1 << 52;
}

static void add_times(mlci_long_sum *sum, uint64_t bits, int64_t n, int32_t at, int is_negative)
{
    const mlci_wide product = mlci_multiply_wide(bits, (uint64_t)n);
    add_bits(sum, product.low, at, is_negative);
    if (product.high != 0) add_bits(sum, product.high, at + 64, is_negative);
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

void mlci_long_add(mlci_long_sum *sum, double value, int64_t n)
{
    int32_t exponent;
    const uint64_t bits = take_apart(value, &exponent);
    if (n == 1) {
        add_bits(sum, bits, exponent + ORIGIN, value < 0);
    } else {
        add_times(sum, bits, n, exponent + ORIGIN, value < 0);
    }
    count_addition(sum);
}

void mlci_long_add_integer(mlci_long_sum *sum, int64_t value, int64_t n)
{
    add_times(sum, magnitude(value), n, ORIGIN, value < 0);
    count_addition(sum);
}

static inline void add_square(mlci_long_sum *sum, uint64_t bits, int32_t at, int64_t n)
{
    const mlci_wide square = mlci_multiply_wide(bits, bits);
    if (n == 1) {
        add_bits(sum, square.low, at, 0);
        add_bits(sum, square.high, at + 64, 0);
    } else {
        add_times(sum, square.low, n, at, 0);
        add_times(sum, square.high, n, at + 64, 0);
    }
    count_addition(sum);
}

void mlci_long_add_square(mlci_long_sum *sum, double value, int64_t n)
{
    int32_t exponent;
    const uint64_t bits = take_apart(value, &exponent);
    add_square(sum, bits, 2 * (exponent + ORIGIN), n);
}

void mlci_long_add_moments(mlci_long_sum *sum, mlci_long_sum *squares, double value)
{
    int32_t exponent;
    const uint64_t bits = take_apart(value, &exponent);
    add_bits(sum, bits, exponent + ORIGIN, value < 0);
    count_addition(sum);
    add_square(squares, bits, 2 * (exponent + ORIGIN), 1);
}

void mlci_long_add_integer_square(mlci_long_sum *sum, int64_t value, int64_t n)
{
    add_square(sum, magnitude(value), 2 * ORIGIN, n);
}

/* ---- runs ------------------------------------------------------------------------------------ */

void mlci_long_run_open(mlci_long_run *run, mlci_long_sum *sum, mlci_long_sum *squares)
{
    *run = (mlci_long_run){.sum = sum, .squares = squares};
}

static void add_wide(mlci_long_sum *sum, mlci_wide bits, int32_t at, int is_negative)
{
    add_bits(sum, bits.low, at, is_negative);
    if (bits.high != 0) add_bits(sum, bits.high, at + 64, is_negative);
    count_addition(sum);
}

void mlci_long_run_close(mlci_long_run *run)
{
    add_wide(run->sum, run->total, run->at, run->is_negative);
    add_wide(run->squares, run->low, 2 * run->at, 0);
    add_wide(run->squares, run->high, 2 * run->at + 64, 0);
    run->total = run->low = run->high = (mlci_wide){0, 0};
}

/* n < 2^63 in all keeps each of the totals below 2^127. */
static inline void add_to_run(mlci_long_run *run, uint64_t bits, int32_t at, int is_negative,
                              int64_t n)
{
    if (at != run->at || is_negative != run->is_negative) {
        mlci_long_run_close(run);
        run->at = at;
        run->is_negative = is_negative;
    }
    const mlci_wide square = mlci_multiply_wide(bits, bits);
    mlci_sum_wide(&run->total, mlci_multiply_wide(bits, (uint64_t)n));
    mlci_sum_wide(&run->low, mlci_multiply_wide(square.low, (uint64_t)n));
    mlci_sum_wide(&run->high, mlci_multiply_wide(square.high, (uint64_t)n));
}

void mlci_long_run_add(mlci_long_run *run, double value, int64_t n)
{
    int32_t exponent;
    const uint64_t bits = take_apart(value, &exponent);
    add_to_run(run, bits, exponent + ORIGIN, value < 0, n);
}

void mlci_long_run_add_integer(mlci_long_run *run, int64_t value, int64_t n)
{
    add_to_run(run, magnitude(value), ORIGIN, value < 0, n);
}

/* ---- products -------------------------------------------------------------------------------- */

void mlci_long_add_product(mlci_long_sum *sum, double a, double b)
{
    int32_t exponent_a, exponent_b;
    const uint64_t bits_a = take_apart(a, &exponent_a), bits_b = take_apart(b, &exponent_b);
    const mlci_wide product = mlci_multiply_wide(bits_a, bits_b);
    const int32_t at = exponent_a + exponent_b + 2 * ORIGIN;
    const int is_negative = (a < 0) != (b < 0);
    add_bits(sum, product.low, at, is_negative);
    add_bits(sum, product.high, at + 64, is_negative);
    count_addition(sum);
}

static void add_digits(mlci_long_sum *sum, const mlci_long_sum *other, int64_t sign)
{
    mlci_long_sum settled = *other;
    mlci_long_settle(&settled);
    mlci_long_settle(sum);
    for (int32_t i = 0; i < MLCI_LONG_DIGITS; i++)
        sum->digit[i] += sign * settled.digit[i];
    mlci_long_settle(sum);
}

void mlci_long_add_sum(mlci_long_sum *sum, const mlci_long_sum *other)
{
    add_digits(sum, other, 1);
}

void mlci_long_subtract_sum(mlci_long_sum *sum, const mlci_long_sum *other)
{
    add_digits(sum, other, -1);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Digits without a sign; returns 1 when the sum was negative. */
static int take_magnitude(const mlci_long_sum *sum, uint32_t out[MLCI_LONG_DIGITS])
{
    mlci_long_sum settled = *sum;
    mlci_long_settle(&settled);
    const int is_negative = settled.digit[MLCI_LONG_DIGITS - 1] < 0;
    if (is_negative) {
        for (int32_t i = 0; i < MLCI_LONG_DIGITS; i++)
            settled.digit[i] = -settled.digit[i];
        mlci_long_settle(&settled);
    }
    for (int32_t i = 0; i < MLCI_LONG_DIGITS; i++)
        out[i] = (uint32_t)settled.digit[i];
    return is_negative;
}

static int32_t count_digits(const uint32_t *digits, int32_t n)
{
    while (n > 0 && digits[n - 1] == 0)
        n--;
    return n;
}

/* The 64 leading bits, the last of which also stands for all that follow, so that rounding to 53
 * bits is that of the whole number. */
static mlci_scaled scale(const uint32_t *digits, int32_t n_digits, int32_t lowest)
{
    const int32_t n = count_digits(digits, n_digits);
    if (n == 0) return (mlci_scaled){0, 0};
    uint64_t top = (uint64_t)digits[n - 1] << 32 | (n > 1 ? digits[n - 2] : 0);
    uint64_t rest = n > 2 ? digits[n - 3] : 0;
    int32_t shift = 0;
    for (; top >> 63 == 0; shift++)
        top <<= 1;
    top |= rest << shift >> 32;
    rest = rest << shift & UINT32_MAX;
    for (int32_t i = 0; i < n - 3 && rest == 0; i++)
        rest = digits[i];
    top |= rest != 0;
    return (mlci_scaled){(double)top, 32 * (n - 2) - shift + lowest};
}

double mlci_long_mean(const mlci_long_sum *sum, int64_t n)
{
    uint32_t digits[MLCI_LONG_DIGITS];
    const int is_negative = take_magnitude(sum, digits);
    const mlci_scaled total = scale(digits, MLCI_LONG_DIGITS, -ORIGIN);
    const double mean = ldexp(total.value / (double)n, total.exponent);
    return is_negative ? -mean : mean;
}

/* out = a * b, of which no more than PRODUCT_DIGITS digits are not zero. */
static void multiply(const uint32_t *a, int32_t n_a, const uint32_t *b, int32_t n_b,
                     uint32_t out[PRODUCT_DIGITS])
{
    memset(out, 0, PRODUCT_DIGITS * sizeof *out);
    const int32_t used_a = count_digits(a, n_a), used_b = count_digits(b, n_b);
    for (int32_t i = 0; i < used_a; i++) {
        uint64_t carry = 0;
        for (int32_t j = 0; j < used_b || carry != 0; j++) {
            const uint64_t next = (uint64_t)a[i] * (j < used_b ? b[j] : 0) + out[i + j] + carry;
            out[i + j] = (uint32_t)next;
            carry = next >> 32;
        }
    }
}

/* a + b, or a - b; 1 when that is negative, in which case a holds its magnitude. */
static int combine(uint32_t a[PRODUCT_DIGITS], const uint32_t b[PRODUCT_DIGITS], int subtract)
{
    int64_t carry = 0;
    for (int32_t i = 0; i < PRODUCT_DIGITS; i++) {
        const int64_t digit = (int64_t)a[i] + (subtract ? -(int64_t)b[i] : (int64_t)b[i]) + carry;
        a[i] = (uint32_t)(digit & DIGIT_MASK);
        carry = (digit - (digit & DIGIT_MASK)) / (DIGIT_MASK + 1);
    }
    if (carry >= 0) return 0;
    uint64_t up = 1; /* two's complement */
    for (int32_t i = 0; i < PRODUCT_DIGITS; i++) {
        up += (uint32_t)~a[i];
        a[i] = (uint32_t)up;
        up >>= 32;
    }
    return 1;
}

mlci_scaled mlci_long_comoment(const mlci_long_sum *products, const mlci_long_sum *a,
                               const mlci_long_sum *b, int64_t n)
{
    uint32_t x[MLCI_LONG_DIGITS], y[MLCI_LONG_DIGITS];
    uint32_t first[PRODUCT_DIGITS], second[PRODUCT_DIGITS];
    const uint32_t count[2] = {(uint32_t)n, (uint32_t)((uint64_t)n >> 32)};
    int first_negative = take_magnitude(products, x);
    multiply(x, MLCI_LONG_DIGITS, count, 2, first);
    const int negative_a = take_magnitude(a, x), negative_b = take_magnitude(b, y);
    multiply(x, MLCI_LONG_DIGITS, y, MLCI_LONG_DIGITS, second);
    const int same = first_negative == (negative_a != negative_b);
    if (combine(first, second, same)) first_negative = !first_negative;
    mlci_scaled result = scale(first, PRODUCT_DIGITS, -2 * ORIGIN);
    if (first_negative) result.value = -result.value;
    return result;
}

double mlci_long_deviation(const mlci_long_sum *squares, const mlci_long_sum *sum, int64_t n)
{
    if (n < 2) return (double)NAN;
    const mlci_scaled moment = mlci_long_comoment(squares, sum, sum, n);
    const int32_t odd = moment.exponent & 1;
    const double value = moment.value * (odd ? 2 : 1);
    return ldexp(sqrt(value / (double)n / (double)(n - 1)), (moment.exponent - odd) / 2);
}
