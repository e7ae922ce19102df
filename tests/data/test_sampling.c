/* What the functions refuse before any component is asked; the rest is tests/conformance. */
#include <mlcore/sampling.h>

#include "check_suite.h"
#include "making.h"

START_TEST(test_missing_arguments_are_refused)
{
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_dataset_generate(NULL, "iris", NULL, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_dataset_sample(NULL, NULL, "uniform", &out, err), MLC_ERROR_ARGUMENT,
                        "NULL");
    making_assert_fails(mlc_dataset_resample(NULL, NULL, "smote", &out, err), MLC_ERROR_ARGUMENT,
                        "NULL");
    making_assert_fails(mlc_dataset_with_weights(NULL, NULL, "balanced", &out, err),
                        MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_dataset_generate(NULL, NULL, &out, err), MLC_ERROR_COMPONENT,
                        "the settings begin with the name of a generator, as in `moons "
                        "n_rows=1000 noise=0.1`");
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(test_samples_of_samples_are_views_of_the_same_columns)
{
    mlc_dataset *iris = NULL, *half = NULL, *quarter = NULL;
    ck_assert_int_eq(mlc_dataset_generate(NULL, "iris", &iris, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_sample(NULL, iris, "uniform share=0.5", &half, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_sample(NULL, half, "stratified share=0.5", &quarter, NULL),
                     MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(quarter), 38);
    ck_assert_ptr_eq(quarter->fields[0].column, iris->fields[0].column);
    mlc_dataset_free(quarter);
    mlc_dataset_free(half);
    mlc_dataset_free(iris);
}
END_TEST

MLCI_CHECK_SUITE("sampling", test_missing_arguments_are_refused,
                 test_samples_of_samples_are_views_of_the_same_columns)
