/* Which table serves, and the plain parts around the kernels: merging moments, packing centres,
 * laying out thresholds. */
#include "kernels.h"

#include <math.h>

#include "context_impl.h"
#include "kernel_tables.h"

void mlci_moments_clear(mlci_moments *moments)
{
    *moments = (mlci_moments){.min = INFINITY, .max = -INFINITY};
}

void mlci_moments_merge(mlci_moments *into, const mlci_moments *from)
{
    if (from->n_values == 0) return;
    if (into->n_values == 0) {
        *into = *from;
        return;
    }
    const double weight = into->weight + from->weight;
    const double apart = from->mean - into->mean;
    const double share = from->weight / weight;
    into->mean += apart * share;
    into->m2 += from->m2 + apart * apart * (into->weight * share);
    into->weight = weight;
    into->n_values += from->n_values;
    if (from->min < into->min) into->min = from->min;
    if (from->max > into->max) into->max = from->max;
}

int64_t mlci_centres_packed_size(int64_t n_centres, int64_t n_columns)
{
    const int64_t panels = n_centres / MLCI_CENTRE_PANEL + (n_centres % MLCI_CENTRE_PANEL != 0);
    return panels * MLCI_CENTRE_PANEL * n_columns;
}

void mlci_centres_pack(const mlci_row_block *centres, double *packed)
{
    for (int64_t first = 0; first < centres->n_rows; first += MLCI_CENTRE_PANEL) {
        for (int64_t k = 0; k < centres->n_columns; k++) {
            for (int64_t c = first; c < first + MLCI_CENTRE_PANEL; c++) {
                const int64_t inside = c < centres->n_rows ? c : centres->n_rows - 1;
                *packed++ = centres->x[inside * centres->stride + k];
            }
        }
    }
}

int32_t mlci_code_table_levels(int64_t n)
{
    return n <= 8 ? 1 : n <= 64 ? 2 : 3;
}

/* Where the thresholds themselves start; before them, the last of each block of 8 that another one
 * follows, and before those the last of each 64. */
static int64_t code_table_blocks(int64_t n)
{
    return n <= 8 ? 0 : n <= 64 ? 8 : 40;
}

int64_t mlci_code_table_size(int64_t n)
{
    return code_table_blocks(n) + (n + 7) / 8 * 8;
}

void mlci_code_table_fill(const double *thresholds, int64_t n, double *table)
{
    const int64_t size = mlci_code_table_size(n), blocks = code_table_blocks(n);
    for (int64_t i = 0; i < size; i++)
        table[i] = (double)NAN; /* which no number passes */
    for (int64_t i = 0; i < n; i++)
        table[blocks + i] = thresholds[i];
    for (int64_t i = 7; blocks > 0 && i + 1 < n; i += 8)
        table[blocks == 8 ? i / 8 : 8 + i / 8] = thresholds[i];
    for (int64_t i = 63; blocks > 8 && i + 1 < n; i += 64)
        table[i / 64] = thresholds[i];
}

const mlci_kernels *mlci_kernels_of(int32_t isa)
{
#if defined(MLCI_HAVE_AVX512)
    if (isa >= MLCI_ISA_AVX512) return &mlci_kernels_avx512;
#endif
#if defined(MLCI_HAVE_AVX2)
    if (isa >= MLCI_ISA_AVX2) return &mlci_kernels_avx2;
#endif
    return &mlci_kernels_reference;
}

const mlci_tree_kernels *mlci_tree_kernels_of(int32_t isa)
{
#if defined(MLCI_HAVE_AVX512)
    if (isa >= MLCI_ISA_AVX512) return &mlci_tree_kernels_avx512;
#endif
#if defined(MLCI_HAVE_AVX2)
    if (isa >= MLCI_ISA_AVX2) return &mlci_tree_kernels_avx2;
#endif
    return &mlci_tree_kernels_reference;
}

const mlci_row_kernels *mlci_row_kernels_of(int32_t isa)
{
#if defined(MLCI_HAVE_AVX512)
    if (isa >= MLCI_ISA_AVX512) return &mlci_row_kernels_avx512;
#endif
#if defined(MLCI_HAVE_AVX2)
    if (isa >= MLCI_ISA_AVX2) return &mlci_row_kernels_avx2;
#endif
    return &mlci_row_kernels_reference;
}

const mlci_scan_kernels *mlci_scan_kernels_of(int32_t isa)
{
#if defined(MLCI_HAVE_AVX512)
    if (isa >= MLCI_ISA_AVX512) return &mlci_scan_kernels_avx512;
#endif
#if defined(MLCI_HAVE_AVX2)
    if (isa >= MLCI_ISA_AVX2) return &mlci_scan_kernels_avx2;
#endif
    return &mlci_scan_kernels_reference;
}

const mlci_score_kernels *mlci_score_kernels_of(int32_t isa)
{
#if defined(MLCI_HAVE_AVX512VBMI)
    if (isa >= MLCI_ISA_AVX512VBMI) return &mlci_score_kernels_avx512vbmi;
#endif
#if defined(MLCI_HAVE_AVX512)
    if (isa >= MLCI_ISA_AVX512) return &mlci_score_kernels_avx512;
#endif
#if defined(MLCI_HAVE_AVX2)
    if (isa >= MLCI_ISA_AVX2) return &mlci_score_kernels_avx2;
#endif
    return &mlci_score_kernels_reference;
}
