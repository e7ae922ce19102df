/* What samplers share: how many rows, keys by position, and the rows of the smallest keys. */
#ifndef MLCI_SAMPLE_H
#define MLCI_SAMPLE_H

#include <math.h>

#include "context_impl.h"
#include "dataset_impl.h"
#include "order.h"

#define MLCI_SAMPLE_NEVER UINT64_MAX /* the key of a row that is not to be drawn */

/* n, or else the share of the rows, to the nearest number, or else 1. More rows than there are is
 * MLC_ERROR_DATA unless they are drawn with replacement. */
mlc_status mlci_sample_size(int64_t n, double share, int64_t n_rows, int32_t with_replacement,
                            int64_t *out, mlc_error *err);
/* Both given is an error, for check functions. */
mlc_status mlci_sample_check(int64_t n, double share, mlc_error *err);

/* The key of row i, on any thread. */
typedef uint64_t (*mlci_sample_key_fn)(const void *arg, int64_t row);
mlc_status mlci_sample_keys(mlc_context *call, int64_t n_rows, mlci_sample_key_fn key,
                            const void *arg, uint64_t **out, mlc_error *err);
/* The rows of the n smallest keys, ties to the first row, ascending: *out is a block of n. There
 * are n rows at least. O(n_rows), and a sort of the keys near the largest one that is taken. */
mlc_status mlci_sample_smallest(mlc_context *call, const uint64_t *keys, int64_t n_rows, int64_t n,
                                int64_t **out, mlc_error *err);
/* The n smallest of the keys of all rows, sorted by key and row: *out is a block with n at its
 * front. For keys that are uniform bits and n far below n_rows: memory for n of them and some more,
 * whatever n_rows is, as keys above a bound are not kept; each is worked out twice. */
mlc_status mlci_sample_few(mlc_context *call, int64_t n_rows, int64_t n, mlci_sample_key_fn key,
                           const void *arg, mlci_order_key **out, mlc_error *err);
/* A view of the rows, which are freed. */
mlc_status mlci_sample_view(mlc_context *call, const mlc_dataset *dataset, int64_t *rows, int64_t n,
                            mlc_dataset **out, mlc_error *err);

/* What samplers begin their parameter tables with. */
#define MLCI_SAMPLE_N(struct_)                                                                     \
    MLCI_INTEGER(struct_, n, MLCI_NONE_INTEGER, 0, INT64_MAX,                                      \
                 "number of rows; none is what share says, or 1", .flags = MLCI_PARAM_NONE,        \
                 .since = "0.1")
#define MLCI_SAMPLE_SHARE(struct_)                                                                 \
    MLCI_REAL(struct_, share, MLCI_NONE_REAL, 0, INFINITY, "rows as a share of all, instead of n", \
              .flags = MLCI_PARAM_NONE, .aliases = "frac", .since = "0.1")
#define MLCI_SAMPLE_SEED(struct_)                                                                  \
    MLCI_INTEGER(struct_, random_state, 0, INT64_MIN + 1, INT64_MAX, "seed of the draw",           \
                 .since = "0.1")

#endif
