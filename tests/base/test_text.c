#include "text.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "failing_host.h"

static void check_text(mlci_text *t, const char *expected)
{
    ck_assert_int_eq(mlci_text_status(t, NULL), MLC_OK);
    ck_assert_str_eq(t->data, expected);
    ck_assert_int_eq(t->length, (int64_t)strlen(expected));
    mlci_text_clear(t);
}

static void check_json(const char *bytes, int64_t length, const char *expected)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_json(&t, bytes, length);
    check_text(&t, expected);
}

START_TEST(test_text_append_of_each_kind_adds_to_the_end)
{
    mlci_text t = mlci_text_init(NULL);
    mlci_text_append_text(&t, "a");
    mlci_text_append(&t, "bcd", 2);
    mlci_text_append_char(&t, '|');
    mlci_text_append_spaces(&t, 3);
    mlci_text_append_spaces(&t, -3);
    mlci_text_append_integer(&t, -42);
    mlci_text_append_char(&t, ' ');
    mlci_text_append_real(&t, 0.1);
    mlci_text_append_format(&t, " %s=%d", "n", 7);
    check_text(&t, "abc|   -42 0.1 n=7");
}
END_TEST

START_TEST(test_text_append_beyond_the_capacity_keeps_what_was_there)
{
    mlci_text t = mlci_text_init(NULL);
    for (int i = 0; i < 10000; i++)
        mlci_text_append_format(&t, "%04d", i);
    ck_assert_int_eq(t.length, 40000);
    for (int i = 0; i < 10000; i++) {
        char expected[8];
        snprintf(expected, sizeof expected, "%04d", i);
        ck_assert_int_eq(memcmp(t.data + 4 * i, expected, 4), 0);
    }
    ck_assert_int_eq(t.data[40000], '\0');
    mlci_text_clear(&t);
    ck_assert_ptr_null(t.data);
}
END_TEST

