#include "error.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "text.h"

START_TEST(test_fail_when_given_all_fills_the_record)
{
    mlc_error err;
    memset(&err, 0x7f, sizeof err);
    const mlc_status status = mlci_fail(&err, MLC_ERROR_SETTING, "n_estimators",
                                        "n_estimators = %d: must be at least 1", -1);
    ck_assert_int_eq(status, MLC_ERROR_SETTING);
    ck_assert_int_eq(err.status, MLC_ERROR_SETTING);
    ck_assert_int_eq(err.reserved, 0);
    ck_assert_int_eq(err.line, 0);
    ck_assert_int_eq(err.column, 0);
    ck_assert_str_eq(err.name, "n_estimators");
    ck_assert_str_eq(err.message, "n_estimators = -1: must be at least 1");
}
END_TEST

START_TEST(test_fail_when_nobody_wants_the_record_returns_the_status)
{
    ck_assert_int_eq(mlci_fail(NULL, MLC_ERROR_IO, "x", "%s", "y"), MLC_ERROR_IO);
    ck_assert_int_eq(mlci_fail_at(NULL, MLC_ERROR_SYNTAX, 1, 2, NULL, "y"), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlci_fail_memory(NULL, 1, 2), MLC_ERROR_NO_MEMORY);
}
END_TEST

START_TEST(test_fail_at_when_given_a_position_keeps_it)
{
    mlc_error err;
    mlci_fail_at(&err, MLC_ERROR_SYNTAX, 40001, 17, NULL, "quote not closed");
    ck_assert_int_eq(err.line, 40001);
    ck_assert_int_eq(err.column, 17);
    ck_assert_str_eq(err.name, "");
    ck_assert_str_eq(err.message, "quote not closed");
}
END_TEST

START_TEST(test_fail_when_the_message_is_too_long_cuts_at_a_character)
{
    /* Characters of 2, 3 and 4 bytes, at each offset to the end of the record. */
    static const char *const characters[] = {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t c = 0; c < 3; c++) {
        for (size_t shift = 0; shift < 8; shift++) {
            char text[1200];
            memset(text, 'a', sizeof text);
            for (size_t at = 860 + shift; at + 5 < 900; at += strlen(characters[c])) {
                memcpy(text + at, characters[c], strlen(characters[c]));
            }
            text[sizeof text - 1] = '\0';
            mlc_error err;
            mlci_fail(&err, MLC_ERROR_DATA, text, "%s", text);
            const size_t length = strlen(err.message);
            ck_assert_uint_le(length, 871);
            ck_assert_uint_ge(length, 868);
            ck_assert(mlci_utf8_valid(err.message, (int64_t)length, NULL));
            ck_assert_int_eq(strncmp(err.message, text, length), 0);
            ck_assert_uint_eq(strlen(err.name), 127);
        }
    }
}
END_TEST

START_TEST(test_fail_when_the_message_fits_exactly_keeps_its_last_character)
{
    char text[872];
    memset(text, 'a', sizeof text);
    memcpy(text + 868, "\xE2\x82\xAC", 4);
    mlc_error err;
    mlci_fail(&err, MLC_ERROR_DATA, NULL, "%s", text);
    ck_assert_str_eq(err.message, text);
}
END_TEST

START_TEST(test_fail_when_given_its_own_message_prefixes_it)
{
    mlc_error err;
    mlci_fail(&err, MLC_ERROR_IO, "part", "cause");
    mlci_fail(&err, MLC_ERROR_FORMAT, err.name, "file: %s", err.message);
    ck_assert_str_eq(err.name, "part");
    ck_assert_str_eq(err.message, "file: cause");
}
END_TEST

START_TEST(test_fail_memory_when_called_says_how_much)
{
    mlc_error err;
    mlci_fail_memory(&err, 1000000, 8);
    ck_assert_int_eq(err.status, MLC_ERROR_NO_MEMORY);
    ck_assert_ptr_nonnull(strstr(err.message, "1000000 x 8 bytes"));
}
END_TEST

MLCI_CHECK_SUITE("error", test_fail_when_given_all_fills_the_record,
                 test_fail_when_nobody_wants_the_record_returns_the_status,
                 test_fail_at_when_given_a_position_keeps_it,
                 test_fail_when_the_message_is_too_long_cuts_at_a_character,
                 test_fail_when_the_message_fits_exactly_keeps_its_last_character,
                 test_fail_when_given_its_own_message_prefixes_it,
                 test_fail_memory_when_called_says_how_much)
