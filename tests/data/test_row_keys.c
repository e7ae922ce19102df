/* Rows as words, and which values are equal. */
#include "row_keys.h"
#include "shaping.h"

/* Group of each row of first and then of second, by one column of each. */
static void groups_are(const char *first, const char *second, const char *types,
                       const char *expected)
{
    mlc_context local, *call = NULL;
    mlc_dataset *a = parse(first, types), *b = parse(second, NULL);
    const int32_t field = 0;
    mlci_row_keys sides[2], keys;
    mlci_key_groups groups;
    mlci_text text = mlci_text_init(NULL);
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(
        mlci_row_keys_open_pairs(call, a, &field, b, &field, 1, &sides[0], &sides[1], NULL),
        MLC_OK);
    ck_assert_int_eq(mlci_row_keys_append(&sides[0], &sides[1], &keys, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_groups_open(call, &keys, &groups, NULL), MLC_OK);
    for (int64_t i = 0; i < groups.n_rows; i++)
        mlci_text_append_format(&text, "%lld ", (long long)groups.number[i]);
    ck_assert_str_eq(text.data, expected);
    mlci_text_clear(&text);
    for (int side = 0; side < 2; side++)
        mlci_row_keys_close(&sides[side]);
    mlci_row_keys_close(&keys);
    mlci_key_groups_close(&groups);
    mlci_call_end(call);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}

START_TEST(test_pairs_are_equal_by_value)
{
    groups_are("a\n1\n2\nNA\n", "a\n2\n2.0\n2.5\nNA\n", NULL, "0 1 -1 1 1 -1 -1 ");
    groups_are("a\n9007199254740993\n", "a\n9007199254740992.0\n1e300\n", NULL, "0 1 -1 ");
    groups_are("a\nx\ny\n", "a\ny\nz\nx\n", "types='a:text'", "0 1 1 -1 0 ");
    groups_are("a\nx\ny\n", "a\ny\nz\nx\n", "types='a:category'", "0 1 1 -1 0 ");
    groups_are("a\ntrue\nfalse\n", "a\n0\n1\n2\n", NULL, "0 1 1 0 2 ");
    groups_are("a\n0.0\n-0.0\n", "a\n0.5\n0.0\n", "types='a:float32'", "0 0 1 0 ");
}
END_TEST

START_TEST(test_pairs_of_types_that_cannot_be_equal_are_refused)
{
    mlc_context local, *call = NULL;
    mlc_dataset *a = parse("a\n1\n", NULL), *b = parse("b\nx\n", NULL);
    const int32_t field = 0;
    mlci_row_keys keys, others;
    mlc_error err;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_keys_open_pairs(call, a, &field, b, &field, 1, &keys, &others, &err),
                     MLC_ERROR_COLUMN);
    ck_assert_str_eq(err.message, "column 'a' is int64 and 'b' is category: they cannot be equal; "
                                  "cast one of them");
    mlci_call_end(call);
    mlc_dataset_free(a);
    mlc_dataset_free(b);
}
END_TEST

START_TEST(test_missing_values_are_equal_within_a_dataset)
{
    mlc_context local, *call = NULL;
    mlc_dataset *d = parse("a,b\n,1\n0,1\n,1\n0,\n", NULL);
    const int32_t fields[] = {0, 1};
    mlci_row_keys keys;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_keys_open(call, d, fields, 2, &keys, NULL), MLC_OK);
    ck_assert_int_eq(keys.n_words, 3);
    const uint64_t *const w = keys.words;
    ck_assert_mem_eq(w, w + 6, 24);
    ck_assert_mem_ne(w, w + 3, 24);
    ck_assert_mem_ne(w + 3, w + 9, 24);
    mlci_row_keys_close(&keys);
    mlci_call_end(call);
    mlc_dataset_free(d);
}
END_TEST

START_TEST(test_integers_that_are_all_there_are_their_own_words)
{
    mlc_context local, *call = NULL;
    mlc_dataset *d = parse("a\n7\n-1\n", NULL);
    const int32_t field = 0;
    mlci_row_keys keys;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_row_keys_open(call, d, &field, 1, &keys, NULL), MLC_OK);
    mlc_dataset_free(d);
    ck_assert_ptr_null(keys.own);
    ck_assert_mem_eq(keys.words, ((int64_t[]){7, -1}), 16);
    mlci_row_keys_close(&keys);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("row_keys", test_integers_that_are_all_there_are_their_own_words,
                 test_pairs_are_equal_by_value,
                 test_pairs_of_types_that_cannot_be_equal_are_refused,
                 test_missing_values_are_equal_within_a_dataset)
