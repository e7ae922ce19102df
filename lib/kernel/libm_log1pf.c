/* log(1 + x) of a float from 0 to 1 as systems of years have it: the method and the constants of
 * FreeBSD's msun (Sun Microsystems, 1993), which glibc had until 2.40; from then on it rounds
 * correctly. 1 + x is taken to 2^k (1 + f), log(1 + f) is a polynomial in (f / (2 + f))^2.
 * XGBoost's expectiles are made with it. */
#include "kernels.h"

#define LN2_HIGH 6.9313812256e-01F
#define LN2_LOW 9.0580006145e-06F
#define ROOT_2_LESS_1 0x1.a827aep-2F /* up to it 1 + x is not halved */
#define ROOT_2 0x1.6a09eep+0F
#define LEAST_SQUARED 0x1p-29F

/* 1 + x = 2^k (1 + f) + what rounding took, of which rest is the share. */
typedef struct reduction {
    float k, f, rest;
} reduction;

static reduction reduce(float x)
{
    reduction out = {0, x, 0};
    if (x < ROOT_2_LESS_1) return out;
    const float sum = 1.0F + x;
    out.k = sum < ROOT_2 ? 0 : 1;
    out.rest = (sum < 2 ? x - (sum - 1.0F) : 1.0F - (sum - x)) / sum;
    out.f = (out.k > 0 ? sum / 2 : sum) - 1.0F;
    return out;
}

float mlci_libm_log1pf(float x)
{
    static const float l[] = {6.6666668653e-01F, 4.0000000596e-01F, 2.8571429849e-01F,
                              2.2222198546e-01F, 1.8183572590e-01F, 1.5313838422e-01F,
                              1.4798198640e-01F};
    if (x < LEAST_SQUARED) return x - x * x * 0.5F;
    const reduction r = reduce(x);
    const float f = r.f, half_square = 0.5F * f * f, low = r.k * LN2_LOW + r.rest;
    if (f == 0) return r.k * LN2_HIGH + low;
    const float s = f / (2.0F + f), z = s * s;
    float series = l[6];
    for (int i = 5; i >= 0; i--)
        series = l[i] + z * series;
    series *= z;
    if (r.k == 0) return f - (half_square - s * (half_square + series));
    return r.k * LN2_HIGH - ((half_square - (s * (half_square + series) + low)) - f);
}
