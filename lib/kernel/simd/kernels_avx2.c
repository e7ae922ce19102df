/* The kernels on AVX2 and FMA. Compiled with flags of its own and without link-time optimisation;
 * called only where the processor has been asked. */
#include "scan_block_avx2.h"
#include "score_rows_avx2.h"
#include "score_walk.h"
#include "tree_rows_avx2.h"
#include "vector_avx2.h"

#define VECTOR_ISA MLCI_ISA_AVX2
#define VECTOR_TABLE mlci_kernels_avx2
#define VECTOR_TREE_TABLE mlci_tree_kernels_avx2
#define VECTOR_SCORE_TABLE mlci_score_kernels_avx2
#define VECTOR_WALK walk_in_turn
#define VECTOR_SCAN_TABLE mlci_scan_kernels_avx2
#define VECTOR_ROW_TABLE mlci_row_kernels_avx2

#include "table.inc.c"
