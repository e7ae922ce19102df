/* Where an imported model comes from: a small JSON object that a record carries. */
#ifndef MLCI_ORIGIN_H
#define MLCI_ORIGIN_H

#include <mlcore/dataset.h>

#include "memory.h"

/* Two columns of texts: name ("parity_with_file.rows") and value. MLC_ERROR_SYNTAX when the text is
 * no JSON object. */
mlc_status mlci_origin_table(mlci_root *root, const char *json, mlc_dataset **out, mlc_error *err);

#endif
