/* What is asked of groups, as text. */
#include "aggregate.h"
#include "shaping.h"

START_TEST(test_calls_have_names_expressions_and_shares)
{
    mlci_aggregate_plan p;
    ck_assert_int_eq(mlci_aggregate_parse(NULL,
                                          "by=a,'b c' n=count(), 'is late' = mean(x > (1 + 2))\n"
                                          "quantile( max(x, 2) , 0.25 ) sort=true "
                                          "first(if(t == ')', \"(\", `odd)`))",
                                          &p, NULL),
                     MLC_OK);
    ck_assert_str_eq(p.by, "a,'b c'");
    ck_assert_int_eq(p.sort, 1);
    ck_assert_int_eq(p.n, 4);
    ck_assert_str_eq(p.items[0].name, "n");
    ck_assert_int_eq(p.items[0].kind, MLCI_COUNT_ROWS);
    ck_assert_str_eq(p.items[1].name, "is late");
    ck_assert_str_eq(p.items[1].argument, "x > (1 + 2)");
    ck_assert_str_eq(p.items[2].name, "quantile( max(x, 2) , 0.25 )");
    ck_assert_str_eq(p.items[2].argument, "max(x, 2)");
    ck_assert_double_eq(p.items[2].quantile, 0.25);
    ck_assert_str_eq(p.items[3].argument, "if(t == ')', \"(\", `odd)`)");
    mlci_aggregate_clear(&p);
}
END_TEST

START_TEST(test_mistakes_are_told_with_their_place)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "aggregate:1:1: expected by= or a function of groups, as in mean(x); found the end"},
        {"men(x)", "aggregate:1:1: no function 'men' of groups: did you mean 'mean'?"},
        {"by=a mean x", "aggregate:1:11: expected '(' behind the function; found 'x'"},
        {"mean(x", "aggregate:1:5: this '(' is not closed"},
        {"mean( )", "aggregate:1:6: a column or an expression is missing here"},
        {"quantile(x)", "aggregate:1:11: quantile takes a share: quantile(x, 0.9)"},
        {"quantile(x, 9)", "aggregate:1:13: the share of a quantile is a number from 0 to 1"},
        {"by=a by=b", "aggregate:1:6: by is given twice"},
        {"sort=up", "aggregate:1:6: expected true or false; found 'up'"},
        {"by='a", "aggregate:1:4: this quote is not closed"},
        {"'a' mean(x)", "aggregate:1:5: expected '=' behind the name; found 'mean'"},
        {"''=mean(x)", "aggregate:1:3: expected a name in the quotes; found '='"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_aggregate_plan p;
        mlc_error err;
        ck_assert_int_eq(mlci_aggregate_parse(NULL, cases[i].text, &p, &err), MLC_ERROR_SYNTAX);
        ck_assert_str_eq(err.message, cases[i].message);
    }
}
END_TEST

MLCI_CHECK_SUITE("aggregate_parse", test_calls_have_names_expressions_and_shares,
                 test_mistakes_are_told_with_their_place)
