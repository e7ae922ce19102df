/* Which table serves, and the plain parts around the kernels: merging moments, packing centres. */
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
