/* Which types go together, and what becomes what. */
#include "expressing.h"

START_TEST(test_types_that_do_not_fit_are_both_named)
{
    mlc_dataset *d = parse("n,t,s,b\n1,x,2024-01-01,true\n", "types='t:text,s:timestamp'");
    refuses(d, "n + t", MLC_ERROR_SYNTAX, 3,
            "+ does not take int64 and text: it takes (int64, int64), (float64, float64) or (text, "
            "text)");
    refuses(d, "n and b", MLC_ERROR_SYNTAX, 3,
            "and does not take int64 and bool: it takes (bool, bool)");
    refuses(d, "b or -t > 1", MLC_ERROR_SYNTAX, 6,
            "- does not take text: it takes (int64) or (float64)");
    refuses(d, "s > 'soon'", MLC_ERROR_SYNTAX, 3,
            "> does not take timestamp and text: it takes (int64, int64), (float64, float64), "
            "(text, text) or (timestamp, timestamp)");
    refuses(d, "concat(t, 'a', 'b', n)", MLC_ERROR_SYNTAX, 1,
            "concat() does not take text, text, text and int64: it takes (text, text, ...)");
    refuses(d, "if(b, n, t)", MLC_ERROR_SYNTAX, 1,
            "if() does not take bool, int64 and text: it takes (bool, bool, bool), (bool, int64, "
            "int64), (bool, float64, float64), (bool, text, text) or (bool, timestamp, timestamp)");
    refuses(d, "s in ('soon')", MLC_ERROR_SYNTAX, 7, "text in a list for values of timestamp");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_operands_in_the_middle_are_converted)
{
    mlc_dataset *d = parse("n,r,b\n1,0.5,true\n", NULL);
    gives(d, "clip(n * 2, r + r, b + n * 2)", "float64: 2");
    gives(d, "coalesce(b, n + n, r) + max(b, n - 1, 2)", "float64: 3");
    gives(d, "if(b and n > r, n, r) * (b + n)", "float64: 2");
    gives(d, "(n + b) / (b + b)", "float64: 1");
    gives(d, "missing + n", "int64: NA");
    gives(d, "missing is missing", "bool: true");
    gives(d, "missing in (1, 2)", "bool: NA");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_every_name_has_its_overloads_side_by_side)
{
    static const mlci_overload *const tables[] = {mlci_overloads_arithmetic, mlci_overloads_compare,
                                                  mlci_overloads_logic,      mlci_overloads_text,
                                                  mlci_overloads_time,       mlci_overloads_cast};
    for (int t = 0; t < 6; t++) {
        for (const mlci_overload *o = tables[t]; o->name != NULL; o++) {
            ck_assert_ptr_nonnull(o->run);
            ck_assert_int_ne(mlci_expression_type_of(o->result), 0);
            for (int u = t; u < 6; u++) {
                int apart = u > t;
                for (const mlci_overload *p = u == t ? o : tables[u]; p->name != NULL; p++) {
                    const int same = strcmp(o->name, p->name) == 0;
                    ck_assert_msg(!(same && apart), "%s", o->name);
                    apart |= !same;
                }
            }
        }
    }
}
END_TEST

MLCI_CHECK_SUITE("expression_type", test_types_that_do_not_fit_are_both_named,
                 test_operands_in_the_middle_are_converted,
                 test_every_name_has_its_overloads_side_by_side)
