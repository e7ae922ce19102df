/* Settings of Arrow import, which share their text with roles. */
#include "arrow_import.h"
#include "check_suite.h"
#include "making.h"

START_TEST(test_settings_when_mixed_with_roles_are_told_apart)
{
    mlci_arrow_settings s;
    ck_assert_int_eq(mlci_arrow_settings_read(NULL,
                                              "target='it\\'s' text=category "
                                              "nanoseconds=floor weight=w",
                                              &s, NULL),
                     MLC_OK);
    ck_assert_int_eq(s.text, MLCI_ARROW_TEXT_CATEGORY);
    ck_assert_int_eq(s.nanoseconds, MLCI_ARROW_NANOSECONDS_FLOOR);
    ck_assert_str_eq(s.roles, "target='it\\'s' weight=w");
    mlci_arrow_settings_clear(&s);
}
END_TEST

START_TEST(test_settings_when_absent_are_the_defaults)
{
    mlci_arrow_settings s;
    ck_assert_int_eq(mlci_arrow_settings_read(NULL, NULL, &s, NULL), MLC_OK);
    ck_assert_int_eq(s.text, MLCI_ARROW_TEXT_AUTO);
    ck_assert_int_eq(s.nanoseconds, MLCI_ARROW_NANOSECONDS_FAIL);
    ck_assert_ptr_null(s.roles);
    mlci_arrow_settings_clear(&s);
}
END_TEST

START_TEST(test_settings_when_wrong_are_refused)
{
    mlci_arrow_settings s;
    making_assert_fails(mlci_arrow_settings_read(NULL, "nanosecond=floor", &s, err),
                        MLC_ERROR_SETTING, "did you mean 'nanoseconds'?");
    making_assert_fails(mlci_arrow_settings_read(NULL, "text=word", &s, err), MLC_ERROR_SETTING,
                        "word");
}
END_TEST

MLCI_CHECK_SUITE("arrow_settings", test_settings_when_mixed_with_roles_are_told_apart,
                 test_settings_when_absent_are_the_defaults, test_settings_when_wrong_are_refused)
