/* CSV a batch at a time. */
#ifndef MLCI_CSV_BATCHES_H
#define MLCI_CSV_BATCHES_H

#include "batches.h"
#include "context_impl.h"

/* Opens a file, plain or gzip-compressed, whose rows come as one batch for each 4 MB of text or
 * so; settings as of mlc_dataset_read_csv(). The types are those of the first rows, or those of
 * types=; a cell that contradicts them later is MLC_ERROR_FORMAT. There is always a first batch,
 * which may have no rows. Memory: two windows of text and the columns of one batch; a longer record
 * takes what it needs. The call must last until this returns; each batch has its own. */
mlc_status mlci_csv_open_batches(mlc_context *call, const char *path, const char *settings,
                                 mlci_batches *out, mlc_error *err);
/* The same with batches of about so many bytes, which tests vary. */
mlc_status mlci_csv_open_batches_of(mlc_context *call, const char *path, const char *settings,
                                    int64_t batch_bytes, mlci_batches *out, mlc_error *err);

#endif
