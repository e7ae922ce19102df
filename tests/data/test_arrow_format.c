/* Arrow's format strings, as the columnar specification lists them. */
#include "arrow_format.h"

#include "check_suite.h"
#include "making.h"

START_TEST(test_formats_when_known_have_their_kind_and_size)
{
    static const struct {
        const char *format;
        mlci_arrow_kind kind;
        int32_t size;
    } cases[] = {{"n", MLCI_ARROW_NULL, 0},           {"b", MLCI_ARROW_BOOL, 0},
                 {"c", MLCI_ARROW_SIGNED, 1},         {"C", MLCI_ARROW_UNSIGNED, 1},
                 {"s", MLCI_ARROW_SIGNED, 2},         {"S", MLCI_ARROW_UNSIGNED, 2},
                 {"i", MLCI_ARROW_SIGNED, 4},         {"I", MLCI_ARROW_UNSIGNED, 4},
                 {"l", MLCI_ARROW_SIGNED, 8},         {"L", MLCI_ARROW_UNSIGNED, 8},
                 {"e", MLCI_ARROW_REAL, 2},           {"f", MLCI_ARROW_REAL, 4},
                 {"g", MLCI_ARROW_REAL, 8},           {"u", MLCI_ARROW_TEXT, 4},
                 {"U", MLCI_ARROW_TEXT, 8},           {"vu", MLCI_ARROW_VIEW, 16},
                 {"tdD", MLCI_ARROW_TIME, 4},         {"tdm", MLCI_ARROW_TIME, 8},
                 {"tts", MLCI_ARROW_SIGNED, 4},       {"ttn", MLCI_ARROW_SIGNED, 8},
                 {"tDs", MLCI_ARROW_SIGNED, 8},       {"tsn:", MLCI_ARROW_TIME, 8},
                 {"d:9,2", MLCI_ARROW_DECIMAL, 16},   {"d:9,-2,256", MLCI_ARROW_DECIMAL, 32},
                 {"d:9,2,32", MLCI_ARROW_DECIMAL, 4}, {"+s", MLCI_ARROW_STRUCT, 0},
                 {"+w:3", MLCI_ARROW_VECTOR, 0},      {"+L", MLCI_ARROW_LIST, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlci_arrow_type type;
        ck_assert_int_eq(mlci_arrow_type_parse(cases[i].format, "x", &type, NULL), MLC_OK);
        ck_assert_msg(type.kind == cases[i].kind && type.size == cases[i].size, "%s",
                      cases[i].format);
    }
}
END_TEST

START_TEST(test_formats_when_they_have_parameters_keep_them)
{
    mlci_arrow_type type;
    ck_assert_int_eq(mlci_arrow_type_parse("d:38,-7,128", "x", &type, NULL), MLC_OK);
    ck_assert_int_eq(type.scale, -7);
    ck_assert_int_eq(mlci_arrow_type_parse("+w:12", "x", &type, NULL), MLC_OK);
    ck_assert_int_eq(type.width, 12);
    ck_assert_int_eq(mlci_arrow_type_parse("tsm:Europe/Paris", "x", &type, NULL), MLC_OK);
    ck_assert_int_eq(type.micros, 1000);
    ck_assert_int_eq(mlci_arrow_type_parse("tdD", "x", &type, NULL), MLC_OK);
    ck_assert_int_eq(type.micros, 86400000000);
}
END_TEST

START_TEST(test_formats_when_no_column_holds_them_say_what_to_do)
{
    static const char *const formats[] = {"z",   "Z",  "vz",      "w:16",  "tiM", "+l",
                                          "+vl", "+m", "+ud:0,1", "+us:0", "+r"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        mlci_arrow_type type;
        making_assert_fails(mlci_arrow_type_parse(formats[i], "age", &type, err),
                            MLC_ERROR_UNSUPPORTED, "column 'age' is ");
    }
}
END_TEST

START_TEST(test_formats_when_broken_are_refused)
{
    static const char *const formats[] = {
        "",      "q",          "gg",        "d:",  "d:9",   "d:9,2,", "d:9,2,100",
        "d:0,0", "d:77,0,256", "d:9,99999", "+w:", "+w:-1", "+w:3x",  "+w:99999999999",
        "ts",    "tsq:",       "tsu",       "td"};
    mlci_arrow_type type;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        making_assert_fails(mlci_arrow_type_parse(formats[i], "age", &type, err),
                            MLC_ERROR_ARGUMENT, "is no Arrow format");
    }
    making_assert_fails(mlci_arrow_type_parse(NULL, "age", &type, err), MLC_ERROR_ARGUMENT,
                        "has no Arrow format");
}
END_TEST

MLCI_CHECK_SUITE("arrow_format", test_formats_when_known_have_their_kind_and_size,
                 test_formats_when_they_have_parameters_keep_them,
                 test_formats_when_no_column_holds_them_say_what_to_do,
                 test_formats_when_broken_are_refused)
