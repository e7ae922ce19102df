/* Memory for BLIS, which cannot be told that there is none: a product opens a reserve, from which
 * the requests of its thread are met once malloc fails. */
#ifndef MLCI_BLIS_MEMORY_H
#define MLCI_BLIS_MEMORY_H

#include <stdint.h>

/* 0 when there is no memory for it: BLIS must then not be called. */
int32_t mlci_blis_reserve_open(void);

/* Of the same thread. What BLIS took from it stays with BLIS, and so does the reserve then. */
void mlci_blis_reserve_close(void);

#endif
