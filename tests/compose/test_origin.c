/* The origin of a model as a table. */
#include "origin.h"

#include <stdio.h>

#include "check_suite.h"

#include "composing.h"

static mlc_status table_of(const char *json, mlc_dataset **out, mlc_error *err)
{
    return mlci_origin_table(NULL, json, out, err);
}

START_TEST(test_objects_inside_become_dotted_names)
{
    mlc_dataset *table = NULL;
    mlc_error err = {0};
    ck_assert_msg(table_of("{\"library\": \"a \\\"b\\\"\", \"n\": 3, \"parity\": {\"rows\": 12.50, "
                           "\"is\": true, \"no\": null}, \"last\": -1}",
                           &table, &err) == MLC_OK,
                  "%s", err.message);
    const char *const names[] = {"library", "n", "parity.rows", "parity.is", "parity.no", "last"};
    const char *const values[] = {"a \"b\"", "3", "12.50", "true", "null", "-1"};
    ck_assert_int_eq(mlc_dataset_n_rows(table), 6);
    for (int i = 0; i < 6; i++) {
        const char *text = NULL;
        int64_t n = 0;
        ck_assert_int_eq(mlc_dataset_text(table, "name", i, &text, &n, NULL), MLC_OK);
        ck_assert_mem_eq(text, names[i], strlen(names[i]));
        ck_assert_int_eq(n, (int64_t)strlen(names[i]));
        ck_assert_int_eq(mlc_dataset_text(table, "value", i, &text, &n, NULL), MLC_OK);
        ck_assert_mem_eq(text, values[i], strlen(values[i]));
        ck_assert_int_eq(n, (int64_t)strlen(values[i]));
    }
    mlc_dataset_free(table);
}
END_TEST

START_TEST(test_what_is_no_such_object_is_refused)
{
    static const char *const odd[] = {"",
                                      "3",
                                      "[1]",
                                      "\"text\"",
                                      "{\"a\": [1]}",
                                      "{\"a\": 1",
                                      "{\"a\": {\"b\": {\"c\": {\"d\": {}}}}}",
                                      "{} {}"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        mlc_dataset *table = NULL;
        ck_assert_msg(table_of(odd[i], &table, NULL) == MLC_ERROR_SYNTAX, "%s", odd[i]);
        ck_assert_ptr_null(table);
    }
}
END_TEST

START_TEST(test_more_entries_than_a_table_has_are_refused)
{
    char json[8000] = "{";
    for (int i = 0; i < 300; i++)
        sprintf(json + strlen(json), "%s\"k%d\": %d", i ? ", " : "", i, i);
    strcat(json, "}");
    mlc_dataset *table = NULL;
    ck_assert_int_eq(table_of(json, &table, NULL), MLC_ERROR_SYNTAX);
}
END_TEST

MLCI_CHECK_SUITE("origin", test_objects_inside_become_dotted_names,
                 test_what_is_no_such_object_is_refused,
                 test_more_entries_than_a_table_has_are_refused)
