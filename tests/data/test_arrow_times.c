/* Times of Arrow as microseconds. */
#include "arrow_making.h"
#include "check_suite.h"

static int64_t micros(const mlc_dataset *d, int64_t row)
{
    return ((const int64_t *)d->fields[0].column->values)[row];
}

START_TEST(test_units_when_read_are_microseconds)
{
    const int64_t counts[] = {-3, 7000};
    const int32_t days[] = {-3, 7000};
    static const struct {
        const char *format;
        int64_t unit;
    } cases[] = {{"tss:", 1000000},
                 {"tsm:UTC", 1000},
                 {"tsu:+09:00", 1},
                 {"tdm", 1000},
                 {"tdD", 86400000000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int is_day = strcmp(cases[i].format, "tdD") == 0;
        const arrow_field f = arrow_values(cases[i].format, "t", 2,
                                           is_day ? (const void *)days : (const void *)counts);
        mlc_dataset *d = arrow_column(&f, NULL);
        ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_TIMESTAMP);
        ck_assert_int_eq(micros(d, 0), -3 * cases[i].unit);
        ck_assert_int_eq(micros(d, 1), 7000 * cases[i].unit);
        ck_assert_int_eq(d->fields[0].column->borrowed, cases[i].unit == 1);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_nanoseconds_when_not_whole_are_refused_or_rounded_down)
{
    const int64_t counts[] = {2000, -1, -1000, 1999};
    const arrow_field f = arrow_values("tsn:", "t", 4, counts);
    arrow_assert_refused(&f, MLC_ERROR_DATA, "-1 nanoseconds in row 2");
    mlc_dataset *d = arrow_column(&f, "nanoseconds=floor");
    const int64_t expected[] = {2, -1, -1, 1};
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(micros(d, i), expected[i]);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_times_when_too_far_are_refused_unless_null)
{
    const int64_t counts[] = {0, INT64_MAX / 2};
    const int32_t days[] = {INT32_MAX, 0};
    const uint8_t first_only = 1;
    arrow_field f = arrow_values("tsm:", "t", 2, counts);
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the time in row 2 is beyond");
    f.buffers[0] = &first_only;
    f.null_count = -1;
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert_int_eq(micros(d, 1), 0);
    mlc_dataset_free(d);
    f = arrow_values("tdD", "t", 2, days);
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the time in row 1 is beyond");
}
END_TEST

MLCI_CHECK_SUITE("arrow_times", test_units_when_read_are_microseconds,
                 test_nanoseconds_when_not_whole_are_refused_or_rounded_down,
                 test_times_when_too_far_are_refused_unless_null)
