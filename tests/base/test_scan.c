/* Words, quotes, lists and positions. Expectations follow the grammar in scan.h. */
#include "scan.h"

#include <string.h>

#include "check_suite.h"

static mlc_error error;

/* The value at the start of text; NULL and the error when there is none. */
static const char *value_of(const char *text, mlci_value_kind *kind)
{
    static char copy[512];
    mlci_scan s;
    mlci_text out = mlci_text_init(NULL);
    ck_assert_int_eq(mlci_scan_open(&s, NULL, "text", text, &error), MLC_OK);
    const mlc_status status = mlci_scan_value(&s, &out, kind, &error);
    if (status == MLC_OK) {
        ck_assert_int_lt(out.length, sizeof copy);
        memcpy(copy, out.length > 0 ? out.data : "", (size_t)out.length + (out.length > 0));
        if (out.length == 0) copy[0] = '\0';
    }
    mlci_text_clear(&out);
    return status == MLC_OK ? copy : NULL;
}

START_TEST(test_value_of_each_kind_is_taken)
{
    static const struct {
        const char *text, *value;
        mlci_value_kind kind;
    } cases[] = {
        {"abc def", "abc", MLCI_VALUE_WORD},
        {"-1.5e3,", "-1.5e3", MLCI_VALUE_WORD},
        {">50K", ">50K", MLCI_VALUE_WORD},
        {"f(a=1, b='x)y') z", "f(a=1, b='x)y')", MLCI_VALUE_WORD},
        {"'x y'", "x y", MLCI_VALUE_QUOTED},
        {"\"it's\"", "it's", MLCI_VALUE_QUOTED},
        {"''", "", MLCI_VALUE_QUOTED},
        {"'a\\\\b\\'c\\\"d\\n\\t\\r'", "a\\b'c\"d\n\t\r", MLCI_VALUE_QUOTED},
        {"'\\u00e9\\u20ac\\ud83d\\ude00\\u0041'",
         "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"
         "A",
         MLCI_VALUE_QUOTED},
        {"[ ]", "", MLCI_VALUE_LIST},
        {"[a , b]", "a,b", MLCI_VALUE_LIST},
        {"['a', 'b c', 'd,e', '']", "a,'b c','d,e',''", MLCI_VALUE_LIST},
        {"[[0, 1], [2]]", "'0,1',2", MLCI_VALUE_LIST},
        {"['it\\'s']", "'it\\'s'", MLCI_VALUE_LIST},
        {"[f(a=1,b=2), g]", "f(a=1,b=2),g", MLCI_VALUE_LIST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_value_kind kind;
        const char *const value = value_of(cases[i].text, &kind);
        ck_assert_msg(value != NULL, "%s: %s", cases[i].text, error.message);
        ck_assert_str_eq(value, cases[i].value);
        ck_assert_int_eq(kind, cases[i].kind);
    }
}
END_TEST

START_TEST(test_value_when_malformed_says_where_and_what)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "text:1:1: expected a value; found the end"},
        {",", "text:1:1: expected a value; found ','"},
        {"'abc", "text:1:1: this quote is not closed"},
        {"'abc\\", "text:1:5: unknown escape; there are \\\\ \\' \\\" \\n \\t \\r \\uXXXX"},
        {"'a\\qb'", "text:1:3: unknown escape; there are \\\\ \\' \\\" \\n \\t \\r \\uXXXX"},
        {"'\\u12'", "text:1:2: \\u takes four hexadecimal digits"},
        {"'\\u0000'", "text:1:2: \\u0000 cannot be in a text"},
        {"'\\ud800x'", "text:1:2: half of a surrogate pair"},
        {"'\\udc00'", "text:1:2: half of a surrogate pair"},
        {"f(a", "text:1:2: this '(' is not closed"},
        {"[a\nb]", "text:2:1: expected ',' or ']' in a list; found 'b'"},
        {"[a,", "text:1:4: expected a value; found the end"},
        {"[a", "text:1:1: this '[' is not closed"},
        {"[[[[1]]]]", "text:1:4: lists are nested too deeply"},
        {"a=b", "text:1:2: = within a word: put the whole value in quotes"},
        {"o'neil", "text:1:2: ' within a word: put the whole value in quotes"},
        {"\x01", "text:1:1: expected a value; found byte 0x01"},
        {"[a bcdefghijklmnopqrstuvwxyzabc]",
         "text:1:4: expected ',' or ']' in a list; found 'bcdefghijklmnopqrstuvwxy...'"},
        {"[a bcdefghijklmnopqrstuvwx\xc3\xa9yz]",
         "text:1:4: expected ',' or ']' in a list; found 'bcdefghijklmnopqrstuvwx...'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_value_kind kind;
        ck_assert_msg(value_of(cases[i].text, &kind) == NULL, "%s", cases[i].text);
        ck_assert_int_eq(error.status, MLC_ERROR_SYNTAX);
        ck_assert_str_eq(error.message, cases[i].message);
    }
}
END_TEST

