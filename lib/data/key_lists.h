/* The rows of each group of equal keys, in their order. */
#ifndef MLCI_KEY_LISTS_H
#define MLCI_KEY_LISTS_H

#include "key_numbers.h"
#include "row_deal.h"

typedef struct mlci_key_lists {
    int64_t n_groups; /* in the order of the keys' numbers */
    int64_t *starts;  /* n_groups + 1 */
    int64_t *rows;    /* those of group g are rows[starts[g] .. starts[g + 1]), at least one; NULL
                         until they are asked for where numbers are few: */
    mlci_deal deal;   /* how rows get to their places */
    int64_t *firsts;  /* the first row of each group */
} mlci_key_lists;

static inline int64_t mlci_key_lists_first(const mlci_key_lists *lists, int64_t g)
{
    return lists->firsts != NULL ? lists->firsts[g] : lists->rows[lists->starts[g]];
}

mlc_status mlci_key_lists_open(mlc_context *call, const mlci_key_numbers *numbers,
                               mlci_key_lists *out, mlc_error *err);
/* Makes the rows, where they are not there yet. */
mlc_status mlci_key_lists_rows(mlc_context *call, mlci_key_lists *lists, mlc_error *err);
/* The rows of a column in the order of the groups, as a column of its own. */
mlc_status mlci_key_lists_take(mlc_context *call, mlci_key_lists *lists, const mlci_column *column,
                               mlci_column **out, mlc_error *err);
void mlci_key_lists_close(mlci_key_lists *lists);

#endif
