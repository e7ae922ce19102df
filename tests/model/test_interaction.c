/* Expected: what scikit-learn's interaction_cst says in words, by hand. */
#include "tree/interaction.h"

#include "model_case.h"

/* Features x0 .. x5. */
static mlci_matrix *six(void)
{
    static const double x[6] = {0};
    mlci_matrix *m = NULL;
    ck_assert_int_eq(mlci_matrix_wrap(NULL, x, 1, 6, &m, NULL), MLC_OK);
    return m;
}

/* Features that may follow a path, as digits. */
static const char *after(const char *text, int32_t n_path, const int32_t *path)
{
    static char out[8];
    static const int32_t used[] = {0, 1, 2, 3, 4, 5};
    uint8_t allowed[] = {1, 1, 1, 1, 1, 1};
    mlci_matrix *m = six();
    mlci_interactions *x = NULL;
    mlc_error err = {0};
    const mlc_status status = mlci_interactions_create(NULL, text, m->features, &x, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    mlci_interactions_keep(x, n_path, path, 6, used, allowed);
    int32_t n = 0;
    for (int32_t i = 0; i < 6; i++)
        if (allowed[i]) out[n++] = (char)('0' + i);
    out[n] = '\0';
    mlci_interactions_free(x);
    mlci_matrix_close(m);
    return out;
}

#define AFTER(text, ...)                                                                           \
    after(text, sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t), (int32_t[]){__VA_ARGS__})

START_TEST(test_a_path_may_use_the_features_of_sets_that_hold_it)
{
    const char *const sets = "'x0,x1','x1,x2,x3'"; /* x4 and x5 are a set as well */
    ck_assert_str_eq(after(sets, 0, NULL), "012345");
    ck_assert_str_eq(AFTER(sets, 0), "01");
    ck_assert_str_eq(AFTER(sets, 1), "0123");
    ck_assert_str_eq(AFTER(sets, 1, 2, 1), "123");
    ck_assert_str_eq(AFTER(sets, 1, 0), "01");
    ck_assert_str_eq(AFTER(sets, 4), "45");
    ck_assert_str_eq(AFTER("x0,x1", 1), "1"); /* sets of one */
    ck_assert_str_eq(AFTER("x0,x1", 3), "2345");
}
END_TEST

START_TEST(test_pairwise_and_no_interactions_count_features_of_the_path)
{
    ck_assert_str_eq(after("pairwise", 0, NULL), "012345");
    ck_assert_str_eq(AFTER("pairwise", 2, 2), "012345");
    ck_assert_str_eq(AFTER("pairwise", 2, 5, 2), "25");
    ck_assert_str_eq(after("no_interactions", 0, NULL), "012345");
    ck_assert_str_eq(AFTER("no_interactions", 3, 3, 3), "3");
}
END_TEST

START_TEST(test_features_that_are_not_allowed_stay_so)
{
    mlci_matrix *m = six();
    mlci_interactions *x = NULL;
    const int32_t used[] = {1, 2, 3}, path[] = {1};
    uint8_t allowed[] = {1, 0, 1};
    ck_assert_int_eq(mlci_interactions_create(NULL, "'x1,x2'", m->features, &x, NULL), MLC_OK);
    mlci_interactions_keep(x, 1, path, 3, used, allowed);
    ck_assert(allowed[0] == 1 && allowed[1] == 0 && allowed[2] == 0);
    mlci_interactions_free(x);
    mlci_matrix_close(m);
}
END_TEST

START_TEST(test_sets_that_make_no_sense_are_refused)
{
    mlci_matrix *m = six();
    mlci_interactions *x = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_interactions_check("", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "interaction_cst = '': must be pairwise, no_interactions or sets "
                                  "such as [[age, income], [sex]]");
    ck_assert_int_eq(mlci_interactions_check("'',x1", &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "interaction_cst = ''',x1': a set without a name");
    ck_assert_int_eq(mlci_interactions_check("pairwise", NULL), MLC_OK);
    ck_assert_int_eq(mlci_interactions_check(NULL, NULL), MLC_OK);
    ck_assert_int_eq(mlci_interactions_create(NULL, "'x0,x9'", m->features, &x, &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message,
                     "interaction_cst: the model has no feature 'x9'; did you mean 'x'?");
    ck_assert_ptr_null(x);
    ck_assert_int_eq(mlci_interactions_create(NULL, NULL, m->features, &x, NULL), MLC_OK);
    ck_assert_ptr_null(x);
    mlci_matrix_close(m);
}
END_TEST

MLCI_CHECK_SUITE("interaction", test_a_path_may_use_the_features_of_sets_that_hold_it,
                 test_pairwise_and_no_interactions_count_features_of_the_path,
                 test_features_that_are_not_allowed_stay_so,
                 test_sets_that_make_no_sense_are_refused)
