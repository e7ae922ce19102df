/* Sorting texts, with one thread and with many. */
#include "context_impl.h"
#include "csv_reading.h"
#include "text.h"

static mlci_text_key key_of(const char *text, int64_t length, int64_t index)
{
    return (mlci_text_key){.text = text, .length = length, .index = index};
}

static void check_order(const mlci_text_key *keys, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const int order =
            mlci_text_compare(keys[i - 1].text, keys[i - 1].length, keys[i].text, keys[i].length);
        ck_assert(order < 0 || (order == 0 && keys[i - 1].index < keys[i].index));
    }
}

START_TEST(test_sort_when_equal_keeps_order_and_puts_prefixes_first)
{
    static const char *const texts[] = {"b", "ab", "a", "b", ""};
    mlci_text_key keys[5], scratch[5];
    for (int i = 0; i < 5; i++)
        keys[i] = key_of(texts[i], (int64_t)strlen(texts[i]), i);
    mlci_text_keys_sort(keys, scratch, 5);
    const int64_t wanted[] = {4, 2, 1, 0, 3};
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(keys[i].index, wanted[i]);
}
END_TEST

START_TEST(test_sort_when_bytes_are_high_orders_them_as_unsigned)
{
    mlci_text_key keys[] = {key_of("\xC3\xA9", 2, 0), key_of("z", 1, 1)};
    mlci_text_key scratch[2];
    mlci_text_keys_sort(keys, scratch, 2);
    ck_assert_int_eq(keys[0].index, 1);
}
END_TEST

/* Texts that start alike for up to 400 bytes and end in, at and behind any word of eight, zeros
 * among them: each is compared with the one behind it as the definition says. */
START_TEST(test_sort_when_texts_start_alike_orders_them_by_bytes)
{
    enum { N = 3000, MOST = 420 };
    static char texts[N][MOST];
    static mlci_text_key keys[N], scratch[N];
    uint32_t seed = 1;
    for (int i = 0; i < N; i++) {
        seed = seed * 1664525U + 1013904223U;
        const int64_t length = seed >> 8 & 1 ? seed >> 20 & 31 : (seed >> 16) % MOST;
        memset(texts[i], 'x', MOST);
        for (int64_t at = length - 1; at >= 0 && at > length - 4; at--) {
            seed = seed * 1664525U + 1013904223U;
            texts[i][at] = "ax\0\xff"[seed >> 30];
        }
        keys[i] = key_of(texts[i], length, i * 1237 % N); /* not as they stand */
    }
    mlci_text_keys_sort(keys, scratch, N);
    check_order(keys, N);
}
END_TEST

/* Texts that differ at once, behind a common start, only where they end, or not at all. */
START_TEST(test_sort_by_many_threads_is_that_of_one)
{
    enum { N = 5000, MOST = 40 };
    static char texts[N][MOST];
    static mlci_text_key keys[N], scratch[N];
    mlc_context local, *call = NULL;
    ck_assert_int_eq(mlci_call_begin(NULL, &local, MLCI_FIT, &call, NULL), MLC_OK);
    call->n_threads = 3;
    for (int kind = 0; kind < 4; kind++) {
        uint32_t seed = 7;
        for (int i = 0; i < N; i++) {
            memset(texts[i], 'x', MOST);
            const int from = kind == 0 ? 0 : 17;
            for (int at = from; at < MOST && kind < 2; at++) {
                seed = seed * 1664525U + 1013904223U;
                texts[i][at] = "abcdefgh"[seed >> 29];
            }
            const int64_t length = kind == 2 ? i % MOST : MOST - i % 2 * (kind < 2);
            keys[i] = key_of(texts[i], length, i * 1237 % N);
        }
        ck_assert_int_eq(mlci_text_keys_sort_parallel(call, keys, scratch, N, NULL), MLC_OK);
        check_order(keys, N);
        ck_assert_int_eq(mlci_text_keys_sort_parallel(call, keys, scratch, 1, NULL), MLC_OK);
    }
    mlci_call_end(call);
}
END_TEST

MLCI_CHECK_SUITE("text_keys", test_sort_when_equal_keeps_order_and_puts_prefixes_first,
                 test_sort_when_bytes_are_high_orders_them_as_unsigned,
                 test_sort_when_texts_start_alike_orders_them_by_bytes,
                 test_sort_by_many_threads_is_that_of_one)
