/* Readers from the inside. */
#ifndef MLCI_READER_H
#define MLCI_READER_H

#include <mlcore/reader.h>

#include "batches.h"
#include "memory.h"

/* A reader that has nothing to read yet, so that whoever opens a source can fail before it takes
 * anything. roles: text for each batch, or NULL. */
mlc_status mlci_reader_create(mlci_root *root, const char *roles, mlc_reader **out, mlc_error *err);
/* What it reads from now on and closes. */
void mlci_reader_start(mlc_reader *reader, const mlci_batches *batches);

/* mlc_reader_next() within a call. */
mlc_status mlci_reader_step(mlc_context *call, mlc_reader *reader, mlc_dataset **out,
                            mlc_error *err);
/* Batches were lost: the reader has failed with that. Returns the status. */
mlc_status mlci_reader_break(mlc_reader *reader, mlc_status status, const mlc_error *why);
/* Neither is NULL. */
mlc_status mlci_reader_check(const mlc_reader *reader, mlc_dataset **out, mlc_error *err);

#endif
