/* Kernels of prediction with trees that are written once; the unit has included its own
 * code_number_by, test_codes, test_sets, spread_word, add_values, ask_trees, find_lane, find_heaps
 * and take_places (score_rows_*.h) before.
 *
 * Trees are evaluated for 256 rows at a time as bits: which rows reach a node. After the bit
 * vectors of QuickScorer (Lucchese et al. 2015) and RapidScorer (Ye et al. 2018), but from the root
 * down, so that the work is a few operations on 256 bits a node whatever the rows are, and without
 * branches. */

/* Bits of 256 rows. */
typedef uint64_t rows_256 __attribute__((vector_size(32), may_alias));

/* Columns first to end - 1, whose tables have n_levels, a constant. */
__attribute__((always_inline)) static inline void
code_columns(const mlci_code_columns *columns, int64_t first, int64_t end, int32_t n_levels,
             const double *x, int64_t x_stride, int64_t n, uint8_t *codes, int64_t stride)
{
    for (int64_t c = first; c < end; c++) {
        const double *const table = columns->columns[c].table;
        const double *const from = x + columns->columns[c].feature;
        uint8_t *const to = codes + c * stride;
        for (int64_t i = 0; i < n; i++)
            to[i] = code_number_by(table, n_levels, from[i * x_stride]);
    }
}

/* The same of one row, whose codes are side by side. */
__attribute__((always_inline)) static inline void code_row_by(const mlci_code_columns *columns,
                                                              int64_t first, int64_t end,
                                                              int32_t n_levels, const double *x,
                                                              uint8_t *codes)
{
    for (int64_t c = first; c < end; c++) {
        const mlci_code_column column = columns->columns[c];
        codes[c] = code_number_by(column.table, n_levels, x[column.feature]);
    }
}

static void code_row(const mlci_code_columns *columns, const double *x, uint8_t *codes)
{
    const mlci_code_columns all = *columns; /* a copy, as codes might be written over it */
    code_row_by(&all, 0, all.end[0], 1, x, codes);
    code_row_by(&all, all.end[0], all.end[1], 2, x, codes);
    code_row_by(&all, all.end[1], all.end[2], 3, x, codes);
}

static void code_rows(const mlci_code_columns *columns, const double *x, int64_t x_stride,
                      int64_t n, uint8_t *codes, int64_t stride)
{
    const mlci_code_columns all = *columns;
    const int64_t few = all.end[0], some = all.end[1], end = all.end[2];
    code_columns(&all, 0, few, 1, x, x_stride, n, codes, stride);
    code_columns(&all, few, some, 2, x, x_stride, n, codes, stride);
    code_columns(&all, some, end, 3, x, x_stride, n, codes, stride);
}

/* Which rows reach each place. has_missing is a constant. */
__attribute__((always_inline)) static inline void reach_places(const mlci_bit_tree *tree,
                                                               const mlci_row_bits *bits,
                                                               int has_missing,
                                                               mlci_row_bits *places)
{
    const rows_256 *const answer = (const rows_256 *)(const void *)bits;
    rows_256 *const reached = (rows_256 *)(void *)places;
    const rows_256 none = {0, 0, 0, 0};
    const mlci_bit_split *const splits = tree->splits;
    const int32_t n_splits = tree->n_splits;
    reached[0] = ~none;
    reached[MLCI_NO_ROWS] = none;
    for (int32_t k = 0; k < n_splits; k++) {
        const mlci_bit_split s = splits[k];
        rows_256 left = answer[s.high + 1] | (answer[s.high] & answer[s.low]);
        if (has_missing) left |= ~answer[s.known];
        const rows_256 here = reached[s.place];
        reached[2 * k + 1] = here & left;
        reached[2 * k + 2] = here & ~left;
    }
}

/* The numbers of the leaves as eight planes of bits. */
static inline void number_leaves(const mlci_bit_tree *tree, const mlci_row_bits *places,
                                 mlci_row_bits planes[8])
{
    const rows_256 *const reached = (const rows_256 *)(const void *)places;
    const uint16_t *at = tree->leaf_places;
    rows_256 plane[8] = {{0}};
    for (int32_t eight = 0; 8 * eight <= tree->n_splits; eight++, at += 8) {
        const rows_256 l1 = reached[at[1]], l2 = reached[at[2]], l3 = reached[at[3]],
                       l4 = reached[at[4]], l5 = reached[at[5]], l6 = reached[at[6]],
                       l7 = reached[at[7]];
        const rows_256 l23 = l2 | l3, l67 = l6 | l7, l4567 = l4 | l5 | l67;
        plane[0] |= l1 | l3 | l5 | l7;
        plane[1] |= l23 | l67;
        plane[2] |= l4567;
        const rows_256 any = reached[at[0]] | l1 | l23 | l4567;
        for (int b = 0; b < 5; b++)
            if (eight >> b & 1) plane[3 + b] |= any;
    }
    memcpy(planes, plane, sizeof plane);
}

