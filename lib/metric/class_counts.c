/* Weighted counts of true and predicted classes, one pass in the order of the rows, three numbers
 * a class. Counts without weights, and with integer weights, are exact up to 2^53, so that the
 * order of the rows does not show. */
#include "class_counts.h"

#include <stddef.h>

#include "error.h"
#include "number.h"

/* -1: no class. */
static int32_t class_at(double value, int32_t n_classes)
{
    if (!(value >= 0 && value < n_classes)) return -1;
    const int32_t class_ = (int32_t)value;
    return (double)class_ == value ? class_ : -1;
}

static mlc_status refuse_class(const mlci_metric_input *in, const char *what, double value,
                               int64_t row, mlc_error *err)
{
    char text[MLCI_NUMBER_SIZE];
    mlci_real_format(value, text);
    return mlci_fail(err, MLC_ERROR_DATA, what, "%s of row %lld is %s: must be a class, 0 to %d",
                     what, (long long)row + 1, text, (int)in->n_classes - 1);
}

static int32_t most_probable(const double *probability, int32_t n_classes)
{
    int32_t best = -1;
    for (int32_t k = 0; k < n_classes; k++) {
        if (best < 0 ? probability[k] == probability[k] : probability[k] > probability[best]) {
            best = k;
        }
    }
    return best;
}

mlc_status mlci_class_pairs_check(const mlci_metric_input *in, mlc_error *err)
{
    if (in->target == NULL || in->n_classes < 1) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there are no classes to measure against: give a column the role target");
    }
    if (in->prediction == NULL && in->probability == NULL) {
        return mlci_fail(err, MLC_ERROR_UNSUPPORTED, NULL,
                         "there is no prediction to measure: add a column 'prediction' or "
                         "'probability'");
    }
    return MLC_OK;
}

mlc_status mlci_true_class(const mlci_metric_input *in, int64_t row, int32_t *out, mlc_error *err)
{
    const int32_t class_ = class_at(in->target[row], in->n_classes);
    if (class_ < 0) return refuse_class(in, "target", in->target[row], row, err);
    *out = class_;
    return MLC_OK;
}

mlc_status mlci_class_pair_of(const mlci_metric_input *in, int64_t row, mlci_class_pair *out,
                              mlc_error *err)
{
    mlci_class_pair pair = {.truth = -1, .predicted = -1};
    MLCI_TRY(mlci_true_class(in, row, &pair.truth, err));
    if (in->prediction == NULL) {
        pair.predicted = most_probable(in->probability + row * in->n_classes, in->n_classes);
    } else if (in->prediction[row] >= 0) {
        pair.predicted = class_at(in->prediction[row], in->n_classes);
        if (pair.predicted < 0) {
            return refuse_class(in, "prediction", in->prediction[row], row, err);
        }
    }
    *out = pair;
    return MLC_OK;
}

mlc_status mlci_class_counts_make(const mlci_metric_input *in, mlci_class_counts *out,
                                  mlc_error *err)
{
    MLCI_TRY(mlci_class_pairs_check(in, err));
    double *const memory = mlci_alloc(mlci_context_root(in->call), in->n_classes,
                                      3 * (int64_t)sizeof *memory);
    if (memory == NULL) return mlci_fail_memory(err, in->n_classes, 3 * (int64_t)sizeof *memory);
    *out = (mlci_class_counts){.n_classes = in->n_classes,
                               .truth = memory,
                               .predicted = memory + in->n_classes,
                               .matched = memory + 2 * (int64_t)in->n_classes};
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = in->weight == NULL ? 1 : in->weight[i];
        if (weight == 0) continue;
        mlci_class_pair pair;
        MLCI_TRY(mlci_class_pair_of(in, i, &pair, err));
        out->total += weight;
        out->truth[pair.truth] += weight;
        if (pair.predicted >= 0) out->predicted[pair.predicted] += weight;
        if (pair.predicted != pair.truth) continue;
        out->matched[pair.truth] += weight;
        out->hit += weight;
    }
    return MLC_OK;
}

void mlci_class_counts_clear(mlci_class_counts *counts)
{
    mlci_free(counts->truth);
    *counts = (mlci_class_counts){0};
}
