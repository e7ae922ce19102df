/* Settings text and JSON: what they read to, what they refuse, and the way back. */
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "mutate.h"
#include "scan.h"
#include "torture.h"

static mlc_error error;

static mlci_settings parse(const char *text, int32_t with_head)
{
    mlci_settings s;
    const mlc_status status = mlci_settings_parse(NULL, text, with_head, &s, &error);
    ck_assert_msg(status == MLC_OK, "%s: %s", text, error.message);
    return s;
}

static void assert_item(const mlci_settings *s, int32_t i, const char *name, const char *value,
                        int32_t quoted)
{
    ck_assert_int_lt(i, s->n);
    ck_assert_str_eq(s->items[i].name, name);
    ck_assert_str_eq(s->items[i].value, value);
    ck_assert_int_eq(s->items[i].quoted, quoted);
}

START_TEST(test_parse_null_or_blank_gives_nothing)
{
    mlci_settings s = parse(NULL, 0);
    ck_assert_int_eq(s.n, 0);
    s = parse(" \n\t", 1);
    ck_assert_int_eq(s.n, 0);
    ck_assert_ptr_null(s.head);
    s = parse("{}", 0);
    ck_assert_int_eq(s.n, 0);
}
END_TEST

START_TEST(test_parse_pairs_with_spaces_and_commas)
{
    mlci_settings s = parse("a=1, b = 'x y',c=mean\n d.e=\"1\" f='word'", 0);
    ck_assert_int_eq(s.n, 5);
    assert_item(&s, 0, "a", "1", 0);
    assert_item(&s, 1, "b", "x y", 1);
    assert_item(&s, 2, "c", "mean", 0);
    assert_item(&s, 3, "d.e", "1", 1);
    assert_item(&s, 4, "f", "word", 0); /* the quotes change nothing */
    ck_assert_int_eq(s.items[3].line, 2);
    ck_assert_int_eq(s.items[3].column, 2);
    mlci_settings_clear(&s);
}
END_TEST

START_TEST(test_parse_comma_and_value_goes_on_as_list)
{
    mlci_settings s = parse("ignore=id, name target=y classes='no','maybe so',yes,n=1", 0);
    ck_assert_int_eq(s.n, 4);
    assert_item(&s, 0, "ignore", "id,name", 0);
    assert_item(&s, 1, "target", "y", 0);
    assert_item(&s, 2, "classes", "no,'maybe so',yes", 0);
    assert_item(&s, 3, "n", "1", 0);
    mlci_settings_clear(&s);
}
END_TEST

START_TEST(test_parse_with_head_takes_first_word)
{
    mlci_settings s = parse("k_fold n_splits=5", 1);
    ck_assert_str_eq(s.head, "k_fold");
    ck_assert_int_eq(s.n, 1);
    mlci_settings_clear(&s);
    s = parse("n_splits=5", 1);
    ck_assert_ptr_null(s.head);
    mlci_settings_clear(&s);
    s = parse("{\"n_splits\": 5, \"id\": \"k_fold\"}", 1);
    ck_assert_str_eq(s.head, "k_fold");
    assert_item(&s, 0, "n_splits", "5", 0);
    mlci_settings_clear(&s);
}
END_TEST

START_TEST(test_parse_json_gives_what_text_gives)
{
    mlci_settings s = parse("{\"a\": 1e-3, \"b\": \"x y\", \"c\": \"mean\", \"d\": {\"e\": \"1\", "
                            "\"f\": {\"g\": true}}, \"h\": null, \"i\": [1, \"a,b\", [2, 3], "
                            "null], \"j\": [], \"k\": 1e999, \"l\": \"\\u00e9\"}",
                            0);
    ck_assert_int_eq(s.n, 10);
    assert_item(&s, 0, "a", "1e-3", 0);
    assert_item(&s, 1, "b", "x y", 1);
    assert_item(&s, 2, "c", "mean", 0);
    assert_item(&s, 3, "d.e", "1", 1);
    assert_item(&s, 4, "d.f.g", "true", 0);
    assert_item(&s, 5, "h", "none", 0);
    assert_item(&s, 6, "i", "1,'a,b','2,3',none", 0);
    assert_item(&s, 7, "j", "", 0);
    assert_item(&s, 8, "k", "inf", 0);
    assert_item(&s, 9, "l", "\xc3\xa9", 0);
    mlci_settings_clear(&s);
}
END_TEST

