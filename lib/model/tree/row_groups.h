/* Rows that a loss takes together: the documents of a query, deaths at the same time. */
#ifndef MLCI_ROW_GROUPS_H
#define MLCI_ROW_GROUPS_H

#include "context_impl.h"

typedef struct mlci_row_groups {
    int64_t n; /* groups */
    int64_t n_rows;
    int64_t *first;    /* n + 1: places in rows */
    uint32_t *rows;    /* by ascending key, within a group by index */
    int64_t most_rows; /* of a group */
} mlci_row_groups;

/* Rows begin .. end by the key of each (key[row - begin]); ties by row_index[row] (NULL: row), so
 * the order in which rows came does not show. */
mlc_status mlci_row_groups_create(mlc_context *call, int64_t begin, int64_t end,
                                  const uint64_t *key, const int64_t *row_index,
                                  mlci_row_groups **out, mlc_error *err);
void mlci_row_groups_free(mlci_row_groups *groups);

#endif
