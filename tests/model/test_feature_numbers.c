/* Numbers by feature: what a parameter takes is said by the test's own kind. */
#include "feature_numbers.h"

#include "named_features.h"

static int is_small(double x)
{
    return x >= 0 && x <= 9.5;
}

static const mlci_feature_numbers kind = {
    .parameter = "weights", .wants = "at most 9.5, such as [age:2]", .is_possible = is_small};

static mlc_status read(const named *s, const char *text, double *numbers, mlc_error *err)
{
    for (int j = 0; j < 4; j++)
        numbers[j] = 7;
    return mlci_feature_numbers_read(&kind, NULL, text, s->features, numbers, err);
}

START_TEST(test_numbers_go_to_features_by_name_or_by_place)
{
    named s;
    double x[4];
    open_named(&s);
    ck_assert_int_eq(read(&s, "m:2.5,'job: 1'", x, NULL), MLC_OK);
    ck_assert(x[0] == 7 && x[1] == 1 && x[2] == 2.5 && x[3] == 2.5);
    ck_assert_int_eq(read(&s, "1,2,3,9.5", x, NULL), MLC_OK);
    ck_assert(x[0] == 1 && x[1] == 2 && x[2] == 3 && x[3] == 9.5);
    ck_assert_int_eq(read(&s, "m1:3,m:3", x, NULL), MLC_OK);
    close_named(&s);
}
END_TEST

START_TEST(test_numbers_that_make_no_sense_are_refused_by_name)
{
    static const char *const refused[][2] = {
        {"aage:1", "weights: the model has no feature 'aage'; did you mean 'age'?"},
        {"age:1,age:0.5", "weights: feature 'age' is given both 1 and 0.5"},
        {"1,0,0", "weights has 3 numbers; the model has 4 features"},
        {"age:10", "weights: 'age:10' must be at most 9.5, such as [age:2]"},
        {"age:nan", "weights: 'age:nan' must be at most 9.5, such as [age:2]"},
        {":1", "weights: ':1' must be at most 9.5, such as [age:2]"},
        {"age", "weights: 'age' must be at most 9.5, such as [age:2]"}};
    named s;
    double x[4];
    open_named(&s);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        mlc_error err = {0};
        ck_assert_int_eq(read(&s, refused[i][0], x, &err), MLC_ERROR_SETTING);
        ck_assert_str_eq(err.message, refused[i][1]);
        ck_assert_str_eq(err.name, "weights");
    }
    mlc_error err = {0};
    ck_assert_int_eq(mlci_feature_numbers_check(&kind, "1,age:2", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message,
                     "weights = '1,age:2': features by name or a number a feature, not both");
    ck_assert_int_eq(mlci_feature_numbers_check(&kind, NULL, NULL), MLC_OK);
    close_named(&s);
}
END_TEST

MLCI_CHECK_SUITE("feature_numbers", test_numbers_go_to_features_by_name_or_by_place,
                 test_numbers_that_make_no_sense_are_refused_by_name)
