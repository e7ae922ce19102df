#include "chosen.h"

#include <string.h>

#include "check_suite.h"
#include "torture.h"

START_TEST(test_read_gives_the_component_and_its_parameters)
{
    mlci_chosen chosen;
    ck_assert_int_eq(
        mlci_chosen_read(NULL, MLCI_KIND_SPLITTER, "k_fold n_splits=7", "", &chosen, NULL), MLC_OK);
    ck_assert_str_eq(chosen.descriptor->name, "k_fold");
    ck_assert_int_eq(*(const int64_t *)chosen.params, 7); /* n_splits comes first there */
    mlci_chosen_clear(&chosen);
    ck_assert_ptr_null(chosen.params);
}
END_TEST

START_TEST(test_component_without_parameters_has_none)
{
    mlci_chosen chosen;
    ck_assert_int_eq(
        mlci_chosen_read(NULL, MLCI_KIND_GENERATOR, "{\"id\": \"iris\"}", "", &chosen, NULL),
        MLC_OK);
    ck_assert_ptr_null(chosen.params);
    mlci_chosen_clear(&chosen);
}
END_TEST

static void assert_refused(const char *settings, mlc_status wanted, const char *message)
{
    mlci_chosen chosen;
    mlc_error err;
    ck_assert_int_eq(
        mlci_chosen_read(NULL, MLCI_KIND_SPLITTER, settings, "k_fold n_splits=5", &chosen, &err),
        wanted);
    ck_assert_str_eq(err.message, message);
    ck_assert_ptr_null(chosen.params);
    ck_assert_ptr_null(chosen.descriptor);
}

START_TEST(test_what_is_no_component_of_the_kind_is_refused)
{
    static const char no_name[] =
        "the settings begin with the name of a splitter, as in `k_fold n_splits=5`";
    assert_refused(NULL, MLC_ERROR_COMPONENT, no_name);
    assert_refused("n_splits=3", MLC_ERROR_COMPONENT, no_name);
    assert_refused("ridge", MLC_ERROR_COMPONENT, "'ridge' is a model, not a splitter");
    assert_refused("k_fold n_splits=x", MLC_ERROR_SETTING, "n_splits = 'x': must be an integer");
    assert_refused("k_fold splits=3", MLC_ERROR_SETTING,
                   "splits: no such parameter of 'k_fold'; did you mean 'n_splits'?");
}
END_TEST

static mlc_status read_and_clear(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_chosen chosen;
    const mlc_status status = mlci_chosen_read(mlci_context_root(ctx), MLCI_KIND_GENERATOR,
                                               "classification weights=0.3,0.7", "", &chosen, err);
    mlci_chosen_clear(&chosen);
    return status;
}

MLCI_TORTURE_TEST(test_read_when_memory_fails_leaks_nothing, read_and_clear, NULL)

MLCI_CHECK_SUITE("chosen", test_read_gives_the_component_and_its_parameters,
                 test_component_without_parameters_has_none,
                 test_what_is_no_component_of_the_kind_is_refused,
                 test_read_when_memory_fails_leaks_nothing)
