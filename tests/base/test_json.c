/* Verdicts after RFC 8259; the names of the cases follow its sections. */
#include "json.h"

#include <math.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "failing_host.h"
#include "text.h"

/* The events of a text as one word each, or the failure. */
static void trace(const char *bytes, int64_t length, mlci_text *out)
{
    mlci_json r;
    mlc_error err;
    mlci_json_open(&r, NULL, bytes, length);
    for (;;) {
        if (mlci_json_next(&r, &err) != MLC_OK) {
            ck_assert_int_eq(err.status, MLC_ERROR_SYNTAX);
            mlci_text_append_format(out, "%lld:%lld: %s", (long long)err.line,
                                    (long long)err.column, err.message);
            break;
        }
        static const char *const words[] = {
            "end", "{", "}", "[", "]", "key:", "text:", "number:", "true", "false", "null"};
        mlci_text_append_text(out, words[r.event]);
        mlci_text_append(out, r.text, r.length);
        if (r.event == MLCI_JSON_END) break;
        mlci_text_append_char(out, ' ');
    }
    mlci_json_close(&r);
}

static void check_trace(const char *bytes, const char *expected)
{
    mlci_text t = mlci_text_init(NULL);
    /* a copy without NUL: reading past the end is seen by a sanitizer */
    const size_t length = strlen(bytes);
    char *copy = malloc(length + (length == 0));
    memcpy(copy, bytes, length);
    trace(copy, (int64_t)length, &t);
    ck_assert_str_eq(t.data, expected);
    mlci_text_clear(&t);
    free(copy);
}

static int accepts(const char *bytes)
{
    mlci_text t = mlci_text_init(NULL);
    trace(bytes, (int64_t)strlen(bytes), &t);
    const int accepted = t.length >= 3 && strcmp(t.data + t.length - 3, "end") == 0;
    mlci_text_clear(&t);
    return accepted;
}

START_TEST(test_json_next_over_a_document_gives_its_events)
{
    check_trace(" {\"a\" : [1, -2.5e3, true,false , null], \"b\":{}, \"c\":[] }\n",
                "{ key:a [ number:1 number:-2.5e3 true false null ] key:b { } key:c [ ] } end");
    check_trace("\"alone\"", "text:alone end");
    check_trace("[[[]],{\"x\":[{}]}]", "[ [ [ ] ] { key:x [ { } ] } ] end");
}
END_TEST

START_TEST(test_json_next_of_escapes_resolves_them)
{
    check_trace("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "text:\"\\/\b\f\n\r\t end");
    check_trace("\"a\\u00e9b\\u20acc\\ud83d\\ude00d\"", "text:a\xc3\xa9"
                                                        "b\xe2\x82\xac"
                                                        "c\xf0\x9f\x98\x80"
                                                        "d end");
    check_trace("\"\\u00E9\\uABCD\"", "text:\xc3\xa9\xea\xaf\x8d end");
    check_trace("{\"k\\u0041\":\"\xc3\xa9\"}", "{ key:kA text:\xc3\xa9 } end");
    check_trace("[\"a long one\\n\",\"\\t\"]", "[ text:a long one\n text:\t ] end");
}
END_TEST

START_TEST(test_json_next_of_an_escaped_nul_keeps_it)
{
    mlci_json r;
    mlci_json_open(&r, NULL, "\"a\\u0000b\"", 10);
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.length, 3);
    ck_assert_int_eq(memcmp(r.text, "a\0b", 4), 0);
    mlci_json_close(&r);
}
END_TEST

