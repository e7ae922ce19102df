/* What samplers share: how many rows, keys by position, and the rows of the smallest keys. */
#ifndef MLCI_SAMPLE_H
#define MLCI_SAMPLE_H

#include <math.h>

#include "context_impl.h"
#include "dataset_impl.h"
#include "order.h"

#define MLCI_SAMPLE_NEVER UINT64_MAX /* the key of a row that is not to be drawn */

/* Streams of random numbers (MLCI_RANDOM_SAMPLE_ROW), one a use. */
#define MLCI_SAMPLE_STREAM_UNIFORM 0
#define MLCI_SAMPLE_STREAM_UNIFORM_AGAIN 1
#define MLCI_SAMPLE_STREAM_WEIGHTED 2
#define MLCI_SAMPLE_STREAM_WEIGHTED_AGAIN 3
#define MLCI_SAMPLE_STREAM_STRATIFIED 4

/* n, or else the share of the rows, to the nearest number, or else 1. More rows than there are is
 * MLC_ERROR_DATA unless they are drawn with replacement. */
mlc_status mlci_sample_size(int64_t n, double share, int64_t n_rows, int32_t with_replacement,
                            int64_t *out, mlc_error *err);
/* Both given is an error, for check functions. */
mlc_status mlci_sample_check(int64_t n, double share, mlc_error *err);

/* The key of row i, on any thread. */
typedef uint64_t (*mlci_sample_key_fn)(const void *arg, int64_t row);
mlc_status mlci_sample_keys(mlc_context *call, int64_t n_rows, mlci_sample_key_fn key,
                            const void *arg, uint64_t *keys, mlc_error *err);
/* Random keys of the rows first, first + 1 ...; stream: one a use. */
mlc_status mlci_sample_random_keys(mlc_context *call, int64_t random_state, uint32_t stream,
                                   int64_t first, int64_t n_rows, uint64_t *keys, mlc_error *err);
/* The rows of the n smallest keys, ties to the first row, ascending: *out is a block of n. There
 * are n rows at least. O(n_rows), and a sort of the keys near the largest one that is taken. */
mlc_status mlci_sample_smallest(mlc_context *call, const uint64_t *keys, int64_t n_rows, int64_t n,
                                int64_t **out, mlc_error *err);
/* The n smallest of the keys of all rows, sorted by key and row: *out is a block with n at its
 * front. For keys that are uniform bits and n far below n_rows: memory for n of them and some more,
 * whatever n_rows is, as keys above a bound are not kept; each is worked out twice. */
mlc_status mlci_sample_few(mlc_context *call, int64_t n_rows, int64_t n, mlci_sample_key_fn key,
                           const void *arg, mlci_order_key **out, mlc_error *err);

/* Rows that may be in the sample, in their order. */
typedef struct mlci_candidates {
    const mlc_dataset *rows;
    const uint64_t *keys; /* of rows->n_rows */
    int64_t n_seen;       /* rows so far, those that were left out too */
    int32_t is_end;       /* no more rows come: the sample is to be chosen */
    int64_t *stands_for;  /* rows that each is counted for; NULL: nothing was ever left out */
    uint64_t bound;       /* set by choose: no row of a larger key will be in the sample */
} mlci_candidates;

/* How rows are chosen, be they all at hand or come in batches: each has a key that depends on it
 * and its number alone, and of the candidates those stay that the keys say. What is chosen among
 * the candidates that stayed and rows that came later is what is chosen among all, so a sample does
 * not depend on batches. */
typedef struct mlci_sample_rule {
    /* Can these settings go without all rows at once? NULL: any can. */
    mlc_status (*check)(const void *params, mlc_error *err);
    mlc_status (*keys)(mlc_context *call, const void *params, const mlc_dataset *rows,
                       int64_t first, uint64_t *keys, mlc_error *err);
    /* Which stay, a block of *n ascending; at the end which are the sample, in its order. */
    mlc_status (*choose)(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err);
} mlci_sample_rule;

/* Of each batch or of all: the n smallest keys, or as many as there are, and their bound. */
mlc_status mlci_sample_choose_smallest(mlc_context *call, mlci_candidates *candidates, int64_t n,
                                       int64_t **out, int64_t *n_out, mlc_error *err);
/* The sample of a dataset, as a view. */
mlc_status mlci_sample_by_rule(mlc_context *call, const mlci_sample_rule *rule, const void *params,
                               const mlc_dataset *dataset, mlc_dataset **out, mlc_error *err);
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
