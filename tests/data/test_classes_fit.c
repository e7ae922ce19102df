/* Which classes a target has, in which order, and what is not a class. */
#include "target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static mlci_column *column_of(mlc_array array)
{
    mlc_dataset *dataset = making_dataset(&array, 1, NULL);
    mlci_column *column = mlci_column_ref(dataset->fields[0].column);
    mlc_dataset_free(dataset);
    return column;
}

/* Names of the classes with blanks between; a star behind the positive one. */
static void assert_classes(mlc_array array, const char *list, const char *positive,
                           const char *wanted)
{
    mlci_column *column = column_of(array);
    mlci_classes *c = NULL;
    mlc_error err = {0};
    char got[200] = "";
    ck_assert_msg(mlci_classes_fit(NULL, column, "y", list, positive, &c, &err) == MLC_OK, "%s",
                  err.message);
    for (int32_t i = 0; i < c->n; i++) {
        if (i > 0) strcat(got, " ");
        strcat(got, c->names[i]);
        if (i == c->positive) strcat(got, "*");
        ck_assert_int_eq(c->class_of[c->order[i]], i);
        ck_assert_int_eq(mlci_classes_find(c, c->names[i]), i);
    }
    ck_assert_str_eq(got, wanted);
    mlci_classes_unref(c);
    mlci_column_unref(column);
}

static void assert_refused(mlc_array array, const char *list, const char *positive,
                           mlc_status status, const char *says)
{
    mlci_column *column = column_of(array);
    mlci_classes *c = NULL;
    making_assert_fails(mlci_classes_fit(NULL, column, "y", list, positive, &c, err), status, says);
    ck_assert_ptr_null(c);
    mlci_column_unref(column);
}

static const char *const words[] = {"yes", "no", "no", "10", "9"};

START_TEST(test_fit_when_texts_orders_by_bytes)
{
    assert_classes(making_text("y", 5, words), NULL, NULL, "10 9 no yes*");
    assert_classes(making_category("y", 3, words), NULL, NULL, "no yes*");
}
END_TEST

START_TEST(test_fit_when_numbers_orders_by_size)
{
    assert_classes(making_integer("y", 4, (int64_t[]){10, 9, -1, 9}), NULL, NULL, "-1 9 10*");
    assert_classes(making_real("y", 3, (double[]){2, 1, -0.0}), NULL, NULL, "0 1 2*");
    assert_classes(making_array("y", MLC_TYPE_FLOAT32, 2, (float[]){1, 0}), NULL, NULL, "0 1*");
    const uint8_t bits = 0x02;
    assert_classes(making_array("y", MLC_TYPE_BOOL, 2, &bits), NULL, NULL, "false true*");
}
END_TEST

START_TEST(test_fit_when_positive_is_given_by_its_text)
{
    const uint8_t bits = 0x02;
    assert_classes(making_text("y", 3, words), NULL, "no", "no* yes");
    assert_classes(making_integer("y", 2, (int64_t[]){1, 2}), NULL, "1", "1* 2");
    assert_classes(making_integer("y", 2, (int64_t[]){1, 2}), NULL, "1.0", "1* 2");
    assert_classes(making_array("y", MLC_TYPE_BOOL, 2, &bits), NULL, "false", "false* true");
    assert_classes(making_array("y", MLC_TYPE_BOOL, 2, &bits), NULL, "0", "false* true");
    assert_refused(making_text("y", 3, words), NULL, "yess", MLC_ERROR_DATA,
                   "positive = 'yess' is none of the 2 classes of 'y': did you mean 'yes'");
}
END_TEST

START_TEST(test_fit_when_listed_takes_that_order_and_absent_classes)
{
    assert_classes(making_text("y", 3, words), "yes,no", NULL, "yes no*");
    assert_classes(making_text("y", 3, words), "yes, maybe, no", "yes", "yes* maybe no");
    assert_classes(making_text("y", 3, words), "'yes','a,b',no", NULL, "yes a,b no*");
    assert_classes(making_integer("y", 2, (int64_t[]){1, 2}), "2,3,1", NULL, "2 3 1*");
    const uint8_t bits = 0x02;
    assert_classes(making_array("y", MLC_TYPE_BOOL, 2, &bits), "true,false", NULL, "true false*");
}
END_TEST

