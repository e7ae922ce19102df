/* Counts of texts: all up to the limit, a sample by hash beyond, merged as if counted at once. */
#include "check_suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text_counts.h"

/* Texts "t<i>" for i in first .. first + n, each i % 3 + 1 times. */
static mlci_text_counts count(int64_t limit, int first, int n)
{
    mlci_text_counter counter;
    mlci_text_counts counts;
    ck_assert_int_eq(mlci_text_counter_open(&counter, NULL, limit, NULL), MLC_OK);
    for (int i = first; i < first + n; i++) {
        char text[32];
        const int length = snprintf(text, sizeof text, "t%d", i);
        ck_assert_int_eq(mlci_text_counter_add(&counter, text, length, i % 3 + 1, NULL), MLC_OK);
    }
    ck_assert_int_eq(mlci_text_counter_finish(&counter, &counts, NULL), MLC_OK);
    return counts;
}

static void assert_equal(const mlci_text_counts *a, const mlci_text_counts *b)
{
    ck_assert_int_eq(a->level, b->level);
    ck_assert_int_eq(a->n, b->n);
    ck_assert_mem_eq(a->offsets, b->offsets, (size_t)(a->n + 1) * sizeof *a->offsets);
    ck_assert_mem_eq(a->bytes, b->bytes, (size_t)a->offsets[a->n]);
    ck_assert_mem_eq(a->counts, b->counts, (size_t)a->n * sizeof *a->counts);
    ck_assert_int_eq(a->n_rows, b->n_rows);
    ck_assert_int_eq(a->n_characters, b->n_characters);
    ck_assert_int_eq(a->shortest, b->shortest);
    ck_assert_int_eq(a->longest, b->longest);
}

START_TEST(test_counts_within_the_limit_are_all_and_sorted)
{
    mlci_text_counts c = count(1000, 0, 200);
    ck_assert_int_eq(c.n, 200);
    ck_assert_int_eq(mlci_text_counts_distinct(&c), 200);
    const int64_t at = mlci_text_counts_find(&c, "t17", 3);
    ck_assert_int_ge(at, 0);
    ck_assert_int_eq(c.counts[at], 17 % 3 + 1);
    ck_assert_int_eq(mlci_text_counts_find(&c, "x", 1), -1);
    ck_assert_int_eq(c.shortest, 2);
    ck_assert_int_eq(c.longest, 4);
    mlci_text_counts_clear(&c);
}
END_TEST

START_TEST(test_counts_beyond_the_limit_are_exact_for_those_kept)
{
    mlci_text_counts c = count(1000, 0, 100000);
    ck_assert_int_le(c.n, 1000);
    ck_assert_int_gt(c.n, 300);
    const double error = (double)mlci_text_counts_distinct(&c) / 100000 - 1;
    ck_assert_double_le(fabs(error), 4 * 1.2 / sqrt(1000));
    for (int64_t i = 0; i < c.n; i++) {
        int64_t length;
        int number = 0;
        const char *const text = mlci_text_counts_text(&c, i, &length);
        for (int64_t k = 1; k < length; k++)
            number = 10 * number + text[k] - '0';
        ck_assert_int_eq(c.counts[i], number % 3 + 1);
        ck_assert(mlci_text_is_kept(text, length, c.level));
    }
    mlci_text_counts_clear(&c);
}
END_TEST

START_TEST(test_counts_merged_are_those_of_all_and_smaller_ones_later)
{
    const int64_t limits[] = {1, 20, 700, 100000};
    for (int k = 0; k < 4; k++) {
        mlci_text_counts all = count(limits[k], 0, 5000), a = count(limits[k], 0, 10 + 1200 * k),
                         b = count(limits[k], 10 + 1200 * k, 4990 - 1200 * k), merged;
        ck_assert_int_eq(mlci_text_counts_merge(NULL, &b, &a, &merged, NULL), MLC_OK);
        assert_equal(&merged, &all);
        mlci_text_counts small = count(1, 0, 5000);
        mlci_text_counts_limit(&merged, 1);
        assert_equal(&merged, &small);
        mlci_text_counts_clear(&small);
        mlci_text_counts_clear(&merged);
        mlci_text_counts_clear(&b);
        mlci_text_counts_clear(&a);
        mlci_text_counts_clear(&all);
    }
}
END_TEST

START_TEST(test_lengths_are_in_characters)
{
    mlci_text_counter counter;
    mlci_text_counts c;
    ck_assert_int_eq(mlci_text_counter_open(&counter, NULL, 16, NULL), MLC_OK);
    ck_assert_int_eq(mlci_text_counter_add(&counter, "\xc5\xbelu\xc5\xa5", 6, 2, NULL), MLC_OK);
    ck_assert_int_eq(mlci_text_counter_add(&counter, "", 0, 3, NULL), MLC_OK);
    ck_assert_int_eq(mlci_text_counter_finish(&counter, &c, NULL), MLC_OK);
    ck_assert_int_eq(c.longest, 4);
    ck_assert_int_eq(c.shortest, 0);
    ck_assert_int_eq(c.n_characters, 8);
    ck_assert_int_eq(c.n_empty, 3);
    mlci_text_counts_clear(&c);
}
END_TEST

MLCI_CHECK_SUITE("text_counts", test_counts_within_the_limit_are_all_and_sorted,
                 test_counts_beyond_the_limit_are_exact_for_those_kept,
                 test_counts_merged_are_those_of_all_and_smaller_ones_later,
                 test_lengths_are_in_characters)
