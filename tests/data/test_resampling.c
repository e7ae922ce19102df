/* Rows by class and how many are wanted; imbalanced-learn's counts are in
 * tests/python/test_resampling.py. */
#include "resampling.h"

#include "check_suite.h"
#include "making.h"

static mlc_dataset *classes(const char *settings)
{
    static const char *const y[] = {"b", "a:x", "b", "b", "a:x", "c", "b", "b", "b"};
    const mlc_array array = making_category("y", 9, y);
    return making_dataset(&array, 1, settings);
}

static mlc_status open(const mlc_dataset *d, const char *strategy, int over, mlci_resampling *r,
                       mlc_error *err)
{
    static mlc_context local;
    mlc_context *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    const mlc_status status = mlci_resampling_open(call, d, strategy, over, r, err);
    mlci_call_end(call);
    return status;
}

static void assert_wanted(const char *strategy, int over, int64_t a, int64_t b, int64_t c)
{
    mlc_dataset *d = classes("target=y");
    mlci_resampling r;
    mlc_error err;
    const mlc_status status = open(d, strategy, over, &r, &err);
    ck_assert_msg(status == MLC_OK, "%s", status == MLC_OK ? "" : err.message);
    ck_assert_int_eq(r.wanted[0], a);
    ck_assert_int_eq(r.wanted[1], b);
    ck_assert_int_eq(r.wanted[2], c);
    mlci_resampling_clear(&r);
    mlc_dataset_free(d);
}

START_TEST(test_strategies_say_which_classes_grow_or_shrink)
{
    assert_wanted("auto", 1, 6, 6, 6);
    assert_wanted("minority", 1, 2, 6, 6);
    assert_wanted("not_minority", 1, 6, 6, 1);
    assert_wanted("not-majority", 1, 6, 6, 6);
    assert_wanted("all", 1, 6, 6, 6);
    assert_wanted("a:x:4,c:2", 1, 4, 6, 2);
    assert_wanted("auto", 0, 1, 1, 1);
    assert_wanted("majority", 0, 2, 1, 1);
    assert_wanted("not majority", 0, 1, 6, 1);
    assert_wanted("b:0", 0, 2, 0, 1);
}
END_TEST

START_TEST(test_rows_are_listed_by_class_in_their_order)
{
    static const int64_t expected[] = {1, 4, 0, 2, 3, 6, 7, 8, 5};
    mlc_dataset *d = classes("target=y");
    mlci_resampling r;
    ck_assert_int_eq(open(d, "auto", 1, &r, NULL), MLC_OK);
    ck_assert_mem_eq(r.rows, expected, sizeof expected);
    ck_assert_int_eq(mlci_resampling_count(&r, 1), 6);
    ck_assert_int_eq(mlci_resampling_n_new(&r), 9);
    mlci_resampling_clear(&r);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_classes_without_rows_stay_without)
{
    mlc_dataset *d = classes("target=y classes='z,c,b,a:x'");
    mlci_resampling r;
    ck_assert_int_eq(open(d, "all", 1, &r, NULL), MLC_OK);
    ck_assert_int_eq(r.classes->n, 4);
    ck_assert_int_eq(r.wanted[0], 0);
    ck_assert_int_eq(r.wanted[1], 6);
    mlci_resampling_clear(&r);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_strategies_that_cannot_be_are_refused)
{
    static const char *const wrong[] = {"some", "b", "b:5", "d:3", "b:x", "b:-1", "0.5", "c:1e30"};
    mlc_dataset *d = classes("target=y"), *plain = classes(NULL);
    mlci_resampling r;
    mlc_error err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(open(d, wrong[i], 1, &r, &err) == MLC_ERROR_SETTING, "%s", wrong[i]);
        ck_assert_str_eq(err.name, "sampling_strategy");
    }
    ck_assert_int_eq(open(d, "b:7", 0, &r, NULL), MLC_ERROR_SETTING);
    ck_assert_int_eq(open(plain, "auto", 1, &r, NULL), MLC_ERROR_ROLE);
    mlc_dataset_free(plain);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("resampling", test_strategies_say_which_classes_grow_or_shrink,
                 test_rows_are_listed_by_class_in_their_order,
                 test_classes_without_rows_stay_without, test_strategies_that_cannot_be_are_refused)
