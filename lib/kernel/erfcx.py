"""Makes the coefficients of erfcx.c: python3 erfcx.py (needs mpmath).

(1 + 2 x) exp(x^2) erfc(x) as a Chebyshev series in t = (x - K) / (x + K), after Shepherd and
Laframboise, Mathematics of Computation 36 (1981). Coefficients below 1e-18 are left out.
"""
import mpmath

mpmath.mp.dps = 40
K, N = mpmath.mpf("3.75"), 60


def value(t):
    if t == 1:
        return 2 / mpmath.sqrt(mpmath.pi)
    x = K * (1 + t) / (1 - t)
    if x > 1e6:
        return (1 + 2 * x) / (x * mpmath.sqrt(mpmath.pi)) * (1 - 1 / (2 * x * x))
    return (1 + 2 * x) * mpmath.exp(x * x) * mpmath.erfc(x)


nodes = [mpmath.cos(mpmath.pi * (j + mpmath.mpf(1) / 2) / N) for j in range(N)]
values = [value(t) for t in nodes]
coefficients = [2 / mpmath.mpf(N) * sum(
    v * mpmath.cos(k * mpmath.pi * (j + mpmath.mpf(1) / 2) / N) for j, v in enumerate(values))
    for k in range(N)]
while abs(coefficients[-1]) < mpmath.mpf("1e-18"):
    coefficients.pop()
coefficients[0] /= 2
print(",\n".join(f"    {mpmath.nstr(c, 20)}" for c in coefficients))
