/* Settings of a reader and roles in one text. */
#include "role_settings.h"

#include "check_suite.h"
#include "making.h"

typedef struct own_settings {
    int64_t depth;
} own_settings;

static const mlci_param table[] = {
    MLCI_INTEGER(own_settings, depth, 1, 0, 9, "how deep", .since = "0.1"), {.name = NULL}};

START_TEST(test_split_when_names_are_known_gives_each_its_side)
{
    mlci_settings own = {0};
    char *roles = NULL;
    ck_assert_int_eq(mlci_role_settings_split(NULL, "id=a,b depth=3 classes='x,y' positive=y",
                                              "the reader", table, &own, &roles, NULL),
                     MLC_OK);
    ck_assert_int_eq(own.n, 1);
    ck_assert_str_eq(own.items[0].value, "3");
    ck_assert_str_eq(roles, "id=[a,b] classes='x,y' positive=y");
    mlci_settings_clear(&own);
    mlci_free(roles);
}
END_TEST

START_TEST(test_split_when_a_name_is_unknown_names_the_nearest_of_both)
{
    mlci_settings own = {0};
    char *roles = NULL;
    making_assert_fails(
        mlci_role_settings_split(NULL, "dept=3", "the reader", table, &own, &roles, err),
        MLC_ERROR_SETTING, "the reader has no setting 'dept'; did you mean 'depth'?");
    making_assert_fails(
        mlci_role_settings_split(NULL, "targt=3", "the reader", table, &own, &roles, err),
        MLC_ERROR_SETTING, "did you mean 'target'?");
    making_assert_fails(
        mlci_role_settings_split(NULL, "zzzzzzz=3", "the reader", table, &own, &roles, err),
        MLC_ERROR_SETTING, "it has depth, and roles such as target=");
    mlci_settings_clear(&own);
}
END_TEST

MLCI_CHECK_SUITE("role_settings", test_split_when_names_are_known_gives_each_its_side,
                 test_split_when_a_name_is_unknown_names_the_nearest_of_both)
