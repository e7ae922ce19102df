#include "score_kernels.h"

#include <stdlib.h>

#include "kernel_cases.h"

/* The tables that this machine can run, one a level; the first is the reference. */
#define N_TABLES (mlci_root_isa(NULL) + 1)

static const mlci_score_kernels *table(int t)
{
    return mlci_score_kernels_of(t);
}

START_TEST(test_score_kernels_of_each_known_set_then_table_complete)
{
    for (int t = 0; t < N_TABLES; t++) {
        const void *slots[sizeof(mlci_score_kernels) / sizeof(void *)];
        memcpy(slots, table(t), sizeof slots);
        for (size_t i = 1; i < sizeof slots / sizeof slots[0]; i++)
            ck_assert_ptr_nonnull(slots[i]);
        /* A build may lack one. */
        ck_assert_int_le(table(t)->isa, t);
    }
}
END_TEST

static double thresholds[3][MLCI_CODE_THRESHOLDS];

/* How many thresholds the number does not exceed. */
static int passed(int c, int64_t n, double x)
{
    int count = 0;
    for (int64_t k = 0; k < n; k++)
        count += x <= thresholds[c][k];
    return count;
}

START_TEST(test_code_rows_then_thresholds_not_exceeded_are_counted)
{
    enum { N = 300, STRIDE = 5 };
    static double x[N * STRIDE], tables[3 * 400];
    static uint8_t codes[3 * (N + 1)];
    for (int64_t n = 1; n <= MLCI_CODE_THRESHOLDS; n++) {
        mlci_code_column columns[3];
        mlci_code_columns all = {.columns = columns};
        const int64_t sizes[3] = {n < 8 ? n : 8, n < 64 ? n : 64, n};
        int64_t at = 0;
        for (int c = 0; c < 3; c++) {
            for (int64_t k = 0; k < sizes[c]; k++)
                thresholds[c][k] = k == 0 ? INFINITY : 100 - 0.5 * (double)k - 0.1 * c;
            columns[c] = (mlci_code_column){4 - 2 * c, tables + at};
            for (int32_t l = mlci_code_table_levels(sizes[c]); l <= MLCI_CODE_LEVELS; l++)
                all.end[l - 1] = c + 1;
            mlci_code_table_fill(thresholds[c], sizes[c], tables + at);
            at += mlci_code_table_size(sizes[c]);
        }
        for (int i = 0; i < N * STRIDE; i++) {
            x[i] = 101 - 0.25 * (double)(i / 3 % (2 * (n + 4)));
            if (i % 3 == 1) x[i] = thresholds[i % 2][case_bits() % (uint64_t)sizes[i % 2]];
            if (case_bits() % 8 == 0) x[i] = nextafter(x[i], case_bits() % 2 ? 1e9 : -1e9);
            if (case_bits() % 16 == 0) x[i] = case_odd();
        }
        for (int t = 0; t < N_TABLES; t++) {
            table(t)->code_rows(&all, x, STRIDE, N, codes, N + 1);
            for (int c = 0; c < 3; c++)
                for (int i = 0; i < N; i++)
                    ck_assert_int_eq(codes[c * (N + 1) + i],
                                     passed(c, sizes[c], x[i * STRIDE + 4 - 2 * c]));
        }
    }
}
END_TEST

/* Up to nine columns of each number of levels. */
START_TEST(test_code_row_then_thresholds_not_exceeded_are_counted)
{
    enum { MOST = 27, N_FEATURES = 40 };
    static const int64_t sizes[3] = {7, 50, 200};
    static double tables[3 * 400];
    int64_t at[3] = {0};
    for (int c = 0; c < 3; c++) {
        for (int64_t k = 0; k < sizes[c]; k++)
            thresholds[c][k] = k == 0 ? INFINITY : 100 - 0.5 * (double)k;
        if (c > 0) at[c] = at[c - 1] + mlci_code_table_size(sizes[c - 1]);
        mlci_code_table_fill(thresholds[c], sizes[c], tables + at[c]);
    }
    for (int turn = 0; turn < 1000; turn++) {
        mlci_code_column columns[MOST];
        mlci_code_columns all = {.columns = columns};
        int level[MOST];
        int64_t n = 0;
        for (int c = 0; c < 3; c++) {
            for (int64_t k = (int64_t)(case_bits() % 10); k > 0; k--) {
                level[n] = c;
                columns[n++] =
                    (mlci_code_column){(int64_t)(case_bits() % N_FEATURES), tables + at[c]};
            }
            all.end[c] = n;
        }
        double x[N_FEATURES];
        for (int j = 0; j < N_FEATURES; j++)
            x[j] = case_bits() % 16 == 0 ? case_odd() : 100 - 0.25 * (double)(case_bits() % 420);
        for (int t = 0; t < N_TABLES; t++) {
            uint8_t codes[MOST + 1];
            codes[n] = 77;
            table(t)->code_row(&all, x, codes);
            for (int64_t c = 0; c < n; c++)
                ck_assert_int_eq(codes[c],
                                 passed(level[c], sizes[level[c]], x[columns[c].feature]));
            ck_assert_int_eq(codes[n], 77);
        }
    }
}
END_TEST

