/* Logic of three values, as the truth tables of SQL have it. */
#include "expressing.h"

#define PAIRS                                                                                      \
    "a,b\ntrue,true\ntrue,false\ntrue,\nfalse,true\nfalse,false\nfalse,\n,true\n,false\nNA,\n"

START_TEST(test_logic_follows_the_tables_of_sql)
{
    mlc_dataset *d = parse(PAIRS, "types='a:bool,b:bool'");
    gives(d, "a and b", "bool: true false NA false false false NA false NA");
    gives(d, "a or b", "bool: true true true true false NA true NA NA");
    gives(d, "not a", "bool: false false false true true true NA NA NA");
    gives(d, "a && !b || b", "bool: true true NA true false NA true NA NA");
    gives(d, "NOT a Or b", "bool: true false NA true true true true NA NA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_missing_is_asked_for_and_replaced)
{
    mlc_dataset *d =
        parse("i,r,t,s\n1,2.5,x,2024-01-01\n,,,\n3,1,y,2024-01-02\n", "types='t:text,s:timestamp'");
    gives(d, "i is missing", "bool: false true false");
    gives(d, "t is null", "bool: false true false");
    gives(d, "s is not missing", "bool: true false true");
    gives(d, "r is not null", "bool: true false true");
    gives(d, "(i > 1) is missing", "bool: false true false");
    gives(d, "coalesce(i, 7)", "int64: 1 7 3");
    gives(d, "coalesce(i, r, missing, 0.5)", "float64: 1 0.5 3");
    gives(d, "coalesce(t, 'none')", "text: x none y");
    gives(d, "coalesce(i > 1, false)", "bool: false false true");
    gives(d, "coalesce(s, '2020-01-01')",
          "timestamp: 2024-01-01T00:00:00Z 2020-01-01T00:00:00Z "
          "2024-01-02T00:00:00Z");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_if_takes_the_second_value_where_its_condition_is_missing)
{
    mlc_dataset *d = parse("i,t\n1,x\n,y\n3,\n", "types='t:text'");
    gives(d, "if(i > 1, 'more', 'less')", "text: less less more");
    gives(d, "if(i > 1, i, -0.5)", "float64: -0.5 -0.5 3");
    gives(d, "if(i > 1, missing, i)", "int64: 1 NA NA");
    gives(d, "if(i is missing, 'none', t)", "text: x none NA");
    gives(d, "if(t == 'x', true, missing)", "bool: true NA NA");
    gives(d, "if(true, i, 5)", "int64: 1 NA 3");
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("expression_logic", test_logic_follows_the_tables_of_sql,
                 test_missing_is_asked_for_and_replaced,
                 test_if_takes_the_second_value_where_its_condition_is_missing)
