#include "check_suite.h"
#include "composing.h"
#include "json.h"
#include "registry.h"
#include "torture.h"

START_TEST(test_catalog_lists_every_component_once)
{
    mlc_dataset *all = NULL;
    ck_assert_int_eq(mlc_catalog_list(NULL, NULL, &all, NULL), MLC_OK);
    int64_t n = 0;
    while (mlci_registry_table[n] != NULL)
        n++;
    ck_assert_int_eq(mlc_dataset_n_rows(all), n);
    int64_t by_kind = 0;
    static const char *const kinds[] = {"transform", "model",   "metric",    "splitter",
                                        "generator", "sampler", "resampler", "weighting"};
    for (int k = 0; k < 8; k++) {
        mlc_dataset *some = NULL;
        ck_assert_int_eq(mlc_catalog_list(NULL, kinds[k], &some, NULL), MLC_OK);
        by_kind += mlc_dataset_n_rows(some);
        making_assert_text(some, "kind", 0, kinds[k]);
        mlc_dataset_free(some);
    }
    ck_assert_int_eq(by_kind, n);
    mlc_dataset_free(all);
}
END_TEST

START_TEST(test_catalog_of_an_unknown_kind_or_component_says_what_there_is)
{
    mlc_dataset *out = NULL;
    making_assert_fails(mlc_catalog_list(NULL, "models", &out, err), MLC_ERROR_ARGUMENT,
                        "kind = 'models': must be transform, model, metric, splitter, generator, "
                        "sampler, resampler or weighting");
    making_assert_fails(mlc_catalog_params(NULL, "rigde", &out, err), MLC_ERROR_COMPONENT, "ridge");
    making_assert_fails(mlc_catalog_params(NULL, NULL, &out, err), MLC_ERROR_ARGUMENT, "NULL");
    making_assert_fails(mlc_catalog(NULL, NULL, err), MLC_ERROR_ARGUMENT, "NULL");
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(test_catalog_params_are_the_table_of_the_component)
{
    mlc_dataset *params = NULL;
    ck_assert_int_eq(mlc_catalog_params(NULL, "simple_imputer", &params, NULL), MLC_OK);
    making_assert_text(params, "name", 0, "strategy");
    making_assert_text(params, "type", 0, "choice");
    making_assert_text(params, "default", 0, "mean");
    making_assert_text(params, "range", 0, "mean, median, most_frequent or constant");
    making_assert_text(params, "default", 1, "none");
    mlc_dataset_free(params);
    ck_assert_int_eq(mlc_catalog_params(NULL, "automatic", &params, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_n_rows(params), 0);
    mlc_dataset_free(params);
}
END_TEST

START_TEST(test_catalog_is_json_that_names_every_component)
{
    mlc_buffer *json = NULL;
    ck_assert_int_eq(mlc_catalog(NULL, &json, NULL), MLC_OK);
    const char *text = mlc_buffer_data(json);
    for (int64_t i = 0; mlci_registry_table[i] != NULL; i++) {
        char quoted[100] = "\"";
        strcat(strcat(quoted, mlci_registry_table[i]->name), "\"");
        ck_assert_ptr_nonnull(strstr(text, quoted));
    }
    mlc_buffer_free(json);
}
END_TEST

static mlc_status ask(mlc_context *ctx, void *arg, mlc_error *err)
{
    (void)arg;
    mlc_buffer *json = NULL;
    mlc_dataset *list = NULL, *params = NULL;
    mlc_status status = mlc_catalog(ctx, &json, err);
    if (status == MLC_OK) status = mlc_catalog_list(ctx, "model", &list, err);
    if (status == MLC_OK) status = mlc_catalog_params(ctx, "simple_imputer", &params, err);
    mlc_dataset_free(params);
    mlc_dataset_free(list);
    mlc_buffer_free(json);
    return status;
}

MLCI_TORTURE_TEST(test_catalog_when_memory_fails_leaks_nothing, ask, NULL)

MLCI_CHECK_SUITE("catalog", test_catalog_lists_every_component_once,
                 test_catalog_of_an_unknown_kind_or_component_says_what_there_is,
                 test_catalog_params_are_the_table_of_the_component,
                 test_catalog_is_json_that_names_every_component,
                 test_catalog_when_memory_fails_leaks_nothing)
