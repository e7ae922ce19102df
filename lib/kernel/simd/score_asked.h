/* What the splits of trees answer for a row. */
#ifndef MLCI_SCORE_ASKED_H
#define MLCI_SCORE_ASKED_H

#include "score_kernels.h"

#define MOST_READ_PAST 8 /* trees after the last, by what reads several at once */

/* Bits of splits where a row goes the second way, 32 a tree; two trees share a word, the first of
 * them its lower half. */
typedef union asked_trees {
    uint32_t second[MLCI_ROW_CHUNK + MOST_READ_PAST];
    uint64_t word[(MLCI_ROW_CHUNK + MOST_READ_PAST) / 2];
} asked_trees;

#endif
