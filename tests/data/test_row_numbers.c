/* Equal rows have equal numbers, others not. */
#include "csv_reading.h"

#include "row_numbers.h"

START_TEST(test_rows_are_equal_in_all_columns_or_not)
{
    mlc_dataset *d = parse("a,b,c\n1,x,0.5\n1,y,0.5\n1,x,0.5\n,x,0.5\n,x,0.5\n1,,NaN\n", NULL);
    mlc_context local, *call = NULL;
    const int32_t fields[] = {0, 1, 2};
    int32_t numbers[6];
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_rows_number(call, d, 3, fields, numbers, NULL), MLC_OK);
    ck_assert_int_eq(numbers[0], numbers[2]);
    ck_assert_int_eq(numbers[3], numbers[4]); /* missing is equal to missing */
    ck_assert_int_ne(numbers[0], numbers[1]);
    ck_assert_int_ne(numbers[0], numbers[3]);
    ck_assert_int_ne(numbers[0], numbers[5]);
    ck_assert_int_eq(mlci_rows_number(call, d, 0, fields, numbers, NULL), MLC_OK);
    ck_assert_int_eq(numbers[5], numbers[0]); /* by no column */
    mlci_call_end(call);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("row_numbers", test_rows_are_equal_in_all_columns_or_not)
