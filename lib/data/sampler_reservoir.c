/* A reservoir: n rows with equal chances of rows whose number is not known before the last one.
 *
 * Vitter's algorithm R (1985) and Li's L (1994) draw which row of the reservoir the next one
 * replaces, so that each number drawn hangs on those before it. Here each row has a random key that
 * is a function of its number, and the n smallest are kept, which has the same distribution
 * (bottom-k by random priorities: Cohen and Kaplan 2007; for weights Efraimidis and Spirakis 2006)
 * and is the same for rows that come in any batches. O(n_rows + n log n log(n_rows / n)), memory
 * for n rows. */
#include "descriptor.h"
#include "sample.h"

typedef struct reservoir_params {
    int64_t n;
    int64_t random_state;
} reservoir_params;

static const mlci_param params_table[] = {
    MLCI_INTEGER(reservoir_params, n, 1000, 0, INT64_MAX,
                 "number of rows; all where there are not that many", .since = "0.1"),
    MLCI_SAMPLE_SEED(reservoir_params),
    {.name = NULL}};

static mlc_status fill_keys(mlc_context *call, const void *params, const mlc_dataset *rows,
                            int64_t first, uint64_t *keys, mlc_error *err)
{
    const reservoir_params *const p = params;
    return mlci_sample_random_keys(call, p->random_state, MLCI_SAMPLE_STREAM_UNIFORM, first,
                                   rows->n_rows, keys, err);
}

static mlc_status choose(mlc_context *call, const void *params, mlci_candidates *candidates,
                         int64_t **out, int64_t *n, mlc_error *err)
{
    const reservoir_params *const p = params;
    return mlci_sample_choose_smallest(call, candidates, p->n, out, n, err);
}

static const mlci_sample_rule rule = {NULL, fill_keys, choose};

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    return mlci_sample_by_rule(call, &rule, params, dataset, out, err);
}

extern const mlci_maker_descriptor mlci_sampler_reservoir;
const mlci_maker_descriptor mlci_sampler_reservoir = {
    .base = {.kind = MLCI_KIND_SAMPLER,
             .capabilities = MLCI_CAN_RANDOM,
             .name = "reservoir",
             .summary = "n rows with equal chances, or all where there are fewer",
             .details = "The rows whose Philox keys are the n smallest, in the order of the rows: "
                        "those of uniform with the same n and random_state. Unlike it, a dataset "
                        "of fewer rows gives all of them, so that nobody has to count them first. "
                        "Without replacement. O(n_rows), and memory for n rows over a reader.",
             .since = "0.1",
             .params = params_table,
             .params_size = sizeof(reservoir_params)},
    .make = make,
    .rule = &rule};
