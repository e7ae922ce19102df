/* exp, log and their kin; included once an instruction set.
 *
 * exp: Cody and Waite's reduction x = k ln 2 + r, |r| <= ln 2 / 2, keeping the low word of r; the
 * Taylor polynomial of degree 13 (its first neglected term is below 2^-57); 2^k in two factors, so
 * that results fade through the subnormals. log: x = 2^k m, sqrt(1/2) <= m < sqrt(2); with
 * s = f / (2 + f), f = m - 1, log(1 + f) = 2 atanh(s) by its series to s^21. The rest rests on
 * these two with the low words carried. Only IEEE operations in one order: the same bits on every
 * machine. No table, no division estimate, no change of the floating-point mode. */

#define LN2_HIGH 0x1.62e42fefa3800p-1 /* 42 bits: k * LN2_HIGH is exact */
#define LN2_LOW 0x1.ef35793c76730p-45
#define LOG2_E 0x1.71547652b82fep+0
#define ROUNDER 0x1.8p52 /* adding it rounds to an integer and leaves that in the low bits */
#define BITS_OF_ONE 0x3ff0000000000000u
#define INFINITE (__builtin_inf())
#define NOT_A_NUMBER (__builtin_nan(""))

/* 2^k for k + ROUNDER in rounded, -1022 <= k <= 1023. */
static inline V power_of_two(V rounded)
{
    return i_double(i_add(i_up_52(v_bits(rounded)), i_set(BITS_OF_ONE)));
}

static inline V v_absolute(V x)
{
    return i_double(i_and(v_bits(x), i_set(0x7fffffffffffffffu)));
}

/* The magnitude of x with the sign of y; x is not negative. */
static inline V v_with_sign(V x, V y)
{
    return i_double(i_or(v_bits(x), i_and(v_bits(y), i_set(0x8000000000000000u))));
}

/* exp(x) = 2^k (1 + r + q), |r| <= 0.35, q = r^2 / 2 + ... with the low word of r. */
typedef struct exp_parts {
    V rounded; /* k + ROUNDER */
    V k;
    V r;
    V q;
} exp_parts;

static inline exp_parts exp_reduce(V x)
{
    exp_parts parts;
    parts.rounded = v_fma(x, v_set(LOG2_E), v_set(ROUNDER));
    parts.k = v_sub(parts.rounded, v_set(ROUNDER));
    const V high = v_fnma(parts.k, v_set(LN2_HIGH), x);
    const V r = v_fnma(parts.k, v_set(LN2_LOW), high);
    const V low = v_fnma(parts.k, v_set(LN2_LOW), v_sub(high, r));
    V p = v_set(1.0 / 6227020800.0);
    p = v_fma(p, r, v_set(1.0 / 479001600.0));
    p = v_fma(p, r, v_set(1.0 / 39916800.0));
    p = v_fma(p, r, v_set(1.0 / 3628800.0));
    p = v_fma(p, r, v_set(1.0 / 362880.0));
    p = v_fma(p, r, v_set(1.0 / 40320.0));
    p = v_fma(p, r, v_set(1.0 / 5040.0));
    p = v_fma(p, r, v_set(1.0 / 720.0));
    p = v_fma(p, r, v_set(1.0 / 120.0));
    p = v_fma(p, r, v_set(1.0 / 24.0));
    p = v_fma(p, r, v_set(1.0 / 6.0));
    p = v_fma(p, r, v_set(0.5));
    parts.r = r;
    parts.q = v_fma(v_mul(r, r), p, v_fma(low, r, low));
    return parts;
}

static inline V v_exp(V x)
{
    /* Past these ends the result is 0 or inf; the order of the operands lets NaN through. */
    x = v_max(v_set(-746.0), v_min(v_set(710.0), x));
    const exp_parts parts = exp_reduce(x);
    const V one = v_set(1.0);
    const V sum = v_add(one, parts.r);
    const V rest = v_add(v_sub(one, sum), parts.r);
    const V value = v_add(sum, v_add(rest, parts.q));
    const V half = v_fma(parts.k, v_set(0.5), v_set(ROUNDER));
    const V other = v_add(v_sub(parts.k, v_sub(half, v_set(ROUNDER))), v_set(ROUNDER));
    return v_mul(v_mul(value, power_of_two(half)), power_of_two(other));
}

static inline V v_expm1(V x)
{
    const V bounded = v_max(v_set(-60.0), v_min(v_set(710.0), x));
    const exp_parts parts = exp_reduce(bounded);
    const V sum = v_add(parts.r, parts.q);
    const V rest = v_add(v_sub(parts.r, sum), parts.q);
    /* Half the result, so that 2^1024 does not appear: 2^(k-1) - 1/2 + 2^(k-1) (sum + rest). */
    const V power = power_of_two(v_sub(parts.rounded, v_set(1.0)));
    const V base = v_sub(power, v_set(0.5));
    const V scaled = v_mul(power, sum);
    const V high = v_add(base, scaled);
    const V low = v_fma(power, rest, v_add(v_sub(base, high), scaled));
    const V value = v_mul(v_add(high, low), v_set(2.0));
    const M tiny = v_less(v_absolute(x), v_set(0x1p-54));
    return v_select(tiny, x, v_select(v_less(v_set(709.79), x), v_set(INFINITE), value));
}

