/* The sample set wine. */
#include "descriptor.h"
#include "sample_set.h"

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)dataset;
    return mlci_sample_set_read(call, &mlci_sample_wine, "target=class", out, err);
}

extern const mlci_maker_descriptor mlci_generator_wine;
const mlci_maker_descriptor mlci_generator_wine = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .name = "wine",
             .summary = "chemical analyses of 178 Italian wines of three cultivars",
             .details = "178 rows of 13 measurements, from alcohol to proline, target "
                        "class (1, 2 or 3). Aeberhard and Forina 1991; UCI Machine "
                        "Learning Repository, CC BY 4.0.",
             .since = "0.1"},
    .make = make};
