/* Rows of a node into its children, stable. */
#ifndef MLCI_PARTITION_H
#define MLCI_PARTITION_H

#include "binning.h"
#include "tree_kernels.h"

typedef struct mlci_partition {
    const mlci_tree_kernels *kernels;
    uint32_t *rows; /* of the node */
    int64_t n;
    uint32_t *scratch;                 /* n more */
    const uint8_t *codes;              /* by row; three bytes more can be read */
    uint32_t set[MLCI_CODE_SET_WORDS]; /* codes that go left */
} mlci_partition;

/* Rows that go left come first, the others after them, each in the order they were in. */
mlc_status mlci_partition_rows(mlc_context *call, const mlci_partition *partition, int64_t *n_left,
                               mlc_error *err);
/* Rows of a node, ascending before it was parted, as they were. */
void mlci_partition_undo(const mlci_partition *partition, int64_t n_left);

#endif
