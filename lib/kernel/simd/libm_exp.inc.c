/* exp() for results that have to be those of another library, which calls its system's: of double
 * and of float, by the method and the constants of glibc since 2.28 (Szabolcs Nagy, ARM optimized
 * routines): a table of 128 powers of 2, or of 32, and a short polynomial. Errors of 0.511 units in
 * the last place, and 0.502; included once an instruction set. */
#include <math.h>

#include "exp_table.h"

#define EXP_SHIFT 0x1.8p52 /* makes the nearest integer the low bits */

static inline uint64_t bits_of_real(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double real_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double libm_exp_one(double x)
{
    if (x != x) return x;
    if (x > 709.782712893384) return (double)INFINITY;
    if (x < -708.3964185322641) return mlci_exp(x); /* subnormal: rounded twice */
    const double shifted = fma(x, 0x1.71547652b82fep0 * MLCI_EXP_ENTRIES, EXP_SHIFT);
    const uint64_t k = bits_of_real(shifted);
    const double kd = shifted - EXP_SHIFT;
    const double r = fma(kd, -0x1.cf79abc9e3b39p-47, fma(kd, -0x1.62e42fefa0000p-8, x));
    const mlci_exp_entry *const entry = &mlci_exp_table[k % MLCI_EXP_ENTRIES];
    const double scale = real_of_bits(entry->bits + (k << 45));
    const double r2 = r * r;
    const double low = fma(fma(r, 0x1.555555555543cp-3, 0x1.ffffffffffdbdp-2), r2, entry->tail + r);
    const double high = fma(r, 0x1.1111167a4d017p-7, 0x1.55555cf172b91p-5);
    return fma(scale, fma(r2 * r2, high, low), scale);
}

/* x is a float, and so is the result. */
static inline double libm_expf_one(double x)
{
    if (x != x) return x;
    if (x > 0x1.62e42ep6) return (double)INFINITY;
    if (x < -0x1.9fe368p6) return 0;
    const double z = x * (0x1.71547652b82fep0 * 32);
    const double shifted = z + EXP_SHIFT;
    const uint64_t k = bits_of_real(shifted);
    const double r = z - (shifted - EXP_SHIFT);
    const double scale = real_of_bits(mlci_exp_table[k % 32 * 4].bits + (k << 47));
    const double high = fma(r, 0x1.c6af84b912394p-5 / 32768, 0x1.ebfce50fac4f3p-3 / 1024);
    const double low = fma(r, 0x1.62e42ff0c52d6p-1 / 32, 1);
    return (double)(float)(fma(high, r * r, low) * scale);
}

static void libm_exp(int64_t n, const double *x, double *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = libm_exp_one(x[i]);
}

static void libm_expf(int64_t n, const double *x, double *y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] = libm_expf_one(x[i]);
}
