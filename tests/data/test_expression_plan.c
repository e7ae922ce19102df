/* Parts that become tables, and columns found again in other rows. */
#include "expressing.h"

/* Number of steps of a kind that an expression takes for these rows. */
static int32_t count_steps(const mlc_dataset *d, const char *expression, mlci_step_kind kind)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_program program;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_parse(NULL, expression, d, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlci_program_open(call, e, d, &program, NULL), MLC_OK);
    int32_t n = 0;
    for (int32_t i = 0; i < program.n_steps; i++)
        n += program.steps[i].kind == kind;
    mlci_program_close(&program);
    mlci_expression_free(e);
    mlci_call_end(call);
    return n;
}

START_TEST(test_what_follows_from_a_category_is_worked_out_once_a_category)
{
    mlc_dataset *d = parse("c,e,n\nAA,x,1\nB,y,2\n,x,3\nAA,z,4\n", "text=category");
    ck_assert_int_eq(count_steps(d, "lower(c) == 'aa' and n > 1", MLCI_STEP_TABLE), 1);
    ck_assert_int_eq(count_steps(d, "lower(c) == 'aa' and n > 1", MLCI_STEP_CALL), 2);
    ck_assert_int_eq(count_steps(d, "if(c is missing, length(c) + 1, 2) * 3", MLCI_STEP_CALL), 0);
    ck_assert_int_eq(count_steps(d, "length(c) + length(e)", MLCI_STEP_TABLE), 2);
    ck_assert_int_eq(count_steps(d, "n + 60 * 60 * 24", MLCI_STEP_TABLE), 1);
    gives(d, "lower(c) == 'aa' and n > 1", "bool: false false NA true");
    gives(d, "length(c) + length(e)", "int64: 3 2 NA 3");
    gives(d, "n + 60 * 60 * 24", "int64: 86401 86402 86403 86404");
    gives(d, "lower(c)", "category: aa b NA aa");
    gives(d, "coalesce(c, 'none')", "category: AA B none AA");
    gives(d, "if(c == 'B', missing, 'x')", "category: x NA x x");
    gives(d, "c", "category: AA B NA AA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_other_rows_need_columns_that_are_alike)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *column = NULL;
    mlc_error err;
    mlc_dataset *d = parse("c,r\nAA,1.5\n", "text=category");
    mlc_dataset *alike = parse("r,c,x\n2.5,AA,1\n2.5,B,1\n", "types='r:float32,c:text'");
    mlc_dataset *other = parse("c,r\nAA,1\n", "text=category");
    mlc_dataset *without = parse("c,s\nAA,1\n", "text=category");
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_parse(NULL, "c == 'AA' and r > 2", d, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_column(call, e, alike, &column, &err), MLC_OK);
    ck_assert_int_eq(((const uint8_t *)column->values)[0], 1);
    mlci_column_unref(column);
    ck_assert_int_eq(mlci_expression_column(call, e, other, &column, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.message, "column 'r' is int64 here; the expression was made for float64");
    ck_assert_int_eq(mlci_expression_column(call, e, without, &column, &err), MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.message, "no column 'r' among the 2 columns");
    mlci_expression_free(e);
    mlci_call_end(call);
    mlc_dataset_free(d);
    mlc_dataset_free(alike);
    mlc_dataset_free(other);
    mlc_dataset_free(without);
}
END_TEST

START_TEST(test_too_many_operands_at_once_are_refused)
{
    mlc_context local, *call = NULL;
    mlci_expression *e = NULL;
    mlci_column *column = NULL;
    mlc_error err;
    mlc_dataset *d = parse("a\n1\n", NULL);
    mlci_text text = mlci_text_init(NULL);
    for (int k = 0; k < 10; k++) { /* max(a, a, ..., max(a, a, ... */
        mlci_text_append_text(&text, "max(");
        for (int i = 0; i < 60; i++)
            mlci_text_append_text(&text, "a,");
    }
    mlci_text_append_text(&text, "a))))))))))");
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_parse(NULL, text.data, d, &e, NULL), MLC_OK);
    ck_assert_int_eq(mlci_expression_column(call, e, d, &column, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.message, "the expression needs 602 intermediate columns at once: at most "
                                  "256 are possible; make it of several columns");
    mlci_expression_free(e);
    mlci_text_clear(&text);
    mlci_call_end(call);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_plan", test_what_follows_from_a_category_is_worked_out_once_a_category,
                 test_other_rows_need_columns_that_are_alike,
                 test_too_many_operands_at_once_are_refused)
