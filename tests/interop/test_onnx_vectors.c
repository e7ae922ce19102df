/* Support vectors in small graphs: what they must give follows from the few numbers that they hold.
 * Graphs of other programs, beside ONNX Runtime, are in tests/python/test_interop_vectors.py. */
#include "check_suite.h"
#include "onnx_writing.h"
#include "torture.h"

#define VECTORS "coefficients=f2,-1 support_vectors=f1,0,0,4"
#define PAIR                                                                                       \
    "in x float 2\nSVMClassifier.ml x -> y,z kernel_type=SRBF kernel_params=f0.5,0,3 "             \
    "vectors_per_class=i1,1 rho=f0.25 " VECTORS
/* A vector for each of three classes, near which it wins against both others. */
#define THREE                                                                                      \
    "in x float 2\nSVMClassifier.ml x -> y,z kernel_type=SRBF kernel_params=f0.5,0,3 "             \
    "vectors_per_class=i1,1,1 coefficients=f1,-1,-1,1,1,-1 rho=f0,0,0 "                            \
    "support_vectors=f0,0,4,0,0,4 classlabels_ints=i10,20,30"

static mlc_dataset *row_of(double a, double b)
{
    const double x[] = {a, b};
    const mlc_array array = making_matrix("x", 1, 2, x);
    return making_dataset(&array, 1, NULL);
}

/* Values of an output for the row 1.5, -0.5. */
static void gives(const char *graph, const char *output, int n, const double *wanted)
{
    mlc_model *model = onnx_writing_import(graph);
    mlc_dataset *row = row_of(1.5, -0.5), *out = NULL;
    mlc_error err = {0};
    double values[4];
    char settings[64];
    snprintf(settings, sizeof settings, "output=%s", output);
    ck_assert_msg(mlc_model_predict(NULL, model, row, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_dataset_copy_real(out, output, values, n, NULL), MLC_OK);
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabs(values[i] - wanted[i]) <= 1e-12, "%s %d: %.17g not %.17g", output, i,
                      values[i], wanted[i]);
    mlc_dataset_free(out);
    mlc_dataset_free(row);
    mlc_model_free(model);
}

/* 2 K(x, (1, 0)) - K(x, (0, 4)) of x = (1.5, -0.5): products 1.5 and -2, squared distances 0.5 and
 * 22.5. */
static double sum_of(const char *kernel)
{
    if (strcmp(kernel, "RBF") == 0) return 2 * exp(-0.25) - exp(-11.25);
    if (strcmp(kernel, "POLY") == 0) return 2 * 0.875 * 0.875 - 0.875 * 0.875;
    if (strcmp(kernel, "SIGMOID") == 0) return 2 * tanh(0.875) - tanh(-0.875);
    return 2 * 1.5 + 2;
}

START_TEST(test_numbers_of_each_kernel)
{
    static const char *const kernels[] = {"RBF", "POLY", "SIGMOID", "LINEAR"};
    for (size_t i = 0; i < 4; i++) {
        char graph[400];
        const double wanted = sum_of(kernels[i]) + 0.25;
        snprintf(graph, sizeof graph,
                 "in x float 2\nSVMRegressor.ml x -> y kernel_type=S%s n_supports=I2 rho=f0.25 "
                 "kernel_params=f0.5,0.125,2 " VECTORS "\nout y\n",
                 kernels[i]);
        gives(graph, "prediction", 1, &wanted);
    }
}
END_TEST

START_TEST(test_one_class_is_inside_where_its_decision_is_positive)
{
    const double inside = 1, outside = -1, raw = 2 * exp(-0.25) - exp(-11.25) - 1;
    const char *const form = "in x float 2\nSVMRegressor.ml x -> y kernel_type=SRBF one_class=I1 "
                             "n_supports=I2 kernel_params=f0.5,0,3 " VECTORS " rho=f%g\nout y\n";
    char graph[400];
    snprintf(graph, sizeof graph, form, -1.0);
    gives(graph, "prediction", 1, &inside);
    gives(graph, "raw", 1, &raw);
    snprintf(graph, sizeof graph, form, -2.0);
    gives(graph, "prediction", 1, &outside);
}
END_TEST

/* Decisions are for the first class there, raw scores for the second here. */
START_TEST(test_two_classes_have_the_decision_and_perhaps_a_probability)
{
    const double decision = 2 * exp(-0.25) - exp(-11.25) + 0.25, raw = -decision, label = 3;
    const double first = 1 / (1 + exp(-2 * decision + 0.5)), shares[] = {first, 1 - first};
    gives(PAIR " classlabels_ints=i3,5\nout y\nout z\n", "raw", 1, &raw);
    gives(PAIR " classlabels_ints=i3,5\nout y\n", "prediction", 1, &label);
    gives(PAIR " classlabels_ints=i3,5 prob_a=f-2 prob_b=f0.5\nout y\nout z\n", "probability", 2,
          shares);
}
END_TEST

