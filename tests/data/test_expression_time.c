/* Parts of timestamps, also before 1970; expected values are those of Python's datetime. */
#include "expressing.h"

START_TEST(test_parts_of_times)
{
    mlc_dataset *d = parse("t\n2024-02-29T23:59:58.999999Z\n1969-12-31T23:00:01\nNA\n0001-01-01\n",
                           "types='t:timestamp'");
    gives(d, "year(t)", "int64: 2024 1969 NA 1");
    gives(d, "month(t)", "int64: 2 12 NA 1");
    gives(d, "day(t)", "int64: 29 31 NA 1");
    gives(d, "hour(t)", "int64: 23 23 NA 0");
    gives(d, "minute(t)", "int64: 59 0 NA 0");
    gives(d, "second(t)", "int64: 58 1 NA 0");
    gives(d, "weekday(t)", "int64: 3 2 NA 0"); /* Monday is 0 */
    gives(d, "day_of_year(t)", "int64: 60 365 NA 1");
    gives(d, "date(t)",
          "timestamp: 2024-02-29T00:00:00Z 1969-12-31T00:00:00Z NA 0001-01-01T00:00:00Z");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_times_move_and_are_apart)
{
    mlc_dataset *d = parse("a,b,n\n2024-02-28,2024-03-01T12:00:00,1\n2024-01-01,,2\n",
                           "types='a:timestamp,b:timestamp'");
    gives(d, "days_between(a, b)", "float64: 2.5 NA");
    gives(d, "seconds_between(b, a)", "float64: -216000 NA");
    gives(d, "add_days(a, n)", "timestamp: 2024-02-29T00:00:00Z 2024-01-03T00:00:00Z");
    gives(d, "add_days(a, -0.5)", "timestamp: 2024-02-27T12:00:00Z 2023-12-31T12:00:00Z");
    gives(d, "add_seconds(a, 0.25)",
          "timestamp: 2024-02-28T00:00:00.250000Z 2024-01-01T00:00:00.250000Z");
    gives(d, "add_seconds(a, 61 * n)", "timestamp: 2024-02-28T00:01:01Z 2024-01-01T00:02:02Z");
    gives(d, "days_between('2024-01-01', a)", "float64: 58 0");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_times_beyond_64_bits_are_missing)
{
    mlc_dataset *d = parse("a\n2024-02-28\n", "types='a:timestamp'");
    gives(d, "add_days(a, 9000000000000)", "timestamp: NA");
    gives(d, "add_seconds(a, 9000000000000)", "timestamp: +287222-10-21T16:00:00Z");
    gives(d, "add_seconds(a, 1e300)", "timestamp: NA");
    gives(d, "days_between(add_seconds(a, -9000000000000), add_seconds(a, 9000000000000))",
          "float64: NA");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_time", test_parts_of_times, test_times_move_and_are_apart,
                 test_times_beyond_64_bits_are_missing)
