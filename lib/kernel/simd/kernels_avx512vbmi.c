/* The kernels of prediction with trees on AVX-512 with VBMI, which looks up bytes of whole
 * registers. Compiled with flags of its own and without link-time optimisation; called only where
 * the processor has been asked. */
#include "context_impl.h"
#include "kernel_tables.h"
#include "score_rows_avx512.h"
#include "score_walk_avx512vbmi.h"

#define VECTOR_ISA MLCI_ISA_AVX512VBMI
#define VECTOR_SCORE_TABLE mlci_score_kernels_avx512vbmi
#define VECTOR_WALK walk_sixteens

#include "score.inc.c"
