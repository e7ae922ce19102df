/* Powers in pairs of doubles (Dekker 1971), about 100 bits, rounded once at the end.
 *
 * Small whole exponents multiply the base by itself. Others are exp(y * log(x)): the logarithm of
 * x = m * 2^e, 0.7 < m < 1.42, is e * log(2) + 2 * atanh((m - 1) / (m + 1)) by its series, whose
 * argument is below 0.172, so that 22 terms leave 2^-117; the product with y is a pair high + low,
 * and exp(high) * (1 + low) has the error of exp() and a rounding. */
#include "power.h"

#include <math.h>

#include "kernels.h"

#define N_TERMS 22
#define SMALL_EXPONENT 64

typedef struct pair {
    double high, low;
} pair;

static pair two_sum(double a, double b)
{
    const double sum = a + b, part = sum - a;
    return (pair){sum, (a - (sum - part)) + (b - part)};
}

static pair add(pair a, pair b)
{
    const pair s = two_sum(a.high, b.high);
    return two_sum(s.high, s.low + (a.low + b.low));
}

static pair multiply(pair a, pair b)
{
    const double product = a.high * b.high;
    const double rest = fma(a.high, b.high, -product) + (a.high * b.low + a.low * b.high);
    return two_sum(product, rest);
}

static pair divide(pair a, pair b)
{
    const double quotient = a.high / b.high;
    const pair back = multiply((pair){quotient, 0}, b);
    const double rest = (a.high - back.high) + (a.low - back.low);
    return two_sum(quotient, rest / b.high);
}

/* log of a positive, finite x. */
static pair logarithm(double x)
{
    static const pair log_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    int exponent;
    double m = frexp(x, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        exponent--;
    }
    const pair s = divide((pair){m - 1, 0}, two_sum(m, 1));
    const pair square = multiply(s, s);
    pair sum = {0, 0};
    for (int k = N_TERMS; k > 0; k--) {
        const pair term = divide((pair){1, 0}, (pair){2.0 * k + 1, 0});
        sum = multiply(square, add(sum, term));
    }
    sum = multiply(s, add(sum, (pair){1, 0}));
    return add(multiply((pair){exponent, 0}, log_2), (pair){2 * sum.high, 2 * sum.low});
}

/* |x| ** y for finite, positive |x|. */
static double by_logarithm(double x, double y)
{
    const pair product = multiply(logarithm(x), (pair){y, 0});
    if (!(fabs(product.high) < 800)) return product.high < 0 ? 0 : INFINITY;
    if (fabs(product.high) < 700) {
        const double result = mlci_exp(product.high);
        return result + result * product.low;
    }
    /* In two factors, so that neither overflows nor loses bits before the product does. */
    const double half = mlci_exp(product.high / 2);
    return half * (half + half * product.low);
}

/* x ** n by squaring; not finite or 0 where that leaves the range. */
static double by_squaring(double x, int n)
{
    pair base = {x, 0}, result = {1, 0};
    for (int left = n; left > 0; left /= 2) {
        if (left % 2 == 1) result = multiply(result, base);
        if (left > 1) base = multiply(base, base);
    }
    return result.high + result.low;
}

static int is_odd(double y)
{
    return fabs(y) < 0x1p53 && fmod(fabs(y), 2) == 1;
}

double mlci_power(double x, double y)
{
    if (y == 0 || x == 1) return 1;
    if (isnan(x) || isnan(y)) return x + y;
    const int is_whole = isinf(y) || floor(y) == y;
    if (isinf(y)) {
        const double size = fabs(x);
        return size == 1 ? 1 : (size > 1) == (y > 0) ? INFINITY : 0;
    }
    const double sign = x < 0 || (x == 0 && signbit(x)) ? (is_odd(y) ? -1 : 1) : 1;
    if (x == 0 || isinf(x)) return sign * ((x == 0) == (y > 0) ? 0 : INFINITY);
    if (x < 0 && !is_whole) return (double)NAN;
    if (y == 0.5) return sqrt(x);
    if (is_whole && fabs(y) <= SMALL_EXPONENT) {
        const double result = by_squaring(x, (int)fabs(y));
        const double size = fabs(result);
        if (size > 0x1p-900 && size < 0x1p900) return y > 0 ? result : 1 / result;
    }
    return sign * by_logarithm(fabs(x), y);
}
