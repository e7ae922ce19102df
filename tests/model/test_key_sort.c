#include "tree/key_sort.h"

#include <string.h>

#include "check_suite.h"
#include "random.h"

enum { MOST = 5000 };

static uint64_t keys[MOST], other_keys[MOST];
static int64_t payload[MOST], other_payload[MOST];

/* Sorts n keys with so many bits that differ, and checks the order and what went along. */
static void check_sort(int64_t n, uint64_t mask, int with_payload)
{
    static uint64_t given[MOST];
    mlci_key_sort s = {keys, other_keys, payload, other_payload};
    for (int64_t i = 0; i < n; i++) {
        given[i] = mlci_random_bits(3, MLCI_RANDOM_TEST, (uint32_t)mask, (uint64_t)i) & mask;
        s.keys[i] = given[i];
        s.payload[i] = i;
    }
    mlci_sort_keys(&s, n, with_payload);
    for (int64_t i = 1; i < n; i++)
        ck_assert(s.keys[i - 1] <= s.keys[i]);
    for (int64_t i = 0; i < n && with_payload; i++) {
        ck_assert(given[s.payload[i]] == s.keys[i]);
        if (i > 0 && s.keys[i - 1] == s.keys[i]) ck_assert_int_lt(s.payload[i - 1], s.payload[i]);
    }
}

START_TEST(test_sort_of_any_keys_then_ascending_and_stable)
{
    const uint64_t masks[] = {~0ull, 0xFFFFFFFFull, 0x7Full << 40, 0xFF000000000000FFull, 0};
    const int64_t sizes[] = {0, 1, 2, 63, 64, 65, 1000, MOST};
    for (int m = 0; m < 5; m++)
        for (int k = 0; k < 8; k++)
            for (int with_payload = 0; with_payload < 2; with_payload++)
                check_sort(sizes[k], masks[m], with_payload);
}
END_TEST

START_TEST(test_sort_of_few_keys_then_ascending_and_stable)
{
    uint64_t few[] = {5, 1, 5, 0, 1};
    int64_t along[] = {0, 1, 2, 3, 4};
    const uint64_t expected[] = {0, 1, 1, 5, 5};
    const int64_t order[] = {3, 1, 4, 0, 2};
    mlci_sort_few_keys(few, along, 5);
    ck_assert_mem_eq(few, expected, sizeof few);
    ck_assert_mem_eq(along, order, sizeof along);
    uint64_t alone[] = {9, 2};
    mlci_sort_few_keys(alone, NULL, 2);
    ck_assert(alone[0] == 2 && alone[1] == 9);
}
END_TEST

START_TEST(test_join_of_equal_keys_then_sums_or_counts)
{
    uint64_t some[] = {2, 2, 2, 5, 7, 7};
    int64_t along[] = {1, 10, 100, 3, 4, 40};
    const int64_t sums[] = {111, 3, 44}, counts[] = {3, 1, 2};
    const uint64_t expected[] = {2, 5, 7};
    for (int with_payload = 1; with_payload >= 0; with_payload--) {
        uint64_t joined[6];
        memcpy(joined, some, sizeof joined);
        mlci_key_sort s = {.keys = joined, .payload = along};
        ck_assert_int_eq(mlci_join_equal_keys(&s, 6, with_payload), 3);
        ck_assert_mem_eq(joined, expected, sizeof expected);
        ck_assert_mem_eq(along, with_payload ? sums : counts, sizeof sums);
    }
    mlci_key_sort none = {.keys = some, .payload = along};
    ck_assert_int_eq(mlci_join_equal_keys(&none, 0, 1), 0);
}
END_TEST

START_TEST(test_sort_memory_then_room_for_what_was_asked_for)
{
    mlci_sort_memory memory = {0};
    ck_assert_int_eq(mlci_sort_reserve(&memory, 10, 0, NULL), MLC_OK);
    ck_assert_ptr_null(memory.sort.other_payload);
    const uint64_t *const before = memory.sort.keys;
    ck_assert_int_eq(mlci_sort_reserve(&memory, 5, 0, NULL), MLC_OK);
    ck_assert_ptr_eq(memory.sort.keys, before);
    ck_assert_int_eq(mlci_sort_reserve(&memory, 5, 1, NULL), MLC_OK);
    ck_assert_int_eq(memory.capacity, 10);
    ck_assert_ptr_nonnull(memory.sort.other_payload);
    ck_assert_int_eq(mlci_sort_reserve(&memory, 1000, 0, NULL), MLC_OK);
    ck_assert_ptr_nonnull(memory.sort.other_payload);
    memset(memory.sort.keys, 1, 1000 * sizeof *memory.sort.keys);
    ck_assert_int_eq(mlci_sort_reserve(&memory, INT64_MAX / 4, 0, NULL), MLC_ERROR_NO_MEMORY);
    ck_assert_int_eq(mlci_sort_reserve(&memory, 3, 0, NULL), MLC_OK);
    mlci_sort_memory_clear(&memory);
    ck_assert_ptr_null(memory.sort.keys);
}
END_TEST

MLCI_CHECK_SUITE("key_sort", test_sort_of_any_keys_then_ascending_and_stable,
                 test_sort_of_few_keys_then_ascending_and_stable,
                 test_join_of_equal_keys_then_sums_or_counts,
                 test_sort_memory_then_room_for_what_was_asked_for)
