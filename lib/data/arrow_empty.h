/* Arrow arrays without rows, for streams that have no batch. */
#ifndef MLCI_ARROW_EMPTY_H
#define MLCI_ARROW_EMPTY_H

#include "arrow_format.h"
#include "memory.h"

/* An array of no rows for the schema; its release frees it. Types are not checked here, but how
 * deep they nest is. */
mlc_status mlci_arrow_empty(mlci_root *root, const struct ArrowSchema *schema,
                            struct ArrowArray *out, mlc_error *err);

#endif
