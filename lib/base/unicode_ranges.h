/* Code points that take no column or two on a terminal; sorted, disjoint ranges from U+0300 on. */
#ifndef MLCI_UNICODE_RANGES_H
#define MLCI_UNICODE_RANGES_H

#include <stdint.h>

typedef struct mlci_code_range {
    uint32_t first, last; /* both inside */
} mlci_code_range;

extern const mlci_code_range mlci_unicode_zero[];
extern const int32_t mlci_n_unicode_zero;
extern const mlci_code_range mlci_unicode_wide[];
extern const int32_t mlci_n_unicode_wide;

#endif
