#include "named_metric.h"

#include <string.h>

#include "check_suite.h"

START_TEST(test_name_is_split_at_its_cut_off)
{
    mlci_named_metric name;
    ck_assert_int_eq(mlci_named_metric_split("ndcg@5", &name, NULL), MLC_OK);
    ck_assert_str_eq(name.base, "ndcg");
    ck_assert_str_eq(name.settings, "k=5");
    ck_assert_int_eq(mlci_named_metric_split("ndcg(k=5, ties=row_order)", &name, NULL), MLC_OK);
    ck_assert_str_eq(name.base, "ndcg");
    ck_assert_str_eq(name.settings, "k=5, ties=row_order");
    ck_assert_int_eq(mlci_named_metric_split("ndcg()", &name, NULL), MLC_OK);
    ck_assert_str_eq(name.settings, "");
    ck_assert_int_eq(mlci_named_metric_split("acme.profit", &name, NULL), MLC_OK);
    ck_assert_str_eq(name.base, "acme.profit");
    ck_assert_str_eq(name.settings, "");
}
END_TEST

START_TEST(test_name_with_something_else_behind_the_at_is_refused)
{
    static const char *const names[] = {"ndcg@",
                                        "ndcg@0",
                                        "ndcg@-3",
                                        "ndcg@five",
                                        "ndcg@5@6",
                                        "ndcg@1.5",
                                        "ndcg@99999999999999999999",
                                        "ndcg(k=5",
                                        "ndcg(",
                                        "ndcg(k=5)x"};
    char longest[600];
    mlci_named_metric name;
    mlc_error err;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(mlci_named_metric_split(names[i], &name, &err), MLC_ERROR_COMPONENT);
    ck_assert_int_eq(mlci_named_metric_split("ndcg@five", &name, &err), MLC_ERROR_COMPONENT);
    ck_assert_str_eq(err.message, "no metric 'ndcg@five': behind @ stands the number of ranks that "
                                  "count, as in ndcg@5");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    ck_assert_int_eq(mlci_named_metric_split(longest, &name, &err), MLC_ERROR_COMPONENT);
}
END_TEST

MLCI_CHECK_SUITE("named_metric", test_name_is_split_at_its_cut_off,
                 test_name_with_something_else_behind_the_at_is_refused)