static uint8_t codes_of_rows[3 * MLCI_SCORE_ROWS];

static void fill_codes(void)
{
    for (int i = 0; i < 3 * MLCI_SCORE_ROWS; i++)
        codes_of_rows[i] = i < 256 ? (uint8_t)i : (uint8_t)case_bits();
}

static int bit_of(const mlci_row_bits *bits, int i)
{
    return bits->word[i / 64] >> i % 64 & 1;
}

START_TEST(test_test_codes_then_a_bit_a_row_and_no_more_words)
{
    enum { N = 600 };
    static mlci_code_test tests[N];
    static _Alignas(32) mlci_row_bits bits[N];
    fill_codes();
    for (int t = 0; t < N; t++)
        tests[t] = (mlci_code_test){(int32_t)(case_bits() % 3), (uint8_t)(t % 3 == 0 ? 15 : 255),
                                    (uint8_t)(t / 2)};
    tests[0] = (mlci_code_test){0, 0, 0};
    tests[1] = (mlci_code_test){0, 0, 1};
    for (int t = 0; t < 4 * N_TABLES; t++) {
        const int64_t n_words = t % 4 + 1;
        memset(bits, 0xAA, sizeof bits);
        table(t / 4)->test_codes(tests, N, codes_of_rows, n_words, bits);
        for (int k = 0; k < N; k++) {
            const uint8_t *const column = codes_of_rows + tests[k].column * MLCI_SCORE_ROWS;
            for (int i = 0; i < 64 * n_words; i++)
                ck_assert_int_eq(bit_of(&bits[k], i),
                                 (column[i] & tests[k].mask) >= tests[k].least);
            for (int64_t w = n_words; w < MLCI_SCORE_WORDS; w++)
                ck_assert_uint_eq(bits[k].word[w], 0xAAAAAAAAAAAAAAAAu);
        }
    }
}
END_TEST

START_TEST(test_test_sets_then_a_bit_a_row_and_no_more_words)
{
    enum { N = 50 };
    static mlci_set_test tests[N];
    static _Alignas(32) mlci_row_bits bits[N];
    fill_codes();
    for (int t = 0; t < N; t++) {
        tests[t].column = t % 3;
        for (int w = 0; w < 8; w++)
            tests[t].set[w] = (uint32_t)case_bits();
    }
    for (int t = 0; t < 4 * N_TABLES; t++) {
        const int64_t n_words = t % 4 + 1;
        memset(bits, 0xAA, sizeof bits);
        table(t / 4)->test_sets(tests, N, codes_of_rows, n_words, bits);
        for (int k = 0; k < N; k++) {
            for (int i = 0; i < 64 * n_words; i++) {
                const uint32_t code = codes_of_rows[tests[k].column * MLCI_SCORE_ROWS + i];
                ck_assert_int_eq(bit_of(&bits[k], i), tests[k].set[code / 32] >> code % 32 & 1);
            }
            for (int64_t w = n_words; w < MLCI_SCORE_WORDS; w++)
                ck_assert_uint_eq(bits[k].word[w], 0xAAAAAAAAAAAAAAAAu);
        }
    }
}
END_TEST

/* A random tree by breadth, with the place of each child. */
typedef struct case_tree {
    mlci_bit_split splits[MLCI_SCORE_LEAVES];
    uint16_t leaf_places[MLCI_SCORE_LEAVES];
    int split_at[MLCI_SCORE_PLACES]; /* -1: a leaf */
    int leaf_at[MLCI_SCORE_PLACES];
    int n_splits;
} case_tree;

