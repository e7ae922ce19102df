/* Rows of views and of every type, and texts that grow. */
#include "expressing.h"

START_TEST(test_rows_of_views_are_those_of_the_view)
{
    mlc_dataset *d = parse("i,r,f,b,c,t,s\n1,0.5,1.5,true,x,p,2024-01-01\n,,,,,,\n"
                           "3,2.5,3.5,false,y,q,2024-01-03\n4,3,4,true,x,r,2024-01-04\n",
                           "types='i:int64,f:float32,b:bool,c:category,t:text,s:timestamp'");
    const int64_t rows[] = {3, 1, 2, 3};
    mlc_dataset *chosen = NULL, *range = NULL;
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, rows, 0, 4, &chosen, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_rows(NULL, d, NULL, 1, 2, &range, NULL), MLC_OK);
    gives(chosen, "i + 1", "int64: 5 NA 4 5");
    gives(chosen, "r * 2 + f", "float64: 10 NA 8.5 10");
    gives(chosen, "not b", "bool: false NA true false");
    gives(chosen, "c + t", "text: xr NA yq xr");
    gives(chosen, "c", "category: x NA y x");
    gives(chosen, "lower(c)", "category: x NA y x");
    gives(chosen, "day(s)", "int64: 4 NA 3 4");
    gives(range, "i * 2", "int64: NA 6");
    gives(range, "f", "float32: NA 3.5");
    gives(range, "upper(c) == 'Y' and b is not missing", "bool: false true");
    mlc_dataset_free(chosen);
    mlc_dataset_free(range);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_no_rows_and_no_columns)
{
    mlc_dataset *d = parse("i,t\n", "types='i:int64,t:category'");
    gives(d, "i + 1", "int64:");
    gives(d, "upper(t)", "category:");
    gives(d, "i > 1 and t == 'x'", "bool:");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_texts_beyond_all_bounds_are_refused)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *column = NULL;
    mlc_error err;
    mlc_dataset *d = parse("t\naaaaaaaa\nb\n", "types='t:text'");
    mlci_text text = mlci_text_init(NULL);
    for (int k = 0; k < 20; k++)
        mlci_text_append_text(&text, "replace(");
    mlci_text_append_text(&text, "t");
    for (int k = 0; k < 20; k++)
        mlci_text_append_text(&text, ",'a','aaaaaaaaaaaaaaaa')");
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_parse(NULL, text.data, d, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_column(call, e, d, &column, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.message, "the expression makes texts of more than 1073741824 bytes for "
                                  "4096 rows");
    mlci_expression_free(e);
    mlci_text_clear(&text);
    mlci_call_end(call);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_run", test_rows_of_views_are_those_of_the_view,
                 test_no_rows_and_no_columns, MLCI_RESULTS,
                 test_texts_beyond_all_bounds_are_refused)
