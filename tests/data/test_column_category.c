/* Texts as categories and codes in other dictionaries. */
#include "column.h"

#include <stdio.h>
#include <string.h>

#include "check_suite.h"
#include "context_impl.h"
#include "making.h"
#include "text_hash.h"
#include "torture.h"

static mlci_column *text_column(int64_t n, const char *const *texts)
{
    mlci_column *c = NULL;
    ck_assert_int_eq(mlci_column_create_text(NULL, n, texts, NULL, &c, NULL), MLC_OK);
    return c;
}

static mlci_column *to_category(const mlci_column *text)
{
    mlci_column *c = NULL;
    mlc_error err = {0};
    ck_assert_msg(mlci_column_to_category(text, &c, &err) == MLC_OK, "%s", err.message);
    return c;
}

START_TEST(test_to_category_when_rows_are_unordered_sorts_the_texts)
{
    const char *const texts[] = {"b", "a", NULL, "c", "a", ""};
    mlci_column *text = text_column(6, texts), *c = to_category(text);
    const int32_t wanted[] = {2, 1, 0, 3, 1, 0};
    ck_assert_int_eq(c->dictionary->n, 4);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(mlci_column_code(c, i), wanted[i]);
    ck_assert(!mlci_column_is_valid(c, 2) && mlci_column_is_valid(c, 5));
    mlci_column *same = to_category(c);
    ck_assert_ptr_eq(same, c);
    mlci_column_unref(same);
    mlci_column_unref(c);
    mlci_column_unref(text);
}
END_TEST

/* 5,000 distinct texts make the table grow several times. */
START_TEST(test_to_category_when_many_are_distinct_gives_each_its_rank)
{
    enum { N = 5000 };
    static char store[N][8];
    static const char *texts[N];
    for (int i = 0; i < N; i++) {
        snprintf(store[i], sizeof store[i], "%05u",
                 (unsigned)(i * 3571) % N % 100000); /* prime to N */
        texts[i] = store[i];
    }
    mlci_column *text = text_column(N, texts), *c = to_category(text);
    ck_assert_int_eq(c->dictionary->n, N);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(mlci_column_code(c, i), (i * 3571) % N);
    }
    mlci_column_unref(c);
    mlci_column_unref(text);
}
END_TEST

/* Texts that share the low bits of their hashes exhaust the probes, so that rows are sorted. */
static const char *const *colliding_texts(int n)
{
    static char store[200][16];
    static const char *texts[200];
    int found = 0;
    for (int64_t k = 0; found < n; k++) {
        char text[24];
        snprintf(text, sizeof text, "%09lld", (long long)k);
        if ((mlci_text_hash(text, 9) & 511) != 3) continue;
        memcpy(store[found], text, 10);
        texts[n - 1 - found] = store[found]; /* descending */
        found++;
    }
    return texts;
}

START_TEST(test_to_category_when_texts_collide_gives_the_same)
{
    const char *const *texts = colliding_texts(200);
    mlci_column *text = text_column(200, texts), *c = to_category(text);
    ck_assert_int_eq(c->dictionary->n, 200);
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(mlci_column_code(c, i), 199 - i);
    mlci_column_unref(c);
    mlci_column_unref(text);
}
END_TEST

START_TEST(test_to_category_when_number_is_refused)
{
    mlci_column *number = NULL, *c = NULL;
    ck_assert_int_eq(mlci_column_create(NULL, MLC_TYPE_INT64, 1, 1, 0, &number, NULL), MLC_OK);
    making_assert_fails(mlci_column_to_category(number, &c, err), MLC_ERROR_COLUMN,
                        "a number is not text");
    int32_t code = 0;
    making_assert_fails(mlci_column_codes_in(number, NULL, &code, err), MLC_ERROR_COLUMN,
                        "a number is not text");
    mlci_column_unref(number);
}
END_TEST

