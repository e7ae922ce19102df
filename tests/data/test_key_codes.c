/* Codes are equal exactly where keys are, as long as their values span little enough. */
#include "check_suite.h"
#include "key_codes.h"

static void open_codes(const mlci_row_keys *keys, mlci_key_codes *codes)
{
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_codes_open(call, keys, codes, NULL), MLC_OK);
    mlci_call_end(call);
}

START_TEST(test_codes_are_places_among_all_that_are_possible)
{
    uint64_t words[] = {5, (uint64_t)-1, 7, 1, 6, 0};
    const mlci_row_keys keys = {.n_rows = 3, .n_words = 2, .words = words};
    mlci_key_codes codes;
    open_codes(&keys, &codes);
    ck_assert_int_eq(codes.is_exact, 1);
    ck_assert_uint_eq(codes.n_codes, 9);
    ck_assert_uint_eq(codes.code[0], 0);
    ck_assert_uint_eq(codes.code[1], 2 + 3 * 2);
    ck_assert_uint_eq(codes.code[2], 1 + 3 * 1);
    mlci_key_codes_close(&codes);
}
END_TEST

START_TEST(test_codes_of_other_keys_are_those_of_equal_ones_or_outside)
{
    uint64_t words[] = {5, (uint64_t)-1, 7, 1}, wide[] = {3, 3, INT64_MAX, 3};
    uint64_t others[] = {4, 0, 5, 1, 9, 0, 6, 2, 7, (uint64_t)-1, 6, 0};
    uint8_t has_none[] = {0, 0, 0, 0, 0, 1}, found[5];
    mlci_row_keys keys = {.n_rows = 2, .n_words = 2, .words = words};
    const mlci_row_keys other_keys = {
        .n_rows = 6, .n_words = 2, .words = others, .has_none = has_none};
    uint64_t out[5];
    mlci_key_codes codes;
    open_codes(&keys, &codes);
    mlci_key_codes_find(&codes, &other_keys, 1, 5, out, found);
    ck_assert_mem_eq(found, ((uint8_t[]){1, 0, 0, 1, 0}), 5);
    ck_assert_uint_eq(out[0], 0 + 3 * 2);
    ck_assert_uint_eq(out[3], 2);
    mlci_key_codes_close(&codes);
    keys.words = wide;
    open_codes(&keys, &codes);
    mlci_key_codes_find(&codes, &keys, 0, 2, out, found);
    ck_assert_mem_eq(found, ((uint8_t[]){1, 1}), 2);
    ck_assert_uint_eq(out[1] - out[0], INT64_MAX - 3);
    mlci_key_codes_find(&codes, &other_keys, 3, 1, out, found);
    ck_assert_uint_eq(found[0], 0);
    mlci_key_codes_close(&codes);
}
END_TEST

START_TEST(test_a_wide_word_is_its_own_code_and_two_are_a_hash)
{
    uint64_t words[] = {INT64_MAX, 3, (uint64_t)INT64_MIN, 3};
    const mlci_row_keys keys = {.n_rows = 2, .n_words = 2, .words = words};
    mlci_key_codes codes;
    open_codes(&keys, &codes);
    ck_assert_int_eq(codes.is_exact, 1);
    ck_assert_uint_eq(codes.n_codes, 0);
    ck_assert_uint_eq(codes.code[0], UINT64_MAX);
    ck_assert_uint_eq(codes.code[1], 0);
    mlci_key_codes_close(&codes);
    words[3] = 4;
    open_codes(&keys, &codes);
    ck_assert_int_eq(codes.is_exact, 0);
    ck_assert_uint_ne(codes.code[0], codes.code[1]);
    mlci_key_codes_close(&codes);
}
END_TEST

MLCI_CHECK_SUITE("key_codes", test_codes_are_places_among_all_that_are_possible,
                 test_codes_of_other_keys_are_those_of_equal_ones_or_outside,
                 test_a_wide_word_is_its_own_code_and_two_are_a_hash)
