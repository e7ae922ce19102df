/* support_vector_classifier: parameters, predictions and words. The fit is in svm_classes.c. */
#include <math.h>
#include <string.h>

#include "class_weight.h"
#include "svm_classes.h"
#include "svm_platt.h"
#include "svm_shap.h"

static const mlci_choice shapes[] = {
    {"ovr", MLCI_SVM_OVR, "a score a class: its votes, and a share of 1/3 by decisions"},
    {"ovo", MLCI_SVM_OVO, "the decision of each pair of classes, above 0 for the first"},
    {NULL, 0, NULL}};

static const mlci_param params[] = {
    MLCI_SVM_KERNEL_ROW,
    MLCI_SVM_DEGREE_ROW,
    MLCI_SVM_GAMMA_ROW,
    MLCI_SVM_COEF0_ROW,
    MLCI_SVM_C_ROW,
    MLCI_REAL(mlci_svm_params, nu, MLCI_NONE_REAL, 0, 1,
              "the nu form instead of C: at most this share of the training rows is inside the "
              "margin, and at least this share are support vectors",
              .flags = MLCI_PARAM_NONE | MLCI_PARAM_OPEN_LOW, .since = "0.1"),
    MLCI_CLASS_WEIGHT(mlci_svm_params),
    MLCI_BOOL(mlci_svm_params, probability, 0,
              "whether probabilities are fitted too, which takes five more fits", .since = "0.1"),
    MLCI_CHOICE(mlci_svm_params, decision_function_shape, MLCI_SVM_OVR, shapes,
                "raw scores of more than two classes", .since = "0.1"),
    MLCI_BOOL(mlci_svm_params, break_ties, 0,
              "whether the class of the largest score of ovr is predicted, rather than the first "
              "of the most voted",
              .since = "0.1"),
    MLCI_SVM_TOL_ROW,
    MLCI_SVM_MAX_ITER_ROW,
    MLCI_SVM_CACHE_SIZE_ROW,
    {.name = NULL}};

static mlc_status check(const void *parameters, mlc_error *err)
{
    const mlci_svm_params *const p = parameters;
    if (p->break_ties && p->decision_function_shape == MLCI_SVM_OVO)
        return mlci_fail(err, MLC_ERROR_SETTING, "break_ties",
                         "break_ties = true: needs decision_function_shape = ovr");
    MLCI_TRY(mlci_class_weight_check(p->class_weight, err));
    return mlci_svm_params_check(parameters, err);
}

static mlc_status fit(const mlci_model_fit *fit, void **out, mlc_error *err)
{
    mlci_svm_state *state = NULL;
    if (fit->offset != NULL)
        return mlci_fail(err, MLC_ERROR_ROLE, NULL,
                         "support_vector_classifier takes no offset: drop the offset column");
    const mlc_status status = mlci_svm_fit_classes(fit, &state, err);
    if (status == MLC_OK) *out = state;
    return status;
}

/* ---- predict ------------------------------------------------------------------------------ */

static int64_t n_outputs(const void *parameters, const void *state, int32_t output)
{
    const mlci_svm_params *const p = parameters;
    const mlci_svm_state *const s = state;
    if (output == MLCI_OUTPUT_PREDICTION) return 1;
    if (output == MLCI_OUTPUT_PROBABILITY) return s->slope == NULL ? 0 : s->n_classes;
    return mlci_svm_n_scores(p, s);
}

/* Rows whose decisions are held at once; pairs of many classes take much room. */
#define MAX_DECISIONS (1 << 15)

static int64_t rows_at_once(const mlci_svm_state *s, int64_t n_rows)
{
    const int64_t most = MAX_DECISIONS / s->n_problems;
    return n_rows < most ? n_rows : most > 0 ? most : 1;
}

static int64_t scratch_size(const void *parameters, const void *state, int64_t n_rows)
{
    const mlci_svm_state *const s = state;
    const int64_t most = rows_at_once(s, n_rows);
    return mlci_svm_scratch_size(s, most) + most * s->n_problems +
           mlci_svm_couple_work(s->n_classes);
}

static double predict_class(const mlci_svm_params *p, const mlci_svm_state *s,
                            const double *decision, double *work)
{
    int64_t best = 0;
    if (!p->break_ties || s->n_classes == 2)
        return (double)mlci_svm_vote(decision, s->n_classes, work);
    mlci_svm_class_scores(decision, s->n_classes, work);
    for (int64_t i = 1; i < s->n_classes; i++) {
        if (work[i] > work[best]) best = i;
    }
    return (double)best;
}

static void predict_raw(const mlci_svm_params *p, const mlci_svm_state *s, const double *decision,
                        double *out)
{
    if (s->n_classes == 2)
        *out = -*decision;
    else if (p->decision_function_shape == MLCI_SVM_OVO)
        memcpy(out, decision, (size_t)s->n_problems * sizeof *out);
    else
        mlci_svm_class_scores(decision, s->n_classes, out);
}

static void predict_probability(const mlci_svm_state *s, double *decision, double *work,
                                double *out)
{
    for (int64_t pair = 0; pair < s->n_problems; pair++)
        decision[pair] = mlci_svm_sigmoid(decision[pair], s->slope[pair], s->shift[pair]);
    if (s->n_classes > 2) {
        mlci_svm_couple(decision, s->n_classes, work, out);
    } else {
        out[0] = *decision;
        out[1] = 1 - *decision;
    }
}