START_TEST(test_codes_in_when_unseen_or_missing_are_minus_one_and_minus_two)
{
    const char *const texts[] = {"b", NULL, "x", "a"}, *const known[] = {"a", "b"};
    const int32_t wanted[] = {1, -2, -1, 0};
    mlci_dictionary *d = NULL;
    int32_t codes[4];
    ck_assert_int_eq(mlci_dictionary_create(NULL, 2, known, NULL, &d, NULL), MLC_OK);
    mlci_column *text = text_column(4, texts), *c = to_category(text);
    ck_assert_int_eq(mlci_column_codes_in(text, d, codes, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(codes, wanted, sizeof wanted), 0);
    memset(codes, 0, sizeof codes);
    ck_assert_int_eq(mlci_column_codes_in(c, d, codes, NULL), MLC_OK);
    ck_assert_int_eq(memcmp(codes, wanted, sizeof wanted), 0);
    mlci_column_unref(c);
    mlci_column_unref(text);
    mlci_dictionary_unref(d);
}
END_TEST

START_TEST(test_categories_when_rows_lack_some_leaves_them_out)
{
    const char *const texts[] = {"b", "c", "a", NULL};
    const mlc_array array = making_category("c", 4, texts);
    mlc_dataset *all = making_dataset(&array, 1, NULL);
    mlc_dataset *some = making_rows(all, 3, (int64_t[]){0, 3, 2});
    mlci_column *c = NULL;
    mlci_dictionary *d = NULL;
    ck_assert_int_eq(mlci_dataset_take_column(some, 0, &c, NULL), MLC_OK);
    ck_assert_int_eq(c->dictionary->n, 3);
    ck_assert_int_eq(mlci_column_categories(c, &d, NULL), MLC_OK);
    ck_assert_int_eq(d->n, 2);
    ck_assert_str_eq(mlci_dictionary_text(d, 1, NULL), "b");
    mlci_dictionary_unref(d);
    mlci_column_unref(c);
    mlc_dataset_free(some);
    mlc_dataset_free(all);
}
END_TEST

static mlc_status convert(mlc_context *ctx, void *arg, mlc_error *err)
{
    const char *const few[] = {"b", NULL, "a"};
    const char *const *texts = arg != NULL ? colliding_texts(200) : few;
    const int64_t n = arg != NULL ? 200 : 3;
    mlci_column *text = NULL, *c = NULL, *one = NULL;
    mlci_dictionary *d = NULL;
    const void *wide = NULL;
    int32_t code = 0;
    MLCI_TRY(mlci_column_create_text(mlci_context_root(ctx), n, texts, NULL, &text, err));
    mlc_status status = mlci_column_to_category(text, &c, err);
    if (status == MLC_OK) status = mlci_column_take(c, NULL, 0, 1, &one, err);
    if (status == MLC_OK) status = mlci_column_categories(one, &d, err);
    if (status == MLC_OK) status = mlci_column_codes_in(one, d, &code, err);
    if (status == MLC_OK) ck_assert_int_eq(code, 0);
    if (status == MLC_OK) status = mlci_column_wide_codes(c, &wide, err);
    if (status == MLC_OK) mlci_torture_answer(wide, n * (int64_t)sizeof(int32_t));
    mlci_dictionary_unref(d);
    mlci_column_unref(one);
    mlci_column_unref(c);
    mlci_column_unref(text);
    return status;
}
MLCI_TORTURE_TEST(test_to_category_when_memory_fails_leaks_nothing, convert, NULL)
static char collide;
MLCI_TORTURE_TEST(test_to_category_when_texts_collide_and_memory_fails_leaks_nothing, convert,
                  &collide)

MLCI_CHECK_SUITE("column_category", test_to_category_when_rows_are_unordered_sorts_the_texts,
                 test_to_category_when_many_are_distinct_gives_each_its_rank,
                 test_to_category_when_texts_collide_gives_the_same,
                 test_to_category_when_number_is_refused,
                 test_codes_in_when_unseen_or_missing_are_minus_one_and_minus_two,
                 test_categories_when_rows_lack_some_leaves_them_out,
                 test_to_category_when_memory_fails_leaks_nothing,
                 test_to_category_when_texts_collide_and_memory_fails_leaks_nothing)
