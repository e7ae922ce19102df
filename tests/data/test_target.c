/* Targets, weights, offsets. */
#include "target.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static mlc_context local, *call;

static void begin(void)
{
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
}

static const char *const words[] = {"b", "a", "b"};

START_TEST(test_classes_when_fitted_numbers_rows_by_class)
{
    const mlc_array array = making_text("y", 3, words);
    mlc_dataset *d = making_dataset(&array, 1, "target=y");
    mlci_target *t = NULL;
    begin();
    ck_assert_int_eq(mlci_target_classes(call, d, NULL, &t, NULL), MLC_OK);
    ck_assert_str_eq(t->name, "y");
    ck_assert_int_eq(t->n_outputs, 1);
    ck_assert(t->class_of_row[0] == 1 && t->class_of_row[1] == 0 && t->value[2] == 1);
    ck_assert_str_eq(t->classes->names[t->classes->positive], "b");
    mlci_target_free(t);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_classes_when_the_dataset_names_them_takes_their_order)
{
    const mlc_array array = making_text("y", 3, words);
    mlc_dataset *d = making_dataset(&array, 1, "target=y classes='b,c,a' positive=b");
    mlci_target *t = NULL;
    begin();
    ck_assert_int_eq(mlci_target_classes(call, d, NULL, &t, NULL), MLC_OK);
    ck_assert(t->class_of_row[0] == 0 && t->class_of_row[1] == 2 && t->classes->n == 3);
    ck_assert_int_eq(t->classes->positive, 0);
    mlci_target_free(t);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_classes_when_known_takes_the_models)
{
    const mlc_array array = making_text("y", 3, words);
    mlc_dataset *d = making_dataset(&array, 1, "target=y classes='b,a'");
    mlc_dataset *one = making_rows(d, 1, (int64_t[]){1});
    mlci_target *t = NULL, *again = NULL;
    begin();
    ck_assert_int_eq(mlci_target_classes(call, d, NULL, &t, NULL), MLC_OK);
    ck_assert_int_eq(mlci_target_classes(call, one, t->classes, &again, NULL), MLC_OK);
    ck_assert_ptr_eq(again->classes, t->classes);
    ck_assert(again->n_rows == 1 && again->class_of_row[0] == 1);
    mlci_target_free(t);
    mlci_target_free(again);
    mlc_dataset_free(one);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_numbers_when_several_targets_are_row_major)
{
    const mlc_array arrays[] = {making_real("a", 2, (double[]){1, 2}),
                                making_real("x", 2, (double[]){8, 9}),
                                making_matrix("m", 2, 2, (double[]){3, 4, 5, 6}),
                                making_integer("b", 2, (int64_t[]){7, 8})};
    mlc_dataset *d = making_dataset(arrays, 4, "target=a,m,b");
    mlci_target *t = NULL;
    const double wanted[] = {1, 3, 4, 7, 2, 5, 6, 8};
    begin();
    ck_assert_int_eq(mlci_target_numbers(call, d, &t, NULL), MLC_OK);
    ck_assert_int_eq(t->n_outputs, 4);
    ck_assert_int_eq(memcmp(t->value, wanted, sizeof wanted), 0);
    ck_assert_str_eq(t->names[0], "a");
    ck_assert_str_eq(t->names[2], "m[m1]");
    ck_assert_str_eq(t->names[3], "b");
    ck_assert_ptr_null(t->classes);
    ck_assert_ptr_null(t->class_of_row);
    mlci_target_free(t);
    mlc_dataset_free(d);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_bounds_without_an_upper_one_are_infinite)
{
    const mlc_array arrays[] = {making_real("from", 3, (double[]){1, 2, 0}),
                                making_real("to", 3, (double[]){1, NAN, INFINITY}),
                                making_real("odd", 3, (double[]){1, -INFINITY, 2})};
    mlc_dataset *d = making_dataset(arrays, 3, "target=from,to");
    mlc_dataset *one = making_dataset(arrays, 3, "target=from");
    mlc_dataset *turned = making_dataset(arrays + 1, 2, "target=to,odd");
    mlc_dataset *below = making_dataset((mlc_array[]){arrays[0], arrays[2]}, 2, "target=from,odd");
    mlci_target *t = NULL;
    const double wanted[] = {1, 1, 2, INFINITY, 0, INFINITY};
    begin();
    ck_assert_int_eq(mlci_target_bounds(call, d, &t, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(t->value, wanted, sizeof wanted), 0);
    mlci_target_free(t);
    ck_assert_int_eq(mlci_target_bounds(call, one, &t, NULL), MLC_OK);
    ck_assert_int_eq(t->n_outputs, 1);
    mlci_target_free(t);
    t = NULL;
    making_assert_fails(mlci_target_numbers(call, d, &t, err), MLC_ERROR_DATA,
                        "target 'to' is missing in row 2");
    making_assert_fails(mlci_target_bounds(call, turned, &t, err), MLC_ERROR_DATA,
                        "target 'to' is missing in row 2");
    making_assert_fails(mlci_target_bounds(call, below, &t, err), MLC_ERROR_DATA,
                        "target 'odd' is infinite in row 2");
    ck_assert_ptr_null(t);
    mlc_dataset_free(d);
    mlc_dataset_free(one);
    mlc_dataset_free(turned);
    mlc_dataset_free(below);
    mlci_call_end(call);
}
END_TEST

START_TEST(test_target_when_wrong_says_why)
{
    const mlc_array arrays[] = {making_real("x", 2, (double[]){1, NAN}),
                                making_text("t", 2, words)};
    mlc_dataset *none = making_dataset(arrays, 2, NULL);
    mlc_dataset *both = making_dataset(arrays, 2, "target=x,t");
    mlc_dataset *number = making_dataset(arrays, 2, "target=x");
    mlc_dataset *empty = making_rows(number, 0, (int64_t[]){0});
    mlci_target *t = NULL;
    begin();
    making_assert_fails(mlci_target_classes(call, none, NULL, &t, err), MLC_ERROR_ROLE,
                        "none of the 2 columns is the target: say which, as in target=t");
    making_assert_fails(mlci_target_numbers(call, none, &t, err), MLC_ERROR_ROLE,
                        "none of the 2 columns is the target");
    making_assert_fails(mlci_target_classes(call, both, NULL, &t, err), MLC_ERROR_ROLE,
                        "'x' and 't' both have the role target");
    making_assert_fails(mlci_target_numbers(call, both, &t, err), MLC_ERROR_COLUMN,
                        "target 't' is text: a regressor needs numbers");
    making_assert_fails(mlci_target_numbers(call, number, &t, err), MLC_ERROR_DATA,
                        "target 'x' is missing in row 2");
    making_assert_fails(mlci_target_numbers(call, empty, &t, err), MLC_ERROR_DATA,
                        "target 'x' has no rows");
    ck_assert_ptr_null(t);
    mlc_dataset_free(none);
    mlc_dataset_free(both);
    mlc_dataset_free(number);
    mlc_dataset_free(empty);
    mlci_call_end(call);
}
END_TEST

static void assert_weights(const double *w, mlc_status status, const char *says)
{
    const mlc_array array = making_real("w", 3, w);
    mlc_dataset *d = making_dataset(&array, 1, "weight=w");
    double *weights = NULL;
    if (status == MLC_OK) {
        ck_assert_int_eq(mlci_dataset_weights(d, &weights, NULL), MLC_OK);
        ck_assert_int_eq(memcmp(weights, w, 3 * sizeof *w), 0);
    } else {
        making_assert_fails(mlci_dataset_weights(d, &weights, err), status, says);
        ck_assert_ptr_null(weights);
    }
    mlci_free(weights);
    mlc_dataset_free(d);
}

START_TEST(test_weights_when_checked_are_finite_and_not_negative)
{
    assert_weights((double[]){0, 2.5, 1}, MLC_OK, "");
    assert_weights((double[]){0, -0.5, 1}, MLC_ERROR_DATA, "weight 'w' is -0.5 in row 2");
    assert_weights((double[]){0, 1, NAN}, MLC_ERROR_DATA, "weight 'w' is missing in row 3");
    assert_weights((double[]){INFINITY, 1, 1}, MLC_ERROR_DATA, "weight 'w' is infinite in row 1");
    assert_weights((double[]){0, 0, 0}, MLC_ERROR_DATA, "weight 'w' is 0 in every row");
}
END_TEST

START_TEST(test_weights_when_there_is_no_column_are_null)
{
    const mlc_array array = making_text("w", 3, words);
    mlc_dataset *d = making_dataset(&array, 1, NULL), *text = making_dataset(&array, 1, "weight=w");
    double mark = 0, *weights = &mark;
    ck_assert_int_eq(mlci_dataset_weights(d, &weights, NULL), MLC_OK);
    ck_assert_ptr_null(weights);
    making_assert_fails(mlci_dataset_weights(text, &weights, err), MLC_ERROR_COLUMN,
                        "weight 'w' is text: it must be a number");
    mlc_dataset_free(d);
    mlc_dataset_free(text);
}
END_TEST

START_TEST(test_groups_when_given_are_numbered_in_the_order_of_their_values)
{
    const int64_t session[] = {70, -3, 70, 12, -3};
    const char *const query[] = {"b", "a", "b", "c", NULL};
    const int32_t expected[] = {2, 0, 2, 1, 0};
    const mlc_array arrays[] = {making_integer("session", 5, session),
                                making_category("query", 5, query)};
    mlc_dataset *plain = making_dataset(arrays, 2, NULL), *d = NULL;
    int32_t mark = 0, *groups = &mark;
    ck_assert_int_eq(mlci_dataset_groups(NULL, plain, &groups, NULL), MLC_OK);
    ck_assert_ptr_null(groups);
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, plain, "group=session", &d, NULL), MLC_OK);
    ck_assert_int_eq(mlci_dataset_groups(NULL, d, &groups, NULL), MLC_OK);
    ck_assert_mem_eq(groups, expected, sizeof expected);
    mlci_free(groups);
    mlc_dataset_free(d);
    ck_assert_int_eq(mlc_dataset_with_roles(NULL, plain, "group=query", &d, NULL), MLC_OK);
    making_assert_fails(mlci_dataset_groups(NULL, d, &groups, err), MLC_ERROR_DATA,
                        "group 'query' is missing in row 5");
    mlc_dataset_free(d);
    mlc_dataset_free(plain);
}
END_TEST

