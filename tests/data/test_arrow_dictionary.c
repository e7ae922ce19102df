/* Dictionaries of Arrow: in any order, with repeats, nulls and values that do not occur. */
#include "arrow_making.h"
#include "check_suite.h"

static const int32_t offsets[] = {0, 1, 2, 2, 3, 4};
static const uint8_t but_the_third = 0x1B;

static arrow_field words(void)
{
    arrow_field f = arrow_texts("", 5, offsets, "babu");
    f.buffers[0] = &but_the_third;
    f.null_count = 1;
    return f;
}

START_TEST(test_codes_when_read_mean_their_texts)
{
    const int8_t codes[] = {0, 1, 2, 3, 77};
    const uint8_t but_the_last = 0x0F;
    const arrow_field values = words();
    arrow_field f = arrow_values("c", "k", 5, codes);
    f.buffers[0] = &but_the_last;
    f.null_count = -1;
    f.dictionary = &values;
    mlc_dataset *d = arrow_column(&f, NULL);
    const char *const expected[] = {"b", "a", NULL, "b", NULL};
    for (int i = 0; i < 5; i++)
        making_assert_text(d, "k", i, expected[i]);
    ck_assert_str_eq(mlc_dataset_category(d, "k", 0), "a");
    ck_assert_str_eq(mlc_dataset_category(d, "k", 1), "b");
    ck_assert_ptr_null(mlc_dataset_category(d, "k", 2));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_codes_when_outside_of_the_dictionary_are_refused)
{
    const uint64_t large[] = {0, UINT64_MAX};
    const int16_t negative[] = {-1};
    const arrow_field values = words();
    arrow_field f = arrow_values("L", "k", 2, large);
    f.dictionary = &values;
    arrow_assert_refused(&f, MLC_ERROR_DATA,
                         "column 'k': the code of row 2 is -1, but its dictionary has 5");
    f = arrow_values("s", "k", 1, negative);
    f.dictionary = &values;
    arrow_assert_refused(&f, MLC_ERROR_DATA, "the code of row 1 is -1");
}
END_TEST

START_TEST(test_dictionaries_of_other_types_are_refused)
{
    const int32_t codes[] = {0};
    const double reals[] = {1};
    const arrow_field numbers = arrow_values("g", "", 1, reals), values = words();
    arrow_field f = arrow_values("i", "k", 1, codes);
    f.dictionary = &numbers;
    arrow_assert_refused(&f, MLC_ERROR_UNSUPPORTED, "column 'k' is a dictionary of 'g' values");
    f = arrow_values("g", "k", 1, reals);
    f.dictionary = &values;
    arrow_assert_refused(&f, MLC_ERROR_ARGUMENT, "codes of an Arrow dictionary are integers");
}
END_TEST

MLCI_CHECK_SUITE("arrow_dictionary", test_codes_when_read_mean_their_texts,
                 test_codes_when_outside_of_the_dictionary_are_refused,
                 test_dictionaries_of_other_types_are_refused)
