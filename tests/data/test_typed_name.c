/* Names with types, as settings have them. */
#include "typed_name.h"

#include <mlcore/dataset.h>
#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "column.h"
#include "making.h"

static mlci_typed_name parse(const char *item)
{
    mlci_typed_name out = {0};
    mlc_error err = {0};
    ck_assert_msg(mlci_typed_name_parse("types", item, (int64_t)strlen(item), &out, &err) == MLC_OK,
                  "%s", err.message);
    return out;
}

START_TEST(test_typed_name_when_each_type_is_named_finds_it)
{
    for (int32_t type = MLC_TYPE_BOOL; type <= MLC_TYPE_TIMESTAMP; type++) {
        char item[64];
        snprintf(item, sizeof item, "a b:c:%s", mlci_type_name(type));
        const mlci_typed_name out = parse(item);
        ck_assert_int_eq(out.type, type);
        ck_assert_int_eq(out.length, 5);
        ck_assert_ptr_eq(out.name, item);
    }
}
END_TEST

static void assert_refused(const char *item, const char *says)
{
    mlci_typed_name out = {0};
    making_assert_fails(mlci_typed_name_parse("columns", item, (int64_t)strlen(item), &out, err),
                        MLC_ERROR_SETTING, says);
    ck_assert_ptr_null(out.name);
}

START_TEST(test_typed_name_when_wrong_says_what_is_right)
{
    assert_refused("age", "columns: 'age' is not of the form column:type");
    assert_refused(":int64", "columns: ':int64' is not of the form column:type");
    assert_refused("", "columns: '' is not of the form column:type");
    assert_refused("age:", "columns: '' is no type of a column: must be bool, int64, float32, "
                           "float64, category, text or timestamp");
    assert_refused("age:Int64", "'Int64' is no type");
    assert_refused("v:vector", "'vector' is no type");
    char longest[4000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_refused(longest, "is not of the form column:type");
}
END_TEST

MLCI_CHECK_SUITE("typed_name", test_typed_name_when_each_type_is_named_finds_it,
                 test_typed_name_when_wrong_says_what_is_right)
