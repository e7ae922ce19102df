/* Rows in the order of a number, ties in the order of the rows. */
#ifndef MLCI_ROW_ORDER_H
#define MLCI_ROW_ORDER_H

#include <stdint.h>

typedef struct mlci_row_key {
    uint64_t key;
    int64_t row;
} mlci_row_key;

/* Unsigned order of keys is the order of the values; -0 and 0 are one, NaN is last. */
uint64_t mlci_row_key_of(double value);

/* Stable, in linear time. spare has room for n as well. */
void mlci_row_keys_sort(mlci_row_key *keys, mlci_row_key *spare, int64_t n);

#endif
