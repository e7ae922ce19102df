/* The object model_info of CatBoost's JSON: component, link, classes and settings that it tells. */
#ifndef MLCI_CATBOOST_INFO_H
#define MLCI_CATBOOST_INFO_H

#include "json_fields.h"

/* The number of scores is known. MLC_ERROR_UNSUPPORTED names a loss function that is not. */
mlc_status mlci_catboost_info(mlci_foreign *model, const mlci_json_file *file,
                              mlci_json_span model_info, mlc_error *err);

#endif
