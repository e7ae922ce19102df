/* Expected values: closed forms, and those of scikit-learn 1.9.1's compute_class_weight. */
#include "class_weight.h"

#include "model_case.h"

typedef struct labels {
    mlc_dataset *data;
    mlci_target *y;
    mlc_context *call, local;
} labels;

static void open_labels(labels *l, const char *const *text, int64_t n)
{
    mlc_error err;
    const mlc_array array = {.size = sizeof array,
                             .name = "y",
                             .role = "target",
                             .type = MLC_TYPE_TEXT,
                             .data = text,
                             .n_rows = n,
                             .n_columns = 1};
    ck_assert_int_eq(mlci_call_begin(NULL, &l->local, MLCI_FIT, &l->call, NULL), MLC_OK);
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &l->data, &err), MLC_OK);
    ck_assert_int_eq(mlci_target_classes(l->call, l->data, NULL, &l->y, NULL), MLC_OK);
}

static void close_labels(labels *l)
{
    mlci_target_free(l->y);
    mlc_dataset_free(l->data);
    mlci_call_end(l->call);
}

static const char *const three[] = {"<=50K", "a:b", "yes", "yes"};

START_TEST(test_class_weight_balanced_gives_each_class_the_same_total)
{
    labels l;
    const double total[] = {1, 1, 2}, absent[] = {3, 0, 1};
    double factor[3];
    open_labels(&l, three, 4);
    ck_assert_int_eq(mlci_class_weight_factors("balanced", l.y->classes, total, factor, NULL),
                     MLC_OK);
    ck_assert_double_eq_tol(factor[0], 4.0 / 3, 1e-15);
    ck_assert_double_eq_tol(factor[1], 4.0 / 3, 1e-15);
    ck_assert_double_eq_tol(factor[2], 2.0 / 3, 1e-15);
    ck_assert_int_eq(mlci_class_weight_factors("balanced", l.y->classes, absent, factor, NULL),
                     MLC_OK);
    ck_assert_double_eq_tol(factor[0], 2.0 / 3, 1e-15);
    ck_assert_double_eq(factor[1], 1);
    ck_assert_double_eq_tol(factor[2], 2, 1e-15);
    close_labels(&l);
}
END_TEST

START_TEST(test_class_weight_pairs_name_classes_and_leave_others_at_one)
{
    labels l;
    double factor[3];
    open_labels(&l, three, 4);
    ck_assert_int_eq(mlci_class_weight_factors(NULL, l.y->classes, NULL, factor, NULL), MLC_OK);
    ck_assert(factor[0] == 1 && factor[1] == 1 && factor[2] == 1);
    ck_assert_int_eq(
        mlci_class_weight_factors("'<=50K:2.5','a:b:1e-3'", l.y->classes, NULL, factor, NULL),
        MLC_OK);
    ck_assert_double_eq(factor[0], 2.5);
    ck_assert_double_eq(factor[1], 1e-3);
    ck_assert_double_eq(factor[2], 1);
    close_labels(&l);
}
END_TEST

START_TEST(test_class_weight_that_makes_no_sense_says_why)
{
    static const char *const refused[][2] = {
        {"balancd", "class_weight = 'balancd': must be balanced, none or pairs such as "
                    "[no:1, yes:2.5]"},
        {"yes:x", "class_weight = 'yes:x': must be balanced, none or pairs such as "
                  "[no:1, yes:2.5]"},
        {":2", "class_weight = ':2': must be balanced, none or pairs such as [no:1, yes:2.5]"},
        {"yes:0", "class_weight = 'yes:0': weights must be finite and above 0"},
        {"yes:inf", "class_weight = 'yes:inf': weights must be finite and above 0"},
        {"yes:nan", "class_weight = 'yes:nan': weights must be finite and above 0"}};
    mlc_error err;
    labels l;
    double factor[3];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        ck_assert_int_eq(mlci_class_weight_check(refused[i][0], &err), MLC_ERROR_SETTING);
        ck_assert_str_eq(err.message, refused[i][1]);
        ck_assert_str_eq(err.name, "class_weight");
    }
    ck_assert_int_eq(mlci_class_weight_check("no:1,yes:2", NULL), MLC_OK);
    open_labels(&l, three, 4);
    ck_assert_int_eq(mlci_class_weight_factors("no:2", l.y->classes, NULL, factor, &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "class_weight: 'no' is not one of the 3 classes of the target, "
                                  "such as '<=50K'");
    ck_assert_int_eq(mlci_class_weight_factors("yes:2,yes:3", l.y->classes, NULL, factor, &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "class_weight: class 'yes' has two weights");
    close_labels(&l);
}
END_TEST

MLCI_CHECK_SUITE("class_weight", test_class_weight_balanced_gives_each_class_the_same_total,
                 test_class_weight_pairs_name_classes_and_leave_others_at_one,
                 test_class_weight_that_makes_no_sense_says_why)
