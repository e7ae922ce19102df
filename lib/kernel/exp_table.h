/* Powers 2^(i / 128): value and tail, which exp() as most systems have it is made of. */
#ifndef MLCI_EXP_TABLE_H
#define MLCI_EXP_TABLE_H

#include <stdint.h>

#define MLCI_EXP_ENTRIES 128

/* 2^(i / 128) = v (1 + tail), v the double of bits + i 2^52 / 128. */
typedef struct mlci_exp_entry {
    double tail;
    uint64_t bits;
} mlci_exp_entry;

extern const mlci_exp_entry mlci_exp_table[MLCI_EXP_ENTRIES];

#endif
