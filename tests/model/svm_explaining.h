/* What tests of explained support vector machines share: fitted models, background rows and values
 * by their definition, from the raw scores of every coalition. */
#ifndef MLCI_SVM_EXPLAINING_H
#define MLCI_SVM_EXPLAINING_H

#include "background.h"
#include "shapley.h"
#include "svm_case.h"

extern const mlci_model_descriptor mlci_model_support_vector_classifier;
extern const mlci_model_descriptor mlci_model_support_vector_regressor;
extern const mlci_model_descriptor mlci_model_one_class_svm;

enum { EXPLAIN_N = 150, EXPLAIN_P = 5, EXPLAIN_MOST_P = 13 };

static double explain_x[EXPLAIN_N * EXPLAIN_MOST_P], explain_y[EXPLAIN_N];
static double explain_weight[EXPLAIN_N];
static int32_t explain_classes[EXPLAIN_N];

/* Numbers; the last feature is of a few values, so that rows agree in it. */
static inline void explain_fill(int64_t p, int32_t n_classes)
{
    for (int64_t i = 0; i < EXPLAIN_N; i++) {
        double *const row = explain_x + i * p;
        for (int64_t j = 0; j < p; j++)
            row[j] = svm_number(i * p + j);
        row[p - 1] = floor(2 * row[p - 1]);
        explain_y[i] = row[0] * row[1] + row[2] + (row[p - 1] > 0);
        explain_classes[i] = explain_y[i] > 0.6 ? 0 : explain_y[i] > 0 ? 1 : 2;
        if (explain_classes[i] >= n_classes) explain_classes[i] = n_classes - 1;
        explain_weight[i] = 1 + (double)(i % 3);
    }
}

static inline void explain_fit(model_case *c, const mlci_model_descriptor *model,
                               const char *settings, int64_t p, int32_t n_classes)
{
    explain_fill(p, n_classes);
    *c = (model_case){.model = model, .settings = settings, .x = explain_x, .n = EXPLAIN_N, .p = p};
    if (model == &mlci_model_support_vector_regressor) c->y = explain_y;
    if (n_classes > 0) {
        c->classes = explain_classes;
        c->n_classes = n_classes;
    }
    model_case_fit(c);
}

static inline mlci_explain explain_request(const model_case *c)
{
    return (mlci_explain){.call = c->call,
                          .name = "machine",
                          .model = c->model,
                          .params = c->params,
                          .state = c->state,
                          .background = c->matrix,
                          .background_weight = explain_weight};
}

/* Values of a row by the definition: out is n_outputs x p. */
static inline void explain_slowly(const model_case *c, const mlci_background *b, const double *x,
                                  int64_t n_outputs, double *out)
{
    const int64_t p = c->p, n = (int64_t)1 << p;
    double *const rows = calloc((size_t)(n * p), sizeof *rows);
    double *const raw = calloc((size_t)(n * n_outputs), sizeof *raw);
    double *const v = calloc((size_t)n, sizeof *v);
    memset(out, 0, (size_t)(n_outputs * p) * sizeof *out);
    for (int64_t i = 0; i < b->n_rows; i++) {
        for (int64_t s = 0; s < n; s++)
            for (int64_t j = 0; j < p; j++)
                rows[s * p + j] = s >> j & 1 ? x[j] : b->x[i * p + j];
        model_case_predict_rows(c, MLCI_OUTPUT_RAW, rows, n, 64, raw);
        for (int64_t k = 0; k < n_outputs; k++) {
            for (int64_t s = 0; s < n; s++)
                v[s] = raw[s * n_outputs + k];
            test_shapley(v, (int)p, b->weight[i], out + k * p);
        }
    }
    free(rows);
    free(raw);
    free(v);
}

#endif
