/* Support vector machines as graphs: what is in them and in their reports. What ONNX Runtime makes
 * of them is in tests/python/test_interop_vectors.py. */
#include "check_suite.h"
#include "exporting.h"
#include "onnx_file.h"
#include "torture.h"

#define KERNELS 4
static const char *const kernels[KERNELS] = {"rbf", "linear", "poly", "sigmoid"};

/* How many nodes of that name the file has. */
static int count_nodes(const mlc_model *model, const char *settings, const char *name)
{
    mlci_import_settings none = {0};
    mlci_foreign foreign;
    mlci_onnx_file f = {.model = &foreign};
    mlc_context *ctx = NULL;
    mlc_buffer *file = NULL;
    mlc_error err = {0};
    int n = 0;
    ck_assert_msg(mlc_model_export_memory(NULL, model, settings, &file, &err) == MLC_OK, "%s",
                  err.message);
    ck_assert_int_eq(mlc_context_create(NULL, &ctx, NULL), MLC_OK);
    mlci_foreign_init(&foreign, ctx, &none);
    ck_assert_int_eq(mlci_onnx_read(&f, mlc_buffer_data(file), mlc_buffer_size(file), NULL),
                     MLC_OK);
    for (int64_t i = 0; i < f.n_ops; i++)
        n += mlci_span_is(f.ops[i].name, name);
    mlci_onnx_file_clear(&f);
    mlci_foreign_clear(&foreign);
    mlc_context_close(ctx);
    mlc_buffer_free(file);
    return n;
}

static mlc_model *fit(const char *kind, const char *kernel, const char *more, const char *roles)
{
    char recipe[200];
    snprintf(recipe, sizeof recipe, "pipeline(automatic, %s(kernel=%s%s))", kind, kernel, more);
    return exporting_fit(recipe, roles);
}

START_TEST(test_numbers_are_a_sum_over_the_function_of_their_kernel)
{
    static const char *const function[KERNELS] = {"Exp", "", "Pow", "Tanh"};
    for (int opset = 3; opset <= 5; opset += 2) {
        for (int k = 0; k < KERNELS; k++) {
            char settings[40];
            snprintf(settings, sizeof settings, "format=onnx opset=%d", opset);
            mlc_model *model = fit("support_vector_regressor", kernels[k], "", COMPOSING_NUMBERS);
            for (int f = 0; f < KERNELS; f++)
                if (*function[f] != '\0' && f != 2)
                    ck_assert_int_eq(count_nodes(model, settings, function[f]), f == k);
            ck_assert_int_ge(count_nodes(model, settings, "MatMul"), 1);
            mlc_model_free(model);
        }
    }
}
END_TEST

START_TEST(test_classes_have_labels_and_two_of_them_probabilities)
{
    mlc_model *two =
        fit("support_vector_classifier", "rbf", ", probability=true", COMPOSING_CLASSES);
    char *report = exporting_part(two, "format=onnx", "report");
    ck_assert_int_ge(count_nodes(two, "format=onnx", "Exp"), 1);
    ck_assert(!exporting_notes(report, "probabilities"));
    free(report);
    mlc_model_free(two);
    for (int k = 0; k < KERNELS; k++) {
        mlc_model *many = fit("support_vector_classifier", kernels[k], ", probability=true",
                              "target=city id=id ignore=buys,spent,w");
        report = exporting_part(many, "format=onnx", "report");
        ck_assert_msg(strstr(report, "probabilit") != NULL, "%s", report);
        ck_assert_int_ge(count_nodes(many, "format=onnx opset=5", "ArgMax"), 1);
        free(report);
        mlc_model_free(many);
    }
}
END_TEST

START_TEST(test_anomalies_have_a_sign)
{
    mlc_model *model = fit("one_class_svm", "rbf", "", "id=id ignore=buys,spent,w");
    ck_assert_int_ge(count_nodes(model, "format=onnx", "MatMul"), 1);
    exporting_fails(model, "format=c", MLC_ERROR_UNSUPPORTED, "one_class_svm");
    mlc_model_free(model);
}
END_TEST

static mlc_status export_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_buffer *file = NULL;
    const mlc_status status = mlc_model_export_memory(ctx, arg, "format=onnx", &file, err);
    mlc_buffer_free(file);
    return status;
}

START_TEST(test_export_of_vectors_when_memory_fails_leaks_nothing)
{
    mlc_model *model =
        fit("support_vector_classifier", "rbf", "", "target=city id=id ignore=buys,spent,w");
    mlci_torture(export_and_free, model);
    mlc_model_free(model);
}
END_TEST

MLCI_CHECK_SUITE("onnx_put_vectors", test_numbers_are_a_sum_over_the_function_of_their_kernel,
                 test_classes_have_labels_and_two_of_them_probabilities, test_anomalies_have_a_sign,
                 test_export_of_vectors_when_memory_fails_leaks_nothing)
