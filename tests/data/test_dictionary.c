/* Dictionaries: look-up, also of texts made to collide, and what a file may not hold. */
#include "column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "section.h"
#include "text.h"
#include "text_hash.h"
#include "torture.h"

static mlci_dictionary *make(int32_t n, const char *const *texts)
{
    mlci_dictionary *d = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_dictionary_create(NULL, n, texts, NULL, &d, &err) == MLC_OK, "%s",
                  err.message);
    return d;
}

START_TEST(test_find_when_there_gives_the_index_and_minus_one_otherwise)
{
    const char *const texts[] = {"", "a", "ab", "b", "\xC3\xA9"};
    mlci_dictionary *d = make(5, texts);
    for (int32_t i = 0; i < 5; i++) {
        ck_assert_int_eq(mlci_dictionary_find(d, texts[i], (int64_t)strlen(texts[i])), i);
    }
    ck_assert_int_eq(mlci_dictionary_find(d, "abc", 3), -1);
    ck_assert_int_eq(mlci_dictionary_find(d, "abc", 2), 2);
    ck_assert_int_eq(mlci_dictionary_find(d, NULL, 0), -1);
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_text_when_asked_is_nul_terminated_with_its_length)
{
    const char *const texts[] = {"a", "bcd"};
    mlci_dictionary *d = make(2, texts);
    int64_t length = 0;
    ck_assert_str_eq(mlci_dictionary_text(d, 1, &length), "bcd");
    ck_assert_int_eq(length, 3);
    ck_assert_ptr_null(mlci_dictionary_text(d, 2, &length));
    ck_assert_ptr_null(mlci_dictionary_text(d, -1, NULL));
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_find_when_empty_gives_minus_one)
{
    mlci_dictionary *d = make(0, NULL);
    ck_assert_int_eq(mlci_dictionary_find(d, "", 0), -1);
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_create_when_not_ascending_is_refused)
{
    const char *const wrong[] = {"b", "a"};
    const char *const twice[] = {"a", "a"};
    mlci_dictionary *d = NULL;
    ck_assert_int_eq(mlci_dictionary_create(NULL, 2, wrong, NULL, &d, NULL), MLC_ERROR_INTERNAL);
    ck_assert_int_eq(mlci_dictionary_create(NULL, 2, twice, NULL, &d, NULL), MLC_ERROR_INTERNAL);
    ck_assert_ptr_null(d);
}
END_TEST

START_TEST(test_create_when_not_utf8_is_refused)
{
    const char *const latin[] = {"caf\xE9"};
    mlci_dictionary *d = NULL;
    mlc_error err = {0};
    ck_assert_int_eq(mlci_dictionary_create(NULL, 1, latin, NULL, &d, &err), MLC_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(err.message, "UTF-8"));
    const char *const nul[] = {"a\0b"};
    const int64_t length = 3;
    ck_assert_int_eq(mlci_dictionary_create(NULL, 1, nul, &length, &d, NULL), MLC_ERROR_DATA);
}
END_TEST

/* Texts whose hashes share the low 10 bits fill one run of slots well beyond the probe limit. */
START_TEST(test_find_when_texts_collide_still_finds_each)
{
    enum { N = 100 };
    static char store[N][16];
    const char *texts[N];
    int32_t n = 0;
    for (int64_t k = 0; n < N; k++) {
        char text[24];
        snprintf(text, sizeof text, "%09lld", (long long)k); /* ascending */
        if ((mlci_text_hash(text, 9) & 1023) != 7) continue;
        memcpy(store[n], text, 10);
        texts[n] = store[n];
        n++;
    }
    mlci_dictionary *d = make(N, texts);
    for (int32_t i = 0; i < N; i++) {
        ck_assert_int_eq(mlci_dictionary_find(d, texts[i], 9), i);
    }
    int32_t unseen = 0;
    for (int64_t k = 0; unseen < 20; k++) {
        char text[24];
        snprintf(text, sizeof text, "x%08lld", (long long)k);
        if ((mlci_text_hash(text, 9) & 1023) != 7) continue;
        ck_assert_int_eq(mlci_dictionary_find(d, text, 9), -1);
        unseen++;
    }
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_hash_when_computed_is_the_same_everywhere)
{
    /* Values of the definition, worked out in Python with integers modulo 2^64. */
    ck_assert_uint_eq(mlci_text_hash("", 0), UINT64_C(0x0000000000000000));
    ck_assert_uint_eq(mlci_text_hash("a", 1), UINT64_C(0x6810831CFC31C7F0));
    ck_assert_uint_eq(mlci_text_hash("Bachelors, 9", 12), UINT64_C(0x0B955FF85C48D1A9));
}
END_TEST

/* The definition, byte by byte. */
static uint64_t hash_by_bytes(const uint8_t *text, int64_t length)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t h = (uint64_t)length * factor;
    for (int64_t i = 0; i <= length; i += 8) {
        uint64_t word = 0;
        for (int64_t b = 0; b < 8 && i + b < length; b++)
            word |= (uint64_t)text[i + b] << (8 * b);
        h = (h ^ word) * factor;
        h ^= i + 8 <= length ? h >> 32 : h >> 29;
    }
    h *= UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 32;
}