START_TEST(test_parse_when_malformed_says_where_and_what)
{
    static const struct {
        const char *text, *message;
        int64_t line, column;
    } cases[] = {
        {"ridge", "settings:1:1: 'ridge' has no value: expected ridge=value", 1, 1},
        {"a=1 =2", "settings:1:5: expected name=value; found '='", 1, 5},
        {"a=1\nb=", "settings:2:3: expected a value for 'b'; found the end", 2, 3},
        {"a=1, ", "settings:1:6: expected name=value; found the end", 1, 6},
        {"a=1,,b=2", "settings:1:5: expected a value; found ','", 1, 5},
        {"a='x'b=2", "settings:1:6: expected white space or ',' after a setting; found 'b'", 1, 6},
        {"a=1 b=2 a=3", "settings:1:9: 'a' is given twice", 1, 9},
        {"a=1)", "settings:1:4: expected white space or ',' after a setting; found ')'", 1, 4},
        {"a.=1", "settings:1:1: a name does not end in a dot", 1, 1},
        {"a=C:\\x", "settings:1:5: \\ within a word: put the whole value in quotes", 1, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_settings s;
        ck_assert_int_eq(mlci_settings_parse(NULL, cases[i].text, 0, &s, &error), MLC_ERROR_SYNTAX);
        ck_assert_str_eq(error.message, cases[i].message);
        ck_assert_int_eq(error.line, cases[i].line);
        ck_assert_int_eq(error.column, cases[i].column);
        ck_assert_int_eq(s.n, 0);
        ck_assert_ptr_null(s.items);
    }
}
END_TEST

START_TEST(test_parse_json_when_no_settings_is_refused)
{
    static const char *const texts[] = {"{",
                                        "{\"a\": 1} 2",
                                        "{\"a\": 1, \"a\": 2}",
                                        "{\"a b\": 1}",
                                        "{\"\": 1}",
                                        "{\"a\": [{}]}",
                                        "{\"a\": [[[[1]]]]}",
                                        "{\"a\": \"\\u0000\"}",
                                        "{\"id\": \"x y\"}",
                                        "{\"a\": {\"b\": 1, \"b\": 2}}",
                                        "{\"a.\": 1}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlci_settings s;
        const mlc_status status = mlci_settings_parse(NULL, texts[i], 1, &s, &error);
        ck_assert_msg(status == MLC_ERROR_SYNTAX, "%s", texts[i]);
        ck_assert_int_eq(error.line, 1);
        ck_assert_int_gt(error.column, 0);
    }
    mlci_settings s;
    ck_assert_int_eq(mlci_settings_parse(NULL, "{\"a\": 1, \"a\": 2}", 0, &s, &error),
                     MLC_ERROR_SYNTAX);
    ck_assert_str_eq(error.name, "a");
    ck_assert_ptr_nonnull(strstr(error.message, "'a' is given twice"));
}
END_TEST

START_TEST(test_parse_json_when_the_head_is_given_twice_is_refused)
{
    mlci_settings s;
    ck_assert_int_eq(mlci_settings_parse(NULL, "{\"id\": \"a\", \"id\": \"b\"}", 1, &s, &error),
                     MLC_ERROR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(error.message, "'id' is given twice"));
}
END_TEST

START_TEST(test_parse_when_a_name_is_too_long_is_refused)
{
    mlci_settings s;
    char text[MLCI_NAME_MAX + 4];
    memset(text, 'a', sizeof text);
    strcpy(text + MLCI_NAME_MAX, "a=1");
    ck_assert_int_eq(mlci_settings_parse(NULL, text, 0, &s, &error), MLC_ERROR_SYNTAX);
    ck_assert_ptr_nonnull(strstr(error.message, "this name is longer than 127 bytes"));
}
END_TEST

START_TEST(test_parse_when_too_many_is_refused)
{
    mlci_text text = mlci_text_init(NULL);
    mlci_settings s;
    for (int i = 0; i <= MLCI_SETTINGS_MAX; i++)
        mlci_text_append_format(&text, "a%d=1 ", i);
    ck_assert_int_eq(mlci_settings_parse(NULL, text.data, 0, &s, &error), MLC_ERROR_LIMIT);
    ck_assert_str_eq(error.message, "more than 4096 settings");
    mlci_text_clear(&text);
}
END_TEST

START_TEST(test_put_adds_then_replaces)
{
    mlci_settings s = {.root = NULL};
    ck_assert_int_eq(mlci_settings_put(&s, "a", "1", 0, &error), MLC_OK);
    ck_assert_int_eq(mlci_settings_put(&s, "b", "1", 1, &error), MLC_OK);
    ck_assert_int_eq(mlci_settings_put(&s, "a", "mean", 1, &error), MLC_OK);
    ck_assert_int_eq(s.n, 2);
    assert_item(&s, 0, "a", "mean", 0);
    assert_item(&s, 1, "b", "1", 1);
    ck_assert_ptr_eq(mlci_settings_find(&s, "b"), &s.items[1]);
    ck_assert_ptr_null(mlci_settings_find(&s, "c"));
    mlci_settings_clear(&s);
    ck_assert_int_eq(s.n, 0);
}
END_TEST

START_TEST(test_format_writes_what_reads_back)
{
    mlci_settings s = parse("head a=1 b='1' c='x y' d=[p, 'q r'] e=[] f='' g=f(x=1) h='a,b' "
                            "i=\"it's\\n\" j=none k='none'",
                            1);
    mlci_text text = mlci_text_init(NULL);
    mlci_settings_format(&s, &text);
    ck_assert_str_eq(text.data, "head a=1 b='1' c='x y' d=[p,'q r'] e=[] f='' g=f(x=1) h='a,b' "
                                "i='it\\'s\\n' j=none k='none'");
    mlci_text_clear(&text);
    mlci_settings_clear(&s);
}
END_TEST

START_TEST(test_value_format_as_json)
{
    static const struct {
        const char *value;
        int32_t quoted;
        const char *json;
    } cases[] = {
        {"1", 0, "1"},
        {"1", 1, "\"1\""},
        {"1e-300", 0, "1e-300"},
        {"5.", 0, "5"},
        {"null", 0, "null"},
        {"+inf", 0, "1e999"},
        {"+007", 0, "\"+007\""},
        {"-0.5", 0, "-0.5"},
        {"0.25e1", 0, "0.25e1"},
        {".5", 0, "0.5"},
        {"+5", 0, "5"},
        {"-inf", 0, "-1e999"},
        {"007", 0, "\"007\""},
        {"nan", 0, "\"nan\""},
        {"none", 0, "null"},
        {"none", 1, "\"none\""},
        {"True", 0, "true"},
        {"mean", 0, "\"mean\""},
        {"a,1,'b,c'", 0, "[\"a\", 1, \"b,c\"]"},
        {"", 0, "[]"},
        {"", 1, "\"\""},
        {"x\"y", 1, "\"x\\\"y\""},
        {"f(x=1)", 0, "\"f(x=1)\""},
        {"7e99999", 0, "1e999"},
        {"7e99999,'\\'',''", 0, "[\"7e99999\", \"'\", \"\"]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_text text = mlci_text_init(NULL);
        mlci_value_format(cases[i].value, cases[i].quoted, 1, &text);
        ck_assert_str_eq(text.data, cases[i].json);
        mlci_text_clear(&text);
    }
}
END_TEST

START_TEST(test_value_format_as_json_of_a_long_item_with_escapes_is_whole)
{
    char value[3100] = "a,'\\'", json[3100] = "[\"a\", \"'";
    memset(value + 5, 'x', 3000);
    strcpy(value + 3005, "'");
    memset(json + strlen("[\"a\", \"'"), 'x', 3000);
    strcpy(json + strlen("[\"a\", \"'") + 3000, "\"]");
    mlci_text text = mlci_text_init(NULL);
    mlci_value_format(value, 0, 1, &text);
    ck_assert_int_eq(mlci_text_status(&text, NULL), MLC_OK);
    ck_assert_str_eq(text.data, json);
    mlci_text_clear(&text);
}
END_TEST

/* ---- lists -------------------------------------------------------------------------------- */

static mlc_status join(void *arg, const char *item, int64_t length, mlc_error *err)
{
    mlci_text *const out = arg;
    if (length == 4 && memcmp(item, "stop", 4) == 0) {
        return mlci_fail(err, MLC_ERROR_DATA, NULL, "stopped");
    }
    mlci_text_append_char(out, '<');
    mlci_text_append(out, item, length);
    mlci_text_append_char(out, '>');
    return MLC_OK;
}

START_TEST(test_list_each_resolves_quotes_and_protects_commas)
{
    static const struct {
        const char *list, *items;
    } cases[] = {
        {"", ""},
        {" \t", ""},
        {"a", "<a>"},
        {" a b , c ", "<a b><c>"},
        {"NA,,?", "<NA><><?>"},
        {"'a,b',\"c'd\", ''", "<a,b><c'd><>"},
        {"'it\\'s','a\\\\b','x\\ny','p\\dq'", "<it's><a\\b><x\ny><p\\dq>"},
        {"f(a=1,b=','),g", "<f(a=1,b=',')><g>"},
        {"[0,1],[2],'3,4'", "<0,1><2><3,4>"},
        {"a)b,c", "<a)b><c>"},
        {"f({)',b'),c", "<f({)',b')><c>"}, /* brackets of any kind, as in a value */
        {"{a,b", "<{a><b>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_text out = mlci_text_init(NULL);
        const mlc_status status = mlci_list_each(cases[i].list, join, &out, &error);
        ck_assert_msg(status == MLC_OK, "%s: %s", cases[i].list, error.message);
        ck_assert_str_eq(out.length > 0 ? out.data : "", cases[i].items);
        mlci_text_clear(&out);
    }
}
END_TEST

START_TEST(test_list_each_when_malformed_says_so)
{
    mlci_text out = mlci_text_init(NULL);
    ck_assert_int_eq(mlci_list_each("a,'b", join, &out, &error), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(error.message, "list 'b: quote not closed");
    ck_assert_int_eq(mlci_list_each("'a'b", join, &out, &error), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(error.message, "list 'a'b: expected ',' behind a quoted item");
    ck_assert_int_eq(mlci_list_each("f(a,b", join, &out, &error), MLC_ERROR_SYNTAX);
    ck_assert_str_eq(error.message, "list f(a,b: bracket not closed; put the item in quotes");
    mlci_text_clear(&out);
    ck_assert_int_eq(mlci_list_each("a,stop,b", join, &out, &error), MLC_ERROR_DATA);
    ck_assert_str_eq(out.data, "<a>");
    mlci_text_clear(&out);
}
END_TEST

/* A list of one item in quotes: an escaped quote behind n letters. */
static char *escaped_item(int32_t n)
{
    char *out = NULL;
    mlci_text text = mlci_text_init(NULL);
    mlci_text_append_char(&text, '\'');
    for (int32_t i = 0; i < n; i++)
        mlci_text_append_char(&text, 'a');
    mlci_text_append_text(&text, "\\''");
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

START_TEST(test_list_each_when_an_item_with_escapes_is_too_long_is_refused)
{
    mlci_text out = mlci_text_init(NULL);
    char *list = escaped_item(1022);
    ck_assert_int_eq(mlci_list_each(list, join, &out, &error), MLC_OK);
    ck_assert_int_eq(out.length, 1022 + 1 + 2);
    mlci_free(list);
    list = escaped_item(1023);
    ck_assert_int_eq(mlci_list_each(list, join, &out, &error), MLC_ERROR_LIMIT);
    ck_assert_str_eq(error.message, "a list item with escapes is longer than 1024 bytes");
    mlci_free(list);
    mlci_text_clear(&out);
}
END_TEST

/* ---- hostile ------------------------------------------------------------------------------ */

static const char *const samples[] = {
    "k_fold n_splits=5 shuffle=true random_state=-3",
    "target=income weight=w ignore=id,name classes='no','yes so' positive=\">50K\"",
    "metrics=[roc_auc, f_beta(beta=2, average='a,b')] a.b=1e-3 x=[[0,1],[2]]",
    "a='it\\'s \\u00e9\\ud83d\\ude00\\n' b=[] c='' d=.5 e=+inf f=NaN g=007",
    "{\"id\": \"k_fold\", \"n\": 5, \"a\": {\"b\": [1, \"x,y\", [2, null]]}, \"c\": \"\\u00e9\"}",
    "{\"a\": null, \"b\": true, \"c\": 1e999, \"d\": \"none\", \"e\": [[0, 1], []]}",
};

static char *format(const mlci_settings *s)
{
    char *out = NULL;
    mlci_text text = mlci_text_init(NULL);
    mlci_settings_format(s, &text);
    ck_assert_int_eq(mlci_text_take(&text, &out, &error), MLC_OK);
    return out;
}

static mlc_status ignore_item(void *arg, const char *item, int64_t length, mlc_error *err)
{
    return MLC_OK;
}

START_TEST(test_parse_mutated_text_never_fails_otherwise_than_by_syntax)
{
    uint64_t state = 1;
    int n_good = 0;
    for (int i = 0; i < 40000; i++) {
        char *const text = mutate_text(&state, samples, sizeof samples / sizeof samples[0]);
        mlci_settings s;
        const mlc_status status = mlci_settings_parse(NULL, text, i & 1, &s, &error);
        ck_assert_msg(status == MLC_OK || status == MLC_ERROR_SYNTAX, "%s: %s", text,
                      error.message);
        if (status == MLC_OK) {
            mlci_settings again;
            char *const first = format(&s);
            const mlc_status second = mlci_settings_parse(NULL, first, i & 1, &again, &error);
            ck_assert_msg(second == MLC_OK, "%s: %s", first, error.message);
            char *const written = format(&again);
            ck_assert_str_eq(first, written);
            for (int32_t k = 0; k < s.n; k++) {
                ck_assert_str_eq(s.items[k].value, again.items[k].value);
                ck_assert_int_eq(s.items[k].quoted, again.items[k].quoted);
            }
            mlci_free(first);
            mlci_free(written);
            mlci_settings_clear(&again);
            mlci_settings_clear(&s);
            n_good++;
        }
        (void)!mlci_list_each(text, ignore_item, NULL, NULL);
        free(text);
    }
    ck_assert_int_gt(n_good, 1000);
}
END_TEST

static mlc_status parse_and_format(mlc_context *ctx, void *arg, mlc_error *err)
{
    mlci_settings s;
    mlci_text text = mlci_text_init(mlci_context_root(ctx));
    mlc_status status = mlci_settings_parse(mlci_context_root(ctx), arg, 1, &s, err);
    if (status == MLC_OK) status = mlci_settings_put(&s, "extra", "'1,2',3", 0, err);
    if (status == MLC_OK) status = mlci_settings_put(&s, "extra", "text of some length", 1, err);
    if (status == MLC_OK) mlci_settings_format(&s, &text);
    if (status == MLC_OK) status = mlci_text_status(&text, err);
    mlci_text_clear(&text);
    mlci_settings_clear(&s);
    return status;
}

START_TEST(test_settings_when_memory_fails_leak_nothing)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char copy[256];
        snprintf(copy, sizeof copy, "%s", samples[i]);
        mlci_torture(parse_and_format, copy);
    }
}
END_TEST

MLCI_CHECK_SUITE("settings", test_parse_null_or_blank_gives_nothing,
                 test_parse_pairs_with_spaces_and_commas,
                 test_parse_comma_and_value_goes_on_as_list, test_parse_with_head_takes_first_word,
                 test_parse_json_gives_what_text_gives,
                 test_parse_when_malformed_says_where_and_what,
                 test_parse_json_when_no_settings_is_refused, test_parse_when_too_many_is_refused,
                 test_parse_json_when_the_head_is_given_twice_is_refused,
                 test_parse_when_a_name_is_too_long_is_refused, test_put_adds_then_replaces,
                 test_format_writes_what_reads_back, test_value_format_as_json,
                 test_value_format_as_json_of_a_long_item_with_escapes_is_whole,
                 test_list_each_resolves_quotes_and_protects_commas,
                 test_list_each_when_malformed_says_so,
                 test_list_each_when_an_item_with_escapes_is_too_long_is_refused,
                 test_parse_mutated_text_never_fails_otherwise_than_by_syntax,
                 test_settings_when_memory_fails_leak_nothing)
