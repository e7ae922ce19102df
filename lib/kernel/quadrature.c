/* Gauss-Legendre quadrature: the zeros of the Legendre polynomial by Newton's method from the
 * asymptotic cos(pi (k - 1/4) / (n + 1/2)) (Abramowitz & Stegun 22.16.6), which every one of
 * them attracts. Half of them are sought, the others are their mirror images. */
#include "quadrature.h"

#define PI 3.14159265358979323846
#define MAX_STEPS 20

/* For angles from 0 to pi / 2; a start for Newton needs no last digit. */
static double cosine(double angle)
{
    const double square = angle * angle;
    double term = 1, sum = 1;
    for (int32_t k = 1; k <= 24; k += 2) {
        term *= -square / (double)(k * (k + 1));
        sum += term;
    }
    return sum;
}

/* The Legendre polynomial of degree n at x, and its derivative. */
static double legendre(int64_t n, double x, double *derivative)
{
    double before = 1, value = x;
    for (int64_t k = 2; k <= n; k++) {
        const double next =
            ((double)(2 * k - 1) * x * value - (double)(k - 1) * before) / (double)k;
        before = value;
        value = next;
    }
    *derivative = (double)n * (before - x * value) / ((1 - x) * (1 + x));
    return value;
}

void mlci_gauss_legendre(int64_t n, double *node, double *rest, double *weight)
{
    for (int64_t k = 0; 2 * k < n; k++) {
        const int64_t mirror = n - 1 - k;
        double x = cosine(PI * ((double)k + 0.75) / ((double)n + 0.5)), derivative = 1;
        for (int32_t step = 0; step < MAX_STEPS; step++) {
            const double change = legendre(n, x, &derivative) / derivative;
            x -= change;
            if (change < 1e-15 && change > -1e-15) break;
        }
        if (k == mirror) x = 0;
        (void)legendre(n, x, &derivative);
        node[k] = rest[mirror] = (1 - x) / 2;
        rest[k] = node[mirror] = (1 + x) / 2;
        weight[k] = weight[mirror] = 1 / ((1 - x) * (1 + x) * derivative * derivative);
    }
}
