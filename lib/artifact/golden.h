/* Golden rows: a few training rows with the predictions that the saving library made of them. A
 * load that does not give the same bits again is refused. */
#ifndef MLCI_GOLDEN_H
#define MLCI_GOLDEN_H

#include "record.h"

/* Writes rows and predictions. */
mlc_status mlci_golden_save(mlc_context *call, const mlc_model *model, mlci_writer *w,
                            mlc_error *err);
/* Reads the rows into model->golden and, when check, predicts them and compares. */
mlc_status mlci_golden_load(mlc_context *call, mlc_model *model, mlci_reader *r, int32_t check,
                            mlc_error *err);

#endif