static void make_tree(case_tree *tree, int n_splits, uint32_t n_bits)
{
    int n_leaves = 0;
    tree->n_splits = 0;
    for (int place = 0; place < 2 * n_splits + 1; place++) {
        /* As many places are known as the splits so far have children. */
        const int waiting = 2 * tree->n_splits + 1 - place;
        const int is_split = tree->n_splits < n_splits && (waiting == 1 || case_bits() % 2 == 0);
        tree->split_at[place] = is_split ? tree->n_splits : -1;
        if (is_split) {
            tree->splits[tree->n_splits++] = (mlci_bit_split){
                (uint32_t)case_bits() % (n_bits - 1), (uint32_t)case_bits() % n_bits,
                (uint32_t)case_bits() % n_bits, (uint32_t)place};
        } else {
            tree->leaf_at[place] = n_leaves;
            tree->leaf_places[n_leaves++] = (uint16_t)place;
        }
    }
    ck_assert_int_eq(n_leaves, n_splits + 1);
    for (; n_leaves % 8 != 0; n_leaves++)
        tree->leaf_places[n_leaves] = MLCI_NO_ROWS;
}

static int leaf_of(const case_tree *tree, const mlci_row_bits *bits, int has_missing, int i)
{
    int place = 0;
    while (tree->split_at[place] >= 0) {
        const int k = tree->split_at[place];
        const mlci_bit_split s = tree->splits[k];
        const int left = bit_of(&bits[s.high + 1], i) ||
                         (bit_of(&bits[s.high], i) && bit_of(&bits[s.low], i)) ||
                         (has_missing && !bit_of(&bits[s.known], i));
        place = 2 * k + 1 + !left;
    }
    return tree->leaf_at[place];
}

START_TEST(test_find_leaves_of_trees_of_any_size_then_where_a_walk_ends)
{
    enum { BITS = 40 };
    static case_tree tree;
    static _Alignas(32) mlci_row_bits bits[BITS], places[MLCI_SCORE_PLACES];
    uint8_t leaf[MLCI_SCORE_ROWS];
    for (int n_splits = 0; n_splits < MLCI_SCORE_LEAVES; n_splits += n_splits < 40 ? 1 : 43) {
        make_tree(&tree, n_splits, BITS);
        for (int b = 0; b < BITS; b++)
            for (int w = 0; w < MLCI_SCORE_WORDS; w++)
                bits[b].word[w] = case_bits() << 32 ^ case_bits();
        for (int t = 0; t < 8 * N_TABLES; t++) {
            const int64_t n_words = t % 4 + 1;
            const mlci_bit_tree by_bits = {n_splits, t / 4 % 2, tree.splits, tree.leaf_places};
            memset(leaf, 0xAA, sizeof leaf);
            table(t / 8)->find_leaves(&by_bits, bits, n_words, places, leaf);
            for (int i = 0; i < MLCI_SCORE_ROWS; i++)
                ck_assert_int_eq(leaf[i],
                                 i < 64 * n_words ? leaf_of(&tree, bits, t / 4 % 2, i) : 0xAA);
        }
    }
}
END_TEST

/* No value is read behind those that there are: the block has just those. */
static void check_sums(int32_t n_values, int64_t n)
{
    double start[MLCI_SCORE_ROWS], sum[MLCI_SCORE_ROWS + 1];
    uint8_t leaf[MLCI_SCORE_ROWS];
    double *const values = malloc((size_t)n_values * sizeof *values);
    case_fill(values, n_values, 1);
    case_fill(start, MLCI_SCORE_ROWS, 1);
    for (int i = 0; i < MLCI_SCORE_ROWS; i++)
        leaf[i] = (uint8_t)(case_bits() % (uint64_t)n_values);
    for (int t = 0; t < N_TABLES; t++) {
        memcpy(sum, start, sizeof start);
        sum[n] = 77;
        table(t)->add_values(values, n_values, leaf, n, sum);
        ck_assert_double_eq(sum[n], 77);
        for (int64_t i = 0; i < n; i++)
            ck_assert(case_same(sum[i], start[i] + values[leaf[i]]));
        memcpy(sum, start, sizeof start);
        sum[n] = 77;
        table(t)->add_floats(values, n_values, leaf, n, sum);
        ck_assert_double_eq(sum[n], 77);
        for (int64_t i = 0; i < n; i++)
            ck_assert(case_same(sum[i], (double)(float)(start[i] + values[leaf[i]])));
    }
    free(values);
}

