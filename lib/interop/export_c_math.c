/* The templates follow elementary.inc.c, libm_exp.inc.c and softmax.inc.c of lib/kernel/simd with
 * one lane; a change there is a change here (tests/python/test_interop_export.py compares bits).
 * Where the machine has no fused multiply-add the generated code makes one of plain operations,
 * exactly (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008), because the
 * fma() of some C libraries rounds twice. */
#include "export_c_math.h"

#include "exp_table.h"

static const char arithmetic[] =
    "/* 16: as they are where the machine has half precision, too. */\n"
    "#if !defined(FLT_EVAL_METHOD) || (FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16) || \\\n"
    "    FLT_RADIX != 2 || DBL_MANT_DIG != 53\n"
    "#error \"double and float must be IEEE numbers, computed as they are: on 32-bit x86 use "
    "-msse2 -mfpmath=sse\"\n"
    "#endif\n"
    "/* A product and a sum are rounded one by one. GCC has an option for it (-ffp-contract=off, "
    "which\n"
    " * -std=c99 implies), and others this: */\n"
    "#if defined(__clang__) || !defined(__GNUC__)\n"
    "#pragma STDC FP_CONTRACT OFF\n"
    "#else\n"
    "#pragma GCC optimize(\"-ffp-contract=off\")\n"
    "#endif\n\n";

static const char fused[] =
    "#ifdef FP_FAST_FMA\n"
    "#define @_fma(a, b, c) fma(a, b, c)\n"
    "#else\n"
    "/* a + b rounded, and what that loses. */\n"
    "static double @_sum(double a, double b, double *lost)\n"
    "{\n"
    "    const double sum = a + b, other = sum - a;\n"
    "    *lost = (a - (sum - other)) + (b - other);\n"
    "    return sum;\n"
    "}\n\n"
    "/* a * b + c rounded once, from plain operations; |a| is at most 2^900. */\n"
    "static double @_fused(double a, double b, double c)\n"
    "{\n"
    "    const double cut = 134217729.0;\n"
    "    const double a1 = a * cut - (a * cut - a), a2 = a - a1;\n"
    "    const double b1 = b * cut - (b * cut - b), b2 = b - b1;\n"
    "    const double product = a * b;\n"
    "    const double low = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;\n"
    "    double lost1, lost2, lost;\n"
    "    const double part = @_sum(c, low, &lost1);\n"
    "    const double high = @_sum(product, part, &lost2);\n"
    "    double rest = @_sum(lost1, lost2, &lost);\n"
    "    uint64_t bits;\n"
    "    memcpy(&bits, &rest, sizeof bits);\n"
    "    if (lost != 0 && (bits & 1) == 0) { /* to odd, so that the last sum rounds right */\n"
    "        bits += (lost > 0) == (rest > 0) ? 1 : UINT64_MAX;\n"
    "        memcpy(&rest, &bits, sizeof bits);\n"
    "    }\n"
    "    return high + rest;\n"
    "}\n\n"
    "static double @_fma(double a, double b, double c)\n"
    "{\n"
    "    if (a < 0x1p900) return @_fused(a, b, c);\n"
    "    return @_fused(a * 0x1p-200, b, c * 0x1p-200) * 0x1p200;\n"
    "}\n"
    "#endif\n\n";

