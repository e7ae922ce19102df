/* Settings of the reader. */
#include "csv_reading.h"

static void refused(const char *settings, mlc_status status, const char *message)
{
    parse_fails("age,b\n1,2\n", 10, settings, status, message);
}

START_TEST(test_settings_wrong_bytes_are_named)
{
    refused("delimiter=ab", MLC_ERROR_SETTING,
            "delimiter = 'ab': must be auto, tab, or one ASCII byte such as ';'");
    refused("quote='ab'", MLC_ERROR_SETTING,
            "quote = 'ab': must be none or one ASCII byte such as '\"'");
    refused("quote=';' delimiter=';'", MLC_ERROR_SETTING,
            "quote and delimiter are both ';': they must differ");
}
END_TEST

START_TEST(test_settings_wrong_types_are_named)
{
    refused("types='age'", MLC_ERROR_SETTING, "types: 'age' is not of the form column:type");
    refused("types='age:number'", MLC_ERROR_SETTING,
            "types: 'number' is no type of a column: must be bool, int64, float32, float64, "
            "category, text or timestamp");
    refused("types='agee:int64'", MLC_ERROR_COLUMN,
            "types: 'csv' has no column 'agee'; did you mean 'age'?");
    refused("types='zzzzzz:int64'", MLC_ERROR_COLUMN, "types: 'csv' has no column 'zzzzzz'");
}
END_TEST

START_TEST(test_settings_wrong_choices_and_syntax_fail_before_reading)
{
    mlc_dataset *d = NULL;
    mlc_error err;
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, "/no/such", "header=maybe", &d, &err),
                     MLC_ERROR_SETTING);
    ck_assert_str_eq(err.name, "header");
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, "/no/such", "header='", &d, &err),
                     MLC_ERROR_SYNTAX);
    ck_assert_int_eq(mlc_dataset_read_csv(NULL, "/no/such", "on_error=ignore", &d, &err),
                     MLC_ERROR_SETTING);
}
END_TEST

START_TEST(test_settings_json_and_quoted_roles_work)
{
    mlc_dataset *d = parse("it's,w\n1,2\n", "{\"target\": \"it's\", \"weight\": \"w\", "
                                            "\"delimiter\": \",\"}");
    ck_assert_str_eq(mlc_dataset_column_role(d, 0), "target");
    ck_assert_str_eq(mlc_dataset_column_role(d, 1), "weight");
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_settings_quote_none_takes_quotes_as_they_are)
{
    mlc_dataset *d = parse("a,b\n5\" disk,\"x\n\"y,z\"\n", "quote=none");
    ck_assert(text_is(d, "a", 0, "5\" disk"));
    ck_assert(text_is(d, "b", 0, "\"x"));
    ck_assert(text_is(d, "a", 1, "\"y"));
    mlc_dataset_free(d);
    d = parse("a,b\n'x,y',2\n", "quote=\"'\"");
    ck_assert(text_is(d, "a", 0, "x,y"));
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_settings_default_null_words_are_whole_words)
{
    ck_assert_int_eq(mlci_csv_is_default_null("NA", 2), 1);
    ck_assert_int_eq(mlci_csv_is_default_null("?", 1), 1);
    ck_assert_int_eq(mlci_csv_is_default_null("", 0), 1);
    ck_assert_int_eq(mlci_csv_is_default_null("N", 1), 0);
    ck_assert_int_eq(mlci_csv_is_default_null("A,N", 3), 0);
    ck_assert_int_eq(mlci_csv_is_default_null("NAN?", 4), 0);
}
END_TEST

MLCI_CHECK_SUITE("csv_settings", test_settings_wrong_bytes_are_named,
                 test_settings_wrong_types_are_named,
                 test_settings_wrong_choices_and_syntax_fail_before_reading,
                 test_settings_json_and_quoted_roles_work,
                 test_settings_quote_none_takes_quotes_as_they_are,
                 test_settings_default_null_words_are_whole_words)