START_TEST(test_json_next_of_numbers_gives_value_and_kind)
{
    static const struct {
        const char *text;
        double real;
        int32_t is_integer;
        int64_t integer;
    } cases[] = {
        {"0", 0, 1, 0},
        {"-12", -12, 1, -12},
        {"9223372036854775807", 9223372036854775807.0, 1, INT64_MAX},
        {"9223372036854775808", 9223372036854775808.0, 0, 0},
        {"1.0", 1, 0, 0},
        {"1e2", 100, 0, 0},
        {"0.1", 0.1, 0, 0},
        {"1E-2", 0.01, 0, 0},
        {"1e+400", INFINITY, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_json r;
        mlci_json_open(&r, NULL, cases[i].text, (int64_t)strlen(cases[i].text));
        ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
        ck_assert_int_eq(r.event, MLCI_JSON_NUMBER);
        ck_assert_double_eq(r.real, cases[i].real);
        ck_assert_int_eq(r.is_integer, cases[i].is_integer);
        ck_assert_int_eq(r.integer, cases[i].integer);
        mlci_json_close(&r);
    }
}
END_TEST

START_TEST(test_json_next_of_what_is_not_json_refuses)
{
    const char *const texts[] = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{1:2}",
        "{\"a\":1 \"b\":2}",
        "]",
        "}",
        "[}",
        "{]",
        "[1}",
        "{\"a\":1]",
        "01",
        "-01",
        "+1",
        "1.",
        ".5",
        "-",
        "1e",
        "1e+",
        "1e-",
        "0x1",
        "1a",
        "--1",
        "nan",
        "NaN",
        "Infinity",
        "-inf",
        "True",
        "tru",
        "truee",
        "nul",
        "nulll",
        "\"",
        "\"abc",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud83dx\"",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"\x01\"",
        "\"\xff\"",
        "\"\xc0\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\\\xc3\"",
        "1 2",
        "{} {}",
        "[] x",
        "// c\n1",
        "[1,/**/2]",
        "\xef\xbb\xbf"
        "1",
        "1,",
        "\x0b"
        "1",
        "\"\\u-123\"",
        "\"\\U0041\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!accepts(texts[i]), "accepted %s", texts[i]);
}
END_TEST

START_TEST(test_json_next_when_lenient_takes_nan_and_infinities)
{
    static const char text[] = "[NaN, Infinity,-Infinity ,-1, null]";
    static const double expected[] = {NAN, INFINITY, -INFINITY, -1};
    mlci_json r;
    mlci_json_open(&r, NULL, text, (int64_t)strlen(text));
    r.is_lenient = 1;
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
        ck_assert_int_eq(r.event, MLCI_JSON_NUMBER);
        ck_assert(isnan(expected[i]) ? isnan(r.real) : r.real == expected[i]);
        ck_assert_int_eq(r.is_integer, i == 3);
    }
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_NULL);
    mlci_json_close(&r);
}
END_TEST

START_TEST(test_json_next_when_lenient_still_refuses_other_words)
{
    static const char *const texts[] = {"nan",     "Na",   "NAN",       "-NaN",
                                        "Infinit", "-Inf", "+Infinity", "infinity",
                                        "-",       "nul",  "NaNs",      "InfinityInfinity"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlci_json r;
        mlci_json_open(&r, NULL, texts[i], (int64_t)strlen(texts[i]));
        r.is_lenient = 1;
        mlc_status status = mlci_json_next(&r, NULL);
        if (status == MLC_OK) status = mlci_json_next(&r, NULL);
        ck_assert_msg(status == MLC_ERROR_SYNTAX, "%s", texts[i]);
        mlci_json_close(&r);
    }
    ck_assert(!accepts("NaN"));
    ck_assert(!accepts("[-Infinity]"));
}
END_TEST

START_TEST(test_json_next_of_texts_only_hands_out_numbers_as_written)
{
    static const char text[] = "[1.50E-1, 7]";
    mlci_json r;
    mlci_json_open(&r, NULL, text, (int64_t)strlen(text));
    r.texts_only = 1;
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_NUMBER);
    ck_assert(mlci_text_equal(r.text, r.length, "1.50E-1"));
    r.texts_only = 0;
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.integer, 7);
    mlci_json_close(&r);
}
END_TEST

START_TEST(test_json_next_failures_say_where_and_what_is_right)
{
    check_trace("{\n  \"a\": 01\n}", "{ key:a 2:8: a number must not start with 0");
    check_trace("[1,\n 2", "[ number:1 number:2 2:3: the JSON text ends too early");
    check_trace("[1 2]", "[ number:1 1:4: needs , or ] here");
    check_trace("{\"a\":1 2}", "{ key:a number:1 1:8: needs , or } here");
    check_trace("{\"a\" 1}", "{ key:a 1:6: needs : here");
    check_trace("{1:2}", "{ 1:2: an object needs a key in double quotes here");
    check_trace("['a']", "[ 1:2: not a JSON value; texts need double quotes, words are true, "
                         "false, null");
    check_trace("{} x", "{ } 1:4: something follows the JSON value");
    check_trace("[\"ab\xff\"]", "[ 1:5: not valid UTF-8");
    check_trace("[\"ab", "[ 1:2: quote not closed");
    check_trace("\"a\\q\"", "1:3: unknown escape; known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t "
                            "\\uXXXX");
    check_trace("\"\\udead\"", "1:2: half of a surrogate pair; \\ud800 to \\udbff must be followed "
                               "by \\udc00 to \\udfff");
}
END_TEST