static const char exponential[] =
    "/* 2 to the power k, for k + 1.5 * 2^52. */\n"
    "static double @_power(double rounded)\n"
    "{\n"
    "    uint64_t bits;\n"
    "    memcpy(&bits, &rounded, sizeof bits);\n"
    "    bits = (bits << 52) + UINT64_C(0x3ff0000000000000);\n"
    "    memcpy(&rounded, &bits, sizeof bits);\n"
    "    return rounded;\n"
    "}\n\n"
    "/* x = k ln 2 + r with |r| <= ln 2 / 2, and a polynomial for the rest. */\n"
    "static double @_exp(double x)\n"
    "{\n"
    "    const double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;\n"
    "    const double rounder = 0x1.8p52;\n"
    "    double rounded, k, high, r, low, p, q, sum, rest, half;\n"
    "    x = 710.0 < x ? 710.0 : x;\n"
    "    x = -746.0 > x ? -746.0 : x;\n"
    "    rounded = @_fma(x, 0x1.71547652b82fep+0, rounder);\n"
    "    k = rounded - rounder;\n"
    "    high = @_fma(-k, ln2_high, x);\n"
    "    r = @_fma(-k, ln2_low, high);\n"
    "    low = @_fma(-k, ln2_low, high - r);\n"
    "    p = 1.0 / 6227020800.0;\n"
    "    p = @_fma(p, r, 1.0 / 479001600.0);\n"
    "    p = @_fma(p, r, 1.0 / 39916800.0);\n"
    "    p = @_fma(p, r, 1.0 / 3628800.0);\n"
    "    p = @_fma(p, r, 1.0 / 362880.0);\n"
    "    p = @_fma(p, r, 1.0 / 40320.0);\n"
    "    p = @_fma(p, r, 1.0 / 5040.0);\n"
    "    p = @_fma(p, r, 1.0 / 720.0);\n"
    "    p = @_fma(p, r, 1.0 / 120.0);\n"
    "    p = @_fma(p, r, 1.0 / 24.0);\n"
    "    p = @_fma(p, r, 1.0 / 6.0);\n"
    "    p = @_fma(p, r, 0.5);\n"
    "    q = @_fma(r * r, p, @_fma(low, r, low));\n"
    "    sum = 1.0 + r;\n"
    "    rest = (1.0 - sum) + r;\n"
    "    half = @_fma(k, 0.5, rounder);\n"
    "    return ((sum + (rest + q)) * @_power(half)) *\n"
    "           @_power((k - (half - rounder)) + rounder);\n"
    "}\n\n";

static const char sigmoid[] =
    "/* 1 / (1 + exp(-x)). */\n"
    "static double @_sigmoid(double x)\n"
    "{\n"
    "    const double e = @_exp(x < 0 ? x : -x), sum = 1.0 + e, lost = (1.0 - sum) + e;\n"
    "    const double q = 1.0 / sum;\n"
    "    const double error = @_fma(-q, lost, @_fma(-q, sum, 1.0));\n"
    "    const double value = (x < 0 ? e : 1.0) * q;\n"
    "    return @_fma(value, error, value);\n"
    "}\n\n";

static const char log1p_code[] =
    "/* log(1 + x) for x >= 0. */\n"
    "static double @_log1p(double x)\n"
    "{\n"
    "    const double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;\n"
    "    const double u = 1.0 + x, c = (x < 1.0 ? x : 1.0) - (u - (x > 1.0 ? x : 1.0));\n"
    "    double k, m, f, s, z, p, half_square, series, high, lost, factor, carried, low;\n"
    "    uint64_t bits, k_bits, shift, factor_bits;\n"
    "    if (!(x >= 0x1p-54 && x <= DBL_MAX)) return x;\n"
    "    memcpy(&bits, &u, sizeof bits);\n"
    "    k_bits = (bits - UINT64_C(0x3fe6a09e667f3bcd) + ((uint64_t)1024 << 52)) >> 52;\n"
    "    k = (double)k_bits - 1024.0;\n"
    "    shift = (k_bits - 1024) << 52;\n"
    "    bits -= shift;\n"
    "    memcpy(&m, &bits, sizeof bits);\n"
    "    f = m - 1.0;\n"
    "    s = f / (2.0 + f);\n"
    "    z = s * s;\n"
    "    p = 2.0 / 21.0;\n"
    "    p = @_fma(p, z, 2.0 / 19.0);\n"
    "    p = @_fma(p, z, 2.0 / 17.0);\n"
    "    p = @_fma(p, z, 2.0 / 15.0);\n"
    "    p = @_fma(p, z, 2.0 / 13.0);\n"
    "    p = @_fma(p, z, 2.0 / 11.0);\n"
    "    p = @_fma(p, z, 2.0 / 9.0);\n"
    "    p = @_fma(p, z, 2.0 / 7.0);\n"
    "    p = @_fma(p, z, 2.0 / 5.0);\n"
    "    p = @_fma(p, z, 2.0 / 3.0);\n"
    "    half_square = (0.5 * f) * f;\n"
    "    series = s * @_fma(z, p, half_square);\n"
    "    high = @_fma(k, ln2_high, f);\n"
    "    lost = @_fma(k, ln2_high, 0.0 - high) + f;\n"
    "    factor_bits = UINT64_C(0x3ff0000000000000) - shift;\n"
    "    memcpy(&factor, &factor_bits, sizeof factor);\n"
    "    carried = (c * factor) / m;\n"
    "    low = @_fma(k, ln2_low, series + carried) + lost;\n"
    "    return high + (low - half_square);\n"
    "}\n\n";

