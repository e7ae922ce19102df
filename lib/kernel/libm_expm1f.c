/* exp(x) - 1 of a float as systems of years have it: the method and the constants of FreeBSD's msun
 * (Sun Microsystems, 1993), which glibc had until 2.40; from then on it rounds correctly. x is
 * taken to k ln 2 + r, exp(r) - 1 is a quotient of polynomials of degree 5 in r^2 / 2. XGBoost's
 * first scores of expectiles are made with it. */
#include <math.h>

#include "kernels.h"

#define LN2_HIGH 6.9313812256e-01F
#define LN2_LOW 9.0580006145e-06F
#define ONE_BY_LN2 1.4426950216e+00F
#define HALF_LN2 0x1.62e430p-2F
#define ONE_AND_A_HALF_LN2 0x1.0a2b24p+0F
#define ALL_BITS_OF_ONE 0x1.2b7088p+4F /* 27 ln 2: below its negative nothing but -1 is left */
#define TOO_LARGE 0x1.62e430p+6F
#define LEAST_CHANGED 0x1p-25F

/* x = k ln 2 + reduced, and what reduced lacks. */
typedef struct reduction {
    int32_t k;
    float reduced, rest;
} reduction;

static reduction reduce(float x)
{
    reduction out = {0, x, 0};
    if (fabsf(x) <= HALF_LN2) return out;
    if (fabsf(x) < ONE_AND_A_HALF_LN2)
        out.k = x < 0 ? -1 : 1;
    else
        out.k = (int32_t)(ONE_BY_LN2 * x + (x < 0 ? -0.5F : 0.5F));
    const float high = x - (float)out.k * LN2_HIGH, low = (float)out.k * LN2_LOW;
    out.reduced = high - low;
    out.rest = (high - out.reduced) - low;
    return out;
}

float mlci_libm_expm1f(float x)
{
    static const float q[] = {1,
                              -3.3333335072e-02F,
                              1.5873016091e-03F,
                              -7.9365076090e-05F,
                              4.0082177293e-06F,
                              -2.0109921195e-07F};
    if (isnan(x) || fabsf(x) < LEAST_CHANGED) return x;
    if (x >= TOO_LARGE) return INFINITY;
    if (x <= -ALL_BITS_OF_ONE) return -1;
    const reduction r = reduce(x);
    const float half = 0.5F * r.reduced, square = r.reduced * half;
    float r1 = q[5];
    for (int i = 4; i >= 0; i--)
        r1 = q[i] + square * r1;
    const float t = 3.0F - r1 * half;
    float e = square * ((r1 - t) / (6.0F - r.reduced * t));
    if (r.k == 0) return r.reduced - (r.reduced * e - square);
    e = r.reduced * (e - r.rest) - r.rest;
    e -= square;
    if (r.k == -1) return 0.5F * (r.reduced - e) - 0.5F;
    if (r.k == 1)
        return r.reduced < -0.25F ? -2.0F * (e - (r.reduced + 0.5F))
                                  : 1.0F + 2.0F * (r.reduced - e);
    if (r.k <= -2 || r.k > 56) return ldexpf(1.0F - (e - r.reduced), r.k) - 1.0F;
    const float below = ldexpf(1.0F, -r.k); /* of 1, in the scale of what is left */
    if (r.k < 23) return ldexpf((1.0F - below) - (e - r.reduced), r.k);
    return ldexpf((r.reduced - (e + below)) + 1.0F, r.k);
}