static void predict(const mlci_model_predict *request)
{
    const mlci_svm_params *const p = request->params;
    const mlci_svm_state *const s = request->state;
    const int64_t most = rows_at_once(s, request->n_rows);
    const int64_t width = n_outputs(p, s, request->output);
    double *const decisions = request->scratch + mlci_svm_scratch_size(s, most);
    double *const work = decisions + most * s->n_problems;
    for (int64_t first = 0; first < request->n_rows; first += most) {
        const int64_t left = request->n_rows - first, n = left < most ? left : most;
        mlci_svm_decide(s, request->isa, request->x + first * s->points.n_features, n,
                        request->scratch, decisions);
        for (int64_t i = 0; i < n; i++) {
            double *const decision = decisions + i * s->n_problems;
            double *const out = request->out + (first + i) * width;
            if (request->output == MLCI_OUTPUT_PREDICTION)
                *out = predict_class(p, s, decision, work);
            else if (request->output == MLCI_OUTPUT_RAW)
                predict_raw(p, s, decision, out);
            else
                predict_probability(s, decision, work, out);
        }
    }
}

static const char *metrics(const void *parameters, int32_t n_targets)
{
    return ((const mlci_svm_params *)parameters)->probability
               ? "accuracy,balanced_accuracy,f1,log_loss,roc_auc"
               : "accuracy,balanced_accuracy,f1";
}

static int32_t raw_by_pair(const void *parameters)
{
    return ((const mlci_svm_params *)parameters)->decision_function_shape == MLCI_SVM_OVO;
}

static mlc_status load(mlc_context *call, const void *parameters, mlci_reader *r,
                       int64_t n_features, int64_t n_classes, void **out, mlc_error *err)
{
    if (n_classes < 2 || n_classes > MLCI_SVM_MAX_CLASSES)
        mlci_reader_refuse(r, "a support vector classifier has 2 to 1000 classes");
    return mlci_svm_state_load(r, n_features, n_classes, out, err);
}

const mlci_model_descriptor mlci_model_support_vector_classifier = {
    .base =
        {
            .kind = MLCI_KIND_MODEL,
            .capabilities = MLCI_CAN_CLASSIFY | MLCI_CAN_WEIGHT | MLCI_WANTS_SCALED,
            .name = "support_vector_classifier",
            .summary = "Support vector machine for classes: linear, rbf, poly or sigmoid kernel",
            .details =
                "Objective, of each pair of classes (Cortes & Vapnik 1995): minimise |w|^2 / 2 + C "
                "sum_i w_i max(0, 1 - y_i (w'phi(x_i) + b)), phi the features of the kernel, w_i "
                "the weight of the row times that of its class. With nu (Schoelkopf et al. 2000) "
                "the margin is found instead of C.\n"
                "Algorithm: the dual by rounds on working sets of up to 512 rows, the most "
                "violating ones and those of the round before (Joachims 1998; Wen et al. 2018), in "
                "which sequential minimal optimisation takes pairs by second-order gain (Fan, "
                "Chen, Lin 2005); ties go to the lowest row. Rows of the kernel are kept up to "
                "cache_size. More than two classes vote, one against one, each pair a task.\n"
                "Cost: n p operations for each row of the kernel, one to three for each support "
                "vector as a rule; a prediction p for each support vector. Memory: cache_size, at "
                "least 32 rows of the kernel, and two copies of the features.\n"
                "raw is the decision for two classes, above 0 for the second. With probability the "
                "decisions of five fits, each without a fifth of the rows, make Platt's sigmoid "
                "(2000); pairs are coupled by Wu, Lin, Weng (2004), so that probabilities may "
                "disagree with the votes. Table problems has intercepts and the value of the "
                "dual. Shapley values need background rows: they are exact of decisions (two "
                "classes, or ovo), and of scores of ovr and kernel=sigmoid with up to 12 "
                "features.\n"
                "Missing values are refused. Weight 2 equals the row twice, but for the fifths of "
                "probability. Constant columns have no effect on kernel=rbf. Distances and "
                "products treat features alike: scale them first. At most 1000 classes.\n"
                "Differences from scikit-learn: nu makes NuSVC of SVC, where class_weight counts "
                "too; gamma=scale counts weights; the rows left out for probabilities are not "
                "drawn; kernels given by a function or as a matrix, and shrinking, are left out.",
            .since = "0.1",
            .params = params,
            .params_size = sizeof(mlci_svm_params),
            .check = check,
            .tables = mlci_svm_tables,
        },
    .state_version = 1,
    .outputs = MLCI_OUTPUT_PREDICTION | MLCI_OUTPUT_PROBABILITY | MLCI_OUTPUT_RAW,
    .fit = fit,
    .n_outputs = n_outputs,
    .metrics = metrics,
    .scratch_size = scratch_size,
    .predict = predict,
    .table = mlci_svm_table,
    .save = mlci_svm_state_save,
    .load = load,
    .free_state = mlci_svm_state_free,
    .explainer = &mlci_svm_explainer,
    .raw_by_pair = raw_by_pair,
};
