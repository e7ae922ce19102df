/* The hash of a row's key: FNV-1a (Fowler, Noll, Vo) of its text and the finaliser of SplitMix64
 * (Steele, Lea, Flood 2014), as dataset.h tells the world. */
#ifndef MLCI_KEY_HASH_H
#define MLCI_KEY_HASH_H

#include "dataset_impl.h"

/* The column of role key, -1 without one. MLC_ERROR_COLUMN for a vector. */
mlc_status mlci_key_find(const mlc_dataset *dataset, int32_t *field, mlc_error *err);
/* The hashes of the keys of n rows from that one on, by that column. A row without a key is
 * MLC_ERROR_DATA, whose message counts the rows of the dataset from `first`. */
mlc_status mlci_key_hashes(const mlc_dataset *dataset, int32_t field, int64_t row, int64_t n,
                           int64_t first, uint64_t *out, mlc_error *err);

#endif
