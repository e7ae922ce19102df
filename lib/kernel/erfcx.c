/* exp(x^2) erfc(x) by a Chebyshev series of (1 + 2 x) times it in t = (x - 3.75) / (x + 3.75), over
 * the whole half line (Shepherd and Laframboise, Mathematics of Computation 36, 1981), summed by
 * Clenshaw's recurrence. Neither overflows nor cancels. erfcx.py makes the coefficients. */
#include "erfcx.h"

static const double coefficients[] = {
    1.1775789345674017541,      -0.0045900545806464773309,  -0.084249133366517915584,
    0.059209939998191890498,    -0.026658668435305752277,   0.0090749976707052650939,
    -0.0024131635404176081909,  0.00049077583652580863229,  -0.000069169733025012063671,
    4.1390279860730101675e-6,   7.7403830661984906686e-7,   -2.1886401049234395661e-7,
    1.0764999465670910377e-8,   4.5219598112182868979e-9,   -7.7544002088313511065e-10,
    -6.3180883408866844944e-11, 2.8687950109306698981e-11,  1.945586854577734723e-13,
    -9.6546967484334389059e-13, 3.2525481481487398415e-14,  3.3478119482868053878e-14,
    -1.8645628804193131016e-15, -1.2507950530688647086e-15, 7.4182352566240434579e-17,
    5.0681489047961113118e-17,  -2.2370566594359996468e-18, -2.1873429443030177134e-18};
#define N_COEFFICIENTS ((int)(sizeof coefficients / sizeof coefficients[0]))

double mlci_erfcx(double x)
{
    if (x > 1e300) return 0.5641895835477563 / x; /* 1 / (sqrt(pi) x) */
    const double t = (x - 3.75) / (x + 3.75);
    double next = 0, after = 0;
    for (int k = N_COEFFICIENTS - 1; k > 0; k--) {
        const double b = 2 * t * next - after + coefficients[k];
        after = next;
        next = b;
    }
    return (t * next - after + coefficients[0]) / (1 + 2 * x);
}
