/* Distinct texts and their numbers. */
#include "csv_reading.h"

#include "number.h"

/* As most callers do it. */
static int32_t add(mlci_csv_words *words, const char *text, int64_t length, int keep)
{
    const mlci_csv_key key = mlci_csv_key_of(text, length);
    return mlci_csv_words_add(words, &key, text, keep);
}

START_TEST(test_words_are_numbered_as_they_come)
{
    mlci_csv_words words = {0};
    char text[MLCI_NUMBER_SIZE];
    for (int i = 0; i < 5000; i++) {
        const int32_t n = mlci_integer_format(i * 7919LL, text);
        ck_assert_int_eq(add(&words, text, n, 0), i); /* copied */
    }
    for (int i = 4999; i >= 0; i--) {
        const int32_t n = mlci_integer_format(i * 7919LL, text);
        ck_assert_int_eq(add(&words, text, n, 1), i);
    }
    ck_assert_int_eq(words.n, 5000);
    ck_assert_int_eq(memcmp(mlci_csv_word_text(&words.word[3]), "23757", 5), 0);
    mlci_csv_words_clear(&words);
}
END_TEST

START_TEST(test_words_with_common_starts_and_zeros_differ)
{
    mlci_csv_words words = {0};
    ck_assert_int_eq(add(&words, "", 0, 1), 0);
    ck_assert_int_eq(add(&words, "\0", 1, 1), 1);
    ck_assert_int_eq(add(&words, "\0\0", 2, 1), 2);
    ck_assert_int_eq(add(&words, "12345678", 8, 1), 3);
    ck_assert_int_eq(add(&words, "123456789", 9, 1), 4);
    ck_assert_int_eq(add(&words, "", 0, 1), 0);
    mlci_csv_words_clear(&words);
}
END_TEST

/* Of texts up to twice as long as a key some are there and some are not. */
START_TEST(test_words_are_found_alone_and_together)
{
    enum { N = 2000 };
    static char texts[N][64];
    static const char *cells[N];
    static int64_t lengths[N];
    static mlci_csv_key keys[N];
    static uint32_t hashes[N];
    static int32_t numbers[N];
    mlci_csv_words words = {0};
    mlci_csv_words_find_all(&words, 0, cells, keys, hashes, numbers);
    for (int i = 0; i < N; i++) {
        char digits[MLCI_NUMBER_SIZE];
        const int32_t n_digits = mlci_integer_format(i, digits);
        memset(texts[i], 'a' + i % 20, sizeof texts[i]);
        memcpy(texts[i], digits, (size_t)n_digits);
        cells[i] = texts[i];
        lengths[i] = n_digits + i % 40;
        keys[i] = mlci_csv_key_of(texts[i], lengths[i]);
        hashes[i] = mlci_csv_key_hash(&keys[i]);
        mlci_csv_words_expect(&words, hashes[i]);
    }
    mlci_csv_words_find_all(&words, N, cells, keys, hashes, numbers);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(numbers[i], -1);
    for (int i = 0; i < N; i += 2)
        ck_assert_int_eq(add(&words, texts[i], lengths[i], 0), i / 2);
    mlci_csv_words_find_all(&words, N, cells, keys, hashes, numbers);
    for (int i = 0; i < N; i++) {
        const mlci_csv_key key = mlci_csv_key_of(texts[i], lengths[i]);
        ck_assert_int_eq(numbers[i], i % 2 == 0 ? i / 2 : -1);
        ck_assert_int_eq(mlci_csv_words_find(&words, &key, texts[i]), numbers[i]);
    }
    mlci_csv_words_clear(&words);
}
END_TEST

START_TEST(test_words_keys_of_readable_texts_are_those_of_any_text)
{
    char text[2 * MLCI_CSV_KEY_BYTES];
    for (int n = 0; n <= MLCI_CSV_KEY_BYTES; n++) {
        for (int i = 0; i < (int)sizeof text; i++)
            text[i] = (char)('!' + (7 * i + n) % 90);
        const mlci_csv_key key = mlci_csv_key_of(text, n), near = mlci_csv_key_near(text, n);
        ck_assert_int_eq(memcmp(&key, &near, sizeof key), 0);
        for (int c = 1; c < 256; c++) {
            const int has = memchr(text, c, (size_t)n) != NULL;
            ck_assert_int_eq(mlci_csv_key_has(&key, (char)c), has);
        }
    }
}
END_TEST

START_TEST(test_words_long_texts_get_blocks_of_their_own)
{
    mlci_csv_words words = {0};
    char *const text = mlci_alloc(NULL, 200000, 1);
    memset(text, 'x', 200000);
    ck_assert_int_eq(add(&words, text, 100, 0), 0);
    ck_assert_int_eq(add(&words, text, 200000, 0), 1);
    ck_assert_int_eq(add(&words, text, 101, 0), 2);
    text[0] = 'y';
    ck_assert_int_eq(mlci_csv_word_text(&words.word[1])[0], 'x');
    mlci_free(text);
    mlci_csv_words_clear(&words);
}
END_TEST

/* Text `number` of 2^17 that all have one hash: bit k of the number turns the highest bit of a word
 * and, in the next word, the two bits that it has become by then. */
enum { COLLIDING_BITS = 17, COLLIDING_BYTES = 16 * COLLIDING_BITS + 8 };

static void write_colliding(uint32_t number, uint8_t *text)
{
    memset(text, 'x', COLLIDING_BYTES);
    for (int k = 0; k < COLLIDING_BITS; k++) {
        if ((number >> k & 1) == 0) continue;
        text[16 * k + 7] ^= 0x80;
        text[16 * k + 15] ^= 0x80;
        text[16 * k + 11] ^= 0x80;
    }
}

START_TEST(test_words_made_to_collide_are_listed)
{
    enum { N = 1 << COLLIDING_BITS };
    mlci_csv_words words = {0};
    uint8_t text[COLLIDING_BYTES];
    write_colliding(0, text);
    const uint64_t hash = mlci_csv_hash((char *)text, COLLIDING_BYTES);
    for (uint32_t i = 0; i < N; i++) {
        write_colliding(i, text);
        ck_assert_uint_eq(mlci_csv_hash((char *)text, COLLIDING_BYTES), hash);
        ck_assert_int_eq(add(&words, (char *)text, COLLIDING_BYTES, 0), (int)i);
    }
    ck_assert_int_eq(words.is_list, 1);
    ck_assert_int_eq(add(&words, (char *)text, COLLIDING_BYTES, 0), N);
    mlci_csv_words_clear(&words);
}
END_TEST

MLCI_CHECK_SUITE("csv_words", test_words_are_numbered_as_they_come,
                 test_words_with_common_starts_and_zeros_differ,
                 test_words_are_found_alone_and_together,
                 test_words_keys_of_readable_texts_are_those_of_any_text,
                 test_words_long_texts_get_blocks_of_their_own,
                 test_words_made_to_collide_are_listed)
