/* The vector vocabulary on AVX2 and FMA; vector_reference.h says what the words mean. */
#ifndef MLCI_VECTOR_AVX2_H
#define MLCI_VECTOR_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#define VL 4
#define TILE_ROWS 4
#define NEAR_ROWS 3
#define FL 8
#define SCREEN_PARTS 2
#define UNROLL _Pragma("GCC unroll 16")

typedef __m256d V;
typedef __m256 F;
typedef __m256i I;
typedef __m256d M;
typedef __m256i N;

static inline N n_first(int64_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline V v_load(const double *p)
{
    return _mm256_loadu_pd(p);
}
static inline V v_load_first(const double *p, N n)
{
    return _mm256_maskload_pd(p, n);
}
static inline V v_load_float_first(const float *p, N n)
{
    const __m256i even = _mm256_permutevar8x32_epi32(n, _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6));
    return _mm256_cvtps_pd(_mm_maskload_ps(p, _mm256_castsi256_si128(even)));
}
static inline void v_store(double *p, V a)
{
    _mm256_storeu_pd(p, a);
}
static inline void v_store_first(double *p, N n, V a)
{
    _mm256_maskstore_pd(p, n, a);
}
static inline V v_set(double a)
{
    return _mm256_set1_pd(a);
}
static inline V v_lane_numbers(void)
{
    return _mm256_setr_pd(0, 1, 2, 3);
}
static inline V v_add(V a, V b)
{
    return _mm256_add_pd(a, b);
}
static inline V v_sub(V a, V b)
{
    return _mm256_sub_pd(a, b);
}
static inline V v_mul(V a, V b)
{
    return _mm256_mul_pd(a, b);
}
static inline V v_div(V a, V b)
{
    return _mm256_div_pd(a, b);
}
static inline V v_fma(V a, V b, V c)
{
    return _mm256_fmadd_pd(a, b, c);
}
static inline V v_fnma(V a, V b, V c)
{
    return _mm256_fnmadd_pd(a, b, c);
}
static inline V v_min(V a, V b)
{
    return _mm256_min_pd(a, b);
}
static inline V v_max(V a, V b)
{
    return _mm256_max_pd(a, b);
}
static inline M v_less(V a, V b)
{
    return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}
static inline M v_less_equal(V a, V b)
{
    return _mm256_cmp_pd(a, b, _CMP_LE_OQ);
}
static inline M v_equal(V a, V b)
{
    return _mm256_cmp_pd(a, b, _CMP_EQ_OQ);
}
static inline M m_all(void)
{
    return _mm256_castsi256_pd(_mm256_set1_epi64x(-1));
}
static inline M m_and(M a, M b)
{
    return _mm256_and_pd(a, b);
}
static inline M m_and_not(M a, M b)
{
    return _mm256_andnot_pd(b, a);
}
static inline int m_any(M m)
{
    return _mm256_movemask_pd(m);
}
static inline V v_select(M m, V a, V b)
{
    return _mm256_blendv_pd(b, a, m);
}
static inline V v_keep(M m, V a)
{
    return _mm256_and_pd(m, a);
}
static inline I v_bits(V a)
{
    return _mm256_castpd_si256(a);
}
static inline V i_double(I a)
{
    return _mm256_castsi256_pd(a);
}
/* Whole numbers of 0 to 255 as bytes. */
static inline void v_store_bytes(uint8_t *p, V a)
{
    const __m128i low = _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const int bytes = _mm_cvtsi128_si32(_mm_shuffle_epi8(_mm256_cvttpd_epi32(a), low));
    memcpy(p, &bytes, sizeof bytes);
}
static inline I i_load(const uint64_t *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}
static inline void i_store(uint64_t *p, I a)
{
    _mm256_storeu_si256((__m256i *)p, a);
}
/* The lower 32 bits of each, unsigned, and the upper ones, signed: as the last bits of 2^52 and of
 * 2^52 + 2^31. */
static inline V v_low_words(I a)
{
    const I bits = _mm256_blend_epi32(a, _mm256_set1_epi64x(0x4330000000000000), 0xaa);
    return _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(0x1p52));
}
static inline V v_high_words(I a)
{
    const I bits =
        _mm256_xor_si256(_mm256_srli_epi64(a, 32), _mm256_set1_epi64x(0x4330000080000000));
    return _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(0x1p52 + 0x1p31));
}
static inline I i_set(uint64_t a)
{
    return _mm256_set1_epi64x((int64_t)a);
}
static inline I i_add(I a, I b)
{
    return _mm256_add_epi64(a, b);
}
static inline I i_sub(I a, I b)
{
    return _mm256_sub_epi64(a, b);
}
static inline I i_and(I a, I b)
{
    return _mm256_and_si256(a, b);
}
static inline I i_or(I a, I b)
{
    return _mm256_or_si256(a, b);
}
static inline I i_up_52(I a)
{
    return _mm256_slli_epi64(a, 52);
}
static inline I i_down_52(I a)
{
    return _mm256_srli_epi64(a, 52);
}
static inline double v_sum(V a)
{
    const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline double v_lowest(V a)
{
    const __m128d two = _mm_min_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_min_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline double v_highest(V a)
{
    const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
}
static inline void v_transpose(V *rows)
{
    const V a = _mm256_unpacklo_pd(rows[0], rows[1]);
    const V b = _mm256_unpackhi_pd(rows[0], rows[1]);
    const V c = _mm256_unpacklo_pd(rows[2], rows[3]);
    const V d = _mm256_unpackhi_pd(rows[2], rows[3]);
    rows[0] = _mm256_permute2f128_pd(a, c, 0x20);
    rows[1] = _mm256_permute2f128_pd(b, d, 0x20);
    rows[2] = _mm256_permute2f128_pd(a, c, 0x31);
    rows[3] = _mm256_permute2f128_pd(b, d, 0x31);
}

static inline F f_load(const float *p)
{
    return _mm256_loadu_ps(p);
}
static inline F f_set(float a)
{
    return _mm256_set1_ps(a);
}
static inline F f_sub(F a, F b)
{
    return _mm256_sub_ps(a, b);
}
static inline F f_fma(F a, F b, F c)
{
    return _mm256_fmadd_ps(a, b, c);
}
static inline F f_add_where_unequal(F a, F x, F y, F b)
{
    return _mm256_add_ps(a, _mm256_and_ps(_mm256_cmp_ps(x, y, _CMP_NEQ_UQ), b));
}
static inline unsigned f_at_most(F a, F b)
{
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LE_OQ));
}

#endif
