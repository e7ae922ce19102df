/* Models of anomalies as metrics of classes see them.
 *
 * Such a model predicts -1 for an anomaly and 1 for any other row, and its raw output falls with
 * how odd a row is. Against labels of two classes the predictions become classes, and the negative
 * of raw a score of the anomalous one, of which metrics that rank rows ask no more. Where the
 * labels are -1 and 1 they mean what the predictions mean; else anomalies are the positive class.
 */
#include <string.h>

#include "record.h"

static int32_t anomalous_class(const mlci_classes *classes)
{
    const int are_predictions =
        strcmp(classes->names[0], "-1") == 0 && strcmp(classes->names[1], "1") == 0;
    return are_predictions ? 0 : classes->positive;
}

int mlci_scores_anomalies(const mlci_component *model, const mlci_target *y)
{
    return (model->descriptor->capabilities & MLCI_FINDS_ANOMALIES) != 0 && y != NULL &&
           y->classes != NULL && y->classes->n == 2;
}

mlc_status mlci_anomaly_scores(mlc_context *call, const mlci_component *model,
                               const mlc_dataset *rows, mlci_scored *scored, mlc_error *err)
{
    const int32_t anomaly = anomalous_class(scored->y->classes);
    double *raw = NULL;
    int64_t width = 0;
    MLCI_TRY(mlci_component_predict(call, model, rows, MLCI_OUTPUT_RAW, &raw, &width, err));
    scored->probability = mlci_alloc_raw(scored->y->root, rows->n_rows, 2 * (int64_t)sizeof *raw);
    if (scored->probability == NULL) {
        mlci_free(raw);
        return mlci_fail_memory(err, rows->n_rows, 2 * sizeof *raw);
    }
    for (int64_t i = 0; i < rows->n_rows; i++) {
        scored->prediction[i] = scored->prediction[i] < 0 ? anomaly : 1 - anomaly;
        scored->probability[2 * i + anomaly] = -raw[i];
        scored->probability[2 * i + 1 - anomaly] = raw[i];
    }
    mlci_free(raw);
    scored->are_scores = 1;
    scored->anomaly = anomaly;
    return MLC_OK;
}
