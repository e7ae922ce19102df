/* The first of equal rows. */
#include "shaping.h"

static mlc_dataset *distinct(const mlc_dataset *d, const char *columns)
{
    mlc_dataset *out = NULL;
    ck_assert_int_eq(mlc_dataset_distinct(NULL, d, columns, &out, NULL), MLC_OK);
    return out;
}

START_TEST(test_distinct_keeps_the_first_of_each)
{
    mlc_dataset *d =
        parse("a,b,t\n1,0.0,x\n1,-0.0,x\nNA,nan,x\n,,x\n1,0,y\n", "types='b:float64,t:text'");
    is_csv(distinct(d, "a"), "a,b,t\n1,0,x\n,,x\n");
    is_csv(distinct(d, NULL), "a,b,t\n1,0,x\n,,x\n1,0,y\n");
    is_csv(distinct(d, "t,b"), "a,b,t\n1,0,x\n,,x\n1,0,y\n");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_distinct_of_no_rows_and_of_vectors)
{
    const double values[] = {1, 2};
    const mlc_array array = {.size = sizeof array,
                             .name = "v",
                             .type = MLC_TYPE_FLOAT64,
                             .data = values,
                             .n_rows = 1,
                             .n_columns = 2};
    mlc_dataset *d = parse("a\n", "types='a:int64'"), *v = NULL, *out = NULL;
    mlc_error err;
    is_csv(distinct(d, NULL), "a\n");
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &v, NULL), MLC_OK);
    refused(mlc_dataset_distinct(NULL, v, NULL, &out, &err), MLC_ERROR_COLUMN, out, &err,
            "column 'v' is a vector: rows are compared by columns of one value");
    mlc_dataset_free(d);
    mlc_dataset_free(v);
}
END_TEST

MLCI_CHECK_SUITE("distinct", test_distinct_keeps_the_first_of_each,
                 test_distinct_of_no_rows_and_of_vectors)
