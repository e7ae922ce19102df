/* The vector vocabulary on AVX-512 F, DQ, VL; vector_reference.h says what the words mean. */
#ifndef MLCI_VECTOR_AVX512_H
#define MLCI_VECTOR_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#define VL 8
#define TILE_ROWS 8
#define NEAR_ROWS 8
#define FL 16
#define SCREEN_PARTS 4
#define UNROLL _Pragma("GCC unroll 16")

typedef __m512d V;
typedef __m512 F;
typedef __m512i I;
typedef __mmask8 M;
typedef __mmask8 N;

static inline N n_first(int64_t n)
{
    return n >= 8 ? (N)0xff : (N)((1u << (n < 0 ? 0 : n)) - 1u);
}
static inline V v_load(const double *p)
{
    return _mm512_loadu_pd(p);
}
static inline V v_load_first(const double *p, N n)
{
    return _mm512_maskz_loadu_pd(n, p);
}
static inline V v_load_float_first(const float *p, N n)
{
    return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(n, p));
}
static inline void v_store(double *p, V a)
{
    _mm512_storeu_pd(p, a);
}
static inline void v_store_first(double *p, N n, V a)
{
    _mm512_mask_storeu_pd(p, n, a);
}
static inline V v_set(double a)
{
    return _mm512_set1_pd(a);
}
static inline V v_lane_numbers(void)
{
    return _mm512_setr_pd(0, 1, 2, 3, 4, 5, 6, 7);
}
static inline V v_add(V a, V b)
{
    return _mm512_add_pd(a, b);
}
static inline V v_sub(V a, V b)
{
    return _mm512_sub_pd(a, b);
}
static inline V v_mul(V a, V b)
{
    return _mm512_mul_pd(a, b);
}
static inline V v_div(V a, V b)
{
    return _mm512_div_pd(a, b);
}
static inline V v_fma(V a, V b, V c)
{
    return _mm512_fmadd_pd(a, b, c);
}
static inline V v_fnma(V a, V b, V c)
{
    return _mm512_fnmadd_pd(a, b, c);
}
static inline V v_min(V a, V b)
{
    return _mm512_min_pd(a, b);
}
static inline V v_max(V a, V b)
{
    return _mm512_max_pd(a, b);
}
static inline M v_less(V a, V b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
static inline M v_less_equal(V a, V b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}
static inline M v_equal(V a, V b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
static inline M m_all(void)
{
    return 0xff;
}
static inline M m_and(M a, M b)
{
    return (M)(a & b);
}
static inline M m_and_not(M a, M b)
{
    return (M)(a & ~b);
}
static inline int m_any(M m)
{
    return m;
}
static inline V v_select(M m, V a, V b)
{
    return _mm512_mask_blend_pd(m, b, a);
}
static inline V v_keep(M m, V a)
{
    return _mm512_maskz_mov_pd(m, a);
}
static inline I v_bits(V a)
{
    return _mm512_castpd_si512(a);
}
static inline V i_double(I a)
{
    return _mm512_castsi512_pd(a);
}
/* Whole numbers of 0 to 255 as bytes. */
static inline void v_store_bytes(uint8_t *p, V a)
{
    _mm_storel_epi64((__m128i *)p, _mm512_cvtepi64_epi8(_mm512_cvttpd_epi64(a)));
}
static inline I i_load(const uint64_t *p)
{
    return _mm512_loadu_si512(p);
}
static inline void i_store(uint64_t *p, I a)
{
    _mm512_storeu_si512(p, a);
}
/* The lower 32 bits of each, unsigned, and the upper ones, signed. */
static inline V v_low_words(I a)
{
    return _mm512_cvtepi64_pd(_mm512_and_si512(a, _mm512_set1_epi64(0xFFFFFFFF)));
}
static inline V v_high_words(I a)
{
    return _mm512_cvtepi64_pd(_mm512_srai_epi64(a, 32));
}
static inline I i_set(uint64_t a)
{
    return _mm512_set1_epi64((int64_t)a);
}
static inline I i_add(I a, I b)
{
    return _mm512_add_epi64(a, b);
}
static inline I i_sub(I a, I b)
{
    return _mm512_sub_epi64(a, b);
}
static inline I i_and(I a, I b)
{
    return _mm512_and_si512(a, b);
}
static inline I i_or(I a, I b)
{
    return _mm512_or_si512(a, b);
}
static inline I i_up_52(I a)
{
    return _mm512_slli_epi64(a, 52);
}
static inline I i_down_52(I a)
{
    return _mm512_srli_epi64(a, 52);
}
static inline __m256d v_low_half(V a)
{
    return _mm512_castpd512_pd256(a);
}
static inline __m256d v_high_half(V a)
{
    return _mm512_extractf64x4_pd(a, 1);
}
static inline double v_sum(V a)
{
    const __m256d four = _mm256_add_pd(v_low_half(a), v_high_half(a));
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline double v_lowest(V a)
{
    const __m256d four = _mm256_min_pd(v_low_half(a), v_high_half(a));
    const __m128d two = _mm_min_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_min_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline double v_highest(V a)
{
    const __m256d four = _mm256_max_pd(v_low_half(a), v_high_half(a));
    const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline void v_transpose(V *rows)
{
    V pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = _mm512_unpacklo_pd(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_pd(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int j = 0; j < 2; j++) {
            fours[i + j] = _mm512_shuffle_f64x2(pairs[i + j], pairs[i + 2 + j], 0x88);
            fours[i + 2 + j] = _mm512_shuffle_f64x2(pairs[i + j], pairs[i + 2 + j], 0xdd);
        }
    }
    /* fours[j] holds the 128-bit parts 0 and 2 of columns j, fours[2 + j] parts 1 and 3. */
    for (int j = 0; j < 4; j++) {
        rows[j] = _mm512_shuffle_f64x2(fours[j], fours[4 + j], 0x88);
        rows[4 + j] = _mm512_shuffle_f64x2(fours[j], fours[4 + j], 0xdd);
    }
}

static inline F f_load(const float *p)
{
    return _mm512_loadu_ps(p);
}
static inline F f_set(float a)
{
    return _mm512_set1_ps(a);
}
static inline F f_sub(F a, F b)
{
    return _mm512_sub_ps(a, b);
}
static inline F f_fma(F a, F b, F c)
{
    return _mm512_fmadd_ps(a, b, c);
}
static inline F f_add_where_unequal(F a, F x, F y, F b)
{
    return _mm512_mask_add_ps(a, _mm512_cmp_ps_mask(x, y, _CMP_NEQ_UQ), a, b);
}
static inline unsigned f_at_most(F a, F b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}

#endif
