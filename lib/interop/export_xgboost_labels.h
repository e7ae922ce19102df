/* The labels of categories in XGBoost's models, by which data frames with other codes are recoded
 * there, from release 3.1 on. */
#ifndef MLCI_EXPORT_XGBOOST_LABELS_H
#define MLCI_EXPORT_XGBOOST_LABELS_H

#include "export_boosting.h"

/* Appends `"cats":{...},`, or nothing where no feature has labels. *has_other: some are not ASCII.
 */
mlc_status mlci_xgboost_put_labels(const mlci_exported *x, mlci_text *out, int32_t *has_other,
                                   mlc_error *err);

#endif
