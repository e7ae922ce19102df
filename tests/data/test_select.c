/* Selectors. */
#include "dataset_impl.h"

#include <string.h>

#include "check_suite.h"
#include "making.h"
#include "torture.h"

static const char *const words[] = {"x"};

/* number, integer, category, text, matrix, an odd name; the integer is the target. */
static mlc_dataset *mixed(void)
{
    const mlc_array arrays[] = {making_real("capital-gain", 1, (double[]){1}),
                                making_integer("capital-loss", 1, (int64_t[]){2}),
                                making_category("job", 1, words),
                                making_text("note", 1, words),
                                making_matrix("m", 1, 2, (double[]){1, 2}),
                                making_real("a*,'b", 1, (double[]){3})};
    return making_dataset(arrays, 6, "target=capital-loss");
}

/* Names of what is selected, with blanks between. */
static void assert_selects(const char *columns, const char *wanted)
{
    mlc_dataset *d = mixed(), *s = NULL;
    mlc_error err = {0};
    char got[200] = "";
    ck_assert_msg(mlc_dataset_select(NULL, d, columns, &s, &err) == MLC_OK, "%s", err.message);
    for (int32_t i = 0; i < mlc_dataset_n_columns(s); i++) {
        if (i > 0) strcat(got, " ");
        strcat(got, mlc_dataset_column_name(s, i));
    }
    ck_assert_str_eq(got, wanted);
    ck_assert_int_eq(mlc_dataset_n_rows(s), 1);
    mlc_dataset_free(s);
    mlc_dataset_free(d);
}

START_TEST(test_select_when_names_are_given_keeps_their_order)
{
    assert_selects("note, job", "note job");
    assert_selects("note,note, capital-gain", "note capital-gain");
}
END_TEST

START_TEST(test_select_when_type_or_role_takes_all_of_them)
{
    assert_selects("type:number", "capital-gain capital-loss a*,'b");
    assert_selects("type:category", "job");
    assert_selects("type:text , type:vector", "note m");
    assert_selects("type:int64", "capital-loss");
    assert_selects("role:target,type:float64", "capital-loss capital-gain a*,'b");
    assert_selects("type:timestamp", "");
}
END_TEST

START_TEST(test_select_when_pattern_matches_as_shells_do)
{
    assert_selects("capital-*", "capital-gain capital-loss");
    assert_selects("*-????", "capital-gain capital-loss");
    assert_selects("*a*a*", "capital-gain capital-loss");
    assert_selects("n?te", "note");
    assert_selects("*", "capital-gain capital-loss job note m a*,'b");
    assert_selects("z*", "");
    assert_selects("?", "m");
}
END_TEST

START_TEST(test_select_when_quoted_is_a_name_and_no_pattern)
{
    assert_selects("'a*,\\'b'", "a*,'b");
    assert_selects("\"a*,'b\", job", "a*,'b job");
    mlc_dataset *d = mixed(), *s = NULL;
    making_assert_fails(mlc_dataset_select(NULL, d, "'capital-*'", &s, err), MLC_ERROR_COLUMN,
                        "no column 'capital-*'");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_select_when_wrong_says_where_and_what)
{
    mlc_dataset *d = mixed(), *s = NULL;
    making_assert_fails(mlc_dataset_select(NULL, d, "nota", &s, err), MLC_ERROR_COLUMN,
                        "did you mean 'note'?");
    making_assert_fails(mlc_dataset_select(NULL, d, "type:nmber", &s, err), MLC_ERROR_SYNTAX,
                        "no such type, did you mean 'number'?");
    making_assert_fails(mlc_dataset_select(NULL, d, "role:targt", &s, err), MLC_ERROR_SYNTAX,
                        "no such role, did you mean 'target'?");
    making_assert_fails(mlc_dataset_select(NULL, d, "job,'note", &s, err), MLC_ERROR_SYNTAX,
                        "columns:5: quote not closed");
    making_assert_fails(mlc_dataset_select(NULL, d, "job,", &s, err), MLC_ERROR_SYNTAX,
                        "columns:5: expected a column");
    making_assert_fails(mlc_dataset_select(NULL, d, "", &s, err), MLC_ERROR_SYNTAX,
                        "expected a column");
    making_assert_fails(mlc_dataset_select(NULL, d, "'job' x", &s, err), MLC_ERROR_SYNTAX,
                        "columns:7: expected ','");
    making_assert_fails(mlc_dataset_select(NULL, d, NULL, &s, err), MLC_ERROR_ARGUMENT,
                        "columns is NULL");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_pick_when_features_only_refuses_the_target_by_name)
{
    mlc_dataset *d = mixed();
    uint8_t picked[6];
    ck_assert_int_eq(mlci_dataset_pick(d, "type:number", 1, picked, NULL), MLC_OK);
    ck_assert(picked[0] && !picked[1] && !picked[2] && picked[5]);
    making_assert_fails(mlci_dataset_pick(d, "capital-loss", 1, picked, err), MLC_ERROR_COLUMN,
                        "column 'capital-loss' has the role target");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_check_when_no_dataset_looks_at_the_syntax_only)
{
    ck_assert_int_eq(mlci_selectors_check("age, type:number, x*", NULL), MLC_OK);
    ck_assert_int_eq(mlci_selectors_check("type:", NULL), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlci_selectors_check("a,,b", NULL), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlci_selectors_check("'\\", NULL), MLC_ERROR_SYNTAX);
}
END_TEST

static mlc_status select_some(mlc_context *ctx, void *arg, mlc_error *err)
{
    const mlc_array arrays[] = {making_real("x", 1, (double[]){1}),
                                making_real("y", 1, (double[]){2})};
    mlc_dataset *d = NULL, *s = NULL;
    mlc_status status = mlc_dataset_from_arrays(ctx, arrays, 2, NULL, &d, err);
    if (status == MLC_OK) status = mlc_dataset_select(ctx, d, "y,x", &s, err);
    mlc_dataset_free(d);
    if (status == MLC_OK) mlc_dataset_free(s);
    return status;
}
MLCI_TORTURE_TEST(test_select_when_memory_fails_leaks_nothing, select_some, NULL)

MLCI_CHECK_SUITE("select", test_select_when_names_are_given_keeps_their_order,
                 test_select_when_type_or_role_takes_all_of_them,
                 test_select_when_pattern_matches_as_shells_do,
                 test_select_when_quoted_is_a_name_and_no_pattern,
                 test_select_when_wrong_says_where_and_what,
                 test_pick_when_features_only_refuses_the_target_by_name,
                 test_check_when_no_dataset_looks_at_the_syntax_only,
                 test_select_when_memory_fails_leaks_nothing)