static void check_float_sums(int32_t n_values, int64_t n)
{
    double start[MLCI_SCORE_ROWS];
    float sum[MLCI_SCORE_ROWS + 1];
    uint8_t leaf[MLCI_SCORE_ROWS];
    float *const values = malloc((size_t)n_values * sizeof *values);
    case_fill(start, MLCI_SCORE_ROWS, 1);
    for (int32_t v = 0; v < n_values; v++)
        values[v] = (float)start[(7 * v + 3) % MLCI_SCORE_ROWS];
    for (int i = 0; i < MLCI_SCORE_ROWS; i++)
        leaf[i] = (uint8_t)(case_bits() % (uint64_t)n_values);
    for (int t = 0; t < N_TABLES; t++) {
        for (int i = 0; i < MLCI_SCORE_ROWS; i++)
            sum[i] = (float)start[i];
        sum[n] = 77;
        table(t)->add_float_values(values, n_values, leaf, n, sum);
        ck_assert_float_eq(sum[n], 77);
        for (int64_t i = 0; i < n; i++)
            ck_assert(case_same((double)sum[i], (double)((float)start[i] + values[leaf[i]])));
    }
    free(values);
}

START_TEST(test_add_values_of_any_length_then_one_rounded_addition_a_row)
{
    for (int32_t n_values = 1; n_values <= 256; n_values += n_values < 70 ? 1 : 31)
        for (int64_t n = n_values % 8; n <= MLCI_SCORE_ROWS; n += 1 + n_values % 9) {
            check_sums(n_values, n);
            check_float_sums(n_values, n);
        }
    check_sums(256, MLCI_SCORE_ROWS);
    check_float_sums(256, MLCI_SCORE_ROWS);
}
END_TEST

START_TEST(test_walk_of_trees_of_different_depths_then_each_at_its_leaf)
{
    static mlci_code_node nodes[61 * MLCI_ROW_CHUNK];
    static uint8_t codes[MLCI_WALKED_COLUMNS];
    static const int64_t most_codes[] = {40, 64, 100, 128, 200, 256, 300, MLCI_WALKED_COLUMNS};
    uint32_t roots[MLCI_ROW_CHUNK], end[MLCI_ROW_CHUNK + 1], first = 0;
    for (int turn = 0; turn < 200; turn++) {
        const int n = turn < 100 ? turn : (int)(case_bits() % (MLCI_ROW_CHUNK + 1));
        const int64_t n_codes = most_codes[case_bits() % 8];
        first = 0;
        for (int k = 0; k < n; k++) {
            /* A chain, left or right by chance. */
            const uint32_t n_splits = (uint32_t)case_bits() % 30;
            uint32_t here = first;
            roots[k] = first;
            for (uint32_t s = 0; s < n_splits; s++) {
                const uint32_t left = first + 1 + 2 * s;
                nodes[here] =
                    (mlci_code_node){.below = (left - here) % 512,
                                     .column = case_bits() % (uint64_t)n_codes % (1 << 14),
                                     .rank = (uint8_t)case_bits(),
                                     .missing_left = case_bits() % 2};
                nodes[left] = (mlci_code_node){.rank = (uint8_t)s};
                nodes[left + 1] = (mlci_code_node){.rank = (uint8_t)(128 + s)};
                here = left + (case_bits() % 4 != 0);
            }
            if (n_splits == 0) nodes[here] = (mlci_code_node){.rank = 255};
            first += 1 + 2 * n_splits;
        }
        for (int c = 0; c < MLCI_WALKED_COLUMNS; c++)
            codes[c] = (uint8_t)(case_bits() % 4 == 0 ? 0 : case_bits());
        /* Lists of just the room that they need, and nothing is written behind the ends. */
        const size_t room = ((size_t)n + 15) / 16 * 16 * sizeof *roots;
        uint32_t *const at = malloc(room + 1), *const slot = malloc(room + 1);
        for (int t = 0; t < N_TABLES; t++) {
            int found[MLCI_ROW_CHUNK + 1];
            memcpy(at, roots, (size_t)n * sizeof *at);
            memset(found, 0xFF, sizeof found);
            for (int k = 0; k < n; k++)
                slot[k] = (uint32_t)(n - k);
            end[n] = 77;
            table(t)->walk(nodes, codes, n_codes, n, at, slot, end);
            ck_assert_uint_eq(end[n], 77);
            for (int k = 0; k < n; k++) {
                ck_assert_uint_le(end[k] >> 8, (uint32_t)n);
                ck_assert_int_eq(found[end[k] >> 8], -1);
                found[end[k] >> 8] = end[k] & 255;
            }
            for (int k = 0; k < n; k++) {
                uint32_t here = roots[k];
                while (nodes[here].below != 0) {
                    const mlci_code_node from = nodes[here];
                    /* rank has missing_left taken off: code >= rank + missing_left is left. */
                    const int missing = codes[from.column] == 0 && from.missing_left;
                    const int left = missing || codes[from.column] >= from.rank + from.missing_left;
                    here += (uint32_t)(from.below + !left);
                }
                ck_assert_int_eq(found[n - k], nodes[here].rank);
            }
        }
        free(slot);
        free(at);
    }
}
END_TEST

