/* Answers of sets that are looked up by a row's bins are those of the sets. */
#include "random_trees.h"
#include "torture.h"
#include "tree/row_sets.h"

#define N_FEATURES 3
#define N_WORDS 21

/* Of splits with a set, whose features' bins are at first_bin. */
typedef struct many_sets {
    int64_t first_bin[N_FEATURES + 1];
    mlci_row_sets sets;
    int32_t feature[64 * N_WORDS]; /* -1: a split of numbers */
    mlci_set_test of[64 * N_WORDS];
} many_sets;

static void put_sets(many_sets *m)
{
    static const int64_t n_bins[N_FEATURES] = {1, 256, 7};
    for (int f = 0; f < N_FEATURES; f++)
        m->first_bin[f + 1] = m->first_bin[f] + n_bins[f];
    ck_assert_int_eq(mlci_row_sets_open(NULL, N_WORDS, m->first_bin[N_FEATURES], &m->sets, NULL),
                     MLC_OK);
    for (int i = 0; i < 64 * N_WORDS; i++) {
        m->feature[i] = (int32_t)random_below(N_FEATURES + 1) - 1;
        for (int w = 0; w < 8; w++)
            m->of[i].set[w] = random_below(1u << 28) << 4 ^ random_below(1u << 28);
        if (m->feature[i] >= 0)
            mlci_row_sets_put(&m->sets, i, &m->of[i], m->first_bin[m->feature[i]],
                              m->first_bin[m->feature[i] + 1]);
    }
}

START_TEST(test_words_from_any_on_have_the_answers_of_all_features)
{
    many_sets *const m = calloc(1, sizeof *m);
    uint64_t room[N_WORDS + 2 * MLCI_SET_LINE];
    put_sets(m);
    for (int64_t first = 0; first < N_WORDS; first++) {
        for (int64_t n = 1; first + n <= N_WORDS; n++) {
            const uint8_t bins[N_FEATURES] = {0, (uint8_t)random_below(256),
                                              (uint8_t)random_below(7)};
            const uint64_t *const right =
                mlci_row_sets_find(&m->sets, m->first_bin, bins, N_FEATURES, first, n, room);
            for (int64_t i = 64 * first; i < 64 * (first + n); i++) {
                const int32_t f = m->feature[i];
                const int expected = f >= 0 && !mlci_set_has(m->of[i].set, bins[f]);
                ck_assert_int_eq(right[i / 64 - first] >> i % 64 & 1, expected);
            }
        }
    }
    mlci_row_sets_close(&m->sets);
    free(m);
}
END_TEST

START_TEST(test_without_bins_nothing_is_kept)
{
    mlci_row_sets sets;
    ck_assert_int_eq(mlci_row_sets_open(NULL, 100, 0, &sets, NULL), MLC_OK);
    ck_assert_ptr_null(sets.words);
    mlci_row_sets_close(&sets);
}
END_TEST

START_TEST(test_answers_for_walks_are_those_of_each_set)
{
    const random_trees r = {
        .n_features = 3, .n_categories = 3, .n_outputs = 1, .n_trees = 9, .n_leaves = 60};
    mlci_ensemble *const e = random_finished(&r);
    const mlci_tree_codes *const codes = e->scorer->codes;
    int64_t first_bin[4];
    uint8_t *answers = NULL, *const row = calloc((size_t)codes->n_sets, 1);
    ck_assert_int_eq(codes->n_categories, 3);
    ck_assert_int_eq(mlci_row_sets_bins(codes, e, first_bin), first_bin[3]);
    ck_assert_int_eq(mlci_set_answers_create(NULL, codes, first_bin, &answers, NULL), MLC_OK);
    for (int turn = 0; turn < 100; turn++) {
        uint8_t bins[3];
        for (int f = 0; f < 3; f++)
            bins[f] = (uint8_t)random_below((uint32_t)(first_bin[f + 1] - first_bin[f]));
        mlci_set_answers_copy(codes, first_bin, answers, bins, row);
        for (int32_t s = 0; s < codes->n_sets; s++)
            ck_assert_int_eq(row[s], mlci_set_has(codes->sets[s].set,
                                                  bins[codes->sets[s].column - codes->n_columns]));
    }
    mlci_free(answers);
    free(row);
    mlci_ensemble_free(e);
}
END_TEST

MLCI_CHECK_SUITE("row_sets", test_words_from_any_on_have_the_answers_of_all_features,
                 test_without_bins_nothing_is_kept, test_answers_for_walks_are_those_of_each_set)
