/* Timestamps; seconds since the epoch from `date -u -d ... +%s`. */
#include "check_suite.h"
#include "timestamp.h"

#include <string.h>

static int64_t parsed(const char *text)
{
    int64_t value = INT64_MIN;
    ck_assert_msg(mlci_timestamp_parse(text, (int64_t)strlen(text), &value), "%s", text);
    return value;
}

START_TEST(test_timestamp_known_instants_are_parsed)
{
    ck_assert_int_eq(parsed("1970-01-01"), 0);
    ck_assert_int_eq(parsed("2024-02-29T13:45:30Z"), 1709214330000000);
    ck_assert_int_eq(parsed("2024-02-29 13:45"), 1709214300000000);
    ck_assert_int_eq(parsed("2024-02-29T13:45:30.25+02:00"), 1709207130250000);
    ck_assert_int_eq(parsed("2024-02-29T13:45:30.1234567-0330"), 1709226930123456);
    ck_assert_int_eq(parsed("1900-03-01"), -2203891200000000);
    ck_assert_int_eq(parsed("0001-01-01"), -62135596800000000);
    ck_assert_int_eq(parsed("9999-12-31T23:59:59.999999Z"), 253402300799999999);
}
END_TEST

START_TEST(test_timestamp_wrong_texts_are_refused)
{
    static const char *const wrong[] = {"",
                                        "2024",
                                        "2024-2-29",
                                        "2023-02-29",
                                        "1900-02-29",
                                        "2024-13-01",
                                        "2024-00-10",
                                        "2024-01-32",
                                        "0000-01-01",
                                        "2024-01-01T",
                                        "2024-01-01T24:00",
                                        "2024-01-01T12:60",
                                        "2024-01-01T12:00:60",
                                        "2024-01-01T12:00:00.",
                                        "2024-01-01T12:00:00+2",
                                        "2024-01-01Z",
                                        "2024-01-01 x",
                                        "2024-01-01T12:00:00Zz",
                                        "20240101"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t value;
        ck_assert_msg(!mlci_timestamp_parse(wrong[i], (int64_t)strlen(wrong[i]), &value), "%s",
                      wrong[i]);
    }
}
END_TEST

START_TEST(test_timestamp_formatted_reads_back)
{
    char text[MLCI_TIMESTAMP_SIZE];
    mlci_timestamp_format(1709214330000000, text);
    ck_assert_str_eq(text, "2024-02-29T13:45:30Z");
    mlci_timestamp_format(-1, text);
    ck_assert_str_eq(text, "1969-12-31T23:59:59.999999Z");
    for (int64_t us = -62135596800000000; us <= 253402300799999999; us += 86399123456789) {
        const int32_t n = mlci_timestamp_format(us, text);
        int64_t again = 0;
        ck_assert_int_eq(mlci_timestamp_parse(text, n, &again), 1);
        ck_assert_int_eq(again, us);
    }
}
END_TEST

START_TEST(test_timestamp_extremes_fit_their_room)
{
    char text[MLCI_TIMESTAMP_SIZE];
    ck_assert_int_lt(mlci_timestamp_format(INT64_MAX, text), MLCI_TIMESTAMP_SIZE);
    ck_assert_str_eq(text, "+294247-01-10T04:00:54.775807Z");
    ck_assert_int_lt(mlci_timestamp_format(INT64_MIN, text), MLCI_TIMESTAMP_SIZE);
    ck_assert_str_eq(text, "-290308-12-21T19:59:05.224192Z");
}
END_TEST

MLCI_CHECK_SUITE("timestamp", test_timestamp_known_instants_are_parsed,
                 test_timestamp_wrong_texts_are_refused, test_timestamp_formatted_reads_back,
                 test_timestamp_extremes_fit_their_room)