/* Random questions over n_columns codes. */
enum { ROW_TREES = 20 + MLCI_ROW_CHUNK };
static _Alignas(64) uint8_t row_columns[32 * ROW_TREES + 64], row_bounds[32 * ROW_TREES + 64];
static uint32_t row_missing_left[ROW_TREES + 2], row_right_first[ROW_TREES + 2];
static uint8_t row_codes[MLCI_ROW_COLUMNS];

/* Has a code of 0 in three turns of four. */
static mlci_row_splits make_questions(int32_t n_columns, int turn, mlci_coded_row *row)
{
    *row = (mlci_coded_row){.codes = row_codes};
    for (int i = 0; i < MLCI_ROW_COLUMNS; i++)
        row_codes[i] = turn % 4 != 0 && case_bits() % 4 == 0 ? 0 : (uint8_t)(1 + case_bits() % 255);
    for (int i = 0; i < 32 * ROW_TREES; i++) {
        row_columns[i] = (uint8_t)(case_bits() % (uint64_t)n_columns);
        row_bounds[i] = case_bits() % 16 == 0 ? 0 : (uint8_t)case_bits();
    }
    for (int i = 0; i < ROW_TREES + 2; i++) {
        row_missing_left[i] = (uint32_t)case_bits();
        row_right_first[i] = turn % 3 == 0 ? 0 : (uint32_t)case_bits();
    }
    return (mlci_row_splits){n_columns, row_columns, row_bounds, row_missing_left, row_right_first};
}

static int is_set(const uint32_t *bits, int64_t split)
{
    return (int)(bits[split / 32] >> split % 32 & 1);
}

/* Where `also` has bits from that of the split `first` on. */
static int goes_second(int64_t split, const uint64_t *also, int64_t first)
{
    const int code = row_codes[row_columns[split]];
    const int right = code <= row_bounds[split] && (code != 0 || !is_set(row_missing_left, split));
    const int64_t besides = split - first;
    return right != is_set(row_right_first, split) || (int)(also[besides / 64] >> besides % 64 & 1);
}

static const int32_t column_counts[] = {1, 15, 16, 17, 32, 33, 64, 65, 128, 200, 255, 256};

#define ALSO_WORDS (MLCI_ROW_CHUNK / 2 + 2)

/* One split of eight goes the second way, whatever its question; none every fifth turn. */
static void send_on(uint64_t also[ALSO_WORDS], int turn, mlci_coded_row *row)
{
    for (int i = 0; i < ALSO_WORDS; i++)
        also[i] = turn % 5 == 0 ? 0 : case_bits() & case_bits() & case_bits();
    row->also = turn % 5 == 0 ? NULL : also;
}

/* Up to 32 lanes by chance, of which the last is for all rows that no other is for; what is after
 * it does not matter. */
static void make_path_tree(uint32_t first[32], int64_t tree, mlci_path_window *window)
{
    const uint64_t last = case_bits() % 32;
    for (uint64_t lane = 0; lane < 32; lane++) {
        const uint64_t from = case_bits() % 32, any = case_bits() & case_bits() & 255;
        first[lane] = lane == last ? 0 : (uint32_t)(any << from);
        window->from[lane] = (uint8_t)(from + 32 * (uint64_t)(tree % 2));
        window->first[lane] = (uint8_t)(first[lane] >> from);
    }
}

static int lane_of(const mlci_path_trees *trees, int64_t tree, const uint64_t *also, int64_t first)
{
    for (int lane = 0;; lane++) {
        int is_here = 1;
        for (int i = 0; i < 32; i++)
            if (trees->first[32 * tree + lane] >> i & 1)
                is_here &= !goes_second(32 * tree + i, also, 32 * first);
        if (is_here) return lane;
    }
}

