/* Column selectors in their canonical form. */
#include "selectors.h"

#include "check_suite.h"

static mlc_error error;

static mlc_status take(const char *text, mlci_text *out)
{
    mlci_scan s;
    const mlc_status status = mlci_scan_open(&s, NULL, "selectors", text, &error);
    return status != MLC_OK ? status : mlci_selectors_take(&s, "]", out, &error);
}

START_TEST(test_selectors_are_kept_bare_or_quoted)
{
    static const struct {
        const char *text, *kept;
    } cases[] = {
        {"age", "age"},
        {" type:number , capital-*,role:target", "type:number,capital-*,role:target"},
        {"'age'", "age"},
        {"\"odd, name\"", "'odd, name'"},
        {"'capital-*'", "'capital-*'"},
        {"'type:number'", "'type:number'"},
        {"odd name", "'odd name'"},
        {"odd n*", "odd n*"},
        {"'it\\'s', \"a\\\\b\"", "'it\\'s','a\\\\b'"},
        {"h\xc3\xb6he, 'h\xc3\xb6he'", "h\xc3\xb6he,h\xc3\xb6he"},
        {"a]b", "a"},
        {"''", "''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_text out = mlci_text_init(NULL);
        ck_assert_msg(take(cases[i].text, &out) == MLC_OK, "%s: %s", cases[i].text, error.message);
        ck_assert_str_eq(out.data, cases[i].kept);
        mlci_text_clear(&out);
    }
}
END_TEST

START_TEST(test_selectors_when_malformed_say_where)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", "selectors:1:1: expected a column selector; found the end"},
        {"a,,b", "selectors:1:3: expected a column selector; found ','"},
        {"a,", "selectors:1:3: expected a column selector; found the end"},
        {"'a", "selectors:1:1: this quote is not closed"},
        {"'a' b", "selectors:1:5: expected ',' between selectors; found 'b'"},
        {"a(b)", "selectors:1:2: put a column name with quotes, brackets or '\\' in quotes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_text out = mlci_text_init(NULL);
        ck_assert_int_eq(take(cases[i].text, &out), MLC_ERROR_SYNTAX);
        ck_assert_str_eq(error.message, cases[i].message);
        mlci_text_clear(&out);
    }
}
END_TEST

MLCI_CHECK_SUITE("selectors", test_selectors_are_kept_bare_or_quoted,
                 test_selectors_when_malformed_say_where)
