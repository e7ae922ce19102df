/* The sample set iris. */
#include "descriptor.h"
#include "sample_set.h"

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)dataset;
    return mlci_sample_set_read(call, &mlci_sample_iris, "target=species", out, err);
}

extern const mlci_maker_descriptor mlci_generator_iris;
const mlci_maker_descriptor mlci_generator_iris = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .name = "iris",
             .summary = "Fisher's irises: four lengths of 150 flowers of three species",
             .details = "150 rows of sepal_length, sepal_width, petal_length and "
                        "petal_width in cm, target species. Fisher 1936; UCI Machine "
                        "Learning Repository, CC BY 4.0.",
             .since = "0.1"},
    .make = make};