START_TEST(test_offsets_when_view_are_those_of_its_rows)
{
    const mlc_array array = making_integer("o", 3, (int64_t[]){-1, 2, 3});
    mlc_dataset *d = making_dataset(&array, 1, "offset=o"),
                *v = making_rows(d, 2, (int64_t[]){2, 0});
    double *offsets = NULL;
    ck_assert_int_eq(mlci_dataset_offsets(v, &offsets, NULL), MLC_OK);
    ck_assert(offsets[0] == 3 && offsets[1] == -1);
    mlci_free(offsets);
    mlc_dataset_free(v);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status read_all(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_array arrays[] = {making_text("t", 3, words),
                                making_real("x", 3, (double[]){1, 2, 3}),
                                making_matrix("m", 3, 2, (double[]){1, 2, 3, 4, 5, 6})};
    mlc_context own, *c = NULL;
    mlc_dataset *d = NULL, *e = NULL;
    mlci_target *classes = NULL, *numbers = NULL;
    double *weights = NULL;
    MLCI_TRY(mlci_call_begin(ctx, &own, MLCI_PREDICT, &c, err));
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 3, "target=t weight=x", &d, err);
    if (status == MLC_OK) {
        status = mlc_dataset_with_roles(ctx, d, "feature=t,x target=m", &e, err);
    }
    if (status == MLC_OK) status = mlci_target_classes(c, d, NULL, &classes, err);
    if (status == MLC_OK) status = mlci_dataset_weights(d, &weights, err);
    mlc_dataset *f = NULL;
    if (status == MLC_OK) status = mlc_dataset_with_roles(ctx, d, "feature=t target=m", &f, err);
    if (status == MLC_OK) status = mlci_target_numbers(c, f, &numbers, err);
    mlci_target_free(classes);
    mlci_target_free(numbers);
    mlci_free(weights);
    mlc_dataset_free(d);
    mlc_dataset_free(e);
    mlc_dataset_free(f);
    mlci_call_end(c);
    return status;
}
MLCI_TORTURE_TEST(test_target_when_memory_fails_leaks_nothing, read_all, NULL)

MLCI_CHECK_SUITE("target", test_classes_when_fitted_numbers_rows_by_class,
                 test_classes_when_the_dataset_names_them_takes_their_order,
                 test_classes_when_known_takes_the_models,
                 test_numbers_when_several_targets_are_row_major,
                 test_bounds_without_an_upper_one_are_infinite, test_target_when_wrong_says_why,
                 test_weights_when_checked_are_finite_and_not_negative,
                 test_weights_when_there_is_no_column_are_null,
                 test_groups_when_given_are_numbered_in_the_order_of_their_values,
                 test_offsets_when_view_are_those_of_its_rows,
                 test_target_when_memory_fails_leaks_nothing)
