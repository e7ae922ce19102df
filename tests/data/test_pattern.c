/* Patterns: each element, errors at their character, and texts that make backtracking explode. */
#include "check_suite.h"

#include <stdlib.h>
#include <string.h>

#include <mlcore/mlcore.h>

#include "context_impl.h"
#include "pattern.h"
#include "torture.h"

static int matches(const char *text, const char *subject)
{
    mlci_pattern *pattern = NULL;
    mlc_error err;
    ck_assert_msg(mlci_pattern_create(NULL, text, &pattern, &err) == MLC_OK, "%s", err.message);
    const int result = mlci_pattern_matches(pattern, subject, (int64_t)strlen(subject));
    ck_assert_int_eq(mlci_pattern_matches(pattern, subject, (int64_t)strlen(subject)), result);
    mlci_pattern_free(pattern);
    return result;
}

static void fails(const char *text, int64_t column, const char *says)
{
    mlci_pattern *pattern = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_pattern_create(NULL, text, &pattern, &err), MLC_ERROR_SYNTAX);
    ck_assert_ptr_null(pattern);
    ck_assert_msg(strstr(err.message, says) != NULL, "%s", err.message);
    ck_assert_int_eq(err.column, column);
}

START_TEST(test_pattern_matches_the_whole_text)
{
    static const struct {
        const char *pattern, *yes, *no;
    } cases[] = {
        {"abc", "abc", "abcd"},
        {"^abc$", "abc", "xabc"},
        {"", "", "a"},
        {"a*", "aaaa", "b"},
        {"a+b?", "aab", "b"},
        {"a{2,3}", "aaa", "aaaa"},
        {"a{2}", "aa", "a"},
        {"a{2,}", "aaaaa", "a"},
        {"(ab|c)*d", "abcabd", "abad"},
        {"a|b|cd", "cd", "c"},
        {"((a|b)|c)+", "cab", "d"},
        {"[a-c_]+", "a_c", "ad"},
        {"[^a-c]+", "xyz", "xaz"},
        {"\\d{4}-\\d{2}", "2024-02", "2024-2"},
        {"[\\w.]+@\\w+\\.com", "a.b@c.com", "a b@c.com"},
        {"\\D\\W\\S", "a.b", "1.b"},
        {"\\x41\\.", "A.", "Ax"},
        {".", "\xc5\xbe", "ab"},
        {"[\xc5\xa1-\xc5\xbe]", "\xc5\xbe", "z"},
        {"(a*)*b", "aaab", "aaa"},
        {"(|a)+", "aa", "b"},
        {"x{0}", "", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(matches(cases[i].pattern, cases[i].yes), "%s", cases[i].pattern);
        ck_assert_msg(!matches(cases[i].pattern, cases[i].no), "%s", cases[i].pattern);
    }
}
END_TEST

START_TEST(test_pattern_that_is_wrong_says_where)
{
    fails("(a", 3, "( is not closed");
    fails("a)", 2, ") without (");
    fails("[a", 3, "[ is not closed");
    fails("[]x]", 2, "an empty class");
    fails("*a", 1, "nothing to repeat");
    fails("a**", 3, "one repetition at a time");
    fails("a+?", 3, "lazy");
    fails("a{x}", 3, "a number of repetitions");
    fails("a{3,2}", 6, "at most is below at least");
    fails("a{1001}", 7, "at most 1000");
    fails("\\", 2, "a backslash at the end");
    fails("\\q", 2, "no such escape");
    fails("\\1", 2, "no such escape");
    fails("(?:a)", 2, "a group takes no ?");
    fails("[z-a]", 5, "the range ends before it starts");
    fails("[[:alpha:]]", 2, "named classes");
    fails("a$b", 2, "needs a backslash");
}
END_TEST

START_TEST(test_pattern_is_linear_where_backtracking_explodes)
{
    enum { N = 100000 };
    char *text = malloc(N + 1);
    memset(text, 'a', N);
    text[N] = '\0';
    ck_assert(!matches("(a*)*b", text));
    ck_assert(!matches("(a|aa)+b", text));
    ck_assert(matches("(a?){100}a*", text));
    free(text);
}
END_TEST

START_TEST(test_pattern_of_any_size_is_bounded)
{
    mlci_pattern *pattern = NULL;
    mlc_error err;
    ck_assert_int_eq(mlci_pattern_create(NULL, "((a{1000}){1000}){1000}", &pattern, &err),
                     MLC_ERROR_LIMIT);
    char deep[400];
    memset(deep, '(', 200);
    memset(deep + 200, ')', 199);
    deep[399] = '\0';
    ck_assert_int_eq(mlci_pattern_create(NULL, deep, &pattern, &err), MLC_ERROR_SYNTAX);
    char *wide = malloc(30001);
    for (int i = 0; i < 30000; i++)
        wide[i] = i % 2 == 0 ? 'a' : '|';
    wide[30000] = '\0';
    const mlc_status status = mlci_pattern_create(NULL, wide, &pattern, &err);
    ck_assert(status == MLC_ERROR_LIMIT);
    wide[6001] = '\0';
    ck_assert_int_eq(mlci_pattern_create(NULL, wide, &pattern, &err), MLC_OK);
    ck_assert(mlci_pattern_matches(pattern, "a", 1));
    mlci_pattern_free(pattern);
    free(wide);
    ck_assert_int_eq(mlci_pattern_create(NULL, "a\xff", &pattern, &err), MLC_ERROR_SYNTAX);
}
END_TEST

static mlc_status create_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_pattern *pattern = NULL;
    const mlc_status status =
        mlci_pattern_create(mlci_context_root(ctx), "(a|[b-d]{2,9}|\\w\\d)*e?.", &pattern, err);
    mlci_pattern_free(pattern);
    return status;
}
MLCI_TORTURE_TEST(test_pattern_when_memory_fails_leaks_nothing, create_and_free, NULL)

MLCI_CHECK_SUITE("pattern", test_pattern_matches_the_whole_text,
                 test_pattern_that_is_wrong_says_where,
                 test_pattern_is_linear_where_backtracking_explodes,
                 test_pattern_of_any_size_is_bounded, test_pattern_when_memory_fails_leaks_nothing)
