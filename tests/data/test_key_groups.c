/* Groups of equal rows: by place, by hash, and by sorting where words were made to collide. */
#include <string.h>

#include "check_suite.h"
#include "row_keys.h"

enum { N = 200000 };
static uint64_t words[N];

/* Groups are numbered by first appearance, and equal exactly where the words are. */
static void check_groups(int64_t n, int64_t n_distinct, int32_t n_threads)
{
    mlc_context local, *call = NULL;
    mlci_key_groups groups;
    const mlci_row_keys keys = {.n_rows = n, .n_words = 1, .words = words};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_key_groups_open(call, &keys, &groups, NULL), MLC_OK);
    int64_t seen = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t g = groups.number[i];
        ck_assert_int_le(g, seen);
        if (g == seen) {
            ck_assert_int_eq(groups.first[g], i);
            seen++;
        }
        ck_assert_uint_eq(words[groups.first[g]], words[i]);
    }
    ck_assert_int_eq(seen, groups.n_groups);
    ck_assert_int_eq(seen, n_distinct);
    mlci_key_groups_close(&groups);
    mlci_call_end(call);
}

START_TEST(test_groups_of_small_integers_of_large_ones_and_of_many)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        for (int64_t i = 0; i < N; i++)
            words[i] = (uint64_t)(i * 7 % 1000) - 500;
        check_groups(N, 1000, threads);
        for (int64_t i = 0; i < N; i++)
            words[i] = (uint64_t)(i * 7919 % 100003) << 20;
        check_groups(N, 100003, threads);
        for (int64_t i = 0; i < N; i++)
            words[i] = (uint64_t)i * UINT64_C(0x9E3779B97F4A7C15);
        check_groups(N, N, threads);
        check_groups(1, 1, threads);
        check_groups(0, 0, threads);
    }
}
END_TEST

/* A word whose hash ends in 20 zero bits: the finish of the hash (key_groups.c) undone. */
static uint64_t collide(uint64_t high)
{
    uint64_t h = high << 20;
    h ^= h >> 29 ^ h >> 58;
    uint64_t inverse = UINT64_C(0xBF58476D1CE4E5B9);
    for (int i = 0; i < 6; i++)
        inverse *= 2 - UINT64_C(0xBF58476D1CE4E5B9) * inverse;
    h *= inverse;
    h ^= h >> 32;
    inverse = UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < 6; i++)
        inverse *= 2 - UINT64_C(0x9E3779B97F4A7C15) * inverse;
    return h * inverse;
}

START_TEST(test_words_that_collide_are_sorted)
{
    for (int64_t i = 0; i < 50000; i++)
        words[i] = collide((uint64_t)(i * 3 % 20000) + 1);
    check_groups(50000, 20000, 1);
}
END_TEST

/* Two words of any value: their codes are hashes, and the words decide. */
START_TEST(test_keys_of_several_wide_words_are_told_apart)
{
    mlc_context local, *call = NULL;
    mlci_key_groups groups;
    for (int64_t i = 0; i < N; i++)
        words[i] = (uint64_t)(i / 2 % 1000 * (i % 2 == 0 ? 1 : 3)) * UINT64_C(0x9E3779B97F4A7C15);
    const mlci_row_keys keys = {.n_rows = N / 2, .n_words = 2, .words = words};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    ck_assert_int_eq(mlci_key_groups_open(call, &keys, &groups, NULL), MLC_OK);
    ck_assert_int_eq(groups.n_groups, 1000);
    for (int64_t i = 0; i < groups.n_rows; i++)
        ck_assert_int_eq(groups.number[i], i % 1000);
    mlci_key_groups_close(&groups);
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("key_groups", test_groups_of_small_integers_of_large_ones_and_of_many,
                 test_words_that_collide_are_sorted, test_keys_of_several_wide_words_are_told_apart)
