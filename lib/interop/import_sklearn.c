/* Documents of the exporter for scikit-learn. */
#include "exchange.h"
#include "import.h"

static mlc_status refuse_settings(const mlci_foreign *m, mlc_error *err)
{
    const mlci_import_settings *const s = m->settings;
    const char *const name = s->names != NULL        ? "names"
                             : s->categories != NULL ? "categories"
                             : s->classes != NULL    ? "classes"
                             : s->zero_as_missing    ? "zero_as_missing"
                                                     : NULL;
    if (name == NULL) return MLC_OK;
    return mlci_fail(err, MLC_ERROR_SETTING, name,
                     "%s: the document says that of its model itself: leave it out", name);
}

static mlc_status make_sklearn(mlci_foreign *model, const char *bytes, int64_t n,
                               const mlc_dataset *check, mlc_model **out, mlc_error *err)
{
    mlci_foreign_made made = {0};
    model->library = "scikit-learn";
    MLCI_TRY(refuse_settings(model, err));
    mlc_status status = mlci_exchange_make(model, bytes, n, &made, err);
    if (status == MLC_OK) status = mlci_foreign_finish(model, &made, check, out, err);
    mlci_foreign_made_clear(&made);
    return status;
}

static int sniff(const char *bytes, int64_t n)
{
    return mlci_json_starts(bytes, n, MLCI_EXCHANGE_FIRST);
}

const mlci_import_format mlci_import_sklearn = {"sklearn", "documents of mlcore.export_sklearn()",
                                                sniff, .make = make_sklearn};
