/* Rows that come a batch at a time: what readers of files, streams and callbacks of the host have
 * in common. */
#ifndef MLCI_BATCHES_H
#define MLCI_BATCHES_H

#include <mlcore/dataset.h>

typedef struct mlci_batches {
    void *self;
    /* The next rows; MLC_END when there are no more. Batches have the same columns and types. The
     * call is that of this batch alone. After a failure only close may be called. */
    mlc_status (*next)(void *self, mlc_context *call, mlc_dataset **out, mlc_error *err);
    void (*close)(void *self);
} mlci_batches;

#endif
