/* Splits by text: what is read, and what is refused in which words. */
#include "tree/forced_split.h"

#include "named_features.h"

START_TEST(test_forced_splits_are_read_with_those_below_them)
{
    named s;
    mlci_forced_splits *f = NULL;
    mlc_error err = {0};
    open_named(&s);
    const mlc_status status = mlci_forced_splits_read(
        NULL,
        "{\"feature\": \"age\", \"threshold\": 1.5, \"right\": {\"threshold\": \"smith\", "
        "\"feature\": \"job\", \"left\": null}, \"left\": {\"feature\": 3, \"threshold\": -2}}",
        s.features, &f, &err);
    ck_assert_msg(status == MLC_OK, "%s", err.message);
    ck_assert_int_eq(f->n, 3);
    ck_assert(f->splits[0].feature == 0 && f->splits[0].threshold == 1.5);
    ck_assert(f->splits[0].category == -1 && f->splits[0].right == 1 && f->splits[0].left == 2);
    ck_assert(f->splits[1].feature == 1 && f->splits[1].category == 1);
    ck_assert(f->splits[1].left == -1 && f->splits[1].right == -1);
    ck_assert(f->splits[2].feature == 3 && f->splits[2].threshold == -2);
    mlci_forced_splits_free(f);
    ck_assert_int_eq(mlci_forced_splits_read(NULL, NULL, s.features, &f, NULL), MLC_OK);
    ck_assert_ptr_null(f);
    close_named(&s);
}
END_TEST

START_TEST(test_forced_splits_of_features_there_are_not_are_refused_by_name)
{
    static const char *const refused[][2] = {
        {"{\"feature\":\"aage\",\"threshold\":1}",
         "forced_splits: the model has no feature 'aage'; did you mean 'age'?"},
        {"{\"feature\":4,\"threshold\":1}",
         "forced_splits: the model has no feature 4: it has 4, from 0"},
        {"{\"feature\":\"m\",\"threshold\":1}",
         "forced_splits: 'm' has 2 components: name one of them"},
        {"{\"feature\":\"job\",\"threshold\":1}",
         "forced_splits: feature 'job' holds categories: its threshold must be the text of one"},
        {"{\"feature\":\"age\",\"threshold\":\"cook\"}",
         "forced_splits: feature 'age' holds numbers: its threshold must be a number"},
        {"{\"feature\":\"job\",\"threshold\":\"nurse\"}",
         "forced_splits: feature 'job' has no category 'nurse' in the training rows"}};
    named s;
    open_named(&s);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        mlci_forced_splits *f = NULL;
        mlc_error err = {0};
        ck_assert_int_eq(mlci_forced_splits_check(refused[i][0], NULL), MLC_OK);
        ck_assert_int_eq(mlci_forced_splits_read(NULL, refused[i][0], s.features, &f, &err),
                         MLC_ERROR_SETTING);
        ck_assert_str_eq(err.message, refused[i][1]);
        ck_assert_str_eq(err.name, "forced_splits");
        ck_assert_ptr_null(f);
    }
    close_named(&s);
}
END_TEST

START_TEST(test_text_that_is_no_forced_split_is_refused_before_any_feature_is_known)
{
    static const char *const refused[][2] = {
        {"", "is no JSON"},
        {"{", "is no JSON"},
        {"{\"feature\":1,\"threshold\":2} x", "is no JSON"},
        {"[]", "character 1: a split must be an object"},
        {"{}", "needs both feature and threshold"},
        {"{\"feature\":1}", "needs both feature and threshold"},
        {"{\"threshold\":1}", "needs both feature and threshold"},
        {"{\"feature\":1.5,\"threshold\":2}", "a name or a number from 0"},
        {"{\"feature\":-1,\"threshold\":2}", "a name or a number from 0"},
        {"{\"feature\":[1],\"threshold\":2}", "a name or a number from 0"},
        {"{\"feature\":1,\"threshold\":1e999}", "a finite number, or the text of a category"},
        {"{\"feature\":1,\"threshold\":null}", "a finite number, or the text of a category"},
        {"{\"feature\":1,\"threshold\":2,\"left\":3}", "a split must be an object"},
        {"{\"feature\":1,\"threshold\":2,\"middle\":3}",
         "must be one of feature, threshold, left and right"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        mlc_error err = {0};
        ck_assert_int_eq(mlci_forced_splits_check(refused[i][0], &err), MLC_ERROR_SETTING);
        ck_assert_msg(strstr(err.message, refused[i][1]) != NULL, "%s: %s", refused[i][0],
                      err.message);
        ck_assert_str_eq(err.name, "forced_splits");
    }
    /* As deep as JSON may be nested, and deeper. */
    char text[8000];
    for (int depth = 60; depth < 100; depth += 39) {
        size_t n = 0;
        for (int i = 0; i < depth; i++)
            n += (size_t)sprintf(text + n, "{\"feature\":1,\"threshold\":2,\"left\":");
        n += (size_t)sprintf(text + n, "null");
        for (int i = 0; i < depth; i++)
            text[n++] = '}';
        text[n] = '\0';
        ck_assert_int_eq(mlci_forced_splits_check(text, NULL),
                         depth == 60 ? MLC_OK : MLC_ERROR_SETTING);
    }
}
END_TEST

MLCI_CHECK_SUITE("forced_split", test_forced_splits_are_read_with_those_below_them,
                 test_forced_splits_of_features_there_are_not_are_refused_by_name,
                 test_text_that_is_no_forced_split_is_refused_before_any_feature_is_known)