static const char softplus[] = "/* log(1 + exp(x)). */\n"
                               "static double @_softplus(double x)\n"
                               "{\n"
                               "    return (0.0 > x ? 0.0 : x) + @_log1p(@_exp(x < 0 ? x : -x));\n"
                               "}\n\n";

static const char libm_exp[] =
    "/* exp() as most systems have it: 2 to the power k / 128 from the table, and a polynomial. "
    "*/\n"
    "static double @_libm_exp(double x)\n"
    "{\n"
    "    double shifted, rounded, r, r2, low, high, scale;\n"
    "    uint64_t k, bits;\n"
    "    if (x != x) return x;\n"
    "    if (x > 709.782712893384) return INFINITY;\n"
    "    if (x < -708.3964185322641) return @_exp(x);\n"
    "    shifted = @_fma(x, 0x1.71547652b82fep0 * 128, 0x1.8p52);\n"
    "    memcpy(&k, &shifted, sizeof k);\n"
    "    rounded = shifted - 0x1.8p52;\n"
    "    r = @_fma(rounded, -0x1.cf79abc9e3b39p-47, @_fma(rounded, -0x1.62e42fefa0000p-8, x));\n"
    "    bits = @_power_bits[k % 128] + (k << 45);\n"
    "    memcpy(&scale, &bits, sizeof scale);\n"
    "    r2 = r * r;\n"
    "    low = @_fma(@_fma(r, 0x1.555555555543cp-3, 0x1.ffffffffffdbdp-2), r2,\n"
    "                @_power_tail[k % 128] + r);\n"
    "    high = @_fma(r, 0x1.1111167a4d017p-7, 0x1.55555cf172b91p-5);\n"
    "    return @_fma(scale, @_fma(r2 * r2, high, low), scale);\n"
    "}\n\n";

static const char libm_expf[] =
    "/* The same of a float. */\n"
    "static double @_libm_expf(double x)\n"
    "{\n"
    "    double z, shifted, r, low, high, scale;\n"
    "    uint64_t k, bits;\n"
    "    if (x != x) return x;\n"
    "    if (x > 0x1.62e42ep6) return INFINITY;\n"
    "    if (x < -0x1.9fe368p6) return 0;\n"
    "    z = x * (0x1.71547652b82fep0 * 32);\n"
    "    shifted = z + 0x1.8p52;\n"
    "    memcpy(&k, &shifted, sizeof k);\n"
    "    r = z - (shifted - 0x1.8p52);\n"
    "    bits = @_power_bits[k % 32 * 4] + (k << 47);\n"
    "    memcpy(&scale, &bits, sizeof scale);\n"
    "    high = @_fma(r, 0x1.c6af84b912394p-5 / 32768, 0x1.ebfce50fac4f3p-3 / 1024);\n"
    "    low = @_fma(r, 0x1.62e42ff0c52d6p-1 / 32, 1);\n"
    "    return (double)(float)(@_fma(high, r * r, low) * scale);\n"
    "}\n\n";

