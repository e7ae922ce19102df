/* Sine and cosine: x less the nearest multiple of pi/2, in three pieces (Cody and Waite 1980), then
 * the Taylor series on [-pi/4, pi/4], whose first term left out is below 2^-60. Arctangent: a
 * rational first guess, then the angle that is left, from sine and cosine of the guess. */
#include "trigonometry.h"

#include <math.h>

#include "kernels.h"
#include "random.h"

#define LARGEST 1e5 /* the multiple of pi/2 times its first piece is exact up to here */
/* pi/2 in pieces of 33 bits, so that k times a piece is exact. */
#define HALF_PI_HIGH 0x1.921fb544p+0
#define HALF_PI_MIDDLE 0x1.0b4611a6p-34
#define HALF_PI_LOW 0x1.3198a2e037073p-69

/* sin(x) / x and cos(x) by z = x^2: (-1)^k / (2k + 1)! and (-1)^k / (2k)!. */
static double sine_series(double x)
{
    const double z = x * x;
    double sum = -1.0 / 121645100408832000.0;
    sum = fma(sum, z, 1.0 / 355687428096000.0);
    sum = fma(sum, z, -1.0 / 1307674368000.0);
    sum = fma(sum, z, 1.0 / 6227020800.0);
    sum = fma(sum, z, -1.0 / 39916800.0);
    sum = fma(sum, z, 1.0 / 362880.0);
    sum = fma(sum, z, -1.0 / 5040.0);
    sum = fma(sum, z, 1.0 / 120.0);
    sum = fma(sum, z, -1.0 / 6.0);
    return fma(sum * z, x, x);
}

static double cosine_series(double x)
{
    const double z = x * x;
    double sum = 1.0 / 2432902008176640000.0;
    sum = fma(sum, z, -1.0 / 6402373705728000.0);
    sum = fma(sum, z, 1.0 / 20922789888000.0);
    sum = fma(sum, z, -1.0 / 87178291200.0);
    sum = fma(sum, z, 1.0 / 479001600.0);
    sum = fma(sum, z, -1.0 / 3628800.0);
    sum = fma(sum, z, 1.0 / 40320.0);
    sum = fma(sum, z, -1.0 / 720.0);
    sum = fma(sum, z, 1.0 / 24.0);
    sum = fma(sum, z, -0.5);
    return fma(sum, z, 1.0);
}

/* x = quarter * pi/2 + *rest, |rest| at most pi/4. */
static int64_t reduce(double x, double *rest)
{
    const double quarter = floor(fma(x, 2 / MLCI_PI, 0.5));
    double left = fma(-quarter, HALF_PI_HIGH, x);
    left = fma(-quarter, HALF_PI_MIDDLE, left);
    *rest = fma(-quarter, HALF_PI_LOW, left);
    return (int64_t)quarter;
}

static double sine_from(double x, int64_t turn)
{
    double rest = 0;
    if (!(fabs(x) <= LARGEST)) return (double)NAN;
    const int64_t quarter = (reduce(x, &rest) + turn) & 3;
    const double value = (quarter & 1) != 0 ? cosine_series(rest) : sine_series(rest);
    return (quarter & 2) != 0 ? -value : value;
}

double mlci_sin(double x)
{
    return sine_from(x, 0);
}

double mlci_cos(double x)
{
    return sine_from(x, 1);
}

/* On [0, 1]: the guess is within 5e-3 of the angle (Rajan and others 2006 have its like), so what
 * is left is found by two terms of its series. */
static double atan_unit(double x)
{
    double angle = x * (MLCI_PI / 4 + 0.273 * (1 - x));
    for (int step = 0; step < 2; step++) {
        const double s = mlci_sin(angle), c = mlci_cos(angle);
        const double left = fma(x, c, -s) / fma(x, s, c);
        angle += left - left * left * left / 3;
    }
    return angle;
}

double mlci_atan(double x)
{
    const double size = fabs(x);
    if (isnan(x)) return x;
    const double angle = size <= 1 ? atan_unit(size) : MLCI_PI / 2 - atan_unit(1 / size);
    return copysign(angle, x);
}

double mlci_random_normal(uint64_t seed, uint32_t purpose, uint32_t stream, uint64_t index)
{
    uint32_t words[4];
    mlci_philox(seed, purpose, stream, index, words);
    const uint64_t first = (uint64_t)words[1] << 32 | words[0];
    const uint64_t second = (uint64_t)words[3] << 32 | words[2];
    const double radius = (double)((first >> 11) + 1) * 0x1p-53; /* in (0, 1] */
    const double turn = (double)(second >> 11) * 0x1p-53;
    return sqrt(-2 * mlci_ln(radius)) * mlci_cos(2 * MLCI_PI * turn);
}
