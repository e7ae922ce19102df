/* Delimiters, headers, names. */
#include "csv_reading.h"

START_TEST(test_infer_delimiter_by_the_most_even_rows)
{
    static const struct {
        const char *text;
        int32_t n_columns;
        const char *first;
    } cases[] = {
        {"a;b;c\n1,5;2,5;3,5\n4;5;6\n", 3, "a"},
        {"a\tb\n1,2\t3\n4\t5,6\n", 2, "a"},
        {"a|b|c\n1|2|3\n", 3, "a"},
        {"a,b\n\"x;y;z\",2\n\"x;y;z\",3\n", 2, "a"},
        {"just one\n1\n2\n", 1, "just one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *d = parse(cases[i].text, NULL);
        ck_assert_int_eq(mlc_dataset_n_columns(d), cases[i].n_columns);
        ck_assert_str_eq(mlc_dataset_column_name(d, 0), cases[i].first);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_infer_delimiter_given_is_kept)
{
    mlc_dataset *d = parse("a:b\n1:2\n", "delimiter=':'");
    ck_assert_int_eq(mlc_dataset_n_columns(d), 2);
    mlc_dataset_free(d);
    d = parse("a;b\tc\n1;2\t3\n", "delimiter=tab");
    ck_assert_int_eq(mlc_dataset_n_columns(d), 2);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_infer_header_needs_distinct_texts)
{
    static const struct {
        const char *text, *settings, *first;
        int64_t n_rows;
    } cases[] = {
        {"a,b\nx,y\n", NULL, "a", 1},          {"1,b\n2,c\n", NULL, "column_1", 2}, /* a number */
        {"x,x\ny,z\n", NULL, "column_1", 2},                                        /* a repeat */
        {"x,\ny,z\n", NULL, "column_1", 2}, /* an empty cell */
        {",b\n1,2\n", NULL, "column_1", 1}, /* row names of R: the first may be empty */
        {"1,b\n2,c\n", "header=true", "1", 1}, {"a,b\n1,2\n", "header=false", "column_1", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlc_dataset *d = parse(cases[i].text, cases[i].settings);
        ck_assert_str_eq(mlc_dataset_column_name(d, 0), cases[i].first);
        ck_assert_int_eq(mlc_dataset_n_rows(d), cases[i].n_rows);
        mlc_dataset_free(d);
    }
}
END_TEST

START_TEST(test_infer_names_are_made_distinct)
{
    mlc_dataset *d = parse("x,x,,x_2,\"say \"\"x\"\"\",x\n1,2,3,4,5,6\n", "header=true");
    static const char *const expected[] = {"x", "x_2", "column_3", "x_2_2", "say \"x\"", "x_3"};
    for (int32_t j = 0; j < 6; j++) {
        ck_assert_str_eq(mlc_dataset_column_name(d, j), expected[j]);
    }
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("csv_infer", test_infer_delimiter_by_the_most_even_rows,
                 test_infer_delimiter_given_is_kept, test_infer_header_needs_distinct_texts,
                 test_infer_names_are_made_distinct)
