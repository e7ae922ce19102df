/* The kernels on AVX-512. Compiled with flags of its own and without link-time optimisation;
 * called only where the processor has been asked. */
#include "scan_block_avx512.h"
#include "score_rows_avx512.h"
#include "score_walk.h"
#include "tree_rows_avx512.h"
#include "vector_avx512.h"

#define VECTOR_ISA MLCI_ISA_AVX512
#define VECTOR_TABLE mlci_kernels_avx512
#define VECTOR_TREE_TABLE mlci_tree_kernels_avx512
#define VECTOR_SCORE_TABLE mlci_score_kernels_avx512
#define VECTOR_WALK walk_in_turn
#define VECTOR_SCAN_TABLE mlci_scan_kernels_avx512
#define VECTOR_ROW_TABLE mlci_row_kernels_avx512

#include "table.inc.c"