START_TEST(test_fit_when_the_list_is_wrong_says_why)
{
    const uint8_t bits = 0x02;
    assert_refused(making_text("y", 5, words), "no,yes,9", NULL, MLC_ERROR_DATA,
                   "target 'y' has the class '10', which classes=no,yes,9 leaves out");
    assert_refused(making_text("y", 3, words), "no,yes,no", NULL, MLC_ERROR_SETTING,
                   "'no' is named twice");
    assert_refused(making_integer("y", 2, (int64_t[]){1, 2}), "1,2,1.0", NULL, MLC_ERROR_SETTING,
                   "'1.0' is named twice");
    assert_refused(making_integer("y", 2, (int64_t[]){1, 2}), "1,2.5", NULL, MLC_ERROR_SETTING,
                   "'2.5' is not a whole number, as the target is int64");
    assert_refused(making_array("y", MLC_TYPE_BOOL, 2, &bits), "true,2", NULL, MLC_ERROR_SETTING,
                   "'2' is not true or false");
    assert_refused(making_text("y", 3, words), "no", NULL, MLC_ERROR_SETTING,
                   "at least two classes");
}
END_TEST

START_TEST(test_fit_when_values_are_no_labels_advises_a_regressor)
{
    static double many[1001];
    for (int i = 0; i < 1001; i++)
        many[i] = 1001 - i;
    assert_refused(making_real("y", 2, (double[]){1, 2.5}), NULL, NULL, MLC_ERROR_DATA,
                   "has the value 2.5: classes are whole numbers, texts or true and false; for "
                   "measured values use a regressor");
    assert_refused(making_real("y", 1001, many), NULL, NULL, MLC_ERROR_DATA,
                   "more than 1000 distinct values");
    assert_refused(making_real("y", 2, (double[]){1, INFINITY}), NULL, NULL, MLC_ERROR_DATA,
                   "has the value inf");
    assert_refused(making_integer("y", 2, (int64_t[]){1, INT64_MAX}), NULL, NULL, MLC_ERROR_DATA,
                   "beyond 2^53");
    assert_refused(making_array("y", MLC_TYPE_TIMESTAMP, 2, (int64_t[]){1, 2}), NULL, NULL,
                   MLC_ERROR_COLUMN, "target 'y' is a timestamp");
    assert_refused(making_matrix("y", 1, 2, (double[]){1, 2}), NULL, NULL, MLC_ERROR_COLUMN,
                   "target 'y' is a vector");
}
END_TEST

START_TEST(test_fit_when_too_many_texts_asks_whether_it_is_an_id)
{
    enum { N = MLCI_MAX_CLASSES + 1 };
    static char store[N][8];
    static const char *texts[N];
    static int64_t numbers[N];
    for (int i = 0; i < N; i++) {
        snprintf(store[i], sizeof store[i], "%d", i);
        texts[i] = store[i];
        numbers[i] = i;
    }
    assert_refused(making_text("y", N, texts), NULL, NULL, MLC_ERROR_DATA, "is it an id?");
    assert_refused(making_integer("y", N, numbers), NULL, NULL, MLC_ERROR_DATA,
                   "more than 32768 distinct values");
}
END_TEST

START_TEST(test_fit_when_rows_are_missing_or_alike_is_refused)
{
    const char *const gap[] = {"a", "b", NULL};
    assert_refused(making_text("y", 3, gap), NULL, NULL, MLC_ERROR_DATA,
                   "target 'y' is missing in row 3");
    assert_refused(making_real("y", 2, (double[]){1, NAN}), NULL, NULL, MLC_ERROR_DATA,
                   "target 'y' is missing in row 2");
    assert_refused(making_text("y", 1, gap), NULL, NULL, MLC_ERROR_DATA, "has one class only, 'a'");
    assert_refused(making_text("y", 0, gap), NULL, NULL, MLC_ERROR_DATA, "has no rows");
}
END_TEST

static mlc_status fit(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_array arrays[] = {making_text("t", 3, words),
                                making_integer("i", 3, (int64_t[]){1, 2, 1})};
    mlc_dataset *d = NULL;
    mlci_classes *c = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, NULL, &d, err);
    for (int i = 0; i < 4 && status == MLC_OK; i++) {
        const char *const list = i == 0 ? "yes,no" : i == 1 ? "2,1" : NULL;
        status = mlci_classes_fit(mlci_context_root(ctx), d->fields[i % 2].column, "y", list, NULL,
                                  &c, err);
        if (status == MLC_OK) mlci_classes_unref(c);
    }
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_fit_when_memory_fails_leaks_nothing, fit, NULL)

MLCI_CHECK_SUITE("classes_fit", test_fit_when_texts_orders_by_bytes,
                 test_fit_when_numbers_orders_by_size, test_fit_when_positive_is_given_by_its_text,
                 test_fit_when_listed_takes_that_order_and_absent_classes,
                 test_fit_when_the_list_is_wrong_says_why,
                 test_fit_when_values_are_no_labels_advises_a_regressor,
                 test_fit_when_too_many_texts_asks_whether_it_is_an_id,
                 test_fit_when_rows_are_missing_or_alike_is_refused,
                 test_fit_when_memory_fails_leaks_nothing)
