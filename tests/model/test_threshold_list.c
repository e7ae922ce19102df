/* Lists of thresholds against what was put in. */
#include "threshold_list.h"

#include "check_suite.h"
#include "context_impl.h"
#include "torture.h"

typedef struct thresholds {
    mlci_threshold_list list;
    int32_t at;
} thresholds;

static void open(thresholds *t, int64_t n_expected)
{
    ck_assert_int_eq(mlci_threshold_list_open(NULL, n_expected, &t->list, NULL), MLC_OK);
}

static int32_t add(thresholds *t, int32_t feature, uint64_t key)
{
    ck_assert_int_eq(mlci_threshold_list_add(&t->list, feature, key, &t->at, NULL), MLC_OK);
    ck_assert_int_eq(t->list.all[t->at].feature, feature);
    ck_assert(t->list.all[t->at].key == key);
    return t->at;
}

START_TEST(test_thresholds_that_come_again_are_the_same)
{
    thresholds t;
    open(&t, 6000);
    for (int turn = 0; turn < 3; turn++)
        for (int32_t i = 0; i < 6000; i++)
            ck_assert_int_eq(add(&t, i % 20, (uint64_t)(i / 20)), i);
    ck_assert_int_eq(t.list.n, 6000);
    mlci_threshold_list_clear(&t.list);
}
END_TEST

START_TEST(test_thresholds_of_other_features_are_others)
{
    thresholds t;
    open(&t, 4);
    ck_assert_int_eq(add(&t, 0, 0), 0);
    ck_assert_int_eq(add(&t, 1, 0), 1);
    ck_assert_int_eq(add(&t, 0, 1), 2);
    ck_assert_int_eq(add(&t, 0, 0), 0);
    mlci_threshold_list_clear(&t.list);
}
END_TEST

START_TEST(test_more_thresholds_than_expected_are_all_there)
{
    thresholds t;
    open(&t, 10);
    for (int turn = 0; turn < 2; turn++)
        for (int32_t i = 0; i < 5000; i++)
            add(&t, 3, (uint64_t)i << 40);
    ck_assert_int_ge(t.list.n, 5000);
    ck_assert_int_le(t.list.n, 10000);
    mlci_threshold_list_clear(&t.list);
}
END_TEST

/* Whoever chooses thresholds that hash alike gets a longer list, not a longer search. */
START_TEST(test_thresholds_that_collide_are_listed_again)
{
    uint64_t key[3 * MLCI_THRESHOLD_NEAR];
    int n = 0;
    thresholds t;
    open(&t, 1);
    for (uint64_t k = 0; n < 3 * MLCI_THRESHOLD_NEAR; k++)
        if ((mlci_mix_a(k) & t.list.mask) == 5) key[n++] = k;
    for (int turn = 0; turn < 4; turn++)
        for (int i = 0; i < n; i++)
            add(&t, 0, key[i]);
    ck_assert_int_gt(t.list.n, n);
    ck_assert_int_le(t.list.n, 4 * n);
    mlci_threshold_list_clear(&t.list);
}
END_TEST

static mlc_status list_some(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_threshold_list list;
    int32_t at = 0;
    MLCI_TRY(mlci_threshold_list_open(mlci_context_root(ctx), 100, &list, err));
    mlc_status status = MLC_OK;
    for (int32_t i = 0; i < 300 && status == MLC_OK; i++)
        status = mlci_threshold_list_add(&list, i % 7, (uint64_t)i, &at, err);
    mlci_threshold_list_clear(&list);
    return status;
}

START_TEST(test_list_when_memory_fails_leaks_nothing)
{
    mlci_torture(list_some, NULL);
}
END_TEST

MLCI_CHECK_SUITE("threshold_list", test_thresholds_that_come_again_are_the_same,
                 test_thresholds_of_other_features_are_others,
                 test_more_thresholds_than_expected_are_all_there,
                 test_thresholds_that_collide_are_listed_again,
                 test_list_when_memory_fails_leaks_nothing)
