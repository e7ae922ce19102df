/* Shuffled folds by their definition: rows sorted by random bits, dealt one fold after the other.
 */
#include "split_folds.h"

#include <stdlib.h>

#include "random.h"
#include "splitting.h"

enum { N = 1003, N_SPLITS = 7, N_REPEATS = 3, SEED = 11 };

typedef struct ticket {
    uint64_t bits;
    int64_t row;
} ticket;

static int compare(const void *a, const void *b)
{
    const ticket *const s = a, *const t = b;
    if (s->bits != t->bits) return s->bits < t->bits ? -1 : 1;
    return s->row < t->row ? -1 : 1;
}

/* The rows of a repeat in the order in which they are dealt. */
static void draw_order(uint32_t repeat, int64_t *order)
{
    static ticket tickets[N];
    for (int64_t i = 0; i < N; i++)
        tickets[i] = (ticket){mlci_random_bits(SEED, MLCI_RANDOM_SPLIT, repeat, (uint64_t)i), i};
    qsort(tickets, N, sizeof tickets[0], compare);
    for (int64_t i = 0; i < N; i++)
        order[i] = tickets[i].row;
}

/* Classes 3, 1, 0 and 4, in the order in which they appear. */
static int64_t class_of(int64_t row)
{
    return row % 3 == 0 ? 3 : row % 5 == 0 ? 0 : row % 7 == 0 ? 4 : row % 2;
}

static mlc_dataset *open_rows(void)
{
    static int64_t y[N];
    for (int64_t i = 0; i < N; i++)
        y[i] = class_of(i);
    const mlc_array array = {.size = sizeof array,
                             .name = "y",
                             .role = "target",
                             .type = MLC_TYPE_INT64,
                             .data = y,
                             .n_rows = N,
                             .n_columns = 1};
    mlc_dataset *d = NULL;
    ck_assert_int_eq(mlc_dataset_from_arrays(NULL, &array, 1, NULL, &d, NULL), MLC_OK);
    return d;
}

static void assert_folds(const mlc_dataset *folds, uint32_t repeat, const int *fold_of)
{
    for (int32_t f = 0; f < N_SPLITS; f++)
        for (int64_t i = 0; i < N; i++)
            ck_assert_int_eq(is_part(folds, (int32_t)repeat * N_SPLITS + f, i, "test"),
                             fold_of[i] == f);
}

START_TEST(test_k_fold_shuffled_when_any_repeat_then_runs_of_its_permutation)
{
    mlc_dataset *d = open_rows();
    mlc_dataset *folds = split(d, "k_fold n_splits=7 shuffle=true n_repeats=3 random_state=11");
    static int64_t order[N];
    static int fold_of[N];
    for (uint32_t repeat = 0; repeat < N_REPEATS; repeat++) {
        draw_order(repeat, order);
        for (int64_t i = 0, f = 0, left = N / N_SPLITS + 1; i < N; i++, left--) {
            if (left == 0) left = N / N_SPLITS + (++f < N % N_SPLITS);
            fold_of[order[i]] = (int)f;
        }
        assert_folds(folds, repeat, fold_of);
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

/* Fold f gets as many rows of a class as stand at f, f + 7, f + 14 ... when rows are sorted by
 * class, classes as they appear. */
START_TEST(test_stratified_k_fold_shuffled_when_any_repeat_then_shares_of_its_permutation)
{
    static const int64_t classes[] = {3, 1, 0, 4}; /* rows 0, 1, 2 and 7 are their first */
    static int64_t order[N];
    static int fold_of[N];
    mlc_dataset *d = open_rows();
    mlc_dataset *folds =
        split(d, "stratified_k_fold n_splits=7 shuffle=true n_repeats=3 random_state=11");
    for (uint32_t repeat = 0; repeat < N_REPEATS; repeat++) {
        draw_order(repeat, order);
        int64_t position = 0;
        for (int c = 0; c < 4; c++) {
            int share[N_SPLITS] = {0}, f = 0;
            for (int64_t i = 0; i < N; i++)
                if (class_of(i) == classes[c]) share[position++ % N_SPLITS]++;
            for (int64_t i = 0; i < N; i++) {
                if (class_of(order[i]) != classes[c]) continue;
                while (share[f] == 0)
                    f++;
                share[f]--;
                fold_of[order[i]] = f;
            }
        }
        assert_folds(folds, repeat, fold_of);
    }
    mlc_dataset_free(folds);
    mlc_dataset_free(d);
}
END_TEST

MLCI_CHECK_SUITE("split_folds", test_k_fold_shuffled_when_any_repeat_then_runs_of_its_permutation,
                 test_stratified_k_fold_shuffled_when_any_repeat_then_shares_of_its_permutation)
