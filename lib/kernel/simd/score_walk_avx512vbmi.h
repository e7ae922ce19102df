/* Walking down trees on AVX-512 with VBMI: sixteen take a step at once, the codes of the row being
 * in registers. */
#ifndef MLCI_SCORE_WALK_AVX512VBMI_H
#define MLCI_SCORE_WALK_AVX512VBMI_H

#include "score_bytes_avx512vbmi.h"
#include "score_rows_avx512.h"
#include "score_walk.h"

/* The bits of mlci_code_node. */
enum { BELOW_BITS = 0x1FF, MISSING_AT = 9, COLUMN_AT = 10, COLUMN_BITS = 0x3FFF, RANK_AT = 24 };

/* Where sixteen are after a step from these nodes. n_parts is a constant. */
__attribute__((always_inline)) static inline __m512i
step_from(__m512i at, __m512i node, const code_table *table, int32_t n_parts)
{
    const __m512i byte = _mm512_set1_epi32(255);
    const __m512i column =
        _mm512_and_si512(_mm512_srli_epi32(node, COLUMN_AT), _mm512_set1_epi32(COLUMN_BITS));
    const __m512i missing =
        _mm512_and_si512(_mm512_srli_epi32(node, MISSING_AT), _mm512_set1_epi32(1));
    const __m512i code =
        _mm512_and_si512(_mm512_sub_epi32(look_up_codes(table, n_parts, column), missing), byte);
    const __m512i below = _mm512_and_si512(node, _mm512_set1_epi32(BELOW_BITS));
    const __mmask16 right = _mm512_cmplt_epu32_mask(code, _mm512_srli_epi32(node, RANK_AT));
    const __m512i next = _mm512_add_epi32(at, below);
    return _mm512_mask_add_epi32(next, right, next, _mm512_set1_epi32(1));
}

/* Up to sixteen stay in registers until all are at leaves. */
__attribute__((always_inline)) static inline void
walk_last(const mlci_code_node *nodes, const code_table *table, int32_t n_parts, int64_t n,
          const uint32_t *at, const uint32_t *slot, uint32_t *end)
{
    const __mmask16 here = first_lanes(n);
    const __m512i whose = _mm512_maskz_loadu_epi32(here, slot);
    __m512i from = _mm512_maskz_loadu_epi32(here, at), node = _mm512_setzero_si512();
    __mmask16 inner = here;
    while (inner != 0) {
        node = _mm512_mask_i32gather_epi32(node, inner, from, nodes, 4);
        from = step_from(from, node, table, n_parts);
        inner = _mm512_mask_test_epi32_mask(inner, node, _mm512_set1_epi32(BELOW_BITS));
    }
    _mm512_mask_storeu_epi32(
        end, here, _mm512_or_si512(_mm512_slli_epi32(whose, 8), _mm512_srli_epi32(node, RANK_AT)));
}

/* Those at leaves leave the list for that of their ends, every other step. */
__attribute__((always_inline)) static inline void walk_by(const mlci_code_node *nodes,
                                                          const uint8_t *codes, int64_t n_codes,
                                                          int32_t n_parts, int64_t n, uint32_t *at,
                                                          uint32_t *slot, uint32_t *end)
{
    const code_table table = load_codes(codes, n_codes, n_parts);
    const __m512i below = _mm512_set1_epi32(BELOW_BITS);
    while (n > 16) {
        int64_t n_left = 0;
        for (int64_t i = 0; i < n; i += 16) {
            const __mmask16 here = first_lanes(n - i);
            const __m512i from = _mm512_maskz_loadu_epi32(here, at + i);
            const __m512i whose = _mm512_maskz_loadu_epi32(here, slot + i);
            const __m512i first = _mm512_i32gather_epi32(from, nodes, 4);
            const __m512i next = step_from(from, first, &table, n_parts);
            const __m512i node = _mm512_mask_i32gather_epi32(
                first, _mm512_mask_test_epi32_mask(here, first, below), next, nodes, 4);
            const __mmask16 inner = _mm512_mask_test_epi32_mask(here, node, below);
            const __mmask16 ends = (__mmask16)(here & ~inner);
            const __m512i found =
                _mm512_or_si512(_mm512_slli_epi32(whose, 8), _mm512_srli_epi32(node, RANK_AT));
            const __m512i to = step_from(next, node, &table, n_parts);
            _mm512_storeu_si512(at + n_left, _mm512_maskz_compress_epi32(inner, to));
            _mm512_storeu_si512(slot + n_left, _mm512_maskz_compress_epi32(inner, whose));
            _mm512_mask_storeu_epi32(end, first_lanes(__builtin_popcount(ends)),
                                     _mm512_maskz_compress_epi32(ends, found));
            n_left += __builtin_popcount(inner);
            end += __builtin_popcount(ends);
        }
        n = n_left;
    }
    walk_last(nodes, &table, n_parts, n, at, slot, end);
}

static void walk_sixteens(const mlci_code_node *nodes, const uint8_t *codes, int64_t n_codes,
                          int64_t n, uint32_t *at, uint32_t *slot, uint32_t *end)
{
    if (n_codes > 4 * COLUMNS_A_PART) {
        walk_in_turn(nodes, codes, n_codes, n, at, slot, end);
        return;
    }
    if (n_codes <= COLUMNS_A_PART)
        walk_by(nodes, codes, n_codes, 1, n, at, slot, end);
    else if (n_codes <= 2 * COLUMNS_A_PART)
        walk_by(nodes, codes, n_codes, 2, n, at, slot, end);
    else
        walk_by(nodes, codes, n_codes, 4, n, at, slot, end);
}

#endif