/* As adding the values of these lanes, doubles or floats. */
static void check_path_sums(int t, const mlci_path_trees *trees, int64_t first, int64_t n,
                            const mlci_coded_row *row, const int *lane)
{
    const mlci_path_leaves *const leaves = trees->leaves + first;
    const double start = case_real();
    double sum = start;
    float float_sum = (float)(start + leaves[0].value[lane[0]]);
    for (int64_t k = 0; k < n; k++)
        sum += leaves[k].value[lane[k]];
    for (int64_t k = 1; k < n; k++)
        float_sum += (float)leaves[k].value[lane[k]];
    ck_assert(case_same(table(t)->add_paths(trees, first, n, row, start), sum));
    ck_assert(case_same(table(t)->add_float_paths(trees, first, n, row, start), (double)float_sum));
}

START_TEST(test_find_paths_then_first_lane_that_no_split_leads_away_from)
{
    static _Alignas(64) uint32_t lanes_first[32 * ROW_TREES];
    static _Alignas(64) mlci_path_window windows[ROW_TREES];
    static mlci_path_leaves leaves[ROW_TREES];
    static uint8_t numbers[32 * ROW_TREES];
    static uint64_t also[ALSO_WORDS];
    int lane[MLCI_ROW_CHUNK];
    uint8_t leaf[MLCI_ROW_CHUNK];
    for (int i = 0; i < 32 * ROW_TREES; i++) {
        leaves[i / 32].value[i % 32] = (double)(float)case_real();
        numbers[i] = (uint8_t)case_bits();
    }
    for (int turn = 0; turn < 12 * MLCI_ROW_CHUNK / 4; turn++) {
        mlci_coded_row row;
        const mlci_row_splits splits = make_questions(column_counts[turn % 12], turn, &row);
        const mlci_path_trees trees = {splits, lanes_first, windows, leaves, numbers};
        const int64_t first = 2 * (int64_t)(case_bits() % 10), n = 1 + turn % MLCI_ROW_CHUNK;
        send_on(also, turn, &row);
        for (int64_t k = first; k < first + n; k++) {
            make_path_tree(lanes_first + 32 * k, k, &windows[k]);
            lane[k - first] = lane_of(&trees, k, also, first);
        }
        for (int t = 0; t < N_TABLES; t++) {
            table(t)->find_paths(&trees, first, n, &row, leaf);
            for (int64_t k = 0; k < n; k++)
                ck_assert_uint_eq(leaf[k], numbers[32 * (first + k) + lane[k]]);
            check_path_sums(t, &trees, first, n, &row, lane);
        }
    }
}
END_TEST

/* Where categories alone are split: questions that nobody goes right at, whatever the bytes are
 * that stand where codes would. */
START_TEST(test_find_paths_without_columns_then_only_sets_send_on)
{
    static _Alignas(64) uint8_t none[64 * 2];
    static const uint32_t all_left[4] = {~0u, ~0u, ~0u, ~0u}, right_first[4];
    static _Alignas(64) uint32_t lanes_first[32 * 2];
    static _Alignas(64) mlci_path_window windows[2];
    static mlci_path_leaves leaves[2];
    static uint8_t numbers[32 * 2];
    for (int i = 0; i < 64; i++) {
        lanes_first[i] = i % 32 < 31 ? (uint32_t)1 << i % 32 : 0;
        windows[i / 32].from[i % 32] = (uint8_t)(i % 32 < 31 ? i : 0);
        windows[i / 32].first[i % 32] = i % 32 < 31;
        numbers[i] = (uint8_t)i;
    }
    const mlci_path_trees trees = {
        {0, none, none, all_left, right_first}, lanes_first, windows, leaves, numbers};
    for (int turn = 0; turn < 64; turn++) {
        const uint64_t also[2] = {(uint64_t)1 << turn % 2, 0};
        uint8_t codes[MLCI_ROW_LANES], leaf[16];
        for (int i = 0; i < MLCI_ROW_LANES; i++)
            codes[i] = turn % 4 < 2 ? 0 : (uint8_t)case_bits();
        const mlci_coded_row row = {codes, also};
        for (int t = 0; t < N_TABLES; t++) {
            table(t)->find_paths(&trees, 0, 2, &row, leaf);
            ck_assert_int_eq(leaf[0], turn % 2 == 0);
            ck_assert_int_eq(leaf[1], 32);
        }
    }
}
END_TEST