START_TEST(test_open_when_not_utf8_says_where)
{
    mlci_scan s;
    ck_assert_int_eq(mlci_scan_open(&s, NULL, "text", "a\n\xc3(", &error), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(error.message, "text:2:1: this byte is not UTF-8");
    ck_assert_int_eq(error.line, 2);
    ck_assert_int_eq(error.column, 1);
}
END_TEST

START_TEST(test_position_when_asked_backwards_is_right)
{
    static const char text[] = "ab\ncd\n\nef";
    mlci_scan s;
    int64_t line, column;
    ck_assert_int_eq(mlci_scan_open(&s, NULL, "text", text, &error), MLC_OK);
    mlci_scan_position(&s, text + 8, &line, &column);
    ck_assert_int_eq(line, 4);
    ck_assert_int_eq(column, 2);
    mlci_scan_position(&s, text + 4, &line, &column);
    ck_assert_int_eq(line, 2);
    ck_assert_int_eq(column, 2);
    mlci_scan_position(&s, text + 9, &line, &column);
    ck_assert_int_eq(line, 4);
    ck_assert_int_eq(column, 3);
}
END_TEST

START_TEST(test_names_are_letters_digits_underscores_and_inner_dots)
{
    static const char *const good[] = {"a", "_a", "C", "a1.b_2", "acme.profit"};
    static const char *const bad[] = {"", "1a", ".a", "a.", "a-b", "a b", "\xc3\xa9"};
    char longest[129];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_assert_msg(mlci_name_valid(good[i], (int64_t)strlen(good[i])), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!mlci_name_valid(bad[i], (int64_t)strlen(bad[i])), "%s", bad[i]);
    }
    ck_assert(mlci_name_valid(longest, 127));
    ck_assert(!mlci_name_valid(longest, 128));
}
END_TEST

START_TEST(test_special_words_are_numbers_booleans_and_none)
{
    static const char *const special[] = {"1",    "-2.5e3", "inf",  "NaN",
                                          "true", "False",  "None", "null"};
    static const char *const plain[] = {"mean", "nonet", "non", "1a", "truer"};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        ck_assert_msg(mlci_is_special_word(special[i], (int64_t)strlen(special[i])), "%s",
                      special[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        ck_assert_msg(!mlci_is_special_word(plain[i], (int64_t)strlen(plain[i])), "%s", plain[i]);
    }
}
END_TEST

START_TEST(test_is_list_holds_only_for_the_kept_form)
{
    ck_assert_int_eq(mlci_is_list(NULL, ""), 1);
    ck_assert_int_eq(mlci_is_list(NULL, "a,b"), 1);
    ck_assert_int_eq(mlci_is_list(NULL, "'a b',c"), 1);
    ck_assert_int_eq(mlci_is_list(NULL, "a, b"), 0);
    ck_assert_int_eq(mlci_is_list(NULL, "'a'"), 0);
    ck_assert_int_eq(mlci_is_list(NULL, "a,"), 0);
    ck_assert_int_eq(mlci_is_list(NULL, "[a]"), 0);
    ck_assert_int_eq(mlci_is_list(NULL, "\xff"), 0);
}
END_TEST

MLCI_CHECK_SUITE("scan", test_value_of_each_kind_is_taken,
                 test_value_when_malformed_says_where_and_what, test_open_when_not_utf8_says_where,
                 test_position_when_asked_backwards_is_right,
                 test_names_are_letters_digits_underscores_and_inner_dots,
                 test_special_words_are_numbers_booleans_and_none,
                 test_is_list_holds_only_for_the_kept_form)
