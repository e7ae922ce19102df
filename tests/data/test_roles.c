/* Roles from settings text. */
#include "dataset_impl.h"

#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static mlc_dataset *four(void)
{
    const mlc_array arrays[] = {
        making_real("age", 1, (double[]){1}), making_real("income", 1, (double[]){2}),
        making_real("a,b", 1, (double[]){3}), making_real("w", 1, (double[]){4})};
    return making_dataset(arrays, 4, NULL);
}

static mlc_dataset *with(const mlc_dataset *dataset, const char *roles)
{
    mlc_dataset *out = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlc_dataset_with_roles(NULL, dataset, roles, &out, &err) == MLC_OK, "%s",
                  err.message);
    return out;
}

START_TEST(test_with_roles_when_given_leaves_the_first_dataset_alone)
{
    mlc_dataset *d = four(), *e = with(d, "target=income weight=w");
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "feature");
    ck_assert_str_eq(mlc_dataset_column_role(e, 0), "feature");
    ck_assert_str_eq(mlc_dataset_column_role(e, 1), "target");
    ck_assert_str_eq(mlc_dataset_column_role(e, 3), "weight");
    ck_assert_ptr_eq(d->fields[0].column, e->fields[0].column);
    mlc_dataset_free(d);
    ck_assert_double_eq(making_cell(e, "income", 0), 2);
    mlc_dataset_free(e);
}
END_TEST

START_TEST(test_with_roles_when_repeated_keeps_others_and_feature_takes_away)
{
    mlc_dataset *d = four(), *e = with(d, "target=income ignore=age,w");
    mlc_dataset *f = with(e, "feature=age");
    ck_assert_str_eq(mlc_dataset_column_role(f, 0), "feature");
    ck_assert_str_eq(mlc_dataset_column_role(f, 1), "target");
    ck_assert_str_eq(mlc_dataset_column_role(f, 3), "ignore");
    mlc_dataset_free(d);
    mlc_dataset_free(e);
    mlc_dataset_free(f);
}
END_TEST

START_TEST(test_with_roles_when_a_name_has_a_comma_takes_it_in_quotes)
{
    mlc_dataset *d = four(), *e = with(d, "ignore='a,b'"), *f = with(d, "ignore=\"'a,b',age\"");
    mlc_dataset *g = with(d, "{\"ignore\": [\"a,b\", \"w\"]}");
    ck_assert_str_eq(mlc_dataset_column_role(e, 2), "ignore");
    ck_assert_str_eq(mlc_dataset_column_role(f, 2), "ignore");
    ck_assert_str_eq(mlc_dataset_column_role(f, 0), "ignore");
    ck_assert_str_eq(mlc_dataset_column_role(g, 2), "ignore");
    ck_assert_str_eq(mlc_dataset_column_role(g, 3), "ignore");
    mlc_dataset_free(d);
    mlc_dataset_free(e);
    mlc_dataset_free(f);
    mlc_dataset_free(g);
}
END_TEST

START_TEST(test_with_roles_when_classes_are_given_keeps_them_for_the_target)
{
    mlc_dataset *d = four(), *e = with(d, "classes='no,yes' positive='>50K'"), *f = with(e, NULL);
    ck_assert_str_eq(f->classes, "no,yes");
    ck_assert_str_eq(f->positive, ">50K");
    mlc_dataset_free(d);
    mlc_dataset_free(e);
    mlc_dataset_free(f);
}
END_TEST

START_TEST(test_with_roles_when_wrong_says_what_would_be_right)
{
    mlc_dataset *d = four(), *out = NULL;
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "target=incme", &out, err),
                        MLC_ERROR_COLUMN, "no column 'incme': did you mean 'income'?");
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "traget=income", &out, err),
                        MLC_ERROR_SETTING, "did you mean 'target'?");
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "weight=w,age", &out, err), MLC_ERROR_ROLE,
                        "'age' and 'w' both have the role weight");
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "weight=w target=w", &out, err),
                        MLC_ERROR_ROLE, "column 'w' is given as weight and as target");
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "target='", &out, err), MLC_ERROR_SYNTAX,
                        "quote");
    making_assert_fails(mlc_dataset_with_roles(NULL, d, "zzzzzzzz=w", &out, err), MLC_ERROR_SETTING,
                        "'zzzzzzzz' is not a role: roles are target, weight,");
    making_assert_fails(mlc_dataset_with_roles(NULL, NULL, "target=w", &out, err),
                        MLC_ERROR_ARGUMENT, "dataset is NULL");
    ck_assert_ptr_null(out);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_sensitive_when_given_is_still_a_feature)
{
    mlc_dataset *d = four(), *e = with(d, "sensitive=age target=income");
    ck_assert(mlci_field_is_feature(&e->fields[0]));
    ck_assert(!mlci_field_is_feature(&e->fields[1]));
    mlc_dataset_free(d);
    mlc_dataset_free(e);
}
END_TEST

START_TEST(test_role_names_when_found_give_their_numbers)
{
    for (int32_t role = MLCI_ROLE_FEATURE; role <= MLCI_ROLE_IGNORE; role++) {
        ck_assert_int_eq(mlci_role_find(mlci_role_name(role)), role);
    }
    ck_assert_ptr_null(mlci_role_name(MLCI_ROLE_IGNORE + 1));
    ck_assert_int_eq(mlci_role_find("y"), -1);
    ck_assert_int_eq(mlci_role_find("time"), MLCI_ROLE_TIME);
}
END_TEST

static mlc_status give(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_array arrays[] = {making_real("x", 1, (double[]){1}),
                                making_real("y", 1, (double[]){2})};
    mlc_dataset *d = NULL, *e = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, "positive=1", &d, err);
    if (status == MLC_OK) {
        status = mlc_dataset_with_roles(ctx, d, "target=y ignore=x classes=0,1", &e, err);
    }
    mlc_dataset_free(d);
    if (status == MLC_OK) mlc_dataset_free(e);
    return status;
}
MLCI_TORTURE_TEST(test_with_roles_when_memory_fails_leaks_nothing, give, NULL)

MLCI_CHECK_SUITE("roles", test_with_roles_when_given_leaves_the_first_dataset_alone,
                 test_with_roles_when_repeated_keeps_others_and_feature_takes_away,
                 test_with_roles_when_a_name_has_a_comma_takes_it_in_quotes,
                 test_with_roles_when_classes_are_given_keeps_them_for_the_target,
                 test_with_roles_when_wrong_says_what_would_be_right,
                 test_sensitive_when_given_is_still_a_feature,
                 test_role_names_when_found_give_their_numbers,
                 test_with_roles_when_memory_fails_leaks_nothing)
