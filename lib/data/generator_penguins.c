/* The sample set penguins. */
#include "descriptor.h"
#include "sample_set.h"

static mlc_status make(mlc_context *call, const void *params, const mlc_dataset *dataset,
                       mlc_dataset **out, mlc_error *err)
{
    (void)params;
    (void)dataset;
    return mlci_sample_set_read(call, &mlci_sample_penguins, "target=species", out, err);
}

extern const mlci_maker_descriptor mlci_generator_penguins;
const mlci_maker_descriptor mlci_generator_penguins = {
    .base = {.kind = MLCI_KIND_GENERATOR,
             .name = "penguins",
             .summary = "penguins of the Palmer Archipelago: sizes of 344 birds of three species",
             .details = "344 rows of island, bill_length_mm, bill_depth_mm, "
                        "flipper_length_mm, body_mass_g, sex and year, target species, "
                        "with missing values. Horst, Hill and Gorman 2020 "
                        "(palmerpenguins), CC0.",
             .since = "0.1"},
    .make = make};