START_TEST(test_text_append_json_escapes_what_json_needs)
{
    check_json("plain", 5, "\"plain\"");
    check_json("", 0, "\"\"");
    check_json("\"\\/\b\f\n\r\t", 8, "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
    check_json("a\0b\x1f\x7f", 5, "\"a\\u0000b\\u001f\x7f\"");
    check_json("\xc3\xa9\xf0\x9f\x98\x80", 6, "\"\xc3\xa9\xf0\x9f\x98\x80\"");
}
END_TEST

START_TEST(test_text_take_of_nothing_gives_the_empty_text)
{
    mlci_text t = mlci_text_init(NULL);
    char *block = NULL;
    ck_assert_int_eq(mlci_text_take(&t, &block, NULL), MLC_OK);
    ck_assert_str_eq(block, "");
    ck_assert_ptr_null(t.data);
    mlci_free(block);
}
END_TEST

START_TEST(test_text_to_buffer_hands_the_bytes_over)
{
    mlci_text t = mlci_text_init(NULL);
    mlc_buffer *buffer = NULL;
    mlci_text_append(&t, "x\0y", 3);
    ck_assert_int_eq(mlci_text_to_buffer(&t, &buffer, NULL), MLC_OK);
    ck_assert_int_eq(mlc_buffer_size(buffer), 3);
    ck_assert_int_eq(memcmp(mlc_buffer_data(buffer), "x\0y", 4), 0);
    ck_assert_ptr_null(t.data);
    mlc_buffer_free(buffer);
}
END_TEST

START_TEST(test_text_when_any_allocation_fails_reports_it_once_at_the_end)
{
    failing_host host = {0};
    mlc_context *ctx = failing_host_open(&host);
    for (int64_t i = 1;; i++) {
        mlci_text t = mlci_text_init(mlci_context_root(ctx));
        mlc_buffer *buffer = NULL;
        mlc_error err;
        failing_host_arm(&host, i);
        for (int k = 0; k < 100; k++) {
            mlci_text_append_format(&t, "%d", k);
            mlci_text_append_text(&t, "some text");
            mlci_text_append_json(&t, "a\nb", 3);
            mlci_text_append_spaces(&t, 7);
        }
        const mlc_status status = mlci_text_to_buffer(&t, &buffer, &err);
        ck_assert_ptr_null(t.data);
        if (failing_host_disarm(&host)) {
            ck_assert_int_eq(status, MLC_ERROR_NO_MEMORY);
            ck_assert_int_eq(err.status, MLC_ERROR_NO_MEMORY);
            ck_assert_ptr_null(buffer);
            continue;
        }
        ck_assert_int_eq(status, MLC_OK);
        mlc_buffer_free(buffer);
        ck_assert_int_gt(i, 4);
        break;
    }
    failing_host_close(&host, ctx);
}
END_TEST

START_TEST(test_text_compare_is_by_bytes_then_length)
{
    ck_assert_int_eq(mlci_text_compare("abc", 3, "abd", 3), -1);
    ck_assert_int_eq(mlci_text_compare("abd", 3, "abc", 3), 1);
    ck_assert_int_eq(mlci_text_compare("ab", 2, "abc", 3), -1);
    ck_assert_int_eq(mlci_text_compare("abc", 3, "ab", 2), 1);
    ck_assert_int_eq(mlci_text_compare("abc", 3, "abc", 3), 0);
    ck_assert_int_eq(mlci_text_compare(NULL, 0, "", 0), 0);
    ck_assert_int_eq(mlci_text_compare("\xc3", 1, "z", 1), 1); /* unsigned */
    ck_assert(mlci_text_equal("abcd", 3, "abc"));
    ck_assert(!mlci_text_equal("abcd", 4, "abc"));
    ck_assert(!mlci_text_equal("ab", 2, "abc"));
}
END_TEST

static const char *next_name(const void *arg, int32_t i)
{
    return ((const char *const *)arg)[i];
}

static const char *nearest(const char *name)
{
    static const char *const names[] = {
        "n_estimators", "max_depth", "alpha", "learning_rate", "C", "max_iter", "k", "tol", NULL};
    return mlci_nearest(name, next_name, names);
}

START_TEST(test_nearest_of_a_slip_finds_the_name)
{
    ck_assert_str_eq(nearest("n_estimator"), "n_estimators");
    ck_assert_str_eq(nearest("n_estimatros"), "n_estimators");
    ck_assert_str_eq(nearest("Max-Depth"), "max_depth");
    ck_assert_str_eq(nearest("lerning_rate"), "learning_rate");
    ck_assert_str_eq(nearest("alhpa"), "alpha"); /* a swap is one edit */
    ck_assert_str_eq(nearest("c"), "C");
    ck_assert_str_eq(nearest("tl"), "tol");
    ck_assert_str_eq(nearest("max_itre"), "max_iter");
}
END_TEST

START_TEST(test_nearest_of_something_else_finds_nothing)
{
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ck_assert_ptr_null(nearest("random_state"));
    ck_assert_ptr_null(nearest("x"));
    ck_assert_ptr_null(nearest(""));
    ck_assert_ptr_null(nearest("alxyz"));
    ck_assert_ptr_null(nearest(longer));
}
END_TEST

START_TEST(test_nearest_of_equals_is_the_first)
{
    static const char *const names[] = {"bat", "cat", "rat", NULL};
    ck_assert_str_eq(mlci_nearest("hat", next_name, names), "bat");
}
END_TEST

MLCI_CHECK_SUITE("text", test_text_append_of_each_kind_adds_to_the_end,
                 test_text_append_beyond_the_capacity_keeps_what_was_there,
                 test_text_append_json_escapes_what_json_needs,
                 test_text_take_of_nothing_gives_the_empty_text,
                 test_text_to_buffer_hands_the_bytes_over,
                 test_text_when_any_allocation_fails_reports_it_once_at_the_end,
                 test_text_compare_is_by_bytes_then_length, test_nearest_of_a_slip_finds_the_name,
                 test_nearest_of_something_else_finds_nothing, test_nearest_of_equals_is_the_first)
