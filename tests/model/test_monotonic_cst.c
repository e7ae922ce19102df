/* Which sign a feature gets is said by the text itself; everything else is refused by name. */
#include "monotonic_cst.h"

#include "named_features.h"

static void check_signs(const named *s, const char *text, int a, int b, int c, int d)
{
    const int expected[] = {a, b, c, d};
    int8_t *sign = NULL;
    mlc_error err = {0};
    const mlc_status status = mlci_monotonic_signs(NULL, text, s->features, 0, &sign, &err);
    ck_assert_msg(status == MLC_OK, "%s: %s", text, err.message);
    for (int j = 0; j < 4; j++)
        ck_assert_int_eq(sign[j], expected[j]);
    mlci_free(sign);
}

START_TEST(test_signs_go_to_features_by_name_or_by_place)
{
    named s;
    int8_t *sign;
    open_named(&s);
    check_signs(&s, "age:1", 1, 0, 0, 0);
    check_signs(&s, "'age: 1',m:-1", 1, 0, -1, -1);
    check_signs(&s, "m1:+1,age:0,job:0", 0, 0, 0, 1);
    check_signs(&s, "1,0,-1,0", 1, 0, -1, 0);
    ck_assert_int_eq(mlci_monotonic_signs(NULL, NULL, s.features, 0, &sign, NULL), MLC_OK);
    ck_assert_ptr_null(sign);
    ck_assert_int_eq(mlci_monotonic_signs(NULL, "0,0,0,0", s.features, 3, &sign, NULL), MLC_OK);
    ck_assert_ptr_null(sign);
    ck_assert_int_eq(mlci_monotonic_signs(NULL, "", s.features, 0, &sign, NULL), MLC_OK);
    ck_assert_ptr_null(sign);
    close_named(&s);
}
END_TEST

START_TEST(test_signs_that_make_no_sense_are_refused_by_name)
{
    static const char *const refused[][2] = {
        {"aage:1", "monotonic_cst: the model has no feature 'aage'; did you mean 'age'?"},
        {"wealth:1", "monotonic_cst: the model has no feature 'wealth'; its first one is 'age'"},
        {"m[2]:1", "monotonic_cst: the model has no feature 'm[2]'; its first one is 'age'"},
        {"job:1", "monotonic_cst: feature 'job' holds categories, which have no order"},
        {"0,1,0,0", "monotonic_cst: feature 'job' holds categories, which have no order"},
        {"age:1,age:-1", "monotonic_cst: feature 'age' is given both 1 and -1"},
        {"m:1,m0:0", "monotonic_cst: feature 'm' is given both 1 and 0"},
        {"1,0,0", "monotonic_cst has 3 numbers; the model has 4 features"},
        {"1,0,0,0,1", "monotonic_cst has 5 numbers; the model has 4 features"}};
    named s;
    int8_t *sign = NULL;
    mlc_error err;
    open_named(&s);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_int_eq(mlci_monotonic_check(refused[i][0], NULL), MLC_OK);
        ck_assert_int_eq(mlci_monotonic_signs(NULL, refused[i][0], s.features, 0, &sign, &err),
                         MLC_ERROR_SETTING);
        ck_assert_str_eq(err.message, refused[i][1]);
        ck_assert_str_eq(err.name, "monotonic_cst");
    }
    ck_assert_int_eq(mlci_monotonic_signs(NULL, "age:1", s.features, 3, &sign, &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message,
                     "monotonic_cst: takes numbers or two classes; the target has 3 classes");
    close_named(&s);
}
END_TEST

START_TEST(test_text_that_is_no_constraint_is_refused_before_any_feature_is_known)
{
    static const char *const refused[] = {"age:2", "age:0.5", "age:", ":1", "2", "age", "1,x"};
    mlc_error err;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_int_eq(mlci_monotonic_check(refused[i], &err), MLC_ERROR_SETTING);
        ck_assert_ptr_nonnull(strstr(err.message, "must be 1, 0 or -1, or a feature with one"));
    }
    ck_assert_int_eq(mlci_monotonic_check("1,age:1", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "monotonic_cst = '1,age:1': features by name or a number a "
                                  "feature, not both");
    ck_assert_int_eq(mlci_monotonic_check(NULL, NULL), MLC_OK);
}
END_TEST

MLCI_CHECK_SUITE("monotonic_cst", test_signs_go_to_features_by_name_or_by_place,
                 test_signs_that_make_no_sense_are_refused_by_name,
                 test_text_that_is_no_constraint_is_refused_before_any_feature_is_known)
