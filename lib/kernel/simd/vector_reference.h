/* The vector vocabulary with one lane and no instructions: what the words mean.
 *
 * V is a vector of VL doubles, F of FL floats, I of VL 64-bit integers, M a condition a lane, N a
 * set of first lanes. min, max and select are written as SSE defines them, so that NaN takes the
 * same way on every machine. fma() is the C library's: exact by IEEE 754, only slow without
 * hardware. */
#ifndef MLCI_VECTOR_REFERENCE_H
#define MLCI_VECTOR_REFERENCE_H

#include <stdint.h>
#include <string.h>

#define VL 1
#define TILE_ROWS 4 /* rows of the product tile */
#define NEAR_ROWS 1 /* rows of the distance tile */
#define FL 1
#define SCREEN_PARTS 1 /* vectors of the screening tile */
#define UNROLL

typedef double V;
typedef float F;
typedef uint64_t I;
typedef int M;
typedef int N;

static inline N n_first(int64_t n)
{
    return n > 0;
}
static inline V v_load(const double *p)
{
    return *p;
}
static inline V v_load_first(const double *p, N n)
{
    return n ? *p : 0.0;
}
static inline V v_load_float_first(const float *p, N n)
{
    return n ? (double)*p : 0.0;
}
static inline void v_store(double *p, V a)
{
    *p = a;
}
static inline void v_store_first(double *p, N n, V a)
{
    if (n) *p = a;
}
static inline V v_set(double a)
{
    return a;
}
static inline V v_lane_numbers(void)
{
    return 0.0;
}
static inline V v_add(V a, V b)
{
    return a + b;
}
static inline V v_sub(V a, V b)
{
    return a - b;
}
static inline V v_mul(V a, V b)
{
    return a * b;
}
static inline V v_div(V a, V b)
{
    return a / b;
}
static inline V v_fma(V a, V b, V c)
{
    return __builtin_fma(a, b, c);
}
static inline V v_fnma(V a, V b, V c) /* c - a b */
{
    return __builtin_fma(-a, b, c);
}
static inline V v_min(V a, V b) /* b where either is NaN */
{
    return a < b ? a : b;
}
static inline V v_max(V a, V b) /* b where either is NaN */
{
    return a > b ? a : b;
}
static inline M v_less(V a, V b)
{
    return a < b;
}
static inline M v_less_equal(V a, V b)
{
    return a <= b;
}
static inline M v_equal(V a, V b)
{
    return a == b;
}
static inline M m_all(void)
{
    return 1;
}
static inline M m_and(M a, M b)
{
    return a & b;
}
static inline M m_and_not(M a, M b) /* a and not b */
{
    return a & !b;
}
static inline int m_any(M m)
{
    return m;
}
static inline V v_select(M m, V a, V b) /* m ? a : b */
{
    return m ? a : b;
}
static inline V v_keep(M m, V a) /* m ? a : 0 */
{
    return m ? a : 0.0;
}
static inline I v_bits(V a)
{
    I bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
static inline V i_double(I a)
{
    V value;
    memcpy(&value, &a, sizeof value);
    return value;
}
/* Whole numbers of 0 to 255 as bytes. */
static inline void v_store_bytes(uint8_t *p, V a)
{
    *p = (uint8_t)a;
}
static inline I i_load(const uint64_t *p)
{
    return *p;
}
static inline void i_store(uint64_t *p, I a)
{
    *p = a;
}
/* The lower 32 bits of each, unsigned, and the upper ones, signed. */
static inline V v_low_words(I a)
{
    return (double)(a & 0xFFFFFFFFu);
}
static inline V v_high_words(I a)
{
    return (double)((int64_t)a >> 32);
}
static inline I i_set(uint64_t a)
{
    return a;
}
static inline I i_add(I a, I b)
{
    return a + b;
}
static inline I i_sub(I a, I b)
{
    return a - b;
}
static inline I i_and(I a, I b)
{
    return a & b;
}
static inline I i_or(I a, I b)
{
    return a | b;
}
static inline I i_up_52(I a)
{
    return a << 52;
}
static inline I i_down_52(I a)
{
    return a >> 52;
}
/* Over the lanes, halves against halves. */
static inline double v_sum(V a)
{
    return a;
}
static inline double v_lowest(V a)
{
    return a;
}
static inline double v_highest(V a)
{
    return a;
}
static inline void v_transpose(V *rows)
{
    (void)rows;
}

static inline F f_load(const float *p)
{
    return *p;
}
static inline F f_set(float a)
{
    return a;
}
static inline F f_sub(F a, F b)
{
    return a - b;
}
static inline F f_fma(F a, F b, F c)
{
    return fmaf(a, b, c);
}
static inline F f_add_where_unequal(F a, F x, F y, F b)
{
    return x != y ? a + b : a;
}
static inline unsigned f_at_most(F a, F b)
{
    return a <= b;
}

#endif
