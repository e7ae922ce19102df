/* The grammar: what is refused says so at its character. */
#include "expressing.h"

START_TEST(test_operators_in_any_spelling)
{
    mlc_dataset *d = parse("a,b\n1,true\n", NULL);
    gives(d, "(a=1)&&b||!b", "bool: true");
    gives(d, " a\n==\t1 AND b OR NOT b ", "bool: true");
    gives(d, "a Not In (2) and a Between 0 And 1 and a Is Not Missing", "bool: true");
    gives(d, "not not a != 2", "bool: true");
    gives(d, "!a == 2", "bool: true"); /* not (a == 2) */
    gives(d, "1-1 - -1", "int64: 1");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_mistakes_are_told_with_their_place)
{
    mlc_dataset *d = parse("a,b\n1,true\n", NULL);
    refuses(d, "", MLC_ERROR_SYNTAX, 1,
            "expected a column, a number, a text or a function; found the end");
    refuses(d, "a +", MLC_ERROR_SYNTAX, 4,
            "expected a column, a number, a text or a function; found the end");
    refuses(d, "(a > 1", MLC_ERROR_SYNTAX, 1, "this '(' is not closed");
    refuses(d, "(a > 1 b", MLC_ERROR_SYNTAX, 8, "expected an operator or ')'; found 'b'");
    refuses(d, "a > 1 b", MLC_ERROR_SYNTAX, 7, "expected an operator or the end; found 'b'");
    refuses(d, "a > 1 & b", MLC_ERROR_SYNTAX, 7, "'&' is no operator here: write 'and'");
    refuses(d, "a ^ 2", MLC_ERROR_SYNTAX, 3, "'^' is no operator here: write '**'");
    refuses(d, "0 < a < 5", MLC_ERROR_SYNTAX, 7,
            "two comparisons in a row: join them with 'and', as in 1 < x and x < 5, or write x "
            "between 1 and 5");
    refuses(d, "a not 5", MLC_ERROR_SYNTAX, 7,
            "expected 'in' or 'between' behind 'not'; found '5'");
    refuses(d, "a is 5", MLC_ERROR_SYNTAX, 6, "expected 'missing' or 'not missing'; found '5'");
    refuses(d, "a is not b", MLC_ERROR_SYNTAX, 10, "expected 'missing'; found 'b'");
    refuses(d, "a between 1", MLC_ERROR_SYNTAX, 12,
            "expected 'and' and the upper bound; found the end");
    refuses(d, "missing", MLC_ERROR_SYNTAX, 1,
            "a missing value of no type: write real(missing), for one");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_lists_are_of_constants)
{
    mlc_dataset *d = parse("a,b\n1,true\n", NULL);
    refuses(d, "a in 1", MLC_ERROR_SYNTAX, 6, "expected '(' and a list of constants; found '1'");
    refuses(d, "a in ()", MLC_ERROR_SYNTAX, 7, "expected a constant of the list; found ')'");
    refuses(d, "a in (b)", MLC_ERROR_SYNTAX, 7, "expected a constant of the list; found 'b'");
    refuses(d, "a in (1, 2", MLC_ERROR_SYNTAX, 6, "this '(' is not closed");
    refuses(d, "a in (1; 2)", MLC_ERROR_SYNTAX, 8,
            "expected ',' or the end of the list; found ';'");
    refuses(d, "a in (1, 'x')", MLC_ERROR_SYNTAX, 10, "text in a list for values of int64");
    refuses(d, "a in (1, missing)", MLC_ERROR_SYNTAX, 10,
            "nothing equals a missing value: write 'or ... is missing'");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_length_and_depth_are_bounded)
{
    mlc_dataset *d = parse("a\n1\n", NULL);
    mlci_text text = mlci_text_init(NULL);
    mlci_expression *e = NULL;
    mlc_error err;
    for (int i = 0; i < 101; i++)
        mlci_text_append_char(&text, '(');
    refuses(d, text.data, MLC_ERROR_LIMIT, 101, "nested more than 100 deep");
    mlci_text_clear(&text);
    for (int i = 0; i < 150; i++)
        mlci_text_append_char(&text, i % 2 == 0 ? '-' : ' ');
    mlci_text_append_char(&text, 'a');
    gives(d, text.data, "int64: -1"); /* 75 signs */
    mlci_text_clear(&text);
    for (int i = 0; i < 30000; i++)
        mlci_text_append_text(&text, "a+");
    ck_assert_int_eq(mlci_expression_parse(NULL, text.data, d, &e, &err), MLC_ERROR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.message, "more than 16384 operands and operators"));
    mlci_text_append_spaces(&text, 10000);
    ck_assert_int_eq(mlci_expression_parse(NULL, text.data, d, &e, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.message, "an expression of 70000 bytes: at most 65536 are possible");
    ck_assert_ptr_null(e);
    ck_assert_int_eq(mlci_expression_parse(NULL, "a + \xff", d, &e, &err), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(err.message, "expression:1:5: this byte is not UTF-8");
    mlci_text_clear(&text);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_a_chain_of_thousands_takes_few_registers)
{
    mlc_dataset *d = parse("a\n1\nNA\n", NULL);
    mlci_text text = mlci_text_init(NULL), result = mlci_text_init(NULL);
    for (int i = 0; i < 8000; i++)
        mlci_text_append_text(&text, i == 0 ? "a" : "+a");
    mlci_expression *e = NULL;
    ck_assert_int_eq(mlci_expression_parse(NULL, text.data, d, &e, NULL), MLC_OK);
    mlc_context local, *call = NULL;
    mlci_program program;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_program_open(call, e, d, &program, NULL), MLC_OK);
    ck_assert_int_le(program.n_registers, 3);
    mlci_program_close(&program);
    mlci_call_end(call);
    mlci_expression_free(e);
    evaluate(d, text.data, &result);
    ck_assert_str_eq(result.data, "int64: 8000 NA");
    mlci_text_clear(&result);
    mlci_text_clear(&text);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_parse", test_operators_in_any_spelling,
                 test_mistakes_are_told_with_their_place, test_lists_are_of_constants,
                 test_length_and_depth_are_bounded, test_a_chain_of_thousands_takes_few_registers)
