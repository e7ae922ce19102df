/* The hash of a row's key: FNV-1a (Fowler, Noll, Vo) of its text and the finaliser of SplitMix64
 * (Steele, Lea, Flood 2014), as dataset.h tells the world. */
#ifndef MLCI_KEY_HASH_H
#define MLCI_KEY_HASH_H

#include "dataset_impl.h"

/* A hash a row; *out stays NULL when there is no column of role key. A row without a key is
 * MLC_ERROR_DATA, whose message counts rows from `first`. */
mlc_status mlci_key_hashes(mlci_root *root, const mlc_dataset *dataset, int64_t first,
                           uint64_t **out, mlc_error *err);

#endif
