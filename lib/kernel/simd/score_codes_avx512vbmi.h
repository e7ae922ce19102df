/* Looking up the codes of a row on AVX-512 with VBMI: 64 columns at a time. */
#ifndef MLCI_SCORE_CODES_AVX512VBMI_H
#define MLCI_SCORE_CODES_AVX512VBMI_H

#include <immintrin.h>
#include <stdint.h>

#define COLUMNS_A_PART 64

typedef struct code_table {
    __m512i part[4];
} code_table;

static inline code_table load_codes(const uint8_t *codes, int64_t n_columns)
{
    code_table t;
    for (int64_t p = 0; p < 4; p++) {
        const int64_t n = n_columns - 64 * p;
        const __mmask64 here = n >= 64 ? ~(__mmask64)0 : n > 0 ? ((__mmask64)1 << n) - 1 : 0;
        t.part[p] = _mm512_maskz_loadu_epi8(here, codes + (n > 0 ? 64 * p : 0));
    }
    return t;
}

/* n_parts is a constant where it matters. */
static inline __m512i look_up_codes(const code_table *t, int32_t n_parts, __m512i column)
{
    if (n_parts == 1) return _mm512_permutexvar_epi8(column, t->part[0]);
    const __m512i low = _mm512_permutex2var_epi8(t->part[0], column, t->part[1]);
    if (n_parts == 2) return low;
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(column), low,
                                  _mm512_permutex2var_epi8(t->part[2], column, t->part[3]));
}

#endif