START_TEST(test_find_heaps_then_the_place_below)
{
    static uint64_t also[ALSO_WORDS];
    uint8_t place[MLCI_ROW_CHUNK];
    for (int turn = 0; turn < 12 * MLCI_ROW_CHUNK / 4; turn++) {
        mlci_coded_row row;
        const mlci_row_splits splits = make_questions(column_counts[turn % 12], turn, &row);
        const mlci_heap_trees trees = {.splits = splits};
        for (int t = 0; t < N_TABLES; t++) {
            const int64_t first = 2 * (int64_t)(case_bits() % 10), n = 1 + turn % MLCI_ROW_CHUNK;
            send_on(also, turn, &row);
            table(t)->find_heaps(&trees, first, n, &row, place);
            for (int64_t k = 0; k < n; k++) {
                int at = 1;
                while (at < 32)
                    at = 2 * at + goes_second(32 * (first + k) + at, also, 32 * first);
                ck_assert_int_eq(place[k], at - 32);
            }
        }
    }
}
END_TEST

/* Nothing is written behind the room that there is: the blocks have just that. */
static void check_places(const mlci_heap_trees *trees, int64_t first, int64_t n)
{
    const size_t room = (size_t)(n + 15) / 16 * 16;
    uint8_t *const place = malloc(room);
    double *const value = malloc(room * sizeof *value);
    uint32_t *const at = malloc(room * sizeof *at), *const slot = malloc(room * sizeof *slot);
    for (size_t i = 0; i < room; i++)
        place[i] = (uint8_t)(case_bits() % 32);
    for (int t = 0; t < N_TABLES; t++) {
        memset(value, 0xAA, room * sizeof *value);
        const int64_t n_walks = table(t)->take_places(trees, first, n, place, value, at, slot);
        int64_t walk = 0;
        for (int64_t k = 0; k < n; k++) {
            const mlci_heap_cell cell = trees->cells[32 * (first + k) + place[k]];
            if (trees->walked[first + k] >> place[k] & 1) {
                ck_assert_int_lt(walk, n_walks);
                ck_assert_uint_eq(at[walk], cell.node);
                ck_assert_uint_eq(slot[walk++], (uint32_t)k);
            } else {
                ck_assert(case_same(value[k], cell.value));
            }
        }
        ck_assert_int_eq(walk, n_walks);
    }
    free(slot);
    free(at);
    free(value);
    free(place);
}

START_TEST(test_take_places_then_values_and_nodes_to_walk_from)
{
    static mlci_heap_cell cells[32 * ROW_TREES];
    static uint32_t walked[ROW_TREES];
    for (int turn = 0; turn < 3 * MLCI_ROW_CHUNK; turn++) {
        const int64_t first = (int64_t)(case_bits() % 20), n = 1 + turn % MLCI_ROW_CHUNK;
        for (int i = 0; i < ROW_TREES; i++) {
            walked[i] = turn % 3 == 0 ? (uint32_t)case_bits() : turn % 3 == 1 ? 0 : ~(uint32_t)0;
            for (int j = 0; j < 32; j++) {
                mlci_heap_cell *const cell = &cells[32 * i + j];
                if (walked[i] >> j & 1)
                    cell->node = case_bits() & INT32_MAX;
                else
                    case_fill(&cell->value, 1, 1);
            }
        }
        const mlci_heap_trees trees = {.walked = walked, .cells = cells};
        check_places(&trees, first, n);
    }
}
END_TEST

MLCI_CHECK_SUITE("score_kernels", test_score_kernels_of_each_known_set_then_table_complete,
                 test_code_rows_then_thresholds_not_exceeded_are_counted,
                 test_code_row_then_thresholds_not_exceeded_are_counted,
                 test_test_codes_then_a_bit_a_row_and_no_more_words,
                 test_test_sets_then_a_bit_a_row_and_no_more_words,
                 test_find_leaves_of_trees_of_any_size_then_where_a_walk_ends,
                 test_add_values_of_any_length_then_one_rounded_addition_a_row,
                 test_find_paths_then_first_lane_that_no_split_leads_away_from,
                 test_find_paths_without_columns_then_only_sets_send_on,
                 test_find_heaps_then_the_place_below,
                 test_take_places_then_values_and_nodes_to_walk_from,
                 test_walk_of_trees_of_different_depths_then_each_at_its_leaf)