/* In memory that ends with the text, so that reading on would be seen. */
START_TEST(test_hash_and_comparison_when_texts_are_short_or_long_then_of_all_their_bytes)
{
    for (int64_t length = 0; length <= 41; length++) {
        char *const a = malloc((size_t)length), *const b = malloc((size_t)length);
        for (int64_t i = 0; i < length; i++)
            a[i] = b[i] = (char)(i * 37 + length);
        ck_assert_uint_eq(mlci_text_hash(a, length), hash_by_bytes((uint8_t *)a, length));
        ck_assert(mlci_text_is_same(a, b, length));
        for (int64_t i = 0; i < length; i++) {
            b[i] ^= 64;
            ck_assert(!mlci_text_is_same(a, b, length));
            b[i] ^= 64;
        }
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(test_load_when_saved_gives_the_same_texts)
{
    const char *const texts[] = {"", "no", "yes"};
    mlci_dictionary *d = make(3, texts);
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_dictionary_save(d, &w);
    mlci_reader r;
    mlci_reader_init(&r, NULL, "test", w.data, w.length);
    mlci_dictionary *back = mlci_dictionary_load(&r);
    ck_assert_ptr_nonnull(back);
    ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_OK);
    ck_assert_int_eq(back->n, 3);
    ck_assert_int_eq(mlci_dictionary_find(back, "yes", 3), 2);
    ck_assert_str_eq(mlci_dictionary_text(back, 1, NULL), "no");
    mlci_dictionary_unref(back);
    mlci_dictionary_unref(d);
    mlci_writer_clear(&w);
}
END_TEST

/* Each single byte changed, and each truncation, is refused or gives ascending texts. */
START_TEST(test_load_when_damaged_is_refused_or_still_a_dictionary)
{
    const char *const texts[] = {"aa", "ab", "b"};
    mlci_dictionary *d = make(3, texts);
    mlci_writer w;
    mlci_writer_init(&w, NULL);
    mlci_dictionary_save(d, &w);
    int n_refused = 0;
    for (int64_t at = 0; at < w.length; at++) {
        for (int flip = 1; flip < 256; flip <<= 1) {
            mlci_reader r;
            w.data[at] ^= (uint8_t)flip;
            mlci_reader_init(&r, NULL, "test", w.data, w.length);
            mlci_dictionary *back = mlci_dictionary_load(&r);
            ck_assert_int_eq(back == NULL, r.status != MLC_OK);
            for (int32_t i = 0; back != NULL && i < back->n; i++) {
                int64_t length = 0;
                const char *text = mlci_dictionary_text(back, i, &length);
                ck_assert_int_eq(mlci_dictionary_find(back, text, length), i);
            }
            n_refused += back == NULL;
            mlci_dictionary_unref(back);
            w.data[at] ^= (uint8_t)flip;
        }
        mlci_reader r;
        mlci_reader_init(&r, NULL, "test", w.data, at);
        ck_assert_ptr_null(mlci_dictionary_load(&r));
        ck_assert_int_eq(mlci_reader_finish(&r, NULL), MLC_ERROR_FORMAT);
    }
    ck_assert_int_gt(n_refused, 100);
    mlci_dictionary_unref(d);
    mlci_writer_clear(&w);
}
END_TEST

static mlc_status make_save_load(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const texts[] = {"a", "b", "c"};
    mlci_dictionary *d = NULL, *back = NULL;
    mlci_writer w;
    mlci_writer_init(&w, mlci_context_root(ctx));
    mlc_status status = mlci_dictionary_create(mlci_context_root(ctx), 3, texts, NULL, &d, err);
    if (status == MLC_OK) {
        mlci_dictionary_save(d, &w);
        status = mlci_writer_status(&w, err);
    }
    if (status == MLC_OK) {
        mlci_reader r;
        mlci_reader_init(&r, mlci_context_root(ctx), "test", w.data, w.length);
        back = mlci_dictionary_load(&r);
        status = mlci_reader_finish(&r, err);
    }
    mlci_dictionary_unref(d);
    mlci_dictionary_unref(back);
    mlci_writer_clear(&w);
    return status;
}
MLCI_TORTURE_TEST(test_dictionary_when_memory_fails_leaks_nothing, make_save_load, NULL)

MLCI_CHECK_SUITE("dictionary", test_find_when_there_gives_the_index_and_minus_one_otherwise,
                 test_text_when_asked_is_nul_terminated_with_its_length,
                 test_find_when_empty_gives_minus_one, test_create_when_not_ascending_is_refused,
                 test_create_when_not_utf8_is_refused,
                 test_find_when_texts_collide_still_finds_each,
                 test_hash_when_computed_is_the_same_everywhere,
                 test_hash_and_comparison_when_texts_are_short_or_long_then_of_all_their_bytes,
                 test_load_when_saved_gives_the_same_texts,
                 test_load_when_damaged_is_refused_or_still_a_dictionary,
                 test_dictionary_when_memory_fails_leaks_nothing)
