/* Groups of rows, for the splitters that keep them together. */
#ifndef MLCI_SPLIT_GROUPS_H
#define MLCI_SPLIT_GROUPS_H

#include "descriptor.h"

/* How many groups there are. MLC_ERROR_ROLE without a column of role group, which the splitter
 * called `name` needs; MLC_ERROR_DATA for a row without one. */
mlc_status mlci_split_count_groups(const mlci_split *split, const char *name, int32_t *n,
                                   mlc_error *err);
/* The fold of a splitter whose plan is an int32_t a group, its fold. */
mlc_status mlci_split_by_group(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err);
/* The numbers of n things sorted by falling weight; of equal weights the later one first where
 * is_later_first is 1, else the earlier one. order and scratch have room for n. */
void mlci_split_sort(const double *weight, int32_t n, int32_t is_later_first, int32_t *order,
                     int32_t *scratch);

#endif
