/* confusion_matrix: how much weight of each class was predicted to be of each class. The lines of
 * the result are the matrix by rows: true class, then predicted class. */
#include <math.h>
#include <stddef.h>

#include "class_counts.h"
#include "error.h"

#define NORMALIZE_NONE 0
#define NORMALIZE_TRUE 1
#define NORMALIZE_PRED 2
#define NORMALIZE_ALL 3

struct confusion_matrix_params {
    int32_t normalize;
};

static const mlci_choice normalize_choices[] = {
    {"none", NORMALIZE_NONE, "sums of weights"},
    {"true", NORMALIZE_TRUE, "shares of the rows of the true class"},
    {"pred", NORMALIZE_PRED, "shares of the rows with the predicted class"},
    {"all", NORMALIZE_ALL, "shares of all rows"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_CHOICE(struct confusion_matrix_params, normalize, NORMALIZE_NONE, normalize_choices,
                "what the counts are divided by", .since = "0.1"),
    {.name = NULL}};

static int64_t n_values(const void *parameters, int32_t n_classes)
{
    return (int64_t)n_classes * n_classes;
}

/* Divides n cells that lie `step` apart by their sum; cells whose sum is 0 stay 0. */
static void divide_by_sum(mlci_metric_value *cells, int64_t n, int64_t step)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += cells[i * step].value;
    if (sum == 0) return;
    for (int64_t i = 0; i < n; i++) cells[i * step].value /= sum;
}

static void normalize(mlci_metric_value *values, int64_t n_classes, int32_t how)
{
    if (how == NORMALIZE_ALL) divide_by_sum(values, n_classes * n_classes, 1);
    for (int64_t k = 0; k < n_classes; k++) {
        if (how == NORMALIZE_TRUE) divide_by_sum(values + k * n_classes, n_classes, 1);
        if (how == NORMALIZE_PRED) divide_by_sum(values + k, n_classes, n_classes);
    }
}

static mlc_status score(const mlci_metric_input *in, mlci_metric_value *values, mlc_error *err)
{
    MLCI_TRY(mlci_class_pairs_check(in, err));
    const int64_t n_classes = in->n_classes;
    for (int64_t i = 0; i < n_classes * n_classes; i++) {
        values[i] = (mlci_metric_value){.class_ = (int32_t)(i / n_classes),
                                        .predicted = (int32_t)(i % n_classes)};
    }
    for (int64_t i = 0; i < in->n_rows; i++) {
        MLCI_TRY(mlci_poll_row(in->call, i, err));
        const double weight = in->weight == NULL ? 1 : in->weight[i];
        if (weight == 0) continue;
        mlci_class_pair pair;
        MLCI_TRY(mlci_class_pair_of(in, i, &pair, err));
        if (pair.predicted >= 0) values[pair.truth * n_classes + pair.predicted].value += weight;
    }
    normalize(values, n_classes, ((const struct confusion_matrix_params *)in->params)->normalize);
    return MLC_OK;
}

extern const mlci_metric_descriptor mlci_metric_confusion_matrix;
const mlci_metric_descriptor mlci_metric_confusion_matrix = {
    .base = {
        .kind = MLCI_KIND_METRIC,
        .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT,
        .name = "confusion_matrix",
        .summary = "Rows of each true class by predicted class",
        .details =
            "Definition: one line for each pair of a true and a predicted class, true class "
            "first: the sum of the weights of such rows. normalize divides it by the sum of its "
            "true class (true), of its predicted class (pred) or of the matrix (all); where that "
            "is 0 the share is 0. No single number, so neither larger nor smaller is better.\n"
            "Without predicted classes the most probable class counts, the first of equals. A "
            "missing prediction is in no line.\n"
            "Weights: weight 2 equals the row twice.\n"
            "Differences from scikit-learn: the classes are those of the target, also where a "
            "class does not occur in these rows.",
        .since = "0.1",
        .params = params,
        .params_size = sizeof(struct confusion_matrix_params),
    },
    .n_values = n_values,
    .score = score,
};