START_TEST(test_three_classes_vote)
{
    static const double rows[][3] = {{0.1, -0.2, 10}, {3.5, 0.2, 20}, {0.3, 4.2, 30}};
    mlc_model *model = onnx_writing_import(THREE "\nout y\nout z\n");
    for (int i = 0; i < 3; i++) {
        mlc_dataset *row = row_of(rows[i][0], rows[i][1]), *out = NULL;
        ck_assert_int_eq(mlc_model_predict(NULL, model, row, NULL, &out, NULL), MLC_OK);
        ck_assert_double_eq(making_cell(out, "prediction", 0), rows[i][2]);
        mlc_dataset_free(out);
        mlc_dataset_free(row);
    }
    mlc_model_free(model);
}
END_TEST

START_TEST(test_what_is_wrong_with_vectors_is_named)
{
    static const struct {
        const char *graph;
        mlc_status status;
        const char *says;
    } cases[] = {
        {PAIR " classlabels_ints=i5,3\nout y\n", MLC_ERROR_UNSUPPORTED, "labels that ascend"},
        {PAIR " classlabels_ints=i3,5 post_transform=SLOGISTIC\nout y\n", MLC_ERROR_UNSUPPORTED,
         "NONE would be right"},
        {PAIR " classlabels_ints=i3,5,7\nout y\n", MLC_ERROR_FORMAT, "different lengths"},
        {PAIR " classlabels_ints=i3,5 prob_a=f-2\nout y\n", MLC_ERROR_FORMAT, "different lengths"},
        {"in x float 2\nSVMRegressor.ml x -> y kernel_type=SRBF n_supports=I2 rho=f0 " VECTORS
         "\nout y\n",
         MLC_ERROR_FORMAT, "not three numbers"},
        {"in x float 2\nSVMRegressor.ml x -> y kernel_type=SRBF n_supports=I2 rho=fnan "
         "kernel_params=f0.5,0,3 " VECTORS "\nout y\n",
         MLC_ERROR_FORMAT, "not finite"},
        {"in x float 2\nSVMRegressor.ml x -> y kernel_type=SWAVELET n_supports=I2 rho=f0 " VECTORS
         "\nout y\n",
         MLC_ERROR_UNSUPPORTED, "LINEAR, POLY, RBF or SIGMOID"},
        {"in x float 2\nSVMRegressor.ml x -> y kernel_type=SPOLY n_supports=I2 rho=f0 "
         "kernel_params=f0.5,0,1.5 " VECTORS "\nout y\n",
         MLC_ERROR_UNSUPPORTED, "degree that is not whole"},
        {"in x float 2\nSVMRegressor.ml x -> v kernel_type=SRBF n_supports=I2 rho=f0 "
         "kernel_params=f0.5,0,3 " VECTORS "\nconst two float - 2\nMul v,two -> y\nout y\n",
         MLC_ERROR_UNSUPPORTED, "changed after"},
        {"in x float 2\nConcat x,x -> u axis=I1\nSVMRegressor.ml u -> y kernel_type=SRBF "
         "n_supports=I1 rho=f0 kernel_params=f0.5,0,3 coefficients=f1 support_vectors=f1,0,0,4"
         "\nout y\n",
         MLC_ERROR_UNSUPPORTED, "each input once"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        onnx_writing_fails(cases[i].graph, cases[i].status, cases[i].says);
}
END_TEST

static mlc_status import_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlci_text *const file = arg;
    mlc_model *model = NULL;
    const mlc_status status =
        mlc_model_import_memory(ctx, file->data, file->length, NULL, NULL, &model, err);
    mlc_model_free(model);
    return status;
}

START_TEST(test_import_of_vectors_when_memory_fails_leaks_nothing)
{
    mlci_text bytes = onnx_writing_model(THREE " prob_a=f-1,-1,-1 prob_b=f0,0,0\nout y\nout z\n");
    mlci_torture(import_and_free, &bytes);
    mlci_text_clear(&bytes);
}
END_TEST

MLCI_CHECK_SUITE("onnx_vectors", test_numbers_of_each_kernel,
                 test_one_class_is_inside_where_its_decision_is_positive,
                 test_two_classes_have_the_decision_and_perhaps_a_probability,
                 test_three_classes_vote, test_what_is_wrong_with_vectors_is_named,
                 test_import_of_vectors_when_memory_fails_leaks_nothing)
