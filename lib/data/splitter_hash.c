/* Hash: a row's part is a function of its key alone, so that it stays where it is when the data
 * grow, are reordered or partitioned, in any language. The hash is fixed in dataset.h. O(n). */
#include "descriptor.h"

typedef struct hash_params {
    double test_size;
} hash_params;

static const mlci_param params_table[] = {
    MLCI_REAL(hash_params, test_size, 0.25, 0, 1, "expected share of the rows in the test part",
              .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_OPEN_HIGH, .since = "0.1"),
    {.name = NULL}};

static mlc_status n_folds(const mlci_split *split, int32_t *n, mlc_error *err)
{
    *n = 1;
    return MLC_OK;
}

static mlc_status fold(const mlci_split *split, int32_t k, uint8_t *part, mlc_error *err)
{
    const hash_params *const p = split->params;
    if (split->key_hash == NULL) {
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "the hash split needs a key: give one column the role key");
    }
    for (int64_t i = 0; i < split->n_rows; i++) {
        /* 53 bits, which a double holds exactly. */
        const double unit = (double)(split->key_hash[i] >> 11) * 0x1p-53;
        part[i] = unit < p->test_size ? MLCI_PART_TEST : MLCI_PART_TRAIN;
    }
    return MLC_OK;
}

const mlci_splitter_descriptor mlci_splitter_hash = {
    .base = {.kind = MLCI_KIND_SPLITTER,
             .capabilities = MLCI_SPLITS_BY_KEY,
             .name = "hash",
             .summary = "training and test part by a hash of the key",
             .details = "With h the FNV-1a hash of the key's text (64 bits), mixed by the "
                        "finaliser of SplitMix64, a row is in the test part when (h >> 11) / "
                        "2^53 < test_size. The same key is always on the same side, in every "
                        "language and on every partition; equal keys stay together. Sizes are "
                        "test_size on average. O(n).",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(hash_params)},
    .n_folds = n_folds,
    .fold = fold};
