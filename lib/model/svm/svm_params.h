/* Parameters that all support vector machines have, and what a fit makes of them. */
#ifndef MLCI_SVM_PARAMS_H
#define MLCI_SVM_PARAMS_H

#include "svm_problem.h"
#include "svm_state.h"

/* Shapes of decision functions. */
#define MLCI_SVM_OVR 0
#define MLCI_SVM_OVO 1

/* One struct for the three models; each has rows for what it reads. */
typedef struct mlci_svm_params {
    int32_t kernel;
    int64_t degree;
    char *gamma;
    double coef0;
    double C, nu, epsilon; /* nu NaN: the other form */
    double tol;
    int64_t max_iter;
    double cache_size; /* MB */
    char *class_weight;
    int32_t decision_function_shape, break_ties, probability;
} mlci_svm_params;

extern const mlci_choice mlci_svm_kernels[];

/* Rows for a table of parameters. */
#define MLCI_SVM_KERNEL_ROW                                                                        \
    MLCI_CHOICE(mlci_svm_params, kernel, MLCI_SVM_RBF, mlci_svm_kernels, "how like two rows are",  \
                .flags = MLCI_PARAM_TUNABLE, .since = "0.1")
#define MLCI_SVM_DEGREE_ROW                                                                        \
    MLCI_INTEGER(mlci_svm_params, degree, 3, 0, MLCI_SVM_MAX_DEGREE, "exponent of kernel=poly",    \
                 .since = "0.1")
#define MLCI_SVM_GAMMA_ROW                                                                         \
    MLCI_STRING(mlci_svm_params, gamma, "scale",                                                   \
                "factor of the kernels rbf, poly and sigmoid: a number of at least 0; scale for "  \
                "1 / (features x variance of all values), or auto for 1 / features",               \
                .since = "0.1")
#define MLCI_SVM_COEF0_ROW                                                                         \
    MLCI_REAL(mlci_svm_params, coef0, 0, -INFINITY, INFINITY,                                      \
              "what the kernels poly and sigmoid add to products", .since = "0.1")
#define MLCI_SVM_C_ROW                                                                             \
    MLCI_REAL(mlci_svm_params, C, 1, 0, INFINITY,                                                  \
              "what the sum of losses is multiplied by: inverse strength of the penalty",          \
              .flags = MLCI_PARAM_TUNABLE | MLCI_PARAM_LOG_SCALE | MLCI_PARAM_OPEN_LOW |           \
                       MLCI_PARAM_OPEN_HIGH,                                                       \
              .search_low = 1e-3, .search_high = 1e3, .since = "0.1")
#define MLCI_SVM_TOL_ROW                                                                           \
    MLCI_REAL(mlci_svm_params, tol, 1e-3, 0, INFINITY,                                             \
              "stops when no pair of rows violates the optimality conditions by this much",        \
              .flags = MLCI_PARAM_OPEN_LOW | MLCI_PARAM_OPEN_HIGH, .since = "0.1")
#define MLCI_SVM_MAX_ITER_ROW                                                                      \
    MLCI_INTEGER(mlci_svm_params, max_iter, MLCI_NONE_INTEGER, 1, INT64_MAX,                       \
                 "most steps of a problem, a pair of rows each; none is 10 million, or 100 a row " \
                 "if that is more",                                                                \
                 .flags = MLCI_PARAM_NONE, .since = "0.1")
#define MLCI_SVM_CACHE_SIZE_ROW                                                                    \
    MLCI_REAL(mlci_svm_params, cache_size, 200, 0, 1e6,                                            \
              "MB for rows of the kernel that are kept, for each problem that is solved at once",  \
              .flags = MLCI_PARAM_OPEN_LOW, .since = "0.1")

/* The syntax of gamma: MLC_ERROR_SETTING. */
mlc_status mlci_svm_params_check(const void *params, mlc_error *err);

/* The kernel of a fit to x, contiguous rows of n_features with weights (NULL: all 1). */
mlc_status mlci_svm_kernel_of(mlc_context *call, const mlci_svm_params *params, const double *x,
                              const double *weight, int64_t n_rows, int64_t n_features,
                              mlci_svm_kernel *out, mlc_error *err);
/* All rows of a fit without gaps, a block; at least one, else MLC_ERROR_DATA. */
mlc_status mlci_svm_copy_rows(const mlci_model_fit *fit, double **out, mlc_error *err);
int64_t mlci_svm_max_steps(const mlci_svm_params *params, int64_t n_rows);
int64_t mlci_svm_cache_bytes(const mlci_svm_params *params);
/* Warns in the log of a problem that was not solved to the tolerance; pair NULL: the only one. */
void mlci_svm_warn(const mlci_root *root, const char *model, const char *pair,
                   const mlci_svm_solution *solution);

/* The state of a problem without classes: the rows whose coefficient is not 0. */
mlc_status mlci_svm_state_of(mlci_root *root, const mlci_svm_problem *problem,
                             const mlci_svm_solution *solution, mlci_svm_state **out,
                             mlc_error *err);

/* Of the descriptors of models whose raw score is the one decision of such a state. */
int64_t mlci_svm_one_output(const void *params, const void *state, int32_t output);
int64_t mlci_svm_decision_scratch(const void *params, const void *state, int64_t n_rows);
mlc_status mlci_svm_load_decision(mlc_context *call, const void *params, mlci_reader *r,
                                  int64_t n_features, int64_t n_classes, void **out,
                                  mlc_error *err);

#endif