START_TEST(test_json_next_at_the_depth_limit_accepts_and_beyond_it_refuses)
{
    char text[2 * MLCI_JSON_MAX_DEPTH + 3];
    memset(text, '[', MLCI_JSON_MAX_DEPTH);
    memset(text + MLCI_JSON_MAX_DEPTH, ']', MLCI_JSON_MAX_DEPTH);
    text[2 * MLCI_JSON_MAX_DEPTH] = '\0';
    ck_assert(accepts(text));
    memset(text, '[', MLCI_JSON_MAX_DEPTH + 1);
    memset(text + MLCI_JSON_MAX_DEPTH + 1, ']', MLCI_JSON_MAX_DEPTH + 1);
    text[2 * MLCI_JSON_MAX_DEPTH + 2] = '\0';
    ck_assert(!accepts(text));
}
END_TEST

START_TEST(test_json_skip_passes_over_the_whole_value)
{
    static const char text[] = "{\"a\":[1,{\"b\":[]}],\"c\":{\"d\":1},\"e\":7}";
    mlci_json r;
    mlci_json_open(&r, NULL, text, (int64_t)strlen(text));
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK); /* { */
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK); /* a */
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK); /* [ */
    ck_assert_int_eq(mlci_json_skip(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_END_ARRAY);
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_KEY);
    ck_assert_int_eq(mlci_json_skip(&r, NULL), MLC_OK); /* the value of c */
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert(mlci_text_equal(r.text, r.length, "e"));
    ck_assert_int_eq(mlci_json_skip(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.integer, 7);
    ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(r.event, MLCI_JSON_END_OBJECT);
    mlci_json_close(&r);
}
END_TEST

START_TEST(test_json_fail_points_at_the_latest_event)
{
    static const char text[] = "{\n \"alpha\":   \"x\"}";
    mlci_json r;
    mlc_error err;
    mlci_json_open(&r, NULL, text, (int64_t)strlen(text));
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(mlci_json_next(&r, NULL), MLC_OK);
    ck_assert_int_eq(mlci_json_fail(&r, &err, "alpha", "needs a number"), MLC_ERROR_SYNTAX);
    ck_assert_int_eq(err.line, 2);
    ck_assert_int_eq(err.column, 13);
    ck_assert_str_eq(err.name, "alpha");
    ck_assert_str_eq(err.message, "needs a number");
    mlci_json_close(&r);
}
END_TEST

START_TEST(test_json_next_after_a_failure_stays_in_bounds)
{
    const char *const texts[] = {"[1,", "{\"a\":", "[1 2]", "\"\\u12", "{\"a\" 1}", "[[[x]]]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlci_json r;
        mlci_json_open(&r, NULL, texts[i], (int64_t)strlen(texts[i]));
        for (int k = 0; k < 50; k++)
            (void)mlci_json_next(&r, NULL);
        ck_assert(r.at <= r.end);
        mlci_json_close(&r);
    }
}
END_TEST

START_TEST(test_json_when_an_allocation_fails_reports_no_memory)
{
    static const char text[] = "[\"a\\n\",\"a much longer text, with \\\"quotes\\\"\"]";
    failing_host host = {0};
    mlc_context *ctx = failing_host_open(&host);
    int64_t i = 1;
    for (;; i++) {
        mlci_json r;
        mlc_status status = MLC_OK;
        failing_host_arm(&host, i);
        mlci_json_open(&r, mlci_context_root(ctx), text, (int64_t)strlen(text));
        do {
            status = mlci_json_next(&r, NULL);
        } while (status == MLC_OK && r.event != MLCI_JSON_END);
        mlci_json_close(&r);
        const int failed = failing_host_disarm(&host);
        ck_assert_int_eq(status, failed ? MLC_ERROR_NO_MEMORY : MLC_OK);
        if (!failed) break;
    }
    ck_assert_int_eq(i, 3);
    failing_host_close(&host, ctx);
}
END_TEST

MLCI_CHECK_SUITE("json", test_json_next_over_a_document_gives_its_events,
                 test_json_next_of_escapes_resolves_them, test_json_next_of_an_escaped_nul_keeps_it,
                 test_json_next_of_numbers_gives_value_and_kind,
                 test_json_next_of_what_is_not_json_refuses,
                 test_json_next_when_lenient_takes_nan_and_infinities,
                 test_json_next_when_lenient_still_refuses_other_words,
                 test_json_next_of_texts_only_hands_out_numbers_as_written,
                 test_json_next_failures_say_where_and_what_is_right,
                 test_json_next_at_the_depth_limit_accepts_and_beyond_it_refuses,
                 test_json_skip_passes_over_the_whole_value,
                 test_json_fail_points_at_the_latest_event,
                 test_json_next_after_a_failure_stays_in_bounds,
                 test_json_when_an_allocation_fails_reports_no_memory)
