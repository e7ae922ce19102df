/* What the units of the kernel layer share among themselves. */
#ifndef MLCI_KERNEL_TABLES_H
#define MLCI_KERNEL_TABLES_H

#include "kernels.h"
#include "row_kernels.h"
#include "scan_kernels.h"
#include "score_kernels.h"
#include "tree_kernels.h"

#define MLCI_CENTRE_PANEL 16 /* centres side by side in packed centres */

extern const mlci_kernels mlci_kernels_reference;
extern const mlci_kernels mlci_kernels_avx2;
extern const mlci_kernels mlci_kernels_avx512;
extern const mlci_tree_kernels mlci_tree_kernels_reference;
extern const mlci_tree_kernels mlci_tree_kernels_avx2;
extern const mlci_tree_kernels mlci_tree_kernels_avx512;
extern const mlci_row_kernels mlci_row_kernels_reference;
extern const mlci_row_kernels mlci_row_kernels_avx2;
extern const mlci_row_kernels mlci_row_kernels_avx512;
extern const mlci_scan_kernels mlci_scan_kernels_reference;
extern const mlci_scan_kernels mlci_scan_kernels_avx2;
extern const mlci_scan_kernels mlci_scan_kernels_avx512;
extern const mlci_score_kernels mlci_score_kernels_reference;
extern const mlci_score_kernels mlci_score_kernels_avx2;
extern const mlci_score_kernels mlci_score_kernels_avx512;
extern const mlci_score_kernels mlci_score_kernels_avx512vbmi;

/* Does a large product through BLIS, with the bits of the chain. Returns 0 and does nothing
 * where it is not large, not of a form BLIS serves, or where BLIS is not built in. */
int32_t mlci_blis_gemm(int32_t isa, const mlci_product *product);

#endif
