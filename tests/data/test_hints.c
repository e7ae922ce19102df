/* Hints: each planted once in rows that have none. */
#include "csv_reading.h"
#include "torture.h"

/* 60 rows; of these `leak` tells the target, `copy` is x, `same` is constant. */
static mlc_dataset *rows(int planted)
{
    static char text[8000];
    snprintf(text, sizeof text, planted ? "x,c,y,id,leak,copy,same,name\n" : "x,c,y\n");
    for (int i = 0; i < 60; i++) {
        const int x = i * 37 % 19, y = i * 7 % 5 < 2;
        char *const at = text + strlen(text);
        const size_t room = sizeof text - strlen(text);
        if (planted) {
            snprintf(at, room, "%d.5,%c,%s,%d,%d.25,%d.5,7,n%d\n", x, 'a' + i % 4, y ? "yes" : "no",
                     1000 + i * 13, y * 10 + i % 3, x, i);
        } else {
            snprintf(at, room, "%d.%d,%c,%s\n", x, i, 'a' + i % 4, y ? "yes" : "no");
        }
    }
    return parse(text, "target=y types='c:category'");
}

static mlc_dataset *hints(const mlc_dataset *train, const mlc_dataset *test, const char *settings)
{
    mlc_dataset *out = NULL;
    mlc_error err;
    ck_assert_msg(mlc_dataset_hints(NULL, train, test, settings, &out, &err) == MLC_OK, "%s",
                  err.message);
    return out;
}

static int has(const mlc_dataset *h, const char *rule, const char *column)
{
    int found = 0;
    for (int64_t i = 0; i < h->n_rows; i++)
        found |= text_is(h, "rule", i, rule) && text_is(h, "column", i, column);
    return found;
}

START_TEST(test_hints_of_sound_rows_are_none)
{
    mlc_dataset *d = rows(0), *h = hints(d, NULL, NULL);
    ck_assert_int_eq(h->n_rows, 0);
    mlc_dataset_free(h);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hints_find_what_was_planted)
{
    mlc_dataset *d = rows(1), *h = hints(d, NULL, NULL);
    ck_assert(has(h, "leaking_target", "leak"));
    ck_assert(has(h, "duplicate_column", "copy"));
    ck_assert(has(h, "constant", "same"));
    ck_assert(has(h, "id_as_feature", "id"));
    ck_assert(has(h, "id_as_feature", "name"));
    ck_assert_int_eq(h->n_rows, 5);
    mlc_dataset_free(h);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hints_find_rows_that_are_equal)
{
    mlc_dataset *d = parse("x,y\n1,a\n2,b\n1,a\n1,b\n", "target=y"), *h = hints(d, NULL, NULL);
    ck_assert(has(h, "duplicate_rows", NULL));
    ck_assert(has(h, "conflicting_rows", NULL));
    ck_assert(text_is(h, "examples", 0, "2"));
    ck_assert(text_is(h, "examples", 1, "3"));
    mlc_dataset_free(h);
    mlc_dataset *test = parse("y,x\nb,2\na,9\n", "target=y");
    h = hints(d, test, NULL);
    ck_assert(has(h, "shared_rows", NULL));
    mlc_dataset_free(h);
    mlc_dataset_free(test);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_hints_find_tests_from_the_past)
{
    mlc_dataset *d = parse("x,w\n1,5\n2,8\n", "time=w"), *test = parse("x,w\n3,7\n4,9\n", "time=w");
    mlc_dataset *h = hints(d, test, NULL);
    ck_assert(has(h, "test_before_train", "w"));
    mlc_dataset_free(h);
    mlc_dataset_free(test);
    mlc_dataset_free(d);
}
END_TEST

static mlc_status hint_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlc_dataset *d = rows(1), *h = NULL;
    const mlc_status status = mlc_dataset_hints(ctx, d, d, NULL, &h, err);
    mlc_dataset_free(h);
    mlc_dataset_free(d);
    return status;
}
MLCI_TORTURE_TEST(test_hints_when_memory_fails_leaks_nothing, hint_and_free, NULL)

MLCI_CHECK_SUITE("hints", test_hints_of_sound_rows_are_none, test_hints_find_what_was_planted,
                 test_hints_find_rows_that_are_equal, test_hints_find_tests_from_the_past,
                 test_hints_when_memory_fails_leaks_nothing)
