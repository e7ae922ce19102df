/* The description of a dataset: the table "columns" of a profile that counts every value, so that
 * quantiles, distinct and frequent values are exact. */
#include "profile_impl.h"

mlc_status mlc_dataset_describe(mlc_context *ctx, const mlc_dataset *dataset, mlc_dataset **out,
                                mlc_error *err)
{
    if (dataset == NULL || out == NULL) {
        return mlci_fail(err, MLC_ERROR_ARGUMENT, NULL, "dataset and out must not be NULL");
    }
    mlc_context local, *call = NULL;
    const mlci_profile_settings settings = {.max_distinct = MLCI_COUNT_UNLIMITED};
    mlc_profile *profile = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &local, MLCI_FIT, &call, err));
    mlc_status status = mlci_profile_dataset(call, dataset, &settings, &profile, err);
    if (status == MLC_OK) status = mlci_profile_columns_table(call, profile, out, err);
    mlc_profile_free(profile);
    mlci_call_end(call);
    return status;
}
