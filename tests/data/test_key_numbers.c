/* Numbers of keys are equal exactly where the values are, by place and by group. */
#include "key_numbers.h"

#include "shaping.h"

/* The numbers of the rows by all columns, of 0 .. 9 each, as one text. */
static void check_numbers(const char *csv, const char *types, int64_t n_numbers,
                          const char *expected)
{
    mlc_context local, *call = NULL;
    mlci_key_numbers numbers;
    mlc_dataset *d = parse(csv, types);
    const int32_t fields[] = {0, 1};
    char text[32] = "";
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_numbers_open(call, d, fields, d->n_fields, &numbers, NULL), MLC_OK);
    ck_assert_int_eq(numbers.n_numbers, n_numbers);
    for (int64_t i = 0; i < numbers.n_rows; i++)
        text[i] = (char)('0' + numbers.number[i]);
    ck_assert_str_eq(text, expected);
    mlci_key_numbers_close(&numbers);
    mlci_call_end(call);
    mlc_dataset_free(d);
}

START_TEST(test_integers_and_categories_have_places)
{
    check_numbers("k\n7\n-1\n7\n0\n", "types='k:int64'", 9, "8081");
    check_numbers("k\nb\na\nb\n", "types='k:category'", 2, "101");
    check_numbers("k\nb\nNA\nb\na\n", "types='k:category'", 3, "1210");
    check_numbers("k\nNA\nNA\n", "types='k:int64'", 2, "11");
    check_numbers("k,x\n5,true\n4,false\n5,false\n4,true\n", "types='k:int64,x:bool'", 4, "3012");
    check_numbers("k,x\n5,true\nNA,false\n5,NA\n4,true\n", "types='k:int64,x:bool'", 9, "4273");
}
END_TEST

START_TEST(test_other_keys_are_numbered_by_group)
{
    check_numbers("k\n0.5\n-0.0\nnan\n0\nNA\n0.5\n", "types='k:float64'", 3, "012120");
    check_numbers("k\nb\na\nb\nNA\n", "types='k:text'", 3, "0102");
    check_numbers("k\n9223372036854775807\n-9223372036854775808\n9223372036854775807\n0\n",
                  "types='k:int64'", 3, "0102");
    check_numbers("k,x\n0,0\n100000,5\n0,0\n0,5\n", "types='k:int64,x:int64'", 3, "0102");
}
END_TEST

START_TEST(test_vectors_have_no_numbers)
{
    const double values[] = {1, 2, 3, 4};
    const mlc_array x = {.size = (int64_t)sizeof x,
                         .name = "v",
                         .type = MLC_TYPE_FLOAT64,
                         .data = values,
                         .n_rows = 2,
                         .n_columns = 2};
    mlc_context local, *call = NULL;
    mlci_key_numbers numbers;
    mlc_error err;
    mlc_dataset *d = NULL;
    const int32_t field = 0;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &x, 1, NULL, &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_numbers_open(call, d, &field, 1, &numbers, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.name, "v");
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("key_numbers", test_integers_and_categories_have_places,
                 test_other_keys_are_numbered_by_group, test_vectors_have_no_numbers)
