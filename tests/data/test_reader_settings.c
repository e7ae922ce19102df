/* Settings of readers: told apart from roles, and the types that columns shall have. */
#include "csv_reading.h"
#include "reader_settings.h"
#include "torture.h"

typedef struct own {
    int64_t n;
    char *word;
} own;

static const mlci_param table[] = {MLCI_INTEGER(own, n, 3, 0, 10, "how many"),
                                   MLCI_STRING(own, word, "x", "a word"),
                                   {.name = NULL}};

START_TEST(test_reader_settings_tell_their_own_from_roles)
{
    own values = {0};
    char *roles = NULL;
    ck_assert_int_eq(mlci_reader_settings_read(NULL, "the reader", table,
                                               "target=y n=7 id='a b' classes='no,yes'", &values,
                                               &roles, NULL),
                     MLC_OK);
    ck_assert_int_eq(values.n, 7);
    ck_assert_str_eq(values.word, "x");
    ck_assert_str_eq(roles, "target=y id='a b' classes='no,yes'");
    mlci_free(roles);
    mlci_params_clear(table, &values);
}
END_TEST

START_TEST(test_reader_settings_name_the_nearest)
{
    static const struct {
        const char *text, *message;
    } cases[] = {{"wrod=y", "the reader has no setting 'wrod'; did you mean 'word'?"},
                 {"targt=y", "the reader has no setting 'targt'; did you mean 'target'?"},
                 {"zzzzzz=y", "the reader has no setting 'zzzzzz'; it has n and word, and "
                              "roles such as target="},
                 {"n=11", "n = 11: must be from 0 to 10"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        own values = {0};
        char *roles = NULL;
        mlc_error err;
        ck_assert_int_eq(mlci_reader_settings_read(NULL, "the reader", table, cases[i].text,
                                                   &values, &roles, &err),
                         MLC_ERROR_SETTING);
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_ptr_null(roles);
    }
}
END_TEST

START_TEST(test_wishes_are_those_of_types_then_of_the_rows_to_be_like)
{
    mlc_dataset *like = parse("a,b,c,d\n1,x,true,2024-01-01\n", "types='d:timestamp'");
    mlci_wishes w;
    ck_assert_int_eq(mlci_wishes_open(NULL, "a:text, 'q,r:bool'", like, &w, NULL), MLC_OK);
    ck_assert_int_eq(mlci_wishes_find(&w, "a").type, MLC_TYPE_TEXT);
    ck_assert_int_eq(mlci_wishes_find(&w, "b").type, MLC_TYPE_CATEGORY);
    ck_assert_int_eq(mlci_wishes_find(&w, "c").type, 0);
    ck_assert_int_eq(mlci_wishes_find(&w, "c").must_be, MLC_TYPE_BOOL);
    ck_assert_int_eq(mlci_wishes_find(&w, "d").type, MLC_TYPE_TIMESTAMP);
    ck_assert_int_eq(mlci_wishes_find(&w, "e").type, 0);
    mlc_error err;
    ck_assert_int_eq(mlci_wishes_check(&w, "file", like, &err), MLC_ERROR_COLUMN);
    mlci_wishes_close(&w);
    ck_assert_int_eq(mlci_wishes_open(NULL, "a:text,a:bool", NULL, &w, &err), MLC_ERROR_SETTING);
    ck_assert_str_eq(err.message, "types: 'a' is there twice");
    mlc_dataset_free(like);
}
END_TEST

static mlc_status read_and_free(mlc_context *ctx, void *arg, mlc_error *err)
{
    own values = {0};
    char *roles = NULL;
    mlci_wishes w;
    mlci_root *const root = mlci_context_root(ctx);
    mlc_status status = mlci_reader_settings_read(root, "the reader", table, "word=w target=y",
                                                  &values, &roles, err);
    if (status != MLC_OK) return status;
    mlci_free(roles);
    mlci_params_clear(table, &values);
    status = mlci_wishes_open(root, "a:text,b:bool", NULL, &w, err);
    if (status == MLC_OK) mlci_wishes_close(&w);
    return status;
}
MLCI_TORTURE_TEST(test_reader_settings_when_memory_fails_leak_nothing, read_and_free, NULL)

MLCI_CHECK_SUITE("reader_settings", test_reader_settings_tell_their_own_from_roles,
                 test_reader_settings_name_the_nearest,
                 test_wishes_are_those_of_types_then_of_the_rows_to_be_like,
                 test_reader_settings_when_memory_fails_leak_nothing)
