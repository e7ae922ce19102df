/* Levels of quantiles as other libraries list them, and the scores that go with them. */
#include "foreign_levels.h"

#include "foreign_trees.h"

static void open_levels(mlci_foreign *m, int32_t n_outputs)
{
    const foreign_case trees = {
        .n_features = 4, .n_trees = 6, .n_leaves = 4, .n_outputs = n_outputs};
    static mlc_context local;
    mlc_context *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_PREDICT, &call, NULL), MLC_OK);
    foreign_make(m, call, &foreign_settings, &trees);
}

static void close_levels(mlci_foreign *m)
{
    mlc_context *const call = m->call;
    mlci_foreign_clear(m);
    mlci_call_end(call);
}

START_TEST(test_levels_descend_scores_change_places)
{
    static const int32_t places[] = {2, 0, 1};
    mlci_foreign m;
    open_levels(&m, 3);
    const double start[] = {m.start[0], m.start[1], m.start[2]};
    ck_assert_int_eq(mlci_foreign_set_levels(&m, "alpha", "9E-1, 0.1,0.5", NULL), MLC_OK);
    ck_assert_str_eq(m.recipe.data, "quantile='0.1,0.5,0.9'");
    ck_assert_int_eq(m.link, MLCI_LINK_QUANTILES);
    for (int32_t k = 0; k < 3; k++)
        ck_assert_double_eq(m.start[places[k]], start[k]);
    for (int64_t t = 0; t < 6; t++)
        ck_assert_int_eq(m.output[t], places[t % 3]);
    close_levels(&m);
}
END_TEST

START_TEST(test_biases_change_places_too)
{
    mlci_foreign m;
    open_levels(&m, 3);
    m.end = mlci_alloc(m.root, 3, sizeof *m.end);
    ck_assert_ptr_nonnull(m.end);
    for (int32_t k = 0; k < 3; k++)
        m.end[k] = k;
    ck_assert_int_eq(mlci_foreign_set_levels(&m, "alpha", "0.5,0.9,0.1", NULL), MLC_OK);
    ck_assert(m.end[0] == 2 && m.end[1] == 0 && m.end[2] == 1);
    close_levels(&m);
}
END_TEST

/* 0 and 1 are levels of CatBoost's alone. */
START_TEST(test_one_level_is_noted_where_it_is_one_of_ours)
{
    static const char *const levels[][2] = {{"0.3", "quantile='0.3'"}, {"0", ""}, {"1", ""}};
    for (int i = 0; i < 3; i++) {
        mlci_foreign m;
        open_levels(&m, 1);
        ck_assert_int_eq(mlci_foreign_set_levels(&m, "alpha", levels[i][0], NULL), MLC_OK);
        ck_assert_str_eq(m.recipe.length > 0 ? m.recipe.data : "", levels[i][1]);
        ck_assert_int_eq(m.link, MLCI_LINK_IDENTITY);
        close_levels(&m);
    }
}
END_TEST

START_TEST(test_levels_do_not_fit_they_are_refused)
{
    static const struct {
        const char *list;
        mlc_status status;
        const char *says;
    } cases[] = {
        {"0.1,0.5", MLC_ERROR_FORMAT, "Test model: alpha has 2 levels, the model 3 scores"},
        {"", MLC_ERROR_FORMAT, "alpha has 0 levels"},
        {"0.1,many,0.9", MLC_ERROR_FORMAT, "'many' is no level from 0 to 1"},
        {"0.1,nan,0.9", MLC_ERROR_FORMAT, "'nan' is no level"},
        {"0.1,1.5,0.9", MLC_ERROR_FORMAT, "'1.5' is no level"},
        {"0,0.5,1", MLC_ERROR_UNSUPPORTED, "are above 0 and below 1 here"},
        {"0.1,0.5,0.1", MLC_ERROR_UNSUPPORTED, "the same level twice"},
        {"0.1,'0.5", MLC_ERROR_SYNTAX, ""},
    };
    mlci_foreign m;
    mlc_error err;
    open_levels(&m, 3);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(mlci_foreign_set_levels(&m, "alpha", cases[i].list, &err),
                         cases[i].status);
        ck_assert_msg(strstr(err.message, cases[i].says) != NULL, "%s", err.message);
    }
    close_levels(&m);
}
END_TEST

START_TEST(test_levels_are_more_than_a_model_holds_they_are_refused)
{
    char list[4 * (MLCI_MOST_LEVELS + 1)] = "";
    mlci_foreign m;
    mlc_error err;
    for (int i = 0; i <= MLCI_MOST_LEVELS; i++)
        strcat(list, i == 0 ? ".5" : ",.5");
    open_levels(&m, 3);
    ck_assert_int_eq(mlci_foreign_set_levels(&m, "alpha", list, &err), MLC_ERROR_LIMIT);
    ck_assert_msg(strstr(err.message, "more than 64 levels") != NULL, "%s", err.message);
    close_levels(&m);
}
END_TEST

MLCI_CHECK_SUITE("foreign_levels", test_levels_descend_scores_change_places,
                 test_biases_change_places_too, test_one_level_is_noted_where_it_is_one_of_ours,
                 test_levels_do_not_fit_they_are_refused,
                 test_levels_are_more_than_a_model_holds_they_are_refused)
