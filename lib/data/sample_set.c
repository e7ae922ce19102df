/* Reading a sample set: the bytes are those of a CSV file. */
#include "sample_set.h"

mlc_status mlci_sample_set_read(mlc_context *call, const mlci_sample_set *set, const char *settings,
                                mlc_dataset **out, mlc_error *err)
{
    return mlc_dataset_parse_csv(call, set->bytes, set->n_bytes, settings, out, err);
}
