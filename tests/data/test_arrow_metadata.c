/* Metadata of Arrow schemas: the bytes of the specification's example, and names of components. */
#include "arrow_metadata.h"

#include "check_suite.h"
#include "making.h"

/* The example of the C data interface, little-endian: key1 = value, key2 = "". */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static const char example[] = "\2\0\0\0\4\0\0\0key1\5\0\0\0value\4\0\0\0key2\0\0\0\0";

START_TEST(test_metadata_when_written_is_the_example_of_the_specification)
{
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    char *made = NULL;
    mlci_arrow_metadata_add(&m, "key1", "value");
    mlci_arrow_metadata_add(&m, "key2", "");
    mlci_arrow_metadata_add(&m, "key3", NULL);
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &made, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(made, example, sizeof example - 1), 0);
    mlci_free(made);
}
END_TEST

START_TEST(test_metadata_when_read_finds_whole_keys_only)
{
    const char *value = NULL;
    int32_t length = -1;
    ck_assert(mlci_arrow_metadata_find(example, "key1", &value, &length));
    ck_assert_int_eq(length, 5);
    ck_assert_int_eq(memcmp(value, "value", 5), 0);
    ck_assert(mlci_arrow_metadata_find(example, "key2", &value, &length));
    ck_assert_int_eq(length, 0);
    ck_assert(!mlci_arrow_metadata_find(example, "key", &value, &length));
    ck_assert(!mlci_arrow_metadata_find(example, "key11", &value, &length));
    ck_assert(!mlci_arrow_metadata_find(NULL, "key1", &value, &length));
}
END_TEST
#else
#error the example is little-endian
#endif

START_TEST(test_metadata_when_lengths_are_negative_ends)
{
    const int32_t key[] = {1, -5}, count[] = {-1};
    const char *value = NULL;
    int32_t length = 0;
    ck_assert(!mlci_arrow_metadata_find((const char *)key, "a", &value, &length));
    ck_assert(!mlci_arrow_metadata_find((const char *)count, "a", &value, &length));
    const int32_t bad_value[] = {1, 4, 0x61616161, -1};
    ck_assert(!mlci_arrow_metadata_find((const char *)bad_value, "aaaa", &value, &length));
}
END_TEST

START_TEST(test_metadata_when_empty_is_null)
{
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    char *made = (char *)"x";
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &made, NULL), MLC_OK);
    ck_assert_ptr_null(made);
}
END_TEST

static mlc_status name(const char *json, mlci_column *c, mlc_error *err)
{
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    char *made = NULL;
    mlci_arrow_metadata_add(&m, MLCI_ARROW_COMPONENTS, json);
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &made, NULL), MLC_OK);
    const mlc_status status = mlci_arrow_components_read(made, "v", c, err);
    mlci_free(made);
    return status;
}

START_TEST(test_components_come_back_as_they_were_written)
{
    const char *const names[] = {"a \"b\"", "", "\xC3\xA9\\"};
    mlci_column *c = NULL, *again = NULL;
    char *made = NULL;
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_VECTOR, 2, 3, 0, &c, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_VECTOR, 2, 3, 0, &again, NULL), MLC_OK);
    ck_assert_int_eq(mlci_column_set_components(c, names, NULL), MLC_OK);
    mlci_arrow_metadata m = mlci_arrow_metadata_init(NULL);
    mlci_arrow_metadata_add_components(&m, c);
    ck_assert_int_eq(mlci_arrow_metadata_take(&m, &made, NULL), MLC_OK);
    ck_assert_int_eq(mlci_arrow_components_read(made, "v", again, NULL), MLC_OK);
    for (int k = 0; k < 3; k++)
        ck_assert_str_eq(again->components[k], names[k]);
    ck_assert_int_eq(mlci_arrow_components_read(NULL, "v", again, NULL), MLC_OK);
    ck_assert_str_eq(again->components[2], "v2");
    mlci_free(made);
    mlci_column_unref(c);
    mlci_column_unref(again);
}
END_TEST

START_TEST(test_components_when_they_do_not_fit_are_refused)
{
    static const char *const bad[] = {"",
                                      "{}",
                                      "[\"a\",\"b\"]",
                                      "[\"a\",\"b\",1]",
                                      "[\"a\",\"b\",\"c\",\"d\"]",
                                      "[\"a\",\"b\",\"\\u0000\"]",
                                      "[\"a\",\"b\",\"c\"] 1"};
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_VECTOR, 2, 3, 0, &c, NULL), MLC_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mlc_error err;
        const mlc_status status = name(bad[i], c, &err);
        ck_assert_msg(status == MLC_ERROR_DATA || status == MLC_ERROR_SYNTAX, "%s: %d", bad[i],
                      (int)status);
        ck_assert_ptr_null(c->components);
    }
    mlci_column_unref(c);
}
END_TEST

MLCI_CHECK_SUITE("arrow_metadata", test_metadata_when_written_is_the_example_of_the_specification,
                 test_metadata_when_read_finds_whole_keys_only,
                 test_metadata_when_lengths_are_negative_ends, test_metadata_when_empty_is_null,
                 test_components_come_back_as_they_were_written,
                 test_components_when_they_do_not_fit_are_refused)
