#include "tree/score_names.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"

static mlc_status keep(void *arg, int32_t k, const char *name, mlc_error *err)
{
    char *const seen = arg;
    sprintf(seen + strlen(seen), "%d:%s;", (int)k, name);
    return strcmp(name, "stop") == 0 ? MLC_ERROR_DATA : MLC_OK;
}

START_TEST(test_score_names_are_taken_in_their_order)
{
    char seen[200] = "";
    int32_t n_names, n_metrics;
    const char *const list = "roc_auc, loss,'ndcg(k=5, gain=linear)',ndcg(k=1,gain=linear),ndcg@5";
    ck_assert_int_eq(mlci_score_names_count(list, &n_names, &n_metrics, NULL), MLC_OK);
    ck_assert_int_eq(n_names, 5);
    ck_assert_int_eq(n_metrics, 4);
    ck_assert_int_eq(mlci_score_names_each(NULL, list, keep, seen, NULL), MLC_OK);
    ck_assert_str_eq(seen, "0:roc_auc;1:loss;2:ndcg(k=5, gain=linear);3:ndcg(k=1,gain=linear);"
                           "4:ndcg@5;");
    seen[0] = '\0';
    ck_assert_int_eq(mlci_score_names_each(NULL, "a,stop,b", keep, seen, NULL), MLC_ERROR_DATA);
    ck_assert_str_eq(seen, "0:a;1:stop;");
    ck_assert_int_eq(mlci_score_names_count(NULL, &n_names, &n_metrics, NULL), MLC_OK);
    ck_assert(n_names == 0 && n_metrics == 0);
}
END_TEST

START_TEST(test_score_names_that_say_nothing_or_one_thing_twice_are_refused)
{
    char many[200] = "";
    mlc_error err;
    ck_assert_int_eq(mlci_score_names_count(" ", NULL, NULL, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message,
                     "early_stopping_metric is empty: name a metric, or none for the loss");
    ck_assert_int_eq(mlci_score_names_count("mae,rmse, mae", NULL, NULL, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "early_stopping_metric has mae twice");
    for (int k = 0; k <= MLCI_MOST_METRICS; k++)
        sprintf(many + strlen(many), "%sm%d", k == 0 ? "" : ",", k);
    ck_assert_int_eq(mlci_score_names_count(many, NULL, NULL, &err), MLC_ERROR_LIMIT);
    ck_assert_str_eq(err.message, "early_stopping_metric has more than 24 names");
    *strrchr(many, ',') = '\0';
    ck_assert_int_eq(mlci_score_names_count(many, NULL, NULL, &err), MLC_OK);
}
END_TEST

MLCI_CHECK_SUITE("score_names", test_score_names_are_taken_in_their_order,
                 test_score_names_that_say_nothing_or_one_thing_twice_are_refused)
