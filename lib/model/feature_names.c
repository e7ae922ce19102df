/* Names of features, for tables. */
#include "feature_names.h"

#include "text.h"

void mlci_free_feature_names(char **names, int64_t n)
{
    for (int64_t j = 0; names != NULL && j < n; j++)
        mlci_free(names[j]);
    mlci_free(names);
}

mlc_status mlci_feature_names(mlci_root *root, int64_t n, const mlci_features *features,
                              char ***out, mlc_error *err)
{
    char **const names = mlci_alloc(root, n, sizeof *names);
    if (names == NULL) return mlci_fail_memory(err, n, sizeof *names);
    for (int64_t j = 0; j < n; j++) {
        mlci_text text = mlci_text_init(root);
        if (features != NULL)
            mlci_features_name(features, j, &text);
        else
            mlci_text_append_integer(&text, j);
        const mlc_status status = mlci_text_take(&text, &names[j], err);
        mlci_text_clear(&text);
        if (status == MLC_OK) continue;
        mlci_free_feature_names(names, n);
        return status;
    }
    *out = names;
    return MLC_OK;
}
