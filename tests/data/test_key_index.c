/* Partners by key: by place, by hash, and by group where keys collide or are wide. */
#include <string.h>

#include "check_suite.h"
#include "key_index.h"

enum { N_RIGHT = 150000, N = 200000 };
static uint64_t words[2 * N];
static uint8_t has_none[N];

/* Rows behind the first n_right find the chain of all rows that are equal, in order. */
static void check_index(int64_t n_right, int64_t n, int64_t n_words, int32_t n_threads)
{
    mlc_context local, *call = NULL;
    mlci_key_index index;
    static int64_t found[N];
    memset(has_none, 0, sizeof has_none);
    has_none[1] = has_none[n_right + 1] = 1;
    const mlci_row_keys keys = {
        .n_rows = n_right, .n_words = n_words, .words = words, .has_none = has_none};
    const mlci_row_keys others = {.n_rows = n - n_right,
                                  .n_words = n_words,
                                  .words = words + n_right * n_words,
                                  .has_none = has_none + n_right};
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = n_threads;
    ck_assert_int_eq(mlci_key_index_open(call, &keys, &others, &index, NULL), MLC_OK);
    mlci_key_index_find(&index, 0, n - n_right, found);
    ck_assert_int_eq(found[1], -1);
    for (int64_t i = n_right; i < n; i += n < 5000 ? 1 : 1 + i % 997) {
        int64_t row = found[i - n_right];
        for (int64_t r = 0; r < n_right && i != n_right + 1; r++) {
            if (r == 1 ||
                memcmp(words + r * n_words, words + i * n_words, 8 * (size_t)n_words) != 0) {
                continue;
            }
            ck_assert_int_eq(mlci_found_row(row), r);
            if (row == found[i - n_right] && row == r) {
                row = -1;
                continue;
            }
            ck_assert(mlci_key_index_has_repeats(&index));
            row = index.next[r];
        }
        ck_assert_int_eq(row, -1);
    }
    mlci_key_index_close(&index);
    mlci_call_end(call);
}

START_TEST(test_partners_of_small_large_repeated_and_wide_keys)
{
    for (int32_t threads = 1; threads <= 3; threads += 2) {
        for (int64_t i = 0; i < N; i++)
            words[i] = (uint64_t)(i * 7 % 30000) - 500;
        check_index(N_RIGHT, N, 1, threads);
        check_index(100, 300, 1, threads);
        for (int64_t i = 0; i < N; i++)
            words[i] = (uint64_t)(i * 7919 % 160001) << 20;
        check_index(N_RIGHT, N, 1, threads);
        for (int64_t i = 0; i < 2 * N; i++)
            words[i] = (uint64_t)(i / 2 % 70000) * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)(i & 1);
        check_index(N_RIGHT, N, 2, threads);
    }
}
END_TEST

/* mlci_code_hash undone. */
static uint64_t code_of(uint64_t h)
{
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

START_TEST(test_keys_that_were_made_to_collide_find_their_partners)
{
    for (int64_t i = 0; i < 30000; i++)
        words[i] = code_of((uint64_t)(i * 3 % 20000 + 1) << 20);
    ck_assert_uint_eq(mlci_code_hash(words[0]) & 0xFFFFF, 0);
    check_index(20000, 30000, 1, 1);
}
END_TEST

/* Twenty keys each that want the same slot, with tags of their own, and as many that are not there:
 * they lie further on than what is looked at first. */
START_TEST(test_keys_of_full_groups_find_their_partners)
{
    for (uint64_t i = 0; i < 4000; i++) {
        const uint64_t slot = i % 2000 / 20 * 40, key = i % 20 + 10 * (i / 2000);
        words[i] = code_of(slot << 52 | key);
    }
    check_index(2000, 4000, 1, 1);
}
END_TEST

MLCI_CHECK_SUITE("key_index", test_partners_of_small_large_repeated_and_wide_keys,
                 test_keys_that_were_made_to_collide_find_their_partners,
                 test_keys_of_full_groups_find_their_partners)