static void find_leaves(const mlci_bit_tree *tree, const mlci_row_bits *bits, int64_t n_words,
                        mlci_row_bits places[MLCI_SCORE_PLACES], uint8_t *leaf)
{
    mlci_row_bits planes[8];
    int32_t n_planes = 0;
    if (tree->has_missing)
        reach_places(tree, bits, 1, places);
    else
        reach_places(tree, bits, 0, places);
    number_leaves(tree, places, planes);
    while (tree->n_splits >> n_planes != 0)
        n_planes++;
    for (int64_t w = 0; w < n_words; w++)
        spread_word(planes, n_planes, w, leaf + 64 * w);
}

static void find_paths(const mlci_path_trees *trees, int64_t first, int64_t n,
                       const mlci_coded_row *row, uint8_t *leaf)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    for (int64_t t = 0; t < n; t++)
        leaf[t] = trees->numbers[MLCI_PATH_LEAVES * (first + t) +
                                 find_lane(trees, first, &asked, t / 2, t % 2)];
}

/* The value of one of the two trees whose answers are word i, where these begin with tree `first`.
 */
static inline double path_value(const mlci_path_trees *trees, int64_t first,
                                const asked_trees *asked, int64_t i, int64_t half)
{
    return trees->leaves[first + 2 * i + half].value[find_lane(trees, first, asked, i, half)];
}

/* To a sum of numbers of this type, the values of the two trees whose answers are word i; then of n
 * trees from there on. Leaves are found while additions wait for each other. */
#define ADD_LEAVES(number, add_two, add_leaves)                                                    \
    static inline number add_two(const mlci_path_trees *trees, int64_t first,                      \
                                 const asked_trees *asked, int64_t i, number sum)                  \
    {                                                                                              \
        sum += (number)path_value(trees, first, asked, i, 0);                                      \
        return sum + (number)path_value(trees, first, asked, i, 1);                                \
    }                                                                                              \
                                                                                                   \
    static number add_leaves(const mlci_path_trees *trees, int64_t first, int64_t i, int64_t n,    \
                             const asked_trees *asked, number sum)                                 \
    {                                                                                              \
        const int64_t end = i + n / 2;                                                             \
        for (; i + 4 <= end; i += 4) {                                                             \
            sum = add_two(trees, first, asked, i, sum);                                            \
            sum = add_two(trees, first, asked, i + 1, sum);                                        \
            sum = add_two(trees, first, asked, i + 2, sum);                                        \
            sum = add_two(trees, first, asked, i + 3, sum);                                        \
        }                                                                                          \
        for (; i < end; i++)                                                                       \
            sum = add_two(trees, first, asked, i, sum);                                            \
        return n % 2 == 0 ? sum : sum + (number)path_value(trees, first, asked, i, 0);             \
    }

ADD_LEAVES(double, add_two_doubles, add_doubles_of_leaves)
ADD_LEAVES(float, add_two_floats, add_floats_of_leaves)

static double add_paths(const mlci_path_trees *trees, int64_t first, int64_t n,
                        const mlci_coded_row *row, double sum)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    return add_doubles_of_leaves(trees, first, 0, n, &asked, sum);
}

/* What follows the first sum are sums of two floats. */
static double add_float_paths(const mlci_path_trees *trees, int64_t first, int64_t n,
                              const mlci_coded_row *row, double sum)
{
    asked_trees asked;
    ask_trees(&trees->splits, first, n, row, &asked);
    float float_sum = (float)(sum + path_value(trees, first, &asked, 0, 0));
    if (n > 1) float_sum += (float)path_value(trees, first, &asked, 0, 1);
    return n <= 2 ? (double)float_sum
                  : (double)add_floats_of_leaves(trees, first, 1, n - 2, &asked, float_sum);
}

const mlci_score_kernels VECTOR_SCORE_TABLE = {
    .isa = VECTOR_ISA,
    .code_rows = code_rows,
    .code_row = code_row,
    .test_codes = test_codes,
    .test_sets = test_sets,
    .find_leaves = find_leaves,
    .add_values = add_values,
    .add_floats = add_floats,
    .add_float_values = add_float_values,
    .find_paths = find_paths,
    .add_paths = add_paths,
    .add_float_paths = add_float_paths,
    .find_heaps = find_heaps,
    .take_places = take_places,
    .walk = VECTOR_WALK,
};
