/* Support vector machines of an exchange document: the state that an artifact would hold, and the
 * settings that say the same. */
#include <string.h>

#include "exchange.h"
#include "svm/svm_state.h"

enum {
    KERNEL,
    DEGREE,
    GAMMA,
    COEF0,
    VECTORS,
    COEFFICIENTS,
    N_SUPPORT,
    INTERCEPT,
    SLOPE,
    SHIFT,
    SHAPE,
    BREAK_TIES,
    NU,
    C,
    EPSILON,
    N_FIELDS
};
static const char *const names[] = {"kernel",
                                    "degree",
                                    "gamma",
                                    "coef0",
                                    "vectors",
                                    "coefficients",
                                    "n_support",
                                    "intercept",
                                    "slope",
                                    "shift",
                                    "decision_function_shape",
                                    "break_ties",
                                    "nu",
                                    "C",
                                    "epsilon",
                                    NULL};

typedef struct reader {
    const mlci_exchange *x;
    mlci_json_span field[N_FIELDS];
    int64_t n_features, n_classes, n_problems, width;
    mlci_svm_kernel kernel;
    int32_t *n_support;
    int64_t n_vectors;
    double *vectors, *coefficients, *intercept, *slope, *shift;
} reader;

static mlc_status read_kernel(reader *r, mlc_error *err)
{
    static const char *const words[] = {"linear", "poly", "rbf", "sigmoid"};
    const mlci_json_file *const file = &r->x->file;
    char *word = NULL;
    MLCI_TRY(mlci_json_text(file, r->field[KERNEL], "kernel", &word, err));
    r->kernel.type = -1;
    for (int32_t i = 0; i < MLCI_N_SVM_KERNELS; i++) {
        if (strcmp(word, words[i]) == 0) r->kernel.type = i;
    }
    mlci_free(word);
    if (r->kernel.type < 0)
        return mlci_json_refuse(file, r->field[KERNEL], "kernel",
                                "it is linear, poly, rbf or sigmoid", err);
    MLCI_TRY(mlci_json_count(file, r->field[DEGREE], "degree", 0, MLCI_SVM_MAX_DEGREE,
                             &r->kernel.degree, err));
    MLCI_TRY(mlci_json_real(file, r->field[GAMMA], "gamma", &r->kernel.gamma, err));
    return mlci_json_real(file, r->field[COEF0], "coef0", &r->kernel.coef0, err);
}

/* Counts first: they say how long the other lists are. */
static mlc_status read_lists(reader *r, mlc_error *err)
{
    const mlci_json_file *const file = &r->x->file;
    const int64_t n_counts = r->n_classes > 0 ? r->n_classes : 1;
    MLCI_TRY(mlci_json_integers(file, r->field[N_SUPPORT], "n_support", n_counts, 0, INT32_MAX,
                                &r->n_support, NULL, err));
    for (int64_t i = 0; i < n_counts; i++)
        r->n_vectors += r->n_support[i];
    if (r->n_vectors > file->n_bytes || r->n_features > file->n_bytes)
        return mlci_json_refuse(file, r->field[N_SUPPORT], "n_support",
                                "more support vectors than there are", err);
    MLCI_TRY(mlci_json_reals(file, r->field[VECTORS], "vectors", r->n_vectors * r->n_features,
                             &r->vectors, NULL, err));
    MLCI_TRY(mlci_json_reals(file, r->field[COEFFICIENTS], "coefficients", r->n_vectors * r->width,
                             &r->coefficients, NULL, err));
    MLCI_TRY(mlci_json_reals(file, r->field[INTERCEPT], "intercept", r->n_problems, &r->intercept,
                             NULL, err));
    if (r->field[SLOPE].at == NULL) return MLC_OK;
    MLCI_TRY(mlci_json_reals(file, r->field[SLOPE], "slope", r->n_problems, &r->slope, NULL, err));
    return mlci_json_reals(file, r->field[SHIFT], "shift", r->n_problems, &r->shift, NULL, err);
}

/* As mlci_svm_state_save() writes it; the load function checks what is in it. */
static void write_state(const reader *r, mlci_writer *w)
{
    mlci_write_int32(w, r->kernel.type);
    mlci_write_int64(w, r->kernel.degree);
    mlci_write_real(w, r->kernel.gamma);
    mlci_write_real(w, r->kernel.coef0);
    mlci_write_int64(w, r->n_features);
    mlci_write_int64(w, r->n_classes > 0 ? r->n_classes : 1);
    for (int64_t i = 0; i < (r->n_classes > 0 ? r->n_classes : 1); i++)
        mlci_write_int64(w, r->n_support[i]);
    mlci_write_reals(w, r->vectors, r->n_vectors * r->n_features);
    mlci_write_reals(w, r->coefficients, r->n_vectors * r->width);
    mlci_write_reals(w, r->intercept, r->n_problems);
    mlci_write_reals(w, r->slope, r->slope == NULL ? 0 : r->n_problems);
    mlci_write_reals(w, r->shift, r->shift == NULL ? 0 : r->n_problems);
    mlci_write_int64s(w, NULL, 0);
    mlci_write_int64(w, 0);
}

static mlc_status read_state(reader *r, mlci_writer *w, mlc_error *err)
{
    if (r->n_classes > MLCI_SVM_MAX_CLASSES)
        return mlci_foreign_refuse(r->x->foreign, err, MLC_ERROR_LIMIT, "classes",
                                   "%lld classes: support vectors tell at most %d apart",
                                   (long long)r->n_classes, MLCI_SVM_MAX_CLASSES);
    MLCI_TRY(read_kernel(r, err));
    MLCI_TRY(read_lists(r, err));
    write_state(r, w);
    return MLC_OK;
}

mlc_status mlci_exchange_vectors(const mlci_exchange *x, mlci_json_span model, mlci_writer *w,
                                 mlc_error *err)
{
    const int64_t k = x->foreign->classes == NULL ? 0 : x->foreign->classes->n;
    reader r = {.x = x,
                .n_features = x->features->n_features,
                .n_classes = k,
                .n_problems = k > 0 ? mlci_svm_n_pairs(k) : 1,
                .width = k > 0 ? k - 1 : 1};
    MLCI_TRY(mlci_json_fields(&x->file, model, "model", names, r.field, err));
    const mlc_status status = read_state(&r, w, err);
    mlci_free(r.n_support);
    mlci_free(r.vectors);
    mlci_free(r.coefficients);
    mlci_free(r.intercept);
    mlci_free(r.slope);
    mlci_free(r.shift);
    return status;
}

mlc_status mlci_exchange_vector_settings(const mlci_exchange *x, mlci_json_span model,
                                         mlci_text *settings, mlc_error *err)
{
    static const int words[] = {KERNEL, SHAPE};
    static const int numbers[] = {DEGREE, GAMMA, COEF0, NU, C, EPSILON};
    mlci_json_span field[N_FIELDS];
    MLCI_TRY(mlci_json_fields(&x->file, model, "model", names, field, err));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        MLCI_TRY(mlci_exchange_word(x, field[words[i]], names[words[i]], settings, err));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        MLCI_TRY(mlci_exchange_number(x, field[numbers[i]], names[numbers[i]], settings, err));
    MLCI_TRY(mlci_exchange_switch(x, field[BREAK_TIES], "break_ties", settings, err));
    if (field[SLOPE].at != NULL) mlci_text_append_text(settings, ", probability=true");
    return MLC_OK;
}
