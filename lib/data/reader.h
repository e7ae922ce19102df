/* Readers from the inside. */
#ifndef MLCI_READER_H
#define MLCI_READER_H

#include <mlcore/reader.h>

#include "batches.h"
#include "memory.h"

/* A reader over batches, which it takes over (also on failure). roles: text for each batch, or
 * NULL. */
mlc_status mlci_reader_create(mlci_root *root, const mlci_batches *batches, const char *roles,
                              mlc_reader **out, mlc_error *err);

#endif