static const char libm_log1pf[] =
    "/* log(1 + x) of a float from 0 to 1, as systems of years have it. */\n"
    "static float @_libm_log1pf(float x)\n"
    "{\n"
    "    const float sum = 1.0F + x;\n"
    "    const int half = sum >= 0x1.6a09eep0F;\n"
    "    float f = x, rest, s, z, series, half_square;\n"
    "    if (x < 0x1p-29F) return x - x * x * 0.5F;\n"
    "    rest = (sum < 2 ? x - (sum - 1.0F) : 1.0F - (sum - x)) / sum;\n"
    "    if (x >= 0x1.a827aep-2F) f = (half ? sum / 2 : sum) - 1.0F;\n"
    "    if (f == 0) return 6.9313812256e-01F + (9.0580006145e-06F + rest);\n"
    "    half_square = 0.5F * f * f;\n"
    "    s = f / (2.0F + f);\n"
    "    z = s * s;\n"
    "    series = 1.5313838422e-01F + z * 1.4798198640e-01F;\n"
    "    series = 2.2222198546e-01F + z * (1.8183572590e-01F + z * series);\n"
    "    series = 4.0000000596e-01F + z * (2.8571429849e-01F + z * series);\n"
    "    series = z * (6.6666668653e-01F + z * series);\n"
    "    if (!half) return f - (half_square - s * (half_square + series));\n"
    "    return 6.9313812256e-01F -\n"
    "           ((half_square - (s * (half_square + series) + (9.0580006145e-06F + rest))) - f);\n"
    "}\n\n";

static const char softmax[] = "/* exp(x) of each, divided by their sum, which has 32 parts. */\n"
                              "static void @_softmax(double *x, int n)\n"
                              "{\n"
                              "    double part[32] = {0}, highest = x[0];\n"
                              "    int i, half;\n"
                              "    for (i = 1; i < n; i++)\n"
                              "        if (x[i] > highest) highest = x[i];\n"
                              "    for (i = 0; i < n; i++) {\n"
                              "        x[i] = @_exp(x[i] - highest);\n"
                              "        part[i % 32] += x[i];\n"
                              "    }\n"
                              "    for (half = 16; half >= 1; half /= 2)\n"
                              "        for (i = 0; i < half; i++)\n"
                              "            part[i] += part[i + half];\n"
                              "    for (i = 0; i < n; i++)\n"
                              "        x[i] /= part[0];\n"
                              "}\n\n";

void mlci_c_put_arithmetic(mlci_c_source *c)
{
    mlci_c_put(c, arithmetic);
}

/* A table of integers of 64 bits in hexadecimal. */
static void put_powers(mlci_c_source *c, int has_tails)
{
    mlci_c_put(c,
               "/* 2 to the power i / 128: bits without those of i, and what they leave out. */\n"
               "static const uint64_t @_power_bits[] = {");
    for (int i = 0; i < MLCI_EXP_ENTRIES; i++)
        mlci_text_append_format(c->out, "%s%sUINT64_C(0x%llx)", i > 0 ? "," : "",
                                i % 3 == 0 ? "\n    " : " ",
                                (unsigned long long)mlci_exp_table[i].bits);
    mlci_c_put(c, "\n};\n");
    if (has_tails) {
        mlci_c_open_array(c, "double", "power_tail");
        for (int i = 0; i < MLCI_EXP_ENTRIES; i++)
            mlci_c_real(c, mlci_exp_table[i].tail);
        mlci_c_close_array(c);
    }
    mlci_c_put(c, "\n");
}

void mlci_c_put_math(mlci_c_source *c, int32_t functions)
{
    if (functions & MLCI_C_SOFTPLUS) functions |= MLCI_C_EXP | MLCI_C_LOG1P;
    if (functions & (MLCI_C_SIGMOID | MLCI_C_LIBM_EXP | MLCI_C_SOFTMAX)) functions |= MLCI_C_EXP;
    if (functions != 0) mlci_c_put(c, fused);
    if (functions & MLCI_C_EXP) mlci_c_put(c, exponential);
    if (functions & MLCI_C_SIGMOID) mlci_c_put(c, sigmoid);
    if (functions & MLCI_C_LOG1P) mlci_c_put(c, log1p_code);
    if (functions & MLCI_C_SOFTPLUS) mlci_c_put(c, softplus);
    if (functions & (MLCI_C_LIBM_EXP | MLCI_C_LIBM_EXPF))
        put_powers(c, (functions & MLCI_C_LIBM_EXP) != 0);
    if (functions & MLCI_C_LIBM_EXP) mlci_c_put(c, libm_exp);
    if (functions & MLCI_C_LIBM_EXPF) mlci_c_put(c, libm_expf);
    if (functions & MLCI_C_LIBM_LOG1PF) mlci_c_put(c, libm_log1pf);
    if (functions & MLCI_C_SOFTMAX) mlci_c_put(c, softmax);
}