/* log(u + c) for u positive, normal, finite and |c| at most half a last place of u. */
static inline V log_of_sum(V u, V c, V k_bias)
{
    const I bits = v_bits(u);
    /* k = 1024 + exponent that puts m between sqrt(1/2) and sqrt(2). */
    const I k_bits =
        i_down_52(i_add(i_sub(bits, i_set(0x3fe6a09e667f3bcdu)), i_set((uint64_t)1024 << 52)));
    const V k_biased = v_sub(i_double(i_or(k_bits, i_set(0x4330000000000000u))), v_set(0x1p52));
    const V k = v_sub(k_biased, v_add(v_set(1024.0), k_bias));
    const I shift = i_up_52(i_sub(k_bits, i_set(1024)));
    const V m = i_double(i_sub(bits, shift));
    const V f = v_sub(m, v_set(1.0));
    const V s = v_div(f, v_add(v_set(2.0), f));
    const V z = v_mul(s, s);
    V p = v_set(2.0 / 21.0);
    p = v_fma(p, z, v_set(2.0 / 19.0));
    p = v_fma(p, z, v_set(2.0 / 17.0));
    p = v_fma(p, z, v_set(2.0 / 15.0));
    p = v_fma(p, z, v_set(2.0 / 13.0));
    p = v_fma(p, z, v_set(2.0 / 11.0));
    p = v_fma(p, z, v_set(2.0 / 9.0));
    p = v_fma(p, z, v_set(2.0 / 7.0));
    p = v_fma(p, z, v_set(2.0 / 5.0));
    p = v_fma(p, z, v_set(2.0 / 3.0));
    /* 2 atanh(s) = f - f^2/2 + s (f^2/2 + z p), from 2 s = f - s f. */
    const V half_square = v_mul(v_mul(v_set(0.5), f), f);
    const V series = v_mul(s, v_fma(z, p, half_square));
    const V high = v_fma(k, v_set(LN2_HIGH), f);
    const V lost = v_add(v_fma(k, v_set(LN2_HIGH), v_sub(v_set(0.0), high)), f);
    /* c 2^-k / m; k is small wherever c is not 0, elsewhere the factor stays finite. */
    const V factor = i_double(i_sub(i_set(BITS_OF_ONE), shift));
    const V carried = v_div(v_mul(c, factor), m);
    const V low = v_add(v_fma(k, v_set(LN2_LOW), v_add(series, carried)), lost);
    return v_add(high, v_sub(low, half_square));
}

static inline V v_log(V x)
{
    const M small = v_less(x, v_set(0x1p-1022));
    const V u = v_select(small, v_mul(x, v_set(0x1p54)), x);
    const V bias = v_keep(small, v_set(54.0));
    V value = log_of_sum(u, v_set(0.0), bias);
    value = v_select(v_less(x, v_set(INFINITE)), value, x); /* inf and NaN */
    value = v_select(v_equal(x, v_set(0.0)), v_set(-INFINITE), value);
    return v_select(v_less(x, v_set(0.0)), v_set(NOT_A_NUMBER), value);
}

static inline V v_log1p(V x)
{
    const V one = v_set(1.0);
    const V u = v_add(one, x);
    const V large = v_max(x, one), little = v_min(x, one);
    const V c = v_sub(little, v_sub(u, large));
    V value = log_of_sum(u, c, v_set(0.0));
    value = v_select(v_less(x, v_set(INFINITE)), value, x);
    value = v_select(v_less(v_absolute(x), v_set(0x1p-54)), x, value);
    value = v_select(v_equal(x, v_set(-1.0)), v_set(-INFINITE), value);
    return v_select(v_less(x, v_set(-1.0)), v_set(NOT_A_NUMBER), value);
}

static inline V v_minus_absolute(V x)
{
    return i_double(i_or(v_bits(x), i_set(0x8000000000000000u)));
}

static inline V v_sigmoid(V x)
{
    const V e = v_exp(v_minus_absolute(x)); /* at most 1: nothing overflows or cancels */
    const V one = v_set(1.0);
    const V sum = v_add(one, e);
    const V lost = v_add(v_sub(one, sum), e);
    /* 1 / (sum + lost) as q (1 + error), one Newton step without a second division. */
    const V q = v_div(one, sum);
    const V error = v_fnma(q, lost, v_fnma(q, sum, one));
    const V factor = v_select(v_less(x, v_set(0.0)), e, one);
    const V value = v_mul(factor, q);
    return v_fma(value, error, value);
}

static inline V v_softplus(V x)
{
    const V e = v_exp(v_minus_absolute(x));
    return v_add(v_max(v_set(0.0), x), v_log1p(e));
}

static inline V v_tanh(V x)
{
    const V a = v_min(v_set(22.0), v_absolute(x)); /* past 22 it is 1 */
    const V t = v_expm1(v_mul(v_set(2.0), a));
    /* t / (t + 2), or 1 - 2 / (t + 2) where that loses nothing. */
    const M large = v_less(v_set(0.5), a);
    const V share = v_div(v_select(large, v_set(-2.0), t), v_add(t, v_set(2.0)));
    const V value = v_select(large, v_add(v_set(1.0), share), share);
    return v_with_sign(value, x);
}

#define OVER_ELEMENTS(name)                                                                        \
    static void map_##name(int64_t n, const double *x, double *y)                                  \
    {                                                                                              \
        int64_t i = 0;                                                                             \
        for (; i + VL <= n; i += VL)                                                               \
            v_store(y + i, v_##name(v_load(x + i)));                                               \
        const N rest = n_first(n - i);                                                             \
        if (i < n) v_store_first(y + i, rest, v_##name(v_load_first(x + i, rest)));                \
    }

OVER_ELEMENTS(exp)
OVER_ELEMENTS(expm1)
OVER_ELEMENTS(log)
OVER_ELEMENTS(log1p)
OVER_ELEMENTS(sigmoid)
OVER_ELEMENTS(softplus)
OVER_ELEMENTS(tanh)
