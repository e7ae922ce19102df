/* Numbers of Arrow. Expected values are written out; pyarrow's are in tests/python/test_arrow.py.
 */
#include "arrow_making.h"
#include "check_suite.h"

START_TEST(test_integers_when_of_any_width_are_int64)
{
    const int8_t c[] = {-128, 127};
    const uint8_t C[] = {0, 255};
    const int16_t s[] = {-32768, 32767};
    const uint16_t S[] = {0, 65535};
    const int32_t i[] = {INT32_MIN, INT32_MAX};
    const uint32_t I[] = {0, UINT32_MAX};
    const int64_t l[] = {INT64_MIN, INT64_MAX};
    const uint64_t L[] = {0, INT64_MAX};
    const struct {
        const char *format;
        const void *values;
        int64_t low, high;
    } cases[] = {{"c", c, -128, 127},
                 {"C", C, 0, 255},
                 {"s", s, -32768, 32767},
                 {"S", S, 0, 65535},
                 {"i", i, INT32_MIN, INT32_MAX},
                 {"I", I, 0, UINT32_MAX},
                 {"l", l, INT64_MIN, INT64_MAX},
                 {"L", L, 0, INT64_MAX},
                 {"tts", i, INT32_MIN, INT32_MAX},
                 {"tDn", l, INT64_MIN, INT64_MAX}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const arrow_field f = arrow_values(cases[k].format, "x", 2, cases[k].values);
        mlc_dataset *d = arrow_column(&f, NULL);
        const int64_t *values = d->fields[0].column->values;
        ck_assert_int_eq(mlc_dataset_column_type(d, 0), MLC_TYPE_INT64);
        ck_assert_int_eq(values[0], cases[k].low);
        ck_assert_int_eq(values[1], cases[k].high);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_unsigned_when_beyond_int64_is_refused_unless_null)
{
    const uint64_t values[] = {1, UINT64_MAX};
    const uint8_t first_only = 1;
    arrow_field f = arrow_values("L", "n", 2, values);
    arrow_assert_refused(&f, MLC_ERROR_DATA, "column 'n': 18446744073709551615 in row 2");
    f.buffers[0] = &first_only;
    f.null_count = 1;
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert_int_eq(((const int64_t *)d->fields[0].column->values)[1], 0);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_memory_when_not_aligned_is_copied)
{
    char bytes[8 * 2 + 1];
    const double reals[] = {1.5, -2};
    memcpy(bytes + 1, reals, sizeof reals);
    const arrow_field f = arrow_values("g", "x", 2, bytes + 1);
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert(!d->fields[0].column->borrowed);
    ck_assert_double_eq(making_cell(d, "x", 1), -2);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_halves_when_read_are_floats)
{
    const uint16_t halves[] = {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x8000, 0x7C00, 0x03FF};
    const double expected[] = {1, -2, 65504, 0x1p-24, -0.0, INFINITY, 1023 * 0x1p-24};
    const arrow_field f = arrow_values("e", "x", 7, halves);
    mlc_dataset *d = arrow_column(&f, NULL);
    for (int i = 0; i < 7; i++) {
        const double got = making_cell(d, "x", i);
        ck_assert_int_eq(memcmp(&got, &expected[i], sizeof got), 0);
    }
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_decimals_when_read_are_rounded_once)
{
    /* 2^127 - 1, -(2^127), 0.1 with 38 digits, and 9007199254740993 / 10, which lies between. */
    const uint64_t limbs[][2] = {{UINT64_MAX, INT64_MAX},
                                 {0, 0x8000000000000000U},
                                 {687399551400673280U, 5421010862427522170U / 10},
                                 {9007199254740993U, 0}};
    const arrow_field whole = arrow_values("d:38,0", "x", 2, limbs);
    mlc_dataset *d = arrow_column(&whole, NULL);
    ck_assert_double_eq(making_cell(d, "x", 0), 0x1p127);
    ck_assert_double_eq(making_cell(d, "x", 1), -0x1p127);
    mlc_dataset_free(d);
    const arrow_field parts = arrow_values("d:38,1", "x", 1, limbs[3]);
    d = arrow_column(&parts, NULL);
    ck_assert_double_eq(making_cell(d, "x", 0), 900719925474099.3);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_nulls_and_bits_when_read_are_columns)
{
    const uint8_t bits[] = {0x0D};
    arrow_field f = {.format = "n", .name = "x", .length = 3, .null_count = 3};
    mlc_dataset *d = arrow_column(&f, NULL);
    ck_assert_int_eq(d->fields[0].column->n_missing, 3);
    ck_assert(isnan(making_cell(d, "x", 2)));
    mlc_dataset_free(d);
    f = arrow_values("b", "x", 3, bits);
    f.offset = 1;
    d = arrow_column(&f, NULL);
    ck_assert_double_eq(making_cell(d, "x", 0), 0);
    ck_assert_double_eq(making_cell(d, "x", 2), 1);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("arrow_numbers", test_integers_when_of_any_width_are_int64,
                 test_unsigned_when_beyond_int64_is_refused_unless_null,
                 test_memory_when_not_aligned_is_copied, test_halves_when_read_are_floats,
                 test_decimals_when_read_are_rounded_once,
                 test_nulls_and_bits_when_read_are_columns)
